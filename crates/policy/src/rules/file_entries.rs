//! `files:` of `policy.yml`: which files may be read and written, on which hosts.
//!
//! ```text
//! files: [ { name, action: allow|ask|deny, aliases: [GLOB…], tags: [GLOB…],
//!            read: [PATH-GLOB…], write: [PATH-GLOB…], max_bytes: BYTES } … ]
//! ```
//!
//! Takes the file. Gives its [`FileEntry`]s. Refuses a malformed pattern, and a `**` in `write` of an entry that allows
//! or asks: it would grant a whole tree, of which nobody can say what every file in it does.

use std::rc::Rc;

use mcp_ssh_yaml::{Fields, Value};

use super::file_entry::{FileEntry, FileEntryName};
use super::rule::Action;
use super::shared_keys::{action, globs};
use crate::matching::path_glob::PathGlob;

/// The most entries: more than anyone oversees.
const MAX_ENTRIES: usize = 1000;
/// The most patterns in a list of an entry.
const MAX_PATTERNS: usize = 256;
/// The most bytes of a name: it stands in one line of a record.
const MAX_NAME_BYTES: usize = 256;
/// The most bytes of a file where an entry does not say: more than a configuration or a page of a log has.
const MAX_BYTES: u64 = 1_048_576;
/// The most that an entry may say, 1 TiB: a terminal copies a file piece by piece, and more than this is a slip.
const MOST_MAX_BYTES: i64 = 1 << 40;

const FILE_KEYS: &[&str] = &[
    "name",
    "action",
    "aliases",
    "tags",
    "read",
    "write",
    "max_bytes",
    "become",
];

/// Reads `files:` of the file.
pub(super) fn read(file: Fields<'_, '_>) -> Vec<Rc<FileEntry>> {
    bound(file, "files", MAX_ENTRIES);
    file.each("files", "entry of `files`", FILE_KEYS)
        .enumerate()
        .map(|(index, fields)| Rc::new(entry(index, fields)))
        .collect()
}

fn entry(index: usize, fields: Fields<'_, '_>) -> FileEntry {
    for key in ["aliases", "tags", "read", "write"] {
        bound(fields, key, MAX_PATTERNS);
    }
    let action = action(fields);
    let entry = FileEntry {
        span: fields.span(),
        name: FileEntryName {
            index,
            name: name(fields),
            action,
        },
        aliases: globs(fields, "aliases"),
        tags: globs(fields, "tags"),
        read: path_globs(fields, "read", |_| true),
        write: path_globs(fields, "write", |glob| {
            action == Action::Deny || !glob.has_any_depth()
        }),
        max_bytes: max_bytes(fields, action),
    };
    if fields.is_written("become") {
        let message = "`become` has no place in `files`: they are read and written by SFTP, as the user who logs in, and \
                       sudo takes no part in that; remove it, and grant a command in `rules` where root is needed";
        fields.faults().error(fields.key_span("become"), message);
    }
    let speaks = |key| fields.has(key) || fields.is_misspelt(key);
    if !speaks("read") && !speaks("write") {
        let message = "an entry without `read` or `write` speaks of no file: \
                       add `read: [\"/etc/nginx/**\"]`, or remove it";
        fields.faults().warning(fields.span(), message);
    }
    entry
}

fn name(fields: Fields<'_, '_>) -> Option<String> {
    let (name, span) = fields.label("name")?;
    if name.len() > MAX_NAME_BYTES {
        let message = format!(
            "a name has {MAX_NAME_BYTES} bytes at most, and this one {}: use a shorter one",
            name.len()
        );
        fields.faults().error(span, message);
    }
    Some(name.to_owned())
}

fn max_bytes(fields: Fields<'_, '_>, action: Action) -> u64 {
    if action == Action::Deny && fields.has("max_bytes") {
        let message = "`max_bytes` of an entry that denies has no effect: remove it";
        fields
            .faults()
            .warning(fields.key_span("max_bytes"), message);
    }
    let most = fields.integer_in("max_bytes", 1..=MOST_MAX_BYTES);
    most.and_then(|most| u64::try_from(most).ok())
        .unwrap_or(MAX_BYTES)
}

/// The patterns of a key. `holds` says whether one may stand there; only a `**` may not.
fn path_globs(
    fields: Fields<'_, '_>,
    key: &str,
    holds: impl Fn(&PathGlob) -> bool,
) -> Vec<PathGlob> {
    let mut globs = Vec::new();
    for (text, span) in fields.texts(key) {
        match PathGlob::new(text) {
            Ok(glob) if holds(&glob) => globs.push(glob),
            Ok(_) => {
                let message = format!(
                    "`{text}` of `{key}` would grant every file of a tree: name the directories, such as \
                     `/etc/nginx/conf.d/*.conf`"
                );
                fields.faults().error(span, message);
            }
            Err(error) => {
                let message = format!("the pattern of a path {error}: {}", error.mend());
                fields.faults().error(span, message);
            }
        }
    }
    globs
}

/// Refuses a list with too many items; a value that is no list is reported where it is read.
fn bound(fields: Fields<'_, '_>, key: &str, most: usize) {
    let count = match fields.get(key).map(|node| &node.value) {
        Some(Value::List(items)) => items.len(),
        _ => 0,
    };
    if count > most {
        let message =
            format!("`{key}` has {most} items at most, and this one {count}: use wildcards");
        fields.faults().error(fields.value_span(key), message);
    }
}
