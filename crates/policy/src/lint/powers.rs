//! What an entry of a rule with `become` leaves to whoever writes the line, who then has the power of that user.
//!
//! Takes an entry. Gives a warning: sudo cannot run it; the login can write what it runs; or the wildcard chooses which
//! program runs, which files a program is given, or how a program has an effect. The knowledge base says which words are
//! such; each warning is tried on a line that the rule admits.

use mcp_ssh_knowledge::word::AdmittedWord;
use mcp_ssh_knowledge::{Around, ChosenRole, Offer, Unseen};
use mcp_ssh_knowledge::{
    chosen, is_of_shell, is_open_to_logins, offer, options_with_paths, prints_hashes, unseen,
};

use super::entry::{LintEntry, subject_of};
use super::{guarded, reach};
use crate::decide::admission;
use crate::matching::argument::ProgramCall;
use crate::matching::grants;
use crate::rules::become_user::BecomeUser;
use crate::rules::rule::{Action, Escapes};

/// A file that no rule means: if a wildcard takes it, the wildcard takes every file.
const ANY_FILE: &str = "/etc/shadow";

/// What a wildcard is tried with: a file; a program with a file, behind what wrappers take; a command of find.
const FILLS: [&str; 5] = [
    ANY_FILE,
    "cat /etc/shadow",
    "1 cat /etc/shadow",
    "-exec cat {} +",
    "/ -exec cat {} +",
];

/// The warning about an entry of a rule with `become`, if it needs one.
pub fn of_become(entry: &LintEntry) -> Option<String> {
    let user = entry.alone.becomes.as_ref()?;
    if entry.leaves_name_open() {
        // That is an error of `check` anyway.
        return None;
    }
    let told = of_shell(entry)
        .or_else(|| of_login(entry, user))
        .or_else(|| reach::of_login(entry, user));
    told.or_else(|| {
        let allows = entry.alone.action == Action::Allow && !entry.is_literal();
        let free = || wildcard(entry, user).or_else(|| reach::of_root(entry, user));
        allows.then(free).flatten()
    })
}

/// An entry whose program is a command of the shell, or looks like a variable.
fn of_shell(entry: &LintEntry) -> Option<String> {
    let spelled = entry.spelled();
    let name = spelled.first()?;
    let why = match name {
        name if is_of_shell(name) => "is a command of the shell",
        // No line of it is granted: see `becoming`.
        name if name.contains('=') => "is a variable to sudo",
        _ => return None,
    };
    Some(format!(
        "`{}` with `become` can never do anything: `{name}` {why}, and sudo runs programs; name a program, or remove it",
        entry.shown
    ))
}

/// An entry whose program, or script, stands where the login can probably write.
fn of_login(entry: &LintEntry, user: &BecomeUser) -> Option<String> {
    let line = entry.lines("x").into_iter().next()?;
    let subject = subject_of(&line)?;
    let spelled = entry.spelled();
    let own = format!("/home/{user}/");
    let is_open = |path: &&str| {
        let said = path.starts_with('/') || spelled.iter().any(|word| word == path);
        said && is_open_to_logins(path) && !path.starts_with(&own)
    };
    let mut run = subject.commands().flat_map(run_by);
    let path = run.find(is_open)?;
    Some(format!(
        "`{path}` stands where the login can probably write, so the login says what runs as `{user}`: move it to a \
         place where only root writes, such as /usr/local/sbin, and spell its path"
    ))
}

/// The files that a command runs: its program, where that is a path, and its script.
fn run_by(command: &ProgramCall) -> impl Iterator<Item = &str> {
    let words = grants::by_name(&command.arguments);
    let script = match unseen(&words, Around::default(), false) {
        Some(Unseen::Script(index)) if index > 0 => command.arguments.get(index),
        Some(Unseen::Script(_) | Unseen::Pipe | Unseen::Elsewhere) | None => None,
    };
    let program = command.arguments.first();
    let program = program.filter(|word| word.plain().contains('/'));
    let plain: Vec<&str> = words.iter().map(AdmittedWord::text).collect();
    let script = script.filter(|word| !word.plain().starts_with('-') && !prints_hashes(&plain));
    program.into_iter().chain(script).map(|word| word.plain())
}

