//! `mcp-ssh diff`: what a policy allows that another one does not, and the reverse, with lines that show it.
//!
//! Takes: two directories of a configuration, or two policy files. Gives: for each group of hosts the lines that are
//! decided otherwise, as text, as Markdown or as JSON. Refuses, with status 1: files that do not load.

use std::path::PathBuf;

use argh::FromArgs;

use super::diff_sides::{PolicySide, Sides};
use super::diff_view::{DiffView, Layout};
use super::option_forms::path;
use super::{ExitStatus, Terminal};

/// Show what a new policy allows that the old one did not, and the reverse, by lines that both have judged.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "diff",
    example = "mcp-ssh diff released config\n\
               mcp-ssh diff --markdown released/policy.yml config/policy.yml",
    error_code(0, "rules, deny entries, limits and hosts are the same"),
    error_code(1, "a file has a fault"),
    error_code(2, "the command line is wrong"),
    error_code(3, "they differ")
)]
pub struct DiffArguments {
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// print Markdown, for the text of a pull request
    #[argh(switch)]
    pub markdown: bool,
    /// the old directory, with policy.yml and servers.yml, or the old policy file
    #[argh(positional, arg_name = "old", from_str_fn(path))]
    pub old: PathBuf,
    /// the new one
    #[argh(positional, arg_name = "new", from_str_fn(path))]
    pub new: PathBuf,
}

/// Compares two policies.
pub fn diff(options: &DiffArguments, terminal: &mut Terminal) -> ExitStatus {
    if options.json && options.markdown {
        terminal.error("mcp-ssh: write one of `--json` and `--markdown`");
        return ExitStatus::USAGE;
    }
    let old = PolicySide::load(&options.old, terminal);
    let new = PolicySide::load(&options.new, terminal);
    let (Some(old), Some(new)) = (old, new) else {
        terminal.error("mcp-ssh: nothing was compared: mend the errors above");
        return ExitStatus::FAILURE;
    };
    let sides = Sides::of(&old, &new);
    let view = DiffView {
        comparison: &sides.compare(&old, &new),
        sides: &sides,
    };
    match (options.json, options.markdown) {
        (true, _) => terminal.json(&view.json()),
        (false, true) => terminal.line(&view.text(Layout::Markdown)),
        (false, false) => terminal.line(&view.text(Layout::Plain)),
    }
    match view.differs() {
        true => ExitStatus::DIFFERENT,
        false => ExitStatus::SUCCESS,
    }
}
