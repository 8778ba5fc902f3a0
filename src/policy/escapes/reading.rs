//! A command's words as its program reads them, and which of them a door is opened by.
//!
//! Takes a row of the table and the arguments. Gives the indices of the arguments that match one
//! door of the notation in [`super::table`]. `--` ends nothing here: what follows an option that
//! takes it for a value would be missed.

use super::super::argument::Argument;
use super::scripts;
use super::table::Binary;

/// The words of a command, each with its part in it.
pub struct Reading<'a> {
    binary: &'static Binary,
    words: Vec<Word<'a>>,
}

struct Word<'a> {
    index: usize,
    text: &'a str,
    part: Part<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    /// An option, with its value if attached.
    Option,
    /// Letters of options without a dash.
    Bundle,
    /// The value of the option before it.
    Value(&'a str),
    /// Anything else.
    Operand(Place),
}

/// Whether an operand may be the value of the option before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Certain,
    Doubtful,
}

impl<'a> Reading<'a> {
    /// Reads the arguments, of which the first is the program's name.
    pub fn of(binary: &'static Binary, arguments: &'a [Argument]) -> Self {
        let mut words: Vec<Word<'a>> = Vec::new();
        for (index, argument) in arguments.iter().enumerate().skip(1) {
            let text = argument.plain();
            let certain = |word: &Word<'_>| word.part == Part::Operand(Place::Certain);
            let early = !words.iter().any(certain);
            let part = match words.last() {
                Some(Word {
                    text: option,
                    part: Part::Option,
                    ..
                }) if takes_next(binary, option, early) => Part::Value(option),
                None if !text.starts_with('-') && has(binary, "+") => Part::Bundle,
                _ if text.len() > 1 && text.starts_with('-') => Part::Option,
                Some(Word {
                    text: option,
                    part: Part::Option,
                    ..
                }) if !option.contains('=') && !is_flag(binary, option) => {
                    Part::Operand(Place::Doubtful)
                }
                _ => Part::Operand(Place::Certain),
            };
            words.push(Word { index, text, part });
        }
        Self { binary, words }
    }

    /// The indices of the arguments that open `door`.
    pub fn opened_by(&self, door: &str) -> Vec<usize> {
        let (door, unless) = match door.split_once('!') {
            Some((door, unless)) if !door.is_empty() && !door.starts_with('~') => (door, unless),
            Some(_) | None => (door, ""),
        };
        let mut unless = unless.split('!').filter(|other| !other.is_empty());
        if unless.any(|other| !self.opened_by(other).is_empty()) {
            return Vec::new();
        }
        match door {
            "*" => self.operands().map(|word| word.index).collect(),
            "*1" => self.first_operands().map(|word| word.index).collect(),
            "*2" => self.operands().skip(1).map(|word| word.index).collect(),
            "**" => self.matching(|word| !self.is_harmless(word)),
            "!+" => self.matching_operands(|text| !text.starts_with('+')),
            "=" => self.matching_operands(|text| text.contains('=')),
            ":" => self.matching(|word| {
                let host = word.text.split_once(':').map(|(host, _)| host);
                host.is_some_and(|host| !host.contains('/'))
            }),
            "/" => self.matching_operands(|text| text.starts_with('/')),
            "<url>" => self.matching_operands(scripts::url_opens),
            "<awk>" => self.matching(|word| scripts::awk_opens(word.text)),
            "<sed>" => self.sed(),
            _ => match door.strip_prefix('^') {
                Some(early) => self.before_operands(early),
                None => self.opened_by_text(door),
            },
        }
    }

    fn opened_by_text(&self, door: &str) -> Vec<usize> {
        if let Some(text) = door.strip_prefix('~') {
            // A newline ends a command as `;` does.
            let lower = |word: &Word<'_>| word.text.to_ascii_lowercase().replace('\n', ";");
            self.matching(|word| lower(word).contains(text))
        } else if door.starts_with('-') {
            self.matching(|word| match word.part {
                Part::Option => {
                    option_opens(self.binary, door, word.text) && !self.keeps_nothing(door, word)
                }
                Part::Bundle => door
                    .strip_prefix('-')
                    .is_some_and(|letter| word.text.contains(letter)),
                Part::Value(_) | Part::Operand(_) => false,
            })
        } else if door.ends_with('=') {
            self.matching_operands(|text| text.starts_with(door))
        } else {
            let steps: Vec<&str> = door.split('/').collect();
            self.subcommand(&steps, 0)
        }
    }

