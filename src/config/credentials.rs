//! credentials.yml: the remote users, and the keys and passwords with which they log in.
//!
//! Takes the file's text, which no fault ever quotes; gives [`Credentials`]. Refuses an entry that has no way
//! to log in. An empty value counts as absent.
//!
//! ```text
//! entries:
//!   - name, username                             both required
//!     key_path, key_passphrase_secret            a private key in the keys directory
//!     certificate_path                           the OpenSSH certificate of the key, beside the key
//!     password_secret                            the name of a secret
//!     sudo_password_secret                       the name of a secret: what sudo is answered, see `become` of a rule
//!     password                                   the password itself; taken, with a warning
//!     agent: true                                the agent at SSH_AUTH_SOCK; with a key_path that
//!                                                ends with .pub, that one key of the agent's
//!     none: true                                 the host knows by the network who calls, and asks
//!                                                for no proof (method `none`, RFC 4252 section 5.2)
//! ```

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::rc::Rc;

use super::keys::KeyPath;
use super::secret_name::SecretName;
use super::written::Written;
use crate::secret::Secret;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source};
use mcp_ssh_yaml::quotable::is_quotable;
use mcp_ssh_yaml::{Faults, Fields, parse};

const FILE_KEYS: &[&str] = &["entries"];
const ENTRY_KEYS: &[&str] = &[
    "name",
    "username",
    "key_path",
    "key_passphrase_secret",
    "certificate_path",
    "password_secret",
    "sudo_password_secret",
    "password",
    "agent",
    "none",
];
/// The most characters of an entry's name, as in an alias.
const MAX_NAME: usize = 100;
/// The most octets of a user name; Linux allows 32, directory services allow more.
const MAX_USERNAME: usize = 255;

/// One way to log in.
#[derive(Debug)]
pub struct Credential {
    /// The name by which hosts refer to the entry.
    pub name: Rc<str>,
    /// Where the name is written.
    pub written: Written,
    /// The remote user.
    pub username: String,
    /// The file of a private key or, with `agent: true`, of a public one.
    pub key_path: Option<KeyPath>,
    /// The secret with the passphrase of the key.
    pub key_passphrase_secret: Option<SecretName>,
    /// The file of the key's OpenSSH certificate.
    pub certificate_path: Option<KeyPath>,
    /// The secret with the password.
    pub password_secret: Option<SecretName>,
    /// The secret with the password that sudo is answered on the hosts of the entry.
    pub sudo_password_secret: Option<SecretName>,
    /// The password written into the file; absent when `password_secret` is given.
    pub password: Option<Secret>,
    /// Whether the agent's keys are offered.
    pub agent: Agent,
    /// Whether a host is expected that asks for no proof, so that there need not be one.
    pub none: bool,
}

/// Whether the keys of the agent at `SSH_AUTH_SOCK` are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent {
    /// The keys of the agent are offered.
    Asked,
    /// The agent is not asked.
    Ignored,
}

/// The name of the entry; the place where it is written, if the name looks like a secret.
impl fmt::Display for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_quotable(&self.name) {
            write!(formatter, "credential `{}`", self.name)
        } else {
            write!(formatter, "the credential of {}", self.written)
        }
    }
}

impl Credential {
    /// The private key to open.
    pub fn private_key(&self) -> Option<&KeyPath> {
        self.key_path
            .as_ref()
            .filter(|_| self.agent_key().is_none())
    }

    /// The public half of the agent's one key to use: `key_path: KEY.pub` beside `agent: true`.
    pub fn agent_key(&self) -> Option<&KeyPath> {
        let public = |path: &&KeyPath| path.as_path().extension() == Some("pub".as_ref());
        let path = self.key_path.as_ref().filter(public)?;
        (self.agent == Agent::Asked).then_some(path)
    }

    /// The files without a secret: certificates and public keys.
    pub fn public_files(&self) -> impl Iterator<Item = &KeyPath> {
        self.agent_key().into_iter().chain(&self.certificate_path)
    }

