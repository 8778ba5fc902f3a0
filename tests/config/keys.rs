//! Key files: which are taken, which are refused, and as which security event.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use mcp_ssh::config::{KeyPath, Keys};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::site::{Site, unprivileged};
use crate::support::sshd::is_root;

const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n";

/// A keys directory with one of everything.
fn site() -> Site {
    let site = Site::new();
    fs::create_dir(site.path("keys/sub")).expect("a directory");
    for name in ["id", "sub/id", "open", "group", "writable"] {
        site.write(&format!("keys/{name}"), KEY);
        site.mode(&format!("keys/{name}"), 0o400);
    }
    site.mode("keys/open", 0o644);
    site.mode("keys/group", 0o640);
    site.mode("keys/writable", 0o660);
    site.write("outside", KEY);
    site.mode("outside", 0o400);
    site.write("keys/binary", [0xff, 0xfe]);
    site.mode("keys/binary", 0o600);
    site.write("keys/large", "x".repeat(64 * 1024 + 1));
    site.mode("keys/large", 0o600);
    symlink("id", site.path("keys/link")).expect("a link");
    symlink("sub", site.path("keys/sublink")).expect("a link");
    symlink(site.path("outside"), site.path("keys/out")).expect("a link");
    let fifo = site.path("keys/fifo");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR, 0).expect("a FIFO");
    site
}

#[test]
fn only_private_regular_files_inside_the_directory_are_opened() {
    let site = site();
    let long = "x".repeat(501);
    let within = site.path("keys/id").display().to_string();
    #[rustfmt::skip]
    let cases: [(&str, &str, &str); 21] = [
        ("id", "", ""),
        ("sub/id", "", ""),
        ("./sub//id", "", ""),
        ("group", "", ""),
        (&within, "", ""),
        ("id_gone", "/keys/id_gone: no such key file: put the key there", ""),
        ("gone", "(not shown: it may be a secret): no such key file: put the key there", ""),
        ("open", "/keys/open: mode 0644 leaves the key open to others: `chmod 0400 /keys/open`", ""),
        ("writable", "/keys/writable: mode 0660 leaves the key open to others: `chmod 0400 /keys/writable`", ""),
        ("link", "/keys/link: a symbolic link is on the way: put the key file itself into the keys directory", "file_validation_failed path_is_symlink"),
        ("sublink/id", "/keys/sublink/id: a symbolic link is on the way: put the key file itself into the keys directory", "file_validation_failed path_is_symlink"),
        ("out", "/keys/out: a symbolic link is on the way: put the key file itself into the keys directory", "file_validation_failed path_is_symlink"),
        ("sub", "/keys/sub: a directory, not a key file: name the file in it", "file_validation_failed path_is_directory"),
        (".", ".: a directory, not a key file: name the file in it", "file_validation_failed path_is_directory"),
        ("fifo", "/keys/fifo: a FIFO, socket or device, not a key file: name a regular file", "file_validation_failed path_not_regular_file"),
        ("binary", "/keys/binary: not text: this is no key of OpenSSH's or in PEM; one in UTF-16 has to be saved as UTF-8", ""),
        ("large", "/keys/large: larger than 65536 bytes, as no key is: name the key file", "file_size_limit_exceeded key_file_too_large"),
        ("../outside", "../outside: holds `..`: write the path relative to the keys directory", "path_traversal_attempt contains_traversal_pattern"),
        ("/etc/passwd", "/etc/passwd: leaves the keys directory: put the key in it, and write its path relative to it", "path_traversal_attempt absolute_path_outside_keys_directory"),
        ("a\0b", "(not shown: it may be a secret): holds a control character: remove it", ""),
        (&long, "(not shown: it may be a secret): longer than 500 characters: shorten it", "input_length_limit_exceeded key_path_too_long"),
    ];
    let directory = site.path("keys");
    let keys = Keys::new(&directory);
    for (text, message, event) in cases {
        let opened = KeyPath::parse(text, &directory).and_then(|path| keys.open(&path));
        match opened {
            Ok(secret) => assert_eq!((secret.expose(), message), (KEY, ""), "{text:?}"),
            Err(fault) => {
                let said = site.plain(&fault.to_string());
                let kind = fault
                    .event()
                    .map(|(kind, reason)| format!("{kind} {reason}"));
                assert_eq!(
                    (said.as_str(), kind.as_deref().unwrap_or("")),
                    (message, event),
                    "{text:?}"
                );
            }
        }
    }
}

#[test]
fn certificates_and_public_keys_may_be_read_by_everybody_and_written_by_their_owner() {
    let site = site();
    let directory = site.path("keys");
    let keys = Keys::new(&directory);
    site.write("keys/id.pub", KEY);
    let rows = [
        (0o644, None),
        (0o444, None),
        (0o600, None),
        (
            0o664,
            Some("mode 0664 lets others change it: `chmod go-w /keys/id.pub`"),
        ),
        (
            0o646,
            Some("mode 0646 lets others change it: `chmod go-w /keys/id.pub`"),
        ),
    ];
    for (mode, message) in rows {
        site.mode("keys/id.pub", mode);
        let path = KeyPath::parse("id.pub", &directory).unwrap();
        let fault = keys.open_public(&path).err();
        let said = fault.map(|fault| site.plain(&fault.reason()));
        assert_eq!(said.as_deref(), message, "{mode:o}");
    }
    // A comment in Latin-1 is text; UTF-16 is none.
    site.mode("keys/id.pub", 0o600);
    for (bytes, is_text) in [
        (&b"ssh-ed25519 AAAA caf\xe9\n"[..], true),
        (b"s\0s\0h\0", false),
    ] {
        std::fs::write(site.path("keys/id.pub"), bytes).unwrap();
        let path = KeyPath::parse("id.pub", &directory).unwrap();
        assert_eq!(keys.open_public(&path).is_ok(), is_text, "{bytes:?}");
    }
    // A link leads as little out of the directory as that of a private key.
    for name in ["out", "link", "fifo", "gone"] {
        let path = KeyPath::parse(name, &directory).unwrap();
        assert!(keys.open_public(&path).is_err(), "{name}");
    }
}

/// Another user's key, and a closed directory around a key, are each told as what they are.
#[test]
fn what_keeps_a_key_from_being_read_is_named() {
    if !is_root() {
        return;
    }
    let reason = |closed: &'static str, mode| {
        unprivileged(move || {
            let site = site();
            site.mode(closed, mode);
            chown(site.path(closed), Some(12345), Some(12345)).expect("changes hands");
            let directory = site.path("keys");
            let path = KeyPath::parse("id", &directory).unwrap();
            let fault = Keys::new(&directory).open(&path).unwrap_err();
            site.plain(&fault.reason())
        })
    };
    let of_another = |path: &str, mode: &str, all: &str| {
        format!(
            "permission denied: user 12345 owns `{path}` (mode {mode}) and keeps user 0 out: `chown {all}0 {path}`, or run \
             this as user 12345"
        )
    };
    assert_eq!(reason("keys/id", 0o600), of_another("/keys/id", "0600", ""));
    assert_eq!(reason("keys", 0o700), of_another("/keys", "0700", "-R "));
}
