//! The last gate: the proposed rules, loaded as they are written, against everything that was recorded.
//!
//! Takes the proposed rules and the judged lines. Gives the rules that are without fault, and why others were dropped.
//! A rule whose patterns are at fault is tried once more with each command spelled. At fault is a rule
//!
//! - that the loader refuses, or of which `check` would warn;
//! - that does not admit what it is for, alone or beside the present rules;
//! - that changes the verdict of a line it is not for: what was refused stays refused, what runs goes on;
//! - that says more of a recorded line alone than beside the present rules, since a deny rule does not come along;
//! - that allows behind a pipe or a `cd` what the present rules do not.

use mcp_ssh_policy::{Action, Decision, Policy, TextMap, Verdict};
use mcp_ssh_yaml::diagnostic::{Source, Span};
use mcp_ssh_yaml::quotable::told;

use crate::bench::Bench;
use crate::court::{Court, JudgedLine, LineFinding, WantedCommand};
use crate::document::rules_text;
use crate::proposed_rule::ProposedRule;

/// Rules that let the surroundings of [`SURROUNDINGS`] stand.
const HELPERS: &str = "rules: [{action: allow, commands: ['echo x', 'cd *']}]\n";
/// What may stand before a command.
const SURROUNDINGS: [&str; 3] = ["echo x | ", "cd /x; ", "cd /x; echo x | "];

/// What is left.
pub(crate) struct Kept {
    pub rules: Vec<ProposedRule>,
    /// Sentences about those that are not.
    pub dropped: Vec<String>,
}

/// The first fault of each rule that has one, at the rule's place.
struct RuleFaults(Vec<Option<String>>);

impl RuleFaults {
    fn of(rules: &[ProposedRule]) -> Self {
        Self(vec![None; rules.len()])
    }

