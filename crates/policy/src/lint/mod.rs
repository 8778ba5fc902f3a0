//! Lints: what a policy says that its author can hardly have meant.
//!
//! Takes a policy that loaded, its source and the hosts. Gives warnings, each at its pattern. The lints are pure,
//! and sound rather than complete: every warning is true, but not every mistake has a warning.

mod coverage;
mod entry;
mod everything;
mod exercised;
mod file_coverage;
mod files;
mod guarded;
mod host_tags;
mod nothing;
mod offers;
mod places;
mod powers;
mod reach;
mod shadow;
mod uses;

use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};
use mcp_ssh_yaml::quotable::unless_key;

use crate::decide::host_policy::HostPolicy;
use crate::matching::glob::Glob;
use crate::rules::policy::Policy;
use crate::rules::rule::{Action, Rule};
use entry::LintEntry;
pub use exercised::{Coverage, CoverageCount, TestedAct, Unexercised, UnexercisedOf};
pub use host_tags::HostTags;
use places::{PlaceStep, Places};

pub use uses::RulePattern;

/// The place and the message of a warning, before its source is added.
type Lint = (Span, String);

impl Policy {
    /// All warnings about the rules, the files, the overrides, the deny entries and the network.
    pub fn lint<T: AsRef<str>>(
        &self,
        source: &Source,
        hosts: &[HostTags<'_, T>],
    ) -> Vec<Diagnostic> {
        let places = Places::of(source);
        let (mut lints, mut refused): (Vec<Lint>, Vec<Lint>) = Default::default();
        for rule in self.rules.all() {
            let meets = |host: &HostTags<'_, T>| rule.applies_to(host.alias, host.tags);
            lints.extend(host_lints(
                ("rules", rule.index),
                rule.span,
                &meets,
                hosts,
                &places,
            ));
            if rule.action != Action::Deny {
                lints.extend(self.entry_lints(rule, hosts, &places));
                refused.extend(open_names(rule, &places));
            }
        }
        for entry in &self.files {
            let meets = |host: &HostTags<'_, T>| entry.applies_to(host.alias, host.tags);
            let index = entry.name.index;
            lints.extend(host_lints(
                ("files", index),
                entry.span,
                &meets,
                hosts,
                &places,
            ));
        }
        lints.extend(self.file_lints(hosts, &places));
        lints.extend(override_lints(hosts, &places));
        lints.extend(deny_entry_lints(&places));
        lints.extend(everything::lints(&self.network, &places));
        let warning = |(span, message)| Diagnostic::warning(source, span, message);
        let error = |(span, message)| Diagnostic::error(source, span, message);
        let warnings = lints.into_iter().map(warning);
        let mut diagnostics: Vec<Diagnostic> =
            warnings.chain(refused.into_iter().map(error)).collect();
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span.line, diagnostic.span.column));
        diagnostics
    }

    /// What the wildcards of each allow or ask rule grant, for a person: the place, the entry, a sentence.
    pub fn offers(&self, source: &Source) -> Vec<(Span, String, String)> {
        let places = Places::of(source);
        let rules = self.rules.all().iter();
        let admitting = rules.filter(|rule| rule.action != Action::Deny);
        let entries = admitting.flat_map(|rule| LintEntry::all(rule, &places));
        let offer = |entry: LintEntry| Some((entry.span, offers::offered(&entry)?, entry.shown));
        let offers = entries.filter_map(offer);
        offers
            .map(|(span, offer, shown)| (span, unless_key(shown), unless_key(offer)))
            .collect()
    }

    /// What is right and may be read as something else, for a person: the place, a sentence.
    pub fn notes(&self, source: &Source) -> Vec<(Span, String)> {
        everything::notes(&self.network, &Places::of(source))
    }

    /// What is wrong with the entries of a rule that admits commands.
    fn entry_lints<T: AsRef<str>>(
        &self,
        rule: &Rule,
        hosts: &[HostTags<'_, T>],
        places: &Places,
    ) -> Vec<Lint> {
        let meets = |host: &&HostTags<'_, T>| rule.applies_to(host.alias, host.tags);
        // A rule that no host meets is judged on a host without alias and tags.
        let nowhere = (!hosts.iter().any(|host| meets(&host))).then_some(HostTags {
            alias: "",
            tags: &[],
        });
        let policies = || {
            let hosts = hosts.iter().filter(meets).chain(&nowhere);
            hosts.map(|host| self.for_host(host.alias, host.tags))
        };
        let entries = LintEntry::all(rule, places).into_iter();
        entries
            .filter_map(|entry| Some((entry.span, entry_lint(&entry, policies())?)))
            .collect()
    }
}

