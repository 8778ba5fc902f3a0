//! A conversation at a terminal, each answer of which is typed when its question is there.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::path;
use crate::support::agent::Agent;

/// The questions of `mcp-ssh init`, up to what is taken where the answer is empty.
const QUESTIONS: [&str; 8] = [
    "Directory for the configuration",
    "Host (empty: only files to fill in)",
    "Is it the host's own? Type `yes`, or paste the host's fingerprint",
    "User on that host",
    "Its name for the assistant and the policy",
    "Private key, `agent` or `password`",
    "Policy [",
    "Client (empty: later)",
];

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

    /// `mcp-ssh init`, and then what stty says of the terminal.
    pub fn with_socket(home: &Path, socket: Option<&OsStr>) -> Self {
        Self::of(home, socket, "mcp-ssh init; end=$?; stty -a; exit $end")
    }

    /// A line of a shell.
    pub fn of(home: &Path, socket: Option<&OsStr>, line: &str) -> Self {
        let mut script = Command::new("script");
        script
            .args(["-qec", line, "/dev/null"])
            .env("PATH", path())
            .env("HOME", home)
            .env("USER", "me")
            .env("SHELL", "/bin/sh")
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
        self.press(keys);
    }

    pub fn press(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// All that was shown.
    pub fn seen(&self) -> &str {
        &self.seen
    }

    /// Waits for one of the questions that everybody is asked; whether one came before the end.
    pub fn is_asked(&mut self) -> bool {
        loop {
            let rest = &self.seen[self.passed..];
            let asked = QUESTIONS.iter().filter_map(|question| {
                let at = rest.find(question)? + question.len();
                Some(at + rest[at..].find(": ")? + 2)
            });
            if let Some(end) = asked.min() {
                self.passed += end;
                return true;
            }
            if !self.read() {
                return false;
            }
        }
    }

    pub fn wait(&mut self, text: &str) {
        loop {
            let rest = &self.seen[self.passed..];
            if let Some(at) = rest.find(text) {
                self.passed += at + text.len();
                return;
            }
            assert!(self.read(), "`{text}` does not come: {}", self.seen);
        }
    }

    /// Reads what comes; whether it was not the end.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let count = self.screen.read(&mut bytes).unwrap();
        let piece = String::from_utf8_lossy(&bytes[..count]);
        self.seen.push_str(&piece);
        count > 0
    }

    /// The process of `mcp-ssh`, which the shell of the terminal has started.
    pub fn mcp_ssh(&self) -> u32 {
        child(child(self.process.id()))
    }

    /// Waits for the end.
    pub fn end(mut self) -> (i32, String) {
        drop(self.keyboard.take());
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.seen.push_str(&String::from_utf8_lossy(&rest));
        (
            self.process.wait().unwrap().code().unwrap(),
            std::mem::take(&mut self.seen),
        )
    }
}

/// The one child of a process.
fn child(parent: u32) -> u32 {
    let children = format!("/proc/{parent}/task/{parent}/children");
    let children = std::fs::read_to_string(children).unwrap();
    children.trim().parse().unwrap()
}

/// A test that failed in the middle of it leaves nothing behind: a terminal holds the output of `cargo test` open.
impl Drop for Talk {
    fn drop(&mut self) {
        // It has ended already where the conversation came to its end.
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}
