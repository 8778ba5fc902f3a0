//! Names that are taken, and names that are not.
//!
//! Takes a name and those that are taken; gives one that is free. Refuses nothing.

use std::collections::HashSet;

use super::found::FoundHost;
use crate::config::Inventory;

/// The name in the keys directory that no key may have: what stands there would be believed.
pub const KNOWN_HOSTS: &str = "known_hosts";

/// What is there already, and is not touched.
#[derive(Debug, Default)]
pub struct PresentHosts {
    /// Its hosts and credentials.
    pub inventory: Inventory,
    /// The names in the keys directory.
    pub key_files: Vec<String>,
    /// The names in the secrets directory.
    pub secret_files: Vec<String>,
}

impl PresentHosts {
    /// Whether servers.yml has this alias.
    pub fn has(&self, alias: &str) -> bool {
        self.inventory.hosts.get(alias).is_some()
    }

    /// Whether servers.yml has another host under this alias.
    pub fn has_other(&self, alias: &str, host: &FoundHost, jump: Option<&str>) -> bool {
        let Some(there) = self.inventory.hosts.get(alias) else {
            return false;
        };
        let user = self.inventory.credential(there);
        let user = user.map(|login| &login.username);
        let name = there.host.to_string();
        !name.eq_ignore_ascii_case(&host.host)
            || there.port != host.port
            || user != Some(&host.user)
            || there.jump.as_ref().map(AsRef::as_ref) != jump
    }
}

/// A name with a `-` in the place of each character that neither aliases nor tags have.
pub fn adapted(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let adapted = name.chars().map(|c| if allowed(c) { c } else { '-' });
    adapted.collect()
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
