//! A line client for the real binary: it sends bytes, waits for responses by id with a
//! deadline, and collects stderr. It knows no more of MCP than a test needs.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::fixture::Fixture;
use super::transcript::Transcript;

/// How long any answer may take on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(60);
/// How long a server may take to end (MCP, Lifecycle, Shutdown).
pub const STOP_DEADLINE: Duration = Duration::from_secs(20);

/// A running server and the client's ends of its pipes.
pub struct Client {
    fixture: Fixture,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stdout: Option<JoinHandle<()>>,
    transcript: Transcript,
    unclaimed: VecDeque<Value>,
    stderr: Option<JoinHandle<()>>,
    written: Arc<Mutex<String>>,
    next_id: u64,
}

impl Client {
    /// Starts the server with this configuration, which lives as long as the client.
    pub fn start(fixture: Fixture) -> Self {
        let server = fixture.server();
        Self::run(fixture, server)
    }

    /// The same with a server that is started in a way of its own.
    pub fn run(fixture: Fixture, mut server: Command) -> Self {
        Self::with_stderr(fixture, &mut server, Stdio::piped())
    }

    /// The same with a stderr that somebody else may read.
    pub fn with_stderr(fixture: Fixture, server: &mut Command, to: impl Into<Stdio>) -> Self {
        let mut child = server
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(to)
            .spawn()
            .expect("the server starts");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        let transcript = Transcript::begin();
        let record = transcript.clone();
        let stdout = std::thread::spawn(move || read_lines(stdout, &record, &sender));
        let written = Arc::new(Mutex::new(String::new()));
        let text = Arc::clone(&written);
        let stderr = child.stderr.take().map(|stderr| {
            std::thread::spawn(move || {
                for line in BufReader::new(stderr).lines() {
                    let line = line.expect("stderr is UTF-8");
                    *text.lock().unwrap() += &(line + "\n");
                }
            })
        });
        Self {
            fixture,
            stdin: child.stdin.take(),
            child,
            lines,
            stdout: Some(stdout),
            transcript,
            unclaimed: VecDeque::new(),
            stderr,
            written,
            next_id: 1000,
        }
    }

    /// Starts the server and opens the legacy era in this revision.
    pub fn initialized(fixture: Fixture, revision: &str) -> Self {
        Self::capable(fixture, revision, &json!({}))
    }

    /// The same, declaring these capabilities.
    pub fn capable(fixture: Fixture, revision: &str, capabilities: &Value) -> Self {
        let mut client = Self::start(fixture);
        client.open_with(revision, capabilities);
        client
    }

    /// Opens the legacy era in this revision.
    pub fn open(&mut self, revision: &str) {
        self.open_with(revision, &json!({}));
    }

    fn open_with(&mut self, revision: &str, capabilities: &Value) {
        let params = json!({
            "protocolVersion": revision,
            "capabilities": capabilities,
            "clientInfo": {"name": "suite", "version": "1"},
        });
        self.result("initialize", params);
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    }

