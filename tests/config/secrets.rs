//! Secrets: the order of places, what counts as absent, links, and what is never printed.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;

use mcp_ssh::config::{Environment, SecretName, Secrets};

use super::site::{Site, unprivileged};

struct Places {
    site: Site,
    environment: HashMap<String, OsString>,
}

impl Places {
    /// The secret `db-pw` in every place, each with its own value.
    fn all() -> Self {
        let site = Site::new();
        fs::create_dir(site.path("run")).expect("a directory");
        site.write("secrets/.env", "# all\ndb-pw=dotenv\n");
        site.write("secrets/db-pw", "file\n");
        site.write("run/db-pw", "mount\r\n");
        let environment = HashMap::from([
            ("DB_PW".to_owned(), OsString::from("bare")),
            (
                "MCP_SSH_SECRET_DB_PW".to_owned(),
                OsString::from("prefixed"),
            ),
        ]);
        Self { site, environment }
    }

    fn secrets(&self) -> Secrets {
        Secrets {
            directory: self.site.path("secrets"),
            mount: self.site.path("run"),
            environment: Environment::Given(self.environment.clone()),
        }
    }

    fn get(&self) -> String {
        let name = SecretName::parse("db-pw").expect("is a name");
        match self.secrets().get(&name) {
            Ok(secret) => secret.expose().to_owned(),
            Err(fault) => self.site.plain(&fault.to_string()),
        }
    }
}

#[test]
fn the_first_place_that_has_it_gives_it() {
    let mut places = Places::all();
    assert_eq!(places.get(), "bare");
    places.environment.remove("DB_PW");
    assert_eq!(places.get(), "prefixed");
    places.environment.clear();
    assert_eq!(places.get(), "dotenv");
    places.site.write(
        "secrets/.env",
        "export DB_PW='upper'\nMCP_SSH_SECRET_DB_PW=long\n",
    );
    assert_eq!(places.get(), "upper");
    places
        .site
        .write("secrets/.env", "MCP_SSH_SECRET_DB_PW=long\n");
    assert_eq!(places.get(), "long");
    places.site.write("secrets/.env", "other=x\n");
    assert_eq!(places.get(), "file");
    fs::remove_file(places.site.path("secrets/db-pw")).expect("removes");
    assert_eq!(places.get(), "mount");
    fs::remove_file(places.site.path("run/db-pw")).expect("removes");
    assert_eq!(
        places.get(),
        "secret `db-pw` is nowhere: tried environment variable DB_PW, environment variable MCP_SSH_SECRET_DB_PW, /secrets/.env, /secrets/db-pw, /run/db-pw"
    );
    fs::remove_dir_all(places.site.path("secrets")).expect("removes");
    assert!(
        places
            .get()
            .ends_with("/secrets/.env, /secrets/db-pw, /run/db-pw")
    );
}

#[test]
fn an_unreadable_secret_is_named_with_what_lets_it_be_read() {
    for (file, mode, obstacle) in [
        (
            "secrets/.env",
            0o000,
            "mode 0000 of `/secrets/.env` keeps its owner out: `chmod u+r /secrets/.env`",
        ),
        (
            "secrets",
            0o600,
            "mode 0600 of `/secrets` keeps its owner out: `chmod u+rx /secrets`",
        ),
    ] {
        let told = unprivileged(move || {
            let mut places = Places::all();
            places.environment.clear();
            places.site.mode(file, mode);
            let told = places.get();
            places.site.mode(file, 0o700);
            told
        });
        assert_eq!(
            told,
            format!("secret `db-pw`: /secrets/.env: permission denied: {obstacle}"),
        );
    }
}

