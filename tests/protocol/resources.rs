//! resources/list, resources/templates/list and resources/read: shapes, pages, strange URIs, and
//! a server without a configuration.

use serde_json::{Value, json};

use super::modern;
use crate::support::client::Client;
use crate::support::fixture::Fixture;

const REVISIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// The document behind a URI.
fn document(client: &mut Client, uri: &str) -> Value {
    let result = client.result("resources/read", json!({"uri": uri}));
    let contents = result["contents"].as_array().unwrap();
    assert_eq!(contents.len(), 1, "{result}");
    assert_eq!(contents[0]["uri"], uri);
    assert_eq!(contents[0]["mimeType"], "application/json");
    serde_json::from_str(contents[0]["text"].as_str().unwrap()).unwrap()
}

#[test]
fn the_lists_name_the_inventory_and_each_host() {
    for revision in REVISIONS {
        let mut client = Client::initialized(Fixture::one_host(22), revision);
        let titled = revision >= "2025-06-18";
        let list = client.result("resources/list", json!({}));
        let mut inventory = json!({"uri": "ssh://hosts", "name": "hosts"});
        if titled {
            inventory["title"] = json!("All hosts");
        }
        inventory["description"] = json!("Aliases, tags and descriptions of all hosts.");
        inventory["mimeType"] = json!("application/json");
        let host = json!({
            "uri": "ssh://host/web", "name": "web", "description": "a web server",
            "mimeType": "application/json",
        });
        assert_eq!(list, json!({"resources": [inventory, host]}), "{revision}");

        let list = client.result("resources/templates/list", json!({}));
        assert_eq!(list.as_object().unwrap().len(), 1, "{revision}");
        let templates = list["resourceTemplates"].as_array().unwrap();
        let uris: Vec<&Value> = templates.iter().map(|one| &one["uriTemplate"]).collect();
        let expected =
            ["", "/tags", "/capabilities"].map(|end| format!("ssh://host/{{alias}}{end}"));
        assert_eq!(json!(uris), json!(expected));
        for template in templates {
            assert_eq!(template.get("title").is_some(), titled, "{revision}");
        }
    }
}

#[test]
fn each_document() {
    let hosts = "  - {alias: web, host: web.example, port: 2222, credentials: ops, tags: [front, eu]}\n\
                 \x20 - {alias: db, host: 192.0.2.1, tags: [eu], description: the database}\n\
                 \x20 - {alias: bare, host: bare.example, credentials: ops}\n";
    let fixture = Fixture::empty();
    fixture.fill(hosts);
    fixture.write(
        "config/policy.yml",
        "limits: {max_hosts: 5}\nrules:\n  - {action: allow, commands: [uptime]}\n\
         files:\n  - {action: allow, tags: [front], read: [/a]}\n  - {action: ask, tags: [eu], write: [/b]}\n  \
         - {action: deny, read: [/c]}\n\
         overrides:\n  aliases:\n    db: {max_seconds: 7}\n",
    );
    let known = Fixture::known_hosts().replace('*', "[web.example]:2222");
    fixture.write("keys/known_hosts", &known);
    let mut client = Client::initialized(fixture, "2025-11-25");
    assert_eq!(
        document(&mut client, "ssh://hosts"),
        json!({"count": 3, "hosts": [
            {"alias": "web", "tags": ["front", "eu"], "description": ""},
            {"alias": "db", "tags": ["eu"], "description": "the database"},
            {"alias": "bare", "tags": [], "description": ""},
        ]})
    );
    for alias in ["web", "db", "bare"] {
        let described = client.call("ssh_describe_host", json!({"alias": alias}));
        let shown = document(&mut client, &format!("ssh://host/{alias}"));
        assert_eq!(shown, described["structuredContent"], "{alias}");
    }
    assert_eq!(
        document(&mut client, "ssh://host/web/tags"),
        json!({"alias": "web", "tags": ["front", "eu"]})
    );
    let limits = |max_seconds: u32| {
        json!({
            "max_seconds": max_seconds, "max_output_bytes": 1_048_576, "task_result_ttl": 300,
            "task_progress_interval": 5, "max_parallel": 32, "max_hosts": 5,
        })
    };
    for (alias, expected) in [
        (
            "web",
            json!({
                "alias": "web",
                "tools": [
                    "ssh_plan", "ssh_run", "ssh_run_async", "ssh_run_on_tag", "ssh_read_file",
                    "ssh_list_directory", "ssh_write_file", "ssh_edit_file",
                ],
                "has_credentials": true, "host_key_known": true,
                "tag_runs": [{"tag": "front", "hosts": 1}, {"tag": "eu", "hosts": 2}],
                "files": ["read", "write", "edit"],
                "limits": limits(45),
            }),
        ),
        (
            "db",
            json!({
                "alias": "db",
                "tools": [
                    "ssh_plan", "ssh_run", "ssh_run_async", "ssh_run_on_tag", "ssh_write_file",
                ],
                "has_credentials": false, "host_key_known": false,
                "tag_runs": [{"tag": "eu", "hosts": 2}],
                "files": ["write"],
                "limits": limits(7),
            }),
        ),
        (
            "bare",
            json!({
                "alias": "bare", "tools": ["ssh_plan", "ssh_run", "ssh_run_async"],
                "has_credentials": true, "host_key_known": false,
                "tag_runs": [], "files": [], "limits": limits(45),
            }),
        ),
    ] {
        let shown = document(&mut client, &format!("ssh://host/{alias}/capabilities"));
        assert_eq!(shown, expected);
    }
    // The same host in other letters: its own URI comes back.
    let result = client.result("resources/read", json!({"uri": "ssh://host/%77e%62/tags"}));
    assert_eq!(result["contents"][0]["uri"], "ssh://host/web/tags");
}

