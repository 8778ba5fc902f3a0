//! The directories and the files of a configuration that is begun, and of its copies.
//!
//! Takes nothing. Gives names and modes. Refuses nothing.

/// Nothing in config/ is secret, and the operator goes on editing it while the server of a
/// container, which is another user, reads it.
pub const CONFIG_DIRECTORY: u32 = 0o755;
/// Keys and secrets are their reader's alone.
pub const PRIVATE_DIRECTORY: u32 = 0o700;
/// The directories, and their modes where they are made.
pub const DIRECTORIES: [(&str, u32); 3] = [
    ("config", CONFIG_DIRECTORY),
    ("keys", PRIVATE_DIRECTORY),
    ("secrets", PRIVATE_DIRECTORY),
];
/// Where the copies are.
pub const STAGE: &str = ".beginning";
/// A directory in it: all copies are there, and it is not known yet that what they are links of is in force.
pub const WHOLE: &str = "whole";
/// A file in it: the names and the digests of the copies.
pub const LIST: &str = "files";
/// With this file a configuration is one.
pub const LAST: &str = "config/servers.yml";
