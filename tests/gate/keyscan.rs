//! `mcp-ssh keyscan` against OpenSSH, dropbear and what is no SSH server.

use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};

use super::cli::{status, text};
use super::site::Site;
use crate::support::dropbear::Dropbear;
use crate::support::keys::KeyPair;
use crate::support::raw::{kexinit_with, misbehaving, say, wait_for_the_end};
use crate::support::sshd::{Builder, Sshd};

#[test]
fn keyscan_prints_lines_that_known_hosts_takes() {
    let keys = [KeyPair::ed25519(), KeyPair::ecdsa(384), KeyPair::rsa(2048)];
    let user = KeyPair::ed25519();
    let builder = keys.iter().fold(Sshd::builder(), Builder::host_key);
    let builder = builder.config("LogLevel DEBUG1");
    let site = Site::of("scan", builder.authorize(&user).start(), user);
    let target = format!("127.0.0.1:{}", site.sshd.port());
    let scanned = site.run(&["keyscan", &target]);
    let expected: Vec<String> = site
        .sshd
        .known_hosts("127.0.0.1")
        .lines()
        .map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" "))
        .collect();
    let lines = text(&scanned.stdout);
    assert_eq!(
        (status(&scanned), lines.lines().collect::<Vec<_>>()),
        (0, expected.iter().map(String::as_str).collect())
    );
    let told = text(&scanned.stderr);
    let name = format!("# [127.0.0.1]:{} ", site.sshd.port());
    assert_eq!(told.matches("SHA256:").count(), 3, "{told}");
    assert!(told.lines().all(|line| line.starts_with(&name)), "{told}");
    // Asked for twice, it is asked once.
    let twice = site.run(&["keyscan", &target, &target]);
    assert_eq!(text(&twice.stdout), lines);
    // It looked, and did not try to log in.
    let version = concat!(
        "remote software version mcp-ssh_",
        env!("CARGO_PKG_VERSION")
    );
    assert!(site.sshd.log().contains(version));
    assert!(!site.sshd.log().contains("Accepted"));

    let hashed = site.run(&["keyscan", "--all", "--hash"]);
    let lines = text(&hashed.stdout);
    assert!(lines.lines().all(|line| line.starts_with("|1|")), "{lines}");
    site.fixture.write("keys/known_hosts", &lines);
    assert_eq!(status(&site.run(&["run", "box", "--", "echo", "hi"])), 0);

    let closed = site.run(&["keyscan", "127.0.0.1:1"]);
    assert_eq!((status(&closed), text(&closed.stdout).as_str()), (1, ""));
    let told = text(&closed.stderr);
    assert!(
        told.contains("127.0.0.1 port 1: SSH connection refused"),
        "{told}"
    );
    assert_eq!(status(&site.run(&["keyscan"])), 2);
    assert_eq!(status(&site.run(&["keyscan", "-oProxyCommand=x"])), 2);
}

#[test]
fn keyscan_names_the_aliases_and_leaves_out_who_is_behind_a_jump_host() {
    let site = Site::start("scanall");
    let port = site.sshd.port();
    let host = |alias: &str, more: &str| {
        format!("- {{alias: {alias}, host: 127.0.0.1, port: {port}, credentials: ops{more}}}\n")
    };
    let hosts = [
        host("box", ""),
        host("same", ""),
        host("far", ", jump: box"),
    ];
    site.fixture
        .write("config/servers.yml", &format!("hosts:\n{}", hosts.concat()));
    let scanned = site.run(&["keyscan", "--all"]);
    assert_eq!(status(&scanned), 1);
    assert_eq!(text(&scanned.stdout).lines().count(), 1);
    let told = text(&scanned.stderr);
    assert!(
        told.contains(&format!(
            "# [127.0.0.1]:{port} (box, same) ssh-ed25519 SHA256:"
        )),
        "{told}"
    );
    let behind = format!(
        "mcp-ssh: 127.0.0.1 port {port}: it is behind `box`, and another machine may have its address here: run \
         `ssh-keyscan -p {port} 127.0.0.1` there"
    );
    assert!(told.contains(&behind), "{told}");
}

