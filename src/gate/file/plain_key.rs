//! Whether what looks like a private key is one as programs write it, and nothing else.
//!
//! Takes: the text from the first words of a key to its last. Gives: whether it is the lines of one key, whose bytes are
//! built as its label says. Refuses: a key without an end, which would hide the rest of its file; a line with anything
//! but base64, in which a command could hide; base64 that is no key; a line that is a path or a word, which a shell would
//! run; and the keys of PGP, PuTTY, ssh.com and old encrypted PEM, whose bytes say nothing of what they are.
//!
//! ```text
//! key    := "-----BEGIN " label "-----" end lines "-----END " label "-----"     as text, or the base64 of all of it
//! lines  := (full end)* last end            full := 64, 70 or 76 letters of base64     last := no more letters
//! end    := LF | CRLF, with blanks around it, or all of them spelled `\n` or `\r\n`, as in JSON
//! ```

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::ssh::is_built_as;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// The letters of a full line: those of PEM, of ssh-keygen, of base64(1).
const FULL_LINES: [usize; 3] = [64, 70, 76];
/// A last line of fewer letters could be the name of a program.
const MIN_WORD: usize = 20;
/// The most letters of a directory of the root. Random base64 has another `/` so near to the first in one of six.
const MAX_ROOT: usize = 12;
/// Directories of the root in which a program may be. Only root makes others.
const ROOTS: [&str; 17] = [
    "bin", "boot", "data", "dev", "etc", "home", "lib", "media", "mnt", "opt", "root", "run",
    "sbin", "srv", "tmp", "usr", "var",
];

/// Whether the text is the lines of one key.
pub fn is_plain_key(text: &str) -> bool {
    match text.starts_with(BEGIN) {
        true => is_key(text),
        false => is_encoded_key(text),
    }
}

fn is_key(text: &str) -> bool {
    let spelled = text.replace("\\r\\n", "\n").replace("\\n", "\n");
    // Ends that are spelled among ends that are not would join lines that a shell reads apart.
    let text = if text.contains('\n') { text } else { &spelled };
    let lines: Vec<&str> = lines(text);
    let [opening, body @ .., closing] = lines.as_slice() else {
        return false;
    };
    let first = opening
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(DASHES));
    let last = closing
        .strip_prefix(END)
        .and_then(|rest| rest.strip_suffix(DASHES));
    let is_of_one = first.is_some() && first == last;
    let bytes = decoded(body).filter(|_| is_of_one);
    bytes.is_some_and(|bytes| is_built_as(first.unwrap_or_default(), &bytes))
}

/// Whether the text is the base64 of one key, from its first letter to its last.
fn is_encoded_key(text: &str) -> bool {
    let bytes = decoded(&lines(text));
    bytes.is_some_and(|bytes| {
        let key = std::str::from_utf8(&bytes).unwrap_or_default();
        key.starts_with(BEGIN) && is_key(key.trim_end_matches(['\r', '\n']))
    })
}

fn lines(text: &str) -> Vec<&str> {
    let without_return = |line| str::strip_suffix(line, '\r').unwrap_or(line);
    let lines = text.split('\n').map(without_return);
    lines.map(|line| line.trim_matches([' ', '\t'])).collect()
}

/// The bytes of lines of base64.
fn decoded(lines: &[&str]) -> Option<Zeroizing<Vec<u8>>> {
    let (last, full) = lines.split_last()?;
    let width = full.first().map_or(last.len(), |first| first.len());
    let is_full = |line: &&str| line.len() == width && FULL_LINES.contains(&width);
    let fits = full.iter().all(is_full) && !last.is_empty() && last.len() <= width;
    if !fits || lines.iter().any(|line| is_path(line)) || is_word(last) {
        return None;
    }
    let base64 = Zeroizing::new(lines.concat());
    let mut bytes = Zeroizing::new(vec![0; base64.len()]);
    let length = Base64::decode(base64.as_str(), &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

/// Whether a shell would run the line as a program: by its path from the root, or by one from `/` as working directory.
fn is_path(line: &str) -> bool {
    let path = line.trim_start_matches('/');
    let root = path.split_once('/').map(|(root, _)| root);
    match line.len() - path.len() {
        0 => root.is_some_and(|root| ROOTS.contains(&root)),
        1 => root.is_some_and(|root| root.len() <= MAX_ROOT),
        _ => true,
    }
}

/// Whether a shell could take the line for the name of a program.
fn is_word(line: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    line.len() < MIN_WORD && line.chars().all(is_name)
}
