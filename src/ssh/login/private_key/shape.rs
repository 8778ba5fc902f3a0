//! Whether bytes are built as a private key is.
//!
//! Takes: the label of a PEM block, and its bytes. Gives: whether the bytes are a key of that label from the first to the
//! last. No key is opened: its numbers may be any. Refuses: a label of no private key, a length that does not add up or
//! is not written in the fewest bytes, and what stands behind the key.
//!
//! ```text
//! PRIVATE KEY            := SEQUENCE { version, SEQUENCE, OCTET STRING { element }, more }     RFC 5958
//! ENCRYPTED PRIVATE KEY  := SEQUENCE { SEQUENCE, OCTET STRING }                                 RFC 5958
//! RSA PRIVATE KEY        := SEQUENCE { version, 8 INTEGER }                                     RFC 8017
//! DSA PRIVATE KEY        := SEQUENCE { version, 5 INTEGER }                                     OpenSSL
//! EC PRIVATE KEY         := SEQUENCE { version, OCTET STRING, more }                            RFC 5915
//! version                := INTEGER of one byte         more := ([0] | [1])*
//! ```

use super::der::{self, INTEGER, OCTET_STRING, SEQUENCE};
use super::openssh_key;

/// The tags of members that a key may have or lack: attributes, curves, public keys.
const OPTIONAL: [u8; 3] = [0xa0, 0xa1, 0x81];

/// Whether `bytes` are built as the private key that `label` names.
pub fn is_built_as(label: &str, bytes: &[u8]) -> bool {
    if label == "OPENSSH PRIVATE KEY" {
        return openssh_key::is_whole(bytes);
    }
    let Some(members) = sequence(bytes) else {
        return false;
    };
    let is_version = |inside: &[u8]| matches!(inside, [0 | 1]);
    let are =
        |members: &[Member<'_>], tags: &[u8]| members.iter().all(|its| tags.contains(&its.tag));
    let of_integers = |count: usize| members.len() == count && are(&members, &[INTEGER]);
    let versioned = matches!(members.first(), Some(first) if is_version(first.inside));
    match (label, members.as_slice()) {
        ("RSA PRIVATE KEY", _) => versioned && of_integers(9),
        ("DSA PRIVATE KEY", _) => versioned && of_integers(6),
        ("EC PRIVATE KEY", [version, number, more @ ..]) => {
            let tags = (version.tag, number.tag);
            versioned && tags == (INTEGER, OCTET_STRING) && are(more, &OPTIONAL)
        }
        ("PRIVATE KEY", [version, algorithm, key, more @ ..]) => {
            let tags = (version.tag, algorithm.tag, key.tag);
            let is_key = whole(key.inside).is_some() && are(more, &OPTIONAL);
            versioned && tags == (INTEGER, SEQUENCE, OCTET_STRING) && is_key
        }
        ("ENCRYPTED PRIVATE KEY", [algorithm, key]) => {
            (algorithm.tag, key.tag) == (SEQUENCE, OCTET_STRING)
        }
        _ => false,
    }
}

/// A member of a sequence.
struct Member<'d> {
    tag: u8,
    inside: &'d [u8],
}

/// The members of the sequence that the bytes are.
fn sequence(bytes: &[u8]) -> Option<Vec<Member<'_>>> {
    let outer = whole(bytes).filter(|outer| outer.tag == SEQUENCE)?;
    let (mut members, mut rest) = (Vec::new(), outer.inside);
    while !rest.is_empty() {
        let (first, behind) = der::split(rest)?;
        members.push(whole(first)?);
        rest = behind;
    }
    Some(members)
}

/// The one element that the bytes are.
fn whole(bytes: &[u8]) -> Option<Member<'_>> {
    let tag = *bytes.first()?;
    let (inside, rest) = der::element(bytes, tag)?;
    // A longer way to write the length would be a place to hide in.
    let is_whole = rest.is_empty() && *der::written(tag, &[inside]) == bytes;
    is_whole.then_some(Member { tag, inside })
}
