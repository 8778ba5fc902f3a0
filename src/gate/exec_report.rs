//! What is known of a command that was sent.

use std::net::IpAddr;

use super::login::LoginSecrets;
use super::time::TimeLimit;
use crate::ssh::CommandOutput;
use mcp_ssh_policy::Limits;

/// A command that was sent.
pub struct ExecReport {
    /// What it printed and how it ended.
    pub output: CommandOutput,
    /// The secrets of the logins. Redaction removes them from output.
    pub secrets: LoginSecrets,
    /// The limits it ran under.
    pub limits: Limits,
    /// The time that it had.
    pub time: TimeLimit,
    /// Bytes of output that the caller had room for.
    pub output_budget: u64,
    /// Where it ran.
    pub address: IpAddr,
}
