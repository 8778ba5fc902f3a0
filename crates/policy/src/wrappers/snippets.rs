//! Commands within the text of another language: `system("rm x")`, `!rm x`, `exec=rm x`.
//!
//! Takes a text that may run a command. Gives every different piece of the text that may be a command. A piece
//! begins at the start, a quote, an operator or a word such as `exec`, and ends before a character that
//! no plain command has. A command that the language puts together (`"r" + "m"`) is not found.

/// Names and signs by which languages run a command.
const CALLS: [&str; 22] = [
    "exec:", "system:", "system ", "system(", "system\"", "system'", "exec", "popen", "spawn",
    "shell", "run", "call", "check_", "`", "qx", "syscmd", "\" |", "| \"", "|\"", "\"|", "%x",
    "\\!",
];
/// The texts that separate the words of a list: `["rm", "x"]`.
const SEPARATORS: [&str; 6] = ["\", \"", "\",\"", "', '", "','", "\",[\"", "', ['"];
/// The most pieces of one text: no honest script on a command line has more.
const MAX_PIECES: usize = 200;

/// Whether a text may run a command at all.
pub fn calls(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    CALLS.iter().any(|call| lower.contains(call))
}

/// A piece of a text that may be a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The text of the piece.
    pub text: String,
    /// How sure it is that a command begins there; a name or a path may begin there as well.
    pub begins: Begins,
}

/// How sure it is that a command begins somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// A command begins there: the piece stands first or after `!`, or is the value of a setting for commands.
    Command,
    /// A command may begin there.
    Perhaps,
}

/// The pieces of `text` that may be commands; `None` if there are too many.
pub fn snippets(text: &str) -> Option<Vec<Snippet>> {
    let joined = SEPARATORS.iter().fold(text.to_owned(), |text, separator| {
        text.replace(separator, " ")
    });
    let snippet = |text: &str, begins| Snippet {
        text: piece(text),
        begins,
    };
    let mut pieces = vec![snippet(&joined, Begins::Command)];
    for (at, character) in joined.char_indices() {
        let before = joined.get(..at).unwrap_or_default();
        let begins = match character {
            ' ' | '\t' => runs_next(before),
            _ => !character.is_alphanumeric() && !"_.-/".contains(character),
        };
        let rest = joined.get(at + character.len_utf8()..).unwrap_or_default();
        let surely = match character {
            '!' => true,
            '=' => sets_command(before),
            ':' => ["EXEC", "SYSTEM", "SHELL"]
                .iter()
                .any(|call| before.to_ascii_uppercase().ends_with(call)),
            _ => false,
        };
        let piece = match surely {
            true => snippet(rest, Begins::Command),
            false => snippet(rest, Begins::Perhaps),
        };
        if begins && !pieces.contains(&piece) {
            pieces.push(piece);
        }
        if pieces.len() > MAX_PIECES {
            return None;
        }
    }
    Some(pieces)
}

/// Whether a text for a shell has a command whose name is put together: `r""m`, `r$x`.
pub fn is_disguised(text: &str) -> bool {
    let starts = text.match_indices(['!', '=', ';', '|', '&', '(', '\n']);
    let starts = starts
        .filter(|(at, sign)| *sign != "=" || sets_command(text.get(..*at).unwrap_or_default()));
    let mut starts = std::iter::once(0).chain(starts.map(|(at, sign)| at + sign.len()));
    starts.any(|at| {
        let rest = text.get(at..).unwrap_or_default().trim_start();
        puts_together(rest.split(char::is_whitespace).next().unwrap_or_default())
    })
}

/// Whether a text of another language hands a shell a name that is put together: `\\! r""m x`.
pub fn calls_disguised(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let calls = [
        "\\!", "system ", ".shell ", ".sys ", "program ", "exec:", "system:", "shell:",
    ];
    calls.iter().any(|call| {
        let mut found = lower.match_indices(call);
        found.any(|(at, call)| {
            let rest = text.get(at + call.len()..).unwrap_or_default().trim_start();
            puts_together(rest.split(char::is_whitespace).next().unwrap_or_default())
        })
    })
}

/// Whether a script for a client of a database takes commands from a file: `\\i F`, `source F`, `.read F`.
pub fn reads_file(script: &str) -> bool {
    let lower = script.to_ascii_lowercase();
    let mut statements = lower.split([';', '\n']).map(str::trim_start);
    lower.contains("\\i")
        || lower.contains("\\.")
        || statements.any(|text| text.starts_with("source ") || text.starts_with(".read"))
}

/// Whether a word has quotes or expansions within it. Quotes around the whole word hide nothing.
fn puts_together(word: &str) -> bool {
    let inner = word.trim_end_matches([';', ',', ')']);
    let inner = inner.strip_prefix(['\'', '"']).unwrap_or(inner);
    let inner = inner.strip_suffix(['\'', '"']).unwrap_or(inner);
    inner.contains(['\'', '"', '\\', '$', '`', '{'])
}

/// Whether a setting's name says that its value is a command: `core.editor=`, `ProxyCommand=`.
fn sets_command(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let names = [
        "command",
        "cmd",
        "editor",
        "pager",
        "program",
        "helper",
        "ssh",
        "driver",
        "textconv",
        "exec",
        "shell",
        "startpre",
        "startpost",
        "execstop",
        "stoppost",
        "execcondition",
        "diff",
        "hookspath",
        "fsmonitor",
        "askpass",
        "eval",
    ];
    names.iter().any(|name| lower.ends_with(name))
}

/// The text up to the first character that no plain command has.
fn piece(text: &str) -> String {
    let text = text.trim_start();
    let end = text.find(|character| "\"'`\n\r;|&()<>{}$#\\[]*?~".contains(character));
    text.get(..end.unwrap_or(text.len()))
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

/// Whether the last word of `before` runs the word after it.
fn runs_next(before: &str) -> bool {
    let start = before.rfind(|character: char| !character.is_ascii_alphabetic());
    let word = before
        .get(start.map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    let word = word.to_ascii_lowercase();
    let calling = [
        "exec", "spawn", "system", "shell", "run", "command", "term", "terminal",
    ];
    word == "e" || calling.iter().any(|call| word.ends_with(call))
}
