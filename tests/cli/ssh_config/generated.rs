//! Files out of lines that have to do with one another, held against `ssh -G`.

use proptest::prelude::*;

use super::{held_against_ssh, home};

/// What each generated file ends with: every host has a user. Above it, that of whoever runs the test counts, for both sides.
const END: &str = "Host *\n User last\n";

/// Lines of which a file is made. The hosts are few, so that lines often meet.
const LINES: [&str; 61] = [
    "Host a",
    "Host b",
    "Host c d",
    "Host *",
    "Host a* !a",
    "Host * !b",
    "Host ?",
    "Host *.example",
    "Host \"a\" 'b'",
    "Match all",
    "Match host a",
    "Match host *.example,b",
    "Match host !a,*",
    "Match originalhost a,c",
    "Match !originalhost a",
    "Match user u",
    "Match !user u,v host *",
    "Match final",
    "Match final host *.example",
    "Match !final",
    "Match canonical",
    "Match exec true",
    "Match host a exec true",
    "Match exec false user u",
    "Match host b all",
    " HostName %h.example",
    " HostName B.example",
    " HostName 10.0.0.1",
    " HostName a",
    " Hostname=%%h",
    " Port 22",
    " Port 2200",
    "\tPort = 9",
    " Port \"10\" # ten",
    " User u",
    " User v",
    " User \"x y\"",
    " ProxyJump b",
    " ProxyJump u@b",
    " ProxyJump a,b",
    " ProxyJump v@c:2200,gate",
    " ProxyJump none",
    " ProxyJump ssh://gate:9",
    " ProxyJump d # e",
    " ProxyCommand none",
    " ProxyCommand ssh -W %h:%p b",
    " ProxyCommand ssh -q -W [%h]:%p v@gate",
    " ProxyCommand nc %h %p",
    " HostKeyAlias K",
    " ConnectTimeout 1m30s",
    " ConnectTimeout none",
    " IdentityFile /k/one",
    " IdentityFile none",
    " Include ~/inc/one.conf",
    " Include ~/inc/t*.conf ~/inc/hosts.conf",
    " Include nothing",
    " ForwardAgent yes",
    " IgnoreUnknown foo,ba*",
    " Foo 1",
    " Bar baz",
    "# Host d",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_file_of_lines_that_meet_is_what_ssh_says(
        lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 1..14),
    ) {
        let text = format!("{}\n{END}", lines.join("\n"));
        held_against_ssh(home().path(), text.as_bytes(), "generated");
    }
}

/// More in the long runs.
fn cases() -> u32 {
    let long = std::env::var_os("MCP_SSH_LONG").is_some();
    if long { 2_000 } else { 100 }
}