#[test]
fn an_empty_value_is_no_password() {
    let mut places = Places::all();
    places
        .environment
        .insert("DB_PW".to_owned(), OsString::new());
    assert_eq!(places.get(), "prefixed");
    places
        .environment
        .insert("MCP_SSH_SECRET_DB_PW".to_owned(), OsString::new());
    places.site.write("secrets/.env", "db-pw=\n");
    places.site.write("secrets/db-pw", "\n");
    places.site.write("run/db-pw", "");
    assert_eq!(
        places.get(),
        "secret `db-pw` is nowhere: tried environment variable DB_PW (empty), environment variable MCP_SSH_SECRET_DB_PW (empty), /secrets/.env (empty), /secrets/db-pw (empty), /run/db-pw (empty)"
    );
}

#[test]
fn newlines_at_the_end_and_a_byte_order_mark_are_not_part_of_it_in_any_place() {
    for (text, secret) in [
        ("a", "a"),
        ("a\n", "a"),
        ("a\r\n", "a"),
        ("a\n\n", "a"),
        ("a\r\n\r\n", "a"),
        ("a\r", "a"),
        ("\u{feff}a\n", "a"),
        (" a ", " a "),
        ("a\nb\n", "a\nb"),
    ] {
        let dotenv = text.replace('\r', "\\r").replace('\n', "\\n");
        let variable = |name: &str| HashMap::from([(name.to_owned(), OsString::from(text))]);
        for (place, file, written, environment) in [
            ("variable", "", "", variable("DB_PW")),
            ("prefixed", "", "", variable("MCP_SSH_SECRET_DB_PW")),
            ("file", "secrets/db-pw", text, HashMap::new()),
            ("mount", "run/db-pw", text, HashMap::new()),
            (
                ".env",
                "secrets/.env",
                &format!("db-pw=\"{dotenv}\"\n"),
                HashMap::new(),
            ),
        ] {
            let mut places = Places::all();
            places.environment = environment;
            for name in ["secrets/.env", "secrets/db-pw", "run/db-pw"] {
                fs::remove_file(places.site.path(name)).expect("removes");
            }
            if !file.is_empty() {
                places.site.write(file, written);
            }
            assert_eq!(places.get(), secret, "{place}: {text:?}");
        }
    }
    let mut places = Places::all();
    places.environment.clear();
    places.site.write("secrets/.env", "\u{feff}db-pw=a\r\n");
    assert_eq!(places.get(), "a");
    // What is nothing else is no password.
    places.site.write("secrets/.env", "db-pw=\"\\r\\n\"\n");
    places.site.write("secrets/db-pw", "\u{feff}\r\n");
    assert_eq!(places.get(), "mount");
}

#[test]
fn a_name_that_may_be_the_secret_is_not_shown() {
    let site = Site::new();
    for (text, shown) in [
        ("db-pw", true),
        ("prod_key_passphrase", true),
        ("PASSWORD_2", true),
        ("token1", true),
        ("hunter2", false),
        ("Sup3rS3cret", false),
        ("Password", false),
        ("pa55word", false),
        ("correct-horse-battery", false),
        ("my-s3cret-pw", false),
    ] {
        let entry = format!("entries:\n- {{name: o, username: o, password_secret: {text}}}\n");
        site.write("config/credentials.yml", entry);
        let servers = "hosts:\n- {alias: a, host: 192.0.2.1, credentials: o}\n";
        site.write("config/servers.yml", servers);
        let inventory = site.load().inventory.expect("loads");
        let credential = inventory.credentials.get("o").expect("is there");
        let name = credential.password_secret.as_ref().expect("is there");
        let secrets = Secrets {
            directory: site.path("secrets"),
            mount: site.path("run"),
            environment: Environment::Given(HashMap::new()),
        };
        let said = site.plain(&secrets.get(name).expect_err("is nowhere").to_string());
        assert_eq!(said.contains(text), shown, "{said}");
        if !shown {
            assert_eq!(
                said,
                "the secret that /config/credentials.yml:2:43: `password_secret` (not shown: it may be a secret) names is nowhere: tried its environment variable, that with MCP_SSH_SECRET_ before it, /secrets/.env, its file in /secrets, its file in /run: write the name of a secret there, not the secret"
            );
        }
    }
}

