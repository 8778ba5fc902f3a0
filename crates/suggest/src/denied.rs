//! Rules for what was denied by default.
//!
//! Takes the judged lines. Gives rules that ask: commands of one program and verb come together, each pattern for the
//! hosts on which its commands were recorded. Gives, too, what is not proposed, and why.

use mcp_ssh_policy::{Action, TextMap, TextSet, sort};

use crate::court::{JudgedLine, LineFinding, WantedCommand};
use crate::history::Times;
use crate::label::label;
use crate::proposed_rule::{ProposedEntry, ProposedRule, alias_pattern};
use crate::remarks::UnvouchedLines;
use crate::shape::{Shape, narrowest, spelled};

/// Patterns of one rule: more than anyone reads in one go.
const MAX_PATTERNS: usize = 50;
/// Hosts of which a comment has the names.
const MAX_NAMED: usize = 6;

/// Where and when a command was denied.
#[derive(Default)]
struct Denied {
    times: Times,
    hosts: TextSet,
}

impl Denied {
    fn join(&mut self, line: &JudgedLine<'_>) {
        self.times.join(line.fates.unmatched);
        self.hosts.insert(line.alias);
    }
}

/// The commands of one program and verb.
struct DeniedKind<'a> {
    label: &'a str,
    commands: Vec<(&'a WantedCommand, &'a Denied)>,
}

/// Patterns that are for the same hosts.
#[derive(Default)]
struct SharedHosts {
    hosts: TextSet,
    shapes: Vec<(Shape, Times)>,
}

