//! Entries of `files:` that say nothing, or less than their author can have meant.
//!
//! Takes the entries, the hosts and the places. Gives warnings, each at its pattern, only where the case is certain.

use std::rc::Rc;

use super::Lint;
use super::host_tags::HostTags;
use super::places::{PlaceStep, Places};
use crate::decide::decision::Verdict;
use crate::decide::file_decision::FileAccess;
use crate::decide::file_policy::FilePolicy;
use crate::matching::file_path::FilePath;
use crate::matching::path_glob::{HiddenReading, PathGlob};
use crate::rules::file_entry::{FileEntry, PathList};
use crate::rules::policy::Policy;
use crate::rules::protected_path::protection;
use crate::rules::rule::Action;

/// What a `*` stands for where a pattern is tried. A key's name that ends with `.pub` is public, so one such is tried.
const FILLS: [&str; 2] = ["x", "x.pub"];

impl Policy {
    /// What is wrong with the patterns of `files:`.
    pub(super) fn file_lints<T: AsRef<str>>(
        &self,
        hosts: &[HostTags<'_, T>],
        places: &Places,
    ) -> Vec<Lint> {
        let mut lints = Vec::new();
        for entry in &self.files {
            let meets = |host: &&HostTags<'_, T>| entry.applies_to(host.alias, host.tags);
            let hosts = hosts.iter().filter(meets);
            let mut policies: Vec<FilePolicy> = hosts
                .map(|host| self.files_for_host(host.alias, host.tags))
                .collect();
            // An entry that no host meets is judged on a host without alias and tags.
            if policies.is_empty() {
                policies.push(self.files_for_host("", &[""; 0]));
            }
            for (key, list) in [("read", PathList::Read), ("write", PathList::Write)] {
                let path = [
                    PlaceStep::Key("files"),
                    PlaceStep::Item(entry.name.index),
                    PlaceStep::Key(key),
                ];
                let spans = places.texts(&path).into_iter().map(|(_, span)| span);
                let globs = entry.list(list).iter();
                let found = globs.map(|glob| glob_lint(entry, list, glob, &policies));
                let told = spans.zip(found);
                lints.extend(told.filter_map(|(span, lint)| Some((span, lint?))));
            }
        }
        lints
    }
}

/// The first thing that is wrong with a pattern. `hosts` are those of its entry.
fn glob_lint(
    entry: &FileEntry,
    list: PathList,
    glob: &PathGlob,
    hosts: &[FilePolicy],
) -> Option<String> {
    let text = glob.as_str();
    let denies = entry.name.action == Action::Deny;
    let reading = match denies {
        true => HiddenReading::Taken,
        false => HiddenReading::Spelled,
    };
    if let Some(name) = glob.impossible(reading) {
        return Some(format!(
            "`{text}` matches no path: no file is called `{name}`"
        ));
    }
    if denies {
        return None;
    }
    if let Some(protection) = only_protected(list, glob) {
        return Some(format!(
            "`{text}` grants nothing: whatever it matches is {protection}, which an entry must spell"
        ));
    }
    shadow(entry, list, glob, hosts)
        .map(|other| format!("`{text}` never takes effect: {other} decides on all of it"))
        .or_else(|| match list {
            PathList::Write => unread(glob, hosts),
            PathList::Read => None,
        })
}

/// What each match of a pattern with wildcards is, if no match is granted.
fn only_protected(list: PathList, glob: &PathGlob) -> Option<&'static str> {
    if !glob.has_only_runs() {
        return None;
    }
    let samples = glob.samples(&FILLS);
    let protections = samples.iter().map(|path| {
        let protection = protection(list, path.split('/').skip(1))?;
        (!glob.spells(protection.spelled)).then_some(protection.what)
    });
    let protections: Option<Vec<&str>> = protections.collect();
    protections?.first().copied()
}

/// The stricter entry that decides on every match of a pattern, on every host.
fn shadow(
    entry: &FileEntry,
    list: PathList,
    glob: &PathGlob,
    hosts: &[FilePolicy],
) -> Option<String> {
    let mut shadows = hosts.iter().map(|host| {
        let mut entries = host.entries.iter().map(Rc::as_ref);
        entries
            .find(|other| other.name.action > entry.name.action && decides_all(other, list, glob))
    });
    let first = shadows.next()??;
    shadows
        .all(|shadow| shadow.is_some())
        .then(|| first.name.to_string())
}

/// Whether an entry decides on every path that the pattern admits.
fn decides_all(other: &FileEntry, list: PathList, glob: &PathGlob) -> bool {
    other.list(list).iter().any(|own| match other.name.action {
        Action::Deny => own.covers(glob, HiddenReading::Taken),
        Action::Ask | Action::Allow => {
            spells_what_is_granted(list, own, glob) && own.covers(glob, HiddenReading::Spelled)
        }
    })
}

/// Whether a pattern spells as much as `other` wherever a protected path needs it. What is read is spelled as a whole or
/// not at all, what is written in parts.
fn spells_what_is_granted(list: PathList, own: &PathGlob, other: &PathGlob) -> bool {
    let whole = match list {
        PathList::Read => !other.is_literal(),
        PathList::Write => own.spelled() >= other.spelled(),
    };
    own.is_literal() || whole
}

/// That what may be written may not be read, with a path that shows it.
fn unread(glob: &PathGlob, hosts: &[FilePolicy]) -> Option<String> {
    let path = glob.samples(&FILLS).into_iter().next()?;
    let path = FilePath::new(&path).ok()?;
    let denied =
        |host: &FilePolicy, access| host.judge(access, path.as_str()).verdict() == Verdict::Deny;
    let unread =
        |host: &FilePolicy| !denied(host, FileAccess::Write) && denied(host, FileAccess::Read);
    hosts.iter().any(unread).then(|| {
        format!(
            "`{}` may be written and not edited, since an edit reads, too: no entry lets `{}` be read",
            glob.as_str(),
            path.as_str()
        )
    })
}
