//! `mcp-ssh check --watch`: check again each time the configuration has changed, for whoever edits it.
//!
//! Takes: the paths of the configuration, and the audit file. Gives: what `check` prints, below a line with the time, and
//! with `--json` an object a line; at the end the status of the last check. Refuses, with status 1: a system that does
//! not tell of changes.

use std::io;
use std::path::{Path, PathBuf};

use smol::future::or;

use super::check::{CheckArguments, check};
use super::{ExitStatus, Terminal};
use crate::clock;
use crate::config::{Paths, Stamp, Watch, settled, stamp};
use crate::runtime::{Signal, SignalListener};

/// Checks now and after each change, until a signal comes.
pub async fn check_watch(
    paths: &Paths,
    audit_file: Option<&Path>,
    options: &CheckArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    match watched(paths, audit_file, options, terminal).await {
        Ok(status) => status,
        Err(error) => {
            terminal.error(&format!(
                "mcp-ssh: changes cannot be watched: {error}; run `mcp-ssh check` after each"
            ));
            ExitStatus::FAILURE
        }
    }
}

async fn watched(
    paths: &Paths,
    audit_file: Option<&Path>,
    options: &CheckArguments,
    terminal: &mut Terminal,
) -> io::Result<ExitStatus> {
    let mut interrupt = SignalListener::listen(Signal::Interrupt)?;
    let mut terminate = SignalListener::listen(Signal::Terminate)?;
    let files = [
        paths.servers(),
        paths.credentials(),
        paths.policy(),
        paths.config.join("policy_tests.yml"),
    ];
    let mut watch = Watch::on(paths, files.to_vec())?;
    loop {
        // Files that are still written two seconds later are checked as they are, and again.
        let _settled = settled(paths).await;
        let before = stamps(&files);
        if !options.json {
            let headline = format!("--- {} ---", clock::timestamp(clock::unix_seconds()));
            let headline = terminal.heading(&headline);
            terminal.line(&headline);
        }
        let status = check(paths, audit_file, options, terminal);
        let changed = async { changed(&mut watch, &files, &before).await.map(|()| true) };
        let stopped = async {
            or(interrupt.next(), terminate.next()).await;
            Ok(false)
        };
        if !or(changed, stopped).await? {
            return Ok(status);
        }
    }
}

/// Waits until a file is another than before, and nothing more happens.
async fn changed(watch: &mut Watch, files: &[PathBuf], before: &[Option<Stamp>]) -> io::Result<()> {
    loop {
        watch.change().await?;
        watch.quiet().await?;
        if stamps(files) != before {
            return Ok(());
        }
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Option<Stamp>> {
    files.iter().map(|file| stamp(file)).collect()
}
