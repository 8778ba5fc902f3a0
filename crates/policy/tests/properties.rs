//! What holds for every policy and every line, on generated ones.

use mcp_ssh_policy::Verdict;
use mcp_ssh_policy::shell::CommandLine;
use proptest::prelude::*;
use proptest::sample::select;

use super::reference::{ReferencePolicy, ReferenceRule};
use super::{host, short};

const GLOBS: &[&str] = &[
    "*",
    "id",
    "id*",
    "rm *",
    "cat /var/log/*",
    "ls ?",
    "* -f*",
    "systemctl status *",
    "echo*",
    "/bin/*",
    "*|*",
    "cat*",
    "r*",
    "*id",
    "uptime*",
    "echo 'a b'*",
];
const ENTRIES: &[&str] = &[
    "rm -rf /",
    "id ",
    "nc ",
    "cat /etc",
    "shutdown*",
    "log",
    "-f",
    "*",
    "a b",
];
const WORDS: &[&str] = &[
    "id",
    "'id'",
    "i\"d\"",
    "rm",
    "-rf",
    "/",
    "cat",
    "/var/log/x",
    "/var/log/../x",
    "/etc/shadow",
    "ls",
    "a",
    "-f",
    "systemctl",
    "status",
    "echo",
    "'a b'",
    "a\\ b",
    "/bin/rm",
    "./id",
    "uptime",
    "idx",
    "nc",
    "&&",
    "||",
    ";",
    "|",
    "\n",
    "2>/dev/null",
    "#",
    "'#'",
    "*.log",
    "x*",
    "''",
    "sudo",
    "env",
    "xargs",
    "sh",
    "-c",
    "'rm x; id'",
    "'$x'",
    "timeout",
];

fn rules() -> impl Strategy<Value = Vec<ReferenceRule>> {
    let rule = (
        select(vec!["allow", "allow", "deny"]),
        prop::collection::vec(select(GLOBS.to_vec()), 1..3),
    );
    prop::collection::vec(rule, 0..4).prop_map(|rules| {
        rules
            .into_iter()
            .map(|(action, commands)| ReferenceRule {
                action,
                commands: commands.into_iter().map(str::to_owned).collect(),
            })
            .collect()
    })
}

fn policies() -> impl Strategy<Value = ReferencePolicy> {
    let entries = prop::collection::vec(select(ENTRIES.to_vec()), 0..2);
    (rules(), entries).prop_map(|(rules, entries)| ReferencePolicy {
        rules,
        deny_substrings: entries.into_iter().map(str::to_owned).collect(),
    })
}

fn lines() -> impl Strategy<Value = String> {
    let blank = select(vec![" ", " ", "  ", "\t"]);
    prop::collection::vec((select(WORDS.to_vec()), blank), 1..7).prop_map(|words| {
        words
            .into_iter()
            .map(|(word, blank)| format!("{word}{blank}"))
            .collect()
    })
}

/// The same policy as the file an operator would write.
fn yaml(policy: &ReferencePolicy) -> String {
    let rules: Vec<_> = policy
        .rules
        .iter()
        .map(|rule| serde_json::json!({"action": rule.action, "commands": rule.commands}))
        .collect();
    let file = serde_json::json!({
        "rules": rules,
        "limits": {"deny_substrings": policy.deny_substrings},
    });
    file.to_string()
}

fn verdict(policy: &ReferencePolicy, line: &str) -> Verdict {
    host(&yaml(policy), "web", &[]).judge(line).verdict()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever runs here, the reference would have run when asked for it alone; and what its
    /// deny rules or deny_substrings say of the line as it was sent, holds.
    #[test]
    fn never_looser_than_the_reference(policy in policies(), line in lines()) {
        if verdict(&policy, &line) == Verdict::Allow {
            prop_assert!(!policy.meets_deny_substring(&line));
            let parsed = CommandLine::parse(&line).unwrap();
            for command in parsed.commands() {
                // Quotes around a word do not keep a pattern from its value.
                let values: Vec<_> = command.words().iter().map(|word| word.value()).collect();
                let by_value = policy.allows(&values.join(" "));
                prop_assert!(by_value || policy.allows(&command.render()), "{}", command.render());
            }
            let denying = ReferencePolicy {
                rules: policy.rules.iter().filter(|rule| rule.action == "deny").map(|rule| {
                    ReferenceRule { action: "allow", commands: rule.commands.clone() }
                }).collect(),
                deny_substrings: Vec::new(),
            };
            prop_assert!(!denying.allows(&line));
        }
    }

    #[test]
    fn rule_order_changes_nothing(policy in policies(), line in lines()) {
        let mut reversed = policy.clone();
        reversed.rules.reverse();
        prop_assert_eq!(verdict(&policy, &line), verdict(&reversed, &line));
    }

    #[test]
    fn one_more_deny_never_allows_and_one_more_allow_never_denies(
        policy in policies(), glob in select(GLOBS.to_vec()), line in lines()
    ) {
        let with = |action| {
            let mut more = policy.clone();
            more.rules.push(ReferenceRule { action, commands: vec![glob.to_owned()] });
            verdict(&more, &line)
        };
        let before = verdict(&policy, &line);
        prop_assert!(before == Verdict::Allow || with("deny") != Verdict::Allow);
        prop_assert!(before != Verdict::Allow || with("allow") == Verdict::Allow);
    }

    /// Only what the agent's own spelling adds (a comment, a quote inside an entry) may differ,
    /// and then the rendered line is never judged more strictly.
    #[test]
    fn the_rendered_line_is_judged_as_the_original(policy in policies(), line in lines()) {
        let host = host(&yaml(&policy), "web", &[]);
        let original = host.judge(&line);
        if let Some(rendered) = original.rendered() {
            let again = host.judge(rendered);
            prop_assert_eq!(again.rendered(), original.rendered());
            let spelling = ["deny_substring", "rule"].contains(&short(&original).as_str());
            prop_assert!(
                spelling && original.verdict() == Verdict::Deny
                    || again.verdict() == original.verdict(),
                "{:?} then {:?}", short(&original), short(&again)
            );
        }
    }
}
