//! Passwords and passphrases by name, from the first place that has one.
//!
//! Takes a [`SecretName`]; gives a [`Secret`]. The places, in this order: `NAME` (upper case, `-` as `_`) in the
//! environment, `MCP_SSH_SECRET_NAME` there, the name in `<secrets>/.env`, the file `<secrets>/name`, the file
//! `/run/secrets/name`. An empty value is no secret: the next place is asked. Newlines at the end and a byte order
//! mark are no part of a value, whichever place has it. Refuses to ask further places when one is there and cannot
//! be read.
//!
//! A link is followed if it stays inside the directory, since Kubernetes mounts each secret as a link
//! (`name -> ..data/name`).

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, fstat, stat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::beneath::{Links, open_beneath};
use super::dotenv;
use super::environment::Environment;
use super::file::{CLOSED, FileReadError, read_regular};
use super::secret_name::SecretName;
use crate::kept_out::{Purpose, kept_out};
use crate::secret::Secret;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity};

/// The most bytes of a secret's file and of `.env`. Passwords are short, so a larger file is a mistake.
const MAX_SECRET_BYTES: u64 = 64 * 1024;
/// Where Docker and Podman put the secrets of a container.
pub const RUN_SECRETS: &str = "/run/secrets";

/// The file in the secrets directory that may hold several secrets.
const DOTENV: &str = ".env";

/// The places that may have a secret.
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

    /// The secret with a name.
    ///
    /// # Errors
    /// Every place that was tried, or the place that has the secret and cannot be used.
    pub fn get(&self, name: &SecretName) -> Result<Secret, SecretError> {
        let fault = |kind| SecretError {
            name: name.clone(),
            kind,
        };
        let mut tried = Vec::new();
        for place in self.places(name) {
            match self.look(&place, name) {
                Ok(Some(value)) if !alone(&value).is_empty() => {
                    return Ok(Secret::new(alone(&value).to_owned()));
                }
                Ok(Some(_)) => tried.push(format!("{} (empty)", place.told(name))),
                Ok(None) => tried.push(place.told(name)),
                Err(why) => {
                    let place = place.told(name);
                    return Err(fault(match why {
                        NoLook::Closed => SecretErrorKind::Closed { place },
                        NoLook::Unusable(why) => SecretErrorKind::Unusable { place, why },
                    }));
                }
            }
        }
        Err(fault(SecretErrorKind::Missing { tried }))
    }

    /// The variable of the environment that has the secret, in the words of [`SecretError`]; none where no variable does.
    pub fn variable_of(&self, name: &SecretName) -> Option<String> {
        let [bare, prefixed, ..] = self.places(name);
        let mut variables = [bare, prefixed].into_iter();
        let holding = variables.find(|place| {
            let held = self.look(place, name).ok().flatten();
            held.is_some_and(|value| !alone(&value).is_empty())
        });
        holding.map(|place| place.told(name))
    }

    /// The places, in the order in which they are asked.
    fn places(&self, name: &SecretName) -> [SecretPlace; 5] {
        [
            SecretPlace::Variable(name.variable()),
            SecretPlace::Prefixed(name.prefixed()),
            SecretPlace::DotEnv(self.directory.join(DOTENV)),
            SecretPlace::File(self.directory.clone()),
            SecretPlace::File(self.mount.clone()),
        ]
        .map(|place| match place {
            SecretPlace::File(directory) => SecretPlace::File(directory.join(name.as_str())),
            other @ (SecretPlace::Variable(_)
            | SecretPlace::Prefixed(_)
            | SecretPlace::DotEnv(_)) => other,
        })
    }

    /// What a place has under the name: `None`, or a value, which may be empty. The error says why the place cannot
    /// be used.
    fn look(
        &self,
        place: &SecretPlace,
        name: &SecretName,
    ) -> Result<Option<Zeroizing<String>>, NoLook> {
        match place {
            SecretPlace::Variable(variable) | SecretPlace::Prefixed(variable) => {
                match self.environment.get(variable) {
                    None => Ok(None),
                    Some(value) => match value.into_string() {
                        Ok(value) => Ok(Some(Zeroizing::new(value))),
                        Err(_) => Err("is not UTF-8".to_owned().into()),
                    },
                }
            }
            SecretPlace::DotEnv(path) => {
                let Some(text) = read(path, name)? else {
                    return Ok(None);
                };
                dotenv::lookup(&text, &[name.as_str(), &name.variable(), &name.prefixed()])
                    .map_err(|error| error.to_string().into())
            }
            SecretPlace::File(path) => read(path, name),
        }
    }

    /// A warning for each file in the secrets directory that others can read and that holds one of `names` or is
    /// `.env`. `/run/secrets` is left out: the engine makes it, and nobody else is in the container.
    pub fn exposed<'n>(&self, names: impl IntoIterator<Item = &'n SecretName>) -> Vec<Diagnostic> {
        let passable = stat(&self.directory)
            .is_ok_and(|status| Mode::from_raw_mode(status.st_mode).intersects(Mode::XOTH));
        if !passable {
            return Vec::new();
        }
        let mut files: Vec<&str> = names.into_iter().map(|name| name.as_str()).collect();
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

/// Why a place cannot be looked at.
enum NoLook {
    /// The sandbox keeps it closed.
    Closed,
    /// What is wrong with it.
    Unusable(String),
}

impl From<String> for NoLook {
    fn from(why: String) -> Self {
        Self::Unusable(why)
    }
}

/// One place that may have a secret.
enum SecretPlace {
    Variable(String),
    /// The variable with the prefix `MCP_SSH_SECRET_`.
    Prefixed(String),
    DotEnv(PathBuf),
    File(PathBuf),
}

impl SecretPlace {
    /// The name of the place; the name of the secret is left out if it may be the secret itself.
    fn told(&self, name: &SecretName) -> String {
        let is_plausible = name.is_plausible();
        match self {
            Self::Variable(variable) | Self::Prefixed(variable) if is_plausible => {
                format!("environment variable {variable}")
            }
            Self::Variable(_) => "its environment variable".to_owned(),
            Self::Prefixed(_) => "that with MCP_SSH_SECRET_ before it".to_owned(),
            Self::File(path) if !is_plausible => {
                let directory = path.parent().unwrap_or(path);
                format!("its file in {}", directory.display())
            }
            Self::DotEnv(path) | Self::File(path) => path.display().to_string(),
        }
    }
}

/// The text of a file whose path stays inside its directory; `None` when there is no such file.
fn read(path: &Path, name: &SecretName) -> Result<Option<Zeroizing<String>>, NoLook> {
    let (Some(directory), Some(file)) = (path.parent(), path.file_name()) else {
        return Ok(None);
    };
    let opened = open_beneath(directory, Path::new(file), Links::Inside)
        .and_then(|opened| read_regular(opened, MAX_SECRET_BYTES));
    let bytes = match opened {
        Ok(bytes) => bytes,
        Err(FileReadError::Missing) => return Ok(None),
        Err(FileReadError::TooLarge) => {
            return Err(format!("is larger than {MAX_SECRET_BYTES} bytes").into());
        }
        Err(FileReadError::Closed) => return Err(NoLook::Closed),
        Err(FileReadError::Refused(Errno::ACCESS)) if name.is_plausible() => {
            return Err(kept_out(path, Purpose::Read).into());
        }
        Err(error) => return Err(error.to_string().into()),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(without_mark(text).to_owned()))),
        Err(_) => Err("is not UTF-8".to_owned().into()),
    }
}

