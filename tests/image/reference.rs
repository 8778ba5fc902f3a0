//! The Python reference's own compose files and commands, by the real engine: with our image's name in the place of the
//! other, and with what docs/MIGRATION.md says to write.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::engine::{ALONE, Container, docker, image, succeeds, until};
use super::site::{BRIDGE, PASSPHRASE, Site};
use crate::binary::client::Client;

/// The image that the guide names.
const THEIRS: &str = "ghcr.io/samerfarida/mcp-ssh-orchestrator:latest";

/// The guide's "Production Compose", as it stands.
pub const PRODUCTION: &str = r#"version: '3.8'

services:
  mcp-ssh:
    image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest
    user: "10001:10001"
    deploy:
      resources:
        limits:
          memory: 512M
          cpus: '1'
    volumes:
      - ./config:/app/config:ro
      - ./keys:/app/keys:ro
      - ./secrets:/app/secrets:ro
    healthcheck:
      test: ["CMD", "python", "-c", "import mcp_ssh"]
      interval: 30s
      timeout: 5s
      retries: 3
    logging:
      driver: "json-file"
      options:
        max-size: "10m"
        max-file: "3"
"#;

/// The guide's "Development Compose", as it stands.
pub const DEVELOPMENT: &str = r#"version: '3.8'

services:
  mcp-ssh:
    build: .
    volumes:
      - ./config:/app/config:ro
      - ./keys:/app/keys:ro
      - ./secrets:/app/secrets:ro
    environment:
      - MCP_SSH_DEBUG=1
    healthcheck:
      test: ["CMD", "python", "-c", "import mcp_ssh"]
      interval: 30s
      timeout: 5s
      retries: 3
"#;

/// The guide's "Docker Secrets", as it stands.
pub const SECRETS: &str = r#"services:
  mcp-ssh:
    image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest
    secrets:
      - mcp_prod_passphrase
      - mcp_admin_password
    volumes:
      - ./config:/app/config:ro
      - ./keys:/app/keys:ro

secrets:
  mcp_prod_passphrase:
    external: true
  mcp_admin_password:
    external: true
"#;

/// The guide's "Container Security", as it stands.
pub const RESOURCES: &str = r#"deploy:
  resources:
    limits:
      memory: 512M
      cpus: '1'
    reservations:
      memory: 256M
      cpus: '0.5'
"#;

/// The guide's "Network isolation", as it stands.
pub const NETWORK: &str = r#"services:
  mcp-ssh:
    image: ghcr.io/samerfarida/mcp-ssh-orchestrator:latest
    networks:
      - mcp-network
    volumes:
      - ./config:/app/config:ro
      - ./keys:/app/keys:ro

networks:
  mcp-network:
    driver: bridge
    ipam:
      config:
        - subnet: 172.20.0.0/16
"#;

/// The guide's health check, and the two lines that docs/MIGRATION.md has.
const PYTHON: &str = r#"["CMD", "python", "-c", "import mcp_ssh"]"#;
const HEALTH: &str = r#"["CMD", "mcp-ssh", "healthcheck"]"#;
const OPEN: &str = "    stdin_open: true\n";

#[test]
fn the_page_has_the_two_lines() {
    let page = include_str!("../../docs/MIGRATION.md");
    let lines = format!("```text\n{OPEN}      test: {HEALTH}\n```");
    assert!(page.contains(&lines) && page.contains(PYTHON), "{lines}");
}

/// A file of the guide with our image, and what docs/MIGRATION.md says to change.
fn migrated(file: &str) -> String {
    let file = file
        .replace(THEIRS, image())
        .replace(PYTHON, HEALTH)
        // The guide's 30 s are long for a test.
        .replace("interval: 30s", "interval: 1s");
    let service = "  mcp-ssh:\n";
    file.replacen(service, &[service, OPEN].concat(), 1)
}

/// The guide's machine, whose `~/mcp-ssh` and folder of the compose file are the site.
fn bash(site: &Site, script: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", script])
        .current_dir(site.home())
        .env("HOME", site.home());
    bash
}

/// A project of the guide's compose file, which is taken down with the value.
struct Composed<'a>(&'a Site);

impl<'a> Composed<'a> {
    fn new(site: &'a Site, file: &str) -> Self {
        fs::write(format!("{}/docker-compose.yml", site.home()), file).unwrap();
        Self(site)
    }

