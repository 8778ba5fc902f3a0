//! A mapping read by its known keys, each fault reported where it is.
//!
//! Takes a [`Node`] that should be a mapping and the keys that the mapping may have. Gives a typed
//! value, or `None`; leaves a fault for what is wrong. A key without a value (`tags:`) counts as absent.
//! Quotes the input only where the source may be shown.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::faults::Faults;
use super::node::{Key, KeyReading, Node, Value};
use super::unknown_key::{meant, unknown_key};
use crate::diagnostic::Span;

/// Up to so many keys, it is quicker to compare each with each than to hash them.
const COMPARED_IN_PLACE: usize = 16;

/// One mapping, open for reading.
#[derive(Clone, Copy)]
pub struct Fields<'n, 'f> {
    what: &'static str,
    span: Span,
    entries: &'n [(Key<'n>, Node<'n>)],
    /// Which of the first 64 entries have an unknown key: a bit for each.
    unknown: u64,
    faults: &'f Faults<'f>,
}

impl<'n, 'f> Fields<'n, 'f> {
    /// Opens a mapping. `what` names it in messages (`host`, `rule`); `known` lists its keys.
    /// Reports a node that is no mapping, unknown keys and duplicate keys.
    pub fn open(
        node: &'n Node<'n>,
        what: &'static str,
        known: &[&str],
        faults: &'f Faults<'_>,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            faults.error(
                node.span,
                format!(
                    "{what} must be a mapping of `key: value` lines, found {}",
                    node.value.kind()
                ),
            );
            return None;
        };
        let unknown = |key: &Key<'_>| unknown_key(key, known, faults);
        Some(Self::opened(node, entries, what, known, &unknown, faults))
    }

    /// Opens a mapping whose unknown keys may be those of a section below it: `belongs` names that section.
    pub fn open_whole(
        node: &'n Node<'n>,
        what: &'static str,
        known: &[&str],
        belongs: fn(&str) -> Option<&'static str>,
        faults: &'f Faults<'_>,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return Self::open(node, what, known, faults);
        };
        let unknown = |key: &Key<'_>| match belongs(&key.text) {
            Some(section) => format!("`{}` belongs below `{section}:`", key.text),
            None => unknown_key(key, known, faults),
        };
        Some(Self::opened(node, entries, what, known, &unknown, faults))
    }

    fn opened(
        node: &'n Node<'n>,
        entries: &'n [(Key<'n>, Node<'n>)],
        what: &'static str,
        known: &[&str],
        unknown: &dyn Fn(&Key<'_>) -> String,
        faults: &'f Faults<'_>,
    ) -> Self {
        report_duplicates(entries, faults);
        let mut unknown_keys = 0;
        for (index, (key, _)) in (0u32..).zip(entries) {
            if !known.contains(&key.text.as_ref()) {
                faults.error_with(key.span, || unknown(key));
                unknown_keys |= 1u64.checked_shl(index).unwrap_or(0);
            }
        }
        Self {
            what,
            span: node.span,
            entries,
            unknown: unknown_keys,
            faults,
        }
    }

    /// Where the mapping begins.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The collection to which faults are added.
    pub fn faults(&self) -> &'f Faults<'f> {
        self.faults
    }

    /// The value of a key; `None` when the key is absent or has no value.
    pub fn get(&self, key: &str) -> Option<&'n Node<'n>> {
        self.entries
            .iter()
            .find(|(known, _)| known.text == key)
            .map(|(_, node)| node)
            .filter(|node| !matches!(node.value, Value::Null))
    }

    /// True when the key has a value.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// True when the key is written, even without a value.
    pub fn is_written(&self, key: &str) -> bool {
        self.entries.iter().any(|(known, _)| known.text == key)
    }

    /// True when the key is absent because its author wrote it otherwise: an unknown key that may be it was reported, and
    /// to ask for this one, too, would mislead.
    pub fn is_misspelt(&self, key: &str) -> bool {
        let is_unknown = |index: u32| self.unknown.checked_shr(index).unwrap_or(0) & 1 == 1;
        let mut unknown = (0u32..)
            .zip(self.entries)
            .filter(|(index, _)| is_unknown(*index));
        !self.has(key) && unknown.any(|(_, (unknown, _))| meant(&unknown.text, &[key]).is_some())
    }

    /// True when the key has a text.
    pub fn is_text(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.text().is_some())
    }

    /// True when the key has a value other than the empty text.
    pub fn is_filled(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|node| !matches!(&node.value, Value::Text(text) if text.is_empty()))
    }

    /// Where a key is written; where the mapping begins when the key is absent.
    pub fn key_span(&self, key: &str) -> Span {
        self.entries
            .iter()
            .find(|(known, _)| known.text == key)
            .map_or(self.span, |(known, _)| known.span)
    }

    /// Where the value of a key is; where the mapping begins when the key has no value.
    pub fn value_span(&self, key: &str) -> Span {
        self.get(key).map_or(self.span, |node| node.span)
    }

    /// The value of a key that must be there; a missing value is reported, unless the key is misspelt, which was.
    pub fn required(&self, key: &str) -> Option<&'n Node<'n>> {
        let node = self.get(key);
        if node.is_none() && !self.is_misspelt(key) {
            self.faults.error(
                self.span,
                format!("{} without `{key}`: add `{key}: …`", self.what),
            );
        }
        node
    }

    /// The value as a text.
    pub fn text(&self, key: &str) -> Option<(&'n str, Span)> {
        text(self.get(key)?, key, self.faults)
    }

    /// The value as a text; an empty text counts as absent (`password_secret: ""`).
    pub fn filled(&self, key: &str) -> Option<(&'n str, Span)> {
        self.text(key).filter(|(text, _)| !text.is_empty())
    }

    /// The value as a whole number; one outside `bounds` is reported.
    pub fn integer_in(&self, key: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let node = self.get(key)?;
        if let Value::Integer(integer) = node.value
            && bounds.contains(&integer)
        {
            return Some(integer);
        }
        let wanted = match bounds.into_inner() {
            (low, i64::MAX) => format!("{low} up"),
            (low, high) => format!("{low} to {high}"),
        };
        let mend = if matches!(node.value, Value::Ambiguous) {
            ": write plain decimal digits"
        } else if matches!(&node.value, Value::Text(text) if text.parse::<i64>().is_ok()) {
            ": remove the quotes"
        } else {
            ""
        };
        self.faults.error(
            node.span,
            format!(
                "`{key}` must be a whole number from {wanted}, found {}{mend}",
                found(node, self.faults)
            ),
        );
        None
    }

    /// The value as a boolean: `true` or `false`, `yes` or `no`, `on` or `off`.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        if let Value::Bool(boolean) = node.value {
            return Some(boolean);
        }
        self.faults.error(
            node.span,
            format!(
                "`{key}` must be `true` or `false`, without quotes, found {}",
                found(node, self.faults)
            ),
        );
        None
    }

    /// The value as a list.
    pub fn list(&self, key: &str) -> Option<&'n [Node<'n>]> {
        let node = self.get(key)?;
        if let Value::List(items) = &node.value {
            return Some(items);
        }
        self.faults.error(
            node.span,
            format!(
                "`{key}` must be a list, found {}: write `[…]`, or `- …` lines below it",
                found(node, self.faults)
            ),
        );
        None
    }

    /// The value as a list of texts; an item that is no text is reported and left out.
    pub fn texts(&self, key: &str) -> Vec<(&'n str, Span)> {
        self.list(key)
            .unwrap_or_default()
            .iter()
            .filter_map(|node| text(node, key, self.faults))
            .collect()
    }

    /// The value as a list of lists of texts, each with its place; an inner list that holds anything
    /// else is reported and left out.
    pub fn lists(&self, key: &str) -> Vec<(Vec<(&'n str, Span)>, Span)> {
        let read = |node: &'n Node<'n>| {
            let Value::List(items) = &node.value else {
                self.faults.error(
                    node.span,
                    format!(
                        "`{key}` must be a list of lists, found {} in it: write `[[…]]`, \
                         or `- […]` lines below it",
                        found(node, self.faults)
                    ),
                );
                return None;
            };
            let texts: Vec<_> = items
                .iter()
                .filter_map(|item| text(item, key, self.faults))
                .collect();
            (texts.len() == items.len()).then_some((texts, node.span))
        };
        self.list(key)
            .unwrap_or_default()
            .iter()
            .filter_map(read)
            .collect()
    }

    /// The value as a mapping whose keys are names that the operator chose. A duplicate key, or an
    /// unquoted key that YAML does not read as text, is reported and left out.
    pub fn map(&self, key: &str) -> Vec<(&'n Key<'n>, &'n Node<'n>)> {
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        let Value::Map(entries) = &node.value else {
            self.faults.error(
                node.span,
                format!(
                    "`{key}` must be a mapping of `name: …` lines, found {}",
                    found(node, self.faults)
                ),
            );
            return Vec::new();
        };
        report_duplicates(entries, self.faults);
        entries
            .iter()
            .filter(|(name, _)| is_name(name, self.faults))
            .map(|(name, node)| (name, node))
            .collect()
    }

    /// The value as a mapping, open for reading.
    pub fn fields(&self, key: &str, what: &'static str, known: &[&str]) -> Option<Self> {
        Self::open(self.get(key)?, what, known, self.faults)
    }

    /// The value as a list of mappings, each open for reading.
    pub fn each(
        &self,
        key: &str,
        what: &'static str,
        known: &'static [&'static str],
    ) -> impl Iterator<Item = Self> {
        let faults = self.faults;
        self.list(key)
            .unwrap_or_default()
            .iter()
            .filter_map(move |node| Self::open(node, what, known, faults))
    }
}

