//! The whole way: an MCP client's line, or a person's words, to a command on a real OpenSSH
//! server and back, with its records.

mod addresses;
mod approvals;
mod check;
mod cli;
mod digests;
mod directory;
mod dropbear;
mod ending;
pub mod fanout;
mod fanout_cli;
mod file_tests;
mod folding;
mod keyscan;
mod login_shell;
mod logins;
mod long_output;
mod one_command;
mod output;
mod plan_file;
mod progress;
pub mod records;
mod reload;
mod reload_all;
mod reuse;
mod revoked;
mod running;
mod running_on;
mod secrecy;
pub mod site;
mod suggest;
mod tasks;
mod terminal_ends;
mod timeouts;
mod unfit;
mod unquoted;
mod watched;
