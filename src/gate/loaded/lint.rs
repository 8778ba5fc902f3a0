//! What prevents a loaded configuration from working.
//!
//! Takes a [`Loaded`]; looks at keys, secrets and known_hosts as they are now. Gives all obstacles for `check`, and for
//! `healthcheck` the first one where no host is without. `check` opens every key, which takes 0.1 s for a key with a
//! passphrase; `healthcheck` only reads the files.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use crate::config::{Credential, Host, KeyErrorKind, Tag};
use crate::ssh::{KnownHosts, SshError};
use mcp_ssh_policy::{Coverage, HostTags, TestedAct};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Span};
use mcp_ssh_yaml::quotable::is_quotable_path;

use super::super::login::{LoginError, login};
use super::super::policy_tests::JudgedAct;
use super::{Loaded, known_hosts_name};

/// Whether the keys and secrets are on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysPlace {
    /// They are, so that one that is missing is an error.
    Here,
    /// A policy is read over on another machine.
    Elsewhere,
}

/// What is wrong with a configuration, or can hardly be meant.
#[derive(Debug, Default)]
pub struct Lints {
    /// All of it.
    pub told: Vec<Diagnostic>,
    /// How many of the warnings only say what is on another machine.
    pub elsewhere: usize,
}

impl Lints {
    /// Adds what is missing: an error where it is needed and here, else a warning.
    fn lack(&mut self, place: KeysPlace, is_needed: bool, mut fault: Diagnostic) {
        fault.severity = match place == KeysPlace::Here && is_needed {
            true => Severity::Error,
            false => Severity::Warning,
        };
        self.told.push(fault);
        self.elsewhere += usize::from(place == KeysPlace::Elsewhere);
    }
}

impl Lints {
    /// Adds what prevents everything: an error, and a warning where a policy is read over for another machine, or by servers
    /// that have it in force already, as `reload` does.
    pub(super) fn weigh(&mut self, place: KeysPlace, mut fault: Diagnostic) {
        fault.severity = match place {
            KeysPlace::Here => Severity::Error,
            KeysPlace::Elsewhere => Severity::Warning,
        };
        self.told.push(fault);
    }
}

