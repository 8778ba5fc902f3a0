//! Whether every word of a command that only a wildcard admits is known to be harmless.
//!
//! Takes the words of a command and what stands around the command. Gives `None` when each granted word is
//! vouched for, or the first [`Objection`]. The command that a wrapper runs is judged in turn.

use crate::filling::{as_written, by_finding, by_reading};
use crate::input;
use crate::judge::{CommandContext, Judge, Vouched};
use crate::kind::{is_any, is_path, plain, shows_alone};
use crate::known::row_of;
use crate::objection::{Around, Danger, ELSEWHERE, Objection};
use crate::path;
use crate::reading::{Item, Reading, read};
use crate::row::{Input, Kind, Row, Runs, Says, Takes};
use crate::runs::CLOSED;
use crate::said::{Said, operand};
use crate::word::{AdmittedWord, Extent};

/// How deep nested wrappers are judged: more than anyone writes. Nobody vouches for a deeper command.
const MAX_DEPTH: usize = 8;

/// The objection to the first word of a command for which nobody vouches.
pub fn first_objection(words: &[AdmittedWord], around: Around) -> Option<Objection> {
    let place = CommandContext {
        around,
        start: 0,
        paths_said: false,
    };
    command(words, place, MAX_DEPTH).err()
}

fn command(words: &[AdmittedWord], place: CommandContext, depth: usize) -> Vouched {
    let Some(name) = words.first() else {
        return Ok(());
    };
    let file_name = name.text().rsplit('/').next().unwrap_or_default();
    let row = row_of(file_name);
    let judge = Judge {
        words,
        place,
        program: file_name,
    };
    if depth == 0 {
        return judge.object(0, name.text(), "is nested too deep to be read");
    }
    judge.name(name, row)?;
    match row {
        None => judge.without_row(1),
        Some(row) => judge.with_row(row, depth),
    }
}

