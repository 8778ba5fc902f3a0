//! What was recorded, each line once for each host.
//!
//! Takes one record after another, in any order. Gives the different lines with their numbers and times, and the
//! window that all of them span. Refuses more lines than anyone reads: a history that was cut short would hide a
//! line that was refused.

use std::fmt;

use mcp_ssh_policy::{TextMap, TextSet};

/// Different lines, each with its host: a busy fleet's quarter, and judged in seconds.
const MAX_LINES: usize = 20_000;
/// Bytes of these lines together: a line may have 10,000 characters.
const MAX_BYTES: usize = 16 << 20;

/// One decision, as it was recorded.
#[derive(Clone, Copy, Debug)]
pub struct RecordedLine<'a> {
    /// The host's alias.
    pub alias: &'a str,
    /// The line as it was sent, or would have been.
    pub line: &'a str,
    /// What was decided.
    pub fate: Fate,
    /// When, in seconds since 1970.
    pub ts: f64,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was allowed, and ran if nothing came between.
    Allowed,
    /// No rule spoke of it.
    Unmatched,
    /// It was denied for any other reason.
    Refused,
}

/// How often something was recorded, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    /// How often.
    pub count: u64,
    /// The first time, in seconds since 1970.
    pub first: f64,
    /// The last.
    pub last: f64,
}

/// What became of a line on a host, each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineFates {
    /// It was allowed.
    pub allowed: Times,
    /// No rule spoke of it.
    pub unmatched: Times,
    /// It was denied for another reason.
    pub refused: Times,
}

/// More different lines than are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryError;

/// What was recorded.
#[derive(Debug, Default)]
pub struct History {
    /// The lines of each host.
    hosts: TextMap<TextMap<LineFates>>,
    /// How many lines these are.
    count: usize,
    bytes: usize,
    window: Times,
    hashed: u64,
    files: u64,
}

impl Times {
    /// Once more.
    fn add(&mut self, ts: f64) {
        self.join(Self {
            count: 1,
            first: ts,
            last: ts,
        });
    }

    /// How often, for a person.
    pub(crate) fn often(&self) -> String {
        match self.count {
            1 => "once".to_owned(),
            count => format!("{count} times"),
        }
    }

    /// How often and when, for a person.
    pub(crate) fn told(&self, timestamp: fn(f64) -> String) -> String {
        let (first, last) = (timestamp(self.first), timestamp(self.last));
        match self.count {
            1 => format!("{}, {first}", self.often()),
            _ => format!("{}, {first} to {last}", self.often()),
        }
    }

    /// These times, too.
    pub(crate) fn join(&mut self, other: Self) {
        *self = match (self.count, other.count) {
            (0, _) => other,
            (_, 0) => *self,
            (own, more) => Self {
                count: own.saturating_add(more),
                first: self.first.min(other.first),
                last: self.last.max(other.last),
            },
        };
    }
}

impl History {
    /// Takes one record in.
    ///
    /// # Errors
    /// There are more different lines than are read.
    pub fn add(&mut self, record: &RecordedLine<'_>) -> Result<(), HistoryError> {
        let (alias, line) = (record.alias, record.line);
        let known = self.hosts.get(alias).and_then(|lines| lines.get(line));
        if known.is_none() {
            self.bytes += alias.len() + line.len();
            if self.count >= MAX_LINES || self.bytes > MAX_BYTES {
                return Err(HistoryError);
            }
            self.count += 1;
        }
        let add = |fates: &mut LineFates| {
            let times = match record.fate {
                Fate::Allowed => &mut fates.allowed,
                Fate::Unmatched => &mut fates.unmatched,
                Fate::Refused => &mut fates.refused,
            };
            times.add(record.ts);
        };
        self.hosts.change(alias, |lines| lines.change(line, add));
        self.window.add(record.ts);
        Ok(())
    }

    /// Takes in that a decision named its command by its hash alone: what it used is not known.
    pub fn add_hashed(&mut self) {
        self.hashed += 1;
    }

    /// Takes in that a decision was about a file.
    pub fn add_file(&mut self) {
        self.files += 1;
    }

    /// How many decisions were about files.
    pub fn files(&self) -> u64 {
        self.files
    }

    /// How many decisions named their command by its hash alone.
    pub fn hashed(&self) -> u64 {
        self.hashed
    }

    /// Each line with its host's alias, sorted.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &str, &LineFates)> {
        let hosts = self.hosts.iter();
        hosts.flat_map(|(alias, lines)| lines.iter().map(move |(line, fates)| (alias, line, fates)))
    }

    /// The aliases of the hosts that were recorded.
    pub(crate) fn hosts(&self) -> &TextSet {
        self.hosts.keys()
    }

    /// How many records there are, and the first and the last time.
    pub fn window(&self) -> Times {
        self.window
    }
}

impl std::error::Error for HistoryError {}

impl fmt::Display for HistoryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the trail has more than {MAX_LINES} different lines, or 16 MiB of them: name fewer files, or a shorter \
             time with `--since`"
        )
    }
}
