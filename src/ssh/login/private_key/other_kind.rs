//! Private keys of kinds that are not accepted.
//!
//! Takes: a key that could not be opened. Gives: an error that names its kind, for a key that is whole; `None` for a key
//! that may be damaged. Invariant: an accepted key of which one byte was changed is of none of these kinds; but an ed25519
//! key with the identifier of X25519 is an X25519 key, since nothing else tells them apart.
//!
//! ```text
//! PRIVATE KEY     := SEQUENCE { version, SEQUENCE { algorithm, [ curve ] }, OCTET STRING { key } }     RFC 5958
//! EC PRIVATE KEY  := SEQUENCE { version, OCTET STRING, [0] { curve }, more }                           RFC 5915
//! curve           := OBJECT IDENTIFIER | SEQUENCE, which spells the curve out                          RFC 3279
//! ```

use super::der::{self, CURVES, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, PARAMETERS, SEQUENCE};
use super::refusals::{not_accepted, spelled_curve};
use super::shape::is_built_as;
use crate::ssh::error::SshError;

/// The algorithm of all keys on curves of Weierstrass's form (RFC 5480, section 2.1.1).
const EC_PUBLIC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// The algorithm of RSA keys (RFC 8017, appendix A.1).
const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// The version of an RSA key that has more than two primes (RFC 8017, appendix A.1.2).
const MULTI: &[u8] = &[1];
/// How a curve that is spelled out begins: its version, and a sequence (RFC 3279, section 2.3.5).
const SPELLED: &[u8] = &[INTEGER, 1, 1, SEQUENCE];
const MULTI_PRIME: &str = "an RSA key of more than two primes";
const DSA: &str = "a DSA key";

/// What stands in the `OCTET STRING` of a key.
#[derive(Clone, Copy)]
enum KeyShape {
    /// An `OCTET STRING` of this many bytes.
    Octets(usize),
    Number,
    Rsa,
}

/// The algorithms that are not accepted: RFC 8410, RFC 8017, RFC 3279 (DSA, X9.42), PKCS#3.
const ALGORITHMS: [(&[u8], &str, KeyShape); 7] = [
    (b"\x2b\x65\x71", "an Ed448 key", KeyShape::Octets(57)),
    (b"\x2b\x65\x6e", "an X25519 key", KeyShape::Octets(32)),
    (b"\x2b\x65\x6f", "an X448 key", KeyShape::Octets(56)),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a",
        "an RSA-PSS key",
        KeyShape::Rsa,
    ),
    (b"\x2a\x86\x48\xce\x38\x04\x01", DSA, KeyShape::Number),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01",
        "a Diffie-Hellman key",
        KeyShape::Number,
    ),
    (
        b"\x2a\x86\x48\xce\x3e\x02\x01",
        "a Diffie-Hellman key",
        KeyShape::Number,
    ),
];

