//! The binary: hands the command line to `cli` and exits with what it says.

use mcp_ssh::gate::Gate;

fn main() -> std::process::ExitCode {
    let directory = std::env::var("MCP_SSH_CONFIG_DIR").unwrap_or("/app/config".to_owned());
    match mcp_ssh::runtime::block_on(mcp_ssh::server::serve(Gate::open(directory))) {
        Ok(Ok(())) => std::process::ExitCode::SUCCESS,
        _ => std::process::ExitCode::FAILURE,
    }
}
