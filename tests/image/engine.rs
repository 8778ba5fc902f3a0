//! The Docker engine of `scripts/engine.sh`: its commands, its namespaces, and containers that go with
//! the test.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// How long anything here may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// For tests that have the swarm or the network 172.20.0.0/16, of which there is one each, and for those to which the
/// engine gives a network that it has left: it may be that one.
pub static ALONE: Mutex<()> = Mutex::const_new(());

/// What `make test-image` has set.
fn given(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set; run `make test-image`"))
}

/// The folder with the archive and its digests.
pub fn folder() -> PathBuf {
    PathBuf::from(given("MCP_SSH_IMAGE"))
}

/// The image's name, once the engine has loaded the archive.
pub fn image() -> &'static str {
    static LOADED: OnceLock<()> = OnceLock::new();
    LOADED.get_or_init(|| {
        let archive = folder().join("mcp-ssh.tar");
        docker(&["load", "--input", archive.to_str().unwrap()]);
    });
    concat!("mcp-ssh-orchestrator:", env!("CARGO_PKG_VERSION"))
}

/// What `docker` prints with these arguments; it has to succeed.
pub fn docker(arguments: &[&str]) -> String {
    succeeds(Command::new("docker").args(arguments))
}

/// What a command prints; it has to succeed.
pub fn succeeds(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; run `make test-image`"));
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A program in the engine's namespaces of these kinds: `--net`, `--mount`, `--pid`.
pub fn inside(kinds: &[&str], program: &str) -> Command {
    let mut command = Command::new("nsenter");
    command
        .args(["--target", &given("MCP_SSH_ENGINE")])
        .args(kinds)
        .arg(program);
    command
}

/// Asks until there is an answer, for as long as [`PATIENCE`]: for what tells nobody when it happens.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, what, ask)
}

/// The same with a limit of its own.
pub fn within<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A container with this name, which is removed with the value.
pub struct Container(pub String);

impl Container {
    /// What `docker inspect` says of it.
    pub fn inspect(&self, format: &str) -> String {
        let said = docker(&["inspect", "--format", format, &self.0]);
        said.trim_end().to_owned()
    }

    /// Waits for it to be there and running.
    pub fn runs(&self) {
        until("the container runs", || {
            let state = ["inspect", "--format", "{{.State.Running}}", &self.0];
            let output = Command::new("docker").args(state).output().unwrap();
            (output.stdout == b"true\n").then_some(())
        });
    }

    /// A file of its first process below /proc, as the engine sees it.
    pub fn proc(&self, file: &str) -> String {
        let file = format!("/proc/{}/{file}", self.inspect("{{.State.Pid}}"));
        succeeds(inside(&["--mount", "--pid"], "cat").arg(file))
    }

    /// `docker exec CONTAINER /mcp-ssh …`.
    pub fn mcp_ssh(&self, arguments: &[&str]) -> String {
        docker(&[&["exec", &self.0, "/mcp-ssh"], arguments].concat())
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // One that was started with --rm may be gone.
        let _gone = Command::new("docker")
            .args(["rm", "--force", &self.0])
            .output();
    }
}
