//! Where a fault is and how to mend it: `path:line:column: message`, the line, a caret.
//!
//! Takes: the text of a file ([`Source`]) and a place in the text ([`Span`]). Gives: a
//! [`Diagnostic`] that prints itself for a person. Refuses to print a line that may hold a
//! secret: a [`Source::secret`] shows none of its lines, and no source shows what `quotable`
//! takes for a secret.

use std::fmt;
use std::rc::Rc;

use zeroize::Zeroizing;

use crate::known_part::known_part;
use crate::quotable::{
    NOT_SHOWN, holds_key, is_quotable_line, is_quotable_path, told, told_of_key,
};
use crate::unseen::is_unseen;

/// A file that was read, with the name that errors call it by.
#[derive(Clone, Debug)]
pub struct Source {
    name: Rc<str>,
    // The text is zeroed when the last clone is dropped: a credentials file may hold a password.
    text: Rc<Zeroizing<String>>,
    shown: Shown,
}

/// Whether a diagnostic may quote the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Quoted,
    Withheld,
    /// The file has a private key in it: no diagnostic quotes the file, and every fault says so.
    HoldsKey,
}

impl Source {
    /// A source whose lines may be quoted. A byte order mark at its start is dropped.
    pub fn new(name: &str, text: &str) -> Self {
        Self::with(Shown::Quoted, name, text)
    }

    /// A source whose lines are never quoted, because one of them may hold a secret.
    pub fn secret(name: &str, text: &str) -> Self {
        Self::with(Shown::Withheld, name, text)
    }

    fn with(shown: Shown, name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            name: name.into(),
            text: Rc::new(Zeroizing::new(text.to_owned())),
            shown: if holds_key(text) {
                Shown::HoldsKey
            } else {
                shown
            },
        }
    }

    /// The path that the file was read from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text of the file, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that a span covers on its line; `None` when the source may hold a secret.
    pub fn quoted(&self, span: Span) -> Option<String> {
        let line = self.line(span)?;
        let before = span.column.checked_sub(1)?;
        let shown = span.width.min(LONGEST_QUOTE);
        if !is_shown(line, before, shown) {
            return None;
        }
        let mut quoted: String = line.chars().skip(before).take(shown).collect();
        if shown < span.width {
            quoted.push('…');
        }
        Some(quoted)
    }

    /// The line that a span is on. A line ends where YAML ends it: at LF, CRLF or a lone CR.
    fn line(&self, span: Span) -> Option<&str> {
        if self.shown != Shown::Quoted {
            return None;
        }
        self.text
            .split('\n')
            .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
            .nth(span.line.checked_sub(1)?)
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

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing of the file is loaded.
    Error,
    /// The file is loaded; the operator should know of the fault.
    Warning,
}

/// One fault, with its place and the way to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad the fault is.
    pub severity: Severity,
    /// The file that has the fault.
    pub path: Rc<str>,
    /// Where in the file the fault is.
    pub span: Span,
    /// What is wrong and how to mend it: one line, lower case, input in backticks.
    pub message: String,
    line: Option<Excerpt>,
}

/// The part of a line that is shown, and the column at which the part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    begins: usize,
}

/// How many characters of a line are shown: two terminal widths. A file may be one line of 10 MiB.
const LONGEST_LINE: usize = 160;

/// What each fault adds when a private key is in the file.
const MOVE_KEY: &str = "; a private key is in this file, so nothing of it is shown: move the key \
                        to a file of its own in the keys directory";

/// How many characters of a value a message shows: more would hide what the message says.
const LONGEST_QUOTE: usize = 80;

/// How many characters before and after an excerpt are searched for a secret: the excerpt may show the
/// middle of one.
const MARGIN: usize = 160;

/// True when nothing in a part of a line, or within [`MARGIN`] of that part, looks like a secret.
fn is_shown(line: &str, begins: usize, length: usize) -> bool {
    let around = line.chars().skip(begins.saturating_sub(MARGIN));
    let around: String = around.take(length + 2 * MARGIN).collect();
    is_quotable_line(&around)
}

