//! What a word of the command line may become, for the completion scripts.
//!
//! Takes: the words up to the cursor, the last one unfinished, and the parser's own help. Gives: the words that
//! may stand there. The subcommands and options are read out of the help, so there is no list of them to keep;
//! hosts and tags come from servers.yml. Refuses nothing: what cannot be known is silence, and the shell offers
//! files.

use std::path::PathBuf;

use super::clients;
use super::completion_scripts::SCRIPTS;
use super::words::COMMON;
use crate::config::{self, Paths};

/// Gives the help of the subcommand that the words name, or of the program; nothing for other words.
pub type Help = fn(&[&str]) -> Option<String>;

/// What a command takes, as its help tells it.
#[derive(Default)]
pub(super) struct Usage {
    pub(super) commands: Vec<String>,
    /// With the name of the value, for those that have one.
    pub(super) options: Vec<(String, Option<String>)>,
    /// By the names that the usage line gives them.
    operands: Vec<String>,
}

impl Usage {
    /// Of a subcommand, or of the program. A word that is no subcommand takes nothing.
    pub(super) fn of(help: Help, words: &[&str]) -> Self {
        let text = help(words);
        text.map(|text| Self::read(&text)).unwrap_or_default()
    }

    /// Reads `Usage: mcp-ssh hosts [--tag <tag>] [--json]` and the lists below it.
    fn read(help: &str) -> Self {
        let mut usage = Self::default();
        let line = help
            .lines()
            .next()
            .unwrap_or_default()
            .replace(['[', ']'], "");
        let mut kinds: Vec<(&str, &str)> = Vec::new();
        // Each piece ends with a `<value>`, and what it belongs to stands right before it.
        for piece in line.split_inclusive('>') {
            let Some((before, kind)) = piece.trim_end_matches('>').split_once('<') else {
                continue;
            };
            match before
                .split_whitespace()
                .last()
                .filter(|word| word.len() > 2)
            {
                Some(option) if option.starts_with("--") => kinds.push((option, kind)),
                Some(_) | None => usage.operands.push(kind.to_owned()),
            }
        }
        let mut commands = false;
        for line in help.lines() {
            commands = line == "Commands:" || (commands && !line.is_empty());
            let Some(entry) = line
                .strip_prefix("  ")
                .filter(|line| !line.starts_with(' '))
            else {
                continue;
            };
            let mut words = entry.split_whitespace();
            if commands {
                usage.commands.extend(words.next().map(str::to_owned));
            } else if entry.starts_with('-') {
                let long = words.map(|word| word.trim_end_matches(','));
                let long = long.take(2).find(|word| word.starts_with("--"));
                usage.options.extend(long.map(|option| {
                    let kind = kinds.iter().find(|(own, _)| *own == option);
                    (option.to_owned(), kind.map(|(_, kind)| (*kind).to_owned()))
                }));
            }
        }
        usage
    }
}

/// What the last of the words may become.
pub fn answers(paths: &Paths, help: Help, words: &[String]) -> Vec<String> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    // zsh and fish keep `--option=value` in one word, bash makes three of it.
    let option = last
        .split_once('=')
        .filter(|(option, _)| option.starts_with("--"));
    let (prefix, begun) = match option {
        Some((option, value)) => (format!("{option}="), value),
        None => (String::new(), last.trim_start_matches('=')),
    };
    let before = before
        .iter()
        .map(String::as_str)
        .chain(option.map(|(option, _)| option));
    let before: Vec<&str> = before.flat_map(|word| word.split('=')).collect();
    let mut candidates = CursorPlace::after(&before, paths, help).candidates(begun);
    candidates.retain(|candidate| candidate.starts_with(begun));
    candidates
        .iter()
        .map(|candidate| format!("{prefix}{candidate}"))
        .collect()
}

/// Where on the command line the cursor is.
struct CursorPlace {
    help: Help,
    paths: Paths,
    program: Usage,
    subcommand: Option<Usage>,
    operands: usize,
    /// The option whose value comes now, and what it takes.
    pending: Option<(String, String)>,
    /// Behind `--` another program's words follow.
    foreign: bool,
    /// A tag was given, so that no alias follows.
    tagged: bool,
}

impl CursorPlace {
    fn after(words: &[&str], paths: &Paths, help: Help) -> Self {
        let mut cursor = Self {
            help,
            paths: paths.clone(),
            program: Usage::of(help, &[]),
            subcommand: None,
            operands: 0,
            pending: None,
            foreign: false,
            tagged: false,
        };
        for word in words.iter().filter(|word| !word.is_empty()) {
            cursor.pass(word);
        }
        cursor
    }

    fn pass(&mut self, word: &str) {
        if let Some((option, _)) = self.pending.take() {
            match option.as_str() {
                "--config" => self.paths.config = home(word),
                "--keys" => self.paths.keys = home(word),
                _ => {}
            }
        } else if word == "--" {
            self.foreign = true;
        } else if word.starts_with('-') {
            self.tagged |= word == "--tag";
            let options = self.options().find(|(option, _)| option == word);
            self.pending = options
                .cloned()
                .and_then(|(option, kind)| Some((option, kind?)));
        } else if self.subcommand.is_none() {
            self.subcommand = Some(Usage::of(self.help, &[word]));
        } else {
            self.operands += 1;
        }
    }

    /// The subcommand's own, and those that may stand anywhere; before it, the program's.
    fn options(&self) -> impl Iterator<Item = &(String, Option<String>)> {
        let anywhere = |option: &&(String, Option<String>)| {
            self.subcommand.is_none() || COMMON.contains(&option.0.as_str())
        };
        let own = self.subcommand.iter().flat_map(|usage| &usage.options);
        own.chain(self.program.options.iter().filter(anywhere))
    }

    fn candidates(&self, begun: &str) -> Vec<String> {
        let kind = match (&self.pending, &self.subcommand) {
            _ if self.foreign => return Vec::new(),
            (Some((_, kind)), _) => Some(kind),
            _ if begun.starts_with('-') => {
                return self.options().map(|(option, _)| option.clone()).collect();
            }
            (None, None) => return self.program.commands.clone(),
            (None, Some(usage)) => usage.operands.get(self.operands),
        };
        match kind.map(String::as_str) {
            Some("tag") => inventory(&self.paths, Names::Tags),
            Some("alias -- command...") if !self.tagged => inventory(&self.paths, Names::Aliases),
            Some("client") => clients::names().map(str::to_owned).collect(),
            Some("shell...") => SCRIPTS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            Some(_) | None => Vec::new(),
        }
    }
}

/// A directory as it is typed: the shell has not yet put the home directory in the place of `~`.
fn home(word: &str) -> PathBuf {
    let home = word.strip_prefix("~/").zip(std::env::var_os("HOME"));
    home.map_or_else(
        || word.into(),
        |(rest, home)| PathBuf::from(home).join(rest),
    )
}

enum Names {
    Aliases,
    Tags,
}

/// The names in servers.yml, also when the policy has a fault.
fn inventory(paths: &Paths, wanted: Names) -> Vec<String> {
    let Some(inventory) = config::load(paths).inventory else {
        return Vec::new();
    };
    let hosts = inventory.hosts.iter();
    let mut names: Vec<String> = match wanted {
        Names::Aliases => hosts.map(|host| host.alias.to_string()).collect(),
        Names::Tags => hosts
            .flat_map(|host| host.tags.iter().map(ToString::to_string))
            .collect(),
    };
    names.sort_unstable();
    names.dedup();
    names
}
