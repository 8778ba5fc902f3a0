//! The record of a connection that was made: by what it is protected.
//!
//! Takes a session that is logged in; gives its record. Refuses nothing: what is done over the connection goes on record by
//! itself, so it is done without this line, too.

use crate::audit::{Audit, ConnectionRecord, Origin};
use crate::ssh::Session;

/// Writes that a connection was made with the host of an alias, and for what.
pub fn record_connection((audit, origin): (Audit, &Origin), alias: &str, session: &Session) {
    let handshake = session.handshake();
    let written = audit.connection(&ConnectionRecord {
        alias,
        connection: session.number(),
        target_ip: session.peer(),
        server: &handshake.version,
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
