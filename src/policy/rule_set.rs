//! `RuleSet`: the rules, found by how their patterns begin and by the host they speak of.
//!
//! Takes rules in the order of the file. Gives, for some texts, every rule that could match one
//! of them, in order, and few others: each pattern is filed under the literal text that it begins
//! with, and looked up under every beginning of a text. So a decision costs what the few rules
//! that begin like the command cost. Which rules speak of a host is decided once for each host,
//! and kept as one bit a rule.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::glob::{ANYTHING, SHELL_PATTERN};
use super::rule::{Action, Rule};

/// A longer beginning is filed under so many bytes of it: every byte is one look-up more.
const MAX_START: usize = 64;

/// Every rule of a policy.
#[derive(Debug, Default)]
pub(super) struct RuleSet {
    rules: Vec<Rule>,
    /// Made for the first decision.
    starts: OnceCell<Starts>,
}

/// How the patterns of rules begin.
#[derive(Debug, Default)]
struct Starts {
    /// Places of rules, ascending, by a literal beginning of at most [`MAX_START`] bytes.
    places: HashMap<Box<str>, Vec<usize>>,
    /// Which lengths of beginnings there are, in bytes.
    lengths: BTreeSet<usize>,
}

/// The rules that speak of one host.
#[derive(Debug)]
pub(super) struct HostRules {
    set: Rc<RuleSet>,
    /// One bit for each rule of the set.
    applying: Vec<u64>,
}

impl RuleSet {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        Self {
            rules,
            starts: OnceCell::new(),
        }
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// Those that speak of the host.
    pub(super) fn for_host(self: &Rc<Self>, alias: &str, tags: &[impl AsRef<str>]) -> HostRules {
        let bits = |rules: &[Rule]| {
            let applies = rules.iter().map(|rule| rule.applies_to(alias, tags));
            applies
                .rev()
                .fold(0, |bits, applies| bits << 1 | u64::from(applies))
        };
        HostRules {
            set: Rc::clone(self),
            applying: self.rules.chunks(64).map(bits).collect(),
        }
    }

    fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| {
            let mut starts = Starts::default();
            for (place, rule) in self.rules.iter().enumerate() {
                for start in rule.starts() {
                    starts.file(&start, place);
                }
            }
            starts
        })
    }
}

impl Starts {
    fn file(&mut self, start: &str, place: usize) {
        let start = start
            .get(..start.floor_char_boundary(MAX_START))
            .unwrap_or_default();
        self.lengths.insert(start.len());
        let places = self.places.entry(start.into()).or_default();
        if places.last() != Some(&place) {
            places.push(place);
        }
    }

    /// The places under every beginning of `text`.
    fn of(&self, text: &str) -> impl Iterator<Item = usize> {
        let beginnings = self.lengths.iter().filter_map(|length| text.get(..*length));
        let filed = beginnings.filter_map(|start| self.places.get(start));
        filed.flatten().copied()
    }
}

impl HostRules {
    /// Every rule of an action with a pattern that could match one of `texts`, in order.
    pub(super) fn about<'a>(
        &self,
        action: Action,
        texts: impl IntoIterator<Item = &'a String>,
    ) -> impl Iterator<Item = &Rule> {
        let mut places = Vec::new();
        for text in texts {
            if text.contains([SHELL_PATTERN, ANYTHING]) {
                // It may come to begin in any way.
                places.extend(0..self.set.rules.len());
            } else {
                places.extend(self.set.starts().of(text));
            }
        }
        places.retain(|place| self.has(*place));
        places.sort_unstable();
        places.dedup();
        let rules = places
            .into_iter()
            .filter_map(|place| self.set.rules.get(place));
        rules.filter(move |rule| rule.action == action)
    }

    /// Whether the rule in this place speaks of the host.
    pub(super) fn has(&self, place: usize) -> bool {
        let bits = self.applying.get(place / 64);
        bits.is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Every rule of an action that speaks of the host, in order.
    pub(super) fn of(&self, action: Action) -> impl Iterator<Item = &Rule> {
        let rules = self.set.rules.iter().enumerate();
        let applying = rules.filter(move |(place, rule)| rule.action == action && self.has(*place));
        applying.map(|(_, rule)| rule)
    }
}
