//! One configuration, whole: the inventory, the policy, and the digest that records name.
//!
//! Takes the three directories; gives a [`Loaded`], and every fault of every file. Refuses files with an error.
//! Invariant: a run holds the `Loaded` under which it started, so that a reload never changes a running command.

mod behind;
mod environment;
mod files;
mod lint;
mod reach;
mod shared;
mod sudo;
mod usable;

pub use environment::LoginEnvironment;
pub use lint::KeysPlace;
pub use shared::is_trail_alone;

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::config::{self, Credential, Files, Host, Inventory, Keys, Paths, Secrets, Stamp, Tag};
use crate::ssh::{KnownHosts, OpenKeys, SshError, SshErrorKind};
use mcp_ssh_policy::{Decision, Explanation, HostPolicy, Policy, Verdict};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source};
use mcp_ssh_yaml::quotable::NOT_SHOWN;

use super::result::HostCapabilities;

/// A configuration that loaded.
#[derive(Debug)]
pub struct Loaded {
    inventory: Inventory,
    policy: Policy,
    policy_source: Source,
    paths: Paths,
    digest: String,
    /// The policy of each host, made when it is first needed.
    host_policies: RefCell<HashMap<String, Rc<HostPolicy>>>,
    /// known_hosts as it was last read, and the file that it was read from.
    known_hosts: RefCell<Option<(Stamp, Rc<KnownHosts>)>>,
    /// The private keys of the logins under way.
    open_keys: OpenKeys,
}

impl Loaded {
    /// The user that a host is logged in to.
    pub fn user(&self, host: &Host) -> Option<&str> {
        let credential = self.inventory.credential(host)?;
        Some(&credential.username)
    }

    /// Reads servers.yml, credentials.yml and policy.yml. Gives the configuration if no file has an error, and every
    /// error and warning.
    pub fn load(paths: &Paths) -> (Option<Self>, Vec<Diagnostic>) {
        Self::of(&Files::read(paths), paths)
    }

    /// Takes the texts of the three files. Gives the configuration if no file has an error, and all errors and
    /// warnings.
    pub fn of(files: &Files, paths: &Paths) -> (Option<Self>, Vec<Diagnostic>) {
        let config::LoadedInventory {
            inventory,
            mut diagnostics,
        } = config::load_from(files, paths);
        let policy = files.policy().map_err(|fault| vec![fault.clone()]);
        let policy = match policy.and_then(|source| Ok((Policy::load(source)?, source.clone()))) {
            Ok(((policy, warnings), source)) => {
                diagnostics.extend(warnings);
                Some((policy, source))
            }
            Err(faults) => {
                diagnostics.extend(faults);
                None
            }
        };
        let loaded = inventory
            .zip(policy)
            .map(|(inventory, (policy, policy_source))| Self {
                inventory,
                policy,
                policy_source,
                paths: paths.clone(),
                digest: files.digest().to_owned(),
                host_policies: RefCell::default(),
                known_hosts: RefCell::default(),
                open_keys: OpenKeys::default(),
            });
        (loaded, diagnostics)
    }

    /// The hosts and their credentials.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy's file.
    pub fn policy_source(&self) -> &Source {
        &self.policy_source
    }

    /// The SHA-256 over the files' texts, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The keys directory.
    pub fn keys(&self) -> Keys {
        Keys::new(&self.paths.keys)
    }

    /// The private keys of the logins under way.
    pub fn open_keys(&self) -> &OpenKeys {
        &self.open_keys
    }

    /// The secrets.
    pub fn secrets(&self) -> Secrets {
        Secrets::new(&self.paths.secrets)
    }

    /// What the policy says of one host.
    pub fn host_policy(&self, host: &Host) -> Rc<HostPolicy> {
        let alias: &str = host.alias.as_ref();
        let mut narrowed = self.host_policies.borrow_mut();
        if let Some(policy) = narrowed.get(alias) {
            return Rc::clone(policy);
        }
        let policy = Rc::new(self.policy.for_host(alias, &host.tags));
        narrowed.insert(alias.to_owned(), Rc::clone(&policy));
        policy
    }

