//! A configuration on disk: takes a folder and a [`Fleet`], writes what an operator would
//! write (servers.yml, credentials.yml, policy.yml, keys/) with the modes an operator would set.

use std::error::Error;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use russh::keys::ssh_key::LineEnding;

use super::fleet::{Fleet, USER};

/// The three folders of a configuration.
pub struct Site {
    root: PathBuf,
}

impl Site {
    /// Writes the configuration below `root`. `seen_as` is what the server will see there: the
    /// same folder, or `/` when it runs with `root` as its root.
    pub fn write(root: &Path, seen_as: &Path, fleet: &Fleet) -> Result<Self, Box<dyn Error>> {
        for folder in ["config", "keys", "secrets"] {
            DirBuilder::new().mode(0o700).create(root.join(folder))?;
        }
        let known_hosts: Vec<&str> = fleet
            .hosts()
            .iter()
            .map(|host| host.known_hosts_line.as_str())
            .collect();
        fs::write(root.join("keys/known_hosts"), known_hosts.join("\n") + "\n")?;
        let key = fleet.user_key().to_openssh(LineEnding::LF)?;
        private_file(&root.join("keys/demo_ed25519"), &key)?;
        fs::write(root.join("config/servers.yml"), servers(fleet))?;
        fs::write(root.join("config/credentials.yml"), credentials())?;
        let known_hosts = seen_as.join("keys/known_hosts");
        fs::write(root.join("config/policy.yml"), policy(&known_hosts))?;
        Ok(Self {
            root: seen_as.to_path_buf(),
        })
    }

    /// The arguments that make the server use it.
    pub fn arguments(&self) -> Vec<PathBuf> {
        ["config", "keys", "secrets"]
            .into_iter()
            .flat_map(|folder| [PathBuf::from(format!("--{folder}")), self.root.join(folder)])
            .collect()
    }
}

fn private_file(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// `demo-1`, `demo-2` and so on.
fn servers(fleet: &Fleet) -> String {
    let hosts = fleet.hosts().iter().enumerate().map(|(at, host)| {
        format!(
            "  - alias: \"demo-{}\"\n    host: \"{}\"\n    port: {}\n    credentials: \"demo\"\n    tags: [\"demo\"]\n    description: \"an SSH server inside the demo\"\n",
            at + 1,
            host.address.ip(),
            host.address.port()
        )
    });
    format!("hosts:\n{}", hosts.collect::<String>())
}

fn credentials() -> String {
    format!(
        "entries:\n  - name: \"demo\"\n    username: \"{USER}\"\n    key_path: \"demo_ed25519\"\n"
    )
}

fn policy(known_hosts: &Path) -> String {
    // A JSON string is a YAML string, whatever the path holds.
    let known_hosts = serde_json::Value::from(known_hosts.to_string_lossy());
    format!(
        r#"known_hosts_path: {known_hosts}

limits:
  max_seconds: 10
  max_output_bytes: 65536
  deny_substrings:
    - "rm -rf /"
    - "shutdown*"

network:
  allow_cidrs:
    - "127.0.0.0/8"

rules:
  - name: "read-only diagnostics"
    action: "allow"
    aliases: ["demo-*"]
    commands:
      - "uptime*"
      - "df -h*"
      - "uname*"
"#
    )
}
