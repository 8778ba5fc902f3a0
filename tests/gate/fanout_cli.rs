//! `mcp-ssh run --tag`: a command on every host with a tag, from a terminal.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::cli::{status, text};
use super::fanout::{fleet, sleeping, statuses};
use super::site::{POLICY, Site};
use crate::support::marker::{Marker, within};
use crate::support::silent::Silent;

#[test]
fn the_command_line_tells_hosts_apart_and_exits_with_what_all_of_them_did() {
    let site = Site::start("tagcli");
    fleet(&site, 3, &[]);
    site.write_policy(&format!(
        "{POLICY}  - {{action: deny, aliases: [h1], commands: ['echo *']}}\n  \
         - {{action: deny, commands: ['ls /etc']}}\n"
    ));
    let run = |command: &[&str]| {
        let words = [&["run", "--tag", "lab", "--"], command].concat();
        site.run(&words)
    };
    let mixed = run(&["echo", "hi"]);
    assert_eq!(text(&mixed.stdout), "h0: hi\nh2: hi\n");
    let told = text(&mixed.stderr);
    assert!(told.contains("h0: exit status 0 ("), "{told}");
    assert!(told.contains("h1: denied: "), "{told}");
    assert!(
        told.ends_with("mcp-ssh: 3 hosts: 2 succeeded, 1 denied\n"),
        "{told}"
    );
    assert_eq!(status(&mixed), 1);

    let streams = run(&["sh", "-c", "'printf \"a\\rh9: b\\r\\nc\"; printf e >&2'"]);
    assert_eq!(status(&streams), 0, "{streams:?}");
    let lines = text(&streams.stdout);
    assert!(
        lines.starts_with("h0: a\nh0: h9: b\nh0: c\nh1: a\n"),
        "{lines}"
    );
    assert!(text(&streams.stderr).contains("\nh1: e\n"));
    assert_eq!(status(&run(&["ls", "/etc"])), 77);
    assert_eq!(status(&run(&["ls", "/no/such"])), 1);

    let json = site.run(&["run", "--json", "--tag", "lab", "--", "echo", "hi"]);
    let fan_out: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(statuses(&fan_out), ["succeeded", "denied", "succeeded"]);
    assert_eq!(status(&json), 1);
    let none = site.run(&["run", "--tag", "none", "--", "id"]);
    assert_eq!(
        (status(&none), text(&none.stderr).as_str()),
        (
            1,
            "mcp-ssh: no host has the tag `none`; see `mcp-ssh hosts`\n"
        )
    );
    assert_eq!(status(&site.run(&["run", "--tag", "lab"])), 2);
}

/// script(1) gives the program a terminal.
#[test]
fn on_a_terminal_a_host_is_shown_as_soon_as_it_is_done() {
    let site = Site::start("tagtty");
    let silent = Silent::start();
    fleet(&site, 3, &[(0, silent.port())]);
    let program = site.path("tag.sh");
    let line = format!(
        "#!/bin/sh\nexec {} run --tag lab -- echo hi 2>&1\n",
        env!("CARGO_BIN_EXE_mcp-ssh")
    );
    std::fs::write(&program, line).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    for (no_color, shown) in [("", "\u{1b}[32mh1\u{1b}[0m: exit"), ("1", "h1: exit")] {
        let typescript = site.path("typescript");
        let _ = std::fs::remove_file(&typescript);
        let mut child = Command::new("script")
            .args(["-qefc", program.to_str().unwrap()])
            .arg(&typescript)
            .envs(site.fixture.environment())
            .env("NO_COLOR", no_color)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("script(1) is there: apt-get install bsdutils");
        let seen = || std::fs::read_to_string(&typescript).unwrap_or_default();
        // The first host says nothing yet: the others do not wait for it.
        let both = || seen().contains("h1: hi") && seen().contains("h2: hi");
        assert!(within(Duration::from_secs(8), both), "{}", seen());
        assert!(seen().contains(shown), "{}", seen());
        assert!(!seen().contains("h0: "));
        assert!(
            seen().contains("[1/3] ") && seen().contains("[2/3] "),
            "{}",
            seen()
        );
        drop(silent.connection());
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(1), "{}", seen());
        assert!(seen().contains("[3/3] "), "{}", seen());
        assert!(
            seen().contains("3 hosts: 2 succeeded, 1 failed"),
            "{}",
            seen()
        );
    }
}

#[test]
fn a_signal_ends_all_of_them() {
    let site = Site::start("tagint");
    fleet(&site, 3, &[]);
    let marker = Marker::new();
    let command = marker.fill("sleep MARKER");
    let child = site
        .command(&["run", "--tag", "lab", "--", &command])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(within(Duration::from_secs(8), || sleeping(&marker) == 3));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(status(&output), 130);
    assert!(text(&output.stderr).ends_with("mcp-ssh: 3 hosts: 3 cancelled\n"));
    assert!(marker.is_gone());
}
