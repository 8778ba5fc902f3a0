//! docs/DEPLOYMENT.md is run as it stands: each block of shell marked `sh docker` and each YAML file, in order,
//! on a machine whose /opt is a folder of the test's, with a real host at the address of the guide's host.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::engine::{ALONE, Container, image, succeeds};
use super::site::{BRIDGE, Site};

const GUIDE: &str = include_str!("../../docs/DEPLOYMENT.md");
/// The guide's own host and user, and those of the test.
const HOST: &str = "10.0.0.11";
const USER: &str = "username: ubuntu";

/// The fenced blocks: what stands after the fence, and the text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = GUIDE.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| block.split_once('\n').unwrap())
        .collect()
}

/// The command of the block "Hardened", as one line.
pub fn hardened_run() -> String {
    let mut runs = blocks().into_iter().filter(|(fence, text)| {
        *fence == "sh docker" && text.starts_with("docker run --interactive --rm --name mcp-ssh ")
    });
    let (_, text) = runs.next().expect("the guide has a hardened run");
    assert!(runs.next().is_none(), "the guide has two hardened runs");
    text.replace("\\\n", " ")
}

/// The entry of the block "Client configuration".
pub fn client_entry() -> serde_json::Value {
    let mut entries = blocks().into_iter().filter(|(fence, _)| *fence == "json");
    let (_, text) = entries.next().expect("the guide has a client's entry");
    assert!(entries.next().is_none(), "the guide has two entries");
    serde_json::from_str(text).unwrap()
}

/// What takes the containers and the swarm of the guide down, whatever became of the test.
struct Down<'a>(&'a Site);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        let _down = bash(
            self.0,
            "docker swarm leave --force || true\ndocker compose -f deploy/compose.yml down --timeout 2",
        )
        .output();
    }
}

/// A shell on the guide's machine; functions stand for what is installed there.
fn bash(site: &Site, script: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", script])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("MCP_SSH_HOME", format!("{}/opt/mcp-ssh", site.home()));
    bash
}

#[tokio::test]
#[ignore = "needs target/image; run `make test-image`"]
async fn every_block_works() {
    let _alone = ALONE.lock().await;
    image();
    let site = Site::on_port_22("opt/mcp-ssh/keys/mcp_prod.pub");
    let _container = Container("mcp-ssh".to_owned());
    let _down = Down(&site);
    let here = |text: &str| {
        text.replace("/opt/", &format!("{}/opt/", site.home()))
            .replace(HOST, BRIDGE)
            .replace(USER, "username: root")
    };
    let (mut scripts, mut files, mut said) = (0, 0, String::new());
    for (fence, text) in blocks() {
        if fence == "sh docker" {
            said += &succeeds(&mut bash(&site, &here(text)));
            scripts += 1;
        } else if fence == "yaml" {
            let (name, _) = text.strip_prefix("# ").unwrap().split_once('\n').unwrap();
            fs::write(
                Path::new(site.home()).join("opt/mcp-ssh/config").join(name),
                here(text),
            )
            .unwrap();
            files += 1;
        }
    }
    assert_eq!(
        (scripts, files),
        (24, 3),
        "blocks of the guide that were run and written"
    );
    // The service's own and the client's.
    assert!(said.contains(" of 2 sessions are as written\n"), "{said}");
}
