//! What holds for every string: the parser never panics, a refusal points into the line, and
//! rendering settles at once.

use mcp_ssh_policy::shell::{CommandLine, MAX_CHARACTERS, Piece};
use proptest::prelude::*;

use super::generate::Generator;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_string_is_parsed_or_refused(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_soup_of_metacharacters_is_parsed_or_refused(
        text in "([a-c12 \t\n\r\\\\'\"`$*?\\[\\]!(){}<>&|;#~=%,./-]|&&|\\|\\||2>&1|/dev/null|é){0,40}"
    ) {
        check(&text);
    }

    #[test]
    fn any_generated_line_is_parsed_or_refused(seed in any::<u64>()) {
        check(&Generator::new(seed).line());
    }
}

#[test]
fn the_longest_lines_are_parsed_in_linear_time() {
    for unit in [
        "a", "a ", "a|", "a;", "'", "\"", "\\", "{", "{,", "a*", "[", "$", "a/.", ">",
    ] {
        check(&unit.repeat(MAX_CHARACTERS / unit.len()));
        check(&format!(
            "a {}",
            unit.repeat(MAX_CHARACTERS / unit.len() - 2)
        ));
    }
}

fn check(text: &str) {
    match CommandLine::parse(text) {
        Ok(line) => check_rendering(&line),
        Err(refusal) => {
            let lines: Vec<&str> = text.split('\n').collect();
            let length = lines[refusal.line() - 1].chars().count();
            assert!(
                (1..=length + 1).contains(&refusal.column()),
                "{text:?}: {refusal}"
            );
            assert!(!refusal.message().contains(char::is_control), "{text:?}");
        }
    }
}

fn check_rendering(line: &CommandLine) {
    let text = line.render();
    if text.chars().count() <= MAX_CHARACTERS {
        assert_eq!(CommandLine::parse(&text).as_ref(), Ok(line), "{text:?}");
    }
    let unescaped = text.replace("\\\\", "").replace("\\'", "");
    let outside: String = unescaped.split('\'').step_by(2).collect();
    assert!(!outside.contains(['\n', '\t', '\r']), "{text:?}");
    for word in line.commands().flat_map(|command| command.words()) {
        let texts: String = word.pieces().iter().map(Piece::text).collect();
        assert_eq!(word.value(), texts);
    }
}
