//! `mcp-ssh completions`: real shells source the script and are asked what they offer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::help::{options, subcommands};
use super::{output, path, said};
use crate::support::fixture::Fixture;

/// Two hosts, in a home directory.
fn site() -> Fixture {
    let fixture = Fixture::empty();
    fixture.fill(
        "  - {alias: web-1, host: 127.0.0.1, credentials: ops, tags: [front, all]}\n\
         \x20 - {alias: db-1, host: 127.0.0.1, credentials: ops, tags: [all]}\n",
    );
    fixture
}

/// Runs a shell's program with the configuration at hand.
fn shell(fixture: &Fixture, program: &[&str], script: &str) -> String {
    let mut shell = Command::new(program[0]);
    let shell = shell
        .args(&program[1..])
        .arg(script)
        .envs(fixture.environment())
        .env("PATH", path());
    let home = std::path::PathBuf::from(fixture.config());
    let shell = shell
        .env("HOME", home.parent().unwrap())
        .stdin(Stdio::null());
    let output = shell.current_dir(fixture.config()).output();
    let output =
        output.unwrap_or_else(|error| panic!("{}: {error}: see scripts/test-tools.sh", program[0]));
    let (status, out, err) = said(&output);
    assert_eq!((status, err.as_str()), (0, ""), "{script}\n{out}");
    out
}

/// What bash offers for the words, the last unfinished.
fn bash(fixture: &Fixture, words: &str) -> String {
    let script = format!(
        "source <(mcp-ssh completions bash); [[ $(complete -p mcp-ssh) == *'-F _mcp_ssh mcp-ssh' ]] || exit 9; \
         COMP_WORDS=(mcp-ssh {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _mcp_ssh; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    shell(fixture, &["bash", "--norc", "-c"], &script)
}

/// What zsh's completion function hands to zsh.
fn zsh(fixture: &Fixture, words: &str) -> String {
    let script = format!(
        "compdef() {{ registered=$1 }}; eval \"$(mcp-ssh completions zsh)\"; [ $registered = _mcp_ssh ] || exit 9; \
         compadd() {{ print -rl -- ${{(P)2}} }}; _files() {{ print FILES }}; \
         words=(mcp-ssh {words}); CURRENT=$#words; _mcp_ssh"
    );
    let all = shell(fixture, &["zsh", "-f", "-c"], &script);
    if all == "FILES\n" {
        "\n".to_owned()
    } else {
        all
    }
}

/// What fish itself offers.
fn fish(fixture: &Fixture, words: &str) -> String {
    let line = words.replace("''", "");
    let script = format!("mcp-ssh completions fish | source; complete -C 'mcp-ssh {line}'");
    shell(fixture, &["fish", "--no-config", "-c"], &script)
}

#[test]
fn each_shell_offers_commands_options_hosts_and_tags() {
    let site = site();
    let every = |shell: fn(&Fixture, &str) -> String, words: &str| {
        let offered = shell(&site, words);
        let mut offered: Vec<String> = offered.lines().map(str::to_owned).collect();
        offered.sort();
        offered.join(" ").trim().to_owned()
    };
    for (words, expected) in [
        ("pl", "plan"),
        ("hea", "healthcheck"),
        ("plan ''", "db-1 web-1"),
        ("plan w", "web-1"),
        ("run --tag ''", "all front"),
        ("run --tag f", "front"),
        ("--config /nowhere plan ''", ""),
        ("hosts --j", "--json"),
        ("check --s", "--secrets --strict"),
        (
            "client-config ''",
            "claude-code claude-desktop codex compose cursor docker gemini goose inspector jetbrains json opencode vscode windsurf zed",
        ),
        ("completions z", "zsh"),
        ("--config ~/config run d", "db-1"),
    ] {
        for (name, shell) in [
            ("bash", bash as fn(&Fixture, &str) -> String),
            ("zsh", zsh),
            ("fish", fish),
        ] {
            // fish offers files where the program has no answer, and here there are some.
            let expected = match (name, expected) {
                ("fish", "") => "credentials.yml policy.yml servers.yml",
                _ => expected,
            };
            assert_eq!(every(shell, words), expected, "{name}: {words}");
        }
    }
    // The three ways that shells split `--option=value`.
    assert_eq!(every(bash, "run --tag = f"), "front");
    assert_eq!(every(bash, "run --tag ="), "all front");
    assert_eq!(every(zsh, "run --tag=f"), "--tag=front");
    assert_eq!(every(fish, "run --tag=f"), "--tag=front");
    // A program of that name that is not on the PATH is not started by a key press.
    site.write("mcp-ssh", "#!/bin/sh\nkill $PPID\n");
    let decoy = std::path::Path::new(&site.config()).with_file_name("mcp-ssh");
    fs::set_permissions(&decoy, fs::Permissions::from_mode(0o755)).unwrap();
    for (shell, program) in [
        ("bash", &["bash", "--norc", "-c"][..]),
        ("fish", &["fish", "--no-config", "-c"]),
    ] {
        let script = match shell {
            "bash" => {
                "source <(mcp-ssh completions bash); COMP_WORDS=(../mcp-ssh pl); COMP_CWORD=1; _mcp_ssh; echo $COMPREPLY"
            }
            _ => "mcp-ssh completions fish | source; complete -C '../mcp-ssh pl'",
        };
        assert_eq!(self::shell(&site, program, script), "plan\n", "{shell}");
    }
    // Behind `--` the words are another program's.
    assert_eq!(every(bash, "plan web-1 -- ''"), "");
    assert_eq!(every(bash, "run --tag all ''"), "");
    // A fault in the policy keeps nobody from typing; nothing is written to the terminal.
    site.write("config/policy.yml", "rules: 7\n");
    assert_eq!(every(bash, "plan ''"), "db-1 web-1");
    site.write("config/servers.yml", "hosts: 7\n");
    assert_eq!(every(bash, "plan ''"), "");
}

/// As a file on zsh's path it is found under the command's name.
#[test]
fn zsh_finds_the_script_on_its_path() {
    let site = site();
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("_mcp-ssh"),
        output(&["completions", "zsh"]).1,
    )
    .unwrap();
    let script = format!(
        "fpath=({} $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[mcp-ssh]; \
         compadd() {{ print -rl -- ${{(P)2}} }}; words=(mcp-ssh plan ''); CURRENT=3; _mcp-ssh",
        folder.path().display()
    );
    assert_eq!(
        shell(&site, &["zsh", "-f", "-c"], &script),
        "_mcp-ssh\ndb-1\nweb-1\n"
    );
}

/// What is offered is what the help lists, for every subcommand there is.
#[test]
fn what_is_offered_is_what_the_help_lists() {
    let offered = |words: &[&str]| {
        let words = [&["completions", "--words", "--"], words].concat();
        let (status, out, err) = output(&words);
        assert_eq!((status, err.as_str()), (0, ""));
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered(&[""]), subcommands());
    assert_eq!(offered(&["-"]), options(&[]));
    for subcommand in subcommands() {
        let mut expected = options(&[&subcommand]);
        assert!(expected.contains(&"--help".to_owned()), "{subcommand}");
        expected.extend(
            [
                "--config",
                "--keys",
                "--secrets",
                "--audit-file",
                "--no-sandbox",
            ]
            .map(str::to_owned),
        );
        assert_eq!(offered(&[&subcommand, "-"]), expected, "{subcommand}");
    }
    assert_eq!(output(&["completions"]).0, 2);
    assert_eq!(output(&["completions", "tcsh"]).0, 2);
}