impl Loaded {
    /// Faults of what the hosts in use are logged in to with, warnings about what the files say but can hardly mean, and about hosts that cannot be reached.
    pub fn lint(&self, keys: KeysPlace) -> Lints {
        let hosts = &self.inventory.hosts;
        let tags: Vec<HostTags<'_, Tag>> = hosts
            .iter()
            .map(|host| HostTags {
                alias: host.alias.as_ref(),
                tags: &host.tags,
            })
            .collect();
        let mut lints = Lints {
            told: self.policy.lint(&self.policy_source, &tags),
            elsewhere: 0,
        };
        self.usable_lints(keys, &mut lints);
        let used = self.used_credentials();
        let unused =
            |credential: &&Rc<Credential>| !used.iter().any(|used| Rc::ptr_eq(used, credential));
        let credentials = self.inventory.credentials.iter().filter(unused);
        lints.told.extend(credentials.map(|credential| {
            let message = format!("no host logs in with {credential}");
            credential.written.fault(Severity::Warning, &message)
        }));
        self.known_hosts_lints(keys, &mut lints);
        self.login_diagnostics(keys, &mut lints);
        lints.told.extend(self.sudo_lints());
        for credential in used {
            self.unfit(keys, credential, &mut lints);
        }
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

    /// Hosts whose key nobody knows. Where that is each one that a rule names, nothing can run.
    fn known_hosts_lints(&self, place: KeysPlace, lints: &mut Lints) {
        let path = self.known_hosts_path();
        let path = path.to_string_lossy();
        let in_use = self.hosts_in_use();
        let source = match self.read_known_hosts() {
            Ok(source) => source,
            Err(fault) => return lints.lack(place, !in_use.is_empty(), fault),
        };
        let (known_hosts, told) = KnownHosts::parse(&source);
        lints.told.extend(told);
        let is_known = |host: &Rc<Host>| known_hosts.covers(&known_hosts_name(host), host.port);
        for host in self.inventory.hosts.iter() {
            if !is_known(host) {
                let name = known_hosts_name(host);
                let elsewhere = known_hosts.host(&name, host.port).elsewhere();
                let alias = &host.alias;
                let message =
                    format!("no key of `{alias}`{elsewhere}: see `mcp-ssh keyscan --all`");
                lints.lack(place, false, Diagnostic::file(&path, message));
            }
        }
        let is_reached =
            |host: &&Rc<Host>| is_known(host) && self.jump_hosts(host).into_iter().all(is_known);
        if !in_use.is_empty() && !in_use.iter().any(is_reached) {
            let message = "no host that a rule names has a line here for itself and for each of its jump hosts, so nothing \
                           can run: see `mcp-ssh keyscan --all`";
            lints.lack(place, true, Diagnostic::file(&path, message));
        }
    }

    /// What is wrong with the keys and secrets of the credentials that hosts use. A missing one gives only a warning
    /// where no host in use has it, and where all of them are elsewhere, as does a key there that may not be read.
    fn login_diagnostics(&self, place: KeysPlace, lints: &mut Lints) {
        let (keys, secrets) = (self.keys(), self.secrets());
        let (used, needed) = (self.used_credentials(), self.needed_credentials());
        for credential in &used {
            let is_needed = needed.contains(&credential.name);
            let private = credential.private_key();
            let private = private.map(|path| keys.open(path).map(drop));
            let public = credential.public_files();
            let public = public.map(|path| keys.open_public(path).map(drop));
            let faults = private.into_iter().chain(public).filter_map(Result::err);
            for fault in faults {
                let is_elsewhere = place == KeysPlace::Elsewhere
                    && matches!(fault.kind, KeyErrorKind::Unreadable(_));
                match is_elsewhere || fault.kind == KeyErrorKind::Missing {
                    true => lints.lack(place, is_needed, fault.fault()),
                    false => lints.told.push(fault.fault()),
                }
            }
            let unfound = credential.secrets();
            let unfound = unfound.filter_map(|name| secrets.get(name).err());
            for fault in unfound {
                lints.lack(place, is_needed, fault.fault(credential));
            }
        }
        let names = used.iter().flat_map(|credential| credential.secrets());
        lints.told.extend(secrets.exposed(names));
    }

    /// Why no host would accept a credential, though its files and secrets can be read. A missing agent gives only a
    /// warning, as a missing file or secret does.
    fn unfit(&self, place: KeysPlace, credential: &Credential, lints: &mut Lints) {
        let told = |error: &SshError| format!("{credential}: {}", error.detail());
        let here = |error| credential.written.fault(Severity::Error, &told(error));
        match login(self, credential) {
            Ok(login) => {
                if let Err(error) = login.identity.check() {
                    let file = self.file_at_fault(error.kind(), credential);
                    let file = file.map(|file| file.to_string_lossy().into_owned());
                    // A name that looks like a secret is not shown: the line that has it is.
                    lints
                        .told
                        .push(match file.filter(|file| is_quotable_path(file)) {
                            Some(file) => Diagnostic::file(&file, told(&error)),
                            None => here(&error),
                        });
                }
            }
            Err(LoginError::Ssh(error)) => lints.lack(place, false, here(&error)),
            Err(LoginError::Key(_) | LoginError::Certificate(_) | LoginError::Secret(_)) => {}
        }
    }

    /// Why no host can be reached, in one line: what is in the way of the first one. Where a single host can be, there
    /// is no such line. Only the hosts in use count, if there are some.
    pub fn first_obstacle(&self) -> Option<String> {
        let known_hosts = match self.known_hosts() {
            Ok(known_hosts) => known_hosts,
            Err(fault) => return Some(fault.headline()),
        };
        let in_use = self.hosts_in_use();
        let hosts = match in_use.is_empty() {
            true => self.inventory.hosts.iter().collect(),
            false => in_use,
        };
        let mut unusable = HashMap::new();
        let mut first = None;
        for host in hosts {
            let mut obstacles = self
                .way_to(host)
                .into_iter()
                .filter_map(|host| self.obstacle(host, &known_hosts, &mut unusable));
            let obstacle = obstacles.next()?;
            first.get_or_insert(obstacle);
        }
        first
    }

    /// What is in the way of one host. `unusable` keeps what was found of each credential.
    fn obstacle(
        &self,
        host: &Host,
        known_hosts: &KnownHosts,
        unusable: &mut HashMap<Rc<str>, Option<String>>,
    ) -> Option<String> {
        if let Some(why) = self.why_not_dialled(host) {
            return Some(format!("`{}` may not be dialled: {why}", host.alias));
        }
        if !known_hosts.covers(&known_hosts_name(host), host.port) {
            let alias = &host.alias;
            return Some(format!(
                "known_hosts has no line for `{alias}`: see `mcp-ssh keyscan --all`"
            ));
        }
        let Some(credential) = self.inventory.credential(host) else {
            return Some(format!("`{}` has no credentials", host.alias));
        };
        let found = unusable.entry(Rc::clone(&credential.name));
        found.or_insert_with(|| self.unusable(credential)).clone()
    }

    /// The first key or secret of a credential that cannot be read.
    fn unusable(&self, credential: &Credential) -> Option<String> {
        let (keys, secrets) = (self.keys(), self.secrets());
        let key = credential.private_key();
        let key = key.and_then(|path| keys.open(path).err());
        let mut public = credential.public_files();
        let key = key.or_else(|| public.find_map(|path| keys.open_public(path).err()));
        let fault = key.map(|fault| fault.to_string()).or_else(|| {
            let mut names = credential.secrets();
            names.find_map(|name| secrets.get(name).err().map(|fault| fault.to_string()))
        })?;
        Some(format!("{credential}: {fault}"))
    }

    /// Each host on which the policy lets something be done, in the order of the file.
    pub(super) fn hosts_in_use(&self) -> Vec<&Rc<Host>> {
        let lets = |host: &&Rc<Host>| {
            let alias: &str = host.alias.as_ref();
            self.policy.lets_run_on(alias, &host.tags) || !self.file_accesses(host).is_empty()
        };
        self.inventory.hosts.iter().filter(lets).collect()
    }

    /// The names of the credentials of the hosts in use, and of the jump hosts on the way there.
    fn needed_credentials(&self) -> HashSet<Rc<str>> {
        let hosts = self.hosts_in_use().into_iter();
        let hosts = hosts.flat_map(|host| [self.jump_hosts(host), vec![host]].concat());
        let credentials = hosts.filter_map(|host| self.inventory.credential(host));
        credentials
            .map(|credential| Rc::clone(&credential.name))
            .collect()
    }

    /// The files that may hold the keys and secrets with which the hosts in use are logged in to.
    pub fn login_files(&self) -> Vec<PathBuf> {
        let needed = self.needed_credentials();
        let used = self.used_credentials().into_iter();
        let used = used.filter(|credential| needed.contains(&credential.name));
        let mut files = Vec::new();
        for credential in used {
            let keys = credential.private_key().into_iter();
            let keys = keys.chain(credential.public_files());
            files.extend(keys.map(|path| self.paths.keys.join(path.as_path())));
            let secrets = credential.secrets();
            files.extend(secrets.map(|name| self.paths.secrets.join(name.as_str())));
        }
        files
    }

    /// Each credential that some host uses, once.
    pub(super) fn used_credentials(&self) -> Vec<&Rc<Credential>> {
        let mut seen = HashSet::new();
        let hosts = self.inventory.hosts.iter();
        let used = hosts.filter_map(|host| self.inventory.credential(host));
        used.filter(|credential| seen.insert(Rc::clone(&credential.name)))
            .collect()
    }
}
