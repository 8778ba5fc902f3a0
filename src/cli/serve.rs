//! `mcp-ssh serve`, and `mcp-ssh stdio`, its other name.
//!
//! Takes: the common options. Gives: no more than the two names, since the binary starts the server. Refuses: other
//! words, by argh.

use argh::FromArgs;

/// Serve MCP on stdin and stdout; records go to stderr as JSON lines.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "serve",
    example = "mcp-ssh serve --config ./config",
    error_code(0, "the client is gone"),
    error_code(1, "the streams to the client failed"),
    error_code(2, "the command line is wrong")
)]
pub struct ServeArguments {}

/// Another name of serve.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "stdio",
    example = "mcp-ssh stdio",
    error_code(0, "the client is gone"),
    error_code(1, "the streams to the client failed"),
    error_code(2, "the command line is wrong")
)]
pub struct StdioArguments {}
