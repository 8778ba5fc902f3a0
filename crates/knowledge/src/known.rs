//! The rows, found by the name of their program.
//!
//! Takes the file name of a program; gives its [`Row`], or `None`. The build packs the rows into bytes
//! ([`crate::unpack`] reads them); a row is read when its program is first asked for.

use std::sync::{LazyLock, OnceLock};

use crate::row::Row;
use crate::unpack::Unpacker;

/// The rows as `build.rs` packs them.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rows"));

/// The rows. They are made when a rule with a wildcard first matches, so that the start stays quick.
static ROWS: LazyLock<Rows> = LazyLock::new(Rows::new);

/// Both lists are as long as what is in them: they stay for the life of the process.
struct Rows {
    /// Each name with the index of its row, sorted.
    names: Box<[(&'static str, usize)]>,
    rows: Box<[PackedRow]>,
}

/// Where the bytes of a row are, and the row itself once it was read.
struct PackedRow {
    place: Unpacker,
    row: OnceLock<Option<Box<Row>>>,
}

impl Rows {
    fn new() -> Self {
        let places = Unpacker::rows(PACKED);
        let mut names = Vec::new();
        for (index, mut place) in places.iter().copied().enumerate() {
            let own = place.text().unwrap_or_default();
            names.extend(own.split_ascii_whitespace().map(|name| (name, index)));
        }
        names.sort_unstable();
        let rows = places.into_iter().map(|place| PackedRow {
            place,
            row: OnceLock::new(),
        });
        Self {
            names: names.into_boxed_slice(),
            rows: rows.collect(),
        }
    }

    fn at(&self, index: usize) -> Option<&Row> {
        let PackedRow { place, row } = self.rows.get(index)?;
        row.get_or_init(|| { *place }.row().map(Box::new))
            .as_deref()
    }

    fn named(&self, name: &str) -> Option<&Row> {
        let found = self.names.binary_search_by_key(&name, |(known, _)| known);
        let (_, index) = self.names.get(found.ok()?)?;
        self.at(*index)
    }
}

/// All rows, in the order of the files: tests and the printing of `check` go through all of them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    (0..ROWS.rows.len()).filter_map(|index| ROWS.at(index))
}

/// The row of the program with this file name. A version may follow some names; `ld-linux-x86-64.so.2` is a loader.
pub fn row_of(name: &str) -> Option<&'static Row> {
    if let Some(row) = ROWS.named(name) {
        return Some(row);
    }
    if name.starts_with("ld") && name.contains(".so") {
        return ROWS.named("ld.so");
    }
    let begins = |character: char| character.is_ascii_digit() || ".-".contains(character);
    let version = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    // The longest name first: `php-fpm8.2` is no version of `php`.
    let mut ends = name.char_indices().rev().filter(|(_, sign)| begins(*sign));
    let (end, row) = ends.find_map(|(end, _)| Some((end, ROWS.named(name.get(..end)?)?)))?;
    let versioned = row.versioned && name.chars().skip(end).all(version);
    versioned.then_some(row)
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::programs::TABLES;
    use crate::row::{Row, Says};

    #[test]
    fn each_row_is_read_as_it_was_written() {
        let written = TABLES.iter().flat_map(|table| table.iter());
        let written: Vec<String> = written.map(|row| format!("{row:?}")).collect();
        let read: Vec<String> = rows().map(|row| format!("{row:?}")).collect();
        assert_eq!(written.len(), read.len());
        for (written, read) in written.iter().zip(&read) {
            assert_eq!(written, read);
        }
    }

    #[test]
    fn a_name_stands_once() {
        let mut names: Vec<&str> = rows()
            .flat_map(|row| row.names.split_ascii_whitespace())
            .collect();
        names.sort_unstable();
        let twice: Vec<&&str> = names
            .windows(2)
            .filter(|two| two[0] == two[1])
            .map(|two| &two[0])
            .collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    /// `cargo test -p mcp-ssh-knowledge numbers -- --nocapture` shows them.
    #[test]
    fn numbers_of_the_rows() {
        fn count(rows: &[Row], known: &mut Counted) {
            for row in rows {
                for options in row.options {
                    let names = options.names.split_ascii_whitespace().count();
                    match (options.refused, row.says) {
                        (Some(_), _) => known.refused += names,
                        (None, Says::Looks | Says::Effect(_)) => known.vouched += names,
                        (None, Says::Nothing(_)) => {}
                    }
                }
                count(row.subcommands, known);
            }
        }
        let mut known = Counted::default();
        for row in rows() {
            let names = row.names.split_ascii_whitespace().count();
            match row.says {
                Says::Nothing(_) => known.without += names,
                Says::Looks | Says::Effect(_) => known.programs += names,
            }
            count(std::slice::from_ref(row), &mut known);
        }
        eprintln!("{known:?}");
        assert!(
            known.programs > 1_000 && known.vouched > known.refused,
            "{known:?}"
        );
    }

    /// How much the rows say, each option of each subcommand by itself.
    #[derive(Debug, Default)]
    struct Counted {
        /// Programs of which some words are vouched for.
        programs: usize,
        /// Programs of which nothing is vouched for.
        without: usize,
        /// Options that are vouched for.
        vouched: usize,
        /// Options that are refused by name.
        refused: usize,
    }
}
