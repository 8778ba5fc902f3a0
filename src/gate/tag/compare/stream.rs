//! The difference of two outputs.
//!
//! Takes: the lines of both, how many bytes the difference may have, and how much work the search may be. Gives: the rows
//! of a unified diff. Refuses nothing: what is too much is left out, which the last rows tell.

use std::convert::Infallible;

use crate::gate::diff::{
    ChangeRow, ChangeSign, DiffLine, DiffMiddle, DiffWork, HunkRow, differing, hunks, shown,
    signs_told, walk,
};
use crate::gate::view::push_line;

/// Lines of an output that is compared: each has its own room, and is numbered in one go.
const MAX_LINES: usize = 50_000;
/// Bytes of a line that is shown in a difference; a longer one loses its middle.
const MAX_LINE_BYTES: usize = 1_000;
/// Bytes of two lines whose difference is looked for, letter by letter.
const MAX_PAIR_BYTES: usize = 16 * 1024;

/// A line of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct OutputLine<'t>(&'t str);

impl DiffLine for OutputLine<'_> {
    fn count(&self) -> usize {
        1
    }

    fn has_newline(&self) -> bool {
        self.0.ends_with('\n')
    }
}

impl OutputLine<'_> {
    /// In signs that hide nothing.
    fn shown(&self) -> String {
        let mut cut = String::new();
        push_line(&mut cut, self.0, MAX_LINE_BYTES);
        shown(&cut, &[])
    }
}

/// An output, in lines where it does not have too many.
pub struct StreamLines<'t> {
    text: &'t str,
    lines: Option<Vec<OutputLine<'t>>>,
}

impl<'t> StreamLines<'t> {
    /// Of a redacted text.
    pub fn of(text: &'t str) -> Self {
        let newlines = text.bytes().filter(|byte| *byte == b'\n').take(MAX_LINES);
        let lines = (newlines.count() < MAX_LINES)
            .then(|| text.split_inclusive('\n').map(OutputLine).collect());
        Self { text, lines }
    }

    /// Whether it is this text, too.
    pub fn is(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The difference of two outputs.
pub struct StreamDiff {
    /// The rows, each with its newline; empty where there is no difference.
    pub text: String,
    /// Whether nothing is left out.
    pub is_whole: bool,
}

impl StreamDiff {
    /// From `old` to `new`, with some `room` of bytes; the rows that tell what is left out come on top.
    pub fn between(
        old: &StreamLines<'_>,
        new: &StreamLines<'_>,
        room: usize,
        work: &mut DiffWork,
    ) -> Self {
        let mut rows = DiffRows::new(room);
        if old.is(new) {
            return rows.finish();
        }
        let (Some(old), Some(new)) = (&old.lines, &new.lines) else {
            let what = format!("the difference is not shown: more than {MAX_LINES} lines");
            rows.tell(&what);
            rows.is_whole = false;
            return rows.finish();
        };
        let found = hunks(old, new, DiffMiddle::of(old, new), work);
        let walked: Result<(), Infallible> = walk((old, new), &found.hunks, &mut |row| {
            rows.push(&row);
            Ok(())
        });
        // Nothing ends it early.
        let Ok(()) = walked;
        if found.is_rough {
            rows.tell("too many lines to compare each: some that stay may stand here as removed and added");
        }
        rows.finish()
    }
}

/// Rows, as many as there is room for.
struct DiffRows {
    text: String,
    room: usize,
    /// Lines that come or go and found no room.
    left_out: usize,
    is_full: bool,
    is_whole: bool,
}

impl DiffRows {
    fn new(room: usize) -> Self {
        Self {
            text: String::new(),
            room,
            left_out: 0,
            is_full: false,
            is_whole: true,
        }
    }

    fn push(&mut self, row: &HunkRow<'_, OutputLine<'_>>) {
        let is_change = matches!(
            row,
            HunkRow::Line(ChangeSign::Added | ChangeSign::Removed, _)
        );
        if !self.is_full {
            let rows = match row {
                HunkRow::Own(row) => vec![row.clone()],
                HunkRow::Line(sign, line) => vec![ChangeRow {
                    sign: *sign,
                    text: line.shown(),
                }],
                HunkRow::Pair(old, new) => pair(old, new),
            };
            let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
            self.is_full = self.text.len() + text.len() > self.room;
            if !self.is_full {
                self.text.push_str(&text);
                return;
            }
        }
        self.left_out += usize::from(is_change);
    }

    /// A row with words of this program, for which there is always room.
    fn tell(&mut self, what: &str) {
        let row = ChangeRow::told(what);
        self.text.push_str(&format!("{row}\n"));
    }

    fn finish(mut self) -> StreamDiff {
        if self.left_out > 0 {
            let lines = self.left_out;
            self.tell(&format!("lines that come or go and are not shown: {lines}"));
            self.is_whole = false;
        }
        if let Some(signs) = signs_told(std::iter::once(self.text.as_str())) {
            self.tell(&signs);
        }
        StreamDiff {
            text: self.text,
            is_whole: self.is_whole,
        }
    }
}

/// Where two long lines differ.
fn pair(old: &OutputLine<'_>, new: &OutputLine<'_>) -> Vec<ChangeRow> {
    if old.0.len().max(new.0.len()) > MAX_PAIR_BYTES {
        return Vec::new();
    }
    let differing = differing(&shown(old.0, &[]), &shown(new.0, &[]));
    differing.iter().map(|text| ChangeRow::told(text)).collect()
}

/// The lines of an output as text shows them, each behind a blank: no line of this program begins so.
pub fn indented(text: &str) -> String {
    let mut rows = String::new();
    for line in text.split_inclusive('\n') {
        let row = ChangeRow {
            sign: ChangeSign::Same,
            text: shown(line, &[]),
        };
        rows.push_str(&format!("{row}\n"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        rows.push_str(&format!("{}\n", ChangeRow::told("no newline at the end")));
    }
    if let Some(signs) = signs_told(std::iter::once(rows.as_str())) {
        rows.push_str(&format!("{}\n", ChangeRow::told(&signs)));
    }
    rows
}

/// The rows from one output to another, and whether none is left out: for fuzzing, which has no hosts. A search is over so
/// many lines at once.
#[cfg(fuzzing)]
pub fn output_difference(old: &str, new: &str, room: usize, at_once: usize) -> (String, bool) {
    let mut work = DiffWork::new(at_once, 2);
    let (old, new) = (StreamLines::of(old), StreamLines::of(new));
    let difference = StreamDiff::between(&old, &new, room, &mut work);
    (difference.text, difference.is_whole)
}
