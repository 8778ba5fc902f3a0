//! A permit of what a rule asks about takes an approval of that very line on that very host.

use std::net::IpAddr;

use mcp_ssh_policy::{Approval, Grant, HostPolicy, Unapproved};

use super::host;

const POLICY: &str = "network: {block_ips: [192.0.2.1]}
rules:
- {name: ids, action: ask, commands: ['id*']}
- {name: again, action: ask, commands: ['uptime']}
- {action: allow, commands: ['id -u', 'date']}
- {action: deny, commands: ['id -G']}
";

fn approval(policy: &HostPolicy, command: &str) -> Option<Approval> {
    Approval::of(&policy.judge(command), Grant::Once)
}

/// `permit`, or the reason of the denial.
fn permitted(
    policy: &HostPolicy,
    command: &str,
    approval: Approval,
    address: &str,
) -> &'static str {
    let address: IpAddr = address.parse().unwrap();
    let decision = policy.judge(command);
    match policy.permit_approved(decision, approval, &[address]) {
        Ok(permit) => {
            assert_eq!(permit.approved(), Some(Grant::Once));
            "permit"
        }
        Err(denied) => denied.denial().unwrap().reason,
    }
}

#[test]
fn an_approval_is_of_one_line_on_one_host() {
    let (web, db) = (host(POLICY, "web", &[]), host(POLICY, "db", &[]));
    for (from, approved, to, command, address, expected) in [
        (&web, "id", &web, "id", "10.0.0.1", "permit"),
        (&web, "id   -u", &web, "id -u", "10.0.0.1", "permit"),
        (&web, "id", &web, "id -u", "10.0.0.1", "approval_invalid"),
        (&web, "id", &web, "id; id", "10.0.0.1", "approval_invalid"),
        (&web, "id", &web, "uptime", "10.0.0.1", "approval_invalid"),
        (&web, "id", &db, "id", "10.0.0.1", "approval_invalid"),
        (&web, "id", &web, "id -G", "10.0.0.1", "deny_rule"),
        (&web, "id", &web, "whoami", "10.0.0.1", "no_matching_rule"),
        (&web, "id", &web, "id", "192.0.2.1", "address_not_permitted"),
    ] {
        let approval = approval(from, approved).unwrap();
        assert_eq!(
            permitted(to, command, approval, address),
            expected,
            "{approved} {command}"
        );
    }
}

#[test]
fn only_a_decision_that_asks_can_be_approved() {
    let policy = host(POLICY, "web", &[]);
    for (command, asks) in [
        ("id", true),
        ("id; date", true),
        ("date", false),
        ("id -G", false),
        ("id; whoami", false),
        ("id $(id)", false),
        ("", false),
    ] {
        assert_eq!(approval(&policy, command).is_some(), asks, "{command}");
    }
    let address = ["10.0.0.1".parse().unwrap()];
    let permit = policy.permit(policy.judge("date"), &address).unwrap();
    assert_eq!(permit.approved(), None);
}

#[test]
fn the_decision_says_who_asks_and_what_comes() {
    let policy = host(POLICY, "web", &[]);
    let asking = policy.judge("uptime; id; id -u");
    let rules: Vec<String> = asking
        .asking_rules()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(rules, ["rules[0] `ids`", "rules[1] `again`"]);
    let json = serde_json::to_value(&asking).unwrap();
    assert_eq!(json["decision"], "ask");
    assert!(json["hint"].as_str().unwrap().contains("asks the person"));
    assert_eq!(policy.judge("date").hint(), None);
    assert_eq!(policy.judge("id -G").hint(), None);
    let denied = asking.unapproved(Unapproved::Refused);
    let denial = denied.denial().unwrap();
    assert_eq!(
        denial.why,
        "`uptime` needs a person's approval by rules[1] `again`, and the person refused"
    );
}
