//! Files that cannot be read, each with one clear line; the other file is still checked.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::site::{CREDENTIALS, SERVERS, Site, unprivileged};
use crate::support::sshd::is_root;

#[test]
fn good_files_load() {
    let site = Site::new();
    let loaded = site.load();
    assert_eq!(site.shown(&loaded.diagnostics), "");
    assert_eq!(loaded.inventory.expect("loads").hosts.len(), 1);
}

#[test]
fn links_to_files_are_followed_as_kubernetes_makes_them() {
    let site = Site::new();
    fs::create_dir(site.path("config/..data")).expect("a directory");
    for file in ["servers.yml", "credentials.yml"] {
        fs::rename(
            site.path("config").join(file),
            site.path("config/..data").join(file),
        )
        .expect("moves");
        symlink(format!("..data/{file}"), site.path("config").join(file)).expect("a link");
    }
    assert_eq!(site.report(), "");
}

#[test]
fn a_missing_file_is_named() {
    let site = Site::new();
    fs::remove_file(site.path("config/servers.yml")).expect("removes");
    fs::rename(
        site.path("config/credentials.yml"),
        site.path("config/credentials.yaml"),
    )
    .expect("moves");
    assert_eq!(
        site.report(),
        "/config/servers.yml: no such file: name its directory with `--config` or MCP_SSH_CONFIG_DIR, or make one with `mcp-ssh init DIR`\n\
         /config/credentials.yml: no such file, but `/config/credentials.yaml` is there: rename it to `/config/credentials.yml`"
    );
}

#[test]
fn an_unreadable_file_is_named_with_what_lets_it_be_read() {
    let report = unprivileged(|| {
        let site = Site::new();
        site.mode("config/servers.yml", 0o000);
        site.report()
    });
    assert_eq!(
        report,
        "/config/servers.yml: permission denied: mode 0000 of `/config/servers.yml` keeps its owner out: `chmod u+r /config/servers.yml`"
    );
}

/// What is another user's is told with its owner, and it is the directory where that is what is closed.
#[test]
fn a_file_of_another_user_is_named_with_its_owner() {
    if !is_root() {
        return;
    }
    let report = |closed: &'static str, mode| {
        unprivileged(move || {
            let site = Site::new();
            site.mode(closed, mode);
            chown(site.path(closed), Some(12345), Some(12345)).expect("changes hands");
            site.report()
        })
    };
    let file = "/config/servers.yml: permission denied: user 12345 owns `/config/servers.yml` (mode 0600) and keeps user 0 out: \
                `chown 0 /config/servers.yml`, or run this as user 12345";
    assert_eq!(report("config/servers.yml", 0o600), file);
    let directory = "permission denied: user 12345 owns `/config` (mode 0700) and keeps user 0 out: `chown -R 0 /config`, or run \
                     this as user 12345";
    assert_eq!(
        report("config", 0o700),
        format!("/config/servers.yml: {directory}\n/config/credentials.yml: {directory}")
    );
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let site = Site::new();
    fs::remove_file(site.path("config/servers.yml")).expect("removes");
    fs::create_dir(site.path("config/servers.yml")).expect("a directory");
    fs::remove_file(site.path("config/credentials.yml")).expect("removes");
    let fifo = site.path("config/credentials.yml");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR, 0).expect("a FIFO");
    assert_eq!(
        site.report(),
        "/config/servers.yml: a directory is in the place of this file: remove it (docker makes one when a bind mount's source is missing) and put the file there\n\
         /config/credentials.yml: not a regular file but a FIFO, socket or device: put a regular file there"
    );
    fs::remove_dir(site.path("config/servers.yml")).expect("removes");
    symlink("/dev/zero", site.path("config/servers.yml")).expect("a link");
    fs::remove_file(&fifo).expect("removes");
    symlink("credentials.yml", &fifo).expect("a link");
    assert_eq!(
        site.report(),
        "/config/servers.yml: not a regular file but a FIFO, socket or device: put a regular file there\n\
         /config/credentials.yml: a link that leads nowhere or round in a circle: mend the link"
    );
}

#[test]
fn ten_mebibytes_are_read_and_no_byte_more() {
    let site = Site::new();
    let mut text = SERVERS.to_owned();
    text.push('#');
    text.push_str(&"x".repeat(10 * 1024 * 1024 - text.len()));
    site.write("config/servers.yml", &text);
    assert_eq!(site.report(), "");
    text.push('x');
    site.write("config/servers.yml", &text);
    let refused = "/config/servers.yml: larger than 10485760 bytes: split the inventory or remove what is generated";
    assert_eq!(site.report(), refused);
    let sparse = fs::File::create(site.path("config/servers.yml")).expect("creates");
    sparse.set_len(11 * 1024 * 1024).expect("grows");
    assert_eq!(site.report(), refused);
}

#[test]
fn text_that_is_not_utf8_has_its_place() {
    let site = Site::new();
    site.write(
        "config/servers.yml",
        b"\xef\xbb\xbfhosts:\r\n  - alias: w\xc3\xa9b\xff1\n",
    );
    site.write(
        "config/credentials.yml",
        b"entries:\n  - password: hunter2\xc3",
    );
    assert_eq!(
        site.report(),
        "/config/servers.yml:2:15: not UTF-8 from here on: save the file as UTF-8\n 2 |   - alias: wéb\n   |               ^\n\
         /config/credentials.yml:2:22: not UTF-8 from here on: save the file as UTF-8"
    );
    site.write("config/servers.yml", [b'\xff', b'\xfe']);
    site.write("config/credentials.yml", CREDENTIALS);
    assert_eq!(
        site.report(),
        "/config/servers.yml:1:1: not UTF-8 from here on: save the file as UTF-8\n 1 | \n   | ^"
    );
    site.write("config/servers.yml", b"hosts:\r\r  - x\xff");
    assert_eq!(
        site.report(),
        "/config/servers.yml:3:6: not UTF-8 from here on: save the file as UTF-8\n 3 |   - x\n   |      ^"
    );
}
