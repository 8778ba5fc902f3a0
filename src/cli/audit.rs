//! `mcp-ssh audit`: what was recorded, proved or shown.
//!
//! Takes: the name of a subcommand and its words. Gives: what the subcommand gives. Refuses: other names, by argh.

use argh::FromArgs;

use super::audit_report::{ReportArguments, report};
use super::audit_tail::{TailArguments, tail};
use super::audit_verify::{VerifyArguments, verify};
use super::{ExitStatus, Terminal};

/// Prove or show what was recorded.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "audit",
    example = "mcp-ssh audit verify audit.jsonl\nmcp-ssh audit tail -n 50 audit.jsonl\n\
               mcp-ssh audit report --html report.html audit.jsonl",
    error_code(0, "the trail is whole, or shown"),
    error_code(1, "it is not, or cannot be read"),
    error_code(2, "the command line is wrong")
)]
pub struct AuditArguments {
    #[argh(subcommand)]
    pub subcommand: AuditSubcommand,
}

#[derive(FromArgs, Debug)]
#[argh(subcommand)]
pub enum AuditSubcommand {
    Verify(VerifyArguments),
    Tail(TailArguments),
    Report(ReportArguments),
}

impl AuditArguments {
    /// Whether a page is written.
    pub fn writes_a_file(&self) -> bool {
        match &self.subcommand {
            AuditSubcommand::Report(options) => options.html.is_some(),
            AuditSubcommand::Verify(_) | AuditSubcommand::Tail(_) => false,
        }
    }
}

/// Runs the subcommand.
pub async fn audit(subcommand: AuditSubcommand, terminal: &mut Terminal) -> ExitStatus {
    match subcommand {
        AuditSubcommand::Verify(options) => verify(&options, terminal),
        AuditSubcommand::Tail(options) => tail(&options, terminal).await,
        AuditSubcommand::Report(options) => report(&options, terminal),
    }
}
