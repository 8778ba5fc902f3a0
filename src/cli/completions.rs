//! `mcp-ssh completions SHELL`: a script that lets a shell complete this command line.
//!
//! Takes: the name of a shell, or from a script with `--words` the words up to the cursor, the last one unfinished.
//! Gives: the script, or what the last word may become, one a line. Refuses: a shell that it has no script for.

use argh::FromArgs;

use super::completion_scripts::SCRIPTS;
use super::completion_words::{Help, answers};
use super::{ExitStatus, Terminal};
use crate::config::Paths;

/// Print a script that completes commands, options, hosts and tags in a shell: bash, zsh or fish.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "completions",
    example = "mcp-ssh completions bash > ~/.local/share/bash-completion/completions/mcp-ssh\n\
               mcp-ssh completions zsh > ~/.zfunc/_mcp-ssh\n\
               mcp-ssh completions fish > ~/.config/fish/completions/mcp-ssh.fish",
    error_code(0, "it is printed"),
    error_code(2, "the command line is wrong")
)]
pub struct CompletionsArguments {
    /// print what the last word may become; the scripts call this
    #[argh(switch, hidden_help)]
    pub words: bool,
    /// the shell
    #[argh(positional, arg_name = "shell")]
    pub shell: Vec<String>,
}

/// Prints the script, or the answers.
pub fn completions(
    paths: &Paths,
    options: &CompletionsArguments,
    help: Help,
    terminal: &mut Terminal,
) -> ExitStatus {
    if options.words {
        for answer in answers(paths, help, &options.shell) {
            terminal.line(&answer);
        }
        return ExitStatus::SUCCESS;
    }
    let shell = options
        .shell
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let Some((_, script)) = SCRIPTS.iter().find(|(name, _)| *name == shell) else {
        terminal.error("mcp-ssh: write `mcp-ssh completions bash`, `zsh` or `fish`");
        return ExitStatus::USAGE;
    };
    terminal.line(script);
    ExitStatus::SUCCESS
}
