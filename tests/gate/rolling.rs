//! A tag run in steps: batches, and failures that stop it.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use super::cli::{status, text};
use super::ending::GONE;
use super::fanout::{ALLOW_ALL, fleet, sleeping, statuses, unfolded};
use super::records::{lines, of_type};
use super::site::{POLICY, Site};
use crate::support::client::Client;
use crate::support::marker::{Marker, within};
use crate::support::silent::Silent;

/// A port at which nobody listens.
fn closed() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn run(client: &mut Client, more: &Value) -> Value {
    let mut arguments = json!({"tag": "lab", "command": "echo here"});
    let more = more.as_object().unwrap().clone();
    arguments.as_object_mut().unwrap().extend(more);
    client.call("ssh_run_on_tag", arguments)
}

fn told(result: &Value) -> Value {
    assert_eq!(result.get("isError"), None, "{result}");
    result["structuredContent"].clone()
}

/// Eight hosts of which the second is denied and the third is not reached.
fn two_that_fail(tag: &str) -> Site {
    let site = Site::start(tag);
    fleet(&site, 8, &[(2, closed())]);
    site.write_policy(&format!(
        "{POLICY}  - {{action: deny, aliases: [h1], commands: ['echo *']}}\n"
    ));
    site
}

#[test]
fn two_failures_in_a_batch_stop_the_rest() {
    let (mut client, held) = two_that_fail("rollfail").serve();
    let result = run(&mut client, &json!({"batch": 4.0, "max_failures": 1}));
    let fan_out = told(&result);
    let not_started = ["not_started"; 4];
    let begun = ["succeeded", "denied", "failed", "succeeded"];
    assert_eq!(statuses(&fan_out), [begun, not_started].concat());
    assert_eq!(
        fan_out["summary"],
        json!({"total": 8, "succeeded": 2, "failed": 1, "denied": 1, "timed_out": 0, "cancelled": 0, "not_started": 4})
    );
    assert_eq!(fan_out["stopped"], "max_failures");
    assert_eq!(fan_out["rollout"], json!({"batch": 4, "max_failures": 1}));
    assert_eq!(fan_out["note"], Value::Null);
    let last = unfolded(fan_out)["results"][7].clone();
    assert_eq!(
        last["error"],
        "not started: 2 hosts failed, and max_failures is 1"
    );
    // What is equal is told once.
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    let rows = text["results"].as_array().unwrap();
    assert_eq!(
        rows.last().unwrap()["aliases"],
        json!(["h4", "h5", "h6", "h7"])
    );
    // The failures of one run do not count for the next.
    let again = told(&run(&mut client, &json!({"batch": 4.0, "max_failures": 1})));
    assert_eq!(statuses(&again), [begun, not_started].concat());
    // One that may fail more often goes on.
    let fan_out = told(&run(
        &mut client,
        &json!({"batch": "50%", "max_failures": 2}),
    ));
    assert_eq!(fan_out["summary"]["not_started"], 0, "{fan_out}");
    assert_eq!(fan_out["stopped"], Value::Null);
    client.close_stdin();
    let records = lines(&client.finish());
    let ends = of_type(&records, "tag_run");
    assert_eq!(ends.len(), 3);
    assert_eq!(
        (&ends[0]["stopped"], &ends[0]["not_started"]),
        (&json!("max_failures"), &json!(4))
    );
    assert_eq!(
        ends[0]["aliases_not_started"],
        json!(["h4", "h5", "h6", "h7"])
    );
    assert_eq!(
        (&ends[2]["stopped"], &ends[2]["not_started"]),
        (&Value::Null, &json!(0))
    );
    // What did not begin was not even judged.
    let decided = of_type(&records, "policy_decision");
    let first: Vec<_> = decided
        .iter()
        .filter(|its| its["request_id"] == decided[0]["request_id"])
        .collect();
    assert_eq!(first.len(), 4);
    drop(held);
}

