//! Which words of a command its row does not explain: with them the program may run what no word shows.
//!
//! A deny rule sees the words of a command, and what the row says that they run. Takes a reading. Gives the
//! last word of which nobody says what the program does with it.

use crate::kind::{objection, plain};
use crate::known::row_of;
use crate::reading::{Item, Reading, ValueAt, read};
use crate::row::{Kind, Options, Row, Runs, Says, Sight, Takes};
use crate::said::Said;
use crate::scripts::Flaw;
use crate::statements::change_data;
use crate::word::{Extent, Piece, Word};

/// How a reason begins that says all: what a program does to data, to processes and to other hosts is no command.
const SAYS_ALL: &str = "\
    acts asks changes clears closes compares connects controls copies cuts destroys edits ends hides interrupts \
    looks makes may mounts names opens overwrites packs prints puts reaches reads rebuilds reloads removes rotates \
    searches sends sets shows shuts signs starts stops switches takes trusts unlocks unmounts unpacks uses vacuums \
    waits writes";

/// What such a reason does not name: what is run, and what may name it.
const RUNS: [&str; 13] = [
    "or runs", "and runs", "alias", "code", "command", "debugger", "editor", "hook", "module",
    "plugin", "program", "script", "shell",
];

/// What may say what is run, for a program that takes it from elsewhere.
const SETTINGS: [&str; 5] = ["config", "entries", "item", "option", "setting"];

/// The last word with which the program runs what no word shows; where `strict`, what no row explains is such.
pub fn last_unread(words: &[Word], reading: &Reading<'_>, strict: bool) -> Option<usize> {
    let row = *reading.rows.last()?;
    let mut place = usize::from(Said::of(reading).stands_in(row.in_place_of_first));
    // What stands behind such a word is taken for a command.
    let end = words
        .iter()
        .skip(1)
        .position(|word| begins_command(reading, word.text()));
    let end = end.map_or(words.len(), |at| at + 1);
    let verb = reading.unknown_subcommand;
    let verbs = reading.subcommands.iter().zip(reading.rows.iter().skip(1));
    let verbs = verbs.filter_map(|(index, row)| verb_runs(row).then_some(*index));
    let mut unread: Vec<usize> = verbs.chain(verb).filter(|_| strict).collect();
    for item in &reading.items {
        unread.extend(match *item {
            Item::Option { .. } => option_unread(words, reading, item, strict),
            Item::Unknown { index, .. } if strict => unknown_unread(words, reading, index),
            Item::Operand { index, piece } => {
                let kind = row.operands.first.get(place).copied().or(row.operands.rest);
                place += 1;
                let runs = match kind {
                    Some(kind @ Kind::Script(_)) => value_runs(kind, piece),
                    kind => strict && row.sight != Sight::Seen && operand_runs(row, kind, piece),
                };
                runs.then_some(index)
            }
            Item::Unknown { .. } | Item::Anything { .. } | Item::Command { .. } => None,
        });
    }
    let named = reading.items.iter().filter_map(|item| match *item {
        Item::Option { options, .. } if options.unseen => {
            option_unread(words, reading, item, strict)
        }
        Item::Option { .. }
        | Item::Unknown { .. }
        | Item::Operand { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => None,
    });
    let shown = unread.into_iter().filter(|index| *index < end);
    shown.chain(named).max()
}

/// Whether a command stands behind this word.
fn begins_command(reading: &Reading<'_>, word: &str) -> bool {
    let names = |runs: &Runs| match runs {
        Runs::After(words) => words.split_ascii_whitespace().any(|known| known == word),
        Runs::Command { .. }
        | Runs::Closed { .. }
        | Runs::Environment
        | Runs::Joined { .. }
        | Runs::Reading
        | Runs::FindExec
        | Runs::Script
        | Runs::Shell
        | Runs::Option
        | Runs::Texts
        | Runs::Calls
        | Runs::Values(_) => false,
    };
    reading.rows.iter().any(|row| row.runs.iter().any(names))
}

/// The last word of an option, if it may make the program run something.
fn option_unread(
    words: &[Word],
    reading: &Reading<'_>,
    item: &Item<'_>,
    strict: bool,
) -> Option<usize> {
    let Item::Option {
        index,
        options,
        id,
        value,
        at,
        ..
    } = *item
    else {
        return None;
    };
    let row = *reading.rows.last()?;
    // In the first word of tar, a letter without a dash takes a later word.
    let dashed = text(words, index).starts_with('-');
    let looked_into = dashed && is_looked_into(reading, options, id);
    let script = value.filter(|_| takes_script(options));
    let runs = match strict && row.begins().is_none() {
        true => option_runs(
            options,
            value.filter(|_| row.sight != Sight::Seen).or(script),
        ),
        false => options.unseen || script.is_some_and(|value| option_runs(options, Some(value))),
    };
    let end = index + usize::from(value.is_some() && at == ValueAt::NextWord);
    (!looked_into && runs).then_some(end)
}

fn takes_script(options: &Options) -> bool {
    let (Takes::Value(kind)
    | Takes::Attached(kind)
    | Takes::Maybe(kind)
    | Takes::Bare(kind)
    | Takes::Two(kind)) = options.takes
    else {
        return false;
    };
    matches!(kind, Kind::Script(_))
}

/// The last word of an option that no row has, if it may make the program run something.
fn unknown_unread(words: &[Word], reading: &Reading<'_>, index: usize) -> Option<usize> {
    let row = *reading.rows.last()?;
    let seen = row.sight == Sight::Seen || row.begins().is_some();
    let known = seen || is_valued(words, index, reading) || is_cut_short(words, index, row);
    unknown_runs(words, index, row.says).filter(|_| !known)
}

/// Texts that may be commands, each with its word: what no row explains, where a program's words do not end it.
pub fn doubtful(words: &[Word]) -> Vec<(usize, &str)> {
    let name = words.first().map_or("", Word::text);
    let all = words.iter().enumerate().skip(1);
    let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
        return all.flat_map(values).collect();
    };
    if row.explains_nothing() || matches!(row.says, Says::Nothing(_)) {
        return Vec::new();
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
        Item::Unknown { index, .. } if !wraps => Some(index),
        Item::Option { .. }
        | Item::Unknown { .. }
        | Item::Operand { .. }
        | Item::Anything { .. }
        | Item::Command { .. } => None,
    });
    let unknown: Vec<usize> = unknown.flat_map(|index| [index, index + 1]).collect();
    let doubtful = |(index, word): &(usize, &Word)| {
        let program = changes && word.text().contains("bin/");
        unknown.contains(index) || behind.is_some_and(|end| *index > end) || program
    };
    all.filter(doubtful).flat_map(values).collect()
}

