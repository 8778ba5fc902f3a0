//! A line more in a known_hosts file, which can be taken back.
//!
//! Takes: the file's path and the line. Gives: the file with the line at its end, once. Refuses to follow a link; takes the
//! line back only from a file that nobody else has changed.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What stands in known_hosts is no secret.
const PUBLIC_MODE: u32 = 0o644;

/// A line that was added.
#[derive(Debug)]
pub struct AddedLine {
    pub path: PathBuf,
    /// How long the file was; `None` where there was none.
    before: Option<u64>,
    after: u64,
}

/// Adds the line.
///
/// # Errors
/// Why it could not be added; then the file is as it was.
pub fn add_line(path: &Path, line: &str) -> Result<AddedLine, String> {
    let mut added = AddedLine {
        path: path.to_owned(),
        before: None,
        after: 0,
    };
    let written = written(&mut added, line);
    written.map_err(|error| {
        added.take_back();
        format!("{}: {error}: nothing was added", path.display())
    })?;
    Ok(added)
}

fn written(added: &mut AddedLine, line: &str) -> io::Result<()> {
    added.before = std::fs::symlink_metadata(&added.path)
        .ok()
        .map(|file| file.len());
    let mut options = OpenOptions::new();
    options.read(true).append(true).mode(PUBLIC_MODE);
    let options = options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let mut file = options.create(true).open(&added.path)?;
    let length = file.metadata()?.len();
    added.after = length;
    let mut there = Vec::new();
    file.read_to_end(&mut there)?;
    if there
        .split(|byte| *byte == b'\n')
        .any(|old| old == line.trim_end().as_bytes())
    {
        return Ok(());
    }
    // A last line without an end would take the new one in, and neither would be read.
    let end = match length {
        0 => "",
        _ => {
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last == *b"\n" { "" } else { "\n" }
        }
    };
    let bytes = format!("{end}{line}");
    let done = file.write_all(bytes.as_bytes());
    added.after = file.metadata()?.len();
    done
}

impl AddedLine {
    /// What was done, if anything was.
    pub fn told(&self) -> Option<String> {
        let path = self.path.display();
        match self.before {
            None => Some(format!("created {path}")),
            Some(before) if before == self.after => None,
            Some(_) => Some(format!("added a line to {path}")),
        }
    }

    /// Takes the line back, if the file is still as long as it was made.
    pub fn take_back(&self) {
        let same = |file: std::fs::Metadata| file.is_file() && file.len() == self.after;
        if !std::fs::symlink_metadata(&self.path).is_ok_and(same) {
            return;
        }
        let _as_it_was = match self.before {
            None => std::fs::remove_file(&self.path),
            Some(before) => OpenOptions::new()
                .write(true)
                .custom_flags(libc::O_NOFOLLOW)
                .open(&self.path)
                .and_then(|file| file.set_len(before)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::add_line;

    #[test]
    fn a_line_is_added_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known_hosts");
        let added = add_line(&path, "a\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\n");
        added.take_back();
        assert!(!path.exists());
        for (before, after) in [("a\n", "a\nb\n"), ("a", "a\nb\n"), ("", "b\n")] {
            std::fs::write(&path, before).unwrap();
            let added = add_line(&path, "b\n").unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
            added.take_back();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
            // It is not there twice.
            std::fs::write(&path, format!("b\n{before}")).unwrap();
            assert_eq!(add_line(&path, "b\n").unwrap().told(), None);
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                format!("b\n{before}")
            );
            std::fs::write(&path, before).unwrap();
            // What somebody else has added meanwhile stays.
            let added = add_line(&path, "b\n").unwrap();
            std::fs::write(&path, format!("{after}c\n")).unwrap();
            added.take_back();
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                format!("{after}c\n")
            );
        }
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let why = add_line(&link, "b\n").unwrap_err();
        assert!(why.contains("nothing was added"), "{why}");
        assert!(link.is_symlink());
        assert!(add_line(folder.path(), "b\n").is_err());
    }
}
