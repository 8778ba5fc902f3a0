//! Values of options that are data, except in a few forms: each scanner finds these forms.
//!
//! Takes a value. Gives each part of it that reads or writes a file, or says a second thing.

use super::flaw::Flaw;
use super::template::layout;

/// The format of `curl --write-out`: `@FILE` is read, `%output{FILE}` is written.
pub fn write_out(text: &str) -> Vec<Flaw> {
    let writes = text.match_indices("output{").map(|(start, part)| Flaw {
        start,
        end: start + part.len(),
        why: "writes a file",
    });
    file(text).into_iter().chain(writes).collect()
}

/// A header of a request: `@FILE` is read; a line break adds a request; a name with a blank (`SET a b:`) is a command
/// to a server that does not speak HTTP; some headers name a method.
pub fn header(text: &str) -> Vec<Flaw> {
    let name = text
        .split([':', ';'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    let header = !name.is_empty() && name.chars().all(plain);
    let odd = (!header).then(|| whole(text, "is not a plain header"));
    let method = name
        .contains("method")
        .then(|| whole(text, "sets the method of the request"));
    file(text)
        .into_iter()
        .chain(line_break(text))
        .chain(odd)
        .chain(method)
        .collect()
}

/// A value that some clients read from a file: one that begins with `@` or a scheme and, for aws,
/// `NAME@=file://FILE`.
pub fn not_a_file(text: &str) -> Vec<Flaw> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let address = scheme.is_some_and(|name| name.chars().all(|sign| sign.is_ascii_alphanumeric()));
    let inner = ["file://", "fileb://", "@="];
    let within = inner.iter().any(|part| text.contains(part));
    let place = (address || within).then(|| whole(text, "reads a file"));
    file(text).into_iter().chain(place).collect()
}

/// Fields by which tshark filters what it shows: each has a point, and is no name of an attacker's choice.
const FIELDS: &str = "\
    arp.opcode arp.src.proto_ipv4 arp.dst.proto_ipv4 dns.flags.rcode dns.flags.response dns.qry.name dns.qry.type eth.addr \
    eth.dst eth.src eth.type frame.len frame.number http.host http.request http.request.method http.request.uri http.response \
    http.response.code icmp.code icmp.type ip.addr ip.dst ip.len ip.proto ip.src ip.ttl ip.version ipv6.addr ipv6.dst ipv6.src \
    tcp.analysis.flags tcp.analysis.retransmission tcp.dstport tcp.flags tcp.flags.ack tcp.flags.fin tcp.flags.reset \
    tcp.flags.syn tcp.len tcp.port tcp.srcport tcp.stream tls.alert_message tls.handshake tls.handshake.type udp.dstport \
    udp.length udp.port udp.srcport udp.stream vlan.id";

/// A filter of sockets, addresses or packets: a word with a point and a letter is a name of which DNS is asked, but for a path.
pub fn no_domain(text: &str) -> Vec<Flaw> {
    let within = |sign: char| sign.is_ascii_alphanumeric() || "._-:%/[]".contains(sign);
    let is_address = |word: &str| {
        let bare = word.trim_start_matches('[');
        let end = bare.find(['/', ']', '%']).unwrap_or(bare.len());
        bare.get(..end)
            .is_some_and(|bare| bare.parse::<std::net::IpAddr>().is_ok())
    };
    let asks = |word: &&str| {
        if FIELDS.split_ascii_whitespace().any(|field| field == *word) {
            return false;
        }
        let letter = |sign: char| sign.is_alphabetic();
        word.contains('.') && word.contains(letter) && !word.starts_with('/') && !is_address(word)
    };
    let words = text.split(|sign: char| sign.is_ascii() && !within(sign));
    let words = words.map(|word| word.strip_prefix("unix:").unwrap_or(word));
    let mut names = words.filter(asks);
    let name = names.next().map(|_| whole(text, "asks DNS for a name"));
    name.into_iter().collect()
}

/// A value that goes into a header: a line break adds a request.
pub fn one_line(text: &str) -> Vec<Flaw> {
    line_break(text).into_iter().collect()
}

/// `NAME=VALUE` of one line. Without `=` curl takes a cookie for a file; `@FILE` and `NAME@FILE` are files.
pub fn pair(text: &str) -> Vec<Flaw> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "_.[]-".contains(sign);
    let name = text.split_once('=').map(|(name, _)| name);
    let named = name.is_some_and(|name| !name.is_empty() && name.chars().all(plain));
    let odd = (!named).then(|| whole(text, "may be the name of a file"));
    line_break(text).into_iter().chain(odd).collect()
}

/// A command of a router's shell that begins with `show`; the configuration is refused, since it has passwords.
pub fn show(text: &str) -> Vec<Flaw> {
    let plain = |character: char| character.is_ascii_alphanumeric() || " _.:/-".contains(character);
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let shows = words.next() == Some("show");
    let secret =
        words.any(|word| word.starts_with("run") || word.starts_with("sta") || word == "ru");
    let harmless = shows && !secret && text.chars().all(plain);
    (!harmless)
        .then(|| whole(text, "is not known to only look"))
        .into_iter()
        .collect()
}

/// The format of `rpm --queryformat`: a tag is of letters, digits, `_`, `:` and `=`; `%{lua:…}` runs a script.
pub fn query_format(text: &str) -> Vec<Flaw> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "_:=".contains(sign);
    let tag = |part: &str| {
        let tag = part.split('}').next().unwrap_or_default();
        let lower = tag.to_ascii_lowercase();
        tag.len() < part.len()
            && tag.chars().all(plain)
            && !lower.starts_with("lua")
            && !lower.starts_with("expand")
    };
    let tags = text.split('{').skip(1).all(tag) && !text.contains("%(");
    (!tags)
        .then(|| whole(text, "may run a script"))
        .into_iter()
        .chain(layout(text))
        .collect()
}

