//! What servers.yml and credentials.yml may say: bad input beside good, the whole report compared.

use std::time::Duration;

use mcp_ssh::config::{Agent, HostName};

use super::site::{CREDENTIALS, SERVERS, Site};

fn with_servers(text: &str) -> String {
    let site = Site::new();
    site.write("config/servers.yml", text);
    site.report().replace("/config/", "")
}

fn with_credentials(text: &str) -> String {
    let site = Site::new();
    site.write(
        "config/servers.yml",
        "hosts: [{alias: a, host: h, credentials: ops}]",
    );
    site.write("config/credentials.yml", text);
    site.report().replace("/config/", "")
}

/// One host with `more` as further lines.
fn host(more: &str) -> String {
    format!("hosts:\n  - alias: web1\n    host: 192.0.2.1\n    {more}\n    credentials: ops\n")
}

#[test]
fn servers() {
    #[rustfmt::skip]
    let cases: Vec<(String, &str)> = vec![
        (SERVERS.to_owned(), ""),
        (host("port: 1"), ""),
        (host("port: 65535"), ""),
        (host("port: 0"), "servers.yml:4:11: `port` must be a whole number from 1 to 65535, found a number `0`\n 4 |     port: 0\n   |           ^"),
        (host("port: 70000"), "servers.yml:4:11: `port` must be a whole number from 1 to 65535, found a number `70000`\n 4 |     port: 70000\n   |           ^^^^^"),
        (host("port: \"22\""), "servers.yml:4:11: `port` must be a whole number from 1 to 65535, found text `\"22\"`: remove the quotes\n 4 |     port: \"22\"\n   |           ^^^^"),
        (host("port: [22]"), "servers.yml:4:11: `port` must be a whole number from 1 to 65535, found a list\n 4 |     port: [22]\n   |           ^"),
        (host("port: 0x16"), "servers.yml:4:11: `port` must be a whole number from 1 to 65535, found an ambiguous value `0x16`: write plain decimal digits\n 4 |     port: 0x16\n   |           ^^^^"),
        (host("prot: 22"), "servers.yml:4:5: unknown key `prot`: did you mean `port`?\n 4 |     prot: …\n   |     ^^^^"),
        (host("host: h2"), "servers.yml:4:5: duplicate key `host`: remove one of the two\n 4 |     host: h2\n   |     ^^^^"),
        (host("tags: [web, \"10\"]"), ""),
        (host("tags: []"), ""),
        (host("tags: [web, 10]"), "servers.yml:4:17: `tags` must be text, found a number `10`: quote it, `\"10\"`\n 4 |     tags: [web, 10]\n   |                 ^^"),
        (host("tags: [\"web server\"]"), "servers.yml:4:12: tag holds ` `: only letters, digits, `.`, `_` and `-` are allowed\n 4 |     tags: [\"web server\"]\n   |            ^^^^^^^^^^^^"),
        (host("description: \"\""), ""),
        (host("description: 2026-01-31"), "servers.yml:4:18: `description` must be text, found an ambiguous value `2026-01-31`: quote it, `\"2026-01-31\"`\n 4 |     description: 2026-01-31\n   |                  ^^^^^^^^^^"),
        (host("connect_timeout: 600"), ""),
        (host("connect_timeout: 0"), "servers.yml:4:22: `connect_timeout` must be a whole number from 1 to 600, found a number `0`\n 4 |     connect_timeout: 0\n   |                      ^"),
        (host("idle_timeout: 86400"), ""),
        (host("idle_timeout: 0"), "servers.yml:4:19: `idle_timeout` must be a whole number from 1 to 86400, found a number `0`\n 4 |     idle_timeout: 0\n   |                   ^"),
        (host("keepalive: 0"), ""),
        (host("keepalive: -1"), "servers.yml:4:16: `keepalive` must be a whole number from 0 to 3600, found a number `-1`\n 4 |     keepalive: -1\n   |                ^^"),
        (host("jump: web9"), "servers.yml:2:5: host `web1` jumps through `web9`, which is no alias: did you mean `web1`?\n 2 |   - alias: web1\n   |     ^"),
        (host("jump: web1"), "servers.yml:2:5: jumps in a circle: `web1` (line 2) to `web1` (line 2): remove one `jump`\n 2 |   - alias: web1\n   |     ^"),
        (host("jump: \"\""), ""),
        ("hosts: []\n".to_owned(), "servers.yml:1:1: warning: no hosts: list at least one\n 1 | hosts: []\n   | ^^^^^"),
        ("hosts:\n".to_owned(), "servers.yml:1:1: warning: no hosts: list at least one\n 1 | hosts:\n   | ^^^^^"),
        (String::new(), "servers.yml:1:1: servers.yml must be a mapping of `key: value` lines, found nothing\n 1 | \n   | ^"),
        ("{}".to_owned(), "servers.yml:1:1: servers.yml without `hosts`: add `hosts: …`\n 1 | {}\n   | ^"),
        ("hosts: web1".to_owned(), "servers.yml:1:8: `hosts` must be a list, found text `web1`: write `[…]`, or `- …` lines below it\n 1 | hosts: web1\n   |        ^^^^"),
        ("hosts: [web1]".to_owned(), "servers.yml:1:9: host must be a mapping of `key: value` lines, found text\n 1 | hosts: [web1]\n   |         ^^^^"),
        ("hosts: [{host: h, credentials: ops}]".to_owned(), "servers.yml:1:9: host without `alias`: add `alias: …`\n 1 | hosts: [{host: h, credentials: ops}]\n   |         ^"),
        ("hosts: [{alias: a, credentials: ops}]".to_owned(), "servers.yml:1:9: host without `host`: add `host: …`\n 1 | hosts: [{alias: a, credentials: ops}]\n   |         ^"),
        ("hosts: [{alias: 123, host: h, credentials: ops}]".to_owned(), "servers.yml:1:17: `alias` must be text, found a number `123`: quote it, `\"123\"`\n 1 | hosts: [{alias: 123, host: h, credentials: ops}]\n   |                 ^^^"),
        ("hosts: [{alias: a b, host: h, credentials: ops}]".to_owned(), "servers.yml:1:17: alias holds ` `: only letters, digits, `.`, `_` and `-` are allowed\n 1 | hosts: [{alias: a b, host: h, credentials: ops}]\n   |                 ^^^"),
        ("hosts: [{alias: a, host: h}]".to_owned(), "servers.yml:1:9: warning: host without `credentials`: nothing can log in to it\n 1 | hosts: [{alias: a, host: h}]\n   |         ^"),
        ("hosts: [{alias: a, host: h, credentials: opz}]".to_owned(), "servers.yml:1:42: `credentials.yml` has no entry `opz`: did you mean `ops`?\n 1 | hosts: [{alias: a, host: h, credentials: opz}]\n   |                                          ^^^"),
        ("hosts: [{alias: a, host: h, credentials: other}]".to_owned(), "servers.yml:1:42: `credentials.yml` has no entry `other`: add it there, or name one of its entries\n 1 | hosts: [{alias: a, host: h, credentials: other}]\n   |                                          ^^^^^"),
        ("defaults: {credentials: opz}\nhosts: [{alias: a, host: h}]".to_owned(), "servers.yml:1:25: `credentials.yml` has no entry `opz`: did you mean `ops`?\n 1 | defaults: {credentials: opz}\n   |                         ^^^"),
        ("defaults: {tags: [a]}\nhosts: [{alias: a, host: h, credentials: ops}]".to_owned(), "servers.yml:1:12: unknown key `tags`: the keys here are `port`, `credentials`, `jump`, `connect_timeout`, `keepalive`, `idle_timeout`\n 1 | defaults: {tags: [a]}\n   |            ^^^^"),
        ("defaults: {credentials: ops}\nhosts:\n- {alias: web, host: h}\n- {alias: db, host: h}\n- {alias: web, host: h}".to_owned(), "servers.yml:5:11: alias `web` is taken by the host on line 3: rename one of them\n 5 | - {alias: web, host: h}\n   |           ^^^"),
        ("defaults: {credentials: ops}\nhosts:\n- {alias: a, host: h, jump: b}\n- {alias: b, host: h, jump: c}\n- {alias: c, host: h, jump: b}\n- {alias: d, host: h, jump: a}".to_owned(), "servers.yml:4:3: jumps in a circle: `b` (line 4) to `c` (line 5) to `b` (line 4): remove one `jump`\n 4 | - {alias: b, host: h, jump: c}\n   |   ^"),
        ("defaults: {credentials: ops}\nhosts:\n- {alias: a, host: h, jump: b}\n- {alias: b, host: h, jump: c}\n- {alias: c, host: h}".to_owned(), ""),
        ("hosts:\n\t- alias: a\n".to_owned(), "servers.yml:2:1: a tab cannot indent YAML: use blanks\n 2 |  - alias: a\n   | ^"),
        (format!("{SERVERS}---\n{SERVERS}"), "servers.yml:3:1: a second document starts here: a file holds one, so remove this `---` or move what follows to its own file\n 3 | ---\n   | ^^^"),
    ];
    for (text, expected) in &cases {
        assert_eq!(with_servers(text), *expected, "{text}");
    }
}

