//! Bytes in any cut, lines out: pipes, files, sockets, and never `O_NONBLOCK` on any of them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::client::{Client, ends};
use crate::support::fixture::Fixture;
use crate::support::sshd::needs_root;

const PING: &[u8] = b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";
const PONG: &str = r#"{"jsonrpc":"2.0","id":7,"result":{}}"#;

fn pong() -> Value {
    serde_json::from_str(PONG).unwrap()
}

#[test]
fn a_message_byte_by_byte() {
    let mut client = Client::start(Fixture::empty());
    for byte in PING {
        client.raw(&[*byte]);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    client.silence(std::time::Duration::from_millis(50));
    client.raw(b"\n");
    assert_eq!(client.next(), pong());
}

#[test]
fn many_messages_in_one_write_with_every_line_ending() {
    let mut client = Client::start(Fixture::empty());
    let mut stream = Vec::new();
    for ending in [&b"\n"[..], b"\r\n", b"\n\n", b"\r\n\r\n \n\t\r\n"] {
        for _ in 0..500 {
            stream.extend_from_slice(PING);
            stream.extend_from_slice(ending);
        }
    }
    client.raw(&stream);
    for _ in 0..2000 {
        assert_eq!(client.next(), pong());
    }
}

/// Some programs on Windows begin what they write with a byte order mark.
#[test]
fn a_byte_order_mark_at_the_start_is_skipped() {
    for pieces in [&[&b"\xef\xbb\xbf"[..]][..], &[b"\xef", b"\xbb", b"\xbf"]] {
        let mut client = Client::start(Fixture::empty());
        pieces.iter().for_each(|piece| client.raw(piece));
        client.raw(PING);
        client.raw(b"\n");
        assert_eq!(client.next(), pong());
        client.raw(b"\xef\xbb\xbf");
        client.raw(PING);
        client.raw(b"\n");
        assert_eq!(
            client.next()["error"]["code"],
            -32700,
            "it is at the start once"
        );
        client.ping();
    }
}

#[test]
fn what_came_before_the_end_of_stdin_is_answered() {
    let mut client = Client::start(Fixture::empty());
    for _ in 0..100 {
        client.raw(PING);
        client.raw(b"\n");
    }
    // The last line may end with the stream.
    client.raw(PING);
    client.close_stdin();
    for _ in 0..101 {
        assert_eq!(client.next(), pong());
    }
    assert_eq!(client.ends().code(), Some(0));
}

#[test]
fn from_a_file_to_a_file() {
    let mut input = tempfile::tempfile().unwrap();
    for _ in 0..1000 {
        input.write_all(PING).unwrap();
        input.write_all(b"\n").unwrap();
    }
    input.rewind().unwrap();
    let mut output = tempfile::tempfile().unwrap();
    let mut server = Fixture::empty()
        .server()
        .stdin(input)
        .stdout(output.try_clone().unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(ends(&mut server).code(), Some(0));
    let mut text = String::new();
    output.rewind().unwrap();
    output.read_to_string(&mut text).unwrap();
    assert_eq!(text, format!("{PONG}\n").repeat(1000));
}

#[test]
fn from_nothing_at_all() {
    let mut server = Fixture::empty()
        .server()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(ends(&mut server).code(), Some(0));
}

#[test]
fn over_one_socket_for_both_directions() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let input = OwnedFd::from(theirs.try_clone().unwrap());
    let mut server = Fixture::empty()
        .server()
        .stdin(input)
        .stdout(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(ours.try_clone().unwrap()).lines();
    let mut ours = ours;
    for _ in 0..100 {
        ours.write_all(PING).unwrap();
        ours.write_all(b"\n").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), PONG);
    }
    ours.shutdown(std::net::Shutdown::Both).unwrap();
    assert_eq!(ends(&mut server).code(), Some(0));
}

#[test]
fn stdin_and_stdout_stay_in_blocking_mode() {
    needs_root("looks into a process that is not dumpable");
    const O_NONBLOCK: u32 = 0o4000;
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    client.result("tools/list", json!({}));
    for descriptor in 0..=2 {
        let path = format!("/proc/{}/fdinfo/{descriptor}", client.pid());
        let text = std::fs::read_to_string(&path).unwrap();
        let flags = text
            .lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .unwrap();
        let flags = u32::from_str_radix(flags.trim(), 8).unwrap();
        assert_eq!(flags & O_NONBLOCK, 0, "{path}: {flags:o}");
    }
}

#[test]
fn one_thread_serves() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    client.call("ssh_plan", json!({"alias": "web", "command": "uptime"}));
    let path = format!("/proc/{}/status", client.pid());
    let status = std::fs::read_to_string(path).unwrap();
    assert!(status.contains("\nThreads:\t1\n"), "{status}");
}

#[test]
fn descriptors_that_are_nonblocking_already_work_too() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    theirs.set_nonblocking(true).unwrap();
    let input = OwnedFd::from(theirs.try_clone().unwrap());
    let mut server = Fixture::empty()
        .server()
        .stdin(input)
        .stdout(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Enough answers to fill the socket before the first is read.
    let mut writer = ours.try_clone().unwrap();
    let sent = std::thread::spawn(move || {
        writer.write_all(br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#).unwrap();
        writer.write_all(b"\n").unwrap();
        for id in 0..300 {
            let line = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
            writer.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        writer.shutdown(std::net::Shutdown::Write).unwrap();
    });
    std::thread::sleep(std::time::Duration::from_millis(200));
    let lines: Vec<String> = BufReader::new(ours).lines().map(Result::unwrap).collect();
    sent.join().unwrap();
    assert_eq!(lines.len(), 301);
    for line in lines {
        serde_json::from_str::<Value>(&line).unwrap();
    }
    assert_eq!(ends(&mut server).code(), Some(0));
}

#[test]
fn a_client_that_reads_late_gets_every_answer_whole() {
    let fixture = Fixture::empty();
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
    writeln!(stdin, "{open}").unwrap();
    for id in 0..1000 {
        let line = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
        writeln!(stdin, "{line}").unwrap();
    }
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["id"], "i");
    for id in 0..1000 {
        let answer: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], id);
        assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 17);
    }
    drop(stdin);
    assert_eq!(ends(&mut server).code(), Some(0));
}

#[test]
fn a_directory_for_stdin_is_a_failure() {
    let mut server = Fixture::empty()
        .server()
        .stdin(File::open("/").unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_ne!(ends(&mut server).code(), Some(0));
}
