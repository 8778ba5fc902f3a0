//! A configuration in a directory of its own, gone with the value.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, SystemTime};

use seccompiler::sock_filter;
use tempfile::TempDir;

/// Any ed25519 key: the hosts here never get as far as showing theirs.
const HOST_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3vPO0gSmT2l7SLxYFCRTqUIcRlhDYXtXoEQK0N0oTB";

/// How old the files of a configuration are: one that was written just now is waited for, since somebody
/// may still write it.
const AGE: Duration = Duration::from_secs(3600);

/// The environment variable that holds the password of [`Fixture::one_host`].
const PASSWORD: &str = "FIXTURE_PASSWORD";

/// Directories for `MCP_SSH_CONFIG_DIR`, `MCP_SSH_KEYS_DIR` and `MCP_SSH_SECRETS_DIR`.
pub struct Fixture {
    directory: TempDir,
    variables: Vec<(&'static str, String)>,
    /// A system call that the system refuses to its servers.
    refused: Option<i64>,
}

impl Fixture {
    /// No files at all.
    pub fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["config", "keys", "secrets", "audit"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        Self {
            directory,
            variables: Vec::new(),
            refused: None,
        }
    }

    /// One host, `web`, on 127.0.0.1 and this port; the policy allows `uptime` there.
    pub fn one_host(port: u16) -> Self {
        let host = format!(
            "  - {{alias: web, host: 127.0.0.1, port: {port}, credentials: ops, \
             tags: [front], description: \"a web server\"}}\n"
        );
        Self::with_inventory(&host)
    }

    /// As many hosts as wanted, `h0` and so on, that nothing ever connects to.
    pub fn many_hosts(count: usize) -> Self {
        let host = |number: usize| {
            let tag = if number.is_multiple_of(2) {
                "even"
            } else {
                "odd"
            };
            format!("  - {{alias: h{number}, host: 127.0.0.1, credentials: ops, tags: [{tag}]}}\n")
        };
        Self::with_inventory(&(0..count).map(host).collect::<String>())
    }

    fn with_inventory(hosts: &str) -> Self {
        let fixture = Self::empty();
        fixture.fill(hosts);
        fixture
    }

    /// Writes every file; `hosts` are the lines under `hosts:` in servers.yml.
    pub fn fill(&self, hosts: &str) {
        self.write(
            "config/credentials.yml",
            &format!("entries:\n  - {{name: ops, username: ops, password_secret: {PASSWORD}}}\n"),
        );
        self.write(
            "config/policy.yml",
            "rules:\n  - {action: allow, commands: [\"uptime\"]}\n",
        );
        self.write("keys/known_hosts", &Self::known_hosts());
        self.write("config/servers.yml", &format!("hosts:\n{hosts}"));
    }

    /// What [`Self::fill`] writes to known_hosts: one key for every host.
    pub fn known_hosts() -> String {
        format!("* {HOST_KEY}\n")
    }

    /// Writes one file, such as `config/policy.yml`, an hour ago.
    pub fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    /// The same with bytes that need not be text.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
        let file = File::options().write(true).open(self.path(name)).unwrap();
        file.set_modified(SystemTime::now() - AGE).unwrap();
    }

    /// Writes one file as everybody else does.
    pub fn write_now(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Where the system tells nobody of changed files, as on many network filesystems.
    pub fn deafen(&mut self) {
        self.refused = Some(libc::SYS_inotify_init1);
    }

    /// The configuration directory, as the server is told it.
    pub fn config(&self) -> String {
        self.path("config")
    }

    /// Sets one more variable of the environment.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.to_owned()));
    }

    /// A path beside the three directories.
    pub fn path(&self, name: &str) -> String {
        self.directory
            .path()
            .join(name)
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// The environment that makes the server use this configuration.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("MCP_SSH_CONFIG_DIR", self.path("config")),
            ("MCP_SSH_KEYS_DIR", self.path("keys")),
            ("MCP_SSH_SECRETS_DIR", self.path("secrets")),
            (PASSWORD, "a password that no host ever asks for".to_owned()),
        ];
        variables.extend(self.variables.iter().cloned());
        variables
    }

    /// The real binary, told to use this configuration.
    pub fn server(&self) -> Command {
        let mut server = Command::new(env!("CARGO_BIN_EXE_mcp-ssh"));
        server.envs(self.environment());
        // The agent and the approver of whoever runs the tests are no part of them.
        for variable in ["SSH_AUTH_SOCK", "MCP_SSH_APPROVER", "XDG_RUNTIME_DIR"] {
            server.env_remove(variable);
        }
        if let Some(call) = self.refused {
            refuse(&mut server, call);
        }
        server
    }
}

/// Puts a filter before a process that says EPERM to one system call, as a container may have one.
pub fn refuse(process: &mut Command, call: i64) {
    refuse_with(process, call, libc::EPERM);
}

/// Puts a filter before a process that gives this error for one system call, as a kernel without it.
pub fn refuse_with(process: &mut Command, call: i64, errno: i32) {
    let error = libc::SECCOMP_RET_ERRNO | errno.cast_unsigned();
    let statement = |code, jf, k| sock_filter { code, jt: 0, jf, k };
    let program = [
        statement(0x20, 0, 0),
        statement(0x15, 1, u32::try_from(call).unwrap()),
        statement(0x06, 0, error),
        statement(0x06, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let refuse = move || seccompiler::apply_filter(&program).map_err(std::io::Error::other);
    #[expect(unsafe_code, reason = "the filter is for the child alone")]
    // SAFETY: between fork and exec it makes two system calls and nothing else.
    unsafe {
        process.pre_exec(refuse)
    };
}
