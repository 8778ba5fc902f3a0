//! A page that is there whole or not at all.
//!
//! Takes a path and who writes; gives a file of mode 0600. Refuses to replace anything but an earlier
//! report: a trail, or a page of somebody else, that is named by mistake stays.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base16ct::lower::encode_string;

use super::page::PAGE_BEGINNING;

/// Writes a page to a file beside `path`, and gives it that name once it is on the disk.
///
/// # Errors
/// When something else has the name, or the file cannot be written; then nothing is left behind.
pub fn write_page(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if !is_free(path)? {
        return Err(io::Error::other(
            "another file has that name, and it is no report: give another name",
        ));
    }
    let beside = beside(path)?;
    // Never follows a link, and never opens what is there.
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    let written = fill(new, write).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _gone = fs::remove_file(&beside);
    }
    written
}

/// Whether nothing has the name, or a report.
fn is_free(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
        Ok(found) if !found.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let mut beginning = Vec::new();
    File::open(path)?
        .take(PAGE_BEGINNING.len() as u64)
        .read_to_end(&mut beginning)?;
    Ok(beginning.is_empty() || beginning == PAGE_BEGINNING.as_bytes())
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name();
    let name = name.ok_or_else(|| io::Error::other("the path names no file"))?;
    let mut random = [0_u8; 8];
    rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
    let name = format!(".{}.{}~", name.to_string_lossy(), encode_string(&random));
    Ok(path.with_file_name(name))
}

fn fill(file: File, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    write(&mut file)?;
    file.into_inner()?.sync_all()
}
