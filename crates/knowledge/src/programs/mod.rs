//! The rows, by subject. Adding a program: one row in the file of its subject.

mod archives;
mod capture;
mod certificates;
mod clusters;
mod databases;
mod files;
mod firewall;
mod interfaces;
mod messaging;
mod mysql;
mod network;
mod probes;
mod search;
mod stores;
mod web;
mod wrappers;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::row::Row;

static TABLES: &[&[Row]] = &[
    archives::ROWS,
    capture::ROWS,
    certificates::ROWS,
    clusters::ROWS,
    databases::ROWS,
    files::ROWS,
    firewall::ROWS,
    interfaces::ROWS,
    messaging::ROWS,
    mysql::ROWS,
    network::ROWS,
    probes::ROWS,
    search::ROWS,
    stores::ROWS,
    web::ROWS,
    wrappers::ROWS,
];

/// Rows by name. Made when a rule with a wildcard first matches, not at the start.
static BY_NAME: LazyLock<HashMap<&'static str, &'static Row>> = LazyLock::new(|| {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    let names = |row: &'static Row| row.names.split_ascii_whitespace().map(move |name| (name, row));
    rows.flat_map(names).collect()
});

/// What is known of the program with this file name; a version may follow some names.
pub fn row_of(name: &str) -> Option<&'static Row> {
    if let Some(row) = BY_NAME.get(name) {
        return Some(row);
    }
    let end = name.find(|character: char| character.is_ascii_digit() || ".-".contains(character))?;
    let version = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let versioned = name.chars().skip(end).all(version);
    let row = BY_NAME.get(name.get(..end)?).filter(|row| row.versioned)?;
    versioned.then_some(row)
}
