//! `mcp-ssh doctor ALIAS`: one harmless command on one host, to see where the way to it ends.
//!
//! Takes: an alias, and a command if the policy allows none of [`LOOKS`]. Gives: a line for each step, each as soon as
//! it is done. Refuses: what the gate refuses: the command is judged, recorded and run as by `mcp-ssh run`, and nothing
//! is dialled for a command that is denied.

use std::cell::RefCell;

use argh::FromArgs;

use super::approval::person;
use super::check::show;
use super::diagnosis::{Diagnosis, DiagnosisStep, StepStatus};
use super::operator_words::joined;
use super::run::cancelled_by_signals;
use super::{ExitStatus, Terminal};
use crate::config::{Agent, Credential, Host, Paths};
use crate::gate::{Gate, Loaded, Plan, RunRequest};
use mcp_ssh_policy::{Stage, Verdict};

/// Try the way to a host, and say where it ends: the name, the network rules, the connection, the key exchange, the
/// host key, each method of the login, the first command.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "doctor",
    example = "mcp-ssh doctor web1\nmcp-ssh doctor web1 -- systemctl status nginx",
    note = "The command goes through the same policy and audit as that of run. Without one, the first of these that \
        the policy allows is taken: true, uptime, hostname, whoami, id, date, uname -a.",
    error_code(0, "every step is passed"),
    error_code(1, "one is not, or the configuration is wrong"),
    error_code(2, "the command line is wrong")
)]
pub struct DoctorArguments {
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// show the records on stderr, also where that is a terminal
    #[argh(switch, short = 'v')]
    pub verbose: bool,
    /// the host's alias, then a command if it is to be another one
    #[argh(positional, arg_name = "alias [-- command]")]
    pub words: Vec<String>,
}

/// What is tried without a command: commands that change nothing and that most policies allow. `true` comes first,
/// since all that it prints is the login shell's.
const LOOKS: [&str; 7] = [
    "true", "uptime", "hostname", "whoami", "id", "date", "uname -a",
];

/// Tries the way to the host; Ctrl-C ends it.
pub async fn doctor(
    gate: Gate,
    paths: &Paths,
    options: &DoctorArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    let Some((alias, words)) = options.words.split_first() else {
        terminal
            .error("mcp-ssh: write `mcp-ssh doctor ALIAS` or `mcp-ssh doctor ALIAS -- COMMAND`");
        return ExitStatus::USAGE;
    };
    let (loaded, diagnostics) = Loaded::load(paths);
    let Some(loaded) = loaded else {
        diagnostics.iter().for_each(|fault| show(fault, terminal));
        return ExitStatus::FAILURE;
    };
    let Some(host) = loaded.inventory().hosts.get(alias) else {
        if let Ok(Plan::UnknownHost(failure)) = gate.plan(&RunRequest::new(alias, "true")) {
            let told = joined([&failure.error, "see `mcp-ssh hosts`"]);
            terminal.error(&format!("mcp-ssh: {told}"));
        }
        return ExitStatus::FAILURE;
    };
    let diagnosis = RefCell::new(Diagnosis::new(host, options.json, terminal));
    let credential = loaded.inventory().credential(host);
    diagnosis.borrow_mut().add(
        DiagnosisStep::Configuration,
        StepStatus::Passed,
        &configured(host, credential.map(AsRef::as_ref)),
    );
    match command(&loaded, host, words) {
        Some(command) => tried(&gate, alias, &command, &diagnosis).await,
        None => {
            let why = format!(
                "the policy allows none of `{}`: nothing was dialled; name one that it allows: \
                 mcp-ssh doctor {alias} -- COMMAND",
                LOOKS.join("`, `")
            );
            let step = DiagnosisStep::Policy;
            diagnosis.borrow_mut().add(step, StepStatus::Failed, &why);
        }
    }
    gate.close().await;
    diagnosis.into_inner().end()
}

/// Runs the command, and takes in each step.
async fn tried(gate: &Gate, alias: &str, command: &str, diagnosis: &RefCell<Diagnosis<'_>>) {
    let cancelled = match cancelled_by_signals() {
        Ok(cancelled) => cancelled,
        Err(error) => {
            let why = format!("signals cannot be handled: {error}");
            let step = DiagnosisStep::Configuration;
            diagnosis.borrow_mut().add(step, StepStatus::Failed, &why);
            return;
        }
    };
    let observer = |progress: crate::gate::Progress<'_>| {
        diagnosis.borrow_mut().hear(command, progress);
    };
    let request = RunRequest::new(alias, command);
    let outcome = gate.run(request, cancelled, &observer, person()).await;
    diagnosis.borrow_mut().conclude(command, &outcome);
}

/// The command to try: the operator's, or the first of [`LOOKS`] that the rules allow without a question and without
/// sudo. Where the network rules forbid the address, any command shows that.
fn command(loaded: &Loaded, host: &Host, words: &[String]) -> Option<String> {
    if !words.is_empty() {
        return Some(words.join(" "));
    }
    let is_telling = |look: &&str| {
        let decision = loaded.decide(host, look);
        let stage = decision.denial().map(|denial| denial.stage);
        let is_plain = decision.becomes().is_none();
        is_plain && (decision.verdict() == Verdict::Allow || stage == Some(Stage::Network))
    };
    LOOKS.into_iter().find(is_telling).map(str::to_owned)
}

/// Where the host is, and by what its credential logs in.
fn configured(host: &Host, credential: Option<&Credential>) -> String {
    let place = format!("{} port {}", host.host, host.port);
    let Some(credential) = credential else {
        return format!("{place}; no `credentials` in servers.yml");
    };
    let means = [
        (credential.key_path.is_some(), "key_path"),
        (credential.certificate_path.is_some(), "certificate_path"),
        (credential.agent == Agent::Asked, "agent"),
        (credential.password_secret.is_some(), "password_secret"),
        (credential.password.is_some(), "password"),
        (credential.none, "none"),
    ];
    let means = means.into_iter().filter(|(has, _)| *has);
    let means: Vec<&str> = means.map(|(_, name)| name).collect();
    format!(
        "{place} as {}, by {} of credentials `{}`",
        credential.username,
        means.join(", "),
        credential.name
    )
}
