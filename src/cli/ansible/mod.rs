//! An inventory of Ansible, read for `init --from-ansible`.
//!
//! [`import`] takes a file's name and text, who is asking, and what stands in the inventory already; gives the entries
//! of servers.yml and credentials.yml, the key files to copy, and what is told. Groups become tags. Refuses what Ansible
//! refuses, and what only Ansible can read: `ansible-inventory --list` prints it as JSON.

mod arguments;
mod file;
mod found;
mod groups;
mod ini;
mod json;
mod pattern;
mod routes;
mod variables;
mod words;
mod yaml;

use std::collections::HashMap;

use super::import::{
    Import, ImportedEntries, LocalUser, Notes, PresentHosts, SourceWords, Topic, adapted,
};
use crate::config::{Alias, Tag};
use groups::ResolvedHost;
use routes::NamedHost;
use variables::assigns_secret;

pub use file::text_of;

/// What an inventory calls the user and the key.
const ANSIBLE_WORDS: SourceWords = SourceWords {
    user: "ansible_user",
    key: "ansible_ssh_private_key_file",
};

/// Takes the hosts over.
///
/// # Errors
/// The first line that Ansible would refuse, too, without a secret.
pub fn import(
    name: &str,
    text: &str,
    asker: &LocalUser,
    standing: &PresentHosts,
) -> Result<Import, String> {
    let refused = |(line, why): (usize, String)| format!("{name}:{line}: {why}");
    let mut notes = Notes::default();
    let mut inventory = file::read(name, text)?;
    let shown = |place: super::ssh_config::Place| format!("{name}:{}", place.line);
    for (line, why) in &inventory.passed_over {
        notes.line(shown, found::place(*line), why);
    }
    let hosts = inventory.resolved().map_err(refused)?;
    let hosts = named_hosts(&hosts, asker, &mut notes);
    let present = hosts
        .iter()
        .filter(|host| standing.has(&host.alias))
        .count();
    let mut entries = ImportedEntries::new(standing, &ANSIBLE_WORDS);
    for host in routes::route(hosts, standing, &mut notes) {
        entries.add(host, asker, &mut notes);
    }
    let mut import = entries.finish();
    import.present = present;
    import.told = notes.lines(shown);
    Ok(import)
}

/// The hosts that can be said exactly, under their aliases.
fn named_hosts(hosts: &[ResolvedHost<'_>], asker: &LocalUser, notes: &mut Notes) -> Vec<NamedHost> {
    let mut named = Vec::new();
    let mut aliases: HashMap<String, &str> = HashMap::new();
    let mut tags: HashMap<&str, Option<String>> = HashMap::new();
    for host in hosts {
        let place = found::place(host.line);
        if assigns_secret(host.name) {
            // A line of variables that stands among hosts: no alias is made of a password.
            let why = "a host whose name gives a secret is left out: a line of `[GROUP:vars]` that stands below `[GROUP]`?";
            notes.line(|_| String::new(), place, why);
            continue;
        }
        let alias = adapted(host.name);
        let left_out = |notes: &mut Notes, place, why: &str| {
            notes.host(Topic::LeftOut, place, host.name, why);
        };
        if let Err(fault) = Alias::parse(&alias) {
            left_out(notes, place, &format!("the alias {fault}"));
            continue;
        }
        if aliases
            .insert(alias.to_ascii_lowercase(), host.name)
            .is_some()
        {
            left_out(
                notes,
                place,
                "another host has this alias, or one with letters in another case",
            );
            continue;
        }
        let found = match found::find(host, &alias, asker, notes) {
            Ok(found) => found,
            Err((place, why)) => {
                left_out(notes, place, &why);
                continue;
            }
        };
        if alias != host.name {
            let why = format!("is called `{}` in the inventory", host.name.escape_debug());
            notes.host(Topic::Taken, place, &alias, &why);
        }
        let mut own = Vec::new();
        for group in &host.groups {
            let tag = tags
                .entry(group)
                .or_insert_with(|| tag(group, host.line, notes));
            own.extend(tag.clone().filter(|tag| !own.contains(tag)));
        }
        named.push(NamedHost {
            name: Some(host.name.to_owned()),
            alias,
            found,
            tags: own,
        });
    }
    named
}

/// The tag that a group becomes.
fn tag(group: &str, line: usize, notes: &mut Notes) -> Option<String> {
    let tag = adapted(group);
    let shown = group.escape_debug();
    let place = found::place(line);
    if assigns_secret(group) {
        let why = "a group whose name gives a secret becomes no tag";
        notes.line(|_| String::new(), place, why);
        return None;
    }
    if let Err(fault) = Tag::parse(&tag) {
        let why = format!("the group `{shown}` becomes no tag: it {fault}");
        notes.line(|_| String::new(), place, &why);
        return None;
    }
    if tag != group {
        let why = format!("the group `{shown}` becomes the tag `{tag}`");
        notes.line(|_| String::new(), place, &why);
    }
    Some(tag)
}
