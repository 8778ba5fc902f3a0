//! The gate's interface, for compiling: replaced by the real gate.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::cancel::Cancelled;
use crate::runtime;

/// Where every command passes.
#[derive(Clone)]
pub struct Gate(Rc<std::cell::RefCell<State>>);

struct State {
    directory: String,
    hosts: Result<Vec<Host>, Unready>,
}

#[derive(Clone, Deserialize)]
struct Inventory {
    hosts: Vec<Host>,
}

/// A host.
#[derive(Clone, Deserialize)]
struct Host {
    alias: String,
    host: String,
    #[serde(default = "ssh")]
    port: u16,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    description: String,
}

fn ssh() -> u16 {
    22
}

/// A listed host.
#[derive(Serialize)]
pub struct HostSummary(Value);
/// A described host.
#[derive(Serialize)]
pub struct HostDescription(Value);
/// A plan.
#[derive(Serialize)]
pub struct Plan(Value);
/// A result.
#[derive(Serialize)]
pub struct RunResult(Value);
/// A denial.
#[derive(Serialize)]
pub struct Denial(Value);
/// A failure.
#[derive(Serialize)]
pub struct Failure(Value);

/// Why there is no configuration.
#[derive(Clone, Debug)]
pub struct Unready(String);

impl fmt::Display for Unready {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A request.
#[derive(Debug)]
pub struct Request {
    /// Where.
    pub alias: String,
    /// What.
    pub command: String,
    /// For the audit.
    pub request_id: Option<String>,
    /// For the audit.
    pub client: Option<String>,
}

/// What became of a request.
pub enum Outcome {
    /// It ran.
    Finished(RunResult),
    /// It was denied.
    Denied(Denial),
    /// It failed.
    Failed(Failure),
}

fn load(directory: &str) -> Result<Vec<Host>, Unready> {
    let path = format!("{directory}/servers.yml");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Unready(format!(
            "no configuration: {path}: {error}; write one there or set MCP_SSH_CONFIG_DIR"
        ))
    })?;
    serde_saphyr::from_str::<Inventory>(&text)
        .map(|inventory| inventory.hosts)
        .map_err(|error| Unready(format!("{path}: {error}")))
}

impl Gate {
    /// Opens.
    pub fn open(directory: String) -> Self {
        let hosts = load(&directory);
        Self(Rc::new(State { directory, hosts }.into()))
    }

    /// Lists.
    ///
    /// # Errors
    /// Unready.
    pub fn hosts(&self, tag: Option<&str>) -> Result<Vec<HostSummary>, Unready> {
        let hosts = self.0.borrow().hosts.clone()?;
        Ok(hosts
            .into_iter()
            .filter(|host| tag.is_none_or(|tag| host.tags.iter().any(|have| have == tag)))
            .map(|host| HostSummary(json!({"alias": host.alias, "tags": host.tags, "description": host.description})))
            .collect())
    }

    /// Describes.
    ///
    /// # Errors
    /// Unready.
    pub fn describe(&self, alias: &str) -> Result<Option<HostDescription>, Unready> {
        let hosts = self.0.borrow().hosts.clone()?;
        Ok(hosts.into_iter().find(|host| host.alias == alias).map(|host| {
            HostDescription(json!({"alias": host.alias, "host": host.host, "port": host.port, "credentials": "x", "tags": host.tags, "description": host.description, "policy_limits": {"max_seconds": 60}}))
        }))
    }

    /// Plans.
    ///
    /// # Errors
    /// Unready.
    pub fn plan(&self, request: &Request) -> Result<Plan, Unready> {
        self.0.borrow().hosts.clone()?;
        let decision = if request.command.starts_with("uptime") {
            "allow"
        } else {
            "deny"
        };
        Ok(Plan(
            json!({"decision": decision, "alias": request.alias, "hash": "0", "why": "so"}),
        ))
    }

    /// Runs.
    pub async fn run(&self, request: Request, cancelled: Cancelled) -> Outcome {
        let hosts = match self.0.borrow().hosts.clone() {
            Ok(hosts) => hosts,
            Err(error) => {
                return Outcome::Failed(Failure(
                    json!({"status": "failed", "error": error.to_string(), "alias": request.alias, "hash": "0"}),
                ));
            }
        };
        let Some(host) = hosts.into_iter().find(|host| host.alias == request.alias) else {
            return Outcome::Failed(Failure(
                json!({"status": "failed", "error": "no such alias", "alias": request.alias, "hash": "0"}),
            ));
        };
        if !request.command.starts_with("uptime") {
            let mut denial = Map::new();
            denial.insert("status".to_owned(), "denied".into());
            denial.insert("hint".to_owned(), "do not".into());
            return Outcome::Denied(Denial(denial.into()));
        }
        let address = format!("{}:{}", host.host, host.port).parse();
        let Ok(address) = address else {
            return Outcome::Failed(Failure(json!({"status": "failed", "error": "bad address"})));
        };
        let stream = match runtime::connect(address).await {
            Ok(stream) => stream,
            Err(_) => {
                return Outcome::Failed(Failure(json!({"status": "failed", "error": "refused"})));
            }
        };
        let stopped = runtime::timeout(Duration::from_secs(15), cancelled.wait()).await;
        drop(stream);
        match stopped {
            Some(()) => Outcome::Finished(RunResult(
                json!({"task_id": "t", "alias": request.alias, "hash": "0", "exit_code": -1, "duration_ms": 1, "cancelled": true, "timeout": false, "truncated": false, "target_ip": "", "output": "", "bytes_out": 0, "bytes_err": 0}),
            )),
            None => Outcome::Failed(Failure(json!({"status": "failed", "error": "timeout"}))),
        }
    }

    /// Reloads.
    pub fn reload(&self) {
        let mut state = self.0.borrow_mut();
        state.hosts = load(&state.directory);
    }

    /// Shuts down.
    pub async fn shutdown(&self) {}
}
