//! The MCP clients that `client-config` knows: the format of each, and where it belongs.
//!
//! Takes nothing. Gives: [`CLIENTS`], in the order of their names, and what to say of a word that is none. Refuses nothing.

use mcp_ssh_yaml::diagnostic::nearest;

/// So many letters name a client whose name goes on behind them.
const LEAST_BEGUN: usize = 3;

/// A format, where it belongs, and the clients' own names.
pub struct Client {
    pub name: &'static str,
    pub format: ClientFormat,
    pub place: &'static str,
    /// What the client puts something else in the place of, beside `${`.
    pub replaces: &'static [&'static str],
}

pub enum ClientFormat {
    /// A JSON object whose member of this name maps servers' names.
    Json(&'static str),
    Toml,
    /// YAML of goose.
    Goose,
    /// JSON of opencode.
    OpenCode,
    CommandLine,
    /// The command line of the MCP Inspector.
    Inspector,
    Compose,
}

/// The formats are those of the clients' manuals: modelcontextprotocol.io/quickstart/user,
/// code.claude.com/docs/en/mcp, cursor.com/docs/mcp, code.visualstudio.com's MCP configuration
/// reference, docs/config.md of openai/codex, geminicli.com/docs/tools/mcp-server,
/// block.github.io/goose/docs/guides/config-files, jetbrains.com/help/ai-assistant/mcp.html,
/// opencode.ai/docs/mcp-servers, docs.windsurf.com and zed.dev/docs/ai/mcp.
pub const CLIENTS: [Client; 15] = [
    Client {
        name: "claude-code",
        format: ClientFormat::Json("mcpServers"),
        place: ".mcp.json in the project; or, for all your projects, run:",
        replaces: &[],
    },
    Client {
        name: "claude-desktop",
        format: ClientFormat::Json("mcpServers"),
        place: "macOS: ~/Library/Application Support/Claude/claude_desktop_config.json; \
                Linux: ~/.config/Claude/claude_desktop_config.json; \
                Windows: %APPDATA%\\Claude\\claude_desktop_config.json; then restart it",
        replaces: &[],
    },
    Client {
        name: "codex",
        format: ClientFormat::Toml,
        place: "~/.codex/config.toml",
        replaces: &[],
    },
    Client {
        name: "compose",
        format: ClientFormat::Compose,
        place: "compose.yaml",
        replaces: &[],
    },
    Client {
        name: "cursor",
        format: ClientFormat::Json("mcpServers"),
        place: "~/.cursor/mcp.json, or .cursor/mcp.json in the project",
        replaces: &[],
    },
    Client {
        name: "docker",
        format: ClientFormat::CommandLine,
        place: "a terminal, or whatever starts MCP servers by a command line",
        replaces: &[],
    },
    Client {
        name: "gemini",
        format: ClientFormat::Json("mcpServers"),
        place: "~/.gemini/settings.json, or .gemini/settings.json in the project",
        replaces: &["$"],
    },
    Client {
        name: "goose",
        format: ClientFormat::Goose,
        place: "~/.config/goose/config.yaml",
        replaces: &[],
    },
    Client {
        name: "inspector",
        format: ClientFormat::Inspector,
        place: "a terminal: it opens the MCP Inspector in a browser; it needs Node.js",
        replaces: &[],
    },
    Client {
        name: "jetbrains",
        format: ClientFormat::Json("mcpServers"),
        place: "Settings | Tools | AI Assistant | Model Context Protocol (MCP): Add, as JSON; \
                of Junie ~/.junie/mcp/mcp.json",
        replaces: &[],
    },
    Client {
        name: "json",
        format: ClientFormat::Json("mcpServers"),
        place: "any other client that takes the JSON of `mcpServers`",
        replaces: &[],
    },
    Client {
        name: "opencode",
        format: ClientFormat::OpenCode,
        place: "~/.config/opencode/opencode.json, or opencode.json in the project",
        replaces: &["{env:", "{file:"],
    },
    Client {
        name: "vscode",
        format: ClientFormat::Json("servers"),
        place: ".vscode/mcp.json in the project, or `MCP: Open User Configuration`",
        replaces: &[],
    },
    Client {
        name: "windsurf",
        format: ClientFormat::Json("mcpServers"),
        place: "~/.codeium/windsurf/mcp_config.json",
        replaces: &[],
    },
    Client {
        name: "zed",
        format: ClientFormat::Json("context_servers"),
        place: "~/.config/zed/settings.json (`zed: open settings file`)",
        replaces: &[],
    },
];

/// The clients' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLIENTS.iter().map(|client| client.name)
}

/// What to say of a word that names no client.
pub fn unknown_client(word: &str) -> String {
    let names: Vec<&str> = names().collect();
    let (meant, known) = (meant_client(word, &names), names.join(", "));
    format!("unknown client: {meant}write one of {known}")
}

/// The clients that were probably meant: all whose name goes on where the word ends, as `claude-code` does, else the nearest.
fn meant_client(word: &str, names: &[&str]) -> String {
    let word = word.to_ascii_lowercase();
    let goes_on = |name: &&str| {
        let rest = name.strip_prefix(word.as_str());
        rest.is_some_and(|_| word.len() >= LEAST_BEGUN)
    };
    let mut meant: Vec<&str> = names.iter().copied().filter(goes_on).collect();
    if meant.is_empty() {
        meant.extend(nearest(&word, names));
    }
    match meant.join("` or `") {
        none if none.is_empty() => none,
        meant => format!("did you mean `{meant}`? "),
    }
}
