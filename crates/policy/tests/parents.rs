//! `..`: no wildcard takes it in a path, however it is reached; in a script or a text it may.

use mcp_ssh_policy::shell::quoted;
use mcp_ssh_policy::{HostPolicy, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

use super::host;

const PROGRAMS: &[&str] = &[
    "grep", "sed", "jq", "awk", "cat", "sort", "cut", "find", "git", "tar", "frobtool",
];
const WRAPPERS: &[&str] = &[
    "",
    "sudo ",
    "timeout 5 ",
    "env A=b ",
    "nice -n 5 ",
    "xargs ",
    "find /x -exec ",
];

fn open() -> HostPolicy {
    let patterns = PROGRAMS
        .iter()
        .chain(&["sudo", "timeout", "env", "nice", "xargs", "find", "id"]);
    let patterns: Vec<String> = patterns.map(|program| format!("\"{program}*\"")).collect();
    let rule = format!("{{action: allow, commands: [{}]}}", patterns.join(", "));
    host(
        &format!("limits: {{deny_substrings: []}}\nrules: [{rule}]\n"),
        "web-1",
        &[],
    )
}

#[test]
fn a_script_or_a_text_may_have_two_dots() {
    for line in [
        "grep '..' /var/log/x",
        "grep -e '^..$' /var/log/x",
        "grep --regexp=.. /var/log/x",
        "sudo grep -c '..' /var/log/x",
        "sed 's/^..//' /var/log/x",
        "sed -n 's/../x/p' /var/log/x",
        "timeout 5 sed -e 's/^..//' /var/log/x",
        "jq .. /var/log/x",
        "jq '.. | .name?' /var/log/x",
        "awk '/^../ {print $1}' /var/log/x",
        "id | grep ..",
    ] {
        let decision = open().judge(line);
        assert_eq!(
            decision.verdict(),
            Verdict::Allow,
            "{line}: {:?}",
            decision.denial()
        );
    }
}

#[test]
fn a_path_may_not() {
    for line in [
        "grep x ..",
        "grep .. ../x",
        "grep /proc/1/root/x",
        "grep ../x /var/log/x",
        "grep -f .. x",
        "grep -f../x x",
        "grep -e x -- ..",
        "grep -e .. ..",
        "grep --unknown .. x",
        "sed -n p ../x",
        "sed 's/^..//' /var/log/../x",
        "sed 's/x/y/w ../x' /var/log/x",
        "sed -f .. x",
        "sed -s.. x",
        "jq . ..",
        "jq -L .. . x",
        "awk -f .. x",
        "awk '{print > \"../x\"}' x",
        "awk 1 ../x",
        "cat ..",
        "find .. -name x",
        "find . -name ../x",
        "git -C .. log",
        "tar -tf ../x",
        "frobtool ..",
        "frobtool show ..",
        "id | xargs grep ..",
        "find /x -exec grep .. '{}' ';'",
        "sudo cat ..",
    ] {
        assert_eq!(open().judge(line).verdict(), Verdict::Deny, "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Whatever stands around it, a last operand that leads out is never admitted by a wildcard.
    #[test]
    fn a_file_that_leads_out_is_never_admitted(
        wrapper in select(WRAPPERS),
        program in select(PROGRAMS),
        words in prop::collection::vec(select(&["-n", "-e", "-c", "-i", "..", "s/^..//", ".", "x", "--", "-r", "-E", "-A", "1"][..]), 0..4),
        file in select(&["../x", "/var/log/../x", "./..", "x/..", "/proc/1/root/x"][..]),
    ) {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let line = format!("{wrapper}{program} {} x {file}", words.join(" "));
        prop_assert_eq!(open().judge(&line).verdict(), Verdict::Deny, "{}", line);
    }
}
