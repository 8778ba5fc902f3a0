//! The environment, read in this one place so that a test can give its own.

use std::collections::HashMap;
use std::ffi::OsString;

/// Where variables come from.
#[derive(Clone, Debug)]
pub enum Environment {
    /// The process's own.
    Process,
    /// These and no others.
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
}
