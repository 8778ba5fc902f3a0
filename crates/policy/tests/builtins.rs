//! Commands of the login shell, tried in the shells themselves.
//!
//! Every builtin of each shell gets words with substitutions, subscripts, arithmetic and assignments in
//! every position. What a rule for `*` allows is run by the shell: no word may run a program, and the
//! command behind it on the line must be the one that was judged.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use mcp_ssh_policy::shell::CommandLine;
use mcp_ssh_policy::{HostPolicy, Verdict};

use super::host;

/// A shell, how to start it, and how it lists its builtins.
const SHELLS: [(&str, &[&str], &str); 8] = [
    ("bash", &["--noprofile", "--norc"], "compgen -b"),
    (
        "zsh",
        &["-f", "-o", "nonomatch"],
        "zmodload zsh/mathfunc; print -l ${(k)builtins}",
    ),
    ("mksh", &[], "typeset -f >/dev/null; echo"),
    ("ksh93", &[], "builtin"),
    ("dash", &[], "echo"),
    ("busybox", &["sh"], "help"),
    ("yash", &["--norcfile", "--noprofile"], "help"),
    ("fish", &["--no-config"], "builtin -n"),
];

/// Builtins that a shell does not list.
const KNOWN: &str = "[ alias bg bind break builtin cat cd chdir command compgen complete continue declare dirs disown echo \
     enable eval exec exit export false fc fg getopts global hash help history jobs kill let limit local logout \
     mapfile mknod noglob popd print printf pushd pwd read readarray readonly realpath rename return set setopt shift \
     shopt sleep source suspend test times trap true type typeset ulimit umask unalias unset vared wait whence \
     where which zmodload math random string status count contains and or not begin if while @ - : . float integer \
     nameref getconf basename dirname expr uname sync tty logname id";

/// `CANARY` stands for a program that leaves a mark.
const WORDS: [&str; 22] = [
    "$(CANARY)",
    "`CANARY`",
    "x[$(CANARY)]",
    "PATH[$(CANARY)]",
    "a=$(CANARY)",
    "PATH=/evil",
    "PATH",
    "/evil",
    "-v",
    "-n",
    "-C",
    "-c",
    "-f",
    "-lt",
    "-t",
    "%d",
    "%*d",
    "%s",
    "1",
    "1+x[$(CANARY)]",
    "probe=CANARY",
    "-",
];

/// A generator of numbers that is the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Lists of words: each alone, each pair, and some of three and four.
fn arguments() -> Vec<Vec<&'static str>> {
    let mut lists: Vec<Vec<&str>> = WORDS.iter().map(|word| vec![*word]).collect();
    let mut numbers = Numbers(20_260_728);
    for length in [2, 3, 4] {
        for _ in 0..80 {
            lists.push(
                (0..length)
                    .map(|_| WORDS[numbers.below(WORDS.len())])
                    .collect(),
            );
        }
    }
    lists
}

fn builtins(shell: &str, arguments: &[&str], list: &str) -> Vec<String> {
    let output = Command::new(shell)
        .args(arguments)
        .args(["-c", list])
        .output()
        .unwrap();
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut names: Vec<String> = listed
        .split_whitespace()
        .chain(KNOWN.split_whitespace())
        .filter(|name| {
            name.chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "_[]:.@-+".contains(sign))
        })
        // fish ends at it without a terminal.
        .filter(|name| *name != "set_color")
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The lines with one command that the policy allows, as they are sent.
fn allowed(policy: &HostPolicy, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for list in arguments() {
        let words = list
            .iter()
            .map(|word| format!("'{}'", word.replace("CANARY", "canary")));
        let line = format!("{name} {}", words.collect::<Vec<_>>().join(" "));
        if policy.judge(&line).verdict() == Verdict::Allow {
            lines.push(CommandLine::parse(&line).unwrap().render());
        }
    }
    lines
}

fn allow_all() -> HostPolicy {
    host(
        "limits: {deny_substrings: []}\nrules: [{action: allow, commands: [\"*\"]}]",
        "web",
        &[],
    )
}

/// The allowed lines of the commands that all shells get: judged once, by two threads, since a judgement takes
/// longer than a run.
static ALLOWED: LazyLock<HashMap<&str, Vec<String>>> = LazyLock::new(|| {
    let names: Vec<&str> = KNOWN.split_whitespace().collect();
    std::thread::scope(|scope| {
        let halves = names.chunks(names.len().div_ceil(2)).map(|half| {
            scope.spawn(move || {
                let policy = allow_all();
                let judged = half.iter().map(|name| (*name, allowed(&policy, name)));
                judged.collect::<Vec<_>>()
            })
        });
        let halves: Vec<_> = halves.collect();
        let judged = halves.into_iter().flat_map(|half| half.join().unwrap());
        judged.collect()
    })
});

