//! A policy whose last rules are not written yet is in force by no road: not when the system tells of
//! another file, not by the tool, SIGHUP, `mcp-ssh reload` or a call, not at the start. Nor is a host without its last tag,
//! on which a rule depends, or a list of credentials without its end.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::text;
use crate::support::client::Client;
use crate::support::fixture::Fixture;
use crate::support::marker::within;

/// What is written step by step. Each first part is a file alone, and allows what the whole denies.
struct Draft {
    file: &'static str,
    pieces: [&'static str; 9],
    /// The file of which the system tells meanwhile that it was written to its end.
    other: &'static str,
    /// The files that are there before, where they are no common ones.
    before: &'static [(&'static str, &'static str)],
    /// Whether each piece has a time of long ago at once, as `touch -d` gives it.
    is_set_back: bool,
}

const POLICY: Draft = Draft {
    file: "config/policy.yml",
    pieces: PIECES,
    other: "config/servers.yml",
    before: &[],
    is_set_back: false,
};
const SET_BACK: Draft = Draft {
    is_set_back: true,
    ..POLICY
};
const SERVERS: Draft = Draft {
    file: "config/servers.yml",
    pieces: [
        "hosts:\n- alias: web\n  host: 127.0.0.1\n",
        "  port: 1\n",
        "  credentials: ops\n",
        "  description: a web server\n",
        "  connect_timeout: 5\n",
        "  host_key_alias: web\n",
        "  tags:\n  - front\n",
        "  - closed\n",
        "# The end.\n",
    ],
    other: "config/policy.yml",
    before: &[
        (
            "config/servers.yml",
            "hosts:\n- {alias: web, host: 127.0.0.1, port: 1, tags: [closed], credentials: ops}\n",
        ),
        (
            "config/policy.yml",
            "rules:\n- {action: allow, commands: ['echo *']}\n\
             - {action: deny, tags: [closed], commands: ['echo secret*']}\n",
        ),
    ],
    is_set_back: false,
};
/// Who logs in is no matter of a decision: what counts is which digests were loaded.
const CREDENTIALS: Draft = Draft {
    file: "config/credentials.yml",
    pieces: [
        "entries:\n- {name: ops, username: root, agent: true}\n",
        "- {name: a, username: a, agent: true}\n",
        "- {name: b, username: b, agent: true}\n",
        "- {name: c, username: c, agent: true}\n",
        "- {name: d, username: d, agent: true}\n",
        "- {name: e, username: e, agent: true}\n",
        "- {name: f, username: f, agent: true}\n",
        "- {name: g, username: g, agent: true}\n",
        "- {name: h, username: h, agent: true}\n",
    ],
    other: "config/policy.yml",
    before: &[(
        "config/policy.yml",
        "rules:\n- {action: allow, commands: ['echo *']}\n- {action: deny, commands: ['echo secret*']}\n",
    )],
    is_set_back: false,
};

/// Each of the first pieces is a policy alone, and allows what the last one denies.
const PIECES: [&str; 9] = [
    "rules:\n- {action: allow, commands: ['echo *']}\n",
    "- {action: deny, commands: ['echo a*']}\n",
    "- {action: deny, commands: ['echo b*']}\n",
    "- {action: deny, commands: ['echo c*']}\n",
    "- {action: deny, commands: ['echo d*']}\n",
    "- {action: deny, commands: ['echo e*']}\n",
    "- {action: deny, commands: ['echo f*']}\n",
    "- {action: deny, commands: ['echo g*']}\n",
    "- {action: deny, commands: ['echo secret*']}\n",
];
const STEP: Duration = Duration::from_millis(100);
/// A writer that pauses for longer, because the machine has other things to do, tells nothing.
const STEADY: Duration = Duration::from_millis(200);
const SECRET: &str = "echo secret";

/// The files that are there before, of a host on whose port nothing ever listens.
fn fixture(draft: &Draft) -> Fixture {
    let fixture = Fixture::one_host(1);
    for (name, text) in draft.before {
        fixture.write(name, text);
    }
    fixture
}

/// Writes the file in steps, in a thread of its own; it says whether it was steady.
fn write_slowly(fixture: &Fixture, draft: &'static Draft) -> JoinHandle<bool> {
    let (file, other) = (fixture.path(draft.file), fixture.path(draft.other));
    std::thread::spawn(move || {
        let mut last = Instant::now();
        let mut written = File::create(file).unwrap();
        let mut steady = true;
        for (number, piece) in draft.pieces.iter().enumerate() {
            let begun = Instant::now();
            written.write_all(piece.as_bytes()).unwrap();
            if draft.is_set_back {
                let long_ago = SystemTime::now() - Duration::from_secs(3600);
                written.set_modified(long_ago).unwrap();
            }
            // From before the one piece to after the next.
            steady &= last.elapsed() < STEADY;
            last = begun;
            if number == 1 {
                // The system tells that this one was written to its end.
                drop(File::options().append(true).open(&other).unwrap());
            }
            std::thread::sleep(STEP);
        }
        steady
    })
}

/// The digests of what was there before and of the whole, as `check` has them.
fn wholes(draft: &Draft) -> [String; 2] {
    let fixture = fixture(draft);
    let digest = || {
        let check = fixture.server().args(["check", "--json"]).output().unwrap();
        let told: Value = serde_json::from_slice(&check.stdout).unwrap();
        told["config_sha256"].as_str().unwrap().to_owned()
    };
    let before = digest();
    fixture.write(draft.file, &draft.pieces.concat());
    [before, digest()]
}

/// What somebody does again and again while the policy is being written.
type Nudge = fn(&mut Client) -> Option<Value>;

fn call(client: &mut Client, tool: &str, arguments: Value) -> Option<Value> {
    Some(client.begin("tools/call", json!({"name": tool, "arguments": arguments})))
}

fn secret() -> Value {
    json!({"alias": "web", "command": SECRET})
}

/// The digests that the server says it has loaded.
fn loaded(client: &Client) -> Vec<String> {
    let stderr = client.stderr_so_far();
    let digests = stderr.split("configuration reloaded: sha256 ").skip(1);
    digests.map(|rest| rest[..64].to_owned()).collect()
}

/// Whether `ssh_plan` allows what the whole policy denies, and the reason if not.
fn planned(client: &mut Client) -> Option<String> {
    let plan = client.call("ssh_plan", secret());
    let plan = &plan["structuredContent"];
    (plan["decision"] != "allow").then(|| plan["reason"].to_string())
}

/// Begins anew until the writer was steady; `road` says what it has seen go wrong.
fn steadily(what: &str, road: impl Fn() -> (bool, Vec<String>)) {
    let tries = (0..10).map(|_| road());
    let steady = tries.into_iter().find(|(steady, _)| *steady);
    let (_, wrong) = steady.unwrap_or_else(|| panic!("{what}: this machine is too busy to write"));
    assert_eq!(wrong, Vec::<String>::new(), "{what}");
}

/// One road, and what goes wrong on it.
fn travel(draft: &'static Draft, nudge: Nudge) -> (bool, Vec<String>) {
    let mut client = Client::initialized(fixture(draft), "2025-11-25");
    let writing = write_slowly(client.fixture(), draft);
    let (mut begun, mut wrong) = (Vec::new(), Vec::new());
    while !writing.is_finished() {
        begun.extend(nudge(&mut client));
        std::thread::sleep(STEP / 3);
    }
    let steady = writing.join().unwrap();
    let wholes = wholes(draft);
    let is_whole = |digest: &str| wholes.iter().any(|whole| whole == digest);
    for id in begun {
        let result = client.response(&id)["result"].clone();
        let told: Value = serde_json::from_str(text(&result)).unwrap();
        let denied = [&told["status"], &told["decision"]];
        let denied = denied
            .iter()
            .any(|word| *word == "denied" || *word == "deny")
            || told["summary"]["denied"] == 1;
        let waited = told["reloaded"] == false || told.to_string().contains("are being written");
        if !denied && !waited && !told["config_sha256"].as_str().is_some_and(is_whole) {
            wrong.push(told.to_string());
        }
    }
    let in_force = || {
        let denied = planned(&mut client).is_some_and(|reason| reason.contains("deny_rule"));
        let told = client.call("ssh_reload_config", json!({}));
        denied && told["structuredContent"]["config_sha256"] == *wholes[1]
    };
    assert!(
        within(Duration::from_secs(10), in_force),
        "it is in force in the end"
    );
    wrong.extend(
        loaded(&client)
            .into_iter()
            .filter(|digest| !is_whole(digest)),
    );
    (steady, wrong)
}

const DRAFTS: [&Draft; 4] = [&POLICY, &SET_BACK, &SERVERS, &CREDENTIALS];

/// The road for each file that may be half-written.
fn on_the_road(what: &str, nudge: Nudge) {
    for draft in DRAFTS {
        steadily(&format!("{what}, {}", draft.file), || travel(draft, nudge));
    }
}

#[test]
fn not_when_another_file_is_closed() {
    on_the_road("the files", |_| None);
}

#[test]
fn not_by_the_tool() {
    on_the_road("the tool", |client| {
        call(client, "ssh_reload_config", json!({}))
    });
}

#[test]
fn not_on_hangup() {
    on_the_road("SIGHUP", |client| {
        client.signal(Signal::HUP);
        None
    });
}

#[test]
fn not_by_the_command_that_has_all_servers_reload() {
    on_the_road("mcp-ssh reload", |client| {
        let pid = client.pid().to_string();
        let mut reload = client.fixture().server();
        // A busy machine may write for longer than it waits.
        let _told = reload.args(["reload", "--pid", &pid]).output().unwrap();
        None
    });
}

#[test]
fn not_by_a_call() {
    on_the_road("ssh_run", |client| call(client, "ssh_run", secret()));
    on_the_road("ssh_plan", |client| call(client, "ssh_plan", secret()));
    let task = |client: &mut Client| call(client, "ssh_run_async", secret());
    steadily("ssh_run_async", || travel(&POLICY, task));
    let on_tag = |client: &mut Client| {
        let arguments = json!({"tag": "front", "command": SECRET});
        call(client, "ssh_run_on_tag", arguments)
    };
    steadily("ssh_run_on_tag", || travel(&POLICY, on_tag));
}

#[test]
fn not_at_the_start() {
    for draft in [&POLICY, &SERVERS] {
        steadily("serve", || {
            let fixture = fixture(draft);
            let writing = write_slowly(&fixture, draft);
            std::thread::sleep(STEP * 2);
            let mut client = Client::initialized(fixture, "2025-11-25");
            let reason = planned(&mut client);
            let wrong = reason.is_none_or(|reason| !reason.contains("deny_rule"));
            let wrong = wrong.then(|| "it allows".to_owned());
            (writing.join().unwrap(), wrong.into_iter().collect())
        });
        for words in [["run", "web", "--", SECRET], ["plan", "web", "--", SECRET]] {
            steadily(words[0], || {
                let fixture = fixture(draft);
                let writing = write_slowly(&fixture, draft);
                std::thread::sleep(STEP * 2);
                let output = fixture.server().args(words).output().unwrap();
                let denied = output.status.code() == Some(77);
                let wrong = (!denied).then(|| String::from_utf8_lossy(&output.stderr).into_owned());
                (writing.join().unwrap(), wrong.into_iter().collect())
            });
        }
    }
}

/// Whoever never ends to write has what was in force before, and nothing runs meanwhile.
#[test]
fn nothing_runs_while_somebody_writes_all_the_time() {
    let mut tries = (0..10).map(|_| answers_while_written());
    let steady = tries.find_map(|(steady, answers)| steady.then_some(answers));
    for answer in steady.expect("this machine is too busy to write") {
        assert_eq!(answer["isError"], true, "{answer}");
        assert!(text(&answer).contains("are being written"), "{answer}");
    }
}

/// What each tool answers while the policy is written again and again, and whether the writer was steady.
fn answers_while_written() -> (bool, Vec<Value>) {
    let mut client = Client::initialized(Fixture::one_host(1), "2025-11-25");
    let policy = PathBuf::from(client.fixture().path("config/policy.yml"));
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = std::sync::mpsc::sync_channel::<()>(1);
    let writing = std::thread::spawn(move || {
        let mut number = 0;
        let (mut last, mut steady) = (Instant::now(), true);
        while stopped.try_recv().is_err() {
            // In place, and as long as the last time: a file that is cut first may be seen empty twice.
            let text = format!("rules: [{{action: allow, commands: ['*']}}] # {number:09}\n");
            let mut file = File::options().write(true).open(&policy).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.set_len(text.len() as u64).unwrap();
            number += 1;
            steady &= last.elapsed() < STEADY;
            last = Instant::now();
            let _begun = begin.try_send(());
            std::thread::sleep(Duration::from_millis(5));
        }
        steady
    });
    begun.recv().unwrap();
    let answers = [
        ("ssh_run", json!({"alias": "web", "command": "uptime"})),
        (
            "ssh_run_async",
            json!({"alias": "web", "command": "uptime"}),
        ),
        (
            "ssh_run_on_tag",
            json!({"tag": "front", "command": "uptime"}),
        ),
        ("ssh_reload_config", json!({})),
    ];
    let answers = answers.map(|(name, arguments)| client.call(name, arguments));
    stop.send(()).unwrap();
    (writing.join().unwrap(), answers.to_vec())
}
