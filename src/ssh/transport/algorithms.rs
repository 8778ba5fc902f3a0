//! The algorithms that are offered, best first, and the keys that are too short.
//!
//! Takes: the types of the known keys of a host. Gives: the algorithms to offer. Leaves out: SHA-1 in every role
//! (`ssh-rsa`, hmac-sha1, group exchange with SHA-1), CBC, `none`, compression (the attack CRIME shows why), DSA. The
//! lists agree with RFC 9142 and the defaults of OpenSSH 9.

use std::borrow::Cow;

use russh::keys::EcdsaCurve::{NistP256, NistP384, NistP521};
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, HashAlg, PublicKey};
use russh::{Preferred, cipher, compression, kex, mac};

/// RSA keys of hosts and users with fewer bits are refused (NIST SP 800-131A).
const MIN_RSA_BITS: usize = 2048;

/// The key exchanges. The finite-field groups are for old servers, the cheaper first: russh computes them on the one
/// thread, and the 8192 bits of group 18 would stop all other work for too long. The last two are no algorithms:
/// they ask the server for its signature algorithms (RFC 8308) and for strict key exchange, which prevents the
/// Terrapin attack (CVE-2023-48795).
const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G14_SHA256,
    kex::DH_G16_SHA512,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

/// Whether a cipher protects integrity itself, without a MAC.
pub(super) fn is_aead(name: &cipher::Name) -> bool {
    [
        cipher::CHACHA20_POLY1305,
        cipher::AES_256_GCM,
        cipher::AES_128_GCM,
    ]
    .iter()
    .any(|aead| aead.as_ref() == name.as_ref())
}

/// The ciphers; the first three protect integrity themselves.
const CIPHERS: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// The MACs, encrypt-then-MAC first.
const MACS: &[mac::Name] = &[
    mac::HMAC_SHA256_ETM,
    mac::HMAC_SHA512_ETM,
    mac::HMAC_SHA256,
    mac::HMAC_SHA512,
];

/// The host-key algorithms that this program accepts. The two of FIDO keys (OpenSSH's PROTOCOL.u2f) come behind those
/// of other keys, as in OpenSSH.
pub(in crate::ssh) const HOST_KEYS: [Algorithm; 8] = [
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: NistP256 },
    Algorithm::Ecdsa { curve: NistP384 },
    Algorithm::Ecdsa { curve: NistP521 },
    Algorithm::SkEd25519,
    Algorithm::SkEcdsaSha2NistP256,
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha512),
    },
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha256),
    },
];

/// What to offer to a host: its known keys are of `host_keys`, and it may show certificates of `certificates`.
pub(in crate::ssh) fn preferred(
    host_keys: Vec<Algorithm>,
    certificates: Vec<Algorithm>,
) -> Preferred {
    Preferred {
        kex: Cow::Borrowed(KEX),
        key: Cow::Owned(host_keys),
        host_key_certificates: Cow::Owned(certificates),
        cipher: Cow::Borrowed(CIPHERS),
        mac: Cow::Borrowed(MACS),
        compression: Cow::Borrowed(&[compression::NONE]),
    }
}

/// The algorithms that keys of these types can sign with, best first, each once.
pub(in crate::ssh) fn host_keys_for<'a>(keys: impl Iterator<Item = &'a KeyData>) -> Vec<Algorithm> {
    let held: Vec<Algorithm> = keys.map(KeyData::algorithm).collect();
    HOST_KEYS
        .into_iter()
        .filter(|algorithm| held.iter().any(|key| signs_as(key, algorithm)))
        .collect()
}

/// True when a host may show a key of this type.
pub(in crate::ssh) fn is_accepted(key: &KeyData) -> bool {
    HOST_KEYS
        .iter()
        .any(|algorithm| signs_as(&key.algorithm(), algorithm))
}

/// True for a key that only a FIDO token has, which signs once it is touched.
pub(in crate::ssh) fn is_of_token(key: &KeyData) -> bool {
    key.is_sk_ed25519() || key.is_sk_ecdsa_p256()
}

/// The algorithm by which `key` signs; only RSA keys use the hash.
pub(in crate::ssh) fn signature_algorithm(key: &PublicKey, hash: Option<HashAlg>) -> Algorithm {
    let algorithm = key.algorithm();
    if matches!(algorithm, Algorithm::Rsa { .. }) {
        return Algorithm::Rsa { hash };
    }
    algorithm
}

/// Whether a key of type `key` can sign by `algorithm`: an RSA key by each RSA algorithm, any other key by one.
pub(super) fn signs_as(key: &Algorithm, algorithm: &Algorithm) -> bool {
    let is_rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
    key == algorithm || (is_rsa(key) && is_rsa(algorithm))
}

/// The length, in bits, of an RSA key that is too short; `None` for every other key. (`RsaPublicKey::key_size` rounds
/// up to whole bytes, so it is not used.)
pub(in crate::ssh) fn weak_rsa_bits(key: &KeyData) -> Option<usize> {
    let modulus = key.rsa()?.n().as_positive_bytes().unwrap_or_default();
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = (modulus.len() * 8).saturating_sub(leading as usize);
    (bits < MIN_RSA_BITS).then_some(bits)
}
