//! The ways to a file: kept connections, servers without SFTP, network rules, reloads.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use super::{ALL, FileSite, policy};

#[test]
fn files_go_over_the_connection_that_commands_use() {
    let mut site = FileSite::start("fkept", ALL);
    site.write("a", "a");
    for _ in 0..5 {
        site.done("ssh_read_file", "a", json!({}));
    }
    let logins = site.held.sshd.log().matches("Accepted publickey").count();
    assert_eq!(logins, 1, "one connection serves all of them");
}

#[test]
fn a_server_without_sftp_is_told() {
    let mut site = FileSite::with("fnone", ALL, "/nonexistent/sftp-server", |_| {});
    site.write("a", "a");
    let refused = site.refused("ssh_read_file", "a", json!({}));
    let error = refused["error"].as_str().unwrap();
    assert!(error.starts_with("SFTP"), "{refused}");
    assert_eq!(refused["status"], "failed", "{refused}");
}

#[test]
fn a_shell_that_prints_or_refuses_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let shell = folder.path().join("shell");
    for (script, words) in [
        (
            "echo 'This account is not available.'; exit 1",
            "does not speak SFTP",
        ),
        (
            "echo 'Welcome to box'; exec /bin/sh \"$@\"",
            "does not speak SFTP",
        ),
        ("exit 0", "SFTP"),
    ] {
        fs::write(&shell, format!("#!/bin/sh\n{script}\n")).unwrap();
        for path in [folder.path(), shell.as_path()] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        // Only a server that is a program of its own is started by the shell.
        let mut site = FileSite::with("fshell", ALL, "/usr/lib/openssh/sftp-server", |site| {
            let shell = ["--shell", shell.to_str().unwrap(), &site.account.name];
            let done = Command::new("usermod").args(shell).status();
            assert!(done.unwrap().success());
        });
        site.write("a", "a");
        let refused = site.refused("ssh_read_file", "a", json!({}));
        assert!(
            refused["error"].as_str().unwrap().contains(words),
            "{script}: {refused}"
        );
        assert!(refused["hint"].is_string(), "{script}: {refused}");
    }
}

#[test]
fn without_a_section_no_file_is_touched_and_a_reload_counts_at_once() {
    let mut site = FileSite::start("freload", ALL);
    site.write("a", "a");
    site.done("ssh_read_file", "a", json!({}));
    site.client
        .fixture()
        .write("config/policy.yml", "limits: {max_seconds: 20}\n");
    let refused = site.refused("ssh_read_file", "a", json!({}));
    assert_eq!(refused["reason"], "no_matching_entry", "{refused}");
    let network = policy(&site.folder, ALL) + "network: {allow_cidrs: [10.0.0.0/8]}\n";
    site.client.fixture().write("config/policy.yml", &network);
    let refused = site.refused("ssh_read_file", "a", json!({}));
    assert_eq!(refused["reason"], "address_not_permitted", "{refused}");
}
