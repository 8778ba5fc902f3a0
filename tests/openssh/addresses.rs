//! A host with several addresses: the first that takes the connection has it.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use mcp_ssh::ssh::{Addresses, Route, Session, SshError, SshErrorKind};
use rustix::net::{AddressFamily, SocketType, bind, listen, socket};

use super::{Exec, Host, ROOMY, block_on, identity, known_hosts, never, permit_at, run};
use crate::support::keys::KeyPair;

/// Another address of this machine.
const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 9, 9, 2));
const RIGHT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Connects to a host that may be at any of these addresses.
async fn connect(host: &Host, route: &Route, judged: &[IpAddr]) -> Result<Session, SshError> {
    connect_if(host, route, judged, &|_| true).await
}

async fn connect_if(
    host: &Host,
    route: &Route,
    judged: &[IpAddr],
    still_permitted: &dyn Fn(IpAddr) -> bool,
) -> Result<Session, SshError> {
    let addresses = Addresses {
        judged,
        still_permitted,
    };
    let lines = known_hosts(&host.sshd.known_hosts(super::HOST));
    let identity = identity(&host.user);
    Session::connect(
        &host.endpoint(),
        &addresses,
        route,
        &identity,
        &lines,
        &never(),
    )
    .await
}

/// A port that answers no SYN: whoever would have to accept does not, and nobody more may wait.
struct BlackHole {
    _listener: std::os::fd::OwnedFd,
    _waiting: Vec<TcpStream>,
}

impl BlackHole {
    fn at(address: IpAddr, port: u16) -> Self {
        let place = SocketAddr::new(address, port);
        let listener = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&listener, &place).unwrap();
        listen(&listener, 0).unwrap();
        let patience = Duration::from_millis(300);
        let connect = || TcpStream::connect_timeout(&place, patience).ok();
        let waiting: Vec<TcpStream> = std::iter::from_fn(connect).take(8).collect();
        assert!(waiting.len() < 8, "the port takes any number");
        Self {
            _listener: listener,
            _waiting: waiting,
        }
    }
}

async fn reaches_the_right_one(host: &Host, route: &Route) {
    let session = connect(host, route, &[OTHER, RIGHT]).await;
    let session = session.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(session.peer(), RIGHT);
    assert_eq!(run(&session, "echo in").await.printed.bytes(), b"in\n");
    session.close().await;
}

#[test]
fn an_address_that_refuses_gives_way_to_the_next() {
    let host = Host::start();
    block_on(reaches_the_right_one(&host, &Route::Direct));
    assert_eq!(host.sshd.log().matches("Accepted publickey").count(), 1);
}

#[test]
fn an_address_that_is_silent_gives_way_to_the_next() {
    let host = Host::start();
    let _hole = BlackHole::at(OTHER, host.sshd.port());
    block_on(reaches_the_right_one(&host, &Route::Direct));
}

#[test]
fn an_address_without_a_road_gives_way_to_the_next() {
    let host = Host::start();
    // RFC 6666: whatever is sent there is discarded; most machines have no road to it at all.
    let nowhere: IpAddr = "100::1".parse().unwrap();
    block_on(async {
        let session = connect(&host, &Route::Direct, &[nowhere, RIGHT]).await;
        assert_eq!(session.unwrap().peer(), RIGHT);
    });
}

#[test]
fn all_failures_are_told_and_a_closed_port_first() {
    let mut host = Host::start();
    let port = host.sshd.port();
    let lines = host.sshd.known_hosts(super::HOST);
    let free = TcpListener::bind((RIGHT, 0)).unwrap();
    let closed = free.local_addr().unwrap().port();
    drop(free);
    host.user = KeyPair::ed25519();
    let lines = lines.replace(&port.to_string(), &closed.to_string());
    let mut endpoint = host.endpoint();
    endpoint.port = closed;
    let addresses = Addresses {
        // Nobody connects to the first.
        judged: &[IpAddr::V4(Ipv4Addr::BROADCAST), OTHER, RIGHT],
        still_permitted: &|_| true,
    };
    let (route, identity, lines) = (Route::Direct, identity(&host.user), known_hosts(&lines));
    let never = never();
    let connect = Session::connect(&endpoint, &addresses, &route, &identity, &lines, &never);
    let error = block_on(connect).map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::Refused, "{error:?}");
    for place in [format!("{OTHER}:{closed}: "), format!("{RIGHT}:{closed}: ")] {
        assert!(error.detail().contains(&place), "{error:?}");
    }
    assert_eq!(error.address(), None);
}

