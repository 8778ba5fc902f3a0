//! What holds for hosts that are taken over out of any file.

use std::fs;

use mcp_ssh::cli::Import;
use mcp_ssh::config::{self, Paths};

/// Stands for a password of the seeds, as the value of a variable that names one.
pub const SECRET: &str = "xyzzy-Q7";

/// Who takes the hosts over.
pub const ASKER: &str = "me";

/// Checks what was taken over: it loads, has each host once, and the files to copy stay within their folder.
pub fn check(import: &Import) {
    let folder = std::env::temp_dir().join(format!("mcp-ssh-import-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let paths = Paths {
        config: folder.clone(),
        keys: folder.join("keys"),
        secrets: folder.join("secrets"),
    };
    if import.aliases.is_empty() {
        assert!(import.servers.is_empty() && import.credentials.is_empty());
        return;
    }
    let servers = format!("hosts:\n{}", import.servers);
    let credentials = format!("entries:\n{}", import.credentials);
    fs::write(paths.servers(), &servers).expect("a file");
    fs::write(paths.credentials(), &credentials).expect("a file");
    let loaded = config::load(&paths);
    let found = || format!("{servers}{credentials}{:?}", loaded.diagnostics);
    let inventory = loaded
        .inventory
        .as_ref()
        .unwrap_or_else(|| panic!("{}", found()));
    let aliases: Vec<String> = inventory
        .hosts
        .iter()
        .map(|host| host.alias.to_string())
        .collect();
    assert_eq!(aliases, import.aliases, "{}", found());
    for (_, name) in &import.files {
        assert!(!name.contains('/') && name != "..", "{name:?}");
        assert!(name != "known_hosts", "{name:?}");
    }
    for line in &import.told {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

/// That nothing shows a password of the file.
pub fn hides(told: &[&str]) {
    for text in told {
        assert!(!text.contains(SECRET), "{text}");
    }
}

/// That each host is one that the file names: each part of its alias is there, is a number, or is the asker.
pub fn are_named(import: &Import, text: &str) {
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || "._".contains(sign);
    let lower = text.to_ascii_lowercase();
    let text: String = lower
        .chars()
        .map(|sign| if allowed(sign) { sign } else { '-' })
        .collect();
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    for alias in &import.aliases {
        let alias = alias.to_ascii_lowercase();
        let is_named = |part: &str| is_number(part) || part == ASKER || text.contains(part);
        assert!(
            alias.split('-').all(is_named),
            "{alias:?} of {:?}",
            import.aliases
        );
    }
}