/// A word, or what an option has attached: behind `=`, and behind its letter.
fn values((index, word): (usize, &Word)) -> impl Iterator<Item = (usize, &str)> {
    let text = word.text();
    let option = text.strip_prefix('-');
    let long = option.and_then(|option| option.split_once('='));
    let short = option.filter(|option| !option.starts_with('-'));
    let short = short.and_then(|option| option.get(option.chars().next()?.len_utf8()..));
    let own = option.is_none().then_some(text);
    let all = own
        .into_iter()
        .chain(long.map(|(_, value)| value))
        .chain(short);
    all.filter(|value| !value.is_empty())
        .map(move |value| (index, value))
}

fn text(words: &[Word], index: usize) -> &str {
    words.get(index).map_or("", Word::text)
}

/// Where an option that no row has may name a file or a text of commands: one of a program that only looks may do
/// anything, of one that changes something a flag or a plain word is one more change.
fn unknown_runs(words: &[Word], index: usize, says: Says) -> Option<usize> {
    if says == Says::Looks {
        return Some(index);
    }
    let own = text(words, index);
    let next = text(words, index + 1);
    let attached = own.split_once('=').map_or("", |(_, value)| value);
    let short = own.get(2..).unwrap_or_default();
    let cluster = !own.starts_with("--") && !plain(short, "");
    if !is_plain(attached) || cluster && !short.is_empty() && !is_plain(short) {
        return Some(index);
    }
    (!next.starts_with('-') && !own.contains('=') && !is_plain(next)).then_some(index + 1)
}

/// Whether a word is a name, a number or a list of such: no path, and no text of any language.
pub fn is_plain(text: &str) -> bool {
    !text.starts_with(['.', '~', '+'])
        && text
            .chars()
            .all(|sign| sign.is_alphanumeric() || "_.:,@%+=# -".contains(sign))
}

/// Whether an operand may be more than data.
fn operand_runs(row: &Row, kind: Option<Kind>, piece: Piece<'_>) -> bool {
    let changes = row.says != Says::Looks;
    match kind {
        // Each word of a wrapper is taken for the beginning of a command.
        _ if row.begins().is_some() => false,
        // A unit or an image may be a file.
        Some(Kind::Name) if changes && piece.text.starts_with(['/', '.', '~']) => true,
        Some(kind) => value_runs(kind, piece),
        None if changes => piece.text.contains([
            '(', ')', '"', '\'', ';', '|', '&', '$', '`', '<', '>', '\\', '!', '\n',
        ]),
        None => true,
    }
}

