//! The rows of a unified diff.
//!
//! Takes: the lines of two texts, and the hunks of their difference. Gives: the rows one after another to whoever counts
//! them, who may end it. Refuses nothing.
//!
//! ```text
//! hunk := "@@ -" FROM " +" TO " @@" row+
//! row  := (" " | "-" | "+") LINE     told := "\ " words of this program
//! ```

use std::fmt;
use std::hash::Hash;
use std::ops::Range;

use super::piece::DiffPiece;

/// A line of a text that is compared.
pub trait DiffLine: Eq + Hash {
    /// How many lines of the text it is.
    fn count(&self) -> usize;
    /// Whether a newline ends it.
    fn has_newline(&self) -> bool;
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// What the row says.
    pub sign: ChangeSign,
    /// One line, in signs that hide nothing.
    pub text: String,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSign {
    /// A line stays.
    Same,
    /// A line comes.
    Added,
    /// A line goes.
    Removed,
    /// Where the lines below stand in the file.
    Hunk,
    /// Something that the lines do not say.
    Told,
}

impl ChangeSign {
    /// The letter before the row's text.
    pub fn letter(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Added => '+',
            Self::Removed => '-',
            Self::Hunk => '@',
            Self::Told => '\\',
        }
    }
}

impl ChangeRow {
    /// A row with words of this program.
    pub fn told(text: &str) -> Self {
        Self {
            sign: ChangeSign::Told,
            text: format!(" {text}"),
        }
    }
}

impl fmt::Display for ChangeRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.sign.letter(), self.text)
    }
}

/// What comes next.
pub enum HunkRow<'t, L> {
    /// A row of this program.
    Own(ChangeRow),
    /// A line that stays, comes or goes.
    Line(ChangeSign, &'t L),
    /// Of a line that goes and the line in its place, both of which were given: where they differ.
    Pair(&'t L, &'t L),
}

/// Gives each row to `each`, until that ends it.
///
/// # Errors
/// That of `each`.
pub fn walk<'t, L: DiffLine, E>(
    (old, new): (&'t [L], &'t [L]),
    hunks: &[Vec<DiffPiece>],
    each: &mut dyn FnMut(HunkRow<'t, L>) -> Result<(), E>,
) -> Result<(), E> {
    let (mut from, mut to) = (LineCount::default(), LineCount::default());
    for hunk in hunks {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let from = from.place(old, first.old.start..last.old.end);
        let to = to.place(new, first.new.start..last.new.end);
        each(HunkRow::Own(ChangeRow {
            sign: ChangeSign::Hunk,
            text: format!("@ -{from} +{to} @@"),
        }))?;
        for piece in hunk {
            let old = old.get(piece.old.clone()).unwrap_or_default();
            let new = new.get(piece.new.clone()).unwrap_or_default();
            if piece.same && old == new {
                lines(ChangeSign::Same, new, each)?;
                continue;
            }
            lines(ChangeSign::Removed, old, each)?;
            lines(ChangeSign::Added, new, each)?;
            for (old, new) in old.iter().zip(new) {
                each(HunkRow::Pair(old, new))?;
            }
        }
    }
    Ok(())
}

fn lines<'t, L: DiffLine, E>(
    sign: ChangeSign,
    lines: &'t [L],
    each: &mut dyn FnMut(HunkRow<'t, L>) -> Result<(), E>,
) -> Result<(), E> {
    for line in lines {
        each(HunkRow::Line(sign, line))?;
        if !line.has_newline() {
            each(HunkRow::Own(ChangeRow::told("no newline at the end")))?;
        }
    }
    Ok(())
}

/// The lines of a text up to a place in it.
#[derive(Default)]
struct LineCount {
    at: usize,
    lines: usize,
}

impl LineCount {
    /// The place of some lines, as a hunk's header has it: the first, and how many. Each call goes on behind the last.
    fn place<L: DiffLine>(&mut self, lines: &[L], range: Range<usize>) -> String {
        let count = |lines: Option<&[L]>| -> usize {
            let lines = lines.unwrap_or_default();
            lines.iter().map(DiffLine::count).sum()
        };
        self.lines += count(lines.get(self.at..range.start));
        self.at = range.end;
        let before = self.lines;
        let count = count(lines.get(range));
        self.lines += count;
        match count {
            0 => format!("{before},0"),
            count => format!("{},{count}", before + 1),
        }
    }
}
