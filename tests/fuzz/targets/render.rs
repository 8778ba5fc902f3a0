//! Words of any characters that may be in a line, quoted in any of the three ways, are parsed to
//! themselves, and so is what is rendered from them, by our parser and by POSIX's own rules.
//! Words are refused only for a character that may not be there, or for their length.
//!
//! Each word of the input follows one of NUL, U+0001 and U+0002, which chooses how it is quoted.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::shell::{CommandLine, MAX_CHARACTERS};
use references::{posix_words, quoted};

const MARKS: [char; 3] = ['\0', '\u{1}', '\u{2}'];

fuzz_target!(|text: &str| check(text));

fn check(text: &str) {
    let mut line = "echo".to_owned();
    let mut words = vec!["echo".to_owned()];
    for marked in text.split_inclusive(MARKS) {
        let word = marked.trim_end_matches(MARKS);
        words.push(word.to_owned());
        line.push(' ');
        line.push_str(&match marked.chars().next_back() {
            Some('\u{1}') => in_double_quotes(word),
            Some('\u{2}') => escaped(word),
            _ => quoted(word),
        });
    }
    let length = line.chars().count();
    let parsed = match CommandLine::parse(&line) {
        Ok(parsed) => parsed,
        Err(refusal) => {
            let admitted = words.concat().chars().all(plainly_admitted);
            assert!(length > MAX_CHARACTERS || !admitted, "{line:?}: {refusal}");
            return;
        }
    };
    assert_eq!(values(&parsed), words, "{line:?}");
    let rendered = parsed.render();
    assert_eq!(
        posix_words(&rendered).as_ref(),
        Some(&words),
        "{rendered:?}"
    );
    if rendered.chars().count() <= MAX_CHARACTERS {
        let again = CommandLine::parse(&rendered).expect("what was rendered parses");
        assert_eq!(values(&again), words, "{rendered:?}");
    }
}

fn values(line: &CommandLine) -> Vec<String> {
    let words = line.commands().flat_map(|command| command.words());
    words.map(|word| word.value().into_owned()).collect()
}

fn in_double_quotes(word: &str) -> String {
    let mut out = "\"".to_owned();
    for character in word.chars() {
        if "$`\"\\".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out + "\""
}

/// Each character behind a backslash, but for a newline, which that would take away.
fn escaped(word: &str) -> String {
    let mut out = if word.is_empty() { "''" } else { "" }.to_owned();
    for character in word.chars() {
        match character {
            '\n' => out.push_str("'\n'"),
            other => out.extend(['\\', other]),
        }
    }
    out
}

/// Some of what may be in a line: everything that is ASCII and no control character.
fn plainly_admitted(character: char) -> bool {
    matches!(character, ' '..='~' | '\n' | '\t' | 'à'..='ÿ' | '一'..='龥')
}
