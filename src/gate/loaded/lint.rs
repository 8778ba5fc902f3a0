//! What prevents a loaded configuration from working.
//!
//! Takes a [`Loaded`]; looks at keys, secrets and known_hosts as they are now. Gives all obstacles for `check`, and the
//! first one for `healthcheck`. `check` opens every key, which takes 0.1 s for a key with a passphrase; `healthcheck`
//! only reads the files.

use std::collections::HashSet;
use std::rc::Rc;

use crate::config::{Credential, Host, KeyErrorKind, Tag};
use crate::ssh::{KnownHosts, SshError};
use mcp_ssh_policy::{Coverage, HostTags, TestedAct};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Span};

use super::super::login::{LoginError, login};
use super::super::policy_tests::JudgedAct;
use super::{Loaded, known_hosts_name};

impl Loaded {
    /// Warnings about what the files say but can hardly mean, and about hosts that cannot be reached.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let hosts = &self.inventory.hosts;
        let tags: Vec<HostTags<'_, Tag>> = hosts
            .iter()
            .map(|host| HostTags {
                alias: host.alias.as_ref(),
                tags: &host.tags,
            })
            .collect();
        let mut lints = self.policy.lint(&self.policy_source, &tags);
        let used = self.used_credentials();
        let unused =
            |credential: &&Rc<Credential>| !used.iter().any(|used| Rc::ptr_eq(used, credential));
        let credentials = self.inventory.credentials.iter().filter(unused);
        let path = self.paths.credentials();
        lints.extend(credentials.map(|credential| {
            let message = format!("no host logs in with {credential}");
            Diagnostic::file_warning(&path.to_string_lossy(), message)
        }));
        lints.extend(self.known_hosts_lints());
        lints.extend(self.login_diagnostics());
        lints.extend(self.sudo_lints());
        let used = self.used_credentials();
        lints.extend(used.iter().filter_map(|credential| self.unfit(credential)));
        lints
    }

    /// What each wildcard of the policy grants: its place, the entry, a sentence.
    pub fn offers(&self) -> Vec<(Span, String, String)> {
        self.policy.offers(&self.policy_source)
    }

    /// What of the policy is right and may be read as something else: its place, a sentence.
    pub fn notes(&self) -> Vec<(Span, String)> {
        let mut notes = self.policy.notes(&self.policy_source);
        notes.extend(self.sudo_notes());
        notes
    }

    /// What of the policy these acts exercise, each with the alias of its host.
    pub fn coverage(&self, judged: &[(String, JudgedAct)]) -> Coverage {
        let hosts = &self.inventory.hosts;
        let tested = judged.iter().filter_map(|(alias, act)| {
            let host = hosts.get(alias)?;
            let host = HostTags {
                alias: host.alias.as_ref(),
                tags: host.tags.as_slice(),
            };
            Some((host, act.tested()))
        });
        let tested: Vec<(HostTags<'_, Tag>, TestedAct<'_>)> = tested.collect();
        self.policy.coverage(&self.policy_source, &tested)
    }

    fn known_hosts_lints(&self) -> Vec<Diagnostic> {
        let path = self.known_hosts_path();
        let path = path.to_string_lossy();
        let source = match self.read_known_hosts() {
            Ok(source) => source,
            Err(fault) => return vec![Diagnostic::file_warning(&path, fault.message)],
        };
        let (known_hosts, mut lints) = KnownHosts::parse(&source);
        for host in self.inventory.hosts.iter() {
            let name = known_hosts_name(host);
            if !known_hosts.covers(&name, host.port) {
                let elsewhere = known_hosts.host(&name, host.port).elsewhere();
                let alias = &host.alias;
                let message =
                    format!("no key of `{alias}`{elsewhere}: see `mcp-ssh keyscan --all`");
                lints.push(Diagnostic::file_warning(&path, message));
            }
        }
        lints
    }

    /// What is wrong with the keys and secrets of the credentials that hosts use. A missing key or secret gives only a
    /// warning, since a policy may be reviewed on a machine without them.
    fn login_diagnostics(&self) -> Vec<Diagnostic> {
        let keys = self.keys();
        let used = self.used_credentials();
        let faults = used.iter().flat_map(|credential| {
            let private = credential
                .private_key()
                .map(|path| keys.open(path).map(drop));
            let public = credential
                .public_files()
                .map(|path| keys.open_public(path).map(drop));
            private.into_iter().chain(public).filter_map(Result::err)
        });
        let faults = faults.map(|fault| {
            let place = &fault.place;
            if fault.kind == KeyErrorKind::Missing {
                Diagnostic::file_warning(place, fault.reason())
            } else {
                Diagnostic::file(place, fault.reason())
            }
        });
        let mut diagnostics: Vec<Diagnostic> = faults.collect();
        let secrets = self.secrets();
        let names = used.iter().flat_map(|credential| credential.secrets());
        diagnostics.extend(secrets.exposed(names));
        let path = self.paths.credentials();
        let unfound = used.iter().flat_map(|credential| {
            let faults = credential.secrets();
            let faults = faults.filter_map(|name| secrets.get(name).err());
            faults.map(move |fault| format!("{credential}: {fault}"))
        });
        diagnostics
            .extend(unfound.map(|fault| Diagnostic::file_warning(&path.to_string_lossy(), fault)));
        diagnostics
    }

    /// Why no host would accept a credential, though its files and secrets can be read. A missing agent gives only a
    /// warning, as a missing file or secret does.
    fn unfit(&self, credential: &Credential) -> Option<Diagnostic> {
        let told = |error: &SshError| format!("{credential}: {}", error.detail());
        let here = self.paths.credentials();
        match login(self, credential) {
            Ok(login) => {
                let error = login.identity.check().err()?;
                let file = self.file_at_fault(error.kind(), credential).unwrap_or(here);
                Some(Diagnostic::file(&file.to_string_lossy(), told(&error)))
            }
            Err(LoginError::Ssh(error)) => {
                let message = told(&error);
                Some(Diagnostic::file_warning(&here.to_string_lossy(), message))
            }
            Err(LoginError::Key(_) | LoginError::Secret(_)) => None,
        }
    }

    /// The first obstacle because of which a host cannot be reached, in one line.
    pub fn first_obstacle(&self) -> Option<String> {
        let known_hosts = match self.known_hosts() {
            Ok(known_hosts) => known_hosts,
            Err(fault) => return Some(fault.headline()),
        };
        let uncovered = |host: &&Rc<Host>| {
            let name = known_hosts_name(host);
            !known_hosts.covers(&name, host.port)
        };
        if let Some(host) = self.inventory.hosts.iter().find(uncovered) {
            return Some(format!(
                "known_hosts has no line for `{}`: see `mcp-ssh keyscan --all`",
                host.alias
            ));
        }
        self.first_unusable_credential()
    }

    /// The first key or secret of a host's credential that cannot be read.
    fn first_unusable_credential(&self) -> Option<String> {
        let (keys, secrets) = (self.keys(), self.secrets());
        self.used_credentials().iter().find_map(|credential| {
            let key = credential.private_key();
            let key = key.and_then(|path| keys.open(path).err());
            let mut public = credential.public_files();
            let key = key.or_else(|| public.find_map(|path| keys.open_public(path).err()));
            let fault = key.map(|fault| fault.to_string()).or_else(|| {
                let mut names = credential.secrets();
                names.find_map(|name| secrets.get(name).err().map(|fault| fault.to_string()))
            })?;
            Some(format!("{credential}: {fault}"))
        })
    }

    /// Each credential that some host uses, once.
    fn used_credentials(&self) -> Vec<&Rc<Credential>> {
        let mut seen = HashSet::new();
        let hosts = self.inventory.hosts.iter();
        let used = hosts.filter_map(|host| self.inventory.credential(host));
        used.filter(|credential| seen.insert(Rc::clone(&credential.name)))
            .collect()
    }
}
