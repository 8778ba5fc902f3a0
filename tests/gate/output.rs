//! What a client sees of what a command printed: no secret and no half of a character, however
//! the streams come, and no more lines than it asked for.

use serde_json::{Map, Value, json};

use super::site::{Held, POLICY, Site, ran};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

/// A site whose login is by a password, and the password.
fn by_password(tag: &str) -> (Site, String) {
    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let site = Site::of(tag, sshd, KeyPair::ed25519());
    let password = site.account.password.clone();
    site.fixture.write("secrets/pw", &password);
    site.write_credentials("password_secret: pw");
    (site, password)
}

/// A command that prints `parts` by turns to its streams, stdout first. They arrive apart: sshd
/// has two pipes and nothing else says in which order they were written.
fn by_turns(parts: &[&str]) -> String {
    let printed = parts.iter().enumerate().map(|(at, part)| {
        let stream = if at % 2 == 0 { "" } else { " >&2" };
        format!("printf \"{part}\"{stream}")
    });
    format!(
        "sh -c '{}'",
        printed.collect::<Vec<_>>().join("; sleep 0.2; ")
    )
}

/// The structured content of a run with more arguments.
fn ran_with(client: &mut Client, command: &str, more: Value) -> Value {
    let mut arguments = json!({"alias": "box", "command": command});
    let more: Map<String, Value> = more.as_object().unwrap().clone();
    arguments.as_object_mut().unwrap().extend(more);
    let result = client.call("ssh_run", arguments);
    assert_eq!(result.get("isError"), None, "{command}: {result}");
    result["structuredContent"].clone()
}

#[test]
fn output_that_is_no_text_is_said_to_be_none() {
    let (mut client, _held) = Site::start("notext").serve();
    let split = by_turns(&[r"\344", "ERR", r"\270\255!"]);
    for (command, expected) in [
        (r"printf '\377\330\377'", true),
        (r"printf 'caf\351\n'", true),
        (r"printf 'a\000b'", true),
        (r"printf '\033[31mred\033[0m'", false),
        ("echo caf\u{e9}", false),
        (&split, false),
    ] {
        let result = ran_with(&mut client, command, json!({}));
        let note = result["note"].as_str().unwrap_or_default();
        assert_eq!(
            note.starts_with("the output is not all text: U+FFFD"),
            expected,
            "{command}: {result}"
        );
    }
}

#[test]
fn what_the_other_stream_splits_is_whole_or_gone() {
    let (site, password) = by_password("split");
    let (mut client, held): (Client, Held) = site.serve();
    let (first, second) = password.split_at(4);
    for (parts, output, stderr) in [
        (vec!["a", "ERR", "b", "END"], "aERRbEND", "ERREND"),
        (
            vec![first, "ERR", second, "END"],
            "[redacted]ERREND",
            "ERREND",
        ),
        (vec![first, second], "[redacted]", second),
        (vec!["x", first, "y", second], "x[redacted]y", "[redacted]"),
        (vec![r"\344", "ERR", r"\270\255!"], "\u{4e2d}ERR!", "ERR"),
        (vec![r"a\033[3", "ERR", "1mb"], "aERRb", "ERR"),
        (
            vec![
                r"x\n-----BEGIN PRIV",
                "ERR",
                r"ATE KEY-----\nMIIEvQ\n-----END PRIVATE",
                "END",
                r" KEY-----\ny\n",
            ],
            "x\n[redacted]ERREND\ny\n",
            "ERREND",
        ),
    ] {
        let command = by_turns(&parts);
        let result = ran(&mut client, &command);
        assert_eq!(result["output"], output, "{command}");
        assert_eq!(result["stderr"], stderr, "{command}");
    }
    let alone = ran(&mut client, &format!("echo {password}"));
    assert_eq!(alone["output"], "[redacted]\n");
    assert_eq!(alone.get("stderr"), None);
    drop(held);
}