    /// Whether both entries log in as one user with equal means. Passwords in the file are not compared: an entry
    /// with such a password equals only itself.
    pub fn proves_the_same(&self, other: &Self) -> bool {
        let written = |credential: &Self| credential.password.is_some();
        std::ptr::eq(self, other)
            || self.username == other.username
                && self.key_path == other.key_path
                && self.key_passphrase_secret == other.key_passphrase_secret
                && self.certificate_path == other.certificate_path
                && self.password_secret == other.password_secret
                && self.sudo_password_secret == other.sudo_password_secret
                && self.agent == other.agent
                && self.none == other.none
                && !written(self)
                && !written(other)
    }

    /// The names of the secrets that the entry needs.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        [
            &self.key_passphrase_secret,
            &self.password_secret,
            &self.sudo_password_secret,
        ]
        .into_iter()
        .flatten()
    }
}

/// Every entry, by name and in the order of the file.
#[derive(Debug, Default)]
pub struct Credentials {
    entries: Vec<Rc<Credential>>,
    by_name: HashMap<Rc<str>, usize>,
}

impl Credentials {
    /// The entry with a name.
    pub fn get(&self, name: &str) -> Option<&Rc<Credential>> {
        self.entries.get(*self.by_name.get(name)?)
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Credential>> {
        self.entries.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The result of reading credentials.yml.
pub(super) struct CredentialsFile {
    /// The entries without a fault.
    pub(super) credentials: Credentials,
    /// The names of all entries, to which hosts may refer; `None` when they are not all known.
    pub(super) names: Option<HashSet<Rc<str>>>,
    /// The warnings; or all faults, when there is an error among them.
    pub(super) found: Result<Vec<Diagnostic>, Vec<Diagnostic>>,
}

/// Reads credentials.yml.
pub(super) fn read(source: &Source, keys: &Path) -> CredentialsFile {
    let mut node = match parse(source) {
        Ok(node) => node,
        Err(faults) => {
            return CredentialsFile {
                credentials: Credentials::default(),
                names: None,
                found: Err(faults),
            };
        }
    };
    let faults = Faults::new(source);
    let mut credentials = Credentials::default();
    let mut lines = HashMap::new();
    let mut names_all = false;
    if let Some(file) = Fields::open(&node, "credentials.yml", FILE_KEYS, &faults) {
        let entries = listed(file, "entries", "entry", ENTRY_KEYS);
        let written = file.get("entries");
        names_all = written.is_some_and(|node| node.is_list_of(entries.len()))
            && entries.iter().all(|entry| entry.is_text("name"));
        for fields in entries {
            let credential = entry(fields, keys);
            let name = fields.get("name").and_then(|node| node.text());
            if let Some(name) = name
                && let Some(first) = lines.insert(name.into(), fields.value_span("name").line)
            {
                faults.error(
                    fields.value_span("name"),
                    format!("this name is taken by the entry on line {first}: rename one of them"),
                );
            }
            if let Some(credential) = credential {
                let index = credentials.entries.len();
                credentials.by_name.insert(credential.name.clone(), index);
                credentials.entries.push(Rc::new(credential));
            }
        }
    }
    node.wipe();
    // What cannot be read may be the entry that a host means.
    let names_all = names_all || !faults.any_error();
    CredentialsFile {
        credentials,
        names: names_all.then(|| lines.into_keys().collect()),
        found: faults.finish(),
    }
}

/// The mappings of a file's one list. An empty list gives only a warning.
pub(super) fn listed<'n, 'f>(
    file: Fields<'n, 'f>,
    key: &str,
    what: &'static str,
    known: &'static [&'static str],
) -> Vec<Fields<'n, 'f>> {
    if !file.is_written(key) {
        file.required(key);
        return Vec::new();
    }
    let items: Vec<_> = file.each(key, what, known).collect();
    let nothing = file.get(key).is_none_or(|node| node.is_empty_list());
    if nothing {
        file.faults()
            .warning(file.key_span(key), format!("no {key}: list at least one"));
    }
    items
}

fn entry(fields: Fields<'_, '_>, keys: &Path) -> Option<Credential> {
    let faults = fields.faults();
    let errors = faults.errors();
    let secret = |key: &str| {
        let (text, span) = fields.filled(key)?;
        let written = Written::at(faults.source(), span, key);
        SecretName::parse(text)
            .map(|name| name.written(written))
            .map_err(|fault| faults.error(span, format!("`{key}` {fault}")))
            .ok()
    };
    let path = |key: &str| {
        let (text, span) = fields.filled(key)?;
        let written = Written::at(faults.source(), span, key);
        KeyPath::parse(text, keys)
            .map(|path| path.written(written))
            .map_err(|fault| faults.error(span, format!("`{key}` {}", fault.reason())))
            .ok()
    };
    let name = required_text(fields, "name", MAX_NAME);
    let username = required_text(fields, "username", MAX_USERNAME);
    let credential = Credential {
        name: name.unwrap_or_default().into(),
        written: Written::at(faults.source(), fields.value_span("name"), "name"),
        username: username.unwrap_or_default().to_owned(),
        key_path: path("key_path"),
        key_passphrase_secret: secret("key_passphrase_secret"),
        certificate_path: path("certificate_path"),
        password_secret: secret("password_secret"),
        sudo_password_secret: secret("sudo_password_secret"),
        password: inline_password(fields),
        agent: match fields.boolean("agent") {
            Some(true) => Agent::Asked,
            Some(false) | None => Agent::Ignored,
        },
        none: fields.boolean("none") == Some(true),
    };
    // What could not be read may be the way to log in.
    if faults.errors() == errors {
        report_combination(fields, &credential);
    }
    name.and(username).map(|_| credential)
}

/// A text that must be there, without control characters.
fn required_text<'n>(fields: Fields<'n, '_>, key: &str, longest: usize) -> Option<&'n str> {
    fields.required(key)?;
    let (text, span) = fields.text(key)?;
    let fault = if text.is_empty() {
        "is empty: fill it in".to_owned()
    } else if text.chars().any(char::is_control) {
        "holds a control character: remove it".to_owned()
    } else if text.len() > longest {
        format!("is longer than {longest} bytes: shorten it")
    } else {
        return Some(text);
    };
    fields.faults().error(span, format!("`{key}` {fault}"));
    None
}

fn inline_password(fields: Fields<'_, '_>) -> Option<Secret> {
    let (password, _) = fields.filled("password")?;
    let span = fields.key_span("password");
    if fields.is_filled("password_secret") {
        let message = "`password` is ignored beside `password_secret`: remove it";
        fields.faults().warning(span, message);
        return None;
    }
    let message = "a password in a configuration file: move it to a secret and name that with `password_secret`";
    fields.faults().warning(span, message);
    Some(Secret::new(password.to_owned()))
}

fn report_combination(fields: Fields<'_, '_>, credential: &Credential) {
    let agent = credential.agent == Agent::Asked;
    let ways = ["key_path", "password_secret", "password"];
    let misspelt = ways.iter().chain(&["agent", "none"]);
    let misspelt = misspelt.filter(|key| fields.is_misspelt(key)).count() > 0;
    let filled = ways.iter().any(|key| fields.is_filled(key));
    if !agent && !credential.none && !filled && !misspelt {
        fields.faults().error(
            fields.span(),
            "entry with no way to log in: add `key_path`, `password_secret`, `agent: true` or `none: true`",
        );
    }
    let key = fields.is_filled("key_path");
    let certifiable = key || agent;
    for (key, useful) in [
        ("key_passphrase_secret", key),
        ("certificate_path", certifiable),
    ] {
        if fields.is_filled(key) && !useful {
            fields.faults().warning(
                fields.key_span(key),
                format!("`{key}` does nothing without `key_path`: add the key, or remove this"),
            );
        }
    }
}
