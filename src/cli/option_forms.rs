//! Words on the command line that are no numbers: paths, names, fingerprints.
//!
//! Takes: the word behind an option, or one that stands alone. Gives: what it names. Refuses: a word that cannot name such
//! a thing, whatever there is, and says what the option takes; this is a command line that is wrong.

use std::path::PathBuf;

use super::host_place::HostPlace;
use super::init_questions::{login_name, pasted_fingerprint};
use super::worked_policy::{WORKED_POLICIES, WorkedPolicy};
use crate::config::{Alias, Tag};

/// A file or a directory of this machine. An empty word is what a shell makes of a variable that is not set.
///
/// # Errors
/// What the option takes.
pub fn path(word: &str) -> Result<PathBuf, String> {
    match word.is_empty() {
        true => Err("takes a path, and this one is empty".to_owned()),
        false => Ok(PathBuf::from(word)),
    }
}

/// A file of a host: what it may be is for the policy to say.
///
/// # Errors
/// What the option takes.
pub fn path_of_host(word: &str) -> Result<String, String> {
    path(word)?;
    Ok(word.to_owned())
}

/// The tag of hosts.
///
/// # Errors
/// What is wrong with it.
pub fn tag(word: &str) -> Result<String, String> {
    Tag::parse(word)?;
    Ok(word.to_owned())
}

/// The alias of a host.
///
/// # Errors
/// What is wrong with it.
pub fn alias(word: &str) -> Result<String, String> {
    Alias::parse(word)?;
    Ok(word.to_owned())
}

/// Where a host is.
///
/// # Errors
/// What is wrong with it.
pub fn place(word: &str) -> Result<HostPlace, String> {
    HostPlace::read(word)
}

/// The user to log in as.
///
/// # Errors
/// What is wrong with it.
pub fn user(word: &str) -> Result<String, String> {
    login_name(word)?;
    Ok(word.to_owned())
}

/// The fingerprint of a host key.
///
/// # Errors
/// What is wrong with it.
pub fn fingerprint(word: &str) -> Result<String, String> {
    pasted_fingerprint(word).map(str::to_owned)
}

/// A policy to begin with.
///
/// # Errors
/// Which ones there are.
pub fn policy(word: &str) -> Result<&'static WorkedPolicy, String> {
    WorkedPolicy::find(word).ok_or_else(|| {
        let names = WORKED_POLICIES.iter().map(|policy| policy.name);
        let names: Vec<&str> = names.collect();
        format!(
            "there is no such policy to begin with: write one of {}",
            names.join(", ")
        )
    })
}
