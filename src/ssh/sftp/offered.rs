//! What a server offers beside the draft: the extensions of OpenSSH, by their names.
//!
//! Takes: the body of the server's `VERSION`. Gives: what it [`Offered`]. Refuses nothing: what is not known is left out.

use super::packet::FieldReader;

/// The longest name or content of an extension that is looked at.
pub const MAX_EXTENSION: usize = 1024;

pub const LIMITS: &str = "limits@openssh.com";
pub const FSYNC: &str = "fsync@openssh.com";
pub const NAMES_BY_ID: &str = "users-groups-by-id@openssh.com";
pub const POSIX_RENAME: &str = "posix-rename@openssh.com";

/// What the server offers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offered {
    pub limits: bool,
    pub fsync: bool,
    pub names: bool,
    pub posix_rename: bool,
}

impl Offered {
    /// Reads the pairs of names and versions.
    pub fn read(extensions: &[u8]) -> Self {
        let (mut fields, mut offered) = (FieldReader(extensions), Self::default());
        while let (Some(name), Some(version)) =
            (fields.text(MAX_EXTENSION), fields.text(MAX_EXTENSION))
        {
            let is = |ours: &str| name == ours.as_bytes() && version == b"1";
            offered.limits |= is(LIMITS);
            offered.fsync |= is(FSYNC);
            offered.names |= is(NAMES_BY_ID);
            offered.posix_rename |= is(POSIX_RENAME);
        }
        offered
    }
}
