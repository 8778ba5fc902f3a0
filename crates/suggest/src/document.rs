//! `policy.yml` as it is printed: the rules, then what was found besides, as comments.
//!
//! It is a policy of its own: whoever saves it as it is can run `check` on it, and whoever takes it over copies items
//! of the list anywhere under `rules:`, since the strictest rule wins whatever the order.

use mcp_ssh_policy::Policy;

use crate::context::SuggestContext;
use crate::history::{History, Times};
use crate::proposed_rule::{ProposedRule, comment};
use crate::remarks::{Remarks, UnvouchedLines};

/// Sentences of one kind that are shown: more is a report, which this is not.
const MAX_SENTENCES: usize = 100;
/// Lines that are left to the operator: more than anyone writes rules for.
const MAX_LEFT: usize = 1_000;

/// The rules beside what stands around the operator's own, and the line at which each rule begins.
pub(crate) fn rules_text(rules: &[ProposedRule], policy: &Policy) -> (String, Vec<usize>) {
    let mut text = String::new();
    let frame = policy.frame();
    if !frame.is_empty() {
        let why =
            "As in your policy.yml, since it decides beside the rules: leave it out when you copy.";
        text.push_str(&comment("", why));
        text.push_str(&frame);
    }
    if rules.is_empty() {
        return (text + "rules: []\n", Vec::new());
    }
    text.push_str("rules:\n");
    let mut starts = Vec::new();
    for rule in rules {
        starts.push(text.lines().count() + 1);
        text.push_str(&rule.yaml());
    }
    (text, starts)
}

/// The whole document.
pub(crate) fn policy(
    rules: &[ProposedRule],
    remarks: &Remarks,
    history: &History,
    context: &SuggestContext<'_>,
) -> String {
    let mut text = head(history, context);
    text.push_str(&rules_text(rules, context.policy).0);
    left_to_operator(&mut text, &remarks.unvouched);
    for (heading, sentences) in [
        (
            "Not proposed, since it was left out or did not stand the trial against what was recorded",
            &remarks.dropped,
        ),
        ("Not looked at", &remarks.unread),
        (
            "Unused between the first and the last record",
            &remarks.unused,
        ),
    ] {
        section(&mut text, heading, sentences, MAX_SENTENCES);
    }
    text
}

/// Each line that is not proposed, under its reason.
fn left_to_operator(text: &mut String, unvouched: &[UnvouchedLines]) {
    if !unvouched.is_empty() {
        text.push('\n');
        text.push_str(&comment("", "Denied by default, and left to you:"));
    }
    let (mut budget, mut unshown) = (MAX_LEFT, 0);
    for UnvouchedLines { why, lines } in unvouched {
        let shown = lines.len().min(budget);
        budget -= shown;
        unshown += lines.len() - shown;
        if shown > 0 {
            text.push_str(&comment("", &format!("- {why}:")));
        }
        for line in lines.iter().take(shown) {
            text.push_str(&comment("", &format!("  - {line}")));
        }
    }
    if unshown > 0 {
        let told = format!("and {unshown} more lines: a shorter time (`--since`) shows them");
        text.push_str(&comment("", &told));
    }
}

/// Some sentences under a heading, if there are any.
fn section(text: &mut String, heading: &str, sentences: &[String], most: usize) {
    if sentences.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&comment("", &format!("{heading}:")));
    for sentence in sentences.iter().take(most) {
        text.push_str(&comment("", &format!("- {sentence}")));
    }
    if let Some(more @ 1..) = sentences.len().checked_sub(most) {
        text.push_str(&comment("", &format!("and {more} more")));
    }
}

fn head(history: &History, context: &SuggestContext<'_>) -> String {
    let Times { count, first, last } = history.window();
    let (first, last) = ((context.timestamp)(first), (context.timestamp)(last));
    let hosts = history.hosts().len();
    let mut head = match count {
        0 => vec!["mcp-ssh suggest: no decision with its command was recorded".to_owned()],
        _ => vec![format!(
            "mcp-ssh suggest: decisions {count}, hosts {hosts}, {first} to {last}"
        )],
    };
    if history.hashed() > 0 {
        head.push(format!(
            "Decisions with the hash of their command alone: {}; what they used is not known",
            history.hashed()
        ));
    }
    if history.files() > 0 {
        head.push(format!(
            "Decisions on files, which are not looked at: {}; nothing is said of the entries of `files`",
            history.files()
        ));
    }
    head.push(
        "Copy what you want under `rules:` of policy.yml. A rule is here because it was asked for."
            .to_owned(),
    );
    head.iter().map(|line| comment("", line)).collect()
}
