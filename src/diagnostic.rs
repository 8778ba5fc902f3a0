//! Where a fault is and how to mend it: `path:line:column: message`, the line, a caret.
//!
//! Takes: the text of a file ([`Source`]) and a place in it ([`Span`]). Gives: a
//! [`Diagnostic`] that prints itself for a person. Refuses to print a line that may hold a
//! secret: [`Source::secret`] sources show no source line.

use std::fmt;
use std::rc::Rc;

/// A file that was read, with the name it is reported under.
#[derive(Clone, Debug)]
pub struct Source {
    name: Rc<str>,
    text: Rc<str>,
    shown: Shown,
}

/// Whether a diagnostic may quote the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Quoted,
    Withheld,
}

impl Source {
    /// A source whose lines may be quoted.
    pub fn new(name: &str, text: &str) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            shown: Shown::Quoted,
        }
    }

    /// A source whose lines are never quoted, because one of them may hold a secret.
    pub fn secret(name: &str, text: &str) -> Self {
        Self {
            shown: Shown::Withheld,
            ..Self::new(name, text)
        }
    }

    /// The path it was read from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its whole text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A place in a source: 1-based line and column, both counted in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// 1-based line; 0 means the file as a whole.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// How many characters the caret underlines; at least 1 is shown.
    pub width: usize,
}

impl Span {
    /// The file as a whole.
    pub const WHOLE: Self = Self {
        line: 0,
        column: 0,
        width: 0,
    };
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is loaded.
    Error,
    /// It loads; the operator should know.
    Warning,
}

/// One fault, with its place and its mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file it is in.
    pub path: Rc<str>,
    /// Where in the file.
    pub span: Span,
    /// What is wrong and how to mend it: one line, lower case, input in backticks.
    pub message: String,
    line: Option<String>,
}

impl Diagnostic {
    /// A fault at a place in a source.
    pub fn error(source: &Source, span: Span, message: impl Into<String>) -> Self {
        Self::at(Severity::Error, source, span, message.into())
    }

    /// A warning at a place in a source.
    pub fn warning(source: &Source, span: Span, message: impl Into<String>) -> Self {
        Self::at(Severity::Warning, source, span, message.into())
    }

    /// A fault of a file that could not be read at all.
    pub fn file(path: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            span: Span::WHOLE,
            message: message.into(),
            line: None,
        }
    }

    fn at(severity: Severity, source: &Source, span: Span, message: String) -> Self {
        let line = match source.shown {
            Shown::Withheld => None,
            Shown::Quoted => span
                .line
                .checked_sub(1)
                .and_then(|index| source.text.lines().nth(index))
                .map(str::to_owned),
        };
        Self {
            severity,
            path: source.name.clone(),
            span,
            message,
            line,
        }
    }

    /// `path:line:column: message`, on one line.
    pub fn headline(&self) -> String {
        let level = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        let Span { line, column, .. } = self.span;
        if line == 0 {
            format!("{}: {level}{}", self.path, self.message)
        } else {
            format!("{}:{line}:{column}: {level}{}", self.path, self.message)
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.headline())?;
        let Some(line) = &self.line else {
            return Ok(());
        };
        let number = self.span.line.to_string();
        let gutter = " ".repeat(number.len());
        let shown: String = line.chars().map(visible).collect();
        let before = " ".repeat(self.span.column.saturating_sub(1));
        let room = line
            .chars()
            .count()
            .saturating_sub(self.span.column.saturating_sub(1));
        let carets = "^".repeat(self.span.width.min(room).max(1));
        write!(
            formatter,
            "\n {number} | {shown}\n {gutter} | {before}{carets}"
        )
    }
}

/// One column for one character, so that the caret stands under its place, and no control
/// character of the file reaches the terminal.
fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        other if other.is_control() => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, Source, Span};

    const SPAN: Span = Span {
        line: 2,
        column: 3,
        width: 4,
    };

    #[test]
    fn names_the_place_and_shows_the_line_with_a_caret() {
        let source = Source::new("servers.yml", "hosts:\n\tprot: 22\n");
        let fault = Diagnostic::error(&source, SPAN, "unknown key `prot`");
        assert_eq!(
            fault.to_string(),
            "servers.yml:2:3: unknown key `prot`\n 2 |  prot: 22\n   |   ^^^^"
        );
    }

    #[test]
    fn never_quotes_a_secret_source() {
        let source = Source::secret("credentials.yml", "a\npassword: hunter2\n");
        let fault = Diagnostic::error(&source, SPAN, "wrong type");
        assert_eq!(fault.to_string(), "credentials.yml:2:3: wrong type");
    }
}
