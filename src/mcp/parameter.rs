//! The parameters of tools and prompts, as listings show them.
//!
//! Takes: constants. Gives: the JSON Schema of one parameter, and the input schema of a tool (JSON Schema 2020-12, an
//! object at the root). Refuses nothing. Invariant: [`super::arguments`] reads by these rows, so that every listed
//! parameter is accepted.

use serde_json::{Map, Value, json};

/// A parameter of a tool or of a prompt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    /// The key of the parameter.
    pub name: &'static str,
    /// The type of the value.
    pub kind: ParameterKind,
    /// Whether a call may leave the parameter out.
    pub need: Need,
    /// What the value means; empty if the name and the tool say enough.
    pub description: &'static str,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParameterKind {
    /// A string.
    Text,
    /// An integer, both bounds included.
    Integer(usize, usize),
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A number of hosts from 1 on, or a part of them such as `25%`.
    Batch,
    /// A list of exact replacements in a text, with so many at most.
    Edits(usize),
}

/// Whether a call may leave a parameter out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// A call must have the parameter.
    Required,
    /// A call may leave the parameter out.
    Optional,
}

/// An upper bound above every honest number: the error names it, the listing does not.
pub(super) const UNLISTED: usize = 999_999_999;

/// The `inputSchema` of a tool with these parameters.
pub(super) fn input_schema(parameters: &[Parameter]) -> Value {
    if parameters.is_empty() {
        return json!({"type": "object", "additionalProperties": false});
    }
    let properties: Map<String, Value> = parameters
        .iter()
        .map(|parameter| (parameter.name.to_owned(), parameter.schema()))
        .collect();
    let required: Vec<&str> = parameters
        .iter()
        .filter(|parameter| parameter.need == Need::Required)
        .map(|parameter| parameter.name)
        .collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    Value::Object(schema)
}

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = Map::new();
        self.kind.add_to(&mut schema);
        if !self.description.is_empty() {
            schema.insert("description".to_owned(), self.description.into());
        }
        Value::Object(schema)
    }
}

impl ParameterKind {
    /// The keywords of the schema that describe the values.
    fn add_to(self, schema: &mut Map<String, Value>) {
        let mut add = |key: &str, value: Value| {
            schema.insert(key.to_owned(), value);
        };
        match self {
            Self::Text => add("type", "string".into()),
            Self::Flag => add("type", "boolean".into()),
            Self::Choice(words) => {
                add("type", "string".into());
                add("enum", words.into());
            }
            Self::Integer(least, most) => {
                add("type", "integer".into());
                add("minimum", least.into());
                if most != UNLISTED {
                    add("maximum", most.into());
                }
            }
            Self::Batch => {
                add("type", json!(["integer", "string"]));
            }
            Self::Edits(most) => {
                let text = json!({"type": "string"});
                add("type", "array".into());
                add("minItems", 1.into());
                add("maxItems", most.into());
                add(
                    "items",
                    json!({
                        "type": "object",
                        "properties": {"old": text, "new": text},
                        "required": ["old", "new"],
                        "additionalProperties": false,
                    }),
                );
            }
        }
    }
}
