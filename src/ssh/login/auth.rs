//! The login, step by step.
//!
//! Takes: [`OpenedIdentity`]. Gives: a session that is logged in. Leaves out the methods that the server does not
//! offer. A server that wants several methods (partial success, RFC 4252 section 5.1) gets several: a step that was
//! accepted is not sent again, and a step that was refused before is tried once more after each acceptance. So the
//! number of attempts is at most the square of the number of steps.

use super::agent::SshAgent;
use super::identity::OpenedIdentity;
use super::keyboard;
use super::signer::LoginSigner;
use super::steps::{LoginStep, LoginSteps, Proof, StepState, steps};
use crate::ssh::error::{SshError, SshErrorKind};
use crate::ssh::transport::handle::{
    AuthResult, Handle, MethodKind, MethodSet, SendError, TransportError,
};
use crate::ssh::transport::keys::agent::AgentIdentity;

/// Logs in as `user`.
///
/// # Errors
/// [`SshErrorKind::AuthenticationFailed`] when the server has refused every step that it would take;
/// [`SshErrorKind::AgentUnavailable`] when no step could be tried; [`SshErrorKind::Closed`] when the server
/// ends the connection instead of an answer.
pub(in crate::ssh) async fn log_in(
    handle: &mut Handle,
    user: &str,
    credentials: &OpenedIdentity<'_>,
) -> Result<(), SshError> {
    let LoginSteps {
        steps,
        agent,
        notes,
    } = steps(handle, credentials).await?;
    let mut login = LoginAttempt {
        handle,
        user,
        agent,
        steps,
        offered: None,
        tried: Vec::new(),
        notes,
    };
    let is_key = |step: &LoginStep<'_>| step.kind() == MethodKind::PublicKey;
    if !login.steps.iter().any(is_key) && !login.steps.is_empty() {
        // The refusal of a key says which methods the server offers. Before a password is sent, the server is
        // asked; OpenSSH does not count the question as an attempt.
        let answer = login.handle.authenticate_none(user).await;
        if login.took(None, answer.map_err(gone)?)? {
            return Ok(());
        }
    }
    while let Some(at) = login.next() {
        if let Some(answer) = login.attempt(at).await?
            && login.took(Some(at), answer)?
        {
            return Ok(());
        }
    }
    Err(login.refusal())
}

struct LoginAttempt<'a> {
    handle: &'a mut Handle,
    user: &'a str,
    agent: Option<SshAgent>,
    steps: Vec<LoginStep<'a>>,
    /// The methods that the server would take next, once it has named them.
    offered: Option<MethodSet>,
    tried: Vec<String>,
    /// What hindered a step, for stderr.
    notes: Vec<String>,
}

impl LoginAttempt<'_> {
    /// The index of the first step that is untried and that the server would take.
    fn next(&self) -> Option<usize> {
        let offered = self.offered.as_ref();
        self.steps.iter().position(|step| {
            step.state == StepState::Untried
                && offered.is_none_or(|offered| offered.contains(&step.kind()))
        })
    }

    /// Tries one step. `None` when the agent did not sign: then nothing was sent.
    async fn attempt(&mut self, at: usize) -> Result<Option<AuthResult>, SshError> {
        let Some(step) = self.steps.get_mut(at) else {
            return Ok(None);
        };
        step.state = StepState::Refused;
        self.tried.push(step.name.clone());
        let (handle, user) = (&mut *self.handle, self.user);
        let answer = match &step.proof {
            Proof::Key(identity, hash, holder) => {
                let mut signer = LoginSigner {
                    holder: holder.clone(),
                    agent: self.agent.as_mut(),
                };
                match identity.as_ref().clone() {
                    AgentIdentity::PublicKey { key, .. } => {
                        handle
                            .authenticate_publickey_with(user, key, *hash, &mut signer)
                            .await
                    }
                    AgentIdentity::Certificate { certificate, .. } => {
                        handle
                            .authenticate_certificate_with(user, certificate, *hash, &mut signer)
                            .await
                    }
                }
            }
            Proof::Interactive(password) => keyboard::answer(handle, user, password).await,
            Proof::Password(password) => handle
                .authenticate_password(user, password.expose())
                .await
                .map_err(gone),
        };
        match answer {
            Err(error) if error.kind() == SshErrorKind::AgentUnavailable => {
                self.notes.push(error.detail().to_owned());
                Ok(None)
            }
            // The server sent a prompt that has no answer here.
            Err(error) if error.kind() == SshErrorKind::AuthenticationFailed => {
                self.notes.push(error.detail().to_owned());
                Err(SshError::new(error.kind(), self.story()))
            }
            answer => answer.map(Some),
        }
    }

    /// Takes an answer in; true when the login is done.
    fn took(&mut self, at: Option<usize>, answer: AuthResult) -> Result<bool, SshError> {
        let AuthResult::Failure {
            remaining_methods,
            partial_success,
        } = answer
        else {
            return Ok(true);
        };
        // If the connection ends during a method, russh reports a failure of the method.
        if self.handle.is_closed() {
            return Err(gone(TransportError::Disconnect));
        }
        if partial_success {
            let refused = |step: &&mut LoginStep<'_>| step.state == StepState::Refused;
            for step in self.steps.iter_mut().filter(refused) {
                step.state = StepState::Untried;
            }
            if let Some(step) = at.and_then(|at| self.steps.get_mut(at)) {
                step.state = StepState::Accepted;
            }
        }
        self.offered = Some(remaining_methods);
        Ok(false)
    }

    /// The error when no step has succeeded. If the server was never asked, the agent gave no signature.
    fn refusal(&self) -> SshError {
        match &self.offered {
            Some(_) => SshError::new(SshErrorKind::AuthenticationFailed, self.story()),
            None => SshError::new(SshErrorKind::AgentUnavailable, self.notes.join("; ")),
        }
    }

    /// The steps that were tried, the methods that the server would still take, and what hindered a step.
    fn story(&self) -> String {
        let tried = if self.tried.is_empty() {
            "nothing".to_owned()
        } else {
            self.tried.join(", ")
        };
        let offered = self.offered.iter().flat_map(|offered| offered.iter());
        let offered: Vec<&str> = offered.map(<&str>::from).collect();
        let notes: String = self.notes.iter().map(|note| format!("; {note}")).collect();
        format!(
            "user `{}` was refused: tried {tried}; the server offers {}{notes}",
            self.user,
            offered.join(", ")
        )
    }
}

fn gone(_: TransportError) -> SshError {
    SshError::from(SendError {})
}
