//! The files that the libc reads to look a name up.
//!
//! Takes: nothing. Gives: where they are, for the sandbox to keep them open. Refuses a lookup when one of them is closed:
//! the libc would take it for a missing one, and answer from what is left.

use std::path::Path;

use crate::sandbox::is_closed;

/// What musl reads.
#[cfg(not(target_env = "gnu"))]
pub const RESOLVER_FILES: &[&str] = &["/etc/hosts", "/etc/resolv.conf"];
/// What glibc reads.
#[cfg(target_env = "gnu")]
pub const RESOLVER_FILES: &[&str] = &[
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
];

/// The first of them that the sandbox keeps closed, since it was replaced, or is new.
pub(super) fn closed() -> Option<&'static str> {
    let mut files = RESOLVER_FILES.iter().copied();
    files.find(|file| is_closed(Path::new(file)))
}
