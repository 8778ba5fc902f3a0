//! Hosts of an OpenSSH client configuration as entries of servers.yml and credentials.yml.
//!
//! Takes the files as they were read, who is asking, and what stands in the inventory already; gives the entries, the
//! key files to copy, and what is told. Leaves out a host whose address, port, user or way it cannot say exactly, and
//! one whose way leads through such a host: a wrong one would reach another machine, or the right one as another user.

mod entries;
mod found;
mod notes;
mod ways;

use std::collections::HashSet;

use super::ssh_config::{Destination, Place, SshConfig};
use crate::config::{Inventory, KeyPath};
use entries::Entries;
use found::FoundHost;
use notes::{Notes, Topic};
use ways::Ways;

/// The name in the keys directory that no key may have: what stands there would be believed.
const KNOWN_HOSTS: &str = "known_hosts";

/// Who is asking: what ssh knows of its user.
#[derive(Debug, Default)]
pub struct LocalUser {
    /// The name to log in with where the file says none.
    pub user: String,
    /// What `~` is.
    pub home: String,
}

/// What is there already, and is not touched.
#[derive(Debug, Default)]
pub struct Standing {
    pub inventory: Inventory,
    /// The names in the keys directory.
    pub key_files: Vec<String>,
}

/// What was taken over.
#[derive(Debug, Default)]
pub struct Import {
    /// Entries of servers.yml, two blanks in front of each.
    pub servers: String,
    /// Entries of credentials.yml, likewise.
    pub credentials: String,
    /// The aliases of the hosts, those of jump hosts that have no `Host` line among them.
    pub aliases: Vec<String>,
    /// Files to copy: where each is, and its name in the keys directory.
    pub files: Vec<(String, String)>,
    /// Lines to tell.
    pub told: Vec<String>,
}

/// Takes the hosts over.
///
/// # Errors
/// The first line that ssh would refuse, too.
pub fn import(
    config: &SshConfig,
    asker: &LocalUser,
    standing: &Standing,
) -> Result<Import, String> {
    let mut notes = Notes::default();
    for (place, keyword) in &config.passed_over {
        let keyword = keyword.escape_debug();
        notes.line(config, *place, &format!("`{keyword}` is not taken over"));
    }
    let mut ways = Ways::new(config, asker, standing);
    for (place, name) in &config.hosts {
        let asked = Destination {
            name: name.clone(),
            ..Destination::default()
        };
        match ways.find(*place, &asked, &mut notes) {
            Ok(found) => ways.add(name.clone(), asked, found),
            Err(Unfound::LeftOut(place, why)) => notes.host(Topic::LeftOut, place, name, &why),
            Err(Unfound::Refused(why)) => return Err(why),
        }
    }
    ways.follow(&mut notes)?;
    let mut entries = Entries::new(standing);
    for host in ways.reachable(&mut notes) {
        entries.add(host, asker, &mut notes);
    }
    let mut import = entries.finish();
    import.told = notes.lines(config);
    Ok(import)
}

/// Why a host is not found.
#[derive(Debug)]
enum Unfound {
    LeftOut(Place, String),
    /// ssh refuses the whole file for it.
    Refused(String),
}

/// A host, and how its jump host is called.
#[derive(Debug)]
struct RoutedHost {
    alias: String,
    found: FoundHost,
    jump: Option<String>,
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && KeyPath::parse(name, std::path::Path::new("/")).is_ok()
}

/// The name, or the name with a number that makes it another than all that are taken, however their letters are
/// cased. Among many the first number to be tried is theirs, so that few are.
fn unused(name: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = taken.len().max(2);
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}
