//! The login, step by step.
//!
//! Takes: [`OpenedIdentity`]. Gives: a session that is logged in. Leaves out the methods that the server does not
//! offer. A server that wants several methods (partial success, RFC 4252 section 5.1) gets several: a step that was
//! accepted is not sent again, and a step that was refused before is tried once more after each acceptance. So the
//! number of attempts is at most the square of the number of steps.
//!
//! First the server is asked whether it wants a proof at all (method `none`, RFC 4252 section 5.2): some know by the
//! network who calls, and the others answer with the methods that they offer. OpenSSH does not count this as an attempt.

use std::cell::Cell;

use smol::channel::Receiver;

use super::agent::SshAgent;
use super::identity::OpenedIdentity;
use super::keyboard;
use super::signer::LoginSigner;
use super::steps::{LoginStep, LoginSteps, Proof, StepState, steps};
use super::touch::{TouchNews, TouchTeller, TouchWait, news, whole_line};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::handle::{
    AuthResult, Findings, Handle, MethodKind, MethodSet, SendError, TransportError,
};
use crate::ssh::transport::keys::HashAlg;
use crate::ssh::transport::keys::agent::AgentIdentity;
use crate::ssh::transport::stage::{ConnectStage, LoginAnswer};
use crate::ssh::trust::certificate;

/// What the login is doing, while an answer to a password is awaited.
pub(in crate::ssh) const PASSWORD_SENT: &str = "waiting for an answer to the password";

/// Whoever wants to know how a login gets on.
pub(in crate::ssh) struct LoginWatch<'a> {
    /// The host's alias.
    pub(in crate::ssh) host: &'a str,
    /// What the login is doing, for the error when its time is up.
    pub(in crate::ssh) doing: &'a Cell<&'static str>,
    /// How long it waits for touches.
    pub(in crate::ssh) touches: &'a TouchWait,
    /// Hears of each answer of the server, and of the wait for a touch.
    pub(in crate::ssh) passed: &'a dyn Fn(ConnectStage),
    /// Has what the server says besides.
    pub(in crate::ssh) findings: &'a Findings,
}

/// Logs in as `user`, before the eyes of `watch`.
///
/// # Errors
/// [`SshErrorKind::AuthenticationFailed`] when the server has refused every step that it would take;
/// [`SshErrorKind::ProofMissing`] when it has accepted one and wants another; [`SshErrorKind::PasswordExpired`] when it
/// wants a new password; [`SshErrorKind::AgentUnavailable`] when no
/// step could be tried, [`SshErrorKind::TokenUntouched`] where that was for want of a touch; [`SshErrorKind::Closed`]
/// when the server ends the connection instead of an answer.
pub(in crate::ssh) async fn log_in(
    handle: &mut Handle,
    user: &str,
    credentials: &OpenedIdentity<'_>,
    watch: LoginWatch<'_>,
) -> Result<(), SshError> {
    let answer = handle.authenticate_none(user).await.map_err(gone)?;
    let AuthResult::Failure {
        remaining_methods, ..
    } = answer
    else {
        return Ok(());
    };
    still_there(handle)?;
    let LoginSteps {
        steps,
        agent,
        notes,
    } = watch.listing(steps(handle, credentials)).await?;
    let mut login = LoginAttempt {
        handle,
        user,
        agent,
        steps,
        offered: remaining_methods,
        tried: Vec::new(),
        answered: false,
        untouched: false,
        notes,
        watch,
    };
    while let Some(at) = login.next() {
        if let Some(answer) = login.attempt(at).await?
            && login.took(at, answer)?
        {
            return Ok(());
        }
    }
    Err(login.refusal(login.answered))
}

struct LoginAttempt<'a> {
    handle: &'a mut Handle,
    user: &'a str,
    agent: Option<SshAgent>,
    steps: Vec<LoginStep<'a>>,
    /// The methods that the server would take next.
    offered: MethodSet,
    tried: Vec<String>,
    /// Whether the server has answered to a step.
    answered: bool,
    /// Whether a signature of a FIDO key did not come.
    untouched: bool,
    /// What hindered a step, for stderr.
    notes: Vec<String>,
    watch: LoginWatch<'a>,
}

