//! What nothing used of the rules that allow or ask.
//!
//! Takes the judged lines and the patterns of the policy. Gives for each pattern the commands that it admits, whatever
//! else admits them, and sentences about the patterns that admit none. A rule for hosts that were not recorded is
//! unseen, not unused.

use mcp_ssh_policy::shell::CommandLine;
use mcp_ssh_policy::{RulePattern, TextMap, TextSet, Verdict};

use crate::context::SuggestContext;
use crate::court::{Court, JudgedLine, WantedCommand};
use crate::history::{History, Times};

/// What a pattern admits of what was recorded.
#[derive(Debug, Default)]
pub(crate) struct PatternUse {
    /// How often, denials of the time included: the present policy would admit them.
    pub times: Times,
    /// The commands that were allowed, and where.
    pub ran: TextMap<(WantedCommand, TextSet)>,
}

/// What each pattern admits, in the order of the patterns.
pub(crate) fn uses(
    court: &Court<'_>,
    lines: &[JudgedLine<'_>],
    patterns: &[RulePattern],
) -> Vec<PatternUse> {
    let mut uses: Vec<PatternUse> = patterns.iter().map(|_| PatternUse::default()).collect();
    for line in lines {
        let host = court.hosts.get(line.alias);
        let Some(host) = host.filter(|_| line.verdict != Verdict::Deny) else {
            continue;
        };
        let Ok(parsed) = CommandLine::parse(line.line) else {
            continue;
        };
        let admitting = host.present.uses(line.line, patterns);
        for (command, places) in parsed.commands().zip(admitting) {
            let words = command.words().iter();
            let own = WantedCommand {
                words: words.map(|word| word.value().into_owned()).collect(),
                text: command.render(),
            };
            let fates = &line.fates;
            for place in places {
                let Some(pattern) = uses.get_mut(place) else {
                    continue;
                };
                for times in [fates.allowed, fates.unmatched, fates.refused] {
                    pattern.times.join(times);
                }
                if fates.allowed.count > 0 {
                    pattern.ran.change(&own.key(), |(command, hosts)| {
                        command.clone_from(&own);
                        hosts.insert(line.alias);
                    });
                }
            }
        }
    }
    uses
}

/// A sentence for each rule or pattern that nothing used, with its place.
pub(crate) fn told(
    history: &History,
    patterns: &[RulePattern],
    uses: &[PatternUse],
    context: &SuggestContext<'_>,
) -> Vec<String> {
    let seen = context
        .hosts
        .iter()
        .filter(|host| history.hosts().place(host.alias).is_some());
    let seen: Vec<_> = seen.collect();
    let counts = uses.iter().map(|used| used.times.count);
    let patterns: Vec<(&RulePattern, u64)> = patterns.iter().zip(counts).collect();
    let mut told = Vec::new();
    for patterns in patterns.chunk_by(|(one, _), (next, _)| one.rule.index == next.rule.index) {
        let Some((first, _)) = patterns.first() else {
            continue;
        };
        let (place, rule) = (place(first, context), &first.rule);
        let is_seen = seen.iter().any(|host| first.is_for(host.alias, host.tags));
        let dead = patterns.iter().filter(|(_, count)| *count == 0);
        if !is_seen {
            told.push(format!(
                "{place}: {rule} is unseen: none of its hosts was recorded"
            ));
        } else if dead.clone().count() == patterns.len() {
            told.push(format!("{place}: nothing used {rule}"));
        } else {
            told.extend(dead.map(|(pattern, _)| {
                let place = self::place(pattern, context);
                format!(
                    "{place}: nothing used the pattern `{}` of {rule}",
                    pattern.shown
                )
            }));
        }
    }
    told
}

/// Where a pattern stands, as errors say it.
pub(crate) fn place(pattern: &RulePattern, context: &SuggestContext<'_>) -> String {
    let (line, column) = (pattern.span.line, pattern.span.column);
    format!("{}:{line}:{column}", context.source.name())
}
