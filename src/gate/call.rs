//! One call: what it asks for, under which configuration, and what ends it.

use std::rc::Rc;

use super::loaded::Loaded;
use super::progress::Observer;
use super::result::{Failure, RunRequest};
use super::state::GateState;
use crate::cancel::Cancelled;
use crate::config::{Alias, Hosts};
use mcp_ssh_yaml::diagnostic::nearest;

/// A call that is to be judged. A configuration that comes later changes nothing for it.
#[derive(Clone)]
pub struct Call {
    pub state: Rc<GateState>,
    pub loaded: Rc<Loaded>,
    pub request: Rc<RunRequest>,
    pub cancelled: Cancelled,
}

/// What a caller may add to the policy's limits: means to watch, and to hold less.
pub struct RunOptions<'a> {
    /// Hears how it gets on.
    pub observer: &'a Observer<'a>,
    /// The most output, in bytes, that the caller can hold. A lower limit of the policy wins.
    pub output_budget: u64,
}

impl<'a> RunOptions<'a> {
    /// For a caller who holds all the output that the policy allows.
    pub fn observed(observer: &'a Observer<'a>) -> Self {
        Self {
            observer,
            output_budget: u64::MAX,
        }
    }
}

/// A request that names no host of the inventory.
pub fn unknown_host(request: &RunRequest, hosts: &Hosts) -> Failure {
    Failure::new(request, no_such_host(&request.alias, hosts), Some(LISTED))
}

/// That no host has the alias, with the one that was probably meant.
pub fn no_such_host(alias: &str, hosts: &Hosts) -> String {
    // The agent's word may be anything: only what could be an alias is repeated.
    match Alias::parse(alias) {
        Ok(parsed) => {
            let aliases: Vec<&str> = hosts.iter().map(|host| host.alias.as_ref()).collect();
            format!("there is no host `{parsed}`{}", or_rather(alias, &aliases))
        }
        Err(_) => "there is no host of that alias".to_owned(),
    }
}

/// Where aliases and tags are listed.
pub const LISTED: &str = "see ssh_list_hosts, in a terminal `mcp-ssh hosts`";

/// The known word that was probably meant, as the end of a sentence; empty where none is near.
pub fn or_rather(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or(String::new(), |near| format!(": did you mean `{near}`?"))
}
