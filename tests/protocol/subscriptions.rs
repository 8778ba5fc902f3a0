//! What changes under a client's hands: `resources/subscribe` in the legacy era,
//! `subscriptions/listen` in the modern one.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::modern;
use crate::support::client::{Client, ends};
use crate::support::fixture::Fixture;
use crate::support::marker::within;

const LIST: &str = "notifications/resources/list_changed";
const UPDATED: &str = "notifications/resources/updated";
const QUIET: Duration = Duration::from_millis(800);

/// Hosts with a tag each.
fn servers(hosts: &[(&str, &str)]) -> String {
    let lines = hosts.iter().map(|(alias, tag)| {
        format!("  - {{alias: {alias}, host: 127.0.0.1, credentials: ops, tags: [{tag}]}}\n")
    });
    format!("hosts:\n{}", lines.collect::<String>())
}

fn two_hosts() -> Fixture {
    let fixture = Fixture::one_host(22);
    fixture.write("config/servers.yml", &servers(&[("a", "x"), ("b", "x")]));
    fixture
}

/// Has the server read these hosts, by a tool that answers once they are in force.
fn change(client: &mut Client, hosts: &[(&str, &str)]) {
    client
        .fixture()
        .write("config/servers.yml", &servers(hosts));
    let reload = modern(json!({"name": "ssh_reload_config"}));
    // The server may have noticed by itself before.
    let answer = client.request("tools/call", reload);
    assert_eq!(answer["result"].get("isError"), None, "{answer}");
}

fn subscribe(client: &mut Client, uri: &str) {
    assert_eq!(
        client.result("resources/subscribe", json!({"uri": uri})),
        json!({})
    );
}

/// The next message is of this method; its parameters.
fn heard(client: &mut Client, method: &str) -> Value {
    let message = client.next();
    assert_eq!(
        (&message["method"], message.get("id")),
        (&json!(method), None),
        "{message}"
    );
    message["params"].clone()
}

#[test]
fn a_legacy_client_hears_of_the_list_and_of_what_it_subscribed_to() {
    let mut client = Client::initialized(two_hosts(), "2025-06-18");
    change(&mut client, &[("a", "y"), ("b", "x")]);
    assert_eq!(heard(&mut client, LIST), json!({}));
    for uri in [
        "ssh://hosts",
        "ssh://host/a",
        "ssh://host/a/tags",
        "ssh://host/b",
    ] {
        subscribe(&mut client, uri);
        subscribe(&mut client, uri);
    }
    change(&mut client, &[("a", "z"), ("b", "x")]);
    heard(&mut client, LIST);
    for uri in ["ssh://hosts", "ssh://host/a", "ssh://host/a/tags"] {
        assert_eq!(heard(&mut client, UPDATED), json!({"uri": uri}));
    }
    // It is gone, and it is back.
    for hosts in [&[("b", "x")][..], &[("a", "z"), ("b", "x")]] {
        change(&mut client, hosts);
        heard(&mut client, LIST);
        for uri in ["ssh://hosts", "ssh://host/a", "ssh://host/a/tags"] {
            assert_eq!(heard(&mut client, UPDATED), json!({"uri": uri}));
        }
    }
    for uri in [
        "ssh://hosts",
        "ssh://host/a",
        "ssh://host/a/tags",
        "ssh://host/none",
        "x",
    ] {
        assert_eq!(
            client.result("resources/unsubscribe", json!({"uri": uri})),
            json!({})
        );
    }
    // The limits of a host are part of it, and not of the list.
    let policy = "limits: {max_seconds: 7}\nrules: []\n";
    client.fixture().write("config/policy.yml", policy);
    assert_eq!(heard(&mut client, UPDATED), json!({"uri": "ssh://host/b"}));
    client.silence(QUIET);
}

#[test]
fn a_legacy_client_subscribes_to_what_there_is() {
    let mut client = Client::initialized(two_hosts(), "2025-11-25");
    for uri in [
        "ssh://host/c",
        "ssh://host/a/limits",
        "ssh://hosts/",
        "file:///etc/passwd",
        "",
    ] {
        let error = client.request("resources/subscribe", json!({"uri": uri}))["error"].clone();
        assert_eq!(
            (&error["code"], &error["data"]),
            (&json!(-32002), &json!({"uri": uri}))
        );
    }
    for method in ["resources/subscribe", "resources/unsubscribe"] {
        for params in [json!({}), json!({"uri": 1}), json!({"uri": null})] {
            let refusal = client.request(method, params);
            assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
        }
    }
}

