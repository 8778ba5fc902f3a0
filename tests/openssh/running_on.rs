//! What a kill alone does not reach: what runs under sudo, and what a command leaves in the background.
//! It is ended, or the result says that it may run on.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use mcp_ssh::cancel;
use mcp_ssh::runtime::sleep;
use mcp_ssh::ssh::{CommandEnd, CommandOutput, ExecLimits, Exit, Process};
use mcp_ssh_policy::Termination;
use tempfile::TempDir;

use super::{Exec, Host, Marker, ROOMY, block_on, never, permit};
use crate::support::account::Sudoers;

/// How the command is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    TimedOut,
    Cancelled,
}

const WAYS: [Way; 2] = [Way::TimedOut, Way::Cancelled];
/// In which a command has started, and after which it is out of time.
const STARTED: Duration = Duration::from_secs(3);
/// What an end may take on top.
const END: Duration = Duration::from_secs(2);
/// Ends of SIGKILL alone.
const DEAF: &str = "sudo -n sh -c 'trap \"\" TERM; sleep MARKER; true'";

/// An ordinary user who may run anything by sudo.
fn host(tag: &str) -> (Host, Sudoers) {
    let host = Host::for_an_ordinary_user(tag);
    let account = host.account.as_ref();
    let account = account.expect("this test writes /etc/sudoers.d: run the tests as root");
    let sudoers = Sudoers::of(account);
    (host, sudoers)
}

/// The names of the programs that have the marker in their words.
fn programs(marker: &Marker) -> Vec<String> {
    let name = |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).ok();
    let names = marker.alive().into_iter().filter_map(name);
    names.map(|name| name.trim_end().to_owned()).collect()
}

async fn until(line: &str, marker: &Marker, is_so: impl Fn(&[String]) -> bool) {
    let start = Instant::now();
    while !is_so(&programs(marker)) {
        let seen = programs(marker);
        assert!(start.elapsed() < STARTED, "{line}: {seen:?}");
        sleep(Duration::from_millis(5)).await;
    }
}

fn sleeps(programs: &[String]) -> bool {
    programs.iter().any(|name| name == "sleep")
}

/// Runs a command and ends it once its programs are as they must be.
async fn end(
    host: &Host,
    line: &str,
    marker: &Marker,
    way: Way,
    ready: fn(&[String]) -> bool,
) -> CommandOutput {
    let session = host.connect().await;
    let (canceller, cancelled) = cancel::pair();
    let limits = match way {
        Way::TimedOut => ExecLimits {
            max_seconds: STARTED,
            ..ROOMY
        },
        Way::Cancelled => ROOMY,
    };
    let start = Instant::now();
    let end = async {
        until(line, marker, ready).await;
        if way == Way::Cancelled {
            canceller.cancel();
        }
    };
    let run = session.exec(permit(&marker.fill(line)), limits, &cancelled);
    let (output, ()) = smol::future::zip(run, end).await;
    let output = output.unwrap();
    assert!(start.elapsed() < STARTED + END, "{line}, {way:?}");
    let ended = match way {
        Way::TimedOut => CommandEnd::TimedOut,
        Way::Cancelled => CommandEnd::Cancelled,
    };
    assert_eq!(output.ended, ended, "{line}");
    output
}

#[test]
fn sigterm_comes_first_only_where_it_is_passed_on() {
    use Termination::{Direct, Relayed, RelayedUnseen};
    for (line, termination) in [
        ("sleep 1", Direct),
        ("sleep 1 >/dev/null 2>&1", Direct),
        ("echo sudo; ls /usr/bin/sudo", Direct),
        ("sudo -n id", Relayed),
        ("/usr/bin/sudo id", Relayed),
        ("sudo-rs id", Relayed),
        ("doas id", Relayed),
        ("su -c id ops", Relayed),
        ("runuser -u ops -- id", Relayed),
        ("pkexec id", Relayed),
        ("uptime; env A=b timeout 5 sudo id | cat", Relayed),
        ("sh -c 'uptime; sudo id'", Relayed),
        ("ls | xargs sudo rm", Relayed),
        ("sudo id 2>/dev/null", RelayedUnseen),
        ("sh -c 'sudo id >/dev/null'", RelayedUnseen),
    ] {
        assert_eq!(permit(line).termination(), termination, "{line}");
    }
}

#[test]
fn what_runs_under_sudo_is_gone() {
    let (host, _sudoers) = host("sudo");
    block_on(async {
        for way in WAYS {
            for line in [
                "sudo -n sleep MARKER",
                "sudo -n sleep MARKER; true",
                "sudo -n sleep MARKER | cat",
                "env LANG=C nice sudo -n sleep MARKER",
                "sh -c 'sudo -n sleep MARKER'",
            ] {
                let marker = Marker::new();
                let output = end(&host, line, &marker, way, sleeps).await;
                let left = marker.alive();
                assert!(marker.is_gone(), "{line}, {way:?}: {left:?}, {output:?}");
                assert_eq!(output.process, Process::Gone, "{line}, {way:?}: {output:?}");
            }
        }
    });
}

