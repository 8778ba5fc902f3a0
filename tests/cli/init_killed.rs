//! `mcp-ssh init` that is killed, at each step at which it changes a file: no half file is in force, and the next run works
//! as if there had been none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcp_ssh::config::{Paths, load};
use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use super::{mcp_ssh, said, tree};

/// What changes files.
const CALLS: [&str; 6] = ["mkdir", "write", "link", "rename", "unlink", "rmdir"];

/// A directory for sites, with a password beside them.
pub(super) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("password"), "hidden-word\n").unwrap();
    folder
}

/// A host that lets nobody in, and a password for it.
pub(super) fn words(folder: &TempDir, root: &Path, more: &[&str]) -> Vec<String> {
    let password = folder.path().join("password");
    let words = [
        "init",
        "--host",
        "127.0.0.1:1",
        "--user",
        "me",
        "--password-file",
    ];
    let words = words.iter().chain(more).map(|word| (*word).to_owned());
    let mut words: Vec<String> = words.collect();
    words.insert(6, password.to_str().unwrap().to_owned());
    words.push(root.to_str().unwrap().to_owned());
    words
}

pub(super) fn run(words: &[String]) -> (i32, String, String) {
    said(&mcp_ssh(&[]).args(words).output().unwrap())
}

/// Kills the run at this call; whether it has come to it.
pub(super) fn is_killed(words: &[String], call: &str, nth: u32) -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o", "/dev/null", "-e", &format!("trace=/^{call}")]);
    let inject = format!("inject=/^{call}:signal=KILL:when={nth}");
    let strace = strace
        .args(["-e", &inject])
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"));
    let ended = strace.args(words).env_remove("SSH_AUTH_SOCK").output();
    ended
        .expect("strace is not installed")
        .status
        .code()
        .is_none()
}

fn loads(root: &Path) -> bool {
    let paths = Paths {
        config: root.join("config"),
        keys: root.join("keys"),
        secrets: root.join("secrets"),
    };
    load(&paths).inventory.is_some()
}

/// What stands in the three directories, with all bytes.
fn in_places(root: &Path) -> Vec<(PathBuf, u32, Option<Vec<u8>>)> {
    let found = tree(root).into_iter();
    let found = found.filter(|(path, _)| {
        !path.to_str().unwrap().contains("/.") && !path.starts_with(".beginning")
    });
    found
        .map(|(path, mode)| (path.clone(), mode, fs::read(root.join(path)).ok()))
        .collect()
}

#[test]
fn a_new_site_is_there_whole_or_begun_anew() {
    let folder = folder();
    let whole = folder.path().join("whole");
    run(&words(&folder, &whole, &[]));
    let expected = in_places(&whole);
    assert_eq!(expected.len(), 8, "{expected:?}");
    for call in CALLS {
        for nth in 1.. {
            let root = folder.path().join("site");
            let words = words(&folder, &root, &[]);
            let at = format!("{call} {nth}");
            if !is_killed(&words, call, nth) {
                fs::remove_dir_all(&root).unwrap();
                break;
            }
            let left = if root.is_dir() {
                in_places(&root)
            } else {
                Vec::new()
            };
            assert!(
                left.iter().all(|file| expected.contains(file)),
                "{at}: {left:?}"
            );
            let is_there = root.join("config/servers.yml").exists();
            assert_eq!(
                (loads(&root), left == expected),
                (is_there, is_there),
                "{at}"
            );
            let is_done = is_there && !root.join(".beginning").exists();
            let (_, out, err) = run(&words);
            match is_there {
                true => assert!(
                    err.contains("exists already, so nothing was written"),
                    "{at}: {err}"
                ),
                false => assert!(out.contains("created "), "{at}: {out}{err}"),
            }
            assert_eq!(tree(&root), tree(&whole), "{at}");
            assert_eq!(in_places(&root), expected, "{at}");
            fs::remove_dir_all(&root).unwrap();
            if is_done {
                break;
            }
        }
    }
}

