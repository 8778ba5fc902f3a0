//! What code in a serving process gets of files, ports, sockets and signals once its configuration is read, asked for
//! real: behind all of the sandbox, behind Landlock alone, and without either.
//!
//! The calls are made in a child, which is this test binary asked for one test alone. It opens the gate as `serve` does.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use libc::{EACCES, EADDRNOTAVAIL, EPERM, c_int};
use mcp_ssh::config::{Environment, Flags, Paths};
use mcp_ssh::gate::Gate;
use mcp_ssh::sandbox::{self, Filter, LandlockReach};
use rustix::net::{AddressFamily, Ipv4Addr, SendFlags, SocketAddrV4, SocketType, sendto, socket};
use rustix::process::{Pid, test_kill_process};

use tempfile::TempDir;

use crate::support::fixture::Fixture;

/// Tells the child what stands in front of it.
const TASK: &str = "MCP_SSH_TEST_CLOSED";
/// Tells the child where all is that it tries.
const WORLD: &str = "MCP_SSH_TEST_WORLD";

/// What is tried.
struct World {
    directory: PathBuf,
    /// Where known_hosts and the target of a link are, with the files of others.
    theirs: PathBuf,
    /// The port of the one host of servers.yml.
    own: u16,
    /// Another port that listens.
    other: u16,
    parent: i32,
}

impl World {
    fn told(&self) -> String {
        let Self {
            own, other, parent, ..
        } = self;
        let (directory, theirs) = (self.directory.display(), self.theirs.display());
        format!("{directory} {own} {other} {parent} {theirs}")
    }

    fn heard(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').collect();
        Self {
            directory: PathBuf::from(words[0]),
            own: words[1].parse().unwrap(),
            other: words[2].parse().unwrap(),
            parent: words[3].parse().unwrap(),
            theirs: PathBuf::from(words[4]),
        }
    }

    fn abstract_name(&self) -> SocketAddr {
        SocketAddr::from_abstract_name(self.directory.to_str().unwrap()).unwrap()
    }
}

type Attempt = fn(&World) -> io::Result<()>;

