//! Which part of a pattern admits each character of a text, and the pattern's words as values.
//!
//! Takes the tokens of a glob. [`align`] gives a [`Part`] for each character of a text that matches, and
//! `None` for a text that does not. [`values`] gives the tokens without the quotes and backslashes that
//! a person writes around a word, so that `echo 'a b'*` can be held against values. In a value a blank
//! within a word is [`QUOTED_BLANK`], which no blank between words matches; an empty word is [`EMPTY`].

use mcp_ssh_knowledge::word::Part;

use super::marks::{EMPTY, QUOTED_BLANK};
use super::token::{GlobToken, NameReading};

/// Which part of the pattern admits each character of `text`; `None` when the tokens do not match `text`.
/// Each `*`, from the left, takes the shortest text that it can, as a person reads a pattern.
pub fn align(tokens: &[GlobToken], text: &str, reading: NameReading) -> Option<Vec<Part>> {
    let mut parts = Vec::with_capacity(text.len());
    let mut token = 0;
    let mut rest = text.chars();
    let mut retry: Option<(usize, std::str::Chars<'_>, usize)> = None;
    loop {
        let next = rest.clone().next();
        let part = match tokens.get(token) {
            Some(GlobToken::Run) => {
                token += 1;
                retry = Some((token, rest.clone(), parts.len()));
                continue;
            }
            Some(GlobToken::NameEnd) => {
                let ends = reading == NameReading::Plain || matches!(next, None | Some(' '));
                if ends {
                    token += 1;
                    continue;
                }
                None
            }
            Some(other) => next
                .filter(|character| other.takes(*character))
                .map(|_| match other {
                    GlobToken::Literal(_) => Part::Spelled,
                    GlobToken::Set(_) => Part::Set,
                    GlobToken::One | GlobToken::Run | GlobToken::NameEnd => Part::Granted,
                }),
            None if next.is_none() => return Some(parts),
            None => None,
        };
        if let Some(part) = part {
            rest.next();
            parts.push(part);
            token += 1;
            continue;
        }
        // Let the last `*` take one character more.
        let (after_run, from, length) = retry.as_mut()?;
        from.next()?;
        parts.truncate(*length);
        parts.push(Part::Granted);
        *length += 1;
        token = *after_run;
        rest = from.clone();
    }
}

/// The quotes around a place in a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Single,
    Double,
}

/// The tokens without quotes and backslashes, as a POSIX shell removes them (XCU 2.2). A wildcard in
/// quotes stays a wildcard. A quote that is not closed reaches to the end.
pub fn values(tokens: &[GlobToken]) -> Vec<GlobToken> {
    let mut values = Vec::with_capacity(tokens.len());
    let mut quotes = Quotes::None;
    let mut word_start = 0;
    let mut opened = false;
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let GlobToken::Literal(character) = token else {
            values.push(token.clone());
            continue;
        };
        match (quotes, character) {
            (Quotes::None, '\'') | (Quotes::Single, '\'') => {
                quotes = toggled(quotes, Quotes::Single);
                opened = true;
            }
            (Quotes::None, '"') | (Quotes::Double, '"') => {
                quotes = toggled(quotes, Quotes::Double);
                opened = true;
            }
            (Quotes::None | Quotes::Double, '\\') => {
                let escapes = |next: char| quotes == Quotes::None || "\"\\$`".contains(next);
                match tokens.peek() {
                    Some(GlobToken::Literal(next)) if escapes(*next) => {
                        values.push(GlobToken::Literal(if *next == ' ' {
                            QUOTED_BLANK
                        } else {
                            *next
                        }));
                        tokens.next();
                    }
                    Some(_) | None => values.push(GlobToken::Literal('\\')),
                }
            }
            (Quotes::None, ' ') => {
                if opened && values.len() == word_start {
                    values.push(GlobToken::Literal(EMPTY));
                }
                values.push(GlobToken::Literal(' '));
                word_start = values.len();
                opened = false;
            }
            (Quotes::Single | Quotes::Double, ' ') => values.push(GlobToken::Literal(QUOTED_BLANK)),
            (_, other) => values.push(GlobToken::Literal(*other)),
        }
    }
    if opened && values.len() == word_start {
        values.push(GlobToken::Literal(EMPTY));
    }
    values
}

fn toggled(quotes: Quotes, to: Quotes) -> Quotes {
    if quotes == to { Quotes::None } else { to }
}
