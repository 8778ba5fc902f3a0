//! Addresses in words: a host, a loopback address, a URL of http or https.
//!
//! ```text
//! host := NAME | IPV4 | "[" IPV6 "]" | IPV6          host [ ":" PORT ] | IP "/" DIGITS
//! url  := [ ( "http" | "https" ) "://" ] host [ ":" PORT ] [ ( "/" | "?" | "#" ) ... ]
//! ```
//!
//! Takes a piece of a word; gives why the piece is no host or URL, or `None`. A rule that spells the beginning of
//! a host must spell the whole host: behind it a wildcard continues only with `:` and digits, `/`, `?`, `#` or
//! the end. A port must be spelled whole, too. Refuses a user name before a host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::word::WordSlice;

/// The signs that end the host and the port of a URL.
const URL_ENDS: &str = "/?#";

/// Where the host stands in a text, and where the port behind it ends.
struct Authority {
    start: usize,
    end: usize,
    port_end: usize,
}

/// Why a piece is not a host, or why the rule that begins the host does not say which host it means.
pub fn host(piece: WordSlice<'_>) -> Option<String> {
    // dig(1) names a server by `@HOST`.
    let start = usize::from(piece.text.starts_with('@'));
    let text = without_length(piece.text);
    let Some(authority) = authority(text, start, "") else {
        return Some("is not a plain host name or address".to_owned());
    };
    continues(piece, &authority)
}

/// A network without the length of its prefix: `10.0.0.0` of `10.0.0.0/24`.
fn without_length(text: &str) -> &str {
    let network = text.rsplit_once('/').filter(|(address, length)| {
        let digits = length.chars().all(|digit| digit.is_ascii_digit());
        address.parse::<IpAddr>().is_ok() && digits && (1..=3).contains(&length.len())
    });
    network.map_or(text, |(address, _)| address)
}

/// Why a piece is not a URL of http or https, or why the rule that begins the URL does not say which host it means.
pub fn url(piece: WordSlice<'_>) -> Option<String> {
    let scheme = scheme(piece.text);
    let Some(authority) = authority(piece.text, scheme.len(), URL_ENDS) else {
        return Some("is not a plain URL of http or https".to_owned());
    };
    // curl(1) takes the protocol from such a name where the URL has no scheme.
    let protocols = ["dict.", "ftp.", "imap.", "ldap.", "pop3.", "smtp."];
    let bare = piece.text.to_ascii_lowercase();
    let guessed = scheme.is_empty() && protocols.iter().any(|protocol| bare.starts_with(protocol));
    if guessed
        || piece
            .text
            .contains(|sign: char| sign == '\\' || sign.is_control())
    {
        return Some("is not a plain URL of http or https".to_owned());
    }
    if begins_over(piece, &authority) {
        return Some(
            "is another host than the rule can mean by what it spells after it".to_owned(),
        );
    }
    if piece.begun() > authority.port_end && is_encoded_way_out(piece) {
        return Some("may lead out of the path that the rule begins".to_owned());
    }
    continues(piece, &authority)
}

/// Whether a server may read `..`, `/` or a separator in a part that the rule does not spell: servers decode `%2e%2e`.
fn is_encoded_way_out(piece: WordSlice<'_>) -> bool {
    let granted = piece.text.get(piece.begun()..).unwrap_or_default();
    // `%25` is a `%` to a server that decodes twice; curl(1) takes `{.}` for a dot.
    let codes = ["%2e", "%2f", "%5c", "%25", "%3b", "%00", "{"];
    let granted = granted.to_ascii_lowercase();
    let path = granted.split(['?', '#']).next().unwrap_or_default();
    codes.iter().any(|code| path.contains(code))
}

/// Whether a wildcard admits the host and the sign that ends it, though the rule spells more behind: the author of
/// `http://*.corp/` means `.corp` to end the host.
fn begins_over(piece: WordSlice<'_>, authority: &Authority) -> bool {
    let whole = piece.text.len();
    let granted_host = !piece.spells(authority.start..authority.end);
    let granted_end = authority.end < whole && !piece.spells(authority.end..authority.end + 1);
    let spelled_behind = (authority.end + 1..whole).any(|at| piece.spells(at..at + 1));
    granted_host && granted_end && spelled_behind
}

/// Whether a text is a loopback address, perhaps with a port.
pub fn is_loopback(text: &str) -> bool {
    authority(text, 0, "").is_some_and(|authority| names_loopback(text, &authority))
}

/// Whether the host of a URL is a loopback address.
pub fn is_loopback_url(text: &str) -> bool {
    authority(text, scheme(text).len(), URL_ENDS)
        .is_some_and(|authority| names_loopback(text, &authority))
}

fn scheme(text: &str) -> &'static str {
    let mut schemes = ["http://", "https://"].into_iter();
    schemes
        .find(|scheme| text.starts_with(scheme))
        .unwrap_or_default()
}

fn names_loopback(text: &str, authority: &Authority) -> bool {
    let name = text.get(authority.start..authority.end).unwrap_or_default();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || bare
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || bare
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Why a rule does not say which host or port it means: what it spells ends within the host or the port.
fn continues(piece: WordSlice<'_>, authority: &Authority) -> Option<String> {
    let begun = piece.begun();
    let within_host = begun > authority.start && begun < authority.end;
    let within_port = begun > authority.end + 1 && begun < authority.port_end;
    if within_host {
        return Some("continues a host name that the rule only begins".to_owned());
    }
    within_port.then(|| "continues a port that the rule only begins".to_owned())
}

/// The host that stands at `start`, before a port and one of `ends`.
fn authority(text: &str, start: usize, ends: &str) -> Option<Authority> {
    let rest = text.get(start..)?;
    if rest.matches(':').count() > 1 && ends.is_empty() && rest.parse::<Ipv6Addr>().is_ok() {
        return Some(Authority {
            start,
            end: text.len(),
            port_end: text.len(),
        });
    }
    let length = if rest.starts_with('[') {
        let inner = rest.get(1..rest.find(']')?)?;
        inner.parse::<Ipv6Addr>().ok()?;
        inner.len() + 2
    } else {
        let name = |character: char| character.is_ascii_alphanumeric() || "_.-".contains(character);
        rest.find(|character| !name(character))
            .unwrap_or(rest.len())
    };
    let host = rest.get(..length)?;
    if host.is_empty() || host.starts_with('-') {
        return None;
    }
    let after = rest.get(length..)?;
    let after = match after.strip_prefix(':') {
        Some(port) => {
            let digits = port.trim_start_matches(|character: char| character.is_ascii_digit());
            (digits.len() < port.len()).then_some(digits)?
        }
        None => after,
    };
    let ended = after.is_empty() || after.starts_with(|end| ends.contains(end));
    ended.then_some(Authority {
        start,
        end: start + length,
        port_end: text.len() - after.len(),
    })
}
