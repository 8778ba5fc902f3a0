//! What a login takes of russh: the handle of a connection that is not logged in yet, and the answers to it.
//!
//! Gives: [`Handle`], the only type over which `login` may reach the server. Refuses nothing: the handle
//! answers by the [`ServerHandler`] that was given to it.

use super::handler::ServerHandler;
use crate::ssh::error::{SshError, SshErrorKind};

pub(in crate::ssh) use russh::client::{AuthResult, KeyboardInteractiveAuthResponse};
pub(in crate::ssh) use russh::{Error as TransportError, MethodKind, MethodSet, SendError, Signer};

/// A connection, before and after its login.
pub(in crate::ssh) type Handle = russh::client::Handle<ServerHandler>;

/// russh's way to say that the connection is over.
impl From<SendError> for SshError {
    fn from(_: SendError) -> Self {
        Self::new(
            SshErrorKind::Closed,
            "the connection ended while logging in",
        )
    }
}
