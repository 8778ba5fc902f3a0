//! The end of `mcp-ssh init` with a host: is the configuration right, does the host let in, and what starts the server?
//!
//! Takes: the directory that was written, and the host. Gives: what `check` and `doctor` say, and the client's snippet.
//! Refuses nothing: a host that does not let in is told with the step at which the way ends.

use std::path::Path;

use super::check::{CheckArguments, check};
use super::client_config::{ClientConfigArguments, client_config};
use super::client_settings::ServerSettings;
use super::clients::names;
use super::doctor::{DoctorArguments, doctor};
use super::init_questions::client;
use super::init_steps::directories_step;
use super::{ExitStatus, Terminal};
use crate::config::{Environment, Paths};
use crate::gate::Gate;
use crate::sandbox::Filter;

/// What is tried.
pub struct HostTrial {
    pub alias: String,
    /// The command to try.
    pub look: &'static str,
    /// Whether the SSH agent logs in.
    pub by_agent: bool,
    /// Whether a person can be asked for the client.
    pub asks: bool,
}

/// Checks what was written, tries the host, and prints what a client needs.
pub async fn tried(root: &Path, host: &HostTrial, terminal: &mut Terminal) -> ExitStatus {
    let paths = Paths {
        config: root.join("config"),
        keys: root.join("keys"),
        secrets: root.join("secrets"),
    };
    // What a login lacks, and a host key that nobody has confirmed, is told by the step at which the way ends.
    let files = CheckArguments {
        keys_elsewhere: true,
        ..CheckArguments::default()
    };
    terminal.line("");
    if check(&paths, None, &files, terminal) != ExitStatus::SUCCESS {
        return ExitStatus::FAILURE;
    }
    terminal.line("");
    let gate = Gate::open(paths.clone());
    gate.settle().await;
    let words = vec![host.alias.clone(), host.look.to_owned()];
    let look = DoctorArguments {
        json: false,
        verbose: false,
        words,
    };
    let status = doctor(gate, &paths, &look, terminal).await;
    directories_step(root, terminal);
    let chosen = match host.asks {
        true => client(names(), terminal).await,
        false => None,
    };
    let Some(chosen) = chosen else {
        terminal.line("\nTell your MCP client: mcp-ssh client-config CLIENT");
        return status;
    };
    let socket = Environment::Process
        .agent_socket()
        .filter(|_| host.by_agent);
    let options = ClientConfigArguments {
        image: None,
        binary: None,
        name: "ssh".to_owned(),
        env: socket
            .map(|path| format!("SSH_AUTH_SOCK={}", path.display()))
            .into_iter()
            .collect(),
        client: chosen,
    };
    let settings = ServerSettings::of(&paths, None, Filter::Unneeded);
    match client_config(&settings, &options, terminal) {
        ExitStatus::SUCCESS => status,
        failed => failed,
    }
}
