//! How the server logs in to the host that `init` begins with: a private key, the SSH agent, or a password.
//!
//! Takes: what options or answers gave. Gives: the lines for credentials.yml, and the files for the keys and the secrets
//! directory. Refuses, before anything is written: a key that does not open, and a locked one without its passphrase.

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::import::{KNOWN_HOSTS, PresentHosts, unused, yaml};
use super::key_to_copy::KeyToCopy;
use super::site_stage::{SiteContent, SiteFile};
use crate::config::SecretName;
use crate::secret::Secret;
use crate::ssh::{Identity, SshErrorKind};

/// A key that the server reads is its reader's alone.
const KEY_MODE: u32 = 0o400;
/// So is a secret; a person may have to change it.
const SECRET_MODE: u32 = 0o600;
/// The most characters of what names a secret, so that there is room for a word and a number behind it.
const MAX_OWNER: usize = 80;

/// What logs in.
pub enum FirstLogin {
    /// The keys of the SSH agent.
    Agent,
    /// A private key, and the passphrase that opens it if it is locked.
    Key(KeyToCopy, Option<Secret>),
    /// A password.
    Password(Secret),
}

/// Whether a private key opens.
#[derive(Debug, PartialEq, Eq)]
pub enum KeyLock {
    Open,
    /// It is locked, and no passphrase was given.
    Locked,
    /// The passphrase is that of another key.
    WrongPassphrase,
}

/// The lines for credentials.yml, and the files that they name.
pub struct LoginEntry {
    pub lines: String,
    pub files: Vec<SiteFile>,
}

impl FirstLogin {
    /// The entry beside what is there; a secret is called after `owner`.
    pub fn entry(self, owner: &str, standing: &PresentHosts) -> LoginEntry {
        let lower = |name: &String| name.to_ascii_lowercase();
        let mut keys: HashSet<String> = standing.key_files.iter().map(lower).collect();
        keys.insert(KNOWN_HOSTS.to_owned());
        let mut secrets: HashSet<String> = standing.secret_files.iter().map(lower).collect();
        let logins = standing.inventory.credentials.iter();
        let named = logins.flat_map(|login| login.secrets().map(SecretName::as_str));
        secrets.extend(named.map(str::to_ascii_lowercase));
        match self {
            Self::Agent => LoginEntry {
                lines: "    agent: true\n".to_owned(),
                files: Vec::new(),
            },
            Self::Password(password) => {
                let name = secret_name(owner, "password", &mut secrets);
                LoginEntry {
                    lines: format!("    password_secret: {}\n", yaml(&name)),
                    files: vec![secret_file(&name, &password)],
                }
            }
            Self::Key(key, passphrase) => {
                let name = key.path.file_name().unwrap_or_default().to_string_lossy();
                let name = unused(&name, &mut keys);
                let mut lines = format!("    key_path: {}\n", yaml(&name));
                let mut files = vec![SiteFile {
                    name: format!("keys/{name}"),
                    content: SiteContent::Private(key.bytes),
                    mode: KEY_MODE,
                }];
                if let Some(passphrase) = passphrase {
                    let secret = secret_name(&name, "passphrase", &mut secrets);
                    lines.push_str(&format!("    key_passphrase_secret: {}\n", yaml(&secret)));
                    files.push(secret_file(&secret, &passphrase));
                }
                LoginEntry { lines, files }
            }
        }
    }
}

/// Tries to open the key, as a login would.
///
/// # Errors
/// Why it is no key to log in with.
pub fn lock_of(key: &KeyToCopy, passphrase: Option<&Secret>) -> Result<KeyLock, String> {
    let told = |why: &str| format!("{}: {why}", key.path.display());
    let text = std::str::from_utf8(&key.bytes);
    let text = text.map_err(|_| told("no private key: it is not text"))?;
    let copy = passphrase.map(|secret| Secret::new(secret.expose().to_owned()));
    let identity = Identity::default().with_key(Secret::new(text.to_owned()), copy);
    match identity.check() {
        Ok(()) => Ok(KeyLock::Open),
        Err(error) if error.kind() == SshErrorKind::PassphraseMissing => Ok(KeyLock::Locked),
        Err(error) if error.kind() == SshErrorKind::PassphraseWrong => Ok(KeyLock::WrongPassphrase),
        Err(error) => Err(told(error.detail())),
    }
}

/// A name for a secret that says whose it is and what it is.
fn secret_name(owner: &str, what: &str, taken: &mut HashSet<String>) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let owner: String = owner.chars().take(MAX_OWNER).map(letter).collect();
    unused(&format!("{}-{what}", owner.to_ascii_lowercase()), taken)
}

fn secret_file(name: &str, secret: &Secret) -> SiteFile {
    SiteFile {
        name: format!("secrets/{name}"),
        content: SiteContent::Private(Zeroizing::new(secret.expose().as_bytes().to_vec())),
        mode: SECRET_MODE,
    }
}
