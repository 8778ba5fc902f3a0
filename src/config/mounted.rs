//! What a mount still shows, though its other side has another file or directory by now.
//!
//! Takes a path; says whether what is there is the root of a mount and has no name left where it comes from: it was removed
//! there, or replaced by a rename, as `sed -i` and editors do. Gives the words for it, and why a file is not there. Refuses
//! nothing: Linux before 5.8 does not tell, and neither does a mount whose file was renamed.

use std::path::Path;

use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};

/// How a file is told of that its mount has from before.
pub const LEFT_BEHIND: &str = "its mount still has the file from before, which was replaced or removed where it comes from: start the container \
     anew, and mount the directory in place of the file";
/// The binary of the image. No other installation has it there.
const BINARY_OF_IMAGE: &str = "/mcp-ssh";

/// Whether what is at a path is the root of a mount, and nothing where the mount comes from.
pub fn is_left_behind(path: &Path) -> bool {
    let root = StatxAttributes::MOUNT_ROOT;
    let flags = AtFlags::STATX_DONT_SYNC;
    statx(CWD, path, flags, StatxFlags::NLINK)
        .is_ok_and(|file| file.stx_nlink == 0 && file.stx_attributes.contains(root))
}

/// Whether this process is the image's own.
pub fn is_in_image() -> bool {
    std::env::current_exe().is_ok_and(|binary| binary == Path::new(BINARY_OF_IMAGE))
}

/// Why a file of the configuration is not there, and where it is to be.
pub(super) fn missing(path: &Path) -> String {
    let other = path.with_extension("yaml");
    if other != path && other.exists() {
        let (other, name) = (other.display(), path.display());
        return format!("no such file, but `{other}` is there: rename it to `{name}`");
    }
    let directory = path.parent().unwrap_or(path);
    let shown = directory.display();
    if let Some(gone) = directory.ancestors().find(|above| is_left_behind(above)) {
        let gone = gone.display();
        return format!(
            "no such file: the mount `{gone}` has a directory that was removed or replaced where it comes from: start the \
             container anew"
        );
    }
    match directory.metadata() {
        Ok(there) if !there.is_dir() => format!(
            "no such file: `{shown}` is a file: mount or name the directory in which the three files are"
        ),
        Ok(_) if is_in_image() => format!(
            "no such file: put it into the directory that is mounted at `{shown}` (docker makes an empty one where the \
             source of a mount is missing)"
        ),
        Err(_) if is_in_image() => format!(
            "no such file: nothing is mounted at `{shown}`: `docker run --volume DIRECTORY:{shown}:ro …`"
        ),
        Ok(_) | Err(_) => "no such file: name its directory with `--config` or MCP_SSH_CONFIG_DIR, or make one with `mcp-ssh \
                           init DIR`"
            .to_owned(),
    }
}
