//! A conversation at a terminal, each answer of which is typed when its question is there.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::path;
use crate::support::agent::Agent;

/// A terminal at which a person answers each question when it is there; script(1) is the terminal.
pub struct Talk {
    process: Child,
    keyboard: Option<ChildStdin>,
    screen: ChildStdout,
    seen: String,
    /// How much of it was waited for.
    passed: usize,
}

impl Talk {
    pub fn begin(home: &Path, agent: Option<&Agent>) -> Self {
        let socket = agent.map(Agent::socket);
        Self::with_socket(home, socket.as_ref().map(|socket| socket.as_os_str()))
    }

    pub fn with_socket(home: &Path, socket: Option<&OsStr>) -> Self {
        let mut script = Command::new("script");
        script
            .args([
                "-qec",
                "mcp-ssh init; end=$?; stty -a; exit $end",
                "/dev/null",
            ])
            .env("PATH", path())
            .env("HOME", home)
            .env("USER", "me")
            .env("NO_COLOR", "1")
            .env_remove("SSH_AUTH_SOCK");
        if let Some(socket) = socket {
            script.env("SSH_AUTH_SOCK", socket);
        }
        let mut process = script
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("script: {error}: install bsdutils"));
        Self {
            keyboard: process.stdin.take(),
            screen: process.stdout.take().unwrap(),
            process,
            seen: String::new(),
            passed: 0,
        }
    }

    /// Waits for a question, and answers it with these keys.
    pub fn answer(&mut self, question: &str, keys: &str) {
        self.wait(question);
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
    }

    pub fn wait(&mut self, text: &str) {
        let mut bytes = [0; 4096];
        loop {
            let rest = &self.seen[self.passed..];
            if let Some(at) = rest.find(text) {
                self.passed += at + text.len();
                return;
            }
            let count = self.screen.read(&mut bytes).unwrap();
            assert!(count > 0, "`{text}` does not come: {}", self.seen);
            self.seen
                .push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }

    /// Waits for the end.
    pub fn end(mut self) -> (i32, String) {
        drop(self.keyboard.take());
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.seen.push_str(&String::from_utf8_lossy(&rest));
        (self.process.wait().unwrap().code().unwrap(), self.seen)
    }
}
