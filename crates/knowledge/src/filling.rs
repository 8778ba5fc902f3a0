//! What xargs and find put into the words of the command that they run.
//!
//! Takes the words of the command as the line has them. Gives the words as the program gets them: a word that xargs
//! reads may be any word; a word that find puts in is a path below find's start.

use crate::objection::Objection;
use crate::reading::{Item, Reading};
use crate::row::{Kind, Takes};
use crate::word::{AdmittedWord, Extent, Part};

/// The command of xargs: the words that xargs reads stand behind the command's words, or in them if an option says so.
pub fn by_reading(words: &[AdmittedWord], reading: &Reading<'_>) -> Vec<AdmittedWord> {
    let hole = |item: &Item<'_>| match *item {
        Item::Option { options, value, .. } => {
            let puts = matches!(
                options.takes,
                Takes::Value(Kind::Hole) | Takes::Attached(Kind::Hole)
            );
            puts.then(|| value.map_or("{}", |value| value.text).to_owned())
        }
        Item::Unknown { .. }
        | Item::Operand { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => None,
    };
    let holes: Vec<String> = reading.items.iter().filter_map(hole).collect();
    let has_hole =
        |word: &AdmittedWord| holes.iter().any(|hole| word.text().contains(hole.as_str()));
    let fill = |word: &AdmittedWord| match has_hole(word) {
        true => AdmittedWord::unknown(),
        false => word.clone(),
    };
    let filled = words.iter().map(fill);
    filled.chain([AdmittedWord::unknown()]).collect()
}

/// Stands for a path that find has found.
pub const FOUND: &str = "./found";
const FOUND_BELOW: &str = "./";

/// A word of a command that find runs: `{}` is a path below find's start.
pub fn by_finding(word: &AdmittedWord, extent: Extent) -> AdmittedWord {
    match word.text() {
        // The rule says where the path begins, not how it goes on.
        "{}" => {
            let mut parts = vec![Part::Spelled; FOUND_BELOW.len()];
            parts.resize(FOUND.len(), Part::Granted);
            AdmittedWord::new(FOUND, parts, extent, false)
        }
        text if text.contains("{}") => AdmittedWord::granted(text),
        _ => word.clone(),
    }
}

/// The objection as a person reads it: the word of a path that find puts in is `{}`.
pub fn as_written(objection: Objection) -> Objection {
    Objection {
        word: objection.word.replace(FOUND, "{}"),
        ..objection
    }
}
