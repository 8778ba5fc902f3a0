//! The tree: a [`Node`] for every value, each with its place.
//!
//! A tree may hold a password: [`Node::wipe`] zeroes the text that it owns.

use std::borrow::Cow;

use zeroize::Zeroize;

use crate::diagnostic::Span;

/// A value and its place. What an alias (`*name`) brings in keeps the place where it is written.
/// Text is borrowed from the source wherever it stands there as it is.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    /// Where it begins; scalars on one line are wholly covered.
    pub span: Span,
    /// What it is.
    pub value: Value<'s>,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// Nothing, `~` or `null`.
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
    /// Where it is.
    pub span: Span,
    /// Whether YAML reads it as text.
    pub reading: KeyReading,
}

/// How YAML reads an unquoted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyReading {
    /// As text.
    Text,
    /// As a number, a boolean, a date or nothing: a name written so needs quotes.
    Other,
}

impl Value<'_> {
    /// What it is, in words for a message: `a mapping`, `text`, ...
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
    /// Its text, when it is one.
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

    /// True for a list with nothing in it.
    pub fn is_empty_list(&self) -> bool {
        matches!(&self.value, Value::List(items) if items.is_empty())
    }

    /// Zeroes every text that the tree holds itself: for a file that may hold a password. The
    /// source zeroes its own.
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
