//! Files of a login that a container has from before.
//!
//! Takes a [`Loaded`]; gives a warning for known_hosts and each key and secret of a host in use whose mount still shows what was
//! replaced elsewhere. Refuses nothing: with the file from before the logins go on.

use std::path::{Path, PathBuf};

use super::Loaded;
use crate::config::{LEFT_BEHIND, RUN_SECRETS, is_left_behind};
use mcp_ssh_yaml::diagnostic::Diagnostic;

impl Loaded {
    /// Each file whose mount has another one than there is by now.
    pub fn left_behind(&self) -> Vec<Diagnostic> {
        let mut files = self.login_files();
        let names = files
            .iter()
            .filter_map(|file| file.strip_prefix(&self.paths.secrets).ok());
        let mounted: Vec<_> = names
            .map(|name| Path::new(RUN_SECRETS).join(name))
            .collect();
        files.extend(mounted);
        files.insert(0, self.known_hosts_path());
        files.retain(|file| is_left_behind(file));
        files.dedup();
        let told =
            |file: PathBuf| Diagnostic::file_warning(&file.display().to_string(), LEFT_BEHIND);
        files.into_iter().map(told).collect()
    }
}
