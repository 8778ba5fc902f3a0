//! Strict JSON: RFC 8259 without the choices that it leaves to a reader.
//!
//! Takes: one line of bytes. Gives: the value and its [`Flaws`]. A flaw is a key that an object holds twice,
//! since a filter before this server could read another value than the server does; or half of a surrogate
//! pair in a string. A number that no double holds is read as a large one, which no member takes. Refuses: invalid
//! UTF-8, a byte order mark, anything after the value, nesting over [`MAX_DEPTH`], more than [`MAX_VALUES`] values.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Deserializer, Map, Number, Value};

use super::response::quoted;
use super::{magnitude, surrogate};

/// How many objects and arrays may stand around a value, the message itself included. It also bounds the
/// recursion of this reader: about 200 bytes of stack for each level.
const MAX_DEPTH: usize = 128;

/// How many values a message may have. Each takes up to 150 bytes once read, so that ten megabytes of `0,0,0`
/// would become hundreds. Honest requests have some dozens, or some hundreds if they name hosts.
const MAX_VALUES: usize = 20_000;

/// Why a line is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonError {
    /// The line is not JSON, or is nested too deep. The text says where and why, in one line.
    Malformed(String),
    /// The line holds more than [`MAX_VALUES`] values.
    TooManyValues,
}

impl JsonError {
    fn malformed(reason: &impl fmt::Display) -> Self {
        Self::Malformed(format!("not JSON: {reason}"))
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => formatter.write_str(reason),
            Self::TooManyValues => {
                write!(formatter, "a message holds at most {MAX_VALUES} values")
            }
        }
    }
}

impl std::error::Error for JsonError {}

/// A value and its flaws.
#[derive(Debug)]
pub(super) struct ParsedLine {
    /// The value; of a repeated key, the first value.
    pub value: Value,
    /// The flaws of the value.
    pub flaws: Flaws,
}

/// What is wrong with a value that can be read nevertheless, so that the error can name the request.
#[derive(Debug, Default)]
pub(super) struct Flaws {
    /// The keys that appear twice in one object, in reading order.
    repeated: Vec<Repeated>,
    strings: Strings,
}

/// Whether the strings of a message are whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Strings {
    /// Each string is Unicode text.
    #[default]
    Text,
    /// A string held half of a surrogate pair; U+FFFD has replaced it.
    Halved,
}

/// A key that an object holds twice.
#[derive(Debug)]
struct Repeated {
    /// The key, unescaped.
    name: String,
    depth: usize,
}

impl Flaws {
    /// The first flaw as a sentence for the sender of the message.
    pub fn first(&self) -> Option<String> {
        match (self.repeated.first(), self.strings) {
            (Some(key), _) => Some(format!(
                "the key {} appears twice in one object; send it once",
                quoted(&key.name)
            )),
            (None, Strings::Halved) => Some(
                "a string holds half of a surrogate pair (such as \\ud83d alone), which is no \
                 text; send whole characters"
                    .to_owned(),
            ),
            (None, Strings::Text) => None,
        }
    }

    /// Whether `id`, that of the message, may be another than the sender meant: the answer has no id then.
    pub fn touch_id(&self, id: &Value) -> bool {
        let is_id = |key: &Repeated| key.depth == 1 && key.name == "id";
        let replaced = || {
            id.as_str()
                .is_some_and(|id| id.contains(char::REPLACEMENT_CHARACTER))
        };
        self.repeated.iter().any(is_id) || self.strings == Strings::Halved && replaced()
    }
}

/// Reads the one value of a line.
///
/// # Errors
/// What is wrong and where.
pub(super) fn parse(line: &[u8]) -> Result<ParsedLine, JsonError> {
    let refusal = match read(line) {
        Err(refusal @ JsonError::Malformed(_)) => refusal,
        read => return read,
    };
    let bounded = magnitude::mended(line);
    let whole = surrogate::mended(bounded.as_deref().unwrap_or(line));
    let strings = match whole {
        Some(_) => Strings::Halved,
        None => Strings::Text,
    };
    let mut mended = read(&whole.or(bounded).ok_or(refusal)?)?;
    mended.flaws.strings = strings;
    Ok(mended)
}

