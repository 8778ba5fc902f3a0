//! Files on servers of other authors: dropbear, asyncssh, paramiko, and OpenSSH as its older versions are.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use tempfile::TempDir;

use super::{ALL, FileSite, folder, policy, sha256};
use crate::gate::site::Site;
use crate::support::dropbear::Dropbear;
use crate::support::keys::write_private;
use crate::support::scripted::ScriptedServer;

/// A site whose host is a server that takes the password of the account.
fn site(tag: &str, port: u16, known_hosts: &str, is_of_root: bool) -> FileSite {
    site_of(tag, port, known_hosts, is_of_root, None)
}

/// A site whose host is a server that takes this password, or that of the account.
pub fn site_of(
    tag: &str,
    port: u16,
    known_hosts: &str,
    is_of_root: bool,
    password: Option<&str>,
) -> FileSite {
    let site = Site::start(tag);
    site.write_servers(port);
    site.fixture.write("keys/known_hosts", known_hosts);
    site.write_credentials("password_secret: pw");
    let password = password.unwrap_or(&site.account.password);
    write_private(&site.path("secrets/pw"), password);
    let folder = match is_of_root {
        true => roots_folder(),
        false => folder(&site.account),
    };
    site.write_policy(&policy(&folder, ALL));
    let (client, held) = site.serve();
    FileSite {
        client,
        held,
        folder,
    }
}

/// A folder of the user who runs the tests, as whom the servers in Python run.
fn roots_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("files").tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Makes a file, reads it, and lists its directory.
fn makes_and_reads(site: &mut FileSite) {
    let new = json!({"content": "one\ntwo\n", "create": true, "mode": "640"});
    let made = site.done("ssh_write_file", "a", new);
    assert_eq!(made["status"], "created", "{made}");
    assert_eq!(site.content("a"), "one\ntwo\n");
    let mode = fs::metadata(site.path("a")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o640);
    let read = site.done("ssh_read_file", "a", json!({}));
    assert_eq!(read["content"], "one\ntwo\n", "{read}");
    assert_eq!(read["sha256"], sha256(b"one\ntwo\n"), "{read}");
    let large: String = (0..200_000).map(|n| format!("{n}\n")).collect();
    let large = &large[..1_000_003];
    site.done(
        "ssh_write_file",
        "large",
        json!({"content": large, "create": true}),
    );
    assert!(site.content("large") == large);
    let part = json!({"unit": "bytes", "offset": 999_999});
    let read = site.done("ssh_read_file", "large", part);
    assert_eq!(read["content"], large[999_999..], "{read}");
    let here = site.folder.path().to_str().unwrap().to_owned();
    let listed = site.done("ssh_list_directory", &here, json!({}));
    let entries = listed["entries"].as_array().unwrap().iter();
    let entries: Vec<_> = entries
        .map(|entry| (&entry["name"], &entry["size"]))
        .collect();
    assert_eq!(
        entries,
        [
            (&json!("a"), &json!(8)),
            (&json!("large"), &json!(1_000_003))
        ]
    );
    let refused = site.refused("ssh_read_file", "none", json!({}));
    let error = refused["error"].as_str().unwrap();
    assert!(error.starts_with("SFTP file not found"), "{refused}");
}

