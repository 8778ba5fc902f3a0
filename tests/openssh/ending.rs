//! Timeout, cancellation and the output cap: the remote process is gone afterwards, quickly,
//! whatever it does about it, and the next command over the same connection works.

use std::time::{Duration, Instant};

use mcp_ssh::cancel;
use mcp_ssh::runtime::sleep;
use mcp_ssh::ssh::{Ended, ExecLimits, Exit, Output, Process, Session};

use super::{Host, Marker, ROOMY, block_on, never, permit, run};
use crate::support::keys::KeyPair;
use crate::support::sshd::{Sshd, is_root};

/// Commands that do not end.
const ENDLESS: &[&str] = &[
    "sleep MARKER",
    "sleep MARKER; true",
    // Deaf to signals, as the leader of the process group and below it.
    "trap '' TERM HUP INT; sleep MARKER; true",
    "sh -c 'trap \"\" TERM HUP INT; while :; do sleep MARKER; done'; true",
    // Deaf to the closing of its pipes.
    "sleep MARKER >/dev/null 2>&1 | cat",
    "yes MARKER >/dev/null",
];

/// A short limit, and what an end may take on top (SYSTEM.md section 3).
const SOON: Duration = Duration::from_millis(400);
const END: Duration = Duration::from_secs(2);

async fn check_end(session: &Session, marker: &Marker, line: &str, output: Output, start: Instant) {
    let took = start.elapsed();
    assert!(took < SOON + END, "{line}: {took:?}");
    assert_eq!(output.process, Process::Gone, "{line}");
    assert_eq!(output.exit, Some(Exit::Signal("KILL".to_owned())), "{line}");
    assert!(
        marker.is_gone(),
        "{line} is still there: {:?}",
        marker.alive()
    );
    assert!(session.is_usable(), "{line}");
    assert_eq!(
        run(session, "echo next").await.printed.bytes(),
        b"next\n",
        "{line}"
    );
}

