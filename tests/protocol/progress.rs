//! `notifications/progress`: who gets them, how they look in each revision, when they stop.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::modern;
use crate::support::client::{Client, ends};
use crate::support::fixture::Fixture;
use crate::support::silent::Silent;

/// A host that never answers, and a policy that reports every second.
fn slow(host: &Silent) -> Fixture {
    let fixture = Fixture::one_host(host.port());
    fixture.write(
        "config/policy.yml",
        "limits: {task_progress_interval: 1}\nrules: [{action: allow, commands: [uptime]}]\n",
    );
    fixture
}

fn run(token: Value) -> Value {
    let arguments = json!({"alias": "web", "command": "uptime"});
    json!({"name": "ssh_run", "arguments": arguments, "_meta": {"progressToken": token}})
}

fn progress(client: &mut Client) -> Value {
    let message = client.next();
    assert_eq!(message["method"], "notifications/progress", "{message}");
    assert_eq!(message.get("id"), None);
    message["params"].clone()
}

#[test]
fn it_rises_in_every_revision_and_ends_with_the_answer() {
    for revision in ["2024-11-05", "2025-03-26", "2025-11-25", "2026-07-28"] {
        let host = Silent::start();
        let (mut client, params) = if revision == "2026-07-28" {
            let mut params = modern(run(json!(null)));
            params["_meta"]["progressToken"] = json!("t");
            (Client::start(slow(&host)), params)
        } else {
            (Client::initialized(slow(&host), revision), run(json!("t")))
        };
        let id = client.begin("tools/call", params);
        let connection = host.connection();
        let (first, second) = (progress(&mut client), progress(&mut client));
        assert_eq!(
            (&first["progress"], &second["progress"]),
            (&json!(0), &json!(1))
        );
        for params in [&first, &second] {
            assert_eq!(params["progressToken"], "t", "{revision}");
            let worded = params.get("message").is_some();
            assert_eq!(worded, revision >= "2025-03-26", "{revision}: {params}");
        }
        drop(connection);
        let answer = client.response(&id);
        assert!(answer.get("result").is_some(), "{answer}");
        client.silence(Duration::from_millis(1200));
        client.finish();
    }
}

#[test]
fn only_those_who_asked_for_it_and_have_not_cancelled() {
    let host = Silent::start();
    let mut client = Client::initialized(slow(&host), "2025-11-25");
    let arguments = json!({"alias": "web", "command": "uptime"});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    );
    let _connection = host.connection();
    client.silence(Duration::from_millis(1200));
    let id = client.begin("tools/call", run(json!(0)));
    assert_eq!(progress(&mut client)["progressToken"], 0);
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}
    }));
    client.silence(Duration::from_millis(1200));
    client.ping();
    // A tag run hears of each host's end when it is cancelled; its client does not.
    let fleet = json!({"tag": "front", "command": "uptime"});
    let id = client.begin(
        "tools/call",
        json!({"name": "ssh_run_on_tag", "arguments": fleet, "_meta": {"progressToken": 1}}),
    );
    assert_eq!(progress(&mut client)["total"], 1);
    client.silence(Duration::from_millis(700));
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}
    }));
    client.silence(Duration::from_millis(700));
    client.ping();
}

#[test]
fn a_token_is_a_string_or_an_integer() {
    let host = Silent::start();
    let mut client = Client::initialized(slow(&host), "2025-11-25");
    for token in [json!(1.5), json!(-1.5), json!(true), json!([]), json!({})] {
        let answer = client.request("tools/call", run(token.clone()));
        assert_eq!(answer["error"]["code"], -32602, "{token}: {answer}");
    }
    for token in [
        json!(""),
        json!("é"),
        json!(-1),
        json!(u64::MAX),
        json!(5.0),
    ] {
        client.begin("tools/call", run(token.clone()));
        assert_eq!(progress(&mut client)["progressToken"], token);
    }
}

#[test]
fn at_most_two_a_second_but_for_the_first_host_and_none_lost_for_good() {
    let mut client = Client::initialized(Fixture::many_hosts(1000), "2025-11-25");
    let arguments = json!({"tag": "even", "command": "reboot"});
    let started = Instant::now();
    let id = client.begin(
        "tools/call",
        json!({"name": "ssh_run_on_tag", "arguments": arguments, "_meta": {"progressToken": 1}}),
    );
    // Whatever the interval: how many there are, and the first that is done.
    for (number, message) in [(0, "500 hosts"), (1, "done (1 of 500)")] {
        let told = progress(&mut client);
        assert_eq!(told["progress"], number, "{told}");
        assert!(
            told["message"].as_str().unwrap().contains(message),
            "{told}"
        );
    }
    let mut count = 2;
    let answer = loop {
        let message = client.next();
        if message["id"] == id {
            break message;
        }
        count += 1;
    };
    let most = 2 + started.elapsed().as_millis() / 500;
    assert!(count <= most, "{count} of {most}");
    let content = &answer["result"]["structuredContent"];
    assert_eq!(content["summary"]["denied"], 500);
    assert_eq!(content["results"].as_array().unwrap().len(), 500);
    client.silence(Duration::from_millis(700));
}

/// While answers wait for a client that does not read, news of a run is dropped; afterwards there
/// is news again.
#[test]
fn a_client_that_does_not_read_loses_news_and_no_answer() {
    let host = Silent::start();
    let fixture = slow(&host);
    let mut server = fixture
        .server()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let open = json!({"protocolVersion": "2025-11-25"});
    let open = json!({"jsonrpc": "2.0", "id": "i", "method": "initialize", "params": open});
    writeln!(stdin, "{open}").unwrap();
    for id in 0..100 {
        let list = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
        writeln!(stdin, "{list}").unwrap();
    }
    let run = json!({"jsonrpc": "2.0", "id": "r", "method": "tools/call", "params": run(json!(1))});
    writeln!(stdin, "{run}").unwrap();
    let _connection = host.connection();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut messages = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    assert_eq!(messages.next().unwrap()["id"], "i");
    for id in 0..100 {
        assert_eq!(messages.next().unwrap()["id"], id);
    }
    let news = messages.next().unwrap();
    assert!(news["params"]["progress"].as_u64() >= Some(1), "{news}");
    drop(stdin);
    assert_eq!(ends(&mut server).code(), Some(0));
}