#[test]
fn a_place_that_cannot_be_used_is_named_and_not_passed_over() {
    let mut places = Places::all();
    let site = &places.site;
    places.environment = HashMap::from([("DB_PW".to_owned(), OsString::from_vec(vec![0xff]))]);
    assert_eq!(
        places.get(),
        "secret `db-pw`: environment variable DB_PW: is not UTF-8"
    );
    places.environment.clear();
    site.write("secrets/.env", "x=1\ndb-pw='hunter2\n");
    assert_eq!(
        places.get(),
        "secret `db-pw`: /secrets/.env: line 2: a quote is not closed, or something stands after it"
    );
    fs::remove_file(site.path("secrets/.env")).expect("removes");
    site.write("secrets/db-pw", [0xff]);
    assert_eq!(places.get(), "secret `db-pw`: /secrets/db-pw: is not UTF-8");
    site.write("secrets/db-pw", "x".repeat(64 * 1024 + 1));
    assert_eq!(
        places.get(),
        "secret `db-pw`: /secrets/db-pw: is larger than 65536 bytes"
    );
    fs::remove_file(site.path("secrets/db-pw")).expect("removes");
    fs::create_dir(site.path("secrets/db-pw")).expect("a directory");
    assert_eq!(
        places.get(),
        "secret `db-pw`: /secrets/db-pw: is a directory: remove it (docker makes one where the source of a mount is missing), and put \
         the file there"
    );
}

#[test]
fn links_are_followed_inside_the_directory_and_not_out_of_it() {
    let mut places = Places::all();
    places.environment.clear();
    let site = &places.site;
    fs::remove_file(site.path("secrets/.env")).expect("removes");
    fs::remove_file(site.path("secrets/db-pw")).expect("removes");
    fs::create_dir(site.path("secrets/..2026")).expect("a directory");
    site.write("secrets/..2026/db-pw", "mounted");
    symlink("..2026", site.path("secrets/..data")).expect("a link");
    symlink("..data/db-pw", site.path("secrets/db-pw")).expect("a link");
    assert_eq!(places.get(), "mounted");
    fs::remove_file(site.path("secrets/db-pw")).expect("removes");
    symlink("../run/db-pw", site.path("secrets/db-pw")).expect("a link");
    assert_eq!(
        places.get(),
        "secret `db-pw`: /secrets/db-pw: is a link that leaves its directory"
    );
}

#[test]
fn files_that_others_can_read_are_warned_about() {
    let places = Places::all();
    let site = &places.site;
    let names = [
        SecretName::parse("db-pw").expect("is a name"),
        SecretName::parse("gone").expect("is a name"),
    ];
    site.mode("secrets", 0o755);
    site.mode("secrets/.env", 0o600);
    site.mode("secrets/db-pw", 0o644);
    assert_eq!(
        site.shown(&places.secrets().exposed(&names)),
        "/secrets/db-pw: warning: others can read this secret: `chmod 0400 /secrets/db-pw`"
    );
    site.mode("secrets/db-pw", 0o400);
    assert_eq!(site.shown(&places.secrets().exposed(&names)), "");
    site.mode("secrets/db-pw", 0o644);
    site.mode("secrets", 0o700);
    assert_eq!(
        site.shown(&places.secrets().exposed(&names)),
        "",
        "nobody else gets to the file"
    );
}

#[test]
fn names() {
    for (text, event) in [
        ("prod_key-1", None),
        ("", Some("invalid_secret_name")),
        ("../etc/passwd", Some("invalid_secret_name")),
        (".env", Some("invalid_secret_name")),
        ("a b", Some("invalid_secret_name")),
        ("é", Some("invalid_secret_name")),
        (&"x".repeat(100), None),
        (&"x".repeat(101), Some("input_length_limit_exceeded")),
    ] {
        let found = SecretName::parse(text).err().map(|fault| fault.event().0);
        assert_eq!(found, event, "{text:?}");
    }
}
