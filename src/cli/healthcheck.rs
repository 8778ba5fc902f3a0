//! `mcp-ssh healthcheck`: whether the server could work, for a container's HEALTHCHECK.

use super::{ExitStatus, Terminal};
use crate::config::Paths;
use crate::gate::Loaded;

/// Silent and 0, or one line and 1.
pub fn healthcheck(paths: &Paths, terminal: &mut Terminal) -> ExitStatus {
    let (loaded, diagnostics) = Loaded::load(paths);
    let fault = match loaded {
        None => diagnostics.first().map(|fault| fault.headline()),
        Some(loaded) => loaded.first_obstacle(),
    };
    match fault {
        None => ExitStatus::SUCCESS,
        Some(fault) => {
            terminal.error(&format!("mcp-ssh: unhealthy: {fault}"));
            ExitStatus::FAILURE
        }
    }
}
