//! `mcp-ssh init DIR`: a configuration to start from.
//!
//! Takes a directory and a host that options or answers name, a client configuration of OpenSSH or an inventory of
//! Ansible; gives config/ with its four files, keys/ and secrets/, and says what to do next. Refuses when one of the
//! files is there already, and then leaves everything as it was; with `--add` it adds the hosts to what is there.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use argh::FromArgs;

use super::first_host::{FirstHost, HostFiles};
use super::first_login::FirstLogin;
use super::import::{Import, KNOWN_HOSTS, PresentHosts};
use super::init_source::{ImportSource, imported};
use super::init_steps::next_steps;
use super::init_try::HostTrial;
use super::known_hosts_file::add_line;
use super::site_file::{SiteContent, SiteFile};
use super::{ExitStatus, Terminal, init_add, init_named, init_questions, init_try, site_file};

/// Write a configuration to start from: DIR/config, DIR/keys and DIR/secrets. On a terminal it asks for the host and tries
/// the login. Nothing is overwritten: when a file is there already, nothing is written at all, but for `--add`.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "init",
    example = "mcp-ssh init ~/mcp-ssh\nmcp-ssh init ~/mcp-ssh --from-ssh-config ~/.ssh/config\n\
        mcp-ssh init ~/mcp-ssh --from-ansible hosts.ini",
    error_code(0, "it is written; where a host is named, it was logged in to"),
    error_code(
        1,
        "a file is there already, cannot be read or could not be written, and nothing has changed; or the host that \
        is named does not let in"
    ),
    error_code(2, "the command line is wrong")
)]
pub struct InitArguments {
    /// take the hosts over from an OpenSSH client configuration; what cannot be is told
    #[argh(option, arg_name = "file")]
    pub from_ssh_config: Option<PathBuf>,
    /// take the hosts over from an inventory of Ansible: INI, YAML, or the JSON of
    /// `ansible-inventory --list`; - reads stdin, groups become tags
    #[argh(option, arg_name = "file")]
    pub from_ansible: Option<PathBuf>,
    /// add the hosts to the servers.yml and credentials.yml of DIR; what is there stays
    #[argh(switch)]
    pub add: bool,
    /// begin with this host, without a question
    #[argh(option, arg_name = "host[:port]")]
    pub host: Option<String>,
    /// log in to it as this user
    #[argh(option, arg_name = "name")]
    pub user: Option<String>,
    /// call it this for the assistant and the policy (default: its name up to the first dot)
    #[argh(option, arg_name = "name")]
    pub alias: Option<String>,
    /// copy this private key and log in with it (default: the SSH agent logs in)
    #[argh(option, arg_name = "file")]
    pub key: Option<PathBuf>,
    /// the passphrase that opens the private key is in this file, and is kept as a secret; - reads stdin
    #[argh(option, arg_name = "file")]
    pub passphrase_file: Option<PathBuf>,
    /// log in with the password in this file, which is kept as a secret; - reads stdin
    #[argh(option, arg_name = "file")]
    pub password_file: Option<PathBuf>,
    /// the fingerprint that the host itself says of one of its keys, as SHA256:TEXT; without it no key of the host is trusted yet
    #[argh(option, arg_name = "text")]
    pub fingerprint: Option<String>,
    /// the policy to begin with: look (the default), diagnostics or logs
    #[argh(option, arg_name = "name")]
    pub policy: Option<String>,
    /// where to write it (default: asked for on a terminal)
    #[argh(positional, arg_name = "dir")]
    pub directory: Option<PathBuf>,
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

/// What is in config/ is no secret.
const CONFIG_MODE: u32 = 0o644;

/// Writes the directories, or says why not; then looks whether the host that was named lets in.
pub async fn init(options: &InitArguments, terminal: &mut Terminal) -> ExitStatus {
    if let Some(fault) = misused(options, terminal) {
        terminal.error(&format!("mcp-ssh: {fault}"));
        return ExitStatus::USAGE;
    }
    match begun(options, terminal).await {
        Ok(status) => status,
        Err(faults) => {
            for fault in faults {
                terminal.error(&format!("mcp-ssh: {fault}"));
            }
            ExitStatus::FAILURE
        }
    }
}

/// Why the options do not go together.
fn misused(options: &InitArguments, terminal: &Terminal) -> Option<&'static str> {
    let InitArguments {
        from_ssh_config,
        from_ansible,
        add,
        host,
        user,
        alias,
        key,
        passphrase_file,
        password_file,
        fingerprint,
        policy,
        directory,
    } = options;
    let asks = terminal.is_attended();
    let is_import = from_ssh_config.is_some() || from_ansible.is_some();
    let texts = [user, alias, fingerprint, policy];
    let of_host = texts.into_iter().any(Option::is_some)
        || [key, passphrase_file, password_file]
            .into_iter()
            .any(Option::is_some);
    [
        (directory.is_none() && !asks, "name the directory: mcp-ssh init DIR"),
        (*add && !is_import && host.is_none() && !asks, "`--add` adds the hosts of a file: name it with `--from-ssh-config FILE` or `--from-ansible FILE`, or a host with `--host`"),
        (host.is_some() && from_ssh_config.is_some(), "`--host` and `--from-ssh-config` are two ways: write one"),
        (host.is_some() && from_ansible.is_some(), "`--host` and `--from-ansible` are two ways: write one"),
        (from_ssh_config.is_some() && from_ansible.is_some(), "`--from-ssh-config` and `--from-ansible` are two ways: write one, and add the other one with `--add`"),
        (host.is_some() != user.is_some(), "`--host` and `--user` belong together: write both"),
        (of_host && host.is_none(), "`--alias`, `--key`, `--passphrase-file`, `--password-file`, `--fingerprint` and `--policy` are of `--host`: name it"),
        (key.is_some() && password_file.is_some(), "`--key` and `--password-file` are two ways to log in: write one"),
        (passphrase_file.is_some() && key.is_none(), "`--passphrase-file` is of a private key: name it with `--key`"),
        (*add && policy.is_some(), "`--add` leaves policy.yml as it is: leave `--policy` out"),
    ]
    .into_iter()
    .find_map(|(is_wrong, why)| is_wrong.then_some(why))
}

