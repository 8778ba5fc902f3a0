//! What the targets compare the product with: short and obvious, and nothing shared with it.

pub mod imports;
pub mod paths;
pub mod scripts;

use std::collections::HashMap;

use mcp_ssh_policy::{HostPolicy, Policy};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Source, Span};
use serde_json::Value;

/// What stands between two simple commands, or is left of one: `&&`, `|`, `2>/dev/null`.
const OPERATORS: [&str; 14] = [
    "&&",
    "||",
    ";",
    "|",
    "2>&1",
    "1>&2",
    ">&2",
    ">/dev/null",
    "1>/dev/null",
    "2>/dev/null",
    ">>/dev/null",
    "&>/dev/null",
    "</dev/null",
    "2>>/dev/null",
];

/// The words of a rendered line as POSIX (XCU 2.2, 2.3) reads them, quotes removed, operators
/// left out. None when something in it is not quoted that would need to be.
pub fn posix_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.trim_start_matches(' ');
        let end = |at: usize| rest[at..].is_empty() || rest[at..].starts_with([' ', ';']);
        let operator = OPERATORS
            .iter()
            .filter(|operator| rest.starts_with(**operator) && end(operator.len()))
            .max_by_key(|operator| operator.len());
        if let Some(operator) = operator.or(rest.starts_with(';').then_some(&";")) {
            rest = &rest[operator.len()..];
            continue;
        }
        let mut word = String::new();
        while let Some(character) = rest.chars().next().filter(|next| !" ;".contains(*next)) {
            rest = &rest[character.len_utf8()..];
            match character {
                '\'' => {
                    let (quoted, after) = rest.split_once('\'')?;
                    word.push_str(quoted);
                    rest = after;
                }
                '\\' => {
                    let escaped = rest.chars().next()?;
                    word.push(escaped);
                    rest = &rest[escaped.len_utf8()..];
                }
                plain if plain.is_ascii_alphanumeric() || "_@%+=:,./-*?[]!".contains(plain) => {
                    word.push(plain);
                }
                _ => return None,
            }
        }
        words.push(word);
    }
    Some(words)
}

/// The word in single quotes, as every POSIX shell's manual says.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// fnmatch as its definition reads, each pair of rests looked at once.
pub fn fnmatch(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    meets(&pattern, &text, &mut HashMap::new())
}

type Seen = HashMap<(usize, usize), bool>;

fn meets(pattern: &[char], text: &[char], seen: &mut Seen) -> bool {
    let key = (pattern.len(), text.len());
    if let Some(known) = seen.get(&key) {
        return *known;
    }
    let met = match (pattern, text) {
        ([], _) => text.is_empty(),
        (['*', later @ ..], _) => {
            meets(later, text, seen) || !text.is_empty() && meets(pattern, &text[1..], seen)
        }
        (['[', rest @ ..], _) => match set(rest) {
            Some((negated, members, later)) => {
                text.first()
                    .is_some_and(|first| within(members, *first) != negated)
                    && meets(later, &text[1..], seen)
            }
            None => text.first() == Some(&'[') && meets(rest, &text[1..], seen),
        },
        ([first, later @ ..], [character, further @ ..]) => {
            (*first == '?' || first == character) && meets(later, further, seen)
        }
        ([_, ..], []) => false,
    };
    seen.insert(key, met);
    met
}

/// After a `[`: whether it is negated, its members, what comes after its `]`.
pub fn set(rest: &[char]) -> Option<(bool, &[char], &[char])> {
    let negated = rest.first() == Some(&'!');
    let members = if negated { &rest[1..] } else { rest };
    // A `]` that comes first is a member.
    let length = 1 + members.iter().skip(1).position(|member| *member == ']')?;
    Some((negated, &members[..length], &members[length + 1..]))
}

/// Whether a set's members have a character, ranges read from the left.
pub fn within(members: &[char], character: char) -> bool {
    match members {
        [first, '-', last, rest @ ..] => {
            (*first..=*last).contains(&character) || within(rest, character)
        }
        [first, rest @ ..] => *first == character || within(rest, character),
        [] => false,
    }
}

/// How many path components `..` a text has.
pub fn parents(text: &str) -> usize {
    let components = text.split(['/', ' ', '=', '\t', '\n']);
    components.filter(|component| *component == "..").count()
}

/// That each diagnostic is one line and points into the text, and that there is an error in
/// them exactly when nothing was loaded.
pub fn check_diagnostics(text: &str, found: &[Diagnostic], loaded: bool) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    // A long list ends with how many more there are, and that has no place.
    for fault in found.iter().filter(|fault| fault.span != Span::WHOLE) {
        let line = fault
            .span
            .line
            .checked_sub(1)
            .and_then(|index| lines.get(index));
        let line = line.unwrap_or_else(|| panic!("no such line: {fault:?}"));
        let columns = 1..=line.chars().count() + 1;
        assert!(
            columns.contains(&fault.span.column),
            "no such column: {fault:?}"
        );
        assert!(!fault.message.is_empty(), "{fault:?}");
        assert!(!fault.headline().contains(char::is_control), "{fault:?}");
    }
    let failed = found.iter().any(|fault| fault.severity == Severity::Error);
    assert_eq!(failed, !loaded, "{found:?}");
}

/// The policy of one host, from a policy that must load.
pub fn host(policy: &str) -> HostPolicy {
    try_host(policy).unwrap_or_else(|found| panic!("{found:?}"))
}

/// The policy of one host.
pub fn try_host(policy: &str) -> Result<HostPolicy, Vec<Diagnostic>> {
    let source = Source::new("policy.yml", policy);
    Policy::load(&source).map(|(policy, _)| policy.for_host("web", &["web"]))
}

/// A policy of these rules, with nothing in `deny_substrings`.
pub fn rules(rules: &[Value]) -> String {
    serde_json::json!({"limits": {"deny_substrings": []}, "rules": rules}).to_string()
}
