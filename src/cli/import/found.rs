//! A host of an ssh_config, as exactly as an inventory needs it.
//!
//! Takes what ssh is asked for; gives its address, port, user, way and keys. Refuses a host of which one of these
//! cannot be said: a wrong one would reach another machine, or the right one as another user.

use std::path::{Path, PathBuf};

use super::notes::Notes;
use crate::cli::ssh_config::{
    Destination, JumpHop, LineAndReason, Place, Proxy, Setting, Settings, SshConfig, certain_hops,
    command_hop, expand, port, seconds,
};
use crate::config::{Alias, HostName, KeyPath};

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

impl LocalUser {
    /// Who runs this process, as its variables say; where they say no name (cron, a container), as /etc/passwd does.
    pub fn of_process() -> Self {
        let variable = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let user = ["USER", "LOGNAME"].iter().find_map(variable);
        Self {
            user: user.or_else(account_name).unwrap_or_default(),
            home: variable(&"HOME").unwrap_or_default(),
        }
    }

    /// The path that a person writes, who may begin it with `~/`.
    pub fn path(&self, written: &str) -> PathBuf {
        match written.strip_prefix("~/") {
            Some(rest) => Path::new(&self.home).join(rest),
            None => PathBuf::from(written),
        }
    }
}

/// The name that /etc/passwd has for the user of this process: what ssh asks.
fn account_name() -> Option<String> {
    let user = rustix::process::getuid().as_raw().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut named = accounts.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id == user && !name.is_empty()).then(|| name.to_owned())
    });
    named.next()
}

/// A host that can be said exactly, if its jump host can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundHost {
    /// Where it is named.
    pub place: Place,
    pub host: String,
    pub port: u16,
    pub user: String,
    /// Whether the file says the user, or our own name was taken.
    pub user_is_said: bool,
    /// The hosts that it is reached through, the nearest first.
    pub way: Vec<JumpHop>,
    /// The path of its first key that can be named.
    pub key: Option<String>,
    pub certificate: Option<String>,
    pub host_key_alias: Option<String>,
    pub connect_timeout: Option<u64>,
    pub keepalive: Option<u64>,
}

/// What a host is made out of.
struct Search<'s> {
    config: &'s SshConfig,
    asker: &'s LocalUser,
    asked: &'s Destination,
    settings: &'s Settings<'s>,
}

/// Finds a host out of its settings.
///
/// # Errors
/// The line that keeps it from being said exactly, and why.
pub fn find(
    config: &SshConfig,
    asker: &LocalUser,
    (place, asked): (Place, &Destination),
    settings: &Settings<'_>,
    notes: &mut Notes,
) -> Result<FoundHost, LineAndReason> {
    let search = Search {
        config,
        asker,
        asked,
        settings,
    };
    let line = |keyword: &str| {
        settings
            .first(keyword)
            .map_or(place, |setting| setting.place)
    };
    let host = HostName::parse(&settings.host);
    let host = host.map_err(|fault| (line("hostname"), format!("the host {fault}")))?;
    let host = host.to_string();
    let said = settings
        .first("port")
        .and_then(|setting| port(&setting.value));
    let port = asked.port.or(said).unwrap_or(22);
    let (user, user_is_said) = search.user(place)?;
    let mut found = FoundHost {
        place,
        host,
        port,
        user,
        user_is_said,
        way: Vec::new(),
        key: None,
        certificate: None,
        host_key_alias: None,
        connect_timeout: search.seconds(
            "connecttimeout",
            "connect_timeout",
            CONNECT_TIMEOUT,
            notes,
        ),
        keepalive: search.seconds("serveraliveinterval", "keepalive", KEEPALIVE, notes),
    };
    found.host_key_alias = search.host_key_alias(notes);
    found.way = search.way(&found)?;
    found.key = search.file("identityfile", &found, notes);
    found.certificate = search.file("certificatefile", &found, notes);
    Ok(found)
}

impl FoundHost {
    /// Whether both are reached and logged in to alike.
    pub fn is_like(&self, other: &Self) -> bool {
        let place_aside = Self {
            place: other.place,
            user_is_said: other.user_is_said,
            ..self.clone()
        };
        place_aside == *other
    }
}