impl LoginWatch<'_> {
    /// The output of a question to the agent, which answers nobody while another login waits for a touch.
    async fn listing<T>(&self, asked: impl Future<Output = T>) -> T {
        if let Some(before) = whole_line() {
            self.hear(TouchNews::Queued(before));
        }
        let answer = asked.await;
        self.touches.hear(&TouchNews::Over);
        answer
    }

    /// The output of a proof, of whose touch is told.
    async fn proving<T>(&self, news: Receiver<TouchNews>, proof: impl Future<Output = T>) -> T {
        let heard = async {
            while let Ok(news) = news.recv().await {
                self.doing.set(match news {
                    TouchNews::Queued(_) => "waiting until other logins had their touch",
                    TouchNews::Wanted { .. } => "waiting for a touch of the FIDO key",
                    TouchNews::Over => "logging in",
                });
                self.hear(news);
            }
            std::future::pending().await
        };
        let proved = smol::future::or(proof, heard).await;
        self.touches.hear(&TouchNews::Over);
        proved
    }

    fn hear(&self, news: TouchNews) {
        self.touches.hear(&news);
        match news {
            TouchNews::Queued(before) => (self.passed)(ConnectStage::TouchQueued {
                holder: before.holder,
                before: before.count,
            }),
            TouchNews::Wanted { behind } => (self.passed)(ConnectStage::TouchWanted { behind }),
            TouchNews::Over => {}
        }
    }
}

/// Whether nothing was sent for want of a signature.
fn is_unsigned(kind: SshErrorKind) -> bool {
    matches!(
        kind,
        SshErrorKind::AgentUnavailable | SshErrorKind::TokenUntouched
    )
}

