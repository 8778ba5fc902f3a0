//! Who and where: servers.yml and credentials.yml, the keys and the secrets.
//!
//! Takes the three directories; gives an [`Inventory`], whole or not at all, with every fault of
//! every file at once. `file` reads, within bounds; `names` turns words into types; key files
//! and secrets are opened only when a connection needs them ([`Keys`], [`Secrets`]).

mod credentials;
mod dotenv;
mod environment;
mod file;
mod files;
mod hosts;
mod keys;
mod names;
mod secret_name;
mod secrets;
mod settling;
mod stamp;
mod watch;
mod written;

use std::path::PathBuf;
use std::rc::Rc;

pub use credentials::{Agent, Credential, Credentials};
pub use environment::Environment;
pub use file::{MAX_FILE_BYTES, Quoting, read, read_lossy};
pub use files::Files;
pub use hosts::{Host, Hosts};
pub use keys::{KeyFault, KeyFaultKind, KeyPath, Keys};
pub use names::{Alias, HostName, Tag};
pub use secret_name::{SecretName, SecretNameFault};
pub use secrets::{RUN_SECRETS, SecretFault, SecretFaultKind, Secrets};
pub use settling::{Look, MAX_WAIT, PAUSE, Settling, settled};
pub use stamp::{Stamp, stamp};
pub use watch::Watch;
pub use written::Written;

use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Source};

/// The three directories, absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// servers.yml, credentials.yml and policy.yml.
    pub config: PathBuf,
    /// Private keys and known_hosts.
    pub keys: PathBuf,
    /// Secrets, one a file, and `.env`.
    pub secrets: PathBuf,
}

/// The directories a command line names.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--keys`.
    pub keys: Option<PathBuf>,
    /// `--secrets`.
    pub secrets: Option<PathBuf>,
}

impl Paths {
    /// The flag, else the variable, else the directory in the image. An empty variable is unset.
    pub fn resolve(flags: Flags, environment: &Environment) -> Self {
        let pick = |flag: Option<PathBuf>, variable: &str, image: &str| {
            let path = flag
                .or_else(|| environment.get(variable).map(PathBuf::from))
                .filter(|path| !path.as_os_str().is_empty())
                .unwrap_or_else(|| PathBuf::from(image));
            // A current directory that is gone leaves the path as it is; opening it will say so.
            std::path::absolute(&path).unwrap_or(path)
        };
        Self {
            config: pick(flags.config, "MCP_SSH_CONFIG_DIR", "/app/config"),
            keys: pick(flags.keys, "MCP_SSH_KEYS_DIR", "/app/keys"),
            secrets: pick(flags.secrets, "MCP_SSH_SECRETS_DIR", "/app/secrets"),
        }
    }

    /// The inventory's file.
    pub fn servers(&self) -> PathBuf {
        self.config.join("servers.yml")
    }

    /// The credentials' file.
    pub fn credentials(&self) -> PathBuf {
        self.config.join("credentials.yml")
    }

    /// The policy's file.
    pub fn policy(&self) -> PathBuf {
        self.config.join("policy.yml")
    }
}

/// The hosts and how to log in to them.
#[derive(Debug, Default)]
pub struct Inventory {
    /// servers.yml.
    pub hosts: Hosts,
    /// credentials.yml.
    pub credentials: Credentials,
}

impl Inventory {
    /// The entry a host is logged in to with.
    pub fn credential(&self, host: &Host) -> Option<&Rc<Credential>> {
        self.credentials.get(host.credentials.as_deref()?)
    }
}

/// What loading gave.
#[derive(Debug)]
pub struct Loaded {
    /// Both files; nothing when either has an error.
    pub inventory: Option<Inventory>,
    /// Every error and warning of both files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads servers.yml and credentials.yml and loads them.
pub fn load(paths: &Paths) -> Loaded {
    load_from(&Files::read(paths), paths)
}

/// Loads servers.yml and credentials.yml as they were read.
pub fn load_from(files: &Files, paths: &Paths) -> Loaded {
    let mut loaded = Loaded {
        inventory: None,
        diagnostics: Vec::new(),
    };
    let servers = loaded.take(&files.servers);
    let credentials = loaded.take(&files.credentials);
    let credentials = credentials.map(|source| (credentials::read(source, &paths.keys), source));
    let declared = credentials.as_ref().and_then(|(reading, source)| {
        Some(hosts::Declared {
            path: source.name(),
            names: reading.names.as_ref()?,
        })
    });
    let hosts = servers.map(|source| hosts::read(source, declared.as_ref()));
    let hosts = hosts.and_then(|read| match read {
        Ok((hosts, warnings)) => loaded.keep(warnings, hosts),
        Err(faults) => loaded.refuse(faults),
    });
    let credentials = credentials.and_then(|(reading, _)| match reading.found {
        Ok(warnings) => loaded.keep(warnings, reading.credentials),
        Err(faults) => loaded.refuse(faults),
    });
    loaded.inventory = hosts
        .zip(credentials)
        .map(|(hosts, credentials)| Inventory { hosts, credentials });
    loaded
}

impl Loaded {
    /// True when there is an error.
    pub fn failed(&self) -> bool {
        let error = |fault: &Diagnostic| fault.severity == Severity::Error;
        self.diagnostics.iter().any(error)
    }

    fn take<'f>(&mut self, file: &'f Result<Source, Diagnostic>) -> Option<&'f Source> {
        let fault = |fault: &Diagnostic| self.diagnostics.push(fault.clone());
        file.as_ref().map_err(fault).ok()
    }

    fn keep<T>(&mut self, warnings: Vec<Diagnostic>, value: T) -> Option<T> {
        self.diagnostics.extend(warnings);
        Some(value)
    }

    fn refuse<T>(&mut self, faults: Vec<Diagnostic>) -> Option<T> {
        self.diagnostics.extend(faults);
        None
    }
}