#[test]
fn a_legacy_client_has_room_for_so_many() {
    let mut client = Client::initialized(Fixture::many_hosts(501), "2025-11-25");
    for number in 0..500 {
        subscribe(&mut client, &format!("ssh://host/h{number}"));
    }
    let more = json!({"uri": "ssh://host/h500"});
    let refusal = client.request("resources/subscribe", more.clone());
    assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
    client.result("resources/unsubscribe", json!({"uri": "ssh://host/h0"}));
    client.result("resources/subscribe", more);
}

#[test]
fn nobody_hears_anything_before_initialize_or_unasked() {
    let mut client = Client::start(two_hosts());
    client.result("tools/list", modern(json!({})));
    change(&mut client, &[("c", "x")]);
    client.fixture().write("config/servers.yml", "{");
    let told = || client.stderr_so_far().contains("not reloaded");
    assert!(within(Duration::from_secs(5), told));
    client.silence(QUIET);
    client.ping();
    client.result("initialize", json!({"protocolVersion": "2025-11-25"}));
    client.silence(QUIET);
    change(&mut client, &[("d", "x")]);
    heard(&mut client, LIST);
}

#[test]
fn methods_of_one_era_are_not_of_the_other() {
    let mut client = Client::initialized(two_hosts(), "2025-11-25");
    for method in [
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
    ] {
        let params = modern(json!({"uri": "ssh://hosts", "level": "info"}));
        let refusal = client.request(method, params);
        assert_eq!(refusal["error"]["code"], -32601, "{method}: {refusal}");
    }
    let listen = json!({"notifications": {"resourcesListChanged": true}});
    let refusal = client.request("subscriptions/listen", listen);
    assert_eq!(refusal["error"]["code"], -32601, "{refusal}");
}

/// Opens a subscription; the acknowledged filter.
fn listen(client: &mut Client, id: &Value, filter: Value) -> Value {
    let params = modern(json!({"notifications": filter}));
    let request =
        json!({"jsonrpc": "2.0", "id": id, "method": "subscriptions/listen", "params": params});
    client.send(&request);
    let params = heard(client, "notifications/subscriptions/acknowledged");
    assert_eq!(params["_meta"], meta(id));
    params["notifications"].clone()
}

fn meta(id: &Value) -> Value {
    json!({"io.modelcontextprotocol/subscriptionId": id})
}

fn cancel(client: &mut Client, id: &Value) {
    let params = json!({"requestId": id});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
}

#[test]
fn a_listener_hears_what_was_acknowledged_under_its_id() {
    let mut client = Client::start(two_hosts());
    let filter = json!({
        "toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true,
        "resourceSubscriptions": ["ssh://host/a", "ssh://host/a", "ssh://host/later", "file:///x"],
    });
    let both = json!({
        "resourcesListChanged": true,
        "resourceSubscriptions": ["ssh://host/a", "ssh://host/later"],
    });
    let (one, other, none) = (json!("1"), json!(1), json!(""));
    assert_eq!(listen(&mut client, &one, filter), both);
    let only = json!({"resourcesListChanged": false, "resourceSubscriptions": ["ssh://hosts"]});
    let acknowledged = listen(&mut client, &other, only);
    assert_eq!(
        acknowledged,
        json!({"resourceSubscriptions": ["ssh://hosts"]})
    );
    assert_eq!(
        listen(&mut client, &none, json!({"toolsListChanged": true})),
        json!({})
    );
    client.silence(Duration::from_millis(200));

    change(&mut client, &[("a", "new"), ("later", "x")]);
    let mut news: Vec<Value> = (0..4).map(|_| client.next()).collect();
    news.sort_by_key(ToString::to_string);
    let updated = |uri: &str, id: &Value| {
        let params = json!({"uri": uri, "_meta": meta(id)});
        json!({"jsonrpc": "2.0", "method": UPDATED, "params": params})
    };
    let mut expected = vec![
        json!({"jsonrpc": "2.0", "method": LIST, "params": {"_meta": meta(&one)}}),
        updated("ssh://host/a", &one),
        updated("ssh://host/later", &one),
        updated("ssh://hosts", &other),
    ];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(news, expected);
    client.silence(QUIET);
}

#[test]
fn a_cancelled_subscription_leaves_nothing_behind() {
    let mut client = Client::start(two_hosts());
    let id = json!(7);
    // Far more than may be open at a time, one after the other and under one id.
    for _ in 0..40 {
        listen(&mut client, &id, json!({"resourcesListChanged": true}));
        cancel(&mut client, &id);
        client.ping();
    }
    change(&mut client, &[("c", "x")]);
    client.silence(QUIET);
    client.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {}}));
    assert_eq!(client.next()["id"], 7);
}

