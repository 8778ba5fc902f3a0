//! The arguments of one `tools/call`, taken out one by one.
//!
//! Takes: the call's `arguments` object and the parameters of its tool. Gives: each argument in its type; `null` counts
//! as left out, and `5.0` as 5. Refuses, with a text on which an assistant can act: unknown keys (all of them, each
//! with the nearest known key), a missing argument, a wrong type.

use serde_json::{Map, Value};

use super::parameter::{Parameter, ParameterKind, UNLISTED};
use crate::gate::BatchSize;
use crate::rpc::{quoted, take_given, whole};
use mcp_ssh_yaml::diagnostic::nearest;

/// The arguments of a call. Invariant: every key is a parameter of the tool.
#[derive(Debug)]
pub(super) struct Arguments {
    tool: &'static str,
    given: Map<String, Value>,
}

impl Arguments {
    /// Checks the keys.
    ///
    /// # Errors
    /// The unknown keys, and the known ones.
    pub fn read(
        tool: &'static str,
        parameters: &[Parameter],
        given: Map<String, Value>,
    ) -> Result<Self, String> {
        let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
        let unknown: Vec<String> = given
            .keys()
            .filter(|key| !known.contains(&key.as_str()))
            .take(MAX_NAMED)
            .map(|key| match nearest(key, &known) {
                Some(near) => format!("{} (did you mean `{near}`?)", quoted(key)),
                None => quoted(key),
            })
            .collect();
        if unknown.is_empty() {
            return Ok(Self { tool, given });
        }
        Err(format!(
            "`{tool}` has no argument {}; {}",
            unknown.join(", "),
            described(&known)
        ))
    }

    /// Whether a value is given.
    pub fn has(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// When the argument is missing, `null` or no string.
    pub fn required(&mut self, name: &str) -> Result<String, String> {
        self.optional(name)?
            .ok_or_else(|| format!("`{}` needs the argument `{name}`, a string", self.tool))
    }

    /// A text that may be left out.
    ///
    /// # Errors
    /// When the argument is no string.
    pub fn optional(&mut self, name: &str) -> Result<Option<String>, String> {
        match take_given(&mut self.given, name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(format!(
                "the argument `{name}` of `{}` must be a string, not {}",
                self.tool,
                type_name(&other)
            )),
        }
    }

    /// A flag, which is `false` where it is left out.
    ///
    /// # Errors
    /// When the argument is no boolean.
    pub fn flag(&mut self, name: &str) -> Result<bool, String> {
        match take_given(&mut self.given, name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => Err(format!(
                "the argument `{name}` of `{}` must be a boolean, not {}",
                self.tool,
                type_name(&other)
            )),
        }
    }

    /// The place of a word among those of a parameter; the first where it is left out.
    ///
    /// # Errors
    /// When the argument is none of the words.
    pub fn choice(&mut self, name: &str, words: &[&str]) -> Result<usize, String> {
        let Some(given) = self.optional(name)? else {
            return Ok(0);
        };
        let place = words.iter().position(|word| *word == given);
        place.ok_or_else(|| {
            format!(
                "the argument `{name}` of `{}` must be one of `{}`",
                self.tool,
                words.join("`, `")
            )
        })
    }

    /// A number of hosts from 1 on, or a part of them such as `25%`.
    ///
    /// # Errors
    /// When the argument is anything else.
    pub fn batch(&mut self, name: &str) -> Result<Option<BatchSize>, String> {
        let size = match take_given(&mut self.given, name) {
            None => return Ok(None),
            Some(Value::String(text)) => BatchSize::of_text(&text),
            Some(other) => whole(&other)
                .and_then(|number| usize::try_from(number).ok())
                .filter(|hosts| (1..=UNLISTED).contains(hosts))
                .map(BatchSize::Hosts),
        };
        size.map(Some).ok_or_else(|| {
            format!(
                "the argument `{name}` of `{}` must be an integer from 1 to {UNLISTED}, or a text from \"1%\" to \"100%\"",
                self.tool
            )
        })
    }

    /// A list of objects with the texts `old` and `new`, `most` at most.
    ///
    /// # Errors
    /// When the argument is missing, empty, longer, or anything else.
    pub fn edits(&mut self, name: &str, most: usize) -> Result<Vec<(String, String)>, String> {
        let wrong = || {
            format!(
                "the argument `{name}` of `{}` must be a list of objects `{{\"old\": TEXT, \"new\": TEXT}}`, with one at least",
                self.tool
            )
        };
        let Some(Value::Array(list)) = take_given(&mut self.given, name) else {
            return Err(wrong());
        };
        if list.len() > most {
            return Err(format!(
                "the argument `{name}` of `{}` has {} edits, and a call has {most} at most: make several calls, each with \
                 the `sha256` of the one before, or write the whole file with ssh_write_file",
                self.tool,
                list.len()
            ));
        }
        let edit = |item: Value| {
            let Value::Object(mut members) = item else {
                return None;
            };
            let mut text = |name| match members.remove(name)? {
                Value::String(text) => Some(text),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => None,
            };
            let edit = (text("old")?, text("new")?);
            members.is_empty().then_some(edit)
        };
        let edits: Option<Vec<_>> = list.into_iter().map(edit).collect();
        edits.filter(|edits| !edits.is_empty()).ok_or_else(wrong)
    }

    /// A number that may be left out.
    ///
    /// # Errors
    /// When the argument is no integer within the parameter's bounds.
    pub fn integer(&mut self, parameter: &Parameter) -> Result<Option<usize>, String> {
        let (least, most) = match parameter.kind {
            ParameterKind::Integer(least, most) => (least, most),
            ParameterKind::Text
            | ParameterKind::Flag
            | ParameterKind::Choice(_)
            | ParameterKind::Batch
            | ParameterKind::Edits(_) => (0, usize::MAX),
        };
        let Some(given) = take_given(&mut self.given, parameter.name) else {
            return Ok(None);
        };
        let number = whole(&given).and_then(|number| usize::try_from(number).ok());
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(format!(
                "the argument `{}` of `{}` must be an integer from {least} to {most}",
                parameter.name, self.tool
            )),
        }
    }
}