/// Whether a reason is not one of those that say all.
fn hides(why: &str) -> bool {
    let first = why.split([' ', ',']).next().unwrap_or_default();
    let listed = SAYS_ALL.split_ascii_whitespace().any(|word| word == first);
    let names = |what: &[&str]| what.iter().any(|word| why.contains(word));
    !listed
        || names(&RUNS)
        || !["changes", "edits", "prints", "sets", "shows", "writes"].contains(&first)
            && names(&SETTINGS)
}

/// Whether an option runs its value, and a deny rule sees that.
fn is_looked_into(reading: &Reading<'_>, options: &Options, id: &str) -> bool {
    let runs = options.refused.is_some_and(|why| why.starts_with("runs"));
    runs && !options.unseen && id.split(',').any(|name| looked_into(reading, name))
}

/// Whether the value of an option is looked into.
fn looked_into(reading: &Reading<'_>, option: &str) -> bool {
    let listed = |runs: &Runs| match runs {
        Runs::Values(names) => names.split_ascii_whitespace().any(|name| name == option),
        Runs::Command { .. }
        | Runs::Closed { .. }
        | Runs::Environment
        | Runs::Joined { .. }
        | Runs::Reading
        | Runs::FindExec
        | Runs::Script
        | Runs::Shell
        | Runs::Option
        | Runs::Texts
        | Runs::Calls
        | Runs::After(_) => false,
    };
    let mut rows = reading.rows.iter();
    rows.any(|row| row.runs.iter().any(listed))
}

/// Whether an unknown option is one of those whose values a deny rule sees.
fn is_valued(words: &[Word], index: usize, reading: &Reading<'_>) -> bool {
    let name = text(words, index).split('=').next().unwrap_or_default();
    name.starts_with("--") && looked_into(reading, name)
}

/// Whether an option of the row lacks nothing but the value, which is read from elsewhere.
fn is_cut_short(words: &[Word], index: usize, row: &Row) -> bool {
    let read = words
        .get(index + 1)
        .is_none_or(|word| word.extent() == Extent::Anything);
    let name = text(words, index);
    let mut options = row
        .options
        .iter()
        .filter(|options| options.refused.is_none() && !options.unseen);
    read && options.any(|options| options.names.split([' ', ',']).any(|known| known == name))
}

fn verb_runs(row: &Row) -> bool {
    match row.says {
        _ if !row.runs.is_empty() => false,
        Says::Looks => false,
        Says::Effect(why) | Says::Nothing(why) => hides(why),
    }
}

fn option_runs(options: &Options, value: Option<Piece<'_>>) -> bool {
    if options.unseen || options.refused.is_some_and(hides) {
        return true;
    }
    match (options.takes, value) {
        _ if options.refused.is_some() => false,
        (
            Takes::Value(kind)
            | Takes::Attached(kind)
            | Takes::Maybe(kind)
            | Takes::Bare(kind)
            | Takes::Two(kind),
            Some(value),
        ) => value_runs(kind, value),
        (Takes::Nothing, _) | (_, None) => false,
    }
}

/// Whether a value may be more than data of its kind.
fn value_runs(kind: Kind, piece: Piece<'_>) -> bool {
    let other = || objection(kind, piece).is_some();
    match kind {
        Kind::Path
        | Kind::Ends(_)
        | Kind::Text
        | Kind::Any
        | Kind::Device
        | Kind::Host
        | Kind::Loopback
        | Kind::Url
        | Kind::Revision
        | Kind::Line
        | Kind::Words
        | Kind::Hole => false,
        Kind::Package | Kind::Published => piece.text.contains('/') && other(),
        Kind::Begins(beginning) if beginning.starts_with(['/', '.']) => false,
        Kind::Name | Kind::Pattern | Kind::OneOf(_) => other(),
        Kind::Number | Kind::Phrase(_) | Kind::Begins(_) => {
            other() && (!is_plain(piece.text) || piece.text.contains(' '))
        }
        Kind::Script(language) => {
            let text = |flaw: &Flaw| piece.text.get(flaw.start..flaw.end).unwrap_or(piece.text);
            let mut flaws = language.flaws(piece.text).into_iter();
            let runs = flaws.any(|flaw| hides(flaw.why) && !is_literal_call(text(&flaw)));
            runs && !change_data(language, piece.text)
        }
        Kind::Either(kinds) => kinds.iter().all(|kind| value_runs(*kind, piece)),
        Kind::Never(why) => hides(why),
    }
}

/// `system("df -h")` of awk, `e date` of sed.
fn is_literal_call(text: &str) -> bool {
    let plain = |text: &str| {
        let sign = |letter: char| " -_./,:=@%+".contains(letter);
        !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || sign(letter))
    };
    let awk = text
        .strip_prefix("system(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    let sed = text.strip_prefix("e ");
    awk.or(sed).is_some_and(plain)
}