impl Search<'_> {
    /// The user, and whether the file or the way says it.
    fn user(&self, place: Place) -> Result<(String, bool), LineAndReason> {
        let setting = self.settings.first("user");
        let said = setting.map(|setting| &setting.value);
        let said = self.asked.user.as_ref().or(said);
        let place = setting.map_or(place, |setting| setting.place);
        let user = said.unwrap_or(&self.asker.user);
        if user.is_empty() {
            return Err((place, "no `User`, and USER is not set".to_owned()));
        }
        // Newer versions of ssh put values in the place of `%…` and `${…}`.
        let odd = |c: char| is_unwritable(c) || c == '%';
        if user.len() > 255 || user.contains(odd) || user.contains("${") {
            let why = "no user name that credentials.yml takes";
            return Err((place, why.to_owned()));
        }
        Ok((user.clone(), said.is_some()))
    }

    /// The hosts on the way.
    fn way(&self, found: &FoundHost) -> Result<Vec<JumpHop>, LineAndReason> {
        if !self.asked.way.is_empty() {
            return Ok(self.asked.way.clone());
        }
        let (setting, way) = match self.settings.proxy() {
            None => return Ok(Vec::new()),
            Some(Proxy::Jump(setting)) => {
                (setting, certain_hops(&setting.value).unwrap_or_default())
            }
            Some(Proxy::Command(setting)) => {
                let hop = command_hop(&setting.value);
                (setting, hop.into_iter().collect())
            }
        };
        let word = |text: &str| self.word(text, found);
        let hop = |hop: &JumpHop| {
            Some(JumpHop {
                name: word(&hop.name)?,
                user: match &hop.user {
                    Some(user) => Some(word(user)?),
                    None => None,
                },
                port: hop.port,
            })
        };
        let way: Option<Vec<JumpHop>> = way.iter().map(hop).collect();
        way.filter(|way| !way.is_empty()).ok_or_else(|| {
            let why = "a `ProxyCommand` that is more than `ssh -W %h:%p HOST`, or signs of a shell in a `ProxyJump`: \
                       use `ProxyJump` with the names of hosts";
            (setting.place, why.to_owned())
        })
    }

    /// A word of the command that ssh makes of a way: a shell reads it, so it must be nothing but a name.
    fn word(&self, text: &str, found: &FoundHost) -> Option<String> {
        let port = found.port.to_string();
        let word = expand(text, |token| match token {
            'h' => Some(&found.host),
            'n' => Some(&self.asked.name),
            'p' => Some(&port),
            'r' => Some(&found.user),
            _ => None,
        });
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':');
        word.filter(|word| word.chars().all(plain) && !word.starts_with('-'))
    }

    fn seconds(
        &self,
        keyword: &str,
        key: &str,
        (from, to): (u64, u64),
        notes: &mut Notes,
    ) -> Option<u64> {
        let setting = self.settings.first(keyword)?;
        let seconds = seconds(&setting.value).filter(|seconds| (from..=to).contains(seconds));
        if seconds.is_none() {
            let why = format!("`{key}` takes {from} to {to} seconds: this is not taken over");
            notes.line(|place| self.config.shown(place), setting.place, &why);
        }
        seconds
    }

    fn host_key_alias(&self, notes: &mut Notes) -> Option<String> {
        let setting = self.settings.first("hostkeyalias")?;
        let alias = setting.value.to_ascii_lowercase();
        match Alias::parse(&alias) {
            Ok(_) => Some(alias),
            Err(fault) => {
                notes.line(
                    |place| self.config.shown(place),
                    setting.place,
                    &format!("`host_key_alias` {fault}"),
                );
                None
            }
        }
    }

    /// The path of the first file of a kind.
    fn file(&self, keyword: &str, found: &FoundHost, notes: &mut Notes) -> Option<String> {
        let mut first = None;
        for setting in self.settings.all(keyword) {
            let path = self.path(setting, found);
            let why = match (&first, &path) {
                (None, Some(_)) => {
                    first = path;
                    continue;
                }
                (None, None) => "this key file's name cannot be taken over",
                (Some(_), _) => {
                    "an entry of credentials.yml has one key: this one is not taken over"
                }
            };
            notes.line(|place| self.config.shown(place), setting.place, why);
        }
        first
    }

    /// The path of a key file, if it can be said.
    fn path(&self, setting: &Setting, found: &FoundHost) -> Option<String> {
        let port = found.port.to_string();
        let uid = rustix::process::getuid().as_raw().to_string();
        let text = with_variables(&setting.value)?;
        let path = expand(&text, |token| match token {
            'd' => Some(self.asker.home.as_str()),
            'h' => Some(&found.host),
            'i' => Some(&uid),
            'k' => Some(found.host_key_alias.as_ref().unwrap_or(&self.asked.name)),
            'n' => Some(&self.asked.name),
            'p' => Some(&port),
            'r' => Some(&found.user),
            'u' => Some(&self.asker.user),
            _ => None,
        })?;
        let path = match path.strip_prefix('~') {
            Some(rest) if rest.starts_with('/') => format!("{}{rest}", self.asker.home),
            // The home of somebody else.
            Some(_) => return None,
            None => path,
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let windows =
            matches!(path.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
        let sound = is_file_name(name) && !path.contains(is_unwritable) && !windows;
        sound.then_some(path)
    }
}

/// Replaces `${NAME}` by the value of that variable, whose `%` are then no tokens; nothing where it has none.
fn with_variables(text: &str) -> Option<String> {
    let mut parts = text.split("${");
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        replaced.push_str(&std::env::var(name).ok()?.replace('%', "%%"));
        replaced.push_str(rest);
    }
    Some(replaced)
}

/// Whether a name with this character is none that a file of YAML can hold: a control character, or one of the last two of
/// the first plane, which are no characters.
pub fn is_unwritable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Whether a file of this name may be in the keys directory.
pub fn is_file_name(name: &str) -> bool {
    !name.is_empty() && KeyPath::parse(name, std::path::Path::new("/")).is_ok()
}
