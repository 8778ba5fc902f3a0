//! Whether lines are the chain that was written: the first one that is not, and what is wrong.
//!
//! Takes lines in order, from one file or several; gives the first [`ChainError`], or how many lines
//! and sessions there are and the head, the hash of the last line. Each line must name the line
//! before it, and be the next of its session. Who may write a file can make a chain anew: only
//! a head that was noted elsewhere shows that, and that lines at the end are gone.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead};
use std::rc::Rc;

use base16ct::lower::encode_string;
use serde_json::Value;

use super::chain::{Digest, Link, MAX_LINE, START, digest, digest_of_cut, is_unfinished};
use super::lines::{FileLine, FileLines};

/// The most sessions: each is held in memory, and one start of a server makes at most one.
const MAX_SESSIONS: usize = 100_000;

/// What the lines must fit beside one another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// One of the lines has this hash.
    pub head: Option<Digest>,
    /// The first line follows the line of this hash, which is not here.
    pub after: Option<Digest>,
    /// A session may begin anew, as on the stderr of a server that was started again.
    pub restarts: bool,
}

/// The first line that is not of the chain.
#[derive(Debug)]
pub struct ChainError {
    /// The file, as it was called.
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for ChainError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for ChainError {}

/// What was found to be whole.
#[derive(Debug)]
pub struct Verified {
    /// Lines.
    pub lines: u64,
    /// Processes that wrote them.
    pub sessions: usize,
    /// Lines that were cut off, as the lines after them confirm, and new beginnings.
    pub notes: Vec<ChainError>,
    /// Lines after the expected head.
    pub after_head: Option<u64>,
    /// Hash of the last line.
    pub head: Digest,
}

/// Reads lines and holds three of them.
#[derive(Debug)]
pub struct Verifier {
    expected: Expected,
    sessions: HashMap<String, u64>,
    /// The last lines of the files so far.
    ends: Vec<Digest>,
    before: Option<ChainLine>,
    line: Option<ChainLine>,
    lines: u64,
    notes: Vec<ChainError>,
    after_head: Option<u64>,
}

#[derive(Debug)]
struct ChainLine {
    file: Rc<str>,
    number: u64,
    /// Without its LF.
    text: Vec<u8>,
    ended: bool,
    /// Whether it ends before its record does.
    torn: bool,
    hash: Digest,
    link: Option<Link>,
}

impl ChainLine {
    fn follows(&self, hash: &Digest) -> bool {
        self.link.as_ref().is_some_and(|link| link.prev == *hash)
    }

    fn fault(&self, what: impl Into<String>) -> ChainError {
        ChainError {
            file: Rc::clone(&self.file),
            line: self.number,
            what: what.into(),
        }
    }
}

impl Verifier {
    /// Nothing read yet.
    pub fn new(expected: Expected) -> Self {
        Self {
            expected,
            sessions: HashMap::new(),
            ends: Vec::new(),
            before: None,
            line: None,
            lines: 0,
            notes: Vec::new(),
            after_head: None,
        }
    }

    /// Reads one file to its end.
    ///
    /// # Errors
    /// When it cannot be read; the first fault is the value.
    pub fn read(
        &mut self,
        file: &str,
        from: &mut dyn BufRead,
    ) -> io::Result<Result<(), ChainError>> {
        let file: Rc<str> = file.into();
        let mut lines = FileLines::new(from);
        while let Some(line) = lines.next()? {
            let value = serde_json::from_slice(&line.text).unwrap_or(Value::Null);
            if let Err(fault) = self.line(&file, line, &value) {
                return Ok(Err(fault));
            }
        }
        self.end_of_file();
        Ok(Ok(()))
    }

    /// The next line of a file; `value` is what it says as JSON.
    pub(super) fn line(
        &mut self,
        file: &Rc<str>,
        line: FileLine,
        value: &Value,
    ) -> Result<(), ChainError> {
        let line = ChainLine {
            file: Rc::clone(file),
            number: line.number,
            ended: line.ended,
            torn: value.is_null() && is_unfinished(&line.text),
            hash: digest(&line.text),
            link: Link::said(value),
            text: line.text,
        };
        if line.text.len() > MAX_LINE {
            return Err(line.fault("is longer than any record"));
        }
        self.push(line)
    }

    /// The file has no more lines.
    pub(super) fn end_of_file(&mut self) {
        self.ends.extend(self.line.as_ref().map(|line| line.hash));
    }

    /// There are no more lines.
    ///
    /// # Errors
    /// The fault of the last line.
    pub fn finish(mut self, file: &str) -> Result<Verified, ChainError> {
        if let Some(line) = self.line.take() {
            self.judge(line, None)?;
        }
        let Some(last) = &self.before else {
            return Err(ChainError {
                file: file.into(),
                line: 0,
                what: "holds no line, so nothing is proved".to_owned(),
            });
        };
        if self.expected.head.is_some() && self.after_head.is_none() {
            return Err(last.fault(
                "is the last line, and the expected head is not among the lines: lines were \
                 removed from the end, or made anew",
            ));
        }
        Ok(Verified {
            lines: self.lines,
            sessions: self.sessions.len(),
            head: last.hash,
            notes: self.notes,
            after_head: self.after_head,
        })
    }

    /// A line is judged when the one after it is known: that tells which of two was changed.
    fn push(&mut self, next: ChainLine) -> Result<(), ChainError> {
        if let Some(mut line) = self.line.take() {
            if line.torn && next.torn && line.file == next.file {
                line.text.push(b'\n');
                line.text.extend_from_slice(&next.text);
                line.ended = next.ended;
                self.lines += 1;
                if line.text.len() > MAX_LINE {
                    return Err(line.fault("is cut off, as many after it: more than can be held"));
                }
                self.line = Some(line);
                return Ok(());
            }
            self.judge(line, Some(&next))?;
        }
        self.line = Some(next);
        Ok(())
    }