/// An attempt, and its error behind all of the sandbox, behind Landlock alone, and without either; 0 is none.
type ClosedCase = (&'static str, Attempt, [c_int; 3]);

#[rustfmt::skip]
const CASES: &[ClosedCase] = &[
    // Files
    ("the configuration", |world| read(&world.directory.join("config/servers.yml")), [0, 0, 0]),
    ("a key", |world| read(&world.directory.join("keys/known_hosts")), [0, 0, 0]),
    ("known_hosts elsewhere", |world| read(&world.theirs.join("known/hosts")), [0, 0, 0]),
    ("a file beside it", |world| read(&world.theirs.join("known/id")), [EACCES, EACCES, 0]),
    ("the target of a link", |world| read(&world.directory.join("config/credentials.yml")), [0, 0, 0]),
    ("a file beside the target", |world| read(&world.theirs.join("linked/id")), [EACCES, EACCES, 0]),
    ("the trail", |world| OpenOptions::new().append(true).open(world.directory.join("trail")).map(drop), [EPERM, 0, 0]),
    ("a file beside the trail", |world| File::create(world.directory.join("trail.1")).map(drop), [EPERM, EACCES, 0]),
    ("the names of hosts", |_| read(Path::new("/etc/hosts")), [0, 0, 0]),
    ("the accounts", |_| read(Path::new("/etc/passwd")), [EACCES, EACCES, 0]),
    ("the accounts, in a new thread", |_| std::thread::spawn(|| read(Path::new("/etc/passwd"))).join().unwrap(), [EACCES, EACCES, 0]),
    ("the accounts, by a link", |world| read(&world.directory.join("config/link")), [EACCES, EACCES, 0]),
    ("another process", |world| read(&PathBuf::from(format!("/proc/{}/environ", world.parent))), [EACCES, EACCES, 0]),
    ("the names in a directory", |_| fs::read_dir("/etc").map(drop), [EACCES, EACCES, 0]),
    ("to write the configuration", |world| OpenOptions::new().append(true).open(world.directory.join("config/servers.yml")).map(drop), [EPERM, EACCES, 0]),
    ("to make a file", |world| File::create(world.directory.join("config/new")).map(drop), [EPERM, EACCES, 0]),
    ("to remove a file", |world| fs::remove_file(world.directory.join("config/gone")), [EPERM, EACCES, 0]),
    // Ports
    ("the port of the host", |world| TcpStream::connect(("127.0.0.1", world.own)).map(drop), [0, 0, 0]),
    ("another port", |world| TcpStream::connect(("127.0.0.1", world.other)).map(drop), [EACCES, EACCES, 0]),
    ("another port, in a new thread", |world| { let port = world.other; std::thread::spawn(move || TcpStream::connect(("127.0.0.1", port)).map(drop)).join().unwrap() }, [EACCES, EACCES, 0]),
    // Landlock of Linux 6.18 does not see this one: the filter refuses it.
    ("another port, by what is sent", |world| fast_open(world.other), [EPERM, 0, 0]),
    ("a port of one's own", |_| binds(), [EADDRNOTAVAIL, EACCES, 0]),
    // Neither of the two sees these: docs/SECURITY-MODEL.md says so.
    ("a datagram", |world| UdpSocket::bind("0.0.0.0:0")?.send_to(b"x", ("127.0.0.1", world.other)).map(drop), [0, 0, 0]),
    ("a socket by its path", |world| UnixStream::connect(world.directory.join("socket")).map(drop), [0, 0, 0]),
    // Other processes
    ("a socket without a path", |world| UnixStream::connect_addr(&world.abstract_name()).map(drop), [EPERM, EPERM, 0]),
    ("a signal", |world| Ok(test_kill_process(Pid::from_raw(world.parent).unwrap())?), [EPERM, EPERM, 0]),
];

fn read(path: &Path) -> io::Result<()> {
    File::open(path).map(drop)
}

/// Sends the first bytes of a connection together with its SYN (RFC 7413).
fn fast_open(port: u16) -> io::Result<()> {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    let flags = SendFlags::from_bits_retain(libc::MSG_FASTOPEN.cast_unsigned());
    sendto(
        &socket,
        b"x",
        flags,
        &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
    )?;
    Ok(())
}

/// A TCP socket bound to a port; an error, too, if it was told so and is not.
fn binds() -> io::Result<()> {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    rustix::net::bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    let bound = SocketAddrV4::try_from(rustix::net::getsockname(&socket)?)?;
    match bound.port() {
        0 => Err(io::Error::from_raw_os_error(EADDRNOTAVAIL)),
        _ => Ok(()),
    }
}

/// Everything that the cases try; gone with the value.
struct Stage {
    fixture: Fixture,
    own: TcpListener,
    other: TcpListener,
    theirs: TempDir,
    _sockets: [UnixListener; 2],
}

impl Stage {
    fn set() -> Self {
        let listener = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (own, other) = (listener(), listener());
        let fixture = Fixture::one_host(own.local_addr().unwrap().port());
        std::os::unix::fs::symlink("/etc/passwd", fixture.path("config/link")).unwrap();
        let theirs = tempfile::tempdir().unwrap();
        let place = |name: &str| theirs.path().join(name);
        for name in ["known", "linked"] {
            fs::create_dir(place(name)).unwrap();
            fs::write(place(name).join("id"), "").unwrap();
        }
        fs::rename(fixture.path("keys/known_hosts"), place("known/hosts")).unwrap();
        let policy = format!("known_hosts_path: {}\n", place("known/hosts").display());
        fixture.write("config/policy.yml", &policy);
        fixture.write("keys/known_hosts", "");
        let link = fixture.path("config/credentials.yml");
        fs::rename(&link, place("linked/credentials.yml")).unwrap();
        std::os::unix::fs::symlink(place("linked/credentials.yml"), link).unwrap();
        fixture.write("trail", "");
        let path = UnixListener::bind(fixture.path("socket")).unwrap();
        let name = SocketAddr::from_abstract_name(fixture.path("").trim_end_matches('/')).unwrap();
        let unnamed = UnixListener::bind_addr(&name).unwrap();
        Self {
            fixture,
            own,
            other,
            theirs,
            _sockets: [path, unnamed],
        }
    }

    /// The errors by attempt, as the child tells them.
    fn errors(&self, task: &str) -> BTreeMap<String, c_int> {
        self.fixture.write("config/gone", "");
        let world = World {
            directory: PathBuf::from(self.fixture.path("").trim_end_matches('/')),
            theirs: self.theirs.path().to_owned(),
            own: self.own.local_addr().unwrap().port(),
            other: self.other.local_addr().unwrap().port(),
            parent: std::process::id().cast_signed(),
        };
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "sandbox::closed::closed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .envs(self.fixture.environment())
            .env(TASK, task)
            .env(WORLD, world.told())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{task}: {told}{stderr}");
        let told = told.lines().filter_map(|line| line.split_once(": error "));
        told.map(|(name, error)| (name.to_owned(), error.parse().unwrap()))
            .collect()
    }
}

#[test]
fn what_the_configuration_does_not_need_is_closed() {
    let stage = Stage::set();
    let mut wrong = String::new();
    for (at, task) in ["all", "landlock", "nothing"].into_iter().enumerate() {
        let errors = stage.errors(task);
        for (name, _, expected) in CASES {
            let error = errors.get(*name);
            if error != Some(&expected[at]) {
                wrong += &format!(
                    "{name}, behind {task}: {error:?} and not {}\n",
                    expected[at]
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
#[ignore = "the child of the test beside it"]
fn closed() {
    let world = std::env::var(WORLD).expect("it is the child of the test beside it");
    let world = World::heard(&world);
    let task = std::env::var(TASK).unwrap();
    let filter = match task.as_str() {
        "all" => Some(Filter::ReadOnly),
        "landlock" => Some(Filter::LeftOut),
        _ => None,
    };
    if let Some(filter) = filter {
        sandbox::enter(filter);
        let gate = Gate::open(Paths::resolve(Flags::default(), &Environment::Process));
        let reach = LandlockReach {
            append: Some(world.directory.join("trail")),
            ..LandlockReach::default()
        };
        gate.confine(reach, log::Level::Warn);
    }
    println!();
    for (name, attempt, _) in CASES {
        let error = attempt(&world).err();
        let errno = error.map_or(0, |error| error.raw_os_error().unwrap_or(-1));
        println!("{name}: error {errno}");
    }
}
