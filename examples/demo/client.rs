//! An MCP client over a server's stdio (JSON-RPC 2.0, one message a line): takes the command
//! that starts the server, gives results and, at the end, what it wrote to stderr. Refuses to
//! wait for ever.

use std::error::Error;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The protocol revision the client speaks.
const REVISION: &str = "2025-11-25";
/// Longer than any answer here takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the server promises to need at most after its stdin ends, and some for a busy machine.
const GOODBYE: Duration = Duration::from_secs(5);

/// A running server and our end of its pipes; dropping it ends the server.
pub struct Client {
    server: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: JoinHandle<std::io::Result<String>>,
    last_id: u64,
}

impl Client {
    /// Starts the server; call it on a tokio runtime.
    pub fn start(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("cannot start {:?}: {error}", command.as_std()))?;
        let (Some(stdin), Some(stdout), Some(mut stderr)) = (
            server.stdin.take(),
            server.stdout.take(),
            server.stderr.take(),
        ) else {
            return Err("the server has no pipes".into());
        };
        let stderr = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.map(|_| text)
        });
        Ok(Self {
            server,
            stdin,
            stdout: BufReader::new(stdout).lines(),
            stderr,
            last_id: 0,
        })
    }

    /// How many threads the server has now, from /proc (proc(5)).
    pub fn threads(&self) -> Result<usize, Box<dyn Error>> {
        let process = self.server.id().ok_or("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let count = status
            .lines()
            .find_map(|line| line.strip_prefix("Threads:"));
        Ok(count.ok_or("no `Threads:` line in /proc")?.trim().parse()?)
    }

    /// The handshake; gives the result of `initialize`.
    pub async fn initialize(&mut self) -> Result<Value, Box<dyn Error>> {
        let parameters = json!({
            "protocolVersion": REVISION,
            "capabilities": {},
            "clientInfo": {"name": "demo", "version": env!("CARGO_PKG_VERSION")},
        });
        let result = self.request("initialize", parameters).await?;
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await?;
        Ok(result)
    }

    /// One request; gives its result, or the error it was answered with.
    pub async fn request(
        &mut self,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Box<dyn Error>> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}))
            .await?;
        loop {
            let mut message = self.receive().await?;
            if message.get("id") != Some(&json!(id)) {
                continue;
            }
            if let Some(error) = message.get("error") {
                return Err(format!("{method} was answered with {error}").into());
            }
            return Ok(message
                .get_mut("result")
                .map(Value::take)
                .unwrap_or_default());
        }
    }

    /// One tool call; gives its result.
    pub async fn call(
        &mut self,
        tool: &str,
        arguments: Value,
    ) -> Result<ToolResult, Box<dyn Error>> {
        let parameters = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", parameters).await.map(ToolResult)
    }

    /// Ends the server's stdin, as a client that leaves; gives its exit status and its stderr.
    pub async fn leave(self) -> Result<(ExitStatus, String), Box<dyn Error>> {
        let Self {
            mut server,
            stdin,
            stderr,
            ..
        } = self;
        drop(stdin);
        let status = timeout(GOODBYE, server.wait())
            .await
            .map_err(|_| "the server did not leave when its stdin ended")??;
        Ok((status, stderr.await??))
    }

    async fn send(&mut self, message: &Value) -> Result<(), Box<dyn Error>> {
        let line = format!("{message}\n");
        self.stdin.write_all(line.as_bytes()).await?;
        Ok(self.stdin.flush().await?)
    }

    async fn receive(&mut self) -> Result<Value, Box<dyn Error>> {
        let line = timeout(PATIENCE, self.stdout.next_line())
            .await
            .map_err(|_| "the server did not answer in time")??
            .ok_or("the server ended without an answer")?;
        serde_json::from_str(&line).map_err(|error| format!("not JSON: {line}: {error}").into())
    }
}

/// What a tool call was answered with.
pub struct ToolResult(Value);

impl ToolResult {
    /// Whether the tool says that it failed.
    pub fn is_error(&self) -> bool {
        self.0.get("isError") == Some(&Value::Bool(true))
    }

    /// The structured answer, from where there is one: `structuredContent`, or else the text.
    pub fn body(&self) -> Value {
        if let Some(structured) = self.0.get("structuredContent") {
            return structured.clone();
        }
        let text = self.0.pointer("/content/0/text").and_then(Value::as_str);
        let text = text.unwrap_or_default();
        serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
    }
}
