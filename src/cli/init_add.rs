//! `mcp-ssh init DIR --add`: imported hosts behind those that are there.
//!
//! Takes a directory with a configuration and an import; gives servers.yml and credentials.yml with the new entries
//! at their ends, byte for byte as they were before that. Refuses files that do not load, links, and files whose list
//! is not the last thing in them: then it prints what to paste. The new files are written beside the old ones and
//! loaded before they take their places, so that whoever reads sees one or the other.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use super::Terminal;
use super::import::{Import, PresentHosts};
use crate::config::{Inventory, Paths, Quoting, load, read};
use mcp_ssh_yaml::quotable::told;

/// Where the new files are before they take their places.
const BESIDE: &str = ".adding";
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
    let names = fs::read_dir(&paths.keys).into_iter().flatten().flatten();
    let key_files = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(PresentHosts {
        inventory,
        key_files: key_files.collect(),
    })
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
                return place(&config, &beside).map_err(|(path, error)| failed(&path, &error));
            }
            let path = config.display();
            terminal.line(&format!("# below `hosts:` of servers.yml:\n{}", import.servers));
            terminal.line(&format!("# below `entries:` of credentials.yml:\n{}", import.credentials));
            let why = "the list is not the last thing in one of its files, or not written with a `-` on each line: \
                       nothing was added, and what to paste is on stdout";
            Err(vec![format!("{path}: {why}")])
        });
    for (name, _) in FILES {
        let _gone = fs::remove_file(beside.join(name));
    }
    let _gone = fs::remove_dir(&beside);
    outcome?;
    let (path, count) = (config.join("servers.yml"), import.aliases.len());
    terminal.line(&format!(
        "added {count} hosts to {}: {}",
        path.display(),
        import.aliases.join(", ")
    ));
    Ok(())
}

type NotWritten = (PathBuf, io::Error);

/// Writes the new files beside the old ones, with the owner and the mode of the old ones.
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
            let source = read(&old, Quoting::Withheld);
            let source = source.map_err(|fault| io::Error::other(fault.message))?;
            let mut options = OpenOptions::new();
            let mut file = options
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(appended(source.text(), list, entries).as_bytes())?;
            let is = file.metadata()?;
            if (is.uid(), is.gid()) != (was.uid(), was.gid()) {
                fchown(&file, Some(was.uid()), Some(was.gid()))?;
            }
            file.set_permissions(was.permissions())?;
            file.sync_all()
        };
        written().map_err(|error| (old.clone(), error))?;
    }
    Ok(())
}

/// Puts the new files into their places.
fn place(config: &Path, beside: &Path) -> Result<(), NotWritten> {
    for (name, _) in FILES {
        let path = config.join(name);
        fs::rename(beside.join(name), &path).map_err(|error| (path, error))?;
    }
    Ok(())
}

/// The text with the entries at its end, indented as the list is. Whether that end is the list's, loading says.
fn appended(text: &str, list: &str, entries: &str) -> String {
    let head = format!("{list}:");
    let below = text
        .lines()
        .skip_while(|line| !line.starts_with(&head))
        .skip(1);
    let dash = |line: &str| Some(line.split_at(line.find('-')?).0.to_owned());
    let indent = below
        .filter(|line| line.trim_start().starts_with('-'))
        .find_map(dash);
    let indent = indent.unwrap_or_else(|| "  ".to_owned());
    let mut appended = text.to_owned();
    if !text.ends_with('\n') {
        appended.push('\n');
    }
    for line in entries.lines() {
        let line = line.strip_prefix("  ").unwrap_or(line);
        appended.push_str(&format!("{indent}{line}\n"));
    }
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
