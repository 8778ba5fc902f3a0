//! The real server and subcommands: the kernel says what holds of them, and what needs a thread, a
//! name or a signal works. Jump hosts, the agent and keyscan have their tests in `gate`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::gate::records::lines;
use crate::gate::site::{Site, ran};
use crate::support::client::Client;
use crate::support::fixture::{Fixture, refuse, refuse_with};

/// Fields of /proc/PID/status.
fn status(pid: u32, names: &[&str]) -> Vec<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let field = |name: &&str| {
        let line = status
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("no {name}"))
            .replace('\t', " ")
    };
    names.iter().map(field).collect()
}

#[test]
fn the_server_is_filtered_without_privileges_to_gain_and_without_core_dumps() {
    let mut client = Client::initialized(Fixture::one_host(22), "2025-11-25");
    client.ping();
    let fields = status(client.pid(), &["NoNewPrivs", "Seccomp"]);
    assert_eq!(fields, ["NoNewPrivs: 1", "Seccomp: 2"]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", client.pid())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words, ["Max", "core", "file", "size", "0", "0", "bytes"]);
    assert_only_ready(&client.finish());
}

/// Holds when a server has told of nothing but that it is ready.
fn assert_only_ready(stderr: &str) {
    let records = lines(stderr);
    let kinds: Vec<_> = records.iter().map(|record| &record["type"]).collect();
    assert_eq!(kinds, ["ready"], "{stderr}");
}

/// What `serve` has on stderr and in its status once it has answered a ping.
fn pinged(server: &mut Command) -> (Vec<String>, String) {
    let piped = server
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n")
        .unwrap();
    let mut answer = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut answer).unwrap();
    assert!(answer.contains("\"id\":1"), "{answer}");
    let fields = status(child.id(), &["NoNewPrivs", "Seccomp"]);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    (fields, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn no_sandbox_leaves_the_filter_out_and_says_so() {
    let fixture = Fixture::one_host(22);
    for words in [
        &["serve", "--no-sandbox"][..],
        &["--no-sandbox", "stdio"],
        &["--no-sandbox"],
    ] {
        let (fields, stderr) = pinged(fixture.server().args(words));
        assert_eq!(fields, ["NoNewPrivs: 1", "Seccomp: 0"], "{words:?}");
        let warning = "no sandbox, as `--no-sandbox` says: system calls are not filtered";
        assert!(
            stderr.contains(warning) && stderr.contains("\"warn\""),
            "{stderr}"
        );
    }
    let (fields, stderr) = pinged(fixture.server().arg("serve"));
    assert_eq!(fields, ["NoNewPrivs: 1", "Seccomp: 2"]);
    assert_only_ready(&stderr);
}

/// Under a filter that says EPERM to seccomp(2) alone, as a container may have one.
#[test]
fn a_system_that_refuses_the_filter_is_told_of_and_served_on() {
    let fixture = Fixture::one_host(22);
    let mut server = fixture.server();
    refuse(&mut server, libc::SYS_seccomp);
    let (_, stderr) = pinged(&mut server);
    assert!(stderr.contains("\"error\""), "{stderr}");
    assert!(
        stderr.contains("no sandbox: the system refuses a seccomp filter: Operation not permitted"),
        "{stderr}"
    );
}

/// Kernels without Landlock, and a container that refuses it: all of it works, and it is told once.
#[test]
fn a_system_without_landlock_is_told_of_once_and_served_on() {
    let absent = "this kernel has no Landlock, or the container refuses it: ";
    let off = "Landlock is turned off: ";
    let open = "neither files, nor ports, nor abstract sockets are closed";
    let fixture = Fixture::one_host(22);
    for (errno, why) in [
        (libc::ENOSYS, absent),
        (libc::EPERM, absent),
        (libc::EOPNOTSUPP, off),
    ] {
        let mut server = fixture.server();
        refuse_with(&mut server, libc::SYS_landlock_create_ruleset, errno);
        let (fields, stderr) = pinged(&mut server);
        assert_eq!(fields, ["NoNewPrivs: 1", "Seccomp: 2"]);
        let told = format!("the sandbox is not whole: {why}{open}");
        let records = lines(&stderr);
        let warned = |record: &&serde_json::Value| record["level"] == "warn";
        let warnings: Vec<_> = records.iter().filter(warned).collect();
        assert_eq!(warnings.len(), 1, "{stderr}");
        assert!(
            warnings[0]["msg"].as_str().unwrap().starts_with(&told),
            "{stderr}"
        );
    }
}

/// `check` tells it to whoever sets the server up; other subcommands do not.
#[test]
fn check_tells_of_a_system_without_landlock() {
    let fixture = Fixture::one_host(22);
    let told = |words: &[&str]| {
        let mut command = fixture.server();
        refuse_with(
            &mut command,
            libc::SYS_landlock_create_ruleset,
            libc::ENOSYS,
        );
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("the sandbox is not whole: ")
    };
    assert!(told(&["check"]));
    assert!(!told(&["hosts"]));
}

/// `check` and a server tell what is opened with the files of others in it, and which trail is opened alone.
#[test]
fn places_of_others_are_told() {
    let fixture = Fixture::one_host(22);
    let (home, apart) = (fixture.path(""), fixture.path("audit/trail"));
    let beside = fixture.path("trail");
    let wide = "warning: holds what is others', and the server may read all below it";
    let alone = "warning: its directory has other files, too, so the sandbox opens this file alone";
    let apart_from_them = fixture.path("mcp-ssh/trail");
    let works =
        format!("such as `{apart_from_them}`, for which docs/AUDIT.md has the lines of logrotate");
    for (home, trail, told) in [
        (&home, &apart, None),
        (
            &fixture.config(),
            &apart,
            Some(format!("{}: {wide}", fixture.config())),
        ),
        (&home, &beside, Some(format!("{beside}: {alone}"))),
    ] {
        let server = || {
            let mut server = fixture.server();
            server.env("HOME", home).env("MCP_SSH_AUDIT_FILE", trail);
            server
        };
        let checked = server().arg("check").output().unwrap();
        let checked = String::from_utf8(checked.stderr).unwrap();
        let (_, served) = pinged(&mut server());
        for stderr in [checked, served] {
            let is_told = stderr.contains(wide) || stderr.contains(alone);
            assert_eq!(is_told, told.is_some(), "{stderr}");
            assert_eq!(stderr.contains(&works), *trail == beside, "{stderr}");
            assert!(
                told.iter().all(|told| stderr.contains(told)),
                "{told:?}: {stderr}"
            );
        }
    }
}

#[test]
fn a_host_is_found_by_name_and_signals_are_heard() {
    let site = Site::start("named");
    let servers = fs::read_to_string(site.path("config/servers.yml")).unwrap();
    let named = servers.replace("host: 127.0.0.1", "host: localhost");
    site.fixture.write("config/servers.yml", &named);
    site.fixture
        .write("keys/known_hosts", &site.sshd.known_hosts("localhost"));

    let once = site.run(&["run", "box", "--", "echo", "found"]);
    assert_eq!(String::from_utf8_lossy(&once.stdout), "found\n", "{once:?}");
    let healthy = site.run(&["healthcheck"]);
    assert!(healthy.status.success(), "{healthy:?}");

    let policy = site.path("config/policy.yml");
    let (mut client, held) = site.serve();
    assert_eq!(ran(&mut client, "echo found")["output"], "found\n");
    fs::write(&policy, "rules: [{action: allow, commands: [id]}]\n").unwrap();
    client.signal(Signal::HUP);
    let reloaded = || crate::gate::site::ssh_run(&mut client, "echo x")["isError"] == true;
    assert!(crate::support::marker::within(
        std::time::Duration::from_secs(5),
        reloaded
    ));
    assert_eq!(status(client.pid(), &["Seccomp"]), ["Seccomp: 2"]);
    client.signal(Signal::TERM);
    assert!(client.ends().success());
    drop(held);
}
