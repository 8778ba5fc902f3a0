//! `mcp-ssh suggest`: what the audit trail says of the policy in force, as a policy and its tests.
//!
//! Takes: files of a trail and the configuration. Gives: the rules that `mcp_ssh_suggest` proposes, on stdout or as two
//! new files. Refuses, with status 1: a configuration that does not load, a file that cannot be read or is no trail, a
//! trail in which every command is a hash, and files that are there already.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use argh::FromArgs;

use super::option_forms::path;
use super::since::since;
use super::trail_history::TrailHistory;
use super::{ExitStatus, Terminal};
use crate::clock;
use crate::config::{Host, Paths};
use crate::gate::Loaded;
use mcp_ssh_policy::HostTags;
use mcp_ssh_suggest::{SuggestContext, Suggestion};
use mcp_ssh_yaml::diagnostic::{Severity, visible};

/// Read what was recorded, and propose rules for what was denied by default and only shows state (ask), narrower rules
/// for what ran (allow), and their policy tests; list the rest, and what nothing used. Nothing is changed: copy what you
/// want.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "suggest",
    example = "mcp-ssh suggest audit.jsonl\nmcp-ssh suggest --since 7d --output proposal audit.jsonl",
    error_code(0, "the proposal is printed, or written; it may be empty"),
    error_code(
        1,
        "the configuration is wrong, or a file is no trail, has no commands or cannot be read"
    ),
    error_code(2, "the command line is wrong")
)]
pub struct SuggestArguments {
    /// only what was recorded since: 12h, 7d, 2026-01-31 or 2026-01-31T18:00 (UTC)
    #[argh(option, arg_name = "time")]
    pub since: Option<String>,
    /// write DIR/policy.yml and DIR/policy_tests.yml, which must not be there yet
    #[argh(option, arg_name = "dir", from_str_fn(path))]
    pub output: Option<PathBuf>,
    /// the files of the trail, the oldest first; - is stdin
    #[argh(positional, arg_name = "file", from_str_fn(path))]
    pub files: Vec<PathBuf>,
}

/// The tests have what an assistant wrote, as the trail does.
const MODE: u32 = 0o600;

/// Prints or writes the proposal.
pub fn suggest(paths: &Paths, options: &SuggestArguments, terminal: &mut Terminal) -> ExitStatus {
    let from = options
        .since
        .as_ref()
        .map_or(Some(0.0), |words| since(words));
    let (Some(from), false) = (from, options.files.is_empty()) else {
        terminal.error(
            "mcp-ssh: write `mcp-ssh suggest FILE…`; --since is 12h, 7d, 2026-01-31 or 2026-01-31T18:00",
        );
        return ExitStatus::USAGE;
    };
    match proposed(paths, options, from, terminal) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(faults) => {
            for fault in faults {
                terminal.error(&format!("mcp-ssh: {fault}"));
            }
            ExitStatus::FAILURE
        }
    }
}

fn proposed(
    paths: &Paths,
    options: &SuggestArguments,
    from: f64,
    terminal: &mut Terminal,
) -> Result<(), Vec<String>> {
    let (loaded, diagnostics) = Loaded::load(paths);
    let Some(loaded) = loaded else {
        let errors = diagnostics
            .iter()
            .filter(|fault| fault.severity == Severity::Error);
        return Err(errors.map(|fault| fault.headline()).collect());
    };
    let recorded = TrailHistory::read(&options.files, from).map_err(|fault| vec![fault])?;
    for note in recorded.notes() {
        let note: String = note.chars().map(visible).collect();
        terminal.error(&format!("mcp-ssh: {note}"));
    }
    if recorded.history.window().count == 0 && recorded.history.hashed() > 0 {
        return Err(vec![
            "no command can be read, so nothing is proposed".to_owned(),
        ]);
    }
    let hosts: Vec<(String, Vec<String>)> = reachable(&loaded);
    let tags = hosts.iter().map(|(alias, tags)| HostTags { alias, tags });
    let suggestion = mcp_ssh_suggest::suggest(
        &recorded.history,
        &SuggestContext {
            policy: loaded.policy(),
            source: loaded.policy_source(),
            hosts: &tags.collect::<Vec<_>>(),
            timestamp: clock::timestamp,
        },
    )
    .map_err(|fault| vec![fault.to_string()])?;
    match &options.output {
        None => print(&suggestion, terminal),
        Some(directory) => {
            let written = write(&suggestion, directory);
            written.map_err(|(path, error)| vec![unwritten(&path, &error)])?;
            terminal.error(&format!(
                "mcp-ssh: {} rules are in {}",
                suggestion.rules,
                directory.display()
            ));
        }
    }
    Ok(())
}

/// The hosts that the network does not block, with their tags: for another one no rule helps.
fn reachable(loaded: &Loaded) -> Vec<(String, Vec<String>)> {
    let permitted = |host: &Host| {
        let policy = loaded.host_policy(host);
        let jumps = loaded.jump_hosts(host).into_iter();
        let mut ways = jumps
            .map(|jump| jump.host.address())
            .chain([host.host.address()]);
        ways.all(|address| address.is_none_or(|address| policy.permits_address(address)))
    };
    let hosts = loaded
        .inventory()
        .hosts
        .iter()
        .filter(|host| permitted(host));
    let named = hosts.map(|host| {
        (
            host.alias.to_string(),
            host.tags.iter().map(ToString::to_string).collect(),
        )
    });
    named.collect()
}

/// Two documents, each named by its first line.
fn print(suggestion: &Suggestion, terminal: &mut Terminal) {
    terminal.line(&format!("# policy.yml\n{}", suggestion.policy));
    terminal.line(&format!(
        "---\n# policy_tests.yml\n{}",
        suggestion.tests.trim_end()
    ));
}

fn unwritten(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() == io::ErrorKind::AlreadyExists {
        true => format!("{path}: exists already, so nothing was written: name another directory"),
        false => format!("{path}: {error}"),
    }
}

/// Writes both files, or none.
fn write(suggestion: &Suggestion, directory: &Path) -> Result<(), (PathBuf, io::Error)> {
    fs::create_dir_all(directory).map_err(|error| (directory.to_owned(), error))?;
    let files = [
        ("policy.yml", &suggestion.policy),
        ("policy_tests.yml", &suggestion.tests),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        // Never follows a link, and never opens what is there.
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(MODE)
            .open(&path);
        let filled = file.and_then(|mut file| {
            written.push(path.clone());
            file.write_all(text.as_bytes())
        });
        if let Err(error) = filled {
            for path in &written {
                let _gone = fs::remove_file(path);
            }
            return Err((path, error));
        }
    }
    Ok(())
}
