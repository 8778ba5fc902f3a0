//! A resolver that answers nothing holds up nobody who asks after those who gave up.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::{begin, policy, told, until};
use crate::gate::records::{lines, of_type};
use crate::gate::site::{Site, ran};
use crate::support::account::Account;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::keys::KeyPair;
use crate::support::resolver::{Kind, Reply, program, serve};

/// Addresses of the tests' own, so that no resolver of this machine is in the way.
const DEAF: &str = "127.9.8.7";
/// Many more than may be looked up at once.
const DEAD: usize = 60;

/// What is said of a name that was found: nobody listens there, so that this costs no login.
const FOUND: &str = "SSH connection refused: Port may be closed or firewall blocking";

/// The hosts of these names, each at a closed port.
fn named(tag: &str, names: &[String]) -> Site {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    let site = Site::start(tag);
    let host = |name: &String| {
        format!(
            "- {{alias: {name}, host: {name}.test, port: {port}, credentials: ops, \
             host_key_alias: all}}\n"
        )
    };
    let hosts: String = names.iter().map(host).collect();
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{hosts}"));
    let known_hosts = format!("[all]:{port} {}\n", KeyPair::ed25519().public);
    site.fixture.write("keys/known_hosts", &known_hosts);
    site.write_policy(&policy("max_parallel: 100"));
    site
}

/// A server of ours that asks this resolver.
fn client(fixture: Fixture, resolver: Ipv4Addr, before: &str) -> Client {
    let resolver = format!("nameserver {resolver}\n");
    let server = program(&fixture, "", &resolver, before);
    let mut client = Client::run(fixture, server);
    client.open("2025-11-25");
    client
}

fn names(kind: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{kind}-{number}"))
        .collect()
}

fn begin_all(client: &mut Client, names: &[String]) -> Vec<Value> {
    let begin = |name: &String| begin(client, name, "echo hi");
    names.iter().map(begin).collect()
}

/// This machine, at once.
const HERE: Reply = Reply::Address(IpAddr::V4(Ipv4Addr::LOCALHOST), Duration::ZERO);

#[test]
fn a_hundred_names_of_a_slow_resolver_are_all_found() {
    let names = names("slow", 100);
    let site = named("slowdns", &names);
    let resolver = Ipv4Addr::new(127, 9, 8, 11);
    serve(resolver, |_, kind| match kind {
        Kind::A => Reply::Address(Ipv4Addr::LOCALHOST.into(), Duration::from_millis(400)),
        Kind::Aaaa | Kind::Other => Reply::Nothing,
    });
    let mut client = client(site.fixture, resolver, "");
    for id in begin_all(&mut client, &names) {
        assert_eq!(told(&mut client, &id), FOUND);
    }
}

#[test]
fn dead_names_make_no_other_host_fail() {
    let (dead, good) = (names("dead", 4), names("good", 20));
    let site = named("deadnames", &[dead.clone(), good.clone()].concat());
    let resolver = Ipv4Addr::new(127, 9, 8, 12);
    serve(resolver, |name, kind| match kind {
        Kind::A if name.starts_with("good") => HERE,
        _ if name.starts_with("good") => Reply::Nothing,
        _ => Reply::Silence,
    });
    let mut client = client(site.fixture, resolver, "");
    let dead = begin_all(&mut client, &dead);
    for id in begin_all(&mut client, &good) {
        assert_eq!(told(&mut client, &id), FOUND);
    }
    for id in dead {
        let failed = "SSH hostname resolution failed: DNS lookup failed";
        assert_eq!(told(&mut client, &id), failed);
    }
}

/// The time of an answer runs from the question: a name that has waited longer than that for its turn has it yet.
#[test]
fn a_name_that_waits_for_its_turn_is_given_its_time_then() {
    // As many as are looked up at once. Each keeps its turn until the libc gives up: twice five seconds.
    let (dead, good) = (names("dead", 16), names("good", 3));
    let site = named("turns", &[dead.clone(), good.clone()].concat());
    let resolver = Ipv4Addr::new(127, 9, 8, 15);
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let note = Arc::clone(&asked);
    serve(resolver, move |name, kind| {
        note.lock().unwrap().insert(name.to_owned());
        match kind {
            Kind::A if name.starts_with("good") => HERE,
            _ if name.starts_with("good") => Reply::Nothing,
            _ => Reply::Silence,
        }
    });
    let mut client = client(site.fixture, resolver, "");
    let dead = begin_all(&mut client, &dead);
    let is_busy = || asked.lock().unwrap().len() == dead.len();
    until("every turn is taken", is_busy);
    for id in begin_all(&mut client, &good) {
        assert_eq!(told(&mut client, &id), FOUND);
    }
    for id in &dead {
        let failed = "SSH hostname resolution failed: DNS lookup failed";
        assert_eq!(told(&mut client, id), failed);
    }
    let records = lines(&client.finish());
    for kind in ["policy_decision", "audit"] {
        assert_eq!(of_type(&records, kind).len(), 19, "{kind}");
    }
}

