//! Connections that are shared: what befalls one befalls all who use it or wait for it, and
//! nobody else.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::dialling::Phase;
use super::vitals::Vitals;
use super::{begin, behind_proxy, cancel, known_as, logins, policy_spelling, told, until};
use crate::gate::site::{Held, Site, ran, ssh_run};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::marker::Marker;
use crate::support::proxy::{Flow, Proxy};
use crate::support::russh_server;
use crate::support::silent::Silent;
use crate::support::sshd::Sshd;

const TIMEOUT: &str = "SSH connection timeout: Host did not respond";
const LOST: &str = "the connection was lost: the command may have run in part; the host did not \
                    confirm that the process is gone";

/// More than may use one host at a time: the others wait for a turn.
const MANY: usize = 30;

#[test]
fn a_dial_that_fails_fails_for_all_who_wait_and_the_next_dials_again() {
    let site = Site::start("waiters");
    let proxy = behind_proxy(&site);
    site.add_to_host("connect_timeout: 2");
    let silent = Silent::start();
    proxy.lead_to(silent.port());
    let (mut client, held) = site.serve();
    let warm = begin(&mut client, "box", "echo x");
    let _first = silent.connection();
    assert_eq!(told(&mut client, &warm), TIMEOUT);
    let before = Vitals::of(&client);
    let ids: Vec<Value> = (0..MANY)
        .map(|_| begin(&mut client, "box", "echo x"))
        .collect();
    let _second = silent.connection();
    for id in &ids {
        assert_eq!(told(&mut client, id), TIMEOUT);
    }
    assert!(silent.is_left_alone(std::time::Duration::from_millis(100)));
    before.are_back(&client, "after the dial");
    proxy.lead_to(held.sshd.port());
    assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
}

#[test]
fn a_dial_that_is_cancelled_is_begun_again_for_those_who_wait() {
    let site = Site::start("inherit");
    let proxy = behind_proxy(&site);
    let silent = Silent::start();
    proxy.lead_to(silent.port());
    let (mut client, held) = site.serve();
    let first = begin(&mut client, "box", "echo first");
    let _connection = silent.connection();
    let others: Vec<Value> = (0..MANY)
        .map(|_| begin(&mut client, "box", "echo other"))
        .collect();
    client.ping();
    proxy.lead_to(held.sshd.port());
    cancel(&mut client, &first);
    for id in &others {
        assert_eq!(told(&mut client, id), "other\n");
    }
    assert_eq!(logins(&held), 1);
}

/// What failed under the old configuration has not failed under the new one.
#[test]
fn a_reload_while_dialling_is_for_those_who_come_after_it() {
    let site = Site::start("redial");
    let silent = Silent::start();
    let proxy = behind_proxy(&site);
    proxy.lead_to(silent.port());
    site.add_to_host("connect_timeout: 2");
    let (mut client, held) = site.serve();
    let old = begin(&mut client, "box", "echo old");
    let _connection = silent.connection();
    proxy.lead_to(held.sshd.port());
    let servers = format!("{}/servers.yml", client.fixture().config());
    let text = std::fs::read_to_string(&servers).unwrap();
    let text = text.replace("connect_timeout: 2", "connect_timeout: 5, description: new");
    std::fs::write(&servers, text).unwrap();
    client.signal(Signal::HUP);
    until("the new configuration is in force", || {
        let host = client.call("ssh_describe_host", serde_json::json!({"alias": "box"}));
        host["structuredContent"]["description"] == "new"
    });
    let new = begin(&mut client, "box", "echo new");
    assert_eq!(told(&mut client, &old), TIMEOUT);
    assert_eq!(told(&mut client, &new), "new\n");
}

