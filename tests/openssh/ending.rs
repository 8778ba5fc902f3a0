//! Timeout, cancellation and the output cap: the remote process is gone afterwards, quickly,
//! whatever it does about it, and the next command over the same connection works.

use std::time::{Duration, Instant};

use mcp_ssh::cancel;
use mcp_ssh::runtime::sleep;
use mcp_ssh::ssh::{CommandEnd, CommandOutput, ExecLimits, Exit, Process, Session, SshErrorKind};

use super::{Exec, HOST, Host, Marker, ROOMY, block_on, never, permit, run};
use crate::support::account::Account;
use crate::support::keys::KeyPair;
use crate::support::sshd::{Sshd, needs_root};

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

/// A short limit, and what an end may take on top.
const SOON: Duration = Duration::from_millis(400);
const END: Duration = Duration::from_secs(2);

async fn check_end(
    session: &Session,
    marker: &Marker,
    line: &str,
    output: CommandOutput,
    start: Instant,
) {
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
            assert_eq!(output.ended, CommandEnd::TimedOut, "{line}");
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
            assert_eq!(output.ended, CommandEnd::Cancelled, "{line}");
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
            assert_eq!(output.ended, CommandEnd::Truncated, "{line}");
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
            (6, CommandEnd::Exited(0)),
            (5, CommandEnd::Truncated),
            (7, CommandEnd::Exited(0)),
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
            assert_eq!(output.ended, CommandEnd::Truncated);
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
    needs_root("kills the process of a login of root");
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let marker = Marker::new();
        let kill = async {
            while marker.alive().len() < 2 {
                sleep(SOON / 10).await;
            }
            // The shell and its sleep: what was printed before is on its way.
            sleep(END).await;
            host.sshd.kill_connections();
            Instant::now()
        };
        let line = marker.fill("echo before; sleep MARKER; true");
        let (output, killed) = smol::future::zip(run(&session, &line), kill).await;
        assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
        assert!(
            matches!(output.ended, CommandEnd::Lost(_)),
            "{:?}",
            output.ended
        );
        assert_eq!(output.printed.bytes(), b"before\n");
        assert_eq!(output.process, Process::Unconfirmed);
        assert!(!session.is_usable());
    });
}

#[test]
fn a_frozen_server_is_noticed_by_its_silence() {
    needs_root("stops the process of a login of root");
    let host = Host::start();
    block_on(async {
        let mut endpoint = host.endpoint();
        endpoint.keepalive = Duration::from_millis(100);
        let session = host
            .connect_to(&endpoint, &host.sshd.known_hosts(HOST))
            .await
            .unwrap();
        run(&session, "true").await;
        host.sshd.freeze_connections();
        let start = Instant::now();
        let error = session
            .exec(permit("true"), ROOMY, &never())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Closed);
        assert!(error.detail().ends_with("Keepalive timeout"), "{error:?}");
        assert!(start.elapsed() < END, "{:?}", start.elapsed());
        assert!(!session.is_usable());
    });
}

#[test]
fn a_command_that_is_ended_while_it_starts_is_gone_too() {
    let host = Host::for_an_ordinary_user("early");
    block_on(async {
        let mut session = host.connect().await;
        for milliseconds in [0, 1, 2, 3, 5, 8, 12, 16, 20, 30, 50] {
            let marker = Marker::new();
            let limits = ExecLimits {
                max_seconds: Duration::from_millis(milliseconds),
                ..ROOMY
            };
            match session
                .exec(permit(&marker.fill("sleep MARKER; true")), limits, &never())
                .await
            {
                Ok(output) => {
                    assert_eq!(output.ended, CommandEnd::TimedOut, "{milliseconds}");
                    assert_eq!(output.process, Process::Gone, "{milliseconds}");
                }
                Err(error) => assert_eq!(error.kind(), SshErrorKind::OutOfTime, "{milliseconds}"),
            }
            assert!(marker.is_gone(), "{milliseconds}: {:?}", marker.alive());
            if !session.is_usable() {
                session = host.connect().await;
            }
        }
    });
}

/// OpenSSH delivers no signal to a forced command: the connection has to go.
#[test]
fn a_forced_command_loses_its_connection() {
    let user = KeyPair::ed25519();
    let marker = Marker::new();
    let forced = marker.fill("command=\"sleep MARKER\" ") + &user.public;
    let sshd = Sshd::builder().authorized_line(&forced).start();
    let host = Host {
        sshd,
        user,
        account: Some(Account::create("forced")),
    };
    let limits = ExecLimits {
        max_seconds: SOON,
        ..ROOMY
    };
    block_on(async {
        let session = host.connect().await;
        let start = Instant::now();
        let output = session
            .exec(permit("true"), limits, &never())
            .await
            .unwrap();
        assert!(start.elapsed() < SOON + END, "{:?}", start.elapsed());
        let ended = (output.ended, output.process);
        assert_eq!(ended, (CommandEnd::TimedOut, Process::Unconfirmed));
        assert!(!session.is_usable());
    });
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

/// OpenSSH passes no signal on to a session of root's.
#[test]
fn a_command_of_root_s_is_killed_and_the_connection_stays() {
    needs_root("logs in as root");
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        for line in [
            "sleep MARKER",
            "sleep MARKER | cat; true",
            "trap '' TERM HUP; sleep MARKER; sleep MARKER",
            "yes MARKER",
        ] {
            let marker = Marker::new();
            let limits = ExecLimits {
                max_seconds: SOON,
                max_output_bytes: 1000,
            };
            let start = Instant::now();
            let command = permit(&marker.fill(line));
            let output = session.exec(command, limits, &never()).await.unwrap();
            assert!(
                start.elapsed() < SOON + END,
                "{line}: {:?}",
                start.elapsed()
            );
            assert_eq!(output.process, Process::Gone, "{line}");
            assert!(marker.is_gone(), "{line}: {:?}", marker.alive());
            assert_eq!(run(&session, "echo next").await.printed.bytes(), b"next\n");
        }
    });
}

/// What else runs over the connection is not touched: the killed command's connection goes.
#[test]
fn another_command_of_root_s_is_not_killed_with_it() {
    needs_root("logs in as root");
    let host = Host::start();
    let (kept, killed) = (Marker::new(), Marker::new());
    block_on(async {
        let session = host.connect().await;
        let other = permit(&kept.fill("sleep MARKER"));
        let uncancelled = never();
        let other = session.exec(other, ROOMY, &uncancelled);
        let limits = ExecLimits {
            max_seconds: SOON,
            ..ROOMY
        };
        let late = permit(&killed.fill("sleep MARKER"));
        let late = session.exec(late, limits, &uncancelled);
        let (other, late) = smol::future::zip(other, late).await;
        assert_eq!(late.unwrap().process, Process::Unconfirmed);
        assert!(matches!(other.unwrap().ended, CommandEnd::Lost(_)));
        assert!(!kept.alive().is_empty());
    });
}