#[test]
fn a_resolver_that_is_silent_or_fails_for_ipv6_hides_no_host() {
    let names = ["mute-0".to_owned(), "fails-0".to_owned()];
    let site = named("noaaaa", &names);
    let resolver = Ipv4Addr::new(127, 9, 8, 13);
    serve(resolver, |name, kind| match kind {
        Kind::A => HERE,
        _ if name.starts_with("mute") => Reply::Silence,
        _ => Reply::Failure,
    });
    let mut client = client(site.fixture, resolver, "");
    for id in begin_all(&mut client, &names) {
        assert_eq!(told(&mut client, &id), FOUND);
    }
}

#[test]
fn a_resolver_that_is_silent_or_fails_for_ipv4_hides_no_host() {
    let names = ["mute-0".to_owned(), "fails-0".to_owned()];
    let site = named("noa", &names);
    let resolver = Ipv4Addr::new(127, 9, 8, 16);
    serve(resolver, |name, kind| match kind {
        Kind::Aaaa => Reply::Address(Ipv6Addr::LOCALHOST.into(), Duration::ZERO),
        _ if name.starts_with("mute") => Reply::Silence,
        _ => Reply::Failure,
    });
    let mut client = client(site.fixture, resolver, "");
    for id in begin_all(&mut client, &names) {
        told(&mut client, &id);
    }
    let records = lines(&client.finish());
    let decisions = of_type(&records, "policy_decision").into_iter();
    let judged: Vec<&Value> = decisions.map(|record| &record["target_ip"]).collect();
    assert_eq!(judged, ["::1", "::1"]);
}

/// The account may have no second thread; then it may.
#[test]
fn a_thread_that_cannot_be_made_fails_that_call_alone() {
    // More than may be under way: none of them takes its turn along.
    let names = names("thread", 20);
    let site = named("nothread", &names);
    let resolver = Ipv4Addr::new(127, 9, 8, 14);
    serve(resolver, |_, kind| match kind {
        Kind::A => HERE,
        Kind::Aaaa | Kind::Other => Reply::Nothing,
    });
    let account = Account::create("threads");
    let Site { fixture, .. } = site;
    let (name, files) = (&account.name, fixture.path(""));
    let own = Command::new("chown").args(["-R", name, &files]).status();
    assert!(own.unwrap().success());
    let before =
        format!("prlimit --nproc=1:100 setpriv --reuid {name} --regid {name} --clear-groups");
    let mut client = client(fixture, resolver, &before);
    for id in begin_all(&mut client, &names) {
        assert_eq!(
            told(&mut client, &id),
            "SSH internal error: The command was not run"
        );
    }
    let pid = client.pid().to_string();
    // Its own account may, whatever root may not in a container.
    let more = Command::new("setpriv")
        .args(["--reuid", name, "--regid", name, "--clear-groups"])
        .args(["prlimit", "--pid", &pid, "--nproc=100:100"])
        .status();
    assert!(more.unwrap().success());
    for id in begin_all(&mut client, &names) {
        assert_eq!(told(&mut client, &id), FOUND);
    }
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "policy_decision").len(), 40);
    let ends = of_type(&records, "audit");
    assert_eq!(ends.len(), 40);
    let why = ends[0]["error"].as_str().unwrap();
    assert!(why.contains("the system makes no thread"), "{why}");
    assert_eq!(ends[0].get("target_ip"), None);
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
    let resolver = format!("nameserver {DEAF}\noptions timeout:1 attempts:1\n");
    let server = program(&site.fixture, "127.0.0.1 alive\n", &resolver, "");
    let Site {
        sshd,
        account,
        fixture,
        ..
    } = site;
    let mut client = Client::run(fixture, server);
    client.open("2025-11-25");
    let call = json!({"tag": "dead", "command": "echo hi"});
    let call = json!({"name": "ssh_run_on_tag", "arguments": call});
    let dead = client.begin("tools/call", call);
    client.ping();
    assert_eq!(ran(&mut client, "echo hi")["output"], "hi\n");
    let run = client.response(&dead)["result"].clone();
    assert_eq!(run["structuredContent"]["summary"]["failed"], DEAD, "{run}");
    drop((deaf, client, sshd, account));
}
