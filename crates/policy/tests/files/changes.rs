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
    let deny = "{action: deny, read: [\"/b\"], max_bytes: 1048576}";
    for (before, after, only_before, only_after) in [
        (&[READ][..], &[READ][..], &[][..], &[][..]),
        (&[READ, DENY], &[DENY, READ], &[], &[]),
        (&[READ, READ], &[READ], &[], &[]),
        (&[], &[], &[], &[]),
        (&[READ], &[], &[read], &[]),
        (&[], &[DENY], &[], &[deny]),
        (&[READ], &[DENY], &[read], &[deny]),
        (&[READ, DENY], &[], &[read, deny], &[]),
        (&[READ, DENY], &[DENY], &[read], &[]),
    ] {
        let comparison = compare(before, after);
        assert!(comparison.facts.is_empty());
        let files = &comparison.files;
        assert_eq!(files.only_before, only_before, "{before:?} {after:?}");
        assert_eq!(files.only_after, only_after, "{before:?} {after:?}");
        let differs = !only_before.is_empty() || !only_after.is_empty();
        assert_eq!(comparison.differs(), differs);
    }
}

/// What is told of an entry is an entry: pasted into a policy it is the one that it was.
#[test]
fn an_entry_is_told_in_words_that_load() {
    for entry in [
        READ,
        DENY,
        "{action: ask, name: 'a \"b\" \\c', write: ['/a\\b', '/[*]']}",
    ] {
        let told = compare(&[entry], &[]).files.only_before;
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        assert_eq!(told.len(), 1);
        assert!(!compare(&[entry], &told).differs(), "{told:?}");
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