#[test]
fn every_fault_of_both_files_is_reported_at_once() {
    let site = Site::new();
    site.write(
        "config/servers.yml",
        "hosts:\n  - alias: web 1\n    prot: 22\n  - alias: db\n    host: -oProxyCommand=x\n    port: 0\n    credentials: nobody\n",
    );
    site.write(
        "config/credentials.yml",
        "entries:\n  - name: ops\n    usernam: ops\n  - name: ops\n    username: x\n    key_path: ../id\n",
    );
    assert_eq!(
        site.report(),
        "/config/servers.yml:2:5: host without `host`: add `host: …`\n 2 |   - alias: web 1\n   |     ^\n\
         /config/servers.yml:2:5: warning: host without `credentials`: nothing can log in to it\n 2 |   - alias: web 1\n   |     ^\n\
         /config/servers.yml:2:12: alias holds ` `: only letters, digits, `.`, `_` and `-` are allowed\n 2 |   - alias: web 1\n   |            ^^^^^\n\
         /config/servers.yml:3:5: unknown key `prot`: did you mean `port`?\n 3 |     prot: …\n   |     ^^^^\n\
         /config/servers.yml:5:11: host holds `=`: only letters, digits, `.`, `_` and `-` are allowed\n 5 |     host: -oProxyCommand=x\n   |           ^^^^^^^^^^^^^^^^\n\
         /config/servers.yml:6:11: `port` must be a whole number from 1 to 65535, found a number `0`\n 6 |     port: 0\n   |           ^\n\
         /config/servers.yml:7:18: `/config/credentials.yml` has no entry `nobody`: add it there, or name one of its entries\n 7 |     credentials: nobody\n   |                  ^^^^^^\n\
         /config/credentials.yml:2:5: entry with no way to log in: add `key_path`, `password_secret`, `agent: true` or `none: true`\n\
         /config/credentials.yml:3:5: unknown key: did you mean `username`?\n\
         /config/credentials.yml:4:11: this name is taken by the entry on line 2: rename one of them\n\
         /config/credentials.yml:6:15: `key_path` holds `..`: write the path relative to the keys directory"
    );
}

