//! The steps of `mcp-ssh doctor`: what was passed, what was not, and how that is mended.
//!
//! Takes: how a run gets on, and how it ended. Gives: a line for each step, or all of them as one JSON object; and the
//! exit status. Invariant: a step that failed is the last one, and its line says what mends it.

use serde::Serialize;

use super::operator_words::{hint_beside, joined, to_operator};
use super::terminal_text::foreign;
use super::{ExitStatus, Paint, Terminal};
use crate::config::Host;
use crate::gate::{Failure, Outcome, Progress, RunResult};
use crate::ssh::{AEAD, ConnectStage, Handshake, LoginAnswer, SshErrorKind};
use mcp_ssh_policy::Stage;

/// The most characters of a host's words in one line.
const MAX_WORDS: usize = 200;

/// What mends a name without an address. What a server keeps of an answer goes with this process.
const NAME_MEND: &str =
    "correct `host` in servers.yml, or look with `getent ahosts NAME` at what this machine finds";

/// A step on the way to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosisStep {
    Configuration,
    Policy,
    Name,
    NetworkRule,
    Connection,
    Version,
    KeyExchange,
    HostKey,
    Method,
    Login,
    Shell,
    Command,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// It is passed.
    Passed,
    /// It is passed, and there is something to know.
    Noted,
    /// The host has not taken this proof; another one may follow.
    Refused,
    /// The way ends here.
    Failed,
}

#[derive(Serialize)]
struct StepTold {
    /// The host that it belongs to: the one that was asked for, or a jump host.
    alias: String,
    step: DiagnosisStep,
    status: StepStatus,
    detail: String,
}

/// What was found out so far.
pub struct Diagnosis<'t> {
    terminal: &'t mut Terminal,
    alias: String,
    /// The name to look up, where the host has no address.
    name: Option<String>,
    json: bool,
    /// The first step that is still to be passed, of the host that is dialled.
    next: DiagnosisStep,
    windows: bool,
    steps: Vec<StepTold>,
}

impl<'t> Diagnosis<'t> {
    /// Of one host.
    pub fn new(host: &Host, json: bool, terminal: &'t mut Terminal) -> Self {
        let name = host.host.to_string();
        let is_address = name.parse::<std::net::IpAddr>().is_ok();
        Self {
            terminal,
            alias: host.alias.to_string(),
            name: (!is_address).then_some(name),
            json,
            next: DiagnosisStep::Policy,
            windows: false,
            steps: Vec::new(),
        }
    }

    /// Takes in a step of the host itself.
    pub fn add(&mut self, step: DiagnosisStep, status: StepStatus, detail: &str) {
        let alias = self.alias.clone();
        self.add_at(&alias, step, status, detail);
    }

    fn add_at(&mut self, alias: &str, step: DiagnosisStep, status: StepStatus, detail: &str) {
        let detail = foreign(detail);
        if !self.json {
            let (word, paint) = status.shown();
            let word = self.terminal.coloured(word, paint);
            let via = match alias == self.alias {
                true => String::new(),
                false => format!("jump host `{alias}`: "),
            };
            let label = step.label();
            self.terminal
                .line(&format!("{word}  {label:14}{via}{detail}"));
        }
        self.steps.push(StepTold {
            alias: alias.to_owned(),
            step,
            status,
            detail,
        });
    }

    /// Takes in how the run gets on.
    pub fn hear(&mut self, command: &str, progress: Progress<'_>) {
        match progress {
            Progress::Permitted { addresses, .. } => {
                self.pass(DiagnosisStep::Policy, &format!("`{command}` is allowed"));
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                let addresses = addresses.join(", ");
                if let Some(name) = self.name.clone() {
                    self.pass(DiagnosisStep::Name, &format!("`{name}` has an address"));
                }
                self.pass(DiagnosisStep::NetworkRule, &format!("permits {addresses}"));
                self.next = DiagnosisStep::Connection;
            }
            Progress::Connecting { alias, stage } => self.connecting(alias, stage),
            Progress::AwaitingApproval { .. }
            | Progress::Started
            | Progress::Running { .. }
            | Progress::FannedOut { .. }
            | Progress::HostDone { .. } => {}
        }
    }

    fn pass(&mut self, step: DiagnosisStep, detail: &str) {
        self.add(step, StepStatus::Passed, detail);
    }

