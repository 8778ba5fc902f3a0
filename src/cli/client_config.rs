//! `mcp-ssh client-config CLIENT`: what to write into an MCP client's configuration.
//!
//! Takes the client's name and how the server is started; gives the client's own format on stdout
//! and where it belongs on stderr. Paths are absolute and stand in the arguments, since clients
//! start a server with few variables and in any directory. In the image, whose paths are nobody else's, the
//! server is a container, and what stands for the machine's own names is told. Refuses a path that the client,
//! docker or a terminal would read as something else.

use std::path::{Path, PathBuf};

use argh::FromArgs;

use super::client_formats::{ServerCommand, command_line, compose, goose, json, opencode, toml};
use super::{ExitStatus, Terminal};
use crate::config::Paths;
use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::diagnostic::nearest;

/// Print what an MCP client needs to start this server: JSON, TOML or a command line on stdout,
/// where it belongs on stderr. CLIENT is claude-code, claude-desktop, codex, cursor, gemini, goose,
/// jetbrains, opencode, vscode, windsurf, zed, docker (the command line) or compose.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "client-config",
    example = "mcp-ssh client-config claude-desktop --config ~/mcp-ssh/config --keys ~/mcp-ssh/keys\n\
               mcp-ssh client-config codex --image mcp-ssh-orchestrator >> ~/.codex/config.toml",
    error_code(0, "it is printed"),
    error_code(1, "a path cannot be written in that format"),
    error_code(2, "the command line is wrong")
)]
pub struct ClientConfigArguments {
    /// run this image in docker, hardened (default for docker, compose, and in the image: mcp-ssh-orchestrator
    /// of this version)
    #[argh(option, arg_name = "ref")]
    pub image: Option<String>,
    /// run this binary (default: the one that is running now)
    #[argh(option, arg_name = "file")]
    pub binary: Option<PathBuf>,
    /// what the client calls the server: letters, digits, `_` and `-` (default: ssh)
    #[argh(option, arg_name = "text", default = "\"ssh\".to_owned()")]
    pub name: String,
    /// a variable for the server, such as SSH_AUTH_SOCK; may be given several times
    #[argh(option, arg_name = "name=value")]
    pub env: Vec<String>,
    /// the client
    #[argh(positional)]
    pub client: String,
}

/// The image of `make image`.
const IMAGE: &str = concat!("mcp-ssh-orchestrator:", env!("CARGO_PKG_VERSION"));
/// The binary of the image. No other installation has it there.
const BINARY_OF_IMAGE: &str = "/mcp-ssh";
/// What a container may do: nothing but connect. `--user` also where an image forgot it.
const HARDENED: &str = "run --interactive --rm --pull never --read-only --user 10001:10001 --cap-drop ALL \
                        --security-opt no-new-privileges --memory 512m --memory-swap 512m --cpus 1 \
                        --pids-limit 64 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m";
/// The directories in the image.
const MOUNTS: [&str; 3] = ["/app/config", "/app/keys", "/app/secrets"];
/// What stands for the machine's own directory of these, where only the image's are known.
const PLACEHOLDER: &str = "/opt/mcp-ssh";

/// A format, where it belongs, and the clients' own names.
struct Client {
    name: &'static str,
    format: Format,
    place: &'static str,
    /// What the client puts something else in the place of, beside `${`.
    replaces: &'static [&'static str],
}

