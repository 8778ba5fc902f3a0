//! The words of a command as an entry of a rule admits them: which parts the entry spells.
//!
//! Takes an entry that matches a command. Gives the command's words for the knowledge base, or `None` where
//! the entry matches only across the quotes of a word: nobody can say then what the entry spells.

use mcp_ssh_knowledge::word::{AdmittedWord, Extent, Part};

use super::align::align;
use super::argument::{Argument, Expansion};
use super::argv::ArgvPattern;
use super::glob::Glob;
use super::marks::{EMPTY, QUOTED_BLANK};
use super::token::NameReading;

/// The words as a glob over the whole command admits them; `value` is their [`value_text`].
pub fn by_glob(glob: &Glob, arguments: &[Argument], value: &str) -> Option<Vec<AdmittedWord>> {
    if glob.is_literal() {
        return Some(
            arguments
                .iter()
                .map(|word| AdmittedWord::spelled(word.plain()))
                .collect(),
        );
    }
    let parts = align(glob.values(), value, NameReading::Allow)?;
    let mut rest = parts.as_slice();
    let mut words = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let length = argument.plain().chars().count();
        let (own, after) = rest.split_at_checked(length.max(1))?;
        words.push(word(argument, own));
        // Skips the blank behind the word.
        rest = after.get(1..).unwrap_or_default();
    }
    Some(words)
}

/// The words as an `argv` entry admits them: each item one word; further words are granted.
pub fn by_argv(pattern: &ArgvPattern, arguments: &[Argument]) -> Vec<AdmittedWord> {
    let words = arguments.iter().enumerate();
    let admitted = |(index, argument): (usize, &Argument)| {
        let plain = argument.plain();
        let parts = pattern
            .item(index)
            .and_then(|glob| align(glob.tokens(), plain, NameReading::Plain))
            .map(|parts| {
                if plain.is_empty() {
                    vec![Part::Spelled]
                } else {
                    parts
                }
            });
        match parts {
            Some(parts) => word(argument, &parts),
            None => granted(argument),
        }
    };
    words.map(admitted).collect()
}

/// The words where only the program is spelled.
pub fn by_name(arguments: &[Argument]) -> Vec<AdmittedWord> {
    let words = arguments.iter().enumerate();
    let admitted = |(index, argument): (usize, &Argument)| match index {
        0 => AdmittedWord::spelled(argument.plain()),
        _ => granted(argument),
    };
    words.map(admitted).collect()
}

fn granted(argument: &Argument) -> AdmittedWord {
    let parts = vec![Part::Granted; argument.plain().len()];
    AdmittedWord::new(argument.plain(), parts, extent(argument), false)
}

/// A word whose characters are admitted by `parts`; an empty word has one part.
fn word(argument: &Argument, parts: &[Part]) -> AdmittedWord {
    let plain = argument.plain();
    let spelled = parts.iter().all(|part| *part == Part::Spelled);
    let bytes = plain.chars().zip(parts);
    let bytes =
        bytes.flat_map(|(character, part)| std::iter::repeat_n(*part, character.len_utf8()));
    AdmittedWord::new(plain, bytes.collect(), extent(argument), spelled)
}

fn extent(argument: &Argument) -> Extent {
    match argument.expansion() {
        Expansion::Known => Extent::Known,
        Expansion::Pathnames => Extent::Pathnames,
        Expansion::OneWord | Expansion::Anything => Extent::Anything,
    }
}

/// The text of a command's words by value, with a mark for each blank within a word and for an empty word.
pub fn value_text(arguments: &[Argument], redirects: &str) -> String {
    let mut text = String::new();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        let spelling = match index {
            // A name in quotes stays in quotes: some shells take only the bare name for a word of their own.
            0 => argument.quoted(),
            _ => argument.plain(),
        };
        match spelling {
            "" => text.push(EMPTY),
            _ => text.extend(spelling.chars().map(marked)),
        }
    }
    text.push_str(redirects);
    text
}

fn marked(character: char) -> char {
    match character {
        ' ' => QUOTED_BLANK,
        other => other,
    }
}
