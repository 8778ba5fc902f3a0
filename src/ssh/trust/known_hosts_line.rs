//! One line of known_hosts.
//!
//! Takes: the text of a line. Gives: a [`KnownHostsEntry`], or `None` for a blank line or a comment. Refuses any other
//! line by an [`UnreadableLine`]. The grammar follows sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT":
//!
//! ```text
//! line     := blank* ( "#" any* | [ marker blank+ ] hosts blank+ type blank+ base64 [ blank+ comment ] )
//! blank    := " " | TAB; before the end of the line CR, too
//! marker   := "@revoked" | "@cert-authority"
//! hosts    := "|1|" base64(salt) "|" base64(HMAC-SHA1(salt, name)) | pattern ( "," pattern )*
//! pattern  := [ "!" ] ( any | "*" | "?" )+          "*": any run, "?": any one character
//! name     := host, or "[" host "]:" port if the port is not 22; compared without case
//! ```

use crate::ssh::transport::keys::PublicKey;
use crate::ssh::transport::keys::ssh_key::known_hosts::HostPatterns;
use crate::ssh::transport::keys::ssh_key::public::KeyData;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::ssh::transport::algorithms::is_accepted;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Source, Span};

/// The longest line that is read, in bytes: enough for an RSA key of 16,384 bits with a page of host names.
const MAX_LINE_LEN: usize = 16 * 1024;

/// The longest name or pattern, in bytes: ssh matches nothing by a line with a longer one.
const MAX_PATTERN: usize = 1022;

/// Reads line `number` of `source`, counted from 1; `None` for a blank line or a comment.
///
/// # Errors
/// An [`UnreadableLine`] when the line is malformed.
pub(super) fn parse(
    source: &Source,
    number: usize,
    text: &str,
) -> Result<Option<KnownHostsEntry>, Box<UnreadableLine>> {
    KnownHostsLine {
        source,
        number,
        text,
    }
    .parse()
}

/// A line that could not be read, and the entry that replaces it.
pub(super) struct UnreadableLine {
    /// The message for the operator.
    pub(super) diagnostic: Diagnostic,
    /// The entry that holds until the line is mended, if any: a malformed `@revoked` line revokes every key.
    pub(super) instead: Option<KnownHostsEntry>,
}

/// A line that names hosts and a key.
#[derive(Debug)]
pub(super) struct KnownHostsEntry {
    /// The number of the line, counted from 1.
    pub(super) line: usize,
    pub(super) marker: Marker,
    pub(super) hosts: NamedHosts,
    /// The key. `None` means every key; only a malformed `@revoked` line gives it.
    pub(super) key: Option<KeyData>,
}

/// What the line says about its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    HostKey,
    Revoked,
    Authority,
}

/// The hosts that a line names.
#[derive(Debug)]
pub(super) enum NamedHosts {
    All,
    Hashed { salt: Vec<u8>, hash: [u8; 20] },
    Patterns(Vec<String>),
}

impl NamedHosts {
    /// True when the line names `name`, by the rules of OpenSSH.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Hashed { salt, hash } => Hmac::<Sha1>::new_from_slice(salt)
                .is_ok_and(|hmac| hmac.chain_update(name).verify_slice(hash).is_ok()),
            Self::Patterns(patterns) => {
                let hit = |pattern: &str| glob(pattern.as_bytes(), name.as_bytes());
                let refused = patterns
                    .iter()
                    .filter_map(|pattern| pattern.strip_prefix('!'))
                    .any(hit);
                let named = patterns
                    .iter()
                    .filter(|pattern| !pattern.starts_with('!'))
                    .any(|pattern| hit(pattern));
                named && !refused
            }
        }
    }
}

/// True when the pattern matches only itself.
pub(super) fn is_plain(pattern: &str) -> bool {
    !pattern.starts_with('!') && !pattern.contains(['*', '?'])
}

/// Whether a pattern of OpenSSH (`*` any run, `?` any one character) matches the whole of a name.
///
/// The time is at most the product of the lengths, since the search goes back only to the last `*`.
pub fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == byte => {
                at += 1;
                from += 1;
            }
            Some(_) | None => {
                let Some((star_at, taken)) = star else {
                    return false;
                };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                from = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == b'*')
}

struct KnownHostsLine<'a> {
    source: &'a Source,
    number: usize,
    text: &'a str,
}

