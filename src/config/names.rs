//! The names in an inventory, each a type that cannot be wrong: [`Alias`], [`Tag`], [`HostName`].
//!
//! Takes a text; gives one of these types, or what is wrong with the text.
//!
//! ```text
//! alias    := [A-Za-z0-9._-]{1,100}
//! tag      := [A-Za-z0-9._-]{1,50}
//! host     := IPv4 | IPv6 | "[" IPv6 "]" | name       name: RFC 1123 labels, "_" allowed
//! ```

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

/// The most characters of an alias; the arguments of the tools have this bound, too.
const MAX_ALIAS: usize = 100;
/// The most characters of a tag; the arguments of the tools have this bound, too.
const MAX_TAG: usize = 50;
/// The most octets of a DNS name (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// The most octets of a label of a DNS name (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// A host's name in the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias(Rc<str>);

/// A label by which rules and tag runs select hosts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(Rc<str>);

/// The name or address of a host. Invariant: it cannot be read as an option, and has no blanks or control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostName {
    /// An address: there is nothing to look up.
    Address(IpAddr),
    /// A DNS name, as it is written.
    Name(Rc<str>),
}

impl Alias {
    /// Checks an alias.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn parse(text: &str) -> Result<Self, String> {
        word(text, MAX_ALIAS).map(Self)
    }
}

impl Tag {
    /// Checks a tag.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn parse(text: &str) -> Result<Self, String> {
        word(text, MAX_TAG).map(Self)
    }
}

fn word(text: &str, longest: usize) -> Result<Rc<str>, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() {
        return Err("is empty: write 1 or more letters, digits, `.`, `_` or `-`".to_owned());
    }
    if let Some(other) = text.chars().find(|&c| !allowed(c)) {
        let other = other.escape_debug();
        return Err(format!(
            "holds `{other}`: only letters, digits, `.`, `_` and `-` are allowed"
        ));
    }
    if text.len() > longest {
        let length = text.len();
        return Err(format!(
            "is {length} characters long: {longest} are allowed"
        ));
    }
    Ok(text.into())
}

impl HostName {
    /// The address, when the operator wrote one instead of a name.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Name(_) => None,
            Self::Address(address) => Some(*address),
        }
    }

    /// Checks a host.
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((scheme, _)) = text.split_once("://") {
            let known = ["ssh", "sftp", "scp", "http", "https"].contains(&scheme);
            let what = if known { "a URL" } else { "no name" };
            return Err(format!(
                "is {what}: write the host alone, its port as `port: …`, the user in credentials.yml"
            ));
        }
        let inner = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = inner.or(text.contains(':').then_some(text)) {
            return address_v6(inner);
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Self::Address(address.into()));
        }
        name(text)
    }
}

fn address_v6(text: &str) -> Result<HostName, String> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(HostName::Address(address.into()));
    }
    let port = text
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.contains(':') && port.parse::<u16>().is_ok());
    Err(match (port, text.contains('%')) {
        (true, _) => "holds a port: write it as `port: …` on a line of its own".to_owned(),
        (_, true) => "is an IPv6 address with a zone (`%`), which is not supported: use a global or unique local address".to_owned(),
        _ => "is not an IPv6 address: write it as `2001:db8::1`".to_owned(),
    })
}

fn name(text: &str) -> Result<HostName, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() {
        return Err("is empty: write a name or an address".to_owned());
    }
    if let Some(other) = text.chars().find(|&c| !allowed(c)) {
        let mend = match other {
            '@' => ": the user name belongs to the credentials entry",
            '/' => ": write the host alone, not a URL or network",
            '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => {
                ": no quote of YAML: write `\"` or `'`, or no quotes"
            }
            other if !other.is_ascii() => ": write the name in its ASCII form (`xn--…`)",
            _ => ": only letters, digits, `.`, `_` and `-` are allowed",
        };
        return Err(format!("holds `{}`{mend}", other.escape_debug()));
    }
    if text.len() > MAX_HOST {
        return Err(format!("is longer than {MAX_HOST} characters"));
    }
    if text.ends_with('.') {
        return Err("ends with a dot: leave it off".to_owned());
    }
    for label in text.split('.') {
        if label.is_empty() || label.len() > MAX_LABEL {
            return Err(format!(
                "has a part between dots that is empty or longer than {MAX_LABEL} characters"
            ));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("has a part that begins or ends with `-`".to_owned());
        }
    }
    if is_numeric(text) {
        return Err(
            "looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`"
                .to_owned(),
        );
    }
    Ok(HostName::Name(text.into()))
}

/// Whether getaddrinfo(3) may take a text for an address in an old spelling: `127.1`, `0x7f000001`, `010.0.0.1`.
/// The rule is that of WHATWG URLs: the last part is a number.
fn is_numeric(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    last.bytes().all(|byte| byte.is_ascii_digit())
        || hex.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl fmt::Display for Alias {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AsRef<str> for Alias {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Alias {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    /// An address is printed without brackets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(formatter),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}
