//! The narrowest patterns that fit some commands.
//!
//! ```text
//! word that is always the same      itself
//! number that varies                one [0-9] for each digit: numbers of another length are another shape
//! log of one directory, of many     DIR/BEGINNING*.log; a * stays in its directory
//! any other word that varies        a pattern for each
//! ```
//!
//! Takes the words of commands. Gives items of `argv` and, for each, which commands it is for.

use mcp_ssh_policy::{TextMap, escaped};

/// Digits of a number that a pattern counts out; a longer one is a name.
const MAX_DIGITS: usize = 9;
/// Files of a directory that are named one by one.
const MAX_FILES: usize = 8;

/// A pattern, and the commands that it is for by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// One for each word.
    pub items: Vec<String>,
    pub members: Vec<usize>,
}

/// How one word of a pattern came about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum WordShape {
    Spelled(String),
    /// What stands before a number, and its digits.
    Number(String, usize),
    /// The directory, what all names begin with, and what they end with.
    File(String, String, String),
}

impl WordShape {
    /// Begins with its kind, which says how many parts follow.
    fn key(&self) -> String {
        match self {
            Self::Spelled(word) => format!("0{word}"),
            Self::Number(before, digits) => format!("1{before}\0{digits}"),
            Self::File(directory, begins, ends) => format!("2{directory}\0{begins}\0{ends}"),
        }
    }

    fn item(&self) -> String {
        match self {
            Self::Spelled(word) => escaped(word),
            Self::Number(before, digits) => escaped(before) + &"[0-9]".repeat(*digits),
            Self::File(directory, begins, ends) => {
                let (directory, ends) = (escaped(directory), escaped(ends));
                match begins.as_str() {
                    // No hidden file was among them.
                    "" => format!("{directory}/[!.]*{ends}"),
                    begins => format!("{directory}/{}*{ends}", escaped(begins)),
                }
            }
        }
    }
}

/// Each command by itself.
pub(crate) fn spelled(commands: &[&[String]]) -> Vec<Shape> {
    let shape = |(place, words): (usize, &&[String])| Shape {
        items: words.iter().map(|word| escaped(word)).collect(),
        members: vec![place],
    };
    commands.iter().enumerate().map(shape).collect()
}

/// The fewest patterns that fit the commands and say no more than they have in common.
pub(crate) fn narrowest(commands: &[&[String]]) -> Vec<Shape> {
    let shapes = in_directories(&by_numbers(commands));
    let shape = |(words, members): &GroupedShape| Shape {
        items: words.iter().map(WordShape::item).collect(),
        members: members.clone(),
    };
    shapes.values().map(shape).collect()
}

/// Shapes by the keys of their words.
type Grouped = TextMap<GroupedShape>;
type GroupedShape = (Vec<WordShape>, Vec<usize>);

/// What tells words from others. No word has the character 0: the shell's parser refuses it.
fn key(words: &[WordShape]) -> String {
    let words: Vec<String> = words.iter().map(WordShape::key).collect();
    words.join("\0")
}

/// Commands that differ in numbers alone come together.
fn by_numbers(commands: &[&[String]]) -> Grouped {
    let mut groups = Grouped::default();
    for (place, words) in commands.iter().enumerate() {
        let shapes: Vec<WordShape> = words.iter().map(|word| number(word)).collect();
        groups.change(&key(&shapes), |(words, members)| {
            members.push(place);
            *words = shapes;
        });
    }
    let mut narrowed = Grouped::default();
    for (shapes, members) in groups.values() {
        let words = shapes.iter().enumerate().map(|(index, shape)| {
            let mut values = members
                .iter()
                .filter_map(|member| commands.get(*member)?.get(index));
            let first = values.next();
            match first.filter(|first| values.all(|value| value == *first)) {
                Some(only) => WordShape::Spelled(only.clone()),
                None => shape.clone(),
            }
        });
        let words: Vec<WordShape> = words.collect();
        narrowed.insert(&key(&words), (words, members.clone()));
    }
    narrowed
}

/// A number, alone or behind an option: `50`, `-n50`, `--lines=50`.
fn number(word: &str) -> WordShape {
    let before = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let digits = word.len() - before.len();
    let counts =
        (1..=MAX_DIGITS).contains(&digits) && (before.is_empty() || before.starts_with('-'));
    match counts {
        true => WordShape::Number(before.to_owned(), digits),
        false => WordShape::Spelled(word.to_owned()),
    }
}

/// Groups that differ in a file of one directory.
#[derive(Default)]
struct FilesOfDirectory<'g> {
    /// Which word the file is.
    place: usize,
    /// The words, the file's left open.
    words: Vec<WordShape>,
    groups: Vec<&'g GroupedShape>,
}

/// Commands that differ in the file of one directory come together, if there are many.
fn in_directories(groups: &Grouped) -> Grouped {
    let mut directories: TextMap<FilesOfDirectory<'_>> = TextMap::default();
    let mut shapes = Grouped::default();
    for group in groups.values() {
        let (words, _) = group;
        match directory(words) {
            Some((place, open)) => {
                directories.change(&format!("{place} {}", key(&open)), |files| {
                    (files.place, files.words) = (place, open);
                    files.groups.push(group);
                });
            }
            None => shapes.insert(&key(words), group.clone()),
        }
    }
    for files in directories.values() {
        if files.groups.len() <= MAX_FILES {
            for group in &files.groups {
                shapes.insert(&key(&group.0), (*group).clone());
            }
            continue;
        }
        let (place, mut words) = (files.place, files.words.clone());
        let mut names = Vec::new();
        let mut members = Vec::new();
        for (own, places) in &files.groups {
            names.extend(own.get(place).and_then(file).map(|(_, name, _)| name));
            members.extend_from_slice(places);
        }
        if let Some(WordShape::File(_, before, _)) = words.get_mut(place) {
            *before = beginning(&names);
        }
        shapes.insert(&key(&words), (words, members));
    }
    shapes
}