/// A program that appends its own path to `mark`.
fn program(path: &Path, mark: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\necho x >>'{}'\n", mark.display())).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Tries one shell.
fn no_builtin_runs_a_word(shell: &str) {
    let (_, arguments, list) = SHELLS
        .into_iter()
        .find(|(name, ..)| *name == shell)
        .unwrap();
    let policy = allow_all();
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    program(&at("bin/canary"), &at("canary-ran"));
    program(&at("bin/probe"), &at("probe-ran"));
    program(&at("evil/probe"), &at("canary-ran"));
    let evil = at("evil").display().to_string();
    let names = builtins(shell, arguments, list);
    assert!(names.len() > 40, "{shell}: {names:?}");
    let lines = names.iter().flat_map(|name| {
        let known = ALLOWED.get(name.as_str()).cloned();
        known.unwrap_or_else(|| allowed(&policy, name))
    });
    let lines: Vec<String> = lines.map(|line| line.replace("/evil", &evil)).collect();
    assert!(lines.len() > 500, "{shell}: {}", lines.len());
    let (ending, others): (Vec<&String>, Vec<&String>) = lines.iter().partition(|line| ends(line));
    let chunks: Vec<&[&String]> = others.chunks(CHUNK).collect();
    let script: String = chunks.iter().map(|chunk| chunked(shell, chunk)).collect();
    let ending: String = match shell {
        // It has no subshells.
        "fish" => String::new(),
        _ => ending.iter().map(|line| format!("({line})\n")).collect(),
    };
    let script = script + &ending;
    fs::write(at("script"), &script).unwrap();
    fs::create_dir(at("work")).unwrap();
    contained(shell, arguments)
        .arg(at("script"))
        .env("PATH", format!("{}:/nowhere", at("bin").display()))
        .env("HOME", at("work"))
        .env("TERM", "xterm")
        .current_dir(at("work"))
        .status()
        .unwrap();
    assert!(
        !at("canary-ran").exists(),
        "{shell}: a word was run; see {:?}",
        culprit(shell, arguments, &lines, place.path())
    );
    let probes = fs::read_to_string(at("probe-ran")).unwrap().lines().count();
    // Another `probe` would have left the mark. ksh93 ends a subshell at an error of a special builtin.
    assert!(
        probes * 10 >= chunks.len() * 9,
        "{shell}: {probes} of {} probes ran",
        chunks.len()
    );
}

macro_rules! each_shell {
    ($($test:ident $shell:literal)*) => {
        $(#[test]
        fn $test() {
            no_builtin_runs_a_word($shell);
        })*
    };
}

each_shell! {
    no_builtin_of_bash_runs_a_word_or_changes_what_comes_after_it "bash"
    no_builtin_of_zsh_runs_a_word_or_changes_what_comes_after_it "zsh"
    no_builtin_of_mksh_runs_a_word_or_changes_what_comes_after_it "mksh"
    no_builtin_of_ksh93_runs_a_word_or_changes_what_comes_after_it "ksh93"
    no_builtin_of_dash_runs_a_word_or_changes_what_comes_after_it "dash"
    no_builtin_of_busybox_runs_a_word_or_changes_what_comes_after_it "busybox"
    no_builtin_of_yash_runs_a_word_or_changes_what_comes_after_it "yash"
    no_builtin_of_fish_runs_a_word_or_changes_what_comes_after_it "fish"
}

/// A shell without input, output and environment. It may kill what it sees: a PID namespace and a process group of
/// its own hold it.
fn contained(shell: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(path_of("unshare"));
    command
        .args([
            "--user",
            "--map-root-user",
            "--pid",
            "--fork",
            "--mount-proc",
            "--kill-child",
        ])
        .arg(path_of(shell))
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

fn path_of(shell: &str) -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|place| place.join(shell));
    places
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no `{shell}`: run scripts/test-tools.sh"))
}

/// How many lines share a subshell, and the command behind them.
const CHUNK: usize = 25;

fn ends(line: &str) -> bool {
    line.starts_with("exit") || line.starts_with("kill")
}

fn chunked(shell: &str, lines: &[&String]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    match shell {
        "fish" => format!("{lines}probe\n"),
        _ => format!("({lines}probe)\n"),
    }
}

/// The first line that runs a word, each tried by itself.
fn culprit(shell: &str, arguments: &[&str], lines: &[String], place: &Path) -> Option<String> {
    let mark = place.join("canary-ran");
    let ran = |line: &&String| {
        fs::remove_file(&mark).ok();
        let mut command = contained(shell, arguments);
        command
            .args(["-c", &format!("{line}; probe")])
            .env("PATH", place.join("bin"))
            .current_dir(place.join("work"));
        command.status().unwrap();
        mark.exists()
    };
    lines.iter().find(ran).cloned()
}
