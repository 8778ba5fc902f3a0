//! The options of `mcp-ssh init`.
//!
//! Takes: words of the command line. Gives: [`InitArguments`]. Refuses: a value of another form, and options that do not go
//! together.

use std::path::PathBuf;

use argh::FromArgs;

use super::host_place::HostPlace;
use super::option_forms::{alias, fingerprint, path, place, policy, user};
use super::worked_policy::WorkedPolicy;

/// Write a configuration to start from: DIR/config, DIR/keys and DIR/secrets. On a terminal it asks for the host and tries
/// the login. Nothing is overwritten: when a file is there already, nothing is written at all, but for `--add`.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "init",
    example = "mcp-ssh init ~/mcp-ssh\nmcp-ssh init ~/mcp-ssh --from-ssh-config ~/.ssh/config\n\
        mcp-ssh init ~/mcp-ssh --from-ansible hosts.ini",
    error_code(0, "it is written; where a host is named, it was logged in to"),
    error_code(
        1,
        "a file is there already, cannot be read or could not be written, and nothing has changed; or the host that \
        is named does not let in"
    ),
    error_code(2, "the command line is wrong")
)]
pub struct InitArguments {
    /// take the hosts over from an OpenSSH client configuration; what cannot be is told
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub from_ssh_config: Option<PathBuf>,
    /// take the hosts over from an inventory of Ansible: INI, YAML, or the JSON of
    /// `ansible-inventory --list`; - reads stdin, groups become tags
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub from_ansible: Option<PathBuf>,
    /// add the hosts to the servers.yml and credentials.yml of DIR; what is there stays
    #[argh(switch)]
    pub add: bool,
    /// begin with this host, without a question
    #[argh(option, arg_name = "host[:port]", from_str_fn(place))]
    pub host: Option<HostPlace>,
    /// log in to it as this user
    #[argh(option, arg_name = "name", from_str_fn(user))]
    pub user: Option<String>,
    /// call it this for the assistant and the policy (default: its name up to the first dot)
    #[argh(option, arg_name = "name", from_str_fn(alias))]
    pub alias: Option<String>,
    /// copy this private key and log in with it (default: the SSH agent logs in)
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub key: Option<PathBuf>,
    /// the passphrase that opens the private key is in this file, and is kept as a secret; - reads stdin
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub passphrase_file: Option<PathBuf>,
    /// log in with the password in this file, which is kept as a secret; - reads stdin
    #[argh(option, arg_name = "file", from_str_fn(path))]
    pub password_file: Option<PathBuf>,
    /// the fingerprint that the host itself says of one of its keys, as SHA256:TEXT; without it no key of the host is
    /// trusted yet
    #[argh(option, arg_name = "text", from_str_fn(fingerprint))]
    pub fingerprint: Option<String>,
    /// the policy to begin with: look (the default), diagnostics or logs
    #[argh(option, arg_name = "name", from_str_fn(policy))]
    pub policy: Option<&'static WorkedPolicy>,
    /// where to write it (default: asked for on a terminal)
    #[argh(positional, arg_name = "dir", from_str_fn(path))]
    pub directory: Option<PathBuf>,
}

impl InitArguments {
    /// Whether the hosts come out of a file.
    pub fn imports(&self) -> bool {
        self.from_ssh_config.is_some() || self.from_ansible.is_some()
    }

    /// Why the options do not go together; `asks` says that a person can be asked.
    pub fn misused(&self, asks: bool) -> Option<&'static str> {
        let InitArguments {
            from_ssh_config,
            from_ansible,
            add,
            host,
            user,
            alias,
            key,
            passphrase_file,
            password_file,
            fingerprint,
            policy,
            directory,
        } = self;
        let is_import = self.imports();
        let texts = [user, alias, fingerprint];
        let files = [key, passphrase_file, password_file];
        let of_host = texts.into_iter().any(Option::is_some)
            || files.into_iter().any(Option::is_some)
            || policy.is_some();
        [
            (directory.is_none() && !asks, "name the directory: mcp-ssh init DIR"),
            (*add && !is_import && host.is_none() && !asks, "`--add` adds the hosts of a file: name it with `--from-ssh-config FILE` or `--from-ansible FILE`, or a host with `--host`"),
            (host.is_some() && from_ssh_config.is_some(), "`--host` and `--from-ssh-config` are two ways: write one"),
            (host.is_some() && from_ansible.is_some(), "`--host` and `--from-ansible` are two ways: write one"),
            (from_ssh_config.is_some() && from_ansible.is_some(), "`--from-ssh-config` and `--from-ansible` are two ways: write one, and add the other one with `--add`"),
            (host.is_some() != user.is_some(), "`--host` and `--user` belong together: write both"),
            (of_host && host.is_none(), "`--alias`, `--key`, `--passphrase-file`, `--password-file`, `--fingerprint` and `--policy` are of `--host`: name it"),
            (key.is_some() && password_file.is_some(), "`--key` and `--password-file` are two ways to log in: write one"),
            (passphrase_file.is_some() && key.is_none(), "`--passphrase-file` is of a private key: name it with `--key`"),
            (*add && policy.is_some(), "`--add` leaves policy.yml as it is: leave `--policy` out"),
        ]
        .into_iter()
        .find_map(|(is_wrong, why)| is_wrong.then_some(why))
    }
}