/// The place of the last word that is a file of a directory, and the words with that file left open.
fn directory(words: &[WordShape]) -> Option<(usize, Vec<WordShape>)> {
    let place = words
        .iter()
        .rposition(|word| file(word).is_some())
        .filter(|place| *place > 0)?;
    let (directory, _, ends) = words.get(place).and_then(file)?;
    let open = WordShape::File(directory.to_owned(), String::new(), ends.to_owned());
    let mut key = words.to_vec();
    if let Some(word) = key.get_mut(place) {
        *word = open;
    }
    Some((place, key))
}

/// Where a wildcard may take the files that were not recorded, too: elsewhere one of them may hold a secret.
const LOGS: &str = "/var/log";

/// What the names of logs end with.
const LOG: &str = ".log";

/// The directory, the name before its last point, and the rest of the path of a log; none for a hidden file.
fn file(word: &WordShape) -> Option<(&str, &str, &str)> {
    let WordShape::Spelled(word) = word else {
        return None;
    };
    let (directory, name) = word.rsplit_once('/')?;
    let below = directory.strip_prefix(LOGS)?;
    let of_logs = (below.is_empty() || below.starts_with('/')) && !below.contains("..");
    let plain = of_logs && !name.is_empty() && !name.starts_with('.');
    let point = name.rfind('.').unwrap_or(name.len());
    let (stem, ends) = name.split_at_checked(point)?;
    (plain && ends == LOG).then_some((directory, stem, ends))
}

/// What all of some names begin with.
fn beginning(names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    let common = |other: &&str| {
        let pairs = first.chars().zip(other.chars());
        pairs.take_while(|(one, two)| one == two).count()
    };
    let length = names.iter().map(common).min().unwrap_or_default();
    first.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::{narrowest, spelled};

    fn shapes(lines: &[&str]) -> Vec<String> {
        let words = |line: &&str| line.split(' ').map(str::to_owned).collect();
        let commands: Vec<Vec<String>> = lines.iter().map(words).collect();
        let commands: Vec<&[String]> = commands.iter().map(Vec::as_slice).collect();
        assert_eq!(spelled(&commands).len(), lines.len());
        let shapes = narrowest(&commands);
        let mut members: Vec<usize> = shapes
            .iter()
            .flat_map(|shape| shape.members.clone())
            .collect();
        members.sort_unstable();
        assert_eq!(members, (0..lines.len()).collect::<Vec<_>>());
        shapes.iter().map(|shape| shape.items.join(" ")).collect()
    }

    #[test]
    fn each_word_becomes_the_narrowest_item() {
        for (lines, expected) in [
            (&["df -h"][..], &["df -h"][..]),
            (&["head -n 50 a", "head -n 20 a"], &["head -n [0-9][0-9] a"]),
            (
                &["head -n 50 a", "head -n 5 a"],
                &["head -n 5 a", "head -n 50 a"],
            ),
            (
                &["head -n50 a", "head -n21 a", "head -n7 a"],
                &["head -n7 a", "head -n[0-9][0-9] a"],
            ),
            (
                &["head -n 50 a", "head -n 50 b"],
                &["head -n 50 a", "head -n 50 b"],
            ),
            (&["x a1", "x a2"], &["x a1", "x a2"]),
            (
                &["x 1234567890", "x 1234567891"],
                &["x 1234567890", "x 1234567891"],
            ),
            (&["x * ?"], &["x [*] [?]"]),
        ] {
            assert_eq!(shapes(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn many_files_of_one_directory_become_a_star_that_stays_in_it() {
        let many = |name: fn(usize) -> String| -> Vec<String> { (0..9).map(name).collect() };
        for (lines, expected) in [
            (
                many(|at| format!("cat /var/log/app-{}.log", ["a", "b"][at % 2].repeat(at + 1))),
                "cat /var/log/app-*.log",
            ),
            (
                many(|at| format!("cat /var/log/{at}x.log")),
                "cat /var/log/[!.]*.log",
            ),
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(shapes(&lines), [expected]);
            assert_eq!(shapes(&lines[..8]).len(), 8, "few are named one by one");
        }
        // A file that was not recorded may hold a secret.
        for spelled in [
            many(|at| format!("cat /var/log/.{at}x.log")),
            many(|at| format!("cat /var/log/{at}x")),
            many(|at| format!("cat /var/log/{at}x.sql")),
            many(|at| format!("cat /root/{at}x")),
            many(|at| format!("cat /etc/{at}x")),
            many(|at| format!("cat /srv/app/{at}.conf")),
            many(|at| format!("cat /var/logs/{at}x")),
            many(|at| format!("cat /var/log/../{at}x.log")),
        ] {
            let lines: Vec<&str> = spelled.iter().map(String::as_str).collect();
            assert_eq!(shapes(&lines).len(), 9, "{spelled:?}");
        }
    }
}