/// Units that are states of the whole system, or give a shell of root.
const STATES: [&str; 17] = [
    "ctrl-alt-del",
    "debug-shell",
    "emergency",
    "halt",
    "initrd",
    "kexec",
    "poweroff",
    "reboot",
    "rescue",
    "runlevel",
    "shutdown",
    "soft-reboot",
    "suspend",
    "hibernate",
    "hybrid-sleep",
    "exit",
    "sysupdate",
];

/// A unit: neither a file nor a state of the whole system.
pub(super) fn unit(text: &str) -> Vec<Flaw> {
    let sign = |sign: char| sign.is_ascii_alphanumeric() || "_.@:-\\".contains(sign);
    let name = text.strip_prefix("systemd-").unwrap_or(text);
    let ending = text
        .rsplit_once('.')
        .map_or("service", |(_, ending)| ending);
    let other = [
        "automount",
        "device",
        "mount",
        "scope",
        "slice",
        "snapshot",
        "swap",
        "target",
    ];
    let state = other.contains(&ending) || STATES.iter().any(|state| name.starts_with(state));
    let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_');
    let flaw = match text.chars().all(sign) && begins {
        true => state.then(|| whole(text, "is no single service")),
        false => Some(whole(text, "is not a plain name of a unit")),
    };
    flaw.into_iter().collect()
}

fn file(text: &str) -> Option<Flaw> {
    text.starts_with('@').then(|| whole(text, "reads a file"))
}

fn line_break(text: &str) -> Option<Flaw> {
    text.contains(char::is_control)
        .then(|| whole(text, "adds lines to the request"))
}

fn whole(text: &str, why: &'static str) -> Flaw {
    Flaw {
        start: 0,
        end: text.len(),
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::{header, no_domain, not_a_file, one_line, pair, show, unit, write_out};

    #[test]
    fn a_unit_is_one_service() {
        for text in [
            "nginx",
            "nginx.service",
            "getty@tty1.service",
            "backup.timer",
        ] {
            assert!(unit(text).is_empty(), "{text}");
        }
        for text in [
            "reboot.target",
            "nginx.mount",
            "user.slice",
            "systemd-suspend",
            "systemd-hibernate.service",
            "multi-user.target",
            "systemd-poweroff.service",
            "emergency",
            "debug-shell.service",
            "/tmp/x.service",
            "nginx*",
            "",
        ] {
            assert!(!unit(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn texts_that_name_a_file_are_flawed() {
        for text in ["up", "Reservations[].Instances[]", "label=~\"http://.*\""] {
            assert!(not_a_file(text).is_empty(), "{text}");
        }
        for text in [
            "@/etc/shadow",
            "file:///etc/shadow",
            "fileb://x",
            "Name@=file:///etc/shadow",
            "https://evil/x",
        ] {
            assert!(!not_a_file(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn pairs_are_no_files() {
        for text in ["a=b", "a=b; c=d", "query=up{job=\"x\"} @ 5", "match[]=up"] {
            assert!(pair(text).is_empty(), "{text}");
        }
        for text in [
            "a",
            "/etc/shadow",
            "@/etc/shadow",
            "a@/etc/shadow",
            "a@/x=y",
            "=a",
            "a=b\nc",
        ] {
            assert!(!pair(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn formats_that_name_a_file_are_flawed() {
        assert!(write_out("%{http_code} %{time_total}\\n").is_empty());
        for text in [
            "@/etc/shadow",
            "a%output{/tmp/x}",
            "%output{>>/tmp/x}%{url}",
        ] {
            assert!(!write_out(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn addresses_are_numbers() {
        for text in [
            "dst 10.0.0.1:80",
            "( dport = :https or sport = :443 )",
            "@127.0.0.1:5432",
            "6TCP@[::ffff:10.0.0.1]:22",
            "dst fe80::1%eth0",
            "dst [2001:db8::1.2.3.4]/64",
            "src /run/x.sock",
            "src unix:/run/x.sock",
            "state established",
        ] {
            assert!(no_domain(text).is_empty(), "{text}");
        }
        for text in [
            "dst example.com",
            "dst=example.com:80",
            "@x.example.com",
            "TCP@x.example.com:80",
            "(src 1.1.1.1 or src a.b)",
            "10.0.0.1.example.com",
            "dst inet:example.com",
            "dst [example.com]:1",
            "dst é.com",
        ] {
            assert!(!no_domain(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn headers_are_one_line_of_text() {
        assert!(header("Accept: a@b").is_empty());
        assert!(header("Host: example.com").is_empty());
        for text in [
            "@/etc/shadow",
            "X: a\r\n\r\nDELETE / HTTP/1.1",
            "X-HTTP-Method-Override: DELETE",
            "SET a b:1",
        ] {
            assert!(!header(text).is_empty(), "{text}");
        }
        assert!(one_line("Mozilla/5.0 (x; y)").is_empty());
        assert!(!one_line("x\r\nDELETE / HTTP/1.1").is_empty());
    }

    #[test]
    fn a_router_shows_all_but_its_configuration() {
        for text in [
            "show ip route",
            "show bgp summary",
            "show ip bgp neighbors 10.0.0.1",
        ] {
            assert!(show(text).is_empty(), "{text}");
        }
        for text in [
            "show running-config",
            "show run",
            "configure",
            "show ip route\nconf t",
            "show x | y",
            "shell",
        ] {
            assert!(!show(text).is_empty(), "{text}");
        }
    }
}
