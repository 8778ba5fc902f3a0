//! The ssh module against real OpenSSH servers and, where OpenSSH is too well-behaved, against
//! servers made to misbehave.

mod addresses;
mod agent;
mod ending;
mod exec;
mod fido;
mod greeting;
mod host_certificates;
mod host_key;
pub mod hostile;
mod jump;
mod key_formats;
mod key_kinds;
mod keyboard;
mod known_hosts;
mod known_hosts_of_ssh;
mod login;
mod passwords;
mod proofs;
mod reaping;
mod relaying;
mod resolve;
mod running_on;
mod sftp;
mod stalling;
mod tunnel;
mod user_certificates;

use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use mcp_ssh::cancel::{self, Cancelled};
use mcp_ssh::runtime;
use mcp_ssh::secret::Secret;
use mcp_ssh::ssh::{
    Addresses, Channel, CommandOutput, Endpoint, ExecLimits, Identity, KnownHosts, OutputBuffer,
    Route, Session, SshError, keyscan,
};
use mcp_ssh_policy::{Permit, Policy, Verdict};
use mcp_ssh_yaml::diagnostic::Source;

use crate::support::account::Account;
use crate::support::keys::KeyPair;
use crate::support::marker::Marker;
use crate::support::sshd::{self, Sshd};

/// The name the servers go by.
const HOST: &str = "127.0.0.1";

/// Where they are.
const HERE: Addresses<'static> = Addresses {
    judged: &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
    still_permitted: &|_| true,
};

/// Limits that no test meets by accident.
const ROOMY: ExecLimits = ExecLimits {
    max_seconds: Duration::from_secs(20),
    max_output_bytes: 1024 * 1024,
};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    runtime::block_on(future).unwrap()
}

fn endpoint(port: u16) -> Endpoint {
    Endpoint {
        alias: "box".to_owned(),
        name: HOST.to_owned(),
        port,
        keyscan: keyscan(HOST, port),
        username: sshd::login_name(),
        connect_timeout: Duration::from_secs(20),
        keepalive: Duration::from_secs(15),
    }
}

fn known_hosts(text: &str) -> KnownHosts {
    let (known_hosts, _faults) = KnownHosts::parse(&Source::new("known_hosts", text));
    known_hosts
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn identity(key: &KeyPair) -> Identity {
    Identity::default().with_key(secret(&key.private), None)
}

fn never() -> Cancelled {
    cancel::pair().1
}

/// A server with one user, and what is needed to log in there.
struct Host {
    sshd: Sshd,
    user: KeyPair,
    account: Option<Account>,
}

impl Host {
    fn start() -> Self {
        Self::with(|builder| builder)
    }

    fn with(change: impl FnOnce(sshd::Builder) -> sshd::Builder) -> Self {
        let user = KeyPair::ed25519();
        let sshd = change(Sshd::builder().authorize(&user)).start();
        Self {
            sshd,
            user,
            account: None,
        }
    }

    /// Its user is not root, to whose sessions OpenSSH delivers no signals.
    fn for_an_ordinary_user(tag: &str) -> Self {
        Self {
            account: sshd::is_root().then(|| Account::create(tag)),
            ..Self::start()
        }
    }

    async fn connect(&self) -> Session {
        self.try_connect(&self.sshd.known_hosts(HOST))
            .await
            .unwrap_or_else(|error| panic!("{error:?}\n{}", self.sshd.log()))
    }

    async fn try_connect(&self, lines: &str) -> Result<Session, SshError> {
        self.connect_to(&self.endpoint(), lines).await
    }

    /// Connects over a jump host.
    async fn connect_through(&self, hop: &Rc<Session>) -> Result<Session, SshError> {
        let lines = known_hosts(&self.sshd.known_hosts(HOST));
        let (route, identity) = (Route::Through(Rc::clone(hop)), identity(&self.user));
        Session::connect(&self.endpoint(), &HERE, &route, &identity, &lines, &never()).await
    }

    async fn connect_to(&self, endpoint: &Endpoint, lines: &str) -> Result<Session, SshError> {
        let identity = identity(&self.user);
        Session::connect(
            endpoint,
            &HERE,
            &Route::Direct,
            &identity,
            &known_hosts(lines),
            &never(),
        )
        .await
    }

    fn endpoint(&self) -> Endpoint {
        let mut endpoint = endpoint(self.sshd.port());
        if let Some(account) = &self.account {
            endpoint.username = account.name.clone();
        }
        endpoint
    }
}

/// Permission for any line at all; one outside the accepted language goes to a shell of its own.
fn permit(line: &str) -> Permit {
    permit_at(line, Ipv4Addr::LOCALHOST)
}

/// As [`permit`], for a host at this address alone.
fn permit_at(line: &str, address: Ipv4Addr) -> Permit {
    let policy = "rules: [{action: allow, shell: [glob], commands: ['*']}]\n\
                  limits: {deny_substrings: []}\n";
    let (policy, _) = Policy::load(&Source::new("policy.yml", policy)).unwrap();
    let host = policy.for_host("box", &[""; 0]);
    let quoted = format!("sh -c '{}'", line.replace('\'', r"'\''"));
    let decision = [line, &quoted]
        .map(|line| host.judge(line))
        .into_iter()
        .find(|decision| decision.verdict() == Verdict::Allow);
    host.permit(decision.unwrap(), &[address.into()]).unwrap()
}

/// One command over a session, from the channel to the end.
trait Exec {
    async fn exec(
        &self,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
    ) -> Result<CommandOutput, SshError>;
}

impl Exec for Session {
    async fn exec(
        &self,
        permit: Permit,
        limits: ExecLimits,
        cancelled: &Cancelled,
    ) -> Result<CommandOutput, SshError> {
        let channel = Channel::open(self).await?;
        let live = OutputBuffer::default();
        let ran = channel
            .run(self, permit, None, limits, cancelled, &live)
            .await;
        ran.map_err(SshError::from)
    }
}

async fn run(session: &Session, line: &str) -> CommandOutput {
    session.exec(permit(line), ROOMY, &never()).await.unwrap()
}

/// The tasks of the reactor, once those that were told to end have had the time to.
async fn tasks_left() -> usize {
    runtime::sleep(Duration::from_millis(50)).await;
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}
