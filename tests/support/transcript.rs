//! Every line that passes between a client and a server of ours, checked against the official
//! schema of the revision it answers in.
//!
//! The schemas are not part of this repository: `MCP_SCHEMA_DIR` names a folder with
//! `2024-11-05.json` and its successors, as the specification publishes them. Without it nothing
//! is recorded, and `protocol::schemas` says so.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The folder of schemas, when there is one.
pub fn schemas() -> Option<String> {
    std::env::var("MCP_SCHEMA_DIR").ok()
}

/// A Python that has the MCP SDK and what checks schemas.
pub fn python() -> String {
    std::env::var("MCP_SSH_PYTHON").expect(
        "MCP_SSH_PYTHON is not set: run `make test`, or set it to a Python with \
         `pip install -r scripts/test-requirements.txt`",
    )
}

/// What one client sent and received, in order.
#[derive(Clone, Default)]
pub struct Transcript(Option<Arc<Mutex<Passed>>>);

#[derive(Default)]
struct Passed {
    lines: Vec<Value>,
    /// The beginning of a line that is not sent to its end.
    begun: Vec<u8>,
}

impl Transcript {
    /// An empty one; without schemas it stays empty.
    pub fn begin() -> Self {
        Self(schemas().map(|_| Arc::default()))
    }

    /// Notes bytes for the server, before they are sent.
    pub fn sent(&self, bytes: &[u8]) {
        let Some(passed) = &self.0 else { return };
        let mut passed = passed.lock().unwrap();
        passed.begun.extend_from_slice(bytes);
        while let Some(end) = passed.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = passed.begun.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            passed.lines.push(json!(["sent", line]));
        }
    }

    /// Notes a line of the server's.
    pub fn received(&self, line: &str) {
        let Some(passed) = &self.0 else { return };
        let line = json!(["received", line]);
        passed.lock().unwrap().lines.push(line);
    }

    /// Fails when a line of the server's is not what its revision's schema says.
    pub fn check(&self) {
        let Some(passed) = &self.0 else { return };
        let lines = std::mem::take(&mut passed.lock().unwrap().lines);
        let faults = faults(&Value::Array(lines));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// The transcripts of the servers that an SDK starts.
pub struct Recording(Option<TempDir>);

impl Recording {
    /// None yet.
    pub fn begin() -> Self {
        Self(schemas().map(|_| tempfile::tempdir().unwrap()))
    }

    /// What an SDK starts as the server: the real one, with a tee before it where there are schemas.
    pub fn server(&self) -> Vec<String> {
        let server = env!("CARGO_BIN_EXE_mcp-ssh").to_owned();
        let tee = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/tee.py");
        match &self.0 {
            None => vec![server],
            Some(folder) => {
                let folder = folder.path().to_str().unwrap().to_owned();
                vec![python(), "-I".to_owned(), tee.to_owned(), folder, server]
            }
        }
    }

    /// Checks what passed, in `sessions` processes or more.
    pub fn check(&self, sessions: usize) {
        let Some(folder) = &self.0 else { return };
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        assert!(files.len() >= sessions, "{files:?}");
        for file in files {
            check_file(&file);
        }
    }
}

fn check_file(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let faults = faults(&Value::Array(lines.collect()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The one process that checks: it holds the schemas ready.
struct Checker {
    process: Child,
    output: BufReader<ChildStdout>,
}

static CHECKER: Mutex<Option<Checker>> = Mutex::new(None);

/// What is wrong with the lines of one session.
///
/// # Panics
/// When there are no schemas.
pub fn faults(session: &Value) -> Vec<String> {
    let mut checker = CHECKER.lock().unwrap_or_else(PoisonError::into_inner);
    let Checker { process, output } = checker.get_or_insert_with(start);
    let input = process.stdin.as_mut().unwrap();
    writeln!(input, "{session}").unwrap();
    let mut faults = String::new();
    output.read_line(&mut faults).unwrap();
    serde_json::from_str(&faults).unwrap_or_else(|error| panic!("the checker ended: {error}"))
}

fn start() -> Checker {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/validate.py");
    let mut process = Command::new(python())
        .args([script, &schemas().expect("MCP_SCHEMA_DIR is set")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("MCP_SSH_PYTHON names a Python that starts");
    let output = BufReader::new(process.stdout.take().unwrap());
    Checker { process, output }
}
