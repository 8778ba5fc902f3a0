//! Judges command lines under a policy:
//! `cargo run -p mcp-ssh-policy --example judge -- policy.yml web-1 'df -h' 'rm -rf /'`.

use std::process::ExitCode;

use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::Source;

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it gives"
)]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(alias)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: judge POLICY ALIAS COMMAND...");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let policy = match Policy::load(&Source::new(&path, &text)) {
        Ok((policy, _warnings)) => policy,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            return ExitCode::FAILURE;
        }
    };
    let host = policy.for_host(&alias, &[] as &[&str]);
    for line in arguments {
        let decision = host.judge(&line);
        match decision.denial() {
            None => println!("{:?}: {line}", decision.verdict()),
            Some(denial) => println!("{:?}: {line}\n    {}", decision.verdict(), denial.why),
        }
    }
    ExitCode::SUCCESS
}
