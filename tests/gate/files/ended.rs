//! A server of files that ends or hangs at any request of a write: the caller is told what is not known and how to find out,
//! and each file that stays is named, in the result and in the record.

use std::os::unix::fs::chown;

use serde_json::{Value, json};

use super::{ALL, FileSite, sha256};
use crate::support::marker::within;

/// A request, whether the server has seen it, and whether the server ends or hangs then.
const ROWS: [&str; 17] = [
    "open-before-ends",
    "open-behind-ends",
    "open-behind-hangs",
    "write-before-ends",
    "write-behind-hangs",
    "mode-before-ends",
    "mode-behind-ends",
    "fsync-before-ends",
    "fsync-behind-hangs",
    "close-behind-ends",
    "remove-before-ends",
    "remove-behind-hangs",
    "over-before-ends",
    "over-behind-ends",
    "over-before-hangs",
    "rename-before-hangs",
    "rename-behind-ends",
];

fn site(tag: &str) -> FileSite {
    site_with(tag, ALL)
}

fn site_with(tag: &str, entries: &str) -> FileSite {
    FileSite::with(tag, entries, include_str!("ending_sftp.py"), |_| {})
}

/// Begins a write of `new`: a file of which only the name is new is made, any other is replaced.
fn begin(site: &mut FileSite, row: &str, seconds: u32) -> Value {
    let mut arguments = json!({
        "alias": "box", "path": site.text(row), "content": "new", "timeout_seconds": seconds,
    });
    if row.starts_with("rename") {
        arguments["create"] = json!(true);
    } else {
        site.write(row, "old");
        arguments["expected_sha256"] = json!(sha256(b"old"));
    }
    let call = json!({"name": "ssh_write_file", "arguments": arguments});
    site.client.begin("tools/call", call)
}

/// The name of the new file of a row, if it is there.
fn left(site: &FileSite, row: &str) -> Option<String> {
    let begin = format!(".{row}.");
    let mut names = site.names().into_iter();
    names.find(|name| name.starts_with(&begin) && name.ends_with('~'))
}

#[test]
fn whatever_ends_or_hangs_is_told_with_the_file_that_may_stay() {
    let mut site = site("fended");
    let begun: Vec<(Value, &str)> = ROWS
        .iter()
        .map(|row| (begin(&mut site, row, 10), *row))
        .collect();
    let mut told = Vec::new();
    for (id, row) in begun {
        let result = site.client.response(&id)["result"].clone();
        assert_eq!(result["isError"], true, "{row}: {result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        told.push((row, serde_json::from_str::<Value>(text).unwrap()));
    }
    for (row, told) in &told {
        let (error, hint) = (told["error"].as_str().unwrap(), told["hint"].as_str());
        let left = left(&site, row).map(|name| site.text(&name));
        // What the server has not seen, or has seen and not told, may be there.
        let is_named = error.contains(&format!("/.{row}.")) && error.contains("~` may be left");
        assert!(is_named, "{row}: {told}");
        let is_right = left.as_ref().is_none_or(|left| error.contains(left));
        assert!(is_right, "{row}: {left:?}: {told}");
        let content = site.content_if_there(row);
        let renames = row.starts_with("over") || row.starts_with("rename");
        if renames {
            assert!(
                error.contains("not known whether the new content is in place"),
                "{row}: {told}"
            );
            let hint = hint.unwrap();
            assert!(
                hint.contains("read the file") && hint.contains(&sha256(b"new")),
                "{row}: {told}"
            );
            let expected = match (row.contains("behind"), row.starts_with("over")) {
                (true, _) => Some("new".to_owned()),
                (false, true) => Some("old".to_owned()),
                (false, false) => None,
            };
            assert_eq!(content, expected, "{row}");
        } else {
            assert_eq!(content.as_deref(), Some("old"), "{row}");
        }
    }
    let log = site.client.finish_keeping();
    for (row, told) in &told {
        let records = log
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let path = &told["path"];
        let mut ends =
            records.filter(|record| record["type"] == "audit" && record["path"] == *path);
        let end = ends.next().unwrap_or_else(|| panic!("{row}: {log}"));
        let error = end["error"].as_str().unwrap();
        assert!(error.contains(&format!("/.{row}.")), "{row}: {end}");
    }
}

#[test]
fn a_call_that_is_cancelled_while_the_server_hangs_has_the_file_in_its_record() {
    let mut site = site("fhung");
    let row = "write-behind-hangs";
    let id = begin(&mut site, row, 20);
    // The server has written and says so to nobody; a cancel before that removes the file and need not name it.
    let has_written = || left(&site, row).is_some_and(|name| site.content(&name) == "new");
    assert!(within(std::time::Duration::from_secs(20), has_written));
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    site.client.send(&cancelled);
    let name = left(&site, row).unwrap();
    // A server that ends at once waits for no host that hangs.
    let ends = || site.client.stderr_so_far().contains("{\"type\":\"audit\"");
    assert!(within(std::time::Duration::from_secs(20), ends));
    let log = site.client.finish_keeping();
    let mut records = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let end = records.find(|record| record["type"] == "audit").unwrap();
    assert_eq!(end["cancelled"], true, "{end}");
    assert!(end["error"].as_str().unwrap().contains(&name), "{end}");
    assert_eq!(site.content(row), "old");
}

/// Whoever exchanges directories can hide the new file from its removal: then it is looked for again, and else named.
#[test]
fn a_new_file_whose_directory_is_moved_away_is_removed_later_or_named() {
    let entries = "- {action: allow, read: ['DIR/in/*'], write: ['DIR/in/*']}";
    let mut site = site_with("fmoved", entries);
    let folder = site.path("in");
    std::fs::create_dir(&folder).unwrap();
    let account = &site.held.account;
    chown(&folder, Some(account.uid()), Some(account.gid())).unwrap();
    for (row, stays) in [("over-before-returns", false), ("over-before-leaves", true)] {
        let path = format!("in/{row}");
        site.write(&path, "old");
        let write = json!({"content": "new", "expected_sha256": sha256(b"old")});
        let refused = site.refused("ssh_write_file", &path, write);
        assert!(within(std::time::Duration::from_secs(20), || folder.is_dir()));
        let names = std::fs::read_dir(&folder).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let left = names.find(|name| name.ends_with('~'));
        assert_eq!(left.is_some(), stays, "{refused}");
        let error = refused["error"].as_str().unwrap();
        match left {
            Some(left) => {
                let told = format!(
                    "`{}` may be left on the host",
                    site.text(&format!("in/{left}"))
                );
                assert!(error.contains(&told), "{refused}");
            }
            None => assert!(!error.contains("may be left"), "{refused}"),
        }
        assert_eq!(site.content(&path), "old");
    }
}
