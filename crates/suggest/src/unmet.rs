//! Deny rules that nothing met.
//!
//! Takes the judged lines and the deny rules of the policy. Gives a sentence for each rule that met none of the lines.
//! It only tells: a fence that nobody ran into is no less a fence, so each sentence says that the rule stays.

use crate::context::SuggestContext;
use crate::court::{Court, JudgedLine};
use crate::history::History;
use crate::unused::place;

/// A sentence for each deny rule that nothing met, with its place.
pub(crate) fn told(
    history: &History,
    court: &Court<'_>,
    lines: &[JudgedLine<'_>],
    context: &SuggestContext<'_>,
) -> Vec<String> {
    let patterns = context.policy.denying_patterns(context.source);
    let mut met = vec![false; context.policy.rule_count()];
    for line in lines.iter().filter(|_| !patterns.is_empty()) {
        let Some(host) = court.hosts.get(line.alias) else {
            continue;
        };
        for place in host.present.met_denials(line.line) {
            if let Some(met) = met.get_mut(place) {
                *met = true;
            }
        }
    }
    let mut told = Vec::new();
    for patterns in patterns.chunk_by(|one, next| one.rule.index == next.rule.index) {
        let Some(first) = patterns.first() else {
            continue;
        };
        if met.get(first.rule.index) == Some(&true) {
            continue;
        }
        let (place, rule) = (place(first, context), &first.rule);
        let mut hosts = context.hosts.iter();
        let is_seen = hosts.any(|host| {
            first.is_for(host.alias, host.tags) && history.hosts().place(host.alias).is_some()
        });
        told.push(match is_seen {
            true => format!(
                "{place}: nothing met the deny rule {rule}: it stays, since what was not tried may be tried"
            ),
            false => format!(
                "{place}: the deny rule {rule} is unseen: none of its hosts was recorded, and it stays"
            ),
        });
    }
    told
}
