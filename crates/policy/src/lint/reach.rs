//! What an entry of a rule with `become` hands to the login, which has the power of that user then.
//!
//! Takes an entry. Gives a warning: a program is given a file in whose place the login can put a link; or it does what its
//! working directory says, which is the home of the login; or the wildcard, behind a path that the rule begins,
//! reaches a file that only root reads. Each is tried on a line that the rule admits.

use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{ChosenRole, ROOT_FILES, by_working_directory, given};
use mcp_ssh_knowledge::{is_open_to_logins, names_only, prints_hashes};

use super::entry::{LintEntry, subject_of};
use crate::decide::admission;
use crate::matching::argument::ProgramCall;
use crate::rules::become_user::BecomeUser;
use crate::wrappers::subject::Subject;

/// Programs that change the name that they are given: where that is a link, they leave alone to what it leads.
const OF_NAMES: [&str; 4] = ["rm", "rmdir", "unlink", "mkdir"];

/// What the login says of what runs, or of the files that it is given.
pub fn of_login(entry: &LintEntry, user: &BecomeUser) -> Option<String> {
    let lines = entry.lines("x");
    let mut admitted = lines.iter().filter_map(|line| admitted(entry, line));
    admitted.find_map(|(subject, words)| {
        let by_directory = || working_directory(&subject, user);
        link(entry, user, &words).or_else(by_directory)
    })
}

/// A line that the entry admits: what it is, and its words.
fn admitted(entry: &LintEntry, line: &str) -> Option<(Subject, Vec<AdmittedWord>)> {
    let subject = subject_of(line)?;
    let words = admission::admitted_words(&entry.alone, &subject)?;
    Some((subject, words))
}

/// A file that a program is given, where the login can put a link.
fn link(entry: &LintEntry, user: &BecomeUser, words: &[AdmittedWord]) -> Option<String> {
    let own = format!("/home/{user}/");
    let is_open = |program: &str, role: ChosenRole, word: &AdmittedWord| {
        let path = path_in(word.text());
        let parent = path.rsplit_once('/').map_or("x", |(parent, _)| parent);
        let place = match word.is_spelled() && OF_NAMES.contains(&program) {
            true => parent,
            false => path,
        };
        let is_path = path.starts_with('/') || role == ChosenRole::Path && !path.contains(':');
        let said = word.is_spelled() || word.piece().is_begun();
        said && is_path && path != "-" && is_open_to_logins(place) && !path.starts_with(&own)
    };
    let mut files = given(words).into_iter();
    let found = files.find(|its| {
        let word = words.get(its.index);
        word.is_some_and(|word| is_open(&its.program, its.role, word))
    })?;
    Some(format!(
        "what `{}` is given in `{}` stands where the login can probably write: a link there leads to any file there is, as \
         `{user}`; spell a place where only root writes",
        found.program, entry.shown
    ))
}

/// The path in a word that may begin with an option.
fn path_in(word: &str) -> &str {
    match (word.starts_with('-'), word.split_once('=')) {
        (true, Some((_, value))) => value,
        (true, None) => word.get(2..).unwrap_or(word),
        (false, _) => word,
    }
}

/// A program that does what its working directory says, unless the command goes elsewhere before.
fn working_directory(subject: &Subject, user: &BecomeUser) -> Option<String> {
    let plain = |command: &ProgramCall| -> Vec<String> {
        let words = command.arguments.iter();
        words.map(|word| word.plain().to_owned()).collect()
    };
    let commands: Vec<Vec<String>> = subject.commands().map(plain).collect();
    let goes = |command: &Vec<String>| {
        let mut words = command.iter();
        let name = words.next().map_or("", String::as_str);
        let elsewhere = |path: &String| path.starts_with('/') && !is_open_to_logins(path);
        ["cd", "env"].contains(&name) && words.any(|word| elsewhere(&path_of_chdir(name, word)))
    };
    if commands.iter().any(goes) {
        return None;
    }
    let (name, why) = commands.iter().find_map(|command| {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        by_working_directory(&words)
    })?;
    Some(format!(
        "`{name}` {why}, in the directory in which it starts: under sudo that is the home of the login, so the login says what \
         runs as `{user}`; spell a directory or a file where only root writes"
    ))
}

/// The directory that a word of cd, or of env, may name.
fn path_of_chdir(name: &str, word: &str) -> String {
    let value = word.strip_prefix("--chdir=").or(word.strip_prefix("-C"));
    value.filter(|_| name == "env").unwrap_or(word).to_owned()
}

/// A file that only root reads, behind a path that the entry begins, or in a database.
pub fn of_root(entry: &LintEntry, user: &BecomeUser) -> Option<String> {
    let shown = &entry.shown;
    let told = |program: &str, what: &str| {
        format!(
            "`{shown}` lets `{program}` show {what} as `{user}`, which only root reads: spell the files, or name more of the path"
        )
    };
    let begun = entry.begun_word();
    let files = ROOT_FILES.into_iter().filter(|_| !begun.is_empty());
    let shows = |file: &str| {
        let fill = file.strip_prefix(begun.as_str())?;
        let (_, words) = admitted(entry, entry.lines(fill).first()?)?;
        let its = given(&words).into_iter().find(|its| {
            let is_file = words.get(its.index).is_some_and(|word| word.text() == file);
            is_file && !names_only(&its.program)
        })?;
        Some(told(&its.program, &format!("`{file}`")))
    };
    files.into_iter().find_map(shows).or_else(|| {
        let lines = entry.lines("").into_iter().chain(entry.lines(" root"));
        let mut commands = lines.filter_map(|line| admitted(entry, &line));
        let prints = commands.any(|(_, words)| {
            let words: Vec<&str> = words.iter().map(AdmittedWord::text).collect();
            prints_hashes(&words)
        });
        prints.then(|| told("getent", "hashes of passwords"))
    })
}
