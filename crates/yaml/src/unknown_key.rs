//! A key that a mapping does not have.
//!
//! Takes: the key, and those that the mapping may have. Gives: the key that was meant, and what to say. Quotes the key only
//! where the source may be shown.

use super::faults::Faults;
use super::node::Key;
use crate::diagnostic::nearest;

/// So many letters must be equal where one key runs on without a `_`.
const LEAST_IN_COMMON: usize = 4;

/// What is to be said of a key that none of the known ones is.
pub(super) fn unknown_key(key: &Key<'_>, known: &[&str], faults: &Faults<'_>) -> String {
    // In a file with secrets even a key may be the tail of a badly quoted password, and `{pw:x}` has a key with a value in it.
    let is_name = !key.text.contains([':', '=']);
    let name = match faults.source().quoted(key.span) {
        Some(_) if is_name => format!("unknown key `{}`", key.text),
        Some(_) | None => "unknown key".to_owned(),
    };
    match meant(&key.text, known) {
        Some(near) => format!("{name}: did you mean `{near}`?"),
        None => format!("{name}: the keys here are `{}`", known.join("`, `")),
    }
}

/// The key that the author of `word` probably meant: the only one of which `word` is the beginning, the nearest, or the
/// one that `word` goes on with, as `hostname` does with `host`.
pub(super) fn meant<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let begins = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        rest.is_some_and(|rest| rest.starts_with('_') || short.contains('_'))
    };
    let mut longer = known.iter().filter(|key| begins(key, word));
    let only = longer.next().filter(|_| longer.next().is_none());
    let near = only.copied().or_else(|| nearest(word, known));
    near.or_else(|| {
        let mut shorter = known.iter().filter(|key| begins(word, key));
        shorter.next().copied()
    })
    .or_else(|| {
        let runs_on = |key: &&&str| {
            let shorter = word.len().min(key.len());
            shorter >= LEAST_IN_COMMON && (key.starts_with(word) || word.starts_with(**key))
        };
        let mut along = known.iter().filter(runs_on);
        along.next().copied().filter(|_| along.next().is_none())
    })
}
