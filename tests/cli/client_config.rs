//! `mcp-ssh client-config`: each client's format parses, and what it says starts a server.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{mcp_ssh, output, said};
use crate::support::fixture::Fixture;

const JSON: [(&str, &str); 9] = [
    ("claude-code", "mcpServers"),
    ("claude-desktop", "mcpServers"),
    ("cursor", "mcpServers"),
    ("gemini", "mcpServers"),
    ("jetbrains", "mcpServers"),
    ("json", "mcpServers"),
    ("windsurf", "mcpServers"),
    ("zed", "context_servers"),
    ("vscode", "servers"),
];

/// TOML to JSON by a parser that is not ours.
fn toml(text: &str) -> Value {
    parsed(
        text,
        "import json, sys, tomllib; print(json.dumps(tomllib.loads(sys.argv[1])))",
    )
}

/// YAML, likewise.
fn yaml(text: &str) -> Value {
    parsed(
        text,
        "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))",
    )
}

fn parsed(text: &str, program: &str) -> Value {
    let python = std::env::var("MCP_SSH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let parsed = Command::new(python)
        .args(["-c", program, text])
        .output()
        .unwrap();
    let (status, out, err) = said(&parsed);
    assert_eq!(status, 0, "{text}{err}");
    serde_json::from_str(&out).unwrap()
}

pub fn words(value: &Value) -> Vec<String> {
    let words = value.as_array().unwrap().iter();
    words
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

/// Starts a server as a client does, with the few variables that clients pass on, and lists its tools.
pub fn starts(server: &Value) {
    let mut command = Command::new(server["command"].as_str().unwrap());
    command
        .args(words(&server["args"]))
        .env_clear()
        .current_dir("/");
    for variable in ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"] {
        command.env(variable, std::env::var(variable).unwrap_or_default());
    }
    for (key, value) in server["env"].as_object().into_iter().flatten() {
        command.env(key, value.as_str().unwrap());
    }
    let (stdin, stdout) = (Stdio::piped(), Stdio::piped());
    let mut child = command
        .stdin(stdin)
        .stdout(stdout)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut requests = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let client = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}});
    for (id, method, params) in [
        (1, "initialize", client),
        (2, "tools/list", json!({})),
        (
            3,
            "tools/call",
            json!({"name": "ssh_list_hosts", "arguments": {}}),
        ),
    ] {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        writeln!(requests, "{request}").unwrap();
        let answer: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let seen = match id {
            1 => answer["result"]["protocolVersion"] == "2025-06-18",
            2 => answer["result"]["tools"].as_array().unwrap().len() > 10,
            _ => answer.to_string().contains("a web server"),
        };
        assert!(seen, "{answer}");
    }
    drop(requests);
    assert!(child.wait().unwrap().success());
}

