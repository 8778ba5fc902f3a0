//! FIDO keys: through an agent for the login, with certificates, and as keys and authorities of hosts.

use std::cell::RefCell;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mcp_ssh::cancel;
use mcp_ssh::runtime::{sleep, timeout};
use mcp_ssh::ssh::{ConnectStage, Identity, Route, Session, SshError, SshErrorKind};
use tempfile::TempDir;

use super::login::log_in_at;
use super::{HERE, HOST, Host, block_on, endpoint, known_hosts, secret};
use crate::support::fido::{FidoAgent, FidoKey, USER_PRESENT};
use crate::support::keys::KeyPair;
use crate::support::sshd::{Sshd, login_name};

const KINDS: [fn() -> FidoKey; 2] = [FidoKey::ed25519, FidoKey::ecdsa];

fn through(agent: &FidoAgent) -> Identity {
    Identity::default().with_agent(agent.socket())
}

fn log_in(sshd: &Sshd, prove: Identity) -> Result<(), SshError> {
    log_in_at(sshd, &login_name(), prove)
}

/// A certificate for the user who runs the tests.
fn certificate(key: &FidoKey, authority: &KeyPair) -> String {
    key.pair().certified_by(authority, &["-n", &login_name()])
}

fn trusting(authority: &str) -> Sshd {
    let line = format!("cert-authority {authority}");
    Sshd::builder().authorized_line(&line).start()
}

#[test]
fn both_types_log_in_through_the_agent_and_sshd_judges_their_flags() {
    for make in KINDS {
        let (key, agent) = (make(), FidoAgent::start());
        agent.add(&key);
        let sshd = Sshd::builder().authorize(&key.pair()).start();
        log_in(&sshd, through(&agent)).expect(&key.public);
        let named = through(&agent).with_agent_key(key.public.clone());
        log_in(&sshd, named).expect(&key.public);
        assert!(sshd.log().contains("-SK SHA256:"), "{}", sshd.log());
        // A key that says it was not touched is the host's to judge.
        agent.say(0);
        let error = log_in(&sshd, through(&agent)).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::AuthenticationFailed);
        let told = format!(
            "tried {} of the agent",
            key.public.split(' ').next().unwrap()
        );
        assert!(error.detail().contains(&told), "{error:?}");
        let line = |option: &str| format!("{option} {}", key.public);
        let lax = Sshd::builder().authorized_line(&line("no-touch-required"));
        log_in(&lax.start(), through(&agent)).expect(&key.public);
        agent.say(USER_PRESENT);
        let strict = Sshd::builder().authorized_line(&line("verify-required"));
        let error = log_in(&strict.start(), through(&agent)).unwrap_err();
        assert_eq!(error.kind(), SshErrorKind::AuthenticationFailed);
    }
}

#[test]
fn certificates_of_fido_keys_log_in_from_a_file_and_from_the_agent() {
    let authority = KeyPair::ed25519();
    for make in KINDS {
        let (key, sshd) = (make(), trusting(&authority.public));
        let text = certificate(&key, &authority);
        let agent = FidoAgent::start();
        agent.add(&key);
        log_in(&sshd, through(&agent).with_certificate(text.clone())).expect(&key.public);
        // An agent that holds the key for its certificate alone signs for nothing else.
        let agent = FidoAgent::start();
        agent.add_certificate(&key, &text);
        log_in(&sshd, through(&agent)).expect(&key.public);
        let log = sshd.log();
        assert_eq!(log.matches("-SK-CERT SHA256:").count(), 2, "{log}");
    }
}

#[test]
fn certificates_that_do_not_log_in_are_told_with_their_dates() {
    let (key, authority) = (FidoKey::ed25519(), KeyPair::ed25519());
    let other = trusting(&KeyPair::ed25519().public);
    let issue = |from_to: &str| {
        let options = ["-n", "root,ops", "-V", from_to];
        key.pair().certified_by(&authority, &options)
    };
    // One that the host refuses.
    let agent = FidoAgent::start();
    agent.add_certificate(&key, &issue("20200101:20900101"));
    let error = log_in(&other, through(&agent)).unwrap_err();
    assert_eq!(
        error.kind(),
        SshErrorKind::AuthenticationFailed,
        "{error:?}"
    );
    let signer = russh::keys::PublicKey::from_openssh(&authority.public).unwrap();
    let signer = signer.fingerprint(russh::keys::HashAlg::Sha256);
    for words in [
        "the certificate is for \"root, ops\", valid from 20",
        &format!(", signed by {signer}: see that the host's TrustedUserCAKeys has that key"),
    ] {
        assert!(error.detail().contains(words), "{words}: {error:?}");
    }
    // One of the agent's that has expired is not sent.
    let (agent, log) = (FidoAgent::start(), other.log());
    agent.add_certificate(&key, &issue("20200101:20200301"));
    let error = log_in(&other, through(&agent)).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::AgentUnavailable, "{error:?}");
    let words = "a certificate of the agent expired at 2020-0";
    assert!(error.detail().contains(words), "{error:?}");
    assert!(!other.log()[log.len()..].contains("Failed publickey"));
}