enum Format {
    /// A JSON object whose member of this name maps servers' names.
    Json(&'static str),
    Toml,
    /// YAML of goose.
    Goose,
    /// JSON of opencode.
    OpenCode,
    CommandLine,
    Compose,
}

/// The formats are those of the clients' manuals: modelcontextprotocol.io/quickstart/user,
/// code.claude.com/docs/en/mcp, cursor.com/docs/mcp, code.visualstudio.com's MCP configuration
/// reference, docs/config.md of openai/codex, geminicli.com/docs/tools/mcp-server,
/// block.github.io/goose/docs/guides/config-files, jetbrains.com/help/ai-assistant/mcp.html,
/// opencode.ai/docs/mcp-servers, docs.windsurf.com and zed.dev/docs/ai/mcp.
const CLIENTS: [Client; 13] = [
    Client {
        name: "claude-code",
        format: Format::Json("mcpServers"),
        place: ".mcp.json in the project; or, for all your projects, run:",
        replaces: &[],
    },
    Client {
        name: "claude-desktop",
        format: Format::Json("mcpServers"),
        place: "macOS: ~/Library/Application Support/Claude/claude_desktop_config.json; \
                Linux: ~/.config/Claude/claude_desktop_config.json; \
                Windows: %APPDATA%\\Claude\\claude_desktop_config.json; then restart it",
        replaces: &[],
    },
    Client {
        name: "codex",
        format: Format::Toml,
        place: "~/.codex/config.toml",
        replaces: &[],
    },
    Client {
        name: "compose",
        format: Format::Compose,
        place: "compose.yaml",
        replaces: &[],
    },
    Client {
        name: "cursor",
        format: Format::Json("mcpServers"),
        place: "~/.cursor/mcp.json, or .cursor/mcp.json in the project",
        replaces: &[],
    },
    Client {
        name: "docker",
        format: Format::CommandLine,
        place: "a terminal, or whatever starts MCP servers by a command line",
        replaces: &[],
    },
    Client {
        name: "gemini",
        format: Format::Json("mcpServers"),
        place: "~/.gemini/settings.json, or .gemini/settings.json in the project",
        replaces: &["$"],
    },
    Client {
        name: "goose",
        format: Format::Goose,
        place: "~/.config/goose/config.yaml",
        replaces: &[],
    },
    Client {
        name: "jetbrains",
        format: Format::Json("mcpServers"),
        place: "Settings | Tools | AI Assistant | Model Context Protocol (MCP): Add, as JSON; \
                of Junie ~/.junie/mcp/mcp.json",
        replaces: &[],
    },
    Client {
        name: "opencode",
        format: Format::OpenCode,
        place: "~/.config/opencode/opencode.json, or opencode.json in the project",
        replaces: &["{env:", "{file:"],
    },
    Client {
        name: "vscode",
        format: Format::Json("servers"),
        place: ".vscode/mcp.json in the project, or `MCP: Open User Configuration`",
        replaces: &[],
    },
    Client {
        name: "windsurf",
        format: Format::Json("mcpServers"),
        place: "~/.codeium/windsurf/mcp_config.json",
        replaces: &[],
    },
    Client {
        name: "zed",
        format: Format::Json("context_servers"),
        place: "~/.config/zed/settings.json (`zed: open settings file`)",
        replaces: &[],
    },
];

/// The clients' names.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLIENTS.iter().map(|client| client.name)
}

/// Prints the configuration.
pub fn client_config(
    paths: &Paths,
    options: &ClientConfigArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    let (status, fault) = match printed(paths, options, terminal) {
        Ok(()) => return ExitStatus::SUCCESS,
        Err(fault) => fault,
    };
    terminal.error(&format!("mcp-ssh: {fault}"));
    status
}

type StatusAndReason = (ExitStatus, String);

fn usage<T>(message: impl Into<String>) -> Result<T, StatusAndReason> {
    Err((ExitStatus::USAGE, message.into()))
}