    fn judge(&mut self, mut line: ChainLine, next: Option<&ChainLine>) -> Result<(), ChainError> {
        if !line.ended {
            return Err(line.fault(
                "is cut off at the end: its writer was killed, the disk was full, or it was cut",
            ));
        }
        let Some(link) = &line.link else {
            line.hash = self.cut_off(&line, next)?;
            self.take(line);
            return Ok(());
        };
        let due = self.due(link);
        let known = self.sessions.contains_key(&link.session);
        let begins = link.seq == 0 && link.prev == START && !known;
        let linked = link.prev == self.hash_before();
        let begins = begins && self.expected.restarts;
        // A server that wrote nothing while one file came and went goes on from the one before it.
        let resumes = line.number == 1 && self.ends.contains(&link.prev);
        if !linked && !begins && !resumes {
            return Err(self.unlinked(&line, link, due, next));
        }
        if due.is_some_and(|due| due != link.seq) {
            let (seq, due) = (link.seq, due.unwrap_or_default());
            return Err(line.fault(format!("was changed: its seq is {seq}, and {due} was due")));
        }
        if let (false, Some(before)) = (linked, &self.before) {
            let how = if begins {
                "begins anew"
            } else {
                "follows the end of an earlier file"
            };
            let head = encode_string(&before.hash);
            let note = line.fault(format!("{how}; the head before it is {head}"));
            self.notes.push(note);
        }
        if self.sessions.len() >= MAX_SESSIONS && !known {
            return Err(line.fault(
                "is of one session more than can be held: verify fewer files at once, with --after",
            ));
        }
        self.sessions.insert(link.session.clone(), link.seq);
        self.take(line);
        Ok(())
    }

    fn take(&mut self, line: ChainLine) {
        self.lines += 1;
        if let Some(after) = &mut self.after_head {
            *after += 1;
        } else if self.expected.head == Some(line.hash) {
            self.after_head = Some(0);
        }
        self.before = Some(line);
    }

    fn hash_before(&self) -> Digest {
        let before = self.before.as_ref().map(|before| before.hash);
        before.or(self.expected.after).unwrap_or(START)
    }

    /// The number that the next line of a session must have; any, for one that began before the
    /// first line here.
    fn due(&self, link: &Link) -> Option<u64> {
        match self.sessions.get(&link.session) {
            Some(seq) => Some(seq.saturating_add(1)),
            None => self.expected.after.is_none().then_some(0),
        }
    }

    /// A line that is no record may have been cut off when its writer died: the line after it then
    /// names both it and the line before it. Gives the hash of the two.
    fn cut_off(
        &mut self,
        line: &ChainLine,
        next: Option<&ChainLine>,
    ) -> Result<Digest, ChainError> {
        let before = self.before.as_ref();
        let before = before.filter(|before| before.file == line.file);
        let head = self.hash_before();
        if before.is_none() && head != START {
            return Err(line.fault(format!(
                "is no record, so nothing links this file to the head before it, {}: verify it alone",
                encode_string(&head)
            )));
        }
        let before = before.map_or(&[][..], |before| &before.text);
        let hash = digest_of_cut(before, &line.text);
        match next {
            Some(next) if next.follows(&hash) => {
                let note = "was cut off when its writer ended, as the line after it confirms";
                self.notes.push(line.fault(note));
                Ok(hash)
            }
            Some(next) if next.follows(&self.hash_before()) => {
                Err(line.fault("is no record, and was inserted: the lines around it are linked"))
            }
            Some(_) | None => Err(line.fault("is no record: it was changed, or cut off")),
        }
    }

    /// Why a line does not follow the one before it.
    fn unlinked(
        &self,
        line: &ChainLine,
        link: &Link,
        due: Option<u64>,
        next: Option<&ChainLine>,
    ) -> ChainError {
        let (seq, due) = (link.seq, due.unwrap_or(link.seq));
        if let Some(next) = next.filter(|next| next.follows(&self.hash_before())) {
            return line.fault(if link.prev == next.hash {
                "and the line after it have changed places"
            } else {
                "was inserted: the lines around it are linked"
            });
        }
        // The line after it names it as it is: then what it names is what was written.
        let is_intact = next.is_none_or(|next| next.follows(&line.hash));
        let Some(before) = &self.before else {
            if !is_intact {
                return line.fault("was changed: the line after it names another hash");
            }
            return line.fault(format!(
                "follows lines that are not here (seq {seq}): they were removed, or rotated away; \
                 if so, give their files first, or --after {}",
                encode_string(&link.prev)
            ));
        };
        if before.follows(&link.prev) {
            let inserted = match next {
                Some(_) if is_intact => before,
                Some(_) | None => line,
            };
            return inserted.fault("was inserted: two lines follow the same one");
        }
        if seq > due {
            let missing = format!("seq {due} to {} of its session", seq - 1);
            return line.fault(format!(
                "comes too early: {missing} are missing before it, or it was moved here"
            ));
        }
        if seq < due {
            return line.fault(format!("has seq {seq} again: it was copied or moved here"));
        }
        if link.prev == START {
            return line.fault(
                "begins anew: lines before it are missing, or the server has no audit file and was \
                 started again (--restarts takes that)",
            );
        }
        if !is_intact {
            return line.fault("was changed: the line after it names another hash");
        }
        before.fault(match next {
            Some(_) => "was changed, or lines after it were removed",
            None => {
                "was changed, or lines after it removed, or `prev` of the line after it changed"
            }
        })
    }
}
