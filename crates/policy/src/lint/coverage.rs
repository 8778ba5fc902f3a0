//! What of a policy no policy test exercises.
//!
//! Takes a policy, its source, and the lines and paths of the tests with their hosts. Gives the rules, patterns, entries of
//! `files` and deny entries that none of them exercises, each at its place, and counts. A pattern is exercised when it admits
//! a command of a line, or a deny rule meets the line by it; a rule when a pattern of it is, or it determines the line; an
//! entry of `deny_substrings` when it meets a line that is refused for one. The default list stands in no file and is not
//! counted. For `files` see `file_coverage`.

use mcp_ssh_yaml::diagnostic::{Source, Span};
use mcp_ssh_yaml::quotable::unless_key;

use crate::decide::admission;
use crate::decide::denial::Stage;
use crate::decide::host_policy::HostPolicy;
use crate::rules::deny::{DenyEntry, Spellings};
use crate::rules::policy::Policy;
use crate::rules::rule::{Action, Rule};
use crate::shell::CommandLine;
use crate::texts::sort;
use crate::wrappers::subject::{self, Subject};

use super::entry::LintEntry;
use super::exercised::{Coverage, TestedAct, Unexercised, UnexercisedOf};
use super::file_coverage::FileCoverage;
use super::host_tags::HostTags;
use super::places::{PlaceStep, Places};

/// A pattern of a rule.
struct CoveredPattern {
    rule: usize,
    entry: LintEntry,
    exercised: bool,
}

/// An entry of a list of `deny_substrings`.
struct CoveredEntry {
    list: DenyList,
    span: Span,
    entry: DenyEntry,
    exercised: bool,
}

/// Where such a list stands.
enum DenyList {
    Limits,
    Alias(String),
    Tag(String),
}

/// The state of the count.
struct Counting<'p> {
    policy: &'p Policy,
    rules: Vec<bool>,
    patterns: Vec<CoveredPattern>,
    entries: Vec<CoveredEntry>,
    files: FileCoverage<'p>,
}

impl Policy {
    /// What these tests, each on its host, exercise.
    pub fn coverage<T: AsRef<str>>(
        &self,
        source: &Source,
        tests: &[(HostTags<'_, T>, TestedAct<'_>)],
    ) -> Coverage {
        let places = Places::of(source);
        let mut counting = Counting::of(self, &places);
        for (host, act) in tests {
            match act {
                TestedAct::Line(line) => counting.count(host, line),
                TestedAct::File(access, path) => counting.files.count(host, *access, path),
            }
        }
        counting.told()
    }
}

impl<'p> Counting<'p> {
    fn of(policy: &'p Policy, places: &Places<'_>) -> Self {
        let rules = policy.rules.all().iter().enumerate();
        let patterns = rules.flat_map(|(rule, its)| {
            let entries = LintEntry::all(its, places).into_iter();
            entries.map(move |entry| CoveredPattern {
                rule,
                entry,
                exercised: false,
            })
        });
        Self {
            policy,
            rules: vec![false; policy.rules.all().len()],
            patterns: patterns.collect(),
            entries: deny_entries(places),
            files: FileCoverage::of(policy, places),
        }
    }

    /// Marks what a line exercises.
    fn count<T: AsRef<str>>(&mut self, tested: &HostTags<'_, T>, raw: &str) {
        let Ok(line) = CommandLine::parse(raw) else {
            return;
        };
        let host = self.policy.for_host(tested.alias, tested.tags);
        let subjects = subject::of(&line, |subject| host.spells_out(subject));
        let decision = host.judge(raw);
        let whole = [raw.to_owned(), line.render()];
        if decision
            .denial()
            .is_some_and(|denial| denial.stage == Stage::DenySubstring)
        {
            let spellings = Spellings::new(raw, &line, &subjects);
            let policy = self.policy;
            for covered in &mut self.entries {
                let holds = covered.list.holds(policy, tested);
                covered.exercised |= holds && covered.entry.meets(&spellings).is_some();
            }
        }
        let near = near(&host, &subjects, &whole);
        for covered in self
            .patterns
            .iter_mut()
            .filter(|its| near.binary_search(&its.rule).is_ok())
        {
            covered.exercised |= exercises(&covered.entry.alone, &subjects, &whole);
            if let Some(rule) = self.rules.get_mut(covered.rule) {
                *rule |= covered.exercised;
            }
        }
        let determining = decision
            .rule()
            .and_then(|rule| self.rules.get_mut(rule.index));
        if let Some(rule) = determining {
            *rule = true;
        }
    }

