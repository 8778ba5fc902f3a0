//! `mcp-ssh init DIR --add`: imported hosts behind those that are there.
//!
//! Takes a directory with a configuration and an import; gives servers.yml and credentials.yml with the new entries
//! at their ends, byte for byte as they were before that. Refuses files that do not load, links, and files whose list
//! is not the last thing in them: then it prints what to paste. The new files are written beside the old ones and
//! loaded before they take their places, so that whoever reads sees one or the other.

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use super::Terminal;
use super::add_lock::AddLock;
use super::import::{Import, PresentHosts};
use crate::config::{Inventory, Paths, bytes_of, load};
use mcp_ssh_yaml::quotable::told;
use zeroize::Zeroizing;

/// Where the new files are before they take their places.
const BESIDE: &str = ".adding";
/// credentials.yml there, as it was: what goes back when the other file cannot take its place.
const BEFORE: &str = "credentials.yml.before";
/// credentials.yml there, as it is to be: as long as it is so, nobody has changed it.
const AFTER: &str = "credentials.yml.after";
/// All that is ever there.
const BESIDE_NAMES: [&str; 4] = ["credentials.yml", "servers.yml", BEFORE, AFTER];
/// The files in the order in which they take their places: an entry that no host names yet does no harm.
const FILES: [(&str, &str); 2] = [("credentials.yml", "entries"), ("servers.yml", "hosts")];

/// What is there.
///
/// # Errors
/// Why it does not load.
pub fn standing(root: &Path) -> Result<PresentHosts, Vec<String>> {
    let paths = paths(root, root.join("config"));
    let mut loaded = load(&paths);
    let Some(inventory) = loaded.inventory.take() else {
        let faults = loaded.diagnostics.iter();
        let faults = faults.map(|fault| told(fault.headline()));
        let hint = "nothing was added: mend this first, or leave `--add` off for a new directory";
        return Err(faults.chain([hint.to_owned()]).collect());
    };
    Ok(PresentHosts {
        inventory,
        key_files: names_in(&paths.keys),
        secret_files: names_in(&paths.secrets),
    })
}

fn names_in(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.collect()
}

/// Takes away what a killed run has left; credentials.yml is then as it was, if that run has not come to servers.yml.
///
/// # Errors
/// How it is taken away by hand.
pub fn swept(root: &Path, lock: &AddLock) -> Result<(), String> {
    let config = root.join("config");
    let (beside, [(first, _), (second, _)]) = (config.join(BESIDE), FILES);
    let bytes = |path: PathBuf| fs::read(path).map(Zeroizing::new).ok();
    // The first file has taken its place, and the second one has not.
    let is_half = beside.join(second).is_file() && !beside.join(first).exists();
    let after = bytes(beside.join(AFTER));
    if lock.is_held() && is_half && after.is_some() && after == bytes(config.join(first)) {
        let back = fs::rename(beside.join(BEFORE), config.join(first));
        back.map_err(|error| format!("{}: {error}", beside.display()))?;
    }
    lock.sweep(&beside, &BESIDE_NAMES)
}

/// Adds the import.
///
/// # Errors
/// Why nothing was added; what to paste is then printed where that helps.
pub fn add(
    root: &Path,
    standing: &PresentHosts,
    import: &Import,
    terminal: &mut Terminal,
) -> Result<(), Vec<String>> {
    let config = root.join("config");
    let beside = config.join(BESIDE);
    let failed = |path: &Path, error: &io::Error| {
        vec![format!("{}: {error}: nothing was added", path.display())]
    };
    let made = DirBuilder::new().mode(0o700).create(&beside);
    made.map_err(|error| failed(&beside, &error))?;
    let outcome = prepare(&config, &beside, import)
        .map_err(|(path, error)| failed(&path, &error))
        .and_then(|()| {
            let loaded = load(&paths(root, beside.clone())).inventory;
            if loaded.is_some_and(|loaded| holds_both(&loaded, standing, import)) {
                return place(&config, &beside).map_err(|fault| vec![fault]);
            }
            let path = config.display();
            terminal.line(&format!("# below `hosts:` of servers.yml:\n{}", import.servers));
            terminal.line(&format!("# below `entries:` of credentials.yml:\n{}", import.credentials));
            let why = "the list is not the last thing in one of its files, or not written with a `-` on each line: \
                       nothing was added, and what to paste is on stdout";
            Err(vec![format!("{path}: {why}")])
        });
    for name in BESIDE_NAMES {
        let _gone = fs::remove_file(beside.join(name));
    }
    let _gone = fs::remove_dir(&beside);
    outcome?;
    let (path, count) = (config.join("servers.yml"), import.aliases.len());
    terminal.line(&format!(
        "added {count} {} to {}: {}",
        if count == 1 { "host" } else { "hosts" },
        path.display(),
        import.aliases.join(", ")
    ));
    Ok(())
}

