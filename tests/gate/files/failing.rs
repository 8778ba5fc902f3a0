//! What can go wrong on the host: each has its words, and no half file is left.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{ALL, FileSite, sha256};
use crate::support::marker::within;

/// A small file system that goes when this is dropped.
struct Mounted<'p>(&'p Path);

impl<'p> Mounted<'p> {
    fn tmpfs(path: &'p Path, options: &str) -> Self {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "none"])
            .arg(path)
            .status();
        assert!(mount.unwrap().success());
        Self(path)
    }

    fn read_only(&self) {
        let mount = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.0)
            .status();
        assert!(mount.unwrap().success());
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let umount = Command::new("umount").args(["-l"]).arg(self.0).status();
        assert!(umount.unwrap().success());
    }
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_full_disk_and_one_that_is_read_only_leave_the_old_file() {
    let mut site = FileSite::start(
        "ffull",
        "- {action: allow, read: ['DIR/**'], write: ['DIR/*/*']}",
    );
    let small = site.path("small");
    fs::create_dir(&small).unwrap();
    let (uid, gid) = (site.held.account.uid(), site.held.account.gid());
    let mounted = Mounted::tmpfs(&small, &format!("size=128k,mode=0755,uid={uid},gid={gid}"));
    site.write("small/a", "old");
    let big = json!({"content": "x".repeat(200_000), "expected_sha256": sha256(b"old")});
    let refused = site.refused("ssh_write_file", "small/a", big);
    // OpenSSH's server has no word for a full disk.
    let error = refused["error"].as_str().unwrap();
    assert!(
        error.contains("SFTP failure") || error.contains("no space"),
        "{refused}"
    );
    assert!(
        refused["hint"].as_str().unwrap().contains("disk"),
        "{refused}"
    );
    assert_eq!(
        (site.content("small/a").as_str(), names(&small)),
        ("old", vec!["a".to_owned()])
    );
    let fits = json!({"content": "new", "expected_sha256": sha256(b"old")});
    assert_eq!(
        site.done("ssh_write_file", "small/a", fits)["status"],
        "replaced"
    );
    mounted.read_only();
    let late = json!({"content": "later", "expected_sha256": sha256(b"new")});
    let refused = site.refused("ssh_write_file", "small/a", late);
    assert_eq!(refused["status"], "failed", "{refused}");
    assert_eq!(
        (site.content("small/a").as_str(), names(&small)),
        ("new", vec!["a".to_owned()])
    );
}

#[test]
fn what_the_account_may_not_do_and_what_is_missing_is_told() {
    let mut site = FileSite::start(
        "fmay",
        "- {action: allow, read: ['DIR/**'], write: ['DIR/*', 'DIR/*/*']}",
    );
    fs::create_dir(site.path("roots")).unwrap();
    fs::set_permissions(site.path("roots"), Permissions::from_mode(0o755)).unwrap();
    fs::write(site.path("roots/a"), "old").unwrap();
    fs::write(site.path("of-root"), "old").unwrap();
    let write = || json!({"content": "new", "expected_sha256": sha256(b"old")});
    for (name, more, words) in [
        ("roots/a", write(), "permission denied"),
        (
            "roots/b",
            json!({"content": "new", "create": true}),
            "permission denied",
        ),
        // The account may replace it, and the new file would be the account's.
        (
            "of-root",
            write(),
            "Owner or mode of the file cannot be kept",
        ),
        (
            "none/b",
            json!({"content": "new", "create": true}),
            "No such file",
        ),
        (
            "of-root/b",
            json!({"content": "new", "create": true}),
            "No such file",
        ),
    ] {
        let refused = site.refused("ssh_write_file", name, more);
        assert!(
            refused["error"].as_str().unwrap().contains(words),
            "{name}: {refused}"
        );
    }
    assert_eq!(site.content("roots/a"), "old");
    assert_eq!(site.content("of-root"), "old");
    assert_eq!(site.names(), ["of-root", "roots"]);
}

#[test]
fn a_connection_that_is_lost_and_a_call_that_is_cancelled_leave_the_old_file() {
    let entries = "- {action: allow, write: ['DIR/*'], max_bytes: 8000000}";
    let slow = include_str!("slow_sftp.py");
    let mut site = FileSite::with("flost", entries, slow, |_| {});
    site.write("a", "old");
    for number in 0..6 {
        let content = "y".repeat(4_000_000);
        let call = json!({"name": "ssh_write_file", "arguments": {
            "alias": "box", "path": site.text("a"), "content": content, "expected_sha256": sha256(b"old"),
        }});
        let id = site.client.begin("tools/call", call);
        // The new file grows beside the old one.
        let grows = || {
            let grown = names(site.folder.path())
                .into_iter()
                .find(|name| name.ends_with('~'));
            grown
                .is_some_and(|name| fs::metadata(site.path(&name)).is_ok_and(|file| file.len() > 0))
        };
        if !within(std::time::Duration::from_secs(20), grows) {
            panic!("{number}: {}", site.client.response(&id));
        }
        if number % 2 == 0 {
            site.held.sshd.kill_sessions();
        } else {
            let cancelled = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
            site.client.send(&cancelled);
        }
        if number % 2 == 0 {
            let result: Value = site.client.response(&id)["result"].clone();
            assert_eq!(result["isError"], true, "{result}");
            let text = result["content"][0]["text"].as_str().unwrap();
            assert!(text.contains("connection lost"), "{text}");
        }
        let gone = || {
            !names(site.folder.path())
                .iter()
                .any(|name| name.ends_with('~'))
        };
        if number % 2 == 0 {
            // Nobody can remove it over a connection that is gone; its name says what it is.
            let left = names(site.folder.path())
                .into_iter()
                .filter(|name| name.starts_with(".a."));
            left.for_each(|name| fs::remove_file(site.path(&name)).unwrap());
        } else {
            assert!(within(std::time::Duration::from_secs(20), gone), "{number}");
        }
        assert_eq!(site.content("a"), "old");
    }
    let write = json!({"content": "new", "expected_sha256": sha256(b"old")});
    assert_eq!(
        site.done("ssh_write_file", "a", write)["status"],
        "replaced"
    );
}

/// Many calls at once: each is answered, and the last content of each file is one that was written.
#[test]
fn many_calls_at_once_are_all_answered() {
    let mut site = FileSite::start("fmany", ALL);
    let account = &site.held.account;
    chown(site.folder.path(), Some(account.uid()), Some(account.gid())).unwrap();
    let calls: Vec<(Value, usize)> = (0..60)
        .map(|number| {
            let path = site.text(&format!("n{}", number % 20));
            let (tool, arguments) = match number / 20 {
                0 => (
                    "ssh_write_file",
                    json!({"alias": "box", "path": path, "content": "first", "create": true}),
                ),
                1 => (
                    "ssh_list_directory",
                    json!({"alias": "box", "path": site.folder.path().to_str().unwrap()}),
                ),
                _ => ("ssh_read_file", json!({"alias": "box", "path": path})),
            };
            let call = json!({"name": tool, "arguments": arguments});
            (site.client.begin("tools/call", call), number)
        })
        .collect();
    for (id, number) in calls {
        let response = site.client.response(&id);
        let is_error = response["result"]["isError"] == true;
        // A file that is read before it is written is not there.
        assert!(!is_error || number >= 40, "{response}");
    }
    assert_eq!(site.names().len(), 20);
    for number in 0..20 {
        assert_eq!(site.content(&format!("n{number}")), "first");
    }
}
