//! The agent: a real ssh-agent, and agents that lie, hang or are not there.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mcp_ssh::ssh::{Identity, SshError, SshErrorKind};
use tempfile::TempDir;

use super::login::log_in_at;
use super::{HOST, identity, secret};
use crate::support::account::Account;
use crate::support::agent::Agent;
use crate::support::keys::KeyPair;
use crate::support::sshd::{Sshd, login_name};

fn through(socket: PathBuf) -> Identity {
    Identity::default().with_agent(socket)
}

fn log_in(sshd: &Sshd, prove: Identity) -> Result<(), SshError> {
    log_in_at(sshd, &login_name(), prove)
}

#[test]
fn every_type_of_key_logs_in_through_the_agent() {
    for key in [
        KeyPair::ed25519(),
        KeyPair::ecdsa(256),
        KeyPair::ecdsa(384),
        KeyPair::ecdsa(521),
        KeyPair::rsa(2048),
    ] {
        let agent = Agent::start();
        agent.add(&key, None);
        let sshd = Sshd::builder().authorize(&key).start();
        log_in(&sshd, through(agent.socket())).expect(&key.public);
    }
}

#[test]
fn the_configured_key_comes_first_and_the_agents_after_it() {
    let (held, own) = (KeyPair::ed25519(), KeyPair::ed25519());
    let agent = Agent::start();
    agent.add(&held, None);
    for (trusted, names) in [(&own, vec![&own]), (&held, vec![&own, &held])] {
        let sshd = Sshd::builder().authorize(trusted).start();
        log_in(&sshd, identity(&own).with_agent(agent.socket())).unwrap();
        assert_eq!(sshd.log().matches("Accepted publickey").count(), 1);
        let refused = sshd.log().matches("Failed publickey").count();
        assert_eq!(refused, names.len() - 1);
    }
}

#[test]
fn a_named_key_is_the_only_one_asked_for() {
    let agent = Agent::start();
    let keys: Vec<KeyPair> = (0..9).map(|_| KeyPair::ed25519()).collect();
    for key in &keys {
        agent.add(key, None);
    }
    let last = &keys[8];
    let sshd = Sshd::builder().authorize(last).start();
    let named = |key: &KeyPair| through(agent.socket()).with_agent_key(key.public.clone());
    log_in(&sshd, named(last)).unwrap();
    assert!(!sshd.log().contains("Failed publickey"), "{}", sshd.log());
    // Without the name the key is too far back, and that is told.
    let error = log_in(&sshd, through(agent.socket())).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AuthenticationFailed);
    let words = "4 of the agent's keys were left out";
    assert!(error.detail().contains(words), "{error:?}");
    assert!(error.detail().contains("key_path: KEY.pub"), "{error:?}");
    assert!(!error.detail().contains("Too many"), "{error:?}");
    let absent = log_in(&sshd, named(&KeyPair::ed25519())).unwrap_err();
    assert_eq!(absent.kind(), SshErrorKind::AgentUnavailable);
    let words = "the agent does not hold the key that key_path names";
    assert!(absent.detail().contains(words), "{absent:?}");
}

#[test]
fn short_rsa_keys_of_the_agent_are_left_out() {
    let (short, agent) = (KeyPair::rsa(1024), Agent::start());
    agent.add(&short, None);
    let sshd = Sshd::builder().authorize(&short).start();
    let error = log_in(&sshd, through(agent.socket())).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AgentUnavailable);
    assert!(error.detail().contains("holds no usable key"), "{error:?}");
}

#[test]
fn keys_that_are_bound_to_a_host_are_there_for_that_host() {
    let (key, agent) = (KeyPair::ed25519(), Agent::start());
    let sshd = Sshd::builder().authorize(&key).start();
    let other = Sshd::builder().authorize(&key).start();
    let folder = tempfile::tempdir().unwrap();
    let known_hosts = folder.path().join("known_hosts");
    std::fs::write(&known_hosts, sshd.known_hosts(HOST)).unwrap();
    let host = sshd.name(HOST);
    agent.add_with(
        &key,
        None,
        &["-H", known_hosts.to_str().unwrap(), "-h", &host],
    );
    log_in(&sshd, through(agent.socket())).unwrap();
    let error = log_in(&other, through(agent.socket())).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AgentUnavailable, "{error:?}");
}

