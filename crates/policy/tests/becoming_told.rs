//! What is told of `become`: faults of the file, lints, explanations, comparisons.

use mcp_ssh_policy::{ComparedHost, HostTags, Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;

use super::load;

const RESTART: &str =
    "{name: restarts, action: allow, become: root, argv: [[systemctl, restart, nginx]]}";

fn policy(rules: &str) -> String {
    format!("limits: {{deny_substrings: []}}\nrules: [{rules}]\n")
}

#[test]
fn an_explanation_names_the_user_of_each_rule() {
    let yaml = policy(&format!("{RESTART}, {{action: allow, commands: [df]}}"));
    let explained = load(&yaml).explain("web-1", &["web"], None, "systemctl restart nginx");
    let explained = serde_json::to_value(&explained).unwrap();
    let rules = &explained["rules"];
    assert_eq!(rules[0]["become"], "root", "{rules}");
    assert_eq!(rules[1].get("become"), None, "{rules}");
    let decision = load(&yaml)
        .for_host("web-1", &["web"])
        .judge("systemctl restart nginx");
    assert_eq!(
        decision.why_not_denied().as_deref(),
        Some("allowed by rules[0] `restarts`, to run as `root` by sudo")
    );
    assert_eq!(
        decision.asked_line(),
        "sudo -u root -- systemctl restart nginx"
    );
}

#[test]
fn what_the_key_may_say() {
    let fault = |rule: &str| -> String {
        let yaml = format!("rules: [{rule}]\n");
        let faults = Policy::load(&Source::new("policy.yml", &yaml)).unwrap_err();
        faults[0].message.clone()
    };
    for user in [
        "'#0'",
        "'-u'",
        "'root;id'",
        "'ro ot'",
        "\"root\\n\"",
        "'%wheel'",
    ] {
        let rule = format!("{{action: allow, become: {user}, commands: [id]}}");
        assert!(fault(&rule).contains("is not the name of a user"), "{user}");
    }
    assert!(fault("{action: allow, become: '', commands: [id]}").contains("`become` is empty"));
    for (user, told) in [
        ("", "`become` is empty"),
        ("[root]", "`become` must be text, found a list"),
        ("0", "`become` must be text, found a number `0`"),
        ("yes", "`become` must be text, found a boolean `yes`"),
    ] {
        let yaml = format!("rules:\n- action: allow\n  become: {user}\n  commands: [id]\n");
        let faults = Policy::load(&Source::new("policy.yml", &yaml)).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].message.contains(told), "{faults:?}");
    }
    for action in ["action: deny, ", ""] {
        let rule = format!("{{{action}become: root, commands: [id]}}");
        assert!(
            fault(&rule).contains("a rule that denies runs none"),
            "{action}"
        );
    }
    let files = "files: [{action: allow, become: root, read: [/etc/motd]}]\n";
    let faults = Policy::load(&Source::new("policy.yml", files)).unwrap_err();
    assert!(
        faults[0]
            .message
            .contains("`become` has no place in `files`"),
        "{faults:?}"
    );
}

