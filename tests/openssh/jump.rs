//! Jump hosts: real sshd behind real sshd, and every way in which the first stands in the way.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mcp_ssh::cancel;
use mcp_ssh::runtime;
use mcp_ssh::ssh::{Addresses, CommandEnd, ExecLimits, Route, Session, SshError, SshErrorKind};

use super::{
    Exec, HERE, HOST, Host, ROOMY, block_on, endpoint, identity, known_hosts, never, permit, run,
    tasks_left,
};
use crate::support::keys::KeyPair;
use crate::support::marker::within;
use crate::support::silent::Silent;
use crate::support::sshd::needs_root;

async fn hop(host: &Host) -> Rc<Session> {
    Rc::new(host.connect().await)
}

/// Connects to a port of this machine that answers as nobody does.
async fn through(hop: &Rc<Session>, port: u16, patience: Duration) -> Result<Session, SshError> {
    let key = KeyPair::ed25519();
    let lines = known_hosts(&format!("[{HOST}]:{port} {}\n", key.public));
    let mut endpoint = endpoint(port);
    endpoint.connect_timeout = patience;
    let route = Route::Through(Rc::clone(hop));
    Session::connect(&endpoint, &HERE, &route, &identity(&key), &lines, &never()).await
}

#[test]
fn a_command_runs_behind_two_jump_hosts() {
    let [first, second, target] = [Host::start(), Host::start(), Host::start()];
    block_on(async {
        let outer = hop(&first).await;
        let inner = Rc::new(second.connect_through(&outer).await.unwrap());
        let session = target.connect_through(&inner).await.unwrap();
        assert_eq!(run(&session, "echo in").await.printed.bytes(), b"in\n");
        assert_eq!(session.peer().to_string(), HOST);
        // A chain that nobody else holds ends with its last session.
        drop((outer, inner));
        session.close().await;
        assert_eq!(tasks_left().await, 0);
    });
    for host in [first, second, target] {
        let log = || host.sshd.log();
        assert_eq!(log().matches("Accepted publickey").count(), 1);
        // OpenSSH passes on no goodbye once it has heard its own.
        let ends = [
            "Received disconnect",
            "Connection closed by",
            "Read error from remote host",
        ];
        let gone = || ends.iter().any(|end| log().contains(end));
        assert!(within(Duration::from_secs(5), gone), "{}", log());
    }
}

#[test]
fn one_jump_host_serves_many_and_outlives_them() {
    let (first, target) = (Host::start(), Host::start());
    block_on(async {
        let hop = hop(&first).await;
        for _ in 0..3 {
            let session = target.connect_through(&hop).await.unwrap();
            assert_eq!(run(&session, "echo in").await.printed.bytes(), b"in\n");
            session.close().await;
        }
        assert!(hop.is_usable());
        assert_eq!(run(&hop, "echo hop").await.printed.bytes(), b"hop\n");
        assert_eq!(tasks_left().await, 1);
    });
}

#[test]
fn the_jump_host_is_asked_for_the_judged_address_and_no_name() {
    let first = Host::with(|builder| builder.config("LogLevel DEBUG1"));
    let target = Host::start();
    block_on(async {
        let hop = hop(&first).await;
        let mut endpoint = target.endpoint();
        endpoint.name = "a-name.example".to_owned();
        let lines = known_hosts(&target.sshd.known_hosts("a-name.example"));
        let (route, identity) = (Route::Through(hop), identity(&target.user));
        let session = Session::connect(&endpoint, &HERE, &route, &identity, &lines, &never()).await;
        session.unwrap().close().await;
    });
    let log = first.sshd.log();
    let asked = format!("target {HOST} port {}", target.sshd.port());
    assert!(log.contains(&asked), "{log}");
    assert!(!log.contains("a-name.example"), "{log}");
}