/// The secret without the newlines and the byte order mark that editors and `echo` put around it. Nobody can type
/// a password with either.
fn alone(value: &str) -> &str {
    without_mark(value).trim_end_matches(['\r', '\n'])
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Why there is no secret. Invariant: it holds no value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError {
    /// The name of the secret.
    pub name: SecretName,
    /// The reason.
    pub kind: SecretErrorKind,
}

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretErrorKind {
    /// No place has the secret.
    Missing {
        /// Every place, in the order in which they were asked.
        tried: Vec<String>,
    },
    /// A place has the secret, and the sandbox keeps it closed.
    Closed {
        /// The place.
        place: String,
    },
    /// A place has the secret and cannot be used.
    Unusable {
        /// The place.
        place: String,
        /// Why the place cannot be used.
        why: String,
    },
}

impl SecretError {
    /// The error as a fault of credentials.yml, which names the secret; `whose` says for whom.
    pub fn fault(&self, whose: &dyn fmt::Display) -> Diagnostic {
        let message = format!("{whose}: {self}");
        self.name.place().fault(Severity::Error, &message)
    }
}

impl std::error::Error for SecretError {}

impl fmt::Display for SecretError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            SecretErrorKind::Missing { tried } => {
                let tried = tried.join(", ");
                write!(formatter, "{} is nowhere: tried {tried}", self.name)?;
                if self.name.is_plausible() {
                    return Ok(());
                }
                formatter.write_str(": write the name of a secret there, not the secret")
            }
            SecretErrorKind::Closed { place } => {
                write!(formatter, "{}: {place}: {CLOSED}", self.name)
            }
            SecretErrorKind::Unusable { place, why } => {
                write!(formatter, "{}: {place}: {why}", self.name)
            }
        }
    }
}
