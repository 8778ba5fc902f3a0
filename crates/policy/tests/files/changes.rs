//! What `diff` says of policies that differ in `files:`.

use mcp_ssh_policy::{ComparedHost, Comparison};

use super::load;

const READ: &str = "{name: a, action: allow, aliases: [w], tags: [x], read: ['/a/*'], write: [/a/b], max_bytes: 5}";
const DENY: &str = "{action: deny, read: [/b]}";

fn compare(before: &[&str], after: &[&str]) -> Comparison {
    let policy = |entries: &[&str]| load(&format!("files: [{}]\n", entries.join(", ")));
    let host = ComparedHost {
        alias: "web-1",
        tags_before: &[],
        tags_after: &[],
    };
    policy(before).compare(&policy(after), &[host])
}

#[test]
fn entries_that_only_one_policy_has_are_told() {
    let read = "{name: \"a\", action: allow, aliases: [\"w\"], tags: [\"x\"], read: [\"/a/*\"], write: [\"/a/b\"], max_bytes: 5}";
    let deny = "{name: \"\", action: deny, aliases: [], tags: [], read: [\"/b\"], write: [], max_bytes: 1048576}";
    for (before, after, expected) in [
        (&[READ][..], &[READ][..], None),
        (&[READ, DENY], &[DENY, READ], None),
        (&[], &[], None),
        (&[READ], &[], Some((read, "none"))),
        (&[], &[DENY], Some(("none", deny))),
        (&[READ], &[DENY], Some((read, deny))),
        (&[READ, DENY], &[DENY], Some((read, "none"))),
    ] {
        let comparison = compare(before, after);
        assert_eq!(
            comparison.differs(),
            expected.is_some(),
            "{before:?} {after:?}"
        );
        let facts = comparison.facts.iter();
        let told: Vec<_> = facts
            .map(|fact| (fact.name, &*fact.before, &*fact.after))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(old, new)| ("files", *old, *new))
            .collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn whatever_changes_in_an_entry_differs() {
    for (what, with) in [
        ("action: allow", "action: ask"),
        ("aliases: [w]", "aliases: [v]"),
        ("tags: [x]", "tags: [y]"),
        ("/a/*", "/a/**"),
        ("write: [/a/b]", "write: [/a/c]"),
        ("max_bytes: 5", "max_bytes: 6"),
        ("name: a", "name: b"),
    ] {
        let changed = READ.replace(what, with);
        assert_ne!(changed, READ);
        assert!(compare(&[READ], &[&changed]).differs(), "{what}");
    }
}