#[test]
fn so_many_subscriptions_are_open_at_a_time() {
    let mut client = Client::start(two_hosts());
    for id in 0..16 {
        listen(
            &mut client,
            &json!(id),
            json!({"resourcesListChanged": true}),
        );
    }
    let params = modern(json!({"notifications": {}}));
    let refusal = client.request("subscriptions/listen", params);
    assert_eq!(refusal["error"]["code"], -32600, "{refusal}");
    // Its id is taken for as long as it is open.
    client.send(&json!({"jsonrpc": "2.0", "id": 3, "method": "ping", "params": {}}));
    assert_eq!(client.next()["error"]["code"], -32600);
    cancel(&mut client, &json!(3));
    client.ping();
    listen(&mut client, &json!(3), json!({}));
}

#[test]
fn a_filter_has_one_shape() {
    let mut client = Client::start(two_hosts());
    let many: Vec<String> = (0..501).map(|n| format!("ssh://host/h{n}")).collect();
    for params in [
        json!({}),
        json!({"notifications": null}),
        json!({"notifications": []}),
        json!({"notifications": {"resourcesListChanged": 1}}),
        json!({"notifications": {"toolsListChanged": "yes"}}),
        json!({"notifications": {"promptsListChanged": 0}}),
        json!({"notifications": {"resourceSubscriptions": "ssh://hosts"}}),
        json!({"notifications": {"resourceSubscriptions": ["ssh://hosts", 1]}}),
        json!({"notifications": {"resourceSubscriptions": many}}),
    ] {
        let refusal = client.request("subscriptions/listen", modern(params));
        assert_eq!(refusal["error"]["code"], -32602, "{refusal}");
    }
    listen(
        &mut client,
        &json!(1),
        json!({"resourceSubscriptions": many[..500]}),
    );
}

#[test]
fn the_end_of_the_server_is_the_result_of_a_subscription() {
    let stops: [fn(&mut Client); 2] = [Client::close_stdin, |client| client.signal(Signal::TERM)];
    for stop in stops {
        let mut client = Client::start(two_hosts());
        let ids = [json!("a"), json!(2)];
        for id in &ids {
            listen(&mut client, id, json!({"resourcesListChanged": true}));
        }
        stop(&mut client);
        for id in &ids {
            let answer = client.response(id);
            let result = &answer["result"];
            assert_eq!(result["resultType"], "complete", "{answer}");
            let subscription = &result["_meta"]["io.modelcontextprotocol/subscriptionId"];
            assert_eq!(subscription, id);
        }
        assert_eq!(client.ends().code(), Some(0));
    }
}

/// However much waits for a client that does not read, the server goes on, and of many changes
/// the client hears at least once.
#[test]
fn a_client_that_does_not_read_holds_nothing_up_and_loses_no_change() {
    let fixture = two_hosts();
    let mut server = fixture
        .server()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let mut stderr = BufReader::new(server.stderr.take().unwrap()).lines();
    let request = |id: Value, method: &str, params: Value| json!({"jsonrpc": "2.0", "id": id, "method": method, "params": modern(params)});
    let filter = json!({"notifications": {"resourcesListChanged": true}});
    writeln!(
        stdin,
        "{}",
        request(json!("l"), "subscriptions/listen", filter)
    )
    .unwrap();
    for id in 0..200 {
        writeln!(stdin, "{}", request(json!(id), "tools/list", json!({}))).unwrap();
    }
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut messages = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let method = |message: &Value| message["method"].as_str().unwrap_or_default().to_owned();
    // Before it says something it may still read its first configuration.
    let mut methods = vec![method(&messages.next().unwrap())];
    for alias in ["c", "d", "e"] {
        fixture.write("config/servers.yml", &servers(&[(alias, "x")]));
        let reloaded = stderr.find(|line| line.as_ref().unwrap().contains("reloaded: sha256"));
        reloaded.expect("it goes on").unwrap();
    }
    while methods.iter().filter(|method| *method == LIST).count() == 0 || methods.len() < 202 {
        methods.push(method(&messages.next().unwrap()));
    }
    let news: Vec<&String> = methods.iter().filter(|method| !method.is_empty()).collect();
    assert_eq!(news[0], "notifications/subscriptions/acknowledged");
    assert!((2..=4).contains(&news.len()), "{news:?}");
    drop(stdin);
    assert_eq!(ends(&mut server).code(), Some(0));
}