#[test]
fn an_added_host_is_there_whole_or_not_at_all() {
    let folder = folder();
    let (old, whole) = (folder.path().join("old"), folder.path().join("whole"));
    run(&["init".to_owned(), old.to_str().unwrap().to_owned()]);
    let copy = |to: &Path| {
        let copied = Command::new("cp").arg("-a").args([&old, to]).status();
        assert!(copied.unwrap().success());
    };
    let more = ["--add", "--alias", "new"];
    copy(&whole);
    run(&words(&folder, &whole, &more));
    let expected = in_places(&whole);
    assert_ne!(expected, in_places(&old));
    for call in CALLS {
        for nth in 1.. {
            let root = folder.path().join("site");
            copy(&root);
            let words = words(&folder, &root, &more);
            let at = format!("{call} {nth}");
            if !is_killed(&words, call, nth) {
                fs::remove_dir_all(&root).unwrap();
                break;
            }
            assert!(loads(&root), "{at}");
            let is_there = fs::read(root.join("config/servers.yml")).unwrap()
                == fs::read(whole.join("config/servers.yml")).unwrap();
            let is_done = is_there && tree(&root) == tree(&whole);
            let (_, out, err) = run(&words);
            match is_there {
                true => assert!(err.contains("there is a host `new` already"), "{at}: {err}"),
                false => assert!(out.contains("added 1 host to "), "{at}: {out}{err}"),
            }
            assert_eq!(tree(&root), tree(&whole), "{at}");
            assert_eq!(in_places(&root), expected, "{at}");
            fs::remove_dir_all(&root).unwrap();
            if is_done {
                break;
            }
        }
    }
}

/// Some file systems have no links.
#[test]
fn where_there_are_no_links_the_files_are_written_in_their_places() {
    let folder = folder();
    let (root, whole) = (folder.path().join("site"), folder.path().join("whole"));
    run(&words(&folder, &whole, &[]));
    let unlinked = |nth: &str, more: &str, root: &Path| {
        let mut strace = Command::new("strace");
        strace.args(["-qq", "-o", "/dev/null", "-e", "trace=/^link,fchmod"]);
        strace.args(["-e", &format!("inject=/^link:error=EPERM:when={nth}")]);
        if !more.is_empty() {
            strace.args(["-e", more]);
        }
        let strace = strace.arg(env!("CARGO_BIN_EXE_mcp-ssh"));
        said(&strace.args(words(&folder, root, &[])).output().unwrap())
    };
    let (_, out, err) = unlinked("1+", "", &root);
    assert!(out.contains("created "), "{out}{err}");
    assert_eq!(tree(&root), tree(&whole));
    assert_eq!(in_places(&root), in_places(&whole));
    // One that cannot be written there: all of them go again.
    let none = folder.path().join("none");
    let (status, out, err) = unlinked("3+", "inject=fchmod:error=ENOSPC:when=7", &none);
    assert_eq!(
        (status, out.as_str(), none.exists()),
        (1, "", false),
        "{err}"
    );
    assert!(err.contains("nothing was written"), "{err}");
}

#[test]
fn two_do_not_write_into_one_directory_at_once() {
    let folder = folder();
    let root = folder.path().join("site");
    fs::create_dir(&root).unwrap();
    let lock = fs::File::open(&root).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let words = words(&folder, &root, &[]);
    let (status, out, err) = run(&words);
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    assert!(
        err.contains("another `mcp-ssh init` writes into it now: nothing was written"),
        "{err}"
    );
    assert_eq!(tree(&root), []);
    drop(lock);
    let (_, out, err) = run(&words);
    assert!(out.contains("created "), "{err}");
}

/// What somebody has changed since is theirs.
#[test]
fn what_was_changed_after_a_killed_run_is_not_taken_away() {
    let folder = folder();
    let root = folder.path().join("site");
    let words = words(&folder, &root, &[]);
    // Before the last link, that of servers.yml.
    assert!(is_killed(&words, "link", 4));
    let policy = root.join("config/policy.yml");
    assert!(policy.exists() && !root.join("config/servers.yml").exists());
    let mine = "# mine\nrules: []\n";
    let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    // The clock of files ticks some hundred times a second.
    while modified(&policy) <= modified(&root.join(".beginning/whole")) {
        fs::write(&policy, mine).unwrap();
    }
    let (status, _, err) = run(&words);
    assert_eq!(status, 1);
    assert!(
        err.contains("policy.yml: exists already, so nothing was written"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(&policy).unwrap(), mine);
    let left: Vec<_> = in_places(&root)
        .into_iter()
        .filter(|(_, _, bytes)| bytes.is_some())
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(!root.join(".beginning").exists());
}
