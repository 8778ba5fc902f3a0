//! From a host of the inventory to a session with it: its jump hosts first, then itself.
//!
//! Takes a host and a decision that allows; gives the [`Way`], whose every address the network
//! policy has permitted, before anything is written or dialled; then, with the permit's address,
//! the session. Refuses a jump host at an address that is not permitted. The host's own name
//! is resolved here, too, never by a jump host: what is judged is what is dialled.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use crate::cancel::Cancelled;
use crate::config::Host;
use crate::policy::{Decision, HostPolicy};
use crate::secret::Secret;
use crate::ssh::{Endpoint, Fault, KnownHosts, Resolver, Route, Session, SshError};

use super::loaded::{Loaded, known_hosts_name};
use super::login::{LoginFault, login};
use super::run::End;

/// The jump hosts of a host with their permitted addresses, the first to be dialled first.
#[derive(Default)]
pub(super) struct Way<'a>(Vec<(&'a Rc<Host>, IpAddr)>);

/// A session with a host, and what must not be seen in what it prints.
pub(super) struct Dialled {
    pub session: Session,
    pub secrets: Vec<Secret>,
}

/// Why there is no session.
pub(super) struct Undialled {
    /// The jump host on which it failed; nothing for the host itself.
    pub jump_host: Option<String>,
    pub fault: LoginFault,
}

/// Resolves and judges the jump hosts of a host.
///
/// # Errors
/// The denial that names the first one that is not permitted; why it has no address.
pub(super) async fn way<'a>(
    loaded: &'a Loaded,
    resolver: &Resolver,
    policy: &HostPolicy,
    decision: &Decision,
    host: &Host,
) -> Result<Way<'a>, End> {
    let mut hops = Vec::new();
    for hop in loaded.jump_hosts(host) {
        let alias: &str = hop.alias.as_ref();
        let addresses = resolver.resolve(&hop.host.to_string()).await;
        let addresses = addresses.map_err(|error| error.at_jump_host(alias))?;
        let address = policy.permit_jump_host(decision, alias, &addresses)?;
        hops.push((hop, address));
    }
    Ok(Way(hops))
}

/// Connects to the host at `address`, through its jump hosts, each with a login of its own.
///
/// # Errors
/// The first step that fails, with the jump host it failed on.
pub(super) async fn dial(
    loaded: &Loaded,
    way: &Way<'_>,
    host: &Host,
    address: IpAddr,
    cancelled: &Cancelled,
) -> Result<Dialled, Undialled> {
    let mut route = Route::Direct;
    let mut secrets = Vec::new();
    for (hop, address) in &way.0 {
        let dialled = connect(loaded, hop, *address, &route, cancelled).await;
        let dialled = dialled.map_err(|fault| Undialled {
            jump_host: Some(hop.alias.to_string()),
            fault,
        })?;
        secrets.extend(dialled.secrets);
        route = Route::Through(Rc::new(dialled.session));
    }
    let dialled = connect(loaded, host, address, &route, cancelled).await;
    let mut dialled = dialled.map_err(|fault| Undialled {
        jump_host: None,
        fault,
    })?;
    dialled.secrets.extend(secrets);
    Ok(dialled)
}

/// One session.
async fn connect(
    loaded: &Loaded,
    host: &Host,
    address: IpAddr,
    route: &Route,
    cancelled: &Cancelled,
) -> Result<Dialled, LoginFault> {
    let login = login(loaded, host)?;
    let known_hosts = known_hosts(loaded).map_err(LoginFault::Ssh)?;
    let endpoint = Endpoint {
        alias: host.alias.to_string(),
        name: known_hosts_name(host),
        port: host.port,
        address,
        username: login.username,
        connect_timeout: host.connect_timeout,
        keepalive: host.keepalive.unwrap_or(Duration::ZERO),
    };
    let session = Session::connect(&endpoint, route, &login.identity, &known_hosts, cancelled);
    Ok(Dialled {
        session: session.await.map_err(LoginFault::Ssh)?,
        secrets: login.secrets,
    })
}

fn known_hosts(loaded: &Loaded) -> Result<KnownHosts, SshError> {
    let known_hosts = loaded.known_hosts();
    known_hosts.map_err(|fault| SshError::new(Fault::HostKeyUnknown, fault.headline()))
}
