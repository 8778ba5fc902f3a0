//! The tree: a [`Node`] for every value, each with its place.
//!
//! Gives what the parser read and judges nothing: [`Fields`](crate::Fields) does that. A tree may hold a
//! password: [`Node::wipe`] zeroes the text that the tree owns.

use std::borrow::Cow;

use zeroize::Zeroize;

use crate::diagnostic::Span;

/// A value and its place. A value that an alias (`*name`) copies keeps the place of the original.
/// A text is borrowed from the source where the source spells it without escapes and folds.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    /// Where the value begins; a scalar on one line is wholly covered.
    pub span: Span,
    /// The value.
    pub value: Value<'s>,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// No value, `~` or `null`.
    Null,
    /// `true`, `yes`, `on` and their opposites, unquoted.
    Bool(bool),
    /// A whole number in plain decimal digits.
    Integer(i64),
    /// A number with a point in it, or one beyond 64 bits.
    Float(f64),
    /// An unquoted scalar that YAML 1.1 and 1.2 read differently (`010`, `0x10`, `1_000`, `1e3`,
    /// `12:30`, `2026-01-31`): no field takes it, and the fault asks for quotes or plain digits.
    Ambiguous,
    /// Text, quoted or not.
    Text(Cow<'s, str>),
    /// A list, in order.
    List(Vec<Node<'s>>),
    /// A mapping, in order, duplicate keys included: [`Fields`](crate::Fields) reports those.
    Map(Vec<(Key<'s>, Node<'s>)>),
}

/// The key of a mapping's entry.
#[derive(Clone, Debug)]
pub struct Key<'s> {
    /// The key as it is written, quotes removed.
    pub text: Cow<'s, str>,
    /// Where the key is written.
    pub span: Span,
    /// Whether YAML reads it as text.
    pub reading: KeyReading,
}

/// How YAML reads an unquoted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyReading {
    /// The key is text.
    Text,
    /// The key is a number, a boolean, a date or null: a name that is spelled so needs quotes.
    Other,
}

impl Value<'_> {
    /// The kind of the value, in words for a message: `a mapping`, `text`, ...
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Ambiguous => "an ambiguous value",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

impl Node<'_> {
    /// The text of a value that is a text; `None` for any other.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Ambiguous
            | Value::List(_)
            | Value::Map(_) => None,
        }
    }

    /// True for a list without items.
    pub fn is_empty_list(&self) -> bool {
        self.is_list_of(0)
    }

    /// True for a list of so many items.
    pub fn is_list_of(&self, count: usize) -> bool {
        matches!(&self.value, Value::List(items) if items.len() == count)
    }

    /// Zeroes every text that the tree owns: the file may hold a password. [`Source`](crate::diagnostic::Source)
    /// zeroes the text of the file.
    pub fn wipe(&mut self) {
        match &mut self.value {
            Value::Text(text) => wipe(text),
            Value::List(items) => items.iter_mut().for_each(Self::wipe),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, node)| {
                wipe(&mut key.text);
                node.wipe();
            }),
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Ambiguous => {}
        }
    }
}

fn wipe(text: &mut Cow<'_, str>) {
    if let Cow::Owned(text) = text {
        text.zeroize();
    }
}
