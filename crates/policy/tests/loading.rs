//! What a policy file may say, and the whole text of what is said when it may not.

use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::Source;

use super::{host, short};

fn faults(yaml: &str) -> String {
    let found = match Policy::load(&Source::new("policy.yml", yaml)) {
        Ok((_, warnings)) => warnings,
        Err(faults) => faults,
    };
    found.iter().map(|fault| format!("{fault}\n")).collect()
}

const FAULTY: &str = "\
known_host_path: /x
limits:
  max_seconds: 0
  max_output_bytes: lots
  deny_substrings: rm
network:
  allow_cidrs: [10.0.0.0/33]
  block_ips: [10.0.0.0/8]
rules:
  - action: alow
    command: [id]
  - shell: [subshell]
    commands: [7]
overrides:
  aliases:
    web: {max_seconds: 99999999999}
";

const FAULTS: &str = "\
policy.yml:1:1: unknown key `known_host_path`: did you mean `known_hosts_path`?
 1 | known_host_path: …
   | ^^^^^^^^^^^^^^^
policy.yml:3:16: `max_seconds` must be a whole number from 1 to 604800, found a number `0`
 3 |   max_seconds: 0
   |                ^
policy.yml:4:21: `max_output_bytes` must be a whole number from 1 to 268435456, found text `lots`
 4 |   max_output_bytes: lots
   |                     ^^^^
policy.yml:5:20: `deny_substrings` must be a list, found text `rm`: write `[…]`, or `- …` lines below it
 5 |   deny_substrings: rm
   |                    ^^
policy.yml:7:17: `10.0.0.0/33` has no prefix length from 0 to 32 after the `/`: write it as `10.0.0.0/8` or `2001:db8::/32`
 7 |   allow_cidrs: [10.0.0.0/33]
   |                 ^^^^^^^^^^^
policy.yml:8:15: `10.0.0.0/8` is not an IP address: write one such as `10.0.0.5`, or move a block to the `_cidrs` list
 8 |   block_ips: [10.0.0.0/8]
   |               ^^^^^^^^^^
policy.yml:10:13: unknown action `alow`: write `allow`, `ask` or `deny`
 10 |   - action: alow
    |             ^^^^
policy.yml:11:5: unknown key `command`: did you mean `commands`?
 11 |     command: [id]
    |     ^^^^^^^
policy.yml:12:13: unknown shell construct `subshell`: the only one is `glob`
 12 |   - shell: [subshell]
    |             ^^^^^^^^
policy.yml:13:16: `commands` must be text, found a number `7`: quote it, `\"7\"`
 13 |     commands: [7]
    |                ^
policy.yml:16:24: `max_seconds` must be a whole number from 1 to 604800, found a number `99999999999`
 16 |     web: {max_seconds: 99999999999}
    |                        ^^^^^^^^^^^
";

#[test]
fn every_fault_is_reported_at_once_with_its_place() {
    assert_eq!(faults(FAULTY), FAULTS);
}

#[test]
fn deprecated_keys_are_read_and_ignored_with_a_warning() {
    assert_eq!(
        faults("limits: {host_key_auto_add: true}\nnetwork: {require_known_host: no}\n"),
        "\
policy.yml:1:10: warning: `host_key_auto_add: true` is deprecated and ignored (CWE-295): a known_hosts entry is always required; remove it
 1 | limits: {host_key_auto_add: true}
   |          ^^^^^^^^^^^^^^^^^
policy.yml:2:11: warning: `require_known_host: false` is deprecated and ignored (CWE-295): a known_hosts entry is always required; remove it
 2 | network: {require_known_host: no}
   |           ^^^^^^^^^^^^^^^^^^
"
    );
    assert_eq!(
        faults("limits: {host_key_auto_add: false, require_known_host: true}\n"),
        ""
    );
}

#[test]
fn a_rule_whose_commands_cannot_be_read_is_not_called_empty() {
    for (key, fault) in [
        ("commands: uptime", "`commands` must be a list"),
        (
            "command: [uptime]",
            "unknown key `command`: did you mean `commands`?",
        ),
        ("commands: [[uptime]]", "`commands` must be text"),
        (
            "simple_binary: [uptime]",
            "unknown key `simple_binary`: did you mean `simple_binaries`?",
        ),
    ] {
        let told = faults(&format!("rules: [{{action: allow, {key}}}]"));
        assert!(
            told.contains(fault) && !told.contains("matches nothing"),
            "{told}"
        );
    }
    for empty in ["commands: []", "name: look", "colour: red"] {
        let told = faults(&format!("rules: [{{action: allow, {empty}}}]"));
        assert!(told.contains("matches nothing"), "{told}");
    }
}

