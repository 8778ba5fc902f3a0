//! Files of a host: the client of SFTP against real servers, and against servers made to misbehave.

mod asyncssh;
mod hostile;
mod judged_path;
mod operations;
mod replace;
mod transfer;

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use mcp_ssh::cancel::Cancelled;
use mcp_ssh::ssh::{Channel, Identity, Route, Session, Sftp, SftpError};

use super::{HERE, HOST, Host, endpoint, known_hosts, never, secret};
use crate::support::account::Account;
use crate::support::dropbear::Dropbear;

/// OpenSSH's server as a program; the other one is a part of sshd.
const SFTP_SERVER: &str = "/usr/lib/openssh/sftp-server";
/// More time than any test needs.
const AMPLE: Duration = Duration::from_secs(120);

/// A host whose subsystem is this program.
fn host(subsystem: &str) -> Host {
    Host::with(|builder| builder.config(&format!("Subsystem sftp {subsystem}")))
}

async fn start(session: &Session) -> Sftp<'_> {
    try_start(session, AMPLE, &never()).await.unwrap()
}

async fn try_start<'s>(
    session: &'s Session,
    limit: Duration,
    cancelled: &Cancelled,
) -> Result<Sftp<'s>, SftpError> {
    let channel = Channel::open(session).await.unwrap();
    Sftp::start(channel, session, limit, cancelled).await
}

/// A judge that lets every path pass.
fn anything(_: &[u8]) -> Result<(), String> {
    Ok(())
}

/// The path as the host has it.
fn path(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

async fn log_in_by_password(server: &Dropbear, account: &Account) -> Session {
    let mut endpoint = endpoint(server.port);
    endpoint.username = account.name.clone();
    let identity = Identity::default().with_password(secret(&account.password));
    let lines = known_hosts(&server.known_hosts(HOST));
    let route = Route::Direct;
    Session::connect(&endpoint, &HERE, &route, &identity, &lines, &never())
        .await
        .unwrap()
}
