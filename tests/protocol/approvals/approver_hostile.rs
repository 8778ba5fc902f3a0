//! Approvers that die, lie, belong to somebody else or say too much: nothing runs.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Asked, POLICY};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::support::account::Account;
use crate::support::approver::{FakeApprover, HELLO, HookedApprover, SocketPlace};
use crate::support::other_user::ProgramForAll;

fn asked(place: &SocketPlace, tag: &str, more: &str) -> Asked {
    let site = Site::start(&format!("h{tag}"));
    site.write_policy(&format!("{}{POLICY}", place.policy(more)));
    Asked::of(site, "2025-11-25", &json!({}))
}

pub fn answer(question: &Value, line: &str, decision: &str) -> String {
    let digest = Sha256::digest(line.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let nonce = question["nonce"].as_str().unwrap();
    format!("{{\"nonce\":\"{nonce}\",\"digest\":\"{digest}\",{decision}}}\n")
}

#[test]
fn what_is_no_answer_to_this_question_runs_nothing() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked(&place, "lies", ", same_user: true");
    let line = asked.line("ran");
    let once = r#""decision":"once""#;
    let other = |text: String, key: &str| {
        let place = text.find(key).unwrap() + key.len() + 3;
        let mut bytes = text.into_bytes();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).unwrap()
    };
    type Says = Box<dyn Fn(&Value, &str) -> String>;
    let cases: Vec<(&str, Says)> = vec![
        ("abandoned", Box::new(|_, _| String::new())),
        ("abandoned", Box::new(|_, _| "{\"nonce\":".to_owned())),
        ("unclear", Box::new(|_, _| "yes\n".to_owned())),
        ("unclear", Box::new(|_, _| "{}\n".to_owned())),
        (
            "unclear",
            Box::new(move |q, l| other(answer(q, l, once), "nonce")),
        ),
        (
            "unclear",
            Box::new(move |q, l| other(answer(q, l, once), "digest")),
        ),
        (
            "unclear",
            Box::new(move |q, l| answer(q, l, once).repeat(2)),
        ),
        (
            "unclear",
            Box::new(move |q, l| answer(q, l, once) + &answer(q, l, r#""decision":"refuse""#)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"session""#).repeat(2)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"yes""#)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"once","minutes":5"#)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"minutes""#)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"minutes","minutes":99999"#)),
        ),
        (
            "unclear",
            Box::new(|q, l| answer(q, l, r#""decision":"once","more":1"#)),
        ),
        (
            "refused",
            Box::new(|q, l| answer(q, l, r#""decision":"refuse""#)),
        ),
    ];
    let mut lines = Vec::new();
    for (expected, says) in &cases {
        let id = asked.begin(&line);
        let (question, text, mut stream) = fake.question();
        lines.push(question["nonce"].as_str().unwrap().to_owned());
        let _gone = stream.write_all(says(&question, &text).as_bytes());
        let _gone = stream.shutdown(Shutdown::Both);
        assert_eq!(asked.denied(&id), format!("approval_{expected}"));
        assert!(asked.nothing_ran());
    }
    lines.sort();
    lines.dedup();
    assert_eq!(
        lines.len(),
        cases.len(),
        "each question has a nonce of its own"
    );

    // An answer to one question is none to another one.
    let id = asked.begin(&line);
    let (question, text, stream) = fake.question();
    let old = answer(&question, &text, once);
    drop(stream);
    assert_eq!(asked.denied(&id), "approval_abandoned");
    let id = asked.begin(&line);
    let (_, _, mut stream) = fake.question();
    stream.write_all(old.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    assert_eq!(asked.denied(&id), "approval_unclear");
    assert!(asked.nothing_ran());

    // The right one runs it.
    let id = asked.begin(&line);
    let (question, text, mut stream) = fake.question();
    for (key, value) in [("line", &*line), ("client", "suite 1")] {
        assert_eq!(question[key], value);
    }
    stream
        .write_all(answer(&question, &text, once).as_bytes())
        .unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
}

#[test]
fn an_answer_after_its_time_and_an_answer_without_an_end_run_nothing() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked(&place, "late", ", same_user: true, timeout: 1");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    let (question, text, mut stream) = fake.question();
    assert_eq!(asked.denied(&id), "approval_expired");
    let _gone = stream.write_all(answer(&question, &text, r#""decision":"once""#).as_bytes());
    let id = asked.begin(&line);
    let (question, text, mut held) = fake.question();
    held.write_all(answer(&question, &text, r#""decision":"once""#).as_bytes())
        .unwrap();
    assert_ne!(asked.denied(&id), "");
    assert!(asked.nothing_ran());
}

#[test]
fn a_mute_or_full_or_foreign_listener_is_told_apart() {
    for (hello, tag, expected) in [
        (
            "{\"approver\":1,\"waiting\":16,\"full\":true}\n",
            "full",
            "approval_crowded",
        ),
        ("", "mute", "approval_unreachable"),
        (
            "{\"approver\":2,\"waiting\":0}\n",
            "newer",
            "approval_unreachable",
        ),
        ("SSH-2.0-OpenSSH\n", "ssh", "approval_unreachable"),
    ] {
        let place = SocketPlace::new();
        let _fake = FakeApprover::start(&place, hello);
        let mut asked = asked(&place, tag, ", same_user: true");
        let line = asked.line("ran");
        let id = asked.begin(&line);
        assert_eq!(asked.denied(&id), expected, "{tag}");
        assert!(asked.nothing_ran());
    }
    // The approver of the server's own user counts only where the policy says so.
    let place = SocketPlace::new();
    let _approver = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
    let mut asked = asked(&place, "same", "");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    assert_eq!(asked.denied(&id), "approval_same_user");
    assert!(asked.nothing_ran());
}

#[test]
fn the_user_of_the_approver_counts_and_is_on_record() {
    let place = SocketPlace::new();
    let other = Account::create("appr");
    let uid = other.uid();
    std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let home = tempfile::tempdir().unwrap();
    std::os::unix::fs::chown(home.path(), Some(uid), None).unwrap();
    let hook = place.hook(r#""decision":"once""#);
    let socket = home.path().join("approver.sock");
    let program = ProgramForAll::place();
    let mut command = program.run_by(&Command::new("mcp-ssh"), uid, other.gid());
    command
        .args(["approver", "--allow-uid", "0", "--socket"])
        .arg(&socket);
    command.arg("--hook").arg(&hook).stdin(Stdio::null());
    let _approver = HookedApprover::run(command);
    for (uids, runs) in [(vec![uid + 1], false), (vec![uid], true)] {
        let site = Site::start("huids");
        let approvals = format!(
            "approvals: {{socket: {}, uids: {uids:?}}}\n",
            socket.display()
        );
        site.write_policy(&format!("{approvals}{POLICY}"));
        let mut asked = Asked::of(site, "2025-11-25", &json!({}));
        let line = asked.line("ran");
        let id = asked.begin(&line);
        if runs {
            asked.succeeded(&id);
        } else {
            assert_eq!(asked.denied(&id), "approval_stranger");
        }
        assert_eq!(asked.has_run("ran"), runs);
        let records = asked.records();
        let events = of_type(&records, "approval");
        assert!(events.iter().all(|event| event["uid"] == uid));
        assert_eq!(events.len(), if runs { 2 } else { 0 });
    }
}

#[test]
fn a_hook_that_gives_no_answer_runs_nothing() {
    for (tag, program) in [
        ("zero", "#!/bin/sh\nexit 0\n"),
        ("yes", "#!/bin/sh\necho yes\n"),
        (
            "other",
            "#!/bin/sh\necho '{\"nonce\":\"00\",\"decision\":\"once\"}'\n",
        ),
    ] {
        let place = SocketPlace::new();
        let hook = place.program(program);
        let approver = HookedApprover::start(&place, &hook);
        let mut asked = asked(&place, tag, ", same_user: true");
        let line = asked.line("ran");
        let id = asked.begin(&line);
        assert_eq!(asked.denied(&id), "approval_abandoned", "{tag}");
        approver.says("not answered");
        assert!(asked.nothing_ran());
    }
}

#[test]
fn a_socket_that_somebody_could_replace_is_refused() {
    let approver = |socket: &std::path::Path| {
        // One that is not refused would listen for ever.
        let mut command = Command::new("timeout");
        command
            .args(["20", env!("CARGO_BIN_EXE_mcp-ssh")])
            .args(["approver", "--hook", "/bin/true", "--socket"])
            .arg(socket);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let place = SocketPlace::new();
    std::fs::write(place.socket(), "a file").unwrap();
    assert!(approver(&place.socket()).contains("is there and is no socket"));
    std::fs::remove_file(place.socket()).unwrap();

    let first = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
    assert!(approver(&place.socket()).contains("another program listens"));
    let mode = std::fs::metadata(place.socket())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // What one that was killed leaves behind is taken over.
    drop(first);
    assert!(place.socket().exists());
    // Two that start at once could each take the other one's socket for what was left behind.
    let starting = File::open(place.path()).unwrap();
    flock(&starting, FlockOperation::LockExclusive).unwrap();
    assert!(approver(&place.socket()).contains("another approver is starting in"));
    drop(starting);
    drop(HookedApprover::start(
        &place,
        &place.hook(r#""decision":"once""#),
    ));

    std::fs::set_permissions(place.path(), PermissionsExt::from_mode(0o777)).unwrap();
    assert!(approver(&place.socket()).contains("may be written to by others"));
    let missing = place.path().join("no/such/approver.sock");
    assert!(approver(&missing).contains("No such file"));
}

#[test]
fn a_grant_that_is_taken_back_at_once_runs_nothing() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked(&place, "taken", ", same_user: true");
    let line = asked.line("ran");
    for second in [r#""decision":"refuse""#, r#""decision":"session""#] {
        let id = asked.begin(&line);
        let (question, text, mut stream) = fake.question();
        stream
            .write_all(answer(&question, &text, r#""decision":"session""#).as_bytes())
            .unwrap();
        // The server has taken it, and asks whether it is held.
        let mut taken = String::new();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        reader.read_line(&mut taken).unwrap();
        let nonce = question["nonce"].as_str().unwrap();
        assert_eq!(taken, format!("{{\"taken\":\"{nonce}\"}}\n"));
        stream
            .write_all(answer(&question, &text, second).as_bytes())
            .unwrap();
        assert_eq!(asked.denied(&id), "approval_unclear");
        assert!(asked.nothing_ran());
    }
}

/// Whoever can stop the approver must not have the client asked in its place.
#[test]
fn a_client_is_not_asked_in_the_place_of_an_approver_that_does_not_answer() {
    let place = SocketPlace::new();
    let _mute = FakeApprover::start(&place, "");
    let site = Site::start("hstopped");
    site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
    let mut asked = Asked::of(site, "2025-11-25", &json!({"elicitation": {}}));
    let line = asked.line("ran");
    let id = asked.begin(&line);
    assert_eq!(asked.denied(&id), "approval_unreachable");
    std::fs::remove_file(place.socket()).unwrap();
    asked.asks(&line);
}

#[test]
fn a_task_awaits_approval_only_if_its_question_was_put() {
    let place = SocketPlace::new();
    let fake = FakeApprover::start(&place, HELLO);
    let mut asked = asked(&place, "many", ", same_user: true");
    let mut states = Vec::new();
    for number in 0..6 {
        let line = asked.line(&number.to_string());
        let call = json!({"alias": "box", "command": line});
        let id = asked.begin_tool("ssh_run_async", call);
        let result = asked.result(&id);
        let state = result["structuredContent"]["status"]
            .as_str()
            .map(str::to_owned);
        states.push(state.or_else(|| super::reason(&result)).unwrap());
    }
    let awaiting = "awaiting_approval";
    let crowded = "approval_crowded";
    assert_eq!(
        states,
        [awaiting, awaiting, awaiting, awaiting, crowded, crowded]
    );
    for _ in 0..4 {
        fake.question();
    }
    assert!(asked.nothing_ran());
}
