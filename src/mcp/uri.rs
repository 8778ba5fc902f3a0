//! The URI of a resource.
//!
//! Takes: a URI. Gives: the [`Resource`] that it names, whether or not there is such a host. Refuses: every other
//! spelling, except that characters of the alias may be percent-encoded.
//!
//! ```text
//! uri   := "ssh://hosts" | "ssh://host/" alias [ "/tags" | "/capabilities" ]
//! alias := ( [A-Za-z0-9._-] | "%" hexadecimal hexadecimal ){1,100}
//! ```

use std::fmt;

use crate::config::Alias;

/// A resource, whether or not there is such a host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `ssh://hosts`
    Hosts,
    /// `ssh://host/{alias}` and what is below it.
    Host(Alias, HostPart),
}

/// A part of what is known of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostPart {
    /// The description that `ssh_describe_host` gives.
    Description,
    /// The tags of the host.
    Tags,
    /// What a client can ask of the host.
    Capabilities,
}

impl HostPart {
    /// The text behind the alias.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Description => "",
            Self::Tags => "/tags",
            Self::Capabilities => "/capabilities",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hosts => formatter.write_str("ssh://hosts"),
            Self::Host(alias, part) => write!(formatter, "ssh://host/{alias}{}", part.suffix()),
        }
    }
}

impl Resource {
    /// Reads a URI; `None` when no resource can have it.
    pub fn parse(uri: &str) -> Option<Self> {
        if uri == "ssh://hosts" {
            return Some(Self::Hosts);
        }
        let path = uri.strip_prefix("ssh://host/")?;
        let (alias, part) = match path.split_once('/') {
            None => (path, HostPart::Description),
            Some((alias, "tags")) => (alias, HostPart::Tags),
            Some((alias, "capabilities")) => (alias, HostPart::Capabilities),
            Some(_) => return None,
        };
        let alias = Alias::parse(&percent_decoded(alias)?).ok()?;
        Some(Self::Host(alias, part))
    }
}

/// The text of a path segment (RFC 3986 §2.1); `None` when two hexadecimal digits are missing behind a `%`, or the
/// bytes are not UTF-8.
fn percent_decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        rest = after;
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let mut value = 0;
        for byte in digits {
            value = value * 16 + digit(byte)?;
        }
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// A URI as it is spelled by this server, if it is that of a resource: for fuzzing.
#[cfg(fuzzing)]
pub fn canonical_uri(uri: &str) -> Option<String> {
    Resource::parse(uri).map(|resource| resource.to_string())
}

#[cfg(test)]
mod tests {
    use super::Resource;

    #[test]
    fn an_alias_has_a_hundred_characters_at_most() {
        let uri = |length| format!("ssh://host/{}", "%61".repeat(length));
        assert!(Resource::parse(&uri(100)).is_some());
        for length in [101, 10_000] {
            assert_eq!(Resource::parse(&uri(length)), None);
        }
    }

    #[test]
    fn only_what_is_written_exactly_so_is_a_resource() {
        for (uri, canonical) in [
            ("ssh://hosts", "ssh://hosts"),
            ("ssh://host/web", "ssh://host/web"),
            ("ssh://host/w%65b-1", "ssh://host/web-1"),
            ("ssh://host/%77%65%62/tags", "ssh://host/web/tags"),
            (
                "ssh://host/A.b_c-1/capabilities",
                "ssh://host/A.b_c-1/capabilities",
            ),
            // Nothing goes up: it is the alias `..`, which may be one.
            ("ssh://host/%2e%2E", "ssh://host/.."),
        ] {
            let found = Resource::parse(uri).map(|resource| resource.to_string());
            assert_eq!(found.as_deref(), Some(canonical), "{uri}");
        }
        for uri in [
            "",
            "ssh:",
            "ssh://",
            "ssh://hosts/",
            "ssh://hosts/web",
            "ssh://hosts?",
            "ssh://hosts#a",
            "ssh://Hosts",
            "SSH://hosts",
            " ssh://hosts",
            "ssh://hosts\0",
            "ssh://host",
            "ssh://host/",
            "ssh://host//tags",
            "ssh://HOST/web",
            "ssh://host/web/",
            "ssh://host/web/Tags",
            "ssh://host/web/tags/",
            "ssh://host/web/t%61gs",
            "ssh://host/web/policy",
            "ssh://host/../x",
            "ssh://host/./web",
            "ssh://host/web?a",
            "ssh://host/web#tags",
            "ssh://host/web%2ftags",
            "ssh://host/web%00",
            "ssh://host/web%",
            "ssh://host/web%2",
            "ssh://host/web%+1",
            "ssh://host/web%g1",
            "ssh://host/web%ff",
            "ssh://host/web%c3%bc",
            "ssh://host/%77eb%20",
            "ssh://host/%25%37%37",
            "ssh://user@host/web",
            "ssh://host:22/web",
            "ssh://host/{alias}",
            "http://host/web",
            "file:///etc/passwd",
        ] {
            assert_eq!(Resource::parse(uri), None, "{uri}");
        }
    }
}
