//! A host of an inventory, as exactly as servers.yml and credentials.yml need it.
//!
//! Takes a host with the values of its variables; gives its address, port, user, key and way. Leaves out a host of
//! which one of these cannot be said, and one that Ansible does not reach by SSH. No secret's text is copied or told.

use super::arguments;
use super::groups::ResolvedHost;
use super::variables::{VariableKind, VariableValue, names_of};
use crate::cli::import::{FoundHost, LocalUser, Notes, Topic, is_file_name, is_unwritable};
use crate::cli::ssh_config::{JumpHop, LineAndReason, Place};
use crate::config::HostName;

/// The connections that are SSH.
const SSH_CONNECTIONS: [&str; 4] = ["ssh", "smart", "paramiko", "paramiko_ssh"];
/// Where the arguments of ssh stand.
const ARGUMENTS: [&str; 3] = [
    "ansible_ssh_args",
    "ansible_ssh_common_args",
    "ansible_ssh_extra_args",
];
const HOST: [&str; 2] = ["ansible_host", "ansible_ssh_host"];
const PORT: [&str; 2] = ["ansible_port", "ansible_ssh_port"];
const USER: [&str; 2] = ["ansible_user", "ansible_ssh_user"];
const KEY: [&str; 2] = ["ansible_private_key_file", "ansible_ssh_private_key_file"];

/// Where a line of the inventory is.
pub fn place(line: usize) -> Place {
    Place { file: 0, line }
}

/// A host's values, and what is told of them.
struct HostReading<'r> {
    host: &'r ResolvedHost<'r>,
    alias: &'r str,
    asker: &'r LocalUser,
    notes: &'r mut Notes,
}

/// The host, with its way.
///
/// # Errors
/// The line that keeps it from being said exactly, and why.
pub fn find(
    host: &ResolvedHost<'_>,
    alias: &str,
    asker: &LocalUser,
    notes: &mut Notes,
) -> Result<FoundHost, LineAndReason> {
    let mut reading = HostReading {
        host,
        alias,
        asker,
        notes,
    };
    reading.connection()?;
    let (name, line) = reading.text(&HOST)?.unwrap_or((host.name, host.line));
    let address = HostName::parse(name);
    let address = address.map_err(|fault| (place(line), format!("the host {fault}")))?;
    let (user, user_is_said) = reading.user()?;
    let port = reading.port()?;
    let way = reading.way()?;
    let key = reading.key();
    reading.tell();
    Ok(FoundHost {
        place: place(host.line),
        host: address.to_string(),
        port,
        user,
        user_is_said,
        way,
        key,
        certificate: None,
        host_key_alias: None,
        connect_timeout: None,
        keepalive: None,
    })
}

