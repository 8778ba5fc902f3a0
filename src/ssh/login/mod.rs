//! The login: how this program proves who it is.
//!
//! Takes: the keys and passwords of the configuration, and a connection whose host was checked. Gives: a connection
//! that is logged in. Refuses: keys and certificates that are weak or wrong, before anything is sent.
//!
//! ```text
//! identity     the keys and passwords, opened and checked
//! open_keys    the keys of the logins under way, each opened once
//! private_key  the text of a file -> a key
//! steps        what can be tried, in order        auth      tries the steps
//! agent        the SSH agent                      signer    signs with an open key or through the agent
//! touch        the wait for a FIDO key to be touched
//! keyboard     a password for which the server asks by a prompt; prompt_words knows such prompts
//! ```

pub(super) mod agent;
pub(super) mod auth;
pub(super) mod identity;
pub(super) mod keyboard;
pub(super) mod open_keys;
pub(super) mod private_key;
mod prompt_words;
mod signer;
mod steps;
pub(super) mod touch;
