//! Any text is parsed or refused. What is parsed shows all that it holds, is read by POSIX's own
//! rules as the words that were parsed, and parses to itself again, whole and command by command.
//! A refusal points into the text and says what to do.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::shell::{CommandLine, MAX_CHARACTERS, ShellError};
use references::posix_words;

fuzz_target!(|text: &str| match CommandLine::parse(text) {
    Ok(line) => parsed(&line),
    Err(refusal) => refused(text, &refusal),
});

fn parsed(line: &CommandLine) {
    let rendered = line.render();
    assert!(!rendered.contains(hidden), "{rendered:?}");
    if rendered.chars().count() <= MAX_CHARACTERS {
        assert_eq!(CommandLine::parse(&rendered).as_ref(), Ok(line));
    }
    let mut words = Vec::new();
    for command in line.commands() {
        let name = command.words().first().map(|word| word.value());
        assert!(name.is_some_and(|name| !name.is_empty()), "{rendered:?}");
        words.extend(command.words().iter().map(|word| word.value().into_owned()));
        let alone = command.render();
        if alone.chars().count() <= MAX_CHARACTERS {
            let parsed = CommandLine::parse(&alone).expect("a command is a line");
            assert!(parsed.commands().eq([command]), "{alone:?}");
        }
    }
    assert_eq!(posix_words(&rendered), Some(words), "{rendered:?}");
}

fn refused(text: &str, refusal: &ShellError) {
    let line = text
        .split('\n')
        .nth(refusal.line() - 1)
        .expect("a line of the text");
    let columns = 1..=line.chars().count() + 1;
    assert!(columns.contains(&refusal.column()), "{refusal}");
    assert!(!refusal.hint().is_empty() && !refusal.construct().is_empty());
    assert!(!refusal.message().contains(hidden), "{refusal:?}");
    assert!(!refusal.message().contains('\n'), "{refusal:?}");
}

/// What a person would not see. A newline or a tab may stand in quotes.
fn hidden(character: char) -> bool {
    character.is_control() && !"\n\t".contains(character)
        || matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
}
