//! Where a value of credentials.yml is written, for an error about what the value names.
//!
//! Takes a source, a span and a key; gives a [`Written`], and faults at that place. An invalid name may be the secret itself;
//! an invalid path may be the key: so no line of the file is quoted.

use std::fmt;
use std::rc::Rc;

use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Source, Span};
use mcp_ssh_yaml::quotable::NOT_SHOWN;

/// A place: file, line, column and key. All places compare as equal, so that two values are equal if their texts are.
#[derive(Clone, Debug, Default)]
pub struct Written(Option<Rc<WrittenPlace>>);

#[derive(Debug)]
struct WrittenPlace {
    path: String,
    span: Span,
    key: String,
}

impl Written {
    /// The place of the value of `key`.
    pub(super) fn at(source: &Source, span: Span, key: &str) -> Self {
        Self(Some(Rc::new(WrittenPlace {
            path: source.name().to_owned(),
            span,
            key: key.to_owned(),
        })))
    }

    /// The key whose value it is.
    pub(super) fn key(&self) -> &str {
        self.0.as_ref().map_or("", |place| &place.key)
    }

    /// A fault at the place; the place is left out of the message, which may name it.
    pub fn fault(&self, severity: Severity, message: &str) -> Diagnostic {
        let (path, span) = match &self.0 {
            Some(place) => (place.path.as_str(), place.span),
            None => (NOT_SHOWN, Span::WHOLE),
        };
        let here = self.0.as_ref().map(|place| format!("{place}: "));
        let message = match here {
            Some(here) => message.replace(&here, ""),
            None => message.to_owned(),
        };
        let mut fault = match severity {
            Severity::Error => Diagnostic::file(path, message),
            Severity::Warning => Diagnostic::file_warning(path, message),
        };
        fault.span = span;
        fault
    }
}

impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Written {}

impl fmt::Display for WrittenPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { line, column, .. } = self.span;
        write!(formatter, "{}:{line}:{column}", self.path)
    }
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(place) => write!(formatter, "{place}: `{}` {NOT_SHOWN}", place.key),
            None => formatter.write_str(NOT_SHOWN),
        }
    }
}
