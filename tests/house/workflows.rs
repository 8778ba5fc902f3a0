//! The workflows below .github: each action is pinned to a commit and each image to a digest, or waits for that, and no
//! release waits. What the workflows say beside that is in tests/release.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What stands in place of a commit or a digest until somebody has read the action or chosen the image.
const UNPINNED: &str = "PIN-BEFORE-USE";
/// Set while a release is tested.
const RELEASE: &str = "MCP_SSH_RELEASE";

/// What a line of a workflow takes from elsewhere, and how many digits name it.
fn taken(line: &str) -> Option<(&str, usize)> {
    let line = line.trim_start().trim_start_matches("- ");
    let action = line.strip_prefix("uses: ").map(|action| (action, 40));
    action.or_else(|| line.strip_prefix("image: ").map(|image| (image, 64)))
}

/// The actions of a workflow that name no commit, and the images that name no digest; `PIN-BEFORE-USE` is one only where
/// `is_release` is false. A workflow of this repository is of this commit.
fn unpinned(workflow: &str, is_release: bool) -> Vec<&str> {
    let is_pinned = |(what, digits): &(&str, usize)| {
        let name = what.split(' ').next().unwrap_or_default();
        let digest = name.split_once('@').map_or("", |(_, digest)| digest);
        let digest = digest.strip_prefix("sha256:").unwrap_or(digest);
        let is_whole =
            digest.len() == *digits && digest.chars().all(|next| next.is_ascii_hexdigit());
        let is_own = name.starts_with("./.github/workflows/") && !name.contains('@');
        is_whole || is_own || (digest == UNPINNED && !is_release)
    };
    let all = workflow.lines().filter_map(taken);
    all.filter(|one| !is_pinned(one))
        .map(|(what, _)| what)
        .collect()
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
    let names: BTreeSet<_> = workflows
        .clone()
        .filter_map(|(path, _)| path.rsplit('/').next())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["build.yml", "ci.yml", "publish.yml", "release.yml"])
    );
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
        ("  uses: ./.github/workflows/build.yml".to_owned(), 0, 0),
        (
            "  uses: ./.github/workflows/build.yml@main".to_owned(),
            1,
            1,
        ),
        (format!("  image: a@sha256:{commit}{}", &commit[..24]), 0, 0),
        (format!("  image: a:b@sha256:{commit}"), 1, 1),
        ("  image: a:b@sha256:PIN-BEFORE-USE".to_owned(), 0, 1),
        ("  image: debian:stable".to_owned(), 1, 1),
    ] {
        assert_eq!(unpinned(&line, false).len(), of_change, "{line}");
        assert_eq!(unpinned(&line, true).len(), of_release, "{line}");
    }
}
