//! What the verifier says, in words that a report shows.
//!
//! Takes the outcome of a verification; gives a headline, a detail and whether all is well. Refuses nothing.

use base16ct::lower::encode_string;

use super::figures::grouped;
use crate::audit::{ChainError, TrailCounts, Verified};

/// What is told of the chain.
#[derive(Debug)]
pub struct ChainTold {
    /// Whether every line is as it was written.
    pub whole: bool,
    /// In a few words.
    pub headline: String,
    /// The hash of the last line; of a chain that is broken, the first line that is wrong, and how.
    pub detail: String,
    /// What else a reader should know, a sentence each.
    pub notes: Vec<String>,
}

impl ChainTold {
    /// What was found of these lines.
    pub fn of(counts: TrailCounts, chain: &Result<Verified, ChainError>) -> Self {
        let mut told = match chain {
            Ok(verified) => Self::whole(verified),
            Err(nothing) if nothing.line == 0 => Self {
                whole: false,
                headline: "Nothing is proved".to_owned(),
                detail: nothing.to_string(),
                notes: Vec::new(),
            },
            Err(fault) => Self {
                whole: false,
                headline: "The chain is broken".to_owned(),
                detail: fault.to_string(),
                notes: vec![
                    "Lines from there on prove nothing: they are shown as they stand.".to_owned(),
                ],
            },
        };
        for (count, what) in [
            (counts.unread, "lines are no record, and are not shown"),
            (
                counts.unknown,
                "records are of a type that this version does not know",
            ),
        ] {
            if count > 0 {
                told.notes.push(format!("{} {what}.", grouped(count)));
            }
        }
        told
    }

    fn whole(verified: &Verified) -> Self {
        let mut notes: Vec<String> = verified.notes.iter().map(ToString::to_string).collect();
        let more = notes.len().saturating_sub(MAX_NOTES);
        notes.truncate(MAX_NOTES);
        if more > 0 {
            notes.push(format!(
                "And {} more notes: see `mcp-ssh audit verify`.",
                grouped(more as u64)
            ));
        }
        notes.push(match verified.after_head {
            Some(after) => format!(
                "The expected head is there, {} lines before the end.",
                grouped(after)
            ),
            None => "Lines that are gone from the end leave a chain that is whole: compare the head with one \
                     that was noted elsewhere (--head)."
                .to_owned(),
        });
        let (lines, sessions) = (grouped(verified.lines), grouped(verified.sessions as u64));
        Self {
            whole: true,
            headline: format!(
                "The chain is whole: {lines} lines of {sessions} sessions are as written"
            ),
            detail: encode_string(&verified.head),
            notes,
        }
    }
}

/// The most notes of the verifier: each start of a server without an audit file makes one.
const MAX_NOTES: usize = 20;
