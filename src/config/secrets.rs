//! Passwords and passphrases by name, from the first place that has one.
//!
//! Takes a [`SecretName`]; gives a [`Secret`]. Looks, in this order, for `NAME` (upper case, `-`
//! as `_`) in the environment, `MCP_SSH_SECRET_NAME` there, the name in `<secrets>/.env`, the
//! file `<secrets>/name`, the file `/run/secrets/name`. An empty value is no secret: the next
//! place is asked. Refuses to go on past a place that is there and cannot be read.
//!
//! Links are followed as long as they stay inside the directory, since Kubernetes mounts each
//! secret as one (`name -> ..data/name`).

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, fstat, stat};
use zeroize::Zeroizing;

use super::dotenv;
use super::environment::Environment;
use super::file::{Links, Unread, open_beneath, read_regular, refused};
use crate::diagnostic::Diagnostic;
use crate::secret::Secret;

/// Characters in a secret's name.
const MAX_NAME: usize = 100;
/// Bytes in a secret's file or in `.env`. Passwords are short; a file this large is a mistake.
const MAX_SECRET_BYTES: u64 = 64 * 1024;
/// Where Docker and Podman put the secrets of a container.
pub const RUN_SECRETS: &str = "/run/secrets";

/// The file in the secrets directory that may hold several.
const DOTENV: &str = ".env";

/// The name of a secret: `[A-Za-z0-9_-]{1,100}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName(String);

/// What is wrong with a secret's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretNameFault {
    /// Nothing, or a character that is no letter, digit, `_` or `-`.
    Characters,
    /// More than 100 characters.
    TooLong,
}

impl SecretName {
    /// Checks a name.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SecretNameFault> {
        if text.len() > MAX_NAME {
            return Err(SecretNameFault::TooLong);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if text.is_empty() || !text.chars().all(allowed) {
            return Err(SecretNameFault::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The variable it may be in: upper case, `-` as `_`.
    fn variable(&self) -> String {
        self.0.to_ascii_uppercase().replace('-', "_")
    }

    /// The variable with the prefix that keeps it apart from others.
    fn prefixed(&self) -> String {
        format!("MCP_SSH_SECRET_{}", self.variable())
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl SecretNameFault {
    /// The security event it is, as `(event_type, reason)`.
    pub fn event(self) -> (&'static str, &'static str) {
        match self {
            Self::Characters => ("invalid_secret_name", "contains_invalid_characters"),
            Self::TooLong => ("input_length_limit_exceeded", "secret_name_too_long"),
        }
    }
}

impl fmt::Display for SecretNameFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Characters => formatter
                .write_str("holds more than letters, digits, `_` and `-`: it is the name of a secret, not the secret"),
            Self::TooLong => write!(formatter, "is longer than {MAX_NAME} characters"),
        }
    }
}

/// The places secrets are looked for.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The secrets directory.
    pub directory: PathBuf,
    /// Where the container engine mounts secrets: [`RUN_SECRETS`].
    pub mount: PathBuf,
    /// The environment.
    pub environment: Environment,
}

impl Secrets {
    /// The secrets of a directory, the process's environment and `/run/secrets`.
    pub fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            mount: PathBuf::from(RUN_SECRETS),
            environment: Environment::Process,
        }
    }

    /// The secret of a name.
    ///
    /// # Errors
    /// Every place that was tried, or the one that has it and cannot be used.
    pub fn get(&self, name: &SecretName) -> Result<Secret, SecretFault> {
        let fault = |kind| SecretFault {
            name: name.clone(),
            kind,
        };
        let mut tried = Vec::new();
        for place in self.places(name) {
            match self.look(&place, name) {
                Ok(Some(value)) if !value.is_empty() => return Ok(Secret::new(value.to_string())),
                Ok(Some(_)) => tried.push(format!("{place} (empty)")),
                Ok(None) => tried.push(place.to_string()),
                Err(why) => {
                    let place = place.to_string();
                    return Err(fault(SecretFaultKind::Unusable { place, why }));
                }
            }
        }
        Err(fault(SecretFaultKind::Missing { tried }))
    }

    /// In the order they are asked.
    fn places(&self, name: &SecretName) -> [Place; 5] {
        [
            Place::Variable(name.variable()),
            Place::Variable(name.prefixed()),
            Place::DotEnv(self.directory.join(DOTENV)),
            Place::File(self.directory.clone()),
            Place::File(self.mount.clone()),
        ]
        .map(|place| match place {
            Place::File(directory) => Place::File(directory.join(&name.0)),
            other @ (Place::Variable(_) | Place::DotEnv(_)) => other,
        })
    }

    /// What a place has under the name: nothing, a value that may be empty, or why it is unusable.
    fn look(&self, place: &Place, name: &SecretName) -> Result<Option<Zeroizing<String>>, String> {
        match place {
            Place::Variable(variable) => match self.environment.get(variable) {
                None => Ok(None),
                Some(value) => match value.into_string() {
                    Ok(value) => Ok(Some(Zeroizing::new(value))),
                    Err(_) => Err("is not UTF-8".to_owned()),
                },
            },
            Place::DotEnv(path) => {
                let Some(text) = read(path)? else {
                    return Ok(None);
                };
                dotenv::lookup(&text, &[&name.0, &name.variable(), &name.prefixed()])
                    .map_err(|fault| format!("line {}: a quote is not closed", fault.line))
            }
            Place::File(path) => {
                let text = read(path)?;
                Ok(text.map(|text| Zeroizing::new(without_newline(&text).to_owned())))
            }
        }
    }

    /// A warning for each file in the secrets directory that holds one of `names`, or is `.env`,
    /// and that others can read. `/run/secrets` is the engine's: nobody else is in the container.
    pub fn exposed<'n>(&self, names: impl IntoIterator<Item = &'n SecretName>) -> Vec<Diagnostic> {
        let passable = stat(&self.directory)
            .is_ok_and(|status| Mode::from_raw_mode(status.st_mode).intersects(Mode::XOTH));
        if !passable {
            return Vec::new();
        }
        let mut files: Vec<&str> = names.into_iter().map(|name| name.0.as_str()).collect();
        files.push(DOTENV);
        files.sort_unstable();
        files.dedup();
        files
            .into_iter()
            .filter(|file| {
                open_beneath(&self.directory, Path::new(file), Links::Inside)
                    .ok()
                    .and_then(|file| fstat(&file).ok())
                    .is_some_and(|status| {
                        Mode::from_raw_mode(status.st_mode).intersects(Mode::ROTH | Mode::WOTH)
                    })
            })
            .map(|file| {
                let path = self.directory.join(file).display().to_string();
                let message = format!("others can read this secret: `chmod 0400 {path}`");
                Diagnostic::file_warning(&path, message)
            })
            .collect()
    }
}

