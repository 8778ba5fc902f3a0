//! The fenced blocks of README.md, CONTRIBUTING.md, docs/*.md and docs/adr/*.md, and what their info strings say.
//!
//! ```text
//! yaml           a whole file; its first line is a comment with its name: `# servers.yml`
//! sh, bash       commands that end well
//! console        commands after `$ `, and exactly what they print
//! json           JSON
//! text, nothing  for the eye
//! ```
//! Further words of the info string are marks:
//! ```text
//! build                  needs this source tree and its toolchain
//! docker cosign cluster  needs these: run by the tests of the image
//! release                needs the files of a release: run by the tests of the release
//! cloud                  needs an account: what jq makes there is tried by cli::ansible
//! endless                runs until it is interrupted
//! sample                 (console) its output differs each time
//! ```

use std::fs;
use std::path::{Path, PathBuf};

/// Blocks with these are not run here.
pub const ELSEWHERE: [&str; 7] = [
    "build", "docker", "cosign", "cluster", "cloud", "endless", "release",
];

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// Its document and line, for those who have to mend it.
    pub place: String,
    pub language: String,
    pub marks: Vec<String>,
    pub text: String,
}

impl Block {
    pub fn is_marked(&self, mark: &str) -> bool {
        self.marks.iter().any(|known| known == mark)
    }

    /// Whether it is run by other tests, or by a person.
    pub fn is_elsewhere(&self) -> bool {
        ELSEWHERE.iter().any(|mark| self.is_marked(mark))
    }
}

/// Every document there is, by its path as seen from the root, with its text.
pub fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md"]
        .map(|name| root.join(name))
        .into();
    for folder in ["docs", "docs/adr"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        paths.extend(
            files.filter(|path| path.extension().is_some_and(|extension| extension == "md")),
        );
    }
    paths.sort();
    let text = |path: &PathBuf| {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    };
    paths.iter().map(text).collect()
}

/// The blocks of every document there is.
pub fn documents() -> Vec<Vec<Block>> {
    let texts = texts();
    texts
        .iter()
        .map(|(name, text)| blocks(name, text))
        .collect()
}

/// The blocks of a text.
pub fn blocks(name: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        let fence = line.strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(info)) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                open = Some(Block {
                    place: format!("{name}:{}", number + 1),
                    language: words.next().unwrap_or_default(),
                    marks: words.collect(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text += line;
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{name}: a block without an end");
    blocks
}

/// What is wrong with a block's info string.
fn fault(block: &Block) -> Option<String> {
    let marks: &[&str] = match block.language.as_str() {
        "" | "text" | "json" => &[],
        "yaml" => &ELSEWHERE[1..4],
        "sh" | "bash" => &ELSEWHERE,
        "console" => &["build", "docker", "cosign", "cluster", "endless", "sample"],
        other => return Some(format!("nobody knows the language `{other}`")),
    };
    let unknown = block
        .marks
        .iter()
        .find(|mark| !marks.contains(&mark.as_str()))?;
    Some(format!(
        "a block of `{}` has no mark `{unknown}`",
        block.language
    ))
}

#[test]
fn every_block_says_what_it_is() {
    let documents = documents();
    assert!(documents.len() >= 4, "README.md and docs/*.md");
    for block in documents.iter().flatten() {
        assert_eq!(fault(block), None, "{}", block.place);
        if block.language == "json" {
            let json = serde_json::from_str::<serde_json::Value>(&block.text);
            assert!(json.is_ok(), "{}: {json:?}", block.place);
        }
    }
}

#[test]
fn an_unknown_mark_or_language_is_a_fault() {
    for (info, known) in [
        ("", true),
        ("text", true),
        ("text docker", false),
        ("sh", true),
        ("sh docker", true),
        ("sh dokcer", false),
        ("sh sample", false),
        ("console sample", true),
        ("yaml cluster", true),
        ("yaml build", false),
        ("shell", false),
    ] {
        let blocks = blocks("d", &format!("a\n```{info}\nb\n```\n"));
        assert_eq!(fault(&blocks[0]).is_none(), known, "{info}");
        assert_eq!(
            (blocks[0].text.as_str(), blocks[0].place.as_str()),
            ("b\n", "d:2")
        );
    }
}