#[test]
fn a_jump_host_that_does_not_forward_is_told() {
    let target = Host::start();
    let elsewhere = "PermitOpen 127.0.0.1:1";
    for (config, expected) in [
        (elsewhere.to_owned(), Some(SshErrorKind::ForwardingRefused)),
        (
            "AllowTcpForwarding no".to_owned(),
            Some(SshErrorKind::ForwardingRefused),
        ),
        (
            "DisableForwarding yes".to_owned(),
            Some(SshErrorKind::ForwardingRefused),
        ),
        (format!("PermitOpen {HOST}:{}", target.sshd.port()), None),
    ] {
        let first = Host::with(|builder| builder.config(&config));
        let result = block_on(async {
            let hop = hop(&first).await;
            target.connect_through(&hop).await.map(drop)
        });
        let fault = result.as_ref().err().map(SshError::kind);
        assert_eq!(fault, expected, "{config}: {result:?}");
    }
    assert_eq!(target.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn a_closed_port_behind_a_jump_host_is_refused() {
    let first = Host::start();
    let free = TcpListener::bind((HOST, 0)).unwrap().local_addr().unwrap();
    block_on(async {
        let hop = hop(&first).await;
        let error = through(&hop, free.port(), Duration::from_secs(10)).await;
        let error = error.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Refused, "{error:?}");
        let why = "the jump host cannot connect to it: \"Connection refused\"";
        assert!(error.detail().ends_with(why), "{error:?}");
        assert!(hop.is_usable());
    });
}

/// sshd cannot even begin to connect to 255.255.255.255, and says so in other words.
#[test]
fn each_of_several_hosts_has_its_own_reason() {
    let first = Host::start();
    let closed = TcpListener::bind((HOST, 0)).unwrap().local_addr().unwrap();
    block_on(async {
        let hop = hop(&first).await;
        let nowhere = Addresses {
            judged: &["255.255.255.255".parse().unwrap()],
            still_permitted: &|_| true,
        };
        let dial = async |addresses: &Addresses<'_>| {
            let key = KeyPair::ed25519();
            let port = closed.port();
            let lines = known_hosts(&format!("[{HOST}]:{port} {}\n", key.public));
            let (endpoint, route) = (endpoint(port), Route::Through(Rc::clone(&hop)));
            let (prove, never) = (identity(&key), never());
            let connected = Session::connect(&endpoint, addresses, &route, &prove, &lines, &never);
            connected.await.map(drop).unwrap_err()
        };
        for _ in 0..5 {
            let both = smol::future::zip(dial(&HERE), dial(&nowhere));
            let (refused, failed) = both.await;
            for (error, why) in [(refused, "Connection refused"), (failed, "open failed")] {
                let why = format!("the jump host cannot connect to it: {why:?}");
                assert!(error.detail().ends_with(&why), "{error:?}");
            }
        }
    });
}

#[test]
fn the_host_key_behind_a_jump_host_is_checked_like_any_other() {
    let (first, target) = (Host::start(), Host::start());
    let other = format!("{} {}\n", target.sshd.name(HOST), KeyPair::ed25519().public);
    block_on(async {
        let route = Route::Through(hop(&first).await);
        // The jump host's own line says nothing about what is behind it.
        for (lines, fault) in [
            (other, SshErrorKind::HostKeyChanged),
            (first.sshd.known_hosts(HOST), SshErrorKind::HostKeyUnknown),
        ] {
            let (identity, lines) = (identity(&target.user), known_hosts(&lines));
            let (to, never) = (target.endpoint(), never());
            let session = Session::connect(&to, &HERE, &route, &identity, &lines, &never).await;
            assert_eq!(session.map(drop).unwrap_err().kind(), fault);
        }
    });
    assert!(!target.sshd.log().contains("Accepted"));
}

/// A host that says who it is, so that the handshake begins, and then nothing. Gives its port and,
/// once somebody has called, the connection.
fn mute() -> (u16, JoinHandle<TcpStream>) {
    let silent = Silent::start();
    let port = silent.port();
    let connection = std::thread::spawn(move || {
        let mut connection = silent.connection();
        connection.write_all(b"SSH-2.0-mute\r\n").unwrap();
        connection
    });
    (port, connection)
}

