//! The network, or the server at its other end, goes away under commands: each is told, none is
//! run again, and the next command dials anew.

use serde_json::Value;

use super::vitals::Vitals;
use super::{as_root, begin, behind_proxy, logins, policy_spelling, until};
use crate::gate::site::{Held, Site, ran};
use crate::support::client::Client;
use crate::support::marker::Marker;
use crate::support::proxy::{Flow, Proxy};

const LOST: &str = "the connection was lost: the command may have run in part; the host did not \
                    confirm that the process is gone";

/// Commands that the server has begun.
fn sessions(held: &Held) -> usize {
    held.sshd.log().matches("Starting session: command").count()
}

/// How a connection goes away.
struct Way {
    tag: &'static str,
    root: bool,
    away: fn(&Proxy, &Held),
    back: fn(&Proxy),
}

/// `exec`: one process each.
const SLEEP: &str = "exec sleep MARKER";

/// Three commands run; then the connection goes away.
fn lose(client: &mut Client, held: &Held, proxy: &Proxy, way: &Way, marker: Marker) {
    let (sessions_before, logins_before) = (sessions(held), logins(held));
    let ids: Vec<Value> = (0..3)
        .map(|_| begin(client, "box", &marker.fill(SLEEP)))
        .collect();
    until("they run", || marker.alive().len() == 3);
    let connections = if way.root { 3 } else { 1 };
    assert_eq!(logins(held) - logins_before, connections, "{}", way.tag);
    (way.away)(proxy, held);
    for id in &ids {
        let answer = client.response(id);
        let note = &answer["result"]["structuredContent"]["note"];
        assert_eq!(note, LOST, "{}: {answer}", way.tag);
    }
    (way.back)(proxy);
    assert_eq!(ran(client, "echo next")["output"], "next\n", "{}", way.tag);
    assert_eq!(logins(held) - logins_before, connections + 1, "{}", way.tag);
    assert_eq!(sessions(held) - sessions_before, 4, "{}", held.sshd.log());
}

fn check(way: &Way) {
    let site = Site::start(way.tag);
    if way.root {
        as_root(&site);
    }
    let marker = Marker::new();
    site.write_policy(&policy_spelling("max_seconds: 20", &marker.fill(SLEEP)));
    let proxy = behind_proxy(&site);
    site.add_to_host("keepalive: 1, idle_timeout: 1");
    let (mut client, held) = site.serve();
    let unconnected = Vitals::of(&client).descriptors;
    let idle = |client: &Client| {
        until("idle connections are closed", || {
            Vitals::of(client).descriptors <= unconnected
        });
    };
    ran(&mut client, "echo warm");
    until("the first connection is closed", || {
        let log = held.sshd.log();
        log.contains("Received disconnect") || log.contains("Connection closed by")
    });
    idle(&client);
    let before = Vitals::of(&client);
    lose(&mut client, &held, &proxy, way, marker);
    before.are_back(&client, way.tag);
}

#[test]
fn sshd_is_killed_under_commands() {
    check(&Way {
        tag: "killed",
        root: true,
        away: |_, held| held.sshd.kill_connections(),
        back: |_| {},
    });
}

#[test]
fn the_network_is_cut_under_commands() {
    check(&Way {
        tag: "cut",
        root: false,
        away: |proxy, _| proxy.cut(),
        back: |_| {},
    });
}

/// Three keepalives without an answer: the fourth second.
#[test]
fn the_peer_becomes_half_open_under_commands() {
    check(&Way {
        tag: "halfopen",
        root: false,
        away: |proxy, _| proxy.set(Flow::Frozen),
        back: |proxy| proxy.set(Flow::Passes),
    });
}

#[test]
fn sshd_stands_still_under_commands() {
    check(&Way {
        tag: "stopped",
        root: true,
        away: |_, held| held.sshd.freeze_connections(),
        back: |_| {},
    });
}

/// A peer that is gone without a word, and no keepalives: the clock ends it.
#[test]
fn a_half_open_peer_costs_a_command_its_time_and_no_more() {
    let site = Site::start("clock");
    let marker = Marker::new();
    site.write_policy(&policy_spelling("max_seconds: 1", &marker.fill(SLEEP)));
    let proxy = behind_proxy(&site);
    site.add_to_host("keepalive: 0");
    let (mut client, held) = site.serve();
    let id = begin(&mut client, "box", &marker.fill(SLEEP));
    until("it runs", || !marker.alive().is_empty());
    let connected = Vitals::of(&client).descriptors;
    proxy.set(Flow::Frozen);
    let answer = client.response(&id);
    assert_eq!(
        answer["result"]["structuredContent"]["note"],
        "ended after 1 s (max_seconds); the host did not confirm that the process is gone"
    );
    until("nothing is kept of it", || {
        Vitals::of(&client).descriptors < connected
    });
    proxy.set(Flow::Passes);
    assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
    assert_eq!(logins(&held), 2);
}

/// The end of the server does not wait for a network that is not there.
#[test]
fn a_half_open_peer_does_not_hold_up_the_end_of_the_server() {
    let site = Site::start("endhalf");
    let marker = Marker::new();
    site.write_policy(&policy_spelling("max_seconds: 20", &marker.fill(SLEEP)));
    let proxy = behind_proxy(&site);
    let (mut client, _held) = site.serve();
    begin(&mut client, "box", &marker.fill(SLEEP));
    until("it runs", || !marker.alive().is_empty());
    proxy.set(Flow::Frozen);
    client.signal(rustix::process::Signal::TERM);
    assert!(client.ends().success());
}

#[test]
fn a_slow_network_is_only_slow() {
    let site = Site::start("slow");
    let proxy = behind_proxy(&site);
    proxy.set(Flow::Trickles);
    let (mut client, _held) = site.serve();
    let result = ran(&mut client, "printf '%05000d' 7");
    assert_eq!(result["bytes_out"], 5000);
    assert_eq!(result["exit_code"], 0);
}
