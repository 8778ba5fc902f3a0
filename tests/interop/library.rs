//! Servers that are made of an SSH library by a program in `servers/`.
//!
//! Takes: the program, who visits. Gives: the running server. Refuses to go on when the program does not say its port, and
//! names the script that brings what it needs.
//!
//! A program is told the password and the public key of the visitor by its environment. On its first line it prints its
//! port, its host key as `TYPE BASE64`, and which version of the library it is. To the user `keyboard` it offers to be asked
//! in words alone, to others a password and a key. It ends with its input.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::running::{Running, Visitor, Way};
use crate::support::transcript::python;

/// Ends with its input.
struct Program {
    child: Child,
    folder: TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ended = self.child.wait();
    }
}

/// What a library offers.
pub const ALL_WAYS: [Way; 3] = [Way::Key, Way::Password, Way::Keyboard];

/// The server that this command starts.
pub fn started(mut command: Command, visitor: &Visitor, ways: &[Way]) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let child = command
        .env("MATRIX_PASSWORD", &visitor.password)
        .env("MATRIX_KEY", &visitor.key.public)
        .env("MATRIX_FOLDER", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn();
    let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}: run `make interop`"));
    let mut program = Program { child, folder };
    let mut line = String::new();
    let mut output = BufReader::new(program.child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let read = move || String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned();
    let words: Vec<&str> = line.trim().splitn(4, ' ').collect();
    let [port, kind, key, version] = words[..] else {
        panic!("{command:?} says {line:?} and {}: run `make interop`", read());
    };
    let user = |way| match way {
        Way::Keyboard => "keyboard",
        Way::Key | Way::Password => visitor.user.as_str(),
    };
    let port = port.parse().unwrap();
    let doors: Vec<_> = ways.iter().map(|way| (*way, port, user(*way))).collect();
    Running::new(&doors, vec![format!("{kind} {key}")], read, program).named(version)
}

fn script(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(path(name));
    command
}

fn path(name: &str) -> String {
    format!("{}/tests/interop/servers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// asyncssh, as its documentation serves commands and files.
pub fn asyncssh(visitor: &Visitor) -> Running {
    started(script("asyncssh_matrix.py"), visitor, &ALL_WAYS).rekeying("Completed key exchange")
}

/// paramiko, as its documentation serves commands and files.
pub fn paramiko(visitor: &Visitor) -> Running {
    started(script("paramiko_matrix.py"), visitor, &ALL_WAYS).rekeying("Switch to new keys")
}
