//! Rules in the place of patterns that are wider than what they ever matched.
//!
//! Takes the patterns of the policy with what they admitted. Gives rules that spell the commands that ran: `allow`
//! stays, and takes from what may run. Left alone are patterns that much has used, and those of rules that say
//! `shell`, `escapes` or `stdin`: there a rule that spells a command may admit it where the pattern does not. So it
//! is with `cd`, which says where the commands behind it run. No wildcard is put in the place of another: whether one
//! is within the other is not proved here.

use mcp_ssh_policy::shell::CommandLine;
use mcp_ssh_policy::{Action, RulePattern, TextSet, escaped};
use mcp_ssh_yaml::quotable::is_quotable_line;

use crate::context::SuggestContext;
use crate::court::WantedCommand;
use crate::delicate::moves;
use crate::denied::names;
use crate::proposed_rule::{ProposedEntry, ProposedRule};
use crate::unused::{PatternUse, place};

/// Patterns in the place of one: where more is needed, the wildcard is.
const MAX_IN_PLACE: usize = 8;
/// The narrower rules.
pub(crate) fn rules(
    patterns: &[RulePattern],
    uses: &[PatternUse],
    context: &SuggestContext<'_>,
) -> Vec<ProposedRule> {
    let pairs = patterns.iter().zip(uses);
    pairs
        .filter_map(|(pattern, used)| rule(pattern, used, context))
        .collect()
}

fn rule(
    pattern: &RulePattern,
    used: &PatternUse,
    context: &SuggestContext<'_>,
) -> Option<ProposedRule> {
    let open =
        pattern.rule.action == Action::Allow && !pattern.is_literal && !pattern.is_loosened();
    let few = (1..=MAX_IN_PLACE).contains(&used.ran.keys().len());
    let narrows = open && few && used.ran.values().all(|(command, _)| is_spellable(command));
    narrows.then(|| in_place_of(pattern, used, context))
}

/// A pattern that spells a command, of the kind that the other pattern is.
fn spelled(pattern: &RulePattern, command: &WantedCommand) -> ProposedEntry {
    // A redirection is a part of the text, so it stays one of the rule's.
    match pattern.is_over_text() {
        true => ProposedEntry::Text(escaped(&command.text)),
        false => ProposedEntry::Words(command.words.iter().map(|word| escaped(word)).collect()),
    }
}

/// The rule for a pattern's hosts that spells what ran by it.
fn in_place_of(
    pattern: &RulePattern,
    used: &PatternUse,
    context: &SuggestContext<'_>,
) -> ProposedRule {
    let shown = &pattern.shown;
    let often = used.times.told(context.timestamp);
    let mut all = TextSet::default();
    let (mut basis, mut entries) = (Vec::new(), Vec::new());
    for (command, hosts) in used.ran.values() {
        all.extend(hosts);
        for host in hosts.texts() {
            basis.push((host.to_owned(), command.clone()));
        }
        entries.push(spelled(pattern, command));
    }
    let hosts = names(&all);
    ProposedRule {
        count: used.times.count,
        label: shown.clone(),
        action: Action::Allow,
        hosts: pattern
            .hosts()
            .map(|globs| globs.into_iter().map(str::to_owned).collect()),
        entries,
        fallback: Vec::new(),
        comment: vec![
            format!(
                "instead of `{shown}` of {}, {}",
                pattern.rule,
                place(pattern, context)
            ),
            format!("used {often}, on {hosts}, and for nothing else"),
        ],
        basis,
    }
}

/// Whether a rule that spells the command admits nothing besides, and may be shown.
fn is_spellable(command: &WantedCommand) -> bool {
    let expands = match CommandLine::parse(&command.text) {
        Ok(line) => line
            .commands()
            .any(|command| command.words().iter().any(|word| word.has_pattern())),
        Err(_) => true,
    };
    !moves(&command.words) && !expands && is_quotable_line(&command.text)
}