/// The beginnings of the identifiers of curves that are not accepted, and their names: secp256k1, SM2, the others of
/// SEC 2, X9.62 and RFC 5639. The first that fits counts.
const OTHER_CURVES: [(&[u8], &str); 6] = [
    (
        b"\x2b\x81\x04\x00\x0a",
        "an ECDSA key on the curve secp256k1",
    ),
    (b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d", "an SM2 key"),
    (b"\x2b\x81\x04\x00", OTHER_CURVE),
    (b"\x2a\x86\x48\xce\x3d\x03", OTHER_CURVE),
    (
        b"\x2b\x24\x03\x03\x02\x08\x01\x01",
        "an ECDSA key on a Brainpool curve",
    ),
    (b"\x67\x2b\x01\x04", OTHER_CURVE),
];
const OTHER_CURVE: &str = "an ECDSA key on another curve than P-256, P-384 and P-521";

/// The error for a PEM block whose label names a kind that is not accepted, whatever is in it.
pub(super) fn labelled(label: &str) -> Option<SshError> {
    match label {
        "DSA PRIVATE KEY" => Some(not_accepted(DSA)),
        "SM2 PRIVATE KEY" => Some(not_accepted("an SM2 key")),
        _ => None,
    }
}

/// The error for a key that the right passphrase has opened: `identifier` is that of its algorithm, or of its curve.
pub(super) fn identified(identifier: &[u8]) -> Option<SshError> {
    let algorithm = ALGORITHMS
        .into_iter()
        .find(|(known, ..)| *known == identifier);
    let name = algorithm
        .map(|(_, name, _)| name)
        .or_else(|| other_curve(identifier))?;
    Some(not_accepted(name))
}

/// The error for the bytes of a block with this label.
pub(super) fn built(label: &str, bytes: &[u8]) -> Option<SshError> {
    if label == "RSA PRIVATE KEY" {
        return is_multi_prime(bytes).then(|| not_accepted(MULTI_PRIME));
    }
    if !is_built_as(label, bytes) {
        return None;
    }
    let (_version, rest) = der::split(der::element(bytes, SEQUENCE)?.0)?;
    if label == "EC PRIVATE KEY" {
        let (number, rest) = der::element(rest, OCTET_STRING)?;
        return on_curve(number, der::element(rest, PARAMETERS)?.0);
    }
    let (algorithm, rest) = der::element(rest, SEQUENCE)?;
    let (identifier, parameters) = der::element(algorithm, OBJECT_IDENTIFIER)?;
    let key = der::element(rest, OCTET_STRING)?.0;
    match identifier {
        EC_PUBLIC_KEY if !is_built_as("EC PRIVATE KEY", key) => None,
        EC_PUBLIC_KEY => {
            let (_version, rest) = der::split(der::element(key, SEQUENCE)?.0)?;
            on_curve(der::element(rest, OCTET_STRING)?.0, parameters)
        }
        RSA => is_multi_prime(key).then(|| not_accepted(MULTI_PRIME)),
        _ => {
            let of = |(known, ..): &(&[u8], &str, KeyShape)| *known == identifier;
            let (_, name, shape) = ALGORITHMS.into_iter().find(of)?;
            is_shaped(key, parameters, shape).then(|| not_accepted(name))
        }
    }
}

fn is_shaped(key: &[u8], parameters: &[u8], shape: KeyShape) -> bool {
    match shape {
        KeyShape::Octets(length) => {
            alone(key, OCTET_STRING).is_some_and(|inside| inside.len() == length)
        }
        KeyShape::Number => alone(key, INTEGER).is_some(),
        // Those of an RSA key are NULL, those of RSA-PSS are a sequence or not there (RFC 4055, section 3.1).
        KeyShape::Rsa => {
            matches!(parameters, [] | [SEQUENCE, ..]) && is_built_as("RSA PRIVATE KEY", key)
        }
    }
}

/// The content of the one element that the bytes are.
fn alone(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (inside, rest) = der::element(bytes, tag)?;
    rest.is_empty().then_some(inside)
}

/// Whether a key of PKCS#1 says that it has more primes, and has them.
fn is_multi_prime(key: &[u8]) -> bool {
    let version = der::element(key, SEQUENCE).and_then(|(key, _)| der::element(key, INTEGER));
    let Some((MULTI, mut rest)) = version else {
        return false;
    };
    let mut tags = Vec::new();
    while let Some((_, behind)) = der::split(rest) {
        tags.extend(rest.first());
        rest = behind;
    }
    rest.is_empty()
        && matches!(tags.as_slice(), [numbers @ .., SEQUENCE] if *numbers == [INTEGER; 8])
}

/// The error for a number on a curve.
fn on_curve(number: &[u8], curve: &[u8]) -> Option<SshError> {
    let Some(identifier) = alone(curve, OBJECT_IDENTIFIER) else {
        let spelled = alone(curve, SEQUENCE)?;
        return spelled.starts_with(SPELLED).then(spelled_curve);
    };
    // An accepted curve, or one whose identifier was changed beside a number as long as its own.
    let is_accepted = |(known, length): &(&[u8], usize)| {
        let pairs = known.iter().zip(identifier);
        let other = pairs.filter(|(byte, other)| byte != other).count();
        let most = usize::from(*length == number.len());
        known.len() == identifier.len() && other <= most
    };
    if CURVES.iter().any(is_accepted) {
        return None;
    }
    other_curve(identifier).map(not_accepted)
}

fn other_curve(identifier: &[u8]) -> Option<&'static str> {
    let begins = |(known, _): &&(&[u8], &str)| identifier.starts_with(known);
    OTHER_CURVES.iter().find(begins).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::super::der::{
        CURVES, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, PARAMETERS, SEQUENCE, written,
    };
    use super::{EC_PUBLIC_KEY, RSA, built};

    const ED25519: &[u8] = b"\x2b\x65\x70";
    const NULL: &[u8] = &[5, 0];

    fn identifier(bytes: &[u8]) -> Vec<u8> {
        written(OBJECT_IDENTIFIER, &[bytes]).to_vec()
    }

    fn pkcs8(algorithm: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
        let algorithm = written(SEQUENCE, &[&identifier(algorithm), parameters]);
        let key = written(OCTET_STRING, &[key]);
        written(SEQUENCE, &[&[INTEGER, 1, 0], &algorithm, &key]).to_vec()
    }

    fn sec1(curve: &[u8], length: usize) -> Vec<u8> {
        let number = written(OCTET_STRING, &[&vec![7; length]]);
        let curve = written(PARAMETERS, &[curve]);
        written(SEQUENCE, &[&[INTEGER, 1, 1], &number, &curve]).to_vec()
    }

    fn pkcs1() -> Vec<u8> {
        let number = written(INTEGER, &[&[7; 16]]);
        let numbers = [number.as_slice(); 8].concat();
        written(SEQUENCE, &[&[INTEGER, 1, 0], &numbers]).to_vec()
    }

    fn told(label: &str, bytes: &[u8]) -> Option<String> {
        built(label, bytes).map(|error| error.detail().to_owned())
    }

    #[test]
    fn no_byte_that_is_changed_makes_another_kind_of_an_accepted_key() {
        let mut keys = vec![
            (
                "PRIVATE KEY",
                pkcs8(ED25519, &[], &written(OCTET_STRING, &[&[7; 32]])),
            ),
            ("PRIVATE KEY", pkcs8(RSA, NULL, &pkcs1())),
            ("RSA PRIVATE KEY", pkcs1()),
        ];
        for (curve, length) in CURVES {
            let curve = identifier(curve);
            keys.push(("EC PRIVATE KEY", sec1(&curve, length)));
            let key = pkcs8(EC_PUBLIC_KEY, &curve, &sec1(&curve, length));
            keys.push(("PRIVATE KEY", key));
        }
        for (label, key) in keys {
            assert_eq!(told(label, &key), None);
            for at in 0..key.len() {
                for byte in 0..=u8::MAX {
                    let mut changed = key.clone();
                    changed[at] = byte;
                    let named = told(label, &changed);
                    let is_x25519 = named.as_ref().is_some_and(|named| named.contains("X25519"));
                    assert!(
                        named.is_none() || is_x25519,
                        "{label} {at} {byte}: {named:?}"
                    );
                }
            }
            for length in 0..key.len() {
                assert_eq!(told(label, &key[..length]), None);
            }
        }
    }

    #[test]
    fn curves_are_told_by_their_identifiers() {
        for (curve, length, words) in [
            (&b"\x2b\x81\x04\x00\x0a"[..], 32, "the curve secp256k1"),
            (
                b"\x2b\x81\x04\x00\x21",
                28,
                "another curve than P-256, P-384 and P-521",
            ),
            (
                b"\x2a\x86\x48\xce\x3d\x03\x01\x01",
                24,
                "another curve than P-256, P-384 and P-521",
            ),
            (b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d", 32, "an SM2 key"),
        ] {
            let key = sec1(&identifier(curve), length);
            let named = told("EC PRIVATE KEY", &key).unwrap();
            assert!(named.contains(words), "{named}");
        }
        let of_no_family = sec1(&identifier(b"\x2a\x03\x04"), 32);
        assert_eq!(told("EC PRIVATE KEY", &of_no_family), None);
    }
}