    fn told(self) -> Coverage {
        let mut unexercised = Vec::new();
        for (rule, exercised) in self.policy.rules.all().iter().zip(&self.rules) {
            if !exercised {
                unexercised.push(Unexercised {
                    span: rule.span,
                    of: UnexercisedOf::Rule(rule.name()),
                    text: None,
                });
            }
        }
        for covered in self.patterns.iter().filter(|its| !its.exercised) {
            let rule = self.policy.rules.all().get(covered.rule);
            if let (Some(rule), Some(true)) = (rule, self.rules.get(covered.rule)) {
                unexercised.push(Unexercised {
                    span: covered.entry.span,
                    of: UnexercisedOf::Rule(rule.name()),
                    text: Some(unless_key(covered.entry.shown.clone())),
                });
            }
        }
        for covered in self.entries.iter().filter(|its| !its.exercised) {
            unexercised.push(Unexercised {
                span: covered.span,
                of: UnexercisedOf::DenySubstrings,
                text: Some(unless_key(covered.entry.as_str().to_owned())),
            });
        }
        unexercised.extend(self.files.unexercised());
        let place = |its: &Unexercised| (its.span.line, its.span.column);
        sort(&mut unexercised, &|one, other| {
            place(one).cmp(&place(other))
        });
        let patterns = self.patterns.iter().map(|its| its.exercised);
        let entries = self.entries.iter().map(|its| its.exercised);
        Coverage {
            rules: self.rules.iter().copied().collect(),
            patterns: patterns.collect(),
            deny_entries: entries.collect(),
            file_entries: self.files.entries().collect(),
            file_patterns: self.files.patterns().collect(),
            unexercised,
        }
    }
}

/// The rules that begin like a command of the line, or like the line: no other can speak of it.
fn near(host: &HostPolicy, subjects: &[Subject], whole: &[String]) -> Vec<usize> {
    let mut rules: Vec<usize> = host.denying(whole).map(|rule| rule.index).collect();
    for subject in subjects {
        let about = host.granting(subject).chain(host.denying(&subject.deny));
        rules.extend(about.map(|rule| rule.index));
    }
    rules.sort_unstable();
    rules
}

/// Whether a rule of one pattern speaks of a command of the line, or of the line.
fn exercises(alone: &Rule, subjects: &[Subject], whole: &[String]) -> bool {
    let mut subjects = subjects.iter();
    match alone.action {
        Action::Allow => subjects.any(|subject| admission::allows(alone, subject)),
        Action::Ask => subjects.any(|subject| admission::admits(alone, subject)),
        Action::Deny => {
            let met = admission::denying_glob(alone, whole).is_some();
            met || subjects.any(|subject| admission::denies(alone, subject))
        }
    }
}

/// Every entry that the file names.
fn deny_entries(places: &Places<'_>) -> Vec<CoveredEntry> {
    const KEY: PlaceStep<'_> = PlaceStep::Key("deny_substrings");
    const OVERRIDES: PlaceStep<'_> = PlaceStep::Key("overrides");
    let mut entries = Vec::new();
    let mut add = |texts: Vec<(&str, Span)>, list: &dyn Fn() -> DenyList| {
        entries.extend(texts.into_iter().map(|(text, span)| CoveredEntry {
            list: list(),
            span,
            entry: DenyEntry::new(text),
            exercised: false,
        }));
    };
    add(places.texts(&[PlaceStep::Key("limits"), KEY]), &|| {
        DenyList::Limits
    });
    for kind in ["aliases", "tags"] {
        let below = PlaceStep::Key(kind);
        for (name, _) in places.keys(&[OVERRIDES, below]) {
            let texts = places.texts(&[OVERRIDES, below, PlaceStep::Key(name), KEY]);
            add(texts, &|| match kind {
                "aliases" => DenyList::Alias(name.to_owned()),
                _ => DenyList::Tag(name.to_owned()),
            });
        }
    }
    entries
}

impl DenyList {
    /// Whether it is this list that holds for a host.
    fn holds<T: AsRef<str>>(&self, policy: &Policy, host: &HostTags<'_, T>) -> bool {
        let layers = policy.layers(host.alias, host.tags);
        let of_alias = layers.of_alias.deny_substrings.is_some();
        let of_tags = layers.of_tags.deny_substrings.is_some();
        match self {
            Self::Alias(alias) => alias == host.alias,
            Self::Tag(tag) => {
                let mut tags = host.tags.iter();
                !of_alias && tags.any(|own| own.as_ref() == tag)
            }
            Self::Limits => !of_alias && !of_tags,
        }
    }
}
