//! The two tables, `accepted.txt` and `refused.txt`.

use mcp_ssh_policy::shell::{CommandLine, MAX_CHARACTERS, RefusalStage};

const ACCEPTED: &str = include_str!("accepted.txt");
const REFUSED: &str = include_str!("refused.txt");

#[test]
fn accepted_lines_have_one_spelling() {
    let rows: Vec<_> = rows(ACCEPTED).collect();
    assert!(rows.len() >= 300, "only {} rows", rows.len());
    for row in rows {
        let (line, expected) = row.split_once(" ⇒ ").unwrap_or((row, row));
        let parsed = CommandLine::parse(&decode(line));
        let rendered = parsed.map(|line| line.render());
        assert_eq!(rendered, Ok(decode(expected)), "{row}");
    }
}

#[test]
fn refused_lines_name_the_construct_and_its_place() {
    let rows: Vec<_> = rows(REFUSED).collect();
    assert!(rows.len() >= 250, "only {} rows", rows.len());
    for row in rows {
        let (line, expected) = row.split_once(" ⇏ ").expect(row);
        let refusal = CommandLine::parse(&decode(line)).expect_err(row);
        let place = format!("{}:{}", refusal.line(), refusal.column());
        assert_eq!(
            format!("{place}: {}", refusal.construct()),
            expected,
            "{row}"
        );
        assert!(refusal.message().contains(refusal.construct()), "{row}");
        assert!(!refusal.hint().is_empty(), "{row}");
    }
}

#[test]
fn messages_are_one_line_and_name_construct_and_place() {
    for (line, expected) in [
        (
            "echo $x",
            "refused at column 6: parameter expansion `$name`",
        ),
        ("a\nb &", "refused at line 2, column 3: background `&`"),
        ("a\u{7}", "refused at column 2: control character U+0007"),
        (
            "\u{200b}",
            "refused at column 1: invisible or direction-changing character U+200B",
        ),
    ] {
        let refusal = CommandLine::parse(line).expect_err(line);
        assert_eq!(refusal.message(), expected);
        assert_eq!(refusal.to_string(), expected);
    }
}

#[test]
fn input_faults_are_told_from_language_faults() {
    use RefusalStage::{Input, Shell};
    for (line, stage, security_event) in [
        ("", Input, false),
        (" # x", Input, false),
        ("a\0", Input, true),
        ("a\x1b[2J", Input, true),
        ("a\u{9b}2J", Input, true),
        ("a\u{202e}", Input, true),
        ("a\rb", Input, true),
        ("a $x", Shell, false),
        ("a &", Shell, false),
    ] {
        let refusal = CommandLine::parse(line).expect_err(line);
        assert_eq!(refusal.stage(), stage, "{line:?}");
        assert_eq!(refusal.security_event(), security_event, "{line:?}");
    }
}

#[test]
fn the_length_limit_counts_characters() {
    let longest = "é".repeat(MAX_CHARACTERS);
    assert!(CommandLine::parse(&longest).is_ok());
    let refusal = CommandLine::parse(&format!("{longest}é")).unwrap_err();
    assert_eq!(refusal.construct(), "more than 10000 characters");
    assert_eq!(refusal.stage(), RefusalStage::Input);
    assert!(refusal.security_event());
}

#[test]
fn a_policy_sees_names_as_they_are_and_shells_see_no_alias() {
    let line = CommandLine::parse("nohup sleep 5 2>&1 | type 'a b'").unwrap();
    let commands: Vec<_> = line.commands().map(|command| command.render()).collect();
    assert_eq!(commands, ["nohup sleep 5 2>&1", "type 'a b'"]);
    let words: Vec<_> = line
        .commands()
        .map(|command| command.render_words())
        .collect();
    assert_eq!(words, ["nohup sleep 5", "type 'a b'"]);
    assert_eq!(line.render(), "'nohup' sleep 5 2>&1 | 'type' 'a b'");
}

/// The lines of the accepted table, decoded.
pub fn accepted() -> impl Iterator<Item = String> {
    rows(ACCEPTED).map(|row| decode(row.split_once(" ⇒ ").map_or(row, |(line, _)| line)))
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table
        .lines()
        .filter(|row| !row.is_empty() && !row.starts_with("## "))
}

/// `␊` and its kin to control characters, `␠` to a space, `⟨U+200B⟩` to a character.
fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        decoded.push(match character {
            '␠' => ' ',
            '␡' => '\u{7f}',
            '␀'..='␟' => char::from_u32(u32::from(character) - 0x2400).unwrap(),
            '⟨' => {
                let code: String = characters
                    .by_ref()
                    .take_while(|next| *next != '⟩')
                    .collect();
                let digits = code.strip_prefix("U+").unwrap();
                char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap()
            }
            other => other,
        });
    }
    decoded
}
