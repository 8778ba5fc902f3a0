//! Where a value of credentials.yml is written, for an error that must not repeat the value.
//!
//! Takes a source, a span and a key; gives a [`Written`]. An invalid name may be the secret itself; an invalid path
//! may be the key.

use std::fmt;
use std::rc::Rc;

use mcp_ssh_yaml::diagnostic::{Source, Span};
use mcp_ssh_yaml::quotable::NOT_SHOWN;

/// A place: file, line, column and key. All places compare as equal, so that two values are equal if their texts are.
#[derive(Clone, Debug, Default)]
pub struct Written(Option<Rc<str>>);

impl Written {
    /// The place of the value of `key`.
    pub(super) fn at(source: &Source, span: Span, key: &str) -> Self {
        let Span { line, column, .. } = span;
        let place = format!("{}:{line}:{column}: `{key}`", source.name());
        Self(Some(place.into()))
    }
}

impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Written {}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(place) => write!(formatter, "{place} {NOT_SHOWN}"),
            None => formatter.write_str(NOT_SHOWN),
        }
    }
}
