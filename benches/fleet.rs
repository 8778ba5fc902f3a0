//! What `scripts/bench_thousand.py` runs against: many SSH servers in one process, made of russh. Beside it the floors: what
//! a client costs that is russh and nothing else, and what the cryptography of a new connection costs by itself.
//!
//! ```text
//! fleet serve HOST_KEY PORT COUNT    prints an address of 127.64.0.0/10 a line, each a server of its own on PORT; ends
//!                                    with its standard input. Lets in whoever proves a key; each command prints `ok`.
//! fleet client USER KEY PORT ADDRESS…
//!                                    prints `ready`; runs the command on each address, over a connection that it keeps,
//!                                    whenever a line comes on its standard input, and prints `done`
//! fleet floor ROUNDS                 prints the microseconds of processor time for one connection, by key exchange
//! ```

use std::error::Error;
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::{AddrParseError, Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use curve25519_dalek::montgomery::MontgomeryPoint;
use ml_kem::kem::{Decapsulate as _, DecapsulationKey};
use ml_kem::{Ciphertext, KeyExport as _, MlKem768};
use russh::keys::PrivateKey;
use russh::keys::signature::{Signer as _, Verifier as _};
use russh::keys::ssh_key::private::Ed25519Keypair;
use russh::keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::server::{self, Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelMsg, client};
use rustix::time::{ClockId, clock_gettime};
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// As many connections as may wait on one address.
const BACKLOG: u32 = 128;
/// Addresses whose last byte is 1 to 250.
const PER_NET: u32 = 250;

/// What each new connection needs of the curve.
const SECRET: [u8; 32] = [7; 32];
/// As long as what is hashed of a key exchange, about: two versions, two lists of algorithms, the host key, both halves.
const TRANSCRIPT: [u8; 5120] = [7; 5120];
/// As long as what a login signs, about.
const SIGNED: [u8; 200] = [7; 200];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", key, port, count] => serve(key, port, count),
        ["client", user, key, port, addresses @ ..] => client(user, key, port, addresses),
        ["floor", rounds] => floor(rounds),
        _ => Err("usage: fleet serve HOST_KEY PORT COUNT | fleet client USER KEY PORT ADDRESS… | fleet floor ROUNDS".into()),
    }
}

fn reactor() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn serve(key: &str, port: &str, count: &str) -> Result<(), Box<dyn Error>> {
    let (port, count): (u16, u32) = (port.parse()?, count.parse()?);
    let config = Arc::new(server::Config {
        keys: vec![PrivateKey::from_openssh(std::fs::read_to_string(key)?)?],
        auth_rejection_time: Duration::ZERO,
        inactivity_timeout: None,
        nodelay: true,
        ..server::Config::default()
    });
    reactor()?.block_on(async {
        let mut addresses = String::new();
        for number in 0..count {
            let address = Ipv4Addr::from_bits(
                Ipv4Addr::new(127, 64, 0, 1).to_bits() + number / PER_NET * 256 + number % PER_NET,
            );
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind(SocketAddrV4::new(address, port).into())?;
            tokio::spawn(accept(socket.listen(BACKLOG)?, Arc::clone(&config)));
            addresses += &format!("{address}\n");
        }
        std::io::stdout().write_all(addresses.as_bytes())?;
        // Whoever started this holds the other end of its input.
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
        Ok(())
    })
}

/// One of the servers.
async fn accept(listener: TcpListener, config: Arc<server::Config>) {
    while let Ok((socket, _)) = listener.accept().await {
        let config = Arc::clone(&config);
        tokio::spawn(async move {
            socket.set_nodelay(true)?;
            server::run_stream(config, socket, Endpoint).await?.await
        });
    }
}

/// One connection with a server.
struct Endpoint;

impl Handler for Endpoint {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        _: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_success(channel)?;
        session.data(channel, "ok\n")?;
        session.exit_status_request(channel, 0)?;
        session.eof(channel)?;
        session.close(channel)
    }
}

/// How many hosts a client of russh alone is at work on, as ours is in the bench.
const AT_ONCE: usize = 100;

/// A host of a client of russh alone, and the connection with it once there is one.
type KnownHost = (SocketAddrV4, Option<client::Handle<Trusting>>);

/// It trusts each host key.
struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

