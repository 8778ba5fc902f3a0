//! The binary: hands the command line to `cli`, runs what it asks for, exits with what it says.

use std::process::ExitCode;

use mcp_ssh::cli::{ExitStatus, Invocation, Terminal};
use mcp_ssh::runtime;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let mut terminal = Terminal::new();
    let status = match Invocation::parse(&words, &mut terminal) {
        Err(status) => Ok(status),
        Ok(Invocation::Terminal(command)) => runtime::block_on(command.run(&mut terminal)),
        Ok(Invocation::Serve { .. }) => Ok(ExitStatus::FAILURE),
    };
    match status {
        Ok(ExitStatus(status)) => ExitCode::from(status),
        Err(error) => {
            terminal.error(&format!("mcp-ssh: the system refuses a reactor: {error}"));
            ExitCode::FAILURE
        }
    }
}
