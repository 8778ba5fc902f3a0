//! An explanation says what the decision says: it asks every rule, a decision asks those that
//! its index finds.

use mcp_ssh_policy::{Action, Considered, Explanation, FindingKind, RuleName, Suspicion};
use proptest::prelude::*;
use proptest::sample::select;

use super::{host, load};

const RULES: &[&str] = &[
    "commands: ['id*', 'df -h*', 'cat /var/log/*']",
    "commands: ['*']",
    "commands: ['sudo systemctl restart nginx']",
    "commands: ['systemctl *', 'ls ?']",
    "commands: ['ü*', 'cat ''/var/log/ü.log''']",
    "commands: ['cat /var/log/a-file-name-that-is-longer-than-an-index-would-ever-keep-of-it*']",
    "commands: ['r*', '[a-m]* x']",
    "commands: []",
    "argv: [[systemctl, status, '*'], [ü, '**']]",
    "argv: [['**']]",
    "argv: [[cat, '/var/log/**'], ['s*', '']]",
    "argv: [[echo, 'a b']]",
    "simple_binaries: [id, df, ü]",
    "simple_binaries: [/bin/rm, cat]\n    escapes: allow",
    "commands: ['ls *']\n    shell: [glob]",
    "commands: ['find *', 'xargs rm*']\n    aliases: ['w*']",
    "commands: ['*']\n    aliases: [db]",
    "argv: [[find, '**']]\n    tags: [lab]",
];
const LINES: &[&str] = &[
    "id",
    "id -u",
    "df -h | cat /var/log/x",
    "cat /var/log/a-file-name-that-is-longer-than-an-index-would-ever-keep-of-it.1",
    "cat /var/log/ü.log",
    "ü x",
    "üx",
    "sudo systemctl restart nginx",
    "systemctl status nginx; systemctl -H x status",
    "/bin/rm x",
    "sudo rm x",
    "echo 'a b'",
    "echo 'a' b",
    "ls x*.log",
    "ls x",
    "find . -exec rm {} +",
    "find / -delete",
    "find . | xargs cat",
    "'r m' x",
    "sh -c 'id; rm x'",
    "sh -c \"$(id)\"",
];

