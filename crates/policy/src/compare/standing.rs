//! What stands on one side of a comparison, for one host: the entries, as automata, and what only this side has.
//!
//! Takes two hosts' policies. Gives for each a [`Standing`], whose `own` entries the other has not.

use crate::decide::host_policy::HostPolicy;
use crate::rules::become_user::BecomeUser;
use crate::rules::deny::DenyEntry;
use crate::rules::rule::Action;
use crate::texts::{TextSet, sort};

use super::entries::{EffectiveEntry, EntryPattern, entries};
use super::track::{NameEnds, Step, Track};

/// Entries that are held against one pattern at a time: those that begin like it. More of them make a walk slow.
pub const MAX_RELATED: usize = 48;

/// One entry that can grant or deny, as an automaton.
pub struct Standard<'p> {
    /// The entry of a rule; none for one of `deny_substrings`.
    pub entry: Option<EffectiveEntry<'p>>,
    /// How a person would write it.
    pub shown: String,
    pub track: Track,
    /// The literal text that it begins with.
    pub start: String,
    /// Whether the other side has it, too.
    pub shared: bool,
}

/// One side; its entries in the order of what they begin with.
pub struct Standing<'p> {
    pub host: &'p HostPolicy,
    pub grants: Vec<Standard<'p>>,
    pub denies: Vec<Standard<'p>>,
    /// The places of the grants that take any number of characters: of each program one, then the others.
    opening: Vec<usize>,
    /// What decides whether commands that nobody sees are refused: whether anything is denied, and whether the default
    /// list alone does so.
    pub refuses_unseen: (bool, bool),
}

/// What is compared of a side before anything is compiled.
struct SideKeys {
    entries: TextSet,
    substrings: TextSet,
    refuses_unseen: (bool, bool),
}

/// Both sides; none where nothing of them differs.
pub fn standings<'p>(
    before: &'p HostPolicy,
    after: &'p HostPolicy,
) -> Option<(Standing<'p>, Standing<'p>)> {
    let (old, new) = (keys(before), keys(after));
    let same = old.entries.texts() == new.entries.texts()
        && old.substrings.texts() == new.substrings.texts()
        && old.refuses_unseen == new.refuses_unseen;
    (!same).then(|| (standing(before, &new), standing(after, &old)))
}

fn keys(host: &HostPolicy) -> SideKeys {
    let mut keys = SideKeys {
        entries: TextSet::default(),
        substrings: TextSet::default(),
        refuses_unseen: refuses_unseen(host),
    };
    for entry in entries(host) {
        keys.entries.insert(&entry.key());
    }
    for entry in host.deny_substrings.iter() {
        keys.substrings.insert(entry.as_str());
    }
    keys
}

fn refuses_unseen(host: &HostPolicy) -> (bool, bool) {
    let rules = host.rules.of(Action::Deny).next().is_some();
    let denies = rules || !host.deny_substrings.is_empty();
    (denies, !rules && host.deny_is_default)
}

fn standing<'p>(host: &'p HostPolicy, other: &SideKeys) -> Standing<'p> {
    let standard = |entry: EffectiveEntry<'p>| {
        let shown = entry.pattern.shown();
        let shared = other.entries.place(&entry.key()).is_some();
        Standard::new(shown, entry.track(), shared, Some(entry))
    };
    let (mut grants, mut denies): (Vec<_>, Vec<_>) = entries(host)
        .into_iter()
        .map(standard)
        .partition(|standard| standard.entry.as_ref().is_some_and(EffectiveEntry::grants));
    let substrings = host.deny_substrings.iter();
    denies.extend(substrings.map(|entry| of_substring(entry, other)));
    for all in [&mut grants, &mut denies] {
        sort(all, &|one, other| one.start.cmp(&other.start));
    }
    Standing {
        host,
        opening: opening(&grants),
        grants,
        denies,
        refuses_unseen: refuses_unseen(host),
    }
}

fn opening(grants: &[Standard<'_>]) -> Vec<usize> {
    let mut programs = TextSet::default();
    let (mut first, mut then) = (Vec::new(), Vec::new());
    let grants = grants.iter().enumerate();
    for (place, grant) in grants.filter(|(_, grant)| grant.opens()) {
        let program = grant.start.split(' ').next().unwrap_or_default();
        let count = programs.len();
        match programs.insert(program) == count {
            true => first.push(place),
            false => then.push(place),
        }
    }
    first.extend(then);
    first
}

impl<'p> Standing<'p> {
    /// How many patterns a line may have to be held against: those that begin with a wildcard, and the most that spell the
    /// same before their first one.
    pub fn most_alike(&self) -> usize {
        let of = |all: &[Standard<'p>]| {
            let alike = all.chunk_by(|one, next| one.start == next.start);
            let (mut everywhere, mut most) = (0, 0);
            for standards in alike {
                match standards {
                    [first, ..] if first.start.is_empty() => everywhere = standards.len(),
                    _ => most = most.max(standards.len()),
                }
            }
            everywhere + most
        };
        of(&self.grants) + of(&self.denies)
    }

    /// The grants that take any number of characters: of each program one, then the others.
    pub fn opening(&self) -> impl Iterator<Item = &Standard<'p>> {
        let grants = self.opening.iter();
        grants.filter_map(|place| self.grants.get(*place))
    }
}

