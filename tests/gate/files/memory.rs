//! What `get` and `put` hold of a file that is larger than all the memory they may have.

use std::fs::{self, File};
use std::process::Command;

use serde_json::json;

use super::terminal::site;
use super::{FileSite, policy};
use crate::gate::cli::{status, text};
use crate::support::transcript::python;

/// How large the file is; it is sparse.
const LARGE: u64 = 100_000_000;
/// The data that the process may have (RLIMIT_DATA). Of that a debug build takes a third by itself.
const MAX_DATA: u64 = 32 * 1024 * 1024;

/// The command, without more memory than [`MAX_DATA`]: an allocation beyond that fails, and ends it.
fn bounded(command: &Command) -> Command {
    let mut bounded = Command::new("prlimit");
    bounded
        .arg(format!("--data={MAX_DATA}"))
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bounded.env(name, value),
            None => bounded.env_remove(name),
        };
    }
    bounded
}

#[test]
fn a_file_of_any_size_is_copied_in_little_memory() {
    let greedy = format!("bytearray({LARGE})");
    let greedy = bounded(Command::new(python()).args(["-c", &greedy])).output();
    let greedy = greedy.unwrap();
    assert!(text(&greedy.stderr).contains("MemoryError"), "no bound");
    let entry = "- {action: allow, read: ['DIR/*'], write: ['DIR/*'], max_bytes: 300000000}";
    let (site, there) = site("fmem", entry);
    // A debug build takes a minute for what a release build does in seconds.
    let policy = policy(&there, entry).replace("max_seconds: 20", "max_seconds: 300");
    site.write_policy(&policy);
    let here = tempfile::tempdir().unwrap();
    let path = |name: &str| there.path().join(name).to_str().unwrap().to_owned();
    let file = File::create(path("large")).unwrap();
    file.set_len(LARGE).unwrap();
    for words in [
        ["get", "box", &path("large"), "copy"],
        ["put", "copy", "box", &path("new")],
        // What is there is read first, to be compared.
        ["put", "copy", "box", &path("new")],
    ] {
        let done = bounded(&site.command(&words))
            .current_dir(here.path())
            .output();
        let done = done.unwrap();
        assert_eq!(status(&done), 0, "{words:?}: {}", text(&done.stderr));
        let told = text(&done.stdout);
        assert!(told.contains("100000000 bytes"), "{words:?}: {told}");
    }
    assert_eq!(fs::metadata(path("new")).unwrap().len(), LARGE);
}

/// The most memory that the server has had, in bytes.
fn peak(site: &FileSite) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", site.client.pid())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    peak * 1024
}

#[test]
fn a_file_that_is_shown_is_held_less_than_four_times() {
    const BYTES: usize = 8_000_000;
    let entry = "- {action: allow, read: ['DIR/*'], max_bytes: 8000000}";
    let mut site = FileSite::start("fheld", entry);
    site.write("small", "x");
    site.write("large", "0123456789abcde\n".repeat(BYTES / 16));
    site.done("ssh_read_file", "small", json!({}));
    let before = peak(&site);
    let read = site.done("ssh_read_file", "large", json!({}));
    assert_eq!(read["bytes"], BYTES, "{}", read["note"]);
    let copies = (peak(&site) - before) as f64 / BYTES as f64;
    assert!(copies < 4.0, "{copies} copies were held");
}
