//! From a host of the inventory to a channel on it: first its jump hosts, then the host.
//!
//! Takes a host and what the policy says of it; gives the [`JumpChain`]. The network policy has permitted each address of
//! the chain before anything is written or dialled. Then gives, with the permit's addresses, a channel over a
//! connection that is open or that is made now. Refuses a jump host at an address that is not permitted, and any
//! address that a reload has forbidden meanwhile. Invariant: only judged addresses are dialled. So the host's name is
//! resolved here, too, and never by a jump host.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use crate::audit::{Audit, Origin};
use crate::cancel::Cancelled;
use crate::config::{Credential, Host, Stamp};
use crate::sandbox::LandlockDomain;
use crate::ssh::{
    Addresses, ConnectStage, Endpoint, ExpectedHost, LeasedChannel, Pool, Resolver, Route, Session,
    SshError, SshErrorKind, WantedConnection, keyscan, lookup_name,
};
use mcp_ssh_policy::HostPolicy;

use super::connected::record_connection;
use super::dial_error::{ConnectError, NoRouteError};
use super::loaded::{Loaded, known_hosts_name};
use super::login::{LoginError, LoginSecrets, login};
use super::ports::open_port;
use super::progress::touch_told;
use super::redact::without;

/// The pool of connections, each with the secrets of its logins.
pub type Connections = Pool<ConnectionKey, LoginSecrets>;

/// Keeps the connections with a host, as far as there are others to close.
pub type ExpectedConnection = ExpectedHost<ConnectionKey, LoginSecrets>;

/// All that tells a connection from another one, but its address. When the configuration or a file behind it changes
/// the key, the connection takes no more commands.
#[derive(Clone)]
pub struct ConnectionKey {
    endpoint: Endpoint,
    credential: Rc<Credential>,
    files: Vec<Option<Stamp>>,
    through: Option<Rc<Hop>>,
}

/// The connection with a jump host, and the address of the jump host.
#[derive(PartialEq)]
struct Hop {
    made: ConnectionKey,
    address: IpAddr,
}

/// The jump hosts of a host with their permitted addresses, the first to be dialled first.
#[derive(Default)]
pub struct JumpChain(Vec<(Rc<Host>, Vec<IpAddr>)>);

/// Resolves and judges the jump hosts of a host.
///
/// # Errors
/// The denial that names the first jump host that is not permitted; or why a jump host has no address.
async fn jump_chain(
    loaded: &Loaded,
    resolver: &Resolver,
    policy: &HostPolicy,
    host: &Host,
) -> Result<JumpChain, NoRouteError> {
    let mut hops = Vec::new();
    for hop in loaded.jump_hosts(host) {
        let alias: &str = hop.alias.as_ref();
        let addresses = resolver.resolve(&hop.host.to_string()).await;
        let addresses = addresses.map_err(|error| error.at_jump_host(alias))?;
        let permitted = policy.permit_jump_host(alias, &addresses)?;
        hops.push((Rc::clone(hop), permitted));
    }
    Ok(JumpChain(hops))
}

/// By what a host is found.
#[derive(Clone, Copy)]
pub struct Finder<'a> {
    pub resolver: &'a Resolver,
    pub connections: &'a Connections,
    /// What the sandbox leaves open; nothing without one.
    pub domain: Option<&'a LandlockDomain>,
}

/// The jump hosts of a host and the host's addresses, first the address of an open connection.
///
/// # Errors
/// The errors of [`jump_chain`], and that the host has no address, or that the sandbox closes the first port.
pub async fn find(
    by: Finder<'_>,
    loaded: &Loaded,
    policy: &HostPolicy,
    host: &Host,
) -> Result<(JumpChain, Vec<IpAddr>), NoRouteError> {
    let hops = loaded.jump_hosts(host);
    match hops.first() {
        Some(hop) => {
            open_port(by.domain, hop).map_err(|error| error.at_jump_host(hop.alias.as_ref()))?;
        }
        None => open_port(by.domain, host)?,
    }
    let chain = jump_chain(loaded, by.resolver, policy, host).await?;
    let mut addresses = by.resolver.resolve(&host.host.to_string()).await?;
    let kept = kept_address(by.connections, loaded, &chain, host);
    addresses.sort_by_key(|address| Some(*address) != kept);
    Ok((chain, addresses))
}

