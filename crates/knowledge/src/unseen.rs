//! What a command may run without showing it: the text of a pipe, a file, a script, or a setting.
//!
//! A deny rule sees only the words of a command, and those of the commands that it runs in turn. Takes the words of
//! a command. Gives the source of what the command runs, if its words do not show it; `None` if they do. The row of
//! the program says so ([`Sight`]); for a program without a row its directory does.

use crate::known::row_of;
use crate::objection::Around;
use crate::reading::{Item, Reading, read};
use crate::row::{Input, Row, Runs, Says, Sight};
use crate::said::{Said, operand};
use crate::unread::{begin, is_plain, last_unread, names_code};
use crate::variables;
use crate::vouch::first_objection;
use crate::word::{AdmittedWord, Extent, Part};

/// The source of what a command runs, if its words do not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// The standard input of the command.
    Pipe,
    /// A file that the word with this index names, or an option that ends with this word.
    Script(usize),
    /// A file that the command finds, its settings, or a script in its words; or nobody knows.
    Elsewhere,
}

/// Directories into which only an administrator puts programs.
const PLACES: &str = "\
    /bin/ /sbin/ /usr/bin/ /usr/sbin/ /usr/local/bin/ /usr/local/sbin/ /snap/bin/ /usr/games/";

/// Directories into which, at any depth, only an administrator puts programs.
const TREES: [&str; 5] = [
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/libexec/",
    "/lib/",
    "/lib64/",
];

/// Options with which, if the row has the option and it stands alone, a program only says what it is.
const ASKS: &str = "--version -version -V -VV -v --help -help -h";

/// Options with which, if one stands alone, even a program that no row vouches for only says what it is.
const ASKS_ANY: &str = "--version --help";

/// What a command may run without showing it. If the command is only `guessed`, a word that nobody explains most likely
/// does not belong to it, and does not count.
pub fn unseen(words: &[AdmittedWord], around: Around, guessed: bool) -> Option<Unseen> {
    let name = words.first()?.text();
    if !is_installed(name) {
        return Some(Unseen::Script(0));
    }
    let Some(row) = row_of(name.rsplit('/').next().unwrap_or_default()) else {
        return (!guessed).then(|| strange(words, around)).flatten();
    };
    let reading = read(row, words);
    let command = Command {
        words,
        reading: &reading,
        row,
        around,
        guessed,
    };
    command.hidden().or_else(|| command.piped())
}

/// Whether a program's name is no path, or a path to a directory of the system.
fn is_installed(name: &str) -> bool {
    let Some((place, _)) = name.rsplit_once('/') else {
        return true;
    };
    let place = format!("{place}/").replace("/./", "/").replace("//", "/");
    let up = place.contains("/../");
    let listed = PLACES.split_ascii_whitespace().any(|known| known == place);
    !up && (listed || TREES.iter().any(|tree| place.starts_with(tree)))
}

/// What a program without a row may run unseen: paths, texts and a pipe may say what it runs. Plain words do not count,
/// since deny rules meet them one by one.
fn strange(words: &[AdmittedWord], around: Around) -> Option<Unseen> {
    let named = |word: &AdmittedWord| is_plain(word.text()) && word.extent() != Extent::Anything;
    let path = words.iter().skip(1).rposition(|word| !named(word));
    let option = (1..words.len())
        .rev()
        .find_map(|index| names_code(words, index));
    match path.map(|index| index + 1).max(option) {
        _ if around.piped => Some(Unseen::Elsewhere),
        last => last.map(Unseen::Script),
    }
}

struct Command<'a> {
    words: &'a [AdmittedWord],
    reading: &'a Reading<'a>,
    row: &'static Row,
    around: Around,
    guessed: bool,
}

