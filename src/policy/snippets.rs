//! Commands within the text of another language: `system("rm x")`, `!rm x`, `exec=rm x`.
//!
//! Takes a text that may run a command. Gives every different piece of it that may be one: from the
//! beginning, a quote, an operator or a word such as `exec` on, up to what cannot be of a plain
//! command. What the language puts together itself (`"r" + "m"`) is not found.

/// Names and signs with which languages run a command.
const CALLS: [&str; 20] = [
    "system ", "system(", "system\"", "system'", "exec", "popen", "spawn", "shell", "run", "call",
    "check_", "`", "qx", "syscmd", "\" |", "| \"", "|\"", "\"|", "%x", "\\!",
];
/// What separates the words of a list: `["rm", "x"]`.
const SEPARATORS: [&str; 6] = ["\", \"", "\",\"", "', '", "','", "\",[\"", "', ['"];
/// The most pieces that are looked at: more than any script that a command line holds has.
const MAX_PIECES: usize = 200;

/// Whether a text may run a command at all.
pub fn calls(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    CALLS.iter().any(|call| lower.contains(call))
}

/// The pieces of `text` that may be commands; none if there are too many.
pub fn snippets(text: &str) -> Option<Vec<String>> {
    let joined = SEPARATORS.iter().fold(text.to_owned(), |text, separator| {
        text.replace(separator, " ")
    });
    let mut pieces = vec![piece(&joined)];
    for (at, character) in joined.char_indices() {
        let before = joined.get(..at).unwrap_or_default();
        let begins = match character {
            ' ' | '\t' => runs_next(before),
            _ => !character.is_alphanumeric() && !"_.-".contains(character),
        };
        let rest = joined.get(at + character.len_utf8()..).unwrap_or_default();
        let piece = piece(rest);
        if begins && !pieces.contains(&piece) {
            pieces.push(piece);
        }
        if pieces.len() > MAX_PIECES {
            return None;
        }
    }
    Some(pieces)
}

/// The text up to what cannot be of a plain command.
fn piece(text: &str) -> String {
    let text = text.trim_start();
    let end = text.find(|character| "\"'`\n\r;|&()<>{}$#\\[]*?~".contains(character));
    text.get(..end.unwrap_or(text.len()))
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

/// Whether the last word of a text runs the one after it.
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
