//! Whether some expansion of a text with shell patterns could match a pattern.
//!
//! Takes tokens and a text with marks; gives yes or no. Both sides have wildcards, so every state of the
//! pattern is followed at once. The time is linear in pattern times text.

use super::marks::{ANYTHING, SHELL_PATTERN};
use super::token::GlobToken;

/// Whether the tokens match some text that `text` may become: each [`SHELL_PATTERN`] may become any text
/// without one of `stops`, each [`ANYTHING`] any text.
pub(crate) fn overlaps(tokens: &[GlobToken], text: &str, stops: &[char]) -> bool {
    // reach[i]: the first i tokens can match the part of the text that was read so far.
    let mut reach = vec![false; tokens.len() + 1];
    mark(&mut reach, 0);
    skip_runs(tokens, &mut reach);
    for character in text.chars() {
        reach = step(tokens, &reach, character, stops);
    }
    reach.last().copied().unwrap_or(false)
}

/// The states that are reached after one more character of the text.
fn step(tokens: &[GlobToken], reach: &[bool], character: char, stops: &[char]) -> Vec<bool> {
    let mut next = vec![false; reach.len()];
    for (index, token) in tokens.iter().enumerate() {
        if !reach.get(index).copied().unwrap_or(false) {
            continue;
        }
        if *token == GlobToken::Run {
            mark(&mut next, index);
        } else if token.takes(character) {
            mark(&mut next, index + 1);
        }
    }
    match character {
        SHELL_PATTERN => expand(tokens, reach, &mut next, stops),
        // The first reached state stays reached; any text may lead from there to every later one.
        ANYTHING => {
            let first = reach.iter().position(|reached| *reached);
            (first.unwrap_or(reach.len())..reach.len()).for_each(|index| mark(&mut next, index));
        }
        _ => {}
    }
    skip_runs(tokens, &mut next);
    next
}

/// The states that are reached after a shell pattern: it may be empty, or be what any number of tokens
/// match up to one of `stops`.
fn expand(tokens: &[GlobToken], reach: &[bool], next: &mut [bool], stops: &[char]) {
    for start in 0..reach.len() {
        if !reach.get(start).copied().unwrap_or(false) {
            continue;
        }
        mark(next, start);
        let within = |token: &&GlobToken| !matches!(token, GlobToken::Literal(literal) if stops.contains(literal));
        let wanted = tokens.iter().skip(start).take_while(within).count();
        (start + 1..=start + wanted).for_each(|index| mark(next, index));
    }
}

/// Adds the states behind each `*` and each end of a name, since both may match the empty text.
fn skip_runs(tokens: &[GlobToken], reach: &mut [bool]) {
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token, GlobToken::Run | GlobToken::NameEnd)
            && reach.get(index).copied().unwrap_or(false)
        {
            mark(reach, index + 1);
        }
    }
}

fn mark(reach: &mut [bool], index: usize) {
    if let Some(state) = reach.get_mut(index) {
        *state = true;
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::glob::Glob;

    #[test]
    fn overlap_asks_for_the_possibility() {
        for (pattern, text, expected) in [
            ("cat /etc/shadow", "cat /etc/sh\0dow", true),
            ("cat /etc/shadow", "cat /etc/\0", true),
            ("cat /etc/shadow", "cat /var/\0", false),
            ("*shadow*", "ls \0", true),
            ("rm *", "ls \0", false),
            ("ls a/b", "ls a\0b", false),
            ("ls a/b", "ls a\0/\0", true),
            ("ls a b", "ls a\0b", false),
            ("reboot*", "reboot", true),
            ("rm -rf /*", "rm \u{1}", true),
            ("rm -rf /", "rm -rf x\u{1}", false),
            ("* --force", "git push \u{1}", true),
            ("rm *", "ls \u{1}", false),
        ] {
            assert_eq!(
                Glob::new(pattern).overlaps(text),
                expected,
                "{pattern:?} on {text:?}"
            );
        }
    }
}
