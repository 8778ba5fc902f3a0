//! `Glob`: fnmatch patterns, matched in time linear in pattern times text.
//!
//! Takes a pattern: `*` matches any run of characters, blanks and `/` too; `?` one; `[seq]` and `[!seq]` one of
//! a set; anything else itself. `[*]`, `[?]`, `[[]` match the sign. A pattern is case-sensitive and matches the
//! whole text; an unclosed `[` is literal, as in Python's fnmatch. Gives three readings, from strict to lax:
//!
//! - [`Glob::allows`]: for allow rules. A `*` that ends the first word stands for the end of the
//!   program's name and any arguments, and no wildcard matches a `..` path component.
//! - [`Glob::matches`]: plain fnmatch, for deny rules, aliases and tags.
//! - [`Glob::overlaps`]: whether some expansion of a text with shell patterns would match.
//!
//! In a text, [`SHELL_PATTERN`] marks a place that the remote shell will expand: an allow rule needs a `*`
//! there, a deny rule matches when an expansion may. [`ANYTHING`] marks a text that the command reads
//! from elsewhere: only deny rules see texts with this mark.

use super::align;
use super::bracket;
use super::marks::{ANYTHING, SHELL_PATTERN};
use super::overlap;
use super::parent::{dot_dots, proc_links};
use super::token::{GlobToken, NameReading, tokenize};

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    pattern: String,
    tokens: Vec<GlobToken>,
    /// The literal text with which every match starts: most texts fail here, without a loop.
    prefix: String,
    /// The tokens without quotes, for values; `None` where `tokens` serve for values, too.
    values: Option<Box<[GlobToken]>>,
    dot_dots: usize,
}

impl Glob {
    /// Compiles `pattern`; every string is a pattern.
    pub fn new(pattern: &str) -> Self {
        let tokens = tokenize(pattern);
        let prefix = tokens
            .iter()
            .map_while(|token| match token {
                GlobToken::Literal(literal) => Some(*literal),
                GlobToken::One | GlobToken::Run | GlobToken::Set(_) | GlobToken::NameEnd => None,
            })
            .collect();
        let quotes = |token: &GlobToken| matches!(token, GlobToken::Literal('\'' | '"' | '\\'));
        let values = tokens
            .iter()
            .any(quotes)
            .then(|| align::values(&tokens).into());
        Self {
            pattern: pattern.to_owned(),
            prefix,
            values,
            dot_dots: match tokens.iter().all(GlobToken::is_literal) {
                true => usize::MAX,
                false => literal_dot_dots(&tokens) + proc_links(pattern),
            },
            tokens,
        }
    }

    /// The pattern that matches `text` and nothing else.
    pub(crate) fn spelling(text: &str) -> Self {
        Self::new(&bracket::escaped(text))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Plain fnmatch over the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        text.starts_with(&self.prefix) && run(&self.tokens, text, NameReading::Plain)
    }

    /// The strict reading, for allow rules.
    pub fn allows(&self, text: &str) -> bool {
        self.admits(text) && dot_dots(text) <= self.dot_dots
    }

    /// The strict reading over a command's words by value, joined as
    /// [`value_text`](super::grants::value_text) joins them.
    pub fn allows_value(&self, text: &str) -> bool {
        self.admits_value(text) && dot_dots(text) <= self.dot_dots
    }

    /// The strict reading, but the wildcards may take `..` path components.
    pub(crate) fn admits(&self, text: &str) -> bool {
        text.starts_with(&self.prefix) && run(&self.tokens, text, NameReading::Allow)
    }

    /// As [`Self::admits`], over a command's words by value.
    pub(crate) fn admits_value(&self, text: &str) -> bool {
        run(self.values(), text, NameReading::Allow)
    }

    pub(crate) fn values(&self) -> &[GlobToken] {
        self.values.as_deref().unwrap_or(&self.tokens)
    }

    /// The literal text with which every match begins.
    pub(crate) fn start(&self) -> &str {
        &self.prefix
    }

    /// Whether the pattern has no wildcard: such a pattern stands for one text.
    pub fn is_literal(&self) -> bool {
        self.tokens.iter().all(GlobToken::is_literal)
    }

    /// Whether the first word of the pattern is only `*`: any program matches.
    pub fn names_any_program(&self) -> bool {
        let mut tokens = self.tokens.iter();
        tokens.next() == Some(&GlobToken::Run)
            && matches!(tokens.next(), None | Some(GlobToken::Literal(' ')))
    }

    /// The tokens of the pattern.
    pub(crate) fn tokens(&self) -> &[GlobToken] {
        &self.tokens
    }

    /// Whether the pattern matches some text that `text` may become: each [`SHELL_PATTERN`] may become
    /// any part of a path component, each [`ANYTHING`] any text.
    pub fn overlaps(&self, text: &str) -> bool {
        if !self.may_begin(text) {
            false
        } else if text.contains([SHELL_PATTERN, ANYTHING]) {
            overlap::overlaps(&self.tokens, text, &['/', ' '])
        } else {
            self.matches(text)
        }
    }

    /// Whether the text equals the literal beginning up to the first mark of the text: most entries fail here.
    fn may_begin(&self, text: &str) -> bool {
        let is_mark = |byte: u8| [SHELL_PATTERN, ANYTHING].contains(&char::from(byte));
        let mut pairs = self.prefix.bytes().zip(text.bytes());
        pairs
            .find(|(wanted, found)| wanted != found)
            .is_none_or(|(_, found)| is_mark(found))
    }

