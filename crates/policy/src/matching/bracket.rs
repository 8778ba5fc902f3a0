//! Bracket expressions of patterns: `[seq]`, `[!seq]`, with ranges; as in Python's fnmatch.
//!
//! Takes what stands behind a `[`. Gives the [`Set`] of characters, or none where no `]` closes it.
//! `[*]`, `[?]` and `[[]` spell the sign itself: [`escaped`] writes a text so, [`Set::sign`] reads it.

/// The characters that a bracket expression takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Set {
    negated: bool,
    ranges: Vec<(char, char)>,
}

/// Reads a bracket expression after its `[`: the set, and how many characters it took.
pub(crate) fn read(rest: &[char]) -> Option<(Set, usize)> {
    let negated = rest.first() == Some(&'!');
    let start = usize::from(negated);
    // A `]` that comes first stands for itself.
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

/// An address in brackets, as `[::1]` of a URL: in a pattern it is a set of characters, which nobody means.
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
    /// The sign that it spells, if it is one of those that are wildcards outside of a set.
    pub(crate) fn sign(&self) -> Option<char> {
        match self.ranges.as_slice() {
            [(first @ ('*' | '?' | '['), last)] if first == last && !self.negated => Some(*first),
            _ => None,
        }
    }

    /// Whether `character` is one of the set.
    pub(crate) fn contains(&self, character: char) -> bool {
        let within = self
            .ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&character));
        within != self.negated
    }
}