/// What an address does after it has taken the connection is the host's word.
#[test]
fn after_the_connection_no_other_address_is_tried() {
    let host = Host::start();
    let listener = TcpListener::bind((OTHER, host.sshd.port())).unwrap();
    let hangs_up = std::thread::spawn(move || drop(listener.accept().unwrap()));
    block_on(async {
        let session = connect(&host, &Route::Direct, &[OTHER, RIGHT]).await;
        let error = session.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::Closed, "{error:?}");
        assert_eq!(error.address(), Some(OTHER));
    });
    hangs_up.join().unwrap();
    assert_eq!(host.sshd.log(), "");
}

#[test]
fn a_key_that_is_refused_is_refused_for_all_addresses() {
    let (host, other) = (Host::start(), Host::start());
    let proxy = TcpListener::bind((OTHER, host.sshd.port())).unwrap();
    let target = other.sshd.port();
    let carries = std::thread::spawn(move || {
        let (mut client, _) = proxy.accept().unwrap();
        let mut server = TcpStream::connect((RIGHT, target)).unwrap();
        let (mut back, mut there) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let answers = std::thread::spawn(move || std::io::copy(&mut back, &mut there));
        let _ended = std::io::copy(&mut client, &mut server);
        let _over = server.shutdown(std::net::Shutdown::Both);
        drop(answers.join());
    });
    block_on(async {
        let session = connect(&host, &Route::Direct, &[OTHER, RIGHT]).await;
        let error = session.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::HostKeyChanged, "{error:?}");
    });
    carries.join().unwrap();
    assert_eq!(host.sshd.log(), "");
}

#[test]
fn an_address_that_is_no_longer_permitted_is_not_dialled() {
    let host = Host::start();
    let forbidden = TcpListener::bind((OTHER, host.sshd.port())).unwrap();
    forbidden.set_nonblocking(true).unwrap();
    block_on(async {
        let only_right = |address| address == RIGHT;
        let session = connect_if(&host, &Route::Direct, &[OTHER, RIGHT], &only_right).await;
        assert_eq!(session.unwrap().peer(), RIGHT);
        let session = connect_if(&host, &Route::Direct, &[OTHER, RIGHT], &|_| false).await;
        let error = session.map(drop).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::AddressForbidden, "{error:?}");
    });
    let nobody = forbidden.accept().map(drop).unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

/// The one who asks is asked again before each address, and not before all of them.
#[test]
fn each_address_is_asked_about_when_its_turn_comes() {
    let host = Host::start();
    let _hole = BlackHole::at(OTHER, host.sshd.port());
    let asked = RefCell::new(Vec::new());
    block_on(async {
        let note = |address| {
            asked.borrow_mut().push(address);
            // A reload, while the first one is waited for.
            asked.borrow().len() < 2
        };
        let short = connect_if(&host, &Route::Direct, &[OTHER, RIGHT], &note);
        let given_up = mcp_ssh::runtime::timeout(Duration::from_secs(2), short).await;
        assert!(given_up.is_none());
    });
    assert_eq!(*asked.borrow(), [OTHER, RIGHT]);
    assert_eq!(host.sshd.log(), "");
}

#[test]
fn a_jump_host_dials_one_address_after_the_other() {
    let (jump, host) = (Host::start(), Host::start());
    block_on(async {
        let hop = Rc::new(jump.connect().await);
        let route = Route::Through(Rc::clone(&hop));
        reaches_the_right_one(&host, &route).await;
        assert!(hop.is_usable());
    });
    // It is given time for each.
    let _hole = BlackHole::at(OTHER, host.sshd.port());
    block_on(async {
        let route = Route::Through(Rc::new(jump.connect().await));
        let mut short = host.endpoint();
        short.connect_timeout = Duration::from_secs(6);
        let addresses = Addresses {
            judged: &[OTHER, RIGHT],
            still_permitted: &|_| true,
        };
        let lines = known_hosts(&host.sshd.known_hosts(super::HOST));
        let identity = identity(&host.user);
        let session =
            Session::connect(&short, &addresses, &route, &identity, &lines, &never()).await;
        assert_eq!(session.unwrap().peer(), RIGHT);
    });
}

#[test]
fn a_permit_for_another_address_runs_nothing() {
    let host = Host::start();
    block_on(async {
        let session = host.connect().await;
        let elsewhere = permit_at("true", Ipv4Addr::new(127, 0, 0, 2));
        let error = session.exec(elsewhere, ROOMY, &never()).await.unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::WrongPeer, "{error:?}");
        assert!(!host.sshd.log().contains("Starting session"));
        let here = permit_at("true", Ipv4Addr::LOCALHOST);
        session.exec(here, ROOMY, &never()).await.unwrap();
        assert!(host.sshd.log().contains("Starting session"));
    });
}
