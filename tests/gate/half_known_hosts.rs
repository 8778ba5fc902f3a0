//! known_hosts while somebody writes it: a half that lacks the line by which a key is revoked lets nobody in.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::site::{Site, ran, refused};

const STEP: Duration = Duration::from_millis(100);
/// A writer that pauses for longer, because the machine has other things to do, tells nothing.
const STEADY: Duration = Duration::from_millis(200);
const LINES: usize = 6;

/// Writes the host's key, some remarks, and that the key is revoked; it says whether it was steady.
fn write_slowly(file: &Path, key: &str, begun: &std::sync::mpsc::Sender<()>) -> JoinHandle<bool> {
    let (file, begun) = (file.to_owned(), begun.clone());
    let key = key.to_owned();
    std::thread::spawn(move || {
        let mut file = File::create(file).unwrap();
        let (mut last, mut steady) = (Instant::now(), true);
        for number in 0..=LINES {
            let line = match number {
                0 => key.clone(),
                LINES => format!("@revoked {key}"),
                _ => format!("# line {number}\n"),
            };
            let now = Instant::now();
            file.write_all(line.as_bytes()).unwrap();
            steady &= last.elapsed() < STEADY;
            last = now;
            let _heard = begun.send(());
            std::thread::sleep(STEP);
        }
        steady
    })
}

/// What the call is told that comes while the file is half-written, and whether the writer was steady.
fn told_while_it_is_written() -> (bool, String) {
    let site = Site::start("halfknown");
    let known_hosts = site.path("keys/known_hosts");
    let key = site.sshd.known_hosts("127.0.0.1");
    let (mut client, held) = site.serve();
    let (begin, begun) = std::sync::mpsc::channel();
    let writing = write_slowly(&known_hosts, &key, &begin);
    begun.recv().unwrap();
    let told = refused(&mut client, "echo x")["error"].to_string();
    let steady = writing.join().unwrap();
    if steady {
        assert_eq!(held.sshd.log().matches("Accepted publickey").count(), 0);
    }
    (steady, told)
}

#[test]
fn a_half_of_it_lets_no_revoked_key_pass() {
    let mut tries = (0..10).map(|_| told_while_it_is_written());
    let steady = tries.find(|(steady, _)| *steady);
    let (_, told) = steady.expect("this machine is too busy to write");
    assert!(told.contains("SSH host key revoked"), "{told}");
}

/// A line that was added a moment ago counts for the next call.
#[test]
fn a_line_that_was_just_added_counts() {
    let site = Site::start("justknown");
    let known_hosts = site.path("keys/known_hosts");
    let key = site.sshd.known_hosts("127.0.0.1");
    site.fixture.write("keys/known_hosts", "");
    let (mut client, _held) = site.serve();
    let told = refused(&mut client, "echo x")["error"].to_string();
    assert!(told.contains("SSH host key not found"), "{told}");
    std::fs::write(&known_hosts, key).unwrap();
    assert_eq!(ran(&mut client, "echo x")["output"], "x\n");
}

/// Somebody who writes it again and again, and whether the writer was steady: it said nothing while a call went on.
fn told_while_it_is_written_without_an_end() -> (bool, String) {
    let site = Site::start("allknown");
    let (known_hosts, key) = (
        site.path("keys/known_hosts"),
        site.sshd.known_hosts("127.0.0.1"),
    );
    let (mut client, _held) = site.serve();
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    std::fs::write(&known_hosts, &key).unwrap();
    let writing = std::thread::spawn(move || {
        let (mut last, mut steady) = (Instant::now(), true);
        while stopped.try_recv().is_err() {
            std::fs::write(&known_hosts, &key).unwrap();
            steady &= last.elapsed() < STEADY;
            last = Instant::now();
            std::thread::sleep(STEP / 10);
        }
        steady
    });
    let told = refused(&mut client, "echo x")["error"].to_string();
    stop.send(()).unwrap();
    (writing.join().unwrap(), told)
}

#[test]
fn one_that_is_written_without_an_end_is_told_as_that() {
    let mut tries = (0..10).map(|_| told_while_it_is_written_without_an_end());
    let steady = tries.find(|(steady, _)| *steady);
    let (_, told) = steady.expect("this machine is too busy to write");
    assert!(told.contains("SSH known_hosts is being written"), "{told}");
}
