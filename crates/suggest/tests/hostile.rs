//! Records that an assistant has chosen every letter of: they end no scalar and no comment, and hide no rule.

use mcp_ssh_yaml::{Node, Value, double_quoted, parse};
use proptest::prelude::*;

use super::*;

/// Texts that mean something to YAML, to the shell, or to a terminal.
fn pieces() -> impl Strategy<Value = String> {
    let known = [
        "'",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "#",
        " # ",
        ": ",
        "- ",
        "---\n",
        "...\n",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "!!str ",
        "\t",
        "\0",
        "\u{1b}[2J",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{fffe}",
        "rules:\n  - {action: allow, commands: ['*']}\n",
        "df",
        "-h",
        "cat /etc/hostname",
        "grep x ",
        ";",
        "é",
    ];
    let piece = prop_oneof![
        proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        any::<String>()
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn fates() -> impl Strategy<Value = Fate> {
    proptest::sample::select(vec![Fate::Unmatched, Fate::Allowed, Fate::Refused])
}

fn text<'n>(test: &'n Node<'_>, key: &str) -> &'n str {
    let Value::Map(entries) = &test.value else {
        panic!("no mapping");
    };
    let entry = entries.iter().find(|(name, _)| name.text == key).unwrap();
    entry.1.text().unwrap()
}

proptest! {
    #[test]
    fn a_text_is_read_as_it_is(texts in proptest::collection::vec(pieces(), 1..4)) {
        let yaml: String = texts.iter().map(|text| format!("- {}\n", double_quoted(text))).collect();
        let source = Source::new("f", &yaml);
        let Value::List(items) = parse(&source).unwrap().value else {
            panic!("no list");
        };
        let read: Vec<&str> = items.iter().map(|item| item.text().unwrap()).collect();
        prop_assert_eq!(read, texts);
    }

    #[test]
    fn whatever_is_recorded_the_proposal_has_its_own_rules_alone(
        records in proptest::collection::vec((pieces(), fates(), 0..6_usize), 0..12),
    ) {
        let policy = "rules: [{action: allow, commands: ['echo *']}, {action: deny, commands: ['df -i']}]\n";
        let mut site = Site::new(policy);
        for (number, (text, fate, form)) in records.iter().enumerate() {
            let quoted = mcp_ssh_policy::shell::quoted(text);
            let line = match form {
                0 => text.clone(),
                1 => format!("grep {quoted} /var/log/syslog"),
                2 => format!("echo {quoted}"),
                3 => format!("df {quoted} | sort"),
                4 => format!("systemctl restart {quoted}"),
                _ => format!("cat {quoted}"),
            };
            site.add(HOSTS[number % 4], &line, *fate);
            if number == 0 {
                site.add(text, &line, *fate);
            }
        }
        let suggestion = site.suggest();
        let whole = [suggestion.policy.as_str(), suggestion.tests.as_str()].concat();
        let hidden = |sign: char| sign != '\n' && mcp_ssh_yaml::diagnostic::visible(sign) != sign;
        prop_assert!(!whole.contains(hidden), "{}", whole);
        let proposed = proposed(&suggestion);
        prop_assert_eq!(proposed.rule_count(), suggestion.rules);
        // The tests hold under it.
        let source = Source::new("policy_tests.yml", &suggestion.tests);
        let Value::List(tests) = parse(&source).unwrap().value else {
            panic!("no list");
        };
        for test in &tests {
            let (alias, line, expected) = (text(test, "alias"), text(test, "command"), text(test, "expect"));
            let verdict = proposed.for_host(alias, tags(alias)).judge(line).verdict();
            prop_assert_eq!(verdict.to_string(), expected, "{}", line);
            // And what is allowed was allowed before.
            let before = site.policy.for_host(alias, tags(alias)).judge(line).verdict();
            prop_assert!(expected != "allow" || before.to_string() == "allow", "{}", line);
        }
    }
}
