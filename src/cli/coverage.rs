//! `mcp-ssh check --coverage`: what of the policy no policy test exercises.
//!
//! Takes: the coverage. Gives: a line for each rule, pattern and entry, and the counts; or a JSON value. Refuses: control
//! characters of policy.yml in the text.

use serde_json::{Value, json};

use super::Terminal;
use mcp_ssh_policy::{Coverage, CoverageCount, Unexercised, UnexercisedOf};
use mcp_ssh_yaml::diagnostic::visible;

/// Prints it.
pub fn show(coverage: &Coverage, terminal: &mut Terminal) {
    if !coverage.unexercised.is_empty() {
        terminal.line("policy.yml: what no policy test exercises:");
    }
    for its in &coverage.unexercised {
        let place = format!("{}:{}", its.span.line, its.span.column);
        let text: String = told(its).chars().map(visible).collect();
        terminal.line(&format!("  {place}: {text}"));
    }
    let count = |of: CoverageCount| format!("{} of {}", of.exercised, of.total);
    let mut exercised = format!(
        "exercised: {} rules, {} patterns, {} deny entries",
        count(coverage.rules),
        count(coverage.patterns),
        count(coverage.deny_entries)
    );
    if coverage.file_entries.total > 0 {
        exercised += &format!(
            ", {} entries of `files`, {} of their patterns",
            count(coverage.file_entries),
            count(coverage.file_patterns)
        );
    }
    terminal.line(&exercised);
}

fn told(its: &Unexercised) -> String {
    match (&its.of, &its.text) {
        (UnexercisedOf::Rule(rule), Some(pattern)) => format!("`{pattern}` of {rule}"),
        (UnexercisedOf::Rule(rule), None) => format!("{rule} ({})", rule.action),
        (UnexercisedOf::Files(entry), Some(pattern)) => format!("`{pattern}` of {entry}"),
        (UnexercisedOf::Files(entry), None) => format!("{entry} ({})", entry.action),
        (UnexercisedOf::DenySubstrings, text) => {
            let entry = text.as_deref().unwrap_or_default();
            format!("`{entry}` of `deny_substrings`")
        }
    }
}

/// As one value of `check --json`.
pub fn value(coverage: &Coverage) -> Value {
    let count = |of: CoverageCount| json!({ "exercised": of.exercised, "total": of.total });
    let unexercised = coverage.unexercised.iter().map(|its| {
        let (kind, of) = match (&its.of, &its.text) {
            (UnexercisedOf::Rule(rule), None) => ("rule", Some(("rule", json!(rule)))),
            (UnexercisedOf::Rule(rule), Some(_)) => ("pattern", Some(("rule", json!(rule)))),
            (UnexercisedOf::Files(entry), None) => ("file_entry", Some(("entry", json!(entry)))),
            (UnexercisedOf::Files(entry), Some(_)) => {
                ("file_pattern", Some(("entry", json!(entry))))
            }
            (UnexercisedOf::DenySubstrings, _) => ("deny_entry", None),
        };
        let mut value = json!({ "kind": kind, "line": its.span.line, "column": its.span.column });
        if let Some(value) = value.as_object_mut() {
            let of = of.map(|(key, name)| (key.to_owned(), name));
            let text = its
                .text
                .as_ref()
                .map(|text| ("text".to_owned(), json!(text)));
            value.extend(of.into_iter().chain(text));
        }
        value
    });
    json!({
        "rules": count(coverage.rules),
        "patterns": count(coverage.patterns),
        "deny_entries": count(coverage.deny_entries),
        "file_entries": count(coverage.file_entries),
        "file_patterns": count(coverage.file_patterns),
        "unexercised": unexercised.collect::<Vec<_>>(),
    })
}
