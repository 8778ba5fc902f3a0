//! Which patterns of a policy's rules admit the commands of a line, each pattern alone.
//!
//! Takes a policy, its source and a line. Gives the patterns of the rules that allow or ask, and for each command of
//! a line those that admit it; and the deny rules, with those that meet a line. Whoever reads records learns from it
//! what a rule was used for.

use mcp_ssh_yaml::diagnostic::{Source, Span};

use super::entry::LintEntry;
use super::places::Places;
use crate::decide::admission;
use crate::decide::host_policy::HostPolicy;
use crate::rules::policy::Policy;
use crate::rules::rule::{Action, Escapes, Rule, RuleName, ShellPatterns, Stdin};
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

/// One pattern of a rule.
#[derive(Debug)]
pub struct RulePattern {
    /// The rule that has it.
    pub rule: RuleName,
    /// Where it stands.
    pub span: Span,
    /// As it is written; the items of `argv` are joined by blanks.
    pub shown: String,
    /// Whether it stands for one command only.
    pub is_literal: bool,
    /// The rule with this pattern alone.
    alone: Rule,
}

impl Policy {
    /// Every pattern of the rules that allow or ask, in the order of the file.
    pub fn patterns(&self, source: &Source) -> Vec<RulePattern> {
        self.patterns_of(source, |action| action != Action::Deny)
    }

    /// Every pattern of the deny rules, in the order of the file.
    pub fn denying_patterns(&self, source: &Source) -> Vec<RulePattern> {
        self.patterns_of(source, |action| action == Action::Deny)
    }

    fn patterns_of(&self, source: &Source, is_meant: fn(Action) -> bool) -> Vec<RulePattern> {
        let places = Places::of(source);
        let rules = self.rules.all().iter();
        let patterns = rules.filter(|rule| is_meant(rule.action)).flat_map(|rule| {
            let entries = LintEntry::all(rule, &places).into_iter();
            entries.map(|entry| RulePattern {
                rule: rule.name(),
                span: entry.span,
                is_literal: entry.is_literal(),
                alone: entry.alone,
                shown: entry.shown,
            })
        });
        patterns.collect()
    }
}

impl RulePattern {
    /// Whether its rule speaks of the host.
    pub fn is_for(&self, alias: &str, tags: &[impl AsRef<str>]) -> bool {
        self.alone.applies_to(alias, tags)
    }

    /// Whether it is one of `commands`: it is held against the text of a command, its redirections included.
    pub fn is_over_text(&self) -> bool {
        !self.alone.commands.is_empty()
    }

    /// Whether its rule says `shell`, `escapes`, `stdin` or `become`, and so grants more than its patterns tell.
    pub fn is_loosened(&self) -> bool {
        let Rule {
            shell_patterns,
            escapes,
            stdin,
            becomes,
            ..
        } = &self.alone;
        *shell_patterns == ShellPatterns::Admitted
            || *escapes == Escapes::Allowed
            || *stdin == Stdin::Anything
            || becomes.is_some()
    }

    /// The `aliases` and `tags` of its rule, as they are written.
    pub fn hosts(&self) -> [Vec<&str>; 2] {
        [&self.alone.aliases, &self.alone.tags]
            .map(|globs| globs.iter().map(|glob| glob.as_str()).collect())
    }
}

impl HostPolicy {
    /// For each command of a line the patterns that admit it, by their place among `patterns`; `patterns` are all of
    /// the policy. Nothing for a line that is not of the shell language.
    pub fn uses(&self, raw: &str, patterns: &[RulePattern]) -> Vec<Vec<usize>> {
        let Ok(line) = CommandLine::parse(raw) else {
            return Vec::new();
        };
        let subjects = subject::of(&line, |subject| self.spells_out(subject));
        let admitting = |subject: &Subject| {
            let mut admitting = Vec::new();
            for rule in self.granting(subject) {
                let start = patterns.partition_point(|pattern| pattern.rule.index < rule.index);
                let own = patterns.iter().enumerate().skip(start);
                let own = own.take_while(|(_, pattern)| pattern.rule.index == rule.index);
                let allows = own.filter(|(_, pattern)| admission::allows(&pattern.alone, subject));
                admitting.extend(allows.map(|(place, _)| place));
            }
            admitting
        };
        subjects.iter().map(admitting).collect()
    }

    /// The places of the deny rules that meet a line, one of its commands, or the line of sudo by which it would run.
    /// Nothing for a line that is not of the shell language: no rule is asked about it.
    pub fn met_denials(&self, raw: &str) -> Vec<usize> {
        let Ok(line) = CommandLine::parse(raw) else {
            return Vec::new();
        };
        let subjects = subject::of(&line, |subject| self.spells_out(subject));
        let mut met = self.met_by(&[raw.to_owned(), line.render()], &subjects);
        for line in self.lines_of_sudo(&line, &subjects) {
            let subjects = subject::of(&line, |subject| self.spells_out(subject));
            met.extend(self.met_by(&[line.render()], &subjects));
        }
        met
    }

    fn met_by(&self, whole: &[String], subjects: &[Subject]) -> Vec<usize> {
        let over_line = self.denying(whole);
        let over_line = over_line.filter(|rule| admission::denying_glob(rule, whole).is_some());
        let mut met: Vec<usize> = over_line.map(|rule| rule.index).collect();
        for subject in subjects {
            let denying = self.denying(&subject.deny);
            let denying = denying.filter(|rule| admission::denies(rule, subject));
            met.extend(denying.map(|rule| rule.index));
        }
        met
    }
}