#[test]
fn a_timeout_ends_the_remote_process() {
    let host = Host::for_an_ordinary_user("timeout");
    block_on(async {
        let session = host.connect().await;
        for line in ENDLESS {
            let marker = Marker::new();
            let limits = ExecLimits {
                max_seconds: SOON,
                ..ROOMY
            };
            let start = Instant::now();
            let output = session
                .exec(permit(&marker.fill(line)), limits, &never())
                .await
                .unwrap();
            assert_eq!(output.ended, Ended::TimedOut, "{line}");
            check_end(&session, &marker, line, output, start).await;
        }
    });
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn a_cancelled_call_ends_the_remote_process() {
    let host = Host::for_an_ordinary_user("cancel");
    block_on(async {
        let session = host.connect().await;
        for line in ENDLESS {
            let marker = Marker::new();
            let (canceller, cancelled) = cancel::pair();
            let cancel = async {
                sleep(SOON).await;
                assert!(!marker.alive().is_empty(), "{line} never ran");
                canceller.cancel();
            };
            let start = Instant::now();
            let filled = marker.fill(line);
            let run = session.exec(permit(&filled), ROOMY, &cancelled);
            let (output, ()) = smol::future::zip(run, cancel).await;
            let output = output.unwrap();
            assert_eq!(output.ended, Ended::Cancelled, "{line}");
            check_end(&session, &marker, line, output, start).await;
        }
    });
}

#[test]
fn the_cap_ends_the_remote_process_and_keeps_the_first_bytes_exactly() {
    let host = Host::for_an_ordinary_user("cap");
    block_on(async {
        let session = host.connect().await;
        for (line, cap) in [
            ("yes MARKER", 1),
            ("yes MARKER", 100_000),
            ("yes MARKER >&2", 65_536),
            (
                "trap '' TERM PIPE; while :; do echo MARKER; done; true",
                1000,
            ),
            ("echo hello; sleep MARKER", 5),
            ("cat /dev/zero /MARKER", 3 * 1024 * 1024),
        ] {
            let marker = Marker::new();
            let limits = ExecLimits {
                max_output_bytes: cap,
                ..ROOMY
            };
            let start = Instant::now();
            let output = session
                .exec(permit(&marker.fill(line)), limits, &never())
                .await
                .unwrap();
            assert_eq!(output.ended, Ended::Truncated, "{line}");
            assert_eq!(output.printed.bytes().len() as u64, cap, "{line}");
            assert_eq!(output.printed.bytes_out() + output.printed.bytes_err(), cap);
            check_end(&session, &marker, line, output, start).await;
        }
    });
}

#[test]
fn output_of_exactly_the_cap_is_not_truncated() {
    let host = Host::for_an_ordinary_user("exact");
    block_on(async {
        let session = host.connect().await;
        for (cap, ended) in [
            (6, Ended::Exited(0)),
            (5, Ended::Truncated),
            (7, Ended::Exited(0)),
        ] {
            let limits = ExecLimits {
                max_output_bytes: cap,
                ..ROOMY
            };
            let output = session
                .exec(permit("echo hello"), limits, &never())
                .await
                .unwrap();
            assert_eq!(output.ended, ended, "{cap}");
            let kept = usize::try_from(cap.min(6)).unwrap();
            assert_eq!(output.printed.bytes(), &b"hello\n"[..kept]);
        }
    });
}

#[test]
fn a_flood_does_not_grow_memory() {
    let host = Host::for_an_ordinary_user("flood");
    block_on(async {
        let session = host.connect().await;
        // Fills the allocator's caches with what one flood needs.
        let limits = ExecLimits {
            max_output_bytes: 100_000,
            ..ROOMY
        };
        session.exec(permit("yes"), limits, &never()).await.unwrap();
        let before = resident_kib();
        for _ in 0..10 {
            let output = session.exec(permit("yes"), limits, &never()).await.unwrap();
            assert_eq!(output.ended, Ended::Truncated);
        }
        // Other tests of this process run beside: this catches a leak of what was discarded
        // (10 MiB and more), not a few pages.
        let grown = resident_kib().saturating_sub(before);
        assert!(grown < 64 * 1024, "grew by {grown} KiB");
    });
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_killed_server_is_noticed_at_once() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let kill = async {
            sleep(SOON).await;
            host.sshd.kill_connections();
        };
        let start = Instant::now();
        let (output, ()) = smol::future::zip(run(&session, "echo before; sleep 5"), kill).await;
        assert!(matches!(output.ended, Ended::Lost(_)), "{:?}", output.ended);
        assert_eq!(output.printed.bytes(), b"before\n");
        assert_eq!(output.process, Process::Unconfirmed);
        assert!(start.elapsed() < Duration::from_secs(3));
        assert!(!session.is_usable());
    });
}

/// OpenSSH delivers no signal to a forced command, nor to root's: the connection has to go.
async fn check_unconfirmed(session: Session, line: &str) {
    let limits = ExecLimits {
        max_seconds: SOON,
        ..ROOMY
    };
    let start = Instant::now();
    let output = session.exec(permit(line), limits, &never()).await.unwrap();
    assert!(start.elapsed() < SOON + END, "{:?}", start.elapsed());
    assert_eq!(
        (output.ended, output.process),
        (Ended::TimedOut, Process::Unconfirmed)
    );
    assert!(!session.is_usable());
}

#[test]
fn a_forced_command_loses_its_connection() {
    let user = KeyPair::ed25519();
    let marker = Marker::new();
    let forced = marker.fill("command=\"sleep MARKER\" ") + &user.public;
    let sshd = Sshd::builder().authorized_line(&forced).start();
    let host = Host {
        sshd,
        user,
        account: None,
    };
    block_on(async { check_unconfirmed(host.connect().await, "true").await });
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn a_root_login_loses_its_connection_and_what_writes_dies_of_it() {
    assert!(
        is_root(),
        "this test logs in as root: run the tests as root"
    );
    let host = Host::start();
    let marker = Marker::new();
    let line = marker.fill("while sleep 0.1; do echo MARKER; done");
    block_on(async { check_unconfirmed(host.connect().await, &line).await });
    assert!(marker.is_gone(), "{:?}", marker.alive());
}
