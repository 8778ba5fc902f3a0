//! What stands on one side of a comparison, for one host: the entries, as automata, and what only this side has.
//!
//! Takes two hosts' policies. Gives for each a [`Standing`], whose `own` entries the other has not.

use crate::decide::host_policy::HostPolicy;
use crate::rules::deny::DenyEntry;
use crate::rules::rule::Action;
use crate::texts::TextSet;

use super::entries::{EffectiveEntry, EntryPattern, entries};
use super::track::{NameEnds, Track};

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

/// One side.
pub struct Standing<'p> {
    pub grants: Vec<Standard<'p>>,
    pub denies: Vec<Standard<'p>>,
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
        let track = entry.track();
        Standard {
            shown: entry.pattern.shown(),
            start: track.start(),
            track,
            shared: other.entries.place(&entry.key()).is_some(),
            entry: Some(entry),
        }
    };
    let (grants, denies): (Vec<_>, Vec<_>) = entries(host)
        .into_iter()
        .map(standard)
        .partition(|standard| standard.entry.as_ref().is_some_and(EffectiveEntry::grants));
    let substrings = host.deny_substrings.iter();
    let substrings = substrings.map(|entry| of_substring(entry, other));
    Standing {
        grants,
        denies: denies.into_iter().chain(substrings).collect(),
        refuses_unseen: refuses_unseen(host),
    }
}

fn of_substring<'p>(entry: &'p DenyEntry, other: &SideKeys) -> Standard<'p> {
    let track = match entry.glob() {
        Some(glob) => Track::of_glob(glob, NameEnds::Ignored),
        None => Track::containing(entry.as_str()),
    };
    Standard {
        entry: None,
        shown: entry.as_str().to_owned(),
        start: track.start(),
        track,
        shared: other.substrings.place(entry.as_str()).is_some(),
    }
}

impl Standard<'_> {
    /// Whether a text may begin like both.
    pub fn may_meet(&self, start: &str) -> bool {
        self.start.starts_with(start) || start.starts_with(&self.start)
    }

    /// Whether it is one of `simple_binaries`.
    pub fn counts_arguments(&self) -> bool {
        let pattern = self.entry.as_ref().map(|entry| entry.pattern);
        matches!(pattern, Some(EntryPattern::Simple(..)))
    }
}

/// The automata among `all` that a text may meet which begins like this, and whether there are more of them.
pub fn related<'s>(all: &'s [Standard<'_>], start: &str) -> (Vec<&'s Track>, bool) {
    let mut meeting = all.iter().filter(|standard| standard.may_meet(start));
    let tracks = meeting.by_ref().take(MAX_RELATED);
    let tracks: Vec<&Track> = tracks.map(|standard| &standard.track).collect();
    (tracks, meeting.next().is_some())
}
