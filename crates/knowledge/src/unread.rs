//! Which words of a command its row does not explain: with such a word the program may run what no word shows.
//!
//! A deny rule sees the words of a command, and the commands that the row finds in them. Takes a reading. Gives the
//! index of the last word that no row explains, or `None`.

use crate::kind::{Reach, objection, plain};
use crate::reading::{Item, Reading, ValueAt};
use crate::reason::hides;
use crate::row::{Kind, Options, Row, Says, Sight, Takes};
use crate::said::{Said, operand};
use crate::scripts::Flaw;
use crate::statements::change_data;
use crate::word::{AdmittedWord, Extent, WordSlice};

/// The last word with which the program may run what no word shows. If `strict`, every unexplained word counts.
pub fn last_unread(words: &[AdmittedWord], reading: &Reading<'_>, strict: bool) -> Option<usize> {
    let row = *reading.rows.last()?;
    let mut place = usize::from(Said::of(reading).stands_in(row.in_place_of_first));
    // The words behind the beginning of a command are judged as that command.
    let end = begin(reading, words).unwrap_or(words.len());
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

/// The index of the word behind which a command stands, if there is one: a verb, or an option that is not vouched for.
/// Among the operands, the name of such a verb is a name like any other.
pub fn begin(reading: &Reading<'_>, words: &[AdmittedWord]) -> Option<usize> {
    let first = reading.items.iter().find_map(operand);
    let first = first.filter(|_| reading.subcommands.is_empty());
    let verb = |index: usize| {
        let named = first.map(|(index, _)| index).or(reading.unknown_subcommand);
        reading.subcommands.contains(&index) || named == Some(index)
    };
    let vouched = |at: usize| {
        let own = |item: &Item<'_>| {
            matches!(*item, Item::Option { index, options, .. }
                if index == at && options.refused.is_none())
        };
        reading.items.iter().any(own)
    };
    let begins = |(index, word): &(usize, &AdmittedWord)| {
        let runs = reading.rows.iter().flat_map(|row| row.runs);
        let dashed = word.text().starts_with('-') && !vouched(*index);
        let mut listed = runs.flat_map(|runs| runs.lists().0.split_ascii_whitespace());
        (dashed || verb(*index)) && listed.any(|name| name == word.text())
    };
    let mut words = words.iter().enumerate().skip(1);
    words.find(begins).map(|(index, _)| index)
}

