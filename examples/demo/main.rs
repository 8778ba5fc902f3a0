//! The gate at work, from end to end: two SSH servers on loopback, the real binary between
//! them and an MCP client, and a policy that allows three commands. Takes the path of the
//! binary; prints what happens; exits with 0 only when each step did what its line says.
//!
//! `make demo` builds and runs it.
#![expect(
    clippy::indexing_slicing,
    reason = "reading a serde_json::Value by a name it lacks gives null"
)]

mod client;
mod fleet;
mod site;
mod telling;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use client::{Client, ToolResult};
use fleet::Fleet;
use site::Site;
use telling::{claim, fact, heading, remark};

/// The tools that the story below calls.
const TOOLS: [&str; 2] = ["ssh_plan", "ssh_run"];
/// What is run, and must be all that reaches a server.
const RUNS: [(&str, &str); 2] = [("demo-1", "uname -sr"), ("demo-2", "df -h /")];
/// What hides a forbidden command behind an allowed one.
const BYPASSES: [&str; 4] = [
    "uptime; cat /etc/shadow",
    "up$(id)time",
    "uptime | sh",
    "df -h > /root/.ssh/authorized_keys",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(program) = std::env::args_os().nth(1).map(PathBuf::from) else {
        telling::failure("usage: demo PATH-OF-MCP-SSH (or: make demo)");
        return ExitCode::from(2);
    };
    match story(&program).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            telling::failure(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn story(program: &Path) -> Result<(), Box<dyn Error>> {
    let root = TempDir::new()?;
    let fleet = Fleet::start(RUNS.len()).await?;
    let site = Site::write(root.path(), root.path(), &fleet)?;
    let mut client = Client::start(
        Command::new(program)
            .arg("serve")
            .args(site.arguments())
            .env_clear(),
    )?;

    introduce(&mut client).await?;
    plan(&mut client).await?;
    run(&mut client).await?;
    try_to_get_round(&mut client).await?;

    heading("What reached the servers");
    let expected = RUNS.map(|(_, command)| command);
    for command in fleet.commands() {
        fact("executed", &command);
    }
    claim(
        fleet.commands() == expected,
        "the permitted commands and nothing else",
    )?;

    let (status, stderr) = client.leave().await?;
    audit(&stderr)?;
    heading("Goodbye");
    claim(
        status.success(),
        "the client closed its end and the server left with 0",
    )
}

async fn introduce(client: &mut Client) -> Result<(), Box<dyn Error>> {
    heading("initialize");
    let hello = client.initialize().await?;
    fact("protocol", &text(&hello["protocolVersion"]));
    fact("server", &text(&hello["serverInfo"]["name"]));
    fact("version", &text(&hello["serverInfo"]["version"]));
    fact("threads", &client.threads()?.to_string());
    claim(
        hello["capabilities"]["tools"].is_object(),
        "it offers tools",
    )?;

    heading("tools/list");
    let listed = client.request("tools/list", json!({})).await?;
    let tools = listed["tools"].as_array().ok_or("no list of tools")?;
    for tool in tools {
        fact(&text(&tool["name"]), &text(&tool["description"]));
    }
    let offered = |name: &str| tools.iter().any(|tool| tool["name"] == name);
    claim(
        TOOLS.into_iter().all(offered),
        "ssh_plan and ssh_run are among them",
    )
}

async fn plan(client: &mut Client) -> Result<(), Box<dyn Error>> {
    heading("A plan that the policy allows");
    let allowed = ask(client, "ssh_plan", "demo-1", "uptime").await?.body();
    facts(&allowed, &["decision", "rendered", "hash", "why"]);
    claim(
        allowed["decision"] == "allow",
        "allowed, and nothing was run",
    )?;

    heading("A plan that it denies");
    let denied = ask(client, "ssh_plan", "demo-1", "systemctl restart nginx")
        .await?
        .body();
    facts(&denied, &["decision", "stage", "why", "hint"]);
    claim(denied["decision"] == "deny", "denied")?;
    claim(says_something(&denied["why"]), "it says why")?;
    claim(says_something(&denied["hint"]), "and what to do instead")
}

async fn run(client: &mut Client) -> Result<(), Box<dyn Error>> {
    for (alias, command) in RUNS {
        heading("A run");
        let result = ask(client, "ssh_run", alias, command).await?;
        let body = result.body();
        facts(&body, &["exit_code", "duration_ms", "target_ip", "output"]);
        claim(
            !result.is_error() && body["exit_code"] == 0,
            "it ran, with exit status 0",
        )?;
        claim(says_something(&body["output"]), "and its output came back")?;
    }
    Ok(())
}

async fn try_to_get_round(client: &mut Client) -> Result<(), Box<dyn Error>> {
    for command in BYPASSES {
        heading("An attempt to get round the policy");
        let result = ask(client, "ssh_run", "demo-1", command).await?;
        let body = result.body();
        facts(&body, &["status", "stage", "denied_command", "why", "hint"]);
        claim(
            result.is_error() && body["status"] == "denied",
            "refused, nothing was run",
        )?;
    }
    Ok(())
}

/// Calls a tool that takes a host and a command.
async fn ask(
    client: &mut Client,
    tool: &str,
    alias: &str,
    command: &str,
) -> Result<ToolResult, Box<dyn Error>> {
    fact(tool, &format!("{alias}: {command}"));
    client
        .call(tool, json!({"alias": alias, "command": command}))
        .await
}

/// The server's stderr: JSON lines, one decision and one outcome for each run among them.
fn audit(stderr: &str) -> Result<(), Box<dyn Error>> {
    heading("The audit trail, as the server wrote it to stderr");
    let records: Vec<Value> = stderr
        .lines()
        .map(|line| {
            serde_json::from_str(line).map_err(|error| format!("not JSON: {line}: {error}"))
        })
        .collect::<Result<_, _>>()?;
    for record in &records {
        remark(&record.to_string());
    }
    let of_type = |wanted: &str| {
        records
            .iter()
            .filter(|record| record["type"] == wanted)
            .count()
    };
    let judged = RUNS.len() + BYPASSES.len();
    claim(
        of_type("policy_decision") >= judged,
        "each run was judged on the record",
    )?;
    claim(
        of_type("audit") >= RUNS.len(),
        "and each outcome is on it too",
    )?;
    claim(!stderr.contains("PRIVATE KEY"), "no key is")
}

/// Prints those of `names` that `body` has.
fn facts(body: &Value, names: &[&str]) {
    for name in names {
        if let Some(value) = body.get(*name) {
            fact(name, &text(value));
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

fn says_something(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}
