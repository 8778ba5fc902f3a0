//! One line per case: what is allowed beside what is denied, and at which stage.

use std::net::IpAddr;

use super::{host, short};

/// The deployment guide's production policy.
const SEED: &str = include_str!("seed.yml");

fn check(yaml: &str, alias: &str, tags: &[&str], cases: &[(&str, &str)]) {
    let policy = host(yaml, alias, tags);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(command, expected)| {
            let decision = policy.judge(command);
            let got = short(&decision);
            (got != *expected).then(|| format!("{command:?}: {got}, expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_seed_policy_does_what_its_author_meant() {
    check(
        SEED,
        "prod-web-1",
        &["production"],
        &[
            ("uptime", "allow"),
            ("uptime -p", "allow"),
            ("df -h", "allow"),
            ("df -h /var", "allow"),
            ("df -hT", "allow"),
            ("systemctl status nginx", "allow"),
            ("systemctl status 'nginx.service'", "allow"),
            ("systemctl status shutdown.target", "allow"),
            ("journalctl --no-pager -n 20 -u nginx", "allow"),
            ("uptime && df -h", "allow"),
            ("uptime | df -h; systemctl status nginx", "allow"),
            ("uptime 2>/dev/null", "allow"),
            ("uptime # load", "allow"),
            ("uptimes", "default"),
            ("/tmp/uptime", "default"),
            ("./uptime", "default"),
            ("df", "default"),
            ("df -i", "default"),
            ("systemctl status", "default"),
            ("cat /etc/passwd", "default"),
            ("uptime; cat /etc/shadow", "default"),
            ("uptime && cat /etc/shadow", "default"),
            ("uptime | tee /etc/x", "default"),
            ("uptime\ncat /etc/shadow", "default"),
            ("uptime $(id)", "shell"),
            ("uptime `id`", "shell"),
            ("uptime > /etc/x", "shell"),
            ("uptime & id", "shell"),
            ("uptime\u{202e}", "input"),
            ("", "input"),
            ("rm -rf /", "deny_substring"),
            ("uptime; rm -rf /", "deny_substring"),
            ("uptime # rm -rf /", "deny_substring"),
            ("r'm' -rf /", "deny_substring"),
            ("shutdown -h now", "deny_substring"),
            ("/sbin/shutdown now", "deny_substring"),
            ("'/sbin/shutdown' now", "deny_substring"),
            ("reboot", "deny_substring"),
            ("systemctl restart nginx", "deny_substring"),
            ("systemctl  restart   nginx", "deny_substring"),
            ("/usr/bin/systemctl stop nginx", "deny_substring"),
            ("systemctl status ../../x", "default"),
        ],
    );
}

#[test]
fn the_seed_policy_speaks_of_production_hosts_only() {
    check(SEED, "dev-web-1", &["production"], &[("uptime", "default")]);
    check(SEED, "prod-web-1", &["staging"], &[("uptime", "default")]);
    check(SEED, "prod-web-1", &[], &[("uptime", "default")]);
}

#[test]
fn the_strictest_rule_wins_whatever_the_order() {
    let deny_last = "rules:\n- {action: allow, commands: ['*']}\n- {action: deny, commands: ['rm *']}\nlimits: {deny_substrings: []}\n";
    let deny_first = "rules:\n- {action: deny, commands: ['rm *']}\n- {action: allow, commands: ['*']}\nlimits: {deny_substrings: []}\n";
    for yaml in [deny_last, deny_first] {
        check(
            yaml,
            "web",
            &[],
            &[
                ("rmdir x", "allow"),
                ("echo rm x", "allow"),
                ("rm x", "rule"),
                ("/bin/rm x", "rule"),
                ("../bin/rm x", "rule"),
                ("'rm' x", "rule"),
                ("\\rm x", "rule"),
                ("r\"\"m x", "rule"),
                ("echo a && rm x", "rule"),
                ("rm 'a b'", "rule"),
                ("rm x 2>/dev/null", "rule"),
            ],
        );
    }
}

#[test]
fn deny_rules_look_through_quotes_and_paths_and_at_the_whole_line() {
    let yaml = "rules:\n\
        - {action: allow, commands: ['*']}\n\
        - {action: deny, commands: ['cat /etc/my file', 'mkfs*', '* --force*', '*|*', 'sh']}\n\
        limits: {deny_substrings: []}\n";
    check(
        yaml,
        "web",
        &[],
        &[
            ("cat '/etc/my file'", "rule"),
            ("cat /etc/my\\ file", "rule"),
            ("cat /etc/my file", "rule"),
            ("mkfs.ext4 /dev/sda", "rule"),
            ("/sbin/mkfs.xfs /dev/sda", "rule"),
            ("git push --force", "rule"),
            ("git push '--force-with-lease'", "rule"),
            ("ls | wc", "rule"),
            ("echo 'a|b'", "rule"),
            ("/bin/sh", "rule"),
            ("sh >/dev/null", "rule"),
            ("ls; wc", "allow"),
            ("shred x", "allow"),
        ],
    );
}

#[test]
fn no_rule_means_denied_and_empty_commands_match_nothing() {
    check("rules: []\n", "web", &[], &[("uptime", "default")]);
    check("", "web", &[], &[("uptime", "default")]);
    check(
        "rules:\n- {action: allow, commands: []}\n",
        "web",
        &[],
        &[("uptime", "default")],
    );
    check(
        "rules:\n- {commands: ['uptime']}\n",
        "web",
        &[],
        &[("uptime", "rule")],
    );
}

#[test]
fn ask_is_stricter_than_allow_and_laxer_than_deny() {
    let yaml = "rules:\n\
        - {action: allow, commands: ['systemctl *']}\n\
        - {action: ask, commands: ['systemctl restart *']}\n\
        - {action: deny, commands: ['systemctl restart sshd']}\n";
    check(
        yaml,
        "web",
        &[],
        &[
            ("systemctl status nginx", "allow"),
            ("systemctl restart nginx", "ask"),
            ("systemctl status nginx && systemctl restart nginx", "ask"),
            ("systemctl restart sshd", "rule"),
            ("systemctl restart nginx && id", "default"),
        ],
    );
}

#[test]
fn pathname_expansion_needs_the_rule_s_word() {
    let refused = "rules:\n- {action: allow, commands: ['cat /var/log/*', 'ls*']}\n";
    let admitted = "rules:\n- {action: allow, shell: [glob], commands: ['cat /var/log/*', 'ls*', 'wc ?']}\n\
        - {action: deny, commands: ['cat /var/log/secret*']}\n";
    check(
        refused,
        "web",
        &[],
        &[
            ("cat /var/log/*.log", "shell"),
            ("cat '/var/log/*.log'", "allow"),
            ("ls '/var/log/*.log'", "allow"),
            ("cat /etc/*", "default"),
        ],
    );
    check(
        admitted,
        "web",
        &[],
        &[
            ("ls /var/log/s*", "allow"),
            ("ls /tmp/x[0-9]", "allow"),
            ("cat /var/log/syslog", "allow"),
            ("cat /var/log/*.log", "rule"),
            ("cat /var/log/s?cret", "rule"),
            ("cat /etc/*", "default"),
            ("cat /var/log/.*/shadow", "shell"),
            ("ls /var/.?/x", "shell"),
            ("wc a", "allow"),
            ("wc a*", "default"),
        ],
    );
}

#[test]
fn deny_substrings_have_two_kinds_of_entry() {
    let yaml = "rules:\n- {action: allow, shell: [glob], commands: ['*']}\n\
        limits: {deny_substrings: ['rm -rf /', 'nc ', 'shutdown*', 'kill -[0-9]*']}\n";
    check(
        yaml,
        "web",
        &[],
        &[
            ("rm -rf ./x", "allow"),
            ("rm -rf /x", "deny_substring"),
            ("rm  -rf  /x", "deny_substring"),
            ("rm '-rf' /x", "deny_substring"),
            ("rm -rf '/x'", "deny_substring"),
            ("nc x", "deny_substring"),
            ("ls nc", "deny_substring"),
            ("rsync x", "deny_substring"),
            ("ls /usr/bin/n* x", "deny_substring"),
            ("ls /var/log/*.log", "allow"),
            ("shutdown", "deny_substring"),
            ("shutdown-now", "deny_substring"),
            ("echo shutdown", "allow"),
            ("echo 'shutdown*'", "deny_substring"),
            ("kill -9 1", "deny_substring"),
            ("kill -TERM 1", "allow"),
        ],
    );
}

/// What is sent is `echo 'r\m -rf /'`, in which the reference's reading sees the entry.
#[test]
fn an_entry_that_only_the_rendered_line_meets_denies_the_original() {
    let yaml = "rules:\n- {action: allow, commands: ['*']}\n\
        limits: {deny_substrings: ['rm -rf /']}\n";
    check(
        yaml,
        "web",
        &[],
        &[
            (r#"echo "r\\m -rf /""#, "deny_substring"),
            (r"echo 'r\m -rf /'", "deny_substring"),
            (r#"echo "r\\\\m -rf /""#, "allow"),
        ],
    );
}

#[test]
fn the_default_entries_hold_until_replaced() {
    let rule = "rules:\n- {action: allow, commands: ['*']}\n";
    check(
        rule,
        "web",
        &[],
        &[
            ("curl http://x", "deny_substring"),
            ("sudo reboot", "deny_substring"),
            ("ls", "allow"),
        ],
    );
    let replaced = format!(
        "{rule}overrides:\n  aliases: {{web: {{deny_substrings: [only]}}}}\n  tags: {{t: {{deny_substrings: [tagged]}}, u: {{deny_substrings: [other]}}}}\n"
    );
    check(
        &replaced,
        "web",
        &["t"],
        &[
            ("curl http://x", "allow"),
            ("echo only", "deny_substring"),
            ("echo tagged", "allow"),
        ],
    );
    check(
        &replaced,
        "db",
        &["t", "u"],
        &[
            ("curl http://x", "allow"),
            ("echo tagged", "deny_substring"),
            ("echo other", "deny_substring"),
        ],
    );
}

#[test]
fn limits_take_the_alias_then_the_strictest_tag_then_the_rest() {
    let yaml = "limits: {max_seconds: 50, max_parallel: 7}\n\
        overrides:\n\
        \x20 aliases: {web: {max_seconds: 500}}\n\
        \x20 tags: {a: {max_seconds: 30, max_output_bytes: 100}, b: {max_seconds: 20}}\n";
    let limits = |alias: &str, tags: &[&str]| {
        let limits = host(yaml, alias, tags).limits();
        (
            limits.max_seconds,
            limits.max_output_bytes,
            limits.max_parallel,
        )
    };
    assert_eq!(limits("web", &["a", "b"]), (500, 100, 7));
    assert_eq!(limits("db", &["a", "b"]), (20, 100, 7));
    assert_eq!(limits("db", &["a"]), (30, 100, 7));
    assert_eq!(limits("db", &[]), (50, 1024 * 1024, 7));
}

#[test]
fn of_several_tags_the_fewest_failures_and_the_fewest_canaries_hold() {
    let yaml = "limits: {max_failures: 0, max_canary: 9}\n\
        overrides:\n\
        \x20 aliases: {web: {max_canary: 1}}\n\
        \x20 tags: {a: {max_failures: 3, max_canary: 2}, b: {max_failures: 1, max_canary: 4, max_batch: 5}}\n";
    let limits = |alias: &str, tags: &[&str]| {
        let limits = host(yaml, alias, tags).limits();
        (limits.max_batch, limits.max_failures, limits.max_canary)
    };
    assert_eq!(limits("db", &["a", "b"]), (Some(5), Some(1), Some(2)));
    assert_eq!(limits("db", &["a"]), (None, Some(3), Some(2)));
    assert_eq!(limits("web", &["a"]), (None, Some(3), Some(1)));
    assert_eq!(limits("db", &[]), (None, Some(0), Some(9)));
}

#[test]
fn a_permit_is_for_all_permitted_addresses_in_their_order() {
    let policy = host(SEED, "prod-web-1", &["production"]);
    let addresses = |texts: &[&str]| -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    };
    let permit = policy
        .permit(
            policy.judge("uptime  '-p'"),
            &addresses(&["192.0.2.1", "::ffff:10.0.0.7", "10.0.0.3", "10.0.0.7"]),
        )
        .unwrap();
    assert_eq!(permit.addresses(), addresses(&["10.0.0.7", "10.0.0.3"]));
    assert_eq!((permit.line(), permit.alias()), ("uptime -p", "prod-web-1"));

    for (command, addresses, stage) in [
        (
            "uptime",
            addresses(&["192.0.2.1", "2001:db8::1"]),
            "network",
        ),
        ("uptime", addresses(&[]), "network"),
        ("id", addresses(&["10.0.0.1"]), "default"),
    ] {
        let denied = policy
            .permit(policy.judge(command), &addresses)
            .unwrap_err();
        assert_eq!(short(&denied), stage, "{command}");
    }

    let asking = host("rules:\n- {action: ask, commands: ['id']}\n", "web", &[]);
    let denied = asking
        .permit(asking.judge("id"), &addresses(&["10.0.0.1"]))
        .unwrap_err();
    assert_eq!(denied.denial().unwrap().reason, "approval_required");
}

#[test]
fn a_decision_explains_itself() {
    let policy = host(SEED, "prod-web-1", &["production"]);
    let json = serde_json::to_value(policy.judge("uptime; id -u")).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "decision": "deny",
            "alias": "prod-web-1",
            "hash": "2394d8551e4b77d2",
            "rendered": "uptime; id -u",
            "stage": "default",
            "reason": "no_matching_rule",
            "why": "no rule allows `id -u` on this host, and what is not allowed is denied",
            "hint": "run each command in its own ssh_run to see which are allowed; try a simpler \
                     form with ssh_plan, or ask the operator for this rule: \
                     `- {action: allow, argv: [[\"id\", \"-u\"]]}`",
            "denied_command": "id -u",
            "commands": [
                {"command": "uptime", "rule": {"index": 0, "action": "allow"}},
                {"command": "id -u"},
            ],
            "limits": {
                "max_seconds": 30,
                "max_output_bytes": 131_072,
                "task_result_ttl": 300,
                "task_progress_interval": 5,
                "max_parallel": 32,
            },
        })
    );
}
