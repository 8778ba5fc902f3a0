//! The rule lines that `plan` shows for a denied line work when they are pasted.
//!
//! For each line of the corpora that is denied: the lines that an explanation shows are put into the
//! policy's own text, first under `rules:`, and the same line is judged again. With
//! `MCP_SSH_POLICY_CASES` naming a file of the form of `corpus/vouching.tsv`, its lines are tried too.

use mcp_ssh_policy::shell::{CommandLine, SimpleCommand, quoted};
use mcp_ssh_policy::{Decision, Policy, Stage, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

use super::corpus::policies;
use super::load;
use super::vouching::policies_and_lines;

/// A policy's text, a host and its tags, and a line for it.
struct RuleLineCase {
    yaml: String,
    alias: &'static str,
    tags: &'static [&'static str],
    line: String,
}

impl RuleLineCase {
    fn judge(&self, policy: &Policy) -> Decision {
        policy.for_host(self.alias, self.tags).judge(&self.line)
    }

    fn missing(&self, policy: &Policy) -> Vec<String> {
        let explanation = policy.explain(self.alias, self.tags, None, &self.line);
        explanation.missing_rules
    }

    /// The policy with these lines pasted first under `rules:`.
    fn with(&self, lines: &[&str]) -> Policy {
        if let Some((before, after)) = self.yaml.split_once("rules: [") {
            let pasted = lines
                .iter()
                .map(|line| format!("{}, ", line.strip_prefix("- ").unwrap()));
            return load(&format!(
                "{before}rules: [{}{after}",
                pasted.collect::<String>()
            ));
        }
        let (before, after) = self.yaml.split_once("rules:\n").unwrap();
        let item = after
            .lines()
            .find(|line| line.trim_start().starts_with('-'));
        let indent = item.map_or(0, |item| item.len() - item.trim_start().len());
        let pasted = lines.iter().map(|line| format!("{:indent$}{line}\n", ""));
        load(&format!(
            "{before}rules:\n{}{after}",
            pasted.collect::<String>()
        ))
    }
}

fn cases() -> Vec<RuleLineCase> {
    let mut cases = Vec::new();
    for (yaml, alias, lines) in policies() {
        let tags: &[&str] = match alias {
            "prod-web-1" => &["production", "web"],
            _ => &["staging", "web"],
        };
        cases.extend(lines.into_iter().map(|line| RuleLineCase {
            yaml: yaml.to_owned(),
            alias,
            tags,
            line,
        }));
    }
    let further = policies_and_lines().into_iter();
    cases.extend(further.map(|(yaml, line)| RuleLineCase {
        yaml,
        alias: "web-1",
        tags: &[],
        line,
    }));
    cases
}

/// Whether the shell would expand a word of the line.
fn expands(line: &str) -> bool {
    let has_pattern =
        |command: &SimpleCommand| command.words().iter().any(|word| word.has_pattern());
    CommandLine::parse(line).is_ok_and(|line| line.commands().any(has_pattern))
}

/// Whether no rule can allow what was denied.
fn is_final(decision: &Decision) -> bool {
    let denial = decision.denial().unwrap();
    match denial.stage {
        Stage::Input | Stage::DenySubstring | Stage::Rule | Stage::Network => true,
        Stage::Shell => decision.rendered().is_none(),
        Stage::EscapeGuard | Stage::Default => false,
    }
}

/// What is wrong with the lines that are shown for a denied line.
fn fault(case: &RuleLineCase, decision: &Decision, lines: &[String]) -> Option<String> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let commands = decision.commands();
    let pasted = case.with(&lines);
    let again = case.judge(&pasted);
    if again.verdict() == Verdict::Deny {
        return Some(format!("still denied: {}", again.denial().unwrap().why));
    }
    // A command that finds its settings where `cd` goes needs no rule but that of `cd`.
    let moved = lines.iter().any(|line| line.contains("[[\"cd\", "));
    for (before, after) in commands.iter().zip(again.commands()) {
        let by = after.rule.as_ref().unwrap();
        let ruled = by.index < lines.len() || before.rule.is_some() || moved;
        if !ruled && again.verdict() == Verdict::Allow {
            return Some(format!("{} is allowed by {by}", after.command));
        }
    }
    // Without its only line the policy is the one that denied.
    let several = lines.len() > 1;
    for index in (0..lines.len()).filter(|_| several) {
        let mut fewer = lines.clone();
        let line = fewer.remove(index);
        if case.judge(&case.with(&fewer)).verdict() != Verdict::Deny {
            return Some(format!("{line} is not needed"));
        }
    }
    // A rule that spells a command allows no other; a wildcard grants what is vouched for.
    if lines.iter().any(|line| line.contains("shell: [glob]")) {
        return None;
    }
    let alone = load(&format!(
        "limits: {{deny_substrings: []}}\nrules:\n{}\n",
        lines.join("\n")
    ));
    let more = commands
        .iter()
        .map(|command| format!("{} /etc/zz", command.command));
    let mut more = more.filter(|more| {
        alone
            .for_host(case.alias, case.tags)
            .judge(more)
            .denial()
            .is_none()
    });
    more.next().map(|more| format!("{more} is allowed, too"))
}

