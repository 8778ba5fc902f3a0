//! What a wildcard grants: rules, a command, and whether it may run.
//!
//! Each line of `corpus/vouching.tsv` is one case: the rules, a tab, the command, a tab, what it is, a
//! tab, `allow` or `deny`. Rules are one rule, tried without `deny_substrings`, or a whole policy.
//! With `MCP_SSH_POLICY_CASES` naming a file of that form, its lines are tried as well.

use mcp_ssh_policy::Verdict;

use super::{host, short};

const CASES: &str = include_str!("corpus/vouching.tsv");

/// The lines of all files.
fn all() -> String {
    let further = std::env::var_os("MCP_SSH_POLICY_CASES");
    let further = further.map_or_else(String::new, |path| std::fs::read_to_string(path).unwrap());
    format!("{CASES}\n{further}")
}

/// The policy and the command of each line, what it is, and what is wanted.
fn fields(cases: &str) -> impl Iterator<Item = [String; 4]> {
    let lines = cases.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [rules, command, class, want] = fields[..] else {
            panic!("not four fields: {line}");
        };
        let yaml = match rules.starts_with("{action") {
            true => format!("limits: {{deny_substrings: []}}\nrules: [{rules}]\n"),
            false => rules.to_owned(),
        };
        [yaml, command.to_owned(), class.to_owned(), want.to_owned()]
    })
}

/// Each policy with its line.
pub fn policies_and_lines() -> Vec<(String, String)> {
    let pair = |[yaml, command, ..]: [String; 4]| (yaml, command);
    fields(&all()).map(pair).collect()
}

/// Harmless lines that are denied, and attacks that are allowed.
fn wrong(cases: &str) -> (Vec<String>, Vec<String>, [usize; 2]) {
    let (mut blocked, mut passed, mut counts) = (Vec::new(), Vec::new(), [0, 0]);
    for [yaml, command, class, want] in fields(cases) {
        let decision = host(&yaml, "web-1", &[]).judge(&command);
        let allowed = decision.verdict() == Verdict::Allow;
        counts[usize::from(want == "allow")] += 1;
        let why = decision
            .denial()
            .map_or_else(String::new, |denial| denial.why.clone());
        let told = format!("{class}: {yaml} {command}: {} {why}", short(&decision));
        match want.as_str() {
            "allow" if !allowed => blocked.push(told),
            "deny" if allowed => passed.push(told),
            "allow" | "deny" => {}
            other => panic!("`{other}` is no verdict: {command}"),
        }
    }
    (blocked, passed, counts)
}

#[test]
fn a_wildcard_grants_what_is_vouched_for_and_nothing_else() {
    let (blocked, passed, [attacks, harmless]) = wrong(&all());
    let (blocked, passed) = (blocked.join("\n"), passed.join("\n"));
    eprintln!("{attacks} attacks, {harmless} harmless lines");
    assert!(
        passed.is_empty() && blocked.is_empty(),
        "\nlet through:\n{passed}\n\nblocked:\n{blocked}"
    );
}
