//! `deny_substrings`: lines that no rule can allow.
//!
//! Takes the entries and a line in its [`Spellings`]; gives the [`Hit`] of an entry. An entry without glob
//! characters is a substring of the agent's string or the rendered line, each also with quotes and
//! backslashes removed and runs of blanks made one. An entry that equals a word of these texts hits, too,
//! as in the reference. An entry with `*`, `?` or `[` is a glob as well, over each simple command without
//! the program's path. Both kinds are held against what wrappers such as `sudo` would run, too.

use std::rc::Rc;

use crate::shell::CommandLine;

use crate::matching::glob::Glob;
use crate::matching::marks::{ANYTHING, SHELL_PATTERN};
use crate::wrappers::subject::Subject;

/// The entries in force when the policy names none. Each names a program and its call, so that
/// `last reboot` and `systemctl status ssh` do not hit.
pub const DEFAULT_ENTRIES: &[&str] = &[
    "rm -rf /*",
    "rm -fr /*",
    "rm -r -f /*",
    "rm -f -r /*",
    ":(){ :|:& };:",
    "mkfs*",
    "dd *if=/dev/zero*",
    "shutdown*",
    "reboot*",
    "halt*",
    "poweroff*",
    "userdel *",
    "passwd*",
    // Ways from this host to another.
    "ssh *",
    "scp *",
    "sftp *",
    "rsync -e*",
    "rsync * -e*",
    "rsync *--rsh*",
    "curl *",
    "wget *",
    "nc *",
    "ncat *",
    "nmap *",
    "telnet *",
    "kubectl *",
    "aws *",
    "gcloud *",
    "az *",
];

/// [`DEFAULT_ENTRIES`], compiled.
pub fn default_entries() -> Rc<[DenyEntry]> {
    DEFAULT_ENTRIES
        .iter()
        .map(|text| DenyEntry::new(text))
        .collect()
}

/// One entry, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenyEntry {
    text: String,
    glob: Option<Glob>,
}

/// How an entry met the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The entry stands in the line as the agent wrote it.
    Plain,
    /// The entry is found only behind quotes, blanks, paths or wrappers: someone may try to get past the policy.
    Disguised,
}

/// The spellings of a whole line in which plain entries are searched.
#[derive(Debug)]
pub struct Spellings<'a> {
    raw: &'a str,
    /// The agent's string, then the rendered line: an entry must meet the text that is sent as well as the
    /// text that was asked for.
    normalized: [String; 2],
    rendered: String,
    subjects: &'a [Subject],
    /// Whether one of the spellings has a sign of [`SIGNS`].
    has_signs: bool,
}

/// The characters that make an entry a glob.
const SIGNS: [char; 3] = ['*', '?', '['];

impl<'a> Spellings<'a> {
    /// The spellings of the agent's string and of the line that it was parsed to.
    pub fn new(raw: &'a str, line: &CommandLine, subjects: &'a [Subject]) -> Self {
        let rendered = line.render();
        let normalized = [normalize(raw), normalize(&rendered)];
        let mut deny = subjects.iter().flat_map(|subject| &subject.deny);
        let has_signs = raw.contains(SIGNS)
            || rendered.contains(SIGNS)
            || deny.any(|text| text.contains(SIGNS));
        Self {
            raw,
            normalized,
            rendered,
            subjects,
            has_signs,
        }
    }

    fn has_word(&self, word: &str) -> bool {
        let mut words = self.normalized.iter().flat_map(|text| text.split(' '));
        words.any(|token| token == word)
    }

    fn deny_texts(&self) -> impl Iterator<Item = &String> {
        self.subjects.iter().flat_map(|subject| &subject.deny)
    }
}

impl DenyEntry {
    /// Compiles an entry; an empty one never hits, as in the reference.
    pub fn new(text: &str) -> Self {
        let glob = text.contains(SIGNS).then(|| Glob::new(text));
        Self {
            text: text.to_owned(),
            glob,
        }
    }

    /// The entry as the operator wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// It as a glob, if it has a wildcard.
    pub(crate) fn glob(&self) -> Option<&Glob> {
        self.glob.as_ref()
    }

    /// Whether the entry meets the text of one command.
    pub fn meets_text(&self, text: &str) -> bool {
        match &self.glob {
            _ if self.text.is_empty() => false,
            Some(glob) => glob.overlaps(text),
            None => text.contains(&self.text),
        }
    }

    /// Whether the entry meets every command that `marked` stands for; each wildcard is a [`SHELL_PATTERN`] there.
    pub fn covers(&self, marked: &str) -> bool {
        match &self.glob {
            _ if self.text.is_empty() => false,
            Some(glob) => glob.matches(marked),
            None => marked.contains(&self.text),
        }
    }

    /// Whether and how the entry meets the line.
    pub fn meets(&self, line: &Spellings<'_>) -> Option<Hit> {
        if self.text.is_empty() {
            return None;
        }
        // The text of a glob has a sign of `SIGNS`, so no line without such a sign contains this text.
        if self.glob.is_some() && !line.has_signs {
            return self.meets_a_command(line);
        }
        if line.raw.contains(&self.text) {
            return Some(Hit::Plain);
        }
        let word = self.text.trim();
        let is_a_word = !word.is_empty() && line.has_word(word);
        if is_a_word && line.raw.contains(word) {
            return Some(Hit::Plain);
        }
        let disguised = is_a_word
            || line.normalized.iter().any(|text| text.contains(&self.text))
            || line.rendered.contains(&self.text)
            || line.deny_texts().any(|text| self.may_stand_in(text));
        if disguised {
            return Some(Hit::Disguised);
        }
        self.meets_a_command(line)
    }

