//! SSH servers of other authors, in Python: any password logs in, and files are served by SFTP.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::transcript::python;

/// A server that a script runs. It ends with its input.
pub struct ScriptedServer {
    pub port: u16,
    key: String,
    child: Child,
}

impl ScriptedServer {
    /// The server of asyncssh.
    pub fn asyncssh() -> Self {
        Self::start("asyncssh_server.py", &[])
    }

    /// The server of asyncssh, which proves its RSA key with SHA-1.
    pub fn asyncssh_with_sha1() -> Self {
        Self::start("asyncssh_server.py", &["sha1"])
    }

    /// The server of paramiko, which offers no extension of SFTP.
    pub fn paramiko() -> Self {
        Self::start("paramiko_server.py", &[])
    }

    fn start(script: &str, words: &[&str]) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support");
        let mut child = Command::new(python())
            .arg(format!("{folder}/{script}"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let found = line.trim().split_once(' ');
        let (port, key) =
            found.unwrap_or_else(|| panic!("{script} says {line:?}: run `make tools`"));
        Self {
            port: port.parse().unwrap(),
            key: key.to_owned(),
            child,
        }
    }

    /// The known_hosts line for a client that calls it `host`.
    pub fn known_hosts(&self, host: &str) -> String {
        format!("[{host}]:{} {}\n", self.port, self.key)
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ended = self.child.wait();
    }
}
