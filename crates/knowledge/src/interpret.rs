//! What a command takes for a program: its standard input, or a file that its words name.
//!
//! A deny rule cannot see into either. Takes the words of a command, as [`crate::word::Word`]s.

use crate::known::row_of;
use crate::reading::{Item, read};
use crate::row::{Input, Says};
use crate::word::Word;

/// Programs whose first operand is a file of commands. Versions may follow.
const INTERPRETERS: &str = "\
    . ash awk bash bun busybox csh dash deno elvish expect fish gawk guile irb julia ksh lua luajit make \
    mawk mksh nawk node nodejs nu octave perl php pypy python R Rscript ruby sh source tclsh tcsh wish yash zsh";

/// Shells and interpreters, and what else runs the commands that it reads.
const READERS: &str = "\
    . at batch bc crontab dc ed ex gdb parallel psql mysql mariadb source sqlite3 xargs";

/// Whether a command reads commands from its standard input.
pub fn interprets_input(words: &[Word]) -> bool {
    let name = file_name(words);
    let known = listed(READERS, name) || listed(INTERPRETERS, name);
    let Some(row) = row_of(name).filter(|_| name != "xargs") else {
        return known && name != "xargs" && !only_asks(words);
    };
    let reading = read(row, words);
    if reading.inner.is_some() {
        return false;
    }
    let operands = reading
        .items
        .iter()
        .filter(|item| matches!(item, Item::Operand { .. }))
        .count();
    let has = |options: &str| {
        options.split_ascii_whitespace().any(|option| {
            words
                .iter()
                .any(|word| word.text() == option || word.text().starts_with(&format!("{option}=")))
        })
    };
    let program = match (row.says, reading.rows.last().map(|row| row.input)) {
        (_, Some(Input::ProgramUnless(options, enough))) => {
            !(has(options) || enough > 0 && operands >= enough)
        }
        (Says::Nothing(_), _) => known,
        (_, Some(Input::Program)) => known,
        (_, Some(Input::Ignored | Input::Data) | None) => false,
    };
    program && !only_asks(words)
}

/// The word that names a file of commands.
pub fn script_file(words: &[Word]) -> Option<usize> {
    if !listed(INTERPRETERS, file_name(words)) || only_asks(words) {
        return None;
    }
    let takes_name = |index: usize| {
        let before = words.get(index.wrapping_sub(1)).map_or("", Word::text);
        ["-o", "+o", "-O", "+O"].contains(&before)
    };
    let mut operands = words.iter().enumerate().skip(1);
    let (index, word) = operands
        .find(|(index, word)| !word.text().starts_with(['-', '+']) && !takes_name(*index))?;
    // The text of `-c` and `-e` is looked into by itself, and awk's program is its first operand.
    let code = |option: &Word| {
        let text = option.text();
        text.starts_with('-') && !text.starts_with("--") && text.contains(['c', 'e', 'm', 'E', 'r'])
    };
    let is_code = words.get(1..index).unwrap_or_default().iter().any(code);
    let is_awk = file_name(words).contains("awk");
    // busybox runs its own program of that name, with or without a path.
    let applet = match file_name(words) {
        "busybox" => true,
        "make" => !word.text().contains('/'),
        _ => false,
    };
    (!is_code && !is_awk && !applet).then_some(index)
}

fn file_name(words: &[Word]) -> &str {
    let name = words.first().map_or("", Word::text);
    name.rsplit('/').next().unwrap_or_default()
}

fn listed(names: &str, name: &str) -> bool {
    let versioned = |known: &str| {
        name.strip_prefix(known).is_some_and(|rest| {
            rest.chars()
                .all(|character| character.is_ascii_digit() || ".-".contains(character))
        })
    };
    names.split_ascii_whitespace().any(versioned)
}

/// `--version` and its like run nothing.
fn only_asks(words: &[Word]) -> bool {
    words.len() == 2
        && words
            .iter()
            .any(|word| ["--version", "-V", "--help"].contains(&word.text()))
}
