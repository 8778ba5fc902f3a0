//! Rules for what was denied by default.
//!
//! Takes the judged lines. Gives rules that ask: commands of one program and verb come together, each pattern for the
//! hosts on which its commands were recorded. Gives, too, what is not proposed, and why.

use std::collections::{BTreeMap, BTreeSet};

use mcp_ssh_policy::Action;

use crate::court::{JudgedLine, LineFinding, WantedCommand};
use crate::history::Times;
use crate::label::label;
use crate::proposed_rule::{ProposedEntry, ProposedRule, alias_pattern};
use crate::shape::{Shape, narrowest, spelled};

/// Patterns of one rule: more than anyone reads in one go.
const MAX_PATTERNS: usize = 50;
/// Hosts of which a comment has the names.
const MAX_NAMED: usize = 6;

/// Where and when a command was denied.
#[derive(Default)]
struct Denied<'a> {
    times: Times,
    hosts: BTreeSet<&'a str>,
}

impl<'a> Denied<'a> {
    fn join(&mut self, times: Times, hosts: impl IntoIterator<Item = &'a str>) {
        self.times.join(times);
        self.hosts.extend(hosts);
    }
}

/// The commands of one program and verb.
struct DeniedKind<'a> {
    label: &'a str,
    commands: Vec<(&'a WantedCommand, &'a Denied<'a>)>,
}

/// The rules that ask for what was denied.
pub(crate) fn rules(lines: &[JudgedLine<'_>], timestamp: fn(f64) -> String) -> Vec<ProposedRule> {
    let mut kinds: BTreeMap<String, BTreeMap<&WantedCommand, Denied<'_>>> = BTreeMap::new();
    for line in lines {
        if let LineFinding::Wanted(commands) = &line.finding {
            for command in commands {
                let kind = kinds.entry(label(&command.words)).or_default();
                let denied = kind.entry(command).or_default();
                denied.join(line.fates.unmatched, [line.alias]);
            }
        }
    }
    let mut rules = Vec::new();
    for (label, commands) in &kinds {
        let commands = commands
            .iter()
            .map(|(command, denied)| (*command, denied))
            .collect();
        let kind = DeniedKind { label, commands };
        rules.extend(
            kind.rules(narrowest, timestamp)
                .into_iter()
                .map(|mut rule| {
                    rule.fallback = kind.only(&rule).rules(spelled, timestamp);
                    // What spells its commands already has nothing to fall back on.
                    rule.fallback
                        .retain(|fallback| fallback.entries != rule.entries);
                    rule
                }),
        );
    }
    rules
}

impl<'a> DeniedKind<'a> {
    /// The commands that a rule is for.
    fn only(&self, rule: &ProposedRule) -> Self {
        let own: BTreeSet<&WantedCommand> = rule.basis.iter().map(|(_, command)| command).collect();
        let commands = self.commands.iter().copied();
        Self {
            label: self.label,
            commands: commands
                .filter(|(command, _)| own.contains(command))
                .collect(),
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
        let mut by_hosts: BTreeMap<BTreeSet<&str>, Vec<(Shape, Times)>> = BTreeMap::new();
        for shape in shapes(&words.collect::<Vec<_>>()) {
            let mut denied = Denied::default();
            for (_, member) in self.members(&shape) {
                denied.join(member.times, member.hosts.iter().copied());
            }
            by_hosts
                .entry(denied.hosts)
                .or_default()
                .push((shape, denied.times));
        }
        let by_hosts = by_hosts.into_iter();
        by_hosts
            .map(|(hosts, shapes)| self.rule(hosts, shapes, timestamp))
            .collect()
    }

    fn members(&self, shape: &Shape) -> impl Iterator<Item = (&'a WantedCommand, &'a Denied<'a>)> {
        let members = shape.members.iter();
        members.filter_map(|member| self.commands.get(*member).copied())
    }

    fn rule(
        &self,
        hosts: BTreeSet<&str>,
        mut shapes: Vec<(Shape, Times)>,
        timestamp: fn(f64) -> String,
    ) -> ProposedRule {
        shapes.sort_by_key(|(_, times)| std::cmp::Reverse(times.count));
        let left_out = shapes.split_off(shapes.len().min(MAX_PATTERNS)).len();
        let mut times = Times::default();
        let mut basis = Vec::new();
        for (shape, own) in &shapes {
            times.join(*own);
            for (command, denied) in self.members(shape) {
                let hosts = denied.hosts.iter().map(|host| (*host).to_owned());
                basis.extend(hosts.map(|host| (host, command.clone())));
            }
        }
        let often = times.told(timestamp);
        let (label, named) = (self.label, names(&hosts));
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
            hosts: [hosts.into_iter().map(alias_pattern).collect(), Vec::new()],
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
pub(crate) fn names(hosts: &BTreeSet<&str>) -> String {
    let shown: Vec<&str> = hosts.iter().copied().take(MAX_NAMED).collect();
    match hosts.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What was denied by default and is not proposed: how often, where, one of the lines, and why.
pub(crate) fn unvouched(lines: &[JudgedLine<'_>]) -> Vec<String> {
    let mut reasons: BTreeMap<&str, (Denied<'_>, BTreeSet<&str>)> = BTreeMap::new();
    for line in lines {
        if let LineFinding::Unvouched(why) = &line.finding {
            let (denied, texts) = reasons.entry(why).or_default();
            denied.join(line.fates.unmatched, [line.alias]);
            texts.insert(line.line);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, (denied, _))| std::cmp::Reverse(denied.times.count));
    let told = |(why, (denied, texts)): (&str, (Denied<'_>, BTreeSet<&str>))| {
        let example = texts.first().copied().unwrap_or_default();
        let others = match texts.len() {
            0 | 1 => String::new(),
            more => format!(" and {} others", more - 1),
        };
        let hosts = names(&denied.hosts);
        format!(
            "{} on {hosts}: {why}: {example}{others}",
            denied.times.often()
        )
    };
    reasons.into_iter().map(told).collect()
}
