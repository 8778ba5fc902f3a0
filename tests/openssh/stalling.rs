//! Servers that keep a client waiting: it gives up in time, and lets go of everything.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mcp_ssh::cancel;
use mcp_ssh::runtime::{sleep, spawn};
use mcp_ssh::ssh::{Route, Session, SshError, SshErrorKind};

use super::{HERE, HOST, block_on, endpoint, identity, known_hosts, never, tasks_left};
use crate::support::keys::KeyPair;
use crate::support::raw::kexinit;

/// What a server does with the client's socket.
type Misbehaviour = fn(&mut TcpStream);

/// Whether the client had closed its side within five seconds of the server's misbehaviour.
type Closed = JoinHandle<bool>;

/// A server that does `misbehave` with the first client and then only listens.
fn server(misbehave: impl FnOnce(&mut TcpStream) + Send + 'static) -> (u16, Closed) {
    let listener = TcpListener::bind((HOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let closed = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        misbehave(&mut client);
        client
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let mut buffer = [0; 4096];
        loop {
            match client.read(&mut buffer) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        }
    });
    (port, closed)
}

const PATIENCE: Duration = Duration::from_millis(500);
/// For what has to end by itself.
const LONG: Duration = Duration::from_secs(20);

async fn connect(port: u16, cancelled: &cancel::Cancelled) -> SshError {
    connect_within(PATIENCE, port, cancelled).await
}

async fn connect_within(patience: Duration, port: u16, cancelled: &cancel::Cancelled) -> SshError {
    let key = KeyPair::ed25519();
    let lines = known_hosts(&format!("[{HOST}]:{port} {}\n", key.public));
    let mut endpoint = endpoint(port);
    endpoint.connect_timeout = patience;
    let result = Session::connect(
        &endpoint,
        &HERE,
        &Route::Direct,
        &identity(&key),
        &lines,
        cancelled,
    )
    .await;
    result.map(drop).unwrap_err()
}

fn say(client: &mut TcpStream, text: &[u8]) {
    // The client may have had enough.
    let _gone = client.write_all(text);
}

#[test]
fn a_silent_server_is_given_up_at_every_step() {
    let rows: [(&str, Misbehaviour); 4] = [
        ("silence", |_| {}),
        ("half a banner", |client| say(client, b"SSH-2.0-")),
        ("only a banner", |client| {
            say(client, b"SSH-2.0-Stalling\r\n")
        }),
        ("half a key exchange", |client| {
            say(
                client,
                &[b"SSH-2.0-Stalling\r\n".as_slice(), &kexinit()].concat(),
            )
        }),
    ];
    for (name, misbehave) in rows {
        let (port, closed) = server(misbehave);
        block_on(async {
            let start = Instant::now();
            let error = connect(port, &never()).await;
            assert_eq!(error.kind(), SshErrorKind::Timeout, "{name}: {error:?}");
            assert_eq!(
                error.headline(),
                "SSH connection timeout: Host did not respond"
            );
            assert!(
                error
                    .detail()
                    .contains("no answer within 500ms while shaking hands"),
                "{error:?}"
            );
            assert!(
                start.elapsed() >= PATIENCE && start.elapsed() < PATIENCE * 40,
                "{name}: {:?}",
                start.elapsed()
            );
            assert_eq!(tasks_left().await, 0, "{name}");
        });
        assert!(closed.join().unwrap(), "{name}: the socket was left open");
    }
}

#[test]
fn a_cancelled_handshake_is_given_up_at_once() {
    let (port, closed) = server(|client| say(client, b"SSH-2.0-Stalling\r\n"));
    block_on(async {
        let (canceller, cancelled) = cancel::pair();
        spawn(async move {
            sleep(PATIENCE / 5).await;
            canceller.cancel();
        })
        .detach();
        let start = Instant::now();
        assert_eq!(
            connect(port, &cancelled).await.kind(),
            SshErrorKind::Cancelled
        );
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        assert_eq!(tasks_left().await, 0);
    });
    assert!(closed.join().unwrap(), "the socket was left open");
}

#[test]
fn a_handshake_whose_future_is_dropped_is_given_up_too() {
    let (port, closed) = server(|client| say(client, b"SSH-2.0-Stalling\r\n"));
    block_on(async {
        let none = mcp_ssh::runtime::timeout(PATIENCE / 5, connect(port, &never())).await;
        assert!(none.is_none());
        assert_eq!(tasks_left().await, 0);
    });
    assert!(closed.join().unwrap(), "the socket was left open");
}

#[test]
fn an_endless_banner_is_cut_short() {
    let endless: [(&str, Misbehaviour); 2] = [
        ("lines", |client| {
            (0..100_000).for_each(|_| say(client, b"welcome\r\n"))
        }),
        ("one line", |client| {
            (0..100_000).for_each(|_| say(client, b"welcome "))
        }),
    ];
    for (name, misbehave) in endless {
        let (port, closed) = server(misbehave);
        block_on(async {
            let start = Instant::now();
            assert_eq!(
                connect_within(LONG, port, &never()).await.kind(),
                SshErrorKind::Protocol,
                "{name}"
            );
            assert!(start.elapsed() < LONG, "{name}: {:?}", start.elapsed());
            assert_eq!(tasks_left().await, 0, "{name}");
        });
        assert!(closed.join().unwrap(), "{name}: the socket was left open");
    }
}

#[test]
fn a_slow_banner_is_cut_short_by_the_clock() {
    let (port, closed) = server(|client| {
        for _ in 0..20 {
            say(client, b"w");
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    block_on(async {
        let start = Instant::now();
        let error = connect(port, &never()).await;
        assert_eq!(error.kind(), SshErrorKind::Protocol);
        assert!(
            error.detail().contains("no answer within 500ms"),
            "{error:?}"
        );
        assert!(start.elapsed() < PATIENCE * 40, "{:?}", start.elapsed());
    });
    assert!(closed.join().unwrap());
}

#[test]
fn what_is_no_ssh_server_is_told_so() {
    for words in [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".as_slice(),
        b"SSH-1.5-old\r\n",
        b"\0\0\0\0\0\0\0\0\n",
    ] {
        let (port, closed) = server(move |client| {
            say(client, words);
            client.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let fault = block_on(connect_within(LONG, port, &never())).kind();
        assert!(
            matches!(fault, SshErrorKind::Protocol | SshErrorKind::Closed),
            "{fault:?}"
        );
        assert!(closed.join().unwrap());
    }
}
