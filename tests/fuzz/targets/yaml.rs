//! Any bytes as policy.yml, servers.yml and credentials.yml are loaded, or every fault points into
//! the file; twice gives the same; no fault of credentials.yml shows a part of the file.

#![no_main]

use std::fs;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use mcp_ssh::config::{self, LoadedInventory, Paths};
use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Source};
use references::check_diagnostics;

/// Stands for a password in the seeds.
const SECRET: &str = "xyzzy";

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        policy(text);
    }
    inventory(bytes);
});

fn policy(text: &str) {
    let source = Source::new("policy.yml", text);
    let load = || match Policy::load(&source) {
        Ok((_, warnings)) => (true, warnings),
        Err(faults) => (false, faults),
    };
    let (loaded, found) = load();
    assert_eq!(load(), (loaded, found.clone()));
    check_diagnostics(text, &found, loaded);
}

fn inventory(bytes: &[u8]) {
    let paths = paths();
    write(&paths.servers(), bytes);
    write(&paths.credentials(), bytes);
    let loaded = config::load(&paths);
    assert_eq!(config::load(&paths).diagnostics, loaded.diagnostics);
    let text = String::from_utf8_lossy(bytes);
    for path in [paths.servers(), paths.credentials()] {
        let (found, failed) = of_file(&loaded, &path);
        check_diagnostics(&text, &found, !failed);
        if path == paths.credentials() {
            let shown = found
                .iter()
                .map(|fault| format!("{fault}"))
                .collect::<String>();
            assert!(!shown.contains(SECRET), "{shown}");
        }
    }
    assert_eq!(loaded.inventory.is_none(), loaded.failed());
}

fn of_file(loaded: &LoadedInventory, path: &Path) -> (Vec<Diagnostic>, bool) {
    let of_path = |fault: &&Diagnostic| *fault.path == *path.to_string_lossy();
    let found: Vec<Diagnostic> = loaded.diagnostics.iter().filter(of_path).cloned().collect();
    let failed = found.iter().any(|fault| fault.severity == Severity::Error);
    (found, failed)
}

/// A folder of this process; scripts/fuzz.sh puts TMPDIR into memory.
fn paths() -> Paths {
    let folder = std::env::temp_dir().join(format!("mcp-ssh-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    Paths {
        config: folder.clone(),
        keys: folder.join("keys"),
        secrets: folder.join("secrets"),
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file");
}