/// The rules that ask for what was denied.
pub(crate) fn rules(lines: &[JudgedLine<'_>], timestamp: fn(f64) -> String) -> Vec<ProposedRule> {
    let mut kinds: TextMap<TextMap<(WantedCommand, Denied)>> = TextMap::default();
    for line in lines {
        if let LineFinding::Wanted(commands) = &line.finding {
            for command in commands {
                kinds.change(&label(&command.words), |kind| {
                    kind.change(&command.key(), |(own, denied)| {
                        own.clone_from(command);
                        denied.join(line);
                    });
                });
            }
        }
    }
    let mut rules = Vec::new();
    for (label, commands) in kinds.iter() {
        let commands = commands.values();
        let commands = commands.map(|(command, denied)| (command, denied));
        let kind = DeniedKind {
            label,
            commands: commands.collect(),
        };
        for mut rule in kind.rules(narrowest, timestamp) {
            rule.fallback = kind.only(&rule).rules(spelled, timestamp);
            // What spells its commands already has nothing to fall back on.
            rule.fallback
                .retain(|fallback| fallback.entries != rule.entries);
            rules.push(rule);
        }
    }
    rules
}

impl<'a> DeniedKind<'a> {
    /// The commands that a rule is for.
    fn only(&self, rule: &ProposedRule) -> Self {
        let mut own = TextSet::default();
        for (_, command) in &rule.basis {
            own.insert(&command.key());
        }
        let commands = self.commands.iter().copied();
        let commands = commands.filter(|(command, _)| own.place(&command.key()).is_some());
        Self {
            label: self.label,
            commands: commands.collect(),
        }
    }

    /// A rule for all patterns that were recorded on the same hosts.
    fn rules(
        &self,
        shapes: fn(&[&[String]]) -> Vec<Shape>,
        timestamp: fn(f64) -> String,
    ) -> Vec<ProposedRule> {
        let words = self
            .commands
            .iter()
            .map(|(command, _)| command.words.as_slice());
        let mut by_hosts: TextMap<SharedHosts> = TextMap::default();
        for shape in shapes(&words.collect::<Vec<_>>()) {
            let mut denied = Denied::default();
            for (_, member) in self.members(&shape) {
                denied.times.join(member.times);
                denied.hosts.extend(&member.hosts);
            }
            let Denied { times, hosts } = denied;
            by_hosts.change(&hosts.texts().join("\0"), |shared| {
                shared.shapes.push((shape, times));
                shared.hosts = hosts;
            });
        }
        let by_hosts = by_hosts.values();
        by_hosts
            .map(|shared| self.rule(&shared.hosts, shared.shapes.clone(), timestamp))
            .collect()
    }

    fn members(&self, shape: &Shape) -> impl Iterator<Item = (&'a WantedCommand, &'a Denied)> {
        let members = shape.members.iter();
        members.filter_map(|member| self.commands.get(*member).copied())
    }

    fn rule(
        &self,
        hosts: &TextSet,
        mut shapes: Vec<(Shape, Times)>,
        timestamp: fn(f64) -> String,
    ) -> ProposedRule {
        sort(&mut shapes, &|(_, one), (_, other)| {
            other.count.cmp(&one.count)
        });
        let left_out = shapes.split_off(shapes.len().min(MAX_PATTERNS)).len();
        let mut times = Times::default();
        let mut basis = Vec::new();
        for (shape, own) in &shapes {
            times.join(*own);
            for (command, denied) in self.members(shape) {
                for host in denied.hosts.texts() {
                    basis.push((host.to_owned(), command.clone()));
                }
            }
        }
        let often = times.told(timestamp);
        let (label, named) = (self.label, names(hosts));
        let mut comment = vec![format!("{label}: denied {often}, on {named}")];
        if left_out > 0 {
            comment.push(format!(
                "{left_out} rarer patterns are left out: try again once these are in force"
            ));
        }
        let shapes = shapes.into_iter();
        ProposedRule {
            count: times.count,
            label: self.label.to_owned(),
            action: Action::Ask,
            hosts: [
                hosts.texts().into_iter().map(alias_pattern).collect(),
                Vec::new(),
            ],
            entries: shapes
                .map(|(shape, _)| ProposedEntry::Words(shape.items))
                .collect(),
            fallback: Vec::new(),
            comment,
            basis,
        }
    }
}

/// Some names, and how many there are besides.
pub(crate) fn names(hosts: &TextSet) -> String {
    let mut shown = hosts.texts();
    shown.truncate(MAX_NAMED);
    match hosts.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What was denied by default and is not proposed: each line with how often, when and where, under the reason.
pub(crate) fn unvouched(
    lines: &[JudgedLine<'_>],
    timestamp: fn(f64) -> String,
) -> Vec<UnvouchedLines> {
    let mut reasons: TextMap<TextMap<Denied>> = TextMap::default();
    for line in lines {
        if let LineFinding::Unvouched(why) = &line.finding {
            reasons.change(why, |left| {
                left.change(line.line, |denied| denied.join(line));
            });
        }
    }
    let mut counted = Vec::new();
    for (why, left) in reasons.iter() {
        let mut most_first: Vec<(&str, &Denied)> = left.iter().collect();
        sort(&mut most_first, &|(_, one), (_, other)| {
            other.times.count.cmp(&one.times.count)
        });
        let count = most_first.iter().map(|(_, denied)| denied.times.count);
        let count: u64 = count.sum();
        let told = |(line, Denied { times, hosts }): (&str, &Denied)| {
            format!("{}, on {}: {line}", times.told(timestamp), names(hosts))
        };
        let unvouched = UnvouchedLines {
            why: why.to_owned(),
            lines: most_first.into_iter().map(told).collect(),
        };
        counted.push((count, unvouched));
    }
    sort(&mut counted, &|(one, _), (other, _)| other.cmp(one));
    counted
        .into_iter()
        .map(|(_, unvouched)| unvouched)
        .collect()
}

/// Sentences about lines that nothing is proposed for and that are not shown, though no rule speaks of them.
pub(crate) fn unread(lines: &[JudgedLine<'_>], timestamp: fn(f64) -> String) -> Vec<String> {
    let (mut secret, mut elsewhere) = (0_u64, 0_u64);
    let mut denied = Denied::default();
    for line in lines {
        match line.finding {
            LineFinding::Secret => {
                secret += 1;
                denied.join(line);
            }
            LineFinding::Elsewhere => elsewhere += 1,
            LineFinding::Wanted(_) | LineFinding::Unvouched(_) | LineFinding::Settled => {}
        }
    }
    let mut told = Vec::new();
    if secret > 0 {
        let (often, hosts) = (denied.times.told(timestamp), names(&denied.hosts));
        told.push(format!(
            "{secret} lines that may hold a secret, denied {often}, on {hosts}: they are not repeated here"
        ));
    }
    if elsewhere > 0 {
        told.push(format!(
            "{elsewhere} lines for hosts that servers.yml does not have, or that the network blocks"
        ));
    }
    told
}
