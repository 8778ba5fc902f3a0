//! The disk of the audit file: a small one of the test's own, in a mount namespace of the server's.

use std::fs;
use std::process::Command;

use super::until;
use super::vitals::Vitals;
use crate::audit::{UNRECORDED, whole};
use crate::gate::site::{Site, ran, ssh_run};
use crate::support::client::Client;

/// The server's words, after a file system of 64 KiB is mounted in its own view of the tree.
const MOUNTED: &str = "mount -t tmpfs -o size=64k,mode=700 audit \"$1\" && exec \"$2\"";

#[test]
fn the_disk_of_the_audit_file_is_full() {
    let mut site = Site::start("fulldisk");
    let directory = site.fixture.path("audit");
    fs::create_dir_all(&directory).unwrap();
    let file = format!("{directory}/audit.jsonl");
    site.fixture.set("MCP_SSH_AUDIT_FILE", &file);
    let mut server = Command::new("unshare");
    server
        .args(["--mount", "sh", "-c", MOUNTED, "sh", &directory])
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .envs(site.fixture.environment())
        .env_remove("SSH_AUTH_SOCK");
    let Site {
        fixture,
        sshd,
        account,
        ..
    } = site;
    let mut client = Client::run(fixture, server);
    client.open("2025-11-25");
    let inside = |path: &str| format!("/proc/{}/root{path}", client.pid());
    let (seen, filler) = (inside(&file), inside(&format!("{directory}/filler")));
    let sessions = || sshd.log().matches("Starting session").count();

    ran(&mut client, "echo before");
    let before = Vitals::of(&client);
    for _ in 0..3 {
        // Everything that is free; the last block of the audit file still has room.
        let _full = fs::write(&filler, vec![b'x'; 128 * 1024]).unwrap_err();
        let mut runs = sessions();
        let refused = (0..20).find_map(|_| {
            let answer = ssh_run(&mut client, "echo x")["content"][0]["text"].clone();
            let refused = answer.as_str().unwrap().contains(UNRECORDED);
            runs += usize::from(!refused);
            refused.then_some(answer)
        });
        let refused = refused.expect("the file system of 64 KiB is never full");
        let is_told = |answer: &str| {
            answer.contains("took only a part of the line: is the disk full")
                || answer.contains("No space left on device")
        };
        assert!(is_told(refused.as_str().unwrap()), "{refused}");
        for _ in 0..3 {
            let answer = ssh_run(&mut client, "echo x").to_string();
            assert!(answer.contains(UNRECORDED) && is_told(&answer), "{answer}");
        }
        // What was refused did not run, and has left no whole line.
        assert_eq!(sessions(), runs);
        fs::remove_file(&filler).unwrap();
        assert_eq!(ran(&mut client, "echo after")["output"], "after\n");
        // The part that had room stays, and the next line vouches for it.
        for note in whole(&seen).notes {
            assert!(
                note.what.starts_with("was cut off when its writer ended"),
                "{note}"
            );
        }
    }
    before.are_back(&client, "after the disk was full");
    until("stderr tells it", || {
        client
            .stderr_so_far()
            .contains("nothing was run: the audit record could not be written")
    });
    client.close_stdin();
    assert!(client.ends().success());
    drop(account);
}
