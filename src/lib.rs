//! The map of the program. Floors, lowest first; a file imports only from floors below it, or its own folder.
//!
//! ```text
//! F0  mcp_ssh_yaml  secret  clock  cancel  runtime  sandbox  process_name  kept_out
//! F1  rpc             JSON-RPC 2.0 over stdio
//! F2  mcp_ssh_policy  what may run                   config who and where
//! F3  ssh     runs a command      audit   writes the records      approver  reaches the program that asks a person
//! F4  mcp_ssh_suggest  what a history says of a policy
//!     gate    ONE command from request to record; read gate/run.rs first
//! F5  mcp     the Model Context Protocol             cli    the subcommands
//! F6  server  stdin to stdout, signals, shutdown
//! ```
//!
//! `mcp_ssh_policy` and `config` do not know each other; nor do `ssh`, `audit` and `approver`. `gate/permit.rs` and
//! `gate/execute.rs` join them: the security of the program is the order of the steps there. The crates
//! `mcp_ssh_policy`, `mcp_ssh_yaml` and those below them are in `crates/`. `tests/house` checks who imports whom.

#![cfg_attr(alloc_error_hook, feature(alloc_error_hook))]

pub mod approver;
pub mod audit;
pub mod cancel;
pub mod cli;
pub mod clock;
pub mod config;
pub mod gate;
pub mod kept_out;
pub mod mcp;
pub mod process_name;
pub mod rpc;
pub mod runtime;
pub mod sandbox;
pub mod secret;
pub mod server;
pub mod ssh;