    fn up(&self) -> Container {
        succeeds(&mut bash(self.0, "docker-compose up -d"));
        let id = succeeds(&mut bash(self.0, "docker-compose ps --all --quiet"));
        Container(id.trim().to_owned())
    }
}

impl Drop for Composed<'_> {
    fn drop(&mut self) {
        let _down = bash(self.0, "docker-compose down --timeout 2").output();
    }
}

fn healthy(container: &Container) {
    until("it is healthy", || {
        (container.inspect("{{.State.Health.Status}}") == "healthy").then_some(())
    });
}

/// What a container has said on stderr, which is JSON lines.
fn records(container: &Container) -> Vec<Value> {
    let logs = Command::new("docker").args(["logs", &container.0]).output();
    let Output { stderr, .. } = logs.unwrap();
    let lines = String::from_utf8(stderr).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_compose_file_with_another_image_says_what_it_lacks() {
    let _alone = ALONE.lock().await;
    let site = Site::start(BRIDGE);
    let composed = Composed::new(&site, &PRODUCTION.replace(THEIRS, image()));
    let container = composed.up();
    assert_eq!(docker(&["wait", &container.0]), "0\n");
    let records = records(&container);
    let [ready, closed] = &records[..] else {
        panic!("two records: {records:?}")
    };
    assert_eq!(
        (&ready["type"], &ready["hosts"], &ready["rules"]),
        (&json!("ready"), &json!(1), &json!(1))
    );
    assert_eq!(
        closed["msg"],
        "stdin is closed, no client: ending; Compose: stdin_open: true; docker run: -i"
    );
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_compose_file_with_two_lines_is_healthy() {
    let _alone = ALONE.lock().await;
    let site = Site::start(BRIDGE);
    let reserved: String = RESOURCES
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let (before, rest) = PRODUCTION.split_once("    deploy:\n").unwrap();
    let (_, after) = rest.split_once("    volumes:\n").unwrap();
    let file = format!("{before}{reserved}    volumes:\n{after}");
    let composed = Composed::new(&site, &migrated(&file));
    let container = composed.up();
    healthy(&container);
    for (format, expected) in [
        ("{{.HostConfig.Memory}}", "536870912"),
        ("{{.HostConfig.MemoryReservation}}", "268435456"),
        ("{{.HostConfig.NanoCpus}}", "1000000000"),
    ] {
        assert_eq!(container.inspect(format), expected, "{format}");
    }
    let script = r#"set -- "$(docker-compose ps --format '{{.Name}}')"
CONTAINER=${1:-mcp-ssh}
echo "== Container health =="
docker ps --filter "name=${CONTAINER}" --filter "health=healthy"
echo "== Recent logs =="
docker logs --tail=20 "${CONTAINER}"
echo "== Config summary =="
docker exec -i "${CONTAINER}" mcp-ssh check"#;
    let said = succeeds(&mut bash(&site, script));
    assert!(
        said.contains("(healthy)") && said.contains("\nhosts: 1\n"),
        "{said}"
    );
    succeeds(&mut bash(
        &site,
        "docker-compose down\ndocker-compose up -d",
    ));
    let id = succeeds(&mut bash(&site, "docker-compose ps --quiet"));
    let run = docker(&[
        "exec",
        id.trim(),
        "mcp-ssh",
        "run",
        "prod-web-1",
        "--",
        "id",
        "-un",
    ]);
    assert_eq!(run, "root\n");
}

/// `build: .` is that of a checkout after `make static`.
#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_development_file_builds_the_checkout() {
    let _alone = ALONE.lock().await;
    let site = Site::start(BRIDGE);
    let checkout = env!("CARGO_MANIFEST_DIR");
    let copy = format!(
        "mkdir -p target/static\ncp -d {checkout}/{{Dockerfile,Dockerfile.scratch,.dockerignore}} .\n\
         cp {checkout}/target/static/mcp-ssh target/static"
    );
    succeeds(&mut bash(&site, &copy));
    let composed = Composed::new(&site, &migrated(DEVELOPMENT));
    let container = composed.up();
    healthy(&container);
    let environment = container.inspect("{{json .Config.Env}}");
    assert!(environment.contains("MCP_SSH_DEBUG=1"), "{environment}");
    let levels = records(&container);
    assert!(
        levels.iter().any(|record| record["type"] == "ready"),
        "{levels:?}"
    );
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_network_file_has_its_subnet() {
    let _alone = ALONE.lock().await;
    let site = Site::start("172.20.0.1");
    let composed = Composed::new(&site, &migrated(NETWORK));
    let container = composed.up();
    let format = "{{range .NetworkSettings.Networks}}{{.Gateway}}/{{.IPPrefixLen}}{{end}}";
    assert_eq!(container.inspect(format), "172.20.0.1/16");
    let said = container.mcp_ssh(&["keyscan", &format!("172.20.0.1:{}", site.port())]);
    assert!(said.contains("ssh-ed25519"), "{said}");
}

/// A swarm of this engine alone, which it leaves with the value.
struct Swarm;

impl Swarm {
    fn new() -> Self {
        docker(&["swarm", "init", "--advertise-addr", "127.0.0.1"]);
        Self
    }

    /// The container of the guide's service, once it is healthy.
    fn container(&self) -> Container {
        let label = "label=com.docker.swarm.service.name=mcp-ssh_mcp-ssh";
        let listing = [
            "ps",
            "--quiet",
            "--filter",
            label,
            "--filter",
            "health=healthy",
        ];
        until("the service is healthy", || {
            let ids = docker(&listing);
            Some(Container(ids.lines().next()?.to_owned()))
        })
    }
}

impl Drop for Swarm {
    fn drop(&mut self) {
        let _left = Command::new("docker")
            .args(["swarm", "leave", "--force"])
            .output();
    }
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_secrets_file_is_a_stack() {
    let _alone = ALONE.lock().await;
    let site = Site::start(BRIDGE);
    let credentials = format!("{}/config/credentials.yml", site.home());
    let own = fs::read_to_string(credentials).unwrap();
    site.write(
        "config/credentials.yml",
        &own.replace("prod_key_passphrase", "mcp_prod_passphrase"),
    );
    fs::write(format!("{}/stack.yml", site.home()), migrated(SECRETS)).unwrap();
    let swarm = Swarm::new();
    let script = format!(
        r#"echo "{PASSPHRASE}" | docker secret create mcp_prod_passphrase -
echo "admin-password" | docker secret create mcp_admin_password -
docker stack deploy --detach=true -c stack.yml mcp-ssh"#
    );
    succeeds(&mut bash(&site, &script));
    let run = ["run", "prod-web-1", "--", "id", "-un"];
    assert_eq!(swarm.container().mcp_ssh(&run), "root\n");
}

/// The four that the guide has, each asked to run a command.
#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
pub async fn the_runs_of_the_guide_serve() {
    let site = Site::start(BRIDGE);
    symlink(site.home(), format!("{}/mcp-ssh", site.home())).unwrap();
    let (config, keys, secrets) = (
        "-v ~/mcp-ssh/config:/app/config:ro",
        "-v ~/mcp-ssh/keys:/app/keys:ro",
        "-v ~/mcp-ssh/secrets:/app/secrets:ro",
    );
    let variables = "export MCP_SSH_SECRET_PROD_KEY_PASSPHRASE=\"correct horse\"\n\
                     export MCP_SSH_SECRET_ADMIN_PASSWORD=\"admin-password\"\n";
    for (before, run, answer) in [
        ("", format!("{config} {keys} {secrets}"), "load average"),
        (
            "",
            format!("--memory=512m --cpus=1 --user=10001:10001 {config} {keys} {secrets}"),
            "load average",
        ),
        (
            variables,
            format!(
                "-e MCP_SSH_SECRET_PROD_KEY_PASSPHRASE -e MCP_SSH_SECRET_ADMIN_PASSWORD {config} {keys}"
            ),
            "load average",
        ),
        // The guide mounts no secrets here.
        (
            "",
            format!("--read-only --tmpfs /tmp {config} {keys}"),
            "SSH secret missing",
        ),
    ] {
        let script = format!("{before}docker run -i --rm {run} {}", image());
        let mut server = tokio::process::Command::from(bash(&site, &script));
        let mut client = Client::start(&mut server).unwrap();
        client.initialize().await.unwrap();
        let uptime = json!({"alias": "prod-web-1", "command": "uptime"});
        let said = client.call("ssh_run", uptime).await.unwrap().body();
        assert!(said.to_string().contains(answer), "{script}: {said}");
    }
}
