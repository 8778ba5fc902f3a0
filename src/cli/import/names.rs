//! Names that are taken, and names that are not.
//!
//! Takes a name and those that are taken; gives one that is free. Refuses nothing.

use std::collections::HashSet;

use crate::config::Inventory;

/// The name in the keys directory that no key may have: what stands there would be believed.
pub const KNOWN_HOSTS: &str = "known_hosts";

/// What is there already, and is not touched.
#[derive(Debug, Default)]
pub struct PresentHosts {
    pub inventory: Inventory,
    /// The names in the keys directory.
    pub key_files: Vec<String>,
}

/// The name, or the name with a number that makes it another than all that are taken, however their letters are
/// cased. Among many the first number to be tried is theirs, so that few are.
pub fn unused(name: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = taken.len().max(2);
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}