#[test]
fn what_prints_too_much_under_sudo_is_gone() {
    let (host, _sudoers) = host("sudocap");
    block_on(async {
        let session = host.connect().await;
        let marker = Marker::new();
        let limits = ExecLimits {
            max_output_bytes: 1000,
            ..ROOMY
        };
        let command = permit(&marker.fill("sudo -n sh -c 'echo 0123456789; exec sleep MARKER'"));
        let few = ExecLimits {
            max_output_bytes: 10,
            ..ROOMY
        };
        for (command, limits) in [
            (permit(&marker.fill("sudo -n yes MARKER")), limits),
            (command, few),
        ] {
            let output = session.exec(command, limits, &never()).await.unwrap();
            assert_eq!(output.ended, CommandEnd::Truncated);
            assert!(marker.is_gone(), "{:?}", marker.alive());
            assert_eq!(output.process, Process::Gone);
        }
    });
}

/// SIGKILL ends sudo, and nobody but root can end the rest.
#[test]
fn what_is_deaf_under_sudo_may_run_on() {
    let (host, _sudoers) = host("sudodeaf");
    block_on(async {
        for way in WAYS {
            for more in ["", "; true", " >/dev/null 2>&1", " >/dev/null 2>&1; true"] {
                let line = format!("{DEAF}{more}");
                let marker = Marker::new();
                let output = end(&host, &line, &marker, way, sleeps).await;
                assert!(sleeps(&programs(&marker)), "{line}, {way:?}");
                assert_eq!(output.process, Process::MayRunOn, "{line}, {output:?}");
            }
        }
    });
}

/// A script, which the language of commands has no words for, in a folder that every account reads.
fn script(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("script");
    fs::write(&path, text).unwrap();
    let line = format!("sh {} MARKER", path.display());
    (folder, line)
}

#[test]
fn what_holds_the_output_of_a_command_that_has_ended_may_run_on() {
    let host = Host::for_an_ordinary_user("holds");
    let (_folder, line) = script("sleep $1 & echo started");
    block_on(async {
        let session = host.connect().await;
        let marker = Marker::new();
        let command = permit(&marker.fill(&line));
        let output = session.exec(command, ROOMY, &never()).await.unwrap();
        assert_eq!(output.ended, CommandEnd::Exited(0));
        assert_eq!(output.printed.bytes(), b"started\n");
        assert_eq!(output.process, Process::MayRunOn);
        assert_eq!(programs(&marker), ["sleep"]);
        for way in WAYS {
            let marker = Marker::new();
            let alone = |programs: &[String]| programs == ["sleep"];
            let output = end(&host, &line, &marker, way, alone).await;
            assert_eq!(output.exit, Some(Exit::Status(0)), "{way:?}");
            // A cancel may meet the shell before sshd has seen its end: the group is killed then.
            match output.process {
                Process::MayRunOn => assert_eq!(programs(&marker), ["sleep"], "{way:?}"),
                Process::Gone if way == Way::Cancelled => assert!(marker.is_gone()),
                doubt => panic!("{way:?}: {doubt:?}"),
            }
        }
    });
}

#[test]
fn what_holds_no_output_is_left_in_peace_and_untold() {
    let host = Host::for_an_ordinary_user("holdsnone");
    let (_folder, line) = script("sleep $1 >/dev/null 2>&1 & echo started");
    block_on(async {
        let session = host.connect().await;
        let marker = Marker::new();
        let command = permit(&marker.fill(&line));
        let output = session.exec(command, ROOMY, &never()).await.unwrap();
        assert_eq!(output.ended, CommandEnd::Exited(0));
        assert_eq!(output.process, Process::Gone);
        assert_eq!(programs(&marker), ["sleep"]);
    });
}

#[test]
fn a_background_job_is_killed_with_a_command_that_has_not_ended() {
    let host = Host::for_an_ordinary_user("jobs");
    let (_folder, line) = script("sleep $1 & sleep $1");
    let two = |programs: &[String]| programs.iter().filter(|name| *name == "sleep").count() == 2;
    block_on(async {
        for way in WAYS {
            let marker = Marker::new();
            let output = end(&host, &line, &marker, way, two).await;
            assert!(marker.is_gone(), "{way:?}: {:?}", marker.alive());
            assert_eq!(output.process, Process::Gone, "{way:?}");
        }
    });
}