    /// Whether `door` is the option that takes the value of `word`, and the value is the standard
    /// output or `/dev/null`: `-so /dev/null`.
    fn keeps_nothing(&self, door: &str, word: &Word<'_>) -> bool {
        let name = word
            .text
            .split_once('=')
            .map_or(word.text, |(name, _)| name);
        let takes = match cluster(self.binary, word.text).last() {
            Some((letter, _)) => door.chars().eq(['-', letter]),
            None => door == name,
        };
        let next = self.words.get(word.index);
        let next = next.filter(|next| matches!(next.part, Part::Value(_)));
        let value = attached(self.binary, word.text).or(next.map(|next| next.text));
        let required = known(self.binary, door) == Some(Value::Required);
        takes && required && matches!(value, Some("-" | "/dev/null"))
    }

    /// The indices of those that stand before the first operand.
    fn before_operands(&self, door: &str) -> Vec<usize> {
        let certain = |word: &&Word<'_>| word.part == Part::Operand(Place::Certain);
        let end = self.words.iter().find(certain).map(|word| word.index);
        let mut opened = self.opened_by(door);
        opened.retain(|index| end.is_none_or(|end| *index < end));
        opened
    }

    /// The operands of which one must be the first.
    fn first_operands(&self) -> impl Iterator<Item = &Word<'a>> {
        let mut found = false;
        self.operands().take_while(move |word| {
            !std::mem::replace(&mut found, word.part == Part::Operand(Place::Certain))
        })
    }

    /// What asks for help or the version, and the flags of the row.
    fn is_harmless(&self, word: &Word<'_>) -> bool {
        ["--help", "--version", "-V"].contains(&word.text)
            || word.part == Part::Option && is_flag(self.binary, word.text)
    }

    fn operands(&self) -> impl Iterator<Item = &Word<'a>> {
        let operand = |word: &&Word<'_>| matches!(word.part, Part::Operand(_));
        self.words.iter().filter(operand)
    }

    fn matching(&self, opens: impl Fn(&Word<'_>) -> bool) -> Vec<usize> {
        let matching = self.words.iter().filter(|word| opens(word));
        matching.map(|word| word.index).collect()
    }

    fn matching_operands(&self, opens: impl Fn(&str) -> bool) -> Vec<usize> {
        let matching = self.operands().filter(|word| opens(word.text));
        matching.map(|word| word.index).collect()
    }

    /// The words of a subcommand, if the operands from the `from`th on are these.
    fn subcommand(&self, steps: &[&str], from: usize) -> Vec<usize> {
        let Some((step, further)) = steps.split_first() else {
            return Vec::new();
        };
        for (place, word) in self.operands().enumerate().skip(from) {
            if names(step, word.text) {
                let rest = self.subcommand(further, place + 1);
                if further.is_empty() || !rest.is_empty() {
                    return std::iter::once(word.index).chain(rest).collect();
                }
            }
            if word.part == Part::Operand(Place::Certain) {
                break;
            }
        }
        Vec::new()
    }

    /// sed's scripts that may do harm: of the values of `-e`, or else of the first operand.
    fn sed(&self) -> Vec<usize> {
        let named = |option: &str| {
            option_opens(self.binary, "-e", option)
                || option_opens(self.binary, "--expression", option)
        };
        let option = |word: &Word<'_>| word.part == Part::Option && named(word.text);
        if self.words.iter().any(option) {
            return self.matching(|word| match word.part {
                Part::Value(of) => named(of) && scripts::sed_opens(word.text),
                Part::Option if named(word.text) => {
                    attached(self.binary, word.text).is_some_and(scripts::sed_opens)
                }
                Part::Option | Part::Bundle | Part::Operand(_) => false,
            });
        }
        let scripts = self.first_operands();
        let harmful = scripts.filter(|word| scripts::sed_opens(word.text));
        harmful.map(|word| word.index).collect()
    }
}

/// Whether an operand is the subcommand `step`.
fn names(step: &str, text: &str) -> bool {
    // chronyc and others split what is in quotes, and redis-cli knows no case.
    let text = text.split_whitespace().next().unwrap_or_default();
    match step.strip_suffix('~') {
        Some(whole) => !text.is_empty() && whole.starts_with(text),
        None => step.eq_ignore_ascii_case(text) || step == "*",
    }
}

