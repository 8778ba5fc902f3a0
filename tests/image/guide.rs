//! docs/DEPLOYMENT.md is run as it stands: each block of shell marked `sh docker` and each YAML file, in order,
//! on a machine whose /opt is a folder of the test's, with a real host at the address of the guide's host.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::engine::{ALONE, Container, docker, folder, image, succeeds};
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

/// A client starts what the guide runs, but for the name and the path of the seccomp profile.
#[test]
fn a_client_has_the_flags_of_the_hardened_run() {
    let run = hardened_run()
        .replace(" --name mcp-ssh ", " ")
        .replace(" --security-opt seccomp=deploy/seccomp.json", "");
    let mut run: Vec<&str> = run.split_whitespace().skip(1).collect();
    let entry = client_entry();
    let server = &entry["mcpServers"]["ssh"];
    let arguments = server["args"].as_array().unwrap().iter();
    let mut arguments: Vec<&str> = arguments.map(|word| word.as_str().unwrap()).collect();
    run.sort_unstable();
    arguments.sort_unstable();
    assert_eq!(arguments, run);
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
pub async fn every_block_works() {
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
        (25, 3),
        "blocks of the guide that were run and written"
    );
    swarm_runs_it_hardened();
    // The service's own and the client's.
    assert!(said.contains(" of 2 sessions are as written\n"), "{said}");
}

/// What Swarm can be told of the hardening, after the update by digest.
fn swarm_runs_it_hardened() {
    let label = "label=com.docker.swarm.service.name=mcp-ssh_mcp-ssh";
    let newest = docker(&["ps", "--latest", "--quiet", "--filter", label]);
    let container = Container(newest.trim().to_owned());
    let digest = fs::read_to_string(folder().join("digest")).unwrap();
    let image = format!("mcp-ssh-orchestrator@{}", digest.trim());
    for (format, expected) in [
        ("{{.Config.Image}}", &*image),
        ("{{.Config.User}}", "10001:10001"),
        ("{{json .HostConfig.CapDrop}}", "[\"ALL\"]"),
        ("{{.HostConfig.ReadonlyRootfs}}", "true"),
        ("{{.HostConfig.Memory}}", "536870912"),
        ("{{.HostConfig.NanoCpus}}", "1000000000"),
        ("{{.HostConfig.PidsLimit}}", "64"),
        ("{{json .NetworkSettings.Ports}}", "{}"),
    ] {
        assert_eq!(container.inspect(format), expected, "{format}");
    }
    let mounts = container.proc("mountinfo");
    for (at, options) in [
        (" /app/config ", "ro,"),
        (" /app/keys ", "ro,"),
        (" /run/secrets/prod_key_passphrase ", "ro,"),
        (" /tmp ", "rw,nosuid,nodev,noexec,"),
    ] {
        let at = format!("{at}{options}");
        assert!(mounts.contains(&at), "{at}: {mounts}");
    }
    // What others could read would be warned of.
    let check = ["exec", &container.0, "mcp-ssh", "check", "--strict"];
    let check = Command::new("docker").args(check).output().unwrap();
    assert!(check.status.success(), "{check:?}");
}
