//! The three directories of the configuration, and the files in them.
//!
//! Takes the flags of a command line and the environment; gives [`Paths`], absolute. Refuses nothing: a
//! directory that is missing is reported by the file that opens it.

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
