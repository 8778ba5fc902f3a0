//! Letters of other languages match a rule as an operator types them, and nothing else loses its
//! quotes: what a rule sees has the same words as what runs.

use mcp_ssh_policy::Verdict;
use mcp_ssh_policy::shell::CommandLine;
use proptest::prelude::*;
use proptest::sample::select;

use super::host;
use crate::reference::fnmatch;

const GLOBS: &[&str] = &[
    "cat *",
    "cat /\u{fc}*",
    "cat /\u{fc}/* /*",
    "cat ? ?",
    "cat \u{e9}",
    "cat '*",
    "cat 'a \u{fc}'",
    "* \u{fc}",
    "c\u{fc}t *",
    "cat a;*",
];

fn words() -> impl Strategy<Value = Vec<String>> {
    let characters = "a/\u{fc}\u{e9}\u{65e5} ;'\"$*~=\u{a0}\u{d7}\u{2215}";
    let character = select(characters.chars().collect::<Vec<_>>());
    let word = prop::collection::vec(character, 1..4).prop_map(String::from_iter);
    let name = select(vec!["cat".to_owned(), "c\u{fc}t".to_owned()]);
    (name, prop::collection::vec(word, 0..4)).prop_map(|(name, mut words)| {
        words.insert(0, name);
        words
    })
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Every argument bare if it is of letters and signs that no shell knows.
fn typed(words: &[String]) -> String {
    let harmless = |word: &String| {
        !word.starts_with('=')
            && word
                .chars()
                .all(|character| character.is_alphanumeric() || "/=".contains(character))
    };
    let spelled = words.iter().enumerate().map(|(index, word)| {
        let bare = harmless(word) && (index > 0 || word.is_ascii());
        if bare { word.clone() } else { quoted(word) }
    });
    spelled.collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_rule_sees_has_the_words_of_what_runs(words in words(), glob in select(GLOBS.to_vec())) {
        let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let parsed = CommandLine::parse(&line.join(" ")).unwrap();
        let rule = serde_json::json!({"action": "allow", "commands": [glob], "escapes": "allow"});
        let policy = serde_json::json!({"rules": [rule], "limits": {"deny_substrings": []}});
        if host(&policy.to_string(), "web", &[]).judge(&line.join(" ")).verdict() == Verdict::Allow {
            let typed = typed(&words);
            prop_assert!(
                fnmatch(glob, &parsed.render()) || fnmatch(glob, &typed) || fnmatch(glob, &words.join(" ")),
                "{glob:?}: {typed:?}"
            );
            prop_assert_eq!(CommandLine::parse(&typed).unwrap().render(), parsed.render());
        }
    }
}

#[test]
fn a_quoted_word_is_no_other_than_the_bare_one() {
    let policy = host(
        "rules: [{action: allow, commands: ['cat /var/log/\u{fc}*', 'tail -n 5 /srv/*']}]",
        "web",
        &[],
    );
    for (line, expected) in [
        ("cat /var/log/\u{fc}.log", Verdict::Allow),
        ("cat '/var/log/\u{fc}.log'", Verdict::Allow),
        ("cat /var/log/'\u{fc}'", Verdict::Allow),
        ("cat '/var/log/\u{fc} x'", Verdict::Allow),
        ("'cat /var/log/\u{fc}'", Verdict::Deny),
        ("cat '/var/log/\u{fc};x'", Verdict::Allow),
        ("cat /var/log/\u{fc}/../x", Verdict::Deny),
        ("tail '-n 5' /srv/\u{fc}", Verdict::Deny),
        ("tail -n 5 /srv/\u{fc}", Verdict::Allow),
        ("tail -n 5 /srv/\u{a0}\u{fc}", Verdict::Allow),
        ("t\u{e4}il -n 5 /srv/x", Verdict::Deny),
    ] {
        assert_eq!(policy.judge(line).verdict(), expected, "{line}");
    }
}