#[test]
fn an_unknown_resource_is_an_error_with_its_uri() {
    let long = format!("ssh://host/{}", "a".repeat(10_000));
    for revision in REVISIONS {
        let mut client = Client::initialized(Fixture::one_host(22), revision);
        for uri in [
            "",
            "ssh://host/db",
            "ssh://host/Web",
            "ssh://host/WEB/tags",
            "SSH://HOST/web",
            "ssh://hosts/",
            "ssh://host/../x",
            "ssh://host/../hosts",
            "ssh://host/%2e%2e/x",
            "ssh://host/%2e%2e",
            "ssh://host/web%00",
            "ssh://host/web\0",
            "ssh://host/%ff",
            "ssh://host/web%2ftags",
            "ssh://host/web%",
            "ssh://host/web?x=1",
            "ssh://host/web#x",
            "ssh://hosts?tag=front",
            "ssh://host/web/policy",
            "ssh://host/{alias}",
            "ssh://host/web\n",
            "ssh://web",
            "file:///etc/passwd",
            "ü😀",
            &long,
        ] {
            let answer = client.request("resources/read", json!({"uri": uri}));
            let error = &answer["error"];
            assert_eq!(error["code"], -32002, "{revision} {uri}: {answer}");
            assert_eq!(error["data"], json!({"uri": uri}));
            let message = error["message"].as_str().unwrap();
            assert!(
                message.len() < 500 && message.contains("ssh://hosts"),
                "{message}"
            );
            let answer = client.request("resources/read", modern(json!({"uri": uri})));
            assert_eq!(answer["error"]["code"], -32602, "{uri}: {answer}");
            assert_eq!(answer["error"]["data"], json!({"uri": uri}));
        }
        for params in [
            json!({}),
            json!({"uri": 1}),
            json!({"uri": null}),
            json!({"uri": []}),
        ] {
            for params in [params.clone(), modern(params)] {
                let answer = client.request("resources/read", params);
                assert_eq!(answer["error"]["code"], -32602, "{answer}");
                assert_eq!(answer["error"].get("data"), None);
            }
        }
        document(&mut client, "ssh://host/web");
        client.finish();
    }
}

