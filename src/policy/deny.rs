//! `deny_substrings`: what no rule can allow.
//!
//! An entry without glob characters is a substring, tested against the agent's string, the
//! rendered line, and the string with quotes and backslashes removed and blanks collapsed; an
//! entry that equals one of its words hits too, as in the reference. An entry with `*`, `?` or
//! `[` is, besides, a glob over each simple command with the program's path removed.

use crate::shell::CommandLine;

use super::glob::Glob;
use super::subject::Subject;

/// The entries in force when the policy names none.
pub const DEFAULT_ENTRIES: &[&str] = &[
    "rm -rf /",
    ":(){ :|:& };:",
    "mkfs ",
    "dd if=/dev/zero",
    "shutdown -h",
    "reboot",
    "userdel ",
    "passwd ",
    // Ways from this host to another.
    "ssh ",
    "scp ",
    "rsync -e ssh",
    "curl ",
    "wget ",
    "nc ",
    "nmap ",
    "telnet ",
    "kubectl ",
    "aws ",
    "gcloud ",
    "az ",
];

/// One entry, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenyEntry {
    text: String,
    glob: Option<Glob>,
    /// `*text*`, for lines with shell patterns.
    anywhere: Glob,
}

/// How an entry met the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// As the agent wrote it.
    Plain,
    /// Only once quotes, blanks, paths or wrappers were looked through: someone may be trying.
    Disguised,
}

/// The spellings of a whole line that plain entries are searched in.
#[derive(Debug)]
pub struct Spellings<'a> {
    raw: &'a str,
    normalized: String,
    rendered: String,
    subjects: &'a [Subject],
}

impl<'a> Spellings<'a> {
    /// Of the agent's string and what it was parsed to.
    pub fn new(raw: &'a str, line: &CommandLine, subjects: &'a [Subject]) -> Self {
        Self {
            raw,
            normalized: normalize(raw),
            rendered: line.render(),
            subjects,
        }
    }

    /// The string as plain entries see it last: for the record of a bypass attempt.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    fn deny_texts(&self) -> impl Iterator<Item = &String> {
        self.subjects.iter().flat_map(|subject| &subject.deny)
    }
}

impl DenyEntry {
    /// Compiles an entry; an empty one never hits, as in the reference.
    pub fn new(text: &str) -> Self {
        let glob = text.contains(['*', '?', '[']).then(|| Glob::new(text));
        let escaped: String = text
            .chars()
            .map(|character| match character {
                '*' | '?' | '[' => format!("[{character}]"),
                other => other.to_string(),
            })
            .collect();
        Self {
            text: text.to_owned(),
            glob,
            anywhere: Glob::new(&format!("*{escaped}*")),
        }
    }

    /// The entry as the operator wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether and how the entry meets the line.
    pub fn meets(&self, line: &Spellings<'_>) -> Option<Hit> {
        if self.text.is_empty() {
            return None;
        }
        if line.raw.contains(&self.text) {
            return Some(Hit::Plain);
        }
        let word = self.text.trim();
        let is_a_word = !word.is_empty() && line.normalized.split(' ').any(|token| token == word);
        if is_a_word && line.raw.contains(word) {
            return Some(Hit::Plain);
        }
        let disguised = is_a_word
            || line.normalized.contains(&self.text)
            || line.rendered.contains(&self.text)
            || line.deny_texts().any(|text| self.anywhere.overlaps(text));
        if disguised {
            return Some(Hit::Disguised);
        }
        let glob = self.glob.as_ref()?;
        let subject = line
            .subjects
            .iter()
            .find(|subject| subject.deny.iter().any(|text| glob.overlaps(text)))?;
        if glob.matches(&subject.rendered) {
            Some(Hit::Plain)
        } else {
            Some(Hit::Disguised)
        }
    }
}

/// Quotes removed, then backslashes, then runs of blanks made one: the reference's reading.
fn normalize(raw: &str) -> String {
    let mut unquoted = raw.chars().filter(|character| !"'\"".contains(*character));
    let mut unescaped = String::with_capacity(raw.len());
    while let Some(character) = unquoted.next() {
        match character {
            // A backslash before a newline, or at the end, stays: `.` matches no newline.
            '\\' => match unquoted.next() {
                Some('\n') => unescaped.push_str("\\\n"),
                Some(escaped) => unescaped.push(escaped),
                None => unescaped.push('\\'),
            },
            other => unescaped.push(other),
        }
    }
    unescaped.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn normalization_is_the_reference_s() {
        for (raw, expected) in [
            ("r'm' \"-rf\"  /", "rm -rf /"),
            (r"r\m\ -rf /", "rm -rf /"),
            ("  a\t\n b ", "a b"),
            (r"a\\b", r"a\b"),
            ("a\\", "a\\"),
        ] {
            assert_eq!(normalize(raw), expected, "{raw:?}");
        }
    }
}