#[test]
fn keyscan_finds_an_rsa_key_that_signs_with_sha256_only() {
    let dropbear = Dropbear::with_key("rsa");
    let site = Site::start("scanrsa");
    let scanned = site.run(&["keyscan", &format!("127.0.0.1:{}", dropbear.port)]);
    assert_eq!(status(&scanned), 0, "{}", text(&scanned.stderr));
    assert!(
        text(&scanned.stdout).contains(" ssh-rsa "),
        "{}",
        text(&scanned.stdout)
    );
}

#[test]
fn keyscan_says_why_there_is_no_key() {
    let site = Site::start("scanno");
    let old = |line: &str| {
        Sshd::builder()
            .host_key(&KeyPair::rsa(2048))
            .config(line)
            .start()
    };
    let (sha1, exchange) = (
        old("HostKeyAlgorithms ssh-rsa"),
        old("KexAlgorithms diffie-hellman-group14-sha1"),
    );
    let http = misbehaving(|client| {
        say(client, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        client.shutdown(std::net::Shutdown::Write).unwrap();
        wait_for_the_end(client);
    });
    for (port, words) in [
        (
            sha1.port(),
            "SSH negotiation failed: Host proves its key with SHA-1 only (ssh-rsa): it shows no key of an accepted type: it offers ssh-rsa",
        ),
        (
            exchange.port(),
            "SSH negotiation failed: No common algorithm: ",
        ),
        (http, "an HTTP server answers on this port"),
    ] {
        let scanned = site.run(&["keyscan", &format!("127.0.0.1:{port}")]);
        let told = text(&scanned.stderr);
        assert_eq!(
            (status(&scanned), text(&scanned.stdout).as_str()),
            (1, ""),
            "{told}"
        );
        assert!(told.contains(words), "{told}");
    }
}

/// dropbear's child dies of the question for a key that it has not.
#[test]
fn keyscan_prints_what_it_has_where_the_host_hangs_up_at_another_type() {
    let dropbear = Dropbear::with_key("ecdsa");
    let site = Site::start("scanec");
    let scanned = site.run(&["keyscan", &format!("127.0.0.1:{}", dropbear.port)]);
    assert_eq!(status(&scanned), 0, "{}", text(&scanned.stderr));
    assert!(
        text(&scanned.stdout).contains(" ecdsa-sha2-"),
        "{}",
        text(&scanned.stdout)
    );
}

#[test]
fn who_is_behind_a_jump_host_is_asked_there() {
    let site = Site::start("scanhop");
    let port = site.sshd.port();
    let hosts = format!(
        "hosts:\n- {{alias: box, host: 127.0.0.1, port: {port}, credentials: ops}}\n\
         - {{alias: far, host: 127.0.0.2, port: {port}, credentials: ops, jump: box}}\n\
         - {{alias: named, host: 127.0.0.1, port: {port}, credentials: ops, host_key_alias: other}}\n"
    );
    site.fixture.write("config/servers.yml", &hosts);
    let refused = site.run(&["keyscan", &format!("127.0.0.2:{port}")]);
    assert_eq!((status(&refused), text(&refused.stdout).as_str()), (1, ""));
    assert!(
        text(&refused.stderr).contains("it is behind `box`"),
        "{}",
        text(&refused.stderr)
    );
    let told = |alias: &str| text(&site.run(&["run", alias, "--", "echo", "hi"]).stderr);
    let far = format!(
        "run `ssh-keyscan -p {port} 127.0.0.2` on `box` (the line begins with `[127.0.0.2]:{port}`)"
    );
    assert!(told("far").contains(&far), "{}", told("far"));
    assert!(
        told("named").contains("run `mcp-ssh keyscan --all`, compare"),
        "{}",
        told("named")
    );
}

/// A port that leads the first connection to another port, and ends each further one.
fn once(target: u16) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut clients = listener.incoming().flatten();
        let client = clients.next().unwrap();
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).unwrap();
        for (mut from, mut to) in [(&client, &server), (&server, &client)]
            .map(|(from, to)| (from.try_clone().unwrap(), to.try_clone().unwrap()))
        {
            // However it ends, the other side hears of it.
            std::thread::spawn(move || {
                let _ended = std::io::copy(&mut from, &mut to);
                let _told = to.shutdown(Shutdown::Both);
            });
        }
        clients.for_each(drop);
    });
    port
}

