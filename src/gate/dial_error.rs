//! Why there is no way to a host.
//!
//! Takes: the step that failed. Gives: what the caller and the operator are told. Refuses nothing; a key path that looks
//! like an attack is a security event.

use std::fmt;

use crate::audit::{Audit, Origin, SecurityEvent};
use crate::ssh::SshError;
use mcp_ssh_policy::Denial;

use super::login::LoginError;

/// Why there is no session.
#[derive(Debug)]
pub struct ConnectError {
    /// The jump host at which the connection failed; `None` for the host itself.
    pub jump_host: Option<String>,
    pub fault: LoginError,
}

impl ConnectError {
    /// What the caller is told. A key path that looks like an attack is a security event, which goes on record here.
    pub fn recorded(self, audit: Audit, alias: &str, origin: &Origin) -> SshError {
        if let LoginError::Key(key) | LoginError::Certificate(key) = &self.fault
            && let Some((event_type, reason)) = key.event()
        {
            let place = key.place();
            let event = SecurityEvent {
                alias: Some(alias),
                attempted_path: Some(&place),
                origin: Some(origin),
                ..SecurityEvent::new(event_type, reason)
            };
            if let Err(fault) = audit.security_event(&event) {
                log::error!("{fault}");
            }
        }
        let error = self.fault.into_ssh_error();
        match self.jump_host {
            Some(alias) => error.at_jump_host(&alias),
            None => error,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.jump_host {
            Some(alias) => write!(formatter, "jump host `{alias}`: {}", self.fault),
            None => self.fault.fmt(formatter),
        }
    }
}

impl std::error::Error for ConnectError {}

/// Why there is no address that may be dialled.
#[derive(Debug)]
pub enum NoRouteError {
    /// The network policy permits no address of a jump host.
    Denied(Box<Denial>),
    /// A name has no address.
    Unresolved(SshError),
}

impl fmt::Display for NoRouteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(denial) => formatter.write_str(&denial.why),
            Self::Unresolved(error) => formatter.write_str(error.detail()),
        }
    }
}

impl std::error::Error for NoRouteError {}

impl From<Box<Denial>> for NoRouteError {
    fn from(denial: Box<Denial>) -> Self {
        Self::Denied(denial)
    }
}

impl From<SshError> for NoRouteError {
    fn from(error: SshError) -> Self {
        Self::Unresolved(error)
    }
}
