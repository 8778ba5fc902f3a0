//! What the real server writes: the same lines to stderr and to the file, whole and private, on
//! the disk before anything goes on.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};

use mcp_ssh::audit::Expected;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{DENIED, UNRECORDED, ask, audited, start, verify, whole};
use crate::gate::records::{lines, of_type};
use crate::gate::site::{POLICY, Site, ran, refused};
use crate::support::client::Client;
use crate::support::fixture::Fixture;

#[test]
fn stderr_and_the_file_are_the_same_chain() {
    let mut site = Site::start("chain");
    let file = site.fixture.path("audit/audit.jsonl");
    site.fixture.set("MCP_SSH_AUDIT_FILE", &file);
    site.fixture.set("MCP_SSH_DEBUG", "1");
    let (mut client, held) = site.serve();
    let result = ran(&mut client, "echo recorded");
    refused(&mut client, "uptime");
    refused(&mut client, "r''m -rf /");
    // A diagnostic among them.
    client.raw(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
    client.ping();
    client.signal(Signal::HUP);
    refused(&mut client, "echo \u{202e}");
    client.close_stdin();
    let stderr = client.finish_keeping();
    drop(held);

    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written, stderr);
    let verified = whole(&file);
    let records = lines(&written);
    assert_eq!(
        (verified.lines, verified.sessions),
        (records.len() as u64, 1)
    );
    assert!(records.iter().any(|record| record["level"] == "debug"));
    for (seq, record) in records.iter().enumerate() {
        assert_eq!(record["seq"], seq);
        assert_eq!(record["session"].as_str().unwrap().len(), 32);
    }
    // Every record of the run names it, and what asked.
    let run: Vec<&Value> = records
        .iter()
        .filter(|record| record["task_id"] == result["task_id"])
        .collect();
    let kinds: Vec<&str> = run
        .iter()
        .map(|record| record["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["policy_decision", "connection", "audit", "trace"]);
    for record in [run[0], run[2], of_type(&records, "security_event")[0]] {
        for field in [
            "ts",
            "alias",
            "hash",
            "task_id",
            "config_sha256",
            "client",
            "request_id",
        ] {
            assert!(!record[field].is_null(), "{field}: {record}");
        }
    }
    let metadata = fs::metadata(&file).unwrap();
    assert_eq!((metadata.mode() & 0o7777, metadata.nlink()), (0o600, 1));
}

#[test]
fn without_a_file_stderr_is_the_chain() {
    let mut client = start(Fixture::one_host(1));
    (0..3).for_each(|_| assert!(ask(&mut client).contains(DENIED)));
    let stderr = client.finish();
    let verified = verify(stderr.as_bytes(), Expected::default()).unwrap();
    assert_eq!((verified.lines, verified.sessions), (7, 1));
}

#[test]
fn a_server_that_is_ready_says_what_it_has() {
    let client = start(Fixture::one_host(1));
    let digest = client.fixture().server().args(["check", "--json"]).output();
    let checked: Value = serde_json::from_slice(&digest.unwrap().stdout).unwrap();
    let [ready] = &lines(&client.finish())[..] else {
        panic!("one record")
    };
    for (field, expected) in [
        ("type", &json!("ready")),
        ("hosts", &checked["hosts"]),
        ("rules", &checked["rules"]),
        ("config_sha256", &checked["config_sha256"]),
    ] {
        assert_eq!(ready[field], *expected, "{field}: {ready}");
    }
    // What cannot be used is no server that is ready.
    let fixture = Fixture::one_host(1);
    fixture.write("config/policy.yml", "rules: 1\n");
    let stderr = start(fixture).finish();
    assert_eq!(of_type(&lines(&stderr), "ready").len(), 0, "{stderr}");
}

/// Each server follows the last line of the file, whoever wrote it.
#[test]
fn servers_one_after_another_and_at_once_make_one_chain() {
    let (fixture, file) = audited();
    let mut first = start(fixture);
    ask(&mut first);
    let second = |file: &str| {
        let mut fixture = Fixture::one_host(1);
        fixture.set("MCP_SSH_AUDIT_FILE", file);
        start(fixture)
    };
    let others: Vec<_> = (0..3)
        .map(|_| {
            let mut client = second(&file);
            std::thread::spawn(move || {
                (0..100).for_each(|_| assert!(ask(&mut client).contains(DENIED)));
            })
        })
        .collect();
    (0..100).for_each(|_| assert!(ask(&mut first).contains(DENIED)));
    others.into_iter().for_each(|other| other.join().unwrap());
    ask(&mut second(&file));
    let verified = whole(&file);
    assert_eq!((verified.lines, verified.sessions), (2 + 800 + 2 + 5, 5));
}

/// strace shows that a decision is on the disk before it is answered.
#[test]
fn an_answer_comes_after_its_record_is_on_the_disk() {
    crate::support::sshd::needs_root("traces a process that is not dumpable");
    let (fixture, file) = audited();
    let trace = fixture.path("trace");
    let mut server = Command::new("strace");
    server
        .args([
            "-f",
            "-e",
            "trace=write,fdatasync",
            "-s",
            "40",
            "-o",
            &trace,
        ])
        .arg(env!("CARGO_BIN_EXE_mcp-ssh"))
        .envs(fixture.environment());
    let mut client = Client::run(fixture, server);
    client.result("initialize", json!({"protocolVersion": "2025-11-25"}));
    assert!(
        ask(&mut client).contains(DENIED),
        "strace runs: `apt-get install strace`"
    );
    client.close_stdin();
    client.ends();
    let trace = fs::read_to_string(&trace).unwrap();
    let calls: Vec<&str> = trace
        .lines()
        .filter_map(|call| {
            let known = [
                ("policy_decision", "record"),
                ("fdatasync(", "synced"),
                ("write(1, ", "answer"),
                ("\\\"trace\\\"", "trace"),
            ];
            let found = known.iter().find(|(part, _)| call.contains(part))?;
            // The copy on stderr.
            (!call.contains("write(2, ")).then_some(found.1)
        })
        .collect();
    assert_eq!(
        calls,
        ["answer", "record", "synced", "trace", "answer"],
        "{trace}"
    );
    assert_eq!(whole(&file).lines, 3);
}

/// Does something to a file.
type Act<'a> = &'a dyn Fn(&str);

/// A file that others could change, or read, or that is none, is refused; what it says mends it.
#[test]
fn an_unfit_file_is_refused_and_nothing_runs_until_it_is_mended() {
    crate::support::sshd::needs_root("tells what root is told of a file");
    let rows: [(&str, Act<'_>, &str, Act<'_>); 8] = [
        (
            "others may read",
            &|file| mode(file, 0o640),
            "may be read or written by others: type `chmod 600 FILE`",
            &|file| mode(file, 0o600),
        ),
        (
            "others may write",
            &|file| mode(file, 0o602),
            "may be read or written by others: type `chmod 600 FILE`",
            &|file| mode(file, 0o400),
        ),
        (
            "another user's",
            &|file| owner(file, 12345),
            "belongs to another user: type `chown 0 FILE`",
            &|file| owner(file, 0),
        ),
        (
            "a link",
            &|file| symlink("/dev/null", file).unwrap(),
            "is a symbolic link: name the file itself",
            &|file| fs::remove_file(file).unwrap(),
        ),
        (
            "a device",
            &|file| made(file, &["c", "1", "7"]),
            "is not a regular file: name another",
            &|file| fs::remove_file(file).unwrap(),
        ),
        (
            "a pipe",
            &|file| made(file, &["p"]),
            "is not a regular file: name another",
            &|file| fs::remove_file(file).unwrap(),
        ),
        (
            "a directory",
            &|file| fs::create_dir(file).unwrap(),
            "is a directory: name a file in it",
            &|file| fs::remove_dir(file).unwrap(),
        ),
        (
            "another kind of file",
            &|file| {
                fs::write(file, "rules: []\n").unwrap();
                mode(file, 0o600);
            },
            "holds something else than records: name another file",
            &|file| fs::remove_file(file).unwrap(),
        ),
    ];
    for (what, spoil, why, mend) in rows {
        let (fixture, file) = audited();
        spoil(&file);
        let mut client = start(fixture);
        for _ in 0..2 {
            let answer = ask(&mut client);
            assert!(answer.contains(UNRECORDED), "{what}: {answer}");
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let hint = answer["hint"].as_str().unwrap().replace(&file, "FILE");
            assert!(
                hint.starts_with("ask the operator to mend this: `FILE`"),
                "{what}: {hint}"
            );
            assert!(hint.contains(why), "{what}: {hint}");
        }
        mend(&file);
        assert!(ask(&mut client).contains(DENIED), "{what}");
        // And while it is in use.
        let stderr = client.finish_keeping();
        assert!(stderr.contains("nothing will be run: "), "{what}: {stderr}");
        assert_eq!(whole(&file).lines, 2, "{what}");
    }
}

pub fn mode(file: &str, mode: u32) {
    let opened = fs::OpenOptions::new().append(true).create(true).open(file);
    let permissions = fs::Permissions::from_mode(mode);
    opened.unwrap().set_permissions(permissions).unwrap();
}

fn owner(file: &str, user: u32) {
    mode(file, 0o600);
    std::os::unix::fs::chown(file, Some(user), None).unwrap();
}

fn made(file: &str, kind: &[&str]) {
    let status = Command::new("mknod")
        .args(["-m", "600", file])
        .args(kind)
        .status();
    assert!(
        status.unwrap().success(),
        "mknod {file} {kind:?}: run as root"
    );
}

#[test]
fn a_file_that_others_may_read_from_now_on_is_refused_from_now_on() {
    let (fixture, file) = audited();
    let mut client = start(fixture);
    assert!(ask(&mut client).contains(DENIED));
    mode(&file, 0o644);
    assert!(ask(&mut client).contains(UNRECORDED));
    mode(&file, 0o600);
    assert!(ask(&mut client).contains(DENIED));
    assert_eq!(whole(&file).lines, 5);
}

#[test]
fn a_missing_directory_is_told() {
    let (mut fixture, _) = audited();
    fixture.set("MCP_SSH_AUDIT_FILE", "/nowhere/audit.jsonl");
    let mut client = start(fixture);
    let answer = ask(&mut client);
    assert!(
        answer.contains("No such file or directory (os error 2): make its directory"),
        "{answer}"
    );
}

#[test]
fn records_name_commands_as_the_policy_wants() {
    let site = Site::start("plain");
    site.fixture.write(
        "config/policy.yml",
        &format!("{POLICY}audit: {{commands: plain}}\n"),
    );
    let (mut client, held) = site.serve();
    ran(&mut client, "echo  'a'  b");
    refused(&mut client, "uptime   -p");
    refused(&mut client, "echo \u{202e}x");
    refused(&mut client, "echo $HOME");
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----";
    ran(&mut client, &format!("echo '{key}'"));
    client.fixture().write(
        "config/policy.yml",
        &format!("{POLICY}audit: {{commands: hash}}\n"),
    );
    client.signal(Signal::HUP);
    crate::support::marker::within(std::time::Duration::from_secs(5), || {
        client.stderr_so_far().contains("configuration reloaded")
    });
    ran(&mut client, "echo hashed");
    client.close_stdin();
    let records = lines(&client.finish());
    drop(held);
    let commands = |kind| -> Vec<Value> {
        of_type(&records, kind)
            .iter()
            .map(|record| record["command"].clone())
            .collect()
    };
    let redacted = json!("echo '[redacted]'");
    let decisions = commands("policy_decision");
    assert_eq!(
        decisions,
        [
            json!("echo a b"),
            json!("uptime -p"),
            Value::Null,
            Value::Null,
            redacted.clone(),
            Value::Null
        ]
    );
    assert_eq!(
        commands("audit"),
        [json!("echo a b"), redacted, Value::Null]
    );
}

/// stderr of `run` is the command's own.
#[test]
fn run_keeps_its_records_in_the_file() {
    let site = Site::start("runaudit");
    let file = site.fixture.path("audit/audit.jsonl");
    let run = |words: &[&str]| {
        let output = site.run(&[&["run", "--audit-file", &file], words].concat());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let ran = run(&["box", "--", "sh -c 'echo out; echo err >&2'"]);
    assert_eq!(ran, (Some(0), "out\n".to_owned(), "err\n".to_owned()));
    let (status, _, stderr) = run(&["box", "--", "uptime"]);
    assert!(
        status == Some(77) && !stderr.contains("\"type\""),
        "{stderr}"
    );
    let verified = whole(&file);
    assert_eq!((verified.lines, verified.sessions), (6, 2));
    mode(&file, 0o644);
    let (status, stdout, stderr) = run(&["box", "--", "echo x"]);
    assert_eq!((status, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("type `chmod 600"), "{stderr}");
    // Without a file the records are on stderr.
    let output = site
        .command(&["run", "box", "--", "uptime"])
        .stdout(Stdio::null())
        .output();
    let stderr = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(stderr.contains("\"policy_decision\""), "{stderr}");
}
