//! The hardened `docker run` of the guide: a session through it, what of the hardening is in force, health,
//! signals, maintenance commands, logs.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::Command;

use super::engine::{Container, docker, image, until, within};
use super::guide;
use super::site::{BRIDGE, Site};
use crate::binary::client::Client;

/// How long the engine may take to call a container healthy.
const HEALTHY: Duration = Duration::from_secs(10);
/// How long a container may take to stop; Docker's own patience is ten seconds.
const STOPPED: Duration = Duration::from_secs(2);

/// A client of the guide's hardened container.
async fn session(site: &Site) -> (Client, Container) {
    image();
    let container = Container(format!("mcp-ssh-{}", site.port()));
    let command = guide::hardened_run()
        .replace("/opt/mcp-ssh", site.home())
        .replace("--name mcp-ssh ", &format!("--name {} ", container.0));
    assert!(command.contains(&container.0), "{command}");
    let mut shell = Command::new("bash");
    shell.args(["-euc", &format!("exec {command}")]);
    let mut client = Client::start(shell.current_dir(env!("CARGO_MANIFEST_DIR"))).unwrap();
    client.initialize().await.unwrap();
    container.runs();
    (client, container)
}

/// The result of a tool call; whether it is an error beside it.
async fn call(client: &mut Client, tool: &str, arguments: Value) -> (Value, bool) {
    let result = client.call(tool, arguments).await.unwrap();
    (result.body(), result.is_error())
}

fn on_web(command: &str) -> Value {
    json!({"alias": "prod-web-1", "command": command})
}

/// What the kernel says of a container's first process.
pub fn assert_hardened(container: &Container) {
    let status = container.proc("status");
    for line in [
        "Uid:\t10001\t10001\t10001\t10001",
        "Gid:\t10001\t10001\t10001\t10001",
        "CapInh:\t0000000000000000",
        "CapPrm:\t0000000000000000",
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "CapAmb:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
    ] {
        assert!(
            status.lines().any(|found| found == line),
            "{line}: {status}"
        );
    }
    let mounts = container.proc("mountinfo");
    let options = |at: &str| {
        let mut mounts = mounts
            .lines()
            .map(|line| line.split(' ').collect::<Vec<_>>());
        let found = mounts.find(|fields| fields[4] == at);
        found.unwrap_or_else(|| panic!("nothing at {at}: {mounts:?}"))[5].to_owned()
    };
    for at in ["/", "/app/config", "/app/keys"] {
        assert!(options(at).starts_with("ro,"), "{at} can be written");
    }
    for word in ["nosuid", "nodev", "noexec"] {
        assert!(options("/tmp").contains(word), "/tmp is not {word}");
    }
    assert_eq!(
        limit(container, "memory", ["memory.limit_in_bytes", "memory.max"]),
        "536870912"
    );
    assert_eq!(limit(container, "pids", ["pids.max", "pids.max"]), "64");
}

