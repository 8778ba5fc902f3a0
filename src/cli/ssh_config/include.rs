//! The files that `Include` names: patterns of paths, as glob(3) and OpenSSH take them.
//!
//! Takes a pattern and the home directory; gives the paths that it matches, in the order of ssh. Refuses `~user/` and
//! what versions of ssh read differently. Whoever else may write a file, ssh does not read it: nor is it read here.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files that one pattern may match, and names that are looked at for it: more is no configuration.
pub const MAX_FILES: usize = 1_000;
const MAX_NAMES: usize = 100_000;
/// Each `*` multiplies the time that a name takes.
const MAX_STARS: usize = 4;

/// The paths that a pattern matches, those of a relative one below ~/.ssh.
///
/// # Errors
/// Why they cannot be said.
pub fn matching(pattern: &str, home: &str) -> Result<Vec<PathBuf>, String> {
    if pattern.contains("${") || pattern.contains('%') || pattern.contains("[:") {
        return Err("versions of ssh read this path differently: write it out".to_owned());
    }
    let (start, rest) = match pattern.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (PathBuf::from(home), rest),
        Some(_) => return Err("write the path of that user's home out".to_owned()),
        None if pattern.starts_with('/') => (PathBuf::from("/"), pattern),
        None => (Path::new(home).join(".ssh"), pattern),
    };
    let mut found = vec![start];
    for part in rest.split('/').filter(|part| !part.is_empty()) {
        if part.matches('*').count() > MAX_STARS {
            return Err(format!("more than {MAX_STARS} `*` in a name"));
        }
        let mut next = Vec::new();
        for folder in &found {
            if part.contains(['*', '?', '[', '\\']) {
                next.extend(names(folder, part.as_bytes())?);
            } else {
                next.push(folder.join(part));
            }
        }
        found = next;
    }
    let mut sorted: Vec<PathBuf> = Vec::new();
    for path in found {
        if fs::symlink_metadata(&path).is_ok() {
            // By their bytes, as ssh has them: `a-b/x` comes before `a/x`.
            let before = |other: &PathBuf| other.as_os_str() < path.as_os_str();
            let at = sorted.partition_point(before);
            sorted.insert(at, path);
        }
    }
    Ok(sorted)
}

fn names(folder: &Path, pattern: &[u8]) -> Result<Vec<PathBuf>, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for (index, entry) in entries.filter_map(Result::ok).enumerate() {
        let name = entry.file_name();
        if matches_name(pattern, &name) {
            found.push(entry.path());
        }
        if index > MAX_NAMES || found.len() > MAX_FILES {
            return Err(format!("more than {MAX_FILES} files"));
        }
    }
    Ok(found)
}

/// Whether ssh reads this file: its own user or root has it, and nobody else may write it.
///
/// # Errors
/// Why not.
pub fn may_be_read(path: &Path) -> Result<bool, &'static str> {
    let Ok(file) = fs::metadata(path) else {
        // A link that leads nowhere; what may not be read is told when it is opened.
        return Ok(fs::symlink_metadata(path).is_err());
    };
    let own = file.uid() == 0 || file.uid() == rustix::process::getuid().as_raw();
    if !own || file.mode() & 0o022 != 0 {
        return Err("ssh refuses it, since others may write it: chmod go-w, and let it be yours");
    }
    Ok(!file.is_dir())
}

/// Whether a name matches; a dot in front is matched by a dot alone.
fn matches_name(pattern: &[u8], name: &OsStr) -> bool {
    let name = name.as_bytes();
    (!name.starts_with(b".") || pattern.starts_with(b".")) && matches_bytes(pattern, name)
}

fn matches_bytes(pattern: &[u8], name: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return name.is_empty();
    };
    let one = name.split_first();
    match (first, one) {
        (b'*', _) => {
            let mut tail = Some(name);
            while let Some(name) = tail {
                if matches_bytes(rest, name) {
                    return true;
                }
                tail = name.get(1..);
            }
            false
        }
        (_, None) => false,
        (b'?', Some((_, name))) => matches_bytes(rest, name),
        (b'[', Some((byte, name))) => match class(rest, *byte) {
            Some((holds, rest)) => holds && matches_bytes(rest, name),
            None => *byte == b'[' && matches_bytes(rest, name),
        },
        (b'\\', Some((byte, name))) => {
            let escaped = rest.split_first();
            escaped.is_some_and(|(escaped, rest)| escaped == byte && matches_bytes(rest, name))
        }
        (literal, Some((byte, name))) => literal == byte && matches_bytes(rest, name),
    }
}

/// Whether a byte is in the class that `pattern` begins with, and what follows it; nothing when the class does not end.
fn class(pattern: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let mut rest = pattern.get(usize::from(negated)..)?;
    let mut within = false;
    // A bracket in front is a member.
    let mut first = true;
    loop {
        let (from, tail) = rest.split_first()?;
        if *from == b']' && !first {
            return Some((within != negated, tail));
        }
        first = false;
        let to = match tail {
            [b'-', to, after @ ..] if *to != b']' => {
                rest = after;
                to
            }
            _ => {
                rest = tail;
                from
            }
        };
        within |= (*from..=*to).contains(&byte);
    }
}
