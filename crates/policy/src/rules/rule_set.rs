//! `RuleSet`: the rules, found by the beginnings of their patterns and by their hosts.
//!
//! Takes rules in the order of the file. Gives, for some texts, every rule that could match one of them, in
//! order, and few others: each pattern is filed under its literal beginning, and looked up under every
//! beginning of a text. So a decision costs only what the rules cost that begin like the command. Which rules
//! speak of a host is decided once for each host, and kept as one bit for each rule.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::rule::{Action, Rule};
use crate::matching::marks::{ANYTHING, SHELL_PATTERN};

/// How many bytes of a beginning are used: a longer one is cut, and is then filed with few others.
const MAX_START: usize = 64;

/// Every rule of a policy.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    rules: Vec<Rule>,
    /// Whether a rule says `become`.
    say_become: bool,
    /// The beginnings of the patterns, sorted when the first decision needs them.
    starts: OnceCell<Beginnings>,
}

/// How the patterns of rules begin: literal beginnings of at most [`MAX_START`] bytes, sorted.
#[derive(Debug, Default)]
struct Beginnings {
    sorted: Vec<Beginning>,
}

#[derive(Debug)]
struct Beginning {
    text: Box<str>,
    /// The places of the rules with this beginning, ascending.
    places: Vec<usize>,
    /// The place of the longest other beginning with which this one begins.
    within: Option<usize>,
}

/// The rules that speak of one host.
#[derive(Debug)]
pub(crate) struct HostRules {
    set: Rc<RuleSet>,
    /// One bit for each rule of the set.
    applying: Vec<u64>,
}

impl RuleSet {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        Self {
            say_become: rules.iter().any(|rule| rule.becomes.is_some()),
            rules,
            starts: OnceCell::new(),
        }
    }

    /// All rules, in order.
    pub(crate) fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that speak of the host.
    pub(crate) fn for_host(self: &Rc<Self>, alias: &str, tags: &[impl AsRef<str>]) -> HostRules {
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

    fn starts(&self) -> &Beginnings {
        self.starts
            .get_or_init(|| Beginnings::of_rules(&self.rules))
    }
}