    fn connecting(&mut self, alias: &str, stage: ConnectStage) {
        let (step, status, detail) = match stage {
            ConnectStage::Dialled(place) => {
                self.next = DiagnosisStep::Version;
                let detail = format!("{place} answers");
                (DiagnosisStep::Connection, StepStatus::Passed, detail)
            }
            ConnectStage::Greeted(version) => {
                self.next = DiagnosisStep::KeyExchange;
                self.windows = version.to_ascii_lowercase().contains("windows");
                (DiagnosisStep::Version, StepStatus::Passed, version)
            }
            ConnectStage::HandsShaken(handshake) => return self.shaken(alias, &handshake),
            ConnectStage::TouchQueued { holder, .. } => {
                let detail = format!("waits until the FIDO key is touched for `{holder}`");
                (DiagnosisStep::Method, StepStatus::Noted, detail)
            }
            ConnectStage::TouchWanted { .. } => {
                let detail = "waits for a touch of the FIDO key, for 30 s".to_owned();
                (DiagnosisStep::Method, StepStatus::Noted, detail)
            }
            ConnectStage::Answered { method, answer } => {
                let (status, detail) = answered(&method, answer);
                (DiagnosisStep::Method, status, detail)
            }
            ConnectStage::LoggedIn => {
                // A jump host that is logged in to is the way to the next connection.
                self.next = match alias == self.alias {
                    true => DiagnosisStep::Command,
                    false => DiagnosisStep::Connection,
                };
                (DiagnosisStep::Login, StepStatus::Passed, "done".to_owned())
            }
        };
        self.add_at(alias, step, status, &detail);
    }

    fn shaken(&mut self, alias: &str, handshake: &Handshake) {
        let Handshake {
            version: _,
            kex,
            cipher,
            mac,
            host_key,
            fingerprint,
        } = handshake;
        self.next = DiagnosisStep::Login;
        let (status, strength) = match handshake.is_post_quantum() {
            true => (StepStatus::Passed, "post-quantum"),
            false => (
                StepStatus::Noted,
                "not post-quantum: OpenSSH has mlkem768x25519-sha256 from 9.9 on",
            ),
        };
        let agreed = match mac == AEAD {
            true => format!("{kex}, {cipher}; {strength}"),
            false => format!("{kex}, {cipher}, {mac}; {strength}"),
        };
        self.add_at(alias, DiagnosisStep::KeyExchange, status, &agreed);
        let shown = match fingerprint {
            Some(fingerprint) => format!("{host_key} {fingerprint}, as in known_hosts"),
            None => format!("{host_key}, a certificate of an authority in known_hosts"),
        };
        self.add_at(alias, DiagnosisStep::HostKey, StepStatus::Passed, &shown);
    }

    /// Takes in how the run ended.
    pub fn conclude(&mut self, command: &str, outcome: &Outcome) {
        match outcome {
            Outcome::Finished(result) => self.ran(command, result),
            Outcome::Denied(denied) => {
                let step = match denied.denial.stage == Stage::Network {
                    true => DiagnosisStep::NetworkRule,
                    false => DiagnosisStep::Policy,
                };
                let why = joined([&denied.denial.why, &to_operator(&denied.denial.hint)]);
                self.add(step, StepStatus::Failed, &why);
            }
            Outcome::Failed(failure) => self.failed(failure),
        }
    }

    fn failed(&mut self, failure: &Failure) {
        let step = failure.fault.and_then(step_of).unwrap_or(self.next);
        let story = failure.story.as_deref().unwrap_or_default();
        let hint = hint_beside(story, failure.hint.as_deref());
        let hint = match failure.fault {
            Some(SshErrorKind::Resolution) => NAME_MEND,
            Some(_) | None => &hint,
        };
        self.add(
            step,
            StepStatus::Failed,
            &joined([&failure.error, story, hint]),
        );
    }

