//! `mcp-ssh audit verify`: whether the lines of an audit trail are those that were written.
//!
//! Takes files, the oldest first; says how many lines are whole and what the head is, or names
//! the first line that is wrong as `FILE:LINE: …` on stderr. Refuses a hash that is none.

use std::path::PathBuf;

use argh::FromArgs;
use base16ct::lower::encode_string;
use serde_json::json;

use super::option_forms::path;
use super::trail_files::{expected, read_each};
use super::{ExitStatus, Terminal};
use crate::audit::{ChainError, Expected, Verified, Verifier};

/// Check that each line follows the one before it, name the first that does not, and print the
/// head: the hash of the last line. Lines that are gone from the end are found by --head alone, so
/// note the head where nobody who writes the file can change it.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "verify",
    example = "mcp-ssh audit verify audit.jsonl.1 audit.jsonl\n\
               docker logs NAME 2>&1 >/dev/null | mcp-ssh audit verify --restarts -",
    error_code(0, "each line follows the one before it"),
    error_code(1, "one does not, or a file cannot be read"),
    error_code(2, "the command line is wrong")
)]
pub struct VerifyArguments {
    /// the head of an earlier verify: the line must still be there
    #[argh(option, arg_name = "hash")]
    pub head: Option<String>,
    /// the hash that the first line follows, when older files are gone
    #[argh(option, arg_name = "hash")]
    pub after: Option<String>,
    /// take the stderr of a server that was started more than once
    #[argh(switch)]
    pub restarts: bool,
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// the files, the oldest first; - is stdin
    #[argh(positional, arg_name = "file", from_str_fn(path))]
    pub files: Vec<PathBuf>,
}

/// Verifies the files.
pub fn verify(options: &VerifyArguments, terminal: &mut Terminal) -> ExitStatus {
    let expected = expected(
        options.head.as_ref(),
        options.after.as_ref(),
        options.restarts,
    );
    let (Some(expected), false) = (expected, options.files.is_empty()) else {
        terminal.error(
            "mcp-ssh: write `mcp-ssh audit verify FILE…`; a hash is 64 digits, as verify prints it",
        );
        return ExitStatus::USAGE;
    };
    match verified(options, expected) {
        Ok(verified) => {
            show(&verified, options, terminal);
            ExitStatus::SUCCESS
        }
        Err(fault) => {
            let ChainError { file, line, what } = fault;
            if options.json {
                let fault = json!({"valid": false, "file": &*file, "line": line, "fault": what});
                terminal.json(&fault);
            } else {
                terminal.error(&format!("{file}:{line}: {what}"));
            }
            ExitStatus::FAILURE
        }
    }
}

fn verified(options: &VerifyArguments, expected: Expected) -> Result<Verified, ChainError> {
    let mut verifier = Verifier::new(expected);
    read_each(&options.files, &mut |name, from| verifier.read(name, from))?;
    let last = options.files.last().and_then(|path| path.to_str());
    verifier.finish(last.unwrap_or_default())
}

fn show(verified: &Verified, options: &VerifyArguments, terminal: &mut Terminal) {
    let Verified {
        lines,
        sessions,
        notes,
        after_head,
        head,
    } = verified;
    let head = encode_string(head);
    let notes = notes
        .iter()
        .map(|ChainError { file, line, what }| format!("{file}:{line}: {what}"));
    if options.json {
        terminal.json(&json!({
            "valid": true,
            "lines": lines,
            "sessions": sessions,
            "notes": notes.collect::<Vec<_>>(),
            "lines_after_head": after_head,
            "head": head,
        }));
        return;
    }
    notes.for_each(|note| terminal.line(&note));
    if let Some(after) = after_head {
        terminal.line(&format!(
            "the expected head is there, {after} lines before the end"
        ));
    }
    terminal.line(&format!(
        "{lines} lines of {sessions} sessions are as written"
    ));
    terminal.line(&format!("head {head}"));
}
