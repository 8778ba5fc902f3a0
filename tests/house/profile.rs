//! What a new connection computes is compiled for speed: the release profile says so of each crate of the key exchange.

use std::collections::HashMap;

const MANIFEST: &str = include_str!("../../Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// The crates of the key exchange, and how they are compiled. Those that are generic are compiled within russh.
const EXPECTED: [(&str, &str); 7] = [
    ("curve25519-dalek", "3"),
    ("keccak", "3"),
    ("ml-kem", "3"),
    ("module-lattice", "3"),
    ("sha2", "3"),
    ("sha3", "3"),
    ("russh", "\"s\""),
];

/// The `opt-level` of each crate for which the release profile has one.
fn levels() -> HashMap<&'static str, &'static str> {
    let sections = MANIFEST.split("\n[profile.release.package.").skip(1);
    let of_section = |section: &'static str| {
        let (name, rest) = section.split_once(']')?;
        let rest = rest.split("\n[").next()?;
        let level = rest
            .lines()
            .find_map(|line| line.strip_prefix("opt-level = "))?;
        Some((name, level))
    };
    sections.filter_map(of_section).collect()
}

#[test]
fn the_key_exchange_is_compiled_for_speed() {
    let levels = levels();
    for (name, level) in EXPECTED {
        assert_eq!(levels.get(name), Some(&level), "{name} in Cargo.toml");
        let locked = format!("\nname = \"{name}\"\n");
        assert!(
            LOCK.contains(&locked),
            "{name} is none of our crates: what has its place?"
        );
    }
}