/// A node as text. An unquoted number or boolean is refused: YAML may read another text than was meant.
fn text<'n>(node: &'n Node<'_>, key: &str, faults: &Faults<'_>) -> Option<(&'n str, Span)> {
    if let Value::Text(text) = &node.value {
        return Some((text, node.span));
    }
    let mend = match (&node.value, faults.source().quoted(node.span)) {
        (Value::List(_) | Value::Map(_), _) => String::new(),
        (Value::Null, _) => ": remove it, or write `\"\"`".to_owned(),
        (_, Some(written)) => format!(": quote it, `\"{written}\"`"),
        (_, None) => ": put it in quotes".to_owned(),
    };
    faults.error(
        node.span,
        format!("`{key}` must be text, found {}{mend}", found(node, faults)),
    );
    None
}

/// What `node` is, for a message; the input is quoted where it may be shown.
fn found(node: &Node<'_>, faults: &Faults<'_>) -> String {
    let kind = node.value.kind();
    match &node.value {
        Value::Null | Value::List(_) | Value::Map(_) => kind.to_owned(),
        Value::Bool(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Ambiguous
        | Value::Text(_) => match faults.source().quoted(node.span) {
            Some(written) => format!("{kind} `{written}`"),
            None => kind.to_owned(),
        },
    }
}

fn report_duplicates(entries: &[(Key<'_>, Node<'_>)], faults: &Faults<'_>) {
    let mut seen: HashSet<&str> = HashSet::new();
    for (index, (key, _)) in entries.iter().enumerate() {
        // Most mappings have a handful of keys, and most files thousands of mappings.
        let repeated = if entries.len() <= COMPARED_IN_PLACE {
            let mut before = entries.iter().take(index);
            before.any(|(earlier, _)| earlier.text == key.text)
        } else {
            !seen.insert(&key.text)
        };
        if repeated {
            faults.error_with(key.span, || {
                let name = match faults.source().quoted(key.span) {
                    Some(_) => format!("duplicate key `{}`", key.text),
                    None => "duplicate key".to_owned(),
                };
                format!("{name}: remove one of the two")
            });
        }
    }
}

fn is_name(key: &Key<'_>, faults: &Faults<'_>) -> bool {
    if key.reading == KeyReading::Text {
        return true;
    }
    let name = match faults.source().quoted(key.span) {
        Some(_) => format!("the name `{}`", key.text),
        None => "this name".to_owned(),
    };
    faults.error(key.span, format!("{name} is not text in YAML: quote it"));
    false
}