#[test]
fn a_fido_key_may_be_the_authority_of_users() {
    for make in KINDS {
        let (authority, agent) = (make(), FidoAgent::start());
        agent.add(&authority);
        let key = KeyPair::ed25519();
        let signed = signed(&agent, &authority, &key, &["-n", &login_name()]);
        let prove = super::identity(&key).with_certificate(signed);
        log_in(&trusting(&authority.public), prove).expect(&authority.public);
    }
}

#[test]
fn the_file_of_a_fido_key_is_for_the_agent() {
    for make in KINDS {
        let file = make().file();
        for passphrase in [None, Some(secret("any"))] {
            let prove = Identity::default().with_key(secret(&file), passphrase);
            let error = prove.check().unwrap_err();
            assert_eq!(error.kind(), SshErrorKind::KeyFormat);
            let words = "load it with `ssh-add FILE`";
            assert!(error.detail().contains(words), "{error:?}");
        }
    }
}

/// Connects, and hears of each stage.
async fn connect(
    sshd: &Sshd,
    agent: &FidoAgent,
    cancelled: &cancel::Cancelled,
    passed: &dyn Fn(ConnectStage),
) -> Result<Session, SshError> {
    let lines = known_hosts(&sshd.known_hosts(HOST));
    let prove = through(agent);
    Session::connect_heard(
        &endpoint(sshd.port()),
        &HERE,
        &Route::Direct,
        &prove,
        &lines,
        cancelled,
        passed,
    )
    .await
}

fn served(key: &FidoKey) -> Sshd {
    Sshd::builder().authorize(&key.pair()).start()
}

#[test]
fn a_touch_is_told_and_a_cancel_ends_the_wait() {
    let key = FidoKey::ed25519();
    let (agent, touch) = FidoAgent::awaiting();
    agent.add(&key);
    let sshd = served(&key);
    let (canceller, cancelled) = cancel::pair();
    let wanted = |stage| {
        if matches!(stage, ConnectStage::TouchWanted { .. }) {
            canceller.cancel();
        }
    };
    let error = block_on(connect(&sshd, &agent, &cancelled, &wanted));
    let error = error.map(drop).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::Cancelled, "{error:?}");
    // The token still waits; the touch that it gets is for nobody.
    touch.send(()).unwrap();
    touch.send(()).unwrap();
    let stages = RefCell::new(Vec::new());
    let heard = |stage| stages.borrow_mut().push(stage);
    block_on(async {
        let session = connect(&sshd, &agent, &super::never(), &heard).await;
        session.unwrap().close().await;
    });
    let stages = stages.into_inner();
    let touched = stages
        .iter()
        .position(|stage| *stage == ConnectStage::TouchWanted { behind: 0 });
    assert!(touched.is_some(), "{stages:?}");
    assert_eq!(stages.last(), Some(&ConnectStage::LoggedIn));
}

#[test]
fn a_token_that_is_not_touched_is_told() {
    let (key, agent) = (FidoKey::ecdsa(), FidoAgent::untouched());
    agent.add(&key);
    let error = log_in(&served(&key), through(&agent)).unwrap_err();
    assert_eq!(error.kind(), SshErrorKind::TokenUntouched, "{error:?}");
    let words = "see that the token is plugged in, and touch it in time";
    assert!(error.detail().contains(words), "{error:?}");
}

#[test]
fn logins_that_come_during_a_touch_wait_for_their_own() {
    let key = FidoKey::ed25519();
    let (agent, touch) = FidoAgent::awaiting();
    agent.add(&key);
    let (first, second) = (served(&key), served(&key));
    let told = RefCell::new(Vec::new());
    block_on(async {
        let (begun, begins) = smol::channel::bounded(1);
        let never = super::never();
        let of_first = |stage| {
            if matches!(stage, ConnectStage::TouchWanted { .. }) {
                told.borrow_mut().push("first");
                begun.try_send(()).unwrap();
            }
        };
        let of_second = |stage| {
            if let ConnectStage::TouchQueued { holder, before } = &stage {
                assert_eq!((holder.as_str(), *before), ("box", 1));
                told.borrow_mut().push("second waits");
            }
            if matches!(stage, ConnectStage::TouchWanted { .. }) {
                told.borrow_mut().push("second");
                touch.send(()).unwrap();
            }
        };
        let one = connect(&first, &agent, &never, &of_first);
        let other = async {
            begins.recv().await.unwrap();
            // The agent is silent for longer than a listing may take, and answers this login nothing meanwhile.
            let touches = async {
                sleep(Duration::from_secs(5)).await;
                touch.send(()).unwrap();
                std::future::pending().await
            };
            let connecting = connect(&second, &agent, &never, &of_second);
            smol::future::or(connecting, touches).await
        };
        // Whatever is not told ends the test, not the suite.
        let both = timeout(Duration::from_secs(240), smol::future::zip(one, other));
        let (one, other) = both.await.expect("both were touched for");
        one.unwrap().close().await;
        other.unwrap().close().await;
    });
    // It may be told twice: while the agent lists its keys, and in line.
    let mut told = told.into_inner();
    told.dedup();
    assert_eq!(told, ["first", "second waits", "second"]);
}