/// Makes one connection after another, each through the one before.
pub struct Dial<'a, F> {
    pub loaded: &'a Loaded,
    pub connections: &'a Connections,
    pub cancelled: &'a Cancelled,
    /// Whether the policy in force still permits an address.
    pub still_permitted: &'a dyn Fn(IpAddr) -> bool,
    /// Records why a connection could not be made, once.
    pub told: F,
    /// Hears how far the connection with the host of an alias has come.
    pub passed: &'a dyn Fn(&str, ConnectStage),
    /// Where each connection that is made goes on record, and for what it is made.
    pub records: (Audit, &'a Origin),
}

impl<F: Fn(ConnectError) -> SshError> Dial<'_, F> {
    /// A channel on the host at one of `addresses`, through the jump hosts. There is a login at each of them.
    ///
    /// # Errors
    /// The first step that fails.
    pub async fn open(
        &self,
        chain: &JumpChain,
        host: &Host,
        addresses: &[IpAddr],
    ) -> Result<LeasedChannel<ConnectionKey, LoginSecrets>, SshError> {
        let (mut route, mut through, mut hidden) = (Route::Direct, None, LoginSecrets::new());
        for (hop, addresses) in &chain.0 {
            let told = |fault| {
                let jump_host = Some(hop.alias.to_string());
                (self.told)(ConnectError { jump_host, fault })
            };
            let made = made(self.loaded, hop, through).map_err(told)?;
            let dial = async || {
                let dialled = self.dial(&made, addresses, &route, &hidden).await;
                dialled.map_err(told)
            };
            let wanted = wanted(hop, &made, addresses);
            let hop = Box::pin(self.connections.hop(&wanted, dial, self.cancelled));
            let (session, its) = hop.await?;
            hidden.extend(its);
            let address = session.peer();
            route = Route::Through(session);
            through = Some(Rc::new(Hop { made, address }));
        }
        let told = |fault| {
            let jump_host = None;
            (self.told)(ConnectError { jump_host, fault })
        };
        let made = made(self.loaded, host, through).map_err(told)?;
        let dial = async || {
            let dialled = self.dial(&made, addresses, &route, &hidden).await;
            let (session, mut own) = dialled.map_err(told)?;
            own.extend(hidden.iter().cloned());
            Ok((session, own))
        };
        let wanted = wanted(host, &made, addresses);
        let open = self.connections.open(&wanted, dial, self.cancelled).await;
        open.map_err(|error| self.last_words(error, &made, &hidden))
    }

    /// A connection by a route, and the secrets of its login. Those of the logins on the way are hidden, too.
    async fn dial(
        &self,
        made: &ConnectionKey,
        judged: &[IpAddr],
        route: &Route,
        before: &LoginSecrets,
    ) -> Result<(Session, LoginSecrets), LoginError> {
        let mut login = login(self.loaded, &made.credential)?;
        login.hide_sudo_password(self.loaded, &made.credential);
        let known_hosts = self.loaded.written_known_hosts().await;
        let known_hosts = known_hosts.map_err(LoginError::Ssh)?;
        let (endpoint, identity) = (&made.endpoint, &login.identity);
        let addresses = Addresses {
            judged,
            still_permitted: self.still_permitted,
        };
        let cancelled = self.cancelled;
        let passed = |stage: ConnectStage| {
            if let Some(told) = touch_told(&endpoint.alias, &stage) {
                log::warn!("{told}");
            }
            let stage = stage.hiding(|version| without(&login.secrets, version));
            (self.passed)(&endpoint.alias, stage);
        };
        let session = Session::connect_heard(
            endpoint,
            &addresses,
            route,
            identity,
            &known_hosts,
            cancelled,
            &passed,
        );
        let session = session.await.map_err(|error| {
            // In the words of the host, or of a jump host: each knows the password that it was given.
            let known = before.iter().map(Rc::as_ref).chain(&login.secrets);
            let error = error.hiding(|story| without(known, story));
            let file = self.loaded.file_at_fault(error.kind(), &made.credential);
            LoginError::Ssh(match file {
                Some(file) => error.in_file(&file.display()),
                None => error,
            })
        })?;
        record_connection(self.records, &endpoint.alias, &session, &login.secrets);
        Ok((session, login.secrets.into_iter().map(Rc::new).collect()))
    }

    /// The error of a host that was logged in to, without the secrets of the logins up to there: the words with which it ends a
    /// connection may have one.
    fn last_words(&self, error: SshError, made: &ConnectionKey, before: &LoginSecrets) -> SshError {
        if error.kind() != SshErrorKind::Closed {
            return error;
        }
        let own = login(self.loaded, &made.credential).map_or_else(
            |_| Vec::new(),
            |mut login| {
                login.hide_sudo_password(self.loaded, &made.credential);
                login.secrets
            },
        );
        let known = before.iter().map(Rc::as_ref).chain(&own);
        error.hiding(|story| without(known, story))
    }
}

