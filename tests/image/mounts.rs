//! What an operator mounts wrongly, by the real engine: no server says that it is ready, and each says what to type.

use std::process::Command;

use super::engine::{Container, docker, image};
use super::site::{BRIDGE, Site};

/// The status of a command of the image, and all that it says.
fn said(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("docker").args(words).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn checked(mounts: &[&str]) -> (Option<i32>, String) {
    said(&[&["run", "--rm"], mounts, &[image(), "check"]].concat())
}

/// The volume is removed with the value.
struct Volume(String);

impl Drop for Volume {
    fn drop(&mut self) {
        let _gone = Command::new("docker")
            .args(["volume", "rm", "--force", &self.0])
            .output();
    }
}

#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn a_mount_that_is_missing_or_another_is_told_as_that() {
    let site = Site::start(BRIDGE);
    let home = site.home();
    let policy = format!("{home}/config/policy.yml:/app/config:ro");
    let empty = format!("{home}/nothing-here:/app/config:ro");
    let own = format!("{home}:/app:ro");
    let nobody = ["--user", "12345:12345", "--volume", &own];
    for (mounts, told) in [
        (
            &[][..],
            "nothing is mounted at `/app/config`: `docker run --volume DIRECTORY:/app/config:ro …`",
        ),
        (
            &["--volume", &policy],
            "`/app/config` is a file: mount or name the directory in which the three files are",
        ),
        (
            &["--volume", &empty],
            "put it into the directory that is mounted at `/app/config` (docker makes an empty one where the source of a \
             mount is missing)",
        ),
        (
            &nobody,
            "permission denied: user 10001 owns `/app/config/servers.yml` (mode 0400) and keeps user 12345 out: `chown 12345 \
             /app/config/servers.yml`, or run this as user 10001",
        ),
    ] {
        let (status, said) = checked(mounts);
        let headline =
            |line: &str| line.starts_with("/app/config/servers.yml: ") && line.ends_with(told);
        assert!(said.lines().any(headline), "{mounts:?}: {said}");
        assert_eq!(status, Some(1));
    }
}

/// `sed -i` puts another file in the place of a single one that is mounted: the policy that is in force is the old one.
#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn a_single_file_that_was_replaced_is_no_reload() {
    let site = Site::start(BRIDGE);
    let home = site.home();
    let container = Container(format!("mcp-ssh-single-{}", site.port()));
    let mut words = vec!["run", "--detach", "--interactive", "--name", &container.0];
    let mounts = [
        "config/servers.yml",
        "config/credentials.yml",
        "config/policy.yml",
        "keys",
        "secrets",
    ];
    let mounts = mounts.map(|name| format!("--volume={home}/{name}:/app/{name}:ro"));
    words.extend(mounts.iter().map(String::as_str));
    words.push(image());
    docker(&words);
    container.runs();
    let reload = ["exec", &container.0, "mcp-ssh", "reload"];
    let (status, told) = said(&reload);
    assert!(
        status == Some(0) && told.contains("process 1: reloaded"),
        "{told}"
    );
    let sed = Command::new("sed")
        .args(["-i", "s/uptime/reboot/"])
        .arg(format!("{home}/config/policy.yml"))
        .status();
    assert!(sed.unwrap().success());
    let (status, told) = said(&reload);
    let behind = "/app/config/policy.yml: its mount still has the file from before";
    assert!(status == Some(1) && told.contains(behind), "{told}");
    let (status, told) = said(&["exec", &container.0, "mcp-ssh", "healthcheck"]);
    assert!(status == Some(1) && told.contains(behind), "{told}");
    docker(&["restart", "--time", "5", &container.0]);
    container.runs();
    assert!(
        container
            .mcp_ssh(&["reload"])
            .contains("process 1: reloaded")
    );
}

/// A named volume is root's: nothing would be run, and the container is not healthy.
#[test]
#[ignore = "needs target/image; run `make test-image`"]
fn a_trail_that_cannot_be_written_is_not_healthy() {
    let site = Site::start(BRIDGE);
    let volume = Volume(format!("mcp-ssh-trail-{}", site.port()));
    let own = ["config", "keys", "secrets"]
        .map(|name| format!("--volume={0}/{name}:/app/{name}:ro", site.home()));
    let trail = format!("--volume={}:/app/audit", volume.0);
    let mut mounts: Vec<&str> = own.iter().map(String::as_str).collect();
    mounts.extend([&*trail, "--env=MCP_SSH_AUDIT_FILE=/app/audit/audit.jsonl"]);
    let told = "permission denied: user 0 owns `/app/audit` (mode 0755) and keeps user 10001 out: `chown 10001 /app/audit`";
    let (status, checked) = checked(&mounts);
    let line = format!("/app/audit/audit.jsonl: nothing will be run: {told}\n");
    assert!(status == Some(1) && checked.contains(&line), "{checked}");
    let (status, said) = said(&[&["run", "--rm"], &mounts[..], &[image(), "healthcheck"]].concat());
    let line = format!("mcp-ssh: unhealthy: `/app/audit/audit.jsonl`: {told}\n");
    assert_eq!((status, said), (Some(1), line));
}
