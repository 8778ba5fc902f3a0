//! A private key in OpenSSH's own format (PROTOCOL.key).
//!
//! Takes: the bytes of the PEM block and a passphrase. Gives: the key. Refuses: a cipher that is not supported, by
//! its name and before the passphrase is tried; and a FIDO key, whose file holds no key; and a key of a kind that is not accepted.
//!
//! ```text
//! key     := "openssh-key-v1" NUL cipher kdf options uint32(1) public section [ tag ]
//! section := uint32(n) uint32(n) type curve point number comment padding        for ECDSA, encrypted
//! string  := uint32 bytes
//! ```
//!
//! `number` is written in as few bytes as it needs. ssh-key 0.7.0-rc.11 wants at least 32 bytes for P-256, so it
//! would refuse one key in 256: this file first adds the zero bytes that such a number lacks.

use crate::ssh::transport::keys::PrivateKey;
use crate::ssh::transport::keys::ssh_key::{self, Cipher, Kdf, cipher::Tag};
use zeroize::Zeroizing;

use super::refusals::{damaged, needed, not_accepted, of_token, wrong_passphrase};
use crate::secret::Secret;
use crate::ssh::error::{SshError, SshErrorKind};

const MAGIC: &[u8] = b"openssh-key-v1\0";
const P256: &[u8] = b"ecdsa-sha2-nistp256";
/// How the types of FIDO keys begin (OpenSSH's PROTOCOL.u2f).
const OF_TOKEN: &[u8] = b"sk-";
/// Types that are not accepted; the last is that of RFC 5656 for a curve without a name of SSH's.
const OTHERS: [(&[u8], &str); 4] = [
    (b"ssh-dss", "a DSA key"),
    (b"ssh-ed448", "an Ed448 key"),
    (b"ssh-xmss@openssh.com", "an XMSS key"),
    (
        b"ecdsa-sha2-1.3.132.0.10",
        "an ECDSA key on the curve secp256k1",
    ),
];
/// How many bytes a P-256 number has.
const NUMBER: usize = 32;
/// The length of a section that is not encrypted is a multiple of this many bytes.
const BLOCK: usize = 8;
/// The most bytes of a cipher's name: `chacha20-poly1305@openssh.com` has 29.
const MAX_CIPHER_NAME: usize = 32;
/// How many bytes the tag of a cipher has that checks what it opens.
const TAG: usize = 16;
/// The ciphers that ssh-keygen writes and russh cannot read.
const UNSUPPORTED: [&str; 2] = ["3des-cbc", "aes192-cbc"];

/// Opens a key.
///
/// # Errors
/// [`SshErrorKind::KeyFormat`], [`SshErrorKind::PassphraseMissing`] or [`SshErrorKind::PassphraseWrong`].
pub(super) fn open(bytes: &[u8], passphrase: Option<&Secret>) -> Result<PrivateKey, SshError> {
    let container = Container::read(bytes).ok_or_else(damaged)?;
    let kind = string(&mut { container.public });
    if kind.is_some_and(|kind| kind.starts_with(OF_TOKEN)) {
        return Err(of_token());
    }
    if let Some((_, name)) = OTHERS.iter().find(|(its, _)| kind == Some(its)) {
        return Err(not_accepted(name));
    }
    if let Some(name) = UNSUPPORTED
        .iter()
        .find(|name| name.as_bytes() == container.cipher)
    {
        let detail = format!(
            "the private key is encrypted with {name}, which is not supported: convert it with `ssh-keygen -p -f FILE`"
        );
        return Err(SshError::new(SshErrorKind::KeyFormat, detail));
    }
    let key = match PrivateKey::from_bytes(bytes) {
        Ok(key) => key,
        Err(_) => return container.widened(container.section).ok_or_else(damaged),
    };
    if !key.is_encrypted() {
        return Ok(key);
    }
    let passphrase = needed(passphrase)?;
    key.decrypt(passphrase).or_else(|error| {
        // The check value of the format tells a wrong passphrase from a damaged key.
        if matches!(error, ssh_key::Error::Crypto) {
            return Err(wrong_passphrase());
        }
        let section = container.decrypted(key.cipher(), key.kdf(), passphrase);
        let opened = section.and_then(|section| container.widened(&section));
        opened.ok_or_else(damaged)
    })
}

