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
mod page;
mod running;
mod small;
mod stand;

use columns::Column;
use differences::difference;
use kinds::{FURTHER, Kind, QUICK};
use stand::Stand;

/// What the cell of this server shall be.
fn expected(server: &str, column: Column) -> &'static str {
    difference(server, column).map_or(column.good(), |it| it.cell)
}

/// Asks one server for all of it.
fn try_out(kind: &'static Kind) {
    let mut stand = Stand::start(kind);
    let seen = Column::ALL.map(|column| (column, column.seen(&mut stand)));
    let faults = seen.iter().filter_map(|(column, seen)| {
        let expected = expected(kind.name, *column);
        let fault = || format!("{}: {seen}, not {expected}", column.name());
        (seen != expected).then(fault)
    });
    let faults: Vec<String> = faults.collect();
    let (name, version) = (kind.name, &stand.running.version);
    assert!(
        faults.is_empty(),
        "{name}: {version}\n{}",
        faults.join("\n")
    );
    page::write_row(kind, version, &seen);
}

/// A test for each server, so that they run side by side.
macro_rules! tests {
    ($kinds:ident: $($(#[$how:meta])* $name:ident $at:literal)*) => {
        $(#[test] $(#[$how])* fn $name() { try_out(&$kinds[$at]); })*
    };
}

tests!(QUICK: openssh_of_this_debian 0 openssh_like_of_2016 1 dropbear 2 asyncssh 3 paramiko 4 appliance_of_a_network 5);

tests!(FURTHER:
    #[ignore = "needs a server of another origin: `make interop`"] openssh_of_debian_11 0
    #[ignore = "needs a server of another origin: `make interop`"] newest_openssh 1
    #[ignore = "needs a server of another origin: `make interop`"] newest_dropbear 2
    #[ignore = "needs a server of another origin: `make interop`"] tinysshd 3
    #[ignore = "needs a server of another origin: `make interop`"] conch 4
    #[ignore = "needs a server of another origin: `make interop`"] libssh 5
    #[ignore = "needs a server of another origin: `make interop`"] erlang 6
    #[ignore = "needs a server of another origin: `make interop`"] ssh2 7
    #[ignore = "needs a server of another origin: `make interop`"] x_crypto 8
);
