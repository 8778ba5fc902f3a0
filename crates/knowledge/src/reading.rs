//! The words of a command as its program reads them: options with their values, and operands.
//!
//! Takes a program's row and its words. Gives a [`Reading`]: the row, the rows of the subcommands that the words
//! name, and each word as an [`Item`]. Refuses nothing: an option that no row has is an [`Item::Unknown`], and
//! nobody knows whether it takes the next word.

use crate::row::{Options, Row, Runs, Syntax, Takes};
use crate::word::{AdmittedWord, Extent, WordSlice};

/// What a word, or a part of a word, is to the program.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// An option that a row has.
    Option {
        /// The index of the word that has the option's name.
        index: usize,
        /// The name of the option.
        name: WordSlice<'a>,
        /// The row's entry for the option.
        options: &'static Options,
        /// The option among those of the entry.
        id: &'static str,
        /// The value of the option.
        value: Option<WordSlice<'a>>,
        /// Where the value stands.
        at: ValueAt,
    },
    /// An option that no row has.
    Unknown {
        /// The index of the word.
        index: usize,
        /// The part of the word that is not known.
        piece: WordSlice<'a>,
    },
    /// An operand.
    Operand {
        /// The index of the word.
        index: usize,
        /// The whole word.
        piece: WordSlice<'a>,
    },
    /// Words that may be options or operands: they are read from elsewhere.
    Anything {
        /// The index of the word that stands for them.
        index: usize,
    },
    /// A command inside the words, as after `-exec`.
    Command {
        /// The index of the command's first word.
        from: usize,
        /// The index behind the command's last word.
        to: usize,
    },
}

/// Where an option's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueAt {
    /// In the option's word.
    Attached,
    /// In the next word. If the option took no value, this word could be an option itself.
    NextWord,
}

/// A command as its program reads it.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The program's row, and the rows of the subcommands.
    pub rows: Vec<&'static Row>,
    /// The index of the word that names each subcommand.
    pub subcommands: Vec<usize>,
    /// The index of a subcommand that no row has.
    pub unknown_subcommand: Option<usize>,
    /// The words of the command, in order.
    pub items: Vec<Item<'a>>,
    /// The index at which the command starts that a wrapper runs.
    pub inner: Option<usize>,
}

/// Reads the words of a program; the first word is its name.
pub fn read<'a>(row: &'static Row, words: &'a [AdmittedWord]) -> Reading<'a> {
    let mut reader = Reader {
        words,
        next: 1,
        options_end: false,
        operands: 0,
        reading: Reading {
            rows: vec![row],
            subcommands: Vec::new(),
            unknown_subcommand: None,
            items: Vec::new(),
            inner: None,
        },
    };
    reader.bundle();
    while reader.reading.inner.is_none() && reader.next < words.len() {
        reader.word();
    }
    reader.reading
}

struct Reader<'a> {
    words: &'a [AdmittedWord],
    next: usize,
    options_end: bool,
    operands: usize,
    reading: Reading<'a>,
}

