//! The operands of a command that only a wildcard admits.
//!
//! Takes the reading of a command; gives `Ok`, or the first objection to a granted operand.

use crate::judge::{Judge, Vouched};
use crate::kind::{is_any, is_path, is_scope, objection};
use crate::reading::Reading;
use crate::row::{Kind, Row, Runs, Says};
use crate::said::{Said, operand};
use crate::variables;
use crate::word::{AdmittedWord, Extent, WordSlice};

impl Judge<'_> {
    /// Objects to a granted operand that is not of the row's kind, or that adds to an object that the rule has named.
    pub fn operands(&self, reading: &Reading<'_>, said: &Said, known: bool) -> Vouched {
        let Some(row) = reading.rows.last().filter(|_| known) else {
            return Ok(());
        };
        let mut place = usize::from(said.stands_in(row.in_place_of_first));
        let without = !row.only_with.is_empty() && !said.surely(row.only_with);
        let operands: Vec<(usize, WordSlice<'_>)> =
            reading.items.iter().filter_map(operand).collect();
        for (index, piece) in &operands {
            let kind = row.operands.first.get(place).copied().or(row.operands.rest);
            place += 1;
            if piece.is_spelled() {
                continue;
            }
            let word = self.shown(*index, *piece);
            let assigns =
                row.begins() == Some(Runs::Environment) && piece.extent() == Extent::Known;
            if assigns && variables::is_harmless(piece.text) {
                continue;
            }
            let Some(kind) = kind else {
                return self.object(
                    *index,
                    word,
                    "is an operand that is not known to be harmless",
                );
            };
            if without && !piece.is_begun() {
                return self.object(
                    *index,
                    word,
                    format!("is looked at only with one of {}", row.only_with),
                );
            }
            let again = said.begins(kind, *piece) || said.sets(row.operands_set);
            let said_before = again || self.place.paths_said && is_path(kind);
            let beside = !piece.is_begun() && said_before || said.ends(kind, *piece);
            if (is_scope(kind) || !row.operands_set.is_empty()) && beside {
                return self.object(*index, word, "is beside what the rule says");
            }
            let granted = piece.text.get(piece.begun()..).unwrap_or_default();
            if is_scope(kind) && !is_path(kind) && piece.is_begun() && granted.contains(',') {
                return self.object(*index, word, "goes on to another beside what the rule says");
            }
            let read = || self.spells_all_but_read(row, kind, *piece);
            if let Some(why) = self
                .many(row, place, *piece)
                .or_else(|| objection(kind, *piece, self.reach()).filter(|_| !read()))
            {
                return self.object(*index, word, why);
            }
            if matches!(kind, Kind::Revision) && is_comparison(&operands) {
                return self.object(*index, word, "may be a path: write the revisions as `A..B`");
            }
        }
        Ok(())
    }

    /// A word as a person is shown it; the text of a word that is read from elsewhere is not known.
    fn shown(&self, index: usize, piece: WordSlice<'_>) -> &str {
        match self.text(index) {
            "" if piece.extent() == Extent::Anything => "…",
            text => text,
        }
    }

    /// Whether a word is a path that is read from elsewhere, in a command that looks and is spelled but for this word.
    fn spells_all_but_read(&self, row: &Row, kind: Kind, piece: WordSlice<'_>) -> bool {
        let is_read = |word: &AdmittedWord| word.extent() == Extent::Anything;
        let mut words = self.words.iter();
        piece.extent() == Extent::Anything
            && row.says == Says::Looks
            && row.runs.is_empty()
            && is_path(kind)
            && words.all(|word| word.is_spelled() || is_read(word))
    }

    /// Why a word may not become many operands: the shell expands it, or it is read from elsewhere.
    fn many(&self, row: &Row, place: usize, piece: WordSlice<'_>) -> Option<String> {
        let several = match piece.extent() {
            Extent::Known => false,
            Extent::Pathnames | Extent::Anything => true,
        };
        let readable = row.operands.rest.is_some_and(takes_many);
        let fits = place > row.operands.first.len() && readable;
        (several && !fits).then(|| "may become several operands".to_owned())
    }
}

/// Whether any number of words may be of this kind: paths that are read, devices, or plain data.
fn takes_many(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Device) || is_any(kind) || is_path(kind)
}

/// Whether git may take two or more operands for paths to compare: none is marked as a revision.
fn is_comparison(operands: &[(usize, WordSlice<'_>)]) -> bool {
    let path = |text: &str| text.starts_with(['/', '.']) || text.contains("../");
    let marked =
        |text: &str| text == "HEAD" || text.contains(['~', '^', '@']) || text.contains("..");
    let mut texts = operands.iter().map(|(_, piece)| piece.text);
    operands.len() > 1 && (texts.clone().any(path) || !texts.any(marked))
}
