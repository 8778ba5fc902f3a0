//! A value that an option cannot take in its form is a command line that is wrong: status 2, whichever option it is.

use super::{mcp_ssh, said};

/// What a command needs beside the option.
const REST: [(&str, &[&str]); 14] = [
    ("audit report", &["trail.jsonl"]),
    ("audit verify", &["trail.jsonl"]),
    ("audit tail", &["trail.jsonl"]),
    ("suggest", &["trail.jsonl"]),
    ("diff", &["old", "new"]),
    ("plan", &["web", "--", "uptime"]),
    ("run", &["web", "--", "uptime"]),
    ("doctor", &["web"]),
    ("get", &["web", "/etc/motd"]),
    ("put", &["motd", "web", "/etc/motd"]),
    ("keyscan", &["web"]),
    ("init", &["site"]),
    ("client-config", &["json"]),
    ("completions", &["bash"]),
];

/// Runs it in a directory of its own, in which then nothing may be.
fn refused(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = mcp_ssh(words).current_dir(&folder).output().unwrap();
    let (status, out, err) = said(&output);
    assert_eq!((status, out.as_str()), (2, ""), "{words:?}: {err}");
    let left = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 0, "{words:?}: {err}");
    err
}

fn help(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    said(&mcp_ssh(&words).output().unwrap()).1
}

/// The commands that the help of another one lists.
fn listed(command: &str) -> Vec<String> {
    let help = help(command);
    let (_, commands) = help.split_once("\nCommands:\n").unwrap();
    let lines = commands.lines().take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.map(|line| line.split_whitespace().next().unwrap());
    names
        .map(|name| format!("{command} {name}").trim().to_owned())
        .collect()
}

/// What a shell makes of a variable that is not set. Only the places of the configuration may be empty: that is to leave
/// them out, as it is in their variables.
#[test]
fn no_option_takes_an_empty_value() {
    let commands = listed("").into_iter().filter(|name| name != "audit");
    let mut options = 0;
    for command in commands.chain(listed("audit")) {
        let usage = help(&command);
        let usage = usage.lines().next().unwrap();
        let rest = REST.iter().find(|(name, _)| *name == command);
        let rest = rest.map_or(&[][..], |(_, rest)| rest);
        for option in usage
            .split("[--")
            .skip(1)
            .filter(|option| option.contains('<'))
        {
            let option = format!("--{}", option.split(' ').next().unwrap());
            let words = command.split(' ').chain([option.as_str(), ""]);
            let words: Vec<&str> = words.chain(rest.iter().copied()).collect();
            refused(&words);
            options += 1;
        }
    }
    assert!(options > 40, "{options}");
}

#[test]
fn no_word_that_names_a_file_is_empty() {
    for words in [
        &["audit", "report", ""][..],
        &["audit", "verify", ""],
        &["audit", "tail", ""],
        &["suggest", ""],
        &["diff", "", "new"],
        &["diff", "old", ""],
        &["init", ""],
    ] {
        let told = refused(words);
        assert!(
            told.contains("takes a path, and this one is empty"),
            "{words:?}: {told}"
        );
    }
}

#[test]
fn a_value_of_another_form_is_a_wrong_command_line() {
    let long = "u".repeat(101);
    let host = |value| vec!["init", "site", "--user", "me", "--host", value];
    let named = |option, value| {
        let words = [
            "init",
            "site",
            "--user",
            "me",
            "--host",
            "127.0.0.1",
            option,
            value,
        ];
        words.to_vec()
    };
    let port = "has no port from 1 to 65535 behind the colon";
    for (words, why) in [
        (host("web:99999"), port),
        (host("web:0"), port),
        (host("web:"), port),
        (host("web:ssh"), port),
        (host("[::1]:65536"), port),
        (host("::1:x"), "is not an IPv6 address"),
        (host("we b"), "holds ` `"),
        (
            host("ops@web"),
            "the user name belongs to the credentials entry",
        ),
        (host("ssh://web"), "is a URL: write the host alone"),
        (
            vec!["init", "site", "--host", "web", "--user", "a b"],
            "takes a name without blanks",
        ),
        (
            vec!["init", "site", "--host", "web", "--user", &long],
            "takes a name of 100 bytes at most",
        ),
        (named("--alias", "a b"), "holds ` `"),
        (
            named("--alias", &long),
            "is 101 characters long: 100 are allowed",
        ),
        (
            named("--policy", "all"),
            "write one of look, diagnostics, logs",
        ),
        (
            named("--fingerprint", "MD5:00:11"),
            "has no `SHA256:` in it",
        ),
        (
            named("--fingerprint", "SHA256:x"),
            "is not whole: behind `SHA256:` are 43 letters",
        ),
        (
            vec!["keyscan", "web:99999"],
            "`web:99999` is no HOST[:PORT]",
        ),
        (vec!["keyscan", "web:0"], "`web:0` is no HOST[:PORT]"),
        (vec!["run", "--tag", "a b", "--", "uptime"], "holds ` `"),
        (vec!["plan", "--tag", "a b", "--", "uptime"], "holds ` `"),
        (
            vec!["put", "--tag", "a/b", "motd", "/etc/motd"],
            "holds `/`",
        ),
        (
            vec!["hosts", "--tag", &long],
            "is 101 characters long: 50 are allowed",
        ),
        (
            vec!["reload", "--pid", "0"],
            "takes the number of a process",
        ),
        (
            vec!["reload", "--pid", "-1"],
            "takes the number of a process",
        ),
        (
            vec!["reload", "--pid", "web"],
            "takes the number of a process",
        ),
        (
            vec!["approver", "--allow-uid", "4294967295"],
            "takes the number of a user",
        ),
        (
            vec!["approver", "--allow-uid", "root"],
            "takes the number of a user",
        ),
        (
            vec!["run", "--cwd", "tmp", "web", "--", "id"],
            "must be an absolute path",
        ),
        (
            vec!["run", "--timeout-seconds", "0", "web", "--", "id"],
            "takes whole seconds",
        ),
        (
            vec!["run", "--tag", "t", "--batch", "0%", "--", "id"],
            "from 1% to 100%",
        ),
        (
            vec!["put", "--mode", "888", "m", "web", "/m"],
            "three octal digits",
        ),
        (
            vec!["audit", "report", "--since", "5y", "t"],
            "--since is 24h, 7d",
        ),
        (
            vec!["audit", "verify", "--head", "12", "t"],
            "a hash is 64 digits",
        ),
        (
            vec!["suggest", "--since", "tomorrow", "t"],
            "--since is 12h, 7d",
        ),
        (
            vec!["client-config", "json", "--env", "=x"],
            "`--env` takes NAME=VALUE",
        ),
        (
            vec!["client-config", "json", "--name", "a b"],
            "`--name` takes letters",
        ),
        (
            vec!["client-config", "json", "--image", "a b"],
            "`--image` takes the name",
        ),
    ] {
        let told = refused(&words);
        assert!(told.contains(why), "{words:?}: {told}");
    }
}