#[test]
fn the_command_line_stops_and_says_which_hosts_did_not_begin() {
    let site = two_that_fail("rollcli");
    let run = |options: &[&str]| {
        site.run(&[&["run", "--tag", "lab"], options, &["--", "echo", "hi"]].concat())
    };
    let stopped = run(&["--batch", "4", "--max-failures", "1"]);
    assert_eq!(status(&stopped), 1);
    assert_eq!(text(&stopped.stdout), "h0: hi\nh3: hi\n");
    let told = text(&stopped.stderr);
    assert!(
        told.ends_with(
            "mcp-ssh: h4, h5, h6, h7: not started: 2 hosts failed, and max_failures is 1; \
             see what went wrong there before you go on\n\
             mcp-ssh: 8 hosts: 2 succeeded, 1 failed, 1 denied, 4 not started\n"
        ),
        "{told}"
    );
    let json = run(&["--json", "--batch", "50%", "--max-failures", "0"]);
    assert_eq!(status(&json), 1);
    let fan_out: Value = serde_json::from_slice(&json.stdout).unwrap();
    // Hosts that run when the first one fails go on.
    let not_started = fan_out["summary"]["not_started"].as_u64().unwrap();
    assert!((4..=6).contains(&not_started), "{fan_out}");
    for wrong in [
        &["--batch", "0"],
        &["--batch", "0%"],
        &["--batch", "x"],
        &["--canary", "0"],
    ] {
        assert_eq!(status(&run(wrong)), 2, "{wrong:?}");
    }
    let alone = site.run(&["run", "--batch", "1", "h0", "--", "echo", "hi"]);
    assert_eq!(
        (status(&alone), text(&alone.stderr).as_str()),
        (
            2,
            "mcp-ssh: --batch, --max-failures, --canary and --compare are for --tag\n"
        )
    );
}

#[test]
fn without_a_batch_no_further_host_begins_either() {
    let site = two_that_fail("rollone");
    site.write_policy(&format!(
        "{}  - {{action: deny, aliases: [h1], commands: ['echo *']}}\n",
        POLICY.replace("max_seconds: 20", "max_seconds: 20, max_parallel: 1")
    ));
    let (mut client, held) = site.serve();
    let fan_out = told(&run(
        &mut client,
        &json!({"max_failures": 0, "batch": null}),
    ));
    let expected = [&["succeeded", "denied"][..], &["not_started"; 6]].concat();
    assert_eq!(statuses(&fan_out), expected);
    let first = unfolded(fan_out)["results"][2].clone();
    assert_eq!(
        first["error"],
        "not started: 1 host failed, and max_failures is 0"
    );
    drop(held);
}

/// Its output may be cut before its exit status comes, or behind it: it has failed either way, in each count.
#[test]
fn a_host_whose_output_is_cut_has_failed_for_the_others_and_in_the_summary() {
    let site = Site::start("rollcut");
    fleet(&site, 3, &[]);
    site.write_policy(&format!("limits: {{max_output_bytes: 10}}\n{ALLOW_ALL}"));
    let cut = [
        "run",
        "--tag",
        "lab",
        "--max-failures",
        "2",
        "--",
        "seq",
        "100",
    ];
    let cut = site.run(&cut);
    assert_eq!(status(&cut), 1);
    assert!(text(&cut.stderr).ends_with("mcp-ssh: 3 hosts: 3 failed\n"));
    assert_eq!(status(&site.run(&["run", "h0", "--", "seq", "100"])), 1);
    let (mut client, held) = site.serve();
    let more = json!({"command": "seq 100", "batch": 1, "max_failures": 0});
    let fan_out = told(&run(&mut client, &more));
    assert_eq!(statuses(&fan_out), ["failed", "not_started", "not_started"]);
    let summary = &fan_out["summary"];
    assert_eq!(
        (&summary["failed"], &summary["succeeded"]),
        (&json!(1), &json!(0))
    );
    client.close_stdin();
    let records = lines(&client.finish());
    let end = &of_type(&records, "tag_run")[0];
    assert_eq!(
        (&end["failed"], &end["stopped"]),
        (&json!(1), &json!("max_failures"))
    );
    drop(held);
}

