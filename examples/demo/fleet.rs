//! SSH servers on 127.0.0.1, inside this process: russh's server side with new keys.
//!
//! Takes: how many. Gives: where each listens, its known_hosts line, the one user key that
//! opens all of them, and every command that reached one. Refuses: any other user or key, and
//! everything but an exec request. A command is really run, by `sh -c` in an empty folder with
//! an empty environment: put them only behind a policy you trust.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, PrivateKey, PublicKey};
use russh::server::{self, Auth, Config, Handle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, MethodKind, MethodSet};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::{AbortHandle, JoinSet};

/// The one account.
pub const USER: &str = "demo";
/// The type of stderr among extended data, RFC 4254 section 5.2.
const STDERR: u32 = 1;
/// The exit status of a command that could not be started, as shells have it.
const NOT_STARTED: u32 = 127;
/// Where the commands are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The servers; dropping them ends their sessions and what those run.
pub struct Fleet {
    user_key: PrivateKey,
    hosts: Vec<Host>,
    reached: Reached,
    _listening: JoinSet<()>,
    _empty: TempDir,
}

/// One server, as a client has to know it.
pub struct Host {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its line in a known_hosts file.
    pub known_hosts_line: String,
}

/// The commands that reached a server, in order.
#[derive(Clone, Default)]
struct Reached(Arc<Mutex<Vec<String>>>);

impl Fleet {
    /// Starts `count` servers on free ports; call it on a tokio runtime.
    pub async fn start(count: usize) -> Result<Self, Box<dyn Error>> {
        let user_key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519)?;
        let empty = TempDir::new()?;
        let reached = Reached::default();
        let account = Account {
            key: user_key.public_key().clone(),
            folder: Arc::from(empty.path()),
            reached: reached.clone(),
        };
        let mut hosts = Vec::new();
        let mut listening = JoinSet::new();
        for _ in 0..count {
            let host_key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519)?;
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = listener.local_addr()?;
            let public = host_key.public_key().to_openssh()?;
            hosts.push(Host {
                address,
                known_hosts_line: format!("[{}]:{} {public}", address.ip(), address.port()),
            });
            listening.spawn(accept(
                listener,
                Arc::new(config(host_key)),
                account.clone(),
            ));
        }
        Ok(Self {
            user_key,
            hosts,
            reached,
            _listening: listening,
            _empty: empty,
        })
    }

    /// The key that opens every server.
    pub fn user_key(&self) -> &PrivateKey {
        &self.user_key
    }

    /// The servers, in the order they were started.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Every command that any of them was asked to run so far.
    pub fn commands(&self) -> Vec<String> {
        self.reached.lock().clone()
    }
}

impl Reached {
    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn config(host_key: PrivateKey) -> Config {
    Config {
        keys: vec![host_key],
        methods: MethodSet::from([MethodKind::PublicKey].as_slice()),
        // A client may ask which methods there are before it shows its key; no penalty for that.
        auth_rejection_time_initial: Some(Duration::ZERO),
        ..Config::default()
    }
}

async fn accept(listener: TcpListener, config: Arc<Config>, account: Account) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let handler = Connection {
            account: account.clone(),
            running: HashMap::new(),
            commands: JoinSet::new(),
        };
        let config = Arc::clone(&config);
        connections.spawn(async move {
            // A client that breaks off ends its own session and nothing else.
            if let Ok(session) = server::run_stream(config, stream, handler).await {
                let _ended = session.await;
            }
        });
    }
}

/// Who may come in, and where their commands run.
#[derive(Clone)]
struct Account {
    key: PublicKey,
    folder: Arc<Path>,
    reached: Reached,
}

/// One client's connection; dropping it ends its commands.
struct Connection {
    account: Account,
    running: HashMap<ChannelId, AbortHandle>,
    commands: JoinSet<()>,
}

impl Handler for Connection {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        user: &str,
        offered: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let known = offered.public_key.key_data() == self.account.key.key_data();
        if user == USER && known {
            return Ok(Auth::Accept);
        }
        Ok(Auth::reject())
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: server::ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let command = String::from_utf8_lossy(command).into_owned();
        self.account.reached.lock().push(command.clone());
        session.channel_success(channel)?;
        let child = shell(&command, &self.account.folder);
        let task = self.commands.spawn(run(child, session.handle(), channel));
        self.running.insert(channel, task);
        Ok(())
    }

    async fn channel_close(
        &mut self,
        channel: ChannelId,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(task) = self.running.remove(&channel) {
            task.abort();
        }
        Ok(())
    }
}

fn shell(command: &str, folder: &Path) -> Command {
    let mut child = Command::new("sh");
    child
        .arg("-c")
        .arg(command)
        .env_clear()
        .env("PATH", PATH)
        .current_dir(folder)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    child
}

async fn run(child: Command, client: Handle, channel: ChannelId) {
    let ended = finish(child).await;
    // An error means that the client is gone; there is nobody left to tell.
    let _told = report(ended, &client, channel).await;
}

/// Waits for the command. When that is given up, the command and what it started are killed.
async fn finish(mut command: Command) -> io::Result<Output> {
    let child = command.spawn()?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let guard = group.map(KillOnDrop);
    let output = child.wait_with_output().await;
    std::mem::forget(guard);
    output
}

/// A process group that is still running.
struct KillOnDrop(Pid);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _gone = kill_process_group(self.0, Signal::KILL);
    }
}

async fn report(ended: io::Result<Output>, client: &Handle, channel: ChannelId) -> Result<(), ()> {
    let (out, err, status) = match ended {
        Ok(output) => {
            let status = output.status.code().map_or(NOT_STARTED, i32::unsigned_abs);
            (output.stdout, output.stderr, status)
        }
        Err(error) => {
            let text = format!("sh: {error}\n");
            (Vec::new(), text.into_bytes(), NOT_STARTED)
        }
    };
    if !out.is_empty() {
        client.data(channel, out).await.map_err(drop)?;
    }
    if !err.is_empty() {
        let sent = client.extended_data(channel, STDERR, err).await;
        sent.map_err(drop)?;
    }
    client.exit_status_request(channel, status).await?;
    client.eof(channel).await?;
    client.close(channel).await
}
