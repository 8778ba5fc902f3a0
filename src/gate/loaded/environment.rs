//! What the logins of a configuration take from the environment of this process.
//!
//! Takes a [`Loaded`]. Gives a [`LoginEnvironment`], for whoever starts a server with another environment. Refuses
//! nothing: a variable that is not set is left out. No value of a secret is in it.

use std::path::PathBuf;

use super::Loaded;
use crate::config::{Agent, Environment};

/// What the environment of this process is for the logins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginEnvironment {
    /// The socket of the SSH agent, where an entry of credentials.yml asks it.
    pub agent_socket: Option<PathBuf>,
    /// The variables that hold a secret which an entry names, as the error of a missing one calls them.
    pub secrets: Vec<String>,
}

impl Loaded {
    /// What the logins of the hosts take from the environment.
    pub fn login_environment(&self) -> LoginEnvironment {
        let used = self.used_credentials();
        let asks = used.iter().any(|entry| entry.agent == Agent::Asked);
        let secrets = self.secrets();
        let names = used.iter().flat_map(|credential| credential.secrets());
        let mut held: Vec<String> = names.filter_map(|name| secrets.variable_of(name)).collect();
        held.sort_unstable();
        held.dedup();
        LoginEnvironment {
            agent_socket: Environment::Process.agent_socket().filter(|_| asks),
            secrets: held,
        }
    }
}