#[test]
fn the_next_batch_begins_when_each_host_of_the_one_before_has_ended() {
    let host = Silent::start();
    let site = Site::start("rollstep");
    let all: Vec<(usize, u16)> = (0..4).map(|number| (number, host.port())).collect();
    fleet(&site, 4, &all);
    site.write_policy(ALLOW_ALL);
    let (mut client, held) = site.serve();
    let call = json!({"name": "ssh_run_on_tag", "arguments": {"tag": "lab", "command": "true", "batch": 2}});
    let id = client.begin("tools/call", call);
    let [one, other] = [host.connection(), host.connection()];
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(one);
    // Without batches it would make room for one.
    assert!(host.is_left_alone(Duration::from_millis(300)));
    drop(other);
    drop([host.connection(), host.connection()]);
    assert_eq!(
        told(&client.response(&id)["result"])["summary"]["failed"],
        4
    );
    drop(held);
}

/// A run may take hours: what was taken away meanwhile begins on no further host, and other changes end nothing.
#[test]
fn what_is_no_longer_allowed_begins_on_no_further_host() {
    let without_true = ALLOW_ALL.replace("'*'", "'echo *'");
    let asked_first = ALLOW_ALL.replace("action: allow", "action: ask");
    let other_limits = format!("limits: {{max_seconds: 7}}\n{ALLOW_ALL}");
    for (changed, goes_on) in [
        (&without_true, false),
        (&asked_first, false),
        (&other_limits, true),
    ] {
        assert_ne!(changed, ALLOW_ALL);
        let host = Silent::start();
        let site = Site::start("rollrule");
        let all: Vec<(usize, u16)> = (0..4).map(|number| (number, host.port())).collect();
        fleet(&site, 4, &all);
        site.write_policy(ALLOW_ALL);
        let (mut client, held) = site.serve();
        let call = json!({"name": "ssh_run_on_tag", "arguments": {"tag": "lab", "command": "true", "batch": 2}});
        let id = client.begin("tools/call", call);
        let begun = [host.connection(), host.connection()];
        client.fixture().write_now("config/policy.yml", changed);
        drop(begun);
        if goes_on {
            drop([host.connection(), host.connection()]);
        }
        let fan_out = told(&client.response(&id)["result"]);
        let rest = if goes_on { "failed" } else { "not_started" };
        assert_eq!(
            statuses(&fan_out),
            ["failed", "failed", rest, rest],
            "{fan_out}"
        );
        let stopped = (!goes_on).then_some("configuration_changed");
        assert_eq!(fan_out["stopped"].as_str(), stopped, "{fan_out}");
        client.close_stdin();
        let records = lines(&client.finish());
        let decisions = of_type(&records, "policy_decision").len();
        assert_eq!(decisions, if goes_on { 4 } else { 2 });
        drop(held);
    }
}

