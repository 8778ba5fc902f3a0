//! The policy of files, through its public door: a YAML text, a host, an access, a path, a decision.

mod changes;
mod explaining;
mod hostile;
mod judgement;
mod lints;
mod loading;
mod model;
mod permits;
mod table;

use mcp_ssh_policy::{FileAccess, FileDecision, FilePolicy};

use super::load;

/// What the policy says of the files of a host.
fn files(yaml: &str) -> FilePolicy {
    load(yaml).files_for_host("web-1", &["web"])
}

/// Judged by one entry with one pattern in `read`.
fn judged(action: &str, glob: &str, path: &str) -> FileDecision {
    let glob = serde_json::to_string(glob).unwrap();
    let yaml = format!("files: [{{action: {action}, read: [{glob}]}}]\n");
    files(&yaml).judge(FileAccess::Read, path)
}

/// How a pattern of an entry that allows reads a path: `allow`, or why not.
fn strict(glob: &str, path: &str) -> &'static str {
    let decision = judged("allow", glob, path);
    let why = decision.why();
    match () {
        () if why.starts_with("the path ") => "path",
        () if why.ends_with("only an entry of `files` that spells it grants it") => "kept",
        () if why.ends_with("what is not allowed is denied") => "none",
        () if why.ends_with("is allowed by files[0]") => "allow",
        () => panic!("{decision:?}"),
    }
}

/// How a pattern of an entry that denies reads a path.
fn lax(glob: &str, path: &str) -> &'static str {
    match judged("deny", glob, path).entry() {
        Some(_) => "deny",
        None => "none",
    }
}