fn of_substring<'p>(entry: &'p DenyEntry, other: &SideKeys) -> Standard<'p> {
    let track = match entry.glob() {
        Some(glob) => Track::of_glob(glob, NameEnds::Ignored),
        None => Track::containing(entry.as_str()),
    };
    let shared = other.substrings.place(entry.as_str()).is_some();
    Standard::new(entry.as_str().to_owned(), track, shared, None)
}

impl<'p> Standard<'p> {
    fn new(shown: String, track: Track, shared: bool, entry: Option<EffectiveEntry<'p>>) -> Self {
        Self {
            entry,
            shown,
            start: track.start(),
            track,
            shared,
        }
    }
}

impl Standard<'_> {
    /// Whether it has a wildcard that takes any number of characters.
    fn opens(&self) -> bool {
        let mut steps = self.track.steps().iter();
        steps.any(|step| matches!(step, Step::Run(_)))
    }

    /// What its rule does; an entry of `deny_substrings` denies.
    pub fn action(&self) -> Action {
        let entry = self.entry.as_ref();
        entry.map_or(Action::Deny, |entry| entry.rule.action)
    }

    /// As whom its rule runs a command; `None` for the login.
    pub fn becomes(&self) -> Option<&BecomeUser> {
        self.entry.as_ref()?.rule.becomes.as_ref()
    }

    /// Whether it is held against texts, of which the whole line is one.
    pub fn is_over_text(&self) -> bool {
        let pattern = self.entry.as_ref().map(|entry| entry.pattern);
        matches!(pattern, None | Some(EntryPattern::Glob(_)))
    }

    /// How many arguments it takes at most, if it counts them.
    pub fn most_arguments(&self) -> Option<usize> {
        match self.entry.as_ref()?.pattern {
            EntryPattern::Simple(_, simple) => {
                let (strict, lax) = simple.most_arguments();
                if self.action() == Action::Deny {
                    lax
                } else {
                    Some(strict)
                }
            }
            EntryPattern::Glob(_) | EntryPattern::Argv(_) => None,
        }
    }

    /// Whether it is one of `simple_binaries`.
    pub fn counts_arguments(&self) -> bool {
        let pattern = self.entry.as_ref().map(|entry| entry.pattern);
        matches!(pattern, Some(EntryPattern::Simple(..)))
    }
}

/// Those of `all`, in their order, that a text may meet which begins like this: first those that begin with less.
pub fn meeting<'s, 'p>(
    all: &'s [Standard<'p>],
    start: &str,
) -> impl Iterator<Item = &'s Standard<'p>> {
    let begin = all.partition_point(|standard| standard.start.as_str() < start);
    let longer = all.get(begin..).unwrap_or_default().iter();
    let start = start.to_owned();
    let mut shorter = Vec::new();
    let mut rest = all.get(..begin).unwrap_or_default();
    let mut begun = start.as_str();
    while let [before @ .., last] = rest {
        if begun.starts_with(&last.start) {
            shorter.push(last);
            rest = before;
            continue;
        }
        // What begins `begun`, and is before the last one in the order, begins that one, too.
        let pairs = begun.char_indices().zip(last.start.chars());
        let same = pairs.take_while(|((_, one), other)| one == other);
        let end = same.last().map_or(0, |((at, one), _)| at + one.len_utf8());
        begun = begun.get(..end).unwrap_or_default();
        let end = rest.partition_point(|standard| standard.start.as_str() <= begun);
        rest = rest.get(..end).unwrap_or_default();
    }
    shorter.reverse();
    let longer = longer.take_while(move |standard| standard.start.starts_with(&start));
    shorter.into_iter().chain(longer)
}

/// The automata among `all` that a text may meet which begins like this, and whether there are more of them.
pub fn related<'s>(all: &'s [Standard<'_>], start: &str) -> (Vec<&'s Track>, bool) {
    related_where(all, start, |_| true)
}

/// Like `related`, of those that are of a kind.
pub fn related_where<'s>(
    all: &'s [Standard<'_>],
    start: &str,
    is: impl Fn(&Standard<'_>) -> bool,
) -> (Vec<&'s Track>, bool) {
    let mut meeting = meeting(all, start).filter(|standard| is(standard));
    let tracks = meeting.by_ref().take(MAX_RELATED);
    let tracks: Vec<&Track> = tracks.map(|standard| &standard.track).collect();
    (tracks, meeting.next().is_some())
}

/// The counts of arguments at which one of these entries ends, and the next ones: `own` is one of `simple_binaries`, and
/// `others` may be, too.
pub fn counts(own: &Standard<'_>, others: &[Standard<'_>]) -> Vec<usize> {
    let same = meeting(others, &own.start).filter(|other| other.shown == own.shown);
    let ends = same.filter_map(Standard::most_arguments);
    let most = own.most_arguments();
    let mut counts: Vec<usize> = ends.map(|most| most + 1).chain(most).collect();
    counts.retain(|count| most.is_none_or(|most| *count <= most));
    counts
}
