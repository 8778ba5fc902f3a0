//! What a command that ends by itself leaves behind.

use std::time::Duration;

use mcp_ssh::ssh::{CommandEnd, ExecLimits, Exit, Process, SshErrorKind, Stream};

use super::{Exec, Host, Marker, ROOMY, block_on, never, permit, run};
use crate::support::sshd::needs_root;

#[test]
fn exit_status_and_signal_are_both_reported() {
    needs_root("makes an account");
    let rows = [
        ("true", CommandEnd::Exited(0)),
        ("exit 3", CommandEnd::Exited(3)),
        ("exit 255", CommandEnd::Exited(255)),
        ("no-such-command-here", CommandEnd::Exited(127)),
        ("kill -TERM $$", CommandEnd::Signalled("TERM".to_owned())),
        ("kill -KILL $$", CommandEnd::Signalled("KILL".to_owned())),
    ];
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        for (line, ended) in rows {
            let output = run(&session, line).await;
            assert_eq!(output.ended, ended, "{line}");
            assert_eq!(output.process, Process::Gone);
            let exit = match ended {
                CommandEnd::Signalled(name) => Exit::Signal(name),
                CommandEnd::Exited(status) => Exit::Status(status),
                other => panic!("{other:?}"),
            };
            assert_eq!(output.exit, Some(exit), "{line}");
        }
        assert!(session.is_usable());
    });
}

#[test]
fn the_streams_are_kept_apart_and_in_order() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let line = "for n in 1 2 3; do echo out$n; sleep 0.05; echo err$n >&2; sleep 0.05; done";
        let printed = run(&session, line).await.printed;
        assert_eq!(printed.of(Stream::Out), b"out1\nout2\nout3\n");
        assert_eq!(printed.of(Stream::Err), b"err1\nerr2\nerr3\n");
        assert_eq!(printed.bytes(), b"out1\nerr1\nout2\nerr2\nout3\nerr3\n");
        assert_eq!((printed.bytes_out(), printed.bytes_err()), (15, 15));
        let streams: Vec<Stream> = printed.chunks().map(|(stream, _)| stream).collect();
        assert_eq!(streams, [Stream::Out, Stream::Err].repeat(3));
    });
}

#[test]
fn standard_input_is_empty_and_there_is_no_terminal() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let output = run(
            &session,
            "cat; echo status $?; tty; echo \"[$SSH_AUTH_SOCK][$DISPLAY]\"",
        )
        .await;
        assert_eq!(
            output.printed.bytes(),
            b"status 0\nnot a tty\n[][]\n".as_slice()
        );
    });
}

#[test]
fn bytes_arrive_as_they_are() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let output = run(&session, r"printf 'a\0\377\r\n\033[31m'").await;
        assert_eq!(output.printed.bytes(), b"a\0\xff\r\n\x1b[31m");
    });
}

#[test]
fn all_output_has_arrived_when_a_command_ends() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let limits = ExecLimits {
            max_output_bytes: 8 * 1024 * 1024,
            ..ROOMY
        };
        for _ in 0..5 {
            let output = session
                .exec(permit("head -c 3000000 /dev/zero"), limits, &never())
                .await
                .unwrap();
            assert_eq!(output.printed.bytes().len(), 3_000_000);
            assert_eq!(output.ended, CommandEnd::Exited(0));
        }
    });
}

#[test]
fn output_survives_new_keys_in_mid_stream() {
    let host = Host::with(|builder| builder.config("RekeyLimit 256K").config("LogLevel DEBUG1"));
    block_on(async {
        let session = host.connect().await;
        let limits = ExecLimits {
            max_output_bytes: 8 * 1024 * 1024,
            ..ROOMY
        };
        let line = "seq 1 300000";
        let output = session.exec(permit(line), limits, &never()).await.unwrap();
        let wanted: String = (1..=300_000).map(|n| format!("{n}\n")).collect();
        assert_eq!(
            output.ended,
            CommandEnd::Exited(0),
            "after {} bytes",
            output.printed.bytes().len()
        );
        // (A server that logs so much has words of its own on standard error.)
        assert!(output.printed.of(Stream::Out) == wanted.as_bytes());
        let next = run(&session, "echo on").await;
        assert_eq!(next.printed.of(Stream::Out), b"on\n");
    });
    let rekeyed = host.sshd.log().matches("SSH2_MSG_NEWKEYS received").count();
    assert!(rekeyed > 3, "new keys {rekeyed} times");
}

#[test]
fn command_after_command_runs_over_one_connection() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        for n in 0..50 {
            let output = run(&session, &format!("echo {n}; exit {}", n % 7)).await;
            assert_eq!(output.printed.bytes(), format!("{n}\n").as_bytes());
            assert_eq!(output.ended, CommandEnd::Exited(n % 7));
        }
    });
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn many_commands_run_over_one_connection_at_once() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let lines: Vec<String> = (0..8).map(|n| format!("sleep 1; echo {n}")).collect();
        let start = std::time::Instant::now();
        let outputs = futures_join(lines.iter().map(|line| run(&session, line))).await;
        assert!(
            start.elapsed() < Duration::from_secs(7),
            "{:?}",
            start.elapsed()
        );
        for (n, output) in outputs.iter().enumerate() {
            assert_eq!(output.printed.bytes(), format!("{n}\n").as_bytes());
        }
    });
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, output) in running.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let std::task::Poll::Ready(done) = future.as_mut().poll(context)
            {
                *output = Some(done);
            }
        }
        if outputs.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

#[test]
fn a_server_with_no_sessions_left_refuses_and_says_so() {
    let host = Host::with(|builder| builder.config("MaxSessions 1"));
    block_on(async {
        let session = host.connect().await;
        let long = run(&session, "sleep 0.5; echo done");
        let short = async {
            mcp_ssh::runtime::sleep(Duration::from_millis(100)).await;
            session.exec(permit("true"), ROOMY, &never()).await
        };
        let (long, short) = smol::future::zip(long, short).await;
        assert_eq!(short.unwrap_err().kind(), SshErrorKind::ChannelRefused);
        assert_eq!(long.printed.bytes(), b"done\n");
        // sshd counts a session until it has tidied up after it.
        let again = async {
            while session.exec(permit("true"), ROOMY, &never()).await.is_err() {
                mcp_ssh::runtime::sleep(Duration::from_millis(50)).await;
            }
        };
        assert!(
            mcp_ssh::runtime::timeout(Duration::from_secs(10), again)
                .await
                .is_some()
        );
    });
}

#[test]
fn output_held_open_by_a_background_process_ends_a_while_after_the_command() {
    let host = Host::start();
    let marker = Marker::new();
    block_on(async {
        let session = host.connect().await;
        let start = std::time::Instant::now();
        let output = run(&session, &marker.fill("sleep MARKER & echo started")).await;
        assert_eq!(output.ended, CommandEnd::Exited(0));
        assert_eq!(output.printed.bytes(), b"started\n");
        assert!(
            start.elapsed() < Duration::from_secs(8),
            "{:?}",
            start.elapsed()
        );
        assert!(!session.is_usable());
    });
    assert_eq!(marker.alive().len(), 1);
}
