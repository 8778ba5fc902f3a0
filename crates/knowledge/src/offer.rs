//! What a wildcard behind some words grants in practice, for a person who reads a policy.
//!
//! Takes the words that a rule spells; gives an [`Offer`], which prints itself as a sentence.

use std::fmt;

use crate::known::row_of;
use crate::reading::read;
use crate::row::{Kind, Options, Row, Runs, Says, Takes};
use crate::runs::CLOSED;
use crate::word::AdmittedWord;

/// What the rows vouch for behind some words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// No row has the program: the wildcard grants plain operands only.
    NoRow {
        /// The program's file name.
        program: String,
    },
    /// The row refuses every word.
    Nothing {
        /// The program's file name.
        program: String,
        /// The reason: `runs other programs`.
        why: &'static str,
    },
    /// What a row grants.
    Row {
        /// The program and its subcommands: `git log`.
        command: String,
        /// The effect of the command; `None` where it only looks.
        effect: Option<&'static str>,
        /// The subcommands that look.
        subcommands: Vec<&'static str>,
        /// The options that are vouched for, by their longest names.
        options: Vec<&'static str>,
        /// The kind of the operands, if the row takes any: `paths`.
        operands: Option<&'static str>,
        /// Whether the row was held against the manual alone.
        by_manual: bool,
    },
}

/// Who vouches for the words of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// The program itself, which was run with each word under a tracer.
    Run,
    /// The program's manual alone.
    Manual,
    /// Nobody.
    Nobody,
}

impl fmt::Display for Voucher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Run => "run",
            Self::Manual => "manual",
            Self::Nobody => "nobody",
        })
    }
}

impl Offer {
    /// Who vouches for the words of the program.
    pub fn voucher(&self) -> Voucher {
        match self {
            Self::NoRow { .. } | Self::Nothing { .. } => Voucher::Nobody,
            Self::Row {
                by_manual: true, ..
            } => Voucher::Manual,
            Self::Row {
                by_manual: false, ..
            } => Voucher::Run,
        }
    }
}

/// What a wildcard behind these words grants; the first word is the program's name.
pub fn offer(words: &[&str]) -> Offer {
    let words: Vec<AdmittedWord> = words
        .iter()
        .map(|word| AdmittedWord::spelled(word))
        .collect();
    behind(&words)
}

fn behind(words: &[AdmittedWord]) -> Offer {
    let name = words.first().map_or("", AdmittedWord::text);
    let program = name.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(row) = row_of(&program) else {
        return Offer::NoRow { program };
    };
    let reading = read(row, words);
    let last = reading.rows.last().copied().unwrap_or(row);
    if let Some(inner) = reading.inner.and_then(|inner| words.get(inner..)) {
        return match last.begins() {
            Some(Runs::Closed { .. }) => Offer::Nothing {
                program,
                why: CLOSED,
            },
            _ => behind(inner),
        };
    }
    if let Says::Nothing(why) = last.says {
        return Offer::Nothing { program, why };
    }
    let named = reading.subcommands.iter().filter_map(|at| words.get(*at));
    Offer::Row {
        command: named.fold(program, |command, word| command + " " + word.text()),
        effect: match last.says {
            Says::Effect(what) => Some(what),
            Says::Looks | Says::Nothing(_) => None,
        },
        subcommands: looking(last),
        options: reading
            .rows
            .iter()
            .flat_map(|row| row.options)
            .flat_map(vouched)
            .collect(),
        operands: last
            .operands
            .first
            .first()
            .or(last.operands.rest.as_ref())
            .and_then(several),
        by_manual: reading.rows.iter().any(|row| row.by_manual),
    }
}

fn looking(row: &Row) -> Vec<&'static str> {
    let looking = row.subcommands.iter().filter(|row| row.says == Says::Looks);
    looking
        .flat_map(|row| row.names.split_ascii_whitespace())
        .collect()
}

/// The options of an entry that may be granted.
fn vouched(options: &Options) -> impl Iterator<Item = &'static str> + use<> {
    let names = match (options.refused, options.takes) {
        (Some(_), _) | (None, Takes::Value(Kind::Never(_)) | Takes::Attached(Kind::Never(_))) => "",
        (None, _) => options.names,
    };
    let longest = |names: &'static str| names.split(',').max_by_key(|name| name.len());
    names.split_ascii_whitespace().filter_map(longest)
}

fn several(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Number => "numbers",
        Kind::Text | Kind::Any | Kind::Begins(_) => "texts",
        Kind::Path | Kind::Ends(_) => "paths",
        Kind::Device => "devices",
        Kind::Name | Kind::Pattern => "names",
        Kind::Package | Kind::Published => "packages",
        Kind::Repository => "repositories",
        Kind::Revision => "revisions",
        Kind::Host => "hosts",
        Kind::Loopback => "addresses of the host itself",
        Kind::Url => "addresses",
        Kind::OneOf(_) | Kind::Phrase(_) => "some words",
        Kind::Script(_) => "scripts that only look",
        Kind::Either(kinds) => return kinds.first().and_then(several),
        Kind::Line | Kind::Words | Kind::Hole | Kind::Never(_) => return None,
    })
}

/// How many names of a list are shown: the sentence should stay on one line.
const SHOWN: usize = 6;

impl fmt::Display for Offer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRow { program } => {
                write!(
                    formatter,
                    "nobody vouches for `{program}`: no options, plain operands only"
                )
            }
            Self::Nothing { program, why } => {
                write!(formatter, "nothing: `{program}` {why}")
            }
            Self::Row {
                command,
                effect,
                subcommands,
                options,
                operands,
                by_manual,
            } => {
                write!(formatter, "`{command}` ")?;
                match effect {
                    Some(what) => write!(formatter, "{what}")?,
                    None => formatter.write_str("looks")?,
                }
                some(formatter, "subcommand", subcommands)?;
                some(formatter, "option", options)?;
                if let Some(operands) = operands {
                    write!(formatter, "; {operands}")?;
                }
                match by_manual {
                    true => formatter.write_str("; by the manual, not by a run"),
                    false => Ok(()),
                }
            }
        }
    }
}

fn some(formatter: &mut fmt::Formatter<'_>, what: &str, names: &[&str]) -> fmt::Result {
    let more = match names.len() {
        0 => return Ok(()),
        count if count > SHOWN => " …",
        _ => "",
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    let telling = names
        .iter()
        .filter(|name| !["--help", "--version"].contains(name));
    let shown: Vec<&str> = telling.copied().take(SHOWN).collect();
    let shown = shown.join(" ");
    write!(formatter, "; {} {what}{plural}: {shown}{more}", names.len())
}

#[cfg(test)]
mod tests {
    use super::{Offer, offer};

    #[test]
    fn what_a_wildcard_grants_is_told() {
        for (words, told) in [
            (
                &["frobtool", "show"][..],
                "nobody vouches for `frobtool`: no options, plain operands only",
            ),
            (&["git-shell"], "nothing: `git-shell` runs another program"),
            (
                &["sudo", "nproc"],
                "`nproc` looks; 4 options: --all --ignore",
            ),
        ] {
            assert_eq!(offer(words).to_string(), told);
        }
    }

    #[test]
    fn a_subcommand_has_its_own_options() {
        let Offer::Row {
            command,
            effect,
            options,
            ..
        } = offer(&["systemctl", "restart"])
        else {
            panic!("no row");
        };
        assert_eq!(command, "systemctl restart");
        assert!(effect.is_some());
        assert!(
            options.contains(&"--no-block") && !options.contains(&"--host"),
            "{options:?}"
        );
    }
}
