//! The failure table: what may go wrong outside of this program, and the test that shows what
//! becomes of it. The real binary serves an MCP client; the hosts are real OpenSSH servers, or
//! ones that misbehave where OpenSSH would not.

pub mod vitals;

mod dialling;
mod network;
mod pool;
mod process;
mod stdio;

use std::time::Duration;

use serde_json::{Value, json};

use crate::gate::site::{Held, Site};
use crate::support::client::Client;
use crate::support::marker::within;
use crate::support::proxy::Proxy;

/// Has every connection of the site go through a network of the test's own.
fn behind_proxy(site: &Site) -> Proxy {
    let proxy = Proxy::to(site.sshd.port());
    site.write_servers(proxy.port());
    let known_hosts = known_as(site, proxy.port());
    site.fixture.write("keys/known_hosts", &known_hosts);
    proxy
}

/// The known_hosts line of the site's server, were it at this port.
fn known_as(site: &Site, port: u16) -> String {
    let known_hosts = site.sshd.known_hosts("127.0.0.1");
    known_hosts.replace(&format!("]:{} ", site.sshd.port()), &format!("]:{port} "))
}

/// Logs in as root: one process of OpenSSH serves a connection of root's, so that killing or
/// stopping it is that of the connection; and OpenSSH delivers no signals to root's commands.
fn as_root(site: &Site) {
    let entry = "entries:\n- {name: ops, username: root, key_path: id}\n";
    site.fixture.write("config/credentials.yml", entry);
}

/// Allows everything that can be understood.
fn policy(limits: &str) -> String {
    format!("limits: {{{limits}}}\nrules: [{{action: allow, commands: ['*']}}]\n")
}

/// How often somebody has logged in.
fn logins(held: &Held) -> usize {
    held.sshd.log().matches("Accepted publickey").count()
}

/// Begins a command without waiting for its result.
fn begin(client: &mut Client, alias: &str, command: &str) -> Value {
    let arguments = json!({"alias": alias, "command": command});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    )
}

fn cancel(client: &mut Client, id: &Value) {
    let params = json!({"requestId": id});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
}

/// What became of a command: its output, or why there is none.
fn told(client: &mut Client, id: &Value) -> String {
    let answer = client.response(id);
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    let told: Value = serde_json::from_str(text).unwrap();
    let why = told.get("error").or(told.get("note"));
    why.unwrap_or(&told["output"]).as_str().unwrap().to_owned()
}

#[track_caller]
fn until(what: &str, holds: impl FnMut() -> bool) {
    assert!(within(Duration::from_secs(8), holds), "not so: {what}");
}