/// What a new configuration begins with.
enum NewSite {
    /// Files to fill in.
    Starter,
    /// The hosts of another program's configuration.
    Imported(Import),
    /// One host.
    Host(Box<FirstHost>),
}

async fn begun(
    options: &InitArguments,
    terminal: &mut Terminal,
) -> Result<ExitStatus, Vec<String>> {
    let one = |fault: String| vec![fault];
    let (ssh_config, ansible) = (&options.from_ssh_config, &options.from_ansible);
    let source = ImportSource::of(ssh_config.as_deref(), ansible.as_deref());
    let asks = source.is_none() && options.host.is_none() && terminal.is_attended();
    let directory = match (&options.directory, asks) {
        (Some(directory), _) => directory.clone(),
        (None, _) => init_questions::directory(terminal).map_err(one)?,
    };
    let root = std::path::absolute(directory).map_err(|error| vec![error.to_string()])?;
    site_file::fit(&root)?;
    let adds = options.add || (asks && root.join("config/servers.yml").is_file());
    let standing = match adds {
        true => init_add::standing(&root)?,
        false => PresentHosts::default(),
    };
    let site = match (source, &options.host) {
        (Some(source), _) => NewSite::Imported(imported(source, &standing, terminal)?),
        (None, Some(host)) => {
            let host = init_named::named(host, options, &standing, terminal).await;
            NewSite::Host(Box::new(host.map_err(one)?))
        }
        (None, None) if asks => match init_questions::host(adds.then_some(&standing), terminal)
            .await
            .map_err(one)?
        {
            Some(host) => NewSite::Host(Box::new(host)),
            None => NewSite::Starter,
        },
        (None, None) => NewSite::Starter,
    };
    match site {
        NewSite::Host(host) => {
            with_host(&root, *host, adds.then_some(&standing), asks, terminal).await
        }
        NewSite::Starter if adds => Ok(ExitStatus::SUCCESS),
        NewSite::Imported(import) if adds && import.aliases.is_empty() => {
            terminal.line("nothing was added: no host that can be taken over is new");
            Ok(ExitStatus::SUCCESS)
        }
        NewSite::Imported(import) if adds => {
            init_add::add(&root, &standing, &import, terminal)?;
            next_steps(&root, Some(&import), terminal);
            Ok(ExitStatus::SUCCESS)
        }
        NewSite::Imported(import) => {
            told(
                &site_file::write(&root, &starter(None, Some(&import)))?,
                terminal,
            );
            next_steps(&root, Some(&import), terminal);
            Ok(ExitStatus::SUCCESS)
        }
        NewSite::Starter => {
            told(&site_file::write(&root, &starter(None, None))?, terminal);
            next_steps(&root, None, terminal);
            Ok(ExitStatus::SUCCESS)
        }
    }
}