/// The two ways to replace the file that [`makes_and_reads`] has made, with their arguments.
fn replacements() -> [(&'static str, serde_json::Value); 2] {
    let edits = json!([{"old": "two", "new": "three"}]);
    [
        (
            "ssh_edit_file",
            json!({"edits": edits, "expected_sha256": sha256(b"one\ntwo\n")}),
        ),
        (
            "ssh_write_file",
            json!({"content": "four\n", "expected_sha256": sha256(b"one\nthree\n")}),
        ),
    ]
}

fn replaces(site: &mut FileSite) {
    for (tool, arguments) in replacements() {
        let done = site.done(tool, "a", arguments);
        assert_eq!(done["status"], "replaced", "{done}");
    }
    assert_eq!(site.content("a"), "four\n");
    let mode = fs::metadata(site.path("a")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o640);
    assert_eq!(site.names(), ["a", "large"]);
}

/// Says why it replaces no file, and leaves nothing behind.
fn cannot_replace(site: &mut FileSite) {
    let [(edit, arguments), (write, _)] = replacements();
    let content = json!({"content": "four\n", "expected_sha256": sha256(b"one\ntwo\n")});
    for (tool, arguments) in [(edit, arguments), (write, content)] {
        let refused = site.refused(tool, "a", arguments);
        assert_eq!(
            (&refused["error"], &refused["hint"]),
            (
                &json!("SFTP write refused: Host cannot replace a file at once"),
                &json!(
                    "the server has no posix-rename@openssh.com: only a file that is not there yet can be written"
                )
            ),
            "{refused}"
        );
        assert_eq!(refused["status"], "failed", "{refused}");
    }
    assert_eq!(site.content("a"), "one\ntwo\n");
    assert_eq!(site.names(), ["a", "large"]);
}

/// Whoever takes the name of a new file in the last moment keeps it.
fn overwrites_no_stranger(site: &mut FileSite) {
    let new = json!({"content": "ours", "create": true});
    let refused = site.refused("ssh_write_file", "raced", new);
    let error = refused["error"].as_str().unwrap();
    assert!(error.starts_with("SFTP file changed"), "{refused}");
    assert_eq!(site.content("raced"), "of another");
    assert_eq!(site.names(), ["a", "large", "raced"]);
}

#[test]
fn dropbear_with_openssh_s_program_does_all_of_it() {
    let server = Dropbear::start();
    let known_hosts = server.known_hosts("127.0.0.1");
    let mut site = site("fdrop", server.port, &known_hosts, false);
    makes_and_reads(&mut site);
    replaces(&mut site);
}

#[test]
fn asyncssh_does_all_of_it() {
    let server = ScriptedServer::asyncssh();
    let known_hosts = server.known_hosts("127.0.0.1");
    let mut site = site("fasync", server.port, &known_hosts, true);
    makes_and_reads(&mut site);
    replaces(&mut site);
    overwrites_no_stranger(&mut site);
}

#[test]
fn paramiko_makes_files_and_replaces_none() {
    let server = ScriptedServer::paramiko();
    let known_hosts = server.known_hosts("127.0.0.1");
    let mut site = site("fpara", server.port, &known_hosts, true);
    makes_and_reads(&mut site);
    cannot_replace(&mut site);
    overwrites_no_stranger(&mut site);
}

#[test]
fn openssh_with_the_extensions_of_its_older_versions_does_what_they_can() {
    // Version 8.4 has neither limits nor names; before 4.8 there was no posix-rename.
    let rows = [
        ("fold", "limits,users-groups-by-id", true),
        (
            "fxold",
            "limits,users-groups-by-id,fsync,posix-rename",
            false,
        ),
    ];
    for (tag, without, can_replace) in rows {
        for program in ["internal-sftp", "/usr/lib/openssh/sftp-server"] {
            let mut site = FileSite::with(tag, ALL, &format!("{program} -P {without}"), |_| {});
            // Without names the owner of the home is the login.
            site.held.account.lives_in(site.folder.path());
            makes_and_reads(&mut site);
            match can_replace {
                true => replaces(&mut site),
                false => cannot_replace(&mut site),
            }
        }
    }
}

#[test]
#[ignore = "needs a program of another version: `make test-sftp`"]
fn another_version_of_openssh_s_program_does_all_of_it() {
    let program = std::env::var("MCP_SSH_SFTP_SERVER").expect("run `make test-sftp`");
    let mut site = FileSite::with("fother", ALL, &program, |_| {});
    // Before version 9.0 there are no names.
    site.held.account.lives_in(site.folder.path());
    makes_and_reads(&mut site);
    replaces(&mut site);
}
