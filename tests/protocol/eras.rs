//! Two eras in one process: `initialize` for old clients, `_meta` on each request for new ones.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::{modern, modern_meta};
use crate::support::client::Client;
use crate::support::fixture::Fixture;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn capabilities(revision: &str) -> Value {
    let mut capabilities = json!({
        "tools": {},
        "resources": {"subscribe": true, "listChanged": true},
        "prompts": {},
        "logging": {},
    });
    if revision >= "2025-03-26" {
        capabilities["completions"] = json!({});
    }
    capabilities
}

#[test]
fn initialize_agrees_on_a_revision_and_shows_no_newer_field() {
    let tool = |extra: &str| format!("name {extra}");
    let plain = tool("description inputSchema");
    let annotated = tool("description inputSchema annotations");
    let full = tool("title description inputSchema outputSchema annotations");
    let drawn = format!("{full} icons");
    for (asked, answered, info, listing) in [
        ("2024-11-05", "2024-11-05", "name version", &plain),
        ("2025-03-26", "2025-03-26", "name version", &annotated),
        ("2025-06-18", "2025-06-18", "name version title", &full),
        (
            "2025-11-25",
            "2025-11-25",
            "name version title description icons",
            &drawn,
        ),
        (
            "2026-07-28",
            "2025-11-25",
            "name version title description icons",
            &drawn,
        ),
        (
            "2099-01-01",
            "2025-11-25",
            "name version title description icons",
            &drawn,
        ),
        (
            "",
            "2025-11-25",
            "name version title description icons",
            &drawn,
        ),
    ] {
        let mut client = Client::start(Fixture::empty());
        let result = client.result("initialize", json!({"protocolVersion": asked}));
        let members = [
            "protocolVersion",
            "capabilities",
            "serverInfo",
            "instructions",
        ];
        assert_eq!(keys(&result), members, "{asked}");
        assert_eq!(result["protocolVersion"], answered, "{asked}");
        assert_eq!(result["capabilities"], capabilities(answered), "{asked}");
        assert_eq!(keys(&result["serverInfo"]).join(" "), info, "{asked}");
        assert_eq!(result["serverInfo"]["version"], VERSION);
        if let Some(icon) = result["serverInfo"]["icons"].get(0) {
            let source = icon["src"].as_str().unwrap();
            let text = source.strip_prefix("data:image/svg+xml;base64,").unwrap();
            let mut bytes = vec![0; text.len()];
            let drawn = Base64::decode(text, &mut bytes).unwrap();
            assert_eq!(drawn, include_bytes!("../../assets/icon.svg"));
            assert_eq!(icon["mimeType"], "image/svg+xml");
        }

        let list = client.result("tools/list", json!({}));
        assert_eq!(keys(&list), ["tools"], "{asked}");
        for tool in list["tools"].as_array().unwrap() {
            assert_eq!(&keys(tool).join(" "), listing, "{asked}");
        }
        let pong = client.call("ssh_ping", json!({}));
        let expected: &[&str] = if answered < "2025-06-18" {
            &["content"]
        } else {
            &["content", "structuredContent"]
        };
        assert_eq!(keys(&pong), expected, "{asked}");
    }
}

#[test]
fn before_initialize_only_ping_is_answered_and_the_process_goes_on() {
    let mut client = Client::start(Fixture::empty());
    for method in [
        "tools/list",
        "tools/call",
        "server/discover",
        "no/such",
        "logging/setLevel",
    ] {
        let answer = client.request(method, json!({"name": "ssh_ping"}));
        assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
        client.ping();
    }
    client.result("initialize", json!({"protocolVersion": "2025-06-18"}));
    client.result("tools/list", json!({}));
}