/// Writes a configuration for the host, or adds the host to one; then looks whether it lets in.
async fn with_host(
    root: &Path,
    host: FirstHost,
    standing: Option<&PresentHosts>,
    asks: bool,
    terminal: &mut Terminal,
) -> Result<ExitStatus, Vec<String>> {
    let trial = HostTrial {
        alias: host.alias.clone(),
        look: host.policy.look,
        by_agent: matches!(host.login, FirstLogin::Agent),
        asks,
    };
    let one = |fault: String| vec![fault];
    match standing {
        Some(standing) => {
            let host = host.files(standing).map_err(one)?;
            added(root, standing, &host, terminal)?;
        }
        None => {
            let policy = host.policy.text_for(&host.place.name);
            let tests = host.policy.tests_for(&host.alias);
            let host = host.files(&PresentHosts::default()).map_err(one)?;
            let mut files = starter(Some((policy, tests)), Some(&host.import));
            files.extend(host.files);
            if !host.known.is_empty() {
                files.push(SiteFile {
                    name: format!("keys/{KNOWN_HOSTS}"),
                    content: SiteContent::Text(host.known.into()),
                    mode: CONFIG_MODE,
                });
            }
            told(&site_file::write(root, &files)?, terminal);
        }
    }
    Ok(init_try::tried(root, &trial, terminal).await)
}

/// Adds the host: first the files that its entries name, then the entries. What was made is taken back when something fails.
fn added(
    root: &Path,
    standing: &PresentHosts,
    host: &HostFiles,
    terminal: &mut Terminal,
) -> Result<(), Vec<String>> {
    let mut made = site_file::write(root, &host.files)?;
    let known = match host.known.is_empty() {
        true => Ok(None),
        false => add_line(&root.join("keys").join(KNOWN_HOSTS), &host.known).map(Some),
    };
    let added = match &known {
        Ok(_) => init_add::add(root, standing, &host.import, terminal),
        Err(fault) => Err(vec![fault.clone()]),
    };
    if added.is_err() {
        if let Ok(Some(line)) = &known {
            line.take_back();
        }
        site_file::undo(&made);
        return added;
    }
    made.extend(known.ok().flatten().map(|line| line.path));
    told(&made, terminal);
    Ok(())
}

/// Tells what was made.
fn told(paths: &[PathBuf], terminal: &mut Terminal) {
    for path in paths {
        terminal.line(&format!("created {}", path.display()));
    }
}

/// The four files; `worked` is a policy and its tests. A policy test needs a host that exists, and a policy that it is of.
fn starter(worked: Option<(String, String)>, import: Option<&Import>) -> Vec<SiteFile> {
    let (servers, credentials, tests) = match import {
        None => (SERVERS.into(), CREDENTIALS.into(), POLICY_TESTS.into()),
        Some(import) => {
            let first = import.aliases.first().map_or("", |alias| alias);
            // In quotes: an alias may look like a number.
            let tests = POLICY_TESTS.replace(STARTER_HOST, &format!("alias: '{first}',"));
            let servers = format!("{SERVERS_HEAD}{}", import.servers);
            let credentials = format!("{CREDENTIALS_HEAD}{}", import.credentials);
            (servers.into(), credentials.into(), Cow::from(tests))
        }
    };
    let (policy, tests) = match worked {
        Some((policy, tests)) => (policy.into(), tests.into()),
        None => (POLICY.into(), tests),
    };
    let files = [
        ("servers.yml", servers),
        ("credentials.yml", credentials),
        ("policy.yml", policy),
        ("policy_tests.yml", tests),
    ];
    let file = |(name, text): (&str, Cow<'static, str>)| SiteFile {
        name: format!("config/{name}"),
        content: SiteContent::Text(text),
        mode: CONFIG_MODE,
    };
    files.into_iter().map(file).collect()
}
