//! A second look at a message that was not read, so that its sender is answered under its id.
//!
//! Takes: the line. Gives: an [`Outline`], which holds no value but the id. What the other members hold may be too much,
//! too deep, or no UTF-8. Refuses: what is no object, an `id` that is neither a string nor an integer or stands there
//! twice, and what is not JSON up to its end; only `NaN` and `Infinity` are passed over.

use std::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::magnitude::without_words;
use super::message::RequestId;

/// What the members of a message say of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outline {
    /// The id; `None` when there is none.
    pub id: Option<RequestId>,
    /// Whether it has a `method`: without one it is a response of the client.
    pub has_method: bool,
}

/// The outline of a line; `None` if the id is not clear.
pub(super) fn outline(line: &[u8]) -> Option<Outline> {
    let line = without_words(line);
    let mut reader = serde_json::Deserializer::from_slice(&line);
    // What is passed over is not read by recursion.
    reader.disable_recursion_limit();
    let outline = reader.deserialize_map(OutlineVisitor).ok()?;
    reader.end().ok()?;
    Some(outline)
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut has_method) = (None, false);
        while let Some(name) = members.next_key::<String>()? {
            if name != "id" {
                has_method |= name == "method";
                members.next_value::<IgnoredAny>()?;
            } else if id.replace(members.next_value::<RequestId>()?).is_some() {
                return Err(A::Error::custom("two ids"));
            }
        }
        Ok(Outline { id, has_method })
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = RequestId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or an integer")
    }

    fn visit_i64<E>(self, value: i64) -> Result<RequestId, E> {
        Ok(RequestId::Signed(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RequestId, E> {
        Ok(i64::try_from(value).map_or(RequestId::Unsigned(value), RequestId::Signed))
    }

    fn visit_str<E>(self, value: &str) -> Result<RequestId, E> {
        Ok(RequestId::Text(value.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Outline, outline};
    use crate::rpc::RequestId;

    #[test]
    fn the_id_stands_before_or_behind_the_values_or_is_not_clear() {
        let of = |id: RequestId, has_method| {
            let id = Some(id);
            Some(Outline { id, has_method })
        };
        let nameless = Some(Outline {
            id: None,
            has_method: true,
        });
        for (line, expected) in [
            (
                r#"{"id":1,"method":"a","params":[0]}"#,
                of(RequestId::Signed(1), true),
            ),
            (
                r#"{"params":[{"id":2}],"method":"a","id":"x"}"#,
                of(RequestId::Text("x".into()), true),
            ),
            (
                r#"{"result":[0],"id":18446744073709551615}"#,
                of(RequestId::Unsigned(u64::MAX), false),
            ),
            (
                r#"{"method":"a","params":["\ud800"],"id":-1}"#,
                of(RequestId::Signed(-1), true),
            ),
            (r#"{"id":"\ud800","method":"a"}"#, None),
            (r#"{"id":1,"id":1,"method":"a"}"#, None),
            (r#"{"id":[0],"method":"a"}"#, None),
            (r#"{"id":1.0,"method":"a"}"#, None),
            (r#"{"id":null,"method":"a"}"#, None),
            (r#"{"method":"a"}"#, nameless),
            (
                r#"{"method":"a","params":[NaN,-Infinity,1e999],"id":3}"#,
                of(RequestId::Signed(3), true),
            ),
            (r#"{"id":NaN,"method":"a"}"#, None),
            (r#"{"id":1,"method":"a"} 1"#, None),
            (r#"{"id":1,"method":"a""#, None),
            ("[1]", None),
        ] {
            assert_eq!(outline(line.as_bytes()), expected, "{line}");
        }
        let deep = format!(
            r#"{{"a":{}{},"id":1}}"#,
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        assert_eq!(outline(deep.as_bytes()), of(RequestId::Signed(1), false));
    }
}
