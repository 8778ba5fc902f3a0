//! The static binary that `make static` built: what kind of file it is, and that it serves
//! from an empty root folder, on one thread. `make test-static` runs these tests and names the
//! binary in `MCP_SSH_STATIC`; a plain `cargo test` lists them as ignored.

mod elf;
mod names;

#[path = "../../examples/demo/client.rs"]
pub mod client;
#[path = "../../examples/demo/fleet.rs"]
mod fleet;
#[path = "../../examples/demo/site.rs"]
mod site;

use std::fs;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::support::resolver::{self, Kind, Reply};
use client::Client;
use fleet::Fleet;
use site::Site;

/// The budget for the file, in bytes.
const MAX_SIZE: u64 = 6_400_000;

fn binary() -> PathBuf {
    let path = std::env::var_os("MCP_SSH_STATIC")
        .expect("MCP_SSH_STATIC names no binary; run `make test-static`");
    let path = PathBuf::from(path);
    assert!(path.is_file(), "{path:?} is not there; run `make static`");
    path
}

/// What a program prints, on either stream; ldd speaks on stderr about static files.
fn said(program: &str, argument: &Path) -> String {
    let output = Command::new(program)
        .arg(argument)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; run scripts/test-tools.sh"));
    let both = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
fn is_a_stripped_static_pie() {
    let path = binary();
    let kind = said("file", &path);
    for expected in ["ELF 64-bit", "static-pie linked", "stripped"] {
        assert!(kind.contains(expected), "no `{expected}` in: {kind}");
    }
    let libraries = said("ldd", &path);
    assert_eq!(libraries.trim(), "statically linked");

    let file = elf::File::parse(&fs::read(&path).expect("the binary is readable"));
    assert_eq!(file.kind, elf::DYNAMIC, "position independent");
    assert!(!file.has(elf::INTERPRETER), "it asks for a dynamic loader");
    assert!(file.has(elf::RELRO), "its relocations stay writable");
    let stack = file.flags(elf::STACK).expect("it says what its stack is");
    assert_eq!(stack & elf::EXECUTABLE, 0, "its stack is executable");
}

#[test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
fn keeps_to_its_size() {
    let size = fs::metadata(binary()).expect("the binary is there").len();
    assert!(size < MAX_SIZE, "{size} bytes; under {MAX_SIZE} wanted");
}

#[test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
fn holds_no_path_of_the_machine_that_built_it() {
    let bytes = fs::read(binary()).expect("the binary is readable");
    let home = std::env::var("HOME").expect("HOME is set");
    for path in [env!("CARGO_MANIFEST_DIR"), &format!("{home}/.cargo")] {
        let found = bytes
            .windows(path.len())
            .any(|window| window == path.as_bytes());
        assert!(!found, "it holds {path}");
    }
}

/// A folder with the binary in it and nothing else.
fn empty_root() -> TempDir {
    let root = TempDir::new().expect("a temporary folder");
    fs::copy(binary(), root.path().join("mcp-ssh")).expect("the binary can be copied");
    root
}

/// The server with `root` as its root folder and an empty environment. Without root's rights
/// it takes a user namespace of its own.
fn sealed(root: &Path) -> tokio::process::Command {
    let words: &[&str] = match rustix::process::geteuid().is_root() {
        true => &["chroot"],
        false => &["unshare", "--map-root-user", "chroot"],
    };
    let (program, rest) = words.split_first().expect("there is a first word");
    let mut command = tokio::process::Command::new(program);
    command.args(rest).arg(root).args(["/mcp-ssh", "serve"]);
    // PATH is for finding chroot; nothing in the root folder could be found by it.
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn serves_from_an_empty_root_folder() {
    let root = empty_root();
    let mut client = Client::start(&mut sealed(root.path())).expect("it starts");
    let hello = client.initialize().await.expect("initialize");
    assert_eq!(hello["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    let listed = client.request("tools/list", json!({})).await.expect("list");
    assert!(!listed["tools"].as_array().expect("a list").is_empty());

    let lost = client.call("ssh_list_hosts", json!({})).await;
    assert!(lost.expect("an answer").is_error(), "there is no config");
    assert_eq!(client.threads().expect("/proc is readable"), 1);

    let (status, _) = client.leave().await.expect("it leaves");
    assert!(status.success(), "{status}");
    let left: Vec<_> = fs::read_dir(root.path()).expect("the folder").collect();
    assert_eq!(left.len(), 1, "it wrote into its root: {left:?}");
}

#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn reaches_hosts_on_one_thread() {
    let root = empty_root();
    let fleet = Fleet::start(2).await.expect("the servers start");
    let site = Site::write(root.path(), Path::new("/"), &fleet).expect("the config is written");
    let mut command = sealed(root.path());
    let mut client = Client::start(command.args(site.arguments())).expect("it starts");
    client.initialize().await.expect("initialize");
    assert_eq!(client.threads().expect("/proc is readable"), 1, "at first");

    for alias in ["demo-1", "demo-2"] {
        let run = json!({"alias": alias, "command": "uname -s"});
        let run = client.call("ssh_run", run).await.expect("an answer");
        assert_eq!(run.body()["output"], "Linux\n", "{}", run.body());
        assert_eq!(
            client.threads().expect("/proc is readable"),
            1,
            "after {alias}"
        );
    }
    assert_eq!(fleet.commands(), ["uname -s", "uname -s"]);

    let (status, _) = client.leave().await.expect("it leaves");
    assert!(status.success(), "{status}");
}

#[test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
fn says_in_json_that_there_is_no_memory() {
    let mut server = Command::new("sh")
        .args(["-c", "ulimit -v 24000; exec \"$0\" serve"])
        .arg(binary())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = server.stdin.take().expect("a pipe");
    // It reads the line into a buffer that grows, until there is no more of it; the rest of the line finds no reader.
    let _ended = stdin.write_all(&[b'x'; 9_000_000]);
    drop(stdin);
    let ended = server.wait_with_output().expect("it ends");
    assert!(ended.status.signal().is_some(), "{}", ended.status);
    let told = String::from_utf8(ended.stderr).expect("text");
    let lines = told.lines().map(serde_json::from_str::<serde_json::Value>);
    let lines: Vec<_> = lines.collect::<Result<_, _>>().expect("JSON alone");
    let last = lines.last().expect("a last line");
    let message = last["msg"].as_str().unwrap_or_default();
    assert!(message.starts_with("no memory for "), "{told}");
}

/// A demo site below a root of its own whose one host is called `name`, and the fleet that it needs.
async fn site_with_a_host_called(name: &str, root: &Path) -> (Site, Fleet) {
    let fleet = Fleet::start(1).await.expect("the server starts");
    let site = Site::write(root, Path::new("/"), &fleet).expect("the config is written");
    for file in ["config/servers.yml", "keys/known_hosts"] {
        let path = root.join(file);
        let text = fs::read_to_string(&path).expect("it was written");
        let named = text.replace("127.0.0.1", name);
        assert_ne!(text, named, "{file}");
        fs::write(path, named).expect("a file");
    }
    (site, fleet)
}

/// Runs a command on the host, and ends the server.
async fn reaches_the_host(root: &Path, site: &Site) {
    let mut command = sealed(root);
    let mut client = Client::start(command.args(site.arguments())).expect("it starts");
    client.initialize().await.expect("initialize");
    let run = json!({"alias": "demo-1", "command": "uname -s"});
    let run = client.call("ssh_run", run).await.expect("an answer");
    assert_eq!(run.body()["output"], "Linux\n", "{}", run.body());
    let (status, stderr) = client.leave().await.expect("it leaves");
    assert!(status.success(), "{status}");
    assert!(!stderr.contains("no sandbox"), "{stderr}");
}

/// musl's resolver binds its socket; the sandbox tells it that this worked.
#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn finds_a_host_by_name_behind_the_sandbox() {
    let asked = names::answer("127.77.0.1", "example");
    let root = empty_root();
    fs::create_dir(root.path().join("etc")).expect("a folder");
    let resolver = "nameserver 127.77.0.1\n";
    fs::write(root.path().join("etc/resolv.conf"), resolver).expect("a file");
    let (site, _fleet) = site_with_a_host_called("demo-1.example", root.path()).await;
    reaches_the_host(root.path(), &site).await;
    assert!(asked.load(Ordering::Relaxed) > 0, "no question was asked");
}

/// musl compares the bytes of names; names have no case.
#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn finds_a_host_of_etc_hosts_whatever_its_letters() {
    let root = empty_root();
    fs::create_dir(root.path().join("etc")).expect("a folder");
    let hosts = "127.0.0.1 Demo-1.Example.COM Demo\n";
    fs::write(root.path().join("etc/hosts"), hosts).expect("a file");
    let (site, _fleet) = site_with_a_host_called("demo-1.example.com", root.path()).await;
    reaches_the_host(root.path(), &site).await;
}

/// musl asks for a name with a dot only as it is; ssh, by glibc, goes on to `search`.
#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn finds_a_host_below_a_suffix_of_the_search_list() {
    let asked = names::answer("127.77.0.2", "corp");
    let root = empty_root();
    fs::create_dir(root.path().join("etc")).expect("a folder");
    let resolver = "search no.invalid example.corp\nnameserver 127.77.0.2\n";
    fs::write(root.path().join("etc/resolv.conf"), resolver).expect("a file");
    let (site, _fleet) = site_with_a_host_called("demo-1.prod", root.path()).await;
    reaches_the_host(root.path(), &site).await;
    // Each name by both families: as it is, below the suffix that nobody knows, and below the other one.
    assert!(asked.load(Ordering::Relaxed) >= 6);
}

