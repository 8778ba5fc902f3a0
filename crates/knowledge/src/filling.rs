//! What xargs and find put into the words of the command that they run.
//!
//! Takes the words of the command as the line has them. Gives them as the program gets them: what is read from
//! elsewhere is any word, what find finds is a path below where it starts.

use crate::objection::Objection;
use crate::reading::{Item, Reading};
use crate::row::{Kind, Takes};
use crate::word::{AdmittedWord, Extent, Part};

/// The command of xargs: what it reads stands behind its words, and in them where an option says so.
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

/// A path that find has found, and where it begins.
pub const FOUND: &str = "./found";
const FOUND_BELOW: &str = "./";

/// A word of a command that find runs: `{}` is a path below where it starts.
pub fn by_finding(word: &AdmittedWord, extent: Extent) -> AdmittedWord {
    match word.text() {
        // The rule says where it begins, not how it goes on.
        "{}" => {
            let mut parts = vec![Part::Spelled; FOUND_BELOW.len()];
            parts.resize(FOUND.len(), Part::Granted);
            AdmittedWord::new(FOUND, parts, extent, false)
        }
        text if text.contains("{}") => AdmittedWord::granted(text),
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
