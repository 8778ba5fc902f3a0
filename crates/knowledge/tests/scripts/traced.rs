//! Runs scripts in their real program under strace and tells what they do besides reading their input and printing.
//!
//! Takes a program and scripts. Gives each script that opens another file, writes, starts a program or reaches out. A
//! missing program is a failure that says how to install it.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program, and where its script stands.
pub struct Program<'a> {
    /// Its words before the script.
    pub command: &'a str,
    /// Its words after the script.
    pub after: &'a [&'a str],
    /// Files that it opens to write whatever the script says. Their content must stay.
    pub owns: &'a [&'a str],
}

/// Calls that change something or reach out, besides those that open a file.
const CALLS: &str = "execve,execveat,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,\
    symlink,symlinkat,link,linkat,chmod,fchmod,fchmodat,chown,fchown,fchownat,truncate,ftruncate,connect,bind,\
    sendto,kill";
const FILES: &[(&str, &str)] = &[
    ("text", "alpha 10 a/b\nbeta 9 [x]\n\"quoted\" 5;x\nid 3\n"),
    (
        "data.json",
        "{\"a\": [1, {\"b\": \"c\"}], \"env\": 2, \"name\": \"x\"}\n",
    ),
    ("secret", "secret\n"),
    ("secret.json", "{}\n"),
    ("secret.jq", "def f: 1;\n"),
];
/// A variable of the environment, and its value.
const CANARY: &str = "CANARY_OF_THE_ENVIRONMENT";
const DATABASE: &str = "create table t (a, b); insert into t values (1, 'x'); \
    create index i on t (a); create view v as select a from t";
/// One second of processor time for each script: some never end.
const LOOP: &str = "while IFS= read -r -d '' script; do \
    (ulimit -t 1 -f 1000 -v 2000000; exec $0 \"$script\" \"$@\" </dev/null); done";

/// The scripts that do more than read their input, and what.
pub fn effects(program: &Program<'_>, scripts: &[String]) -> Vec<(String, String)> {
    let folder = Folder::new(program);
    let given = folder.path.join("scripts");
    let joined: String = scripts.iter().map(|script| format!("{script}\0")).collect();
    std::fs::write(&given, joined).unwrap();
    let before = folder.content();
    let mut strace = strace(program, &folder, &given);
    let missing = "run scripts/test-tools.sh: it installs what this test needs";
    let mut process = strace
        .spawn()
        .unwrap_or_else(|error| panic!("strace: {error}; {missing}"));
    let printed = prints_canary(process.stdout.take().unwrap());
    let status = process.wait().unwrap();
    let trace = std::fs::read(folder.root.join("trace"))
        .unwrap_or_else(|error| panic!("{status}: {error}"));
    let (runs, mut found) = read(program, &String::from_utf8_lossy(&trace));
    assert_eq!(
        runs,
        scripts.len(),
        "`{}` did not run each script; {missing}",
        program.command
    );
    let changed = folder.content() != before;
    if changed && found.is_empty() {
        found.push((scripts.len() - 1, "changes a file".to_owned()));
    }
    if printed {
        found.push((
            scripts.len() - 1,
            "or another one prints the environment".to_owned(),
        ));
    }
    let seen: HashSet<(usize, String)> = found.into_iter().collect();
    let script = |at: usize| scripts.get(at).cloned().unwrap_or_default();
    seen.into_iter()
        .map(|(at, what)| (script(at), what))
        .collect()
}

