//! Reads rows from the bytes that the build writes. `build/pack.rs` writes the parts in the order in which this file
//! reads them.
//!
//! Takes the packed bytes; gives a [`Row`], or `None` where the bytes are not what the build writes. A row is read once
//! and lives as long as the process.

use miniz_oxide::inflate::decompress_to_vec;

use crate::language::Language;
use crate::row::{Input, Kind, Operands, Options, Row, Runs, Says, Sight, Syntax, Takes};

/// The languages in the order in which they are declared: a byte is an index of this list.
const LANGUAGES: &[Language] = &[
    Language::Awk,
    Language::AwkVariable,
    Language::Clickhouse,
    Language::Cql,
    Language::GitFormat,
    Language::GoTemplate,
    Language::HttpHeader,
    Language::Jq,
    Language::KubeOutput,
    Language::Layout,
    Language::Mysql,
    Language::NoDomain,
    Language::NotFile,
    Language::OneLine,
    Language::Pair,
    Language::PsBundle,
    Language::PsColumns,
    Language::PsName,
    Language::Psql,
    Language::QueryFormat,
    Language::Sed,
    Language::Sqlite,
    Language::Unit,
    Language::VtyShow,
    Language::WriteOut,
    Language::Yq,
];

/// Reads the parts of one record, one after another.
#[derive(Clone, Copy)]
pub struct Unpacker {
    all: &'static [u8],
    rest: &'static [u8],
}

impl Unpacker {
    /// Every row, in the order of the tables; an empty list where the bytes are not what the build writes.
    pub fn rows(deflated: &[u8]) -> Vec<Self> {
        let all = decompress_to_vec(deflated).unwrap_or_default();
        // Without the room in which it grew.
        let all: &'static [u8] = Box::leak(all.into_boxed_slice());
        let place = all.last_chunk().map(|place| u32::from_le_bytes(*place));
        let mut list = place.and_then(|place| Self::at(all, place as usize));
        let next = || list.as_mut()?.follow();
        std::iter::from_fn(next).collect()
    }

    /// The record or text at a place.
    fn at(all: &'static [u8], place: usize) -> Option<Self> {
        if place == 0 {
            return Some(Self { all, rest: &[] });
        }
        let mut from = Self {
            all,
            rest: all.get(place..)?,
        };
        let length = from.number()?;
        from.rest = from.rest.get(..length)?;
        Some(from)
    }

    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= usize::from(first & 0x7f) << shift;
            if *first < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn follow(&mut self) -> Option<Self> {
        let place = self.number()?;
        Self::at(self.all, place)
    }

    /// The text whose place the next part gives.
    pub fn text(&mut self) -> Option<&'static str> {
        std::str::from_utf8(self.follow()?.rest).ok()
    }

    /// All parts of the list whose place the next part gives.
    fn list<Part>(&mut self, part: fn(&mut Self) -> Option<Part>) -> Option<&'static [Part]> {
        let mut from = self.follow()?;
        let mut parts = Vec::new();
        while !from.rest.is_empty() {
            parts.push(part(&mut from)?);
        }
        Some(Vec::leak(parts))
    }

    /// The row whose parts follow.
    pub fn row(&mut self) -> Option<Row> {
        let names = self.text()?;
        let says = match (self.number()?, self.text()?) {
            (0, _) => Says::Looks,
            (1, what) => Says::Effect(what),
            (_, why) => Says::Nothing(why),
        };
        let syntax = match self.number()? {
            0 => Syntax::Getopt,
            1 => Syntax::Bundle,
            2 => Syntax::Words,
            _ => Syntax::None,
        };
        let options = self.list(|each| each.follow()?.options())?;
        let operands = self.operands()?;
        let [
            signs,
            in_place_of_first,
            only_with,
            looks_with,
            operands_set,
        ] = [
            self.text()?,
            self.text()?,
            self.text()?,
            self.text()?,
            self.text()?,
        ];
        let subcommands = self.list(|each| each.follow()?.row())?;
        let input = self.input()?;
        let runs = self.list(Self::runs)?;
        let sight = match (self.number()?, self.text()?) {
            (0, _) => Sight::BySays,
            (1, _) => Sight::Seen,
            (_, unless) => Sight::Unseen(unless),
        };
        let marks = self.number()?;
        let marked = |bit: usize| marks >> bit & 1 == 1;
        Some(Row {
            names,
            versioned: marked(0),
            says,
            syntax,
            options,
            operands,
            signs,
            in_place_of_first,
            only_with,
            looks_with,
            options_first: marked(1),
            operands_set,
            subcommands,
            input,
            runs,
            sight,
            reads_workdir: marked(2),
            by_manual: marked(3),
        })
    }

    fn options(&mut self) -> Option<Options> {
        let mut options = Options {
            names: self.text()?,
            takes: match self.number()? {
                0 => Takes::Nothing,
                1 => Takes::Value(self.kind()?),
                2 => Takes::Attached(self.kind()?),
                3 => Takes::Maybe(self.kind()?),
                4 => Takes::Two(self.kind()?),
                _ => Takes::Bare(self.kind()?),
            },
            scope: self.text()?,
            beside: self.text()?,
            refused: Some(self.text()?).filter(|why| !why.is_empty()),
            unseen: false,
            alone: false,
        };
        let marks = self.number()?;
        options.unseen = marks & 1 == 1;
        options.alone = marks & 2 == 2;
        Some(options)
    }

    fn operands(&mut self) -> Option<Operands> {
        let first = self.list(Self::kind)?;
        let rest = match self.number()? {
            0 => None,
            _ => Some(self.kind()?),
        };
        Some(Operands { first, rest })
    }

    fn kind(&mut self) -> Option<Kind> {
        Some(match self.number()? {
            0 => Kind::Number,
            1 => Kind::Text,
            2 => Kind::Path,
            3 => Kind::Device,
            4 => Kind::Name,
            5 => Kind::Package,
            6 => Kind::Revision,
            7 => Kind::Host,
            8 => Kind::Loopback,
            9 => Kind::Url,
            10 => Kind::OneOf(self.text()?),
            11 => Kind::Begins(self.text()?),
            12 => Kind::Script(*LANGUAGES.get(self.number()?)?),
            13 => Kind::Either(self.list(Self::kind)?),
            14 => Kind::Never(self.text()?),
            15 => Kind::Ends(self.text()?),
            16 => Kind::Pattern,
            17 => Kind::Published,
            18 => Kind::Line,
            19 => Kind::Words,
            20 => Kind::Hole,
            21 => Kind::Phrase(self.list(Self::text)?),
            23 => Kind::Repository,
            _ => Kind::Any,
        })
    }

    fn input(&mut self) -> Option<Input> {
        Some(match self.number()? {
            0 => Input::Ignored,
            1 => Input::Data,
            2 => Input::Program,
            3 => Input::ProgramUnless(self.text()?, self.number()?),
            _ => Input::Sent,
        })
    }

    fn runs(&mut self) -> Option<Runs> {
        Some(match self.number()? {
            0 => Runs::Command {
                after: self.number()?,
            },
            1 => Runs::Environment,
            2 => Runs::Joined {
                after: self.number()?,
            },
            3 => Runs::Reading,
            4 => Runs::FindExec,
            5 => Runs::Script,
            6 => Runs::Shell,
            7 => Runs::Option,
            8 => Runs::Texts,
            9 => Runs::Calls,
            10 => Runs::After(self.text()?),
            11 => Runs::Values(self.text()?),
            _ => Runs::Closed {
                after: self.number()?,
            },
        })
    }
}