#[test]
fn discover_and_modern_results() {
    let mut client = Client::start(Fixture::empty());
    let mut discovery = client.result("server/discover", modern(json!({})));
    let instructions = discovery["instructions"].take();
    assert!(instructions.as_str().unwrap().contains("ssh_plan"));
    let info = json!({"io.modelcontextprotocol/serverInfo":
        {"name": "mcp-ssh-orchestrator", "version": VERSION}});
    assert_eq!(
        discovery,
        json!({
            "resultType": "complete", "supportedVersions": ["2026-07-28"],
            "capabilities": capabilities("2026-07-28"),
            "instructions": null,
            "ttlMs": 0, "cacheScope": "private", "_meta": info,
        })
    );
    let list = client.result("tools/list", modern(json!({})));
    assert_eq!(
        keys(&list),
        ["tools", "ttlMs", "cacheScope", "resultType", "_meta"]
    );
    let call = modern(json!({"name": "ssh_ping"}));
    let pong = client.result("tools/call", call);
    assert_eq!(
        keys(&pong),
        ["content", "structuredContent", "resultType", "_meta"]
    );
    assert_eq!(pong["resultType"], "complete");
    let call = modern(json!({"name": "ssh_ping", "arguments": {"x": 1}}));
    let refused = client.result("tools/call", call);
    assert_eq!(
        keys(&refused),
        ["content", "isError", "resultType", "_meta"]
    );
}

#[test]
fn what_is_gone_in_the_modern_era() {
    let mut client = Client::start(Fixture::empty());
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        "no/such",
    ] {
        let params = modern(json!({"protocolVersion": "2025-11-25"}));
        let answer = client.request(method, params);
        assert_eq!(answer["error"]["code"], -32601, "{method}: {answer}");
    }
}

#[test]
fn a_modern_request_needs_its_meta() {
    let mut client = Client::start(Fixture::empty());
    let version = "io.modelcontextprotocol/protocolVersion";
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    for (meta, code) in [
        (json!({}), -32602),
        (json!({capabilities: {}}), -32602),
        (json!({version: "2026-07-28"}), -32602),
        (json!({version: "2026-07-28", capabilities: null}), -32602),
        (json!({version: "2026-07-28", capabilities: []}), -32602),
        (json!({version: 20260728, capabilities: {}}), -32602),
        (json!({version: null, capabilities: {}}), -32602),
        (json!({version: "2025-11-25", capabilities: {}}), -32022),
        (json!({version: "2030-01-01", capabilities: {}}), -32022),
        (json!({version: "", capabilities: {}}), -32022),
    ] {
        for method in ["server/discover", "tools/list", "tools/call"] {
            let answer = client.request(method, json!({"_meta": meta, "name": "ssh_ping"}));
            assert_eq!(answer["error"]["code"], code, "{method} {meta}: {answer}");
            if code == -32022 {
                let data = json!({"supported": ["2026-07-28"], "requested": meta[version]});
                assert_eq!(answer["error"]["data"], data);
            }
        }
    }
    // `clientInfo` is a courtesy: any shape of it is taken.
    let mut meta = modern_meta();
    meta["io.modelcontextprotocol/clientInfo"] = json!(7);
    client.result("server/discover", json!({"_meta": meta}));
}

#[test]
fn both_eras_beside_each_other() {
    let mut client = Client::start(Fixture::empty());
    let modern_list = |client: &mut Client| {
        let list = client.result("tools/list", modern(json!({})));
        assert_eq!(list["resultType"], "complete");
    };
    modern_list(&mut client);
    client.result("initialize", json!({"protocolVersion": "2024-11-05"}));
    modern_list(&mut client);
    let legacy = client.result("tools/list", json!({}));
    assert_eq!(keys(&legacy), ["tools"]);
    assert!(legacy["tools"][0].get("title").is_none());
    // A second `initialize` agrees anew.
    client.result("initialize", json!({"protocolVersion": "2025-06-18"}));
    let legacy = client.result("tools/list", json!({}));
    assert_eq!(legacy["tools"][0]["title"], "Ping the server");
}