/// A server that has a key, and hangs up on whoever comes back.
#[test]
fn keyscan_says_once_that_a_host_hangs_up() {
    let key = KeyPair::ed25519();
    let sshd = Sshd::builder().host_key(&key).start();
    let port = once(sshd.port());
    let site = Site::start("scanonce");
    let scanned = site.run(&["keyscan", &format!("127.0.0.1:{port}")]);
    let told = text(&scanned.stderr);
    assert_eq!(status(&scanned), 0, "{told}");
    assert_eq!(text(&scanned.stdout).lines().count(), 1, "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(
        told.contains(" hung up when it was asked for 6 other types of key: "),
        "{told}"
    );
}

#[test]
fn keyscan_says_of_a_short_key_that_it_is_refused() {
    let key = KeyPair::rsa(1024);
    let sshd = Sshd::builder()
        .host_key(&key)
        .config("RequiredRSASize 1024")
        .start();
    let site = Site::start("scanshort");
    let scanned = site.run(&["keyscan", &format!("127.0.0.1:{}", sshd.port())]);
    let told = text(&scanned.stderr);
    assert_eq!(
        text(&scanned.stdout),
        sshd.known_hosts("127.0.0.1"),
        "{told}"
    );
    let words = "# this key has 1024 bits, and a connection takes 2048 at least: give the host an ed25519 key";
    assert!(told.contains(words), "{told}");
}

#[test]
fn keyscan_names_the_way_to_a_host_that_shows_certificates_alone() {
    let key = KeyPair::ed25519();
    let certificate = key.certified_by(&KeyPair::ed25519(), &["-h", "-n", "127.0.0.1"]);
    let sshd = Sshd::builder()
        .host_key(&key)
        .host_certificate(&certificate)
        .config("HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com")
        .start();
    let site = Site::start("scancert");
    let scanned = site.run(&["keyscan", &format!("127.0.0.1:{}", sshd.port())]);
    let told = text(&scanned.stderr);
    assert_eq!(
        (status(&scanned), text(&scanned.stdout).as_str()),
        (1, ""),
        "{told}"
    );
    let words = "it offers ssh-ed25519-cert-v01@openssh.com; of a host that shows certificates add the line";
    assert!(told.contains(words), "{told}");
}

/// A server that offers these in place of host-key algorithms.
#[test]
fn what_a_host_offers_reaches_no_terminal_as_it_is() {
    let port = misbehaving(|client| {
        say(client, b"SSH-2.0-x\r\n");
        say(client, &kexinit_with("ssh-dss,\x1b]0;pwned\x07\x1b[31mRED"));
        wait_for_the_end(client);
    });
    let site = Site::start("escapes");
    let place = format!("127.0.0.1:{port}");
    let scanned = site.run(&["keyscan", &place]);
    let init = site.run(&[
        "init",
        "--host",
        &place,
        "--user",
        "me",
        "--fingerprint",
        &format!("SHA256:{}", "x".repeat(43)),
        "/nonexistent/x",
    ]);
    for told in [text(&scanned.stderr), text(&init.stderr)] {
        assert!(told.contains("ssh-dss"), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{7}']), "{told:?}");
    }
}
