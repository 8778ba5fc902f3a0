//! Any text as `.env`: a value that is assigned in front of it, in either kind of quotes, is read as it was written; an error
//! is a line of the file by its number, and no word of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::config::dotenv_value;

/// A name that no input has.
const NAME: &str = "QQ_FUZZED_NAME_QQ";

fuzz_target!(|input: &str| {
    let (value, text) = input.split_once('\u{1}').unwrap_or(("", input));
    for name in ["pw", "PW", "x"] {
        if let Err(error) = dotenv_value(text, name) {
            let number = error
                .strip_prefix("line ")
                .and_then(|rest| rest.split_once(": "));
            let (number, why) = number.expect("the line, and why");
            let lines = text.matches(['\n', '\r']).count() + 1;
            assert!(
                (1..=lines).contains(&number.parse().expect("a number")),
                "{error}"
            );
            assert_eq!(why, "a quote is not closed, or something stands after it");
        }
    }
    // A backslash at the end would belong to the quote, for python-dotenv too, wherever the text has another quote.
    let holds_its_quote = !value.ends_with('\\');
    if !input.contains(NAME) && !value.contains('\r') && holds_its_quote {
        assert_eq!(dotenv_value(text, NAME), Ok(None));
        for (quote, plain) in [('\'', "\\'"), ('"', "\\\"")] {
            let escaped = value.replace('\\', "\\\\").replace(quote, plain);
            let file = format!("{NAME}={quote}{escaped}{quote}\n{text}");
            assert_eq!(
                dotenv_value(&file, NAME),
                Ok(Some(value.to_owned())),
                "{file:?}"
            );
        }
    }
});
