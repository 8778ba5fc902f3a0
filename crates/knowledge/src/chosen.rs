//! What a command lets choose whoever writes its words: the files that a program is given, and the program itself.
//!
//! Takes the words of a command. Gives each word that names a file or a program, by the row of the program that is given
//! it; wrappers are read through. Vouches for nothing: that a program only looks says not for whom it looks.

use crate::kind::is_path;
use crate::known::row_of;
use crate::reading::{Item, Reading, ValueAt, read};
use crate::row::{Kind, Options, Runs, Says, Takes};
use crate::said::Said;
use crate::word::AdmittedWord;

/// How deep nested wrappers are read: more than anyone writes.
const MAX_DEPTH: usize = 4;

/// A word that names what a program is given, or what runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The file name of the program.
    pub program: String,
    /// The index of the word.
    pub index: usize,
    /// What the word is to the program.
    pub role: ChosenRole,
}

/// What a word is to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenRole {
    /// The path of a file.
    Path,
    /// The name of a program, which this one runs.
    Program,
    /// Nobody knows, since no row has the program.
    Unknown,
}

/// The words that name a file or a program. The first word of a command is its program, and is none of them.
pub fn chosen(words: &[AdmittedWord]) -> Vec<Chosen> {
    let mut found = Vec::new();
    below(words, 0, MAX_DEPTH, Asked::Granted, &mut found);
    found
}

/// The words that name a file, whoever says so: beside those of [`chosen`] the paths that a row leaves to the rule.
pub fn given(words: &[AdmittedWord]) -> Vec<Chosen> {
    let mut found = Vec::new();
    below(words, 0, MAX_DEPTH, Asked::Given, &mut found);
    found.retain(|its| its.role != ChosenRole::Program);
    found
}

/// Which words are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Those that a row would grant.
    Granted,
    /// Those that the program gets, by the rule, too.
    Given,
}

/// An option by which a program with an effect takes the times of a file, and nothing that the file holds.
const REFERENCE: &str = "--reference";

/// The options behind these words that are given the path of a file, each by its first name; not those that look at no
/// more than its times.
pub fn options_with_paths(words: &[&str]) -> Vec<&'static str> {
    let words: Vec<AdmittedWord> = words
        .iter()
        .map(|word| AdmittedWord::spelled(word))
        .collect();
    let mut words = words.as_slice();
    for _ in 0..MAX_DEPTH {
        let name = words.first().map_or("", AdmittedWord::text);
        let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
            return Vec::new();
        };
        let reading = read(row, words);
        let Some(inner) = reading.inner.and_then(|inner| words.get(inner..)) else {
            let changes = matches!(row.says, Says::Effect(_));
            let options = reading.rows.iter().flat_map(|row| row.options);
            let opened = options.filter(|options| !changes || !options.names.contains(REFERENCE));
            return opened.flat_map(with_path).collect();
        };
        words = inner;
    }
    Vec::new()
}

fn with_path(options: &Options) -> impl Iterator<Item = &'static str> + use<> {
    let names = match (options.refused, options.takes) {
        (None, Takes::Value(kind)) if is_path(kind) => options.names,
        _ => "",
    };
    let first = |names: &'static str| names.split(',').next();
    names.split_ascii_whitespace().filter_map(first)
}

fn below(
    words: &[AdmittedWord],
    start: usize,
    depth: usize,
    asked: Asked,
    found: &mut Vec<Chosen>,
) {
    let name = words.first().map_or("", AdmittedWord::text);
    let program = name.rsplit('/').next().unwrap_or_default();
    let mut add = |index: usize, role| {
        found.push(Chosen {
            program: program.to_owned(),
            index: start + index,
            role,
        });
    };
    let Some(row) = row_of(program) else {
        let words = words.iter().enumerate().skip(1);
        let operands = words.filter(|(_, word)| !word.text().starts_with('-'));
        operands.for_each(|(index, _)| add(index, ChosenRole::Unknown));
        return;
    };
    let reading = read(row, words);
    own(&reading, asked).for_each(|(index, role)| add(index, role));
    let begins = reading.rows.last().and_then(|row| row.begins());
    let plain = matches!(
        begins,
        Some(Runs::Command { .. } | Runs::Environment | Runs::Joined { .. })
    );
    if let Some(inner) = reading.inner.filter(|_| plain && depth > 0) {
        add(inner, ChosenRole::Program);
        let words = words.get(inner..).unwrap_or_default();
        below(words, start + inner, depth - 1, asked, found);
    }
}

