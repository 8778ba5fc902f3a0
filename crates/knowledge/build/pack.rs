//! The rows as bytes, which `src/unpack.rs` reads.
//!
//! Each different text and each different record is written once. It is named by the place where it begins and has its
//! length before it; place 0 names nothing. Numbers are written seven bits a byte, the low ones first. The last four
//! bytes name the list of all rows.
//!
//! All of that is then deflated (RFC 1951).

use std::collections::HashMap;

use crate::row::{Input, Kind, Operands, Options, Row, Runs, Says, Sight, Syntax, Takes};

/// All rows as bytes.
pub fn pack(tables: &[&[Row]]) -> Vec<u8> {
    let mut packer = Packer {
        bytes: vec![0],
        places: HashMap::new(),
    };
    let rows: Vec<&Row> = tables.iter().flat_map(|table| table.iter()).collect();
    let mut all = Record::default();
    for row in rows {
        all.number(packer.row(row));
    }
    let all = packer.keep(all);
    packer.bytes.extend((all as u32).to_le_bytes());
    miniz_oxide::deflate::compress_to_vec(&packer.bytes, 10)
}

/// What is written so far.
struct Packer {
    bytes: Vec<u8>,
    places: HashMap<Vec<u8>, usize>,
}

/// The parts of one record.
#[derive(Default)]
struct Record(Vec<u8>);

impl Record {
    fn number(&mut self, mut number: usize) {
        while number > 0x7f {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}

impl Packer {
    /// The place of a record, written now if it is new.
    fn keep(&mut self, Record(bytes): Record) -> usize {
        if bytes.is_empty() {
            return 0;
        }
        if let Some(place) = self.places.get(&bytes) {
            return *place;
        }
        let place = self.bytes.len();
        let mut length = Record::default();
        length.number(bytes.len());
        self.bytes.extend(length.0);
        self.bytes.extend(&bytes);
        self.places.insert(bytes, place);
        place
    }

    fn text(&mut self, text: &str) -> usize {
        self.keep(Record(text.as_bytes().to_vec()))
    }

    /// The place of a list, each part of which is written by `part`.
    fn list<Part>(&mut self, parts: &[Part], part: fn(&mut Self, &Part, &mut Record)) -> usize {
        let mut record = Record::default();
        for each in parts {
            part(self, each, &mut record);
        }
        self.keep(record)
    }

    fn row(&mut self, row: &Row) -> usize {
        let mut record = Record::default();
        record.number(self.text(row.names));
        let (says, what) = match row.says {
            Says::Looks => (0, ""),
            Says::Effect(what) => (1, what),
            Says::Nothing(why) => (2, why),
        };
        record.number(says);
        record.number(self.text(what));
        record.number(match row.syntax {
            Syntax::Getopt => 0,
            Syntax::Bundle => 1,
            Syntax::Words => 2,
            Syntax::None => 3,
        });
        record.number(self.list(row.options, |packer, options, record| {
            record.number(packer.options(options));
        }));
        self.operands(&row.operands, &mut record);
        for text in [
            row.signs,
            row.in_place_of_first,
            row.only_with,
            row.looks_with,
            row.operands_set,
        ] {
            record.number(self.text(text));
        }
        record.number(self.list(row.subcommands, |packer, row, record| {
            record.number(packer.row(row));
        }));
        self.input(row.input, &mut record);
        record.number(self.list(row.runs, Self::runs));
        let (sight, unless) = match row.sight {
            Sight::BySays => (0, ""),
            Sight::Seen => (1, ""),
            Sight::Unseen(unless) => (2, unless),
        };
        record.number(sight);
        record.number(self.text(unless));
        let marks = [
            row.versioned,
            row.options_first,
            row.reads_workdir,
            row.by_manual,
        ];
        record.number(
            marks
                .iter()
                .rev()
                .fold(0, |all, mark| all << 1 | usize::from(*mark)),
        );
        self.keep(record)
    }

    fn options(&mut self, options: &Options) -> usize {
        let mut record = Record::default();
        record.number(self.text(options.names));
        let (takes, kind) = match options.takes {
            Takes::Nothing => (0, None),
            Takes::Value(kind) => (1, Some(kind)),
            Takes::Attached(kind) => (2, Some(kind)),
            Takes::Maybe(kind) => (3, Some(kind)),
            Takes::Two(kind) => (4, Some(kind)),
            Takes::Bare(kind) => (5, Some(kind)),
        };
        record.number(takes);
        if let Some(kind) = kind {
            self.kind(&kind, &mut record);
        }
        record.number(self.text(options.scope));
        record.number(self.text(options.beside));
        record.number(self.text(options.refused.unwrap_or_default()));
        record.number(usize::from(options.unseen) | usize::from(options.alone) << 1);
        self.keep(record)
    }

    fn operands(&mut self, operands: &Operands, record: &mut Record) {
        record.number(self.list(operands.first, Self::kind));
        record.number(usize::from(operands.rest.is_some()));
        if let Some(kind) = operands.rest {
            self.kind(&kind, record);
        }
    }

    fn kind(&mut self, kind: &Kind, record: &mut Record) {
        let (tag, more) = match kind {
            Kind::Number => (0, None),
            Kind::Text => (1, None),
            Kind::Path => (2, None),
            Kind::Device => (3, None),
            Kind::Name => (4, None),
            Kind::Package => (5, None),
            Kind::Revision => (6, None),
            Kind::Host => (7, None),
            Kind::Loopback => (8, None),
            Kind::Url => (9, None),
            Kind::OneOf(words) => (10, Some(self.text(words))),
            Kind::Begins(beginning) => (11, Some(self.text(beginning))),
            Kind::Script(language) => (12, Some(*language as usize)),
            Kind::Either(kinds) => (13, Some(self.list(kinds, Self::kind))),
            Kind::Never(why) => (14, Some(self.text(why))),
            Kind::Ends(endings) => (15, Some(self.text(endings))),
            Kind::Pattern => (16, None),
            Kind::Published => (17, None),
            Kind::Line => (18, None),
            Kind::Words => (19, None),
            Kind::Hole => (20, None),
            Kind::Any => (22, None),
            Kind::Repository => (23, None),
            Kind::Phrase(phrases) => (
                21,
                Some(self.list(phrases, |packer, phrase, record| {
                    record.number(packer.text(phrase));
                })),
            ),
        };
        record.number(tag);
        if let Some(more) = more {
            record.number(more);
        }
    }

    fn runs(&mut self, runs: &Runs, record: &mut Record) {
        let (tag, more) = match *runs {
            Runs::Command { after } => (0, Some(after)),
            Runs::Environment => (1, None),
            Runs::Joined { after } => (2, Some(after)),
            Runs::Reading => (3, None),
            Runs::FindExec => (4, None),
            Runs::Script => (5, None),
            Runs::Shell => (6, None),
            Runs::Option => (7, None),
            Runs::Texts => (8, None),
            Runs::Calls => (9, None),
            Runs::After(words) => (10, Some(self.text(words))),
            Runs::Values(options) => (11, Some(self.text(options))),
            Runs::Closed { after } => (12, Some(after)),
        };
        record.number(tag);
        if let Some(more) = more {
            record.number(more);
        }
    }

    fn input(&mut self, input: Input, record: &mut Record) {
        match input {
            Input::Ignored => record.number(0),
            Input::Data => record.number(1),
            Input::Program => record.number(2),
            Input::Sent => record.number(4),
            Input::ProgramUnless(options, operands) => {
                record.number(3);
                record.number(self.text(options));
                record.number(operands);
            }
        }
    }
}
