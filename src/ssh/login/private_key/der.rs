//! The part of DER (X.690) that private keys need.
//!
//! Takes: bytes. Gives: elements with a tag of one byte and a known length; the identifiers of the
//! accepted curves. Refuses: every other element.

use zeroize::Zeroizing;

/// The tags that private keys have.
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// That of the curve in a SEC 1 key.
pub(super) const PARAMETERS: u8 = 0xa0;

/// The identifiers of P-256, P-384 and P-521 (RFC 5480, section 2.1.1.1), and how many bytes their numbers have.
pub(super) const CURVES: [(&[u8], usize); 3] = [
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", 32),
    (b"\x2b\x81\x04\x00\x22", 48),
    (b"\x2b\x81\x04\x00\x23", 66),
];

/// The content of the first element, which must have this tag, and the bytes after the element.
pub(super) fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (header, length) = header(der)?;
    let (inside, rest) = der.get(header..)?.split_at_checked(length)?;
    (der.first() == Some(&tag)).then_some((inside, rest))
}

/// The whole first element, and the bytes after it.
pub(super) fn split(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (header, length) = header(der)?;
    der.split_at_checked(header.checked_add(length)?)
}

/// How many bytes the tag and the length take, and the length itself (X.690, section 8.1.3).
fn header(der: &[u8]) -> Option<(usize, usize)> {
    let first = der.get(1)?;
    let Some(digits) = first.checked_sub(0x80) else {
        return Some((2, usize::from(*first)));
    };
    let header = 2_usize.checked_add(digits.into())?;
    let add = |length: usize, digit: &u8| length.checked_mul(256)?.checked_add((*digit).into());
    let length = der.get(2..header)?.iter().try_fold(0, add)?;
    Some((header, length))
}

/// A DER element (X.690, section 10.1) whose content is `parts`, one after another.
pub(super) fn written(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut element = Zeroizing::new(Vec::with_capacity(length.saturating_add(10)));
    element.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => element.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let digits = bytes.into_iter().skip_while(|byte| *byte == 0);
            element.push(0x80 | u8::try_from(digits.clone().count()).unwrap_or(u8::MAX));
            element.extend(digits);
        }
    }
    for part in parts {
        element.extend_from_slice(part);
    }
    element
}

#[cfg(test)]
mod tests {
    use super::{SEQUENCE, element, split, written};

    #[test]
    fn a_length_is_written_in_the_fewest_bytes() {
        let rows: [(usize, &[u8]); 6] = [
            (0, &[0]),
            (0x7f, &[0x7f]),
            (0x80, &[0x81, 0x80]),
            (0xff, &[0x81, 0xff]),
            (0x100, &[0x82, 1, 0]),
            (0x1_0000, &[0x83, 1, 0, 0]),
        ];
        for (length, digits) in rows {
            let element = written(0x04, &[&vec![7; length]]);
            let expected = [&[0x04], digits, &vec![7; length]].concat();
            assert_eq!(*element, expected, "{length}");
        }
    }

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_is_not() {
        for length in [0, 0x7f, 0x80, 0x1_0000] {
            let inside = vec![7; length];
            let text = [written(SEQUENCE, &[&inside]).as_slice(), b"rest"].concat();
            assert_eq!(element(&text, SEQUENCE), Some((&inside[..], &b"rest"[..])));
            assert_eq!(element(&text, 0x04), None);
            let (whole, rest) = split(&text).unwrap();
            assert_eq!((whole.len(), rest), (text.len() - 4, &b"rest"[..]));
            let cut = &whole[..whole.len() - 1];
            assert_eq!(split(cut), None, "{length}");
        }
        assert_eq!(split(&[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]), None);
    }
}
