//! The workflows below .github: each action is pinned to a commit, or waits for that, and no release waits.

use std::fs;
use std::path::Path;

/// What stands in place of a commit until somebody has read the action.
const UNPINNED: &str = "PIN-BEFORE-USE";
/// Set while a release is tested.
const RELEASE: &str = "MCP_SSH_RELEASE";

/// The actions of a workflow that name no commit; `PIN-BEFORE-USE` is one only where `is_release` is false.
fn unpinned(workflow: &str, is_release: bool) -> Vec<&str> {
    let lines = workflow.lines().map(str::trim_start);
    let uses = lines.filter_map(|line| line.trim_start_matches("- ").strip_prefix("uses: "));
    let is_pinned = |action: &&str| {
        let commit = action.split_once('@').map_or("", |(_, commit)| commit);
        let commit = commit.split(' ').next().unwrap_or_default();
        let is_commit = commit.len() == 40 && commit.chars().all(|next| next.is_ascii_hexdigit());
        is_commit || (commit == UNPINNED && !is_release)
    };
    uses.filter(|action| !is_pinned(action)).collect()
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let text = fs::read_to_string(&path).expect("a text");
            found.push((path.display().to_string(), text));
        }
    }
}

#[test]
fn no_release_has_an_action_without_a_commit() {
    let is_release = std::env::var_os(RELEASE).is_some();
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".github"),
        &mut found,
    );
    let workflows = found
        .iter()
        .filter(|(path, _)| path.contains("/workflows/"));
    assert!(workflows.clone().count() > 0, "{found:?}");
    for (path, text) in workflows {
        assert_eq!(unpinned(text, is_release), [""; 0], "{path}");
    }
    for (path, text) in found {
        let waits = is_release && text.contains(UNPINNED);
        assert!(!waits, "{path} has {UNPINNED}");
    }
}

#[test]
fn an_action_without_a_commit_is_seen() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (line, of_change, of_release) in [
        (format!("- uses: a/b@{commit}"), 0, 0),
        (format!("  uses: a/b@{commit} # v1"), 0, 0),
        ("- uses: a/b@PIN-BEFORE-USE".to_owned(), 0, 1),
        ("- uses: a/b@v1".to_owned(), 1, 1),
        ("- uses: a/b".to_owned(), 1, 1),
        ("- run: make".to_owned(), 0, 0),
    ] {
        assert_eq!(unpinned(&line, false).len(), of_change, "{line}");
        assert_eq!(unpinned(&line, true).len(), of_release, "{line}");
    }
}
