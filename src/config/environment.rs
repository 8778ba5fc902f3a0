//! The environment: takes the name of a variable, gives its value. Only this file reads the environment of the
//! process, so that a test can give another.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where variables come from.
#[derive(Clone, Debug)]
pub enum Environment {
    /// The environment of the process.
    Process,
    /// These variables and no others.
    Given(HashMap<String, OsString>),
}

impl Environment {
    /// A variable's value, when it is set.
    pub fn get(&self, name: &str) -> Option<OsString> {
        match self {
            Self::Process => std::env::var_os(name),
            Self::Given(variables) => variables.get(name).cloned(),
        }
    }

    /// The socket at which the SSH agent listens; an empty `SSH_AUTH_SOCK` names none, as for `ssh`.
    pub fn agent_socket(&self) -> Option<PathBuf> {
        let socket = self.get("SSH_AUTH_SOCK");
        socket.filter(|path| !path.is_empty()).map(PathBuf::from)
    }
}