impl<'a> Reader<'a> {
    fn row(&self) -> &'static Row {
        static EMPTY: Row = crate::row::looks("");
        self.reading.rows.last().copied().unwrap_or(&EMPTY)
    }

    fn push(&mut self, item: Item<'a>) {
        self.reading.items.push(item);
    }

    fn word(&mut self) {
        let index = self.next;
        let Some(word) = self.words.get(index) else {
            return;
        };
        self.next += 1;
        let text = word.text();
        let syntax = self.row().syntax;
        let is_option = text.len() > 1 && text.starts_with('-') && syntax != Syntax::None;
        if word.extent() == Extent::Anything {
            match self.options_end {
                true => self.operand(index, word),
                false => self.push(Item::Anything { index }),
            }
        } else if self.options_end || !is_option || self.is_subcommand(text) {
            self.operand(index, word);
        } else if text == "--" && self.row().begins() != Some(Runs::FindExec) {
            self.options_end = true;
        } else if self.row().begins() == Some(Runs::FindExec) && is_exec(text) {
            self.exec();
        } else if syntax == Syntax::Words || text.starts_with("--") {
            self.long(index, word);
        } else {
            self.cluster(index, word, 1);
        }
    }

    /// Reads the first word of tar and ps: it may be a cluster without its dash, or a word that the row has whole.
    fn bundle(&mut self) {
        let Some(word) = self.words.get(1) else {
            return;
        };
        let text = word.text();
        let whole = |row: &&Row| row.names.split_ascii_whitespace().any(|name| name == text);
        let subcommand = self.row().subcommands.iter().find(whole);
        if let Some(row) = subcommand.filter(|_| self.row().syntax == Syntax::Bundle) {
            self.reading.rows.push(row);
            self.reading.subcommands.push(1);
            self.next = 2;
            return;
        }
        let letters = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphabetic());
        if self.row().syntax == Syntax::Bundle && letters && word.extent() == Extent::Known {
            self.next = 2;
            self.cluster(1, word, 0);
        }
    }

    /// Whether a row names a word whole, as those of rpm and apt name `-qp` and `-s`.
    fn is_subcommand(&self, text: &str) -> bool {
        let mut rows = self.row().subcommands.iter();
        self.operands == 0
            && rows.any(|row| row.names.split_ascii_whitespace().any(|name| name == text))
    }

    fn operand(&mut self, index: usize, word: &'a AdmittedWord) {
        let row = self.row();
        if row
            .signs
            .split_ascii_whitespace()
            .any(|sign| sign == word.text())
        {
            return;
        }
        if !self.options_end && !row.subcommands.is_empty() && self.operands == 0 {
            let named = |row: &&Row| {
                row.names
                    .split_ascii_whitespace()
                    .any(|name| name == word.text())
            };
            match row.subcommands.iter().find(named) {
                Some(subcommand) => {
                    self.reading.rows.push(subcommand);
                    self.reading.subcommands.push(index);
                    return;
                }
                None if row.begins().is_none()
                    && row.operands.first.is_empty()
                    && row.operands.rest.is_none() =>
                {
                    self.reading.unknown_subcommand.get_or_insert(index);
                }
                None => {}
            }
        }
        let own = match row.begins() {
            Some(Runs::Command { after } | Runs::Closed { after } | Runs::Joined { after }) => {
                self.operands < after
            }
            Some(Runs::Environment) => word.text().contains('='),
            Some(Runs::Reading) => false,
            _ => true,
        };
        if !own {
            self.reading.inner = Some(index);
            return;
        }
        self.options_end |= row.options_first;
        self.operands += 1;
        self.push(Item::Operand {
            index,
            piece: word.piece(),
        });
    }

    /// Reads `--name`, `--name=value`, and `-name` where options are whole words.
    fn long(&mut self, index: usize, word: &'a AdmittedWord) {
        let text = word.text();
        let end = text.find('=').unwrap_or(text.len());
        let name = word.slice(0..end);
        let attached = (end < text.len()).then(|| word.slice(end + 1..text.len()));
        let Some((options, id)) = self.find(name.text) else {
            return self.unknown(index, word.piece());
        };
        if matches!(options.takes, Takes::Nothing) && attached.is_some() {
            return self.unknown(index, word.piece());
        }
        self.take(index, name, options, id, attached);
    }

    /// Reads `-abc` letter by letter from the byte `from` on; a letter with a value takes the rest of the word.
    fn cluster(&mut self, index: usize, word: &'a AdmittedWord, from: usize) {
        let text = word.text();
        let digits = text.get(from..).unwrap_or_default();
        if digits.chars().all(|digit| digit.is_ascii_digit())
            && let Some((options, id)) = self.find(text).or_else(|| self.find("-NUMBER"))
        {
            return self.take(index, word.piece(), options, id, None);
        }
        let letters = text.char_indices().skip_while(|(at, _)| *at < from);
        for (at, letter) in letters {
            let end = at + letter.len_utf8();
            let dashed = format!("-{letter}");
            let found = match from {
                0 => self
                    .find(&letter.to_string())
                    .or_else(|| self.find(&dashed)),
                _ => self.find(&dashed),
            };
            let Some((options, id)) = found else {
                return self.unknown(index, word.slice(at..text.len()));
            };
            let name = word.slice(at..end);
            let bundled = from == 0;
            let rest = (end < text.len() && !bundled).then(|| word.slice(end..text.len()));
            match options.takes {
                Takes::Nothing => self.take(index, name, options, id, None),
                Takes::Value(_)
                | Takes::Attached(_)
                | Takes::Maybe(_)
                | Takes::Bare(_)
                | Takes::Two(_) => {
                    self.take(index, name, options, id, rest);
                    if !bundled {
                        return;
                    }
                }
            }
        }
    }

    fn take(
        &mut self,
        index: usize,
        name: WordSlice<'a>,
        options: &'static Options,
        id: &'static str,
        attached: Option<WordSlice<'a>>,
    ) {
        let at = match attached {
            Some(_) => ValueAt::Attached,
            None => ValueAt::NextWord,
        };
        let next = self
            .words
            .get(self.next)
            .filter(|word| word.extent() != Extent::Anything);
        let value = match (options.takes, attached) {
            (_, Some(attached)) => Some(attached),
            (Takes::Bare(_), None) if next.is_some_and(|next| next.text().starts_with('-')) => None,
            (Takes::Value(_) | Takes::Bare(_), None) => {
                self.next += usize::from(next.is_some());
                next.map(AdmittedWord::piece)
            }
            (Takes::Two(_), None) => {
                let second = self
                    .words
                    .get(self.next + 1)
                    .filter(|word| word.extent() == Extent::Known);
                self.next += 2 * usize::from(next.is_some() && second.is_some());
                second.filter(|_| next.is_some()).map(AdmittedWord::piece)
            }
            // The next word may be an operand as well: it is not taken here, so that it is read as one, too.
            (Takes::Maybe(_), None) => next
                .filter(|word| !word.text().starts_with('-'))
                .map(AdmittedWord::piece),
            (Takes::Nothing | Takes::Attached(_), None) => None,
        };
        let lacks = match options.takes {
            Takes::Value(_) | Takes::Two(_) => value.is_none(),
            Takes::Nothing | Takes::Attached(_) | Takes::Maybe(_) | Takes::Bare(_) => false,
        };
        if lacks {
            return self.unknown(index, name);
        }
        self.push(Item::Option {
            index,
            name,
            options,
            id,
            value,
            at,
        });
    }

    fn unknown(&mut self, index: usize, piece: WordSlice<'a>) {
        self.push(Item::Unknown { index, piece });
    }

    /// The entry of a row for an option. The row of the subcommand is searched first, then the rows above it
    /// whose options may also stand after a subcommand.
    fn find(&self, name: &str) -> Option<(&'static Options, &'static str)> {
        let mut rows = self.reading.rows.iter().rev();
        let own = rows.next().and_then(|row| named(row, name));
        own.or_else(|| {
            let mut above = rows.filter(|row| row.syntax == Syntax::Getopt);
            above.find_map(|row| named(row, name))
        })
    }

    /// Reads `-exec command… ;`, or `-exec command… {} +`.
    fn exec(&mut self) {
        let rest = self.words.get(self.next..).unwrap_or_default();
        let mut last = "";
        let end = rest.iter().position(|word| {
            let before = std::mem::replace(&mut last, word.text());
            last == ";" || last == "+" && before == "{}"
        });
        let to = self.next + end.unwrap_or(rest.len());
        self.push(Item::Command {
            from: self.next,
            to,
        });
        self.next = to + 1;
    }
}

/// The row's entry for an option of this name. One dash equals two where options are whole words.
fn named(row: &'static Row, name: &str) -> Option<(&'static Options, &'static str)> {
    let bare = |name: &str| name.trim_start_matches('-').len();
    let same = |known: &str| match row.syntax {
        Syntax::Words => {
            known.get(known.len() - bare(known)..) == name.get(name.len() - bare(name)..)
        }
        Syntax::Getopt | Syntax::Bundle | Syntax::None => known == name,
    };
    row.options.iter().find_map(|options| {
        let mut entries = options.names.split_ascii_whitespace();
        let entry = entries.find(|entry| entry.split(',').any(same))?;
        Some((options, entry))
    })
}

fn is_exec(text: &str) -> bool {
    ["-exec", "-execdir", "-ok", "-okdir"].contains(&text)
}