#[test]
fn each_client_starts_the_server_as_it_is_told_to() {
    let fixture = Fixture::one_host(22);
    let root = std::path::PathBuf::from(fixture.config());
    let root = root.parent().unwrap().to_str().unwrap();
    let paths = [
        "--config",
        "config",
        "--keys",
        "keys",
        "--secrets",
        "secrets",
    ];
    let run = |words: &[&str]| {
        said(
            &mcp_ssh(words)
                .args(paths)
                .current_dir(root)
                .output()
                .unwrap(),
        )
    };
    for (client, key) in JSON {
        let (status, out, err) = run(&["client-config", client]);
        assert_eq!(status, 0, "{err}");
        let config: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(config.as_object().unwrap().len(), 1);
        let server = &config[key]["ssh"];
        let typed = if client == "vscode" {
            json!("stdio")
        } else {
            Value::Null
        };
        assert_eq!((&server["type"], &server["env"]), (&typed, &Value::Null));
        let given = words(&server["args"]);
        let expected = ["config", "keys", "secrets"].map(|name| format!("{root}/{name}"));
        assert_eq!([&given[2], &given[4], &given[6]], expected.each_ref());
        assert!(err.starts_with("# for "), "{err}");
        starts(server);
    }
    let (_, out, _) = run(&[
        "client-config",
        "codex",
        "--name",
        "fleet_1",
        "--env",
        "LOG_LEVEL=\"debug\" \\",
    ]);
    let config = toml(&out);
    assert_eq!(
        config["mcp_servers"]["fleet_1"]["env"]["LOG_LEVEL"],
        "\"debug\" \\"
    );
    starts(&config["mcp_servers"]["fleet_1"]);

    let named = ["--name", "on", "--env", "A=\"b\" \\"];
    let (_, out, _) = run(&[&["client-config", "goose"], &named[..]].concat());
    let extension = &yaml(&out)["extensions"]["on"];
    assert_eq!(
        (&extension["type"], &extension["enabled"]),
        (&json!("stdio"), &json!(true))
    );
    assert_eq!(extension["name"], "on");
    starts(
        &json!({"command": extension["cmd"], "args": extension["args"], "env": extension["envs"]}),
    );
    assert_eq!(extension["envs"]["A"], "\"b\" \\");
    let (_, out, _) = run(&[&["client-config", "opencode"], &named[..]].concat());
    let config: Value = serde_json::from_str(&out).unwrap();
    let server = &config["mcp"]["on"];
    assert_eq!(
        (&server["type"], &server["enabled"]),
        (&json!("local"), &json!(true))
    );
    assert_eq!(server["environment"]["A"], "\"b\" \\");
    let line = words(&server["command"]);
    starts(&json!({"command": line[0], "args": line[1..]}));

    // The line of the Inspector, run by a shell with a stand-in for npx.
    let (_, line, _) = run(&["client-config", "inspector", "--env", "A=it's"]);
    let stand_in = format!("npx() {{ printf '%s\\n' \"$@\"; }}\n{line}");
    let shown = Command::new("sh").args(["-c", &stand_in]).output();
    let (_, shown, _) = said(&shown.unwrap());
    let shown: Vec<&str> = shown.lines().collect();
    let before = ["@modelcontextprotocol/inspector", "-e", "A=it's", "--"];
    assert_eq!(shown[..4], before);
    starts(&json!({"command": shown[4], "args": shown[5..]}));

    // The line for `claude mcp add`, run by a shell with a stand-in for claude.
    let (_, _, err) = run(&["client-config", "claude-code", "--env", "A=it's"]);
    let line = err
        .lines()
        .find(|line| line.starts_with("claude "))
        .unwrap();
    let shown = Command::new("sh")
        .args([
            "-c",
            &format!("claude() {{ printf '%s\\n' \"$@\"; }}\n{line}"),
        ])
        .output();
    let (_, shown, _) = said(&shown.unwrap());
    let shown: Vec<&str> = shown.lines().collect();
    assert_eq!(
        shown[..7],
        ["mcp", "add", "--env", "A=it's", "--scope", "user", "ssh"]
    );
    assert_eq!((shown[7], shown[9]), ("--", "serve"));
    starts(&json!({"command": shown[8], "args": shown[9..]}));
}

const HARDENED: &str = "run --interactive --rm --pull never --read-only --user 10001:10001 --cap-drop ALL \
    --security-opt no-new-privileges --memory 512m --memory-swap 512m --cpus 1 --pids-limit 64 \
    --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --volume /my conf/c:/app/config:ro --volume /k:/app/keys:ro \
    --volume /app/secrets:/app/secrets:ro --env A=b ghcr.io/x/y@sha256:0";

