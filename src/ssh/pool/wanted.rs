//! What a caller of the pool asks for.
//!
//! Gives: [`WantedConnection`], a host's alias with the key and the addresses that its connection must have. Nothing is
//! checked here: `host` compares it with the connections that there are.

use std::net::IpAddr;
use std::time::Duration;

/// What to connect to.
pub struct WantedConnection<'a, K> {
    /// The host's alias.
    pub alias: &'a str,
    /// All that makes its connection what it is, but its address: another key, another connection.
    pub key: K,
    /// The addresses at which it may be.
    pub addresses: &'a [IpAddr],
    /// How long it may be idle before it is closed.
    pub idle_limit: Duration,
    /// How long a new connection may take to open a channel.
    pub answer_limit: Duration,
}
