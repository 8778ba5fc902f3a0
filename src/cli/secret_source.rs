//! A password or a passphrase where nobody types.
//!
//! Takes: a file, or stdin, which may be a pipe. Gives: the [`Secret`] without the line end behind it. Refuses: what is no
//! regular file, an empty secret, more than one line, bytes that are no UTF-8, and more than the server reads.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use zeroize::Zeroizing;

use super::Terminal;
use super::hidden_answer::hidden;
use super::key_to_copy::{bounded, private_bytes};
use super::words::STDIN;
use crate::secret::Secret;

/// Reads the secret; at a terminal stdin is asked, and shows nothing.
///
/// # Errors
/// Why there is none, with the path.
pub async fn secret_from(path: &Path, terminal: &mut Terminal) -> Result<Secret, String> {
    let told = |why: &str| format!("{}: {why}", path.display());
    let bytes = match path == Path::new(STDIN) {
        true if terminal.is_attended() => {
            return hidden(terminal, "Secret (it is not shown): ").await;
        }
        true => from_stdin().map_err(|why| told(&why))?,
        false => private_bytes(path, "a file with a secret")?,
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| told("not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(told("empty: a secret has at least one letter")),
        text if text.contains(['\r', '\n', '\0']) => Err(told("a secret has one line")),
        text => Ok(Secret::new(text.to_owned())),
    }
}

/// Not by the standard library's stdin, which would keep a copy.
fn from_stdin() -> Result<Zeroizing<Vec<u8>>, String> {
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    let stdin = File::from(stdin.map_err(|error| error.to_string())?);
    bounded(stdin).map_err(|why| {
        why.map_or_else(
            || "too large for a secret".to_owned(),
            |error| error.to_string(),
        )
    })
}
