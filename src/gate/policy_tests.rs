//! `policy_tests.yml`: what the operator expects of the policy, reviewed and run like code.
//!
//! Takes the file beside `policy.yml`; gives a diagnostic, at its place, for each test that is malformed or whose
//! expectation does not hold.
//!
//! ```text
//! - { alias: ALIAS, command: TEXT, expect: allow | deny | ask, rule: NAME | INDEX }
//! ```

use mcp_ssh_policy::{Decision, Verdict};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source};
use mcp_ssh_yaml::{Faults, Fields, Node, Value, parse};

use super::loaded::Loaded;
use crate::config::{self, Quoting};

const TEST_KEYS: &[&str] = &["alias", "command", "expect", "rule"];

/// The result of the tests.
#[derive(Debug, Default)]
pub struct TestReport {
    /// How many tests there are.
    pub total: usize,
    /// How many tests do not hold or are malformed.
    pub failed: usize,
    /// What is wrong, each at its place; empty when all tests hold.
    pub failures: Vec<Diagnostic>,
    /// The lines that were judged, each with the alias of its host.
    pub judged: Vec<(String, String)>,
}

/// Runs policy_tests.yml, if it is there.
pub fn run_policy_tests(loaded: &Loaded) -> TestReport {
    let path = loaded.policy_tests_path();
    if !path.exists() {
        return TestReport::default();
    }
    match config::read(&path, Quoting::Shown) {
        Ok(source) => tested(loaded, &source),
        Err(fault) => TestReport {
            failures: vec![fault],
            ..TestReport::default()
        },
    }
}

/// Runs every test of the file.
fn tested(loaded: &Loaded, source: &Source) -> TestReport {
    let node = match parse(source) {
        Ok(node) => node,
        Err(failures) => {
            return TestReport {
                failures,
                ..TestReport::default()
            };
        }
    };
    let faults = Faults::new(source);
    let tests = match &node.value {
        Value::List(tests) => tests.as_slice(),
        Value::Null => &[],
        other @ (Value::Bool(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Ambiguous
        | Value::Text(_)
        | Value::Map(_)) => {
            let message = format!(
                "policy_tests.yml must be a list, found {}: write `- {{alias: …, command: …, \
                 expect: …}}` lines",
                other.kind()
            );
            faults.error(node.span, message);
            &[]
        }
    };
    let mut judged = Vec::new();
    let holds = |test: &&Node<'_>| {
        let fields = Fields::open(test, "policy test", TEST_KEYS, &faults);
        fields
            .and_then(|fields| check(loaded, fields, &mut judged))
            .is_some()
    };
    let held = tests.iter().filter(holds).count();
    TestReport {
        total: tests.len(),
        failed: tests.len() - held,
        judged,
        failures: faults.finish().unwrap_or_else(|failures| failures),
    }
}

/// Runs one test; `None` when it does not hold, and the reason is among the faults.
fn check(
    loaded: &Loaded,
    fields: Fields<'_, '_>,
    judged: &mut Vec<(String, String)>,
) -> Option<()> {
    let required = |key| fields.required(key).and_then(|_| fields.text(key));
    let (alias, command, expected) = (required("alias"), required("command"), expectation(fields));
    let ((alias, alias_span), (command, span), expected) = (alias?, command?, expected?);
    let Some(host) = loaded.inventory().hosts.get(alias) else {
        let message = format!("there is no host `{}`", alias.escape_debug());
        fields.faults().error(alias_span, message);
        return None;
    };
    let decision = loaded.decide(host, command);
    judged.push((alias.to_owned(), command.to_owned()));
    let (verdict, why) = (decision.verdict(), why(&decision));
    if verdict != expected {
        let mut message = format!("expected {expected}, decided {verdict}: {why}");
        if expected == Verdict::Allow {
            let missing = loaded.explain(host, command).missing_rules;
            message.extend(
                missing
                    .iter()
                    .map(|rule| format!("; to allow it: `{rule}`")),
            );
        }
        fields.faults().error(span, message);
        return None;
    }
    if fields
        .get("rule")
        .is_some_and(|wanted| !names(wanted, &decision))
    {
        let message = format!("decided as expected, but {why}");
        fields.faults().error(fields.value_span("rule"), message);
        return None;
    }
    Some(())
}

fn expectation(fields: Fields<'_, '_>) -> Option<Verdict> {
    fields.required("expect")?;
    match fields.text("expect")? {
        ("allow", _) => Some(Verdict::Allow),
        ("deny", _) => Some(Verdict::Deny),
        ("ask", _) => Some(Verdict::Ask),
        (other, span) => {
            let other = other.escape_debug();
            let message = format!("unknown expectation `{other}`: write `allow`, `deny` or `ask`");
            fields.faults().error(span, message);
            None
        }
    }
}

/// Whether the determining rule has this name or index.
fn names(wanted: &Node<'_>, decision: &Decision) -> bool {
    decision.rule().is_some_and(|rule| {
        wanted.text() == rule.name.as_deref() && rule.name.is_some()
            || matches!(wanted.value, Value::Integer(index) if usize::try_from(index) == Ok(rule.index))
    })
}

fn why(decision: &Decision) -> String {
    match (decision.denial(), decision.rule()) {
        (Some(denial), _) => denial.why.clone(),
        (None, Some(rule)) => format!("the determining rule is {rule}"),
        (None, None) => "several rules determine it".to_owned(),
    }
}
