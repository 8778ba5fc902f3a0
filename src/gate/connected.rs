//! The record of a connection that was made: by what it is protected.
//!
//! Takes a session that is logged in; gives its record. Keeps the secrets of the login out of it: a host that knows one may
//! name itself by it. Refuses nothing: what is done over the connection goes on record by itself, so it is done without
//! this line, too.

use crate::audit::{Audit, ConnectionRecord, Origin};
use crate::secret::Secret;
use crate::ssh::{Session, Stream};

use super::redact::{EndOfStream, Redactor};

/// Writes that a connection was made with the host of an alias, and for what; `secrets` are those of its login.
pub fn record_connection(
    (audit, origin): (Audit, &Origin),
    alias: &str,
    session: &Session,
    secrets: &[Secret],
) {
    let handshake = session.handshake();
    let named = std::iter::once((Stream::Out, handshake.version.as_bytes()));
    let server = Redactor::new(secrets.iter()).show(named, EndOfStream::Final);
    let written = audit.connection(&ConnectionRecord {
        alias,
        connection: session.number(),
        target_ip: session.peer(),
        server: &server.out,
        kex: &handshake.kex,
        cipher: &handshake.cipher,
        mac: &handshake.mac,
        host_key: &handshake.host_key,
        post_quantum: handshake.is_post_quantum(),
        origin,
    });
    if let Err(fault) = written {
        log::error!("{fault}");
    }
}
