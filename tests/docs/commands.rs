//! The shell blocks, run as they stand: each document in a machine of its own, one block after the
//! other.
//!
//! There is a site already, which `mcp-ssh` finds by its environment: `web-1` and `prod-web-1`, tag
//! `production`, both 10.0.0.11, with a policy that allows `uptime`; `audit.jsonl` is the
//! trail of a few commands there.

use super::fences::{Block, documents};
use crate::support::lab::Lab;

const SITE: &str = "export MCP_SSH_CONFIG_DIR=$PWD/site/config MCP_SSH_KEYS_DIR=$PWD/site/keys \
    MCP_SSH_SECRETS_DIR=$PWD/site/secrets\n";
const SERVERS: &str = "defaults: {credentials: ops}
hosts:
  - {alias: web-1, host: 10.0.0.11, tags: [production]}
  - {alias: prod-web-1, host: 10.0.0.11, tags: [production]}
";
const CREDENTIALS: &str =
    "entries:\n  - {name: ops, username: ubuntu, key_path: prod/id_ed25519}\n";
const POLICY: &str = "rules:\n  - {name: look, action: allow, commands: [uptime, 'df -h*']}\n";

/// A machine with a site.
fn machine() -> Lab {
    let lab = Lab::new();
    lab.ok("mkdir -p site/{config,keys/prod,secrets}
ssh-keygen -q -t ed25519 -N '' -f site/keys/prod/id_ed25519
mcp-ssh keyscan 10.0.0.11 >site/keys/known_hosts 2>/dev/null");
    lab.write("site/config/servers.yml", SERVERS);
    lab.write("site/config/credentials.yml", CREDENTIALS);
    lab.write("site/config/policy.yml", POLICY);
    lab.write("hosts.ini", "[web]\nweb-1 ansible_host=10.0.0.11\n");
    let ask = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"_meta\":\
        {\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\
        \"io.modelcontextprotocol/clientCapabilities\":{}},\"name\":\"ssh_run\",\
        \"arguments\":{\"alias\":\"web-1\",\"command\":\"COMMAND\"}}}";
    let calls = ["uptime", "reboot"].map(|command| ask.replace("COMMAND", command));
    for call in calls {
        lab.ok(&format!(
            "{SITE}echo '{call}' | mcp-ssh --audit-file audit.jsonl 2>/dev/null"
        ));
    }
    lab
}

/// Runs a block; what is wrong with it.
fn fault(lab: &Lab, block: &Block) -> Option<String> {
    let run = |script: &str| {
        let output = lab.sh(&format!("{SITE}{script}"));
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status, stdout, stderr)
    };
    if block.language != "console" {
        let (status, stdout, stderr) = run(&block.text);
        return (!status.success()).then(|| format!("{status}: {stdout}{stderr}"));
    }
    for shown in format!("\n{}", block.text).split("\n$ ").skip(1) {
        let (command, printed) = shown.split_once('\n').unwrap_or((shown, ""));
        // A command that is shown may fail: its output tells.
        let (_, stdout, stderr) = run(command);
        if !block.is_marked("sample") && stdout.trim_end() != printed.trim_end() {
            return Some(format!("{command}: printed:\n{stdout}{stderr}"));
        }
        if stdout.is_empty() != printed.is_empty() {
            return Some(format!("{command}: {stderr}"));
        }
    }
    None
}

/// The part that a guide leaves to its reader: who the hosts are.
fn reader_fills_in(lab: &Lab) {
    let servers = lab.path("home/mcp-ssh/config/servers.yml");
    if let Ok(starter) = std::fs::read_to_string(servers) {
        let own = starter.replace("192.0.2.10", "10.0.0.11");
        lab.write("home/mcp-ssh/config/servers.yml", &own);
    }
}

/// What a document says of its files before a block shows a command: the policy in question.
fn last_policy<'a>(blocks: &'a [Block], before: &Block) -> Option<&'a str> {
    let earlier = blocks
        .iter()
        .take_while(|block| block.place != before.place);
    let policies = earlier.filter(|block| block.text.starts_with("# policy.yml\n"));
    policies.last().map(|block| block.text.as_str())
}

#[test]
fn every_command_runs() {
    let mut ran = 0;
    for document in documents() {
        let is_run = |block: &&Block| {
            ["sh", "bash", "console"].contains(&block.language.as_str()) && !block.is_elsewhere()
        };
        let blocks: Vec<&Block> = document.iter().filter(is_run).collect();
        if blocks.is_empty() {
            continue;
        }
        let lab = machine();
        for block in blocks {
            if block.language == "console" {
                let policy = last_policy(&document, block).unwrap_or(POLICY);
                lab.write("site/config/policy.yml", policy);
            }
            assert_eq!(fault(&lab, block), None, "{}", block.place);
            reader_fills_in(&lab);
            ran += 1;
        }
    }
    assert!(ran >= 3, "{ran}");
}

#[test]
fn a_command_that_fails_or_prints_something_else_is_a_fault() {
    let lab = machine();
    for (text, holds) in [
        (
            "sh\nmcp-ssh check\nmcp-ssh run prod-web-1 -- uptime\n",
            true,
        ),
        ("sh\nmcp-ssh run prod-web-1 -- reboot\n", false),
        ("sh\nfalse\ntrue\n", false),
        ("console\n$ echo a\na\n", true),
        ("console\n$ echo a\nb\n", false),
        ("console\n$ echo a\na\n$ echo b\nb\n", true),
        ("console\n$ echo a\na\n$ echo b\nc\n", false),
        ("console sample\n$ echo a\nb\n", true),
        ("console sample\n$ no-such-command\nb\n", false),
    ] {
        let block = &super::fences::blocks("d", &format!("```{text}```\n"))[0];
        assert_eq!(fault(&lab, block).is_none(), holds, "{text}");
    }
}
