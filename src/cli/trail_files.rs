//! The files of a trail, as a command line names them.
//!
//! Takes paths, the oldest first; opens one after the other, and gives each to whoever reads it. Refuses a file that
//! cannot be opened or read, by its name.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::words::STDIN;
use crate::audit::ChainError;

/// Reads a file of this name; the first line that is wrong is a value.
type ReadFile<'r> = dyn FnMut(&str, &mut dyn BufRead) -> io::Result<Result<(), ChainError>> + 'r;

/// Reads each file with `read`, which gets its name, too; stops at the first fault.
///
/// # Errors
/// The fault that `read` gives, or that a file cannot be read: at its line 0.
pub fn read_each(files: &[PathBuf], read: &mut ReadFile<'_>) -> Result<(), ChainError> {
    for path in files {
        let name = path.to_string_lossy();
        let opened = if path == Path::new(STDIN) {
            read(&name, &mut io::stdin().lock())
        } else {
            File::open(path).and_then(|file| read(&name, &mut BufReader::new(file)))
        };
        opened.map_err(|error| ChainError {
            file: name.as_ref().into(),
            line: 0,
            what: format!("cannot be read: {error}"),
        })??;
    }
    Ok(())
}
