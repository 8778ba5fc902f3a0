//! The formats in which MCP clients are told how to start a server.
//!
//! Takes: how the server is started. Gives: JSON, TOML, YAML, a command line or a compose file. Refuses nothing:
//! [`super::client_config`] lets no text through that one of the formats reads as something else.

use mcp_ssh_policy::shell::quoted;

/// How the server is started.
pub struct ServerCommand {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its variables.
    pub environment: Vec<(String, String)>,
    /// The variables in a container.
    pub inside: Vec<(String, String)>,
    /// The directories of a container, each as `FROM:TO`, most of them `:ro`.
    pub volumes: Vec<String>,
    /// What stands behind the name of a container's image.
    pub words: Vec<String>,
}

/// A string of JSON, of TOML and of YAML: text without control characters is the same in all.
fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| string(word)).collect();
    words.join(", ")
}

/// A JSON object whose member `key` maps the name to the server.
pub fn json(key: &str, name: &str, server: &ServerCommand) -> String {
    let mut members = String::new();
    // VS Code asks for the type; to the others a command says it.
    if key == "servers" {
        members.push_str("\"type\": \"stdio\",\n      ");
    }
    members.push_str(&format!(
        "\"command\": {},\n      ",
        string(&server.command)
    ));
    members.push_str(&format!("\"args\": [{}]", list(&server.arguments)));
    if !server.environment.is_empty() {
        members.push_str(&format!(",\n      \"env\": {{{}}}", pairs(server, ": ")));
    }
    format!("{{\n  \"{key}\": {{\n    \"{name}\": {{\n      {members}\n    }}\n  }}\n}}")
}

/// The table that codex reads.
pub fn toml(name: &str, server: &ServerCommand) -> String {
    let mut text = format!(
        "[mcp_servers.{name}]\ncommand = {}\nargs = [{}]\n",
        string(&server.command),
        list(&server.arguments)
    );
    if !server.environment.is_empty() {
        text.push_str(&format!("env = {{ {} }}\n", pairs(server, " = ")));
    }
    text
}

/// The extension that goose reads; a call may take as long as an approval does, in seconds.
pub fn goose(name: &str, server: &ServerCommand) -> String {
    format!(
        "extensions:\n  \"{name}\":\n    enabled: true\n    type: stdio\n    name: \"{name}\"\n    \
         description: \"commands and files over SSH, as far as a policy allows\"\n    cmd: {}\n    args: [{}]\n    \
         envs: {{{}}}\n    timeout: 300\n",
        string(&server.command),
        list(&server.arguments),
        pairs(server, ": "),
    )
}

/// The object that opencode reads: the command and its arguments are one list.
pub fn opencode(name: &str, server: &ServerCommand) -> String {
    let command = [std::slice::from_ref(&server.command), &server.arguments].concat();
    let mut members = format!(
        "\"type\": \"local\",\n      \"command\": [{}],\n      \"enabled\": true",
        list(&command)
    );
    if !server.environment.is_empty() {
        members.push_str(&format!(
            ",\n      \"environment\": {{{}}}",
            pairs(server, ": ")
        ));
    }
    format!("{{\n  \"mcp\": {{\n    \"{name}\": {{\n      {members}\n    }}\n  }}\n}}")
}

fn pairs(server: &ServerCommand, between: &str) -> String {
    let pairs = server.environment.iter();
    let pairs: Vec<String> = pairs
        .map(|(key, value)| format!("{}{between}{}", string(key), string(value)))
        .collect();
    pairs.join(", ")
}

/// The words that a shell takes.
pub fn command_line(server: &ServerCommand) -> String {
    let words = std::iter::once(&server.command).chain(&server.arguments);
    words.map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// The line that a shell runs: the Inspector, which starts the server.
pub fn inspector(server: &ServerCommand) -> String {
    let mut line = "npx @modelcontextprotocol/inspector".to_owned();
    for (key, value) in &server.environment {
        line.push_str(&format!(" -e {}", quoted(&format!("{key}={value}"))));
    }
    format!("{line} -- {}", command_line(server))
}

/// What `docker run` would do, for a service that waits for a client: `docker compose run NAME`.
pub fn compose(name: &str, image: &str, server: &ServerCommand) -> String {
    // compose puts variables in the place of `$`.
    let list = |words: &[String]| list(words).replace('$', "$$");
    let pairs = server.inside.iter();
    let environment: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    let command = match server.words.is_empty() {
        true => String::new(),
        false => format!("    command: [{}]\n", list(&server.words)),
    };
    format!(
        "services:
  {name}:
    image: {}
    user: \"10001:10001\"
    read_only: true
    cap_drop: [ALL]
    security_opt: [\"no-new-privileges:true\"]
    mem_limit: 512m
    memswap_limit: 512m
    cpus: 1
    pids_limit: 64
    stdin_open: true
{command}    environment: [{}]
    volumes: [{}]
    healthcheck:
      test: [\"CMD\", \"/mcp-ssh\", \"healthcheck\"]
      interval: 30s
      timeout: 5s
      retries: 3
    logging:
      driver: json-file
      options: {{max-size: 10m, max-file: \"3\"}}
",
        list(&[image.to_owned()]),
        list(&environment),
        list(&server.volumes),
    )
}
