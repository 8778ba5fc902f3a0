//! Directories, the guide's own files, the examples, and what the image says of itself.

use std::os::unix::fs::MetadataExt;

use super::{CREDENTIALS, ENVIRONMENT, PASSPHRASE, POLICY, SERVERS, deployed, ok};
use crate::support::lab::Lab;

#[test]
pub fn the_image_looks_in_app() {
    let lab = Lab::new();
    let output = lab.sh("mcp-ssh check");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    for file in ["servers.yml", "credentials.yml", "policy.yml"] {
        assert!(
            said.contains(&format!("/app/config/{file}: no such file")),
            "{said}"
        );
    }
}

#[test]
pub fn the_image_has_the_guides_user() {
    let image = include_str!("../../Dockerfile.scratch");
    assert!(image.lines().any(|line| line == "USER 10001:10001"));
}

#[test]
pub fn directories_below_home() {
    let lab = Lab::new();
    lab.ok("mkdir -p ~/mcp-ssh/{config,keys,secrets}\nchmod 0700 ~/mcp-ssh/secrets");
    lab.write("home/mcp-ssh/config/servers.yml", SERVERS);
    lab.write("home/mcp-ssh/config/credentials.yml", CREDENTIALS);
    lab.write("home/mcp-ssh/config/policy.yml", POLICY);
    let said = lab.ok(
        "mcp-ssh --config ~/mcp-ssh/config --keys ~/mcp-ssh/keys --secrets ~/mcp-ssh/secrets check || true",
    );
    assert!(said.contains("\nhosts: 1\nrules: 1\n"), "{said}");
}

#[test]
pub fn directories_below_opt() {
    let lab = deployed();
    let script = "chown -R 10001:10001 /opt/mcp-ssh\nchmod 0700 /opt/mcp-ssh/secrets\nchmod 0400 /opt/mcp-ssh/keys/*\n";
    // As the user of the image.
    let check = "setpriv --reuid 10001 --regid 10001 --clear-groups mcp-ssh check";
    lab.ok(&format!(
        "{ENVIRONMENT}{PASSPHRASE}{script}chmod 0711 . \n{check}"
    ));
    let secrets = lab.path("opt/mcp-ssh/secrets").metadata().unwrap();
    assert_eq!((secrets.uid(), secrets.mode() & 0o7777), (10001, 0o700));
}

#[test]
pub fn examples_are_copied() {
    let lab = Lab::new();
    let said = ok(
        &lab,
        "mkdir -p /opt/mcp-ssh/{config,keys,secrets}
cp examples/example-servers.yml /opt/mcp-ssh/config/servers.yml
cp examples/example-credentials.yml /opt/mcp-ssh/config/credentials.yml
cp examples/example-policy.yml /opt/mcp-ssh/config/policy.yml
mcp-ssh check || true",
    );
    assert!(said.contains("\nhosts: 5\nrules: 4\n"), "{said}");
}

#[test]
pub fn the_files_load_as_they_stand() {
    let lab = deployed();
    lab.write("opt/mcp-ssh/config/policy.yml", POLICY);
    // The policy names a known_hosts that only the image has.
    let said = ok(&lab, "mcp-ssh check --keys-elsewhere");
    assert!(
        said.contains("\nhosts: 1\nrules: 1\ndeny entries: 6\ncredentials: 1\n"),
        "{said}"
    );
}
