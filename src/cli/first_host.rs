//! The host that a new configuration begins with: where it is, who logs in, which of its keys a person has compared.
//!
//! Takes: what flags or answers say. Gives: the entries for servers.yml and credentials.yml, the line for known_hosts,
//! and the files that the entries name. Refuses: a system without random numbers.

use super::first_login::{FirstLogin, LoginEntry};
use super::host_place::HostPlace;
use super::import::{Import, PresentHosts, unused, yaml};
use super::site_stage::SiteFile;
use super::worked_policy::WorkedPolicy;
use crate::ssh::{ShownKey, Spelling};

/// A host to begin with.
pub struct FirstHost {
    pub place: HostPlace,
    pub alias: String,
    pub user: String,
    pub login: FirstLogin,
    /// The key of the host that a person has compared.
    pub compared: Option<ShownKey>,
    pub policy: &'static WorkedPolicy,
}

/// What a host adds to a configuration.
pub struct AddedHost {
    pub import: Import,
    /// What its login needs, in the keys and the secrets directory.
    pub files: Vec<SiteFile>,
    /// The line for known_hosts; empty where nobody has compared a key.
    pub known: String,
}

impl FirstHost {
    /// Its entries beside what is there, and its files.
    ///
    /// # Errors
    /// That the system gives no random numbers.
    pub fn files(self, standing: &PresentHosts) -> Result<AddedHost, String> {
        let known = self.known_hosts_line()?;
        let names = standing.inventory.credentials.iter();
        let mut names = names.map(|login| login.name.to_ascii_lowercase()).collect();
        let login = unused(&self.user, &mut names);
        let LoginEntry { lines, files } = self.login.entry(&self.alias, standing);
        let credentials = format!(
            "  - name: {}\n    username: {}\n{lines}",
            yaml(&login),
            yaml(&self.user)
        );
        let HostPlace { name, port } = &self.place;
        let mut servers = format!(
            "  - alias: {}\n    host: {}\n    port: {port}\n    credentials: {}\n",
            yaml(&self.alias),
            yaml(&name.to_string()),
            yaml(&login)
        );
        if let Some(tag) = self.policy.tag {
            servers.push_str(&format!("    tags: [{tag}]\n"));
        }
        if !standing.inventory.hosts.is_empty() {
            // The file may have a default jump host.
            servers.push_str("    jump: ''\n");
        }
        let import = Import {
            servers,
            credentials,
            aliases: vec![self.alias],
            files: Vec::new(),
            present: 0,
            told: Vec::new(),
        };
        Ok(AddedHost {
            import,
            files,
            known,
        })
    }

    fn known_hosts_line(&self) -> Result<String, String> {
        let HostPlace { name, port } = &self.place;
        let Some(key) = &self.compared else {
            return Ok(String::new());
        };
        let line = key.line(&name.to_string(), *port, Spelling::Plain);
        line.map(|line| line + "\n")
            .map_err(|error| error.detail().to_owned())
    }
}