impl LoginAttempt<'_> {
    /// The index of the first step that is untried and that the server would take.
    fn next(&self) -> Option<usize> {
        self.steps.iter().position(|step| {
            step.state == StepState::Untried
                && self.offered.contains(&step.kind())
                && self.is_due(step)
        })
    }

    /// Whether keyboard-interactive is more than a second failure for the host: not with the password that the method
    /// `password` was refused; without a password only where no key is asked for, or one was accepted.
    fn is_due(&self, step: &LoginStep<'_>) -> bool {
        let stands = |state| move |step: &LoginStep<'_>| step.state == state;
        match step.proof {
            Proof::Key(..) | Proof::Password(_) => true,
            Proof::Interactive(Some(_)) => !self.steps.iter().any(|step| {
                step.kind() == MethodKind::Password && step.state == StepState::Refused
            }),
            Proof::Interactive(None) => {
                self.steps.iter().any(stands(StepState::Accepted))
                    || !self.offered.contains(&MethodKind::PublicKey)
            }
        }
    }

    /// Tries one step. `None` when the agent did not sign: then nothing was sent.
    async fn attempt(&mut self, at: usize) -> Result<Option<AuthResult>, SshError> {
        let Some(step) = self.steps.get_mut(at) else {
            return Ok(None);
        };
        step.state = StepState::Refused;
        self.tried.push(step.name.clone());
        self.watch.findings.proof_goes_out();
        self.watch.doing.set(match step.proof {
            Proof::Key(..) | Proof::Interactive(Some(_)) => "logging in",
            Proof::Password(_) => PASSWORD_SENT,
            Proof::Interactive(None) => {
                "waiting for another proof, which may be a push to somebody's telephone"
            }
        });
        let (handle, user) = (&mut *self.handle, self.user);
        let answer = match &step.proof {
            Proof::Key(identity, hash, holder) => {
                let (told, news) = news();
                let host = self.watch.host;
                let mut signer = LoginSigner {
                    holder: holder.clone(),
                    agent: self.agent.as_mut(),
                    told: TouchTeller { host, news: told },
                };
                let proof = by_key(handle, user, identity, *hash, &mut signer);
                self.watch.proving(news, proof).await
            }
            Proof::Interactive(password) => keyboard::answer(handle, user, *password).await,
            Proof::Password(password) => handle
                .authenticate_password(user, password.expose())
                .await
                .map_err(gone),
        };
        match answer {
            Err(error) if is_unsigned(error.kind()) => {
                self.untouched |= error.kind() == SshErrorKind::TokenUntouched;
                self.notes.push(error.detail().to_owned());
                Ok(None)
            }
            // The server sent a prompt that has no answer here.
            Err(error) if error.kind() == SshErrorKind::AuthenticationFailed => {
                self.notes.push(error.detail().to_owned());
                Err(self.refusal(true))
            }
            Err(error) if error.kind() == SshErrorKind::PasswordExpired => {
                self.notes.push(error.detail().to_owned());
                let story = self.refusal(true);
                Err(SshError::new(error.kind(), story.detail()))
            }
            answer => answer.map(Some),
        }
    }

    /// Takes an answer in; true when the login is done.
    fn took(&mut self, at: usize, answer: AuthResult) -> Result<bool, SshError> {
        let AuthResult::Failure {
            remaining_methods,
            partial_success,
        } = answer
        else {
            self.tell(at, LoginAnswer::Accepted);
            return Ok(true);
        };
        still_there(self.handle)?;
        self.answered = true;
        self.tell(
            at,
            match partial_success {
                true => LoginAnswer::MoreWanted,
                false => LoginAnswer::Refused,
            },
        );
        if partial_success {
            let refused = |step: &&mut LoginStep<'_>| step.state == StepState::Refused;
            for step in self.steps.iter_mut().filter(refused) {
                step.state = StepState::Untried;
            }
            if let Some(step) = self.steps.get_mut(at) {
                step.state = StepState::Accepted;
            }
        }
        self.offered = remaining_methods;
        Ok(false)
    }

    /// Tells what the server has answered to a step.
    fn tell(&self, at: usize, answer: LoginAnswer) {
        if let Some(step) = self.steps.get(at) {
            let method = step.name.clone();
            (self.watch.passed)(ConnectStage::Answered { method, answer });
        }
    }

    /// The error when the login has come to no end. Where the server has `answered` to nothing, the agent gave no
    /// signature.
    fn refusal(&self, answered: bool) -> SshError {
        if !answered && !self.notes.is_empty() {
            let kind = match self.untouched {
                true => SshErrorKind::TokenUntouched,
                false => SshErrorKind::AgentUnavailable,
            };
            return SshError::new(kind, self.notes.join("; "));
        }
        let accepted = self
            .steps
            .iter()
            .filter(|step| step.state == StepState::Accepted);
        let accepted: Vec<&str> = accepted.map(|step| step.name.as_str()).collect();
        let (kind, story) = if accepted.is_empty() {
            (SshErrorKind::AuthenticationFailed, "was refused".to_owned())
        } else {
            let story = format!(
                "proved itself by {}, and the server wants one proof more",
                accepted.join(" and ")
            );
            (SshErrorKind::ProofMissing, story)
        };
        SshError::new(
            kind,
            format!(
                "user `{}` {story}: {}{}",
                self.user,
                self.tries(),
                self.watch.findings.words()
            ),
        )
    }

    /// The steps that were tried, the methods that the server would still take, and what hindered a step.
    fn tries(&self) -> String {
        // That is what is asked first; it is told where nothing else was tried.
        let tried = if self.tried.is_empty() {
            "none".to_owned()
        } else {
            self.tried.join(", ")
        };
        let offered: Vec<&str> = self.offered.iter().map(<&str>::from).collect();
        let certificates = self.steps.iter().filter_map(LoginStep::refused_certificate);
        let certificates = certificates.map(certificate::described);
        let notes = certificates.chain(self.notes.iter().cloned());
        let notes: String = notes.map(|note| format!("; {note}")).collect();
        format!(
            "tried {tried}; the server offers {}{notes}",
            offered.join(", ")
        )
    }
}

/// Proves to have the key of `identity`.
async fn by_key(
    handle: &mut Handle,
    user: &str,
    identity: &AgentIdentity,
    hash: Option<HashAlg>,
    signer: &mut LoginSigner<'_>,
) -> Result<AuthResult, SshError> {
    match identity.clone() {
        AgentIdentity::PublicKey { key, .. } => {
            let proof = handle.authenticate_publickey_with(user, key, hash, signer);
            proof.await
        }
        AgentIdentity::Certificate { certificate, .. } => {
            let proof = handle.authenticate_certificate_with(user, certificate, hash, signer);
            proof.await
        }
    }
}

/// If the connection ends during a method, russh reports a failure of the method.
fn still_there(handle: &Handle) -> Result<(), SshError> {
    if handle.is_closed() {
        return Err(gone(TransportError::Disconnect));
    }
    Ok(())
}

fn gone(_: TransportError) -> SshError {
    SshError::from(SendError {})
}
