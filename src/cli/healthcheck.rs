//! `mcp-ssh healthcheck`: whether the server could work, for a container's HEALTHCHECK.
//!
//! Takes: the paths of the configuration, and the audit file. Gives: silence, or one line. Refuses, with status 1: what would
//! keep the server from running any command.

use std::path::Path;

use argh::FromArgs;

use super::{ExitStatus, Terminal};
use crate::audit::unwritable;
use crate::config::Paths;
use crate::gate::Loaded;

/// Say nothing when the server could work, else one line.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "healthcheck",
    example = "mcp-ssh healthcheck",
    error_code(0, "the server could work"),
    error_code(1, "it could not"),
    error_code(2, "the command line is wrong")
)]
pub struct HealthcheckArguments {}

/// Silent and 0, or one line and 1.
pub fn healthcheck(
    paths: &Paths,
    audit_file: Option<&Path>,
    terminal: &mut Terminal,
) -> ExitStatus {
    let (loaded, diagnostics) = Loaded::load(paths);
    let fault = match loaded {
        None => diagnostics.first().map(|fault| fault.headline()),
        Some(loaded) => loaded
            .first_obstacle()
            .or_else(|| audit_file.and_then(unwritable)),
    };
    match fault {
        None => ExitStatus::SUCCESS,
        Some(fault) => {
            terminal.error(&format!("mcp-ssh: unhealthy: {fault}"));
            ExitStatus::FAILURE
        }
    }
}