    fn add(&mut self, place: usize, why: String) {
        if let Some(fault) = self.0.get_mut(place) {
            fault.get_or_insert(why);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// The rules without fault.
pub(crate) fn kept(
    mut rules: Vec<ProposedRule>,
    court: &Court<'_>,
    lines: &[JudgedLine<'_>],
) -> Kept {
    let mut dropped = Vec::new();
    loop {
        let faults = faults(&rules, court, lines);
        if faults.is_empty() {
            return Kept { rules, dropped };
        }
        let tried = std::mem::take(&mut rules).into_iter().zip(faults.0);
        for (mut rule, fault) in tried {
            match fault {
                None => rules.push(rule),
                Some(_) if !rule.fallback.is_empty() => {
                    rules.append(&mut rule.fallback);
                }
                // The line that it would let through may hold a secret.
                Some(why) => dropped.push(told(format!("{}: {why}", rule.label))),
            }
        }
    }
}

/// What is wrong with the rules: nothing in the end.
fn faults(rules: &[ProposedRule], court: &Court<'_>, lines: &[JudgedLine<'_>]) -> RuleFaults {
    let (text, starts) = rules_text(rules, court.policy);
    let source = Source::new("policy.yml", &text);
    let at = |span: Span| {
        starts
            .partition_point(|start| *start <= span.line)
            .saturating_sub(1)
    };
    let mut faults = RuleFaults::of(rules);
    let (proposed, mut lints) = match Policy::load(&source) {
        Ok(loaded) => loaded,
        Err(errors) => {
            for error in errors {
                faults.add(at(error.span), error.message);
            }
            return faults;
        }
    };
    lints.extend(proposed.lint(&source, court.tags));
    // What stands above the rules is the operator's.
    let first = starts.first().copied().unwrap_or_default();
    for lint in lints {
        if lint.span.line >= first {
            faults.add(at(lint.span), lint.message);
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    let merged = court.policy.beside(&proposed);
    let trial = Trial {
        rules,
        court,
        merged: Bench::new(court, merged),
        proposed: Bench::new(court, proposed),
    };
    let mut faults = trial.of_basis();
    if faults.is_empty() {
        faults = trial.of_lines(lines);
    }
    if faults.is_empty() {
        faults = trial.alone(lines);
    }
    if faults.is_empty() {
        faults = trial.of_surroundings();
    }
    faults
}

struct Trial<'a> {
    rules: &'a [ProposedRule],
    court: &'a Court<'a>,
    /// The proposed rules alone.
    proposed: Bench<'a>,
    /// They and the present ones.
    merged: Bench<'a>,
}

impl Trial<'_> {
    /// Rules that do not admit what they are for.
    fn of_basis(&self) -> RuleFaults {
        let mut faults = RuleFaults::of(self.rules);
        for (place, rule) in self.rules.iter().enumerate() {
            let wanted = match rule.action {
                Action::Allow => Verdict::Allow,
                Action::Ask => Verdict::Ask,
                Action::Deny => Verdict::Deny,
            };
            for (alias, command) in &rule.basis {
                let text = &command.text;
                let why = if self.proposed.verdict(alias, text) != wanted {
                    "without your other rules"
                } else if self.merged.verdict(alias, text) != wanted {
                    "beside your other rules"
                } else {
                    continue;
                };
                let why = format!("it would not say {wanted} of `{text}` {why}");
                faults.add(place, why);
            }
        }
        faults
    }

    /// Rules that change the verdict of a recorded line that they are not for, or leave one out that they are for.
    fn of_lines(&self, lines: &[JudgedLine<'_>]) -> RuleFaults {
        let key = |alias: &str, command: &WantedCommand| format!("{alias}\0{}", command.key());
        let mut basis: TextMap<Vec<usize>> = TextMap::default();
        for (place, rule) in self.rules.iter().enumerate() {
            for (alias, command) in &rule.basis {
                basis.change(&key(alias, command), |rules| rules.push(place));
            }
        }
        let mut faults = RuleFaults::of(self.rules);
        for line in lines {
            let Some(decision) = self.merged.judge(line.alias, line.line) else {
                continue;
            };
            let verdict = decision.verdict();
            let at_fault: Vec<usize> = match &line.finding {
                LineFinding::Wanted(_) if verdict == Verdict::Ask => continue,
                LineFinding::Wanted(commands) if verdict == Verdict::Deny => {
                    let own = commands
                        .iter()
                        .map(|command| basis.get(&key(line.alias, command)));
                    // A command without a rule was left out: then the line stays denied.
                    let own: Option<Vec<_>> = own.collect();
                    own.unwrap_or_default()
                        .into_iter()
                        .flatten()
                        .copied()
                        .collect()
                }
                LineFinding::Wanted(_)
                | LineFinding::Unvouched(_)
                | LineFinding::Secret
                | LineFinding::Elsewhere
                | LineFinding::Settled => match verdict == line.verdict {
                    true => continue,
                    false => deciding(&decision, self.court.policy.rule_count()),
                },
            };
            for place in at_fault {
                let why = format!("it would say {verdict} of `{}`", line.line);
                faults.add(place, why);
            }
        }
        faults
    }

    /// Rules that let a recorded line through alone, and not beside the present rules.
    fn alone(&self, lines: &[JudgedLine<'_>]) -> RuleFaults {
        let mut faults = RuleFaults::of(self.rules);
        for line in lines {
            let Some(decision) = self.proposed.judge(line.alias, line.line) else {
                continue;
            };
            let beside = self.merged.verdict(line.alias, line.line);
            let laxer = match decision.verdict() {
                Verdict::Deny => false,
                Verdict::Ask => beside == Verdict::Deny,
                Verdict::Allow => beside != Verdict::Allow,
            };
            for place in deciding(&decision, 0).into_iter().filter(|_| laxer) {
                let verdict = decision.verdict();
                let why = format!(
                    "it would say {verdict} of `{}` without your other rules, and they say {beside}",
                    line.line
                );
                faults.add(place, why);
            }
        }
        faults
    }

    /// Rules that allow a command behind a pipe or a `cd` where the present ones do not.
    fn of_surroundings(&self) -> RuleFaults {
        let mut faults = RuleFaults::of(self.rules);
        let Ok((helpers, _)) = Policy::load(&Source::new("helpers", HELPERS)) else {
            return faults;
        };
        let before = Bench::new(self.court, self.court.policy.beside(&helpers));
        let after = Bench::new(self.court, self.merged.policy().beside(&helpers));
        let allowing = self.rules.iter().enumerate();
        for (place, rule) in allowing.filter(|(_, rule)| rule.action == Action::Allow) {
            for (alias, command) in &rule.basis {
                for surrounding in SURROUNDINGS {
                    let text = format!("{surrounding}{}", command.text);
                    if before.verdict(alias, &text) != after.verdict(alias, &text) {
                        let why = format!("it would allow `{text}`");
                        faults.add(place, why);
                    }
                }
            }
        }
        faults
    }
}

/// The proposed rules that decide on a line, behind so many others.
fn deciding(decision: &Decision, others: usize) -> Vec<usize> {
    let commands = decision.commands().iter();
    let rules = commands.filter_map(|command| command.rule.as_ref());
    rules
        .filter_map(|rule| rule.index.checked_sub(others))
        .collect()
}
