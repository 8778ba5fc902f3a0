//! What a person sees who runs a command at a terminal: one message of what went wrong, in words for whoever can mend it,
//! and no records. script(1) is the terminal.

use std::process::{Command, Stdio};

use super::cli::{status, text};
use super::site::Site;

/// What the terminal shows of `mcp-ssh WORDS`.
fn watched(site: &Site, words: &str) -> String {
    let command = format!("{} {words}", env!("CARGO_BIN_EXE_mcp-ssh"));
    let mut script = Command::new("script");
    let script = script
        .args(["-qec", &command, "/dev/null"])
        .envs(site.fixture.environment());
    let output = script.env("NO_COLOR", "1").stdin(Stdio::null()).output();
    let output = output.expect("script(1) is there: apt-get install bsdutils");
    text(&output.stdout).replace("\r\n", "\n")
}

#[test]
fn a_command_that_works_shows_its_output_and_nothing_else() {
    let site = Site::start("seen");
    assert_eq!(watched(&site, "run box -- echo hi"), "hi\n");
    let tag = watched(&site, "run --tag lab -- echo hi");
    let lines: Vec<&str> = tag.lines().collect();
    let [ended, said, summary] = lines.as_slice() else {
        panic!("{tag}");
    };
    assert!(ended.starts_with("[1/1] box: exit status 0 ("), "{tag}");
    assert_eq!(
        (*said, *summary),
        ("box: hi", "mcp-ssh: 1 host: 1 succeeded")
    );
    let killed = watched(&site, r#"run box -- "exec sh -c 'kill -9 \$\$'""#);
    assert_eq!(killed, "mcp-ssh: ended by signal KILL\n");
    let records = watched(&site, "run -v box -- echo hi");
    assert!(
        records.contains("{\"type\":\"policy_decision\""),
        "{records}"
    );
    // A script that keeps stderr keeps the records.
    let script = site.run(&["run", "box", "--", "echo", "hi"]);
    assert_eq!(
        text(&script.stderr).lines().count(),
        4,
        "{}",
        text(&script.stderr)
    );
}

#[test]
fn the_audit_file_has_the_records_that_the_terminal_has_not() {
    let site = Site::start("seenfile");
    let file = site.path("audit.jsonl");
    let words = format!("run --audit-file {} box -- echo hi", file.display());
    assert_eq!(watched(&site, &words), "hi\n");
    let records = std::fs::read_to_string(&file).unwrap();
    assert_eq!(records.lines().count(), 4, "{records}");
}

#[test]
fn what_went_wrong_is_one_message_to_the_operator() {
    let site = Site::start("seenbad");
    let port = site.sshd.port();
    let known_hosts = site.path("keys/known_hosts").display().to_string();
    let denied = "mcp-ssh: denied on `box`: no rule allows `uptime` on this host, and what is not allowed is denied\n\
                  mcp-ssh: to allow it, add to policy.yml: `- {action: allow, argv: [[\"uptime\"]]}`\n";
    assert_eq!(watched(&site, "run box -- uptime"), denied);
    site.fixture.write("keys/known_hosts", "");
    let unknown = format!(
        "mcp-ssh: SSH host key not found: Add host to known_hosts; {known_hosts}: `[127.0.0.1]:{port}` has no key in \
         known_hosts: run `mcp-ssh keyscan 127.0.0.1:{port}`, compare the fingerprint, add the line\n"
    );
    assert_eq!(watched(&site, "run box -- echo hi"), unknown);
    site.write_servers(1);
    site.fixture.write(
        "keys/known_hosts",
        &format!("[127.0.0.1]:1 {}\n", site.user.public),
    );
    let refused = "mcp-ssh: SSH connection refused: Port may be closed or firewall blocking; `box` (127.0.0.1:1): \
                   Connection refused (os error 111); check that the SSH server runs and that the port is right\n";
    assert_eq!(watched(&site, "run box -- echo hi"), refused);
    let on_tag = watched(&site, "run --tag lab -- echo hi");
    assert!(
        on_tag.starts_with("[1/1] box: SSH connection refused: "),
        "{on_tag}"
    );
    assert!(
        on_tag.contains("Connection refused (os error 111)"),
        "{on_tag}"
    );
    assert!(!on_tag.contains("operator"), "{on_tag}");
}

#[test]
fn a_mistyped_word_is_told_the_one_that_was_meant() {
    let site = Site::start("meant");
    for (words, expected) in [
        (
            "run bxo -- uptime",
            "mcp-ssh: there is no host `bxo`: did you mean `box`? see `mcp-ssh hosts`",
        ),
        (
            "plan bxo -- uptime",
            "mcp-ssh: there is no host `bxo`: did you mean `box`? see `mcp-ssh hosts`",
        ),
        (
            "run zzz -- uptime",
            "mcp-ssh: there is no host `zzz`; see `mcp-ssh hosts`",
        ),
        (
            "run --tag lba -- uptime",
            "mcp-ssh: no host has the tag `lba`: did you mean `lab`? see `mcp-ssh hosts`",
        ),
        (
            "plan --tag lba -- uptime",
            "mcp-ssh: no host has the tag `lba`: did you mean `lab`? see `mcp-ssh hosts`",
        ),
        (
            "rnu box -- uptime",
            "Unrecognized argument: rnu: did you mean `run`?",
        ),
        (
            "chekc",
            "Unrecognized argument: chekc: did you mean `check`?",
        ),
        (
            "audit veryfi f",
            "Unrecognized argument: veryfi: did you mean `verify`?",
        ),
        (
            "run --tga lab -- uptime",
            "Unrecognized argument: --tga: did you mean `--tag`?",
        ),
        (
            "audit verify --jsno f",
            "Unrecognized argument: --jsno: did you mean `--json`?",
        ),
        (
            "check --confg d",
            "Unrecognized argument: --confg: did you mean `--config`?",
        ),
        ("qqqqqqqq", "Unrecognized argument: qqqqqqqq"),
        (
            "run box df -h",
            "Unrecognized argument: -h: write `mcp-ssh run box -- df -h`",
        ),
        (
            "run --json box df -h /",
            "Unrecognized argument: -h: write `mcp-ssh run --json box -- df -h /`",
        ),
        (
            "run --timeout-seconds 9 box ls -l",
            "Unrecognized argument: -l: write `mcp-ssh run --timeout-seconds 9 box -- ls -l`",
        ),
        (
            "run --tag lab ls -l",
            "Unrecognized argument: -l: write `mcp-ssh run --tag lab -- ls -l`",
        ),
        (
            "run box echo -n a;b it's $HOME",
            "Unrecognized argument: -n: write `mcp-ssh run box -- echo -n 'a;b' 'it'\\''s' '$HOME'`",
        ),
        (
            "--confg d check",
            "Unrecognized argument: --confg: did you mean `--config`?",
        ),
        (
            "run --timeout 3 box uptime",
            "Unrecognized argument: --timeout: did you mean `--timeout-seconds`?",
        ),
        (
            "plan box df -h",
            "Unrecognized argument: -h: write `mcp-ssh plan box -- df -h`",
        ),
        (
            "run box ls -h",
            "Unrecognized argument: -h: write `mcp-ssh run box -- ls -h`",
        ),
        (
            "--help rnu",
            "Unrecognized argument: rnu: did you mean `run`?",
        ),
        (
            "version x",
            "Unrecognized argument: version: did you mean `--version`?",
        ),
        (
            "client-config claude-cod",
            "mcp-ssh: unknown client: did you mean `claude-code`? write one of claude-code, claude-desktop, codex, \
             compose, cursor, docker, gemini, goose, inspector, jetbrains, json, opencode, vscode, windsurf, zed",
        ),
        (
            "run --timeout-seconds 0 box -- uptime",
            "Error parsing option '--timeout-seconds' with value '0': takes whole seconds, from 1 to the policy's \
             `max_seconds`",
        ),
        (
            "put --timeout-seconds ten box /f -",
            "Error parsing option '--timeout-seconds' with value 'ten': takes whole seconds, from 1 to the policy's \
             `max_seconds`",
        ),
        (
            "run box --timeout-secons 5 -- uptime",
            "Unrecognized argument: --timeout-secons: did you mean `--timeout-seconds`?",
        ),
        (
            "run box --qqqqqqqq 5 -- uptime",
            "Unrecognized argument: --qqqqqqqq",
        ),
        (
            "doctor bxo",
            "mcp-ssh: there is no host `bxo`: did you mean `box`? see `mcp-ssh hosts`",
        ),
        (
            "client-config Claude",
            "mcp-ssh: unknown client: did you mean `claude-code` or `claude-desktop`? write one of claude-code, \
             claude-desktop, codex, compose, cursor, docker, gemini, goose, inspector, jetbrains, json, opencode, vscode, \
             windsurf, zed",
        ),
        (
            "audit tail -n some f",
            "Error parsing option '-n' with value 'some': takes a whole number of records",
        ),
        (
            "run --tag t --max-failures -1 -- uptime",
            "Error parsing option '--max-failures' with value '-1': takes a whole number of hosts, from 0",
        ),
        (
            "run --tag t --canary 0 -- uptime",
            "Error parsing option '--canary' with value '0': takes a whole number of hosts, from 1",
        ),
        (
            "reload --pid me",
            "Error parsing option '--pid' with value 'me': takes the number of a process, as `pgrep mcp-ssh` shows it",
        ),
        (
            "approver --allow-uid root",
            "Error parsing option '--allow-uid' with value 'root': takes the number of a user, as `id -u NAME` shows it",
        ),
        (
            "init x --host h --user u --policy lok",
            "Error parsing option '--policy' with value 'lok': there is no such policy to begin with: write one of look, diagnostics, logs",
        ),
    ] {
        let output = site.run(&words.split(' ').collect::<Vec<_>>());
        let told = text(&output.stderr);
        assert_eq!(told.lines().next(), Some(expected), "{words}: {told}");
        assert_ne!(status(&output), 0, "{words}");
    }
}

#[test]
fn what_is_no_host_and_no_configuration_is_one_message() {
    let site = Site::start("onemessage");
    let none = site.run(&["hosts", "--tag", "lba"]);
    assert_eq!(status(&none), 0);
    assert_eq!(
        text(&none.stderr),
        "mcp-ssh: no host has the tag `lba`: did you mean `lab`? see `mcp-ssh hosts`\n"
    );
    site.fixture.write("config/policy.yml", "rulez: []");
    for words in ["hosts", "plan box -- uptime", "run box -- uptime"] {
        let told = watched(&site, words);
        assert_eq!(told.lines().count(), 1, "{words}: {told}");
        assert!(
            told.starts_with("mcp-ssh: no usable configuration: "),
            "{told}"
        );
    }
}

#[test]
fn the_program_alone_on_a_terminal_prints_its_help() {
    let site = Site::start("alone");
    let told = watched(&site, "");
    assert!(told.starts_with("Usage: mcp-ssh "), "{told}");
    assert!(told.contains("Commands:\n"), "{told}");
    // A client has a pipe there, and is served.
    let served = site.command(&[]).stdin(Stdio::null()).output().unwrap();
    assert!(text(&served.stdout).is_empty());
}

/// Characters that turn the rest of a line around, and the letter mark that text from right to left has.
const TURNED: &str = r#""printf 'a\342\200\256b\330\234c\342\201\246d\n'""#;

#[test]
fn no_output_turns_a_line_of_the_terminal_around() {
    let site = Site::start("turned");
    let shown = "a\\u{202e}b\\u{61c}c\\u{2066}d\n";
    let kept = "a\u{202e}b\u{61c}c\u{2066}d\n";
    assert_eq!(watched(&site, &format!("run box -- {TURNED}")), shown);
    let tag = watched(&site, &format!("run --tag lab -- {TURNED}"));
    assert!(tag.contains(&format!("\nbox: {shown}")), "{tag}");
    // JSON is the same value with the characters by their numbers.
    let json = watched(&site, &format!("run --json box -- {TURNED}"));
    assert!(
        !json.contains(['\u{202e}', '\u{61c}', '\u{2066}']),
        "{json}"
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["output"], kept);
    let records = watched(&site, &format!("audit tail {}", written_by_another(&site)));
    assert!(
        records.contains("denied box a\u{fffd}b\u{fffd}c"),
        "{records}"
    );
    // A letter from right to left would turn our own words around it.
    assert!(records.contains(r"rule=\u{5d0} 12"), "{records}");
    // In a pipe the output of a program is data.
    let line = TURNED.trim_matches('"');
    let piped = site.run(&["run", "box", "--", line]);
    assert_eq!(text(&piped.stdout), kept);
    let piped = site.run(&["run", "--tag", "lab", "--", line]);
    assert_eq!(text(&piped.stdout), format!("box: {kept}"));
}

/// What a terminal would draw as `false`, over `real`.
const OVERWRITTEN: &str = r#""printf 'real\rfalse\r\nend\r'""#;

#[test]
fn no_output_writes_over_its_own_line_on_a_terminal() {
    let site = Site::start("overwritten");
    let shown = watched(&site, &format!("run box -- {OVERWRITTEN}"));
    assert_eq!(shown, "real\\u{d}false\r\nend\\u{d}");
    let piped = site.run(&["run", "box", "--", OVERWRITTEN.trim_matches('"')]);
    assert_eq!(text(&piped.stdout), "real\rfalse\r\nend\r");
}

/// A trail with such characters.
fn written_by_another(site: &Site) -> String {
    let file = site.path("other.jsonl");
    let record = "{\"type\":\"policy_decision\",\"ts\":0,\"alias\":\"box\",\"allowed\":false,\
                  \"command\":\"a\u{61c}b\u{202e}c\",\"rule\":\"\u{5d0} 12\"}\n";
    std::fs::write(&file, record).unwrap();
    file.display().to_string()
}
