//! Connections with hosts and the channels on them: the only room that names russh.
//!
//! Takes: the judged addresses of a host, and what `trust` and `login` need to know. Gives: a [`session`] that
//! is logged in, and a [`channel`] for one command. Refuses: a peer at another address, weak algorithms, and
//! whatever a server asks of us.
//!
//! ```text
//! connect     dial, check the peer, shake hands, log in
//! route       a socket, or a channel through a jump host       race      the first address that answers
//! session     a connection that is logged in                   abort_handle  what ends it
//! channel     a session channel, for one command
//! handler     what the server may ask of us: nothing
//! algorithms  what is offered, and why
//! scan        which keys a host shows
//! handle      what a login takes of russh                      keys      the types of keys and signatures
//! ```
//!
//! `handle`, `keys` and `channel` pass types of russh on under our own path: what the rest of the program
//! takes of russh is listed there.

mod abort_handle;
pub(super) mod algorithms;
pub(super) mod channel;
pub(super) mod connect;
pub(super) mod handle;
mod handler;
pub(super) mod keys;
pub(super) mod race;
pub(super) mod route;
pub(super) mod scan;
pub(super) mod session;
