//! Loads a configuration: takes the files, gives it or why there is none; logs every fault and warning on stderr.

use std::rc::Rc;

use super::loaded::Loaded;
use super::unready_error::UnreadyError;
use crate::config::{Files, Paths};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

/// Loads the files; logs their faults and warnings on stderr, too.
pub fn read(files: &Files, paths: &Paths) -> (Result<Rc<Loaded>, UnreadyError>, Vec<Diagnostic>) {
    let (loaded, diagnostics) = Loaded::of(files, paths);
    for diagnostic in &diagnostics {
        match diagnostic.severity {
            Severity::Error => log::error!("{}", diagnostic.headline()),
            Severity::Warning => log::warn!("{}", diagnostic.headline()),
        }
    }
    let state = loaded
        .map(Rc::new)
        .ok_or_else(|| UnreadyError::new(&diagnostics));
    (state, diagnostics)
}
