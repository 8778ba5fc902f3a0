//! Approvers: the real one with a hook, the real one on a terminal, and one that says what a test wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::marker::within;

/// How long anything may take on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A directory for a socket, as an operator would make it.
pub struct SocketPlace(TempDir);

impl SocketPlace {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn socket(&self) -> PathBuf {
        self.0.path().join("approver.sock")
    }

    /// What a policy says to have the approver at this place asked, with `more` keys.
    pub fn policy(&self, more: &str) -> String {
        format!("approvals: {{socket: {}{more}}}\n", self.socket().display())
    }

    /// A program that answers each question with `decision`.
    pub fn hook(&self, decision: &str) -> PathBuf {
        let answer = format!(r#"{{"nonce":"\1",{decision}}}"#);
        let program = format!("#!/bin/sh\nsed 's/.*\"nonce\":\"\\([0-9a-f]*\\)\".*/{answer}/'\n");
        self.program(&program)
    }

    /// A program with this text.
    pub fn program(&self, text: &str) -> PathBuf {
        let path = self.0.path().join("hook");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// `mcp-ssh approver --hook`, until this is dropped.
pub struct HookedApprover {
    child: Child,
    lines: Receiver<String>,
}

impl HookedApprover {
    pub fn start(place: &SocketPlace, hook: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"));
        command.args(["approver", "--socket"]).arg(place.socket());
        command.arg("--hook").arg(hook);
        Self::run(command)
    }

    /// Starts it, and waits until it listens.
    pub fn run(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ended = tell.send(line);
            }
        });
        let approver = Self { child, lines };
        approver.says("waiting on ");
        approver
    }

    /// Waits for a line of its log.
    pub fn says(&self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("it never says {words}"));
            if line.contains(words) {
                return line;
            }
        }
    }
}

impl Drop for HookedApprover {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// `mcp-ssh approver` on a terminal of its own.
pub struct ApproverTerminal {
    script: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<String>>,
}

impl ApproverTerminal {
    /// Starts it on a terminal of so many rows.
    pub fn start(place: &SocketPlace, rows: u32) -> Self {
        let line = format!(
            "stty rows {rows} cols 80; exec {} approver --socket {}",
            env!("CARGO_BIN_EXE_mcp-ssh"),
            place.socket().display()
        );
        let mut script = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs: `apt-get install bsdutils`");
        let mut stdout = script.stdout.take().unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let text = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut bytes) {
                let piece = String::from_utf8_lossy(&bytes[..count]);
                text.lock().unwrap().push_str(&piece.replace('\r', ""));
            }
        });
        let terminal = Self {
            keys: script.stdin.take().unwrap(),
            script,
            shown,
        };
        terminal.shows("waiting on ");
        terminal
    }

    /// Waits until the terminal shows this; gives what it has shown up to there and since it was asked last.
    pub fn shows(&self, words: &str) -> String {
        let found = within(DEADLINE, || self.text().contains(words));
        assert!(found, "never shown: {words}\n{}", self.text());
        self.taken(words)
    }

    /// Waits until the terminal shows one of the two; gives what it has shown up to there.
    pub fn shows_either(&self, one: &str, other: &str) -> String {
        let heard = || self.text().contains(one) || self.text().contains(other);
        assert!(within(DEADLINE, heard), "{}", self.text());
        let found = if self.text().contains(one) {
            one
        } else {
            other
        };
        self.taken(found)
    }

    fn text(&self) -> String {
        self.shown.lock().unwrap().clone()
    }

    fn taken(&self, words: &str) -> String {
        let mut shown = self.shown.lock().unwrap();
        let end = shown.find(words).unwrap() + words.len();
        shown.drain(..end).collect()
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        self.keys.write_all(key.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Presses a key until the terminal shows this: a key that comes too early, or together with another one, does not
    /// count.
    pub fn press_in_time(&mut self, key: &str, until: &str) -> String {
        for _ in 0..20 {
            self.press(key);
            if within(Duration::from_secs(2), || self.text().contains(until)) {
                return self.taken(until);
            }
        }
        panic!("never shown: {until}\n{}", self.text());
    }

    /// Types a number, and Enter.
    pub fn type_number(&mut self, number: &str) {
        for (place, _) in number.char_indices() {
            self.press(&number[place..=place]);
            self.shows(&format!("> {}", &number[..=place]));
        }
        self.press("\n");
    }

    /// The approver's process: `script` has one child.
    pub fn process(&self) -> u32 {
        let script = self.script.id();
        let children = format!("/proc/{script}/task/{script}/children");
        let children = std::fs::read_to_string(children).unwrap();
        children.trim().parse().unwrap()
    }

    /// Stops it, as Ctrl-Z would: `script` then stops as well.
    pub fn stop(&self) {
        signal(self.process(), Signal::STOP);
        let stat = format!("/proc/{}/stat", self.script.id());
        let stopped = || std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T "));
        assert!(within(DEADLINE, stopped), "script does not stop");
    }

    /// Lets it go on after [`ApproverTerminal::stop`]: `script` passes it on.
    pub fn go_on(&self) {
        signal(self.script.id(), Signal::CONT);
    }

    /// Takes the terminal away.
    pub fn hang_up(self) {
        drop(self);
    }
}

fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.cast_signed()).unwrap();
    kill_process(process, signal).unwrap();
}

impl Drop for ApproverTerminal {
    fn drop(&mut self) {
        let _ended = self.script.kill();
        let _status = self.script.wait();
    }
}

/// Whoever listens on the socket and says what a test wants.
pub struct FakeApprover {
    questions: Receiver<(Value, String, UnixStream)>,
}

impl FakeApprover {
    /// Greets each server with `hello` and hears its question.
    pub fn start(place: &SocketPlace, hello: &'static str) -> Self {
        let listener = UnixListener::bind(place.socket()).unwrap();
        let (tell, questions) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tell = tell.clone();
                std::thread::spawn(move || {
                    let mut stream = stream;
                    if stream.write_all(hello.as_bytes()).is_err() {
                        return;
                    }
                    let mut line = String::new();
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    if let Ok(1..) = reader.read_line(&mut line) {
                        let question = serde_json::from_str(&line).unwrap();
                        let _ended = tell.send((question, line.trim_end().to_owned(), stream));
                    }
                });
            }
        });
        Self { questions }
    }

    /// The next question, its line, and the way to answer.
    pub fn question(&self) -> (Value, String, UnixStream) {
        self.questions
            .recv_timeout(DEADLINE)
            .expect("a question comes")
    }
}

/// The hello of an approver that takes questions.
pub const HELLO: &str = "{\"approver\":1,\"waiting\":0}\n";