#[test]
fn a_host_is_read_into_types() {
    let site = Site::new();
    site.write(
        "config/servers.yml",
        "defaults: {port: 2222, credentials: ops, jump: gate, connect_timeout: 5, keepalive: 0}\n\
         hosts:\n\
         - {alias: gate, host: gate.example.com, jump: \"\"}\n\
         - {alias: a, host: \"[2001:db8::1]\", port: 22, tags: [web, linux], description: Front, keepalive: 7}\n\
         - {alias: b, host: \"192.0.2.7\", jump:, host_key_alias: b.example.com, tags: [web]}\n",
    );
    let loaded = site.load();
    assert_eq!(site.shown(&loaded.diagnostics), "");
    let inventory = loaded.inventory.expect("loads");
    let aliases: Vec<String> = inventory
        .hosts
        .iter()
        .map(|host| host.alias.to_string())
        .collect();
    assert_eq!(aliases, ["gate", "a", "b"]);
    let a = inventory.hosts.get("a").expect("is there");
    assert_eq!(
        a.host,
        HostName::Address("2001:db8::1".parse().expect("an address"))
    );
    assert_eq!((a.host.to_string().as_str(), a.port), ("2001:db8::1", 22));
    assert_eq!(a.jump.as_ref().map(AsRef::as_ref), Some("gate"));
    assert_eq!(a.connect_timeout, Duration::from_secs(5));
    assert_eq!(a.keepalive, Some(Duration::from_secs(7)));
    assert_eq!(a.description, "Front");
    let b = inventory.hosts.get("b").expect("is there");
    assert_eq!((b.jump.is_none(), b.keepalive, b.port), (true, None, 2222));
    assert_eq!(
        b.host_key_alias.as_ref().map(AsRef::as_ref),
        Some("b.example.com")
    );
    assert_eq!(inventory.hosts.with_tag("web").count(), 2);
    assert_eq!(inventory.hosts.with_tag("we").count(), 0);
    assert!(inventory.hosts.get("c").is_none());
    assert_eq!(inventory.credential(b).expect("is there").username, "ops");
}

