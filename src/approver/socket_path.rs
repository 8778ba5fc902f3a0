//! Where the approver's socket is, unless a policy or a flag says so.
//!
//! Takes: the environment. Gives: the path of `MCP_SSH_APPROVER`, else the one below the user's directory for sockets.
//! Refuses: a relative path.

use std::path::PathBuf;

use crate::config::Environment;

/// The approver's socket; nothing where no variable leads to one.
pub fn approver_socket(environment: &Environment) -> Option<PathBuf> {
    let path = |variable| {
        let value = environment.get(variable).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let below = || Some(path("XDG_RUNTIME_DIR")?.join("mcp-ssh/approver.sock"));
    let socket = path("MCP_SSH_APPROVER").or_else(below)?;
    socket.is_absolute().then_some(socket)
}
