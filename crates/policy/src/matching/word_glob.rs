//! `WordGlob`: a pattern over the value of one word, for one item of an `argv` rule.
//!
//! Takes an item: `*` matches any run of characters, `?` one, `[seq]` and `[!seq]` one of a set, none of
//! them a `/`; `**` any run, `/` too; `[*]`, `[?]`, `[[]` the sign itself. Gives two readings:
//!
//! - strict: [`WordGlob::admits`] refuses a word that the remote shell expands, since the word may become
//!   several. [`WordGlob::keeps_below`] refuses a wildcard that matches a `..` path component.
//! - lax: for [`WordGlob::denies_known`] and [`WordGlob::may_deny`] every wildcard crosses `/`, and a word that
//!   the remote shell expands meets the item if one of its expansions may.

use std::fmt;

use super::argument::Argument;
use super::bracket::{self, Set};
use super::glob::Glob;
use super::parent::{dot_dots, proc_links};
use super::positions::{MAX_PARTS, Positions};

/// A compiled item.
#[derive(Clone, Debug)]
pub(crate) struct WordGlob {
    /// The text before the first wildcard: most words fail here.
    prefix: String,
    /// The first wildcard and what follows it.
    tokens: Vec<ItemToken>,
    /// How many `..` path components the item spells out.
    dot_dots: usize,
    /// The item as deny rules read it.
    lax: Glob,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ItemToken {
    Literal(char),
    /// `?`
    One,
    /// `[seq]`
    Set(Set),
    /// `*`
    Run,
    /// `**`
    DeepRun,
}

/// The word for which an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemPlace {
    /// The program: the word has no path, unless the item spells a `/`.
    Program,
    /// An argument.
    Argument,
}

/// An item that is too long from its first wildcard on.
#[derive(Debug)]
pub(crate) struct LongItemError;

impl fmt::Display for LongItemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "more than {MAX_PARTS} characters and wildcards from the first wildcard on"
        )
    }
}

impl std::error::Error for LongItemError {}

impl WordGlob {
    /// Compiles `item`.
    ///
    /// # Errors
    /// The item has more than [`MAX_PARTS`] characters and wildcards from its first wildcard on.
    pub(crate) fn new(item: &str, place: ItemPlace) -> Result<Self, LongItemError> {
        let mut tokens = tokenize(item);
        if place == ItemPlace::Program && !tokens.contains(&ItemToken::Literal('/')) {
            for token in tokens
                .iter_mut()
                .filter(|token| **token == ItemToken::DeepRun)
            {
                *token = ItemToken::Run;
            }
        }
        let prefix: String = tokens.iter().map_while(ItemToken::literal).collect();
        let dot_dots = spelled_dot_dots(&tokens);
        tokens.drain(..prefix.chars().count());
        if tokens.len() > MAX_PARTS {
            return Err(LongItemError);
        }
        Ok(Self {
            prefix,
            tokens,
            dot_dots,
            lax: Glob::new(item),
        })
    }

    /// The strict reading, for allow rules; the wildcards may take `..` path components.
    pub(crate) fn admits(&self, word: &Argument) -> bool {
        let rest = word.plain().strip_prefix(self.prefix.as_str());
        rest.is_some_and(|rest| run(&self.tokens, rest)) && word.is_known()
    }

    /// Whether no wildcard takes a `..` path component of `word`, which the item admits.
    pub(crate) fn keeps_below(&self, word: &Argument) -> bool {
        self.is_literal() || within_dot_dots(word.plain(), self.dot_dots)
    }

    /// The lax reading, for deny rules and a word without marks.
    pub(crate) fn denies_known(&self, text: &str) -> bool {
        self.lax.matches(text)
    }

    /// Whether a word with marks may become a word that is denied.
    pub(crate) fn may_deny(&self, text: &str) -> bool {
        self.lax.overlaps_word(text)
    }

    /// The literal text with which every match begins.
    pub(crate) fn start(&self) -> &str {
        &self.prefix
    }

    /// The item as a glob whose wildcards cross `/`.
    pub(crate) fn as_glob(&self) -> &Glob {
        &self.lax
    }

    /// Whether the item has no wildcard: such an item stands for one word.
    pub(crate) fn is_literal(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// Whether `text` has at most `most` path components `..`.
pub(crate) fn within_dot_dots(text: &str, most: usize) -> bool {
    !text.contains("..") && !text.contains("proc") || dot_dots(text) <= most
}

fn tokenize(item: &str) -> Vec<ItemToken> {
    let characters: Vec<char> = item.chars().collect();
    let mut tokens = Vec::with_capacity(characters.len());
    let mut index = 0;
    while let Some(&character) = characters.get(index) {
        index += 1;
        let rest = characters.get(index..).unwrap_or_default();
        tokens.push(match character {
            '*' => {
                let more = rest.iter().take_while(|next| **next == '*').count();
                index += more;
                if more == 0 {
                    ItemToken::Run
                } else {
                    ItemToken::DeepRun
                }
            }
            '?' => ItemToken::One,
            '[' => match bracket::read(rest) {
                Some((set, length)) => {
                    index += length;
                    set.sign().map_or(ItemToken::Set(set), ItemToken::Literal)
                }
                None => ItemToken::Literal('['),
            },
            other => ItemToken::Literal(other),
        });
    }
    tokens
}

/// How many `..` path components the item spells out between literal neighbours. The neighbours make
/// each of these match exactly one component of the word.
fn spelled_dot_dots(tokens: &[ItemToken]) -> usize {
    let spelled: String = tokens
        .iter()
        .map(|token| token.literal().unwrap_or('*'))
        .collect();
    let components = spelled.split(['/', ' ', '=']);
    components.filter(|component| *component == "..").count() + proc_links(&spelled)
}

fn run(tokens: &[ItemToken], text: &str) -> bool {
    let mut reached = Positions::start();
    skip_runs(tokens, &mut reached);
    for character in text.chars() {
        let mut next = Positions::default();
        let possible = tokens.iter().enumerate();
        for (index, token) in possible.filter(|(index, _)| reached.has(*index)) {
            match token {
                _ if !token.takes(character) => {}
                ItemToken::Run | ItemToken::DeepRun => next.add(index),
                ItemToken::Literal(_) | ItemToken::One | ItemToken::Set(_) => next.add(index + 1),
            }
        }
        if next.is_empty() {
            return false;
        }
        skip_runs(tokens, &mut next);
        reached = next;
    }
    reached.has(tokens.len())
}

/// Adds the positions behind each `*`, since it may match the empty text.
fn skip_runs(tokens: &[ItemToken], reached: &mut Positions) {
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token, ItemToken::Run | ItemToken::DeepRun) && reached.has(index) {
            reached.add(index + 1);
        }
    }
}

impl ItemToken {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::One | Self::Run => character != '/',
            Self::Set(set) => character != '/' && set.contains(character),
            Self::DeepRun => true,
        }
    }

    fn literal(&self) -> Option<char> {
        match self {
            Self::Literal(literal) => Some(*literal),
            Self::One | Self::Set(_) | Self::Run | Self::DeepRun => None,
        }
    }
}