#[test]
fn a_jump_host_by_default_is_itself_reached_directly() {
    let site = Site::new();
    site.write(
        "config/servers.yml",
        "defaults: {credentials: ops, jump: gate}\nhosts: [{alias: gate, host: g}, {alias: a, host: h}]\n",
    );
    let inventory = site.load().inventory.expect("loads");
    assert!(
        inventory
            .hosts
            .get("gate")
            .expect("is there")
            .jump
            .is_none()
    );
    assert!(inventory.hosts.get("a").expect("is there").jump.is_some());
}

#[test]
fn host_names() {
    #[rustfmt::skip]
    let cases = [
        ("web1", Ok("web1")),
        ("Web-1.example.com", Ok("Web-1.example.com")),
        ("_ssh.example.com", Ok("_ssh.example.com")),
        ("192.0.2.1", Ok("192.0.2.1")),
        ("2001:DB8::1", Ok("2001:db8::1")),
        ("[2001:db8::1]", Ok("2001:db8::1")),
        ("::ffff:192.0.2.1", Ok("::ffff:192.0.2.1")),
        ("", Err("is empty: write a name or an address")),
        ("-oProxyCommand", Err("has a part that begins or ends with `-`")),
        ("a b", Err("holds ` `: only letters, digits, `.`, `_` and `-` are allowed")),
        ("a\tb", Err("holds `\\t`: only letters, digits, `.`, `_` and `-` are allowed")),
        ("a\0b", Err("holds `\\0`: only letters, digits, `.`, `_` and `-` are allowed")),
        ("root@web1", Err("holds `@`: the user name belongs to the credentials entry")),
        ("10.0.0.0/8", Err("holds `/`: write the host alone, not a URL or network")),
        ("wéb", Err("holds `é`: write the name in its ASCII form (`xn--…`)")),
        ("web1.", Err("ends with a dot: leave it off")),
        ("a..b", Err("has a part between dots that is empty or longer than 63 characters")),
        ("ssh://me@web1:2222", Err("is a URL: write the host alone, its port as `port: …`, the user in credentials.yml")),
        ("ssh+x://web1", Err("is no name: write the host alone, its port as `port: …`, the user in credentials.yml")),
        ("web1:2222", Err("holds a port: write it as `port: …` on a line of its own")),
        ("fe80::1%eth0", Err("is an IPv6 address with a zone (`%`), which is not supported: use a global or unique local address")),
        ("2001:db8::g", Err("is not an IPv6 address: write it as `2001:db8::1`")),
        ("[192.0.2.1]", Err("is not an IPv6 address: write it as `2001:db8::1`")),
        ("127.1", Err("looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`")),
        ("256.0.0.1", Err("looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`")),
        ("010.0.0.1", Err("looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`")),
        ("0x7f000001", Err("looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`")),
        ("2130706433", Err("looks like an IPv4 address but is none: write four decimal numbers, as `192.0.2.1`")),
    ];
    for (text, expected) in cases {
        let found = HostName::parse(text).map(|host| host.to_string());
        assert_eq!(
            found.as_deref().map_err(String::as_str),
            expected,
            "{text:?}"
        );
    }
    assert!(HostName::parse(&format!("{}.example", "a".repeat(64))).is_err());
    assert!(HostName::parse(&"a.".repeat(127)).is_err());
}

