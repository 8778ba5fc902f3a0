//! `mcp-ssh client-config CLIENT`: what to write into an MCP client's configuration.
//!
//! Takes the client's name and how the server is started; gives the client's own format on stdout
//! and where it belongs on stderr. Paths are absolute and stand in the arguments, since clients
//! start a server with few variables and in any directory; so do the settings that are in force here. In the image, whose paths are nobody else's, the
//! server is a container, and what stands for the machine's own names is told. Refuses a path that the client,
//! docker or a terminal would read as something else, and to let a container write a directory of others.

use std::path::{Path, PathBuf};

use argh::FromArgs;

use super::client_formats::{
    ServerCommand, command_line, compose, goose, inspector, json, opencode, toml,
};
use super::client_settings::{CarriedSettings, ServerSettings};
use super::clients::{CLIENTS, Client, ClientFormat, unknown_client};
use super::option_forms::path;
use super::{ExitStatus, Terminal};
use crate::config::is_in_image;
use crate::gate::is_trail_alone;
use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::diagnostic::visible;

/// Print what an MCP client needs to start this server: JSON, TOML or a command line on stdout,
/// where it belongs on stderr. CLIENT is claude-code, claude-desktop, codex, cursor, gemini, goose,
/// jetbrains, opencode, vscode, windsurf, zed, json (any other client), inspector (the MCP Inspector), docker (the
/// command line) or compose. The audit file and the other settings that are in force here go along.
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
    #[argh(option, arg_name = "file", from_str_fn(path))]
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
/// What a container may do: nothing but connect. `--user` also where an image forgot it.
const HARDENED: &str = "run --interactive --rm --pull never --read-only --user 10001:10001 --cap-drop ALL \
                        --security-opt no-new-privileges --memory 512m --memory-swap 512m --cpus 1 \
                        --pids-limit 64 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m";
/// The directories in the image.
const MOUNTS: [&str; 3] = ["/app/config", "/app/keys", "/app/secrets"];
/// Where the image has its audit file: the one directory that it may write.
const AUDIT_MOUNT: &str = "/app/audit";
/// What stands for the machine's own directory of these, where only the image's are known.
const PLACEHOLDER: &str = "/opt/mcp-ssh";

/// Prints the configuration.
pub fn client_config(
    settings: &ServerSettings<'_>,
    options: &ClientConfigArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    let (status, fault) = match printed(settings, options, terminal) {
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
    settings: &ServerSettings<'_>,
    options: &ClientConfigArguments,
    terminal: &mut Terminal,
) -> Result<(), StatusAndReason> {
    let Some(client) = CLIENTS.iter().find(|client| client.name == options.client) else {
        return usage(unknown_client(&options.client));
    };
    fitting_name(&options.name)?;
    let in_image = is_in_image();
    let contained = in_image
        || matches!(
            client.format,
            ClientFormat::CommandLine | ClientFormat::Compose
        );
    let image = options.image.as_deref().or(contained.then_some(IMAGE));
    if image.is_some() && options.binary.is_some() {
        return usage("`--binary` has no effect in a container: leave it out");
    }
    let carried = settings.carried();
    let environment = environment(&options.env, &carried, image.is_some())?;
    let places = places(settings, in_image, image.is_some());
    let no_sandbox = settings.no_sandbox.then(|| "--no-sandbox".to_owned());
    let server = match image {
        Some(image) => container(image, &places, environment, no_sandbox)?,
        None => program(&places, options, environment, no_sandbox)?,
    };
    let text = formatted(&client.format, &options.name, image, &server);
    unreplaced(client, &text)?;
    terminal.line(text.trim_end());
    terminal.error(&format!("# for {}", client.place));
    if client.name == "claude-code" {
        terminal.error(&claude_line(&options.name, &server));
    }
    if in_image {
        terminal.error(&format!(
            "# this image does not see your machine: replace {PLACEHOLDER} by your own directory and {IMAGE} by \
             the image's name there, or say them with --config, --keys, --secrets and --image"
        ));
    } else if !settings.paths.servers().is_file() {
        let path = settings.paths.servers();
        terminal.error(&format!(
            "# {} is not there yet: see `mcp-ssh init`",
            path.display()
        ));
    }
    let left = settings.audit_file.filter(|_| places.audit.is_none());
    if let Some(directory) = left.and_then(Path::parent) {
        tell_audit_file(directory, terminal);
    }
    tell_left_out(&carried, image.is_some(), terminal);
    Ok(())
}

/// Refuses what a client cannot call a server.
fn fitting_name(name: &str) -> Result<(), StatusAndReason> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(fits) {
        return usage("`--name` takes letters, digits, `_` and `-`");
    }
    if name.starts_with('-') {
        return usage("`--name` begins with `-`, which a client reads as an option");
    }
    Ok(())
}

