//! `mcp-ssh init DIR`: a configuration to start from.
//!
//! Takes a directory and, with `--from-ssh-config`, a client configuration of OpenSSH; gives
//! config/ with its four files, keys/ and secrets/, and says what to do next. Refuses when one of
//! the files is there already, and then leaves everything as it was; with `--add` it adds the hosts
//! to what is there.

use std::borrow::Cow;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use argh::FromArgs;

use super::import::{Import, LocalUser, PresentHosts, import};
use super::ssh_config::SshConfig;
use super::words::STDIN;
use super::{ExitStatus, Terminal, init_add};
use crate::config::{MAX_FILE_BYTES, bytes_of};
use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::quotable::{holds_key, told};

/// Write a configuration to start from: DIR/config, DIR/keys and DIR/secrets. Nothing is
/// overwritten: when a file is there already, nothing is written at all, but for `--add`.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "init",
    example = "mcp-ssh init ~/mcp-ssh\nmcp-ssh init ~/mcp-ssh --from-ssh-config ~/.ssh/config",
    error_code(0, "it is written"),
    error_code(
        1,
        "a file is there already, cannot be read or could not be written; nothing has changed"
    ),
    error_code(2, "the command line is wrong")
)]
pub struct InitArguments {
    /// take the hosts over from an OpenSSH client configuration; what cannot be is told
    #[argh(option, arg_name = "file")]
    pub from_ssh_config: Option<PathBuf>,
    /// add those hosts to the servers.yml and credentials.yml of DIR; what is there stays
    #[argh(switch)]
    pub add: bool,
    /// where to write it
    #[argh(positional, arg_name = "dir")]
    pub directory: PathBuf,
}

/// The host of the starter files, which the first imported one takes the place of in the tests.
const STARTER_HOST: &str = "alias: web-1,";
/// What stands above imported entries.
const SERVERS_HEAD: &str = "# The hosts: see docs/CONFIGURATION.md.\nhosts:\n";
const CREDENTIALS_HEAD: &str = "# Who logs in to them, and with what.\nentries:\n";
const SERVERS: &str = include_str!("../../examples/starter/servers.yml");
const CREDENTIALS: &str = include_str!("../../examples/starter/credentials.yml");
const POLICY: &str = include_str!("../../examples/starter/policy.yml");
const POLICY_TESTS: &str = include_str!("../../examples/starter/policy_tests.yml");

/// Nothing in config/ is secret, and the operator goes on editing it while the server of a
/// container, which is another user, reads it.
const CONFIG_MODES: (u32, u32) = (0o755, 0o644);
/// Keys and secrets are their reader's alone.
const PRIVATE_MODE: u32 = 0o700;
/// The user of the image.
const IMAGE_USER: u32 = 10001;

/// Writes the directories, or says why not.
pub fn init(options: &InitArguments, terminal: &mut Terminal) -> ExitStatus {
    if options.add && options.from_ssh_config.is_none() {
        let fault = "mcp-ssh: `--add` adds the hosts of an ssh_config: name it with `--from-ssh-config FILE`";
        terminal.error(fault);
        return ExitStatus::USAGE;
    }
    match written(options, terminal) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(faults) => {
            for fault in faults {
                terminal.error(&format!("mcp-ssh: {fault}"));
            }
            ExitStatus::FAILURE
        }
    }
}

