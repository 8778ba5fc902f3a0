//! Every way to end: in under two seconds, with exit code 0, also with commands under way and
//! with a client that does not read.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::gate::terminal_ends::ENDING;
use crate::support::client::{Client, ends};
use crate::support::fixture::Fixture;
use crate::support::silent::Silent;

/// A client with a command under way on a host that never answers.
fn busy(host: &Silent) -> Client {
    let fixture = Fixture::one_host(host.port());
    let mut client = Client::initialized(fixture, "2025-11-25");
    let arguments = json!({"alias": "web", "command": "uptime"});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    );
    client
}

/// The host's side of a connection ends when the server is gone.
fn hung_up(mut connection: std::net::TcpStream) {
    let deadline = Some(std::time::Duration::from_secs(2));
    connection.set_read_timeout(deadline).unwrap();
    let mut sink = Vec::new();
    let end = std::io::Read::read_to_end(&mut connection, &mut sink);
    let reset = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset;
    assert!(end.as_ref().err().is_none_or(reset), "{end:?}");
}

#[test]
fn at_the_end_of_stdin() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    client.close_stdin();
    assert_eq!(client.ends().code(), Some(0));
}

#[test]
fn at_a_signal_that_ends_a_process() {
    for signal in ENDING.into_iter().filter(|its| *its != Signal::HUP) {
        let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
        client.signal(signal);
        assert_eq!(client.ends().code(), Some(0), "{signal:?}");
    }
}

#[test]
fn with_a_command_under_way() {
    let stops: [fn(&mut Client); 4] = [
        Client::close_stdin,
        |client| client.signal(Signal::TERM),
        |client| client.signal(Signal::INT),
        |client| client.signal(Signal::QUIT),
    ];
    for stop in stops {
        let host = Silent::start();
        let mut client = busy(&host);
        let connection = host.connection();
        stop(&mut client);
        let code = client.ends().code();
        assert_eq!(code, Some(0), "{}", client.stderr());
        hung_up(connection);
    }
}

/// A server whose stdout nobody reads.
fn unread() -> Child {
    let mut server = Fixture::empty()
        .server()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdin = server.stdin.as_mut().unwrap();
    let open = json!({"jsonrpc": "2.0", "id": "i", "method": "initialize",
        "params": {"protocolVersion": "2025-11-25"}});
    writeln!(stdin, "{open}").unwrap();
    server
}

/// Has far more answered than a pipe holds.
fn stall(server: &mut Child) {
    let stdin = server.stdin.as_mut().unwrap();
    for id in 0..200 {
        let line = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
        writeln!(stdin, "{line}").unwrap();
    }
    // Its first answer says that it has started: a signal before that is the system's to handle.
    let stdout = server.stdout.as_ref().unwrap();
    poll(&mut [PollFd::new(stdout, PollFlags::IN)], None).unwrap();
}

/// The goodbye is heard with the first answer that cannot be written. That need not be the first of all: a process that
/// another test has just forked holds the pipe as well, until its exec.
fn ends_at_pings(server: &mut Child, mut stdin: ChildStdin) {
    let (ended, pinging) = std::sync::mpsc::channel::<()>();
    let pinger = std::thread::spawn(move || {
        let ping = b"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n";
        while stdin.write_all(ping).is_ok() {
            let wait = pinging.recv_timeout(Duration::from_millis(20));
            if wait != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        // Its end may not be what the server ends for.
        let _ = pinging.recv();
    });
    assert_eq!(ends(server).code(), Some(0));
    drop(ended);
    pinger.join().unwrap();
}

#[test]
fn when_stdout_is_closed() {
    let mut server = unread();
    drop(server.stdout.take());
    let stdin = server.stdin.take().unwrap();
    ends_at_pings(&mut server, stdin);
}

#[test]
fn when_stdout_is_closed_with_answers_waiting() {
    let mut server = unread();
    stall(&mut server);
    drop(server.stdout.take());
    let stdin = server.stdin.take();
    assert_eq!(ends(&mut server).code(), Some(0));
    drop(stdin);
}

#[test]
fn when_stdout_is_closed_with_a_command_under_way() {
    let host = Silent::start();
    let fixture = Fixture::one_host(host.port());
    let mut server = fixture
        .server()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let open = json!({"jsonrpc": "2.0", "id": "i", "method": "initialize",
        "params": {"protocolVersion": "2025-11-25"}});
    let run = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "ssh_run", "arguments": {"alias": "web", "command": "uptime"}}});
    write!(stdin, "{open}\n{run}\n").unwrap();
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    let connection = host.connection();
    drop(stdout);
    ends_at_pings(&mut server, stdin);
    hung_up(connection);
}

#[test]
fn although_nobody_reads_the_answers() {
    let stops: [fn(&mut Child); 2] = [
        |server| drop(server.stdin.take()),
        |server| {
            let pid = Pid::from_child(server);
            kill_process(pid, Signal::TERM).unwrap();
        },
    ];
    for stop in stops {
        let mut server = unread();
        stall(&mut server);
        let stdout = server.stdout.take();
        stop(&mut server);
        assert_eq!(ends(&mut server).code(), Some(0));
        drop(stdout);
    }
}

/// A signal may come in the middle of any system call: none of them may take it for an error.
#[test]
fn not_at_a_flood_of_other_signals() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    let pid = client.pid();
    let flood = std::thread::spawn(move || {
        let pid = Pid::from_raw(pid.cast_signed()).unwrap();
        for _ in 0..4000 {
            kill_process(pid, Signal::HUP).unwrap();
            std::thread::sleep(std::time::Duration::from_micros(50));
        }
    });
    while !flood.is_finished() {
        client.ping();
    }
    flood.join().unwrap();
    client.close_stdin();
    assert_eq!(client.ends().code(), Some(0), "{}", client.stderr());
}
