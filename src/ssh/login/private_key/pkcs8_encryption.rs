//! The encryption of an encrypted PKCS#8 key (RFC 5958).
//!
//! Takes: the bytes of the key. Gives: `None` for an encryption that is supported. Refuses any other by its name,
//! before a passphrase is tried: an unsupported encryption must not look like a wrong passphrase.
//!
//! ```text
//! EncryptedPrivateKeyInfo := SEQUENCE { algorithm, OCTET STRING }
//! algorithm               := SEQUENCE { PBES2, SEQUENCE { kdf, cipher } }          RFC 8018
//! kdf                     := PBKDF2 with a PRF, or with hmacWithSHA1 when none is named | scrypt
//! ```

use super::der::{self, OBJECT_IDENTIFIER, SEQUENCE};

const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
const SCRYPT: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
const HMAC_SHA1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x07";
const DES_EDE3_CBC: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x03\x07";
/// The identifiers of hmacWithSHA224, 256, 384 and 512.
const PRFS: [&[u8]; 4] = [
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x08",
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x09",
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x0a",
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x0b",
];
/// The identifiers of AES in CBC mode with keys of 128, 192 and 256 bits.
const CIPHERS: [&[u8]; 3] = [
    b"\x60\x86\x48\x01\x65\x03\x04\x01\x02",
    b"\x60\x86\x48\x01\x65\x03\x04\x01\x16",
    b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a",
];

/// How deep sequences are read: the PRF stands at depth four, and the bound keeps the recursion shallow.
const MAX_DEPTH: usize = 6;

/// The name of an encryption that is not supported; `None` for one that is.
pub(super) fn unsupported(key: &[u8]) -> Option<&'static str> {
    let mut found = Vec::new();
    let algorithm =
        der::element(key, SEQUENCE).and_then(|(inside, _)| der::element(inside, SEQUENCE));
    if let Some((inside, _)) = algorithm {
        identifiers(inside, MAX_DEPTH, &mut found);
    }
    match found.as_slice() {
        [PBES2, .., DES_EDE3_CBC] => Some("3DES"),
        [PBES2, PBKDF2, prf, cipher] if PRFS.contains(prf) && CIPHERS.contains(cipher) => None,
        [PBES2, SCRYPT, cipher] if CIPHERS.contains(cipher) => None,
        [PBES2, PBKDF2, _] | [PBES2, PBKDF2, HMAC_SHA1, _] => Some("hmacWithSHA1"),
        [PBES2, ..] => Some("an algorithm of its own"),
        _ => Some("PBES1"),
    }
}

/// The object identifiers of a DER text, in their order.
fn identifiers<'d>(mut der: &'d [u8], depth: usize, found: &mut Vec<&'d [u8]>) {
    while let Some((_, rest)) = der::split(der) {
        if let Some((identifier, _)) = der::element(der, OBJECT_IDENTIFIER) {
            found.push(identifier);
        } else if let Some((inside, _)) = der::element(der, SEQUENCE)
            && let Some(depth) = depth.checked_sub(1)
        {
            identifiers(inside, depth, found);
        }
        der = rest;
    }
}
