//! Keys, their modes and passphrases, and the hosts' own keys.

use super::{ENVIRONMENT, deployed, ok, refused};

const RUN: &str = "mcp-ssh run prod-web-1 -- uptime 2>&1";

#[test]
pub fn a_generated_key_logs_in() {
    let lab = deployed();
    assert!(ok(&lab, RUN).contains("load average"));
    // The key, and nothing else, lets it in.
    lab.ok("rm /opt/mcp-ssh/keys/mcp_prod.pub");
    let said = refused(&lab, RUN);
    assert!(said.contains("authentication"), "{said}");
}

#[test]
pub fn modes_of_keys() {
    let lab = deployed();
    ok(
        &lab,
        &format!(
            "chmod 0444 /opt/mcp-ssh/keys/mcp_prod.pub\nchmod 0400 /opt/mcp-ssh/keys/mcp_prod\n{RUN}"
        ),
    );
    let open = format!("chmod 0444 /opt/mcp-ssh/keys/mcp_prod\n{RUN}");
    let said = refused(&lab, &open);
    assert!(said.contains("mcp_prod"), "{said}");
}

#[test]
pub fn secrets_in_files() {
    let lab = deployed();
    let create = "echo \"production-passphrase\" >/opt/mcp-ssh/secrets/prod_key_passphrase\n";
    let ran = lab.ok(&format!(
        "{ENVIRONMENT}{create}chmod 0400 /opt/mcp-ssh/secrets/*\n{RUN}"
    ));
    assert!(ran.contains("load average"), "{ran}");
    let none = lab.sh(&format!("{ENVIRONMENT}rm /opt/mcp-ssh/secrets/*\n{RUN}"));
    let said = String::from_utf8_lossy(&none.stdout);
    assert!(
        said.contains("secret `prod_key_passphrase` is nowhere"),
        "{said}"
    );
}

#[test]
pub fn secrets_in_the_environment() {
    let lab = deployed();
    assert!(ok(&lab, RUN).contains("load average"));
    let wrong = "export MCP_SSH_SECRET_PROD_KEY_PASSPHRASE=\"admin-password\"\n";
    let said = refused(&lab, &format!("{wrong}{RUN}"));
    assert!(said.contains("passphrase"), "{said}");
    assert!(!said.contains("admin-password"), "{said}");
}

#[test]
pub fn keyscan_is_ssh_keyscan() {
    let lab = deployed();
    let ours = ok(&lab, "mcp-ssh keyscan 10.0.0.11");
    let theirs = ok(&lab, "ssh-keyscan -t ed25519 10.0.0.11 2>/dev/null");
    assert_eq!(ours, theirs);
    let unknown = format!("echo >/opt/mcp-ssh/keys/known_hosts\n{RUN}");
    let said = refused(&lab, &unknown);
    assert!(said.contains("host key"), "{said}");
    ok(
        &lab,
        &format!("mcp-ssh keyscan 10.0.0.11 >>/opt/mcp-ssh/keys/known_hosts\n{RUN}"),
    );
}
