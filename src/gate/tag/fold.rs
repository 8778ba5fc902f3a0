//! Equal results of a tag run, told once: a hundred hosts with one and the same error are one error.
//!
//! Takes: a [`FanOut`]. Gives: its JSON for an assistant that reads, each result with all the aliases that it holds for;
//! and its JSON for a program, one row a host in the order of servers.yml, where a row whose result an earlier host has
//! names that host. Fails only where JSON does.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::result::FanOut;

/// The fields that differ from host to host even where the results are equal.
const OWN: [&str; 4] = ["alias", "task_id", "duration_ms", "target_ip"];

/// A tag run in its two forms.
pub struct FoldedFanOut {
    /// For an assistant: `results` has a row for each result, `aliases` where several hosts have it.
    pub text: Value,
    /// For a program: `results` has a row for each host, with `same_as` where an earlier one has the result.
    pub rows: Value,
}

/// A result, and who has it.
struct SharedResult {
    first: Map<String, Value>,
    aliases: Vec<Value>,
}

impl FoldedFanOut {
    /// Both forms of a tag run.
    ///
    /// # Errors
    /// When a result cannot be written as JSON.
    pub fn of(fan_out: &FanOut) -> Result<Self, serde_json::Error> {
        let mut whole: Map<String, Value> = serde_json::from_value(serde_json::to_value(fan_out)?)?;
        let results = match whole.remove("results") {
            Some(Value::Array(results)) => results,
            Some(_) | None => Vec::new(),
        };
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut shared, mut rows) = (Vec::<SharedResult>::new(), Vec::new());
        for result in results {
            let Value::Object(result) = result else {
                continue;
            };
            let alias = result.get("alias").cloned().unwrap_or_default();
            let next = shared.len();
            let at = *known.entry(told(&result)?).or_insert(next);
            match shared.get_mut(at) {
                Some(same) => {
                    rows.push(Value::Object(same_as(&result, same.first.get("alias"))));
                    same.aliases.push(alias);
                }
                None => {
                    rows.push(Value::Object(result.clone()));
                    shared.push(SharedResult {
                        first: result,
                        aliases: vec![alias],
                    });
                }
            }
        }
        let texts: Vec<Value> = shared.into_iter().map(SharedResult::told).collect();
        let with = |results: Vec<Value>, mut whole: Map<String, Value>| {
            whole.insert("results".to_owned(), Value::Array(results));
            Value::Object(whole)
        };
        Ok(Self {
            text: with(texts, whole.clone()),
            rows: with(rows, whole),
        })
    }
}

impl SharedResult {
    fn told(self) -> Value {
        let mut told = self.first;
        if self.aliases.len() > 1 {
            // What was left out of it is read with the identifier of one of them.
            let is_cut = |key: &str| {
                told.get(key)
                    .and_then(Value::as_u64)
                    .is_some_and(|count| count > 0)
            };
            let is_read_on = is_cut("lines_left_out") || is_cut("bytes_left_out");
            let is_kept = |key: &str| !OWN.contains(&key) || (key == "task_id" && is_read_on);
            told.retain(|key, _| is_kept(key));
            told.insert("aliases".to_owned(), Value::Array(self.aliases));
        }
        Value::Object(told)
    }
}

/// The result without what is the host's own.
fn told(result: &Map<String, Value>) -> Result<String, serde_json::Error> {
    let shared = result
        .iter()
        .filter(|(key, _)| !OWN.contains(&key.as_str()));
    serde_json::to_string(&shared.collect::<Vec<_>>())
}

/// The row of a host whose result an earlier host has.
fn same_as(result: &Map<String, Value>, earlier: Option<&Value>) -> Map<String, Value> {
    let is_kept = |key: &str| key == "status" || OWN.contains(&key);
    let kept = result.iter().filter(|(key, _)| is_kept(key));
    let mut row: Map<String, Value> = kept
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    row.insert("same_as".to_owned(), earlier.cloned().unwrap_or_default());
    row
}
