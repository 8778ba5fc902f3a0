//! `mcp-ssh check --coverage`: what of the policy no policy test exercises.
//!
//! Takes: the coverage. Gives: a line for each rule, pattern and entry, and the counts; or a JSON value. Refuses: control
//! characters of policy.yml in the text.

use serde_json::{Value, json};

use super::Terminal;
use mcp_ssh_policy::{Coverage, CoverageCount, Unexercised};
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
    terminal.line(&format!(
        "exercised: {} rules, {} patterns, {} deny entries",
        count(coverage.rules),
        count(coverage.patterns),
        count(coverage.deny_entries)
    ));
}

fn told(its: &Unexercised) -> String {
    match (&its.rule, &its.text) {
        (Some(rule), Some(pattern)) => format!("`{pattern}` of {rule}"),
        (Some(rule), None) => format!("{rule} ({})", rule.action),
        (None, Some(entry)) => format!("`{entry}` of `deny_substrings`"),
        (None, None) => String::new(),
    }
}

/// As one value of `check --json`.
pub fn value(coverage: &Coverage) -> Value {
    let count = |of: CoverageCount| json!({ "exercised": of.exercised, "total": of.total });
    let unexercised = coverage.unexercised.iter().map(|its| {
        let kind = match (&its.rule, &its.text) {
            (Some(_), None) => "rule",
            (Some(_), Some(_)) => "pattern",
            (None, _) => "deny_entry",
        };
        let mut value = json!({ "kind": kind, "line": its.span.line, "column": its.span.column });
        if let Some(value) = value.as_object_mut() {
            let rule = its
                .rule
                .as_ref()
                .map(|rule| ("rule".to_owned(), json!(rule)));
            let text = its
                .text
                .as_ref()
                .map(|text| ("text".to_owned(), json!(text)));
            value.extend(rule.into_iter().chain(text));
        }
        value
    });
    json!({
        "rules": count(coverage.rules),
        "patterns": count(coverage.patterns),
        "deny_entries": count(coverage.deny_entries),
        "unexercised": unexercised.collect::<Vec<_>>(),
    })
}