#[test]
fn credentials() {
    #[rustfmt::skip]
    let cases = [
        (CREDENTIALS, ""),
        ("entries: [{name: ops, username: u, key_path: \"\", key_passphrase_secret: \"\", password_secret: pw}]", ""),
        ("entries: [{name: ops, username: u, agent: on}]", ""),
        ("entries: [{name: ops, username: u, agent: on, sudo_password_secret: pw}]", ""),
        ("entries: [{name: ops, username: u, sudo_password_secret: pw}]", "credentials.yml:1:11: entry with no way to log in: add `key_path`, `password_secret`, `agent: true` or `none: true`"),
        ("entries: [{name: ops, username: u, key_path: sub/id, key_passphrase_secret: pp, certificate_path: id-cert.pub}]", ""),
        ("entries: [{name: ops, username: u, password: hunter2}]", "credentials.yml:1:36: warning: a password in a configuration file: move it to a secret and name that with `password_secret`"),
        ("entries: [{name: ops, username: u, password: hunter2, password_secret: pw}]", "credentials.yml:1:36: warning: `password` is ignored beside `password_secret`: remove it"),
        ("entries: [{name: ops, username: u, password: 7331}]", "credentials.yml:1:46: `password` must be text, found a number: put it in quotes"),
        ("entries: [{name: ops, username: u, password: hunter2: 1}]", "credentials.yml:1:53: a `,` or the closing bracket must come here: close it, or quote text that holds `: `, `,` or a bracket"),
        ("entries: [{name: ops, username: u, password: a,hunter2: 1}]", "credentials.yml:1:36: warning: a password in a configuration file: move it to a secret and name that with `password_secret`\ncredentials.yml:1:48: unknown key: the keys here are `name`, `username`, `key_path`, `key_passphrase_secret`, `certificate_path`, `password_secret`, `sudo_password_secret`, `password`, `agent`, `none`"),
        ("entries: [{name: ops, username: u}]", "credentials.yml:1:11: entry with no way to log in: add `key_path`, `password_secret`, `agent: true` or `none: true`"),
        ("entries: [{name: ops, username: u, key_path: \"\", agent: false}]", "credentials.yml:1:11: entry with no way to log in: add `key_path`, `password_secret`, `agent: true` or `none: true`"),
        ("entries: [{name: ops, username: \"\", agent: true}]", "credentials.yml:1:33: `username` is empty: fill it in"),
        ("entries: [{name: ops, username: \"a\\0b\", agent: true}]", "credentials.yml:1:33: `username` holds a control character: remove it"),
        ("entries: [{name: ops, username: u, agent: \"true\"}]", "credentials.yml:1:43: `agent` must be `true` or `false`, without quotes, found text"),
        ("entries: [{name: ops, username: u, password_secret: \"hunter 2\"}]", "credentials.yml:1:53: `password_secret` holds more than letters, digits, `_` and `-`: it is the name of a secret, not the secret"),
        ("entries: [{name: ops, username: u, key_path: /etc/shadow}]", "credentials.yml:1:46: `key_path` leaves the keys directory: put the key in it, and write its path relative to it"),
        ("entries: [{name: ops, username: u, key_path: a/../../b}]", "credentials.yml:1:46: `key_path` holds `..`: write the path relative to the keys directory"),
        ("entries: [{name: ops, username: u, agent: yes, key_passphrase_secret: p}]", "credentials.yml:1:48: warning: `key_passphrase_secret` does nothing without `key_path`: add the key, or remove this"),
        ("entries: []", "servers.yml:1:42: `credentials.yml` has no entry `ops`: add it there, or name one of its entries\n 1 | hosts: [{alias: a, host: h, credentials: ops}]\n   |                                          ^^^\ncredentials.yml:1:1: warning: no entries: list at least one"),
        ("", "credentials.yml:1:1: credentials.yml must be a mapping of `key: value` lines, found nothing"),
        ("entries: [", "credentials.yml:1:10: `[` is opened and never closed: close it"),
    ];
    for (text, expected) in cases {
        assert_eq!(with_credentials(text), expected, "{text}");
    }
}

#[test]
fn a_credential_is_read_into_types() {
    let site = Site::new();
    let inside = site.path("keys/sub/./id").display().to_string();
    site.write(
        "config/credentials.yml",
        format!("entries:\n- {{name: ops, username: ops, key_path: {inside}, agent: yes}}\n- {{name: p, username: p, password: hunter2}}\n"),
    );
    let loaded = site.load();
    assert!(
        !format!("{loaded:?}").contains("hunter2\""),
        "the password is printed"
    );
    let credentials = loaded.inventory.expect("loads").credentials;
    let ops = credentials.get("ops").expect("is there");
    assert_eq!(
        ops.key_path.as_ref().expect("is there").as_path().to_str(),
        Some("sub/id")
    );
    assert_eq!(ops.agent, Agent::Asked);
    let inline = credentials.get("p").expect("is there");
    assert_eq!(
        inline.password.as_ref().expect("is there").expose(),
        "hunter2"
    );
    assert_eq!(inline.agent, Agent::Ignored);
}