    /// The jump hosts of a host, the first to be dialled first.
    pub fn jump_hosts(&self, host: &Host) -> Vec<&Rc<Host>> {
        let hosts = &self.inventory.hosts;
        let through = |host: &Host| hosts.get(host.jump.as_ref()?.as_ref());
        // This ends, because the inventory has no circle of jumps.
        let mut hops: Vec<&Rc<Host>> =
            std::iter::successors(through(host), |hop| through(hop)).collect();
        hops.reverse();
        hops
    }

    /// The decision on a command. The addresses of the host and its jump hosts are judged, too, if they need no
    /// lookup.
    pub fn decide(&self, host: &Host, command: &str) -> Decision {
        let policy = self.host_policy(host);
        let decision = policy.judge(command);
        for hop in self.jump_hosts(host) {
            if let (Verdict::Allow | Verdict::Ask, Some(address)) =
                (decision.verdict(), hop.host.address())
                && let Err(denial) = policy.permit_jump_host(hop.alias.as_ref(), &[address])
            {
                return decision.denied(*denial);
            }
        }
        match host.host.address() {
            Some(address) => policy.judge_address(decision, address),
            None => decision,
        }
    }

    /// How [`Self::decide`] comes to its decision.
    pub fn explain(&self, host: &Host, command: &str) -> Explanation {
        let alias: &str = host.alias.as_ref();
        let address = host.host.address();
        self.policy.explain(alias, &host.tags, address, command)
    }

    /// The path of policy_tests.yml; the file may be missing.
    pub fn policy_tests_path(&self) -> PathBuf {
        self.paths.config.join("policy_tests.yml")
    }

    /// known_hosts as it is now. Its stamp is asked for each connection, so that a new line counts at once; the file is
    /// read only if the stamp has changed. For 10,000 hosts that takes 30 ms, in which no other call is served.
    ///
    /// # Errors
    /// Why the file cannot be read.
    pub fn known_hosts(&self) -> Result<Rc<KnownHosts>, Diagnostic> {
        // The stamp is taken before the file is read, so that a change during the reading is noticed next time.
        let stamp = config::stamp(&self.known_hosts_path());
        if let (Some((read, known_hosts)), Some(stamp)) = (&*self.known_hosts.borrow(), stamp)
            && *read == stamp
        {
            return Ok(Rc::clone(known_hosts));
        }
        let source = self.read_known_hosts()?;
        let (known_hosts, warnings) = KnownHosts::parse(&source);
        for warning in warnings {
            log::warn!("{}", warning.headline());
        }
        let known_hosts = Rc::new(known_hosts);
        *self.known_hosts.borrow_mut() = stamp.map(|stamp| (stamp, Rc::clone(&known_hosts)));
        Ok(known_hosts)
    }

    /// known_hosts for a connection, once nobody writes it: a half may lack the line that revokes a key.
    ///
    /// # Errors
    /// As [`Self::known_hosts`]; or that somebody writes it all the time.
    pub async fn written_known_hosts(&self) -> Result<Rc<KnownHosts>, SshError> {
        let path = self.known_hosts_path();
        if config::is_written(&path).await {
            let known_hosts = self.known_hosts();
            return known_hosts.map_err(|fault| self.without_known_hosts(&fault));
        }
        let why = "it is being written, and counts once it is as it shall be: try again";
        let fault = Diagnostic::file(&path.to_string_lossy(), why);
        let kind = SshErrorKind::KnownHostsUnsettled;
        Err(SshError::new(kind, fault.headline()))
    }

