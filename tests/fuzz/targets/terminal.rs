//! Any text on a terminal: nothing in it turns a line around, no character of C1 is left, and what was plain stays as it was;
//! JSON means what it meant; a text for a person is one line on which no terminal acts.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::cli::{for_terminal, json_for_terminal};
use mcp_ssh::gate::visible_text;

fuzz_target!(|text: &str| {
    let written = for_terminal(text);
    assert!(!written.contains(acts), "{written:?}");
    if !text.contains(acts) {
        assert_eq!(written, text);
    }
    let plain = |text: &str| text.chars().filter(|character| !acts(*character)).count();
    assert!(plain(&written) >= plain(text), "{written:?}");
    let value = serde_json::Value::from(text);
    let json = value.to_string();
    let json = json_for_terminal(&json);
    assert!(!json.contains(acts), "{json:?}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).expect("it is JSON"),
        value
    );
    let visible = visible_text(text);
    assert!(
        !visible.contains(|character: char| character.is_control() || acts(character)),
        "{visible:?}"
    );
    assert!(text.is_empty() == visible.is_empty());
    assert_eq!(visible_text(&visible), visible);
});

/// The bidirectional controls of Unicode (UAX #9), and C1.
fn acts(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
