//! Where output goes: each pair of redirections, in every shell, against POSIX's rule that they
//! take effect from left to right; and in bash as the agent wrote it.

use std::collections::BTreeSet;

use mcp_ssh_policy::shell::{CommandLine, Redirect};

use super::shells::{SHELLS, ShellPlace};

const SPELLINGS: [&str; 12] = [
    "",
    "2>&1",
    "1>&2",
    ">&2",
    ">/dev/null",
    "1> /dev/null",
    "2>/dev/null",
    ">>/dev/null",
    "2>>/dev/null",
    "&>/dev/null",
    "&> /dev/null",
    "</dev/null",
];

/// What a file descriptor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RedirectSink {
    Out,
    Err,
    Null,
}

#[test]
fn shells_redirect_as_parsed() {
    let pairs = SPELLINGS
        .iter()
        .flat_map(|first| SPELLINGS.map(|second| (*first, second)));
    let texts: Vec<String> = pairs
        .enumerate()
        .map(|(number, (first, second))| format!("say {number} {first} {second}"))
        .collect();
    let lines: Vec<CommandLine> = texts
        .iter()
        .map(|text| CommandLine::parse(text).expect(text))
        .collect();
    let expected: BTreeSet<(RedirectSink, String)> = lines.iter().flat_map(said).collect();
    let rendered: Vec<String> = lines.iter().map(CommandLine::render).collect();
    for shell in &SHELLS {
        assert_eq!(
            heard(shell.say(&rendered, &ShellPlace::new())),
            expected,
            "{}",
            shell.name
        );
    }
    let bash = SHELLS.iter().find(|shell| shell.name == "bash").unwrap();
    assert_eq!(
        heard(bash.say(&texts, &ShellPlace::new())),
        expected,
        "bash, as written"
    );
}

/// What `say N` writes, and where the line's redirections let it go.
fn said(line: &CommandLine) -> Vec<(RedirectSink, String)> {
    let command = line.commands().next().unwrap();
    let (mut out, mut err) = (RedirectSink::Out, RedirectSink::Err);
    for redirect in command.redirects() {
        match redirect {
            Redirect::ErrToOut => err = out,
            Redirect::OutToErr => out = err,
            Redirect::OutToNull => out = RedirectSink::Null,
            Redirect::ErrToNull => err = RedirectSink::Null,
            Redirect::InFromNull => {}
        }
    }
    let number = command.words()[1].value();
    [
        (out, format!("out {number}")),
        (err, format!("err {number}")),
    ]
    .into_iter()
    .filter(|(sink, _)| *sink != RedirectSink::Null)
    .collect()
}

fn heard((out, err): (String, String)) -> BTreeSet<(RedirectSink, String)> {
    let out = out.lines().map(|line| (RedirectSink::Out, line.to_owned()));
    let err = err.lines().map(|line| (RedirectSink::Err, line.to_owned()));
    out.chain(err).collect()
}
