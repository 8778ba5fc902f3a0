//! What becomes of the file: moved, cut, locked, its server killed; and of stderr that stops.

use std::fs;
use std::io::Read;

use mcp_ssh::audit::{Expected, parse_digest};
use rustix::fs::{FlockOperation, flock};
use rustix::process::Signal;
use serde_json::json;

use super::{DENIED, UNRECORDED, ask, audited, chain, start, text, verify, verify_files, whole};
use crate::gate::records::lines;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

fn another(file: &str) -> Client {
    let mut fixture = Fixture::one_host(1);
    fixture.set("MCP_SSH_AUDIT_FILE", file);
    start(fixture)
}

/// logrotate's way, without a signal; and with one.
#[test]
fn a_file_that_is_moved_away_is_followed_by_a_new_one() {
    for hang_up in [false, true] {
        let (fixture, file) = audited();
        let old = format!("{file}.1");
        let mut client = start(fixture);
        let mut second = another(&file);
        ask(&mut client);
        ask(&mut second);
        fs::rename(&file, &old).unwrap();
        if hang_up {
            client.signal(Signal::HUP);
        }
        ask(&mut client);
        ask(&mut second);
        ask(&mut client);
        let bytes = [fs::read(&old).unwrap(), fs::read(&file).unwrap()];
        let both = [("old", &*bytes[0]), ("new", &*bytes[1])];
        let verified = verify_files(&both, Expected::default()).unwrap();
        assert_eq!(verified.sessions, 2);
        assert!(whole(&old).lines == 6 && verified.lines >= 12);
        // The new one alone says what it follows.
        let found = verify(&bytes[1], Expected::default()).unwrap_err();
        assert!(
            found.starts_with("f:1: follows lines that are not here"),
            "{found}"
        );
        let hash = found.rsplit(' ').next().unwrap();
        let after = Expected {
            after: parse_digest(hash),
            ..Expected::default()
        };
        assert!(after.after.is_some());
        verify(&bytes[1], after).unwrap();
    }
}

/// logrotate's copytruncate.
#[test]
fn a_file_that_is_emptied_goes_on() {
    let (fixture, file) = audited();
    let mut client = start(fixture);
    ask(&mut client);
    let old = fs::read(&file).unwrap();
    fs::write(&file, "").unwrap();
    ask(&mut client);
    let new = fs::read(&file).unwrap();
    let verified = verify_files(&[("old", &old), ("new", &new)], Expected::default());
    assert_eq!(verified.unwrap().lines, 5);
}

/// A line that a crash has cut off stays, and the next one vouches for it and the one before it.
#[test]
fn a_cut_line_is_ended_and_vouched_for() {
    for lost in [1, 2, 200] {
        let (fixture, file) = audited();
        let mut client = start(fixture);
        ask(&mut client);
        ask(&mut client);
        client.close_stdin();
        client.ends();
        let written = fs::read(&file).unwrap();
        fs::write(&file, &written[..written.len() - lost]).unwrap();
        let found = verify(&fs::read(&file).unwrap(), Expected::default()).unwrap_err();
        assert!(found.starts_with("f:5: is cut off at the end"), "{found}");

        let mut client = another(&file);
        assert!(ask(&mut client).contains(DENIED));
        assert!(ask(&mut client).contains(DENIED));
        let bytes = fs::read(&file).unwrap();
        if lost == 1 {
            // All but its end was there.
            assert_eq!(whole(&file).lines, 10);
            continue;
        }
        let verified = whole(&file);
        assert_eq!((verified.lines, verified.notes.len()), (10, 1));
        assert_eq!(verified.notes[0].line, 5);
        // Neither the cut line nor the one before it can be changed now.
        for line in [3, 4] {
            let mut changed: Vec<Vec<u8>> = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            changed[line][20] ^= 1;
            let found = verify(&changed.concat(), Expected::default()).unwrap_err();
            assert!(found.starts_with("f:5: is no record"), "{found}");
        }
    }
}

/// As a disk leaves it that is full again and again: the last cut line has its end, or not.
#[test]
fn cut_lines_in_a_row_are_ended_and_vouched_for() {
    for end in [
        "",
        "\n",
        "\n{",
        "\n{\n",
        "\n{\"type\":\"poli",
        "\n{\"a\"\n{\"b\":\"\\u00",
    ] {
        let (fixture, file) = audited();
        let mut client = start(fixture);
        ask(&mut client);
        client.close_stdin();
        client.ends();
        let mut written = fs::read(&file).unwrap();
        let lines = whole(&file).lines;
        written.truncate(written.len() - 100);
        written.extend_from_slice(end.as_bytes());
        fs::write(&file, &written).unwrap();
        let mut client = another(&file);
        assert!(ask(&mut client).contains(DENIED), "{end:?}");
        assert!(ask(&mut client).contains(DENIED), "{end:?}");
        client.close_stdin();
        client.ends();
        let verified = whole(&file);
        assert_eq!(verified.notes.len(), 1, "{end:?}");
        assert_eq!(verified.notes[0].line, lines, "{end:?}");
    }
}