#[test]
fn cancelled_in_a_batch_the_running_ones_end_and_the_others_do_not_begin() {
    let site = Site::start("rollcancel");
    fleet(&site, 6, &[]);
    let (mut client, held) = site.serve();
    let marker = Marker::new();
    let arguments = json!({"tag": "lab", "command": marker.fill("sleep MARKER"), "batch": 2});
    let call =
        json!({"name": "ssh_run_on_tag", "arguments": arguments, "_meta": {"progressToken": "t"}});
    let id = client.begin("tools/call", call);
    let begun = client.next()["params"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    let task_id = begun.rsplit(' ').next().unwrap();
    assert!(within(Duration::from_secs(20), || sleeping(&marker) == 2));
    let cancel = json!({"name": "ssh_cancel", "arguments": {"task_id": task_id}});
    client.begin("tools/call", cancel);
    let fan_out = told(&client.response(&id)["result"]);
    let expected = [&["cancelled"; 2][..], &["not_started"; 4]].concat();
    assert_eq!(statuses(&fan_out), expected);
    assert_eq!(fan_out["stopped"], "cancelled");
    assert!(within(GONE, || marker.alive().is_empty()));
    client.close_stdin();
    let records = lines(&client.finish());
    assert_eq!(of_type(&records, "policy_decision").len(), 2);
    assert_eq!(of_type(&records, "tag_run")[0]["stopped"], "cancelled");
    drop(held);
}

#[test]
fn the_policy_demands_it_and_no_call_is_looser() {
    let site = two_that_fail("rollpol");
    site.write_policy(&format!(
        "{}  - {{action: deny, aliases: [h1], commands: ['echo *']}}\n\
         overrides: {{aliases: {{h5: {{max_batch_percent: 25}}, h6: {{max_failures: 0}}, h7: {{max_failures: 3}}}}}}\n",
        POLICY.replace("max_seconds: 20", "max_seconds: 20, max_batch: 3")
    ));
    let (mut client, held) = site.serve();
    let expected = [&["succeeded", "denied"][..], &["not_started"; 6]].concat();
    let fan_out = told(&run(&mut client, &json!({})));
    assert_eq!(statuses(&fan_out), expected);
    assert_eq!(fan_out["rollout"], json!({"batch": 2, "max_failures": 0}));
    assert_eq!(fan_out["note"], Value::Null);
    let fan_out = told(&run(
        &mut client,
        &json!({"batch": "100%", "max_failures": 8}),
    ));
    assert_eq!(statuses(&fan_out), expected);
    assert_eq!(
        fan_out["note"],
        "batch was lowered from 8 to 2, the policy's max_batch_percent; \
         max_failures was lowered from 8 to 0, the policy's max_failures"
    );
    let stricter = told(&run(&mut client, &json!({"batch": 1})));
    assert_eq!(stricter["rollout"], json!({"batch": 1, "max_failures": 0}));
    let plan = client.call("ssh_plan", json!({"alias": "h6", "command": "echo x"}));
    let limits = &plan["structuredContent"]["limits"];
    assert_eq!(
        (&limits["max_batch"], &limits["max_failures"]),
        (&json!(3), &json!(0))
    );
    drop(held);
}

#[test]
fn what_is_no_number_of_hosts_is_refused() {
    let (mut client, held) = two_that_fail("rollargs").serve();
    let batch = "the argument `batch` of `ssh_run_on_tag` must be an integer from 1 to 999999999, \
                 or a text from \"1%\" to \"100%\"";
    for (more, error) in [
        (json!({"batch": 0}), batch),
        (json!({"batch": "0%"}), batch),
        (json!({"batch": "3"}), batch),
        (json!({"batch": 1.5}), batch),
        (json!({"batch": true}), batch),
        (
            json!({"max_failures": -1}),
            "the argument `max_failures` of `ssh_run_on_tag` must be an integer from 0 to 999999999",
        ),
        (
            json!({"canary": 0}),
            "the argument `canary` of `ssh_run_on_tag` must be an integer from 1 to 999999999",
        ),
    ] {
        let result = run(&mut client, &more);
        assert_eq!(result["content"][0]["text"], error, "{more}");
    }
    assert_eq!(held.sshd.log(), "");
}

/// A record has room for so many aliases, however many hosts did not begin.
#[test]
fn a_record_names_so_many_hosts_that_did_not_begin_and_counts_all() {
    let site = Site::start("rollmany");
    let nobody = closed();
    let all: Vec<(usize, u16)> = (0..502).map(|number| (number, nobody)).collect();
    fleet(&site, 502, &all);
    let (mut client, held) = site.serve();
    let fan_out = told(&run(&mut client, &json!({"batch": 1, "max_failures": 0})));
    assert_eq!(
        fan_out["summary"]["not_started"], 501,
        "{}",
        fan_out["summary"]
    );
    client.close_stdin();
    let records = lines(&client.finish());
    let end = of_type(&records, "tag_run")[0];
    assert_eq!(end["not_started"], 501);
    let named = end["aliases_not_started"].as_array().unwrap();
    assert_eq!(
        (named.len(), &named[0], &named[499]),
        (500, &json!("h1"), &json!("h500"))
    );
    drop(held);
}