/// The program's own words that are paths, and the commands among them.
fn own(reading: &Reading<'_>, asked: Asked) -> impl Iterator<Item = (usize, ChosenRole)> {
    let row = reading.rows.last();
    let stands = row.is_some_and(|row| Said::of(reading).stands_in(row.in_place_of_first));
    let mut place = usize::from(stands);
    reading.items.iter().filter_map(move |item| match *item {
        Item::Option {
            index,
            options,
            value: Some(_),
            at,
            ..
        } => {
            let (Takes::Value(kind) | Takes::Attached(kind)) = options.takes else {
                return None;
            };
            let next = usize::from(at == ValueAt::NextWord);
            is_path(kind).then_some((index + next, ChosenRole::Path))
        }
        Item::Operand { index, piece } => {
            let kind = row.and_then(|row| {
                let operands = row.operands;
                operands.first.get(place).copied().or(operands.rest)
            });
            place += 1;
            let left_to_rule = asked == Asked::Given
                && piece.text.starts_with(['/', '.'])
                && piece.text.contains('/')
                && kind.is_none_or(is_never);
            let is_file = left_to_rule || kind.is_some_and(is_path);
            is_file.then_some((index, ChosenRole::Path))
        }
        Item::Command { from, .. } => Some((from, ChosenRole::Program)),
        Item::Option { .. } | Item::Unknown { .. } | Item::Anything { .. } => None,
    })
}

/// Whether words of this kind are left to the rule.
fn is_never(kind: Kind) -> bool {
    if let Kind::Either(kinds) = kind {
        return kinds.iter().any(|kind| is_never(*kind));
    }
    matches!(kind, Kind::Never(_))
}

#[cfg(test)]
mod tests {
    use super::{ChosenRole, chosen, given};
    use crate::word::AdmittedWord;

    #[test]
    fn files_and_programs_are_told_from_texts() {
        use ChosenRole::{Path, Program, Unknown};
        for (line, expected) in [
            ("cat /a b", vec![("cat", 1, Path), ("cat", 2, Path)]),
            ("grep -i x /a", vec![("grep", 3, Path)]),
            ("grep -e x /a", vec![("grep", 3, Path)]),
            ("echo /a", vec![]),
            ("systemctl restart a", vec![]),
            (
                "timeout 5 cat /a",
                vec![("timeout", 2, Program), ("cat", 3, Path)],
            ),
            ("frob -x /a", vec![("frob", 2, Unknown)]),
        ] {
            let words: Vec<AdmittedWord> = line.split(' ').map(AdmittedWord::granted).collect();
            let found = chosen(&words);
            let found = found.iter().map(|its| (&*its.program, its.index, its.role));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{line}");
        }
        for (line, expected) in [
            ("chown me /home/me/a", vec![2]),
            ("tee -a /srv/a", vec![2]),
            ("dd /srv/a", vec![1]),
            ("timeout 5 cat /a", vec![3]),
            ("echo /a", vec![]),
        ] {
            let words: Vec<AdmittedWord> = line.split(' ').map(AdmittedWord::spelled).collect();
            let found = given(&words);
            let found: Vec<usize> = found.iter().map(|its| its.index).collect();
            assert_eq!(found, expected, "{line}");
        }
        let words = "find /etc -exec cat {} +".split(' ');
        let words: Vec<AdmittedWord> = words.map(AdmittedWord::granted).collect();
        assert!(
            chosen(&words)
                .iter()
                .any(|its| its.role == Program && its.index == 3)
        );
    }
}
