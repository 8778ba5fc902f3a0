//! What commands of one kind are called: the program and its verb, as the knowledge base reads them.

use mcp_ssh_knowledge::{Offer, offer};

/// `git log` for the words of `git -C /srv log -5`; a wrapper stands before what it runs.
pub(crate) fn label(words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = words.first().copied().unwrap_or_default();
    let program = name.rsplit('/').next().unwrap_or_default();
    match offer(&words) {
        Offer::Row { command, .. } if command.split(' ').next() == Some(program) => command,
        Offer::Row { command, .. } => format!("{program} {command}"),
        Offer::NoRow { .. } | Offer::Nothing { .. } => program.to_owned(),
    }
}
