//! The second half of a run: from a permit to the result, with its outcome on record.
//!
//! ```text
//! permit -> a channel: over a connection that is there, or key and secrets, connect, for each
//!           jump host and the host -> exec -> outcome written -> result
//! ```

use std::rc::Rc;
use std::time::Duration;

use smol::future::or;

use super::call::{Call, RunOptions};
use super::dial::{Dial, JumpChain};
use super::exec_report::{ExecReport, SudoUsers};
use super::identifier::random;
use super::live::LiveOutput;
use super::login::{LoginSecrets, sudo_password};
use super::permit::{PermittedRun, RunParts};
use super::progress::Progress;
use super::record::Records;
use super::result::Outcome;
use super::run_error::RunError;
use super::sudo_words::said;
use super::time::TimeLimit;
use crate::clock::Stopwatch;
use crate::config::Host;
use crate::runtime::sleep;
use crate::secret::Secret;
use crate::ssh::{ExecLimits, SshError, SshErrorKind, SudoAnswer, SudoPassword};
use mcp_ssh_policy::{Permit, SudoPrompt};

/// Runs what is permitted, and waits for its end.
pub async fn execute(run: PermittedRun, options: &RunOptions<'_>) -> Outcome {
    let (permit, parts) = run.release();
    let RunParts {
        call,
        host,
        chain,
        records,
        output,
        entered: _until_the_end,
    } = parts;
    let first = permit.addresses().first().copied();
    let interval = Duration::from_secs(permit.limits().task_progress_interval.into());
    let execution = Execution {
        call: &call,
        host: &host,
        chain: &chain,
        records: &records,
        output: &output,
        options,
    };
    let ran = or(Box::pin(execution.send(permit)), execution.report(interval));
    let result = records.outcome(first, ran.await);
    records.told(result.map_err(RunError::from))
}

/// A permitted command under way.
struct Execution<'a> {
    call: &'a Call,
    host: &'a Host,
    chain: &'a JumpChain,
    records: &'a Records,
    output: &'a LiveOutput,
    options: &'a RunOptions<'a>,
}

impl Execution<'_> {
    /// Opens a channel when its turn has come, and runs the permitted line. The only place that does.
    /// A server that has refused the command over an old connection is asked once more, over a new one.
    async fn send(&self, mut permit: Permit) -> Result<ExecReport, SshError> {
        let Call {
            state,
            loaded,
            request,
            cancelled,
        } = self.call;
        let dial = Dial {
            loaded,
            connections: &state.connections,
            cancelled,
            still_permitted: &|address| state.still_permits(&self.host.alias, address),
            told: |error| self.records.unconnected(error),
            records: (state.audit, self.records.origin()),
            passed: &|alias, stage| (self.options.observer)(Progress::Connecting { alias, stage }),
        };
        let limits = permit.limits();
        let time = TimeLimit::of(limits, request.timeout_seconds);
        let output_budget = self.options.output_budget;
        let exec_limits = ExecLimits {
            max_seconds: Duration::from_secs(time.seconds().into()),
            max_output_bytes: limits.max_output_bytes.min(output_budget),
        };
        let sudo_users = self.sudo_users(&permit);
        loop {
            // What cannot be answered is not begun: a host that must be called twice is told of twice.
            self.sudo_password(&permit)?;
            let open = dial.open(self.chain, self.host, permit.addresses()).await?;
            let (address, mut secrets) = (open.peer(), open.own().clone());
            let connection = open.connection();
            let sudo = self.sudo_answer(&permit, &mut secrets)?;
            (self.options.observer)(Progress::Started);
            let live = self.output.open(secrets.clone());
            // Boxed: thousands of calls may wait, and only a running call needs this memory.
            let exec = Box::pin(open.exec(permit, sudo, exec_limits, cancelled, live));
            match exec.await {
                Ok(output) => {
                    return Ok(ExecReport {
                        output,
                        secrets,
                        limits,
                        time,
                        output_budget,
                        address,
                        connection,
                        sudo: sudo_users,
                    });
                }
                Err(unstarted) => {
                    permit = unstarted
                        .unused
                        .ok_or_else(|| said(unstarted.error, self.output))?;
                }
            }
        }
    }

    /// The password for sudo, where the permit says `become` and the credential names a secret, with a second copy.
    fn sudo_password(
        &self,
        permit: &Permit,
    ) -> Result<Option<(SudoPassword, Rc<Secret>)>, SshError> {
        let credential = self.call.loaded.inventory().credential(self.host);
        let wanted = credential.filter(|_| permit.becomes().is_some());
        let found = wanted.map(|its| sudo_password(&self.call.loaded, its));
        found.transpose().map(Option::flatten)
    }

    /// What sudo is answered, where the permit says `become`: with a prompt of this one try. The password and the prompt join
    /// the secrets that are not shown.
    fn sudo_answer(
        &self,
        permit: &Permit,
        secrets: &mut LoginSecrets,
    ) -> Result<Option<SudoAnswer>, SshError> {
        if permit.becomes().is_none() {
            return Ok(None);
        }
        let password = self.sudo_password(permit)?.map(|(password, secret)| {
            secrets.push(secret);
            password
        });
        let prompt = random().map_err(|error| {
            let detail = format!("the system gives no random numbers: {error}");
            SshError::new(SshErrorKind::Internal, detail)
        })?;
        let prompt = SudoPrompt::new(prompt);
        secrets.push(Rc::new(Secret::new(prompt.as_str().to_owned())));
        Ok(Some(SudoAnswer::new(prompt, password)))
    }

    /// Who logs in and who runs the command, where sudo does.
    fn sudo_users(&self, permit: &Permit) -> Option<SudoUsers> {
        let login = self.call.loaded.user(self.host).unwrap_or_default();
        Some(SudoUsers {
            login: login.to_owned(),
            becomes: permit.becomes()?.clone(),
        })
    }

    /// Tells again and again that the command is under way; never ends.
    async fn report<T>(&self, interval: Duration) -> T {
        let started = Stopwatch::start();
        loop {
            sleep(interval).await;
            let (elapsed_ms, bytes_read) = (started.elapsed_ms(), self.output.bytes());
            self.records.progress(elapsed_ms, bytes_read);
            (self.options.observer)(Progress::Running {
                elapsed_ms,
                bytes_read,
            });
        }
    }
}