#[test]
fn containers_are_hardened_in_every_format() {
    let route = [
        "--config",
        "/my conf/c",
        "--keys=/k",
        "--image",
        "ghcr.io/x/y@sha256:0",
        "--env",
        "A=b",
    ];
    let run = |client: &str| output(&[&["client-config", client], &route[..]].concat());
    for (client, key) in JSON {
        let config: Value = serde_json::from_str(&run(client).1).unwrap();
        let server = &config[key]["ssh"];
        assert_eq!(server["command"], "docker");
        assert_eq!(words(&server["args"]).join(" "), HARDENED);
    }
    let config = toml(&run("codex").1);
    assert_eq!(
        words(&config["mcp_servers"]["ssh"]["args"]).join(" "),
        HARDENED
    );
    let extension = &yaml(&run("goose").1)["extensions"]["ssh"];
    assert_eq!(words(&extension["args"]).join(" "), HARDENED);
    let config: Value = serde_json::from_str(&run("opencode").1).unwrap();
    let line = words(&config["mcp"]["ssh"]["command"]);
    assert_eq!(
        (line[0].as_str(), line[1..].join(" ").as_str()),
        ("docker", HARDENED)
    );

    // The command line, as a shell reads it.
    let line = run("docker").1;
    let shown = Command::new("sh")
        .args(["-c", &format!("docker() {{ echo \"$@\"; }}\n{line}")])
        .output();
    assert_eq!(said(&shown.unwrap()).1.trim_end(), HARDENED);
    assert!(
        output(&["client-config", "docker"])
            .1
            .trim_end()
            .ends_with(concat!(" mcp-ssh-orchestrator:", env!("CARGO_PKG_VERSION")))
    );

    let compose = run("compose").1;
    let source = mcp_ssh_yaml::diagnostic::Source::new("compose.yaml", &compose);
    assert!(mcp_ssh_yaml::parse(&source).is_ok(), "{compose}");
    for line in [
        "    image: \"ghcr.io/x/y@sha256:0\"",
        "    user: \"10001:10001\"",
        "    read_only: true",
        "    cap_drop: [ALL]",
        "    security_opt: [\"no-new-privileges:true\"]",
        "    mem_limit: 512m",
        "    memswap_limit: 512m",
        "    cpus: 1",
        "    pids_limit: 64",
        "    stdin_open: true",
        "    environment: [\"A=b\"]",
        "    volumes: [\"/my conf/c:/app/config:ro\", \"/k:/app/keys:ro\", \"/app/secrets:/app/secrets:ro\"]",
        "      test: [\"CMD\", \"/mcp-ssh\", \"healthcheck\"]",
    ] {
        assert!(compose.lines().any(|own| own == line), "{line}\n{compose}");
    }
    let dollar = output(&["client-config", "compose", "--env", "A=$b"]).1;
    assert!(dollar.contains("[\"A=$$b\"]"), "{dollar}");
}

#[test]
fn what_a_format_cannot_say_is_refused() {
    for (words, status) in [
        (&["client-config", "emacs"][..], 2),
        (&["client-config"], 2),
        (&["client-config", "cursor", "--name", "a.b"], 2),
        (&["client-config", "cursor", "--name", ""], 2),
        (&["client-config", "cursor", "--name=-x"], 2),
        (&["client-config", "cursor", "--env", "A"], 2),
        (&["client-config", "cursor", "--env", "A-B=c"], 2),
        (&["client-config", "cursor", "--env", "A=${HOME}"], 1),
        (&["client-config", "cursor", "--config", "/a${b}"], 1),
        (&["client-config", "cursor", "--config", "/a\nb"], 1),
        (&["client-config", "cursor", "--binary", "/a${b}"], 1),
        (&["client-config", "gemini", "--config", "/a$b"], 1),
        (&["client-config", "cursor", "--config", "/a$b"], 0),
        (&["client-config", "opencode", "--env", "A={env:B}"], 1),
        (&["client-config", "opencode", "--config", "/{file:x}"], 1),
        (&["client-config", "cursor", "--config", "/a:b"], 0),
        (&["client-config", "docker", "--config", "/a:b"], 1),
        (&["client-config", "docker", "--image", "--privileged"], 2),
        (&["client-config", "docker", "--image", "a b"], 2),
        (&["client-config", "vscode", "--image", "${input:x}"], 2),
        (&["client-config", "docker", "--binary", "/x"], 2),
        (
            &["client-config", "cursor", "--image", "x", "--binary", "/x"],
            2,
        ),
        (&["client-config", "cursor", "--image", "x"], 0),
    ] {
        let (found, out, err) = output(words);
        assert_eq!(found, status, "{words:?} {err}");
        assert_eq!(out.is_empty(), status != 0, "{words:?}");
    }
}
