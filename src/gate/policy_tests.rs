//! `policy_tests.yml`: what the operator expects of the policy, reviewed and run like code.
//!
//! Takes the file beside `policy.yml`; gives a diagnostic, at its place, for each test that is malformed or whose
//! expectation does not hold.
//!
//! ```text
//! - { alias: ALIAS, ACT, expect: allow | deny | ask, rule: NAME | INDEX, become: USER }
//! ACT := command: TEXT | read: PATH | write: PATH | edit: PATH
//! ```
//!
//! `rule` names a rule for a command, an entry of `files` for a path. `become` is the user as whom sudo runs a command.

use mcp_ssh_policy::{FileAccess, TestedAct, Verdict};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};
use mcp_ssh_yaml::{Faults, Fields, Node, Value, parse};

use super::loaded::Loaded;
use crate::config::{self, Host, Quoting};

const TEST_KEYS: &[&str] = &[
    "alias", "command", "read", "write", "edit", "expect", "rule", "become",
];
/// Of these a test has one.
const ACT_KEYS: [&str; 4] = ["command", "read", "write", "edit"];

/// The result of the tests.
#[derive(Debug, Default)]
pub struct TestReport {
    /// How many tests there are.
    pub total: usize,
    /// How many tests do not hold or are malformed.
    pub failed: usize,
    /// What is wrong, each at its place; empty when all tests hold.
    pub failures: Vec<Diagnostic>,
    /// What was judged, each with the alias of its host.
    pub judged: Vec<(String, JudgedAct)>,
}

/// What one test asks.
#[derive(Clone, Debug)]
pub enum JudgedAct {
    /// To run this line.
    Command(String),
    /// To do this with the file at a path.
    File(FileAccess, String),
}

/// What was decided on an act.
struct Verdicted {
    verdict: Verdict,
    /// The name and the index of the rule or the entry that determines it.
    by: Option<(Option<String>, usize)>,
    /// The user as whom sudo runs it.
    user: Option<String>,
    why: String,
    /// What would allow it, each to be pasted.
    missing: Vec<String>,
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
    judged: &mut Vec<(String, JudgedAct)>,
) -> Option<()> {
    let alias = fields.required("alias").and_then(|_| fields.text("alias"));
    let (act, expected) = (act(fields), expectation(fields));
    let ((alias, alias_span), (act, span), expected) = (alias?, act?, expected?);
    let Some(host) = loaded.inventory().hosts.get(alias) else {
        let message = format!("there is no host `{}`", alias.escape_debug());
        fields.faults().error(alias_span, message);
        return None;
    };
    let decided = act.decided(loaded, host);
    judged.push((alias.to_owned(), act));
    if decided.verdict != expected {
        let mut message = format!(
            "expected {expected}, decided {}: {}",
            decided.verdict, decided.why
        );
        if expected == Verdict::Allow {
            let missing = decided.missing.iter();
            message.extend(missing.map(|line| format!("; to allow it: `{line}`")));
        }
        fields.faults().error(span, message);
        return None;
    }
    let wanted = fields.get("rule");
    if wanted.is_some_and(|wanted| !decided.is_by(wanted)) {
        let message = format!("decided as expected, but {}", decided.why);
        fields.faults().error(fields.value_span("rule"), message);
        return None;
    }
    runs_as(fields, expected, decided.user.as_deref())
}

/// Whether a line runs as the user whom the test names; `None` when it does not, and the reason is among the faults.
fn runs_as(fields: Fields<'_, '_>, expected: Verdict, user: Option<&str>) -> Option<()> {
    if !fields.is_written("become") {
        return Some(());
    }
    let key = fields.key_span("become");
    let message = if ACT_KEYS.iter().skip(1).any(|key| fields.has(key)) {
        "`become` is for a `command`: files are the login's, so remove it".to_owned()
    } else if expected == Verdict::Deny {
        "`become` says as whom a command runs, and one that is denied runs as nobody: remove it"
            .to_owned()
    } else if !fields.is_filled("become") {
        "`become` is empty: write the user, such as `become: root`, or remove it".to_owned()
    } else {
        let (wanted, span) = fields.filled("become")?;
        let runs = match user {
            Some(user) if user == wanted => return Some(()),
            Some(user) => format!("`{user}`"),
            None => "the login".to_owned(),
        };
        let message = format!("decided as expected, but it runs as {runs}");
        fields.faults().error(span, message);
        return None;
    };
    fields.faults().error(key, message);
    None
}

/// What the test asks, and its place.
fn act(fields: Fields<'_, '_>) -> Option<(JudgedAct, Span)> {
    let mut keys = ACT_KEYS.into_iter().filter(|key| fields.has(key));
    let Some(key) = keys.next() else {
        let message = "a policy test has one of `command`, `read`, `write` and `edit`: add `command: uptime`, or \
                       `read: /etc/hosts`";
        fields.faults().error(fields.span(), message);
        return None;
    };
    if let Some(second) = keys.next() {
        let message = format!("`{key}` and `{second}` are two tests: write one line for each");
        fields.faults().error(fields.key_span(second), message);
        return None;
    }
    let (text, span) = fields.text(key)?;
    let file = |access| JudgedAct::File(access, text.to_owned());
    let act = match key {
        "read" => file(FileAccess::Read),
        "write" => file(FileAccess::Write),
        "edit" => file(FileAccess::Edit),
        _ => JudgedAct::Command(text.to_owned()),
    };
    Some((act, span))
}

impl JudgedAct {
    /// The act, for the count of what is exercised.
    pub fn tested(&self) -> TestedAct<'_> {
        match self {
            Self::Command(line) => TestedAct::Line(line),
            Self::File(access, path) => TestedAct::File(*access, path),
        }
    }

    fn decided(&self, loaded: &Loaded, host: &Host) -> Verdicted {
        match self {
            Self::Command(command) => {
                let decision = loaded.decide(host, command);
                let missing = || loaded.explain(host, command).missing_rules;
                Verdicted {
                    verdict: decision.verdict(),
                    by: decision.rule().map(|rule| (rule.name.clone(), rule.index)),
                    user: decision.becomes().map(ToString::to_string),
                    why: match (decision.denial(), decision.rule()) {
                        (Some(denial), _) => denial.why.clone(),
                        (None, Some(rule)) => format!("the determining rule is {rule}"),
                        (None, None) => "several rules determine it".to_owned(),
                    },
                    missing: missing_of(decision.verdict(), missing),
                }
            }
            Self::File(access, path) => {
                let decision = loaded.decide_file(host, *access, path);
                let entry = decision.entry();
                let missing = || {
                    let explanation = loaded.explain_file(host, *access, path);
                    explanation.missing_entry.into_iter().collect()
                };
                Verdicted {
                    verdict: decision.verdict(),
                    by: entry.map(|entry| (entry.name.clone(), entry.index)),
                    user: None,
                    why: decision.why().to_owned(),
                    missing: missing_of(decision.verdict(), missing),
                }
            }
        }
    }
}

/// What would allow a denied act.
fn missing_of(verdict: Verdict, missing: impl FnOnce() -> Vec<String>) -> Vec<String> {
    match verdict {
        Verdict::Deny => missing(),
        Verdict::Allow | Verdict::Ask => Vec::new(),
    }
}

impl Verdicted {
    /// Whether the determining rule or entry has this name or index.
    fn is_by(&self, wanted: &Node<'_>) -> bool {
        self.by.as_ref().is_some_and(|(name, index)| {
            wanted.text() == name.as_deref() && name.is_some()
                || matches!(wanted.value, Value::Integer(wanted) if usize::try_from(wanted) == Ok(*index))
        })
    }
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
