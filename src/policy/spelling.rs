//! Which arguments an allow pattern spells out, so that no wildcard admitted them.
//!
//! Takes a glob and a command that it allows. The pattern's words are what stands between its
//! blanks outside quotes; those without a wildcard are literal. An argument is spelled out when
//! the command has it no more often than the pattern does, and the pattern still matches when
//! its words and the command's arguments are aligned: a blank within quotes is then no blank,
//! so that `-exec ls` in a quoted argument is not taken for two words.

use std::collections::HashMap;

use super::argument::Invocation;
use super::glob::{self, Glob, Token};

/// Stands for a blank within quotes: a control character that no agent can send.
const QUOTED_BLANK: char = '\u{2}';

/// The arguments of one command that a pattern spells out.
pub struct Spelled {
    arguments: Vec<bool>,
}

impl Spelled {
    /// Whether the argument of that index is spelled out.
    pub fn has(&self, index: usize) -> bool {
        self.arguments.get(index).copied().unwrap_or(false)
    }
}

/// What `glob` spells out of `command`.
pub fn words(glob: &Glob, command: &Invocation) -> Spelled {
    let marked = mark(glob.tokens());
    let arguments: Vec<String> = command
        .arguments
        .iter()
        .map(|argument| {
            argument
                .quoted()
                .replace(' ', QUOTED_BLANK.encode_utf8(&mut [0; 4]))
        })
        .collect();
    if !glob::allows(&marked, &(arguments.join(" ") + &command.redirects)) {
        return Spelled {
            arguments: Vec::new(),
        };
    }
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    let literals: Vec<String> = marked.split(is_blank).filter_map(literal).collect();
    for word in &literals {
        counts.entry(word).or_default().0 += 1;
    }
    for word in &arguments {
        counts.entry(word).or_default().1 += 1;
    }
    let spelled = |word: &String| {
        let (written, found) = counts.get(word.as_str()).copied().unwrap_or_default();
        found <= written
    };
    Spelled {
        arguments: arguments.iter().map(spelled).collect(),
    }
}

/// The pattern with the blanks within quotes marked.
fn mark(tokens: &[Token]) -> Vec<Token> {
    let mut quoted = false;
    let mut escaped = false;
    let mut marked = Vec::with_capacity(tokens.len());
    for token in tokens {
        let quote = *token == Token::Literal('\'') && !escaped;
        let backslash = *token == Token::Literal('\\') && !quoted && !escaped;
        quoted ^= quote;
        escaped = backslash;
        marked.push(match token {
            Token::Literal(' ') if quoted => Token::Literal(QUOTED_BLANK),
            other => other.clone(),
        });
    }
    marked
}

fn is_blank(token: &Token) -> bool {
    *token == Token::Literal(' ')
}

/// The text of a word without wildcards.
fn literal(word: &[Token]) -> Option<String> {
    word.iter()
        .map(|token| match token {
            Token::Literal(character) => Some(*character),
            Token::One | Token::Run | Token::Set(_) | Token::NameEnd => None,
        })
        .collect()
}