#[test]
fn what_plan_shows_for_a_denied_line_allows_it_when_it_is_pasted() {
    // Two threads, since each case loads its policy anew.
    let cases = cases();
    let (first, second) = cases.split_at(cases.len() / 2);
    let tried = std::thread::scope(|scope| {
        let second = scope.spawn(|| tried(second));
        let first = tried(first);
        [first, second.join().unwrap()]
    });
    let faults: Vec<&str> = tried
        .iter()
        .flat_map(|tried| &tried.0)
        .map(String::as_str)
        .collect();
    let shown: usize = tried.iter().map(|tried| tried.1).sum();
    let none: usize = tried.iter().map(|tried| tried.2).sum();
    eprintln!("{shown} lines with rules, {none} with a shell pattern that no rule spells");
    assert!(
        faults.is_empty() && shown > 1_000,
        "{shown}\n{}",
        faults.join("\n")
    );
}

/// What is wrong with what is shown for the denied lines, how many have rules, and how many can have none.
fn tried(cases: &[RuleLineCase]) -> (Vec<String>, usize, usize) {
    let (mut faults, mut shown, mut none) = (Vec::new(), 0, 0);
    let mut loaded = (String::new(), load(""));
    for case in cases {
        if loaded.0 != case.yaml {
            loaded = (case.yaml.clone(), load(&case.yaml));
        }
        let decision = case.judge(&loaded.1);
        let lines = case.missing(&loaded.1);
        let wrong = match (decision.verdict(), lines.is_empty()) {
            (Verdict::Allow | Verdict::Ask, true) => None,
            (Verdict::Allow | Verdict::Ask, false) => Some("it is not denied".to_owned()),
            (Verdict::Deny, _) if is_final(&decision) => {
                (!lines.is_empty()).then(|| "no rule can allow it".to_owned())
            }
            // What a shell pattern becomes is spelled by no rule.
            (Verdict::Deny, true) if expands(&case.line) => {
                none += 1;
                None
            }
            (Verdict::Deny, true) => Some(format!(
                "no rule is shown: {}",
                decision.denial().unwrap().why
            )),
            (Verdict::Deny, false) => {
                shown += 1;
                fault(case, &decision, &lines)
            }
        };
        faults.extend(wrong.map(|wrong| format!("{:?}: {wrong}: {}", case.line, lines.join(" "))));
    }
    (faults, shown, none)
}

/// What is hard to write in YAML, in a pattern, or in both.
const PIECES: &[&str] = &[
    "*", "**", "?", "[", "[!", "]", "[a-c]", "\\", "\"", "'", "#", " #", ": ", "- ", "{", "}", ",",
    "&x", "!t", "%", "@", "`", "|", ">", "~", "null", "yes", "0x10", " ", "\t", "é", "日本",
    "\u{2028}", "\u{a0}", "..", "/", "-x", "$(id)",
];

/// How many generated lines are tried: four times as many with `MCP_SSH_LONG`.
fn generated() -> u32 {
    match std::env::var_os("MCP_SSH_LONG") {
        Some(_) => 2_000,
        None => 500,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(generated()))]

    #[test]
    fn whatever_the_words_are_their_rule_is_read_as_it_stands(
        words in prop::collection::vec(prop::collection::vec(select(PIECES), 0..5), 0..5),
        piped in any::<bool>(),
    ) {
        let words: Vec<String> = words.into_iter().map(|pieces| pieces.concat()).collect();
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let pipe = if piped { "id | " } else { "" };
        let line = format!("{pipe}frobtool {}", words.join(" "));
        let case = RuleLineCase {
            yaml: "rules:\n- {action: allow, commands: [id, 'frobtool *']}\n".to_owned(),
            alias: "web-1",
            tags: &[],
            line,
        };
        let policy = load(&case.yaml);
        let decision = case.judge(&policy);
        let lines = case.missing(&policy);
        if decision.verdict() == Verdict::Deny && !is_final(&decision) {
            prop_assert!(!lines.is_empty(), "{}", case.line);
            prop_assert_eq!(fault(&case, &decision, &lines), None, "{}", case.line);
        }
    }
}

#[test]
fn more_words_than_an_entry_takes_and_a_name_with_a_blank_are_spelled_as_text() {
    for line in [
        format!("frobtool {}", "a ".repeat(200)),
        "'r m' '../*' 2>/dev/null".to_owned(),
    ] {
        let yaml = "rules:\n- {action: allow, commands: [id]}\n".to_owned();
        let case = RuleLineCase {
            yaml,
            alias: "web-1",
            tags: &[],
            line,
        };
        let policy = load(&case.yaml);
        let lines = case.missing(&policy);
        assert!(
            lines[0].starts_with("- {action: allow, commands: ["),
            "{lines:?}"
        );
        let decision = case.judge(&policy);
        assert_eq!(fault(&case, &decision, &lines), None);
    }
}
