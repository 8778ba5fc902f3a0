//! The options of a command that only a wildcard admits.
//!
//! Takes the reading of a command; gives `Ok`, or the first objection to a granted option or its value.

use crate::judge::{Judge, Vouched};
use crate::kind::{beyond, is_any, is_number, objection};
use crate::objection::Danger;
use crate::reading::{Item, Reading, ValueAt};
use crate::row::{Options, Takes};
use crate::said::Said;
use crate::word::{Extent, WordSlice};

impl Judge<'_> {
    /// Objects to a granted option that the row refuses or does not have, and to a value that is not of the row's kind.
    pub fn options(&self, reading: &Reading<'_>, said: &Said) -> Vouched {
        let mut doubtful = false;
        for item in &reading.items {
            match *item {
                Item::Option {
                    index,
                    name,
                    options,
                    id,
                    value,
                    at,
                } => {
                    doubtful = false;
                    let granted = !name.is_spelled();
                    if granted {
                        let shown = self.named(index, name);
                        self.granted((index, &shown), options, id, reading, said)?;
                    }
                    let dashed = value.is_some_and(|value| may_be_option(name, value));
                    if granted && at == ValueAt::NextWord && dashed {
                        return self.object(index + 1, self.text(index + 1), "may be an option");
                    }
                    self.value(index, options.takes, value, (name, at), said)?;
                }
                Item::Unknown { index, piece } => {
                    doubtful = true;
                    if !piece.is_spelled() && !self.names_spelled(piece) {
                        let reason = "is an option that is not known to be harmless";
                        return self.object(index, &self.named(index, piece), reason);
                    }
                }
                Item::Operand { index, piece } => {
                    let number = piece.begins_by_set() && is_number(piece.text);
                    if doubtful && !piece.is_spelled() && !number {
                        let reason = "may be the value of an option that is not known";
                        return self.object(index, self.text(index), reason);
                    }
                    doubtful = false;
                }
                Item::Anything { .. } if takes_any(reading) => {}
                Item::Anything { index } => {
                    return self.object(
                        index,
                        "…",
                        "is read from elsewhere and may be an option without `--` before it",
                    );
                }
                Item::Command { .. } => doubtful = false,
            }
        }
        Ok(())
    }

    /// Objects to an option that the row has and the rule does not spell, if it may do harm here.
    fn granted(
        &self,
        (index, shown): (usize, &str),
        options: &Options,
        id: &str,
        reading: &Reading<'_>,
        said: &Said,
    ) -> Vouched {
        if let Some(why) = options.refused {
            return self.refuse(index, shown, why, Danger::Known);
        }
        if said.again(options.scope, id) {
            return self.object(index, shown, "sets again what the rule says");
        }
        if !options.beside.is_empty() && !said.surely(options.beside) {
            let reason = format!("is known to be harmless only beside {}", options.beside);
            return self.object(index, shown, reason);
        }
        match options.alone && has_others(reading) {
            true => self.object(index, shown, "acts beside other options"),
            false => Ok(()),
        }
    }

    /// Whether the rule spells an unknown option's name, and a set of the rule lets the value be only a number.
    fn names_spelled(&self, piece: WordSlice<'_>) -> bool {
        let Some(at) = piece.text.find('=') else {
            return false;
        };
        let number = piece.text.get(at + 1..).unwrap_or_default();
        // Of `-s=0` only `=0` is unknown: this part has no name.
        at > 0
            && piece.spells(0..at)
            && !number.is_empty()
            && number.chars().all(|digit| digit.is_ascii_digit())
    }

    fn value(
        &self,
        index: usize,
        takes: Takes,
        value: Option<WordSlice<'_>>,
        (name, at): (WordSlice<'_>, ValueAt),
        said: &Said,
    ) -> Vouched {
        let (
            Some(value),
            Takes::Value(kind)
            | Takes::Attached(kind)
            | Takes::Maybe(kind)
            | Takes::Bare(kind)
            | Takes::Two(kind),
        ) = (value, takes)
        else {
            return Ok(());
        };
        if value.is_spelled() {
            return Ok(());
        }
        let why = match value.extent() {
            Extent::Known => objection(kind, value, self.reach())
                .or_else(|| beyond(kind, value).filter(|_| said.sets("database"))),
            Extent::Pathnames | Extent::Anything => Some("may become several words".to_owned()),
        };
        let of = |why: String| {
            let is_word = name.text.starts_with('-');
            let name = self.named(index, name);
            let shown = match at {
                ValueAt::NextWord if value.text.is_empty() => format!("{name} ''"),
                ValueAt::NextWord => format!("{name} {}", value.text),
                ValueAt::Attached if is_word => name,
                ValueAt::Attached => format!("{name}{}", value.text),
            };
            self.object(index, &shown, why)
        };
        why.map_or(Ok(()), of)
    }

    /// An option as a person names it: a letter of a cluster with a dash, else the whole word.
    fn named(&self, index: usize, name: WordSlice<'_>) -> String {
        let word = self.text(index);
        let letters = word.strip_prefix('-');
        match letters.filter(|letters| *letters != name.text && !name.text.starts_with('-')) {
            Some(_) => format!("-{}", name.text),
            None if word.starts_with('-') => word.to_owned(),
            None => name.text.to_owned(),
        }
    }
}

/// Whether the word behind a letter may be an option itself, if another version of the program takes no value there.
/// Letters differ between versions, long names hardly. `-1` is a number, and `-1 days` a date.
fn may_be_option(name: WordSlice<'_>, value: WordSlice<'_>) -> bool {
    let is_name = name.text.trim_start_matches('-').chars().nth(1).is_some();
    let Some(rest) = value.text.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
        return false;
    };
    let date = rest.split_once(' ').is_some_and(|(count, _)| {
        !count.is_empty() && count.chars().all(|digit| digit.is_ascii_digit())
    });
    !is_name && !date && !value.is_spelled() && !is_number(value.text)
}

/// Whether any word may stand among the operands: no option of the program acts.
fn takes_any(reading: &Reading<'_>) -> bool {
    let row = reading.rows.last();
    row.and_then(|row| row.operands.rest).is_some_and(is_any)
}

/// Whether the command has more than one option.
fn has_others(reading: &Reading<'_>) -> bool {
    let is_option = |item: &&Item<'_>| match item {
        Item::Option { .. } | Item::Unknown { .. } | Item::Anything { .. } => true,
        Item::Operand { .. } | Item::Command { .. } => false,
    };
    reading.items.iter().filter(is_option).count() > 1
}
