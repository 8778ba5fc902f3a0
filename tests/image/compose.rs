//! deploy/compose.yml and its additions for development, by the real compose.

use std::process::Command as Synchronous;

use serde_json::{Value, json};
use tokio::process::Command;

use super::engine::{ALONE, Container, image, succeeds};
use super::hardened::assert_hardened;
use super::site::Site;
use crate::binary::client::Client;

/// Another network than deploy/compose.yml has of itself, and the engine's address there.
const SUBNET: &str = "172.21.0.0/16";
const GATEWAY: &str = "172.21.0.1";

/// A project of compose, which is taken down with the value.
struct Project<'a> {
    site: &'a Site,
    files: &'static [&'static str],
    name: String,
}

impl Project<'_> {
    /// The words of a compose command.
    fn words(&self, arguments: &[&str]) -> Vec<String> {
        let files = self.files.iter().flat_map(|file| ["--file", file]);
        let words = ["compose"].into_iter().chain(files);
        let words = words.chain(["--project-name", &self.name]);
        words
            .chain(arguments.iter().copied())
            .map(str::to_owned)
            .collect()
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut docker = Synchronous::new("docker");
        docker.current_dir(env!("CARGO_MANIFEST_DIR"));
        docker.env("MCP_SSH_HOME", self.site.home());
        docker.env("MCP_SSH_SUBNET", SUBNET);
        succeeds(docker.args(self.words(arguments)))
    }

    fn container(&self) -> Container {
        Container(self.run(&["ps", "--quiet", "mcp-ssh"]).trim().to_owned())
    }
}

impl Drop for Project<'_> {
    fn drop(&mut self) {
        let mut docker = Synchronous::new("docker");
        docker.current_dir(env!("CARGO_MANIFEST_DIR"));
        docker.env("MCP_SSH_HOME", self.site.home());
        docker.env("MCP_SSH_SUBNET", SUBNET);
        let down = ["down", "--timeout", "2", "--remove-orphans"];
        let _down = docker.args(self.words(&down)).output();
    }
}

/// One after the other, since both have the one network.
#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn brings_up_production_and_development() {
    let _alone = ALONE.lock().await;
    image();
    let site = Site::start(GATEWAY);
    production(&site).await;
    development(&site);
}

async fn production(site: &Site) {
    let project = Project {
        site,
        files: &["deploy/compose.yml"],
        name: format!("production-{}", site.port()),
    };
    project.run(&["up", "--detach", "--wait"]);
    let container = project.container();
    assert_hardened(&container);
    let said =
        |format: &str| -> Value { serde_json::from_str(&container.inspect(format)).unwrap() };
    assert_eq!(
        said("{{json .HostConfig.LogConfig}}"),
        json!({"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}})
    );
    assert_eq!(said("{{json .HostConfig.NanoCpus}}"), 1_000_000_000);
    assert_eq!(said("{{json .Config.OpenStdin}}"), true);
    assert_eq!(said("{{json .NetworkSettings.Ports}}"), json!({}));
    let mounts = container.inspect("{{range .Mounts}}{{.Destination}} {{.RW}}\n{{end}}");
    for at in [
        "/app/config",
        "/app/keys",
        "/run/secrets/prod_key_passphrase",
    ] {
        let expected = format!("{at} false");
        assert!(
            mounts.lines().any(|mount| mount == expected),
            "{at}: {mounts}"
        );
    }
    assert!(!mounts.contains("/app/secrets"), "{mounts}");

    let mut exec = Command::new("docker");
    exec.current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("MCP_SSH_HOME", site.home())
        .env("MCP_SSH_SUBNET", SUBNET);
    let mut client =
        Client::start(exec.args(project.words(&["exec", "--no-TTY", "mcp-ssh", "mcp-ssh"])));
    let client = client.as_mut().unwrap();
    client.initialize().await.unwrap();
    let run = json!({"alias": "prod-web-1", "command": "id -un"});
    let run = client.call("ssh_run", run).await.unwrap().body();
    assert_eq!(run["output"], "root\n", "{run}");
}

fn development(site: &Site) {
    let project = Project {
        site,
        files: &["deploy/compose.yml", "deploy/compose.dev.yml"],
        name: format!("development-{}", site.port()),
    };
    project.run(&["up", "--build", "--detach", "--wait"]);
    let container = project.container();
    assert_hardened(&container);
    let environment = container.inspect("{{json .Config.Env}}");
    assert!(environment.contains("MCP_SSH_DEBUG=1"), "{environment}");
}
