//! The keys that rules share with entries of `files:`: `action`, and the patterns of hosts.
//!
//! Takes the mapping of an entry. Gives its action, or the patterns of a key. Refuses an unknown action, and a pattern
//! with an address in brackets.

use mcp_ssh_yaml::Fields;
use mcp_ssh_yaml::diagnostic::Span;

use super::rule::Action;
use crate::matching::bracket;
use crate::matching::glob::Glob;

/// The action of an entry; `deny` when the key is left out, as in the reference.
pub(super) fn action(fields: Fields<'_, '_>) -> Action {
    match fields.text("action") {
        None | Some(("deny", _)) => Action::Deny,
        Some(("ask", _)) => Action::Ask,
        Some(("allow", _)) => Action::Allow,
        Some((other, span)) => {
            let message = format!("unknown action `{other}`: write `allow`, `ask` or `deny`");
            fields.faults().error(span, message);
            Action::Deny
        }
    }
}

/// The patterns of a key.
pub(super) fn globs(fields: Fields<'_, '_>, key: &str) -> Vec<Glob> {
    let texts = fields.texts(key);
    for (text, span) in &texts {
        refuse_address(text, *span, fields);
    }
    texts.iter().map(|(text, _)| Glob::new(text)).collect()
}

/// Refuses a pattern with an address in brackets: no author means the set of its characters.
pub(super) fn refuse_address(pattern: &str, span: Span, fields: Fields<'_, '_>) {
    if let Some(address) = bracket::address(pattern) {
        let message = format!(
            "`[{address}]` is one character of a set in a pattern, not an address: \
             write `[[]{address}]`, which is that text"
        );
        fields.faults().error(span, message);
    }
}
