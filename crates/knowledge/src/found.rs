//! The paths that find puts into the words of a command.

use crate::vouch::Objection;
use crate::word::{Extent, Part, Word};

/// A path that find has found, and where it begins.
const FOUND: &str = "./found";
const FOUND_BELOW: &str = "./";

/// A word of a command that find runs: `{}` is a path below where it starts.
pub fn filled(word: &Word, extent: Extent) -> Word {
    match word.text() {
        // The rule says where it begins, not how it goes on.
        "{}" => {
            let mut parts = vec![Part::Spelled; FOUND_BELOW.len()];
            parts.resize(FOUND.len(), Part::Granted);
            Word::new(FOUND, parts, extent, false)
        }
        text if text.contains("{}") => Word::granted(text),
        _ => word.clone(),
    }
}

/// An objection to a path that find puts in is to `{}`.
pub fn as_written(objection: Objection) -> Objection {
    Objection {
        word: objection.word.replace(FOUND, "{}"),
        ..objection
    }
}
