//! Servers that are made of an SSH library by a program in `servers/`.
//!
//! Takes: the program, who visits. Gives: the running server. Refuses to go on when the program does not say its port, and
//! names the script that brings what it needs.
//!
//! A program is told the password and the public key of the visitor by its environment. On its first line it prints its
//! port, its host key as `TYPE BASE64`, and which version of the library it is. To the user `keyboard` it offers to be asked
//! in words alone, to others a password and a key; one that cannot tell users apart prints `PORT,PORT`, the second for that
//! user. It ends with its
//! input, should the test be gone.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::running::{Running, Visitor, Way};
use super::small::made;
use crate::support::transcript::python;

/// Is ended by its own id.
struct LibraryProgram {
    child: Child,
    _folder: TempDir,
}

impl Drop for LibraryProgram {
    fn drop(&mut self) {
        // One that is gone already is as good.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// What a library offers.
const ALL_WAYS: [Way; 3] = [Way::Key, Way::Password, Way::Keyboard];

/// The server that this command starts.
fn started(mut command: Command, visitor: &Visitor, ways: &[Way]) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let child = command
        .env("MATRIX_PASSWORD", &visitor.password)
        .env("MATRIX_USER", &visitor.user)
        .env("MATRIX_KEY", &visitor.key.public)
        .env("MATRIX_FOLDER", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn();
    let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}: run `make interop`"));
    let mut program = LibraryProgram {
        child,
        _folder: folder,
    };
    let mut line = String::new();
    let mut output = BufReader::new(program.child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let read = move || String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned();
    let words: Vec<&str> = line.trim().splitn(4, ' ').collect();
    let [ports, kind, key, version] = words[..] else {
        panic!(
            "{command:?} says {line:?} and {}: run `make interop`",
            read()
        );
    };
    let (plain, asking) = ports.split_once(',').unwrap_or((ports, ports));
    let door = |way: &Way| match way {
        Way::Keyboard => (*way, asking.parse().unwrap(), "keyboard"),
        Way::Key | Way::Password => (*way, plain.parse().unwrap(), visitor.user.as_str()),
    };
    let doors: Vec<_> = ways.iter().map(door).collect();
    Running::new(&doors, vec![format!("{kind} {key}")], read, program).named(version)
}

fn script(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(path(name));
    command
}

fn path(name: &str) -> String {
    format!(
        "{}/tests/interop/servers/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// asyncssh, as its documentation serves commands and files.
pub fn asyncssh(visitor: &Visitor) -> Running {
    started(script("asyncssh_matrix.py"), visitor, &ALL_WAYS).rekeying("Completed key exchange")
}

/// paramiko, as its documentation serves commands and files.
pub fn paramiko(visitor: &Visitor) -> Running {
    started(script("paramiko_matrix.py"), visitor, &ALL_WAYS).rekeying("Switch to new keys")
}

/// Twisted Conch's own server for accounts of the system.
pub fn conch(visitor: &Visitor) -> Running {
    let mut command = Command::new(made("conch/bin/python"));
    command.arg(path("conch_matrix.py"));
    started(command, visitor, &[Way::Key, Way::Password])
}

/// ssh2 of npm.
pub fn ssh2(visitor: &Visitor) -> Running {
    let mut command = Command::new(made("node/bin/node"));
    command.arg(path("ssh2_matrix.js"));
    command.env("MATRIX_NODE", made("node"));
    started(command, visitor, &ALL_WAYS).rekeying("new keys")
}

/// golang.org/x/crypto/ssh, which signs once at each key exchange.
pub fn x_crypto(visitor: &Visitor) -> Running {
    let mut command = Command::new(made("x_crypto/x_crypto_matrix"));
    command.env("MATRIX_VERSION", read_line("x_crypto/version"));
    started(command, visitor, &ALL_WAYS).rekeying("new keys")
}

/// Erlang's ssh.
pub fn erlang(visitor: &Visitor) -> Running {
    let mut command = Command::new("erl");
    command.args(["-noshell", "-pa"]).arg(made("erlang"));
    command.args(["-s", "erlang_matrix", "main"]);
    started(command, visitor, &ALL_WAYS).rekeying("new keys")
}

/// libssh.
pub fn libssh(visitor: &Visitor) -> Running {
    let command = Command::new(made("libssh/libssh_matrix"));
    started(command, visitor, &ALL_WAYS).rekeying("rekey")
}

/// The first line of a file that `scripts/interop.sh` has made.
fn read_line(name: &str) -> String {
    let text = std::fs::read_to_string(made(name)).unwrap();
    text.lines().next().unwrap_or_default().to_owned()
}
