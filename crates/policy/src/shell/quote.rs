//! Back to text: each word in the one spelling that every shell reads the same.
//!
//! Takes literal text, appends to a string. Text of plain characters stands
//! as it is; any other is in single quotes, in which nothing is special to a POSIX shell.

/// A word of literal text, for a person to paste: in quotes where it needs them.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    match text {
        "" => push_quoted(&mut out, text),
        _ => push_literal(&mut out, text),
    }
    out
}

/// Appends literal text as a part of a word: in quotes where it needs them.
pub(super) fn push_literal(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        push_quoted(out, text);
    }
}

/// Whether text means itself unquoted, anywhere in a word and in any shell. At its start `~`
/// would be a home directory (it is not in the set at all) and `=`, in zsh, a program's path.
fn is_plain(text: &str) -> bool {
    !text.starts_with('=')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte))
}

/// Appends text in single quotes. A quote is written `'\''`. Backslashes before a quote or
/// at the end stand outside the quotes as `\\`: to POSIX that is the same, and fish, where
/// a backslash in single quotes escapes the quote, cannot be led past the end of the word.
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
    let body = run.trim_end_matches('\\');
    out.push('\'');
    out.push_str(body);
    out.push('\'');
    for _ in body.len()..run.len() {
        out.push_str("\\\\");
    }
}
