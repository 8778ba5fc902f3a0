//! How we prove who we are.
//!
//! Takes: what the configuration gives to prove it, and a connection whose host was checked. Gives: a connection
//! that is logged in. Refuses: keys and certificates that are weak or wrong, before anything is sent.
//!
//! ```text
//! identity     what the configuration gives, opened and looked at
//! private_key  the text of a file -> a key
//! steps        what can be tried, in order        auth      trying it
//! agent        the SSH agent                      signer    who signs: we or the agent
//! keyboard     a password that is asked for in words
//! ```

mod agent;
pub(super) mod auth;
pub(super) mod identity;
mod keyboard;
mod private_key;
mod signer;
mod steps;
