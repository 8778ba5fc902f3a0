//! The algorithms that OpenSSH 9.2 knows by name, and one that its successors prefer.
//!
//! Takes a list as `Ciphers` and its like have it; gives whether ssh takes it.
//!
//! ```text
//! list := "-" any  |  ( "+" | "^" )? name ( "," name )*          of keys a name may have `*` and `?`
//! ```

use crate::ssh::glob;

const CIPHERS: &str = "3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr \
    aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com";
const MACS: &str = "hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96 umac-64@openssh.com \
    umac-128@openssh.com hmac-sha1-etm@openssh.com hmac-sha1-96-etm@openssh.com hmac-sha2-256-etm@openssh.com \
    hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com \
    umac-128-etm@openssh.com";
const EXCHANGES: &str = "diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256 \
    diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1 \
    diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 curve25519-sha256 \
    curve25519-sha256@libssh.org sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com mlkem768x25519-sha256";
const KEYS: &str = "ssh-ed25519 ssh-rsa ssh-dss ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 \
    rsa-sha2-256 rsa-sha2-512 sk-ssh-ed25519@openssh.com sk-ecdsa-sha2-nistp256@openssh.com \
    webauthn-sk-ecdsa-sha2-nistp256@openssh.com ssh-ed25519-cert-v01@openssh.com ssh-rsa-cert-v01@openssh.com \
    ssh-dss-cert-v01@openssh.com ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384-cert-v01@openssh.com \
    ecdsa-sha2-nistp521-cert-v01@openssh.com rsa-sha2-256-cert-v01@openssh.com rsa-sha2-512-cert-v01@openssh.com \
    sk-ssh-ed25519-cert-v01@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com";

pub fn are_ciphers(list: &str) -> bool {
    are_all(list, |name| is_in(CIPHERS, name))
}

pub fn are_macs(list: &str) -> bool {
    are_all(list, |name| is_in(MACS, name))
}

pub fn are_exchanges(list: &str) -> bool {
    are_all(list, |name| is_in(EXCHANGES, name))
}

pub fn are_keys(list: &str) -> bool {
    let is_key = |pattern: &str| {
        let hit = |name: &str| glob(pattern.as_bytes(), name.as_bytes());
        KEYS.split(' ').any(hit)
    };
    are_all(list, is_key)
}

fn is_in(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

fn are_all(list: &str, is_known: impl Fn(&str) -> bool) -> bool {
    // What is taken away need not be there.
    if list.starts_with('-') {
        return true;
    }
    let list = list.strip_prefix(['+', '^']).unwrap_or(list);
    list.split(',').all(is_known)
}
