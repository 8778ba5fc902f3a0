//! Hosts of an OpenSSH client configuration as servers.yml and credentials.yml.
//!
//! Takes the file's text and who is asking; gives both files, the key files to copy, and a line for
//! everything that was not taken over. Leaves out a host whose address, port, user or route it
//! cannot say exactly: a wrong one would reach another machine, or the right one as another user.

use std::collections::HashSet;

use super::ssh_config::{LineAndReason, Proxy, Setting, Settings, SshConfig};
use crate::config::{Alias, HostName, KeyPath};

/// Bytes in the name of a credentials entry that is made of a user and a key: the entry's bound is
/// 100 characters, and a number may follow.
const MAX_LOGIN_NAME: usize = 90;
/// Settings of all hosts together, as many as 50 for each of 10,000: each is held, and may be told.
const MAX_SETTINGS: usize = 500_000;
/// The name in the keys directory that no key may have: what stands there would be believed.
const KNOWN_HOSTS: &str = "known_hosts";
/// Seconds that servers.yml takes for `connect_timeout` and for `keepalive`.
const CONNECT_TIMEOUT: (u64, u64) = (1, 600);
const KEEPALIVE: (u64, u64) = (0, 3600);

/// Who is asking: what ssh knows of its user.
#[derive(Debug, Default)]
pub struct LocalUser {
    /// The name to log in with where the file says none.
    pub user: String,
    /// What `~` is.
    pub home: String,
}

/// What was taken over.
#[derive(Debug, Default)]
pub struct Import {
    /// The text of servers.yml.
    pub servers: String,
    /// The text of credentials.yml.
    pub credentials: String,
    /// The hosts' aliases.
    pub aliases: Vec<String>,
    /// Files to copy: where each is, and its name in the keys directory.
    pub files: Vec<(String, String)>,
    /// Lines that were not taken over, and why.
    pub notes: Vec<(usize, String)>,
    /// The names in the keys directory that are not to be had.
    taken: HashSet<String>,
}

/// How hosts are logged in to.
#[derive(Debug, PartialEq, Eq)]
struct ImportedLogin {
    user: String,
    key: Option<String>,
    certificate: Option<String>,
}

/// A host that can be said exactly, if its jump host can.
struct NamedHost<'c> {
    line: usize,
    alias: &'c str,
    host: String,
    port: u16,
    user: String,
    jump: Option<&'c str>,
    settings: Settings<'c>,
}

/// Takes the hosts over.
///
/// # Errors
/// The first line that ssh would refuse, too.
pub fn import(text: &str, asker: &LocalUser) -> Result<Import, LineAndReason> {
    let config = SshConfig::parse(text)?;
    let mut import = Import {
        servers: "# The hosts: see docs/CONFIGURATION.md.\nhosts:\n".to_owned(),
        credentials: "# Who logs in to them, and with what.\nentries:\n".to_owned(),
        notes: config.passed_over.clone(),
        taken: HashSet::from([KNOWN_HOSTS.to_owned()]),
        ..Import::default()
    };
    let (mut found, mut held) = (Vec::new(), 0);
    for (line, alias) in &config.hosts {
        let settings = config.settings(alias);
        held += settings.count();
        if held > MAX_SETTINGS {
            let why =
                format!("more than {MAX_SETTINGS} settings of all hosts together: split the file");
            return Err((*line, why));
        }
        match find(*line, alias, settings, asker) {
            Ok(host) => found.push(host),
            Err((line, why)) => import.leave_out(line, alias, &why),
        }
    }
    let (mut logins, mut names) = (Vec::new(), HashSet::new());
    for host in import.reachable(found) {
        let login = import.login(&host, asker);
        let login = named(&mut logins, &mut names, login);
        import.add(&host, &login);
    }
    for (name, login) in &logins {
        import.credentials.push_str(&entry(name, login));
    }
    import.notes.sort();
    import.notes.dedup();
    Ok(import)
}

