//! Which texts in the words of a command may be commands, though no row says so.
//!
//! Takes the words. Gives each text that no row explains: the caller holds it against deny rules as a command.

use crate::known::row_of;
use crate::reading::{Item, read};
use crate::row::Says;
use crate::word::AdmittedWord;

/// The texts that no row explains and that may be commands, each with the index of its word.
pub fn doubtful(words: &[AdmittedWord]) -> Vec<(usize, &str)> {
    let name = words.first().map_or("", AdmittedWord::text);
    let all = words.iter().enumerate().skip(1);
    let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
        return all.flat_map(values).collect();
    };
    if row.explains_nothing() || matches!(row.says, Says::Nothing(_)) {
        let programs = all.filter(|(_, word)| word.text().contains("bin/"));
        return programs.flat_map(values).collect();
    }
    let reading = read(row, words);
    let refused =
        |item: &Item<'_>| matches!(item, Item::Option { options, .. } if options.refused.is_some());
    let last = reading.rows.last();
    let looks = last.is_some_and(|row| row.says == Says::Looks);
    let changes = !looks || reading.items.iter().any(refused);
    let wraps = reading.rows.iter().any(|row| row.begins().is_some());
    let end = words.iter().position(|word| word.text() == "--");
    let behind = end.filter(|_| changes && !wraps);
    let unknown = reading.items.iter().filter_map(|item| match *item {
        Item::Unknown { index, .. } => Some(index),
        Item::Option { .. }
        | Item::Operand { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => None,
    });
    // Behind an unknown option of a wrapper, the caller takes each word for the beginning of a command anyway.
    let unknown: Vec<usize> = unknown
        .flat_map(|index| [index, index + usize::from(!wraps)])
        .collect();
    let doubtful = |(index, word): &(usize, &AdmittedWord)| {
        let program = changes && word.text().contains("bin/");
        unknown.contains(index) || behind.is_some_and(|end| *index > end) || program
    };
    all.filter(doubtful).flat_map(values).collect()
}

/// The word itself, the value behind its `=`, and the value attached to an option's letter.
fn values((index, word): (usize, &AdmittedWord)) -> impl Iterator<Item = (usize, &str)> {
    let text = word.text();
    let option = text.strip_prefix('-');
    let set = text.split_once('=').map(|(_, value)| value);
    let short = option.filter(|option| !option.starts_with('-'));
    let short = short.and_then(|option| option.get(option.chars().next()?.len_utf8()..));
    let own = option.is_none().then_some(text);
    let all = own.into_iter().chain(set).chain(short);
    // Some programs take a value that begins with `|` or `!` for a pipe or a command.
    let all = all.map(|value| value.trim_start_matches(['|', '!']));
    all.filter(|value| !value.is_empty())
        .map(move |value| (index, value))
}
