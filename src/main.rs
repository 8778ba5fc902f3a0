//! The binary: takes the command line, lets `cli` read it, serves or runs the subcommand, and gives the exit status.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use mcp_ssh::audit::{Audit, Echo, StderrLogger};
use mcp_ssh::cli::{ExitStatus, Invocation, Terminal, recording};
use mcp_ssh::config::Paths;
use mcp_ssh::gate::Gate;
use mcp_ssh::sandbox::LandlockReach;
use mcp_ssh::{runtime, sandbox, server};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let mut terminal = Terminal::new();
    let status = match Invocation::parse(&words, &mut terminal) {
        Err(status) => Ok(status),
        Ok(Invocation::Terminal(command)) => {
            terminal.log();
            sandbox::enter(command.filter());
            runtime::block_on(command.run(&mut terminal))
        }
        Ok(Invocation::Serve {
            paths,
            level,
            filter,
            audit_file,
        }) => {
            StderrLogger::install(level);
            sandbox::enter(filter);
            let reach = recording(audit_file.as_deref());
            record_to(audit_file);
            return serve(paths, filter.is_in_force().then_some(reach));
        }
    };
    match status.map(|status| terminal.finish(status)) {
        Ok(ExitStatus(status)) => ExitCode::from(status),
        Err(error) => {
            terminal.error(&format!("mcp-ssh: the system refuses a reactor: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Has every record go to the audit file, too. A file that cannot be used does not end the server, for the
/// client would not hear why: each call is answered with the reason, and nothing runs.
fn record_to(audit_file: Option<PathBuf>) {
    if let Some(Err(fault)) = audit_file.map(|path| Audit::use_file(path, Echo::Stderr)) {
        log::error!("nothing will be run: {fault}");
    }
}

/// Serves until the client is gone; a failure is a JSON line on stderr. All files and ports are given up but `reach` and
/// what the configuration needs.
fn serve(paths: Paths, reach: Option<LandlockReach>) -> ExitCode {
    if std::io::stdin().is_terminal() {
        log::warn!(
            "stdin is a terminal, where an MCP client has a pipe: use `docker run -i` without `-t`, or see `mcp-ssh --help`"
        );
    }
    let served = runtime::block_on(async {
        let gate = Gate::open(paths);
        gate.warn_of_others();
        if let Some(reach) = reach {
            gate.confine(reach, log::Level::Warn);
        }
        server::serve(gate).await
    });
    match served.and_then(|result| result) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!("the server ended: {error}");
            ExitCode::FAILURE
        }
    }
}
