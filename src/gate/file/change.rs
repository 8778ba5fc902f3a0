//! The difference between what a file holds and what it will hold, for a person who approves the change.
//!
//! Takes: both contents. Gives: the rows of a unified diff, in which every changed line is whole and every character
//! can be seen, but for secrets and private keys. Refuses: a change that is too long to be read to its end, and one
//! that would hide what is no plain key.
//!
//! ```text
//! change := told* hunk* told*          hunk := "@@ -" FROM " +" TO " @@" row+
//! row    := (" " | "-" | "+") LINE     told := "\ " words of this program
//! ```

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::content_line::{ContentLine, content_lines, text};
use super::long_line::differing;
use super::signs::{BLANK, RETURN, TAB};
use crate::audit::sha256;
use crate::gate::redact::Redactor;
use mcp_ssh_policy::Unapproved;

/// Rows that a person can be expected to read to the end.
const MAX_ROWS: usize = 300;
/// Characters that a person can be expected to read to the end.
const MAX_CHARACTERS: usize = 16_000;
/// Bytes of a text that is compared. Everything in it is searched for secrets, on the one thread.
const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;
/// Newlines of a text that is compared: each line takes ten times its room.
const MAX_NEWLINES: usize = 200_000;
/// Lines of both sides between the first difference and the last. The work grows with their square.
const MAX_COMPARED: usize = 4_000;
/// Lines before and after a difference that are shown.
const CONTEXT: usize = 3;

/// What will be another in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The rows, from the first to the last.
    pub rows: Vec<ChangeRow>,
    /// SHA-256 of the content that is there, in hexadecimal; nothing where there is no file.
    pub old_sha256: Option<String>,
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

impl fmt::Display for ChangeRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.sign.letter(), self.text)
    }
}

impl FileChange {
    /// The change from `old`, or from no file, to `new`.
    ///
    /// # Errors
    /// Why no person is asked about it.
    pub fn between(
        old: Option<&[u8]>,
        new: &[u8],
        redactor: &Redactor,
    ) -> Result<Self, Unapproved> {
        let change = Self {
            rows: rows(old, new, redactor)?,
            old_sha256: old.map(sha256),
        };
        match is_too_long([&change]) {
            true => Err(Unapproved::ChangeTooLong),
            false => Ok(change),
        }
    }
}

/// Whether these changes are more than a person can be expected to read.
pub fn is_too_long<'c>(changes: impl IntoIterator<Item = &'c FileChange>) -> bool {
    let (mut count, mut characters) = (0, 0);
    for row in changes.into_iter().flat_map(|change| &change.rows) {
        count += 1;
        characters += 1 + row.text.chars().count();
    }
    count > MAX_ROWS || characters > MAX_CHARACTERS
}

fn rows(old: Option<&[u8]>, new: &[u8], redactor: &Redactor) -> Result<Vec<ChangeRow>, Unapproved> {
    if old == Some(new) {
        return Ok(vec![told("the content stays as it is".to_owned())]);
    }
    let (Some(old_text), Some(new_text)) = (text(old.unwrap_or_default()), text(new)) else {
        return Ok(vec![told(unshown(old, new))]);
    };
    if is_too_large(old_text) || is_too_large(new_text) {
        return Err(Unapproved::ChangeTooLong);
    }
    let (old_lines, new_lines) = (
        content_lines(old_text, redactor),
        content_lines(new_text, redactor),
    );
    let mut diff = Diff {
        old: &old_lines,
        new: &new_lines,
        rows: Vec::new(),
        removed: Vec::new(),
        added: Vec::new(),
    };
    if old.is_none() {
        diff.rows.push(told("there is no such file yet".to_owned()));
    }
    if new.is_empty() {
        diff.rows.push(told("the new content is empty".to_owned()));
    }
    diff.compare()?;
    Ok(diff.rows)
}

fn is_too_large(text: &str) -> bool {
    let newlines = || text.bytes().filter(|byte| *byte == b'\n').count();
    text.len() > MAX_TEXT_BYTES || newlines() >= MAX_NEWLINES
}

fn told(text: String) -> ChangeRow {
    ChangeRow {
        sign: ChangeSign::Told,
        text: format!(" {text}"),
    }
}

/// What is said of contents that cannot be shown.
fn unshown(old: Option<&[u8]>, new: &[u8]) -> String {
    let what = |bytes: &[u8]| match text(bytes) {
        Some(_) => format!("{} bytes of text", bytes.len()),
        None => format!("{} bytes that are no text", bytes.len()),
    };
    let old = old.map_or_else(|| "no file".to_owned(), what);
    let new = what(new);
    format!("the difference cannot be shown: {old} before, {new} then")
}

/// Two texts, and the rows of their difference.
struct Diff<'t> {
    old: &'t [ContentLine<'t>],
    new: &'t [ContentLine<'t>],
    rows: Vec<ChangeRow>,
    removed: Vec<&'t ContentLine<'t>>,
    added: Vec<&'t ContentLine<'t>>,
}

