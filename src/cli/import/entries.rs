//! ImportedEntries of servers.yml and credentials.yml, as text.
//!
//! Takes hosts and how each is logged in to; gives the text of the entries. Names of logins and key files that are
//! taken already get a number.

use std::collections::HashSet;

use super::found::LocalUser;
use super::names::{KNOWN_HOSTS, PresentHosts, unused};
use super::notes::{Notes, Topic};
use super::ways::RoutedHost;

/// Bytes in the name of a credentials entry that is made of a user and a key: the entry's bound is 100 characters, and
/// a number may follow.
const MAX_LOGIN_NAME: usize = 90;

/// What was taken over.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Entries of servers.yml, two blanks in front of each.
    pub servers: String,
    /// Entries of credentials.yml, likewise.
    pub credentials: String,
    /// The aliases of the hosts, those of jump hosts that have no `Host` line among them.
    pub aliases: Vec<String>,
    /// Files to copy: where each is, and its name in the keys directory.
    pub files: Vec<(String, String)>,
    /// How many hosts of the file servers.yml has already.
    pub present: usize,
    /// Lines to tell.
    pub told: Vec<String>,
}

/// What the file that is imported calls the user and the key.
#[derive(Debug)]
pub struct SourceWords {
    pub user: &'static str,
    pub key: &'static str,
}

/// How hosts are logged in to.
#[derive(Debug, PartialEq, Eq)]
struct ImportedLogin {
    user: String,
    key: Option<String>,
    certificate: Option<String>,
}

/// The entries, as they come.
pub struct ImportedEntries {
    words: &'static SourceWords,
    import: Import,
    logins: Vec<(String, ImportedLogin)>,
    login_names: HashSet<String>,
    key_files: HashSet<String>,
    /// Whether servers.yml may have a default jump host.
    has_defaults: bool,
}

impl ImportedEntries {
    pub fn new(standing: &PresentHosts, words: &'static SourceWords) -> Self {
        let lower = |name: &str| name.to_ascii_lowercase();
        let mut key_files: HashSet<String> =
            standing.key_files.iter().map(|name| lower(name)).collect();
        key_files.insert(KNOWN_HOSTS.to_owned());
        let mut login_names = HashSet::new();
        for login in standing.inventory.credentials.iter() {
            login_names.insert(lower(&login.name));
            let files = [&login.key_path, &login.certificate_path];
            let names = files.into_iter().flatten();
            key_files.extend(names.map(|file| lower(&file.as_path().to_string_lossy())));
        }
        Self {
            words,
            import: Import::default(),
            logins: Vec::new(),
            login_names,
            key_files,
            has_defaults: !standing.inventory.hosts.is_empty(),
        }
    }

    /// Adds a host.
    pub fn add(&mut self, host: RoutedHost, asker: &LocalUser, notes: &mut Notes) {
        let RoutedHost {
            alias,
            found,
            jump,
            tags,
        } = host;
        if !found.user_is_said {
            let why = format!("has no `{}`: `{}` is taken", self.words.user, asker.user);
            notes.host(Topic::Taken, found.place, &alias, &why);
        }
        if found.key.is_none() {
            let why = format!("has no `{}`: `agent: true` is taken", self.words.key);
            notes.host(Topic::Taken, found.place, &alias, &why);
        }
        let login = ImportedLogin {
            user: found.user,
            key: found.key.map(|path| self.file(path)),
            certificate: found.certificate.map(|path| self.file(path)),
        };
        let login = self.login(login);
        let mut line = |key: &str, value: &str| {
            let indent = if key == "alias" { "  - " } else { "    " };
            self.import
                .servers
                .push_str(&format!("{indent}{key}: {value}\n"));
        };
        line("alias", &yaml(&alias));
        line("host", &yaml(&found.host));
        line("port", &found.port.to_string());
        line("credentials", &yaml(&login));
        if !tags.is_empty() {
            let tags: Vec<String> = tags.iter().map(|tag| yaml(tag)).collect();
            line("tags", &format!("[{}]", tags.join(", ")));
        }
        if jump.is_some() || self.has_defaults {
            line("jump", &yaml(jump.as_deref().unwrap_or_default()));
        }
        for (key, seconds) in [
            ("connect_timeout", found.connect_timeout),
            ("keepalive", found.keepalive),
        ] {
            if let Some(seconds) = seconds {
                line(key, &seconds.to_string());
            }
        }
        if let Some(name) = &found.host_key_alias {
            line("host_key_alias", &yaml(name));
        }
        self.import.aliases.push(alias);
    }

    /// The entries as text.
    pub fn finish(mut self) -> Import {
        for (name, login) in &self.logins {
            self.import.credentials.push_str(&entry(name, login));
        }
        self.import
    }

    /// The name of a key file in the keys directory; each file has one of its own.
    fn file(&mut self, path: String) -> String {
        let files = &mut self.import.files;
        if let Some((_, name)) = files.iter().find(|(known, _)| *known == path) {
            return name.clone();
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let name = unused(name, &mut self.key_files);
        files.push((path, name.clone()));
        name
    }

    /// The name of the entry that is this login, which is made if there is none.
    fn login(&mut self, login: ImportedLogin) -> String {
        if let Some((name, _)) = self.logins.iter().find(|(_, other)| *other == login) {
            return name.clone();
        }
        let key = login.key.as_deref().unwrap_or("agent");
        let name = format!("{}-{key}", login.user);
        let name = if name.len() > MAX_LOGIN_NAME {
            "login"
        } else {
            &name
        };
        let name = unused(name, &mut self.login_names);
        self.logins.push((name.clone(), login));
        name
    }
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

/// A scalar that is nothing but this text: in single quotes only a quote is special, and control characters are in
/// none of the values.
pub fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