/// The key that a connection with a host would have now.
fn made(
    loaded: &Loaded,
    host: &Host,
    through: Option<Rc<Hop>>,
) -> Result<ConnectionKey, LoginError> {
    let Some(credential) = loaded.inventory().credential(host) else {
        let detail = format!("`{}` has no `credentials` in servers.yml", host.alias);
        return Err(LoginError::Ssh(SshError::new(
            SshErrorKind::NoCredential,
            detail,
        )));
    };
    let endpoint = Endpoint {
        alias: host.alias.to_string(),
        name: known_hosts_name(host),
        port: host.port,
        keyscan: keyscan_of(host),
        username: credential.username.clone(),
        connect_timeout: host.connect_timeout,
        keepalive: host.keepalive.unwrap_or(Duration::ZERO),
    };
    Ok(ConnectionKey {
        endpoint,
        files: loaded.stamps(credential),
        credential: Rc::clone(credential),
        through,
    })
}

/// How an operator asks the host for its key, so that the line has the name that is looked up.
fn keyscan_of(host: &Host) -> String {
    let (address, port) = (host.host.to_string(), host.port);
    let alias = host.host_key_alias.is_some();
    match &host.jump {
        Some(jump) => {
            let name = lookup_name(&known_hosts_name(host), port);
            format!("`ssh-keyscan -p {port} {address}` on `{jump}` (the line begins with `{name}`)")
        }
        None if alias => "`mcp-ssh keyscan --all`".to_owned(),
        None => keyscan(&address, port),
    }
}

fn wanted<'a>(
    host: &'a Host,
    made: &ConnectionKey,
    addresses: &'a [IpAddr],
) -> WantedConnection<'a, ConnectionKey> {
    WantedConnection {
        alias: host.alias.as_ref(),
        key: made.clone(),
        addresses,
        idle_limit: host.idle_timeout,
        answer_limit: host.connect_timeout,
    }
}

/// The address of an open connection with the host, if a new connection would have an equal key now.
fn kept_address(
    connections: &Connections,
    loaded: &Loaded,
    chain: &JumpChain,
    host: &Host,
) -> Option<IpAddr> {
    connections.find(host.alias.as_ref(), |kept| {
        let addresses = kept.addresses_of_hops();
        let mut permitted = addresses.iter().zip(&chain.0);
        let hops: Vec<_> = chain.0.iter().map(|(hop, _)| hop).collect();
        permitted.all(|(address, (_, permitted))| permitted.contains(address))
            && kept.is_made_of(loaded, host, &hops)
    })
}

impl ConnectionKey {
    /// Whether a connection by `loaded` would have this key, and `loaded` permits the address of the connection.
    pub fn is_current(&self, loaded: &Loaded, alias: &str, address: IpAddr) -> bool {
        let Some(host) = loaded.inventory().hosts.get(alias) else {
            return false;
        };
        let policy = loaded.host_policy(host);
        let mut addresses = self.addresses_of_hops().into_iter().chain([address]);
        addresses.all(|address| policy.permits_address(address))
            && self.is_made_of(loaded, host, &loaded.jump_hosts(host))
    }

    /// Whether a connection by `loaded` with this host, through these jump hosts, would have this key.
    fn is_made_of(&self, loaded: &Loaded, host: &Host, hops: &[&Rc<Host>]) -> bool {
        let addresses = self.addresses_of_hops();
        if addresses.len() != hops.len() {
            return false;
        }
        let mut through = None;
        for (hop, address) in hops.iter().zip(addresses) {
            let Ok(made) = made(loaded, hop, through) else {
                return false;
            };
            through = Some(Rc::new(Hop { made, address }));
        }
        made(loaded, host, through).is_ok_and(|made| made == *self)
    }

    /// The addresses of the jump hosts on the way, in the order in which they are dialled.
    fn addresses_of_hops(&self) -> Vec<IpAddr> {
        let hops =
            std::iter::successors(self.through.as_deref(), |hop| hop.made.through.as_deref());
        let mut addresses: Vec<IpAddr> = hops.map(|hop| hop.address).collect();
        addresses.reverse();
        addresses
    }
}

impl PartialEq for ConnectionKey {
    fn eq(&self, other: &Self) -> bool {
        self.endpoint == other.endpoint
            && self.files == other.files
            && self.through == other.through
            && self.credential.proves_the_same(&other.credential)
    }
}