/// The last word of an option, if it may make the program run something.
fn option_unread(
    words: &[AdmittedWord],
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
    // A letter in the first word of tar without a dash takes its value from a later word.
    let dashed = text(words, index).starts_with('-');
    let looked_into = dashed && is_looked_into(reading, options, id);
    let script = value.filter(|_| takes_script(options));
    let refused = options.refused.is_some();
    let named = refused && names_code(words, index).is_some();
    // Some programs take a value that begins with `|` or `!` for a pipe to a command.
    let pipe = refused && value.is_some_and(|value| value.text.starts_with(['|', '!']));
    let runs = match strict && row.begins().is_none() {
        true => {
            let value = value.filter(|_| row.sight != Sight::Seen).or(script);
            named || option_runs(options, value)
        }
        false => options.unseen || script.is_some_and(|value| option_runs(options, Some(value))),
    };
    let end = index + usize::from(value.is_some() && at == ValueAt::NextWord);
    (!looked_into && runs || pipe).then_some(end)
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
fn unknown_unread(words: &[AdmittedWord], reading: &Reading<'_>, index: usize) -> Option<usize> {
    let row = *reading.rows.last()?;
    if row.begins().is_some() || is_valued(words, index, reading) {
        return None;
    }
    if let Some(end) = names_code(words, index) {
        return Some(end);
    }
    let known = row.sight == Sight::Seen || is_cut_short(words, index, row);
    unknown_runs(words, index, row.says).filter(|_| !known)
}

/// Parts of an option's name by which its value may name what is run.
const BRINGS: [&str; 16] = [
    "command", "conf", "engine", "exec", "ext", "filter", "hook", "init", "load", "module",
    "pager", "plugin", "program", "provider", "rcfile", "script",
];

/// The last word of a long option by whose name its value may name what is run.
pub fn names_code(words: &[AdmittedWord], index: usize) -> Option<usize> {
    let own = text(words, index);
    let name = own.split('=').next().unwrap_or_default();
    let next = text(words, index + 1);
    let attached = own.contains('=');
    let valued = attached || !next.is_empty() && !next.starts_with('-');
    let brings = name.len() > 4 && BRINGS.iter().any(|part| name.contains(part));
    (own.starts_with('-') && brings && valued).then_some(index + usize::from(!attached))
}

fn text(words: &[AdmittedWord], index: usize) -> &str {
    words.get(index).map_or("", AdmittedWord::text)
}

/// The last word of an option that no row has, if it may name a file or a text of commands. For a program that only
/// looks, any such option may; for one that changes something, a flag or a plain word is only one more change.
fn unknown_runs(words: &[AdmittedWord], index: usize, says: Says) -> Option<usize> {
    if says == Says::Looks {
        return Some(index);
    }
    let own = text(words, index);
    let next = text(words, index + 1);
    let attached = own.split_once('=').map_or("", |(_, value)| value);
    let short = own.get(2..).unwrap_or_default();
    let cluster = !own.starts_with("--") && !plain(short, "");
    let is_plain = |text: &str| is_plain(text) && !text.contains(' ');
    if !is_plain(attached) || cluster && !short.is_empty() && !is_plain(short) {
        return Some(index);
    }
    (!next.starts_with('-') && !own.contains('=') && !is_plain(next)).then_some(index + 1)
}

/// Whether a word is a name, a number or a list of these: no path, and no text of any language.
pub fn is_plain(text: &str) -> bool {
    // `GigabitEthernet1/0/12` is no path.
    let (name, numbers) = text.split_once('/').unwrap_or((text, ""));
    let number = |sign: char| sign.is_ascii_digit() || "/.:".contains(sign);
    let sign = |sign: char| sign.is_alphanumeric() || "_.:,@%+=# -".contains(sign);
    let begins = name.is_empty() && !text.is_empty() || text.starts_with(['.', '~', '+']);
    !begins && name.chars().all(sign) && numbers.chars().all(number)
}

/// Whether an operand may be more than data.
fn operand_runs(row: &Row, kind: Option<Kind>, piece: WordSlice<'_>) -> bool {
    let changes = row.says != Says::Looks;
    match kind {
        // Deny rules take each operand of a wrapper for the beginning of a command.
        _ if row.begins().is_some() => false,
        Some(kind) => value_runs(kind, piece),
        None if changes => piece.text.contains([
            '(', ')', '"', '\'', ';', '|', '&', '$', '`', '<', '>', '\\', '!', '\n',
        ]),
        None => true,
    }
}

/// Whether an option runs its value, and deny rules look into the value.
fn is_looked_into(reading: &Reading<'_>, options: &Options, id: &str) -> bool {
    let runs = options.refused.is_some_and(|why| why.starts_with("runs"));
    runs && !options.unseen && id.split(',').any(|name| looked_into(reading, name))
}

/// Whether deny rules look into the value of an option.
fn looked_into(reading: &Reading<'_>, option: &str) -> bool {
    let runs = reading.rows.iter().flat_map(|row| row.runs);
    let mut listed = runs.flat_map(|runs| runs.lists().1.split_ascii_whitespace());
    listed.any(|name| name == option)
}

/// Whether an unknown option is one whose value deny rules look into.
fn is_valued(words: &[AdmittedWord], index: usize, reading: &Reading<'_>) -> bool {
    let name = text(words, index).split('=').next().unwrap_or_default();
    name.starts_with("--") && looked_into(reading, name)
}

/// Whether a word is an option of the row whose value is missing, because it is read from elsewhere.
fn is_cut_short(words: &[AdmittedWord], index: usize, row: &Row) -> bool {
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

fn option_runs(options: &Options, value: Option<WordSlice<'_>>) -> bool {
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
fn value_runs(kind: Kind, piece: WordSlice<'_>) -> bool {
    let other = || objection(kind, piece, Reach::Anywhere).is_some();
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
        | Kind::Repository
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
        Kind::Either(kinds) => kinds.iter().all(|kind| {
            let loose = matches!(kind, Kind::Number | Kind::Phrase(_) | Kind::Begins(_));
            loose && objection(*kind, piece, Reach::Anywhere).is_some() || value_runs(*kind, piece)
        }),
        Kind::Never(why) => hides(why),
    }
}

/// Whether a part of a script runs a command that the script spells: `system("df -h")` of awk, `e date` of sed.
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
