//! Whether a value or an operand is of the kind that a row says.
//!
//! Takes a piece of a word that the rule does not spell whole, and the kind. Gives `None` when the piece is
//! harmless as this kind, or why it is not.

use crate::address;
use crate::filling::FOUND;
use crate::language::Language;
use crate::path;
use crate::repetition;
use crate::row::Kind;
use crate::scripts::Flaw;
use crate::word::{Extent, WordSlice};

const FAR: &str = "may be another host, reached by a program that no rule names";
const NOT_LISTED: &str = "is not one of the values that are known to be harmless";

/// How far away a host may be that a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere: the program's purpose is to reach hosts, and the rule names the program.
    Anywhere,
    /// Only on this host, by a loopback address: a wildcard has chosen the program.
    Here,
}

/// Why a piece is not of a kind; `None` when it is.
pub fn objection(kind: Kind, piece: WordSlice<'_>, reach: Reach) -> Option<String> {
    let text = piece.text;
    if is_any(kind) {
        return None;
    }
    if piece.extent() == Extent::Anything && !matches!(kind, Kind::Text) {
        return Some("is read from elsewhere".to_owned());
    }
    if piece.begins_by_set() && is_number(text) {
        return None;
    }
    objection_to_text(kind, piece, reach)
}

/// Why a piece whose text is known is not of a kind.
fn objection_to_text(kind: Kind, piece: WordSlice<'_>, reach: Reach) -> Option<String> {
    let text = piece.text;
    if reach == Reach::Here && matches!(kind, Kind::Host | Kind::Url | Kind::Published) {
        let is_url = matches!(kind, Kind::Url) && address::is_loopback_url(text);
        return unless(is_url || address::is_loopback(text), FAR);
    }
    match kind {
        Kind::Text => unless(
            repetition::is_small(text),
            "repeats a pattern more often than a host has memory for",
        ),
        Kind::Any => None,
        Kind::Number => unless(is_number(text), "is not a number"),
        Kind::Ends(endings) => {
            let why = "is not a file of the kind that is read";
            path::objection(text).or_else(|| unless(ends(text, endings), why))
        }
        Kind::Path => path::objection(text),
        Kind::Device => unless(path::is_disk(text), "is not a disk below /dev, or the like"),
        Kind::Name => unless(is_name(text), "is not a plain name"),
        Kind::Pattern => {
            let name = text.replace(['*', '?'], "_");
            unless(is_name(&name), "is not a plain name or a pattern")
        }
        Kind::Package => unless(is_package(text), "is not a plain package name"),
        Kind::Published => unless(
            is_published(text),
            "is not a plain name of a published package",
        ),
        Kind::Repository => unless(
            is_repository(text),
            "is not an owner's repository at the forge itself",
        ),
        Kind::Revision => unless(is_revision(text), "is not a plain revision"),
        Kind::Host => address::host(piece),
        Kind::Loopback => unless(
            address::is_loopback(text),
            "is not an address of the host itself",
        ),
        Kind::Url => address::url(piece),
        Kind::OneOf(words) => {
            let known = words.split_ascii_whitespace().any(|word| word == text);
            unless(known, NOT_LISTED)
        }
        Kind::Phrase(phrases) => unless(phrases.contains(&text), NOT_LISTED),
        Kind::Begins(beginning) => unless(begins(text, beginning), NOT_LISTED),
        Kind::Script(language) => script(language, piece),
        Kind::Either(kinds) => of_each(kinds, piece, reach),
        Kind::Never(why) => unless(is_below(piece), why),
        Kind::Line => Some("is run by a shell".to_owned()),
        Kind::Words => Some("says what is run".to_owned()),
        // The text that replaces the hole is judged in the command.
        Kind::Hole => None,
    }
}

/// Why a piece is of none of these kinds: the objection of the first kind.
fn of_each(kinds: &[Kind], piece: WordSlice<'_>, reach: Reach) -> Option<String> {
    let mut first = None;
    for kind in kinds {
        let objection = objection(*kind, piece, reach)?;
        first.get_or_insert(objection);
    }
    first
}

/// Whether a path ends with one of these endings, each of which may be the whole name of a file.
fn ends(text: &str, endings: &str) -> bool {
    let mut endings = endings.split_ascii_whitespace();
    endings.any(|ending| text.ends_with(ending))
}

/// Whether a text begins with `beginning`; a path must not lead out of where it begins.
fn begins(text: &str, beginning: &str) -> bool {
    let leads_out = beginning.starts_with(['/', '.']) && text.split('/').any(|part| part == "..");
    text.starts_with(beginning) && text.len() > beginning.len() && !leads_out
}

/// Why the first flaw of a script is not harmless, if the rule does not spell this part of the script.
fn script(language: Language, piece: WordSlice<'_>) -> Option<String> {
    first_granted(&language.flaws(piece.text), piece)
}