impl Command<'_> {
    fn hidden(&self) -> Option<Unseen> {
        if let Some(unless) = self.unless()
            && !self.shows(unless)
        {
            return self.source();
        }
        match self.sets_what_runs() {
            true => Some(Unseen::Elsewhere),
            false => {
                let asks = self.unless().is_some();
                let strict = !self.guessed && !asks && !self.shows_words();
                last_unread(self.words, self.reading, strict).map(Unseen::Script)
            }
        }
    }

    /// Whether all that the program may run stands in its words, whatever these are.
    fn shows_words(&self) -> bool {
        let any = |runs: &Runs| matches!(runs, Runs::Texts | Runs::Option | Runs::After("*"));
        let text = self.row.runs.contains(&Runs::Shell) && self.reads_text();
        let nothing = matches!(self.row.says, Says::Nothing(_));
        nothing || text || self.row.explains_nothing() || self.row.runs.iter().any(any)
    }

    /// The words with which the program runs nothing unseen; `None` if it never runs anything unseen.
    fn unless(&self) -> Option<&'static str> {
        let rows = self.reading.rows.iter().enumerate();
        let mut unless = None;
        for (depth, row) in rows {
            unless = match row.sight {
                Sight::Unseen(words) => Some(words),
                Sight::BySays if depth == 0 && hides_by_says(row) => Some(ASKS),
                Sight::Seen => None,
                Sight::BySays => unless,
            };
        }
        unless
    }

    /// Whether the command has a form that runs nothing unseen: it only asks, or the row vouches for it.
    fn shows(&self, unless: &str) -> bool {
        let first = self.words.get(1).map_or("", AdmittedWord::text);
        let is = |names: &str| names.split_ascii_whitespace().any(|name| name == first);
        let alone = self.words.len() == 2;
        if let Says::Nothing(_) = self.row.says {
            return alone && is(ASKS_ANY) || unless != ASKS && is(unless);
        }
        if self.row.runs.contains(&Runs::Shell) && self.reads_text()
            || unless != ASKS && self.asks(unless)
        {
            return true;
        }
        let subcommand = self.reading.rows.len() > 1;
        let looks = self
            .reading
            .rows
            .last()
            .is_some_and(|row| row.says == Says::Looks);
        let by_row = looks && (subcommand || self.row.says == Says::Looks);
        (by_row && self.words.len() > 1 || alone && is(ASKS)) && self.is_vouched_for()
    }

    /// Whether one of these options stands before all operands and before any unknown word.
    fn asks(&self, options: &str) -> bool {
        let items = self.reading.items.iter();
        let mut known = items.map_while(|item| match *item {
            Item::Option { id, .. } => Some(id),
            Item::Operand { .. }
            | Item::Unknown { .. }
            | Item::Anything { .. }
            | Item::Command { .. } => None,
        });
        let listed = |name: &str| {
            options
                .split_ascii_whitespace()
                .any(|option| option == name)
        };
        known.any(|id| id.split(',').any(listed))
    }

    /// Whether all words but the name could be granted by a wildcard.
    fn is_vouched_for(&self) -> bool {
        let words: Vec<AdmittedWord> = self.words.iter().enumerate().map(granted).collect();
        first_objection(&words, self.around).is_none()
    }

    /// Whether a shell takes its commands from its words, which deny rules look into one by one.
    fn reads_text(&self) -> bool {
        let options = || {
            let options = self.words.iter().skip(1).map(AdmittedWord::text);
            options.filter(|word| word.starts_with(['-', '+']))
        };
        let names_file = |word: &str| {
            let name = word.trim_start_matches('-');
            name.starts_with("rc") || name.starts_with("init")
        };
        options().any(|word| word.contains('c') && !word.starts_with("--"))
            && !options().any(names_file)
    }

    /// The source of what the command runs.
    fn source(&self) -> Option<Unseen> {
        let interpreter = self.row.interprets();
        if interpreter && self.words.len() == 1 {
            return self.around.piped.then_some(Unseen::Pipe);
        }
        let file = interpreter.then(|| script_file(self.words)).flatten();
        let is_input = |index: &usize| {
            let name = self.words.get(*index).map_or("", AdmittedWord::text);
            name.starts_with("/dev/") || name.starts_with("/proc/")
        };
        match file.filter(|file| !is_input(file)) {
            Some(file) => Some(Unseen::Script(file)),
            None if self.around.piped && self.row.input == Input::Program => Some(Unseen::Pipe),
            None => Some(Unseen::Elsewhere),
        }
    }

    /// Whether the command sets a variable that says what programs run or load.
    fn sets_what_runs(&self) -> bool {
        let operands = self.reading.items.iter().filter_map(operand);
        let mut words = operands.map(|(_, piece)| piece.text);
        self.row.begins() == Some(Runs::Environment) && words.any(variables::is_dangerous)
    }

    /// Whether no command stands behind the word that a command should follow, only the place where it would run.
    fn is_left_open(&self) -> bool {
        let at = begin(self.reading, self.words);
        let behind = at.and_then(|at| self.words.get(at + 1..));
        let operand = |word: &&AdmittedWord| !word.text().starts_with('-');
        behind.is_some_and(|words| words.iter().filter(operand).count() < 2)
    }

    /// Whether an option stands before the inner command of which nobody knows whether it takes a value.
    fn is_doubtful(&self) -> bool {
        let mut items = self.reading.items.iter();
        items.any(|item| matches!(item, Item::Unknown { .. }))
    }

    fn piped(&self) -> Option<Unseen> {
        let last = self.reading.rows.last()?;
        if self.around.piped && self.is_left_open() {
            return Some(Unseen::Pipe);
        }
        let program = match last.input {
            _ if !self.around.piped || self.reading.inner.is_some() && !self.is_doubtful() => false,
            _ if last.sight == Sight::Seen
                && matches!(last.says, Says::Nothing(_))
                && !last.runs.contains(&Runs::Option) =>
            {
                false
            }
            Input::ProgramUnless(options, enough) => {
                let operands = self.reading.items.iter().filter_map(operand).count();
                !(Said::of(self.reading).stands_in(options) || enough > 0 && operands >= enough)
            }
            // A wrapper without a command starts a shell.
            Input::Program if last.begins().is_some() || last.runs.contains(&Runs::Option) => true,
            Input::Program if last.shows() => {
                matches!(last.says, Says::Nothing(_)) || self.words.len() == 1
            }
            Input::Program if self.reading.rows.len() > 1 => true,
            Input::Program => self.unless().is_none_or(|unless| !self.shows(unless)),
            Input::Ignored | Input::Data | Input::Sent => false,
        };
        program.then_some(Unseen::Pipe)
    }
}

