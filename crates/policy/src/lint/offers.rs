//! What each wildcard of a rule grants in practice.
//!
//! Takes an entry. Gives a sentence for a person, or `None` where the entry has no wildcard.

use mcp_ssh_knowledge::offer;

use crate::rules::rule::Escapes;

use super::entry::LintEntry;

/// What the entry grants behind the words that it spells.
pub fn offered(entry: &LintEntry) -> Option<String> {
    if entry.is_literal() {
        return None;
    }
    if entry.names_any_program() || entry.alone.escapes == Escapes::Allowed {
        return Some("any word: nobody is asked".to_owned());
    }
    let begun = entry.begun();
    let words: Vec<&str> = begun.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] if entry.leaves_name_open() => {
            Some("programs that look, and their words that do".to_owned())
        }
        [] => Some(offer(&[entry.shown.trim_end_matches('*')]).to_string()),
        words => Some(offer(words).to_string()),
    }
}
