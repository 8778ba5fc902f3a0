//! Where `reboot` is denied, no nest of programs that run others runs it: by a glob, by words, or
//! as an entry of `deny_substrings`, however its arguments are spelled.
//!
//! Each byte of the input's first line is a wrapper, the outermost first; the rest is `reboot`'s
//! arguments, apart by newlines.

#![no_main]

use std::cell::LazyCell;

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::{HostPolicy, Verdict};
use references::{host, quoted, rules};
use serde_json::json;

/// Programs that run the words after theirs.
const BEFORE: &[&str] = &[
    "sudo",
    "sudo -u root",
    "sudo -nuroot --",
    "sudo --us root A=b",
    "env",
    "env -i A=b",
    "env -u X -- ",
    "nice -n 5",
    "nice -5",
    "timeout 5",
    "timeout -sKILL --preserve-status 5",
    "xargs",
    "xargs -0 -n1",
    "xargs -I {}",
    "nohup",
    "stdbuf -oL",
    "setsid -w",
    "ionice -c2",
    "chroot /srv",
    "flock -n /tmp/lock",
    "doas -u root",
    "busybox",
    "unshare -r",
    "taskset 1",
    "strace -f -e trace=file",
    "command",
    "command -p",
    "exec -a x",
    "chrt -f 10",
    "gosu root",
    "systemd-run --user -p A=b",
    "prlimit --nofile=9",
    "/usr/bin/env",
    "/bin/sudo -E",
    "runuser -u root --",
    "builtin",
    "nsenter -t 1 -m",
    "script -q /dev/null",
    "unbuffer -p",
    "linux64",
    "pkexec --user root",
    "faketime now",
    "find / -exec",
    "find . -name x -execdir",
    "sudo --nonsense",
    "toybox",
];
/// Programs that run a text.
const AROUND: &[&str] = &[
    "sh -c",
    "bash -lc",
    "dash -ec",
    "su -c",
    "su root -c",
    "flock /tmp/lock -c",
    "zsh -fc",
    "script -c",
    "env -S",
    "watch -n 1",
    "ssh -p 22 host",
    "runuser -c",
    "sg root",
    "trap",
    "busybox sh -c",
    "sh -o errexit -c",
    "eval",
    "ksh -xc",
    "/bin/sh -c",
    "parallel",
    "systemd-run -S sh -c",
];
/// Above it a nest is longer than any line.
const DEEPEST: usize = 12;

thread_local! {
    static POLICIES: LazyCell<[HostPolicy; 3]> = LazyCell::new(|| {
        let allow = json!({"action": "allow", "shell": ["glob"], "escapes": "allow", "commands": ["*"]});
        let denying = |deny| host(&rules(&[allow.clone(), deny]));
        let entry = json!({"limits": {"deny_substrings": ["reboot*"]}, "rules": [allow]});
        [
            denying(json!({"action": "deny", "commands": ["reboot*"]})),
            denying(json!({"action": "deny", "argv": [["reboot", "**"]]})),
            host(&entry.to_string()),
        ]
    });
}

fuzz_target!(|input: &[u8]| {
    let newline = input
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(input.len());
    let (nest, rest) = input.split_at(newline);
    if nest.len() <= DEEPEST
        && let Ok(arguments) = std::str::from_utf8(rest.get(1..).unwrap_or_default())
    {
        let line = nested(nest, arguments);
        POLICIES.with(|policies| {
            for policy in policies.iter() {
                assert_eq!(policy.judge(&line).verdict(), Verdict::Deny, "{line}");
            }
        });
    }
});

fn nested(nest: &[u8], arguments: &str) -> String {
    let mut words = vec!["reboot".to_owned()];
    words.extend(arguments.lines().map(str::to_owned));
    for byte in nest.iter().rev() {
        let choice = usize::from(*byte) % (BEFORE.len() + AROUND.len());
        let (wrapper, inner) = match BEFORE.get(choice) {
            Some(before) => (*before, words),
            None => (AROUND[choice - BEFORE.len()], vec![text(&words)]),
        };
        words = wrapper.split_whitespace().map(str::to_owned).collect();
        words.extend(inner);
    }
    text(&words)
}

fn text(words: &[String]) -> String {
    let plain = |word: &str| {
        word.chars()
            .all(|next| next.is_ascii_alphanumeric() || "-/".contains(next))
    };
    let quoted = words.iter().map(|word| match word.as_str() {
        word if plain(word) && !word.is_empty() => word.to_owned(),
        word => quoted(word),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
