//! A real ssh-agent, which ends with the test that started it.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::keys::{KeyPair, write_private};
use super::marker::within;

/// An agent in the foreground, so that its pid is the one we have.
pub struct Agent {
    folder: TempDir,
    process: Child,
}

impl Agent {
    /// An agent that holds nothing.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let process = Command::new("ssh-agent")
            .arg("-D")
            .arg("-a")
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .expect("ssh-agent is missing; install it: apt-get install openssh-client");
        // It is there before anybody listens at it.
        let listens = || UnixStream::connect(&socket).is_ok();
        assert!(within(Duration::from_secs(20), listens));
        Self { folder, process }
    }

    /// Where it listens, for SSH_AUTH_SOCK.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// Adds a key, and its certificate if there is one.
    pub fn add(&self, key: &KeyPair, certificate: Option<&str>) {
        self.add_with(key, certificate, &[]);
    }

    /// The same with options of ssh-add.
    pub fn add_with(&self, key: &KeyPair, certificate: Option<&str>, options: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        write_private(&file, &key.private);
        if let Some(certificate) = certificate {
            std::fs::write(folder.path().join("key-cert.pub"), certificate).unwrap();
        }
        self.ssh_add(options, &file);
    }

    fn ssh_add(&self, options: &[&str], file: &Path) {
        let mut add = Command::new("ssh-add");
        add.env("SSH_AUTH_SOCK", self.socket())
            .arg("-q")
            .args(options)
            .arg(file);
        let output = add.output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{add:?}: {words}");
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