fn find<'c>(
    line: usize,
    alias: &'c str,
    settings: Settings<'c>,
    asker: &LocalUser,
) -> Result<NamedHost<'c>, LineAndReason> {
    Alias::parse(alias).map_err(|fault| (line, format!("the alias {fault}")))?;
    let (line, name) = match settings.first("hostname") {
        Some(setting) => (setting.line, expand(&setting.value, &[('h', alias)])),
        None => (line, Some(alias.to_owned())),
    };
    // ssh, too, looks names up in lower case, in DNS and in known_hosts.
    let host = match name {
        Some(name) => HostName::parse(&name.to_ascii_lowercase()),
        None => Err("holds a token other than `%h` and `%%`".to_owned()),
    };
    let host = host.map_err(|fault| (line, format!("the host {fault}")))?;
    let port = settings.first("port").map_or(Ok(22), |setting| {
        let port = setting.value.parse().ok().filter(|port: &u16| *port > 0);
        port.ok_or((setting.line, "the port is no number from 1 to 65535".into()))
    })?;
    let (user_line, user) = match settings.first("user") {
        Some(setting) => (setting.line, setting.value.as_str()),
        None => (line, asker.user.as_str()),
    };
    if user.is_empty() {
        return Err((user_line, "no `User`, and USER is not set".into()));
    }
    let odd = |c: char| c.is_control() || c == '%';
    if user.len() > 255 || user.contains(odd) {
        return Err((user_line, "no user name that credentials.yml takes".into()));
    }
    let jump = match settings.proxy() {
        None => None,
        Some((setting, Proxy::Jump)) => Some(setting.value.as_str()),
        Some((setting, Proxy::Command)) => {
            let why = "`ProxyCommand` starts a program: use `ProxyJump` and an alias";
            return Err((setting.line, why.to_owned()));
        }
    };
    Ok(NamedHost {
        line,
        alias,
        host: host.to_string(),
        port,
        user: user.to_owned(),
        jump,
        settings,
    })
}

impl Import {
    fn leave_out(&mut self, line: usize, alias: &str, why: &str) {
        let alias = alias.escape_debug();
        self.notes
            .push((line, format!("host `{alias}` is left out: {why}")));
    }

    /// Those whose way through jump hosts ends at one that is reached directly.
    fn reachable<'c>(&mut self, found: Vec<NamedHost<'c>>) -> Vec<NamedHost<'c>> {
        let mut reached: HashSet<&str> = HashSet::new();
        loop {
            let before = reached.len();
            let next = found
                .iter()
                .filter(|host| host.jump.is_none_or(|jump| reached.contains(jump)));
            let next: Vec<&str> = next.map(|host| host.alias).collect();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        let (kept, lost): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|host| reached.contains(host.alias));
        for host in lost {
            let jump = host.jump.unwrap_or_default().escape_debug();
            let why = format!(
                "`ProxyJump {jump}` is no alias that is taken over, or leads in a circle: a chain is one \
                 `ProxyJump ALIAS` on each host"
            );
            self.leave_out(host.line, host.alias, &why);
        }
        kept
    }

    /// How a host is logged in to: the first of its keys, or the agent.
    fn login(&mut self, host: &NamedHost<'_>, asker: &LocalUser) -> ImportedLogin {
        let alias = host.alias;
        if host.settings.first("user").is_none() {
            let why = format!("host `{alias}` has no `User`: `{}` is taken", host.user);
            self.notes.push((host.line, why));
        }
        let mut keys = host
            .settings
            .all("identityfile")
            .filter(|key| !key.is_none());
        let key = keys.next().and_then(|key| self.file(key, host, asker));
        if key.is_none() {
            let why = format!("host `{alias}` has no `IdentityFile`: `agent: true` is taken");
            self.notes.push((host.line, why));
        }
        for other in keys {
            let why = "an entry of credentials.yml has one key: this one is not taken over";
            self.notes.push((other.line, why.to_owned()));
        }
        let mut certificates = host.settings.all("certificatefile");
        let certificate = certificates.next().filter(|file| !file.is_none());
        let certificate = certificate.and_then(|file| self.file(file, host, asker));
        ImportedLogin {
            user: host.user.clone(),
            key,
            certificate,
        }
    }

    /// The name of a key file in the keys directory; each file has one of its own.
    fn file(
        &mut self,
        setting: &Setting,
        host: &NamedHost<'_>,
        asker: &LocalUser,
    ) -> Option<String> {
        let port = host.port.to_string();
        let tokens = [
            ('d', asker.home.as_str()),
            ('h', &host.host),
            ('n', host.alias),
            ('p', &port),
            ('r', &host.user),
            ('u', &asker.user),
        ];
        let path = expand(&setting.value, &tokens);
        let path = path.map(|path| match path.strip_prefix("~/") {
            Some(rest) => format!("{}/{rest}", asker.home),
            None => path,
        });
        let name = path.as_deref().and_then(|path| path.rsplit('/').next());
        let path = path
            .as_ref()
            .filter(|path| !path.contains(char::is_control));
        let (Some(path), Some(name)) = (path, name.filter(|name| is_file_name(name))) else {
            let why = "this key file's name cannot be taken over".to_owned();
            self.notes.push((setting.line, why));
            return None;
        };
        if let Some((_, name)) = self.files.iter().find(|(known, _)| known == path) {
            return Some(name.clone());
        }
        let name = unused(name, &mut self.taken);
        self.files.push((path.clone(), name.clone()));
        Some(name)
    }

    /// Appends a host to servers.yml.
    fn add(&mut self, host: &NamedHost<'_>, login: &str) {
        let mut line = |key: &str, value: &str| {
            let indent = if key == "alias" { "  - " } else { "    " };
            self.servers.push_str(&format!("{indent}{key}: {value}\n"));
        };
        line("alias", &yaml(host.alias));
        line("host", &yaml(&host.host));
        line("port", &host.port.to_string());
        line("credentials", &yaml(login));
        if let Some(jump) = host.jump {
            line("jump", &yaml(jump));
        }
        let mut notes = Vec::new();
        for (keyword, key, (from, to)) in [
            ("connecttimeout", "connect_timeout", CONNECT_TIMEOUT),
            ("serveraliveinterval", "keepalive", KEEPALIVE),
        ] {
            let Some(setting) = host.settings.first(keyword) else {
                continue;
            };
            match setting.value.parse::<u64>() {
                Ok(seconds) if (from..=to).contains(&seconds) => line(key, &seconds.to_string()),
                _ => notes.push((
                    setting.line,
                    format!("`{key}` takes {from} to {to} seconds: this is not taken over"),
                )),
            }
        }
        if let Some(setting) = host.settings.first("hostkeyalias") {
            match Alias::parse(&setting.value) {
                Ok(_) => line("host_key_alias", &yaml(&setting.value)),
                Err(fault) => notes.push((setting.line, format!("`host_key_alias` {fault}"))),
            }
        }
        self.notes.extend(notes);
        self.aliases.push(host.alias.to_owned());
    }
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && KeyPath::parse(name, std::path::Path::new("/")).is_ok()
}

