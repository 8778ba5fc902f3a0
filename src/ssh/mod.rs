//! SSH: runs one command on one host, and leaves no process behind.
//!
//! Takes: an [`Endpoint`], the judged addresses, an [`Identity`], the [`KnownHosts`], and a permitted command line.
//! Gives: the [`CommandOutput`], with both streams apart and in their order. Refuses: a host whose key is not
//! listed, changed or revoked; a peer at another address; every channel or forwarding that the server asks for;
//! weak keys and algorithms.
//!
//! ```text
//! resolve    a host's name -> its addresses, cached and throttled
//! transport  connections and channels: the only room that names russh
//! trust      known_hosts, host keys and certificates: whether a host is the right one
//! login      keys, the agent and passwords: the proof of who logs in
//! pool       the connections that are open, and who uses them
//! exec       one command, from the request to its end
//! sftp       files of a host, over the subsystem `sftp`
//! error      what can go wrong, and who can mend it
//! ```

mod error;
mod exec;
mod login;
mod pool;
mod resolve;
mod sftp;
mod transport;
mod trust;

pub use error::{Blame, SshError, SshErrorKind, brief};
pub use exec::output::{CommandEnd, CommandOutput, Exit, OutputBuffer, Printed, Process, Stream};
pub use exec::sudo_answer::{SudoAnswer, SudoPassword, SudoPasswordError};
pub use exec::sudo_standing::SudoStanding;
pub use exec::{ExecLimits, StartError};
pub use login::agent::agent_keys;
pub use login::identity::Identity;
pub use login::open_keys::OpenKeys;
pub use login::private_key::is_built_as;
pub use pool::lease::{FileLease, LeasedChannel};
pub use pool::wanted::WantedConnection;
pub use pool::{ExpectedHost, Pool};
pub use resolve::{RESOLVER_FILES, Resolver};
pub use sftp::attributes::{FileAttributes, FileKind};
pub use sftp::client::{OpenMode, RemoteFile, Sftp};
pub use sftp::error::{SftpError, SftpErrorKind};
pub use sftp::host_files::{HostFiles, WholeContent};
pub use sftp::judged_path::{JudgedPath, PathJudge};
pub use sftp::packet::DirectoryEntry;
pub use transport::channel::Channel;
pub use transport::connect::Endpoint;
pub use transport::race::Addresses;
pub use transport::route::Route;
pub use transport::scan::{Scan, ShownKey, Spelling, scan};
pub use transport::session::Session;
pub use transport::stage::{AEAD, ConnectStage, Handshake, LoginAnswer};
pub use trust::host_key::{HostKeyVerdict, HostKeys};
pub use trust::known_hosts::{KnownHosts, keyscan, lookup_name};
pub use trust::known_hosts_line::glob;
/// What the fuzz targets reach of this room; no other build exports it.
#[cfg(fuzzing)]
pub use {
    exec::sudo::sudo_talk,
    resolve::spelled_by,
    sftp::{sftp_attributes, sftp_reply},
    transport::greeting_of,
};
