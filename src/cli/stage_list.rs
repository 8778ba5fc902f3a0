//! The names and the SHA-256 of the files that an `init` is to write: by it the next run knows what is that one's.
//!
//! Takes: the files, or the text of a list. Gives: the text, and whether a file is as it was to be written. Refuses a text
//! with another line: an unfinished last one is none, for a run that was killed there had written no copy yet.
//!
//! ```text
//! list = { 64 * hexadecimal digit, " ", folder, "/", name, LF } ;
//! ```

use base16ct::lower::encode_string;
use sha2::{Digest, Sha256};

/// The list.
#[derive(Debug, Default)]
pub struct StageList(Vec<(String, String)>);

impl StageList {
    /// The list of files with these names and bytes.
    pub fn of<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Self {
        Self(
            files
                .map(|(name, bytes)| (digest(bytes), name.to_owned()))
                .collect(),
        )
    }

    /// Reads it; `None` where a line is none of a list.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text
            .rfind('\n')
            .map_or("", |end| text.get(..end).unwrap_or_default());
        let row = |line: &str| {
            let (digest, name) = line.split_once(' ')?;
            let (folder, file) = name.split_once('/')?;
            let is_name = !folder.is_empty() && !file.is_empty() && !file.contains('/');
            (digest.len() == 64 && is_name).then(|| (digest.to_owned(), name.to_owned()))
        };
        whole.lines().map(row).collect::<Option<_>>().map(Self)
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (digest, name) in &self.0 {
            text.push_str(&format!("{digest} {name}\n"));
        }
        text
    }

    /// Whether a file of this name is in it.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(_, listed)| listed == name)
    }

    /// Whether the file of this name was to be written with these bytes.
    pub fn is_as_written(&self, name: &str, bytes: &[u8]) -> bool {
        let digest = digest(bytes);
        self.0
            .iter()
            .any(|(written, listed)| listed == name && *written == digest)
    }
}

fn digest(bytes: &[u8]) -> String {
    encode_string(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::StageList;

    #[test]
    fn a_list_names_its_files_and_nothing_else() {
        let digest = super::digest(b"x");
        let text = format!("{digest} keys/id\n");
        let list = StageList::parse(&text).unwrap();
        assert_eq!(list.text(), text);
        assert!(list.has("keys/id") && !list.has("keys/i") && !list.has("id"));
        assert!(list.is_as_written("keys/id", b"x") && !list.is_as_written("keys/id", b"y"));
        for begun in ["", "0", &digest, &format!("{text}{digest} keys/other")] {
            assert!(
                !StageList::parse(begun).unwrap().has("keys/other"),
                "{begun}"
            );
        }
        for wrong in [
            "x\n",
            "0 keys/id\n",
            &format!("{digest} id\n"),
            &format!("{digest} keys/../x\n"),
        ] {
            assert!(StageList::parse(wrong).is_none(), "{wrong}");
        }
    }
}