/// The rule that determines a command, from what every rule says of it.
fn determining(explanation: &Explanation, command: usize) -> Option<RuleName> {
    let first = |action: Action, kinds: &[FindingKind]| {
        let says = |rule: &&Considered| {
            let kind = rule.findings.get(command).map(|remark| remark.finding);
            rule.rule.action == action && kind.is_some_and(|kind| kinds.contains(&kind))
        };
        let rule = explanation.rules.iter().find(says)?;
        Some(rule.rule.clone())
    };
    first(Action::Deny, &[FindingKind::Meets]).or_else(|| {
        let granted = first(Action::Ask, &[FindingKind::Meets])
            .or_else(|| first(Action::Allow, &[FindingKind::Meets]))?;
        // A rule that asks decides even where only another one admits an escape.
        first(Action::Ask, &[FindingKind::Meets, FindingKind::EscapeGuard]).or(Some(granted))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_rule_asked_gives_the_rule_that_decides(
        rules in prop::collection::vec((select(&["allow", "ask", "deny"][..]), select(RULES)), 0..8),
        line in select(LINES),
    ) {
        let rules: String = rules.iter().map(|(action, rule)| format!("  - action: {action}\n    {rule}\n")).collect();
        let policy = load(&format!("rules:\n{rules}limits: {{deny_substrings: []}}\n"));
        let decision = policy.for_host("web", &["production"]).judge(line);
        let explanation = policy.explain("web", &["production"], None, line);
        prop_assert_eq!(explanation.commands.len(), decision.commands().len());
        for (index, verdict) in decision.commands().iter().enumerate() {
            prop_assert_eq!(&determining(&explanation, index), &verdict.rule, "{}", verdict.command);
        }
    }
}

const STEPS: &str = "rules:
  - {action: allow, commands: ['df *', 'systemctl *', 'ls *']}
  - {action: deny, name: never, commands: ['rm *']}
  - {action: allow, commands: ['*'], aliases: [db]}
  - {action: allow, argv: [[systemctl, status, nginx]], tags: [lab]}
network: {allow_cidrs: [10.0.0.0/8], block_ips: [10.0.0.1]}
limits: {max_seconds: 30, deny_substrings: ['shutdown*']}
overrides: {aliases: {web: {max_output_bytes: 10}}, tags: {production: {max_parallel: 2}}}
";

/// What is told of a line for `web`, which is in production.
fn told(line: &str, address: &str) -> serde_json::Value {
    let explanation = load(STEPS).explain("web", &["production"], address.parse().ok(), line);
    serde_json::to_value(explanation).unwrap()
}

#[test]
fn each_step_is_told() {
    let told = told("df -h && sudo rm /x", "10.0.0.1");
    assert_eq!(
        told["commands"][0]["words"],
        serde_json::json!(["df", "-h"])
    );
    assert_eq!(told["commands"][1]["runs"], serde_json::json!(["rm /x"]));
    assert_eq!(told["deny_substrings"], serde_json::json!({"total": 1}));
    let finding = |rule: usize, command: usize| &told["rules"][rule]["findings"][command];
    assert_eq!(finding(0, 0)["why"], "`df *` of `commands` matches");
    assert_eq!(finding(1, 1)["why"], "`rm *` of `commands` matches");
    assert_eq!(finding(1, 0)["finding"], "misses");
    let elsewhere = |rule: usize| &told["rules"][rule]["not_for_host"];
    assert_eq!(elsewhere(2), "the host's alias is not among its `aliases`");
    assert_eq!(elsewhere(3), "none of the host's tags is among its `tags`");
    assert_eq!(told["network"]["why"], "`10.0.0.1/32` blocks 10.0.0.1");
    assert_eq!(told["network"]["permitted"], false);
    let from = |key: &str| &told["limits_from"][key];
    assert_eq!(from("max_output_bytes"), "overrides.aliases.web");
    assert_eq!(from("max_parallel"), "overrides.tags");
    assert_eq!(from("max_seconds"), "limits");
    assert_eq!(from("task_result_ttl"), "default");
}

#[test]
fn what_stops_a_line_is_told() {
    let stopped = told(
        "systemctl -H db status; ls x*.log; /sbin/shutdown",
        "10.2.0.1",
    );
    let first = |command: usize| &stopped["rules"][0]["findings"][command];
    assert_eq!(first(0)["finding"], "escape_guard");
    assert!(
        first(0)["why"]
            .as_str()
            .unwrap()
            .starts_with("only a wildcard admits `-H` of `systemctl`, which ")
    );
    assert_eq!(first(1)["finding"], "shell_pattern");
    assert_eq!(
        stopped["deny_substrings"],
        serde_json::json!({"total": 1, "met": "shutdown*", "disguised": true})
    );
    assert_eq!(stopped["network"]["why"], "`10.0.0.0/8` allows 10.2.0.1");
    assert_eq!(
        told("ls", "11.0.0.1")["network"]["why"],
        "neither `allow_ips` nor `allow_cidrs` has 11.0.0.1"
    );
    assert_eq!(
        told("ls", "no address")["network"]["permitted"],
        serde_json::Value::Null
    );

    // What the shell refuses has no commands, and no rule says anything of it.
    let refused = told("ls $(id)", "10.2.0.1");
    assert_eq!(refused["commands"], serde_json::json!([]));
    assert!(refused["rules"][0].get("findings").is_none());
}

#[test]
fn rules_speak_of_their_own_hosts_however_many_there_are() {
    let rule = |index: usize| {
        let alias = ["web", "db"][index % 2];
        format!("  - {{action: allow, commands: [tool{index}], aliases: [{alias}]}}\n")
    };
    let rules: String = (0..200).map(rule).collect();
    let web = load(&format!("rules:\n{rules}")).for_host("web", &[""]);
    for index in 0..200 {
        let allowed = web.judge(&format!("tool{index}")).denial().is_none();
        assert_eq!(allowed, index % 2 == 0, "{index}");
    }
}

#[test]
fn a_disguised_hit_and_hostile_input_are_suspicious() {
    let policy = host(include_str!("seed.yml"), "prod-web-1", &["production"]);
    assert_eq!(policy.judge("rm -rf /").suspicion(), None);
    assert_eq!(
        policy.judge("r''m -rf /").suspicion(),
        Some(&Suspicion::Bypass {
            blocked_pattern: "rm -rf /".to_owned(),
        })
    );
    assert!(matches!(
        policy.judge("/sbin/reboot").suspicion(),
        Some(Suspicion::Bypass { .. })
    ));
    assert_eq!(
        policy.judge("uptime\u{200b}").suspicion(),
        Some(&Suspicion::HostileInput)
    );
}