/// Lines that stay, or lines in the place of others.
struct DiffPiece {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

impl<'t> Diff<'t> {
    fn compare(&mut self) -> Result<(), Unapproved> {
        let same = |(one, other): &(&ContentLine<'_>, &ContentLine<'_>)| one == other;
        let head = self.old.iter().zip(self.new).take_while(same).count();
        let (old, new) = (self.old.get(head..), self.new.get(head..));
        let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail.take_while(same).count();
        if old.len() + new.len() - 2 * tail > MAX_COMPARED {
            return Err(Unapproved::ChangeTooLong);
        }
        let begin = head.saturating_sub(CONTEXT);
        let rest = tail.saturating_sub(CONTEXT);
        let (old, new) = numbered(
            self.old
                .get(begin..self.old.len() - rest)
                .unwrap_or_default(),
            self.new
                .get(begin..self.new.len() - rest)
                .unwrap_or_default(),
        );
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        for hunk in group_diff_ops(ops, CONTEXT) {
            let piece = |op: &DiffOp| DiffPiece {
                same: matches!(op, DiffOp::Equal { .. }),
                old: moved(op.old_range(), begin),
                new: moved(op.new_range(), begin),
            };
            self.push_hunk(&hunk.iter().map(piece).collect::<Vec<DiffPiece>>())?;
        }
        self.push_remarks();
        Ok(())
    }

    fn push_hunk(&mut self, pieces: &[DiffPiece]) -> Result<(), Unapproved> {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Ok(());
        };
        let from = lines_of(self.old, first.old.start..last.old.end);
        let to = lines_of(self.new, first.new.start..last.new.end);
        self.rows.push(ChangeRow {
            sign: ChangeSign::Hunk,
            text: format!("@ -{from} +{to} @@"),
        });
        for piece in pieces {
            let old = self.old.get(piece.old.clone()).unwrap_or_default();
            let new = self.new.get(piece.new.clone()).unwrap_or_default();
            if piece.same && old == new {
                self.push_lines(ChangeSign::Same, new)?;
                continue;
            }
            self.push_lines(ChangeSign::Removed, old)?;
            self.push_lines(ChangeSign::Added, new)?;
            for (old, new) in old.iter().zip(new) {
                let differing = differing(&old.shown(), &new.shown());
                self.rows.extend(differing.into_iter().map(told));
            }
            self.removed.extend(old);
            self.added.extend(new);
        }
        Ok(())
    }

    fn push_lines(
        &mut self,
        sign: ChangeSign,
        lines: &[ContentLine<'_>],
    ) -> Result<(), Unapproved> {
        for line in lines {
            if self.rows.len() > MAX_ROWS {
                return Err(Unapproved::ChangeTooLong);
            }
            if sign != ChangeSign::Same && !line.hides_plainly() {
                return Err(Unapproved::Unshowable);
            }
            let text = line.shown();
            self.rows.push(ChangeRow { sign, text });
            if !line.has_newline() {
                self.rows.push(told("no newline at the end".to_owned()));
            }
        }
        Ok(())
    }

    /// What the rows do not say.
    fn push_remarks(&mut self) {
        let hidden = |lines: &[&'t ContentLine<'t>]| -> Vec<&'t str> {
            lines.iter().flat_map(|line| line.hidden()).collect()
        };
        if hidden(&self.removed) != hidden(&self.added) {
            self.rows
                .push(told("what is redacted changes, too".to_owned()));
        }
        if self.added.iter().any(|line| line.has_redacted_words()) {
            let what = "`[redacted]` without \u{2039} before it is written as it stands here: what it stood for is lost";
            self.rows.push(told(what.to_owned()));
        }
        let is_used = |sign: char| self.rows.iter().any(|row| row.text.contains(sign));
        let signs = [
            (TAB, "a tab"),
            (RETURN, "a carriage return"),
            (BLANK, "a blank"),
        ];
        let used: Vec<String> = signs
            .iter()
            .filter(|(sign, _)| is_used(*sign))
            .map(|(sign, what)| format!("{sign} is {what}"))
            .collect();
        if !used.is_empty() {
            self.rows.push(told(used.join(", ")));
        }
    }
}

fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// A number for each line: equal lines have one number.
fn numbered<'t>(old: &'t [ContentLine<'t>], new: &'t [ContentLine<'t>]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<&ContentLine<'t>, u32> = HashMap::new();
    let mut number = |line: &'t ContentLine<'t>| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    let old = old.iter().map(&mut number).collect();
    (old, new.iter().map(&mut number).collect())
}

/// The place of some lines in their file, as a hunk's header has it: the first, and how many.
fn lines_of(lines: &[ContentLine<'_>], range: Range<usize>) -> String {
    let count = |lines: Option<&[ContentLine<'_>]>| -> usize {
        lines
            .unwrap_or_default()
            .iter()
            .map(ContentLine::count)
            .sum()
    };
    let before = count(lines.get(..range.start));
    match count(lines.get(range)) {
        0 => format!("{before},0"),
        count => format!("{},{count}", before + 1),
    }
}
