//! A command as patterns see it: its arguments, each in two spellings.
//!
//! Takes a parsed [`SimpleCommand`]. Gives a [`ProgramCall`]: its arguments, and every text of the whole that means
//! the same. The quoted form of an argument is its text as it is rendered, in quotes where it needs them. The plain
//! form is its value. Both have a mark wherever the text is not known.

use crate::shell::{Piece, SimpleCommand, Word};

use super::marks::{ANYTHING, SHELL_PATTERN};

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// As it is rendered, in quotes where it needs them.
    quoted: String,
    /// Its value.
    plain: String,
    expansion: Expansion,
}

/// What may come of an argument when the command runs. Every rule asks, so it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expansion {
    /// The word as it stands.
    Known,
    /// One word, of which a part is not known.
    OneWord,
    /// Pathnames: one word, several, or none where the shell's `nullglob` is set.
    Pathnames,
    /// Any number of words, of any text.
    Anything,
}

impl Argument {
    /// Arguments that the line does not show: any number of them, of any text.
    pub fn unknown() -> Self {
        Self::new(ANYTHING.to_string(), ANYTHING.to_string())
    }

    fn new(quoted: String, plain: String) -> Self {
        let expansion = if plain.contains(SHELL_PATTERN) {
            Expansion::Pathnames
        } else if plain.strip_prefix(ANYTHING) == Some("") {
            Expansion::Anything
        } else if plain.contains(ANYTHING) {
            Expansion::OneWord
        } else {
            Expansion::Known
        };
        Self {
            quoted,
            plain,
            expansion,
        }
    }

    /// As it is rendered, unknown parts marked.
    pub fn quoted(&self) -> &str {
        &self.quoted
    }

    /// Its value, unknown parts marked.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Whether all of its text is known.
    pub fn is_known(&self) -> bool {
        self.expansion == Expansion::Known
    }

    /// What may come of it.
    pub fn expansion(&self) -> Expansion {
        self.expansion
    }

    /// Whether its first character is known.
    pub fn begins_known(&self) -> bool {
        !self.plain.starts_with([SHELL_PATTERN, ANYTHING])
    }

    /// Whether it is in quotes for nothing but letters and digits beyond ASCII.
    fn is_letters(&self) -> bool {
        let plain = |character: char| "_@%+=:,./-".contains(character);
        self.is_known()
            && !self.plain.is_ascii()
            && !self.plain.starts_with('=')
            && self
                .plain
                .chars()
                .all(|character| character.is_alphanumeric() || plain(character))
    }

    /// The argument with each `hole` replaced by a mark.
    pub fn filled(&self, hole: &str, mark: char) -> Self {
        let fill = |text: &str| text.replace(hole, mark.encode_utf8(&mut [0; 4]));
        Self::new(fill(&self.quoted), fill(&self.plain))
    }

    fn of(word: &Word) -> Self {
        if !word.has_pattern() {
            return Self::new(word.render(), word.value().into_owned());
        }
        let spelled = |literal: fn(&Piece) -> String| {
            word.pieces()
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(_) => literal(piece),
                    Piece::Pattern(_) => SHELL_PATTERN.to_string(),
                })
                .collect()
        };
        Self::new(
            spelled(Piece::render),
            spelled(|piece| piece.text().to_owned()),
        )
    }
}

/// A program's name, its arguments and its redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramCall {
    /// The name and the arguments.
    pub arguments: Vec<Argument>,
    /// The redirections as rendered, each after a blank.
    pub redirects: String,
}

impl ProgramCall {
    /// Of a parsed command.
    pub fn of(command: &SimpleCommand) -> Self {
        let redirects = match command.redirects() {
            [] => String::new(),
            _ => {
                let rendered = command.render();
                let words = command.render_words();
                rendered.strip_prefix(&words).unwrap_or_default().to_owned()
            }
        };
        Self {
            arguments: command.words().iter().map(Argument::of).collect(),
            redirects,
        }
    }

    /// What it runs, with the same redirections.
    pub fn running(&self, arguments: Vec<Argument>) -> Self {
        Self {
            arguments,
            redirects: self.redirects.clone(),
        }
    }

    /// The canonical rendering, shell patterns marked.
    pub fn canonical(&self) -> String {
        joined(self.arguments.iter().map(|argument| &argument.quoted)) + &self.redirects
    }

    /// Its words by value, joined by blanks.
    pub fn plain(&self) -> String {
        joined(self.arguments.iter().map(|argument| &argument.plain))
    }

    /// As an operator types it: without the quotes that only letters of other languages call for.
    /// Each word that loses its quotes has no blank, quote or sign that means anything to a shell,
    /// so that the text still has the same words; the name keeps its own. None if nothing changes.
    pub fn unquoted_letters(&self) -> Option<String> {
        let spelling = |(index, word): (usize, &'_ Argument)| match index > 0 && word.is_letters() {
            true => word.plain.clone(),
            false => word.quoted.clone(),
        };
        let changes = self.arguments.iter().skip(1).any(Argument::is_letters);
        let words = self.arguments.iter().enumerate().map(spelling);
        changes.then(|| joined(words) + &self.redirects)
    }

    /// Every spelling that a deny pattern may have been written for: with and without quotes,
    /// redirections, the program's path, and what means nothing in paths.
    pub fn deny_texts(&self) -> Vec<String> {
        let mut texts = vec![self.canonical()];
        let spellings: [fn(&Argument) -> &String; 2] =
            [|argument| &argument.quoted, |argument| &argument.plain];
        for spelling in spellings {
            texts.push(joined(self.arguments.iter().map(spelling)));
            // `/sbin/reboot` meets `reboot*`.
            let arguments = self
                .arguments
                .iter()
                .skip(1)
                .map(|word| spelling(word).as_str());
            texts.push(joined(std::iter::once(self.file_name()).chain(arguments)));
        }
        let straight: Vec<String> = texts.iter().filter_map(|text| straightened(text)).collect();
        texts.extend(straight);
        texts
    }

    /// The program's name without its path.
    pub fn file_name(&self) -> &str {
        let name = self.arguments.first().map_or("", Argument::plain);
        name.rsplit('/').next().unwrap_or_default()
    }
}

/// A text with `//` and `/./` made `/`, if it has one.
fn straightened(text: &str) -> Option<String> {
    let mut straight = text.to_owned();
    while let Some(detour) = ["//", "/./"]
        .into_iter()
        .find(|detour| straight.contains(detour))
    {
        straight = straight.replace(detour, "/");
    }
    (straight != text).then_some(straight)
}

fn joined(words: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(word.as_ref());
    }
    text
}
