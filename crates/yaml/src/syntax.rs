//! The parser's faults of syntax in our words: where the fault is, and how to mend it.
//!
//! Takes a scan error, gives a place and a message. Never quotes the input: the file may hold a
//! password.

use mcp_ssh_yaml_events::{ErrorKind, ScanError};

use super::nesting::too_deep;
use crate::diagnostic::Span;

/// A place and what is wrong at this place.
pub(super) type SpanAndReason = (Span, String);

/// The place and the message of a scan error.
pub(super) fn syntax(error: &ScanError, text: &str) -> SpanAndReason {
    if let Some(span) = conflict(text) {
        return (
            span,
            "a conflict that git left: keep one side of it, and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`"
                .to_owned(),
        );
    }
    let marker = error.marker();
    let span = Span {
        line: marker.line().max(1),
        column: marker.col() + 1,
        width: 1,
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's own words serve for the kinds of fault that have no better mend"
    )]
    let message = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            let span = tab_after(text, span.line).unwrap_or(span);
            return (span, "a tab cannot indent YAML: use blanks".to_owned());
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            return (
                span,
                format!("`{open}` is opened and never closed: close it"),
            );
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            "a control character: remove it, or write it as an escape in double quotes"
        }
        ErrorKind::RecursionLimitExceeded => return (span, too_deep()),
        other => match mend(other) {
            Some(message) => message,
            None => return (span, format!("not valid YAML: {other}")),
        },
    };
    (span, message.to_owned())
}

/// How to mend the slips that people make most; `None` for any other fault.
fn mend(kind: &ErrorKind) -> Option<&'static str> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a table of the frequent kinds; the rest keep the parser's words"
    )]
    match kind {
        ErrorKind::UnclosedQuotedScalar => Some("a quote is opened and never closed: close it"),
        ErrorKind::InvalidQuotedScalarIndent => Some(
            "a quote opened above is not closed by here: close it, or indent this line further",
        ),
        ErrorKind::UnknownAnchor => Some(
            "this alias names no anchor above it: quote text that starts with `*`, or define `&name` first",
        ),
        ErrorKind::MissingAnchorOrAliasName => {
            Some("unquoted, `*` begins an alias and `&` an anchor: quote text that starts with one")
        }
        ErrorKind::MappingValueNotAllowed => Some(
            "a `:` is not allowed here: quote text that holds `: `, indent this line as its \
             neighbours, and put a blank after each key's `:`",
        ),
        ErrorKind::InvalidColonPlacement => {
            Some("a `:` is not allowed here: close the `[` above, or quote text that holds `:`")
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => Some(
            "a `,` or the closing bracket must come here: close it, or quote text that holds `: `, `,` or a bracket",
        ),
        ErrorKind::MisplacedFlowCollectionEnd => {
            Some("this bracket closes nothing: remove it, or quote the text it belongs to")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => Some(
            "a list cannot begin here: put each `- ` on a line of its own, or quote text that starts with `- `",
        ),
        ErrorKind::UnexpectedCharacter { .. } => {
            Some("unquoted text cannot start with this character: quote it")
        }
        ErrorKind::UnknownQuotedScalarEscape => Some(
            "a backslash begins an escape in double quotes, and this is none of YAML's: write `\\\\`, or \
             use single quotes",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            Some("a key without its `:`: write `key: value`, or indent it as its neighbours")
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry => {
            Some("the indentation fits no line above: align it with its neighbours")
        }
        _ => None,
    }
}

/// Where git has marked a conflict.
fn conflict(text: &str) -> Option<Span> {
    let (index, _) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.starts_with("<<<<<<< "))?;
    Some(Span {
        line: index + 1,
        column: 1,
        width: 7,
    })
}

/// Where the tab is. The parser names the place where it gave up, and that may be the line before the tab.
fn tab_after(text: &str, line: usize) -> Option<Span> {
    let indented = |line: &&str| line.trim_start_matches(' ').starts_with('\t');
    let (index, found) = text
        .lines()
        .enumerate()
        .skip(line.saturating_sub(1))
        .find(|(_, line)| indented(line))?;
    Some(Span {
        line: index + 1,
        column: found.chars().take_while(|&c| c == ' ').count() + 1,
        width: 1,
    })
}