/// A limit of the container's control group, of version 1 or 2.
fn limit(container: &Container, controller: &str, files: [&str; 2]) -> String {
    let old = container
        .proc("mountinfo")
        .contains(&format!("/sys/fs/cgroup/{controller} "));
    let file = match old {
        true => format!("{controller}/{}", files[0]),
        false => files[1].to_owned(),
    };
    let read = container.proc(&format!("root/sys/fs/cgroup/{file}"));
    read.trim().to_owned()
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn serves_a_session() {
    let site = Site::start(BRIDGE);
    let (mut client, container) = session(&site).await;
    let (hosts, _) = call(&mut client, "ssh_list_hosts", json!({})).await;
    assert_eq!(hosts["hosts"][0]["alias"], "prod-web-1");
    for (command, decision) in [("uptime", "allow"), ("reboot", "deny")] {
        let (plan, _) = call(&mut client, "ssh_plan", on_web(command)).await;
        assert_eq!(plan["decision"], decision, "{plan}");
    }
    let (run, _) = call(&mut client, "ssh_run", on_web("id -un")).await;
    assert_eq!(run["output"], "root\n", "{run}");
    assert_eq!(run["target_ip"], BRIDGE);
    let (denied, is_error) = call(&mut client, "ssh_run", on_web("whoami")).await;
    assert_eq!((&denied["status"], is_error), (&json!("denied"), true));

    assert_hardened(&container);
    let logged = docker(&["logs", &container.0]);
    let answers = logged.lines().map(serde_json::from_str::<Value>);
    assert_eq!(
        answers.filter(Result::is_ok).count(),
        logged.lines().count()
    );
    assert!(logged.contains("root\\n"), "stdout is kept, too: {logged}");

    let (status, records) = client.leave().await.unwrap();
    assert!(status.success(), "{status}");
    let records: Vec<Value> = records
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let audited = |record: &Value| record["type"] == "audit" && record["exit_code"] == 0;
    assert!(records.iter().any(audited), "{records:?}");
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn is_healthy_soon_and_sick_without_its_key() {
    let site = Site::start(BRIDGE);
    let (_client, container) = session(&site).await;
    within(HEALTHY, "healthy", || {
        (container.inspect("{{.State.Health.Status}}") == "healthy").then_some(())
    });
    assert_eq!(container.mcp_ssh(&["healthcheck"]), "");
    std::fs::remove_file(format!("{}/keys/mcp_prod", site.home())).unwrap();
    let check = ["exec", &container.0, "/mcp-ssh", "healthcheck"];
    let output = std::process::Command::new("docker").args(check).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("mcp-ssh: unhealthy: "), "{said}");
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn stops_at_once_with_success() {
    let site = Site::start(BRIDGE);
    let (client, container) = session(&site).await;
    let start = Instant::now();
    docker(&["stop", &container.0]);
    assert!(start.elapsed() < STOPPED, "{:?}", start.elapsed());
    let (status, _) = client.leave().await.unwrap();
    assert!(status.success(), "{status}");
}

/// Sends SIGHUP, and waits until the container has told of so many reloads.
fn hang_up(container: &Container, reloads: usize) {
    docker(&["kill", "--signal", "HUP", &container.0]);
    until("it tells of a reload", || {
        let mut logs = std::process::Command::new("docker");
        let logged = logs.args(["logs", &container.0]).output().unwrap().stderr;
        let logged = String::from_utf8(logged).unwrap();
        (logged.matches("configuration reloaded").count() >= reloads).then_some(())
    });
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn reloads_on_hangup() {
    let site = Site::start(BRIDGE);
    let (mut client, container) = session(&site).await;
    // Of unchanged files, too, so that it is the signal that does it.
    hang_up(&container, 1);
    let (run, _) = call(&mut client, "ssh_run", on_web("uptime")).await;
    assert_eq!(run["exit_code"], 0, "{run}");
    site.write("config/policy.yml", "rules: []\n");
    hang_up(&container, 2);
    let (denied, is_error) = call(&mut client, "ssh_run", on_web("uptime")).await;
    assert_eq!((&denied["status"], is_error), (&json!("denied"), true));
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn answers_the_questions_of_maintenance() {
    let site = Site::start(BRIDGE);
    let (_client, container) = session(&site).await;
    let known = std::fs::read_to_string(format!("{}/keys/known_hosts", site.home())).unwrap();
    let target = format!("{BRIDGE}:{}", site.port());
    for (arguments, expected) in [
        (&["check"][..], "hosts: 1\n"),
        (&["hosts"], "prod-web-1"),
        (
            &["plan", "prod-web-1", "--", "uptime"],
            "allowed on prod-web-1\n",
        ),
        (&["run", "prod-web-1", "--", "id", "-un"], "root\n"),
        (&["keyscan", &target], &known),
        (&["reload"], "process 1: reloaded"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
    ] {
        let said = container.mcp_ssh(arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

/// What the image prints starts it: the entry of the guide, once the directory is the machine's own.
#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn prints_the_configuration_of_a_client_that_starts_it() {
    let site = Site::start(BRIDGE);
    let print = ["run", "--rm", image(), "client-config", "claude-desktop"];
    let printed = std::process::Command::new("docker").args(print).output();
    let printed = printed.unwrap();
    let config: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(config, guide::client_entry());
    let told = String::from_utf8(printed.stderr).unwrap();
    let replace = format!(
        "replace /opt/mcp-ssh by your own directory and {} by",
        image()
    );
    assert!(told.contains(&replace), "{told}");

    let server = &config["mcpServers"]["ssh"];
    let mut command = Command::new(server["command"].as_str().unwrap());
    for argument in server["args"].as_array().unwrap() {
        let argument = argument.as_str().unwrap();
        command.arg(argument.replace("/opt/mcp-ssh", site.home()));
    }
    let mut client = Client::start(&mut command).unwrap();
    client.initialize().await.unwrap();
    let (run, _) = call(&mut client, "ssh_run", on_web("id -un")).await;
    assert_eq!(run["output"], "root\n", "{run}");

    let own = [
        "--config",
        "/srv/c",
        "--keys",
        "/srv/k",
        "--secrets",
        "/srv/s",
    ];
    let print = [
        "run",
        "--rm",
        image(),
        "client-config",
        "docker",
        "--image",
        "x/y:1",
    ];
    let line = docker(&[&print[..], &own].concat());
    let end = "--volume /srv/c:/app/config:ro --volume /srv/k:/app/keys:ro --volume /srv/s:/app/secrets:ro x/y:1\n";
    assert!(line.ends_with(end), "{line}");
}