#[test]
fn the_seed_policy_loads_without_a_word() {
    assert_eq!(faults(include_str!("seed.yml")), "");
}

#[test]
fn rules_over_words_say_where_they_are_wrong() {
    let long = format!("*{}", "x".repeat(127));
    let many = ["x,"; 128].concat();
    let yaml = format!(
        "\
rules:
  - argv: systemctl
  - argv: [systemctl, status]
  - argv: [[]]
  - argv: [['', x]]
  - argv: [[id, 7]]
  - argv: [[systemctl status, x]]
  - argv: [[a, b], [id, '{long}']]
  - argv: [[{many}]]
  - simple_binaries: uptime
  - simple_binaries: [uptime, 'df -h', 'rm*', '']
    simple_max_args: 1001
  - simple_max_args: 3
    commands: [id]
"
    );
    let example = "as in `[\"systemctl\", \"status\", \"*\"]`";
    let expected = format!(
        "\
2:11: `argv` must be a list, found text `systemctl`: write `[…]`, or `- …` lines below it
3:12: `argv` must be a list of lists, found text `systemctl` in it: write `[[…]]`, or `- […]` lines below it
3:23: `argv` must be a list of lists, found text `status` in it: write `[[…]]`, or `- […]` lines below it
4:12: an `argv` entry needs a program: list its words, {example}
5:12: an `argv` entry needs a program: list its words, {example}
6:17: `argv` must be text, found a number `7`: quote it, `\"7\"`
7:13: the program of an `argv` entry has a blank: give each word its own item, {example}
8:25: an `argv` item has at most 127 characters from its first wildcard on: shorten it
9:12: an `argv` entry has at most 127 items: end it with `\"**\"` for further words
10:22: `simple_binaries` must be a list, found text `uptime`: write `[…]`, or `- …` lines below it
11:31: `df -h` is not the name of one program: write one such as `uptime`, or use `commands` or `argv`
11:40: `rm*` is not the name of one program: write one such as `uptime`, or use `commands` or `argv`
11:47: `` is not the name of one program: write one such as `uptime`, or use `commands` or `argv`
12:22: `simple_max_args` must be a whole number from 0 to 1000, found a number `1001`
13:5: warning: `simple_max_args` without `simple_binaries` has no effect: add `simple_binaries: [\"uptime\"]`, or remove it
"
    );
    assert_eq!(first_lines(&faults(&yaml)), expected);
}

#[test]
fn an_address_in_brackets_is_no_set() {
    let yaml = "\
rules:
  - commands: ['curl -s http://[::1]*', 'uptime']
  - commands: ['ssh [fe80::1%eth0]', 'ls [a-f]', 'ls [0-9:]', 'ls [[:alpha:]]']
    action: deny
  - argv: [[curl, -s, 'http://[fd00::A]:8080/*']]
";
    let of = |address: &str| {
        format!(
            "`[{address}]` is one character of a set in a pattern, not an address: \
             write `[[]{address}]`, which is that text\n"
        )
    };
    let expected = [
        ("2:16", "::1"),
        ("3:16", "fe80::1%eth0"),
        ("5:23", "fd00::A"),
    ];
    let expected = expected.map(|(place, address)| format!("{place}: {}", of(address)));
    assert_eq!(first_lines(&faults(yaml)), expected.concat());
    let written = "limits: {deny_substrings: []}\nrules: [{action: allow, commands: ['curl -s http://[[]::1]:8080/*']}]\n";
    let policy = host(written, "web", &[]);
    for (line, expected) in [
        ("curl -s 'http://[::1]:8080/health'", "allow"),
        ("curl -s http://1.example/", "default"),
        ("curl -s 'http://[::1]:80801/'", "default"),
    ] {
        assert_eq!(short(&policy.judge(line)), expected, "{line}");
    }
}

/// The first line of each fault, without the file's name.
fn first_lines(faults: &str) -> String {
    let heads = faults
        .lines()
        .filter_map(|line| line.strip_prefix("policy.yml:"));
    heads.map(|line| format!("{line}\n")).collect()
}

#[test]
fn each_limit_is_the_one_that_its_key_says() {
    let limits = serde_json::json!({
        "max_seconds": 1, "max_output_bytes": 2, "task_result_ttl": 3,
        "task_progress_interval": 4, "max_parallel": 5, "max_hosts": 6,
        "max_batch": 7, "max_batch_percent": 8, "max_failures": 0, "max_canary": 10,
    });
    let policy = host(&format!("limits: {limits}\nrules: []\n"), "web", &[]);
    assert_eq!(serde_json::to_value(policy.limits()).unwrap(), limits);
}

