//! Where a wrapper's own options end and its command begins.
//!
//! Takes the wrapper's row and its arguments, which the knowledge base reads. Gives where the command starts, and
//! the values that are commands themselves. After an option that the row does not have, or a word that may become
//! several, every later word is a possible start: that can only deny more.

use mcp_ssh_knowledge::reading::{Item, ValueAt, read as read_words};
use mcp_ssh_knowledge::row::{Kind, Options, Row, Takes};
use mcp_ssh_knowledge::word::{Extent, WordSlice};

use crate::matching::argument::{Argument, ProgramCall};
use crate::matching::grants;

/// What a wrapper's options and operands say.
#[derive(Debug, PartialEq, Eq)]
pub struct Own {
    /// Where the inner command starts.
    pub start: CommandStart,
    /// Texts for a shell.
    pub texts: Vec<String>,
    /// Words of an option's value that stand before those at `start`.
    pub words: Option<String>,
    /// The text that the wrapper replaces in the command's arguments: `{}`, unless an option says another.
    pub hole: String,
}

/// Where a wrapper's command starts, as an index of the wrapper's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandStart {
    /// At this index; there is no command if the index is behind the last argument.
    At(usize),
    /// At this index or any later one.
    From(usize),
}

/// Reads the arguments of the wrapper with this row; the first argument is the wrapper's name.
pub fn read(row: &'static Row, arguments: &[Argument]) -> Own {
    let words = grants::by_name(arguments);
    let reading = read_words(row, &words);
    let mut own = Own {
        start: CommandStart::At(reading.inner.unwrap_or(arguments.len())),
        texts: Vec::new(),
        words: None,
        hole: "{}".to_owned(),
    };
    let mut items = reading.items.iter();
    let start = items.find_map(|item| match *item {
        Item::Unknown { index, piece } => own
            .abbreviated(row, arguments, index, piece.text)
            .or(Some(CommandStart::From(index + 1))),
        Item::Option { .. }
        | Item::Operand { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => own.start_by(item),
    });
    own.start = start.unwrap_or(own.start);
    own
}

impl Own {
    /// Takes what an item says; gives where the command starts, if it starts at this item or nobody knows where.
    fn start_by(&mut self, item: &Item<'_>) -> Option<CommandStart> {
        match *item {
            Item::Option {
                index,
                options,
                value,
                at,
                ..
            } => match options.takes {
                Takes::Nothing => None,
                Takes::Maybe(_) | Takes::Two(_) => Some(CommandStart::From(index + 1)),
                Takes::Value(kind) | Takes::Attached(kind) | Takes::Bare(kind) => {
                    let next = index + 1 + usize::from(at == ValueAt::NextWord);
                    self.take(kind, value?, index, next)
                }
            },
            Item::Unknown { index, .. } | Item::Anything { index } => {
                Some(CommandStart::From(index))
            }
            Item::Operand { index, piece } => {
                (piece.extent() != Extent::Known).then_some(CommandStart::From(index))
            }
            Item::Command { .. } => None,
        }
    }

    /// Reads an option whose name is abbreviated, as getopt_long(3) allows, if its value is a text or words.
    fn abbreviated(
        &mut self,
        row: &Row,
        arguments: &[Argument],
        index: usize,
        word: &str,
    ) -> Option<CommandStart> {
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let meant = |options: &&Options| {
            let mut names = options.names.split([' ', ',']);
            name.len() > 2 && names.any(|known| known.starts_with("--") && known.starts_with(name))
        };
        let mut kinds = row.options.iter().filter(meant).filter_map(value_kind);
        let kind = kinds.find(|kind| matches!(kind, Kind::Line | Kind::Words))?;
        let next = arguments.get(index + 1).filter(|next| next.is_known());
        let value = attached.or(next.map(Argument::plain))?;
        let behind = index + 1 + usize::from(attached.is_none());
        let start = self.keep(kind, value, behind);
        start.or(Some(CommandStart::From(behind)))
    }

    fn take(
        &mut self,
        kind: Kind,
        value: WordSlice<'_>,
        index: usize,
        next: usize,
    ) -> Option<CommandStart> {
        if value.extent() != Extent::Known {
            return Some(CommandStart::From(index + 1));
        }
        self.keep(kind, value.text, next)
    }

    /// Keeps a value that says what is run. Gives the start of the inner command if the value is words: the
    /// command begins with them.
    fn keep(&mut self, kind: Kind, value: &str, next: usize) -> Option<CommandStart> {
        if matches!(kind, Kind::Words) {
            self.words = Some(value.to_owned());
            return Some(CommandStart::At(next));
        }
        if matches!(kind, Kind::Line) {
            self.texts.push(value.to_owned());
        } else if matches!(kind, Kind::Hole) && !value.is_empty() {
            self.hole = value.to_owned();
        }
        None
    }
}

/// The kind of the value that an option takes, if it takes one value always.
fn value_kind(options: &Options) -> Option<Kind> {
    match options.takes {
        Takes::Value(kind) | Takes::Attached(kind) | Takes::Bare(kind) => Some(kind),
        Takes::Nothing | Takes::Maybe(_) | Takes::Two(_) => None,
    }
}

/// The value of `option` in `word`: `None` if the word has no such option, `Some(None)` if the next word is the
/// value. A long option may be abbreviated, a short one may stand in a cluster, and `+` begins a word.
pub fn value_of<'a>(option: &str, word: &'a str) -> Option<Option<&'a str>> {
    let attached = |value: &'a str| Some(Some(value).filter(|value| !value.is_empty()));
    if option == "+" {
        // `+/text` of an editor searches; it runs nothing.
        let begins = word.strip_prefix('+').filter(|rest| !rest.starts_with('/'));
        return begins.map(Some);
    }
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let mut letters = option.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some(letter), None) => {
            let cluster = word
                .strip_prefix('-')
                .filter(|rest| !rest.starts_with('-'))?;
            attached(cluster.split_once(letter)?.1)
        }
        _ => (name == option || name.len() > 3 && option.starts_with(name)).then_some(value),
    }
}

/// How many words come before the end of a command of find: a `;`, or a `+` after `{}`.
pub fn exec_length(words: &[Argument]) -> usize {
    let mut last = "";
    let end = words.iter().position(|word| {
        let after = std::mem::replace(&mut last, word.plain());
        last == ";" || last == "+" && after == "{}"
    });
    end.unwrap_or(words.len())
}

/// Whether a word may tell a shell to run a text that another word has.
pub fn has_text(shell: &ProgramCall) -> bool {
    shell.arguments.iter().skip(1).any(|argument| {
        let word = argument.plain();
        let option = word.starts_with(['-', '+']) || !argument.begins_known();
        option && (word.contains('c') || !argument.is_known())
    })
}