/// The server in a client's format.
fn formatted(
    format: &ClientFormat,
    name: &str,
    image: Option<&str>,
    server: &ServerCommand,
) -> String {
    match (format, image) {
        (ClientFormat::Json(key), _) => json(key, name, server),
        (ClientFormat::Toml, _) => toml(name, server),
        (ClientFormat::Goose, _) => goose(name, server),
        (ClientFormat::OpenCode, _) => opencode(name, server),
        (ClientFormat::Compose, Some(image)) => compose(name, image, server),
        (ClientFormat::Inspector, _) => inspector(server),
        (ClientFormat::CommandLine | ClientFormat::Compose, _) => command_line(server),
    }
}

/// What tells Claude Code of the server in all projects. `--env` takes every word up to the next option: never the
/// server's name after it.
fn claude_line(name: &str, server: &ServerCommand) -> String {
    let pairs = server.environment.iter();
    let variables: String = pairs
        .map(|(key, value)| format!(" --env {}", quoted(&format!("{key}={value}"))))
        .collect();
    let command = command_line(server);
    format!("claude mcp add{variables} --scope user {name} -- {command}")
}

/// That the container gets no audit file, since it could write all of its directory.
fn tell_audit_file(directory: &Path, terminal: &mut Terminal) {
    let told = directory.to_string_lossy();
    let told: String = told.chars().map(visible).collect();
    terminal.error(&format!(
        "# the audit file does not go along: `{told}`, which the container could write, holds what is others'; the trail \
         needs a directory of its own"
    ));
}

