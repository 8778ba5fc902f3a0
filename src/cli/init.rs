//! `mcp-ssh init DIR`: a configuration to start from.
//!
//! Takes a directory and a host that options or answers name, a client configuration of OpenSSH or an inventory of
//! Ansible; gives config/ with its four files, keys/ and secrets/, and says what to do next. Refuses when one of the
//! files is there already, and then leaves everything as it was; with `--add` it adds the hosts to what is there.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::add_lock::AddLock;
use super::first_host::{AddedHost, FirstHost};
use super::first_login::FirstLogin;
use super::held_signals::HeldSignals;
use super::import::{Import, KNOWN_HOSTS, PresentHosts};
use super::init_answers::LEFT;
use super::init_arguments::InitArguments;
use super::init_source::{ImportSource, imported};
use super::init_steps::next_steps;
use super::init_try::HostTrial;
use super::known_hosts_file::add_line;
use super::site_stage::{SiteContent, SiteFile, SiteStage};
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

/// What is to be written where, and what is there already.
struct PlannedSite {
    root: PathBuf,
    site: NewSite,
    /// What is added to.
    added: Option<(AddLock, PresentHosts)>,
    asks: bool,
}

async fn begun(
    options: &InitArguments,
    terminal: &mut Terminal,
) -> Result<ExitStatus, Vec<String>> {
    let hold = || HeldSignals::hold().map_err(|error| vec![error.to_string()]);
    // Where nobody is asked, a file may be a pipe that keeps us waiting: a signal ends that as it ends any process.
    let (mut held, planned) = match options.imports() || !terminal.is_attended() {
        true => {
            let planned = planned(options, terminal).await?;
            (hold()?, planned)
        }
        false => {
            let mut held = hold()?;
            match held.or_ended(planned(options, terminal)).await {
                Ok(planned) => (held, planned?),
                Err(ended) => {
                    // The question stands on a line that has no end.
                    terminal.error(&format!("\nmcp-ssh: ended by a signal: {LEFT}"));
                    return Ok(ended);
                }
            }
        }
    };
    let root = planned.root.clone();
    let trial = written(planned, terminal)?;
    if let Some(ended) = held.has_come().await {
        return Ok(ended);
    }
    let status = match trial {
        Some(trial) => {
            held.or_ended(init_try::tried(&root, &trial, terminal))
                .await
        }
        None => Ok(ExitStatus::SUCCESS),
    };
    let (Ok(status) | Err(status)) = status;
    Ok(held.has_come().await.unwrap_or(status))
}

/// Asks and reads all that is needed. Writes nothing.
async fn planned(
    options: &InitArguments,
    terminal: &mut Terminal,
) -> Result<PlannedSite, Vec<String>> {
    let one = |fault: String| vec![fault];
    let (ssh_config, ansible) = (&options.from_ssh_config, &options.from_ansible);
    let source = ImportSource::of(ssh_config.as_deref(), ansible.as_deref());
    let asks = source.is_none() && options.host.is_none() && terminal.is_attended();
    let directory = match (&options.directory, asks) {
        (Some(directory), _) => directory.clone(),
        (None, _) => init_questions::directory(terminal).await.map_err(one)?,
    };
    let root = std::path::absolute(directory).map_err(|error| vec![error.to_string()])?;
    site_file::fit(&root)?;
    let adds = options.add || (asks && root.join("config/servers.yml").is_file());
    // What is there stays so from here until all is written.
    let added = match adds {
        true => {
            let lock = AddLock::take(&root.join("config"), terminal)
                .await
                .map_err(one)?;
            // Before it counts as what is there.
            init_add::swept(&root, &lock).map_err(one)?;
            drop(SiteStage::swept(&root).map_err(one)?);
            Some((lock, init_add::standing(&root)?))
        }
        false => None,
    };
    let nothing = PresentHosts::default();
    let standing = added.as_ref().map(|(_, standing)| standing);
    let site = match (source, &options.host) {
        (Some(source), _) => {
            NewSite::Imported(imported(source, standing.unwrap_or(&nothing), terminal)?)
        }
        (None, Some(host)) => {
            let standing = standing.unwrap_or(&nothing);
            let host = init_named::named(host, options, standing, terminal).await;
            NewSite::Host(Box::new(host.map_err(one)?))
        }
        (None, None) if asks => {
            let host = init_questions::host(standing, terminal).await;
            let host = host.map_err(one)?;
            host.map_or(NewSite::Starter, |host| NewSite::Host(Box::new(host)))
        }
        (None, None) => NewSite::Starter,
    };
    Ok(PlannedSite {
        root,
        site,
        added,
        asks,
    })
}

/// Writes it all, or nothing; gives what is then tried.
fn written(
    planned: PlannedSite,
    terminal: &mut Terminal,
) -> Result<Option<HostTrial>, Vec<String>> {
    let PlannedSite {
        root,
        site,
        added,
        asks,
    } = planned;
    let root = root.as_path();
    let added = added.as_ref().map(|(_, standing)| standing);
    let import = match (site, added) {
        (NewSite::Host(host), _) => {
            return with_host(root, *host, added, asks, terminal).map(Some);
        }
        (NewSite::Starter, Some(_)) => return Ok(None),
        (NewSite::Imported(import), Some(_)) if import.aliases.is_empty() => {
            terminal.line("nothing was added: no host that can be taken over is new");
            return Ok(None);
        }
        (NewSite::Imported(import), Some(standing)) => {
            init_add::add(root, standing, &import, terminal)?;
            Some(import)
        }
        (NewSite::Imported(import), None) => Some(import),
        (NewSite::Starter, None) => None,
    };
    if added.is_none() {
        let written = site_file::write(root, &starter(None, import.as_ref()))?;
        told(&written.keep(), terminal);
    }
    next_steps(root, import.as_ref(), terminal);
    Ok(None)
}

/// Writes a configuration for the host, or adds the host to one.
fn with_host(
    root: &Path,
    host: FirstHost,
    standing: Option<&PresentHosts>,
    asks: bool,
    terminal: &mut Terminal,
) -> Result<HostTrial, Vec<String>> {
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
            told(&site_file::write(root, &files)?.keep(), terminal);
        }
    }
    Ok(trial)
}

/// Adds the host: first the files that its entries name, then the entries. What was made is taken back when something fails.
fn added(
    root: &Path,
    standing: &PresentHosts,
    host: &AddedHost,
    terminal: &mut Terminal,
) -> Result<(), Vec<String>> {
    let made = site_file::write(root, &host.files)?;
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
        made.undo();
        return added;
    }
    told(&made.keep(), terminal);
    if let Some(line) = known.ok().flatten().and_then(|line| line.told()) {
        terminal.line(&line);
    }
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
