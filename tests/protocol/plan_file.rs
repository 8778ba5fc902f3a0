//! `ssh_plan` of a file: what an assistant is told, and what is no such question.

use serde_json::{Value, json};

use super::text;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

fn client() -> Client {
    let fixture = Fixture::one_host(22);
    fixture.write(
        "config/policy.yml",
        "files:\n\
         - {name: web, action: allow, read: ['/srv/**'], write: ['/srv/app/*.yml'], max_bytes: 5}\n\
         - {action: ask, write: ['/srv/app/a*']}\n",
    );
    Client::initialized(fixture, "2025-11-25")
}

#[test]
fn a_file_is_planned_as_a_command_is() {
    let mut client = client();
    let links = "only the path as it is asked for is judged here; where the host's links lead is judged when it is done";
    for (asked, decision, why) in [
        (
            json!({"path": "/srv/x"}),
            "allow",
            format!("reading `/srv/x` is allowed by files[0] `web`; {links}"),
        ),
        (
            json!({"path": "/srv/app/b.yml", "access": "edit", "command": null}),
            "allow",
            format!("writing `/srv/app/b.yml` is allowed by files[0] `web`; {links}"),
        ),
        (
            json!({"path": "/srv/app/a.yml", "access": "write"}),
            "ask",
            format!("writing `/srv/app/a.yml` needs a person's yes by files[1]; {links}"),
        ),
        (
            json!({"path": "/srv/.ssh/id_rsa", "access": "read"}),
            "deny",
            "`/srv/.ssh/id_rsa` is in a directory of private keys: only an entry of `files` that spells it grants it"
                .to_owned(),
        ),
    ] {
        let mut arguments = asked.clone();
        arguments["alias"] = json!("web");
        let result = client.call("ssh_plan", arguments);
        let plan = &result["structuredContent"];
        let content: Value = serde_json::from_str(text(&result)).unwrap();
        assert_eq!(content, *plan);
        assert_eq!((&plan["decision"], &plan["why"]), (&json!(decision), &json!(why)));
        assert_eq!(plan["allowed"], decision == "allow");
        assert_eq!(plan["path"], asked["path"]);
        let most = (decision != "deny").then(|| json!(5));
        assert_eq!(plan.get("max_bytes").cloned(), most);
    }
}

#[test]
fn what_is_no_question_about_a_file_is_said() {
    let mut client = client();
    for (asked, said) in [
        (
            json!({"alias": "web"}),
            "`ssh_plan` needs the argument `command`, a string, or `path` for a file",
        ),
        (
            json!({"alias": "web", "path": "/a", "command": "id"}),
            "`path` is for a file and `command` for a command: call twice",
        ),
        (
            json!({"alias": "web", "path": "/a", "cwd": "/srv"}),
            "`path` is for a file and `cwd` for a command: call twice",
        ),
        (
            json!({"alias": "web", "path": "/a", "timeout_seconds": 5}),
            "`path` is for a file and `timeout_seconds` for a command: call twice",
        ),
        (
            json!({"alias": "web", "command": "id", "access": "read"}),
            "`access` is for a `path`: add the path, or leave `access` out",
        ),
        (
            json!({"alias": "web", "path": "/a", "access": "Read"}),
            "the argument `access` of `ssh_plan` must be one of `read`, `write`, `edit`",
        ),
        (
            json!({"path": "/a"}),
            "`ssh_plan` needs the argument `alias`, a string",
        ),
        (
            json!({"alias": "web", "path": ["/a"]}),
            "the argument `path` of `ssh_plan` must be a string, not an array",
        ),
    ] {
        let result = client.call("ssh_plan", asked.clone());
        assert_eq!(result["isError"], true, "{asked}");
        assert_eq!(text(&result), said, "{asked}");
    }
    let unknown = client.call("ssh_plan", json!({"alias": "wep", "path": "/a"}));
    assert_eq!(unknown["isError"], true);
    let told: Value = serde_json::from_str(text(&unknown)).unwrap();
    assert_eq!(told["error"], "there is no host `wep`: did you mean `web`?");
}
