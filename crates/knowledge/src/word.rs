//! The words of a command, and who put each character there: the rule, or a wildcard of the rule.
//!
//! Takes a text with a [`Part`] for each byte; gives an [`AdmittedWord`], and pieces of it that keep their parts.

use std::ops::Range;

/// Who put a byte of a word there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The rule spells the byte.
    Spelled,
    /// A set of the rule, such as `[0-9]`, admits the byte.
    Set,
    /// A `*` or `?` of the rule admits the byte.
    Granted,
}

/// What a word may become when the command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The word itself: all of its text is known.
    Known,
    /// Pathnames that begin like the word: any number of them.
    Pathnames,
    /// Any number of words, of any text.
    Anything,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmittedWord {
    text: String,
    parts: Vec<Part>,
    extent: Extent,
    /// Whether the rule spells the whole word; an empty word has no parts that would say so.
    spelled: bool,
}

impl AdmittedWord {
    /// A word with one part of `parts` for each byte. An empty word is spelled if `spelled` says so.
    pub fn new(text: &str, parts: Vec<Part>, extent: Extent, spelled: bool) -> Self {
        let spelled = spelled
            && extent == Extent::Known
            && parts.len() == text.len()
            && parts.iter().all(|part| *part == Part::Spelled);
        Self {
            text: text.to_owned(),
            parts,
            extent,
            spelled,
        }
    }

    /// A word that the rule spells.
    pub fn spelled(text: &str) -> Self {
        Self::new(text, vec![Part::Spelled; text.len()], Extent::Known, true)
    }

    /// A word that a wildcard admits.
    pub fn granted(text: &str) -> Self {
        Self::new(text, vec![Part::Granted; text.len()], Extent::Known, false)
    }

    /// Words that are read from elsewhere: any number, of any text.
    pub fn unknown() -> Self {
        Self::new("", Vec::new(), Extent::Anything, false)
    }

    /// The value of the word, without quotes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What may come of it.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Whether the rule spells the whole word.
    pub fn is_spelled(&self) -> bool {
        self.spelled
    }

    /// The words that a shell makes of the text, if it has only plain words and blanks; else the word alone.
    pub fn split(&self) -> Vec<Self> {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || " _./:=,@%+-".contains(letter);
        let text = self.text.as_str();
        if self.spelled
            || self.extent != Extent::Known
            || text.trim().is_empty()
            || !text.chars().all(plain)
        {
            return vec![self.clone()];
        }
        let mut words = Vec::new();
        let mut start = 0;
        for word in text.split(' ') {
            let parts = self
                .parts
                .get(start..start + word.len())
                .unwrap_or_default();
            start += word.len() + 1;
            if !word.is_empty() {
                words.push(Self::new(word, parts.to_vec(), Extent::Known, true));
            }
        }
        words
    }

    /// The whole word as a piece.
    pub fn piece(&self) -> WordSlice<'_> {
        self.slice(0..self.text.len())
    }

    /// A part of the word; the whole word when the range is not within it.
    pub fn slice(&self, range: Range<usize>) -> WordSlice<'_> {
        let text = self.text.get(range.clone());
        let parts = self.parts.get(range);
        WordSlice {
            text: text.unwrap_or(&self.text),
            parts: parts.unwrap_or_default(),
            extent: self.extent,
            spelled: self.spelled,
        }
    }
}

/// A part of a word: an option's name, its value, an operand.
#[derive(Clone, Copy, Debug)]
pub struct WordSlice<'a> {
    /// The text of the piece.
    pub text: &'a str,
    parts: &'a [Part],
    extent: Extent,
    spelled: bool,
}

impl WordSlice<'_> {
    /// Whether the rule spells all of it.
    pub fn is_spelled(&self) -> bool {
        self.spelled || !self.parts.is_empty() && self.spells(0..self.parts.len())
    }

    /// Whether the rule spells the beginning of the piece.
    pub fn is_begun(&self) -> bool {
        self.spelled || self.parts.first() == Some(&Part::Spelled)
    }

    /// Whether the rule spells a part of the piece: its beginning, its end, or more.
    pub fn is_said(&self) -> bool {
        self.spelled || self.parts.contains(&Part::Spelled)
    }

    /// Whether the rule spells the end of the piece.
    pub fn is_ended(&self) -> bool {
        self.spelled || self.parts.last() == Some(&Part::Spelled)
    }

    /// Whether a set of the rule admits the beginning of the piece.
    pub fn begins_by_set(&self) -> bool {
        self.parts.first() == Some(&Part::Set)
    }

    /// Whether no byte of the piece is spelled or admitted by a set: the rule says nothing of it.
    pub fn is_open(&self) -> bool {
        let granted = |part: &Part| *part == Part::Granted;
        !self.spelled && !self.parts.is_empty() && self.parts.iter().all(granted)
    }

    /// How many bytes at the beginning of the piece the rule spells.
    pub fn begun(&self) -> usize {
        let spelled = self.parts.iter();
        spelled.take_while(|part| **part == Part::Spelled).count()
    }

    /// Whether the rule spells these bytes.
    pub fn spells(&self, range: Range<usize>) -> bool {
        let parts = self.parts.get(range);
        self.spelled || parts.is_some_and(|parts| parts.iter().all(|part| *part == Part::Spelled))
    }

    /// What may come of it.
    pub fn extent(&self) -> Extent {
        self.extent
    }
}