    /// The configuration it was started with.
    pub fn fixture(&self) -> &Fixture {
        &self.fixture
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.transcript.sent(bytes);
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes).expect("the server reads");
        stdin.flush().unwrap();
    }

    /// Sends one message on one line.
    pub fn send(&mut self, message: &Value) {
        self.raw(format!("{message}\n").as_bytes());
    }

    /// Sends a request under a new id, without waiting; gives the id.
    pub fn begin(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = json!(self.next_id);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits for its response, the whole message.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.response(&id)
    }

    /// Sends a request and waits for its result.
    pub fn result(&mut self, method: &str, params: Value) -> Value {
        let response = self.request(method, params);
        let result = response.get("result");
        result
            .unwrap_or_else(|| panic!("no result: {response}"))
            .clone()
    }

    /// Calls a tool in the legacy era.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.result("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// Waits for the response with this id; others are kept for later.
    pub fn response(&mut self, id: &Value) -> Value {
        let known = self
            .unclaimed
            .iter()
            .position(|message| message.get("id") == Some(id));
        if let Some(position) = known {
            return self.unclaimed.remove(position).unwrap();
        }
        loop {
            let message = self.read();
            if message.get("id") == Some(id) {
                return message;
            }
            self.unclaimed.push_back(message);
        }
    }

    /// Waits for the next message, whatever it answers.
    pub fn next(&mut self) -> Value {
        self.unclaimed.pop_front().unwrap_or_else(|| self.read())
    }

    /// Proves that the server still answers, and that nothing else is in the way.
    pub fn ping(&mut self) {
        let id = self.begin("ping", json!({}));
        let answer = self.next();
        assert_eq!(answer, json!({"jsonrpc": "2.0", "id": id, "result": {}}));
    }

    /// Proves that nothing comes for a while.
    pub fn silence(&mut self, during: Duration) {
        assert!(
            self.unclaimed.is_empty(),
            "unexpected: {:?}",
            self.unclaimed
        );
        match self.lines.recv_timeout(during) {
            Err(RecvTimeoutError::Timeout) => {}
            other => panic!("expected silence, got {other:?}"),
        }
    }

    /// The next message, if one comes in that time.
    pub fn within(&mut self, during: Duration) -> Option<Value> {
        let unclaimed = self.unclaimed.pop_front();
        unclaimed.or_else(|| {
            let line = self.lines.recv_timeout(during).ok()?;
            Some(serde_json::from_str(&line).unwrap())
        })
    }

    /// What an ended server wrote and nobody has waited for.
    pub fn rest(&mut self) -> Vec<Value> {
        let lines = self.lines.iter();
        let written = lines.map(|line| serde_json::from_str(&line).unwrap());
        self.unclaimed.drain(..).chain(written).collect()
    }

    fn read(&mut self) -> Value {
        let line = self.lines.recv_timeout(DEADLINE);
        let line =
            line.unwrap_or_else(|error| panic!("no answer: {error}; {}", self.post_mortem()));
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"))
    }

    fn post_mortem(&mut self) -> String {
        match self.child.try_wait() {
            Ok(Some(status)) => {
                format!("the server ended, {status}: {}", self.stderr())
            }
            _ => "the server is running".to_owned(),
        }
    }

    /// Closes the server's stdin.
    pub fn close_stdin(&mut self) {
        // A line without its newline counts.
        self.transcript.sent(b"\n");
        self.stdin = None;
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the server's end, within [`STOP_DEADLINE`], and gives its exit status.
    pub fn ends(&mut self) -> ExitStatus {
        ends(&mut self.child)
    }

    /// All that an ended server wrote to stderr.
    pub fn stderr(&mut self) -> String {
        if let Some(reader) = self.stderr.take() {
            reader.join().unwrap();
        }
        self.stderr_so_far()
    }

    /// The whole lines that the server has written to stderr so far.
    pub fn stderr_so_far(&self) -> String {
        self.written.lock().unwrap().clone()
    }

    /// Closes stdin, waits for the end, and gives everything that was written to stderr.
    pub fn finish(mut self) -> String {
        self.finish_keeping()
    }

    /// The same, and keeps the files.
    pub fn finish_keeping(&mut self) -> String {
        self.close_stdin();
        assert_eq!(self.ends().code(), Some(0));
        self.stderr()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.stdout.take() {
            let _ = reader.join();
        }
        // A test that failed says why already.
        if !std::thread::panicking() {
            self.transcript.check();
        }
    }
}

/// Passes on each line, which is in the transcript before anyone reads it.
fn read_lines(mut stdout: BufReader<ChildStdout>, transcript: &Transcript, lines: &Sender<String>) {
    let mut line = String::new();
    while stdout.read_line(&mut line).expect("stdout is UTF-8") > 0 {
        // A server that is killed may leave half a line.
        if line.ends_with('\n') {
            line.pop();
            transcript.received(&line);
        }
        if lines.send(std::mem::take(&mut line)).is_err() {
            return;
        }
    }
}

/// Waits for a process to end within [`STOP_DEADLINE`].
pub fn ends(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    while start.elapsed() < STOP_DEADLINE {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    panic!("the server did not end within {STOP_DEADLINE:?}");
}