/// A certificate by a key of the agent.
fn signed(agent: &FidoAgent, authority: &FidoKey, key: &KeyPair, options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("authority.pub"), &authority.public).unwrap();
    std::fs::write(at("key.pub"), &key.public).unwrap();
    let mut keygen = Command::new("ssh-keygen");
    keygen.env("SSH_AUTH_SOCK", agent.socket());
    keygen
        .args(["-q", "-U", "-I", "test", "-s"])
        .arg(at("authority.pub"));
    let output = keygen.args(options).arg(at("key.pub")).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{keygen:?}: {words}");
    std::fs::read_to_string(at("key-cert.pub")).unwrap()
}

/// A host whose key is in the agent, with a certificate if there is one.
fn host(agent: &FidoAgent, key: &FidoKey, certificate: Option<&str>) -> (Host, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pub");
    std::fs::write(&file, &key.public).unwrap();
    let named = |keyword: &str, file: &Path| format!("{keyword} {}", file.display());
    let host = Host::with(|builder| {
        let builder = builder
            .config(&named("HostKeyAgent", &agent.socket()))
            .config(&named("HostKey", &folder.path().join("key")));
        let Some(text) = certificate else {
            return builder;
        };
        let certificate = folder.path().join("key-cert.pub");
        std::fs::write(&certificate, text).unwrap();
        builder.config(&named("HostCertificate", &certificate))
    });
    (host, folder)
}

fn verdict(host: &Host, lines: &str) -> Result<(), (SshErrorKind, String)> {
    let lines = lines.replace("NAME", &host.sshd.name(HOST));
    let result = block_on(async {
        host.try_connect(&lines).await?.close().await;
        Ok(())
    });
    result.map_err(|error: SshError| (error.kind(), error.detail().to_owned()))
}

#[test]
fn a_host_may_have_a_fido_key() {
    for make in KINDS {
        let (key, other, agent) = (make(), make(), FidoAgent::start());
        agent.add(&key);
        let (host, _folder) = host(&agent, &key, None);
        verdict(&host, &format!("NAME {}", key.public)).expect(&key.public);
        let error = verdict(&host, &format!("NAME {}", other.public)).unwrap_err();
        assert_eq!(error.0, SshErrorKind::HostKeyChanged, "{error:?}");
        let revoked = format!("NAME {0}\n@revoked NAME {0}", key.public);
        let error = verdict(&host, &revoked).unwrap_err();
        assert_eq!(error.0, SshErrorKind::HostKeyRevoked, "{error:?}");
        let shown = block_on(mcp_ssh::ssh::scan(HERE.judged, host.sshd.port()));
        let lines: Vec<String> = shown
            .keys
            .iter()
            .map(|shown| {
                let line = shown.line(HOST, host.sshd.port(), mcp_ssh::ssh::Spelling::Plain);
                line.unwrap()
            })
            .collect();
        let wanted = format!("{} {}", host.sshd.name(HOST), key.public);
        assert!(lines.contains(&wanted), "{lines:?}");
        assert_eq!(lines.len(), 2, "{lines:?}");
    }
}

#[test]
fn a_host_that_signs_with_another_fido_key_is_refused() {
    let (listed, held) = (FidoKey::ed25519(), FidoKey::ed25519());
    let agent = FidoAgent::start();
    agent.pretend(&listed, &held);
    let (host, _folder) = host(&agent, &listed, None);
    let error = verdict(&host, &format!("NAME {}", listed.public)).unwrap_err();
    assert_eq!(error.0, SshErrorKind::Protocol, "{error:?}");
    assert!(!host.sshd.log().contains("Accepted"), "{}", host.sshd.log());
}

#[test]
fn fido_keys_of_hosts_have_certificates_and_are_authorities() {
    for make in KINDS {
        let (key, authority, agent) = (make(), KeyPair::ed25519(), FidoAgent::start());
        agent.add(&key);
        let text = key.pair().certified_by(&authority, &["-h", "-n", HOST]);
        let (certified, _folder) = host(&agent, &key, Some(&text));
        let line = format!("@cert-authority NAME {}", authority.public);
        verdict(&certified, &line).expect(&key.public);
        // The authority is a FIDO key, the host's key is none.
        let (authority, own) = (make(), KeyPair::ed25519());
        agent.add(&authority);
        let text = signed(&agent, &authority, &own, &["-h", "-n", HOST]);
        let certified = Host::with(|builder| builder.host_key(&own).host_certificate(&text));
        let line = format!("@cert-authority NAME {}", authority.public);
        verdict(&certified, &line).expect(&authority.public);
        let other = format!("@cert-authority NAME {}", make().public);
        let error = verdict(&certified, &other).unwrap_err();
        assert_eq!(error.0, SshErrorKind::HostCertificate, "{error:?}");
    }
}