#[test]
fn a_silent_host_behind_a_jump_host_times_out_and_nothing_is_left() {
    let (first, (port, connection)) = (Host::start(), mute());
    block_on(async {
        let hop = hop(&first).await;
        let error = through(&hop, port, Duration::from_secs(1)).await;
        let error = error.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Timeout, "{error:?}");
        assert!(error.detail().contains("while shaking hands"), "{error:?}");
        // The jump host lets go of the silent one, and is as good as before.
        assert_eq!(tasks_left().await, 1);
        let mut greeting = Vec::new();
        let mut connection = connection.join().unwrap();
        let patience = Some(Duration::from_secs(5));
        connection.set_read_timeout(patience).unwrap();
        connection.read_to_end(&mut greeting).unwrap();
        assert!(greeting.starts_with(b"SSH-2.0-mcp-ssh"));
        assert_eq!(run(&hop, "echo hop").await.printed.bytes(), b"hop\n");
    });
}

#[test]
fn a_call_that_is_cancelled_on_the_way_leaves_nothing() {
    let (first, (port, connection)) = (Host::start(), mute());
    block_on(async {
        let hop = hop(&first).await;
        let (canceller, cancelled) = cancel::pair();
        let key = KeyPair::ed25519();
        let lines = known_hosts(&format!("[{HOST}]:{} {}\n", port, key.public));
        let (endpoint, identity) = (endpoint(port), identity(&key));
        let route = Route::Through(Rc::clone(&hop));
        let connect = Session::connect(&endpoint, &HERE, &route, &identity, &lines, &cancelled);
        let cancel = async {
            runtime::sleep(Duration::from_millis(300)).await;
            canceller.cancel();
            std::future::pending().await
        };
        let error = smol::future::or(connect, cancel).await.map(drop);
        assert_eq!(error.unwrap_err().kind(), SshErrorKind::Cancelled);
        assert_eq!(tasks_left().await, 1);
    });
    drop(connection.join().unwrap());
}

/// Kills the connections to a jump host in a moment, and waits for ever.
async fn kill<T>(host: &Host) -> T {
    runtime::sleep(Duration::from_millis(300)).await;
    host.sshd.kill_connections();
    std::future::pending().await
}

#[test]
fn a_jump_host_that_dies_ends_a_handshake_through_it() {
    needs_root("kills the process of a login of root");
    let (first, (port, connection)) = (Host::start(), mute());
    block_on(async {
        let hop = hop(&first).await;
        let start = Instant::now();
        let connect = through(&hop, port, Duration::from_secs(20));
        let error = smol::future::or(connect, kill(&first)).await;
        let error = error.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Closed, "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(!hop.is_usable());
        // Nor does it begin one.
        let error = through(&hop, port, Duration::from_secs(20)).await;
        let error = error.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Closed, "{error:?}");
        assert!(error.detail().contains("jump host"), "{error:?}");
        assert_eq!(tasks_left().await, 0);
    });
    drop(connection.join().unwrap());
}

#[test]
fn a_jump_host_that_dies_ends_a_command_through_it() {
    needs_root("kills the process of a login of root");
    let (first, target) = (Host::start(), Host::start());
    block_on(async {
        let hop = hop(&first).await;
        let session = target.connect_through(&hop).await.unwrap();
        let never = never();
        let command = session.exec(permit("sleep 30"), ROOMY, &never);
        let output = smol::future::or(command, kill(&first)).await.unwrap();
        assert!(
            matches!(output.ended, CommandEnd::Lost(_)),
            "{:?}",
            output.ended
        );
        assert!(!session.is_usable());
        assert_eq!(tasks_left().await, 0);
    });
}

#[test]
fn much_output_of_many_hosts_flows_through_one_jump_host() {
    const HOSTS: usize = 30;
    const BYTES: u64 = 3_000_000;
    let (first, target) = (Host::start(), Host::start());
    let limits = ExecLimits {
        max_seconds: Duration::from_secs(60),
        max_output_bytes: 2 * BYTES,
    };
    block_on(async {
        let hop = hop(&first).await;
        let sessions = (0..HOSTS).map(|_| target.connect_through(&hop));
        let mut all = Vec::new();
        for session in sessions {
            all.push(session.await.unwrap());
        }
        let tasks: Vec<_> = all
            .into_iter()
            .map(|session| {
                runtime::spawn(async move {
                    let line = permit(&format!("head -c {BYTES} /dev/zero"));
                    session.exec(line, limits, &never()).await.unwrap()
                })
            })
            .collect();
        for task in tasks {
            let output = task.await;
            assert_eq!(output.ended, CommandEnd::Exited(0));
            assert_eq!(output.printed.bytes_out(), BYTES);
        }
    });
}
