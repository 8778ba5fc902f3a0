//! The matcher against the definition of the patterns, written as plainly as it can be.

use proptest::prelude::*;
use proptest::sample::select;

use super::{lax, strict};

/// How patterns read a component that begins with `.`, and letters: `Taken` ignores their case.
#[derive(Clone, Copy, PartialEq)]
enum HiddenName {
    Spelled,
    Taken,
}

fn path_matches(pattern: &[&str], path: &[&str], hidden: HiddenName) -> bool {
    match (pattern, path) {
        ([], rest) => rest.is_empty(),
        (["**", behind @ ..], _) => (0..=path.len()).any(|count| {
            let seen =
                |component: &&str| hidden == HiddenName::Taken || !component.starts_with('.');
            path[..count].iter().all(seen) && path_matches(behind, &path[count..], hidden)
        }),
        (_, []) => false,
        ([first, behind @ ..], [component, rest @ ..]) => {
            let spelled = first.starts_with('.') || !component.starts_with('.');
            let lax = hidden == HiddenName::Taken;
            let small = |text: &str| text.to_ascii_lowercase();
            let takes = (spelled && is_named(first, component))
                || (lax && is_named(first, component))
                || (lax && is_named(&small(first), &small(component)));
            takes && path_matches(behind, rest, hidden)
        }
    }
}

fn is_named(pattern: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().collect::<Vec<char>>();
    name_matches(&letters(pattern), &letters(name))
}

fn name_matches(pattern: &[char], name: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['*', behind @ ..] => (0..=name.len()).any(|count| name_matches(behind, &name[count..])),
        ['?', behind @ ..] => !name.is_empty() && name_matches(behind, &name[1..]),
        ['[', '!', one, ']', behind @ ..] => {
            name.first().is_some_and(|first| first != one) && name_matches(behind, &name[1..])
        }
        ['[', from, '-', to, ']', behind @ ..] => {
            name.first()
                .is_some_and(|first| (from..=to).contains(&first))
                && name_matches(behind, &name[1..])
        }
        [one, behind @ ..] => name.first() == Some(one) && name_matches(behind, &name[1..]),
    }
}

fn components(text: &str) -> Vec<&str> {
    text.split('/').skip(1).collect()
}

/// A pattern of a component: signs and two letters, so that most paths nearly match.
fn pattern_part() -> impl Strategy<Value = String> {
    let sign = select(vec![
        "*", "?", "a", "b", "B", ".", "[!a]", "[!B]", "[a-b]", "[.-0]",
    ]);
    let name = prop::collection::vec(sign, 1..5).prop_map(|signs| signs.concat());
    let name = name.prop_filter("a name", |name| {
        !name.contains("**") && name != "." && name != ".."
    });
    prop_oneof![1 => Just("**".to_owned()), 3 => name]
}

fn joined(parts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(parts, 1..5).prop_map(|parts| format!("/{}", parts.join("/")))
}

fn path_part() -> impl Strategy<Value = String> {
    "[abAB.]{1,4}".prop_filter("a name", |name| name != "." && name != "..")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_pattern_matches_what_its_definition_says(
        glob in joined(pattern_part()),
        path in joined(path_part()),
    ) {
        let matches = |hidden| path_matches(&components(&glob), &components(&path), hidden);
        let allows = if matches(HiddenName::Spelled) { "allow" } else { "none" };
        let denies = if matches(HiddenName::Taken) { "deny" } else { "none" };
        prop_assert_eq!([strict(&glob, &path), lax(&glob, &path)], [allows, denies]);
    }

    #[test]
    fn what_an_entry_allows_it_also_denies(glob in joined(pattern_part()), path in "[abB./*]{0,9}") {
        if strict(&glob, &path) == "allow" {
            prop_assert_eq!(lax(&glob, &path), "deny");
            prop_assert!(!path.split('/').any(|component| component == ".."));
        }
    }
}
