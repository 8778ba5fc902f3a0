//! `mcp-ssh audit report`: what a trail tells as a whole, as text or as a page for a browser.
//!
//! Takes files, the oldest first, and verifies their chain in the pass that counts. Gives a summary on stdout, or one HTML
//! page. Refuses a time or a hash that is none, and to replace a file that is no page. A chain that is broken is
//! reported, with the status of a failure.

use std::path::PathBuf;

use argh::FromArgs;

use super::option_forms::path;
use super::report::{ChainTold, TrailSummary, page, text, write_page};
use super::since::since;
use super::trail_files::{expected, read_each};
use super::{ExitStatus, Terminal};
use crate::audit::Trail;
use crate::clock::unix_seconds;

/// Count what ran, was denied and was asked, by host and by rule, and check the chain. With --html as one page that needs
/// no network and no script.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "report",
    example = "mcp-ssh audit report --since 7d audit.jsonl\n\
               mcp-ssh audit report --html report.html audit.jsonl.1 audit.jsonl",
    error_code(0, "the report is made, and each line follows the one before it"),
    error_code(1, "a line does not, or a file cannot be read or written"),
    error_code(2, "the command line is wrong")
)]
pub struct ReportArguments {
    /// write a page to this file, mode 0600
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub html: Option<PathBuf>,
    /// leave out what was before: 90m, 24h, 7d, 4w, 2026-01-31, 2026-01-31T18:00 (UTC)
    #[argh(option, arg_name = "time")]
    pub since: Option<String>,
    /// the head of an earlier verify: the line must still be there
    #[argh(option, arg_name = "hash")]
    pub head: Option<String>,
    /// the hash that the first line follows, when older files are gone
    #[argh(option, arg_name = "hash")]
    pub after: Option<String>,
    /// take the stderr of a server that was started more than once
    #[argh(switch)]
    pub restarts: bool,
    /// the files, the oldest first; - is stdin
    #[argh(positional, arg_name = "file", from_str_fn(path))]
    pub files: Vec<PathBuf>,
}

/// Reads the files once, and reports.
pub fn report(options: &ReportArguments, terminal: &mut Terminal) -> ExitStatus {
    let expected = expected(
        options.head.as_ref(),
        options.after.as_ref(),
        options.restarts,
    );
    let since = options
        .since
        .as_ref()
        .map_or(Some(0.0), |words| since(words));
    let (Some(expected), Some(since), false) = (expected, since, options.files.is_empty()) else {
        terminal.error(
            "mcp-ssh: write `mcp-ssh audit report FILE…`; --since is 24h, 7d, 2026-01-31 or 2026-01-31T18:00, a hash \
             is 64 digits",
        );
        return ExitStatus::USAGE;
    };
    let (mut trail, mut summary) = (
        Trail::new(expected),
        TrailSummary::new(since, unix_seconds()),
    );
    let read = read_each(&options.files, &mut |name, from| {
        trail.read(name, from, &mut |row| summary.add(row))?;
        Ok(Ok(()))
    });
    if let Err(unreadable) = read {
        terminal.error(&format!("mcp-ssh: {unreadable}"));
        return ExitStatus::FAILURE;
    }
    let (counts, chain) = trail.finish();
    let told = ChainTold::of(counts, &chain);
    match &options.html {
        None => text(&summary, &told, terminal),
        Some(path) => {
            let files = options
                .files
                .iter()
                .map(|file| file.to_string_lossy().into_owned());
            let files: Vec<String> = files.collect();
            let written = write_page(path, &mut |out| page(&files, &summary, &told, out));
            let path = path.display();
            if let Err(error) = written {
                terminal.error(&format!("mcp-ssh: `{path}` cannot be written: {error}"));
                return ExitStatus::FAILURE;
            }
            terminal.line(&format!("{}; see {path}", told.headline));
        }
    }
    if !told.whole {
        terminal.error(&told.detail);
        return ExitStatus::FAILURE;
    }
    ExitStatus::SUCCESS
}
