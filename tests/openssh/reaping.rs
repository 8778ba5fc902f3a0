//! Killing as root never reaches a daemon, whenever the connection goes and however slow the login is.
//!
//! Each case runs in a PID namespace of its own, whose init is this very test: daemons are its children,
//! and so is whatever a dead connection leaves behind. A mistake there kills nothing else.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mcp_ssh::cancel;
use mcp_ssh::runtime::sleep;
use mcp_ssh::ssh::{ExecLimits, Process};

use super::{Exec, Host, Marker, ROOMY, block_on, never, permit};
use crate::support::sshd::is_root;

/// How the command is ended.
#[derive(Clone, Copy, Debug)]
enum Way {
    TimedOut,
    Cancelled,
    Capped,
    /// The connection is killed right after the cancel, before a killer's shell has started.
    Cut,
    /// Our side is given up at once.
    Dropped,
}

const WAYS: [Way; 5] = [
    Way::TimedOut,
    Way::Cancelled,
    Way::Capped,
    Way::Cut,
    Way::Dropped,
];
/// How long the login shell takes to start, in seconds.
const DELAYS: [&str; 4] = ["0", "0.3", "1.4", "3"];
const DAEMONS: usize = 4;

#[test]
fn no_daemon_is_killed_with_a_command_of_root_s() {
    assert!(
        is_root(),
        "this test kills as root in a PID namespace: run the tests as root"
    );
    let mut running: Vec<(String, Child)> = Vec::new();
    for delay in DELAYS {
        let child = Command::new("unshare")
            .args(["--pid", "--fork", "--mount-proc", "--kill-child"])
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "openssh::reaping::inside_a_namespace",
                "--ignored",
                "--nocapture",
            ])
            .env("MCP_SSH_LOGIN_DELAY", delay)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        running.push((delay.to_owned(), child));
    }
    for (delay, child) in running {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "delay {delay}: {text}{errors}");
        assert!(text.contains("1 passed"), "delay {delay}: {text}");
    }
}

#[test]
#[ignore = "it is the init of the namespaces that the test above makes"]
fn inside_a_namespace() {
    assert_eq!(
        std::process::id(),
        1,
        "only ever run as the init of a namespace"
    );
    let delay = std::env::var("MCP_SSH_LOGIN_DELAY").unwrap();
    let daemons: Vec<u32> = (0..DAEMONS).map(|_| daemon()).collect();
    let folder = tempfile::tempdir().unwrap();
    let slow = folder.path().join("slow");
    std::fs::write(&slow, format!("sleep {delay}\n")).unwrap();
    let environment = format!("SetEnv SHLVL=1 BASH_ENV={}", slow.display());
    let listening = Host::start();
    for way in WAYS {
        let host = Host::with(|builder| builder.config(&environment));
        let marker = Marker::new();
        let gone = block_on(end(&host, &marker, way, &delay));
        // What was asked of the host last has had its time, however slow the login is.
        std::thread::sleep(Duration::from_millis(3500));
        let dead: Vec<&u32> = daemons
            .iter()
            .filter(|daemon| !is_alive(**daemon))
            .collect();
        assert!(
            dead.is_empty(),
            "{way:?}, delay {delay}: daemons are dead: {dead:?}"
        );
        if gone == Some(Process::Gone) {
            assert!(
                marker.is_gone(),
                "{way:?}, delay {delay}: {:?}",
                marker.alive()
            );
        }
    }
    // The namespace ends with its init, and the daemons with it.
    drop(listening);
}

/// A process that leads a session and whose parent has ended, so that it is a child of init, as daemons
/// are.
fn daemon() -> u32 {
    let output = Command::new("sh")
        .args(["-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// A process that has ended stays a zombie: this init waits for nobody.
fn is_alive(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat
        .rsplit(") ")
        .next()
        .and_then(|fields| fields.chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}

async fn end(host: &Host, marker: &Marker, way: Way, delay: &str) -> Option<Process> {
    let started = Duration::from_secs_f64(delay.parse::<f64>().unwrap() + 0.4);
    let session = host.connect().await;
    let limits = match way {
        Way::TimedOut => ExecLimits {
            max_seconds: started,
            ..ROOMY
        },
        Way::Capped => ExecLimits {
            max_output_bytes: 1000,
            ..ROOMY
        },
        Way::Cancelled | Way::Cut | Way::Dropped => ROOMY,
    };
    let line = match way {
        Way::Capped => "yes MARKER",
        Way::TimedOut | Way::Cancelled | Way::Cut | Way::Dropped => "sleep MARKER; true",
    };
    let (canceller, cancelled) = cancel::pair();
    let told = async {
        sleep(started).await;
        match way {
            Way::TimedOut | Way::Capped => {}
            Way::Cancelled => canceller.cancel(),
            Way::Cut => {
                canceller.cancel();
                // The killer has been asked for; its shell has not started.
                sleep(Duration::from_millis(50)).await;
                host.sshd.kill_connections();
            }
            Way::Dropped => return,
        }
        std::future::pending::<()>().await;
    };
    let command = permit(&marker.fill(line));
    let uncancelled = never();
    let cancelled = match way {
        Way::Cancelled | Way::Cut => &cancelled,
        Way::TimedOut | Way::Capped | Way::Dropped => &uncancelled,
    };
    let run = async { Some(session.exec(command, limits, cancelled).await) };
    let ended = smol::future::or(run, async {
        told.await;
        None
    });
    ended
        .await
        .and_then(Result::ok)
        .map(|output| output.process)
}