/// Two hosts, `box` and `other`, behind a jump host, `bastion`, on a network of its own.
fn behind_a_jump_host(tag: &str) -> (Site, Sshd, Proxy) {
    let user = KeyPair::ed25519();
    let bastion = Sshd::builder().authorize(&user).start();
    let target = Sshd::builder().authorize(&user).start();
    let site = Site::of(tag, target, user);
    let proxy = Proxy::to(bastion.port());
    let (near, far) = (proxy.port(), site.sshd.port());
    let behind = format!("host: 127.0.0.1, port: {far}, credentials: ops, jump: bastion");
    site.fixture.write(
        "config/servers.yml",
        &format!(
            "hosts:\n\
             - {{alias: bastion, host: 127.0.0.1, port: {near}, credentials: ops}}\n\
             - {{alias: box, {behind}}}\n\
             - {{alias: other, {behind}}}\n"
        ),
    );
    let bastion_keys = bastion.known_hosts("127.0.0.1");
    let bastion_keys =
        bastion_keys.replace(&format!("]:{} ", bastion.port()), &format!("]:{near} "));
    let known_hosts = known_as(&site, far) + &bastion_keys;
    site.fixture.write("keys/known_hosts", &known_hosts);
    (site, bastion, proxy)
}

#[test]
fn a_jump_host_that_dies_takes_the_commands_behind_it_along() {
    let (site, bastion, proxy) = behind_a_jump_host("bastion");
    let marker = Marker::new();
    // One process each.
    let sleep = marker.fill("exec sleep MARKER");
    site.write_policy(&policy_spelling("max_seconds: 20", &sleep));
    let (mut client, held) = site.serve();
    let lose = |client: &mut crate::support::client::Client| {
        let ids: Vec<Value> = ["box", "box", "other"]
            .map(|alias| begin(client, alias, &sleep))
            .into();
        until("they run", || marker.alive().len() == 3);
        proxy.cut();
        for id in &ids {
            assert_eq!(told(client, id), LOST);
        }
        marker.kill();
        for alias in ["box", "other"] {
            let id = begin(client, alias, "echo next");
            assert_eq!(told(client, &id), "next\n");
        }
    };
    lose(&mut client);
    let before = Vitals::of(&client);
    lose(&mut client);
    before.are_back(&client, "after the jump host");
    assert_eq!(logins(&held), 6);
    let logins = bastion.log().matches("Accepted publickey").count();
    assert_eq!(logins, 3);
}

/// A jump host that no longer answers is waited for; a cancellation is not late for it.
#[test]
fn the_end_of_the_server_does_not_wait_for_a_dial() {
    type Stall = fn(&Proxy, u16);
    let stalls: [(&str, Stall); 2] = [
        ("frozenhop", |proxy, _| proxy.set(Flow::Frozen)),
        ("silenthop", |proxy, silent| {
            proxy.cut();
            proxy.lead_to(silent);
        }),
    ];
    for (tag, stall) in stalls {
        let (site, _bastion, proxy) = behind_a_jump_host(tag);
        let silent = Silent::start();
        let (mut client, _held) = site.serve();
        assert_eq!(ran(&mut client, "echo warm")["output"], "warm\n");
        stall(&proxy, silent.port());
        for alias in ["box", "other", "bastion"] {
            begin(&mut client, alias, "echo x");
        }
        client.ping();
        client.close_stdin();
        assert!(client.ends().success(), "{tag}");
        let stderr = client.stderr();
        assert!(!stderr.contains("abandoned"), "{tag}: {stderr}");
    }
}

/// Many hosts of one tag, and a server with [`DESCRIPTORS`].
struct Crowd {
    client: Client,
    hosts: usize,
    /// How often somebody has connected.
    dialled: Arc<AtomicUsize>,
    _held: (Held, russh_server::Server),
}

const DESCRIPTORS: usize = 128;
/// Each connection has one descriptor, and three quarters of the descriptors are for connections.
const KEPT: usize = DESCRIPTORS / 4 * 3;
/// More than that.
const TOO_MANY: usize = KEPT + 44;