/// One place that may have a secret.
enum Place {
    Variable(String),
    DotEnv(PathBuf),
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(variable) => write!(formatter, "environment variable {variable}"),
            Self::DotEnv(path) | Self::File(path) => path.display().fmt(formatter),
        }
    }
}

/// The text of a file that stays inside its directory; nothing when there is none.
fn read(path: &Path) -> Result<Option<Zeroizing<String>>, String> {
    let (Some(directory), Some(file)) = (path.parent(), path.file_name()) else {
        return Ok(None);
    };
    let opened = open_beneath(directory, Path::new(file), Links::Inside)
        .and_then(|opened| read_regular(opened, MAX_SECRET_BYTES));
    let bytes = match opened {
        Ok(bytes) => bytes,
        Err(Unread::Missing) => return Ok(None),
        Err(Unread::Link) => return Err("is a link that leaves its directory".to_owned()),
        Err(Unread::Directory) => return Err("is a directory".to_owned()),
        Err(Unread::Special) => return Err("is a FIFO, socket or device".to_owned()),
        Err(Unread::TooLarge) => return Err(format!("is larger than {MAX_SECRET_BYTES} bytes")),
        Err(Unread::Refused(errno)) => return Err(refused(errno)),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(_) => Err("is not UTF-8".to_owned()),
    }
}

/// `echo secret > file` ends in a newline that is not part of the secret.
fn without_newline(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text)
}

/// Why there is no secret. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFault {
    /// Which secret.
    pub name: SecretName,
    /// Why.
    pub kind: SecretFaultKind,
}

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFaultKind {
    /// No place has it.
    Missing {
        /// Every place, in the order it was asked.
        tried: Vec<String>,
    },
    /// A place has it and cannot be used.
    Unusable {
        /// Which.
        place: String,
        /// Why.
        why: String,
    },
}

impl fmt::Display for SecretFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            SecretFaultKind::Missing { tried } => write!(
                formatter,
                "secret `{}` is nowhere: tried {}",
                self.name,
                tried.join(", ")
            ),
            SecretFaultKind::Unusable { place, why } => {
                write!(formatter, "secret `{}`: {place}: {why}", self.name)
            }
        }
    }
}
