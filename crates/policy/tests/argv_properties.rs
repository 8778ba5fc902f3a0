//! What holds for every `argv` entry and every command, on generated ones.

use proptest::prelude::*;
use proptest::sample::select;

use super::{host, short};

const PROGRAMS: &[&str] = &["cat", "'cat'", "/bin/cat", "sudo"];
const PROGRAM_ITEMS: &[&str] = &["cat", "c*", "*", "**", "/bin/*", "/**"];
const WORDS: &[&str] = &[
    "a", "'a b'", "a\\ b", "/x", "/x/y", "/x/z/y", "/x/../y", "..", "../x", "''", "x*", "/x/*",
];
const ITEMS: &[&str] = &[
    "*", "**", "?", "/x", "/x/*", "/x/**", "/**/y", "[a-c]*", "a b", "..", "../*",
];

fn entries() -> impl Strategy<Value = Vec<&'static str>> {
    let items = prop::collection::vec(select(ITEMS.to_vec()), 0..4);
    (select(PROGRAM_ITEMS.to_vec()), items)
        .prop_map(|(program, items)| std::iter::once(program).chain(items).collect())
}

fn commands() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(select(WORDS.to_vec()), 0..4);
    (select(PROGRAMS.to_vec()), words)
        .prop_map(|(program, words)| format!("{program} {}", words.join(" ")))
}

/// Judged by one rule of this entry; for a deny rule, with everything else allowed.
fn judged(action: &str, entry: &[&str], command: &str) -> String {
    let entry = serde_json::to_string(entry).unwrap();
    let all = match action {
        "deny" => "- {action: allow, commands: ['*'], shell: [glob]}\n",
        _ => "",
    };
    let rule = format!("- {{action: {action}, shell: [glob], argv: [{entry}]}}\n");
    let yaml = format!("limits: {{deny_substrings: []}}\nrules:\n{rule}{all}");
    let policy = host(&yaml, "web", &[]);
    let decision = policy.judge(command);
    if let Some(rendered) = decision.rendered() {
        assert_eq!(short(&policy.judge(rendered)), short(&decision));
    }
    short(&decision)
}

proptest! {
    #[test]
    fn what_an_entry_allows_it_also_denies(entry in entries(), command in commands()) {
        if judged("allow", &entry, &command) == "allow" {
            prop_assert_eq!(judged("deny", &entry, &command), "rule");
        }
    }

    #[test]
    fn an_entry_without_wildcards_allows_what_it_spells(
        words in prop::collection::vec("[a-z.][a-z ./'\"$=-]{0,6}", 2..5),
    ) {
        let quoted: Vec<String> = words
            .iter()
            .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
            .collect();
        let entry: Vec<&str> = std::iter::once("id")
            .chain(words.iter().map(String::as_str))
            .collect();
        let command = format!("id {}", quoted.join(" "));
        prop_assert_eq!(judged("allow", &entry, &command), "allow");
        prop_assert_eq!(judged("allow", &entry, &format!("{command} x")), "default");
    }
}
