//! The connection that a caller of the pool asks for.
//!
//! Gives: [`WantedConnection`], a host's alias with the key and the addresses that its connection must have. Checks
//! nothing: `host` compares it with the connections that are open.

use std::net::IpAddr;
use std::time::Duration;

/// The connection that is wanted.
pub struct WantedConnection<'a, K> {
    /// The host's alias.
    pub alias: &'a str,
    /// All that tells the connection from another one, but the address: a connection with another key does not serve.
    pub key: K,
    /// The addresses at which the host may be.
    pub addresses: &'a [IpAddr],
    /// How long the connection may be idle before it is closed.
    pub idle_limit: Duration,
    /// How long a new connection may take to open a channel.
    pub answer_limit: Duration,
}