/// The first thing that is wrong with an entry. `hosts` makes the policy of a host only when it is asked for.
fn entry_lint(entry: &LintEntry, hosts: impl Iterator<Item = HostPolicy>) -> Option<String> {
    let shown = &entry.shown;
    if entry.names_any_program() {
        return Some(format!(
            "`{shown}` admits every program there is: name the programs"
        ));
    }
    let never = entry.alone.commands.iter().find_map(shadow::never_matches);
    never
        .or_else(|| {
            let why = shadow::shadow(entry, hosts)?;
            Some(format!("`{shown}` never takes effect: {why}"))
        })
        .or_else(|| powers::of_become(entry))
        .or_else(|| {
            let allows = entry.alone.action == Action::Allow;
            allows.then(|| guarded::guarded(entry)).flatten()
        })
        .or_else(|| powers::effect(entry))
}

/// Entries that leave the program's name open, except `*` alone: a rule must say of which programs it speaks.
fn open_names(rule: &Rule, places: &Places) -> Vec<Lint> {
    let lint = |entry: LintEntry| {
        let open = !entry.names_any_program() && entry.leaves_name_open();
        let shown = &entry.shown;
        let message = format!(
            "`{shown}` leaves the program's name open: name each program; the server grants only those that look"
        );
        open.then_some((entry.span, message))
    };
    let entries = LintEntry::all(rule, places).into_iter();
    entries.filter_map(lint).collect()
}

/// Globs that match no host, and entries of a list that no host meets.
fn host_lints<T: AsRef<str>>(
    (list, index): (&str, usize),
    span: Span,
    meets: &dyn Fn(&HostTags<'_, T>) -> bool,
    hosts: &[HostTags<'_, T>],
    places: &Places,
) -> Vec<Lint> {
    if hosts.is_empty() {
        return Vec::new();
    }
    let below = |key| {
        [
            PlaceStep::Key(list),
            PlaceStep::Item(index),
            PlaceStep::Key(key),
        ]
    };
    let mut lints: Vec<Lint> = Vec::new();
    for (text, span) in places.texts(&below("aliases")) {
        let glob = Glob::new(text);
        if !hosts.iter().any(|host| glob.matches(host.alias)) {
            lints.push((span, format!("no host has an alias like `{text}`")));
        }
    }
    for (text, span) in places.texts(&below("tags")) {
        let glob = Glob::new(text);
        let mut tags = hosts.iter().flat_map(|host| host.tags);
        if !tags.any(|tag| glob.matches(tag.as_ref())) {
            lints.push((span, format!("no host has a tag like `{text}`")));
        }
    }
    if lints.is_empty() && !hosts.iter().any(meets) {
        let message = "no host has both such an alias and such a tag".to_owned();
        lints.push((span, message));
    }
    lints
}

/// Overrides for an alias or a tag that no host has; overrides take no wildcards.
fn override_lints<T: AsRef<str>>(hosts: &[HostTags<'_, T>], places: &Places) -> Vec<Lint> {
    if hosts.is_empty() {
        return Vec::new();
    }
    let keys = |key| places.keys(&[PlaceStep::Key("overrides"), PlaceStep::Key(key)]);
    let aliases = keys("aliases").into_iter().filter_map(|(name, span)| {
        let known = hosts.iter().any(|host| host.alias == name);
        (!known).then(|| {
            (
                span,
                format!("no host has the alias `{name}`: an override takes no wildcards"),
            )
        })
    });
    let tags = keys("tags").into_iter().filter_map(|(name, span)| {
        let mut tags = hosts.iter().flat_map(|host| host.tags);
        let known = tags.any(|tag| tag.as_ref() == name);
        (!known).then(|| {
            (
                span,
                format!("no host has the tag `{name}`: an override takes no wildcards"),
            )
        })
    });
    aliases.chain(tags).collect()
}

/// Deny entries that hit everything or nothing; the entries of overrides are checked, too.
fn deny_entry_lints(places: &Places) -> Vec<Lint> {
    const KEY: PlaceStep<'_> = PlaceStep::Key("deny_substrings");
    const OVERRIDES: PlaceStep<'_> = PlaceStep::Key("overrides");
    let mut entries = places.texts(&[PlaceStep::Key("limits"), KEY]);
    for kind in ["aliases", "tags"].map(PlaceStep::Key) {
        for (name, _) in places.keys(&[OVERRIDES, kind]) {
            entries.extend(places.texts(&[OVERRIDES, kind, PlaceStep::Key(name), KEY]));
        }
    }
    let lint = |(entry, span)| Some((span, deny_entry_lint(entry)?));
    entries.into_iter().filter_map(lint).collect()
}

fn deny_entry_lint(entry: &str) -> Option<String> {
    // One letter stands in most commands; to deny one quote or operator can be meant.
    let common = |character: char| character.is_alphanumeric() || " -./_".contains(character);
    let mut characters = entry.chars();
    match (characters.next(), characters.next()) {
        (None, _) => Some("the `deny_substrings` entry `\"\"` never hits: remove it".to_owned()),
        (Some(only), None) if common(only) => Some(format!(
            "the `deny_substrings` entry `{entry}` hits nearly every command: write more of it"
        )),
        _ if entry.contains('*') && ["", "?"].contains(&entry.trim_matches('*')) => Some(format!(
            "the `deny_substrings` entry `{entry}` hits every command: write more of it"
        )),
        _ => None,
    }
}