    /// What a client can ask of a host.
    pub fn capabilities(&self, host: &Host) -> HostCapabilities {
        let name = known_hosts_name(host);
        let known_hosts = self.known_hosts();
        let hosts = &self.inventory.hosts;
        let reach = |tag: &Tag| (tag.to_string(), hosts.with_tag(tag.as_ref()).count());
        HostCapabilities {
            alias: host.alias.to_string(),
            has_credentials: host.credentials.is_some(),
            host_key_known: known_hosts.is_ok_and(|known| known.covers(&name, host.port)),
            tag_runs: host.tags.iter().map(reach).collect(),
            files: self.file_accesses(host),
            limits: self.host_policy(host).limits(),
        }
    }

    /// The stamps of the files of a credential, as they are now.
    pub fn stamps(&self, credential: &Credential) -> Vec<Option<Stamp>> {
        let files = credential.private_key().into_iter();
        let files = files.chain(credential.public_files());
        let files = files.map(|path| self.paths.keys.join(path.as_path()));
        let files = files.chain([self.known_hosts_path()]);
        // A password for sudo that was changed is sent at once, so a connection must know it, to hide it.
        let sudo = credential.sudo_password_secret.iter().flat_map(|name| {
            let mount = PathBuf::from("/run/secrets").join(name.as_str());
            let own = [name.as_str(), ".env"].map(|file| self.paths.secrets.join(file));
            own.into_iter().chain([mount])
        });
        let files = files.chain(sudo);
        files.map(|path| config::stamp(&path)).collect()
    }

    /// The file that mends a fault of a login.
    pub fn file_at_fault(&self, fault: SshErrorKind, credential: &Credential) -> Option<PathBuf> {
        use SshErrorKind::{CertificateUnusable, HostKeyChanged, HostKeyRevoked, HostKeyUnknown};
        use SshErrorKind::{KeyFormat, KeyWeak, PassphraseMissing, PassphraseWrong};
        if matches!(fault, HostKeyChanged | HostKeyRevoked | HostKeyUnknown) {
            return Some(self.known_hosts_path());
        }
        let key = matches!(
            fault,
            KeyFormat | KeyWeak | PassphraseMissing | PassphraseWrong
        );
        let certificate = credential.certificate_path.as_ref();
        let certificate = certificate.filter(|_| fault == CertificateUnusable);
        let path = credential.private_key().filter(|_| key).or(certificate)?;
        Some(self.paths.keys.join(path.as_path()))
    }

    fn read_known_hosts(&self) -> Result<Source, Diagnostic> {
        let path = self.known_hosts_path();
        // A file that cannot be looked at is not missing: the error of its reading says why.
        let there = |error: std::io::Error| error.kind() != ErrorKind::NotADirectory;
        if path.try_exists().unwrap_or_else(there) {
            return config::read_lossy(&path);
        }
        let mend = "no such file: compare the fingerprints that `mcp-ssh keyscan --all` shows with \
                    the hosts' own, then put its lines there";
        Err(self.without_known_hosts_file(&path, mend))
    }

    /// The fault of a known_hosts that is not there. A text that may be a secret is not shown.
    fn without_known_hosts_file(&self, path: &Path, mend: &str) -> Diagnostic {
        let written = self.policy.known_hosts_path();
        match written.filter(|text| !config::is_shown(text, &self.paths.config)) {
            None => Diagnostic::file(&path.to_string_lossy(), mend),
            Some(_) => {
                let message = format!("`known_hosts_path` {NOT_SHOWN}: {mend}");
                let mut fault = Diagnostic::file(self.policy_source.name(), message);
                fault.span = self.policy.known_hosts_span();
                fault
            }
        }
    }

    /// The path of known_hosts. A relative path begins at the directory of policy.yml.
    pub fn known_hosts_path(&self) -> PathBuf {
        match self.policy.known_hosts_path() {
            Some(path) => self.paths.config.join(path),
            None => self.paths.known_hosts(),
        }
    }
}

/// The name under which known_hosts lists a host.
pub fn known_hosts_name(host: &Host) -> String {
    match &host.host_key_alias {
        Some(alias) => alias.to_string(),
        None => host.host.to_string(),
    }
}
