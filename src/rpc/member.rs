//! Members that a message may leave out, and the ways in which clients leave them out.
//!
//! Takes: an object, and the name of a member. Gives: its value, or `None`. Several clients write `null` for a
//! member that they leave out, and `5.0` for 5: both are taken as they are meant. A member that must be there
//! and is `null` counts as missing.

use serde_json::{Map, Value};

/// The largest number up to which every integer is a double (IEEE 754, 53 bits of significand).
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The value of a member; `None` if the member is absent or `null`.
pub fn given<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// Takes out the value of a member; `None` if the member is absent or `null`.
pub fn take_given(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    members.remove(name).filter(|value| !value.is_null())
}

/// An integer from 0 on, even if it is written with a fraction of zero or with an exponent.
pub fn whole(value: &Value) -> Option<u64> {
    let exact = |number: &f64| number.fract() == 0.0 && (0.0..=MAX_EXACT).contains(number);
    let written = value.as_u64();
    written.or_else(|| value.as_f64().filter(exact).map(|number| number as u64))
}

#[cfg(test)]
mod tests {
    use super::{given, whole};
    use serde_json::{Value, json};

    #[test]
    fn null_is_nothing_and_other_values_are_there() {
        let members = json!({"null": null, "false": false, "0": 0, "text": "", "list": []});
        let members = members.as_object().unwrap();
        assert_eq!(given(members, "null"), None);
        assert_eq!(given(members, "none"), None);
        for name in ["false", "0", "text", "list"] {
            assert_eq!(given(members, name), members.get(name), "{name}");
        }
    }

    #[test]
    fn a_whole_number_however_it_is_written() {
        for (text, expected) in [
            ("5", Some(5)),
            ("5.0", Some(5)),
            ("5e0", Some(5)),
            ("0.5e1", Some(5)),
            ("0.0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("9007199254740992.0", Some(1 << 53)),
            ("9007199254740994.0", None),
            ("1e300", None),
            ("5.5", None),
            ("-1", None),
            ("-1.0", None),
            ("\"5\"", None),
            ("true", None),
            ("null", None),
            ("[5]", None),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(whole(&value), expected, "{text}");
        }
    }
}
