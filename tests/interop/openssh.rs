//! OpenSSH: of this Debian, limited to what version 7.4 had, and others that `scripts/interop.sh` has unpacked.

use super::running::{Running, Visitor, Way};
use super::small::made;
use crate::support::keys::KeyPair;
use crate::support::sshd::{Builder, Sshd};

/// What the log says at each change of keys, at this level of logging.
const NEW_KEYS: &str = "SSH2_MSG_NEWKEYS received";
/// What the versions of 2016 had, as `ssh -Q` of one of them lists it, without what Debian's later ones lack.
const OF_2016: [&str; 5] = [
    "KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,\
     diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1",
    "Ciphers chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com",
    "MACs umac-64-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-256,hmac-sha1",
    "HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256,ssh-rsa",
    "PubkeyAcceptedAlgorithms ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-256,rsa-sha2-512,ssh-rsa",
];

/// A server with small limits of everything that the matrix is to reach.
fn limited(visitor: &Visitor, host_key: &KeyPair) -> Builder {
    Sshd::builder()
        .host_key(host_key)
        .authorize(&visitor.key)
        .config("RekeyLimit 1M")
        .config("LogLevel DEBUG1")
}

/// The version of this Debian.
pub fn of_this_debian(visitor: &Visitor) -> Running {
    started(visitor, &KeyPair::ed25519(), |builder| {
        builder.config("Subsystem sftp internal-sftp")
    })
}

/// The version of this Debian with the algorithms and the files of 2016.
pub fn like_of_2016(visitor: &Visitor) -> Running {
    started(visitor, &KeyPair::rsa(2048), |builder| {
        let older = "Subsystem sftp internal-sftp -P limits,users-groups-by-id";
        let builder = OF_2016.iter().fold(builder, |it, line| it.config(line));
        builder.config(older)
    })
}

/// The version of Debian 11.
pub fn of_debian_11(visitor: &Visitor) -> Running {
    started(visitor, &KeyPair::ed25519(), |builder| {
        let builder = builder.program(made("bullseye/sshd"));
        builder.config("Subsystem sftp internal-sftp")
    })
}

/// The version of Debian unstable, whose sshd is three programs.
pub fn newest(visitor: &Visitor) -> Running {
    let path = |name: &str| made(name).to_str().unwrap().to_owned();
    let session = format!("SshdSessionPath {}", path("sid/sshd-session"));
    let auth = format!("SshdAuthPath {}", path("sid/sshd-auth"));
    started(visitor, &KeyPair::ed25519(), |builder| {
        let builder = builder.program(made("sid/sshd"));
        let builder = builder.config(&session).config(&auth);
        builder.config("Subsystem sftp internal-sftp")
    })
}

fn started(visitor: &Visitor, host_key: &KeyPair, with: impl Fn(Builder) -> Builder) -> Running {
    let plain = with(limited(visitor, host_key))
        .config("PasswordAuthentication yes")
        .start();
    // What asks in words takes no other proof.
    let asking = with(limited(visitor, host_key))
        .config("UsePAM yes\nKbdInteractiveAuthentication yes\nPubkeyAuthentication no")
        .start();
    let user = visitor.user.as_str();
    let ways = [
        (Way::Key, plain.port(), user),
        (Way::Password, plain.port(), user),
        (Way::Keyboard, asking.port(), user),
    ];
    let plain = std::rc::Rc::new(plain);
    let logging = std::rc::Rc::clone(&plain);
    let keys = vec![host_key.public.clone()];
    Running::new(&ways, keys, move || logging.log(), (plain, asking)).rekeying(NEW_KEYS)
}
