//! The map. Floors, lowest first; a file imports only from floors below it, or its own folder.
//!
//! ```text
//! F0  diagnostic  quotable  secret  clock  cancel  yaml  runtime  sandbox  process_name
//! F1  shell   string -> CommandLine -> string        rpc    JSON-RPC 2.0 over stdio
//! F2  policy  what may run                           config who and where
//! F3  ssh     how it runs                            audit  what is written down
//! F4  gate    ONE command from request to record; read gate/run.rs first
//! F5  mcp     the Model Context Protocol             cli    the subcommands
//! F6  server  stdin to stdout, signals, shutdown
//! ```
//!
//! `shell` and `rpc` are strangers; so are `policy` and `config`, `ssh` and `audit`:
//! `gate/run.rs` joins them. `tests/house.rs` holds the walls up.

pub mod audit;
pub mod cancel;
pub mod cli;
pub mod clock;
pub mod config;
pub mod diagnostic;
pub mod gate;
pub mod mcp;
pub mod policy;
pub mod process_name;
pub mod quotable;
pub mod rpc;
pub mod runtime;
pub mod sandbox;
pub mod secret;
pub mod server;
pub mod shell;
pub mod ssh;
pub mod yaml;