impl Excerpt {
    /// The excerpt of `line` around `column`; `None` when the excerpt looks like a secret, or the column is behind the value of
    /// an unknown key.
    fn of(line: &str, column: usize) -> Option<Self> {
        let begins = match column.saturating_sub(1) {
            near if near < LONGEST_LINE => 0,
            far => far - LONGEST_LINE / 2,
        };
        if !is_shown(line, begins, LONGEST_LINE) {
            return None;
        }
        let excerpt = |shown: &str| shown.chars().skip(begins).take(LONGEST_LINE).collect();
        let text = match known_part(line) {
            None => excerpt(line),
            Some(part) if column <= part.chars().count() => excerpt(&format!("{part} …")),
            Some(_) => return None,
        };
        Some(Self { text, begins })
    }
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
        Self::whole(Severity::Error, path, message.into())
    }

    /// A warning about a file as a whole.
    pub fn file_warning(path: &str, message: impl Into<String>) -> Self {
        Self::whole(Severity::Warning, path, message.into())
    }

    fn whole(severity: Severity, path: &str, message: String) -> Self {
        let shown = is_quotable_path(path);
        Self {
            severity,
            path: if shown { path } else { NOT_SHOWN }.into(),
            span: Span::WHOLE,
            message: told(message),
            line: None,
        }
    }

    fn at(severity: Severity, source: &Source, span: Span, message: String) -> Self {
        let line = source.line(span);
        let line = line.and_then(|line| Excerpt::of(line, span.column));
        let message = match source.shown {
            Shown::Quoted | Shown::Withheld => told(message),
            Shown::HoldsKey => told_of_key(message) + MOVE_KEY,
        };
        Self {
            severity,
            path: source.name.clone(),
            span,
            message,
            line,
        }
    }

    /// `path:line:column: message`, on one line whatever the input holds.
    pub fn headline(&self) -> String {
        let level = match self.severity {
            Severity::Error => "",
            Severity::Warning => "warning: ",
        };
        let Span { line, column, .. } = self.span;
        let place = match line {
            0 => String::new(),
            _ => format!("{line}:{column}:"),
        };
        format!("{}:{place} {level}{}", self.path, self.message)
            .chars()
            .map(visible)
            .collect()
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
        let shown: String = line.text.chars().map(visible).collect();
        let column = self.span.column.saturating_sub(1 + line.begins);
        let before = " ".repeat(column);
        let room = shown.chars().count().saturating_sub(column);
        let carets = "^".repeat(self.span.width.min(room).max(1));
        write!(
            formatter,
            "\n {number} | {shown}\n {gutter} | {before}{carets}"
        )
    }
}

/// What to print for `character`: one column, so that the caret stands under its place. U+FFFD replaces one that is not
/// seen, so that none of the file's reaches the terminal.
pub fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        other if is_unseen(other) => '\u{fffd}',
        other => other,
    }
}

/// Longer words are not compared: nobody mistypes a key of five dozen letters.
const LONGEST_COMPARED: usize = 64;

/// The known word that the author of `word` probably meant: the one with the fewest letters added,
/// dropped, changed or swapped. Case and `-` or `_` do not count; at most a third of the letters differ.
pub fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = folded(word);
    if word.len() > LONGEST_COMPARED {
        return None;
    }
    known
        .iter()
        .map(|candidate| (distance(&word, &folded(candidate)), *candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| {
            *distance <= word.len().max(candidate.chars().count()).div_ceil(3)
                && *distance < word.len()
        })
        .map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars()
        .map(|letter| match letter {
            '-' => '_',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// Optimal string alignment distance: insertions, deletions, changes and swaps of neighbours.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (row, &letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, &wanted) in other.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let mut best = (at(&last, column) + usize::from(letter != wanted))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let swapped = previous == Some(wanted)
                && column.checked_sub(1).and_then(|index| other.get(index)) == Some(&letter);
            if swapped {
                best = best.min(at(&before, column - 1).saturating_add(1));
            }
            next.push(best);
        }
        previous = Some(letter);
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Diagnostic, Source, Span, nearest};

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
            "servers.yml:2:3: unknown key `prot`\n 2 |  prot: …\n   |   ^^^^"
        );
    }

    #[test]
    fn never_quotes_a_secret_source() {
        let source = Source::secret("credentials.yml", "a\npassword: hunter2\n");
        let fault = Diagnostic::error(&source, SPAN, "wrong type");
        assert_eq!(fault.to_string(), "credentials.yml:2:3: wrong type");
    }

    #[test]
    fn lines_end_as_yaml_ends_them_and_a_byte_order_mark_is_no_column() {
        for text in ["\u{feff}a\nbcdefgh", "a\r\nbcdefgh\r\n", "a\rbcdefgh\rx"] {
            let source = Source::new("f", text);
            assert_eq!(source.quoted(SPAN).as_deref(), Some("defg"), "{text:?}");
        }
        assert_eq!(Source::secret("f", "a\nbcdefgh").quoted(SPAN), None);
    }

    #[test]
    fn names_the_nearest_known_word_or_none() {
        let known = ["alias", "host", "port", "key_path", "tags"];
        for (word, found) in [
            ("prot", Some("port")),
            ("hots", Some("host")),
            ("alais", Some("alias")),
            ("tag", Some("tags")),
            ("Key-Path", Some("key_path")),
            ("keypath", Some("key_path")),
            ("x", None),
            ("", None),
            ("description", None),
            ("zzzz", None),
        ] {
            assert_eq!(nearest(word, &known), found, "{word}");
        }
        assert_eq!(nearest("prot", &[]), None);
    }
}