impl KnownHostsLine<'_> {
    fn parse(&self) -> Result<Option<KnownHostsEntry>, Box<UnreadableLine>> {
        // A file of Windows has CR before each LF.
        let text = self.text.trim_end_matches(is_end);
        let text = text.trim_start_matches(is_blank);
        if text.is_empty() || text.starts_with('#') {
            return Ok(None);
        }
        let mut fields = text.split(is_blank).filter(|field| !field.is_empty());
        let mut first = fields.next().unwrap_or_default();
        let marker = self.marker(first)?;
        if marker != Marker::HostKey {
            first = fields.next().unwrap_or_default();
            if first.starts_with('@') {
                let marker = if revokes(first) {
                    Marker::Revoked
                } else {
                    marker
                };
                let message = "a second marker `{}`: a line has one";
                return Err(self.unreadable(marker, NamedHosts::All, first, message));
            }
        }
        if self.text.len() > MAX_LINE_LEN {
            let message = "longer than 16,384 characters";
            return Err(self.unreadable(marker, NamedHosts::All, "", message));
        }
        let hosts = self.hosts(marker, first)?;
        match key(fields.next(), fields.next()) {
            Ok(key) if marker != Marker::Revoked && !is_accepted(&key) => Err(self.unreadable(
                marker,
                hosts,
                key.algorithm().as_str(),
                "keys of type `{}` are not accepted",
            )),
            Ok(key) => Ok(Some(KnownHostsEntry {
                line: self.number,
                marker,
                hosts,
                key: Some(key),
            })),
            Err((place, message)) => Err(self.unreadable(marker, hosts, place, message)),
        }
    }

    /// The marker that the first field is, if it is one.
    fn marker(&self, first: &str) -> Result<Marker, Box<UnreadableLine>> {
        // For ssh a line ends at such a byte, or goes on behind it.
        let (marker, message) = if self.text.contains('\0') {
            let marker = if revokes(self.text) {
                Marker::Revoked
            } else {
                Marker::HostKey
            };
            (marker, "a NUL byte: take the line anew")
        } else {
            match first {
                "@revoked" => return Ok(Marker::Revoked),
                "@cert-authority" => return Ok(Marker::Authority),
                _ if first.starts_with('@') && revokes(first) => {
                    (Marker::Revoked, "unknown marker `{}`: write `@revoked`")
                }
                _ if first.starts_with('@') => (
                    Marker::HostKey,
                    "unknown marker `{}`: write `@revoked` or `@cert-authority`",
                ),
                _ => return Ok(Marker::HostKey),
            }
        };
        Err(self.unreadable(marker, NamedHosts::All, first, message))
    }

    fn hosts(&self, marker: Marker, field: &str) -> Result<NamedHosts, Box<UnreadableLine>> {
        if field.starts_with('|') {
            return hashed(field).ok_or_else(|| {
                let message = "`{}` is no hashed name: it should be `|1|salt|hash`";
                self.unreadable(marker, NamedHosts::All, field, message)
            });
        }
        if field.contains(char::is_control) {
            let message = "a control character in the name `{}`: take the line anew";
            return Err(self.unreadable(marker, NamedHosts::All, field, message));
        }
        let patterns: Vec<String> = field
            .split(',')
            .filter(|pattern| !pattern.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        if patterns.is_empty() {
            return Err(self.unreadable(marker, NamedHosts::All, field, "names no host"));
        }
        if patterns.iter().any(|pattern| pattern.len() > MAX_PATTERN) {
            let message = "a name longer than 1,022 characters, which ssh does not read";
            return Err(self.unreadable(marker, NamedHosts::All, "", message));
        }
        Ok(NamedHosts::Patterns(patterns))
    }

    /// A fault at the field `place`; the text of the field replaces `{}` in `message`.
    fn unreadable(
        &self,
        marker: Marker,
        hosts: NamedHosts,
        place: &str,
        message: &str,
    ) -> Box<UnreadableLine> {
        let message = message.replace("{}", &place.escape_debug().to_string());
        let before = self.text.find(place).and_then(|at| self.text.get(..at));
        let span = Span {
            line: self.number,
            column: before.map_or(1, |text| text.chars().count() + 1),
            width: place.chars().count(),
        };
        Box::new(match marker {
            Marker::Revoked => UnreadableLine {
                diagnostic: Diagnostic::error(
                    self.source,
                    span,
                    format!(
                        "{message}; until it is mended, every key of the hosts it may mean counts as revoked"
                    ),
                ),
                instead: Some(KnownHostsEntry {
                    line: self.number,
                    marker,
                    hosts,
                    key: None,
                }),
            },
            Marker::HostKey | Marker::Authority => UnreadableLine {
                diagnostic: Diagnostic::warning(
                    self.source,
                    span,
                    format!("{message}; the line is ignored"),
                ),
                instead: None,
            },
        })
    }
}

/// The key; the error names the field that is wrong and says why.
fn key<'f>(
    key_type: Option<&'f str>,
    base64: Option<&'f str>,
) -> Result<KeyData, (&'f str, &'static str)> {
    let key_type = key_type.ok_or(("", "names no key: a line is `host type key`"))?;
    let base64 = base64.ok_or((
        key_type,
        "no key after the type `{}`: a line is `host type key`",
    ))?;
    let key = PublicKey::from_openssh(&format!("{key_type} {base64}")).map_err(|_| {
        (
            base64,
            "the key cannot be read: take the line anew with `mcp-ssh keyscan`",
        )
    })?;
    Ok(key.key_data().clone())
}

/// The name of a host as a hash, written as ssh writes it: ssh compares the texts.
fn hashed(field: &str) -> Option<NamedHosts> {
    let parsed: HostPatterns = field.parse().ok()?;
    let is_written = parsed.to_string() == field;
    match parsed {
        HostPatterns::HashedName { salt, hash } if is_written && salt.len() == hash.len() => {
            Some(NamedHosts::Hashed { salt, hash })
        }
        HostPatterns::HashedName { .. } | HostPatterns::Patterns(_) => None,
    }
}

/// Whether a text has in it what may be meant as `@revoked`.
fn revokes(text: &str) -> bool {
    text.to_ascii_lowercase().contains("@rev")
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn is_end(character: char) -> bool {
    is_blank(character) || character == '\r'
}
