//! What an unquoted scalar means.
//!
//! Takes the text of a plain scalar, gives its [`Value`]. PyYAML, which read these files before,
//! follows YAML 1.1; most editors follow YAML 1.2. Where the two versions agree, the value is the one
//! that both give. Where they do not, the value is [`Value::Ambiguous`], and the reader asks for quotes
//! or for plain decimal digits:
//!
//! ```text
//! null       ~ | null | Null | NULL | (nothing)
//! boolean    true | false | yes | no | on | off   in lower, upper and title case (YAML 1.1)
//! integer    [-+]? ( 0 | [1-9] [0-9]* )
//! float      ( [-+]? [0-9]+ "." [0-9]* | "." [0-9]+ ) ( [eE] [-+] [0-9]+ )?
//! ambiguous  010 09 1_000 0x10 0b1 0o17 1e3 -.5 12:30:45 .inf .nan 2026-01-31 = <<
//! text       everything else
//! ```

use std::borrow::Cow;

use super::Value;

/// The value of a plain (unquoted) scalar.
pub(super) fn resolve(text: Cow<'_, str>) -> Value<'_> {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "=" | "<<" | ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN" => Value::Ambiguous,
        other if !may_be_number(other) => Value::Text(text),
        other if is_timestamp(other) => Value::Ambiguous,
        other => number(other).unwrap_or(Value::Text(text)),
    }
}

/// Whether `text` begins as every number and every date does. This cheap test comes first, because most
/// scalars are keys and names, and a large inventory has a hundred thousand of them.
fn may_be_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.'))
}

/// The number that a scalar is; [`Value::Ambiguous`] where only one version of YAML reads a number or
/// a date; `None` where neither does.
fn number(text: &str) -> Option<Value<'static>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(unsigned) {
        let canonical = unsigned == "0" || !unsigned.starts_with('0');
        return Some(match text.parse() {
            _ if !canonical => Value::Ambiguous,
            Ok(integer) => Value::Integer(integer),
            // A number beyond 64 bits is still a number: no field takes it, and the fault says so.
            Err(_) => Value::Float(text.parse().unwrap_or(f64::INFINITY)),
        });
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || is_other_radix(unsigned)
        || is_sexagesimal(unsigned)
    {
        return Some(Value::Ambiguous);
    }
    float(text, unsigned)
}

fn float(text: &str, unsigned: &str) -> Option<Value<'static>> {
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if unsigned.contains('_') {
        let bare: String = unsigned.chars().filter(|&other| other != '_').collect();
        return bare.parse::<f64>().ok().map(|_| Value::Ambiguous);
    }
    let value = text.parse().ok()?;
    let exponent_is_signed = unsigned
        .split_once(['e', 'E'])
        .is_none_or(|(_, exponent)| exponent.starts_with(['-', '+']));
    let bare_sign = text != unsigned && unsigned.starts_with('.');
    Some(
        if unsigned.contains('.') && exponent_is_signed && !bare_sign {
            Value::Float(value)
        } else {
            Value::Ambiguous
        },
    )
}

/// True for `0x1f`, `0b11`, `0o17`, with or without underscores between the digits.
fn is_other_radix(unsigned: &str) -> bool {
    let of = |prefix: &str, radix: u32| {
        unsigned.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c == '_' || c.is_digit(radix))
        })
    };
    of("0x", 16) || of("0b", 2) || of("0o", 8)
}

/// True for `12:30:45`, which YAML 1.1 reads to base 60.
fn is_sexagesimal(unsigned: &str) -> bool {
    let whole = unsigned.split_once('.').map_or(unsigned, |(whole, rest)| {
        if rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
        {
            whole
        } else {
            unsigned
        }
    });
    let mut groups = whole.split(':');
    let first = groups.next().is_some_and(|group| {
        group.starts_with(|c: char| c.is_ascii_digit())
            && group
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_')
    });
    let mut rest = groups.peekable();
    first
        && rest.peek().is_some()
        && rest.all(|group| {
            group.len() <= 2
                && group.bytes().all(|byte| byte.is_ascii_digit())
                && group.parse::<u8>().is_ok_and(|value| value < 60)
        })
}

/// True for `2026-01-31`, with or without a time behind it: YAML 1.1 reads a date.
fn is_timestamp(text: &str) -> bool {
    if text.as_bytes().get(4) != Some(&b'-') {
        return false;
    }
    let Some((date, time)) = text.split_once(['T', 't', ' ']).or(Some((text, ""))) else {
        return false;
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let in_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z' | '+' | '-' | ' ');
    year.len() == 4
        && digits(year, 4)
        && digits(month, 2)
        && digits(day, 2)
        && time.chars().all(in_time)
}

#[cfg(test)]
mod tests {
    use super::{Value, resolve};

    #[test]
    fn reads_what_both_yaml_versions_agree_on_and_leaves_the_rest_open() {
        for (text, kind) in [
            ("", "nothing"),
            ("~", "nothing"),
            ("NULL", "nothing"),
            ("nUll", "text"),
            ("yes", "boolean"),
            ("Off", "boolean"),
            ("y", "text"),
            ("0", "integer"),
            ("-7", "integer"),
            ("+22", "integer"),
            ("9223372036854775807", "integer"),
            ("9223372036854775808", "float"),
            ("1.5", "float"),
            ("1.", "float"),
            (".5", "float"),
            ("-.5", "ambiguous"),
            ("1.5e+3", "float"),
            ("1.5e3", "ambiguous"),
            ("1e3", "ambiguous"),
            ("010", "ambiguous"),
            ("09", "ambiguous"),
            ("1_000", "ambiguous"),
            ("1_0.5", "ambiguous"),
            ("0x10", "ambiguous"),
            ("0b11", "ambiguous"),
            ("0o17", "ambiguous"),
            ("-0x10", "ambiguous"),
            ("12:30:45", "ambiguous"),
            ("1:2:3:4:5:6:7:8", "ambiguous"),
            ("12:99", "text"),
            (".inf", "ambiguous"),
            ("-.inf", "ambiguous"),
            ("2026-01-31", "ambiguous"),
            ("2026-1-3 10:00:00", "ambiguous"),
            ("2026-01-31 rollout", "text"),
            ("=", "ambiguous"),
            ("<<", "ambiguous"),
            ("inf", "text"),
            ("nan", "text"),
            ("0x", "text"),
            ("-", "text"),
            ("10.0.0.1", "text"),
            ("10.0.0.0/8", "text"),
            ("2001:db8::1", "text"),
            ("web-1", "text"),
        ] {
            let found = match resolve(text.into()) {
                Value::Null => "nothing",
                Value::Bool(_) => "boolean",
                Value::Integer(_) => "integer",
                Value::Float(_) => "float",
                Value::Ambiguous => "ambiguous",
                Value::Text(_) => "text",
                Value::List(_) | Value::Map(_) => "collection",
            };
            assert_eq!(found, kind, "{text:?}");
        }
    }
}