impl Beginnings {
    fn of_rules(rules: &[Rule]) -> Self {
        let mut filed: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (place, rule) in rules.iter().enumerate() {
            for start in rule.starts() {
                let end = start.floor_char_boundary(MAX_START);
                let text = start.get(..end).unwrap_or_default();
                let places = filed.entry(text.into()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self::sorted(filed)
    }

    fn sorted(filed: BTreeMap<Box<str>, Vec<usize>>) -> Self {
        let mut starts = Self::default();
        for (text, places) in filed {
            // The longest beginning of this text is the one before it in the order, or one that begins that one.
            let before = starts.sorted.len().checked_sub(1);
            let within = starts
                .outwards(before)
                .find(|(_, start)| text.starts_with(&*start.text));
            let within = within.map(|(index, _)| index);
            starts.sorted.push(Beginning {
                text,
                places,
                within,
            });
        }
        starts
    }

    /// A beginning, and then every shorter beginning with which it begins.
    fn outwards(&self, from: Option<usize>) -> impl Iterator<Item = (usize, &Beginning)> {
        let at = |index: usize| Some((index, self.sorted.get(index)?));
        std::iter::successors(from.and_then(at), move |(_, start)| {
            start.within.and_then(at)
        })
    }

    /// The places under every beginning of `text`. Each of these also begins the last entry that is not behind `text`
    /// in the order: an entry between a beginning and `text` starts with this beginning.
    fn of(&self, text: &str) -> impl Iterator<Item = usize> {
        let behind = self.sorted.partition_point(|start| &*start.text <= text);
        let starts = self.outwards(behind.checked_sub(1));
        let beginning = starts.filter(move |(_, start)| text.starts_with(&*start.text));
        beginning.flat_map(|(_, start)| start.places.iter().copied())
    }
}

impl HostRules {
    /// Every rule with this action and with a pattern that could match one of `texts`, in order.
    pub(crate) fn about<'a>(
        &self,
        action: Action,
        texts: impl IntoIterator<Item = &'a String>,
    ) -> impl Iterator<Item = &Rule> {
        let places = self.places(texts).into_iter();
        let rules = places.filter_map(|place| self.set.rules.get(place));
        rules.filter(move |rule| rule.action == action)
    }

    /// The rules that ask or allow with a pattern that could match: first all that ask.
    pub(crate) fn granting<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a String>,
    ) -> impl Iterator<Item = &Rule> {
        let places = self.places(texts).into_iter();
        let rules = places.filter_map(|place| self.set.rules.get(place));
        let mut rules: Vec<&Rule> = rules.filter(|rule| rule.action != Action::Deny).collect();
        rules.sort_by_key(|rule| rule.action != Action::Ask);
        rules.into_iter()
    }

    fn places<'a>(&self, texts: impl IntoIterator<Item = &'a String>) -> Vec<usize> {
        let mut places = Vec::new();
        let mut before: Option<&String> = None;
        for text in texts {
            if before.replace(text) == Some(text) {
                continue;
            }
            if text.contains([SHELL_PATTERN, ANYTHING]) {
                // A text that begins with a mark may become a text with any beginning.
                places.extend(0..self.set.rules.len());
            } else {
                places.extend(self.set.starts().of(text));
            }
        }
        places.retain(|place| self.has(*place));
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether a rule of the policy says `become`.
    pub(crate) fn say_become(&self) -> bool {
        self.set.say_become
    }

    /// Whether the rule in this place speaks of the host.
    pub(crate) fn has(&self, place: usize) -> bool {
        let bits = self.applying.get(place / 64);
        bits.is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Every rule that speaks of the host, in order.
    pub(crate) fn applying(&self) -> impl Iterator<Item = &Rule> {
        let rules = self.set.rules.iter().enumerate();
        let applying = rules.filter(|(place, _)| self.has(*place));
        applying.map(|(_, rule)| rule)
    }

    /// The rule in this place, whether or not it speaks of the host.
    pub(crate) fn rule(&self, place: usize) -> Option<&Rule> {
        self.set.rules.get(place)
    }

    /// Which rules speak of the host, 64 in a number.
    pub(crate) fn bits(&self) -> &[u64] {
        &self.applying
    }

    /// Every rule with this action that speaks of the host, in order.
    pub(crate) fn of(&self, action: Action) -> impl Iterator<Item = &Rule> {
        self.applying().filter(move |rule| rule.action == action)
    }
}

#[cfg(test)]
mod tests {
    use super::Beginnings;

    /// Every text of up to four of these letters, in a fixed order.
    fn texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut from = 0;
        for _ in 0..4 {
            let to = texts.len();
            for index in from..to {
                for letter in ["a", "b", "é"] {
                    let longer = texts.get(index).cloned().unwrap_or_default() + letter;
                    texts.push(longer);
                }
            }
            from = to;
        }
        texts
    }

    #[test]
    fn every_beginning_of_a_text_is_found_and_nothing_else() {
        let texts = texts();
        for step in 1..40 {
            let filed = texts.iter().enumerate().step_by(step).skip(step % 3);
            let filed: Vec<(usize, &String)> = filed.collect();
            let entries = filed.iter();
            let starts = Beginnings::sorted(
                entries
                    .map(|(place, text)| (text.as_str().into(), vec![*place]))
                    .collect(),
            );
            for text in &texts {
                let mut found: Vec<usize> = starts.of(text).collect();
                found.sort_unstable();
                let begins = filed.iter().filter(|(_, start)| text.starts_with(*start));
                let expected: Vec<usize> = begins.map(|(place, _)| *place).collect();
                assert_eq!(found, expected, "{text} of every {step}th");
            }
        }
    }
}
