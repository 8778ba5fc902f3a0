//! `mcp-ssh init DIR`: a configuration to start from.
//!
//! Takes a directory and a host that options or answers name, a client configuration of OpenSSH or an inventory of
//! Ansible; gives config/ with its four files, keys/ and secrets/, and says what to do next. Refuses when one of the
//! files is there already, and then leaves everything as it was; with `--add` it adds the hosts to what is there.

use std::borrow::Cow;
use std::path::PathBuf;

use argh::FromArgs;

use super::first_host::FirstHost;
use super::host_place::HostPlace;
use super::import::{Import, PresentHosts};
use super::init_questions::{login_name, with_fingerprint};
use super::init_source::{ImportSource, imported};
use super::init_steps::next_steps;
use super::init_try::HostTrial;
use super::key_to_copy::KeyToCopy;
use super::site_file::{SiteContent, SiteFile};
use super::worked_policy::{WORKED_POLICIES, WorkedPolicy};
use super::{ExitStatus, Terminal, init_add, init_questions, init_try, site_file};
use crate::ssh::ShownKey;

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
    /// copy this private key and log in with it (default: the SSH agent logs in)
    #[argh(option, arg_name = "file")]
    pub key: Option<PathBuf>,
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
        key,
        fingerprint,
        policy,
        directory,
    } = options;
    let asks = terminal.is_attended();
    let is_import = from_ssh_config.is_some() || from_ansible.is_some();
    let of_host = key.is_some() || fingerprint.is_some() || policy.is_some() || user.is_some();
    [
        (directory.is_none() && !asks, "name the directory: mcp-ssh init DIR"),
        (*add && !is_import && host.is_none() && !asks, "`--add` adds the hosts of a file: name it with `--from-ssh-config FILE` or `--from-ansible FILE`, or a host with `--host`"),
        (host.is_some() && from_ssh_config.is_some(), "`--host` and `--from-ssh-config` are two ways: write one"),
        (host.is_some() && from_ansible.is_some(), "`--host` and `--from-ansible` are two ways: write one"),
        (from_ssh_config.is_some() && from_ansible.is_some(), "`--from-ssh-config` and `--from-ansible` are two ways: write one, and add the other one with `--add`"),
        (host.is_some() != user.is_some(), "`--host` and `--user` belong together: write both"),
        (of_host && host.is_none(), "`--key`, `--fingerprint` and `--policy` are of `--host`: name it"),
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
        (None, Some(host)) => NewSite::Host(Box::new(named(host, options).await.map_err(one)?)),
        (None, None) if asks => match init_questions::host(adds, terminal).await.map_err(one)? {
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
    root: &std::path::Path,
    host: FirstHost,
    standing: Option<&PresentHosts>,
    asks: bool,
    terminal: &mut Terminal,
) -> Result<ExitStatus, Vec<String>> {
    let trial = HostTrial {
        alias: host.alias.clone(),
        look: host.policy.look,
        by_agent: host.key.is_none(),
        asks,
    };
    match standing {
        Some(standing) => {
            if standing.inventory.hosts.get(&host.alias).is_some() {
                let alias = &host.alias;
                return Err(vec![format!(
                    "there is a host `{alias}` already: nothing was added"
                )]);
            }
            let import = host.import(standing);
            init_add::add(root, standing, &import, terminal)?;
            let added = host.add_keys(&root.join("keys"), &import);
            told(&added.map_err(|fault| vec![fault])?, terminal);
        }
        None => {
            let import = host.import(&PresentHosts::default());
            let mut files = starter(Some(&host), Some(&import));
            files.extend(host.key_files(&import).map_err(|fault| vec![fault])?);
            told(&site_file::write(root, &files)?, terminal);
        }
    }
    Ok(init_try::tried(root, &trial, terminal).await)
}

/// Tells what was made.
fn told(paths: &[PathBuf], terminal: &mut Terminal) {
    for path in paths {
        terminal.line(&format!("created {}", path.display()));
    }
}

/// The host that the options name. Only the key that has the given fingerprint is trusted: another one may be that of
/// somebody in the middle, who passes the right one on.
async fn named(host: &str, options: &InitArguments) -> Result<FirstHost, String> {
    let place = HostPlace::parse(host)?;
    let name = options.policy.as_deref().unwrap_or(WORKED_POLICIES[0].name);
    let policy = WorkedPolicy::find(name).ok_or_else(|| {
        format!(
            "`{}` is no policy to begin with: see --help",
            name.escape_debug()
        )
    })?;
    let user = options.user.clone().unwrap_or_default();
    login_name(&user).map_err(|why| format!("`--user` {why}"))?;
    let key = options.key.as_deref().map(KeyToCopy::read).transpose()?;
    let compared = match &options.fingerprint {
        None => None,
        Some(fingerprint) => {
            let keys = place.keys().await?;
            let shown: Vec<String> = keys.iter().map(ShownKey::fingerprint).collect();
            let key = with_fingerprint(keys, fingerprint).ok_or_else(|| {
                format!(
                    "no key of {} has that fingerprint: it shows {}: nothing was written",
                    place.name,
                    shown.join(", ")
                )
            })?;
            Some(key)
        }
    };
    Ok(FirstHost {
        alias: place.alias(),
        place,
        user,
        key,
        compared,
        policy,
    })
}

/// The four files. A policy test needs a host that exists, and a policy that it is of.
fn starter(host: Option<&FirstHost>, import: Option<&Import>) -> Vec<SiteFile> {
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
    let (policy, tests) = match host {
        Some(host) => (
            host.policy.text_for(&host.place.name).into(),
            host.policy.tests_for(&host.alias).into(),
        ),
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