    /// Whether and how the entry, as a glob, meets one of the commands.
    fn meets_a_command(&self, line: &Spellings<'_>) -> Option<Hit> {
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

    /// Whether `text` contains the entry, or may once the shell has expanded its patterns. An entry that is a
    /// glob is not held against expansions here: no file is called `reboot*`.
    fn may_stand_in(&self, text: &str) -> bool {
        match self.glob {
            Some(_) => text.contains(&self.text),
            None => may_contain(text, &self.text),
        }
    }
}

/// Whether an expansion of `text` may contain `entry`, of which the text spells enough: `/etc/sh*dow` may
/// be `/etc/shadow`. That `/var/log/*` may be a file called `reboot` does not count.
fn may_contain(text: &str, entry: &str) -> bool {
    if !text.contains([SHELL_PATTERN, ANYTHING]) {
        return text.contains(entry);
    }
    let enough = spelled_enough(entry);
    let bare = !entry.contains(['/', ' ']);
    // The `/` that begins a path counts as spelled, if the entry begins with a `/`, too.
    let begins_path = |previous: char| {
        entry.starts_with('/')
            && !previous.is_alphanumeric()
            && ![SHELL_PATTERN, ANYTHING].contains(&previous)
    };
    let entry: Vec<char> = entry.chars().collect();
    // reach[i]: how many of the entry's first i characters the text spells, if the text so far may end
    // in them; `None` if it cannot.
    let mut reach: Vec<Option<usize>> = vec![None; entry.len() + 1];
    let mut previous = ' ';
    for character in text.chars() {
        if let Some(start) = reach.first_mut() {
            *start = Some(0);
        }
        match character {
            SHELL_PATTERN => {
                if matches!(previous, '/' | ' ') {
                    leave_dots(&entry, &mut reach);
                }
                expand(&entry, &mut reach, &['/', ' ']);
            }
            ANYTHING => expand(&entry, &mut reach, &[]),
            _ => {
                let earnest = bare || !"/ ".contains(character) || begins_path(previous);
                let steps = reach.iter().zip(&entry);
                let spelled = steps.map(|(reached, wanted)| {
                    reached
                        .filter(|_| *wanted == character)
                        .map(|count| count + usize::from(earnest))
                });
                reach = std::iter::once(None).chain(spelled).collect();
            }
        }
        previous = character;
        let whole = reach.last().copied().flatten();
        if whole.is_some_and(|spelled| spelled >= enough) {
            return true;
        }
    }
    false
}

/// How many characters of an entry a text must spell out. A pattern stands for no `/` and no blank, so
/// the text spells these of an entry; one more character is needed, or every `/var/log/*/*` would count as
/// `/etc/shadow`. Of a bare word half is needed, since any file may have such a name.
fn spelled_enough(entry: &str) -> usize {
    if entry.contains(['/', ' ']) {
        1
    } else {
        entry.chars().count().div_ceil(2)
    }
}

/// A pattern at the beginning of a name finds no name that begins with a dot (XCU 2.13.3). An entry whose
/// next character is a dot is given up here.
fn leave_dots(entry: &[char], reach: &mut [Option<usize>]) {
    let begun = reach.iter_mut().zip(entry).skip(1);
    for (state, _) in begun.filter(|(_, wanted)| **wanted == '.') {
        *state = None;
    }
}

/// Lets a mark take any number of the entry's characters up to one of `stops`.
fn expand(entry: &[char], reach: &mut [Option<usize>], stops: &[char]) {
    let mut carried: Option<usize> = None;
    for (state, wanted) in reach.iter_mut().zip(entry.iter().map(Some).chain([None])) {
        carried = carried.max(*state);
        *state = carried;
        if wanted.is_none_or(|wanted| stops.contains(wanted)) {
            carried = None;
        }
    }
}

/// The text without quotes, then without backslashes, each run of blanks made one: the reference reads it so.
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
    use super::{may_contain, normalize};

    #[test]
    fn a_shell_pattern_may_complete_an_entry_that_is_begun() {
        for (text, entry, expected) in [
            ("cat /etc/shadow", "/etc/shadow", true),
            ("cat /etc/sh\0dow", "/etc/shadow", true),
            ("cat /etc/\0", "/etc/shadow", true),
            ("cat /e\0/s\0", "/etc/shadow", true),
            ("cat /var/\0", "/etc/shadow", false),
            ("ls /\0/\0", "/etc/shadow", true),
            ("ls --file=//\0/\0", "/etc/shadow", true),
            ("ls /var/log/\0/\0.log", "/etc/shadow", false),
            ("ls /var/log/\0/s\0", "/etc/shadow", true),
            ("ls /var/log/\0/", "/.ssh/", false),
            ("ls /home/x/\0sh/", "/.ssh/", false),
            ("ls /home/\0/.s\0/", "/.ssh/", true),
            ("ls /home/x/.ssh/\0", "/.ssh/", true),
            ("ls /home/x\0ssh/", "x.ssh", true),
            ("ls /var/log/\0", "reboot", false),
            ("ls /var/log/r\0", "reboot", false),
            ("ls /var/log/reb\0", "reboot", true),
            ("ls /var/log/\0boot", "reboot", true),
            ("ls /var/log/\0error\0", "reboot", false),
            ("ls \0", "rm -rf /", false),
            ("rm -r\0 /", "rm -rf /", true),
            ("rm \u{1}", "rm -rf /", true),
            ("ls \u{1}", "rm -rf /", false),
        ] {
            assert_eq!(may_contain(text, entry), expected, "{entry:?} in {text:?}");
        }
    }

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
