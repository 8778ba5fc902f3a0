//! Exact replacements in a text.
//!
//! Takes: the bytes of a file and the replacements. Gives: the new bytes. Refuses: an old text that is empty, that stands
//! nowhere, or in several places: then nobody can say which one is meant.

use std::fmt;

use smol::future::yield_now;

use super::request::Replacement;

/// The most replacements of one request. Each searches the whole text, on the one thread: about a millisecond for 8 MiB.
pub const MAX_EDITS: usize = 100;

/// Why a replacement cannot be done; each is named by its place in the list, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The old text is empty.
    Empty(usize),
    /// The old text stands nowhere.
    Missing(usize),
    /// The old text stands in so many places.
    Several(usize, usize),
    /// The result has more bytes than are held here.
    TooLarge,
}

impl fmt::Display for EditError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(number) => write!(formatter, "`old` of edit {number} is empty"),
            Self::Missing(number) => write!(
                formatter,
                "`old` of edit {number} does not stand in the file, or not as it is spelled"
            ),
            Self::Several(number, places) => {
                write!(
                    formatter,
                    "`old` of edit {number} stands in {places} places"
                )
            }
            Self::TooLarge => formatter.write_str("the edited file would be too large"),
        }
    }
}

impl std::error::Error for EditError {}

impl EditError {
    /// What to do next.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Empty(_) => "name the text that is to be replaced, with a line around it",
            Self::Missing(_) => {
                "read the file again, and copy the text with its blanks and line ends"
            }
            Self::Several(..) => "name more of the text around it, so that it stands there once",
            Self::TooLarge => "make smaller edits",
        }
    }
}

/// Does the replacements one after another; the result has `most` bytes at most. Other tasks have their turn between two.
///
/// # Errors
/// The first that cannot be done.
pub async fn edited(
    content: Vec<u8>,
    replacements: &[Replacement],
    most: u64,
) -> Result<Vec<u8>, EditError> {
    let mut content = content;
    for (Replacement { old, new }, number) in replacements.iter().zip(1..) {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let at = the_one_place(&content, old, number)?;
        if (content.len() - old.len() + new.len()) as u64 > most {
            return Err(EditError::TooLarge);
        }
        content.splice(at..at + old.len(), new.iter().copied());
        yield_now().await;
    }
    Ok(content)
}

fn the_one_place(content: &[u8], old: &[u8], number: usize) -> Result<usize, EditError> {
    if old.is_empty() {
        return Err(EditError::Empty(number));
    }
    let mut places = memchr::memmem::find_iter(content, old);
    let first = places.next().ok_or(EditError::Missing(number))?;
    // A text may stand in a place that overlaps the first one.
    let behind = content.get(first + 1..).unwrap_or_default();
    let others = memchr::memmem::find_iter(behind, old).count();
    match others {
        0 => Ok(first),
        others => Err(EditError::Several(number, others + 1)),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use smol::future::{block_on, or, yield_now};

    use super::{EditError, edited};
    use crate::gate::file::request::Replacement;

    fn edit(content: &str, replacements: &[(&str, &str)]) -> Result<String, EditError> {
        let replacements: Vec<Replacement> = replacements
            .iter()
            .map(|(old, new)| Replacement {
                old: (*old).to_owned(),
                new: (*new).to_owned(),
            })
            .collect();
        let edited = block_on(edited(content.into(), &replacements, 20));
        edited.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn others_have_their_turn_between_two_replacements() {
        let step = |(old, new): (&str, &str)| Replacement {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        let steps = [("a", "b"), ("b", "c"), ("c", "d")].map(step);
        let turns = Cell::new(0);
        let other = async {
            loop {
                turns.set(turns.get() + 1);
                yield_now().await;
            }
        };
        let done = block_on(or(edited(b"a".to_vec(), &steps, 20), other));
        assert_eq!((done, turns.get()), (Ok(b"d".to_vec()), steps.len()));
    }

    #[test]
    fn a_text_that_stands_once_is_replaced() {
        for (content, replacements, expected) in [
            ("a b c", &[("b", "x")][..], Ok("a x c")),
            ("a b c", &[("b", "x"), ("x c", "y")], Ok("a y")),
            ("a b c", &[("b", ""), ("a ", "")], Ok(" c")),
            ("a b c", &[], Ok("a b c")),
            ("a b c", &[("", "x")], Err(EditError::Empty(1))),
            ("a b c", &[("B", "x")], Err(EditError::Missing(1))),
            ("a b b", &[("b", "x")], Err(EditError::Several(1, 2))),
            ("aaa", &[("aa", "x")], Err(EditError::Several(1, 2))),
            (
                "a b",
                &[("a", "b"), ("b", "x")],
                Err(EditError::Several(2, 2)),
            ),
            (
                "a",
                &[("a", "123456789012345678901")],
                Err(EditError::TooLarge),
            ),
            ("a\r\nb", &[("a\nb", "x")], Err(EditError::Missing(1))),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(
                edit(content, replacements),
                expected,
                "{content} {replacements:?}"
            );
        }
    }
}
