//! Connections with hosts and the channels on them: the only room that names russh.
//!
//! Takes: the judged addresses of a host, and what `trust` and `login` need to know. Gives: a [`session`] that is
//! logged in, and a [`channel`] for one command. Refuses: a peer at another address, weak algorithms, and every request
//! of a server.
//!
//! ```text
//! connect     dial, check the peer, shake hands, log in
//! route       a socket, or a channel through a jump host       race      the first address that answers
//! session     a connection that is logged in                   abort_handle  ends a connection
//! stage       how far a connection has come
//! channel     a session channel, for one command      subsystem     a channel with a subsystem
//! greeting    what a server says before its version            handshake   the error of a handshake
//! handler     refuses the requests of the server      disconnect_reason  how a connection ended, in words
//! algorithms  which algorithms are offered, and why
//! scan        which keys a host shows
//! handle      the types of russh that a login needs            keys      the types of keys and signatures
//! ```
//!
//! `handle`, `keys` and `channel` re-export types of russh under a path of this crate: they list what the rest of the
//! program uses of russh.

mod abort_handle;
pub(super) mod algorithms;
pub(super) mod channel;
pub(super) mod connect;
mod disconnect_reason;
mod greeting;
pub(super) mod handle;
mod handler;
mod handshake;
pub(super) mod keys;
pub(super) mod race;
pub(super) mod route;
pub(super) mod scan;
pub(super) mod session;
pub(super) mod stage;
pub(super) mod subsystem;

#[cfg(fuzzing)]
pub use greeting::greeting_of;
