//! A command as patterns see it: its arguments, each in two spellings.
//!
//! Takes a parsed [`SimpleCommand`]. Gives a [`ProgramCall`]: the arguments, and every text of the command with an
//! equal meaning. The quoted form of an argument is the text that is sent, in quotes where a shell needs them; the
//! plain form is the argument's value. In both forms a mark stands for a part that is not known.

use crate::shell::{Piece, SimpleCommand, Word};

use super::marks::{ANYTHING, SHELL_PATTERN};

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The text of the argument as it is rendered, in quotes where a shell needs them.
    quoted: String,
    /// The value of the argument, without quotes.
    plain: String,
    expansion: Expansion,
}

/// What an argument may become when the command runs. The answer is kept, since every rule asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expansion {
    /// The argument itself: all of its text is known.
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

    /// The argument as it is rendered, with a mark for each unknown part.
    pub fn quoted(&self) -> &str {
        &self.quoted
    }

    /// The value of the argument, with a mark for each unknown part.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Whether all of the argument's text is known.
    pub fn is_known(&self) -> bool {
        self.expansion == Expansion::Known
    }

    /// What the argument may become when the command runs.
    pub fn expansion(&self) -> Expansion {
        self.expansion
    }

    /// Whether the first character of the argument is known.
    pub fn begins_known(&self) -> bool {
        !self.plain.starts_with([SHELL_PATTERN, ANYTHING])
    }

    /// Whether the argument is in quotes only because of letters and digits beyond ASCII.
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
    /// The redirections as they are rendered, each after a blank.
    pub redirects: String,
}

impl ProgramCall {
    /// The call that a parsed command makes.
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

    /// A command that this one runs, with the redirections of this one.
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

    /// The words by value, joined by blanks.
    pub fn plain(&self) -> String {
        joined(self.arguments.iter().map(|argument| &argument.plain))
    }

    /// The command as an operator types it: without the quotes that only letters of other languages need.
    /// A word that loses its quotes has no blank, quote or sign that means anything to a shell, so the text
    /// still has the same words. The program's name keeps its quotes. `None` if nothing changes.
    pub fn unquoted_letters(&self) -> Option<String> {
        let spelling = |(index, word): (usize, &'_ Argument)| match index > 0 && word.is_letters() {
            true => word.plain.clone(),
            false => word.quoted.clone(),
        };
        let changes = self.arguments.iter().skip(1).any(Argument::is_letters);
        let words = self.arguments.iter().enumerate().map(spelling);
        changes.then(|| joined(words) + &self.redirects)
    }

    /// Every spelling that the author of a deny pattern may have had in mind: with and without quotes,
    /// redirections, the program's path, and the parts of a path that change nothing (`//`, `/./`).
    pub fn deny_texts(&self) -> Vec<String> {
        let mut texts = vec![self.canonical()];
        let spellings: [fn(&Argument) -> &String; 2] =
            [|argument| &argument.quoted, |argument| &argument.plain];
        for spelling in spellings {
            texts.push(joined(self.arguments.iter().map(spelling)));
            // A deny rule for `reboot*` must meet `/sbin/reboot`.
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

/// The text with `/` in place of each `//` and `/./`; `None` when the text has neither.
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
