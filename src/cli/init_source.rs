//! The file out of which `init` takes hosts over.
//!
//! Takes the option that names it; gives the import, and tells what is not taken over. Refuses a file that cannot be
//! read, what its own program refuses, and one of which no host can be taken over.

use std::io::{self, Read};
use std::path::Path;

use super::import::{Import, LocalUser, PresentHosts, import};
use super::ssh_config::SshConfig;
use super::words::STDIN;
use super::{Terminal, ansible};
use crate::config::{MAX_FILE_BYTES, bytes_of};
use mcp_ssh_yaml::quotable::{holds_key, told};

/// Where the hosts come from.
#[derive(Clone, Copy, Debug)]
pub enum ImportSource<'o> {
    SshConfig(&'o Path),
    Ansible(&'o Path),
}

impl<'o> ImportSource<'o> {
    /// The file that an option names: a client configuration of OpenSSH, or else an inventory of Ansible.
    pub fn of(ssh_config: Option<&'o Path>, ansible: Option<&'o Path>) -> Option<Self> {
        ssh_config
            .map(Self::SshConfig)
            .or(ansible.map(Self::Ansible))
    }
}

/// Reads the file and tells what of it is not taken over.
///
/// # Errors
/// Why nothing is taken over.
pub fn imported(
    source: ImportSource<'_>,
    standing: &PresentHosts,
    terminal: &mut Terminal,
) -> Result<Import, Vec<String>> {
    let (ImportSource::SshConfig(file) | ImportSource::Ansible(file)) = source;
    let text = match source {
        _ if file == Path::new(STDIN) => from_stdin(),
        ImportSource::Ansible(file) => ansible::text_of(file),
        ImportSource::SshConfig(file) => bytes_of(file)
            .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(|fault| fault.headline()),
    };
    let text = text.map_err(|fault| vec![told(fault)])?;
    let asker = LocalUser::of_process();
    let path = file.display();
    let name = path.to_string();
    let import = match source {
        ImportSource::Ansible(_) => ansible::import(&name, &text, &asker, standing),
        ImportSource::SshConfig(_) if holds_key(&text) => Err(format!(
            "{path}: a private key is in it: name the configuration of an OpenSSH client"
        )),
        ImportSource::SshConfig(_) => {
            let config = SshConfig::parse(&name, &text, &asker.home);
            config.and_then(|config| import(&config, &asker, standing))
        }
    };
    let import = import.map_err(|fault| vec![told(fault)])?;
    for line in &import.told {
        terminal.error(&told(line.clone()));
    }
    if import.aliases.is_empty() && import.present == 0 {
        return Err(vec![format!("{path}: no host in it can be taken over")]);
    }
    Ok(import)
}

/// The file that is on stdin, which may be a pipe.
fn from_stdin() -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = io::stdin().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("{STDIN}: {error}"))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("{STDIN}: larger than {MAX_FILE_BYTES} bytes"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
