//! Which words of a command are texts to their program, and no paths.
//!
//! A wildcard takes no `..`, since a path would lead out of the directory where the rule begins it. In the script
//! `s/^..//` a `..` means something else. Takes the words of a command. Gives the indices of the words that are
//! a script without flaws, or a plain text that cannot be a path below another directory. Gives no index where a
//! word may be read in two ways.

use crate::known::row_of;
use crate::language::Language;
use crate::reading::{Item, Reading, ValueAt, read};
use crate::row::{Kind, Runs, Says, Takes};
use crate::said::Said;
use crate::word::{AdmittedWord, Extent, WordSlice};

/// How deep nested wrappers are read: more than anyone writes. Deeper words count as paths.
const MAX_DEPTH: usize = 4;

/// The indices of the words that are no paths, whatever they look like.
pub fn texts(words: &[AdmittedWord]) -> Vec<usize> {
    let mut found = Vec::new();
    below(words, 0, MAX_DEPTH, &mut found);
    found
}

fn below(words: &[AdmittedWord], start: usize, depth: usize, found: &mut Vec<usize>) {
    let name = words.first().map_or("", AdmittedWord::text);
    let row = row_of(name.rsplit('/').next().unwrap_or_default());
    let Some(row) = row.filter(|row| depth > 0 && !matches!(row.says, Says::Nothing(_))) else {
        return;
    };
    let reading = read(row, words);
    if is_doubtful(&reading) {
        return;
    }
    found.extend(own(&reading).map(|index| start + index));
    let begins = reading.rows.last().and_then(|row| row.begins());
    let plain = matches!(begins, Some(Runs::Command { .. } | Runs::Environment));
    if let Some(inner) = reading.inner.filter(|_| plain) {
        let words = words.get(inner..).unwrap_or_default();
        below(words, start + inner, depth - 1, found);
    }
}

/// Whether some word may be read in another way.
fn is_doubtful(reading: &Reading<'_>) -> bool {
    let doubtful = |item: &Item<'_>| match item {
        Item::Unknown { .. } | Item::Anything { .. } | Item::Command { .. } => true,
        Item::Option {
            options, value, at, ..
        } => match options.takes {
            Takes::Maybe(_) | Takes::Bare(_) => value.is_some() && *at == ValueAt::NextWord,
            Takes::Nothing | Takes::Value(_) | Takes::Attached(_) | Takes::Two(_) => false,
        },
        Item::Operand { .. } => false,
    };
    reading.unknown_subcommand.is_some() || reading.items.iter().any(doubtful)
}

/// The program's own words that are texts.
fn own<'a>(reading: &'a Reading<'_>) -> impl Iterator<Item = usize> + 'a {
    let row = reading.rows.last();
    let stands = row.is_some_and(|row| Said::of(reading).stands_in(row.in_place_of_first));
    let mut place = usize::from(stands);
    reading.items.iter().filter_map(move |item| match *item {
        Item::Option {
            index,
            options,
            value: Some(value),
            at,
            ..
        } => {
            let (Takes::Value(kind) | Takes::Attached(kind)) = options.takes else {
                return None;
            };
            let next = usize::from(at == ValueAt::NextWord);
            is_text(kind, value).then_some(index + next)
        }
        Item::Operand { index, piece } => {
            let kind = row.and_then(|row| {
                let operands = row.operands;
                operands.first.get(place).copied().or(operands.rest)
            });
            place += 1;
            kind.filter(|kind| is_text(*kind, piece)).map(|_| index)
        }
        Item::Option { .. } | Item::Unknown { .. } | Item::Anything { .. } => None,
        Item::Command { .. } => None,
    })
}

fn is_text(kind: Kind, piece: WordSlice<'_>) -> bool {
    let text = piece.text;
    let paths = ["../", "/..", "proc"];
    let plain = matches!(kind, Kind::Text) && !paths.iter().any(|path| text.contains(path));
    let computes = |language: Language| is_script(language) && language.flaws(text).is_empty();
    let script = matches!(kind, Kind::Script(language) if computes(language));
    piece.extent() == Extent::Known && (plain || script)
}

/// Whether a text of this language only computes: it names no file that is opened.
fn is_script(language: Language) -> bool {
    use Language::{Awk, Clickhouse, Cql, Jq, Mysql, Psql, Sed, Sqlite, Yq};
    matches!(
        language,
        Awk | Clickhouse | Cql | Jq | Mysql | Psql | Sed | Sqlite | Yq
    )
}
