//! The names under which musl does not look a name up, and glibc does.
//!
//! Takes: a name that the libc has not found. Gives: the same name with each suffix of `search` in /etc/resolv.conf behind
//! it (resolv.conf(5)). Where the name has as many dots as `ndots` says, musl asks for it only as it is: so `db.prod` is
//! found in `search corp.example`, as ssh finds it. Where it has fewer, musl searches, and ends at the first suffix that is
//! answered with a failure, or with no address: the further suffixes and the name as it is come behind that one.

use std::io::Read;

const RESOLVER: &str = "/etc/resolv.conf";
/// How many bytes of the file are read: many times what a file with six suffixes has.
const MAX_BYTES: u64 = 64 * 1024;
/// How many suffixes count, as for glibc before 2.26. Each may cost a question of some seconds.
const MAX_SUFFIXES: usize = 6;
/// The value of `ndots` without the option, and its largest one.
const NDOTS: usize = 1;
const MAX_NDOTS: usize = 15;

/// The names to ask for once the libc has not found one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FurtherNames {
    /// The name below each suffix.
    pub below: Vec<String>,
    /// The name as it is, where the libc has begun with the suffixes.
    pub bare: Option<String>,
}

/// The names to ask for once the libc has not found this one.
pub(super) fn further_names(name: &str) -> FurtherNames {
    if !cfg!(target_env = "musl") {
        return FurtherNames::default();
    }
    let mut text = Vec::new();
    let file = std::fs::File::open(RESOLVER);
    // Without the file there is no list.
    let _read = file.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text));
    further_names_in(name, &String::from_utf8_lossy(&text))
}

fn further_names_in(name: &str, resolver: &str) -> FurtherNames {
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
    let suffixes = suffixes.iter().map(|suffix| suffix.trim_matches('.'));
    let suffixes = suffixes.filter(|suffix| !suffix.is_empty() && !name.ends_with('.'));
    // The dot at the end tells the libc that nothing is to be put behind it.
    let below: Vec<String> = suffixes.map(|suffix| format!("{name}.{suffix}.")).collect();
    let is_searched = !below.is_empty() && name.matches('.').count() < ndots;
    FurtherNames {
        below,
        bare: is_searched.then(|| format!("{name}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::further_names_in;

    #[test]
    fn a_name_is_asked_for_below_each_suffix_and_as_it_is_where_it_was_not_yet() {
        for (name, resolver, below, bare) in [
            (
                "db.prod",
                "search a.example b.example.\n",
                &["db.prod.a.example.", "db.prod.b.example."][..],
                None,
            ),
            (
                "db.prod",
                "domain a.example\n",
                &["db.prod.a.example."],
                None,
            ),
            (
                "db.prod",
                "search a.example\nsearch b.example\n#search c\n",
                &["db.prod.b.example."],
                None,
            ),
            ("db.prod", "nameserver 192.0.2.1\n", &[], None),
            ("db.prod", "search .\n", &[], None),
            ("db.prod.", "search a.example\n", &[], None),
            ("db", "nameserver 192.0.2.1\n", &[], None),
            // The libc searches itself.
            ("db", "search a.example\n", &["db.a.example."], Some("db.")),
            (
                "db.prod",
                "search a.example\noptions timeout:1 ndots:2 ndots:x\n",
                &["db.prod.a.example."],
                Some("db.prod."),
            ),
            (
                "db",
                "options ndots:0\nsearch a.example\n",
                &["db.a.example."],
                None,
            ),
        ] {
            let further = further_names_in(name, resolver);
            assert_eq!(further.below, below, "{resolver:?}");
            assert_eq!(further.bare.as_deref(), bare, "{resolver:?}");
        }
    }
}