fn client(user: &str, key: &str, port: &str, addresses: &[&str]) -> Result<(), Box<dyn Error>> {
    let port: u16 = port.parse()?;
    let login = Arc::new(Login {
        user: user.to_owned(),
        key: Arc::new(PrivateKey::from_openssh(std::fs::read_to_string(key)?)?),
        config: Arc::new(client::Config {
            nodelay: true,
            ..client::Config::default()
        }),
    });
    let hosts: Result<Vec<SocketAddrV4>, _> = addresses
        .iter()
        .map(|address| Ok::<_, AddrParseError>(SocketAddrV4::new(address.parse()?, port)))
        .collect();
    let mut shares: Vec<Vec<KnownHost>> = hosts?
        .chunks(addresses.len().div_ceil(AT_ONCE).max(1))
        .map(|share| share.iter().map(|host| (*host, None)).collect())
        .collect();
    let reactor = reactor()?;
    std::io::stdout().write_all(b"ready\n")?;
    for line in std::io::stdin().lock().lines() {
        line?;
        shares = reactor.block_on(async {
            let mut working = JoinSet::new();
            for share in shares {
                working.spawn(work(share, Arc::clone(&login)));
            }
            let mut done = Vec::new();
            while let Some(share) = working.join_next().await {
                done.push(share??);
            }
            Ok::<_, Box<dyn Error>>(done)
        })?;
        std::io::stdout().write_all(b"done\n")?;
    }
    Ok(())
}

/// What a client of russh alone logs in with.
struct Login {
    user: String,
    key: Arc<PrivateKey>,
    config: Arc<client::Config>,
}

/// Runs the command on these hosts, one after another.
async fn work(
    mut share: Vec<KnownHost>,
    login: Arc<Login>,
) -> Result<Vec<KnownHost>, russh::Error> {
    for (address, kept) in &mut share {
        let handle = match kept {
            Some(handle) => handle,
            None => kept.insert(logged_in(*address, &login).await?),
        };
        let mut channel = handle.channel_open_session().await?;
        channel.exec(true, "true").await?;
        let mut status = None;
        while let Some(message) = channel.wait().await {
            if let ChannelMsg::ExitStatus { exit_status } = message {
                status = Some(exit_status);
            }
        }
        if status != Some(0) {
            return Err(russh::Error::Inconsistent);
        }
    }
    Ok(share)
}

async fn logged_in(
    address: SocketAddrV4,
    login: &Login,
) -> Result<client::Handle<Trusting>, russh::Error> {
    let config = Arc::clone(&login.config);
    let mut handle = client::connect(config, address, Trusting).await?;
    let key = PrivateKeyWithHashAlg::new(Arc::clone(&login.key), None);
    let answer = handle.authenticate_publickey(&login.user, key).await?;
    if answer.success() {
        Ok(handle)
    } else {
        Err(russh::Error::NotAuthenticated)
    }
}

/// The processor time of what no client can leave out: a secret of its own, the shared one, the hash of what was said, the
/// proof of the host's key, the proof of its own.
fn floor(rounds: &str) -> Result<(), Box<dyn Error>> {
    let rounds: u32 = rounds.parse()?;
    let host = PrivateKey::from(Ed25519Keypair::from_seed(&SECRET));
    let proof = host.try_sign(&SIGNED)?;
    let login = || -> Result<(), Box<dyn Error>> {
        host.public_key().key_data().verify(&SIGNED, &proof)?;
        std::hint::black_box(host.try_sign(&SIGNED)?);
        std::hint::black_box(Sha256::digest(TRANSCRIPT));
        Ok(())
    };
    let theirs = MontgomeryPoint::mul_base_clamped(SECRET);
    let curve = || {
        std::hint::black_box(MontgomeryPoint::mul_base_clamped(SECRET));
        std::hint::black_box(theirs.mul_clamped(SECRET));
    };
    let seed = [7; 64].into();
    // Whatever it holds, to open it takes as long.
    let ciphertext = Ciphertext::<MlKem768>::from([7; 1088]);
    let lattice = || {
        let own = DecapsulationKey::<MlKem768>::from_seed(seed);
        std::hint::black_box(own.encapsulation_key().to_bytes());
        std::hint::black_box(own.decapsulate(&ciphertext));
    };
    let (mut by_curve, mut by_both) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begun = processor_us();
        login()?;
        curve();
        by_curve.push(processor_us() - begun);
        lattice();
        by_both.push(processor_us() - begun);
    }
    let mut out = std::io::stdout();
    writeln!(out, "curve25519-sha256 {:.1}", median(by_curve))?;
    writeln!(out, "mlkem768x25519-sha256 {:.1}", median(by_both))?;
    Ok(())
}

/// What the processor spent on this process so far.
fn processor_us() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