#[test]
fn ten_thousand_hosts_are_paged_each_once() {
    let mut client = Client::initialized(Fixture::many_hosts(10_000), "2025-11-25");
    for wrap in [(|params| params) as fn(Value) -> Value, modern] {
        let mut seen = Vec::new();
        let mut params = json!({});
        loop {
            let page = client.result("resources/list", wrap(params.clone()));
            let some = page["resources"].as_array().unwrap();
            assert!(some.len() <= 100, "{} on a page", some.len());
            seen.extend(
                some.iter()
                    .map(|one| one["uri"].as_str().unwrap().to_owned()),
            );
            match page.get("nextCursor") {
                Some(next) => params = json!({"cursor": next}),
                None => break,
            }
        }
        let hosts = (0..10_000).map(|number| format!("ssh://host/h{number}"));
        let expected: Vec<String> = std::iter::once("ssh://hosts".to_owned())
            .chain(hosts)
            .collect();
        assert!(seen == expected, "{} resources", seen.len());
    }
    // What has no pages says what it leaves out.
    let inventory = document(&mut client, "ssh://hosts");
    let shown = inventory["hosts"].as_array().unwrap().len();
    assert_eq!(inventory["count"], 10_000);
    assert_eq!(inventory["left_out"], 10_000 - shown);
    assert!(
        inventory["hint"]
            .as_str()
            .unwrap()
            .contains("ssh_list_hosts")
    );
    let bytes = inventory.to_string().len();
    assert!((30_000..36_000).contains(&bytes), "{bytes} bytes");
    client.finish();
}

#[test]
fn a_bad_cursor_is_refused() {
    let mut client = Client::initialized(Fixture::many_hosts(300), "2025-11-25");
    let page = client.result("resources/list", json!({}));
    let cursor = page["nextCursor"].as_str().unwrap().to_owned();
    let tool = client.call("ssh_list_hosts", json!({}));
    let other = &tool["structuredContent"]["nextCursor"];
    for (method, cursor) in [
        ("resources/list", json!("")),
        ("resources/list", json!("x")),
        ("resources/list", json!(1)),
        ("resources/list", json!(format!("{cursor}0"))),
        // Of another list.
        ("resources/list", other.clone()),
        ("resources/templates/list", json!(cursor)),
        ("prompts/list", json!(cursor)),
        ("tools/list", json!(cursor)),
    ] {
        let params = json!({"cursor": cursor});
        for params in [params.clone(), modern(params)] {
            let answer = client.request(method, params);
            assert_eq!(
                answer["error"]["code"], -32602,
                "{method} {cursor}: {answer}"
            );
        }
    }
    client.result("resources/list", json!({"cursor": cursor}));
}

#[test]
fn modern_results_say_that_they_may_not_be_cached() {
    let mut client = Client::start(Fixture::one_host(22));
    for (method, params) in [
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({"uri": "ssh://hosts"})),
        ("prompts/list", json!({})),
    ] {
        let result = client.result(method, modern(params));
        assert_eq!(result["resultType"], "complete", "{method}");
        assert_eq!(result["ttlMs"], 0, "{method}");
        assert_eq!(result["cacheScope"], "private", "{method}");
    }
}

#[test]
fn without_a_configuration_the_error_names_the_path_and_the_mend() {
    let mut client = Client::initialized(Fixture::empty(), "2025-11-25");
    let alias = json!({"name": "alias", "value": ""});
    let template = json!({"type": "ref/resource", "uri": "ssh://host/{alias}"});
    for (method, params) in [
        ("resources/list", json!({})),
        ("resources/read", json!({"uri": "ssh://hosts"})),
        ("resources/read", json!({"uri": "ssh://host/web"})),
        ("resources/read", json!({"uri": "ssh://host/web/tags"})),
        (
            "resources/read",
            json!({"uri": "ssh://host/web/capabilities"}),
        ),
        (
            "completion/complete",
            json!({"ref": template, "argument": alias}),
        ),
    ] {
        for params in [params.clone(), modern(params)] {
            let answer = client.request(method, params.clone());
            let error = &answer["error"];
            assert_eq!(error["code"], -32603, "{method} {params}: {answer}");
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(&client.fixture().config()), "{message}");
        }
    }
    // These need none.
    client.result("resources/templates/list", json!({}));
    client.result("prompts/list", json!({}));
    client.finish();
}
