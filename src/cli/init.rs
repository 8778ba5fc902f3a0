//! `mcp-ssh init DIR`: a configuration to start from.
//!
//! Takes a directory and a host that options or answers name, a client configuration of OpenSSH or an inventory of
//! Ansible; gives config/ with its four files, keys/ and secrets/, and says what to do next. Refuses when one of the
//! files is there already, and then leaves everything as it was; with `--add` it adds the hosts to what is there.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::first_host::{AddedHost, FirstHost};
use super::first_login::FirstLogin;
use super::import::{Import, KNOWN_HOSTS, PresentHosts};
use super::init_arguments::InitArguments;
use super::init_source::{ImportSource, imported};
use super::init_steps::next_steps;
use super::init_try::HostTrial;
use super::known_hosts_file::add_line;
use super::site_file::{SiteContent, SiteFile};
use super::{ExitStatus, Terminal, init_add, init_named, init_questions, init_try, site_file};

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
    if let Some(fault) = options.misused(terminal.is_attended()) {
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
        (None, None) if asks => {
            let host = init_questions::host(adds.then_some(&standing), terminal).await;
            let host = host.map_err(one)?;
            host.map_or(NewSite::Starter, |host| NewSite::Host(Box::new(host)))
        }
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
        NewSite::Imported(import) => started(&root, Some(&import), terminal),
        NewSite::Starter => started(&root, None, terminal),
    }
}

/// Writes a configuration that no host is tried of.
fn started(
    root: &Path,
    import: Option<&Import>,
    terminal: &mut Terminal,
) -> Result<ExitStatus, Vec<String>> {
    told(&site_file::write(root, &starter(None, import))?, terminal);
    next_steps(root, import, terminal);
    Ok(ExitStatus::SUCCESS)
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
    host: &AddedHost,
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
