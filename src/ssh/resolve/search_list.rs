//! The names under which musl does not look a name up, and glibc does.
//!
//! Takes: a name that the libc does not know. Gives: the same name with each suffix of `search` in /etc/resolv.conf behind
//! it (resolv.conf(5)), where the name has as many dots as `ndots` says: musl asks for such a name only as it is. So
//! `db.prod` is found in `search corp.example`, as ssh finds it. Gives nothing where the libc has searched itself.

use std::io::Read;

const RESOLVER: &str = "/etc/resolv.conf";
/// How many bytes of the file are read: many times what a file with six suffixes has.
const MAX_BYTES: u64 = 64 * 1024;
/// How many suffixes count, as for glibc before 2.26. Each may cost a question of some seconds.
const MAX_SUFFIXES: usize = 6;
/// The value of `ndots` without the option, and its largest one.
const NDOTS: usize = 1;
const MAX_NDOTS: usize = 15;

/// The names to ask for once the name itself is not known.
pub(super) fn further_names(name: &str) -> Vec<String> {
    if !cfg!(target_env = "musl") {
        return Vec::new();
    }
    let mut text = Vec::new();
    let file = std::fs::File::open(RESOLVER);
    // Without the file there is no list.
    let _read = file.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text));
    further_names_in(name, &String::from_utf8_lossy(&text))
}

fn further_names_in(name: &str, resolver: &str) -> Vec<String> {
    let (mut suffixes, mut ndots) = (Vec::new(), NDOTS);
    for line in resolver.lines() {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            // The last of these lines counts.
            Some("search") => suffixes = words.take(MAX_SUFFIXES).collect(),
            Some("domain") => suffixes = words.take(1).collect(),
            Some("options") => {
                let mut said = words.filter_map(|word| word.strip_prefix("ndots:")?.parse().ok());
                ndots = said.next_back().unwrap_or(ndots).min(MAX_NDOTS);
            }
            Some(_) | None => {}
        }
    }
    let is_searched = name.ends_with('.') || name.matches('.').count() < ndots;
    let suffixes = suffixes.iter().map(|suffix| suffix.trim_matches('.'));
    let suffixes = suffixes.filter(|suffix| !is_searched && !suffix.is_empty());
    // The dot at the end tells the libc that nothing is to be put behind it.
    suffixes.map(|suffix| format!("{name}.{suffix}.")).collect()
}

#[cfg(test)]
mod tests {
    use super::further_names_in;

    #[test]
    fn a_name_with_dots_is_asked_for_below_each_suffix() {
        for (name, resolver, expected) in [
            (
                "db.prod",
                "search a.example b.example.\n",
                &["db.prod.a.example.", "db.prod.b.example."][..],
            ),
            ("db.prod", "domain a.example\n", &["db.prod.a.example."]),
            (
                "db.prod",
                "search a.example\nsearch b.example\n#search c\n",
                &["db.prod.b.example."],
            ),
            ("db.prod", "nameserver 192.0.2.1\n", &[]),
            ("db.prod", "search .\n", &[]),
            ("db.prod.", "search a.example\n", &[]),
            // The libc has searched itself.
            ("db", "search a.example\n", &[]),
            ("db.prod", "search a.example\noptions ndots:5\n", &[]),
            (
                "db.prod",
                "search a.example\noptions timeout:1 ndots:2 ndots:x\n",
                &[],
            ),
            (
                "db",
                "options ndots:0\nsearch a.example\n",
                &["db.a.example."],
            ),
        ] {
            assert_eq!(further_names_in(name, resolver), expected, "{resolver:?}");
        }
    }
}
