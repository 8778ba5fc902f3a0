//! The decisions of a trail, as a history to hold a policy against.
//!
//! Takes files of a trail, the oldest first. Gives their decisions, and sentences about what a person should know of
//! the trail: a chain that is not whole, lines that are no record, commands of which only the hash was recorded.
//! Refuses a file that cannot be read, and more lines than the history takes.

use std::path::PathBuf;

use super::trail_files::read_each;
use crate::audit::{DecisionRow, Expected, RowBody, Trail, TrailRow};
use mcp_ssh_suggest::{Fate, History, HistoryError, RecordedLine};

/// Decisions without a command that are named; the others are counted.
const MAX_NAMED: usize = 10;

/// What was read of a trail.
#[derive(Debug, Default)]
pub struct TrailHistory {
    /// The decisions.
    pub history: History,
    /// The first decisions that name their command by its hash alone.
    places: Vec<String>,
    /// Lines that are no record.
    unread: u64,
    /// The first line that is not of the chain.
    broken: Option<String>,
    too_much: Option<HistoryError>,
}

impl TrailHistory {
    /// Reads the files, the oldest first; what was decided before `from`, in seconds since 1970, is left out.
    ///
    /// # Errors
    /// A file cannot be read, or has more than is read.
    pub fn read(files: &[PathBuf], from: f64) -> Result<Self, String> {
        let mut trail = Trail::new(Expected {
            restarts: true,
            ..Expected::default()
        });
        let mut recorded = Self::default();
        let read = read_each(files, &mut |name, file| {
            let each = &mut |row: &TrailRow<'_>| {
                if let RowBody::Decision(decision) = &row.body
                    && row.ts >= from
                {
                    recorded.take(row, decision);
                }
            };
            trail.read(name, file, each).map(Ok)
        });
        read.map_err(|fault| format!("{}: {}", fault.file, fault.what))?;
        if let Some(too_much) = recorded.too_much {
            return Err(too_much.to_string());
        }
        let (counts, chain) = trail.finish();
        recorded.unread = counts.unread;
        recorded.broken = chain.err().map(|fault| fault.to_string());
        Ok(recorded)
    }

    fn take(&mut self, row: &TrailRow<'_>, decision: &DecisionRow<'_>) {
        let fate = match (decision.allowed, decision.stage) {
            (true, _) => Fate::Allowed,
            (false, Some("default")) => Fate::Unmatched,
            (false, _) => Fate::Refused,
        };
        let Some(line) = decision.command else {
            // A text that is no command line has none to be recorded.
            if !matches!(decision.stage, Some("input" | "shell")) {
                self.history.add_hashed();
                if self.places.len() < MAX_NAMED {
                    self.places.push(format!("{}:{}", row.file, row.line));
                }
            }
            return;
        };
        let record = RecordedLine {
            alias: decision.alias,
            line,
            fate,
            ts: row.ts,
        };
        self.too_much = self.too_much.or(self.history.add(&record).err());
    }

    /// What a person should know of the trail.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(broken) = &self.broken {
            notes.push(format!(
                "{broken}: the trail proves nothing from here on, and is read all the same"
            ));
        }
        if self.unread > 0 {
            notes.push(format!(
                "lines that are no record, and are left out: {}",
                self.unread
            ));
        }
        let hashed = self.history.hashed();
        if hashed > 0 {
            let more = match hashed - self.places.len() as u64 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let places = self.places.join(", ");
            notes.push(format!(
                "{hashed} of the decisions have the hash of their command alone: {places}{more}; with \
                 `audit: {{commands: plain}}` in policy.yml later ones can be read"
            ));
        }
        notes
    }
}
