//! `output_sha256`: whoever has what the assistant received finds it in the trail again.

use std::time::Duration;

use mcp_ssh::audit::sha256;
use serde_json::{Value, json};

use super::fanout::{fleet, unfolded};
use super::long_output::{Report, ask, paged};
use super::records::{lines, of_type};
use super::site::{Site, ran};
use crate::support::marker::within;

/// The digest of the text of a field.
fn digest(text: &Value) -> String {
    sha256(text.as_str().unwrap().as_bytes())
}

/// The digest that the trail has for a run.
fn recorded<'r>(records: &'r [Value], run: &Value) -> &'r Value {
    let outcomes = of_type(records, "audit");
    let outcome = outcomes
        .iter()
        .find(|record| record["task_id"] == run["task_id"]);
    &outcome.unwrap()["output_sha256"]
}

#[test]
fn the_digest_of_what_was_received_is_on_record() {
    let report = Report::numbered();
    let site = Site::start("digest");
    fleet(&site, 3, &[(2, 1)]);
    let (mut client, held) = site.serve();
    let mut one = |command: &str| {
        let arguments = json!({"alias": "h0", "command": command});
        ask(&mut client, "ssh_run", arguments)
    };
    let whole: Vec<Value> = [
        "printf ''",
        "echo 'ü€'",
        "printf 'no end'",
        "printf '\\377\\r\\n\\033[31m'",
        "sh -c 'echo one; echo two >&2'",
        "sh -c 'kill -9 $$'",
    ]
    .map(&mut one)
    .into();
    let cut = one(&report.cat());
    assert_eq!(paged(&mut client, &cut["task_id"]), report.lines);
    let on_tag = json!({"tag": "lab", "command": "echo of each"});
    let of_each = unfolded(ask(&mut client, "ssh_run_on_tag", on_tag));
    let on_tag = json!({"tag": "lab", "command": report.cat()});
    let cut_of_each = unfolded(ask(&mut client, "ssh_run_on_tag", on_tag));
    let task = json!({"alias": "h0", "command": "echo of a task"});
    let task = ask(&mut client, "ssh_run_async", task)["task_id"].clone();
    let id = json!({"task_id": task});
    assert!(within(Duration::from_secs(10), || {
        ask(&mut client, "ssh_get_task_status", id.clone())["status"] == "completed"
    }));
    let of_task = ask(&mut client, "ssh_get_task_result", id);
    let records = lines(&client.finish());
    drop(held);

    let ran = |results: &Value| results["results"].as_array().unwrap()[..2].to_vec();
    let whole = [whole, ran(&of_each), vec![of_task]].concat();
    for result in &whole {
        assert_eq!(result.get("output_sha256"), None, "{result}");
        assert_eq!(
            *recorded(&records, result),
            digest(&result["output"]),
            "{result}"
        );
    }
    // What was cut says itself what the whole is.
    for result in [vec![cut], ran(&cut_of_each)].concat() {
        assert!(result["lines_left_out"].as_u64() > Some(0));
        assert_ne!(result["output_sha256"], digest(&result["output"]));
        assert_eq!(result["output_sha256"], sha256(report.text().as_bytes()));
        assert_eq!(*recorded(&records, &result), result["output_sha256"]);
    }
    // What never ran has no output.
    let outcomes = of_type(&records, "audit");
    let unreached = outcomes.iter().filter(|record| record["alias"] == "h2");
    let unreached: Vec<_> = unreached.collect();
    assert_eq!(unreached.len(), 2);
    assert!(
        unreached
            .iter()
            .all(|record| record.get("output_sha256").is_none())
    );
}

/// A secret of the login is in neither: the digest would tell whether a guess is right.
#[test]
fn the_digest_is_that_of_the_output_without_secrets() {
    let site = Site::start("digsec");
    let locked = site
        .user
        .rewritten(crate::support::keys::Format::OpenSsh, "open-sesame-7215");
    crate::support::keys::write_private(&site.path("keys/locked"), &locked);
    site.write_credentials("key_path: locked, key_passphrase_secret: phrase");
    site.fixture.write("secrets/phrase", "open-sesame-7215");
    let (mut client, held) = site.serve();
    let result = ran(&mut client, "echo it is open-sesame-7215");
    let records = lines(&client.finish());
    drop(held);
    assert_eq!(result["output"], "it is [redacted]\n");
    assert_eq!(*recorded(&records, &result), sha256(b"it is [redacted]\n"));
}