impl HostReading<'_> {
    /// The variable that counts of several, if it has a value.
    fn value(&self, names: &[&'static str]) -> Option<(&'static str, &VariableValue, usize)> {
        let values = names.iter().rev().filter_map(|name| {
            let (value, line) = self.host.values.get(name)?;
            Some((*name, value, *line))
        });
        let mut values = values.filter(|(_, value, _)| **value != VariableValue::Nothing);
        values.next()
    }

    /// The text of the variable that counts.
    fn text(&self, names: &[&'static str]) -> Result<Option<(&str, usize)>, LineAndReason> {
        let Some((name, value, line)) = self.value(names) else {
            return Ok(None);
        };
        match value.fault() {
            Some(why) => Err((place(line), format!("`{name}` {why}"))),
            None => Ok(value.filled().map(|text| (text, line))),
        }
    }

    fn connection(&self) -> Result<(), LineAndReason> {
        let Some((connection, line)) = self.text(&["ansible_connection"])? else {
            return Ok(());
        };
        let bare = connection.rsplit('.').next().unwrap_or_default();
        if SSH_CONNECTIONS.contains(&bare) {
            return Ok(());
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let shown = if connection.len() <= 60 && connection.chars().all(plain) {
            format!("its connection is `{connection}`")
        } else {
            "its connection is another one".to_owned()
        };
        Err((place(line), format!("{shown}, and only SSH is spoken here")))
    }

    fn user(&self) -> Result<(String, bool), LineAndReason> {
        let said = self.text(&USER)?;
        let (user, line) = said.unwrap_or((&self.asker.user, self.host.line));
        if user.is_empty() {
            let why = "no `ansible_user`, and USER is not set".to_owned();
            return Err((place(line), why));
        }
        if user.len() > 255 || user.contains(is_unwritable) {
            let why = "no user name that credentials.yml takes".to_owned();
            return Err((place(line), why));
        }
        Ok((user.to_owned(), said.is_some()))
    }

    fn port(&self) -> Result<u16, LineAndReason> {
        let Some((text, line)) = self.text(&PORT)? else {
            return Ok(22);
        };
        let port = text.trim().parse().ok().filter(|port| *port > 0);
        port.ok_or_else(|| (place(line), "its port is none: 1 to 65535".to_owned()))
    }

    /// The hosts on the way.
    fn way(&mut self) -> Result<Vec<JumpHop>, LineAndReason> {
        let mut way: Option<Vec<JumpHop>> = None;
        for name in ARGUMENTS {
            let Some((text, line)) = self.text(&[name])? else {
                continue;
            };
            let refused = |why: String| (place(line), format!("`{name}` {why}"));
            let arguments = arguments::read(text).map_err(refused)?;
            if let Some(more) = arguments.way
                && way.replace(more).is_some()
            {
                return Err(refused(
                    "is not the only variable with a way to the host".to_owned(),
                ));
            }
            for option in arguments.passed_over {
                let why = format!("has `{option}` in `{name}`, which is not taken over");
                self.notes.host(Topic::Taken, place(line), self.alias, &why);
            }
        }
        Ok(way.unwrap_or_default())
    }

    /// The path of the key. A host without one is logged in to with the agent's.
    fn key(&mut self) -> Option<String> {
        let (name, value, line) = self.value(&KEY)?;
        let path = match value.fault() {
            Some(why) => Err(why),
            None => Ok(value.filled()?),
        };
        let path = path.and_then(|path| {
            let path = match path.strip_prefix('~') {
                Some(rest) if rest.starts_with('/') => format!("{}{rest}", self.asker.home),
                Some(_) => return Err("is in somebody's home: write the path out"),
                None => path.to_owned(),
            };
            let name = path.rsplit('/').next().unwrap_or_default();
            let sound = is_file_name(name) && !path.contains(is_unwritable);
            sound.then_some(path).ok_or("is no path of a file")
        });
        match path {
            Ok(path) => Some(path),
            Err(why) => {
                let why = format!("has a key that is not taken over: `{name}` {why}");
                self.notes.host(Topic::Taken, place(line), self.alias, &why);
                None
            }
        }
    }

    /// Tells of secrets and of users that commands run as.
    fn tell(&mut self) {
        for name in names_of(VariableKind::Secret) {
            if let Some((_, _, line)) = self.value(&[name]) {
                let mend = match name {
                    "ansible_ssh_private_key" | "ansible_private_key" => {
                        "put the key into a file in the keys directory, and name that as `key_path`"
                    }
                    _ if name.contains("passphrase") => {
                        "write it as a secret, and name that as `key_passphrase_secret` in credentials.yml"
                    }
                    "ansible_password" | "ansible_ssh_pass" | "ansible_ssh_password" => {
                        "write it as a secret, and name that as `password_secret` in credentials.yml"
                    }
                    _ => {
                        "write it as a secret, and name that as `sudo_password_secret` in credentials.yml"
                    }
                };
                let why = format!("has a secret in `{name}`, which is never copied: {mend}");
                self.notes.host(Topic::Taken, place(line), self.alias, &why);
            }
        }
        let is_off = |value: &VariableValue| match value {
            VariableValue::Switch(on) => !on,
            VariableValue::Text(text) => {
                ["false", "no", "off", "0", "f", "n"].contains(&text.to_ascii_lowercase().as_str())
            }
            VariableValue::Nothing
            | VariableValue::Hidden
            | VariableValue::Encrypted
            | VariableValue::Template
            | VariableValue::Unclear => false,
        };
        for name in names_of(VariableKind::Become) {
            if let Some((_, value, line)) = self.value(&[name])
                && !is_off(value)
            {
                let why = format!(
                    "has `{name}`: say in a rule of policy.yml with `become` what runs as another user"
                );
                self.notes.host(Topic::Taken, place(line), self.alias, &why);
            }
        }
    }
}