fn crowd(tag: &str, hosts: usize) -> Crowd {
    let dialled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dialled);
    let server = russh_server::serve(&KeyPair::ed25519(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Phase::Never
    });
    let (site, port) = (Site::start(tag), server.port);
    let host = |number| {
        format!(
            "- {{alias: h{number}, host: 127.0.0.1, port: {port}, credentials: ops, connect_timeout: 120, tags: [all]}}\n"
        )
    };
    let servers: String = (0..hosts).map(host).collect();
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{servers}"));
    site.fixture
        .write("keys/known_hosts", &server.known_hosts("127.0.0.1"));
    let (client, held) = site.serve_by(|server| {
        let limited = format!("ulimit -n {DESCRIPTORS}; exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &limited]).arg(server.get_program());
        shell.args(server.get_args());
        shell
    });
    Crowd {
        client,
        hosts,
        dialled,
        _held: (held, server),
    }
}

#[test]
fn no_more_connections_are_kept_than_there_are_descriptors_for() {
    let mut crowd = crowd("bound", TOO_MANY);
    let (client, hosts) = (&mut crowd.client, crowd.hosts);
    let unconnected = Vitals::of(client).descriptors;
    let mut most = 0;
    for batch in [0..KEPT, KEPT..hosts, 0..44] {
        let ids: Vec<Value> = batch
            .map(|number| begin(client, &format!("h{number}"), "echo x"))
            .collect();
        for id in &ids {
            assert_eq!(told(client, id), "done");
            most = most.max(Vitals::of(client).descriptors - unconnected);
        }
    }
    assert!(most >= KEPT - 10, "{most}");
    // A few are still saying goodbye.
    until("the rest is closed", || {
        Vitals::of(client).descriptors - unconnected <= KEPT
    });
}

/// How many connections a run on all of them makes.
fn dialled_by_a_run(crowd: &mut Crowd) -> usize {
    let before = crowd.dialled.load(Ordering::Relaxed);
    let run = json!({"tag": "all", "command": "echo x"});
    let result = crowd.client.call("ssh_run_on_tag", run);
    let summary = &result["structuredContent"]["summary"];
    assert_eq!(summary["succeeded"], crowd.hosts, "{result}");
    crowd.dialled.load(Ordering::Relaxed) - before
}

/// A run over more hosts than there are connections for closes those of the hosts that are done, and none to which it
/// still comes: all would be dialled anew each time.
#[test]
fn a_second_run_over_a_tag_dials_what_was_closed_and_no_more() {
    let mut crowd = crowd("again", TOO_MANY);
    assert_eq!(dialled_by_a_run(&mut crowd), TOO_MANY);
    // Each of those that were closed is dialled, and each of those that run at once may cost another one its place.
    let second = dialled_by_a_run(&mut crowd);
    assert!((44..=44 + 32).contains(&second), "{second}");
}

#[test]
fn a_second_run_over_a_tag_dials_nothing_where_there_is_room_for_all() {
    // More than run at once.
    let hosts = 40;
    let mut crowd = crowd("room", hosts);
    assert_eq!(dialled_by_a_run(&mut crowd), hosts);
    assert_eq!(dialled_by_a_run(&mut crowd), 0);
}

/// A server that has no descriptor left says so, wherever that is noticed, and goes on once there are some.
#[test]
fn too_many_open_files_are_told_as_such() {
    let (mut client, held) = Site::start("nofile").serve();
    let pid = client.pid().to_string();
    let limit = |count: usize| {
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &pid, &format!("--nofile={count}:1024")]);
        let told = prlimit
            .status()
            .expect("prlimit runs: `apt-get install util-linux`");
        assert!(told.success());
    };
    // None at first; then the directory and the file of a key, then the socket: one more each time.
    let about = Vitals::of(&client).descriptors;
    let mut told = Vec::new();
    for count in 8..about + 8 {
        limit(count);
        let result = ssh_run(&mut client, "echo hi");
        match result.get("isError") {
            None => break,
            Some(_) => told.push(result["content"][0]["text"].as_str().unwrap().to_owned()),
        }
    }
    assert!(!told.is_empty());
    for text in &told {
        assert!(text.contains("Too many open files"), "{told:?}");
    }
    limit(1024);
    assert_eq!(ran(&mut client, "echo hi")["output"], "hi\n");
    drop(held);
}