/// What the wildcard of an entry leaves to whoever writes the line.
fn wildcard(entry: &LintEntry, user: &BecomeUser) -> Option<String> {
    let shown = &entry.shown;
    if entry.chooses_program() {
        return Some(format!(
            "`{shown}` lets the caller choose which program runs as `{user}`: name each program"
        ));
    }
    if entry.alone.escapes == Escapes::Allowed
        && let Some(program) = guarded::any_option(entry)
    {
        return Some(format!(
            "`escapes: allow` lets the wildcard of `{shown}` admit any word of `{program}` as `{user}`: nobody is asked \
             what that reads, writes or runs; spell the words out"
        ));
    }
    let begun = entry.begun();
    let words: Vec<&str> = begun.iter().map(String::as_str).collect();
    let options = options_with_paths(&words).into_iter();
    let options = options.map(|option| format!("{option} {ANY_FILE}"));
    let fills = FILLS.map(str::to_owned).into_iter().chain(options);
    let mut tried = fills.flat_map(|fill| entry.lines(&fill));
    tried.find_map(|line| choice(entry, user, &line))
}

/// What the caller chooses in a line, if the rule admits the line.
fn choice(entry: &LintEntry, user: &BecomeUser, line: &str) -> Option<String> {
    let subject = subject_of(line)?;
    let words = admission::admitted_words(&entry.alone, &subject)?;
    let is_free = |word: &AdmittedWord| !word.is_spelled() && !word.piece().is_begun();
    let choices = chosen(&words).into_iter();
    let mut free = choices.filter(|its| words.get(its.index).is_some_and(is_free));
    let any = |index: usize| {
        let word = words.get(index);
        word.is_some_and(|word| word.text().starts_with(ANY_FILE))
    };
    let choice = free.find(|its| its.role == ChosenRole::Program || any(its.index))?;
    let (shown, program) = (&entry.shown, choice.program);
    Some(match choice.role {
        ChosenRole::Program => format!(
            "`{shown}` lets the caller choose a program that `{program}` runs as `{user}`, and its files: name the program"
        ),
        ChosenRole::Path => format!(
            "`{shown}` lets the caller give `{program}` any file there is, as `{user}`: spell the files, or their \
             directory in an item of `argv`"
        ),
        ChosenRole::Unknown => format!(
            "`{shown}` lets the caller give `{program}` any path, and nobody knows what it does with that as `{user}`: \
             spell the words out"
        ),
    })
}

/// A program with an effect, or with such subcommands, of which the entry spells no more than the name and options.
pub fn effect(entry: &LintEntry) -> Option<String> {
    let user = entry.alone.becomes.as_ref()?;
    if entry.is_literal() || entry.leaves_name_open() || entry.alone.action != Action::Allow {
        return None;
    }
    let begun = entry.begun();
    let words: Vec<&str> = begun.iter().map(String::as_str).collect();
    let Offer::Row {
        command,
        effect,
        subcommands,
        ..
    } = offer(&words)
    else {
        return None;
    };
    let is_program = |word: &&str| word.rsplit('/').next() == Some(command.as_str());
    let behind = words.iter().rposition(is_program)? + 1;
    // In `argv` the word that a wildcard goes on with is none of `begun`.
    let going_on = entry.begun_word();
    let going_on = Some(going_on.as_str()).filter(|word| !word.is_empty() && !entry.is_over_text());
    let mut options = words.iter().skip(behind).copied().chain(going_on);
    if !options.all(|word| word.starts_with('-')) {
        return None;
    }
    let shown = &entry.shown;
    match effect {
        Some(effect) => Some(format!(
            "`{command}` {effect}: as `{user}` it is to do what the rule says, so spell the words out where `{shown}` \
             has a wildcard"
        )),
        None if subcommands.is_empty() => None,
        None => Some(format!(
            "`{shown}` does not say what `{command}` does as `{user}`: it grants each subcommand that only looks, and no \
             other; spell the subcommand"
        )),
    }
}