/// The command that runs each script of a file.
fn strace(program: &Program<'_>, folder: &Folder, scripts: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args("-f --seccomp-bpf -q -s 4096 -e signal=none -e".split(' '));
    strace
        .arg(format!("trace={CALLS}"))
        .args(["-o", "../trace", "bash", "-c", LOOP]);
    strace.arg(program.command).args(program.after);
    strace
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", "/nonexistent")
        .env("LC_ALL", "C.UTF-8")
        .env(CANARY, CANARY);
    strace
        .current_dir(&folder.path)
        .stdin(std::fs::File::open(scripts).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    strace
}

/// Some scripts print without end: nothing is kept but the last few bytes.
fn prints_canary(mut output: impl Read) -> bool {
    let (mut found, mut kept, mut buffer) = (false, Vec::new(), vec![0; 1 << 16]);
    loop {
        let length = output.read(&mut buffer).unwrap();
        if length == 0 {
            return found;
        }
        kept.extend_from_slice(&buffer[..length]);
        found |= kept
            .windows(CANARY.len())
            .any(|window| window == CANARY.as_bytes());
        kept.drain(..kept.len().saturating_sub(CANARY.len()));
    }
}

/// A folder that is gone with its value.
struct Folder {
    root: PathBuf,
    path: PathBuf,
}

impl Folder {
    fn new(program: &Program<'_>) -> Self {
        let name = program.command.replace([' ', '/'], "-");
        let unique = format!(
            "scripts-{}-{:?}-{name}",
            std::process::id(),
            std::thread::current().id()
        );
        let root = std::env::temp_dir().join(unique);
        let path = root.join("work");
        std::fs::create_dir_all(&path).unwrap();
        for (name, text) in FILES {
            std::fs::write(path.join(name), text).unwrap();
        }
        if !program.owns.is_empty() {
            let made = Command::new("sqlite3")
                .arg(path.join("data.db"))
                .arg(DATABASE)
                .status();
            assert!(
                made.is_ok_and(|status| status.success()),
                "sqlite3 is missing: run scripts/test-tools.sh"
            );
        }
        Self { root, path }
    }

    fn content(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(&self.path).unwrap();
        let mut files: Vec<(PathBuf, Vec<u8>)> = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(&path).unwrap_or_default()))
            .collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

/// How many scripts ran, and what they did: the index of the script, and the call.
fn read(program: &Program<'_>, trace: &str) -> (usize, Vec<(usize, String)>) {
    let name = program.command.split(' ').next().unwrap_or_default();
    let mut lines = trace.lines().filter_map(|line| line.split_once(' '));
    let shell = lines.next().map_or("", |(process, _)| process);
    let (mut runs, mut found) = (0, Vec::new());
    let mut alive: HashSet<&str> = HashSet::new();
    for (process, line) in lines {
        let line = line.trim_start();
        if line.starts_with("+++") {
            alive.remove(process);
        } else if process != shell {
            let (call, words) = line.split_once('(').unwrap_or((line, ""));
            if call == "execve"
                && !alive.contains(process)
                && line.contains(&format!("/{name}\", [\"{name}\""))
            {
                // Some directories of PATH do not have it: the last try counts.
                let failed = line.contains(" = -1 ");
                runs += usize::from(!failed);
                if !failed {
                    alive.insert(process);
                }
            } else if !call.starts_with("<...") && !is_harmless(program, call, words) {
                found.push((usize::saturating_sub(runs, 1), format!("{call}({words}")));
            }
        }
    }
    (runs, found)
}

fn is_harmless(program: &Program<'_>, call: &str, words: &str) -> bool {
    if !call.starts_with("open") {
        return false;
    }
    let path = words.split('"').nth(1).unwrap_or_default();
    let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"]
        .iter()
        .any(|flag| words.contains(flag));
    let own = program.after.contains(&path);
    let owned = program
        .owns
        .iter()
        .any(|name| path == *name || path.ends_with(&format!("/{name}")));
    let terminal = ["/dev/stdout", "/dev/stderr", "/dev/null", "/dev/tty"].contains(&path);
    if writes {
        return terminal || owned && !words.contains("O_TRUNC");
    }
    let system = [
        "/usr/",
        "/lib",
        "/etc/ld.so",
        "/etc/localtime",
        "/proc/self/",
        "/proc/filesystems",
        "/dev/random",
        "/dev/urandom",
        "/nonexistent/",
    ];
    let code = system.iter().any(|place| path.starts_with(place));
    own || owned || terminal || code || path.starts_with("/proc/") && path.ends_with("/io")
}
