//! Bracket expressions of patterns: `[seq]`, `[!seq]`, with ranges; as in Python's fnmatch.
//!
//! Takes the text behind a `[`. Gives the [`Set`] of characters, or `None` where no `]` closes the bracket.
//! `[*]`, `[?]` and `[[]` spell the sign itself: [`escaped`] writes such sets, [`Set::sign`] reads them.

/// The characters that a bracket expression takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
}

/// The ranges of which [`Set::edges`] speaks: more than anyone writes into one set.
const MAX_EDGES: usize = 16;

/// Reads a bracket expression behind its `[`: the set, and how many characters the expression has there.
pub(crate) fn read(rest: &[char]) -> Option<(Set, usize)> {
    let negated = rest.first() == Some(&'!');
    let start = usize::from(negated);
    // A `]` that comes first is a character of the set.
    let close = rest
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, character)| **character == ']')
        .map(|(index, _)| index)?;
    let mut members = rest.get(start..close)?;
    let mut ranges = Vec::new();
    while let Some((&first, tail)) = members.split_first() {
        match tail {
            ['-', last, further @ ..] => {
                ranges.push((first, *last));
                members = further;
            }
            _ => {
                ranges.push((first, first));
                members = tail;
            }
        }
    }
    Some((Set { negated, ranges }, close + 1))
}

/// An address in brackets, such as `[::1]` of a URL. In a pattern the brackets make a set of characters,
/// which no author of a rule means.
pub(crate) fn address(pattern: &str) -> Option<&str> {
    let mut rest = pattern;
    while let Some((_, behind)) = rest.split_once('[') {
        let (inside, _) = behind.split_once(']')?;
        let of_address = |sign: char| sign.is_ascii_hexdigit() || ":.".contains(sign);
        let (address, _zone) = inside.split_once('%').unwrap_or((inside, ""));
        if address.matches(':').count() > 1 && address.chars().all(of_address) {
            return Some(inside);
        }
        rest = behind;
    }
    None
}

/// The pattern that matches `text` and nothing else.
pub fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '?' | '[' => pattern.extend(['[', character, ']']),
            other => pattern.push(other),
        }
    }
    pattern
}

impl Set {
    /// The sign that the set spells: its only character, if that is a wildcard outside of a set.
    pub(crate) fn sign(&self) -> Option<char> {
        self.spells().filter(|only| ['*', '?', '['].contains(only))
    }

    /// Its only character, where it has one.
    pub(crate) fn spells(&self) -> Option<char> {
        match self.ranges.as_slice() {
            [(first, last)] if first == last && !self.negated => Some(*first),
            _ => None,
        }
    }

    /// Whether it has no character: its ranges run backwards.
    pub(crate) fn is_empty(&self) -> bool {
        !self.negated && self.ranges.iter().all(|(first, last)| first > last)
    }

    /// The characters at which its ranges begin and end, and those beside them.
    pub(crate) fn edges(&self) -> impl Iterator<Item = char> {
        let beside = |edge: char| {
            let code = u32::from(edge);
            [code.saturating_sub(1), code, code + 1].map(char::from_u32)
        };
        let ranges = self.ranges.iter().take(MAX_EDGES);
        let edges = ranges.flat_map(|(first, last)| [*first, *last]);
        let printable = |edge: &char| (' '..='~').contains(edge);
        edges.flat_map(beside).flatten().filter(printable)
    }

    /// Whether the set has `character`.
    pub(crate) fn contains(&self, character: char) -> bool {
        let within = self
            .ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&character));
        within != self.negated
    }
}
