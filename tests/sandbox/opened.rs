//! What stays open to a server: a normal day asks for nothing that is refused, and what is replaced is read, or it is
//! said that the server must be started again.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::json;

use crate::gate::files::site_over;
use crate::gate::site::{POLICY, Site, ran, refused};
use crate::support::approver::{HookedApprover, SocketPlace};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

/// What a call says that needs a restart of the server.
const CLOSED: &str =
    "SSH connection not made: The server's sandbox was closed before this was configured";

fn reload(client: &mut Client) -> Vec<String> {
    let result = client.call("ssh_reload_config", json!({}));
    let told = &result["structuredContent"];
    assert_eq!(told["reloaded"], true, "{result}");
    let told = told["diagnostics"].as_array().unwrap().iter();
    told.map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// Puts another file in the place of one.
fn replace(path: &str, text: &str) {
    let new = format!("{path}.new");
    fs::write(&new, text).unwrap();
    fs::set_permissions(&new, fs::metadata(path).unwrap().permissions()).unwrap();
    fs::rename(new, path).unwrap();
}

/// Puts another directory with the same files in the place of one.
fn replace_directory(path: &str) {
    let (new, old) = (format!("{path}.new"), format!("{path}.old"));
    let copied = Command::new("cp").args(["-a", path, &new]).status();
    assert!(copied.unwrap().success());
    fs::rename(path, old).unwrap();
    fs::rename(new, path).unwrap();
}

/// A host that is found by its name, with files, and a person who approves all that is asked.
fn busy_site(place: &SocketPlace) -> (Site, tempfile::TempDir) {
    let (mut site, folder) = site_over("day", "", "internal-sftp");
    let directory = folder.path().display();
    let more = format!(
        "  - {{action: ask, commands: [id]}}\nfiles:\n- {{action: allow, tags: [lab], read: ['{directory}/*'], write: ['{directory}/*']}}\n"
    );
    let asked = place.policy(", same_user: true");
    site.write_policy(&format!("{asked}{POLICY}{more}"));
    let servers = fs::read_to_string(site.path("config/servers.yml")).unwrap();
    let named = servers.replace("host: 127.0.0.1", "host: localhost");
    site.fixture.write("config/servers.yml", &named);
    let known = site.sshd.known_hosts("localhost");
    site.fixture.write("keys/known_hosts", &known);
    let file = site.fixture.path("audit/trail");
    site.fixture.set("MCP_SSH_AUDIT_FILE", &file);
    (site, folder)
}

#[test]
fn a_normal_day_asks_for_nothing_that_is_refused() {
    let place = SocketPlace::new();
    let _approver = HookedApprover::start(&place, &place.hook(r#""decision":"once""#));
    let (site, folder) = busy_site(&place);
    let traces = tempfile::tempdir().unwrap();
    let trace = traces.path().join("of");
    let (mut client, held) = site.serve_by(|server| {
        // A file for each thread: in one file a call is two lines when another thread's comes between.
        let mut traced = Command::new("strace");
        traced
            .args(["-D", "-ff", "-o"])
            .arg(&trace)
            .arg(server.get_program());
        traced
    });
    let path = |client: &Client, name: &str| client.fixture().path(name);
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    ran(&mut client, "id");
    let tagged = json!({"tag": "lab", "command": "echo 2"});
    assert_eq!(client.call("ssh_run_on_tag", tagged).get("isError"), None);
    let task = json!({"alias": "box", "command": "echo 3"});
    assert_eq!(client.call("ssh_run_async", task).get("isError"), None);
    let name = folder.path().join("file").display().to_string();
    std::os::unix::fs::chown(folder.path(), Some(held.account.uid()), None).unwrap();
    let file = json!({"alias": "box", "path": name, "content": "x", "create": true});
    let written = client.call("ssh_write_file", file);
    assert_eq!(written.get("isError"), None, "{written}");
    let file = json!({"alias": "box", "path": name});
    assert_eq!(client.call("ssh_read_file", file).get("isError"), None);
    let trail = path(&client, "audit/trail");
    fs::rename(&trail, format!("{trail}.1")).unwrap();
    ran(&mut client, "echo 4");
    let key = fs::read_to_string(path(&client, "keys/id")).unwrap();
    replace(&path(&client, "keys/id"), &key);
    let known = fs::read_to_string(path(&client, "keys/known_hosts")).unwrap();
    replace(&path(&client, "keys/known_hosts"), &known);
    ran(&mut client, "echo 5");
    for directory in ["config", "keys", "secrets"] {
        replace_directory(&path(&client, directory));
    }
    reload(&mut client);
    assert_eq!(ran(&mut client, "echo 6")["output"], "6\n");
    client.close_stdin();
    client.ends();
    let threads = fs::read_dir(traces.path()).unwrap();
    let trace: String = threads
        .map(|thread| fs::read_to_string(thread.unwrap().path()).unwrap())
        .collect();
    assert!(trace.contains("landlock_restrict_self"), "strace runs");
    // The filter does not know its flags and says that there is none; that is believed.
    assert_eq!(trace.matches("openat2(").count(), 1);
    let refusals: Vec<&str> = trace
        .lines()
        .filter(|call| call.contains("= -1 EACCES") || call.contains("= -1 EPERM"))
        // By it glibc, which only a test's build has, asks for this machine's addresses where a name has IPv6, too.
        .filter(|call| !call.starts_with("socket(AF_NETLINK, "))
        .collect();
    assert_eq!(refusals, [] as [&str; 0]);
    assert!(fs::metadata(&trail).unwrap().len() > 0);
}

/// A host in the place of the one that the server knows, at another port; both have this server's key and user.
#[test]
fn a_new_port_is_told_at_the_reload_and_needs_a_restart() {
    let user = KeyPair::ed25519();
    let [first, second] = [(); 2].map(|()| Sshd::builder().authorize(&user).start());
    let known = format!(
        "{}{}",
        first.known_hosts("127.0.0.1"),
        second.known_hosts("127.0.0.1")
    );
    let site = Site::of("ports", first, user);
    site.fixture.write("keys/known_hosts", &known);
    let name = site.account.name.clone();
    let (mut client, held) = site.serve();
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    let (old, port) = (held.sshd.port(), second.port());
    let servers = |hosts: &str| {
        client
            .fixture()
            .write("config/servers.yml", &format!("hosts:\n{hosts}"));
    };
    let host = |alias: &str, port: u16, more: &str| {
        format!("- {{alias: {alias}, host: 127.0.0.1, port: {port}, credentials: ops{more}}}\n")
    };
    // A port that is new is not dialled from here if a jump host dials it.
    servers(&(host("old", old, "") + &host("box", port, ", jump: old") + &host("new", port, "")));
    let path = client.fixture().path("config/servers.yml");
    let why =
        format!("no host had port {port} of `new` when the sandbox was closed: restart the server");
    assert_eq!(reload(&mut client), [format!("{path}: warning: {why}")]);
    assert_eq!(ran(&mut client, "echo 2")["output"], "2\n", "{name}");
    client.fixture().write(
        "config/servers.yml",
        &("hosts:\n".to_owned() + &host("box", port, "")),
    );
    let refusal = refused(&mut client, "echo 3");
    assert_eq!(refusal["error"], CLOSED, "{refusal}");
    let once = client
        .fixture()
        .server()
        .args(["run", "box", "--", "echo", "4"])
        .output();
    let once = once.unwrap();
    assert_eq!(String::from_utf8_lossy(&once.stdout), "4\n", "{once:?}");
    let stderr = client.finish();
    assert!(stderr.contains(&why.replace("new", "box")), "{stderr}");
}

/// A file that has a fault when the server starts is mended, and then the rest is closed.
#[test]
fn a_server_without_a_configuration_closes_the_rest_with_the_first_one() {
    let site = Site::start("late");
    site.write_policy("rules: [");
    let (mut client, held) = site.serve();
    client.fixture().write("config/policy.yml", POLICY);
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    let other = held.sshd.port() ^ 1;
    let host =
        format!("hosts:\n- {{alias: box, host: 127.0.0.1, port: {other}, credentials: ops}}\n");
    client.fixture().write("config/servers.yml", &host);
    assert_eq!(refused(&mut client, "echo 2")["error"], CLOSED);
}

/// The trail needs its directory when the server starts.
#[test]
fn a_directory_of_the_trail_that_comes_later_needs_a_restart() {
    let mut site = Site::start("trail");
    let later = tempfile::tempdir_in("/tmp").unwrap();
    let directory = later.path().join("audit").display().to_string();
    site.fixture
        .set("MCP_SSH_AUDIT_FILE", &format!("{directory}/trail"));
    let (mut client, _held) = site.serve();
    assert!(refused(&mut client, "echo 1")["error"].is_string());
    fs::create_dir(&directory).unwrap();
    let refusal = refused(&mut client, "echo 2");
    assert!(refusal["error"].is_string(), "{refusal}");
    let why = "Permission denied (os error 13): the sandbox was closed at the start, and makes no file here: the directory is new, or another one, or holds other files, too: restart the server";
    let stderr = client.finish();
    assert!(stderr.contains(why), "{stderr}");
}

/// Below the own directory, which is read, so that only the new file itself is closed.
#[test]
fn a_directory_of_the_trail_that_is_replaced_needs_a_restart() {
    let mut site = Site::start("trails");
    let directory = site.fixture.path("audit");
    site.fixture
        .set("MCP_SSH_AUDIT_FILE", &format!("{directory}/trail"));
    let (mut client, _held) = site.serve();
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    replace_directory(&directory);
    assert!(refused(&mut client, "echo 2")["error"].is_string());
    let why = "(os error 13): the sandbox was closed at the start, over the file that was there then, and another one has its place now: restart the server";
    let stderr = client.finish();
    assert!(stderr.contains(why), "{stderr}");
}

/// The secrets have a place of their own, and another directory takes it.
#[test]
fn a_directory_of_secrets_that_is_replaced_needs_a_restart() {
    let mut site = Site::start("secrets");
    let outside = tempfile::tempdir_in("/tmp").unwrap();
    let secrets = outside.path().join("secrets").display().to_string();
    fs::create_dir(&secrets).unwrap();
    fs::write(format!("{secrets}/spare"), "anything but this\n").unwrap();
    site.fixture.set("MCP_SSH_SECRETS_DIR", &secrets);
    site.write_credentials("key_path: id, password_secret: spare");
    let (mut client, held) = site.serve();
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    replace_directory(&secrets);
    // The next call makes a connection of its own.
    held.sshd.kill_sessions();
    let refusal = refused(&mut client, "echo 2");
    assert_eq!(refusal["error"], CLOSED, "{refusal}");
    let why = format!(
        "its file in {secrets}: is new, or was replaced, where the sandbox has been closed since the start: restart the server"
    );
    let stderr = client.finish();
    assert!(stderr.contains(&why), "{stderr}");
}

/// Beside the configuration the trail's file is opened alone.
#[test]
fn a_trail_that_is_moved_away_beside_other_files_needs_a_restart() {
    let mut site = Site::start("beside");
    let trail = site.fixture.path("trail");
    site.fixture.set("MCP_SSH_AUDIT_FILE", &trail);
    let (mut client, _held) = site.serve();
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    fs::rename(&trail, format!("{trail}.1")).unwrap();
    assert!(refused(&mut client, "echo 2")["error"].is_string());
    let once = client
        .fixture()
        .server()
        .args(["run", "box", "--", "echo", "3"])
        .output();
    assert_eq!(String::from_utf8_lossy(&once.unwrap().stdout), "3\n");
    let stderr = client.finish();
    assert!(
        stderr.contains("or holds other files, too: restart the server"),
        "{stderr}"
    );
}

/// What lies outside of what was opened at the start, and how each of it is told.
#[test]
fn what_is_replaced_outside_of_the_own_directory_needs_a_restart() {
    let mut site = Site::start("moved");
    let outside = tempfile::tempdir_in("/tmp").unwrap();
    let keys = outside.path().join("keys").display().to_string();
    fs::rename(site.path("keys"), &keys).unwrap();
    site.fixture.set("MCP_SSH_KEYS_DIR", &keys);
    let (mut client, _held) = site.serve();
    // The file is another one, in the directory that was opened.
    let known = fs::read_to_string(format!("{keys}/known_hosts")).unwrap();
    replace(&format!("{keys}/known_hosts"), &known);
    let key = fs::read_to_string(format!("{keys}/id")).unwrap();
    replace(&format!("{keys}/id"), &key);
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    // known_hosts is in another place.
    let elsewhere = tempfile::tempdir_in("/tmp").unwrap();
    let other = elsewhere.path().join("known").display().to_string();
    fs::write(&other, &known).unwrap();
    let policy = format!("known_hosts_path: {other}\n{POLICY}");
    client.fixture().write("config/policy.yml", &policy);
    let closed = "is new, or was replaced, where the sandbox has been closed since the start: restart the server";
    assert_eq!(reload(&mut client), [format!("{other}: {closed}")]);
    assert_eq!(refused(&mut client, "echo 2")["error"], CLOSED);
    client.fixture().write("config/policy.yml", POLICY);
    assert_eq!(reload(&mut client), [] as [&str; 0]);
    assert_eq!(ran(&mut client, "echo 3")["output"], "3\n");
    // The directory is another one.
    replace_directory(&keys);
    let refusal = refused(&mut client, "echo 4");
    assert_eq!(refusal["error"], CLOSED, "{refusal}");
    assert!(client.finish().contains(closed));
}

/// A directory of configuration that is a link, as deployments turn it.
#[test]
fn a_link_is_turned_below_the_own_directory_and_not_beyond() {
    let site = Site::start("turned");
    let [first, second] = ["first", "second"].map(|name| site.fixture.path(name));
    let config = site.fixture.config();
    fs::rename(&config, &first).unwrap();
    let copied = Command::new("cp").args(["-a", &first, &second]).status();
    assert!(copied.unwrap().success());
    symlink(&first, &config).unwrap();
    let (mut client, _held) = site.serve();
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    let turn = |to: &str| {
        let link = format!("{config}.link");
        symlink(to, &link).unwrap();
        fs::rename(link, &config).unwrap();
    };
    fs::write(format!("{second}/policy.yml"), "rules: []\n").unwrap();
    turn(&second);
    reload(&mut client);
    assert_eq!(refused(&mut client, "echo 2")["status"], "denied");
    let beyond = tempfile::tempdir_in("/tmp").unwrap();
    let third = beyond.path().join("third").display().to_string();
    let copied = Command::new("cp").args(["-a", &first, &third]).status();
    assert!(copied.unwrap().success());
    turn(&third);
    let result = client.call("ssh_reload_config", json!({}));
    assert_eq!(result["isError"], true, "{result}");
    assert!(
        result
            .to_string()
            .contains("closed since the start: restart the server"),
        "{result}"
    );
}

/// The names of hosts, in a mount namespace in which /etc can be changed.
#[test]
fn a_file_of_the_resolver_that_was_replaced_is_told() {
    let site = Site::start("hosts");
    let servers = fs::read_to_string(site.path("config/servers.yml")).unwrap();
    let named = servers.replace("host: 127.0.0.1", "host: box-of-test");
    site.fixture.write("config/servers.yml", &named);
    let known = site.sshd.known_hosts("box-of-test");
    site.fixture.write("keys/known_hosts", &known);
    let etc = site.fixture.path("etc");
    fs::create_dir(&etc).unwrap();
    let hosts = format!("{etc}/hosts");
    fs::write(&hosts, "127.0.0.1 box-of-test\n").unwrap();
    let script = format!("mount --bind {etc} /etc && exec \"$0\"");
    let (mut client, _held) = site.serve_by(|server| {
        let mut apart = Command::new("unshare");
        apart
            .args(["--mount", "sh", "-c", &script])
            .arg(server.get_program());
        apart
    });
    assert_eq!(ran(&mut client, "echo 1")["output"], "1\n");
    let (name, file) = ("box-of-test-2", "127.0.0.1 box-of-test box-of-test-2\n");
    let other = named.replace("box-of-test", name);
    client.fixture().write("config/servers.yml", &other);
    // Written in place it is the file that was opened; renamed it is another one.
    replace(&hosts, file);
    assert_eq!(refused(&mut client, "echo 2")["error"], CLOSED);
    let why = "`/etc/hosts` is new, or was replaced, since the sandbox was closed at the start: restart the server";
    assert!(client.finish().contains(why));
}