/// A cut line that is all the file has, and one that nothing of ours can be.
#[test]
fn a_file_that_ends_oddly() {
    for (begins, taken) in [
        ("{\"type", true),
        ("{}\n", true),
        (&*"{".repeat(600_000), false),
    ] {
        let (fixture, file) = audited();
        fs::write(&file, begins).unwrap();
        super::recording::mode(&file, 0o600);
        let mut client = start(fixture);
        let answer = ask(&mut client);
        assert_eq!(answer.contains(DENIED), taken, "{answer}");
        assert_eq!(
            answer.contains("ends in a line that is too long"),
            !taken,
            "{answer}"
        );
        let bytes = fs::read(&file).unwrap();
        let verified = verify(&bytes, Expected::default());
        assert_eq!(verified.is_ok(), begins == "{\"type", "{verified:?}");
    }
}

#[test]
fn a_killed_server_leaves_whole_lines() {
    let (fixture, file) = audited();
    let mut lines = 0;
    let mut client = start(fixture);
    for round in 0..10 {
        let ids: Vec<_> = (0..40)
            .map(|_| {
                let arguments = json!({"alias": "web", "command": "reboot"});
                client.begin(
                    "tools/call",
                    json!({"name": "ssh_run", "arguments": arguments}),
                )
            })
            .collect();
        client.response(&ids[round * 3]);
        client.signal(Signal::KILL);
        client.ends();
        let verified = whole(&file);
        assert!(verified.lines > lines, "{round}");
        lines = verified.lines;
        let next = another(&file);
        // The files live as long as the first client.
        let first = std::mem::replace(&mut client, next);
        std::mem::forget(first);
    }
    // The last one has said that it is ready.
    assert_eq!(whole(&file).sessions, 11);
}

/// A process that stands still with the lock costs a second once, and then no time.
#[test]
fn a_file_that_stays_locked_is_not_waited_for() {
    let (fixture, file) = audited();
    let mut client = start(fixture);
    assert!(ask(&mut client).contains(DENIED));
    let locked = fs::File::open(&file).unwrap();
    flock(&locked, FlockOperation::LockExclusive).unwrap();
    let started = std::time::Instant::now();
    for _ in 0..5 {
        let answer = ask(&mut client);
        assert!(answer.contains(UNRECORDED), "{answer}");
        assert!(answer.contains("is locked by another process"), "{answer}");
    }
    assert!(started.elapsed().as_secs() < 4, "{:?}", started.elapsed());
    drop(locked);
    assert!(ask(&mut client).contains(DENIED));
    assert_eq!(whole(&file).lines, 5);
}

/// Lines that are longer than what a pipe takes at once: what was begun is finished when somebody
/// reads again, and the chain goes on after it.
#[test]
fn a_line_that_stderr_took_in_part_is_finished_first() {
    let fixture = Fixture::one_host(1);
    let policy = "rules: [{action: allow, commands: ['uptime']}]\naudit: {commands: plain}\n";
    fixture.write("config/policy.yml", policy);
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut server = fixture.server();
    let mut client = Client::with_stderr(fixture, &mut server, writer);
    drop(server);
    client.open("2025-11-25");
    let command = format!("reboot {}", "x".repeat(9000));
    let mut call = || {
        let result = client.call("ssh_run", json!({"alias": "web", "command": command}));
        result["content"][0]["text"].as_str().unwrap().to_owned()
    };
    let refused = (0..100).position(|_| call().contains("nobody reads stderr"));
    assert!(refused.is_some_and(|recorded| recorded > 2), "{refused:?}");
    assert!(call().contains(UNRECORDED));
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    });
    while call().contains(UNRECORDED) {}
    client.close_stdin();
    client.ends();
    drop(client);
    let stderr = reading.join().unwrap();
    let verified = verify(stderr.as_bytes(), Expected::default()).unwrap();
    assert_eq!(verified.lines, lines(&stderr).len() as u64);
}

/// Lines of a chain by the definition alone are what the server goes on from.
#[test]
fn a_chain_is_gone_on_with() {
    let (fixture, file) = audited();
    fs::write(&file, text(&chain(&["a", "b", "a"]))).unwrap();
    super::recording::mode(&file, 0o600);
    let mut client = start(fixture);
    ask(&mut client);
    let verified = whole(&file);
    assert_eq!((verified.lines, verified.sessions), (6, 3));
}