/// What is in force here and does not go along.
fn tell_left_out(carried: &CarriedSettings, is_contained: bool, terminal: &mut Terminal) {
    for place in &carried.left {
        let told: String = place.chars().map(visible).collect();
        terminal.error(&format!(
            "# a secret is in the {told}, which a client does not pass on: put it into the secrets directory"
        ));
    }
    for (name, _) in carried.sockets.iter().filter(|_| is_contained) {
        terminal.error(&format!(
            "# {name} is a socket of this machine, which the container does not see"
        ));
    }
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

/// The directories, and the directory and the name of the audit file, on the machine of the client.
struct ServerPlaces {
    directories: [String; 3],
    audit: Option<(String, String)>,
}

/// The places, as far as they are known. A container gets no directory to write that is not there for the trail alone.
fn places(settings: &ServerSettings<'_>, in_image: bool, is_contained: bool) -> ServerPlaces {
    let paths = settings.paths;
    let there = |path: &Path, mount: &str| {
        let directory = path.to_string_lossy();
        if in_image && directory == mount {
            directory.replacen("/app", PLACEHOLDER, 1)
        } else {
            directory.into_owned()
        }
    };
    let [config, keys, secrets] = MOUNTS;
    let is_alone = |file: &&Path| is_trail_alone(paths, paths.known_hosts(), file);
    let audit = settings
        .audit_file
        .filter(|file| !is_contained || is_alone(file));
    let audit = audit.and_then(|file| {
        let (directory, name) = (file.parent()?, file.file_name()?);
        let name = name.to_string_lossy().into_owned();
        Some((there(directory, AUDIT_MOUNT), name))
    });
    ServerPlaces {
        directories: [
            there(&paths.config, config),
            there(&paths.keys, keys),
            there(&paths.secrets, secrets),
        ],
        audit,
    }
}

/// The server as a program of this machine.
fn program(
    places: &ServerPlaces,
    options: &ClientConfigArguments,
    environment: Vec<(String, String)>,
    no_sandbox: Option<String>,
) -> Result<ServerCommand, StatusAndReason> {
    let binary = options
        .binary
        .clone()
        .map_or_else(std::env::current_exe, std::path::absolute);
    let binary = binary.map_err(|error| (ExitStatus::FAILURE, error.to_string()))?;
    let command = plain("the binary", &binary.to_string_lossy())?.to_owned();
    let mut arguments = vec!["serve".to_owned()];
    let named = ["--config", "--keys", "--secrets"].into_iter();
    for (option, directory) in named.zip(&places.directories) {
        plain(directory, directory)?;
        arguments.extend([option.to_owned(), directory.clone()]);
    }
    if let Some((directory, name)) = &places.audit {
        let file = Path::new(directory).join(name);
        let file = file.to_string_lossy();
        plain(&file, &file)?;
        arguments.extend(["--audit-file".to_owned(), file.into_owned()]);
    }
    arguments.extend(no_sandbox);
    Ok(ServerCommand {
        command,
        arguments,
        environment,
        inside: Vec::new(),
        volumes: Vec::new(),
        words: Vec::new(),
    })
}

/// The variables for the server: those that are given, and those that are in force here. A container has no sockets of
/// this machine.
fn environment(
    given: &[String],
    carried: &CarriedSettings,
    is_contained: bool,
) -> Result<Vec<(String, String)>, StatusAndReason> {
    let named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut environment: Vec<(String, String)> = Vec::new();
    for pair in given {
        match pair.split_once('=') {
            Some((key, value)) if !key.is_empty() && key.chars().all(named) => {
                environment.push((key.to_owned(), plain("--env", value)?.to_owned()));
            }
            Some(_) | None => return usage("`--env` takes NAME=VALUE"),
        }
    }
    let sockets = carried.sockets.iter().filter(|_| !is_contained);
    for (key, value) in carried.variables.iter().chain(sockets) {
        if !environment.iter().any(|(given, _)| given == key) {
            environment.push((key.clone(), plain(key, value)?.to_owned()));
        }
    }
    Ok(environment)
}

/// The server in a container that may do nothing but connect, and append to the audit file.
fn container(
    image: &str,
    places: &ServerPlaces,
    mut environment: Vec<(String, String)>,
    no_sandbox: Option<String>,
) -> Result<ServerCommand, StatusAndReason> {
    let mut arguments: Vec<String> = HARDENED.split(' ').map(str::to_owned).collect();
    let mut volumes = Vec::new();
    for (directory, mount) in places.directories.iter().zip(MOUNTS) {
        volumes.push(format!("{}:{mount}:ro", mountable(directory)?));
    }
    if let Some((directory, name)) = &places.audit {
        volumes.push(format!("{}:{AUDIT_MOUNT}", mountable(directory)?));
        let file = plain(name, &format!("{AUDIT_MOUNT}/{name}"))?.to_owned();
        environment.push(("MCP_SSH_AUDIT_FILE".to_owned(), file));
    }
    for volume in &volumes {
        arguments.extend(["--volume".to_owned(), volume.clone()]);
    }
    for (key, value) in &environment {
        arguments.extend(["--env".to_owned(), format!("{key}={value}")]);
    }
    let reference = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    if image.is_empty() || image.starts_with('-') || !image.chars().all(reference) {
        return usage("`--image` takes the name of an image");
    }
    arguments.push(image.to_owned());
    let words: Vec<String> = no_sandbox.into_iter().collect();
    arguments.extend_from_slice(&words);
    Ok(ServerCommand {
        command: "docker".to_owned(),
        arguments,
        // docker itself needs none of the server's variables.
        environment: Vec::new(),
        inside: environment,
        volumes,
        words,
    })
}

/// A directory that docker can mount.
fn mountable(directory: &str) -> Result<&str, StatusAndReason> {
    plain(directory, directory)?;
    if directory.contains(':') {
        let message =
            format!("`{directory}` holds `:`, which docker reads as the end of a path: move it");
        return Err((ExitStatus::FAILURE, message));
    }
    Ok(directory)
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
