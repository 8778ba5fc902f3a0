//! The report on a command that was sent. Plain data: `execute` fills it in, `record` and `result` read it.

use std::net::IpAddr;

use super::login::LoginSecrets;
use super::time::TimeLimit;
use crate::ssh::CommandOutput;
use mcp_ssh_policy::{BecomeUser, Limits};

/// A command that was sent.
pub struct ExecReport {
    /// What the command printed and how it ended.
    pub output: CommandOutput,
    /// The secrets of the logins. Redaction removes them from output.
    pub secrets: LoginSecrets,
    /// The limits of the policy for the command.
    pub limits: Limits,
    /// The time that the command had.
    pub time: TimeLimit,
    /// How many bytes of output the caller had room for.
    pub output_budget: u64,
    /// The address at which the command ran.
    pub address: IpAddr,
    /// Over which connection the command was sent.
    pub connection: u64,
    /// By whom sudo was asked, where it was.
    pub sudo: Option<SudoUsers>,
}

/// The two users of a command that sudo runs.
pub struct SudoUsers {
    /// Who logs in.
    pub login: String,
    /// As whom the command runs.
    pub becomes: BecomeUser,
}
