//! Whether what comes by a pipe is more than data for a program that reads data: `awk -f -` takes its script from it.

use crate::reading::{Item, Reading};
use crate::row::{Kind, Operands, Takes};
use crate::said::Said;

/// Whether an option that the row refuses or does not have stands there, or a word that names standard input where
/// it would be no data. Who spells such a form has not said that anything may be written into it.
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

/// Whether a word is a name of standard input, or has one in it.
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
