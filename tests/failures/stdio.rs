//! The client's side: what it sends, what it stops to read, and the files that it changes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::vitals::Vitals;
use super::{begin, told, until};
use crate::gate::records::lines;
use crate::gate::site::{POLICY, Site, ran};
use crate::support::client::{Client, ends};
use crate::support::marker::Marker;

const UNRECORDED: &str = "the audit record could not be written, so nothing was run";

/// A server whose pipes are all the test's own.
struct Bare {
    server: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Bare {
    fn start(site: &Site) -> Self {
        let mut server = site
            .command(&["serve"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut bare = Self {
            stdin: server.stdin.take().unwrap(),
            stdout: BufReader::new(server.stdout.take().unwrap()),
            server,
        };
        let params = json!({"protocolVersion": "2025-11-25"});
        bare.send("initialize", params);
        bare.answer();
        bare
    }

    fn send(&mut self, method: &str, params: Value) {
        let line = json!({"jsonrpc": "2.0", "id": method, "method": method, "params": params});
        writeln!(self.stdin, "{line}").unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn begin(&mut self, command: &str) {
        let arguments = json!({"alias": "box", "command": command});
        self.send(
            "tools/call",
            json!({"name": "ssh_run", "arguments": arguments}),
        );
    }

    fn run(&mut self, command: &str) -> String {
        self.begin(command);
        let answer = self.answer();
        answer["result"]["content"][0]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn end(mut self) {
        drop(self.stdin);
        assert!(ends(&mut self.server).success());
    }
}

#[test]
fn stderr_is_closed_under_a_command() {
    let site = Site::start("nostderr");
    let mut bare = Bare::start(&site);
    let marker = Marker::new();
    bare.begin(&marker.fill("sh -c 'echo MARKER; sleep 1'"));
    until("it runs", || !marker.alive().is_empty());
    drop(bare.server.stderr.take());
    // What ran, ran, and is told.
    let text = bare.answer()["result"]["content"][0]["text"].to_string();
    assert!(text.contains(&marker.fill("MARKER")), "{text}");
    for _ in 0..2 {
        let text = bare.run("echo next");
        assert!(text.contains(UNRECORDED), "{text}");
    }
    bare.end();
    let log = site.sshd.log();
    assert_eq!(log.matches("Starting session").count(), 1, "{log}");
}

/// A second's patience, and then none until somebody reads again.
#[test]
fn nobody_reads_stderr() {
    let site = Site::start("fullstderr");
    let mut bare = Bare::start(&site);
    let refused = |text: &str| text.contains(UNRECORDED);
    let first = (0..1000).position(|_| refused(&bare.run("uptime")));
    assert!(first.is_some_and(|denials| denials > 10), "{first:?}");
    assert!(refused(&bare.run("echo x")));
    assert_eq!(site.sshd.log(), "");
    let mut stderr = bare.server.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    until("it is read again", || {
        bare.run("echo x").contains("\"exit_code\":0")
    });
    bare.end();
    for line in reader
        .join()
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty())
    {
        let record: Result<Value, _> = serde_json::from_str(line);
        assert!(record.is_ok(), "{line}");
    }
}

#[test]
fn stdout_is_closed_under_a_command() {
    let site = Site::start("nostdout");
    let mut bare = Bare::start(&site);
    let marker = Marker::new();
    bare.begin(&marker.fill("sleep MARKER"));
    until("it runs", || !marker.alive().is_empty());
    drop(bare.stdout);
    // It is heard of with the first answer that cannot be written.
    writeln!(
        bare.stdin,
        "{}",
        json!({"jsonrpc": "2.0", "id": 0, "method": "ping"})
    )
    .unwrap();
    assert!(ends(&mut bare.server).success());
    assert!(marker.is_gone());
}

#[test]
fn a_thousand_calls_at_once() {
    let (mut client, held) = Site::start("thousand").serve();
    let many = |client: &mut Client, count: usize| {
        let ids: Vec<Value> = (0..count)
            .map(|number| match number % 5 {
                0 => begin(client, "box", &format!("echo {number}")),
                1 => begin(client, "nowhere", "echo x"),
                _ => begin(client, "box", "uptime"),
            })
            .collect();
        for (number, id) in ids.iter().enumerate() {
            let answer = client.response(id);
            let result = &answer["result"];
            if number % 5 == 0 {
                let output = &result["structuredContent"]["output"];
                assert_eq!(output, &json!(format!("{number}\n")));
            } else {
                assert_eq!(result["isError"], true);
            }
        }
    };
    many(&mut client, 1000);
    // A thousand at once take 10 MiB, which the allocator may keep, once.
    let before = Vitals::of(&client).with_memory(16 * 1024);
    for _ in 0..4 {
        many(&mut client, 1000);
    }
    before.are_back(&client, "after a thousand");
    assert_eq!(super::logins(&held), 1);
}

#[test]
fn a_line_of_ten_mebibytes() {
    const MAX: usize = 10 * 1024 * 1024;
    let (mut client, _held) = Site::start("longline").serve();
    let marker = Marker::new();
    let running = begin(
        &mut client,
        "box",
        &marker.fill("sh -c 'echo MARKER; exec sleep MARKER'"),
    );
    until("it runs", || !marker.alive().is_empty());
    let mut line = vec![b'x'; MAX + 1];
    line.push(b'\n');
    let skipped = |client: &mut Client| {
        client.raw(&line);
        let why = "the line is longer than 10 MiB and was skipped: `mcp-ssh put` writes files that need more";
        assert_eq!(client.next()["error"]["message"], why);
    };
    // glibc's allocator takes two to learn what to keep.
    (0..3).for_each(|_| skipped(&mut client));
    let before = Vitals::of(&client);
    (0..3).for_each(|_| skipped(&mut client));
    for pid in marker.alive() {
        let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        // The shell of a login may have been replaced by what it runs.
        let _gone = kill_process(pid, Signal::TERM);
    }
    assert_eq!(told(&mut client, &running), marker.fill("MARKER\n"));
    before.are_back(&client, "after the line");
    assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
}

/// Has the server read its files, and waits until it says that it keeps the old ones because of this file: what it says of the
/// file before may come late, as the kernel tells it of each change, too.
fn reload_in_vain(client: &mut Client, why: &str) {
    let so_far = client.stderr_so_far().len();
    client.signal(Signal::HUP);
    until(why, || {
        let stderr = client.stderr_so_far();
        let mut told = stderr[so_far..].lines();
        told.any(|line| line.contains("not reloaded, the old one stays") && line.contains(why))
    });
}

#[test]
fn a_reload_of_broken_or_missing_files_changes_nothing() {
    let site = Site::start("badreload");
    let (mut client, held) = site.serve();
    ran(&mut client, "echo warm");
    let before = Vitals::of(&client);
    for (file, why) in [
        ("servers.yml", "servers.yml"),
        ("credentials.yml", "credentials.yml"),
        ("policy.yml", "policy.yml"),
    ] {
        let path = format!("{}/{file}", client.fixture().config());
        let good = std::fs::read(&path).unwrap();
        for bad in ["{", "hosts: [\n", "\u{0}", "a: &a [*a]\n", "[]\n"] {
            std::fs::write(&path, bad).unwrap();
            reload_in_vain(&mut client, why);
            assert_eq!(ran(&mut client, "echo still")["output"], "still\n");
        }
        std::fs::remove_file(&path).unwrap();
        reload_in_vain(&mut client, why);
        assert_eq!(ran(&mut client, "echo still")["output"], "still\n");
        std::fs::write(&path, good).unwrap();
    }
    before.are_back(&client, "after reloads");
    assert_eq!(super::logins(&held), 1);
    client
        .fixture()
        .write("config/policy.yml", &POLICY.replace("echo *", "nothing *"));
    client.signal(Signal::HUP);
    until("the new policy is in force", || {
        let id = begin(&mut client, "box", "echo x");
        let answer = client.response(&id);
        answer["result"]["isError"] == true
    });
}

/// A container whose standard input nobody opened.
#[test]
fn a_stdin_that_ends_before_any_message_is_told() {
    let site = Site::start("nostdin");
    let line = "\\n  ";
    let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    for (shell, told) in [
        ("exec mcp-ssh <&-", true),
        ("exec mcp-ssh </dev/null", true),
        (&format!("printf '{line}' | mcp-ssh"), true),
        (&format!("echo '{ping}' | mcp-ssh"), false),
        ("echo no-json | mcp-ssh", false),
    ] {
        let script = shell.replace("mcp-ssh", env!("CARGO_BIN_EXE_mcp-ssh"));
        let mut server = std::process::Command::new("sh");
        let server = server
            .args(["-c", &script])
            .envs(site.fixture.environment());
        let output = server.output().unwrap();
        assert!(output.status.success(), "{shell}");
        let records = lines(&String::from_utf8(output.stderr).unwrap());
        let closed =
            "stdin is closed, no client: ending; Compose: stdin_open: true; docker run: -i";
        let said = records.iter().any(|record| record["msg"] == closed);
        assert_eq!(said, told, "{shell}: {records:?}");
    }
}
