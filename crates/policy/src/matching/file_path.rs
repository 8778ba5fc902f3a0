//! `FilePath`: an absolute path of a file, in the one spelling that patterns are held against.
//!
//! Takes a text. Gives its components. Refuses whatever makes two spellings of one path, or what a person who approves
//! or audits the path could not see: `.`, `..` and empty components, control and invisible characters.
//!
//! ```text
//! path := "/" | ("/" component)+        4096 bytes at most, 255 in a component
//! ```

use std::fmt;

use super::fold::folded;
use crate::shell::is_invisible;

/// The most bytes of a path: `PATH_MAX` of Linux.
const MAX_PATH_BYTES: usize = 4096;
/// The most bytes of a component: `NAME_MAX` of Linux.
pub(crate) const MAX_COMPONENT_BYTES: usize = 255;

/// A path that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePath {
    text: String,
    /// The path without case, which has as many components.
    folded: String,
}

/// Why a text is no path that is judged, or no pattern over such paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathError {
    /// It does not begin with `/`.
    Relative,
    /// It has `//`, or ends with `/`.
    Empty,
    /// A component is `.` or `..`.
    Dots,
    /// A character is a control character, draws nothing or moves what is drawn.
    Unseen,
    /// It has more than [`MAX_PATH_BYTES`].
    Long,
    /// A component of a path has more than [`MAX_COMPONENT_BYTES`].
    LongName,
    /// `**` in a pattern stands beside other characters of a component.
    Joined,
    /// A `[` of a pattern is not closed within its component.
    Unclosed,
    /// A pattern has more components than its matcher takes.
    Many,
}

impl FilePath {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with the path.
    pub(crate) fn new(text: &str) -> Result<Self, PathError> {
        let mut components = components(text)?;
        match components.all(|component| component.len() <= MAX_COMPONENT_BYTES) {
            true => Ok(Self {
                text: text.to_owned(),
                folded: folded(text),
            }),
            false => Err(PathError::LongName),
        }
    }

    /// The path as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Its components from the root down; the root itself has none.
    pub(crate) fn components(&self) -> impl Iterator<Item = &str> {
        split(&self.text)
    }

    /// Its components without case.
    pub(crate) fn folded_components(&self) -> impl Iterator<Item = &str> {
        split(&self.folded)
    }
}

/// The components of a path or of a pattern over paths.
///
/// # Errors
/// What is wrong with the text.
pub(crate) fn components(text: &str) -> Result<impl Iterator<Item = &str>, PathError> {
    let unseen = |character: char| character.is_control() || is_invisible(character);
    if text.len() > MAX_PATH_BYTES {
        return Err(PathError::Long);
    }
    if text.contains(unseen) {
        return Err(PathError::Unseen);
    }
    if !text.starts_with('/') {
        return Err(PathError::Relative);
    }
    for component in split(text) {
        match component {
            "" => return Err(PathError::Empty),
            "." | ".." => return Err(PathError::Dots),
            _ => {}
        }
    }
    Ok(split(text))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    let below = text.strip_prefix('/').unwrap_or(text);
    below
        .split('/')
        .take(if below.is_empty() { 0 } else { usize::MAX })
}

impl PathError {
    /// What to do about it, for whoever wrote the text.
    pub(crate) fn mend(self) -> &'static str {
        match self {
            Self::Relative => "begin it with `/`",
            Self::Empty => "write one `/` between two names, and none at the end",
            Self::Dots => "write the path that it leads to",
            Self::Unseen => {
                "such a name is refused, since nobody could see what it is: rename the file"
            }
            Self::Long | Self::LongName => "use a shorter one",
            Self::Joined => {
                "write `*` within a name, or `**` as a whole component, `/etc/nginx/**`"
            }
            Self::Unclosed => "close it before the next `/`, or write `[[]` for the sign itself",
            Self::Many => "use `**` for the directories in between",
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Relative => "is not absolute",
            Self::Empty => "has an empty component",
            Self::Dots => "has a component `.` or `..`",
            Self::Unseen => "has a control or invisible character",
            Self::Long => "is longer than 4096 bytes",
            Self::LongName => "has a component of more than 255 bytes",
            Self::Joined => "has `**` beside other characters of a component",
            Self::Unclosed => "has a `[` that is not closed within its component",
            Self::Many => "has more than 127 components",
        })
    }
}

impl std::error::Error for PathError {}
