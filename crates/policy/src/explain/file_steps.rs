//! `FileExplanation`: how a decision on a file came about.
//!
//! Takes a policy, a host, an access and a path. Gives what each entry of `files` that speaks of the path says, what must be
//! spelled, and what the network says of the host's address. It calls the functions that judge. Refuses nothing: of a path
//! that is none no entry speaks.

use std::net::IpAddr;
use std::rc::Rc;

use mcp_ssh_yaml::double_quoted;

use super::file_explanation::{FileExplanation, FileFindingKind, FileRemark, ProtectedPart};
use crate::decide::denial::Stage;
use crate::decide::file_decision::FileAccess;
use crate::decide::file_policy::{FilePolicy, holds};
use crate::matching::bracket::escaped;
use crate::matching::file_path::FilePath;
use crate::matching::path_glob::PathGlob;
use crate::rules::file_entry::{FileEntry, PathList};
use crate::rules::policy::Policy;
use crate::rules::protected_path::protection;
use crate::rules::protection::Protection;

impl Policy {
    /// Explains what this policy says of a file on one host. [`FilePolicy::judge`](crate::FilePolicy::judge) comes to this
    /// decision, too.
    pub fn explain_file(
        &self,
        alias: &str,
        tags: &[impl AsRef<str>],
        address: Option<IpAddr>,
        access: FileAccess,
        asked: &str,
    ) -> FileExplanation {
        let policy = self.files_for_host(alias, tags);
        let path = FilePath::new(asked).ok();
        let lists = access.lists().iter();
        let found = path.iter().flat_map(|path| {
            let lists = lists.clone();
            lists.map(move |list| (path, *list, protection(*list, path.components())))
        });
        let protections = found.clone().filter_map(|(path, list, protection)| {
            let protection = protection?;
            let part = protection.spelled_part(path);
            Some(ProtectedPart {
                list: list.key(),
                what: protection.what,
                spelled: part.unwrap_or_else(|| path.as_str().to_owned()),
            })
        });
        let remarks = found.flat_map(|(path, list, protection)| {
            let entries = policy.entries.iter().map(Rc::as_ref);
            entries.filter_map(move |entry| remark(entry, list, path, protection))
        });
        let mut entries: Vec<FileRemark> = remarks.collect();
        entries.sort_by_key(|remark| (std::cmp::Reverse(remark.entry.action), remark.entry.index));
        FileExplanation {
            entries_total: self.files.len(),
            entries_for_host: policy.entries.len(),
            entries,
            protections: protections.collect(),
            network: self.for_host(alias, tags).address(address),
            missing_entry: path
                .as_ref()
                .and_then(|path| missing_entry(&policy, access, path)),
        }
    }
}

/// The entry that would allow what no entry grants. None where an entry denies.
fn missing_entry(policy: &FilePolicy, access: FileAccess, path: &FilePath) -> Option<String> {
    let glob = double_quoted(&escaped(path.as_str()));
    let mut missing = Vec::new();
    for list in access.lists() {
        let alone = match list {
            PathList::Read => FileAccess::Read,
            PathList::Write => FileAccess::Write,
        };
        let denial = policy.judge(alone, path.as_str()).denial();
        match denial.map(|denial| denial.stage) {
            None => {}
            Some(Stage::Default) => missing.push(format!("{}: [{glob}]", list.key())),
            Some(_) => return None,
        }
    }
    (!missing.is_empty()).then(|| format!("- {{action: allow, {}}}", missing.join(", ")))
}

/// What the pattern of an entry says that comes nearest to the path.
fn remark(
    entry: &FileEntry,
    list: PathList,
    path: &FilePath,
    protection: Option<Protection>,
) -> Option<FileRemark> {
    let finding = |glob: &PathGlob| match holds(entry.name.action, glob, path, protection) {
        true => Some(FileFindingKind::Meets),
        false if glob.admits(path) => Some(FileFindingKind::Unspelled),
        false => glob.meets(path).then_some(FileFindingKind::Near),
    };
    let globs = entry.list(list).iter();
    let found = globs.filter_map(|glob| Some((finding(glob)?, glob)));
    let (finding, glob) = found.min_by_key(|(finding, _)| distance(*finding))?;
    let why = match finding {
        FileFindingKind::Meets => "it matches".to_owned(),
        FileFindingKind::Unspelled => match protection.and_then(|its| its.spelled_part(path)) {
            Some(part) => format!("it matches, and does not spell `{part}`"),
            None => "it matches, and does not spell the whole path".to_owned(),
        },
        FileFindingKind::Near if path.components().any(|name| name.starts_with('.')) => {
            "a wildcard takes no name that begins with `.`".to_owned()
        }
        FileFindingKind::Near => "capital letters are others".to_owned(),
    };
    Some(FileRemark {
        entry: entry.name.clone(),
        list: list.key(),
        pattern: glob.as_str().to_owned(),
        finding,
        why,
    })
}

/// How far a pattern is from speaking of the path.
fn distance(finding: FileFindingKind) -> u8 {
    match finding {
        FileFindingKind::Meets => 0,
        FileFindingKind::Unspelled => 1,
        FileFindingKind::Near => 2,
    }
}
