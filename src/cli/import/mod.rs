//! Hosts of an OpenSSH client configuration as entries of servers.yml and credentials.yml, and what any import needs.
//!
//! Takes the files as they were read, who is asking, and what stands in the inventory already; gives the entries, the
//! key files to copy, and what is told. Leaves out a host whose address, port, user or way it cannot say exactly, and
//! one whose way leads through such a host: a wrong one would reach another machine, or the right one as another user.

mod entries;
mod found;
mod names;
mod notes;
mod ways;

use super::ssh_config::{Destination, SshConfig};
use ways::{Unfound, Ways};

pub use entries::{Import, ImportedEntries, SourceWords, yaml};
pub use found::{FoundHost, LocalUser, is_file_name, is_unwritable};
pub use names::{KNOWN_HOSTS, PresentHosts, adapted, unused};
pub use notes::{Notes, Topic};
pub use ways::RoutedHost;

/// What an ssh_config calls the user and the key.
const SSH_WORDS: SourceWords = SourceWords {
    user: "User",
    key: "IdentityFile",
};

/// Takes the hosts over.
///
/// # Errors
/// The first line that ssh would refuse, too.
pub fn import(
    config: &SshConfig,
    asker: &LocalUser,
    standing: &PresentHosts,
) -> Result<Import, String> {
    let mut notes = Notes::default();
    for (place, keyword) in &config.passed_over {
        let keyword = keyword.escape_debug();
        notes.line(
            |place| config.shown(place),
            *place,
            &format!("`{keyword}` is not taken over"),
        );
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
    ways.follow(&mut notes);
    let mut entries = ImportedEntries::new(standing, &SSH_WORDS);
    for host in ways.reachable(&mut notes) {
        entries.add(host, asker, &mut notes);
    }
    let mut import = entries.finish();
    let present = config.hosts.iter().filter(|(_, name)| standing.has(name));
    import.present = present.count();
    import.told = notes.lines(|place| config.shown(place));
    Ok(import)
}