fn written(options: &InitArguments, terminal: &mut Terminal) -> Result<(), Vec<String>> {
    let root = std::path::absolute(&options.directory).map_err(|error| vec![error.to_string()])?;
    let source = options.from_ssh_config.as_deref();
    let config = root.join("config");
    if options.add {
        let standing = init_add::standing(&root)?;
        let import = source.map(|file| imported(file, &standing, terminal));
        if let Some(import) = import.transpose()? {
            init_add::add(&root, &standing, &import, terminal)?;
            next_steps(&root, Some(&import), terminal);
        }
        return Ok(());
    }
    let import = source.map(|file| imported(file, &PresentHosts::default(), terminal));
    let import = import.transpose()?;
    let files = starter(import.as_ref()).map(|(name, text)| (config.join(name), text));
    let there = files
        .iter()
        .filter(|(path, _)| fs::symlink_metadata(path).is_ok());
    let there: Vec<String> = there
        .map(|(path, _)| format!("{}: exists already, so nothing was written", path.display()))
        .collect();
    if !there.is_empty() {
        return Err(there);
    }
    let mut created = Vec::new();
    if let Err((path, error)) = create(&root, &files, &mut created) {
        // The newest first, so that a directory is empty when it is its turn.
        for path in created.iter().rev() {
            let _gone = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        return Err(vec![format!(
            "{}: {error}: nothing was written",
            path.display()
        )]);
    }
    for path in &created {
        terminal.line(&format!("created {}", path.display()));
    }
    next_steps(&root, import.as_ref(), terminal);
    Ok(())
}

/// Reads the file and tells what of it is not taken over.
fn imported(
    file: &Path,
    standing: &PresentHosts,
    terminal: &mut Terminal,
) -> Result<Import, Vec<String>> {
    let text = match file == Path::new(STDIN) {
        true => from_stdin(),
        false => bytes_of(file)
            .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(|fault| fault.headline()),
    };
    let text = text.map_err(|fault| vec![fault])?;
    let variable = |names: [&str; 2]| {
        let mut values = names.iter().filter_map(|name| std::env::var(name).ok());
        values.next().unwrap_or_default()
    };
    let asker = LocalUser {
        user: variable(["USER", "LOGNAME"]),
        home: variable(["HOME", "HOME"]),
    };
    let path = file.display();
    if holds_key(&text) {
        let why = "a private key is in it: name the configuration of an OpenSSH client";
        return Err(vec![format!("{path}: {why}")]);
    }
    let config = SshConfig::parse(&path.to_string(), &text, &asker.home);
    let import = config.and_then(|config| import(&config, &asker, standing));
    let import = import.map_err(|fault| vec![told(fault)])?;
    for line in &import.told {
        terminal.error(&told(line.clone()));
    }
    if import.aliases.is_empty() {
        return Err(vec![format!("{path}: no host in it can be taken over")]);
    }
    Ok(import)
}

/// The file that is on stdin, which may be a pipe.
fn from_stdin() -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = io::stdin().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("{STDIN}: {error}"))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("{STDIN}: larger than {MAX_FILE_BYTES} bytes"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The four files. A policy test needs a host that exists.
fn starter(import: Option<&Import>) -> [(&'static str, Cow<'static, str>); 4] {
    let (servers, credentials, tests) = match import {
        None => (SERVERS.into(), CREDENTIALS.into(), POLICY_TESTS.into()),
        Some(import) => {
            let first = import.aliases.first().map_or("", |alias| alias);
            // In quotes: an alias may look like a number.
            let tests = POLICY_TESTS.replace(STARTER_HOST, &format!("alias: '{first}',"));
            let servers = format!("{SERVERS_HEAD}{}", import.servers);
            let credentials = format!("{CREDENTIALS_HEAD}{}", import.credentials);
            (servers.into(), credentials.into(), tests.into())
        }
    };
    [
        ("servers.yml", servers),
        ("credentials.yml", credentials),
        ("policy.yml", POLICY.into()),
        ("policy_tests.yml", tests),
    ]
}

type Unwritten = (PathBuf, io::Error);

/// Makes what is missing; `created` gets each path as soon as it is there.
fn create(
    root: &Path,
    files: &[(PathBuf, Cow<'_, str>)],
    created: &mut Vec<PathBuf>,
) -> Result<(), Unwritten> {
    let (directory_mode, file_mode) = CONFIG_MODES;
    if let Some(parent) = root.parent() {
        fs::create_dir_all(parent).map_err(|error| (parent.to_owned(), error))?;
    }
    for (name, mode) in [
        ("", directory_mode),
        ("config", directory_mode),
        ("keys", PRIVATE_MODE),
        ("secrets", PRIVATE_MODE),
    ] {
        // Not `root.join("")`, which ends with a slash.
        let path: PathBuf = root
            .components()
            .chain(Path::new(name).components())
            .collect();
        if !path.is_dir() {
            let made = DirBuilder::new().mode(PRIVATE_MODE).create(&path);
            made.map_err(|error| (path.clone(), error))?;
            created.push(path.clone());
            // Whatever the umask is.
            let set = fs::set_permissions(&path, Permissions::from_mode(mode));
            set.map_err(|error| (path, error))?;
        }
    }
    for (path, text) in files {
        let mut new = OpenOptions::new();
        // Never follows a link, and never opens what is there.
        let file = new.write(true).create_new(true).mode(file_mode).open(path);
        let mut file = file.map_err(|error| (path.clone(), error))?;
        created.push(path.clone());
        let filled = file.write_all(text.as_bytes());
        let filled = filled.and_then(|()| file.set_permissions(Permissions::from_mode(file_mode)));
        filled.map_err(|error| (path.clone(), error))?;
    }
    Ok(())
}

/// What is left to do, with commands to paste.
fn next_steps(root: &Path, import: Option<&Import>, terminal: &mut Terminal) {
    let at = |name: &str| quoted(&root.join(name).to_string_lossy());
    let (config, keys, secrets) = (at("config"), at("keys"), at("secrets"));
    let mut step = |title: &str, commands: &[String]| {
        terminal.line(&format!("\n{title}"));
        for command in commands {
            terminal.line(&format!("    {command}"));
        }
    };
    let (title, commands) = keys_step(root, import);
    if !commands.is_empty() {
        step(&title, &commands);
    }
    step(
        "Tell the following commands where everything is:",
        &[format!(
            "export MCP_SSH_CONFIG_DIR={config} MCP_SSH_KEYS_DIR={keys} MCP_SSH_SECRETS_DIR={secrets}"
        )],
    );
    step(
        "Fetch the hosts' keys, and compare the fingerprints with the hosts' own:",
        &[format!(
            "mcp-ssh keyscan --all >> {}",
            at("keys/known_hosts")
        )],
    );
    step(
        "Check it all, then tell your MCP client:",
        &[
            "mcp-ssh check".to_owned(),
            "mcp-ssh client-config claude-code".to_owned(),
        ],
    );
    if rustix::process::geteuid().as_raw() != IMAGE_USER {
        let title = format!("For a container, which runs as user {IMAGE_USER}, at the end:");
        step(
            &title,
            &[format!(
                "sudo chown -R {IMAGE_USER}:{IMAGE_USER} {keys} {secrets}"
            )],
        );
    }
}

/// How the keys come into the keys directory; no commands where the agent has them all.
fn keys_step(root: &Path, import: Option<&Import>) -> (String, Vec<String>) {
    let at = |name: &str| quoted(&root.join("keys").join(name).to_string_lossy());
    let Some(import) = import else {
        let servers = root.join("config/servers.yml");
        let servers = servers.display();
        let generate = format!("ssh-keygen -t ed25519 -N '' -f {}", at("id_ed25519"));
        let title = format!("Put your hosts into {servers}, then give them a key:");
        return (title, vec![generate]);
    };
    let copy = |(from, name): &(String, String)| {
        // A key is its reader's alone; what ends like a public file is one.
        let public = name.ends_with(".pub");
        let mode = if public { "0444" } else { "0400" };
        format!("install -m {mode} -- {} {}", quoted(from), at(name))
    };
    let title = "Copy the keys that the hosts are logged in to with:".to_owned();
    (title, import.files.iter().map(copy).collect())
}
