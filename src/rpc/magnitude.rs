//! Numbers beyond what a double holds, such as `1e400`.
//!
//! Takes: a line that the JSON reader refused. Gives: the line with a number in place of each that the reader cannot
//! hold, of the sign and far beyond what any member takes, so that the member is refused by its name; `None` where there
//! is none. JSON's grammar allows them, and lets a reader set bounds (RFC 8259 §6). Python also writes `NaN` and
//! `Infinity`, which are no JSON: [`without_words`] lets their line be read for its id alone.

use std::borrow::Cow;

/// What is put in the place of a larger number, which has as many characters at least.
const LARGE: &[u8] = b"1e308";
/// The value of [`LARGE`]. From here on the reader and this file may round differently.
const LARGEST: f64 = 1e308;
/// What is put in the place of a word: no id may be such a number.
const NO_NUMBER: &[u8] = b"0.0";
/// What Python writes for numbers that are none.
const WORDS: [&[u8]; 2] = [b"NaN", b"Infinity"];

/// The line without numbers that are too large; its length in bytes stays.
pub(super) fn mended(line: &[u8]) -> Option<Vec<u8>> {
    let mut mended = line.to_vec();
    let mut found = false;
    for_each_outside_of_strings(line, |at, rest| {
        let of_number = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = rest.iter().take_while(of_number).count();
        let sign = usize::from(rest.first() == Some(&b'-'));
        let text = rest
            .get(..length)
            .and_then(|text| std::str::from_utf8(text).ok());
        let text = text.filter(|text| is_number(text));
        let number: Option<f64> = text.and_then(|text| text.parse().ok());
        if number.is_some_and(|number| number.abs() > LARGEST) {
            found = true;
            replace(&mut mended, at + sign, length - sign, LARGE);
        }
        length
    });
    found.then_some(mended)
}

/// The line with a number in place of each `NaN` and `Infinity`; its length in bytes stays.
pub(super) fn without_words(line: &[u8]) -> Cow<'_, [u8]> {
    let mut plain = Cow::Borrowed(line);
    for_each_outside_of_strings(line, |at, rest| {
        let word = WORDS.into_iter().find(|word| rest.starts_with(word));
        let length = word.map_or(0, <[u8]>::len);
        if length > 0 {
            replace(plain.to_mut(), at, length, NO_NUMBER);
        }
        length
    });
    plain
}

/// Whether the text is a number by JSON's grammar, which is stricter than that of [`f64`] (RFC 8259 §6): no `01`, no `1.`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let unsigned = |text: &str| digits(text.strip_prefix(['+', '-']).unwrap_or(text));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(unsigned)
}

/// Puts `by` and blanks into the place of `length` bytes.
fn replace(line: &mut [u8], at: usize, length: usize, by: &[u8]) {
    let Some(place) = line.get_mut(at..at + length) else {
        return;
    };
    let by = by.iter().chain(std::iter::repeat(&b' '));
    place.iter_mut().zip(by).for_each(|(byte, by)| *byte = *by);
}

/// Calls `each` with every place outside of a string and the line from there on. It says how many bytes it has dealt with.
fn for_each_outside_of_strings(line: &[u8], mut each: impl FnMut(usize, &[u8]) -> usize) {
    let (mut at, mut in_string) = (0, false);
    while let Some((first, rest)) = line.get(at..).and_then(<[u8]>::split_first) {
        at += match (in_string, first) {
            (true, b'\\') => 2,
            (_, b'"') => {
                in_string = !in_string;
                1
            }
            (true, _) => 1,
            (false, _) => each(at, line.get(at..).unwrap_or(rest)).max(1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{mended, without_words};
    use proptest::prelude::*;

    #[test]
    fn numbers_that_are_too_large_are_replaced_and_nothing_else_is() {
        let digits = format!("[{}]", "9".repeat(400));
        let large = format!("[1e308{}]", " ".repeat(395));
        for (line, expected) in [
            ("[1e400]", Some("[1e308]")),
            ("[-1e400,1]", Some("[-1e308,1]")),
            ("[1E+999]", Some("[1e308 ]")),
            (r#"{"a":2e308}"#, Some(r#"{"a":1e308}"#)),
            (r#"{"1e400":1e400}"#, Some(r#"{"1e400":1e308}"#)),
            (r#"["\"1e400",1e400]"#, Some(r#"["\"1e400",1e308]"#)),
            (&digits, Some(&large)),
            ("[1e99999999999999999999]", Some("[1e308                 ]")),
            ("[1e308,-1e308,1e-400,0e999]", None),
            (r#"["1e400"]"#, None),
            (r#"["\\\"1e400"]"#, None),
            ("[1e400e]", None),
            ("[01e400]", None),
            ("[-018e400]", None),
            ("[1.e400]", None),
            ("[.5e400]", None),
            ("[+1e400]", None),
            ("[1e]", None),
            ("[1.5e400]", Some("[1e308  ]")),
            ("[10e+400]", Some("[1e308  ]")),
            ("", None),
        ] {
            let mended = mended(line.as_bytes()).map(|line| String::from_utf8(line).unwrap());
            assert_eq!(mended.as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn the_words_of_python_are_replaced_outside_of_strings() {
        for (line, expected) in [
            (r#"{"NaN":NaN}"#, r#"{"NaN":0.0}"#),
            ("[-Infinity,Infinity]", "[-0.0     ,0.0     ]"),
            (r#"["Infinity"]"#, r#"["Infinity"]"#),
            ("[nan]", "[nan]"),
        ] {
            assert_eq!(
                without_words(line.as_bytes()),
                expected.as_bytes(),
                "{line}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_no_number_of_json_is_left_alone(text in "[-+.eE019]{1,24}") {
            let line = format!("[{text}]");
            // The reader says that a number is out of range, or that it is none.
            let refusal = serde_json::from_str::<Vec<f64>>(&line).err();
            let is_large = refusal.is_some_and(|refusal| refusal.to_string().starts_with("number out of range"));
            if super::mended(line.as_bytes()).is_some() {
                prop_assert!(is_large || serde_json::from_str::<Vec<f64>>(&line).is_ok(), "{}", text);
            }
        }

        /// A number that the JSON reader takes is not replaced unless it is larger than the replacement. One that it
        /// refuses, and that the grammar allows, it takes once mended.
        #[test]
        fn agrees_with_serde_json(number in "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,4})?") {
            let taken = |line: &[u8]| serde_json::from_slice::<f64>(line).ok();
            match (mended(number.as_bytes()), taken(number.as_bytes())) {
                (None, theirs) => prop_assert!(theirs.is_some()),
                (Some(_), Some(theirs)) => prop_assert!(theirs.abs() >= 1e308),
                (Some(mended), None) => prop_assert!(taken(&mended).is_some()),
            }
        }
    }
}
