//! Where a host is, as a person writes it: `HOST`, `HOST:PORT`, `[IPV6]:PORT`, or a bare IPv6 address.
//!
//! Takes: a word. Gives: the name and the port, an alias for it, and the keys that the host shows. Refuses: what no host
//! is called, and port 0.

use crate::config::{Alias, HostName};
use crate::gate::visible_text;
use crate::ssh::{Resolver, ShownKey, SshError, scan};

/// The port of SSH (RFC 4253 section 4).
const PORT: u16 = 22;

/// Where a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlace {
    pub name: HostName,
    pub port: u16,
}

impl HostPlace {
    /// Reads `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
    ///
    /// # Errors
    /// What is wrong with it, with its words.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|why| format!("`{}` {why}", text.escape_debug()))
    }

    /// As [`Self::parse`].
    ///
    /// # Errors
    /// What is wrong with it, without quoting it.
    pub fn read(text: &str) -> Result<Self, String> {
        let (name, port) = match text.rsplit_once(':') {
            // The error of the name says of a URL what to write.
            Some(_) if text.contains("://") => (text, PORT),
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
                let port = port.parse().ok().filter(|port| *port > 0);
                let port =
                    port.ok_or_else(|| "has no port from 1 to 65535 behind the colon".to_owned())?;
                (name, port)
            }
            Some(_) | None => (text, PORT),
        };
        let name = HostName::parse(name)?;
        Ok(Self { name, port })
    }

    /// An alias for it: its name up to the first dot, or its address with `-` for what no alias has.
    pub fn alias(&self) -> String {
        let name = self.name.to_string();
        let first = match self.name.address() {
            Some(_) => name.replace(':', "-"),
            None => name.split('.').next().unwrap_or_default().to_owned(),
        };
        match Alias::parse(&first) {
            Ok(alias) => alias.to_string(),
            Err(_) => "host".to_owned(),
        }
    }

    /// The keys that the host shows.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn keys(&self) -> Result<Vec<ShownKey>, String> {
        let told =
            |error: SshError| visible_text(&format!("{}: {}", error.headline(), error.detail()));
        let addresses = Resolver::default().resolve(&self.name.to_string()).await;
        let scan = scan(&addresses.map_err(told)?, self.port).await;
        match scan.fault {
            Some(error) if scan.keys.is_empty() => Err(told(error)),
            Some(_) | None => Ok(scan.keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HostPlace;

    #[test]
    fn a_place_has_a_name_a_port_and_an_alias() {
        for (text, expected) in [
            (
                "web-1.example.com",
                Some(("web-1.example.com", 22, "web-1")),
            ),
            ("web:2222", Some(("web", 2222, "web"))),
            ("192.0.2.7", Some(("192.0.2.7", 22, "192.0.2.7"))),
            ("2001:db8::1", Some(("2001:db8::1", 22, "2001-db8--1"))),
            (
                "[2001:db8::1]:2222",
                Some(("2001:db8::1", 2222, "2001-db8--1")),
            ),
            ("web:0", None),
            ("web:", None),
            ("web:70000", None),
            ("-oProxyCommand=x", None),
            ("ops@web", None),
            ("", None),
        ] {
            let place = HostPlace::parse(text).ok();
            let found = place.map(|place| (place.name.to_string(), place.port, place.alias()));
            let expected =
                expected.map(|(name, port, alias)| (name.to_owned(), port, alias.to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