/// How many unknown keys one error names: a call may have any number.
const MAX_NAMED: usize = 10;

fn described(known: &[&str]) -> String {
    if known.is_empty() {
        return "it takes none".to_owned();
    }
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("its arguments are {}", known.join(", "))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Parameter, ParameterKind};
    use crate::mcp::parameter::Need;
    use serde_json::{Map, Value, json};

    const PARAMETERS: [Parameter; 2] = [
        Parameter {
            name: "alias",
            kind: ParameterKind::Text,
            need: Need::Required,
            description: "",
        },
        Parameter {
            name: "command",
            kind: ParameterKind::Text,
            need: Need::Required,
            description: "",
        },
    ];

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn names_every_unknown_key() {
        let given = object(json!({"alias": "a", "comand": "b", "sudo": true}));
        assert_eq!(
            Arguments::read("ssh_run", &PARAMETERS, given).unwrap_err(),
            "`ssh_run` has no argument `comand` (did you mean `command`?), `sudo`; \
             its arguments are `alias`, `command`"
        );
        assert_eq!(
            Arguments::read("ssh_ping", &[], object(json!({"alias": 1}))).unwrap_err(),
            "`ssh_ping` has no argument `alias`; it takes none"
        );
    }

    #[test]
    fn null_is_left_out_and_a_whole_number_is_an_integer() {
        let lines = Parameter {
            name: "lines",
            kind: ParameterKind::Integer(1, 10),
            need: Need::Optional,
            description: "",
        };
        let given = |value: Value| {
            let given = object(json!({"lines": value}));
            let mut arguments = Arguments::read("ssh_run", &[lines], given).unwrap();
            arguments.integer(&lines)
        };
        assert_eq!(given(Value::Null), Ok(None));
        assert_eq!(given(json!(5.0)), Ok(Some(5)));
        for value in [json!(5.5), json!(0.0), json!(11.0), json!("5"), json!(true)] {
            assert!(given(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn flags_choices_and_edits_are_of_their_type_or_refused() {
        let parameters = ["create", "unit", "edits"].map(|name| Parameter {
            name,
            kind: ParameterKind::Flag,
            need: Need::Optional,
            description: "",
        });
        let read = |value: Value| Arguments::read("t", &parameters, object(value)).unwrap();
        assert_eq!(read(json!({})).flag("create"), Ok(false));
        assert_eq!(read(json!({"create": true})).flag("create"), Ok(true));
        assert!(read(json!({"create": "true"})).flag("create").is_err());
        let words = ["lines", "bytes"];
        assert_eq!(read(json!({})).choice("unit", &words), Ok(0));
        assert_eq!(read(json!({"unit": "bytes"})).choice("unit", &words), Ok(1));
        assert_eq!(
            read(json!({"unit": "words"}))
                .choice("unit", &words)
                .unwrap_err(),
            "the argument `unit` of `t` must be one of `lines`, `bytes`"
        );
        let edits = |value: Value| read(json!({"edits": value})).edits("edits", 2);
        let one = ("a".to_owned(), String::new());
        assert_eq!(edits(json!([{"old": "a", "new": ""}])), Ok(vec![one]));
        for wrong in [
            Value::Null,
            json!([]),
            json!({"old": "a", "new": "b"}),
            json!([{"old": "a"}]),
            json!([{"old": "a", "new": 1}]),
            json!([{"old": "a", "new": "b", "all": true}]),
        ] {
            assert!(edits(wrong.clone()).is_err(), "{wrong}");
        }
        let many = |count: usize| edits(json!(vec![json!({"old": "a", "new": "b"}); count]));
        assert_eq!(many(2).map(|edits| edits.len()), Ok(2));
        let told = many(3).unwrap_err();
        assert!(
            told.contains("has 3 edits, and a call has 2 at most"),
            "{told}"
        );
    }

    #[test]
    fn names_what_is_missing_and_the_wrong_type() {
        let given = object(json!({"command": ["ls"]}));
        let mut arguments = Arguments::read("ssh_run", &PARAMETERS, given).unwrap();
        assert_eq!(
            arguments.required("alias").unwrap_err(),
            "`ssh_run` needs the argument `alias`, a string"
        );
        assert_eq!(
            arguments.required("command").unwrap_err(),
            "the argument `command` of `ssh_run` must be a string, not an array"
        );
    }
}