impl Judge<'_> {
    /// Objects to a program that only a wildcard admits, unless the program only looks.
    fn name(&self, name: &AdmittedWord, row: Option<&'static Row>) -> Vouched {
        if name.is_spelled() {
            return Ok(());
        }
        let places = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"];
        let place = name.text().strip_suffix(self.program).unwrap_or_default();
        let usual = place.is_empty() || places.contains(&place);
        let looks = |row: &'static Row| {
            let stands = || Said::of(&read(row, self.words)).surely(row.looks_with);
            row.says == Says::Looks || stands()
        };
        match row.is_some_and(looks) && usual && name.extent() == Extent::Known {
            true => Ok(()),
            false => self.object(
                0,
                name.text(),
                "is run as a program, and is not known to only look",
            ),
        }
    }

    /// Objects to granted words of a program without a row: options, and the first operand, which may be a subcommand.
    fn without_row(&self, from: usize) -> Vouched {
        let mut operands = 0;
        for (index, word) in self.words.iter().enumerate().skip(from) {
            let is_option = word.text().starts_with('-');
            operands += usize::from(!is_option);
            let option_value = is_option
                .then(|| word.text().find('='))
                .flatten()
                .map(|at| (word.slice(0..at), word.slice(at + 1..word.text().len())));
            let file = |text: &str| path::objection(text).is_none() || path::is_disk(text);
            let harmless = |text: &str| plain(text, "_./-") && !text.starts_with('-') && file(text);
            let admitted = match option_value {
                _ if word.is_spelled() => true,
                Some((name, value)) => name.is_spelled() && harmless(value.text),
                None if is_option => false,
                None => {
                    let first = operands == 1 && !word.text().starts_with('/');
                    let begins_by_set = word.piece().begins_by_set();
                    (!first || begins_by_set) && harmless(word.text())
                }
            };
            if !admitted || word.extent() == Extent::Anything {
                return self.object(index, word.text(), "is not known for this program");
            }
        }
        match self.place.around.piped {
            true => self.object(0, self.program, "may take a pipe for a program"),
            false => Ok(()),
        }
    }

    fn with_row(&self, row: &'static Row, depth: usize) -> Vouched {
        if let Says::Nothing(why) = row.says {
            self.nothing_after(0, why)?;
        }
        let reading = read(row, self.words);
        self.subcommands(&reading)?;
        let all_known = reading.unknown_subcommand.is_none();
        let said = Said::of(&reading);
        self.options(&reading, &said)?;
        self.displaced(&reading, &said)?;
        self.operands(&reading, &said, all_known)?;
        self.working_directory(&reading)?;
        self.commands(&reading, &said, depth)?;
        match self.place.around.piped && reading.inner.is_none() {
            true => self.input(&reading),
            false => Ok(()),
        }
    }

    /// Objects to a subcommand that only a wildcard admits, unless it only looks. The last subcommand decides: `stash
    /// list` looks, though `stash` alone does not.
    fn subcommands(&self, reading: &Reading<'_>) -> Vouched {
        for (index, row) in reading.subcommands.iter().zip(reading.rows.iter().skip(1)) {
            let Some(word) = self.words.get(*index) else {
                continue;
            };
            match row.says {
                Says::Nothing(why) if word.is_spelled() => self.nothing_after(*index, why)?,
                _ if word.is_spelled() => {}
                Says::Looks => {}
                Says::Effect(_) if Some(index) != reading.subcommands.last() => {}
                Says::Effect(_) if Said::of(reading).surely(row.looks_with) => {}
                Says::Effect(why) | Says::Nothing(why) => {
                    return self.refuse(*index, word.text(), why, Danger::Known);
                }
            }
        }
        let Some(index) = reading.unknown_subcommand else {
            return Ok(());
        };
        match self.words.get(index).filter(|word| !word.is_spelled()) {
            Some(word) => self.object(
                index,
                word.text(),
                "is not a subcommand that is known to only look",
            ),
            None if reading
                .rows
                .last()
                .is_some_and(|row| row.says == Says::Looks) =>
            {
                self.without_row(index + 1)
            }
            None => {
                let granted = self.words.iter().enumerate().skip(index);
                match granted.into_iter().find(|(_, word)| !word.is_spelled()) {
                    Some((index, word)) => {
                        self.object(index, word.text(), "is not known to be harmless")
                    }
                    None => Ok(()),
                }
            }
        }
    }

    fn working_directory(&self, reading: &Reading<'_>) -> Vouched {
        let reads = reading.rows.iter().any(|row| row.reads_workdir);
        match reads && self.place.around.elsewhere {
            true => self.object(0, self.program, ELSEWHERE),
            false => Ok(()),
        }
    }

    /// Judges the command that a wrapper runs, and those that find runs for each file.
    fn commands(&self, reading: &Reading<'_>, said: &Said, depth: usize) -> Vouched {
        let reads = reading
            .rows
            .iter()
            .any(|row| row.runs.contains(&Runs::Reading));
        if let Some(start) = reading.inner {
            let closed = |row: &Row| matches!(row.begins(), Some(Runs::Closed { .. }));
            if reading.rows.iter().any(|row| closed(row)) {
                self.nothing_after(start.saturating_sub(1), CLOSED)?;
            }
            let mut inner = self.words.get(start..).unwrap_or_default().to_vec();
            let joins = |row: &Row| matches!(row.begins(), Some(Runs::Joined { .. }));
            let joined = reading.rows.iter().any(|row| joins(row));
            if joined {
                inner = inner.iter().flat_map(AdmittedWord::split).collect();
            }
            let read_again =
                |word: &&AdmittedWord| !word.is_spelled() && !plain(word.text(), "_./:=,@%+-");
            if let Some(word) = inner.iter().find(read_again).filter(|_| joined) {
                return self.object(start, word.text(), "is read again by a shell");
            }
            if reads {
                inner = by_reading(&inner, reading);
            }
            self.inner(&inner, start, self.place.paths_said, depth)?;
        }
        for item in &reading.items {
            let Item::Command { from, to, .. } = *item else {
                continue;
            };
            let words = self.words.get(from..to).unwrap_or_default();
            self.found(words, reading)?;
            // With `+` the command gets all the paths that find has found.
            let extent = match self.text(to) {
                "+" => Extent::Pathnames,
                _ => Extent::Known,
            };
            let inner: Vec<AdmittedWord> =
                words.iter().map(|word| by_finding(word, extent)).collect();
            // `-execdir` runs the command in the directory of the file that was found.
            let elsewhere = self.text(from - 1).ends_with("dir");
            let place = CommandContext {
                start: self.place.start + from,
                paths_said: said.has_operands(),
                around: Around {
                    elsewhere: elsewhere || self.place.around.elsewhere,
                    ..self.place.around
                },
            };
            command(&inner, place, depth - 1).map_err(as_written)?;
        }
        Ok(())
    }

    /// Objects to a granted command of find that may get devices or files of processes, unless it opens no file.
    fn found(&self, words: &[AdmittedWord], reading: &Reading<'_>) -> Vouched {
        if let Some(program) = without_found(words) {
            let why = "is run for each file, and is not known to look at the file (`{}`)";
            return self.object(0, program, why);
        }
        let name = words.first().map_or("", AdmittedWord::text);
        let row = row_of(name.rsplit('/').next().unwrap_or_default());
        let row = row.filter(|row| row.runs.is_empty());
        let shows = row
            .and_then(|row| row.operands.rest)
            .is_some_and(shows_alone);
        if shows || words.iter().all(AdmittedWord::is_spelled) {
            return Ok(());
        }
        for (index, piece) in reading.items.iter().filter_map(operand) {
            if let Some(why) = path::objection(piece.text) {
                return self.object(index, piece.text, why);
            }
        }
        Ok(())
    }

    fn inner(
        &self,
        words: &[AdmittedWord],
        start: usize,
        paths_said: bool,
        depth: usize,
    ) -> Vouched {
        let place = CommandContext {
            start: self.place.start + start,
            paths_said,
            ..self.place
        };
        command(words, place, depth - 1)
    }

    fn input(&self, reading: &Reading<'_>) -> Vouched {
        let runs_commands = reading
            .items
            .iter()
            .any(|item| matches!(item, Item::Command { .. }));
        let operands = reading.items.iter().filter_map(operand).count();
        let last = reading.rows.last();
        let looks = last.is_some_and(|row| row.says == Says::Looks);
        let harmless = match last.map(|row| row.input) {
            _ if runs_commands || reading.unknown_subcommand.is_some() => false,
            _ if input::takes_more_than_data(reading) => false,
            // `Ignored` is what a row says by default; for a program with an effect that is not sure enough.
            Some(Input::Ignored) => looks,
            Some(Input::Data) => true,
            Some(Input::Sent) => self.place.around.blank,
            Some(Input::ProgramUnless(options, enough)) => {
                Said::of(reading).stands_in(options) || enough > 0 && operands >= enough
            }
            Some(Input::Program) | None => false,
        };
        match harmless {
            true => Ok(()),
            false => self.object(0, self.program, "may take a pipe for a program"),
        }
    }
}

/// The program of a granted command that gets no path which find has found: a rule about files does not mean it.
fn without_found(words: &[AdmittedWord]) -> Option<&str> {
    let name = words.first()?;
    let row = row_of(name.text().rsplit('/').next()?)?;
    let reading = read(row, words);
    if let Some(inner) = reading.inner {
        return without_found(words.get(inner..)?);
    }
    let row = *reading.rows.last()?;
    let looks_at = |kind: Kind| is_path(kind) || is_any(kind) || matches!(kind, Kind::Text);
    let mut operands = reading.items.iter().filter_map(operand).enumerate();
    let operand = operands.any(|(place, (_, piece))| {
        let kind = row.operands.first.get(place).copied().or(row.operands.rest);
        piece.text.contains("{}") && kind.is_some_and(looks_at)
    });
    let value = reading.items.iter().any(|item| {
        let Item::Option { options, value, .. } = *item else {
            return false;
        };
        let found = value.is_some_and(|value| value.text.contains("{}"));
        matches!(options.takes, Takes::Value(kind) if found && is_path(kind))
    });
    let prints = row.operands.rest.is_some_and(is_any);
    (!name.is_spelled() && !operand && !value && !prints).then_some(name.text())
}
