//! The rows, by subject. Adding a program: one row in the file of its subject.

mod accounts;
mod archives;
mod capture;
mod certificates;
mod changes;
mod cloud;
mod clusters;
mod compose;
mod confinement;
mod containers;
mod databases;
mod dumps;
mod files;
mod firewall;
mod git;
mod hardware;
mod helm;
mod interfaces;
mod kubernetes;
mod languages;
mod messaging;
mod mysql;
mod network;
mod packagers;
mod packages;
mod pagers;
mod performance;
mod podman;
mod probes;
mod processes;
mod revisions;
mod rpms;
mod search;
mod servers;
mod services;
mod shares;
mod storage;
mod stores;
mod system;
mod systemd;
mod text;
mod toolchains;
mod utilities;
mod virtualization;
mod volumes;
mod web;
mod wrappers;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::row::Row;

static TABLES: &[&[Row]] = &[
    accounts::ROWS,
    archives::ROWS,
    capture::ROWS,
    certificates::ROWS,
    changes::ROWS,
    cloud::ROWS,
    clusters::ROWS,
    compose::ROWS,
    confinement::ROWS,
    containers::ROWS,
    databases::ROWS,
    dumps::ROWS,
    files::ROWS,
    firewall::ROWS,
    git::ROWS,
    hardware::ROWS,
    helm::ROWS,
    interfaces::ROWS,
    kubernetes::ROWS,
    languages::ROWS,
    messaging::ROWS,
    mysql::ROWS,
    network::ROWS,
    packagers::ROWS,
    packages::ROWS,
    pagers::ROWS,
    performance::ROWS,
    podman::ROWS,
    probes::ROWS,
    processes::ROWS,
    revisions::ROWS,
    rpms::ROWS,
    search::ROWS,
    servers::ROWS,
    services::ROWS,
    shares::ROWS,
    storage::ROWS,
    stores::ROWS,
    system::ROWS,
    systemd::ROWS,
    text::ROWS,
    toolchains::ROWS,
    utilities::ROWS,
    virtualization::ROWS,
    volumes::ROWS,
    web::ROWS,
    wrappers::ROWS,
];

/// Rows by name. Made when a rule with a wildcard first matches, not at the start.
static BY_NAME: LazyLock<HashMap<&'static str, &'static Row>> = LazyLock::new(|| {
    let names = |row: &'static Row| {
        row.names
            .split_ascii_whitespace()
            .map(move |name| (name, row))
    };
    rows().flat_map(names).collect()
});

/// All rows, in the order of the files; for those that prove or print them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// What is known of the program with this file name; a version may follow some names.
pub fn row_of(name: &str) -> Option<&'static Row> {
    if let Some(row) = BY_NAME.get(name) {
        return Some(row);
    }
    let end =
        name.find(|character: char| character.is_ascii_digit() || ".-".contains(character))?;
    let version = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let versioned = name.chars().skip(end).all(version);
    let row = BY_NAME.get(name.get(..end)?).filter(|row| row.versioned)?;
    versioned.then_some(row)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn a_name_stands_once_and_each_refusal_has_its_reason() {
        let mut names: Vec<&str> = rows()
            .flat_map(|row| row.names.split_ascii_whitespace())
            .collect();
        names.sort_unstable();
        let twice: Vec<&&str> = names
            .windows(2)
            .filter(|two| two[0] == two[1])
            .map(|two| &two[0])
            .collect();
        assert!(twice.is_empty(), "{twice:?}");
        println!("{} programs", names.len());
    }
}
