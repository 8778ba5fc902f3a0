//! The inventory: servers.yml and credentials.yml, read together.
//!
//! Takes the [`Files`] as they were read; gives an [`Inventory`], whole or not at all, and every error and
//! warning of both files. Refuses a host that names an entry which credentials.yml does not have.

use std::rc::Rc;

use super::credentials::{self, Credential, Credentials};
use super::files::Files;
use super::host_settings::Declared;
use super::hosts::{self, Host, Hosts};
use super::paths::Paths;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Source};

/// The hosts and how to log in to them.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The hosts of servers.yml.
    pub hosts: Hosts,
    /// The entries of credentials.yml.
    pub credentials: Credentials,
}

impl Inventory {
    /// The entry with which the program logs in to a host.
    pub fn credential(&self, host: &Host) -> Option<&Rc<Credential>> {
        self.credentials.get(host.credentials.as_deref()?)
    }
}

/// The result of loading.
#[derive(Debug)]
pub struct LoadedInventory {
    /// Both files; `None` when one has an error.
    pub inventory: Option<Inventory>,
    /// Every error and warning of both files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads servers.yml and credentials.yml and loads them.
pub fn load(paths: &Paths) -> LoadedInventory {
    load_from(&Files::read(paths), paths)
}

/// Loads servers.yml and credentials.yml as they were read.
pub fn load_from(files: &Files, paths: &Paths) -> LoadedInventory {
    let mut loaded = LoadedInventory {
        inventory: None,
        diagnostics: Vec::new(),
    };
    let servers = loaded.take(&files.servers);
    let credentials = loaded.take(&files.credentials);
    let credentials = credentials.map(|source| (credentials::read(source, &paths.keys), source));
    let declared = credentials.as_ref().and_then(|(reading, source)| {
        Some(Declared {
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

impl LoadedInventory {
    /// True when there is an error among the diagnostics.
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
