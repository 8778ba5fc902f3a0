//! docs/DEPLOYMENT.md is run as it stands: each block of shell marked `sh docker` and each YAML file, in order,
//! on a machine whose /opt is a folder of the test's, with a real host at the address of the guide's host.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::engine::{COMPOSE, Container, image, succeeds};
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

/// What takes the containers of the guide down, whatever became of the test.
struct Down<'a>(&'a Site);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        let _down = bash(
            self.0,
            "docker compose -f deploy/compose.yml down --timeout 2",
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
    let _alone = COMPOSE.lock().await;
    image();
    let site = Site::on_port_22("opt/mcp-ssh/keys/mcp_prod.pub");
    let _container = Container("mcp-ssh".to_owned());
    let _down = Down(&site);
    let here = |text: &str| {
        text.replace("/opt/", &format!("{}/opt/", site.home()))
            .replace(HOST, BRIDGE)
            .replace(USER, "username: root")
    };
    let (mut scripts, mut files) = (0, 0);
    for (fence, text) in blocks() {
        if fence == "sh docker" {
            succeeds(&mut bash(&site, &here(text)));
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
        (19, 3),
        "blocks of the guide that were run and written"
    );
}