    /// Whether a text that is one word may become a match; a pathname in the word may have blanks. A word begins with
    /// a mark only where find puts in a pathname, and such a pathname has a `/`.
    pub fn overlaps_word(&self, text: &str) -> bool {
        if text.starts_with(SHELL_PATTERN) {
            overlap::overlaps(&self.tokens, text, &[])
        } else if text.contains([SHELL_PATTERN, ANYTHING]) {
            overlap::overlaps(&self.tokens, text, &['/'])
        } else {
            self.matches(text)
        }
    }
}

/// Whether the tokens match. Goes back to the last `*` only: a later `*` can take whatever an earlier `*`
/// could, so no other choice needs a second look.
fn run(tokens: &[GlobToken], text: &str, reading: NameReading) -> bool {
    let mut token = 0;
    let mut rest = text.chars();
    let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let next = rest.clone().next();
        let advanced = match tokens.get(token) {
            Some(GlobToken::Run) => {
                token += 1;
                retry = Some((token, rest.clone()));
                continue;
            }
            Some(GlobToken::NameEnd) => {
                reading == NameReading::Plain || matches!(next, None | Some(' '))
            }
            Some(other) => next.is_some_and(|character| {
                rest.next();
                other.takes(character)
            }),
            None if next.is_none() => return true,
            None => false,
        };
        if advanced {
            token += 1;
            continue;
        }
        // Let the last `*` take one character more.
        let Some((after_run, from)) = retry.as_mut() else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        token = *after_run;
        rest = from.clone();
    }
}

/// How many `..` path components the pattern spells out with literal neighbours. The neighbours make each
/// of these match exactly one component of the text.
fn literal_dot_dots(tokens: &[GlobToken]) -> usize {
    let edge = |token: Option<&GlobToken>| match token {
        None => true,
        Some(GlobToken::Literal(literal)) => matches!(literal, '/' | ' ' | '='),
        Some(GlobToken::One | GlobToken::Run | GlobToken::Set(_) | GlobToken::NameEnd) => false,
    };
    let dot = |at: usize| tokens.get(at) == Some(&GlobToken::Literal('.'));
    (0..tokens.len())
        .filter(|&at| {
            dot(at)
                && dot(at + 1)
                && edge(tokens.get(at + 2))
                && at.checked_sub(1).is_none_or(|left| edge(tokens.get(left)))
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn plain_reading_is_fnmatch() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a b/c\nd", true),
            ("prod-*", "prod-web-1", true),
            ("prod-*", "xprod-web-1", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[ab]x", "bx", true),
            ("[!ab]x", "bx", false),
            ("[!ab]x", "cx", true),
            ("[a-c]", "b", true),
            ("[c-a]", "b", false),
            ("[]x]", "]", true),
            ("[", "[", true),
            ("[abc", "[abc", true),
            ("a**b", "a-b", true),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*a*b*c", "xxaxxbxx", false),
            ("mkfs*", "mkfs.ext4 /dev/sda", true),
            ("UP*", "uptime", false),
            ("*ctl*", "systemctl", true),
            ("[*]", "*", true),
            ("[*]", "x", false),
            ("[[]a][?]", "[a]?", true),
            ("[[]a][?]", "ba]x", false),
            ("h\u{e9}*", "h\u{e9}llo", true),
        ] {
            assert_eq!(
                Glob::new(pattern).matches(text),
                expected,
                "{pattern:?} on {text:?}"
            );
        }
    }

    #[test]
    fn allow_reading_keeps_the_name_whole_and_the_path_below() {
        for (pattern, text, expected) in [
            ("id*", "id", true),
            ("id*", "id -u", true),
            ("id*", "idmap", false),
            ("id*", "id\u{a0}x", false),
            ("id* -u", "id -u", true),
            ("id* -u", "id x -u", true),
            ("id* -u", "idmap -u", false),
            ("*", "anything at all", true),
            ("* --version", "gcc --version", true),
            ("s*ctl*", "systemctl status", true),
            ("s*ctl*", "sysctlx ctl y", true),
            ("s*ctl*", "sysctlx", false),
            ("df -h*", "df -h", true),
            ("df -h*", "df -hT", true),
            ("/usr/bin/i*", "/usr/bin/id", false),
            ("cat /var/log/*", "cat /var/log/syslog", true),
            ("cat /var/log/*", "cat /var/log/../../etc/shadow", false),
            ("cat /var/log/*", "cat /var/log/..", false),
            ("cat /var/log/*", "cat /var/log/a..b", true),
            ("cat /var/log/*", "cat /var/log/...", true),
            ("cat ../*", "cat ../x", true),
            ("cat ../*", "cat ../../x", false),
            ("cat .*", "cat ..", false),
            ("cat ?../*", "cat .../..", false),
            ("grep *", "grep -f../x y", false),
            ("grep *", "grep -C.. y", false),
            ("git log *", "git log main..", true),
            ("git log *", "git log main..dev", true),
            ("tar *", "tar --directory=../x", false),
            ("cat '../x y'", "cat '../x y'", true),
            ("ls [*]", "ls *", true),
            ("ls [*]", "ls \0", false),
            ("ls *", "ls \0", true),
            ("ls ?", "ls \0", false),
            ("ls [!a]", "ls \0", false),
        ] {
            assert_eq!(
                Glob::new(pattern).allows(text),
                expected,
                "{pattern:?} on {text:?}"
            );
        }
    }

    #[test]
    fn a_hostile_text_costs_no_more_than_pattern_times_text() {
        // Exponential backtracking would not end; this does at once.
        let text = "a".repeat(10_000);
        assert!(!Glob::new("*a*a*a*a*a*a*a*a*b").matches(&text));
    }
}