fn hides_by_says(row: &Row) -> bool {
    match row.says {
        _ if row.shows() => false,
        Says::Nothing(_) => true,
        Says::Effect(_) => row.input == Input::Program || row.reads_workdir,
        Says::Looks => row.reads_workdir,
    }
}

/// The word as if a wildcard admitted it. The first word, the program's name, stays spelled: no wildcard says which
/// program it is.
fn granted((index, word): (usize, &AdmittedWord)) -> AdmittedWord {
    match (index, word.extent()) {
        (0, _) => AdmittedWord::spelled(word.text()),
        (_, Extent::Anything) => AdmittedWord::unknown(),
        (_, extent) => {
            let parts = vec![Part::Granted; word.text().len()];
            AdmittedWord::new(word.text(), parts, extent, false)
        }
    }
}

/// The index of the word that names a file of commands: the first operand, unless code stands in an option.
fn script_file(words: &[AdmittedWord]) -> Option<usize> {
    let takes_name = |index: usize| {
        let before = words
            .get(index.wrapping_sub(1))
            .map_or("", AdmittedWord::text);
        ["-o", "+o", "-O", "+O"].contains(&before)
    };
    let mut operands = words.iter().enumerate().skip(1);
    let (index, _) = operands
        .find(|(index, word)| !word.text().starts_with(['-', '+']) && !takes_name(*index))?;
    let code = |option: &AdmittedWord| {
        option.text().starts_with('-') && option.text().contains(['c', 'e', 'm', 'E', 'r'])
    };
    let is_code = words.get(1..index).unwrap_or_default().iter().any(code);
    (!is_code).then_some(index)
}
