//! Which arguments an allow pattern spells out, so that no wildcard admitted them.
//!
//! Takes a glob and a command that it allows. The pattern's words are what stands between its
//! blanks outside quotes; those without a wildcard are literal. An argument is spelled out when
//! the command has it no more often than the pattern does, for then each is one of the pattern's;
//! `df*` spells out `df` when nothing else begins so. The words of both are aligned first: a blank
//! within quotes is then no blank, so that `-exec ls` in a quoted argument is not two words.

use super::argument::Invocation;
use super::glob::{self, Glob, Token};

/// Stands for a blank within quotes: a control character that no agent can send.
const QUOTED_BLANK: char = '\u{2}';

/// The words of a pattern beside the arguments of a command that it allows.
pub struct Spelling {
    arguments: Vec<String>,
    literals: Vec<String>,
    /// The text before a `*` that ends a word.
    open_ended: Vec<String>,
}

impl Spelling {
    /// Aligns the words of `glob` with the arguments of `command`; none where they do not align.
    pub fn align(glob: &Glob, command: &Invocation) -> Option<Self> {
        let marked = mark(glob.tokens());
        let marked_blank = QUOTED_BLANK.to_string();
        let arguments: Vec<String> = command
            .arguments
            .iter()
            .map(|argument| argument.quoted().replace(' ', &marked_blank))
            .collect();
        let aligned = glob::allows(&marked, &(arguments.join(" ") + &command.redirects));
        let words = || marked.split(is_blank);
        aligned.then(|| Self {
            arguments,
            literals: words().filter_map(literal).collect(),
            open_ended: words().filter_map(before_run).collect(),
        })
    }

    /// Whether the argument of that index is spelled out.
    pub fn has(&self, index: usize) -> bool {
        let Some(argument) = self.arguments.get(index) else {
            return false;
        };
        let count = |texts: &[String]| texts.iter().filter(|text| *text == argument).count();
        let begin_so = |text: &&String| text.starts_with(argument.as_str());
        let whole = count(&self.literals);
        count(&self.arguments) <= whole
            || self.arguments.iter().filter(begin_so).count() <= whole + count(&self.open_ended)
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
            Token::Literal(_) | Token::One | Token::Run | Token::Set(_) | Token::NameEnd => {
                token.clone()
            }
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

/// The text of a word that only ends in `*`.
fn before_run(word: &[Token]) -> Option<String> {
    let (last, rest) = word.split_last()?;
    (*last == Token::Run).then(|| literal(rest)).flatten()
}