/// musl ends its search at a suffix that is answered with a failure, with no address or not at all; ssh, by glibc, goes on
/// to the next suffix and the name as it is.
#[tokio::test]
#[ignore = "needs target/static/mcp-ssh; run `make test-static`"]
async fn a_suffix_that_is_not_answered_well_does_not_end_the_search() {
    let here = Reply::Address(Ipv4Addr::LOCALHOST.into(), Duration::ZERO);
    for (place, host, known, otherwise) in [
        (3, "demo-1", "demo-1.corp.example", Reply::Failure),
        (4, "demo-1", "demo-1.corp.example", Reply::Nothing),
        (5, "demo-1", "demo-1", Reply::Failure),
        (6, "demo-1", "demo-1", Reply::Silence),
        (7, "demo-1.prod", "demo-1.prod.corp.example", Reply::Failure),
    ] {
        println!("{known}, and {otherwise:?} otherwise");
        let address = Ipv4Addr::new(127, 77, 0, place);
        let here = here.clone();
        resolver::serve(address, move |name, kind| match (name == known, kind) {
            (true, Kind::A) => here.clone(),
            (true, Kind::Aaaa | Kind::Other) => Reply::Nothing,
            (false, _) => otherwise.clone(),
        });
        let root = empty_root();
        fs::create_dir(root.path().join("etc")).expect("a folder");
        let resolver = format!("search broken.example corp.example\nnameserver {address}\n");
        fs::write(root.path().join("etc/resolv.conf"), resolver).expect("a file");
        let (site, _fleet) = site_with_a_host_called(host, root.path()).await;
        reaches_the_host(root.path(), &site).await;
    }
}
