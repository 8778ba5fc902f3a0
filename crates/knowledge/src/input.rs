//! Whether a program that reads data may take more than data from a pipe: `awk -f -` reads its script from there.
//!
//! Takes the reading of a command; gives yes or no, and in doubt yes.

use crate::reading::{Item, Reading};
use crate::row::{Kind, Operands, Takes};
use crate::said::Said;

/// Whether the command has an option that the row refuses or does not have, or a word that names standard input where
/// the input would be no data. An operator who spells such a form has not said that any input is harmless.
pub fn takes_more_than_data(reading: &Reading<'_>) -> bool {
    let row = reading.rows.last();
    let stands = row.is_some_and(|row| Said::of(reading).stands_in(row.in_place_of_first));
    let mut place = usize::from(stands);
    reading.items.iter().any(|item| match *item {
        Item::Option { options, value, .. } => {
            let named = value.is_some_and(|value| names_input(value.text));
            options.refused.is_some() || named && !option_reads(options.takes)
        }
        Item::Unknown { .. } => true,
        Item::Operand { piece, .. } => {
            let reads = row.is_some_and(|row| operand_reads(row.operands, place));
            place += 1;
            names_input(piece.text) && !reads
        }
        Item::Anything { .. } | Item::Command { .. } => false,
    })
}

/// Whether a word is a name of standard input, or contains one.
fn names_input(text: &str) -> bool {
    let names = [
        "/dev/stdin",
        "/dev/fd/",
        "/proc/self/fd/",
        "/proc/thread-self/fd/",
    ];
    text == "-" || text == "@-" || names.iter().any(|name| text.contains(name))
}

fn option_reads(takes: Takes) -> bool {
    match takes {
        Takes::Value(kind) | Takes::Attached(kind) | Takes::Maybe(kind) | Takes::Bare(kind) => {
            reads(kind)
        }
        Takes::Nothing | Takes::Two(_) => false,
    }
}

fn operand_reads(operands: Operands, place: usize) -> bool {
    let kind = operands.first.get(place).copied().or(operands.rest);
    kind.is_some_and(reads)
}

/// Whether a file of this kind is read as data.
fn reads(kind: Kind) -> bool {
    match kind {
        Kind::Path | Kind::Ends(_) | Kind::Text | Kind::Any => true,
        Kind::Either(kinds) => kinds.iter().any(|kind| reads(*kind)),
        Kind::Number
        | Kind::Device
        | Kind::Name
        | Kind::Pattern
        | Kind::Package
        | Kind::Published
        | Kind::Repository
        | Kind::Revision
        | Kind::Host
        | Kind::Loopback
        | Kind::Url
        | Kind::OneOf(_)
        | Kind::Phrase(_)
        | Kind::Line
        | Kind::Words
        | Kind::Hole
        | Kind::Begins(_)
        | Kind::Script(_)
        | Kind::Never(_) => false,
    }
}