#[test]
fn steps_of_a_tag_run_are_whole_numbers_within_their_bounds() {
    let limits = "max_batch: 0, max_batch_percent: 101, max_failures: -1, max_canary: 25%";
    let wanted =
        |key: &str, bounds: &str| format!("`{key}` must be a whole number from {bounds}, found");
    let expected = [
        format!(
            "1:21: {} a number `0`\n",
            wanted("max_batch", "1 to 1000000")
        ),
        format!(
            "1:43: {} a number `101`\n",
            wanted("max_batch_percent", "1 to 100")
        ),
        format!(
            "1:62: {} a number `-1`\n",
            wanted("max_failures", "0 to 1000000")
        ),
        format!(
            "1:78: {} text `25%`\n",
            wanted("max_canary", "1 to 1000000")
        ),
    ];
    let told = faults(&format!("limits: {{{limits}}}\nrules: []\n"));
    assert_eq!(first_lines(&told), expected.concat());
}

#[test]
fn approvals_say_who_is_asked_and_whose_answer_counts() {
    use mcp_ssh_policy::ApprovalRoad::{Approver, Client};
    let read = |yaml: &str| {
        let loaded = Policy::load(&Source::new("policy.yml", yaml));
        loaded
            .unwrap_or_else(|faults| panic!("{faults:?}"))
            .0
            .approvals()
            .clone()
    };
    let default = read("rules: []");
    assert_eq!(
        (default.via.as_slice(), default.timeout_seconds),
        (&[Approver, Client][..], 300)
    );
    assert!(default.socket.is_none() && default.uids.is_empty());
    assert!(!default.same_user && !default.forwarded);
    let read = read(
        "approvals: {via: [client], timeout: 3600, socket: /run/a.sock, uids: [0, 1000], same_user: yes, forwarded: true}",
    );
    assert_eq!(
        (read.via.as_slice(), read.timeout_seconds),
        (&[Client][..], 3600)
    );
    assert_eq!(
        (read.socket.as_deref(), read.uids.as_slice()),
        (Some("/run/a.sock"), &[0, 1000][..])
    );
    assert!(read.same_user && read.forwarded);
    for (approvals, fault) in [
        ("via: []", "`via` names no road to a person"),
        (
            "via: [phone]",
            "unknown road `phone`: write `approver` or `client`",
        ),
        ("via: [client, client]", "`client` stands twice"),
        ("via: client", "`via` must be a list"),
        (
            "timeout: 0",
            "`timeout` must be a whole number from 1 to 3600",
        ),
        (
            "timeout: 3601",
            "`timeout` must be a whole number from 1 to 3600",
        ),
        ("socket: approver.sock", "needs an absolute path"),
        (
            concat!(
                "socket: /run/user/1000/a-directory-with-a-name-that-is-longer-than-anybody-needs-",
                "or-ever-types/mcp-ssh/approver.sock"
            ),
            "107 bytes at most, and this one 108",
        ),
        ("uids: [root]", "a user of `uids` is a number"),
        ("uids: [-1]", "a user of `uids` is a number"),
        ("uids: [4294967295]", "a user of `uids` is a number"),
        ("uids: 0", "`uids` must be a list"),
        ("same_user: 1", "`same_user` must be `true` or `false`"),
        ("user: 1", "unknown key `user`"),
    ] {
        let told = faults(&format!("approvals: {{{approvals}}}\nrules: []\n"));
        assert!(told.contains(fault), "{approvals}: {told}");
        assert!(told.starts_with("policy.yml:1:"), "{told}");
    }
}

#[test]
fn a_key_beside_its_section_is_told_where_it_belongs() {
    for (text, belongs) in [
        (
            "deny_substrings: [rm]",
            "`deny_substrings` belongs below `limits:`",
        ),
        ("max_seconds: 30", "`max_seconds` belongs below `limits:`"),
        (
            "allow_cidrs: [10.0.0.0/8]",
            "`allow_cidrs` belongs below `network:`",
        ),
        ("commands: [uptime]", "`commands` belongs below `rules:`"),
        ("nothing: 1", "unknown key `nothing`: the keys here are"),
    ] {
        let faults = Policy::load(&Source::new("policy.yml", text)).unwrap_err();
        let told = faults[0].headline();
        assert!(told.contains(belongs), "{told}");
    }
}
