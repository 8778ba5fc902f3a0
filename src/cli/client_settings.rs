//! The settings that are in force here, and that a client would not pass on to the server that it starts.
//!
//! Takes: the directories, the common options and the environment. Gives: [`ServerSettings`], and what cannot be carried
//! along, in words. Refuses nothing. Secrets are not carried: they would stand in the client's file.

use std::path::{Path, PathBuf};

use crate::approver::approver_socket;
use crate::config::{Environment, Paths};
use crate::gate::Loaded;
use crate::sandbox::Filter;

/// Variables that say how the server works, beside those of the directories.
const CARRIED: [&str; 2] = ["LOG_LEVEL", "MCP_SSH_DEBUG"];
/// The variable of the approver's socket.
const APPROVER: &str = "MCP_SSH_APPROVER";
/// The variable of the agent's socket.
const AGENT: &str = "SSH_AUTH_SOCK";

/// How the server is to work.
pub struct ServerSettings<'p> {
    /// The directories.
    pub paths: &'p Paths,
    /// The audit file.
    pub audit_file: Option<&'p Path>,
    /// Whether the sandbox is left out.
    pub no_sandbox: bool,
}

/// What of the environment of this process goes along, and what does not.
#[derive(Default)]
pub struct CarriedSettings {
    /// Variables for the server.
    pub variables: Vec<(String, String)>,
    /// Sockets of this machine, which a server on it needs and a container does not see.
    pub sockets: Vec<(String, String)>,
    /// Where secrets are that the client does not pass on.
    pub left: Vec<String>,
}

impl<'p> ServerSettings<'p> {
    /// Those of the common options.
    pub fn of(paths: &'p Paths, audit_file: Option<&'p Path>, filter: Filter) -> Self {
        Self {
            paths,
            audit_file,
            no_sandbox: filter == Filter::LeftOut,
        }
    }

    /// What of the environment is in force for this configuration.
    pub fn carried(&self) -> CarriedSettings {
        let environment = Environment::Process;
        let set = |name: &str| {
            let value = environment.get(name)?.into_string().ok()?;
            (!value.is_empty()).then(|| (name.to_owned(), value))
        };
        let mut carried = CarriedSettings {
            variables: CARRIED.into_iter().filter_map(set).collect(),
            ..CarriedSettings::default()
        };
        let (loaded, _) = Loaded::load(self.paths);
        let Some(loaded) = loaded else {
            carried.sockets.extend(set(APPROVER));
            return carried;
        };
        let login = loaded.login_environment();
        carried.left = login.secrets;
        let approver = loaded.policy().approvals().socket.is_none();
        // One that nobody named is in force where it is there.
        let is_in_force = |socket: &PathBuf| set(APPROVER).is_some() || socket.exists();
        let approver = approver.then(|| approver_socket(&environment)).flatten();
        let approver = approver.filter(is_in_force);
        let sockets = [(AGENT, login.agent_socket), (APPROVER, approver)];
        for (name, socket) in sockets {
            let socket = socket.and_then(|path| path.into_os_string().into_string().ok());
            carried
                .sockets
                .extend(socket.map(|path| (name.to_owned(), path)));
        }
        carried
    }
}