fn printed(
    paths: &Paths,
    options: &ClientConfigArguments,
    terminal: &mut Terminal,
) -> Result<(), StatusAndReason> {
    let Some(client) = CLIENTS.iter().find(|client| client.name == options.client) else {
        let names: Vec<&str> = names().collect();
        let meant = nearest(&options.client, &names);
        let meant = meant.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let known = names.join(", ");
        return usage(format!("unknown client: {meant}write one of {known}"));
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if options.name.is_empty() || !options.name.chars().all(named) {
        return usage("`--name` takes letters, digits, `_` and `-`");
    }
    let in_image = std::env::current_exe().is_ok_and(|binary| binary == Path::new(BINARY_OF_IMAGE));
    let contained = in_image || matches!(client.format, Format::CommandLine | Format::Compose);
    let image = options.image.as_deref().or(contained.then_some(IMAGE));
    if image.is_some() && options.binary.is_some() {
        return usage("`--binary` has no effect in a container: leave it out");
    }
    let server = server(&directories(paths, in_image), options, image)?;
    let name = &options.name;
    let text = match (&client.format, image) {
        (Format::Json(key), _) => json(key, name, &server),
        (Format::Toml, _) => toml(name, &server),
        (Format::Goose, _) => goose(name, &server),
        (Format::OpenCode, _) => opencode(name, &server),
        (Format::Compose, Some(image)) => compose(name, image, &server, &options.env),
        (Format::CommandLine | Format::Compose, _) => command_line(&server),
    };
    unreplaced(client, &text)?;
    terminal.line(text.trim_end());
    terminal.error(&format!("# for {}", client.place));
    if client.name == "claude-code" {
        // `--env` takes every word up to the next option: never the server's name after it.
        let mut line = "claude mcp add".to_owned();
        for (key, value) in &server.environment {
            line.push_str(&format!(" --env {}", quoted(&format!("{key}={value}"))));
        }
        terminal.error(&format!(
            "{line} --scope user {name} -- {}",
            command_line(&server)
        ));
    }
    if in_image {
        terminal.error(&format!(
            "# this image does not see your machine: replace {PLACEHOLDER} by your own directory and {IMAGE} by \
             the image's name there, or say them with --config, --keys, --secrets and --image"
        ));
    } else if !paths.servers().is_file() {
        let path = paths.servers();
        terminal.error(&format!(
            "# {} is not there yet: see `mcp-ssh init`",
            path.display()
        ));
    }
    Ok(())
}

/// Refuses a text in which the client would put something else in the place of a part.
fn unreplaced(client: &Client, text: &str) -> Result<(), StatusAndReason> {
    let Some(part) = client.replaces.iter().find(|part| text.contains(**part)) else {
        return Ok(());
    };
    let name = client.name;
    let message = format!(
        "a path or a value holds `{part}`, which {name} reads as something else: rename it"
    );
    Err((ExitStatus::FAILURE, message))
}

/// The directories on the machine of the client, as far as they are known.
fn directories(paths: &Paths, in_image: bool) -> [String; 3] {
    [&paths.config, &paths.keys, &paths.secrets].map(|path| {
        let directory = path.to_string_lossy();
        if in_image && MOUNTS.contains(&directory.as_ref()) {
            directory.replacen("/app", PLACEHOLDER, 1)
        } else {
            directory.into_owned()
        }
    })
}

fn server<'o>(
    directories: &[String; 3],
    options: &'o ClientConfigArguments,
    image: Option<&str>,
) -> Result<ServerCommand<'o>, StatusAndReason> {
    let environment = environment(&options.env)?;
    for directory in directories {
        plain(directory, directory)?;
    }
    let Some(image) = image else {
        let binary = options
            .binary
            .clone()
            .map_or_else(std::env::current_exe, std::path::absolute);
        let binary = binary.map_err(|error| (ExitStatus::FAILURE, error.to_string()))?;
        let command = plain("the binary", &binary.to_string_lossy())?.to_owned();
        let mut arguments = vec!["serve".to_owned()];
        for (option, directory) in ["--config", "--keys", "--secrets"].iter().zip(directories) {
            arguments.extend([(*option).to_owned(), directory.clone()]);
        }
        return Ok(ServerCommand {
            command,
            arguments,
            environment,
            volumes: Vec::new(),
        });
    };
    container(image, directories, &environment)
}

/// The variables for the server.
fn environment(pairs: &[String]) -> Result<Vec<(&str, &str)>, StatusAndReason> {
    let named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut environment = Vec::new();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, value)) if !key.is_empty() && key.chars().all(named) => {
                environment.push((key, plain("--env", value)?));
            }
            Some(_) | None => return usage("`--env` takes NAME=VALUE"),
        }
    }
    Ok(environment)
}

/// The server in a container that may do nothing but connect.
fn container<'o>(
    image: &str,
    directories: &[String],
    environment: &[(&str, &str)],
) -> Result<ServerCommand<'o>, StatusAndReason> {
    let mut arguments: Vec<String> = HARDENED.split(' ').map(str::to_owned).collect();
    let mut volumes = Vec::new();
    for (directory, mount) in directories.iter().zip(MOUNTS) {
        if directory.contains(':') {
            let message = format!(
                "`{directory}` holds `:`, which docker reads as the end of a path: move it"
            );
            return Err((ExitStatus::FAILURE, message));
        }
        let volume = format!("{directory}:{mount}:ro");
        arguments.extend(["--volume".to_owned(), volume.clone()]);
        volumes.push(volume);
    }
    for (key, value) in environment {
        arguments.extend(["--env".to_owned(), format!("{key}={value}")]);
    }
    let reference = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    if image.is_empty() || image.starts_with('-') || !image.chars().all(reference) {
        return usage("`--image` takes the name of an image");
    }
    arguments.push(image.to_owned());
    Ok(ServerCommand {
        command: "docker".to_owned(),
        arguments,
        // docker itself needs none of the server's variables.
        environment: Vec::new(),
        volumes,
    })
}

/// Text that means itself in every format: clients put variables in the place of `${…}`.
fn plain<'t>(what: &str, text: &'t str) -> Result<&'t str, StatusAndReason> {
    if text.contains("${") || text.contains(|c: char| c.is_control() || c == '\u{fffd}') {
        let what = what.escape_debug();
        let message = format!("`{what}` holds `${{`, a control character or no UTF-8: rename it");
        return Err((ExitStatus::FAILURE, message));
    }
    Ok(text)
}