/// Why a script leads out of the database for which its client is started, if the rule does not spell where.
pub fn beyond(kind: Kind, piece: WordSlice<'_>) -> Option<String> {
    let Kind::Script(language) = kind else {
        return None;
    };
    first_granted(&language.beyond(piece.text), piece)
}

fn first_granted(flaws: &[Flaw], piece: WordSlice<'_>) -> Option<String> {
    let granted = |flaw: &&Flaw| !piece.spells(flaw.start..flaw.end);
    let flaw = flaws.iter().find(granted)?;
    let part = piece.text.get(flaw.start..flaw.end).unwrap_or(piece.text);
    Some(format!("has `{part}`, which {}", flaw.why))
}

/// Whether a rule that names an object of this kind limits the command to this object.
pub fn is_scope(kind: Kind) -> bool {
    match kind {
        Kind::Number
        | Kind::Text
        | Kind::Any
        | Kind::OneOf(_)
        | Kind::Phrase(_)
        | Kind::Script(_) => false,
        Kind::Path
        | Kind::Ends(_)
        | Kind::Pattern
        | Kind::Published
        | Kind::Repository
        | Kind::Device
        | Kind::Name
        | Kind::Package
        | Kind::Revision
        | Kind::Host
        | Kind::Loopback
        | Kind::Url
        | Kind::Line
        | Kind::Words
        | Kind::Hole
        | Kind::Begins(_)
        | Kind::Never(_) => true,
        Kind::Either(kinds) => kinds.iter().any(|kind| is_scope(*kind)),
    }
}

/// Whether a word of this kind is the path of a file.
pub fn is_path(kind: Kind) -> bool {
    if let Kind::Either(kinds) = kind {
        return kinds.iter().any(|kind| is_path(*kind));
    }
    if let Kind::Begins(beginning) = kind {
        return beginning.starts_with('/');
    }
    matches!(kind, Kind::Path | Kind::Ends(_))
}

/// Whether any word is harmless, wherever it comes from.
pub fn is_any(kind: Kind) -> bool {
    if let Kind::Either(kinds) = kind {
        return kinds.iter().any(|kind| is_any(*kind));
    }
    matches!(kind, Kind::Any)
}

/// Whether any path is of this kind: the program shows what a path is, and does not open it.
pub fn shows_alone(kind: Kind) -> bool {
    if let Kind::Either(kinds) = kind {
        return kinds.iter().any(|kind| shows_alone(*kind));
    }
    matches!(kind, Kind::Any | Kind::Begins("/"))
}

fn unless(harmless: bool, why: &str) -> Option<String> {
    (!harmless).then(|| why.to_owned())
}

/// Whether a text is a number: digits, signs, fractions, separators of ranges and times, units of up to three letters.
pub fn is_number(text: &str) -> bool {
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

fn is_name(text: &str) -> bool {
    let harmless = |sign: char| sign.is_alphanumeric() || "_.@:/+%#-".contains(sign);
    let begins = text.starts_with(|sign: char| sign.is_alphanumeric() || "_./#%".contains(sign));
    begins && text.chars().all(harmless) && !text.contains("://")
}

fn is_package(text: &str) -> bool {
    plain(text, "_.:+-") && !text.starts_with(['-', '+', '.', ':']) && !text.ends_with(['-', '+'])
}

fn is_published(text: &str) -> bool {
    let (scope, package) = match text.strip_prefix('@').and_then(|text| text.split_once('/')) {
        Some((scope, package)) => (Some(scope), package),
        None => (None, text),
    };
    let (name, version) = package.split_once('@').unwrap_or((package, "latest"));
    let mut parts = [scope.unwrap_or(name), name, version].into_iter();
    parts.all(|part| plain(part, "_.-") && !part.starts_with(['-', '.']))
}

/// Whether a text is `OWNER/NAME`. With three parts the first one would be a host.
fn is_repository(text: &str) -> bool {
    text.split('/').count() == 2 && text.split('/').all(|part| plain(part, "_.-"))
}

fn is_revision(text: &str) -> bool {
    plain(text, "_./~^@{}:-") && !text.starts_with('-')
}

/// Whether a text has only ASCII letters, digits and these signs, and is not empty.
pub fn plain(text: &str, signs: &str) -> bool {
    let harmless = |character: char| character.is_ascii_alphanumeric() || signs.contains(character);
    !text.is_empty() && text.chars().all(harmless)
}

/// Whether the rule spells the beginning of a path and the rest stays below it: the rule says the place.
fn is_below(piece: WordSlice<'_>) -> bool {
    let begun = piece.text.get(..piece.begun()).unwrap_or_default();
    let rest = piece.text.get(piece.begun()..).unwrap_or_default();
    // A path that find has found begins where the rule says; the rule has not said what may be done to it.
    piece.text != FOUND
        && begun.contains('/')
        && plain(rest, "_./-")
        && !rest.split('/').any(|part| part == "..")
}
