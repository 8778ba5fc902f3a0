//! A resolver that answers nothing holds up nobody who asks after those who gave up.

use std::net::UdpSocket;
use std::process::Command;

use serde_json::json;

use super::policy;
use crate::gate::site::{Site, ran};
use crate::support::client::Client;

/// Its own address, so that no resolver of this machine is in the way.
const DEAF: &str = "127.9.8.7";
/// Many more than may be looked up at once.
const DEAD: usize = 60;

/// A server in whose eyes `alive` is this machine and every other name is asked of a resolver that
/// is deaf.
fn serve(site: &Site) -> Command {
    let write = |name: &str, text: &str| {
        site.fixture.write(name, text);
        site.fixture.path(name)
    };
    let hosts = write("hosts", "127.0.0.1 alive\n");
    let resolver = format!("nameserver {DEAF}\noptions timeout:3 attempts:1\n");
    let resolver = write("resolv.conf", &resolver);
    let script = format!(
        "mount --bind {hosts} /etc/hosts && mount --bind {resolver} /etc/resolv.conf && exec {}",
        env!("CARGO_BIN_EXE_mcp-ssh")
    );
    let mut server = Command::new("unshare");
    server.args(["--mount", "sh", "-c", &script]);
    server.envs(site.fixture.environment());
    server
}

#[test]
fn a_dead_zone_holds_up_nobody_who_comes_after_it() {
    let site = Site::start("names");
    let port = site.sshd.port();
    let mut servers =
        format!("hosts:\n- {{alias: box, host: alive, port: {port}, credentials: ops}}\n");
    for number in 0..DEAD {
        let host = format!("dead-{number}.invalid");
        servers +=
            &format!("- {{alias: dead-{number}, host: {host}, credentials: ops, tags: [dead]}}\n");
    }
    site.fixture.write("config/servers.yml", &servers);
    site.write_policy(&policy("max_parallel: 100"));
    site.fixture
        .write("keys/known_hosts", &site.sshd.known_hosts("alive"));
    let deaf = UdpSocket::bind((DEAF, 53)).expect("root may bind port 53");
    let server = serve(&site);
    let Site {
        sshd,
        account,
        fixture,
        ..
    } = site;
    let mut client = Client::run(fixture, server);
    client.open("2025-11-25");
    let call = json!({"tag": "dead", "command": "echo hi"});
    let run = client.call("ssh_run_on_tag", call);
    assert_eq!(run["structuredContent"]["summary"]["failed"], DEAD, "{run}");
    assert_eq!(ran(&mut client, "echo hi")["output"], "hi\n");
    drop((deaf, client, sshd, account));
}
