//! A pattern matches exactly what fnmatch's definition says. What it allows it also matches, with
//! no `..` that it does not spell; a text with marks meets it when some expansion of them does.
//!
//! The first line of the input is the pattern, the second what its marks stand for, the rest the
//! text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::Glob;
use references::{fnmatch, parents};

/// The marks of shell patterns and of what is read from elsewhere.
const MARKS: [char; 2] = ['\0', '\u{1}'];
/// The reference looks at each pair of rests: this keeps a run below a millisecond.
const LONGEST: usize = 200;

fuzz_target!(|input: &str| {
    let mut lines = input.splitn(3, '\n');
    if let (Some(pattern), Some(stands), Some(text)) = (lines.next(), lines.next(), lines.next())
        && input.len() <= LONGEST
        && !pattern.contains(MARKS)
    {
        let stands = stands.replace(MARKS, "");
        check(&Glob::new(pattern), &stands, text);
    }
});

fn check(glob: &Glob, stands: &str, text: &str) {
    if text.contains(MARKS) {
        let within = stands.replace(['/', ' '], "");
        let expanded = text.replace('\0', &within).replace('\u{1}', stands);
        assert!(
            !glob.matches(&expanded) || glob.overlaps(text),
            "{glob:?} {text:?} {expanded:?}"
        );
        let within = if text.starts_with('\0') {
            stands
        } else {
            &stands.replace('/', "")
        };
        let word = text.replace('\0', within).replace('\u{1}', stands);
        assert!(
            !glob.matches(&word) || glob.overlaps_word(text),
            "{glob:?} {text:?} {word:?}"
        );
        return;
    }
    let pattern = glob.as_str();
    assert_eq!(
        glob.matches(text),
        fnmatch(pattern, text),
        "{pattern:?} {text:?}"
    );
    assert_eq!(
        glob.overlaps(text),
        glob.matches(text),
        "{pattern:?} {text:?}"
    );
    assert_eq!(
        glob.overlaps_word(text),
        glob.matches(text),
        "{pattern:?} {text:?}"
    );
    if glob.allows(text) {
        assert!(glob.matches(text), "{pattern:?} {text:?}");
        assert!(parents(text) <= parents(pattern), "{pattern:?} {text:?}");
    }
    // `[*]` spells the sign itself.
    if glob.is_literal() && !pattern.contains('[') {
        assert_eq!(glob.matches(text), text == pattern, "{pattern:?} {text:?}");
    }
}
