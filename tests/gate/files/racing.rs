//! Somebody exchanges a directory for a link all the time: nothing outside the globs is read or written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{JoinHandle, spawn};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::json;
use tempfile::TempDir;

use super::{FileSite, sha256};

/// Calls of each kind.
const CALLS: usize = 150;

/// Exchanges two names until it is dropped.
struct Exchange {
    ended: Arc<AtomicBool>,
    exchanged: Arc<AtomicU32>,
    thread: Option<JoinHandle<()>>,
}

impl Exchange {
    fn of(one: PathBuf, other: PathBuf) -> Self {
        let (ended, exchanged) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU32::new(0)),
        );
        let (end, count) = (Arc::clone(&ended), Arc::clone(&exchanged));
        let thread = spawn(move || {
            while !end.load(Ordering::Relaxed) {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).unwrap();
                count.fetch_add(1, Ordering::Relaxed);
                std::thread::yield_now();
            }
        });
        Self {
            ended,
            exchanged,
            thread: Some(thread),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// A directory outside, with files of the same names.
fn outside(site: &FileSite) -> TempDir {
    let outside = tempfile::tempdir().unwrap();
    let account = &site.held.account;
    for name in ["", "read", "write"] {
        let path = outside.path().join(name);
        if !name.is_empty() {
            fs::write(&path, "outside the globs").unwrap();
        }
        chown(&path, Some(account.uid()), Some(account.gid())).unwrap();
    }
    outside
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The exchange is by one who may do it: root. It is looked for all the same.
#[test]
fn a_directory_that_is_exchanged_for_a_link_leads_nowhere_else() {
    let entries = "- {action: allow, read: ['DIR/in/*'], write: ['DIR/in/*']}";
    let mut site = FileSite::start("frace", entries);
    let outside = outside(&site);
    fs::create_dir(site.path("in")).unwrap();
    let account = &site.held.account;
    chown(site.path("in"), Some(account.uid()), Some(account.gid())).unwrap();
    for name in ["in/read", "in/write"] {
        site.write(name, "inside");
    }
    symlink(outside.path(), site.path("link")).unwrap();
    let exchange = Exchange::of(site.path("in"), site.path("link"));
    let (mut done, mut denied, mut content) = (0, 0, "inside".to_owned());
    let mut told = String::new();
    for number in 0..CALLS {
        let read = site.call("ssh_read_file", "in/read", json!({}));
        assert!(!read.to_string().contains("outside the globs"), "{read}");
        done += usize::from(read.get("isError").is_none());
        denied += usize::from(read.to_string().contains("denied"));
        let next = format!("inside {number}");
        let write = json!({"content": next, "expected_sha256": sha256(content.as_bytes())});
        let written = site.call("ssh_write_file", "in/write", write);
        if written.get("isError").is_none() {
            content = next;
            done += 1;
        }
        let made = site.call(
            "ssh_write_file",
            &format!("in/new{number}"),
            json!({"content": "x", "create": true}),
        );
        told += &format!("{written}{made}");
    }
    let exchanged = exchange.exchanged.load(Ordering::Relaxed);
    drop(exchange);
    assert!(
        exchanged > 1000 && done > 0 && denied > 0,
        "{exchanged} {done} {denied}"
    );
    for name in ["read", "write"] {
        let there = fs::read_to_string(outside.path().join(name)).unwrap();
        assert_eq!(there, "outside the globs", "{name}");
    }
    // The exchange has ended with the directory under either name.
    let inside = ["in", "link"].map(|name| site.path(name));
    let inside = inside.iter().find(|path| !path.is_symlink()).unwrap();
    let left = names(inside).into_iter().filter(|name| name.ends_with('~'));
    for name in left {
        assert!(told.contains(&name), "{name} stays and is not told");
    }
    let foreign: Vec<String> = names(outside.path());
    assert_eq!(foreign, ["read", "write"], "nothing was made there");
}

/// Another user may exchange directories only where others may write: there nothing is read or written at all.
#[test]
fn where_another_user_may_exchange_a_directory_nothing_is_touched() {
    let entries = "- {action: allow, read: ['DIR/*/*/*'], write: ['DIR/*/*/*']}";
    let mut site = FileSite::start("fother", entries);
    let outside = outside(&site);
    let account = &site.held.account;
    for (open, mode) in [("open", 0o777), ("group", 0o770), ("sticky", 0o1777)] {
        fs::create_dir_all(site.path(open).join("in")).unwrap();
        fs::write(site.path(open).join("in/read"), "inside").unwrap();
        symlink(outside.path(), site.path(open).join("link")).unwrap();
        // The directory that is exchanged is another user's.
        for name in ["in", "link"] {
            std::os::unix::fs::lchown(site.path(open).join(name), Some(65534), Some(account.gid()))
                .unwrap();
        }
        chown(site.path(open), Some(account.uid()), Some(account.gid())).unwrap();
        fs::set_permissions(site.path(open), Permissions::from_mode(mode)).unwrap();
    }
    for open in ["open", "group", "sticky"] {
        let exchange = Exchange::of(site.path(open).join("in"), site.path(open).join("link"));
        for number in 0..20 {
            let read = site.refused("ssh_read_file", &format!("{open}/in/read"), json!({}));
            assert_eq!(read["status"], "failed", "{open}: {read}");
            let new = format!("{open}/in/new{number}");
            site.refused(
                "ssh_write_file",
                &new,
                json!({"content": "x", "create": true}),
            );
        }
        drop(exchange);
    }
    assert_eq!(names(outside.path()), ["read", "write"]);
}
