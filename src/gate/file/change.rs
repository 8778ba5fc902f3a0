//! The difference between what a file holds and what it will hold, for a person who approves the change.
//!
//! Takes: both contents. Gives: the rows of a unified diff, in which every changed line is whole and every character
//! can be seen, but for secrets and private keys. Refuses: a change that is too long to be read to its end, and one
//! that would hide what is no plain key.
//!
//! ```text
//! change := told* hunk* told*          hunk, told: those of `gate/diff/rows.rs`
//! ```

use super::content_line::{ContentLine, content_lines, text};
use crate::audit::sha256;
use crate::gate::diff::{
    ChangeRow, ChangeSign, DiffMiddle, DiffWork, HunkRow, differing, hunks, signs_told, walk,
};
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
/// Lines around them that are searched with them: three before and three behind, on both sides.
const MAX_AROUND: usize = 12;

/// What will be another in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The rows, from the first to the last.
    pub rows: Vec<ChangeRow>,
    /// SHA-256 of the content that is there, in hexadecimal; nothing where there is no file.
    pub old_sha256: Option<String>,
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
        return Ok(vec![ChangeRow::told("the content stays as it is")]);
    }
    let (Some(old_text), Some(new_text)) = (text(old.unwrap_or_default()), text(new)) else {
        return Ok(vec![ChangeRow::told(&unshown(old, new))]);
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
        diff.rows.push(ChangeRow::told("there is no such file yet"));
    }
    if new.is_empty() {
        diff.rows.push(ChangeRow::told("the new content is empty"));
    }
    diff.compare()?;
    Ok(diff.rows)
}

fn is_too_large(text: &str) -> bool {
    let newlines = || text.bytes().filter(|byte| *byte == b'\n').count();
    text.len() > MAX_TEXT_BYTES || newlines() >= MAX_NEWLINES
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

impl<'t> Diff<'t> {
    fn compare(&mut self) -> Result<(), Unapproved> {
        let (old, new) = (self.old, self.new);
        let middle = DiffMiddle::of(old, new);
        if middle.lines > MAX_COMPARED {
            return Err(Unapproved::ChangeTooLong);
        }
        let mut work = DiffWork::new(MAX_COMPARED + MAX_AROUND, 1);
        let found = hunks(old, new, middle, &mut work);
        walk((old, new), &found.hunks, &mut |row| self.push(row))?;
        self.push_remarks();
        Ok(())
    }

    fn push(&mut self, row: HunkRow<'t, ContentLine<'t>>) -> Result<(), Unapproved> {
        match row {
            HunkRow::Own(row) => self.rows.push(row),
            HunkRow::Line(sign, line) => self.push_line(sign, line)?,
            HunkRow::Pair(old, new) => {
                let differing = differing(&old.shown(), &new.shown());
                let told = differing.iter().map(|text| ChangeRow::told(text));
                self.rows.extend(told);
            }
        }
        Ok(())
    }

    fn push_line(&mut self, sign: ChangeSign, line: &'t ContentLine<'t>) -> Result<(), Unapproved> {
        if self.rows.len() > MAX_ROWS {
            return Err(Unapproved::ChangeTooLong);
        }
        if sign != ChangeSign::Same && !line.hides_plainly() {
            return Err(Unapproved::Unshowable);
        }
        match sign {
            ChangeSign::Removed => self.removed.push(line),
            ChangeSign::Added => self.added.push(line),
            ChangeSign::Same | ChangeSign::Hunk | ChangeSign::Told => {}
        }
        let text = line.shown();
        self.rows.push(ChangeRow { sign, text });
        Ok(())
    }

    /// What the rows do not say.
    fn push_remarks(&mut self) {
        let hidden = |lines: &[&'t ContentLine<'t>]| -> Vec<&'t str> {
            lines.iter().flat_map(|line| line.hidden()).collect()
        };
        if hidden(&self.removed) != hidden(&self.added) {
            self.rows
                .push(ChangeRow::told("what is redacted changes, too"));
        }
        if self.added.iter().any(|line| line.has_redacted_words()) {
            let what = "`[redacted]` without \u{2039} before it is written as it stands here: what it stood for is lost";
            self.rows.push(ChangeRow::told(what));
        }
        let signs = signs_told(self.rows.iter().map(|row| row.text.as_str()));
        self.rows.extend(signs.map(|signs| ChangeRow::told(&signs)));
    }
}
