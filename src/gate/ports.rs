//! Ports that the sandbox keeps closed.
//!
//! Takes a host that is dialled from here, and what the sandbox leaves open. Gives nothing; refuses a host whose port no
//! host had when the sandbox was closed, in words and before the kernel does.

use crate::config::Host;
use crate::sandbox::LandlockDomain;
use crate::ssh::{SshError, SshErrorKind};

/// Refuses a host that is dialled from here, if the sandbox closes its port.
///
/// # Errors
/// [`SshErrorKind::SandboxClosed`].
pub fn open_port(domain: Option<&LandlockDomain>, host: &Host) -> Result<(), SshError> {
    match domain {
        Some(domain) if !domain.admits(host.port) => {
            let why = closed_port(host);
            Err(SshError::new(SshErrorKind::SandboxClosed, why))
        }
        Some(_) | None => Ok(()),
    }
}

/// How such a port is told of.
pub fn closed_port(host: &Host) -> String {
    let Host { alias, .. } = host;
    let port = host.port;
    format!("no host had port {port} of `{alias}` when the sandbox was closed: restart the server")
}
