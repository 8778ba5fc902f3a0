//! The example configuration loads without a warning, and its known_hosts covers its hosts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mcp_ssh::config::{Paths, Quoting, load, read};
use mcp_ssh_yaml::parse;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/config")
}

#[test]
fn they_load_without_a_warning() {
    let paths = Paths {
        config: examples(),
        keys: PathBuf::from("/app/keys"),
        secrets: PathBuf::from("/app/secrets"),
    };
    let loaded = load(&paths);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let inventory = loaded.inventory.expect("loads");
    assert_eq!((inventory.hosts.len(), inventory.credentials.len()), (5, 3));
    for host in inventory.hosts.iter() {
        assert!(inventory.credential(host).is_some(), "{}", host.alias);
    }
    let policy = read(&paths.policy(), Quoting::Shown).expect("reads");
    assert!(parse(&policy).is_ok());
}

#[test]
fn known_hosts_covers_every_host() {
    let known = fs::read_to_string(examples().join("known_hosts")).expect("reads");
    let names: BTreeSet<&str> = known
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let expected = [
        "10.0.0.11",
        "192.168.1.140",
        "[10.0.0.21]:2222",
        "fd00:20::15",
        "web-2.example.com",
    ];
    assert_eq!(names, BTreeSet::from(expected));
}
