//! The words of a command, and who put each character there: the rule, or a wildcard of it.

use std::ops::Range;

/// Who put a byte of a word there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The rule spells it.
    Spelled,
    /// A set such as `[0-9]` of the rule admits it.
    Set,
    /// A `*` or `?` of the rule admits it.
    Granted,
}

/// What may come of a word when the command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The word as it stands.
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
    /// Whether the rule spells all of it; an empty word says so by this alone.
    spelled: bool,
}

impl AdmittedWord {
    /// A word whose bytes come from `parts`, one each. An empty word is spelled if `spelled` says so.
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

    /// Its value.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What may come of it.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// Whether the rule spells all of it.
    pub fn is_spelled(&self) -> bool {
        self.spelled
    }

    /// The words that a shell makes of it, if it has nothing but blanks between plain ones; else it alone.
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

    /// The whole of it as a piece.
    pub fn piece(&self) -> WordSlice<'_> {
        self.slice(0..self.text.len())
    }

    /// A part of it; the whole when the range is none of it.
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
    /// Its text.
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

    /// Whether the rule spells its beginning.
    pub fn is_begun(&self) -> bool {
        self.spelled || self.parts.first() == Some(&Part::Spelled)
    }

    /// Whether a set of the rule admits its beginning.
    pub fn begins_by_set(&self) -> bool {
        self.parts.first() == Some(&Part::Set)
    }

    /// Whether nothing of it is spelled, nor admitted by a set: the rule says nothing of it.
    pub fn is_open(&self) -> bool {
        let granted = |part: &Part| *part == Part::Granted;
        !self.spelled && !self.parts.is_empty() && self.parts.iter().all(granted)
    }

    /// How many bytes at its beginning the rule spells.
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