    /// What the first command tells of the login shell.
    fn ran(&mut self, command: &str, result: &RunResult) {
        let said = result.output.trim();
        let said: String = said.chars().take(MAX_WORDS).collect();
        if self.windows {
            let what = "the server runs on Windows; commands are written for a POSIX shell";
            self.add(DiagnosisStep::Shell, StepStatus::Noted, what);
        }
        if command == "true" && !said.is_empty() {
            let what = format!(
                "the login prints `{said}` before a command's own output: let its start-up files print on a terminal only"
            );
            self.add(DiagnosisStep::Shell, StepStatus::Noted, &what);
        }
        let ended = format!(
            "`{command}` ended with status {} after {} ms",
            result.exit_code, result.duration_ms
        );
        if result.exit_code == 0 {
            self.pass(DiagnosisStep::Command, &ended);
            return;
        }
        let note = result.note.as_deref().unwrap_or_default();
        let said = match said.is_empty() {
            true => String::new(),
            false => format!("it printed `{said}`"),
        };
        let mend = match result.exit_code {
            126 | 127 => "look at the PATH of this account",
            _ => "look at the shell of this account, and for a forced command",
        };
        let why = joined([&ended, note, &said, mend]);
        self.add(DiagnosisStep::Command, StepStatus::Failed, &why);
    }

    /// Prints what is left to print, and gives the exit status.
    pub fn end(self) -> ExitStatus {
        let failed = self
            .steps
            .iter()
            .any(|told| told.status == StepStatus::Failed);
        if self.json {
            let report =
                serde_json::json!({ "alias": self.alias, "ok": !failed, "steps": self.steps });
            self.terminal.json(&report);
        }
        match failed {
            true => ExitStatus::FAILURE,
            false => ExitStatus::SUCCESS,
        }
    }
}

/// The answer of a host to one method.
fn answered(method: &str, answer: LoginAnswer) -> (StepStatus, String) {
    match answer {
        LoginAnswer::Refused => (StepStatus::Refused, format!("{method}: refused")),
        LoginAnswer::MoreWanted => {
            let detail = format!("{method}: accepted, and another proof is wanted");
            (StepStatus::Passed, detail)
        }
        LoginAnswer::Accepted => (StepStatus::Passed, format!("{method}: accepted")),
    }
}

/// The step that such an error belongs to, whatever was passed before; `None` for an error of the step that was next.
fn step_of(kind: SshErrorKind) -> Option<DiagnosisStep> {
    use SshErrorKind as Kind;
    let name = matches!(kind, Kind::Resolution | Kind::ResolutionLimit);
    let network = matches!(kind, Kind::AddressForbidden | Kind::WrongPeer);
    let connection = matches!(
        kind,
        Kind::Refused | Kind::Unreachable | Kind::ForwardingRefused
    );
    let key_exchange = matches!(kind, Kind::Negotiation | Kind::HostKeySha1);
    let host_key = matches!(
        kind,
        Kind::HostKeyUnknown
            | Kind::KnownHostsUnsettled
            | Kind::KnownHostsUnread
            | Kind::HostKeyChanged
            | Kind::HostKeyRevoked
            | Kind::HostKeyWeak
            | Kind::HostCertificate
    );
    let login = matches!(
        kind,
        Kind::NoCredential
            | Kind::PassphraseMissing
            | Kind::PassphraseWrong
            | Kind::SecretMissing
            | Kind::KeyNotFound
            | Kind::KeyForbidden
            | Kind::KeyFormat
            | Kind::KeyWeak
            | Kind::CertificateUnusable
            | Kind::AgentUnavailable
            | Kind::TokenUntouched
            | Kind::AuthenticationFailed
            | Kind::ProofMissing
            | Kind::PasswordExpired
    );
    [
        (name, DiagnosisStep::Name),
        (network, DiagnosisStep::NetworkRule),
        (connection, DiagnosisStep::Connection),
        (key_exchange, DiagnosisStep::KeyExchange),
        (host_key, DiagnosisStep::HostKey),
        (login, DiagnosisStep::Login),
    ]
    .into_iter()
    .find_map(|(is_it, step)| is_it.then_some(step))
}

impl DiagnosisStep {
    fn label(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Policy => "policy",
            Self::Name => "name",
            Self::NetworkRule => "network rule",
            Self::Connection => "connection",
            Self::Version => "version",
            Self::KeyExchange => "key exchange",
            Self::HostKey => "host key",
            Self::Method | Self::Login => "login",
            Self::Shell => "shell",
            Self::Command => "command",
        }
    }
}

impl StepStatus {
    fn shown(self) -> (&'static str, Paint) {
        match self {
            Self::Passed => ("ok  ", Paint::Green),
            Self::Noted => ("note", Paint::Yellow),
            Self::Refused => ("no  ", Paint::Yellow),
            Self::Failed => ("FAIL", Paint::Red),
        }
    }
}
