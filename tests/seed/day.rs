//! What one does day by day: look at health and logs, reload, back up, ask the policy.

use serde_json::json;

use rustix::process::Signal;

use super::{deployed, ok, refused};
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::marker::within;
use crate::support::sshd::needs_root;

#[test]
pub fn the_container_is_healthy() {
    let lab = deployed();
    assert_eq!(ok(&lab, "set -e\nmcp-ssh healthcheck"), "");
    let broken = "echo 'rules: 1' >/opt/mcp-ssh/config/policy.yml\nmcp-ssh healthcheck";
    let said = refused(&lab, broken);
    assert!(said.contains("policy.yml"), "{said}");
}

#[test]
pub fn check_is_the_summary() {
    let lab = deployed();
    let said = ok(&lab, "mcp-ssh check");
    for line in ["hosts: 1\n", "rules: 1\n", "deny entries: 6\n"] {
        assert!(said.contains(line), "{said}");
    }
    let said = refused(
        &lab,
        "sed -i s/hosts:/host:/ /opt/mcp-ssh/config/servers.yml\nmcp-ssh check",
    );
    assert!(said.contains("servers.yml:1:1"), "{said}");
}

#[test]
pub fn stderr_is_for_jq() {
    let lab = deployed();
    let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "ssh_run", "arguments": {"alias": "prod-web-1", "command": "uptime"},
        "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}},
    }});
    // jq fails on a line that is not JSON.
    let script =
        format!("echo '{call}' | mcp-ssh 2>logs >answers\njq . logs >/dev/null\njq -r .type logs");
    let types = ok(&lab, &script);
    assert!(
        types.contains("policy_decision\n") && types.contains("audit\n"),
        "{types}"
    );
}

#[test]
pub fn no_port_is_listened_on() {
    needs_root("looks into a process that is not dumpable");
    let client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let pid = client.pid();
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok())
        .filter_map(|target| {
            let target = target.to_str()?.strip_prefix("socket:[")?;
            Some(target.strip_suffix(']')?.to_owned())
        })
        .collect();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let table = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap();
        for line in table.lines().skip(1) {
            let inode = line.split_whitespace().nth(9).unwrap();
            assert!(!sockets.iter().any(|socket| socket == inode), "{line}");
        }
    }
}

#[test]
pub fn a_changed_policy_is_reloaded() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let plan = json!({"alias": "web", "command": "hostname"});
    let decision = |client: &mut Client| {
        let plan = client.call("ssh_plan", plan.clone());
        plan["structuredContent"]["decision"].clone()
    };
    assert_eq!(decision(&mut client), "deny");
    client.fixture().write(
        "config/policy.yml",
        "rules:\n  - {action: allow, commands: [hostname]}\n",
    );
    client.signal(Signal::HUP);
    let patience = std::time::Duration::from_secs(5);
    assert!(within(patience, || decision(&mut client) == "allow"));
}

#[test]
pub fn a_backup_is_restored() {
    let lab = deployed();
    let backup = r#"BACKUP_DIR="/opt/backups/mcp-ssh"
DATE=$(date +%Y%m%d_%H%M%S)
touch -d '8 days ago' "$BACKUP_DIR/config_old.tar.gz"
tar -czf "$BACKUP_DIR/config_$DATE.tar.gz" \
  -C /opt/mcp-ssh config/ keys/
find "$BACKUP_DIR" -name "config_*.tar.gz" -mtime +7 -delete
rm -r /opt/mcp-ssh/config /opt/mcp-ssh/keys"#;
    ok(&lab, backup);
    assert!(refused(&lab, "mcp-ssh check").contains("no such file"));
    let restore = r#"set -- /opt/backups/mcp-ssh/config_*.tar.gz
BACKUP_FILE="$1"
RESTORE_DIR="/opt/mcp-ssh"
tar -xzf "$BACKUP_FILE" -C "$RESTORE_DIR"
mcp-ssh check
mcp-ssh run prod-web-1 -- uptime 2>/dev/null"#;
    assert!(ok(&lab, restore).contains("load average"));
}

#[test]
pub fn plan_is_policy_evaluate() {
    let lab = deployed();
    assert!(ok(&lab, "mcp-ssh plan prod-web-1 -- uptime").starts_with("allowed on prod-web-1\n"));
    for line in ["id", "systemctl restart nginx", "uptime; reboot"] {
        let said = refused(&lab, &format!("mcp-ssh plan prod-web-1 -- '{line}'"));
        assert!(said.starts_with("denied on prod-web-1\n"), "{line}: {said}");
    }
}