type NotWritten = (PathBuf, io::Error);

/// Writes the new files beside the old ones, with the owner and the mode of the old ones, and the first of the old ones as it
/// was.
fn prepare(config: &Path, beside: &Path, import: &Import) -> Result<(), NotWritten> {
    for (name, list) in FILES {
        let (old, new) = (config.join(name), beside.join(name));
        let entries = if list == "hosts" {
            &import.servers
        } else {
            &import.credentials
        };
        let written = || -> io::Result<()> {
            let was = fs::symlink_metadata(&old)?;
            if was.is_symlink() {
                return Err(io::Error::other(
                    "a link: name the directory that it leads to",
                ));
            }
            let bytes = bytes_of(&old);
            let (_, bytes) = bytes.map_err(|fault| io::Error::other(fault.message))?;
            if list == "entries" {
                twin(&beside.join(BEFORE), &was, &bytes)?;
                twin(&beside.join(AFTER), &was, &appended(&bytes, list, entries))?;
            }
            twin(&new, &was, &appended(&bytes, list, entries))
        };
        written().map_err(|error| (old.clone(), error))?;
    }
    Ok(())
}

/// Writes a file that is to take the place of another one.
fn twin(path: &Path, was: &Metadata, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    let is = file.metadata()?;
    if (is.uid(), is.gid()) != (was.uid(), was.gid()) {
        fchown(&file, Some(was.uid()), Some(was.gid()))?;
    }
    file.set_permissions(was.permissions())?;
    file.sync_all()
}

/// Puts the new files into their places, if the old ones are still as they were read; both, or none.
fn place(config: &Path, beside: &Path) -> Result<(), String> {
    let renamed = |name: &str| -> io::Result<()> {
        let (old, new) = (config.join(name), beside.join(name));
        let now = Zeroizing::new(fs::read(&old)?);
        if !Zeroizing::new(fs::read(&new)?).starts_with(&now) {
            return Err(io::Error::other("it was changed meanwhile"));
        }
        fs::rename(new, old)
    };
    let [(first, _), (second, _)] = FILES;
    let told = |name: &str, error: &io::Error, outcome: &str| {
        let hint = match error.kind() == io::ErrorKind::ResourceBusy {
            true => {
                ": a mount of its own, which nothing can take the place of: mount its directory instead"
            }
            false => "",
        };
        format!("{}: {error}{hint}: {outcome}", config.join(name).display())
    };
    renamed(first).map_err(|error| told(first, &error, "nothing was added"))?;
    renamed(second).map_err(|error| {
        let outcome = match fs::rename(beside.join(BEFORE), config.join(first)) {
            Ok(()) => "nothing was added",
            Err(_) => "no host was added, but credentials.yml has the new entries",
        };
        told(second, &error, outcome)
    })
}

/// The bytes with the entries at their end, indented as the list is. Whether that end is the list's, loading says.
fn appended(bytes: &[u8], list: &str, entries: &str) -> Zeroizing<Vec<u8>> {
    let below = bytes
        .split(|byte| *byte == b'\n')
        .skip_while(|line| !line.starts_with(list.as_bytes()));
    let indent = below.skip(1).find_map(|line| {
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        (line.get(blanks) == Some(&b'-')).then_some(blanks)
    });
    let indent = " ".repeat(indent.unwrap_or(2));
    let mut added = String::new();
    if !bytes.ends_with(b"\n") {
        added.push('\n');
    }
    for line in entries.lines() {
        let line = line.strip_prefix("  ").unwrap_or(line);
        added.push_str(&format!("{indent}{line}\n"));
    }
    // Growth would leave copies of a password behind.
    let mut appended = Zeroizing::new(Vec::with_capacity(bytes.len() + added.len()));
    appended.extend_from_slice(bytes);
    appended.extend_from_slice(added.as_bytes());
    appended
}

/// Whether an inventory has what was there, in its order, and then each host of the import.
fn holds_both(loaded: &Inventory, standing: &PresentHosts, import: &Import) -> bool {
    let before = standing
        .inventory
        .hosts
        .iter()
        .map(|host| host.alias.as_ref());
    let expected = before.chain(import.aliases.iter().map(String::as_str));
    let old = standing.inventory.credentials.iter();
    loaded
        .hosts
        .iter()
        .map(|host| host.alias.as_ref())
        .eq(expected)
        && old
            .zip(loaded.credentials.iter())
            .all(|(old, new)| old.name == new.name)
}

fn paths(root: &Path, config: PathBuf) -> Paths {
    Paths {
        config,
        keys: root.join("keys"),
        secrets: root.join("secrets"),
    }
}
