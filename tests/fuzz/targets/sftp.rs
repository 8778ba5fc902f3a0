//! Any bytes as a reply of an SFTP server: what is kept of them is no more than came, each name is within its bound, and
//! attributes that are written again are read as they were.
//!
//! The first byte of the input is the type of the reply.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::ssh::{sftp_attributes, sftp_reply};

const ATTRS: u8 = 105;
/// PATH_MAX of Linux.
const LONGEST_NAME: usize = 4096;
/// The two lengths and the flags that each entry of a directory has.
const LEAST_ENTRY: usize = 12;
/// A byte that is no UTF-8 becomes U+FFFD.
const GROWN: usize = 3;

fuzz_target!(|input: &[u8]| {
    if let [kind, body @ ..] = input {
        check(*kind, body);
    }
});

fn check(kind: u8, body: &[u8]) {
    let Some((entries, attributes, kept)) = sftp_reply(kind, body) else {
        return;
    };
    assert!(kept <= GROWN * body.len());
    let names: usize = entries.iter().map(|entry| entry.name.len()).sum();
    assert!(entries.len() * LEAST_ENTRY + names <= body.len());
    assert!(entries.iter().all(|entry| entry.name.len() <= LONGEST_NAME));
    for known in entries
        .iter()
        .map(|entry| &entry.attributes)
        .chain(&attributes)
    {
        let again = sftp_reply(ATTRS, &sftp_attributes(known));
        assert_eq!(again.and_then(|(_, again, _)| again).as_ref(), Some(known));
        assert!(known.mode().is_none_or(|mode| mode <= 0o7777));
    }
}