#[test]
fn a_secret_that_the_cap_cuts_is_not_shown_in_part() {
    let (site, password) = by_password("capcut");
    site.write_policy(&POLICY.replace("max_seconds: 20", "max_seconds: 20, max_output_bytes: 10"));
    let (mut client, held) = site.serve();
    for (printed, output) in [
        ("0123456789abc".to_owned(), "0123456789"),
        (format!("0123{password}"), "0123"),
    ] {
        let result = ran(&mut client, &format!("printf %s {printed}"));
        assert_eq!(result["truncated"], true, "{result}");
        assert_eq!(result["bytes_out"], 10);
        assert_eq!(result["output"], output);
        let note = result["note"].as_str().unwrap();
        assert!(note.contains("first 10 bytes"), "{note}");
    }
    drop(held);
}

#[test]
fn as_many_lines_as_were_asked_for() {
    let (mut client, held) = Site::start("lines").serve();
    let lines = r"printf 'a\nb\r\nc\nd\ne'";
    let cut = "a\n[... 2 lines, 5 bytes left out: ssh_get_task_output with this task_id and offset 1 ...]\nd\ne";
    for (command, more, output, total, left_out) in [
        (lines, json!({}), "a\nb\r\nc\nd\ne", 5, 0),
        (
            lines,
            json!({"max_output_lines": 5}),
            "a\nb\r\nc\nd\ne",
            5,
            0,
        ),
        (lines, json!({"max_output_lines": 3}), cut, 5, 2),
        ("cat -", json!({"max_output_lines": 3}), "", 0, 0),
    ] {
        let result = ran_with(&mut client, command, more);
        assert_eq!(result["output"], output, "{command}");
        assert_eq!(
            (&result["lines_total"], &result["lines_left_out"]),
            (&json!(total), &json!(left_out))
        );
        assert_eq!(result["bytes_out"].as_u64() == Some(0), output.is_empty());
    }

    let both = r"sh -c 'printf 1; sleep 0.2; printf x\\ny\\nz >&2'";
    let result = ran_with(&mut client, both, json!({"max_output_lines": 1}));
    let (output, stderr) = (
        "[... 2 lines, 5 bytes left out: ssh_get_task_output with this task_id and offset 0 ...]\nz",
        "[... 2 lines, 4 bytes left out ...]\nz",
    );
    assert_eq!(
        (&result["output"], &result["stderr"]),
        (&json!(output), &json!(stderr))
    );

    let long = ran_with(
        &mut client,
        "printf %050000d 7",
        json!({"max_output_lines": 3}),
    );
    let shown = long["output"].as_str().unwrap();
    assert!(shown.len() < 1_100, "{} bytes", shown.len());
    assert!(shown.contains("0[... 49000 bytes left out ...]0") && shown.ends_with('7'));

    for wrong in [
        json!({"max_output_lines": 0}),
        json!({"max_output_lines": "3"}),
        json!({"offset": 1}),
    ] {
        let mut arguments = json!({"alias": "box", "command": "echo hi"});
        arguments
            .as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        let result = client.call("ssh_run", arguments);
        assert_eq!(result["isError"], true, "{wrong}");
    }
    drop(held);
}

/// What the schema names has its type, and what it requires is there.
#[test]
fn results_fit_the_output_schema() {
    let (mut client, held) = Site::start("schema").serve();
    let list = client.request("tools/list", json!({}));
    let tools = list["result"]["tools"].as_array().unwrap();
    let tool = tools.iter().find(|tool| tool["name"] == "ssh_run").unwrap();
    let schema = &tool["outputSchema"];
    for command in ["echo hi", "sh -c 'echo err >&2'", "exec sh -c 'kill -9 $$'"] {
        let result = ran(&mut client, command);
        let result = result.as_object().unwrap();
        for key in schema["required"].as_array().unwrap() {
            assert!(
                result.contains_key(key.as_str().unwrap()),
                "{command}: {key}"
            );
        }
        for (key, property) in schema["properties"].as_object().unwrap() {
            let Some(value) = result.get(key) else {
                continue;
            };
            let fits = match property["type"].as_str() {
                Some("string") => value.is_string(),
                Some("integer") => value.is_i64() || value.is_u64(),
                Some("boolean") => value.is_boolean(),
                other => panic!("{key} is {other:?} in the schema"),
            };
            assert!(fits, "{command}: {key}: {value}");
        }
    }
    drop(held);
}