/// An agent that answers each request as `reply` says, with what was asked; None: never.
fn lying(reply: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 4];
            while stream.read_exact(&mut length).is_ok() {
                let mut request = vec![0; u32::from_be_bytes(length) as usize];
                stream.read_exact(&mut request).unwrap();
                match reply(&request) {
                    Some(answer) => {
                        // The client may have had enough.
                        let _gone = stream.write_all(&string(&answer));
                    }
                    None => std::thread::sleep(Duration::from_secs(60)),
                }
            }
        }
    });
    (folder, socket)
}

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes(), bytes].concat()
}

/// The identities answer for one key.
fn lists(key: &KeyPair) -> Vec<u8> {
    let public = russh::keys::PublicKey::from_openssh(&key.public).unwrap();
    let blob = string(&public.to_bytes().unwrap());
    [&[IDENTITIES_ANSWER, 0, 0, 0, 1][..], &blob, &string(b"")].concat()
}

#[test]
fn agents_that_hang_lie_or_are_not_there_are_told_and_nothing_hangs() {
    let (key, rsa) = (KeyPair::ed25519(), KeyPair::rsa(2048));
    let sshd = Sshd::builder().authorize(&key).authorize(&rsa).start();
    let listing = |key: &KeyPair, signature: Vec<u8>| {
        let listed = lists(key);
        lying(move |request| {
            Some(match request[0] {
                REQUEST_IDENTITIES => listed.clone(),
                SIGN_REQUEST => signature.clone(),
                _ => vec![FAILURE],
            })
        })
    };
    let signed = |kind: &[u8], bytes: &[u8]| {
        [
            &[SIGN_RESPONSE][..],
            &string(&[string(kind), string(bytes)].concat()),
        ]
        .concat()
    };
    let many = [&[IDENTITIES_ANSWER][..], &u32::MAX.to_be_bytes()].concat();
    let rows = [
        (lying(|_| None), "no answer within 2 s"),
        (lying(move |_| Some(many.clone())), "does not answer"),
        (lying(|_| Some(vec![0; 300_000])), "does not answer"),
        (lying(|_| Some(vec![FAILURE])), "holds no usable key"),
        (listing(&key, vec![FAILURE]), "the agent does not sign"),
        (
            listing(&key, signed(b"ssh-ed25519", &[7; 64])),
            "the agent's signature is wrong",
        ),
        (
            listing(&rsa, signed(b"ssh-rsa", &[7; 256])),
            "the agent signs with ssh-rsa in place of rsa-sha2-512",
        ),
    ];
    for ((folder, socket), words) in rows {
        let start = Instant::now();
        let error = log_in(&sshd, through(socket.clone())).unwrap_err();
        assert!(error.detail().contains(words), "{words}: {error:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{words}");
        // What stands beside it still gets its turn.
        log_in(&sshd, identity(&key).with_agent(socket)).expect(words);
        drop(folder);
    }
    let nowhere = through(PathBuf::from("/no/such/socket"));
    let error = log_in(&sshd, nowhere).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AgentUnavailable);
    assert!(error.detail().contains("`/no/such/socket`"), "{error:?}");
    assert!(!error.to_string().contains("socket"), "{error}");
}

#[test]
fn a_password_comes_after_an_agent_that_fails() {
    let account = Account::create("agentpw");
    let sshd = Sshd::builder().config("PasswordAuthentication yes").start();
    let (key, password) = (KeyPair::ed25519(), secret(&account.password));
    let listed = lists(&key);
    let (_folder, socket) = lying(move |request| {
        Some(match request[0] {
            REQUEST_IDENTITIES => listed.clone(),
            _ => vec![FAILURE],
        })
    });
    log_in_at(
        &sshd,
        &account.name,
        through(socket).with_password(password),
    )
    .unwrap();
}
