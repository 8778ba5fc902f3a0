//! What is told of rules with `become`, of deny rules that meet the line of sudo alone, and of calls on files.

use mcp_ssh_suggest::Fate;

use super::*;

const POLICY: &str = "\
limits: {deny_substrings: []}
rules:
  - {name: logs, action: allow, become: root, commands: ['journalctl -u nginx *']}
  - {name: users, action: allow, become: root, commands: [id]}
  - {name: no sudo, action: deny, aliases: [db-1], commands: ['sudo *']}
  - {name: no root, action: deny, argv: [[sudo, '-u', root, '--', uptime]]}
";

#[test]
fn a_deny_rule_that_meets_the_line_of_sudo_is_met() {
    let told = |line: &str| {
        let mut site = Site::new(POLICY);
        site.record("db-1", line);
        let policy = site.suggest().policy;
        ["no sudo", "no root"].map(|name| {
            !policy.contains(&format!(
                "nothing met the deny rule rules[{}] `{name}`",
                2 + usize::from(name == "no root")
            ))
        })
    };
    assert_eq!(told("id"), [true, false]);
    assert_eq!(told("journalctl -u nginx -n 5"), [true, false]);
    // These run as the login, or are no line of sudo.
    assert_eq!(told("uptime"), [false, false]);
    assert_eq!(told("id | id"), [false, false]);
    assert_eq!(told("sudo id"), [true, false]);
}

#[test]
fn what_is_near_a_rule_with_become_is_left_to_the_operator() {
    let mut site = Site::new(POLICY);
    for line in ["id -u", "journalctl --list-boots", "uptime"] {
        site.record_often("web-1", line, 3);
    }
    let suggestion = site.suggest();
    let (rules, left) = suggestion.policy.split_once("left to you").unwrap();
    assert!(rules.contains("\"uptime\""), "{rules}");
    assert!(
        !rules.contains("\"id\"") && !rules.contains("journalctl"),
        "{rules}"
    );
    assert!(
        left.contains("says `become`") && left.contains(": id -u"),
        "{left}"
    );
    // Without `become` it is proposed.
    let mut site = Site::new(&POLICY.replace("become: root, ", ""));
    site.record_often("web-1", "id -u", 3);
    assert!(site.suggest().policy.contains("\"id\""));
}

#[test]
fn files_are_counted_and_not_looked_at() {
    let told = "# Decisions on files, which are not looked at: 2; nothing is said of the entries of `files`\n";
    let mut site = Site::new(POLICY);
    site.add("web-1", "uptime", Fate::Unmatched);
    assert!(!site.suggest().policy.contains("on files"));
    site.history.add_file();
    site.history.add_file();
    assert!(site.suggest().policy.contains(told));
}
