//! The Python reference's deployment guide, command by command: each of its shell commands and files
//! has a row in `table.rs` with its counterpart here, and what proves it.
//!
//! The guide itself is not part of this repository: with `MCP_SSH_SEED` naming its
//! `09-Deployment.md`, a test checks that no line of its blocks is without a row.

mod blocks;
mod day;
mod files;
mod keys;
mod proofs;
mod table;

use crate::support::lab::Lab;

/// The guide's "Update credentials.yml", as it stands.
const CREDENTIALS: &str = r#"entries:
  - name: "prod_admin"
    username: "ubuntu"
    key_path: "mcp_prod"
    key_passphrase_secret: "prod_key_passphrase"
    password_secret: ""
"#;

/// The guide's "Production policy.yml", as it stands.
const POLICY: &str = r#"known_hosts_path: "/app/keys/known_hosts"

limits:
  max_seconds: 30
  max_output_bytes: 131072
  host_key_auto_add: false
  require_known_host: true
  deny_substrings:
    - "rm -rf /"
    - "shutdown*"
    - "reboot*"
    - "systemctl restart*"
    - "systemctl stop*"
    - "systemctl start*"

network:
  allow_cidrs:
    - "10.0.0.0/8"
  block_cidrs:
    - "0.0.0.0/0"
  require_known_host: true

rules:
  - action: "allow"
    aliases: ["prod-*"]
    tags: ["production"]
    commands:
      - "uptime*"
      - "df -h*"
      - "systemctl status *"
      - "journalctl --no-pager -n 20 *"

overrides:
  aliases:
    prod-db-1:
      max_seconds: 15
      max_output_bytes: 65536
"#;

/// Where the guide puts things, said to `mcp-ssh` as a shell would.
const ENVIRONMENT: &str = "export MCP_SSH_CONFIG_DIR=/opt/mcp-ssh/config \
    MCP_SSH_KEYS_DIR=/opt/mcp-ssh/keys MCP_SSH_SECRETS_DIR=/opt/mcp-ssh/secrets\n";
const PASSPHRASE: &str = "export MCP_SSH_SECRET_PROD_KEY_PASSPHRASE=production-passphrase\n";
const SERVERS: &str = "hosts:\n  - {alias: prod-web-1, host: 10.0.0.11, credentials: prod_admin, tags: [production]}\n";

/// The guide's `/opt/mcp-ssh`, with its files and the key that it has one generate.
fn deployed() -> Lab {
    let lab = Lab::new();
    lab.ok("mkdir -p /opt/mcp-ssh/{config,keys,secrets}
ssh-keygen -q -t ed25519 -N production-passphrase -f /opt/mcp-ssh/keys/mcp_prod -C mcp-ssh-orchestrator-prod
chmod 0400 /opt/mcp-ssh/keys/mcp_prod
mcp-ssh keyscan 10.0.0.11 >/opt/mcp-ssh/keys/known_hosts 2>/dev/null");
    lab.write("opt/mcp-ssh/config/credentials.yml", CREDENTIALS);
    lab.write("opt/mcp-ssh/config/servers.yml", SERVERS);
    // The image has its keys in /app; here they are elsewhere.
    let policy = POLICY.replace("/app/", "/opt/mcp-ssh/");
    lab.write("opt/mcp-ssh/config/policy.yml", &policy);
    lab
}

/// Runs a script in the guide's environment, where it has to go well.
fn ok(lab: &Lab, script: &str) -> String {
    lab.ok(&format!("{ENVIRONMENT}{PASSPHRASE}{script}"))
}

/// What a script that fails says on stderr.
fn refused(lab: &Lab, script: &str) -> String {
    let output = lab.sh(&format!("{ENVIRONMENT}{PASSPHRASE}{script}"));
    assert!(!output.status.success(), "{script}: it went well");
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}
