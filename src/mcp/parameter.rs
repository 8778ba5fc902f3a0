//! The parameters of tools and prompts: what a listing says of them.
//!
//! Takes: nothing but constants. Gives: the JSON Schema of one parameter, and the input schema of a tool
//! (JSON Schema 2020-12, an object at the root). Refuses nothing: [`super::arguments`] reads by these rows, so that
//! a listed parameter is an accepted one.

use serde_json::{Map, Value, json};

/// A parameter of a tool or of a prompt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    /// Its key.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterKind,
    /// Whether a call may leave it out.
    pub need: Need,
    /// What to put there; empty where its name and the tool say it.
    pub description: &'static str,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParameterKind {
    /// A string.
    Text,
    /// An integer, both bounds included.
    Integer(usize, usize),
}

/// Whether a call may leave a parameter out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It must be there.
    Required,
    /// It may be left out.
    Optional,
}

/// A bound that no honest number meets: the listing does not name it, the error does.
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
        match self.kind {
            ParameterKind::Text => {
                schema.insert("type".to_owned(), "string".into());
            }
            ParameterKind::Integer(least, most) => {
                schema.insert("type".to_owned(), "integer".into());
                schema.insert("minimum".to_owned(), least.into());
                if most != UNLISTED {
                    schema.insert("maximum".to_owned(), most.into());
                }
            }
        }
        if !self.description.is_empty() {
            schema.insert("description".to_owned(), self.description.into());
        }
        Value::Object(schema)
    }
}
