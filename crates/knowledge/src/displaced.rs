//! What the rule says stays what the rule means: no granted word makes the program read it as something else.
//!
//! `grep * /var/log/*` means the files below /var/log. In `grep root /etc/shadow -e /var/log/x` the path of the rule is
//! the value of an option, in `grep -rv /var/log/x` it is the pattern, and in both the files are others.
//!
//! Takes the reading of a command; gives `Ok`, or an objection to the word that displaces what the rule says.

use crate::filling::FOUND;
use crate::judge::{Judge, Vouched};
use crate::kind::{is_path, is_scope};
use crate::reading::{Item, Reading, ValueAt};
use crate::row::{Kind, Row, Says, Syntax, Takes};
use crate::said::{Said, operand};
use crate::word::{AdmittedWord, WordSlice};

impl Judge<'_> {
    /// Objects to a granted option that takes a word of the rule for its value, to a granted `--` before an option of
    /// the rule, and to a path of the rule that is read as a pattern.
    pub fn displaced(&self, reading: &Reading<'_>, said: &Said) -> Vouched {
        let Some(row) = reading.rows.last() else {
            return Ok(());
        };
        let taken = reading
            .items
            .iter()
            .find_map(|item| self.taken_value(row, item, reading));
        if let Some((index, name, value)) = taken {
            let word = match name.ends_with(value) {
                true => name.to_owned(),
                false => format!("{name} {value}"),
            };
            return self.object(index, &word, "takes what the rule says for its value");
        }
        let operands: Vec<_> = reading.items.iter().filter_map(operand).collect();
        let ends = |word: &AdmittedWord| word.text() == "--" && !word.is_spelled();
        let end = self.words.iter().position(ends);
        let option = |&&(index, piece): &&(usize, WordSlice<'_>)| {
            let dashed = piece.text.len() > 1 && piece.text.starts_with('-');
            dashed && piece.is_begun() && end.is_some_and(|end| end < index)
        };
        if let (Some(end), Some((_, piece))) = (end, operands.iter().find(option))
            && row.syntax != Syntax::None
        {
            let why = format!("makes an operand of `{}`, which the rule says", piece.text);
            return self.object(end, "--", why);
        }
        let first = usize::from(said.stands_in(row.in_place_of_first));
        if let Some((index, piece)) = path_as_output(row, &operands, first) {
            let why = "is a path that the rule says, and would be written behind a granted one";
            return self.object(index, piece.text, why);
        }
        match self.path_as_pattern(reading, &operands, first) {
            Some((index, piece)) => {
                let why = "is a path that the rule says, and is not read as a path here";
                self.object(index, piece.text, why)
            }
            None => Ok(()),
        }
    }

    /// The index and the name of a granted option, and the word of the rule that it takes from behind it.
    fn taken_value<'a>(
        &'a self,
        row: &Row,
        item: &Item<'a>,
        reading: &Reading<'_>,
    ) -> Option<(usize, &'a str, &'a str)> {
        let Item::Option {
            index,
            name,
            options,
            id,
            value,
            at,
        } = *item
        else {
            return None;
        };
        let (kind, further) = match options.takes {
            Takes::Nothing => return None,
            Takes::Value(kind) | Takes::Bare(kind) | Takes::Attached(kind) => (kind, None),
            // The word is read as an operand, too; a path is displaced nevertheless.
            Takes::Maybe(kind) => (kind, None),
            Takes::Two(kind) => (kind, self.words.get(index + 1).map(AdmittedWord::piece)),
        };
        let maybe = matches!(options.takes, Takes::Maybe(_)) && at == ValueAt::NextWord;
        let this =
            |item: &&Item<'_>| matches!(item, Item::Option { id: other, .. } if *other == id);
        let once = reading.items.iter().filter(this).count() == 1;
        let displaced = |value: &WordSlice<'_>| {
            let stays = once && stays(row, kind, *value);
            let said = value.is_said() && value.text != FOUND;
            said && (!maybe || value.text.starts_with('/')) && !stays
        };
        let mut words = [further, value].into_iter().flatten();
        let value = words.find(displaced).filter(|_| !name.is_spelled())?;
        Some((index, self.text(index), value.text))
    }

    /// A path of the rule in the place of a pattern or a script, if granted words stand before it, and the rule says no
    /// other path.
    fn path_as_pattern<'a>(
        &self,
        reading: &Reading<'_>,
        operands: &[(usize, WordSlice<'a>)],
        first: usize,
    ) -> Option<(usize, WordSlice<'a>)> {
        let row = *reading.rows.last()?;
        let kind = |place: usize| row.operands.first.get(first + place).copied();
        let kind = |place: usize| kind(place).or(row.operands.rest);
        let said = || {
            let places = operands.iter().enumerate();
            places.filter(|(_, (_, piece))| piece.is_begun() || piece.is_ended())
        };
        let path = |place: usize| kind(place).is_some_and(is_path);
        let operand = kinds(row).any(is_path);
        if !(operand || takes_path(reading, false))
            || said().any(|(place, _)| path(place))
            || takes_path(reading, true)
        {
            return None;
        }
        let displaced = |(place, (index, piece)): &(usize, &(usize, WordSlice<'_>))| {
            let mut before = self.words.iter().take(*index);
            let data = operand && kind(*place).is_some_and(|kind| !is_scope(kind));
            // `*.log` is a path, too.
            let ending = piece.is_ended() && piece.text.contains('.');
            let likely = data && (piece.text.contains('/') || ending);
            let granted = before.any(|word| !word.is_spelled());
            granted && (likely || piece.text.starts_with('/'))
        };
        said().find(displaced).map(|(_, found)| *found)
    }
}

/// Whether the rule still says the object, though an option names it: `tar -tzf /srv/a.tgz` has no other archive.
fn stays(row: &Row, kind: Kind, value: WordSlice<'_>) -> bool {
    is_scope(kind) && !value.text.starts_with('-') && !kinds(row).any(is_scope)
}

/// The kinds of the operands.
fn kinds(row: &Row) -> impl Iterator<Item = Kind> {
    let first = row.operands.first.iter().copied();
    first.chain(row.operands.rest)
}

/// A path of the rule that a program which else looks would write, because a granted operand stands before it: the second
/// operand of uniq.
fn path_as_output<'a>(
    row: &Row,
    operands: &[(usize, WordSlice<'a>)],
    first: usize,
) -> Option<(usize, WordSlice<'a>)> {
    let mut granted = false;
    let mut operands = operands.iter().enumerate();
    let found = operands.find(|(place, (_, piece))| {
        let place = first + place;
        let kind = row.operands.first.get(place).copied();
        let written = matches!(kind.or(row.operands.rest), Some(Kind::Never(_)));
        let before = granted;
        granted |= !piece.is_begun();
        row.says == Says::Looks && written && before && piece.is_begun()
    });
    found.map(|(_, found)| *found)
}

/// Whether an option has a path for its value: one of which the rule says a part, or one of which it says nothing.
fn takes_path(reading: &Reading<'_>, said: bool) -> bool {
    reading.items.iter().any(|item| {
        let Item::Option { options, value, .. } = *item else {
            return false;
        };
        let (Takes::Value(kind) | Takes::Bare(kind) | Takes::Maybe(kind)) = options.takes else {
            return false;
        };
        is_path(kind) && value.is_some_and(|value| value.is_said() == said)
    })
}
