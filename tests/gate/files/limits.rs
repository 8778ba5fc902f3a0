//! What a host or this server has no room for: a quota, the largest file of an account, a call with a content that is
//! too long.

use std::fs;

use serde_json::{Value, json};

use super::servers::site_of;
use super::{ALL, FileSite, sha256};
use crate::support::scripted::ScriptedServer;

/// What the caller is told of a write of 60,000 bytes over `old`.
fn refused(site: &mut FileSite, name: &str) -> (Value, String) {
    let write = json!({"content": "x".repeat(60_000), "expected_sha256": sha256(b"old")});
    let refused = site.refused("ssh_write_file", name, write);
    let error = refused["error"].as_str().unwrap().to_owned();
    assert_eq!(site.content(name), "old", "{refused}");
    (refused, error)
}

/// The kernels of some machines have no quotas: the server says what one with a quota says.
#[test]
fn a_quota_that_is_used_up_is_told_and_leaves_the_old_file() {
    let server = ScriptedServer::asyncssh();
    let known_hosts = server.known_hosts("127.0.0.1");
    let mut site = site_of("fquota", server.port, &known_hosts, true, None);
    fs::write(site.path("quota"), "old").unwrap();
    let (told, error) = refused(&mut site, "quota");
    assert_eq!(
        error,
        "SFTP no space: Disk of the host is full, or a quota is used up"
    );
    assert_eq!(told["hint"], "ask the operator to make room", "{told}");
    assert_eq!(site.names(), ["quota"]);
}

/// `ulimit -f`: the kernel has the write fail in its middle.
#[test]
fn the_largest_file_that_an_account_may_have_leaves_the_old_file() {
    let script = "#!/bin/sh\nulimit -f 64\nexec /usr/lib/openssh/sftp-server\n";
    let mut site = FileSite::with("ffsize", ALL, script, |_| {});
    site.write("a", "old");
    let (told, error) = refused(&mut site, "a");
    assert_eq!(error, "SFTP failure: Host gives no reason", "{told}");
    assert!(told["hint"].as_str().unwrap().contains("quota"), "{told}");
    assert_eq!(site.names(), ["a"]);
    let small = json!({"content": "new", "expected_sha256": sha256(b"old")});
    let done = site.done("ssh_write_file", "a", small);
    assert_eq!(done["status"], "replaced", "{done}");
}

#[test]
fn a_content_that_no_call_can_have_is_told_with_the_way() {
    let mut site = FileSite::start("fover", ALL);
    let write = json!({"content": "x".repeat(1_048_577), "create": true});
    let told = site.refused("ssh_write_file", "over", write);
    assert_eq!(
        told["error"],
        "the new content has 1048577 bytes, and `max_bytes` lets the file have 1048576: nothing was written"
    );
    assert!(
        told["hint"].as_str().unwrap().contains("`mcp-ssh put`"),
        "{told}"
    );
    for (bytes, id, words) in [
        (10 * 1024 * 1024, None, "longer than 10 MiB"),
        (5_300_000, Some(json!(9)), "and one has 5240832 at most"),
    ] {
        let content = "x".repeat(bytes);
        let arguments =
            json!({"alias": "box", "path": site.text("over"), "content": content, "create": true});
        let call = json!({"jsonrpc": "2.0", "id": 9, "method": "tools/call",
            "params": {"name": "ssh_write_file", "arguments": arguments}});
        site.client.raw(format!("{call}\n").as_bytes());
        let answer = site.client.next();
        let told = answer["error"]["message"].as_str().unwrap();
        assert_eq!(answer.get("id"), id.as_ref(), "{answer}");
        assert!(
            told.contains(words) && told.contains("`mcp-ssh put`"),
            "{answer}"
        );
    }
    // What is shorter reaches the file's own bound.
    let write = json!({"content": "x".repeat(5_000_000), "create": true});
    let told = site.refused("ssh_write_file", "over", write);
    assert!(
        told["error"]
            .as_str()
            .unwrap()
            .contains("has 5000000 bytes"),
        "{told}"
    );
    assert_eq!(site.names(), Vec::<String>::new());
}