fn read(line: &[u8]) -> Result<ParsedLine, JsonError> {
    let text = std::str::from_utf8(line).map_err(|error| JsonError::malformed(&error))?;
    let repeated = RefCell::new(Vec::new());
    let room = Cell::new(Some(MAX_VALUES));
    let mut reader = Deserializer::from_str(text);
    // serde_json would stop at 127 levels; `Strict` counts the levels itself, and stops after 128.
    reader.disable_recursion_limit();
    let strict = Strict {
        depth: 0,
        repeated: &repeated,
        room: &room,
    };
    let value = strict
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| match room.get() {
            Some(_) => JsonError::malformed(&error),
            None => JsonError::TooManyValues,
        })?;
    let flaws = Flaws {
        repeated: repeated.into_inner(),
        strings: Strings::Text,
    };
    Ok(ParsedLine { value, flaws })
}

/// Reads a value that has `depth` objects and arrays around it.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    repeated: &'a RefCell<Vec<Repeated>>,
    /// How many more values may come; `None` after one too many has come.
    room: &'a Cell<Option<usize>>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("nesting over {MAX_DEPTH} levels")));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        let room = self.room.get().and_then(|room| room.checked_sub(1));
        self.room.set(room);
        if room.is_none() {
            return Err(D::Error::custom("too many values"));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inside)?;
            if object.contains_key(&name) {
                let depth = inside.depth;
                self.repeated.borrow_mut().push(Repeated { name, depth });
            } else {
                object.insert(name, value);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonError, MAX_DEPTH, MAX_VALUES, Strings, parse};
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn nesting_ends_at_exactly_128_levels() {
        let arrays = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let objects = |depth: usize| "{\"a\":".repeat(depth) + "0" + &"}".repeat(depth);
        for (depth, accepted) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false), (100_000, false)] {
            assert_eq!(parse(arrays(depth).as_bytes()).is_ok(), accepted, "{depth}");
            assert_eq!(
                parse(objects(depth).as_bytes()).is_ok(),
                accepted,
                "{depth}"
            );
        }
    }

    #[test]
    fn values_are_counted() {
        // The array itself counts as a value, too.
        let zeroes = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert!(parse(zeroes(MAX_VALUES - 1).as_bytes()).is_ok());
        for count in [MAX_VALUES, 5_000_000] {
            let refused = parse(zeroes(count).as_bytes()).unwrap_err();
            assert_eq!(refused, JsonError::TooManyValues, "{count}");
        }
    }

    proptest! {
        /// A text that this reader accepts gives the value that serde_json reads.
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{}:,"\\utrue01e.\- a]{0,24}"#) {
            let theirs: Result<Value, _> = serde_json::from_str(&text);
            match (parse(text.as_bytes()), theirs) {
                (Ok(ours), Ok(theirs)) if ours.flaws.first().is_none() => {
                    prop_assert_eq!(ours.value, theirs);
                }
                (Ok(ours), theirs) => {
                    let is_text = ours.flaws.strings == Strings::Text;
                    let is_bounded = super::magnitude::mended(text.as_bytes()).is_none();
                    prop_assert_eq!(is_text && is_bounded, theirs.is_ok());
                }
                (Err(_), theirs) => prop_assert!(theirs.is_err()),
            }
        }
    }

    #[test]
    fn refuses_what_is_not_strict_json() {
        for bad in [
            &b""[..],
            b"{",
            b"{} {}",
            b"{'a':1}",
            b"{\"a\":1,}",
            b"[1,]",
            b"nan",
            b"01",
            b"NaN",
            b"1e999e",
            b"// comment\n{}",
            b"\xef\xbb\xbf{}",
            b"\"\xff\"",
            b"\"\xed\xa0\x80\"",
            b"\"\0\"",
            b"\"\\ud8\"",
            b"{\"a\":\"\\ud800\"",
            b"\0",
        ] {
            assert!(parse(bad).is_err(), "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn keeps_values_exactly() {
        let text = r#"{"z":[1,-1,18446744073709551615,0.5,"\ud83d\ude00\u0000",null,true],"a":{}}"#;
        let parsed = parse(text.as_bytes()).unwrap();
        assert_eq!(
            parsed.value.to_string(),
            "{\"z\":[1,-1,18446744073709551615,0.5,\"😀\\u0000\",null,true],\"a\":{}}"
        );
        assert!(parsed.flaws.first().is_none());
    }
}
