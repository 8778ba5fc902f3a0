//! The types of russh that a login needs: the handle of a connection that is not logged in yet, and its answers.
//!
//! Gives: [`Handle`], the only type by which `login` may reach the server. Refuses nothing: the [`ServerHandler`] of
//! the handle refuses what the server asks.

use super::handler::ServerHandler;
use crate::ssh::error::{SshError, SshErrorKind};

pub(in crate::ssh) use super::handler::Findings;
pub(in crate::ssh) use russh::client::{AuthResult, KeyboardInteractiveAuthResponse, Prompt};
pub(in crate::ssh) use russh::{Error as TransportError, MethodKind, MethodSet, SendError, Signer};

/// A connection, before and after its login.
pub(in crate::ssh) type Handle = russh::client::Handle<ServerHandler>;

/// russh reports by `SendError` that the connection has ended.
impl From<SendError> for SshError {
    fn from(_: SendError) -> Self {
        Self::new(
            SshErrorKind::Closed,
            "the connection ended while logging in",
        )
    }
}