/// Whether the option word `text` has the option `door`.
fn option_opens(binary: &Binary, door: &str, text: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    // Many programs read `--name` as `-name`, or `-name` as `--name`.
    let dashed = |long: &str, short: &str| long.strip_prefix('-') == Some(short);
    let single = match name.strip_prefix('-') {
        Some(rest) if rest.starts_with('-') => rest,
        _ => name,
    };
    if let Some(whole) = door.strip_suffix('~') {
        return single.len() > 1 && whole.starts_with(single) && !is_flag(binary, single);
    }
    if door.starts_with("--") {
        return name == door
            || dashed(door, name)
            || name.len() > 2 && door.starts_with(name) && known(binary, name).is_none();
    }
    let mut letters = door.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some(letter), None) => cluster(binary, text).any(|(found, _)| found == letter),
        _ => single == door,
    }
}

/// Whether the next word is the value of the option word `text`, before the first operand or
/// after it.
fn takes_next(binary: &Binary, text: &str, early: bool) -> bool {
    let takes = |value| value == Value::Required || early && value == Value::Early;
    match known(binary, text) {
        Some(value) => takes(value),
        None => cluster(binary, text).last().is_some_and(|(letter, rest)| {
            rest.is_empty() && known_letter(binary, letter).is_some_and(takes)
        }),
    }
}

/// Whether no option of the word `text` takes the next word.
fn is_flag(binary: &Binary, text: &str) -> bool {
    match known(binary, text) {
        Some(value) => value != Value::Required,
        None => {
            let mut letters = cluster(binary, text).peekable();
            letters.peek().is_some()
                && letters.all(|(letter, rest)| match known_letter(binary, letter) {
                    None => false,
                    Some(Value::None | Value::Attached | Value::Early) => true,
                    Some(Value::Required) => !rest.is_empty(),
                })
        }
    }
}

/// The value that is attached to the last option of a word.
fn attached<'a>(binary: &Binary, text: &'a str) -> Option<&'a str> {
    if text.starts_with("--") {
        return text.split_once('=').map(|(_, value)| value);
    }
    let (_, rest) = cluster(binary, text).last()?;
    (!rest.is_empty()).then_some(rest)
}

/// The letters of `-abc`, each with what follows it, up to the first that takes the rest.
fn cluster<'a>(binary: &Binary, text: &'a str) -> impl Iterator<Item = (char, &'a str)> {
    let letters = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    let letters = letters.unwrap_or_default();
    let end = letters
        .char_indices()
        .find(|(_, letter)| takes_value(binary, *letter))
        .map_or(letters.len(), |(at, letter)| at + letter.len_utf8());
    letters
        .char_indices()
        .take_while(move |(at, _)| *at < end)
        .map(|(at, letter)| {
            (
                letter,
                letters.get(at + letter.len_utf8()..).unwrap_or_default(),
            )
        })
}

/// What an option takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Required,
    /// A value before the first operand, none after it.
    Early,
    Attached,
}

fn takes_value(binary: &Binary, letter: char) -> bool {
    matches!(
        known_letter(binary, letter),
        Some(Value::Required | Value::Early | Value::Attached)
    )
}

/// What the option of that name takes, if the row has it.
fn known(binary: &Binary, name: &str) -> Option<Value> {
    options(binary).find_map(|(option, value)| (option == name).then_some(value))
}

fn known_letter(binary: &Binary, letter: char) -> Option<Value> {
    let is_letter = |option: &str| {
        option
            .strip_prefix('-')
            .is_some_and(|rest| rest.chars().eq([letter]))
    };
    options(binary).find_map(|(option, value)| is_letter(option).then_some(value))
}

fn options(binary: &Binary) -> impl Iterator<Item = (&'static str, Value)> {
    let options = binary.options.split_whitespace();
    options.map(|option| {
        let name = option.trim_end_matches(':');
        match option.len() - name.len() {
            _ if option.starts_with('^') => (name.trim_start_matches('^'), Value::Early),
            0 => (name, Value::None),
            1 => (name, Value::Required),
            _ => (name, Value::Attached),
        }
    })
}

fn has(binary: &Binary, option: &str) -> bool {
    known(binary, option).is_some()
}
