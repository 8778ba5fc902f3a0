//! However a run ends, its remote process is gone, and what comes next works.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use super::site::{POLICY, Site, ran};
use crate::support::client::Client;
use crate::support::marker::{Marker, within};

/// In which the remote process must be gone.
pub const GONE: Duration = Duration::from_secs(2);

pub fn wait_until_running(marker: &Marker) {
    assert!(
        within(Duration::from_secs(5), || !marker.alive().is_empty()),
        "the command never ran"
    );
}

fn begin(client: &mut Client, command: &str) -> serde_json::Value {
    let params = json!({"name": "ssh_run", "arguments": {"alias": "box", "command": command}});
    client.begin("tools/call", params)
}

#[test]
fn out_of_time() {
    let site = Site::start("late");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 1"));
    let (mut client, held) = site.serve();
    for line in [
        "sleep MARKER",
        "sh -c 'trap \"\" TERM HUP; sleep MARKER; sleep MARKER'",
        "sleep MARKER | cat -",
    ] {
        let marker = Marker::new();
        let started = Instant::now();
        let result = ran(&mut client, &marker.fill(line));
        assert!(started.elapsed() < Duration::from_secs(1) + GONE, "{line}");
        assert_eq!(result["timeout"], true, "{line}: {result}");
        assert!(result["note"].as_str().unwrap().contains("max_seconds"));
        assert!(marker.is_gone(), "{line}");
        assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
    }
    drop(held);
}

#[test]
fn cancelled_by_the_client() {
    let (mut client, held) = Site::start("cancel").serve();
    let marker = Marker::new();
    let id = begin(&mut client, &marker.fill("sleep MARKER"));
    wait_until_running(&marker);
    client.send(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}
    }));
    assert!(within(GONE, || marker.alive().is_empty()));
    client.silence(Duration::from_millis(300));
    assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
    drop(held);
}

#[test]
fn at_the_output_cap() {
    let site = Site::start("cap");
    let marker = Marker::new();
    let endless = marker.fill("yes MARKER");
    site.write_policy(
        &POLICY
            .replace("max_seconds: 20", "max_seconds: 20, max_output_bytes: 1000")
            .replace("'yes*'", &format!("'{endless}'")),
    );
    // On a terminal the signal that ended it is no news: this program sent it.
    let output = site.run(&["run", "box", "--", &endless]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("max_output_bytes"), "{told}");
    assert!(!told.contains("ended by signal"), "{told}");
    let (mut client, held) = site.serve();
    let result = ran(&mut client, &endless);
    assert_eq!(result["truncated"], true, "{result}");
    assert_eq!(result["bytes_out"], 1000);
    assert_eq!(result["output"].as_str().unwrap().len(), 1000);
    assert!(
        result["note"]
            .as_str()
            .unwrap()
            .contains("max_output_bytes")
    );
    assert!(marker.is_gone());
    assert_eq!(ran(&mut client, "echo next")["output"], "next\n");
    drop(held);
}

#[test]
fn the_client_goes_or_a_signal_comes() {
    type End = fn(&mut Client);
    let ends: [(&str, End); 3] = [
        ("eof", |client| client.close_stdin()),
        ("term", |client| client.signal(Signal::TERM)),
        ("int", |client| client.signal(Signal::INT)),
    ];
    for (tag, end) in ends {
        let (mut client, held) = Site::start(tag).serve();
        let marker = Marker::new();
        begin(&mut client, &marker.fill("sleep MARKER"));
        wait_until_running(&marker);
        let started = Instant::now();
        end(&mut client);
        let status = client.ends();
        assert!(status.success(), "{tag}: {status}");
        assert!(started.elapsed() < GONE, "{tag}");
        assert!(marker.is_gone(), "{tag}");
        drop(held);
    }
}
