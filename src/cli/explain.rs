//! A decision and its steps, for a person: what was parsed, the deny entries, the rules that
//! speak of each command or nearly do, the network, the limits, why, and what to do.
//!
//! Takes: a decision and its explanation. Gives: lines on stdout; what nothing came of is counted, not listed:
//! `--json` has all of it. Refuses: characters of the agent's words that nobody sees: they are
//! shown by their numbers.

use mcp_ssh_policy::Voucher;

use super::Terminal;
use crate::gate::{Planned, visible_text};
use mcp_ssh_policy::{Considered, Decision, Explanation, FindingKind, Remark, RuleName, Verdict};
use mcp_ssh_yaml::diagnostic::visible;

/// Prints a decision with its steps.
pub fn explain(planned: &Planned, explanation: &Explanation, terminal: &mut Terminal) {
    let decision = &planned.decision;
    let verdict = match decision.verdict() {
        Verdict::Allow => "allowed",
        Verdict::Ask => "needs approval",
        Verdict::Deny => "denied",
    };
    terminal.line(&format!("{verdict} on {}", decision.alias()));
    let mut say =
        |label: &str, text: &str| terminal.line(&format!("  {label:<8} {}", visible_text(text)));
    for (command, number) in explanation.commands.iter().zip(1..) {
        say("command", &format!("{number}: {}", command.command));
        for run in &command.runs {
            say("", &format!("   runs {run}"));
        }
        if let Some(hidden) = &command.hidden {
            say("", &format!("   may run more: {hidden}"));
        }
        match command.vouched_by {
            Voucher::Manual => say(
                "",
                "   its row is by the manual: it was not run under a tracer",
            ),
            Voucher::Nobody => say("", "   nobody vouches for its options"),
            Voucher::Run => {}
        }
    }
    if !explanation.commands.is_empty() {
        say("entries", &entries(explanation));
        let mut label = "rules";
        for line in rules(decision, explanation) {
            say(std::mem::take(&mut label), &line);
        }
    }
    say("network", &explanation.network.why);
    say("limits", &limits(decision, explanation));
    match (planned.timeout_seconds, &planned.note) {
        (_, Some(note)) => say("time", note),
        (Some(seconds), None) => say("time", &format!("{seconds} s (timeout_seconds)")),
        (None, None) => {}
    }
    match decision.denial() {
        Some(denial) => {
            say("why", &denial.why);
            let told = explanation.missing_rules.is_empty();
            say("hint", if told { &denial.hint } else { denial.advice() });
            for rule in &explanation.missing_rules {
                terminal.line(&to_allow(rule));
            }
        }
        None => {
            say("why", &decision.why_not_denied().unwrap_or_default());
            if let Some(hint) = decision.hint() {
                say("hint", hint);
            }
        }
    }
}

/// A rule to be copied: YAML, which has escapes of its own for what is not seen, but for what is beyond 16 bits.
pub(super) fn to_allow(rule: &str) -> String {
    let shown: String = rule.chars().map(visible).collect();
    format!("  to allow {shown}")
}

fn entries(explanation: &Explanation) -> String {
    let entries = &explanation.deny_substrings;
    let total = entries.total;
    match &entries.met {
        None => format!("none of {total} `deny_substrings` meets the line"),
        Some(entry) if entries.disguised => format!(
            "`{entry}` of {total} `deny_substrings` meets the line, once quotes, paths and wrappers \
             are looked through"
        ),
        Some(entry) => format!("`{entry}` of {total} `deny_substrings` meets the line"),
    }
}

/// How many rules are for this host; for each command the rule that determines it, and those
/// that nearly do.
fn rules(decision: &Decision, explanation: &Explanation) -> Vec<String> {
    let rules = &explanation.rules;
    let here = rules.iter().filter(|rule| rule.not_for_host.is_none());
    let mut lines = vec![format!(
        "{} of {} are for this host",
        here.count(),
        rules.len()
    )];
    for rule in rules {
        if let Some(pattern) = &rule.meets_line {
            lines.push(format!(
                "deny by {}: `{pattern}` meets the whole line",
                rule.rule
            ));
        }
    }
    for (index, verdict) in decision.commands().iter().enumerate() {
        if verdict.rule.is_none() {
            lines.push(format!("{}: no rule allows it", index + 1));
        }
        for rule in rules {
            let said = said_of(index, rule, verdict.rule.as_ref());
            lines.extend(said.map(|said| format!("{}: {said}", index + 1)));
        }
    }
    lines
}

/// What a rule says of one command, if it is about such a command at all.
fn said_of(index: usize, rule: &Considered, determining: Option<&RuleName>) -> Option<String> {
    let Remark { finding, why } = rule.findings.get(index)?;
    let name = &rule.rule;
    match finding {
        _ if determining == Some(name) => Some(format!("{} by {name}: {why}", name.action)),
        FindingKind::Meets => Some(format!(
            "not by {name} ({}), which is weaker or comes later: {why}",
            name.action
        )),
        FindingKind::EscapeGuard | FindingKind::ShellPattern | FindingKind::Near => {
            Some(format!("not by {name} ({}): {why}", name.action))
        }
        FindingKind::Misses => None,
    }
}

fn limits(decision: &Decision, explanation: &Explanation) -> String {
    let limits = decision.limits();
    let from = |key| explanation.limits_from.get(key).map_or("", String::as_str);
    format!(
        "{} s ({}), {} bytes of output ({})",
        limits.max_seconds,
        from("max_seconds"),
        limits.max_output_bytes,
        from("max_output_bytes")
    )
}
