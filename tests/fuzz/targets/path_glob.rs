//! A pattern of `files` loads when it is one, and matches what the guide's definition says: read strictly in an entry that
//! allows, laxly in one that denies. What is allowed is also denied; a path that is protected is granted by no wildcard, and
//! no `**` grants a write.
//!
//! The first line of the input is the pattern, the rest the path.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh_policy::{FileAccess, FilePolicy, Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;
use references::paths::{Reading, components, is_pattern, path_matches};

fuzz_target!(|input: &str| {
    if let Some((glob, path)) = input.split_once('\n')
        && input.len() <= 6000
    {
        check(glob, path);
    }
});

/// The files of a host under one entry.
fn files(action: &str, list: &str, glob: &str) -> Option<FilePolicy> {
    let glob = serde_json::to_string(glob).expect("a text is JSON");
    let yaml = format!("files:\n- {{action: {action}, {list}: [{glob}]}}\n");
    let (policy, _) = Policy::load(&Source::new("policy.yml", &yaml)).ok()?;
    Some(policy.files_for_host("web-1", &["web"]))
}

fn check(glob: &str, path: &str) {
    let parts = components(glob).filter(|parts| parts.iter().all(|part| is_pattern(part)));
    let plain = |text: &str| {
        text.chars()
            .all(|character| (' '..='~').contains(&character))
    };
    let (Some(allows), Some(denies)) = (files("allow", "read", glob), files("deny", "read", glob))
    else {
        let fits = parts.is_some_and(|parts| parts.len() <= 127);
        assert!(!fits || !plain(glob), "{glob:?} does not load");
        assert!(files("allow", "write", glob).is_none(), "{glob:?}");
        return;
    };
    let parts = parts.expect("what loads is a pattern");
    let allowed = allows.judge(FileAccess::Read, path);
    let reason = allowed.denial().map(|denial| denial.reason);
    let denied = denies.judge(FileAccess::Read, path);
    let is_denied = denied.entry().is_some();
    let names = components(path).filter(|names| names.iter().all(|name| name.len() <= 255));
    let Some(names) = names.filter(|_| reason != Some("invalid_path") || plain(path)) else {
        assert_eq!(reason, Some("invalid_path"), "{path:?}");
        assert!(!is_denied);
        return;
    };
    let strict = path_matches(&parts, &names, Reading::Strict);
    let lax = path_matches(&parts, &names, Reading::Lax);
    let literal = parts.iter().all(|part| spells(part));
    match reason {
        None => assert!(strict, "{glob:?} {path:?}"),
        Some("no_matching_entry") => assert!(!strict, "{glob:?} {path:?}"),
        Some("protected_path") => assert!(!strict || !literal, "{glob:?} {path:?}"),
        Some(other) => panic!("{other} {glob:?} {path:?}"),
    }
    assert_eq!(is_denied, lax, "{glob:?} {path:?}");
    assert!(!strict || lax, "{glob:?} {path:?}");
    let writes = files("allow", "write", glob);
    assert_eq!(writes.is_none(), parts.contains(&"**"), "{glob:?}");
    let written = writes.map(|files| files.judge(FileAccess::Write, path).verdict());
    assert!(
        written != Some(Verdict::Allow) || strict,
        "{glob:?} {path:?}"
    );
    assert!(
        written != Some(Verdict::Deny) || !strict || !literal,
        "{glob:?} {path:?}"
    );
}

/// Whether a component of a pattern stands for one name.
fn spells(part: &str) -> bool {
    let without_signs = ["[*]", "[?]", "[[]"]
        .iter()
        .fold(part.to_owned(), |text, sign| text.replace(sign, ""));
    !without_signs.contains(['*', '?', '['])
}
