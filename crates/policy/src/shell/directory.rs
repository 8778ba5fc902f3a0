//! A line that is to run in a directory.
//!
//! Takes: the directory and the line. Gives: the line behind a `cd`, which is judged as a command of its own. Refuses:
//! a directory that is not absolute, and a line that would go on where the directory cannot be entered.
//!
//! No `--` stands before the directory: it begins with `/` and so is no option, and rules for `cd /srv/*` hold for it.

use super::command_line::{CommandLine, Separator};
use super::quote::quoted;

/// The line that enters `directory` before `line`. A line that is not of the accepted language comes back as it is, so
/// that its refusal names its own columns.
///
/// # Errors
/// What is wrong with the directory, or with the line in it.
pub fn in_directory(directory: &str, line: &str) -> Result<String, &'static str> {
    if !directory.starts_with('/') {
        return Err("`cwd` must be an absolute path: it begins with `/`");
    }
    if directory.chars().any(char::is_control) {
        return Err("`cwd` holds a control character");
    }
    let Ok(parsed) = CommandLine::parse(line) else {
        return Ok(line.to_owned());
    };
    let goes_on = |separator: Option<Separator>| {
        separator.is_some_and(|separator| separator != Separator::And)
    };
    if parsed.pipelines().any(|(separator, _)| goes_on(separator)) {
        return Err(
            "with `cwd` commands are joined by `&&` or `|` alone: behind `;` and `||` one would run where the directory \
             cannot be entered; use one call for each",
        );
    }
    Ok(format!("cd {} && {}", quoted(directory), line.trim()))
}
