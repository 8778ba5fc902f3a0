//! The matrix of servers: the real binary against SSH servers of many authors, asked for the same things one by one.
//!
//! Each server is started on loopback and ended by its own id. What is seen is held against what `differences` expects.
//! The servers that Debian's stable release and the tests' Python have are tried in the suite, the others by `make interop`,
//! which also writes docs/SERVERS.md.

mod appliance;
mod columns;
mod commands;
mod differences;
mod files;
mod inetd;
mod kinds;
mod library;
mod looks;
mod openssh;
mod running;
mod small;
mod stand;

use columns::Column;
use differences::difference;
use kinds::{Kind, QUICK};
use stand::Stand;

/// What the cell of this server shall be.
fn expected(server: &str, column: Column) -> &'static str {
    difference(server, column).map_or(column.good(), |it| it.cell)
}

/// Asks one server for all of it.
fn try_out(kind: &'static Kind) {
    let mut stand = Stand::start(kind);
    let mut faults = Vec::new();
    for column in Column::ALL {
        let start = std::time::Instant::now();
        let seen = column.seen(&mut stand);
        eprintln!("{} {} {:?}", column.name(), seen, start.elapsed());
        let expected = expected(kind.name, column);
        if seen != expected {
            faults.push(format!("{}: {seen}, not {expected}", column.name()));
        }
    }
    std::fs::write(format!("/tmp/hmat-logs-{}", kind.name.replace(' ', "-")), stand.running.log()).unwrap();
    let name = kind.name;
    assert!(faults.is_empty(), "{name}: {}\n{}", stand.running.version, faults.join("\n"));
}

#[test]
fn openssh_of_this_debian() {
    try_out(&QUICK[0]);
}

#[test]
fn openssh_like_of_2016() {
    try_out(&QUICK[1]);
}

#[test]
fn dropbear() {
    try_out(&QUICK[2]);
}

#[test]
fn asyncssh() {
    try_out(&QUICK[3]);
}

#[test]
fn paramiko() {
    try_out(&QUICK[4]);
}

#[test]
fn appliance_of_a_network() {
    try_out(&QUICK[5]);
}
