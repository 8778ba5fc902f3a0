//! docs/SERVERS.md and the rows that `make interop` makes of it.
//!
//! Takes: what was seen of a server. Gives: a file for the script that writes the page. Refuses a page whose cells are not
//! those that the code expects, or that lacks a server, a reason, a version or a day.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::columns::Column;
use super::differences::{DIFFERENCES, difference};
use super::kinds::{self, Kind};

/// A cell as the page has it: what a server cannot do is told below the tables.
fn shown(cell: &str) -> &str {
    if cell.starts_with("no: ") { "no" } else { cell }
}

/// Writes the row of a server into the folder that `make interop` names.
pub fn write_row(kind: &Kind, version: &str, seen: &[(Column, String)]) {
    let Some(folder) = std::env::var_os("MCP_SSH_MATRIX_ROWS") else {
        return;
    };
    let place = kinds::all().position(|it| it.name == kind.name).unwrap();
    let cells = seen.iter().map(|(column, cell)| {
        let reason = difference(kind.name, *column).map(|it| it.reason);
        json!({
            "table": column.table(), "column": column.name(), "seen": cell, "shown": shown(cell), "reason": reason,
        })
    });
    let cells: Vec<Value> = cells.collect();
    let row = json!({
        "place": place, "server": kind.name, "origin": kind.origin, "version": version, "cells": cells,
    });
    let path = PathBuf::from(folder).join(format!("{place}.json"));
    std::fs::write(path, row.to_string()).unwrap();
}

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/SERVERS.md");
    std::fs::read_to_string(path).unwrap()
}

/// The cells of a table's line.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim().trim_matches('|');
    line.split('|').map(str::trim).collect()
}

/// The lines of the table under a heading, its own head first.
fn table<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, rest) = page.split_once(&format!("### {heading}\n")).unwrap();
    let lines = rest.lines().skip_while(|line| !line.starts_with('|'));
    let lines = lines.take_while(|line| line.starts_with('|'));
    lines.map(cells).collect()
}

/// What the table says of this server under this column.
fn said<'a>(table: &[Vec<&'a str>], server: &str, column: &str) -> &'a str {
    let at = table[0].iter().position(|name| *name == column);
    let at = at.unwrap_or_else(|| panic!("no column {column}"));
    let row = table.iter().find(|row| row[0] == server);
    row.unwrap_or_else(|| panic!("no row {server}"))[at]
}

#[test]
fn the_page_says_what_the_code_expects() {
    let page = page();
    for kind in kinds::all() {
        let server = kind.name;
        for column in Column::ALL {
            let expected = shown(super::expected(server, column));
            let table = table(&page, column.table());
            assert_eq!(
                said(&table, server, column.name()),
                expected,
                "{server}: {}",
                column.name()
            );
        }
        let table = table(&page, "Versions");
        assert_eq!(said(&table, server, "from"), kind.origin);
        assert!(said(&table, server, "version").len() > 3, "{server}");
        let day = said(&table, server, "tried on");
        assert!(day.len() == 10 && day.starts_with("20"), "{server}: {day}");
    }
    let rows = table(&page, "Versions").len();
    assert_eq!(
        rows,
        kinds::all().count() + 2,
        "a server that the code has not"
    );
}

#[test]
fn each_difference_is_of_a_server_and_has_its_reason_on_the_page() {
    let page = page();
    for (server, differences) in DIFFERENCES {
        assert!(kinds::all().any(|kind| kind.name == *server), "{server}");
        for it in *differences {
            assert_ne!(it.cell, it.column.good(), "{server}");
            assert!(page.contains(it.reason), "{server}: {}", it.reason);
        }
    }
}