#[test]
fn a_proposed_rule_runs_as_the_rules_that_come_nearest() {
    let status = "{action: allow, commands: ['systemctl status *', 'df *']}";
    let logs =
        "{action: allow, become: adm, commands: ['journalctl -u nginx *', 'id', 'tail /srv/*']}";
    let rules = format!("{RESTART}, {status}, {logs}");
    let (yaml, plain) = (policy(&rules), policy(status));
    let proposed = |yaml: &str, line: &str| -> Vec<String> {
        let explained = load(yaml).explain("web-1", &["web"], None, line);
        let hint = load(yaml).for_host("web-1", &["web"]).judge(line);
        let hint = hint.denial().unwrap().hint.clone();
        let rules = explained.missing_rules;
        // A hint has no rule for what the knowledge base refuses by name.
        let told = hint.contains("action: allow");
        let all = rules.iter().all(|rule| hint.contains(rule.as_str()));
        let pipes = line.contains('|');
        assert!(!told || !rules.is_empty() && all || pipes, "{line}: {hint}");
        assert!(!hint.contains("\"id\""), "{line}: {hint}");
        rules
    };
    let rule = |user: &str, words: &str| format!("- {{action: allow, {user}argv: [[{words}]]}}");
    let root = "become: root, ";
    for (line, expected) in [
        (
            "systemctl restart sshd",
            vec![rule(root, r#""systemctl", "restart", "sshd""#)],
        ),
        (
            "/usr/bin/systemctl restart nginx",
            vec![rule(root, r#""/usr/bin/systemctl", "restart", "nginx""#)],
        ),
        (
            "journalctl -u sshd",
            vec![rule("become: adm, ", r#""journalctl", "-u", "sshd""#)],
        ),
        ("df --sync", vec![rule("", r#""df", "--sync""#)]),
        ("uptime", vec![rule("", r#""uptime""#)]),
        // Two rules begin so, of which one runs as the login.
        ("systemctl list-timers", vec![]),
        // sudo takes none of these.
        ("id 2>/dev/null", vec![]),
        ("id | wc -l", vec![]),
        // A rule matches, and only its wildcard admits the word.
        (
            "tail --pid=1 /srv/a",
            vec![rule("become: adm, ", r#""tail", "--pid=1", "/srv/a""#)],
        ),
        (
            "journalctl -u nginx -x --foo",
            vec![rule(
                "become: adm, ",
                r#""journalctl", "-u", "nginx", "-x", "--foo""#,
            )],
        ),
    ] {
        assert_eq!(proposed(&yaml, line), expected, "{line}");
        let host = load(&yaml);
        let host = host.for_host("web-1", &["web"]);
        let login = ["df --sync", "uptime"].contains(&line);
        assert_eq!(host.means_another_user(line), !login, "{line}");
    }
    let login = rule("", r#""systemctl", "list-timers""#);
    assert_eq!(proposed(&plain, "systemctl list-timers"), [login]);
}

/// The server loads no such policy, so that `check` and the server agree.
#[test]
fn any_program_as_another_user_is_an_error_of_the_file() {
    for (entry, shown) in [
        ("commands: ['*']", "*"),
        ("commands: [id, '* --version']", "* --version"),
        ("commands: ['**']", "**"),
        ("argv: [['**']]", "**"),
        ("argv: [['*', '-V']]", "* -V"),
        ("argv: [[id], ['**', '**']]", "** **"),
    ] {
        for action in ["allow", "ask"] {
            let yaml = format!("rules: [{{action: {action}, become: root, {entry}}}]\n");
            let faults = Policy::load(&Source::new("policy.yml", &yaml)).unwrap_err();
            let told = format!(
                "`{shown}` with `become` runs every program there is as `root`: name the programs"
            );
            assert!(
                faults.iter().any(|fault| fault.message == told),
                "{entry}: {faults:?}"
            );
            let plain = yaml.replace("become: root, ", "");
            let plain = Policy::load(&Source::new("policy.yml", &plain));
            // `**` stands only at the end of an entry.
            assert!(plain.is_ok() || shown == "** **", "{entry}: {plain:?}");
        }
    }
}

#[test]
fn check_tells_what_is_too_wide_or_grants_nothing() {
    let lints = |rules: &str| -> Vec<String> {
        let yaml = policy(rules);
        let source = Source::new("policy.yml", yaml.as_str());
        let (policy, _) = Policy::load(&source).unwrap();
        let hosts = [HostTags {
            alias: "web-1",
            tags: &["web"],
        }];
        policy
            .lint(&source, &hosts)
            .iter()
            .map(|lint| lint.message.clone())
            .collect()
    };
    let wide = |entry: &str| {
        lints(&format!(
            "{{action: allow, become: root, commands: ['{entry}']}}"
        ))
    };
    assert!(wide("s*ctl restart nginx")[0].contains("leaves the program's name open"));
    assert!(wide("systemctl restart nginx").is_empty());
    let told = lints(&format!(
        "{RESTART}, {{action: allow, commands: ['systemctl restart nginx']}}"
    ));
    assert!(
        !told.is_empty()
            && told
                .iter()
                .all(|lint| lint.contains("the rules do not agree")),
        "{told:?}"
    );
    let told = lints(&format!(
        "{RESTART}, {{action: deny, commands: ['sudo *']}}"
    ));
    assert!(told[0].contains("never takes effect"), "{told:?}");
}

#[test]
fn another_user_is_a_widening() {
    let restart = |user: &str| {
        policy(&format!(
            "{{action: allow{user}, commands: ['systemctl restart nginx', 'cat /var/log/*']}}"
        ))
    };
    let (login, root, other) = (
        restart(""),
        restart(", become: root"),
        restart(", become: www-data"),
    );
    let told = |before: &str, after: &str| -> Vec<(String, bool, Verdict, Option<String>)> {
        let hosts = [ComparedHost {
            alias: "web-1",
            tags_before: &[],
            tags_after: &[],
        }];
        let comparison = load(before).compare(&load(after), &hosts);
        let outcome = &comparison.groups[0].outcome;
        assert_eq!(outcome.unshown, Vec::<String>::new());
        let differences = outcome.differences.iter();
        differences
            .map(|its| {
                let user = its.after.becomes.as_ref().map(ToString::to_string);
                (its.line.clone(), its.is_gain(), its.after.verdict, user)
            })
            .collect()
    };
    for (before, after, user) in [(&login, &root, "root"), (&root, &other, "www-data")] {
        let mut differences = told(before, after);
        // With a redirection it is no longer granted, which is a loss.
        differences.retain(|(line, ..)| !line.contains("/dev/null"));
        assert_eq!(differences.len(), 2, "{differences:?}");
        for (line, gain, verdict, its) in differences {
            assert!(gain, "{line}");
            assert_eq!((verdict, its.as_deref()), (Verdict::Allow, Some(user)));
        }
    }
    let back = told(&root, &login);
    let gains: Vec<&str> = back
        .iter()
        .filter(|its| its.1)
        .map(|its| its.0.as_str())
        .collect();
    assert_eq!(gains, ["cat /var/log/ 2>/dev/null"], "{back:?}");
    assert_eq!(back.len(), 3, "{back:?}");
    // The same line in another rule is the same entry.
    let reordered = policy(
        "{action: allow, become: root, commands: ['cat /var/log/*']}, {name: n, action: allow, become: root, commands: ['systemctl restart nginx']}",
    );
    let hosts = [ComparedHost {
        alias: "web-1",
        tags_before: &[],
        tags_after: &[],
    }];
    assert!(!load(&root).compare(&load(&reordered), &hosts).differs());
}
