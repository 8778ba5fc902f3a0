//! A question in one line, for lists.
//!
//! Takes: a question. Gives: its hosts and the beginning of its line; of a file no more than its name. Refuses:
//! characters that a terminal would obey.

use crate::approver::ApproverQuestion;
use crate::gate::visible_text;

/// Characters of the line that are shown.
const MAX_CHARACTERS: usize = 100;

/// A question in one line.
pub fn brief(question: &ApproverQuestion) -> String {
    let line = match question.access.as_deref() {
        // What follows the name is the size and the digest of the content.
        Some("write" | "edit") => question.line.rsplit_once(" (").map(|(name, _)| name),
        Some(_) | None => None,
    };
    let line = visible_text(line.unwrap_or(&question.line));
    let cut: String = line.chars().take(MAX_CHARACTERS).collect();
    let dots = if cut.len() < line.len() { "…" } else { "" };
    let hosts = match (&question.tag, question.hosts.as_slice()) {
        (None, [host]) => visible_text(host),
        (Some(tag), [host]) => format!("{} of {}", visible_text(host), visible_text(tag)),
        (Some(tag), hosts) => format!("{} hosts of {}", hosts.len(), visible_text(tag)),
        (None, hosts) => format!("{} hosts", hosts.len()),
    };
    let after = match question.canaries {
        Some(_) => " after its canaries",
        None => "",
    };
    format!("{hosts}{after}: {cut}{dots}")
}