/// Whether the bytes are one key, from the first to the last; it is not opened.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let Some(container) = Container::read(bytes) else {
        return false;
    };
    let Container {
        cipher,
        section,
        tag,
        ..
    } = container;
    let is_named = cipher.len() <= MAX_CIPHER_NAME && cipher.iter().all(u8::is_ascii_graphic);
    match cipher {
        // Two equal numbers begin a section that is open.
        b"none" => {
            tag.is_empty() && section.len() >= BLOCK && section.get(..4) == section.get(4..8)
        }
        _ => is_named && [0, TAG].contains(&tag.len()),
    }
}

struct Container<'b> {
    cipher: &'b [u8],
    public: &'b [u8],
    section: &'b [u8],
    tag: &'b [u8],
}

impl<'b> Container<'b> {
    fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let cipher = string(&mut rest)?;
        let (_kdf, _options) = (string(&mut rest)?, string(&mut rest)?);
        let (count, mut rest) = rest.split_at_checked(4)?;
        if count != 1_u32.to_be_bytes() {
            return None;
        }
        let (public, section) = (string(&mut rest)?, string(&mut rest)?);
        Some(Self {
            cipher,
            public,
            section,
            tag: rest,
        })
    }

    fn decrypted(&self, cipher: Cipher, kdf: &Kdf, passphrase: &str) -> Option<Zeroizing<Vec<u8>>> {
        let (key, start) = kdf.derive_key_and_iv(cipher, passphrase).ok()?;
        let mut section = Zeroizing::new(self.section.to_vec());
        let tag = Tag::try_from(self.tag).ok().filter(|_| cipher.has_tag());
        cipher.decrypt(&key, &start, &mut section, tag).ok()?;
        Some(section)
    }

    /// The key of a decrypted section, with all bytes of its number.
    fn widened(&self, section: &[u8]) -> Option<PrivateKey> {
        let (check, mut rest) = section.split_at_checked(8)?;
        let kind = string(&mut rest).filter(|kind| *kind == P256)?;
        let (curve, point) = (string(&mut rest)?, string(&mut rest)?);
        let (number, comment) = (string(&mut rest)?, string(&mut rest)?);
        let zeros = vec![0; NUMBER.checked_sub(number.len())?];
        let number = Zeroizing::new([zeros.as_slice(), number].concat());
        let mut wide = Zeroizing::new(Vec::with_capacity(section.len() + NUMBER + BLOCK));
        wide.extend_from_slice(check);
        for field in [kind, curve, point, &number, comment] {
            push(&mut wide, field)?;
        }
        let padding = wide.len().next_multiple_of(BLOCK) - wide.len();
        wide.extend((1..).take(padding));
        let mut key = Zeroizing::new(Vec::with_capacity(wide.len() + 2 * self.public.len() + 64));
        key.extend_from_slice(MAGIC);
        for field in [b"none", b"none", b"".as_slice()] {
            push(&mut key, field)?;
        }
        key.extend_from_slice(&1_u32.to_be_bytes());
        push(&mut key, self.public)?;
        push(&mut key, &wide)?;
        PrivateKey::from_bytes(&key).ok()
    }
}

/// Takes a string (RFC 4251, section 5) off the front.
fn string<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (string, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(string)
}

fn push(bytes: &mut Vec<u8>, string: &[u8]) -> Option<()> {
    bytes.extend(u32::try_from(string.len()).ok()?.to_be_bytes());
    bytes.extend_from_slice(string);
    Some(())
}
