//! An OpenSSH client configuration (ssh_config(5)), read for `init --from-ssh-config`.
//!
//! [`SshConfig::parse`](blocks::SshConfig::parse) takes the text of a file and gives its blocks; `settings` says what
//! holds for one host. Refuses what OpenSSH 9.2 refuses.

mod algorithms;
mod blocks;
mod condition;
mod include;
mod jump;
mod keywords;
mod line;
mod numbers;
mod reading;
mod settings;
mod tokens;

pub use blocks::{MAX_HOSTS, Place, Setting, SshConfig};
pub use jump::{JumpHop, certain_hops, command_hop};
pub use numbers::{port, seconds};
pub use settings::{Destination, LineAndReason, Proxy, Settings};
pub use tokens::expand;
