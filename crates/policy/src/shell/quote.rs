//! From a word back to text, in the one spelling on which all shells agree.
//!
//! Takes literal text; gives its spelling, appended to a string. Text of plain characters stays as it is;
//! any other text is put in single quotes, where no character is special to a POSIX shell.

/// A word of literal text that a person can paste: in quotes where a shell needs them.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    match text {
        "" => push_quoted(&mut out, text),
        _ => push_literal(&mut out, text),
    }
    out
}

/// Appends literal text as a part of a word: in quotes where a shell needs them.
pub(super) fn push_literal(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        push_quoted(out, text);
    }
}

/// Whether a text means itself unquoted, anywhere in a word and in any shell. `~` is never plain, since it
/// would be a home directory at the start; nor is a `=` at the start, since in zsh it gives a program's path; nor is
/// `%self`, which in fish is the number of its process.
fn is_plain(text: &str) -> bool {
    !text.starts_with('=')
        && text != "%self"
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte))
}

/// Appends text in single quotes. A quote is written `'\''`. A backslash before a quote, before another backslash or at
/// the end stands outside the quotes as `\\`. POSIX shells read both spellings alike; in fish a backslash within single
/// quotes escapes the closing quote, and the word would not end there, or the other backslash, and one would be lost.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    let mut runs = text.split('\'');
    if let Some(run) = runs.next() {
        push_run(out, run);
    }
    for run in runs {
        out.push_str("\\'");
        push_run(out, run);
    }
}

/// Appends text that holds no single quote.
fn push_run(out: &mut String, run: &str) {
    out.push('\'');
    let mut rest = run;
    while let Some(at) = escaping(rest) {
        let (body, behind) = rest.split_at(at);
        rest = behind.trim_start_matches('\\');
        out.push_str(body);
        out.push('\'');
        for _ in rest.len()..behind.len() {
            out.push_str("\\\\");
        }
        if rest.is_empty() {
            return;
        }
        out.push('\'');
    }
    out.push_str(rest);
    out.push('\'');
}

/// Where the first backslash is that stands at the end or before another one.
fn escaping(text: &str) -> Option<usize> {
    let end = text.trim_end_matches('\\').len();
    let last = (end < text.len()).then_some(end);
    text.find("\\\\").or(last)
}
