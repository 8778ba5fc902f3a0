//! The three directories of the configuration, and the files in them.
//!
//! Takes the flags of a command line and the environment; gives [`Paths`], absolute. Refuses nothing: whoever opens
//! a file reports a missing directory.

use std::path::PathBuf;

use super::environment::Environment;

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

/// The directories that a command line names.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The value of `--config`.
    pub config: Option<PathBuf>,
    /// The value of `--keys`.
    pub keys: Option<PathBuf>,
    /// The value of `--secrets`.
    pub secrets: Option<PathBuf>,
}

impl Paths {
    /// For each directory the flag, else the variable, else the directory of the image. An empty variable is unset.
    pub fn resolve(flags: Flags, environment: &Environment) -> Self {
        let pick = |flag: Option<PathBuf>, variable: &str, image: &str| {
            let path = flag
                .or_else(|| environment.get(variable).map(PathBuf::from))
                .filter(|path| !path.as_os_str().is_empty())
                .unwrap_or_else(|| PathBuf::from(image));
            // If the current directory was removed, the path stays relative, and the error comes when a file is opened.
            std::path::absolute(&path).unwrap_or(path)
        };
        Self {
            config: pick(flags.config, "MCP_SSH_CONFIG_DIR", "/app/config"),
            keys: pick(flags.keys, "MCP_SSH_KEYS_DIR", "/app/keys"),
            secrets: pick(flags.secrets, "MCP_SSH_SECRETS_DIR", "/app/secrets"),
        }
    }

    /// The path of servers.yml.
    pub fn servers(&self) -> PathBuf {
        self.config.join("servers.yml")
    }

    /// The path of credentials.yml.
    pub fn credentials(&self) -> PathBuf {
        self.config.join("credentials.yml")
    }

    /// The path of policy.yml.
    pub fn policy(&self) -> PathBuf {
        self.config.join("policy.yml")
    }

    /// The path of known_hosts, if the policy names no other.
    pub fn known_hosts(&self) -> PathBuf {
        self.keys.join("known_hosts")
    }
}
