//! The blocks of an ssh_config, and where each line stands.
//!
//! Takes and refuses nothing: `reading` fills it, and `settings` walks through it.

use std::collections::HashSet;

use super::condition::BlockCondition;

/// Hosts that are taken over, and blocks that are read: what an inventory is measured with. Each host is compared
/// with each block.
pub const MAX_HOSTS: usize = 10_000;
/// Where a line stands: the number of its file, and its own, 1-based.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: usize,
    pub line: usize,
}

/// What a line says.
#[derive(Debug)]
pub struct Setting {
    pub place: Place,
    pub keyword: &'static str,
    /// Its value, out of its quotes; of `ProxyJump` and `ProxyCommand` the rest of the line.
    pub value: String,
    /// How many lines were read before it.
    pub order: usize,
}

/// The lines that hold for some hosts.
#[derive(Debug)]
pub struct Block {
    pub place: Place,
    pub condition: BlockCondition,
    pub items: Vec<BlockItem>,
}

#[derive(Debug)]
pub enum BlockItem {
    Setting(Setting),
    /// `Include`: the number of the file.
    File(usize),
}

/// A keyword that only `IgnoreUnknown` lets pass: where it stands first.
#[derive(Debug)]
pub struct UnknownKeyword {
    pub place: Place,
    pub order: usize,
    pub keyword: String,
}

/// A file that was read, and those that it includes.
#[derive(Debug, Default)]
pub struct SshConfig {
    /// Each file's name and blocks; the first is the one that was asked for.
    pub(super) files: Vec<(String, Vec<Block>)>,
    /// The hosts it names, without patterns, in the order of the file.
    pub hosts: Vec<(Place, String)>,
    /// The lines that an inventory has no place for, and their keywords.
    pub passed_over: Vec<(Place, String)>,
    pub(super) unknown: Vec<UnknownKeyword>,
    pub(super) second_pass: bool,
    pub(super) named: HashSet<String>,
    /// How much was read: bounds hold for all files together.
    pub(super) bytes: usize,
    pub(super) lines: usize,
    pub(super) blocks: usize,
    pub(super) patterns: usize,
}

impl SshConfig {
    /// `path:line`.
    pub fn shown(&self, place: Place) -> String {
        let name = self.files.get(place.file).map_or("", |(name, _)| name);
        format!("{name}:{}", place.line)
    }

    /// Whether a `Host` line names this host.
    pub fn names(&self, host: &str) -> bool {
        self.named.contains(host)
    }
}
