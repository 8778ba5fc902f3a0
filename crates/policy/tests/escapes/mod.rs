//! The escape guard: one line per command, the harmless beside the doors.

mod system;
mod text;

use mcp_ssh_policy::{HostPolicy, Policy};
use mcp_ssh_yaml::diagnostic::Source;

use super::{host, short};

/// A rule's pattern, a command that it matches, and what is decided.
type EscapeCase = (&'static str, &'static str, &'static str);

fn cases() -> impl Iterator<Item = &'static EscapeCase> {
    text::CASES.iter().chain(system::CASES)
}

/// A policy with one rule.
fn allowing(pattern: &str, escapes: &str) -> HostPolicy {
    let rule = serde_json::json!({"action": "allow", "commands": [pattern], "escapes": escapes});
    let file = serde_json::json!({"rules": [rule], "limits": {"deny_substrings": []}});
    host(&file.to_string(), "web", &[])
}

#[test]
fn a_wildcard_admits_what_is_harmless_and_no_door() {
    let wrong: Vec<String> = cases()
        .filter_map(|(pattern, command, expected)| {
            let got = short(&allowing(pattern, "deny").judge(command));
            (got != *expected).then(|| format!("{pattern:?}: {command:?}: {got}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_rule_that_allows_escapes_opens_every_door() {
    let matching = cases().filter(|case| case.2 != "default");
    for (pattern, command, _) in matching {
        let decision = allowing(pattern, "allow").judge(command);
        assert_eq!(short(&decision), "allow", "{pattern:?}: {command:?}");
    }
}

#[test]
fn the_denial_names_the_program_the_argument_and_the_reason() {
    let decision = allowing("find *", "deny").judge("timeout 5 x; find / -delete");
    assert_eq!(short(&decision), "default");
    let json = serde_json::to_value(allowing("find *", "deny").judge("find / -delete")).unwrap();
    assert_eq!(json["reason"], "escape_guard");
    assert_eq!(
        json["why"],
        "`-delete` of `find` removes files, and the rule admits it only by a wildcard"
    );
    assert_eq!(
        json["hint"],
        "ask the operator whether this is meant to run here: no wildcard grants it"
    );
    assert_eq!(json["denied_command"], "find / -delete");
    let json =
        serde_json::to_value(allowing("frobtool *", "deny").judge("frobtool --x 'a b'")).unwrap();
    assert_eq!(
        json["why"],
        "`--x` of `frobtool` is not known for this program, and the rule admits it only by a wildcard"
    );
    assert_eq!(
        json["hint"],
        "ask the operator for this rule: `- {action: allow, argv: [[\"frobtool\", \"--x\", \"a b\"]]}`"
    );
}

#[test]
fn one_rule_that_admits_the_door_is_enough_and_one_that_asks_still_asks() {
    let verdict = |rules: &str, command: &str| {
        let yaml = format!("limits: {{deny_substrings: []}}\nrules: [{rules}]");
        short(&host(&yaml, "web", &[]).judge(command))
    };
    let guarded = "{action: allow, commands: ['find *']}";
    let open = "{action: allow, escapes: allow, commands: ['find /tmp *']}";
    let asking = "{action: ask, commands: ['find *']}";
    let denying = "{action: deny, commands: ['find * -delete']}";
    for (rules, command, expected) in [
        (format!("{guarded}, {open}"), "find /tmp -delete", "allow"),
        (format!("{open}, {guarded}"), "find /tmp -delete", "allow"),
        (
            format!("{guarded}, {open}"),
            "find /etc -delete",
            "escape_guard",
        ),
        (asking.to_owned(), "find /etc", "ask"),
        (asking.to_owned(), "find /etc -delete", "escape_guard"),
        (format!("{asking}, {open}"), "find /tmp -delete", "ask"),
        (format!("{denying}, {open}"), "find /tmp -delete", "rule"),
        (
            guarded.to_owned(),
            "find /etc && find / -delete",
            "escape_guard",
        ),
    ] {
        assert_eq!(verdict(&rules, command), expected, "{rules}: {command}");
    }
}

#[test]
fn escapes_is_deny_or_allow() {
    let yaml = "rules:\n- {commands: [id], escapes: maybe}\n";
    let faults = Policy::load(&Source::new("policy.yml", yaml)).unwrap_err();
    let text: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
    assert_eq!(
        text,
        "\
policy.yml:2:29: unknown `escapes` `maybe`: write `deny` or `allow`
 2 | - {commands: [id], escapes: maybe}
   |                             ^^^^^
"
    );
}
