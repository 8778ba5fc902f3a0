//! An `argv` entry that allows a command matches it word by word, by a reference in which `*` stops
//! at a `/` and a final `**` is any further words; without a `..` in the command, the reverse.
//! As a deny rule, the same entry denies whatever it would allow.
//!
//! The first line of the input is the entry, the second the command, their words apart by blanks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::Verdict;
use mcp_ssh_policy::shell::CommandLine;
use references::{quoted, rules, set, try_host, within};
use serde_json::json;

/// The reference tries every choice: few wildcards keep it fast.
const MOST_WILDCARDS: usize = 6;

fuzz_target!(|input: &str| {
    if let Some((entry, command)) = input.split_once('\n')
        && input.len() <= 200
        && entry.matches('*').count() <= MOST_WILDCARDS
    {
        let entry: Vec<&str> = entry.split(' ').collect();
        check(&entry, &command.split(' ').collect::<Vec<_>>());
    }
});

fn check(entry: &[&str], words: &[&str]) {
    let line = words
        .iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ");
    let allow = json!({"action": "allow", "escapes": "allow", "argv": [entry]});
    let deny = [
        json!({"action": "allow", "commands": ["*"]}),
        json!({"argv": [entry]}),
    ];
    let (Ok(allow), Ok(deny)) = (try_host(&rules(&[allow])), try_host(&rules(&deny))) else {
        return;
    };
    if CommandLine::parse(&line).is_err() {
        return;
    }
    let allowed = allow.judge(&line).verdict() == Verdict::Allow;
    let meets = meets_entry(entry, words);
    assert!(!allowed || meets, "{entry:?} allows {words:?}");
    if !line.contains("..") {
        assert_eq!(allowed, meets, "{entry:?} {words:?}");
    }
    if allowed {
        assert_eq!(
            deny.judge(&line).verdict(),
            Verdict::Deny,
            "{entry:?} {words:?}"
        );
    }
}

fn meets_entry(entry: &[&str], words: &[&str]) -> bool {
    let (items, further) = match entry {
        ["**"] => (&["*"][..], true),
        [items @ .., "**"] => (items, true),
        items => (items, false),
    };
    let enough = words.len() == items.len() || further && words.len() > items.len();
    enough
        && items
            .iter()
            .zip(words)
            .enumerate()
            .all(|(index, (item, word))| {
                let item: Vec<char> = item.chars().collect();
                // A program is named without a path unless its item has a `/`.
                let deep = index > 0 || has_slash(&item);
                meets(&item, &word.chars().collect::<Vec<_>>(), deep)
            })
}

/// Whether a `/` stands in the item outside of a set.
fn has_slash(item: &[char]) -> bool {
    match item {
        [] => false,
        ['[', rest @ ..] => has_slash(set(rest).map_or(rest, |(_, _, after)| after)),
        [first, rest @ ..] => *first == '/' || has_slash(rest),
    }
}

fn meets(item: &[char], word: &[char], deep: bool) -> bool {
    match (item, word) {
        ([], _) => word.is_empty(),
        (['*', ..], _) => {
            let stars = item.iter().take_while(|next| **next == '*').count();
            let crosses = stars > 1 && deep;
            let longest = word
                .iter()
                .take_while(|next| crosses || **next != '/')
                .count();
            (0..=longest).any(|taken| meets(&item[stars..], &word[taken..], deep))
        }
        (['[', rest @ ..], _) if set(rest).is_some() => match (set(rest), word) {
            (Some((negated, members, after)), [first, further @ ..]) => {
                *first != '/' && within(members, *first) != negated && meets(after, further, deep)
            }
            _ => false,
        },
        ([first, later @ ..], [character, further @ ..]) => {
            (first == character || *first == '?' && *character != '/')
                && meets(later, further, deep)
        }
        ([_, ..], []) => false,
    }
}
