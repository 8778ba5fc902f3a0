//! Whether a value or an operand is of the kind that a row says.
//!
//! Takes a piece of a word that the rule does not spell whole. Gives nothing when it is harmless as
//! that kind, or why it is not.

use crate::address;
use crate::row::Kind;
use crate::scripts;
use crate::word::{Extent, Piece};

/// Why a piece is not of a kind, if it is not.
pub fn objection(kind: Kind, piece: Piece<'_>) -> Option<String> {
    let text = piece.text;
    if piece.extent() == Extent::Anything {
        return Some("is read from elsewhere".to_owned());
    }
    if piece.begins_by_set() && is_number(text) {
        return None;
    }
    match kind {
        Kind::Text => None,
        Kind::Number => unless(is_number(text), "is not a number"),
        Kind::Path => path(text),
        Kind::Device => unless(is_device(text), "is not a device below /dev"),
        Kind::Name => unless(is_name(text), "is not a plain name"),
        Kind::Package => unless(is_package(text), "is not a plain package name"),
        Kind::Revision => unless(is_revision(text), "is not a plain revision"),
        Kind::Host => address::host(piece),
        Kind::Loopback => unless(
            address::is_loopback(text),
            "is not an address of the host itself",
        ),
        Kind::Url => address::url(piece),
        Kind::OneOf(words) => {
            let known = words.split_ascii_whitespace().any(|word| word == text);
            unless(
                known,
                "is not one of the values that are known to be harmless",
            )
        }
        Kind::Begins(beginning) => unless(
            text.starts_with(beginning) && text.len() > beginning.len(),
            "is not one of the values that are known to be harmless",
        ),
        Kind::Script(language) => {
            let flaws = scripts::flaws(language, text);
            let flaw = flaws
                .iter()
                .find(|flaw| !piece.spells(flaw.start..flaw.end))?;
            let part = text.get(flaw.start..flaw.end).unwrap_or(text);
            Some(format!("has `{part}`, which {}", flaw.why))
        }
        Kind::Either(kinds) => {
            let mut first = None;
            for kind in kinds {
                let objection = objection(*kind, piece)?;
                first.get_or_insert(objection);
            }
            first
        }
        Kind::Never(why) => unless(is_below(piece), why),
    }
}

/// Whether naming one object of this kind says which: a further one would be another.
pub fn is_scope(kind: Kind) -> bool {
    match kind {
        Kind::Number | Kind::Text | Kind::OneOf(_) | Kind::Script(_) => false,
        Kind::Path
        | Kind::Device
        | Kind::Name
        | Kind::Package
        | Kind::Revision
        | Kind::Host
        | Kind::Loopback
        | Kind::Url
        | Kind::Begins(_)
        | Kind::Never(_) => true,
        Kind::Either(kinds) => kinds.iter().any(|kind| is_scope(*kind)),
    }
}

fn unless(harmless: bool, why: &str) -> Option<String> {
    (!harmless).then(|| why.to_owned())
}

/// Digits, with signs, fractions, separators of ranges and times, and units of up to three letters.
fn is_number(text: &str) -> bool {
    let mut letters = 0;
    let mut digits = false;
    text.chars().all(|character| {
        letters = if character.is_ascii_alphabetic() {
            letters + 1
        } else {
            0
        };
        digits |= character.is_ascii_digit();
        let separator = ".,:+-%".contains(character);
        character.is_ascii_digit() || separator || digits && (1..=3).contains(&letters)
    }) && digits
}

/// Why a path is not one that is read like any other.
fn path(text: &str) -> Option<String> {
    let scheme = text.split('/').next().unwrap_or_default().contains(':');
    if scheme || text.starts_with(['|', '<', '>', '@', '&', '!', '=']) || text.ends_with('|') {
        return Some("is not a plain path".to_owned());
    }
    let straight = straightened(text);
    let below = |place: &str| straight == place || straight.starts_with(&format!("{place}/"));
    let harmless = ["/dev/null", "/dev/zero", "/dev/stdin"];
    let special = ["/dev", "/sys/kernel/debug", "/sys/kernel/tracing"];
    let device = !harmless.contains(&straight.as_str()) && special.iter().any(|place| below(place));
    let refused = device || leads_out_of_proc(&straight);
    refused.then(|| "is a device or an interface of the kernel".to_owned())
}

/// Whether a path below /proc leads to the files, the memory or the environment of a process.
fn leads_out_of_proc(path: &str) -> bool {
    let mut components = path
        .split('/')
        .skip_while(|name| *name != "proc")
        .skip(1)
        .skip(1);
    let inner = ["fd", "mem", "environ", "map_files", "auxv"];
    let links = ["root", "cwd"];
    let whole = ["/proc/kcore", "/proc/kmsg", "/proc/sysrq-trigger"];
    let mut below = components
        .clone()
        .skip_while(|name| !links.contains(name))
        .skip(1);
    below.next().is_some() || components.any(|name| inner.contains(&name)) || whole.contains(&path)
}

/// A path without `//`, `/./` and `/..` as far as its text says.
fn straightened(path: &str) -> String {
    let mut components: Vec<&str> = Vec::new();
    for component in path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if component == ".." {
            components.pop();
        } else {
            components.push(component);
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", components.join("/"))
}

fn is_device(text: &str) -> bool {
    text.starts_with("/dev/") && plain(text, "_./:-") && !text.contains("..")
}

fn is_name(text: &str) -> bool {
    let harmless = |sign: char| sign.is_alphanumeric() || "_.@:/+%#-".contains(sign);
    let begins = text.starts_with(|sign: char| sign.is_alphanumeric() || "_./#%".contains(sign));
    begins && text.chars().all(harmless) && !text.contains("://")
}

fn is_package(text: &str) -> bool {
    plain(text, "_.:+-") && !text.starts_with(['-', '+', '.', ':']) && !text.ends_with(['-', '+'])
}

fn is_revision(text: &str) -> bool {
    plain(text, "_./~^@{}:-") && !text.starts_with('-')
}

/// Whether a text has only ASCII letters, digits and these signs, and is not empty.
pub fn plain(text: &str, signs: &str) -> bool {
    let harmless = |character: char| character.is_ascii_alphanumeric() || signs.contains(character);
    !text.is_empty() && text.chars().all(harmless)
}

/// Whether the rule begins a path, and the rest stays below it: the rule says the place.
fn is_below(piece: Piece<'_>) -> bool {
    let begun = piece.text.get(..piece.begun()).unwrap_or_default();
    let rest = piece.text.get(piece.begun()..).unwrap_or_default();
    begun.contains('/') && plain(rest, "_./-") && !rest.split('/').any(|part| part == "..")
}
