//! How a run by sudo is ended while sudo asks and while its command runs, on one host and on a tag.

use std::time::Duration;

use serde_json::json;

use super::{SudoSite, assert_secret, output, told};
use crate::gate::site::ssh_run;
use crate::support::marker::{Marker, within};
use crate::support::sudo::OwnSudo;

/// In which a command has started on a loaded machine.
const STARTED: Duration = Duration::from_secs(10);

#[test]
fn it_is_cancelled_while_its_command_runs() {
    let site = SudoSite::start("sudocancel", "");
    let (mut client, _held) = site.serve();
    let marker = Marker::new();
    let arguments = json!({"alias": "box", "command": marker.fill("sleep MARKER")});
    let params = json!({"name": "ssh_run", "arguments": arguments});
    client.begin("tools/call", params);
    let is_sleep = |pid: &u32| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name == "sleep\n")
    };
    assert!(within(STARTED, || marker.alive().iter().any(is_sleep)));
    client.close_stdin();
    assert!(client.ends().success());
    assert!(marker.is_gone(), "{:?}", marker.alive());
}

/// A sudo that asks and does not wait for long: it is ended by the client's leave while it does.
#[test]
fn it_is_cancelled_while_sudo_asks() {
    let marker = Marker::new();
    // It asks in another way than it was told to, so that the question stands.
    let script = marker.fill("printf 'Password: ' >&2; exec sleep MARKER");
    let own = OwnSudo::script(&script);
    let site = SudoSite::with("sudocancelask", Some(&own));
    let password = site.site.account.password.clone();
    let (mut client, _held) = site.serve();
    let arguments = json!({"alias": "box", "command": "id -un"});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    );
    assert!(within(STARTED, || !marker.alive().is_empty()));
    client.close_stdin();
    let written = client.finish();
    assert!(marker.is_gone(), "{:?}", marker.alive());
    assert_secret(&password, &[], &written);
}

#[test]
fn output_is_capped_and_time_is_limited_as_elsewhere() {
    let site = SudoSite::start("sudocap", "");
    let policy = super::POLICY.replace("max_seconds: 20", "max_seconds: 3, max_output_bytes: 5000");
    site.site.write_policy(&policy);
    let password = site.site.account.password.clone();
    let (results, written) = site.calls(&["yes", "sleep 60", "id -un"]);
    let cut = told(&results[0]);
    assert_eq!(
        (&cut["truncated"], &cut["bytes_out"]),
        (&json!(true), &json!(5000)),
        "{cut}"
    );
    let late = told(&results[1]);
    assert_eq!(late["timeout"], true, "{late}");
    assert_eq!(output(&results[2]), ("root\n".to_owned(), 0));
    assert_secret(&password, &results, &written);
}

#[test]
fn every_host_of_a_tag_is_answered() {
    let site = SudoSite::start("sudotag", "");
    let password = site.site.account.password.clone();
    let (mut client, _held) = site.serve();
    let arguments = json!({"tag": "lab", "command": "id -un"});
    let result = client.call("ssh_run_on_tag", arguments);
    let text = result.to_string();
    assert!(text.contains("root\\n"), "{text}");
    let plan = client.call("ssh_plan", json!({"alias": "box", "command": "id -un"}));
    assert_eq!(plan["structuredContent"]["become"], "root", "{plan}");
    let refused = ssh_run(&mut client, "id -un; id -u");
    assert_eq!(told(&refused)["reason"], "become_not_alone", "{refused}");
    client.close_stdin();
    assert_secret(&password, &[result, plan, refused], &client.finish());
}