/// The name of the entry that is this login, which is made if there is none.
fn named(
    logins: &mut Vec<(String, ImportedLogin)>,
    names: &mut HashSet<String>,
    login: ImportedLogin,
) -> String {
    if let Some((name, _)) = logins.iter().find(|(_, other)| *other == login) {
        return name.clone();
    }
    let key = login.key.as_deref().unwrap_or("agent");
    let name = format!("{}-{key}", login.user);
    let name = if name.len() > MAX_LOGIN_NAME {
        "login"
    } else {
        &name
    };
    let name = unused(name, names);
    logins.push((name.clone(), login));
    name
}

/// The name, or the name with a number that makes it another than all that are taken, however their
/// letters are cased. Among many the first number to be tried is theirs, so that few are.
fn unused(name: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = taken.len().max(2);
    while !taken.insert(candidate.to_ascii_lowercase()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}

/// An entry of credentials.yml. Without a private key it is the agent that logs in.
fn entry(name: &str, login: &ImportedLogin) -> String {
    let (name, user) = (yaml(name), yaml(&login.user));
    let mut text = format!("  - name: {name}\n    username: {user}\n");
    for (key, file) in [
        ("key_path", &login.key),
        ("certificate_path", &login.certificate),
    ] {
        if let Some(file) = file {
            text.push_str(&format!("    {key}: {}\n", yaml(file)));
        }
    }
    if login.key.as_deref().is_none_or(|key| key.ends_with(".pub")) {
        text.push_str("    agent: true\n");
    }
    text
}

/// A scalar that is nothing but this text: in single quotes only a quote is special, and control
/// characters are in none of the values.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Replaces `%` and a letter by what it stands for; nothing when it stands for nothing.
fn expand(text: &str, tokens: &[(char, &str)]) -> Option<String> {
    let mut parts = text.split('%');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let mut rest = part.chars();
        match rest.next() {
            // `%%` leaves an empty part between its two signs.
            None => {
                expanded.push('%');
                expanded.push_str(parts.next()?);
            }
            Some(token) => {
                let (_, value) = tokens.iter().find(|(known, _)| *known == token)?;
                expanded.push_str(value);
                expanded.push_str(rest.as_str());
            }
        }
    }
    Some(expanded)
}
