//! The decisions of a trail, as a history to hold a policy against.
//!
//! Takes files of a trail, the oldest first. Gives their decisions, and sentences about what a person should know of
//! the trail: a chain that is not whole, lines that are no record, commands of which only the hash was recorded.
//! Refuses a file that cannot be read or has no record at all, since another file was meant then, and more lines than
//! the history takes.

use std::path::PathBuf;

use super::trail_files::read_each;
use crate::audit::{ChainError, DecisionRow, Expected, RowBody, Trail, TrailRow, UnreadLine};
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
    /// Lines that are no record, and the first of them.
    unread: u64,
    first_unread: Option<UnreadLine>,
    /// The first line that is not of the chain.
    broken: Option<String>,
    too_much: Option<HistoryError>,
}

impl TrailHistory {
    /// Reads the files, the oldest first; what was decided before `from`, in seconds since 1970, is left out.
    ///
    /// # Errors
    /// A file cannot be read, is no trail, or has more than is read.
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
                    match decision.file {
                        // Rules are about commands.
                        Some(_) => recorded.history.add_file(),
                        None => recorded.take(row, decision),
                    }
                }
            };
            let before = trail.counts();
            trail.read(name, file, each)?;
            let after = trail.counts();
            let is_trail = after.lines - before.lines > after.unread - before.unread;
            Ok(if is_trail {
                Ok(())
            } else {
                Err(no_trail(name))
            })
        });
        read.map_err(|fault| match fault.line {
            0 => format!("{}: {}", fault.file, fault.what),
            _ => fault.to_string(),
        })?;
        recorded.first_unread = trail.unread().cloned();
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
        if let Some(UnreadLine { file, line, is_cut }) = &self.first_unread {
            let place = format!("{file}:{line}");
            notes.push(match (self.unread, is_cut) {
                (1, true) => {
                    format!("{place}: the last line is cut off, and is left out")
                }
                (count, _) => format!(
                    "{place}: no record of a trail; lines like this one, which are left out: {count}"
                ),
            });
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

/// What is wrong with a file of which no line is a record.
fn no_trail(file: &str) -> ChainError {
    ChainError {
        file: file.into(),
        line: 1,
        what: "no record of an audit trail, and no other line of the file is one: expected are lines of JSON with \
               `type`, `ts`, `session` and `seq`, as MCP_SSH_AUDIT_FILE or `--audit-file` has them"
            .to_owned(),
    }
}
