//! `PathGlob`: a pattern over the path of a file, component by component.
//!
//! ```text
//! glob      := "/" | ("/" component)+
//! component := "**"                     any number of components, none too
//!            | (character | "*" | "?" | "[" set "]")+       one component, as fnmatch reads it
//! ```
//!
//! Takes a pattern; a wildcard other than `**` never crosses a `/`. Gives two readings:
//!
//! - strict: [`PathGlob::admits`], for entries that allow or ask. A component that begins with `.` is met only by a
//!   component of the pattern that begins with a `.`, too: what is hidden is seldom meant.
//! - lax: [`PathGlob::meets`], for entries that deny. The wildcards take hidden components, too, and letters count in
//!   either case.

use super::bracket;
use super::file_path::{FilePath, MAX_COMPONENT_BYTES, PathError, components};
use super::fold::folded;
use super::glob::Glob;
use super::positions::{MAX_PARTS, Positions};
use super::token::GlobToken;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct PathGlob {
    text: String,
    parts: Vec<PathPart>,
}

/// A component of a pattern.
#[derive(Clone, Debug)]
enum PathPart {
    /// `**`
    AnyDepth,
    /// Anything else: it takes one component.
    Name(NameGlob),
}

/// The pattern of one component.
#[derive(Clone, Debug)]
struct NameGlob {
    glob: Glob,
    /// The pattern without case.
    folded: Glob,
}

/// A component of a path.
#[derive(Clone, Copy)]
struct PathName<'p> {
    text: &'p str,
    /// The component without case, for the lax reading.
    folded: Option<&'p str>,
}

/// How a wildcard reads a component that begins with `.`, and a pattern the case of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HiddenReading {
    /// The strict reading: it does not take the component; case counts.
    Spelled,
    /// The lax reading: it takes the component as any other; case does not count.
    Taken,
}

/// How much of a path a pattern must spell, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpelledPart {
    /// So many components, from the root on.
    First(usize),
    /// All of it.
    Whole,
}

impl PathGlob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub(crate) fn new(text: &str) -> Result<Self, PathError> {
        let parts: Vec<PathPart> = components(text)?.map(part).collect::<Result<_, _>>()?;
        match parts.len() <= MAX_PARTS {
            true => Ok(Self {
                text: text.to_owned(),
                parts,
            }),
            false => Err(PathError::Many),
        }
    }

    /// The pattern as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The strict reading, for entries that allow or ask.
    pub(crate) fn admits(&self, path: &FilePath) -> bool {
        self.takes(path, HiddenReading::Spelled)
    }

    /// The lax reading, for entries that deny.
    pub(crate) fn meets(&self, path: &FilePath) -> bool {
        self.takes(path, HiddenReading::Taken)
    }

    /// Whether every component is spelled out: such a pattern stands for one path.
    pub(crate) fn is_literal(&self) -> bool {
        self.spelled() == self.parts.len()
    }

    /// Whether it spells so much of each path that it matches.
    pub(crate) fn spells(&self, part: SpelledPart) -> bool {
        match part {
            SpelledPart::First(count) => self.spelled() >= count,
            SpelledPart::Whole => self.is_literal(),
        }
    }

    /// How many components are spelled out before the first that is not.
    pub(crate) fn spelled(&self) -> usize {
        let literal =
            |part: &&PathPart| matches!(part, PathPart::Name(name) if name.glob.is_literal());
        self.parts.iter().take_while(literal).count()
    }

    /// Whether a component is `**`.
    pub(crate) fn has_any_depth(&self) -> bool {
        let any = |part: &PathPart| matches!(part, PathPart::AnyDepth);
        self.parts.iter().any(any)
    }

    /// Whether this pattern, in this reading, takes every path that `other` takes in the strict one. A `true` is
    /// certain, a `false` is not.
    pub(crate) fn covers(&self, other: &Self, hidden: HiddenReading) -> bool {
        let takes = |own: &PathPart, theirs: &PathPart| own.covers(theirs, hidden);
        self.run(other.parts.iter(), takes)
    }

    /// Paths for which the pattern stands: each `*` is one of `fills`, each `**` is no component or one. None where a
    /// component can match nothing.
    pub(crate) fn samples(&self, fills: &[&str]) -> Vec<String> {
        let both = fills.iter().flat_map(|fill| [(*fill, ""), (*fill, "/x")]);
        both.filter_map(|(fill, depth)| self.sample(fill, depth))
            .collect()
    }

    fn sample(&self, fill: &str, depth: &str) -> Option<String> {
        let mut path = String::new();
        for part in &self.parts {
            match part {
                PathPart::AnyDepth => path.push_str(depth),
                PathPart::Name(name) => {
                    path.push('/');
                    path.push_str(&sample(&name.glob, fill)?);
                }
            }
        }
        Some(if path.is_empty() {
            "/".to_owned()
        } else {
            path
        })
    }

    /// Whether the only wildcards are `*` and `**`: [`Self::samples`] then stands for every match but for what the
    /// wildcards take.
    pub(crate) fn has_only_runs(&self) -> bool {
        let run = |token: &GlobToken| !matches!(token, GlobToken::One | GlobToken::Set(_));
        self.names().all(|name| name.tokens().iter().all(run))
    }

    /// The first component that no name matches in this reading.
    pub(crate) fn impossible(&self, hidden: HiddenReading) -> Option<&str> {
        let mut names = self.names();
        let found = names.find(|name| is_impossible(name, hidden));
        found.map(Glob::as_str)
    }

    fn names(&self) -> impl Iterator<Item = &Glob> {
        self.parts.iter().filter_map(|part| match part {
            PathPart::Name(name) => Some(&name.glob),
            PathPart::AnyDepth => None,
        })
    }

    fn takes(&self, path: &FilePath, hidden: HiddenReading) -> bool {
        let names = path.components().zip(path.folded_components());
        let names = names.map(|(text, folded)| PathName {
            text,
            folded: (hidden == HiddenReading::Taken).then_some(folded),
        });
        self.run(names, PathPart::takes)
    }

    /// Follows all possibilities at once, so that the work is pattern times path.
    fn run<T: Copy>(
        &self,
        items: impl Iterator<Item = T>,
        takes: impl Fn(&PathPart, T) -> bool,
    ) -> bool {
        let mut reached = Positions::start();
        self.skip_depths(&mut reached);
        for item in items {
            let mut next = Positions::default();
            let parts = self.parts.iter().enumerate();
            for (index, part) in parts.filter(|(index, _)| reached.has(*index)) {
                match part {
                    _ if !takes(part, item) => {}
                    PathPart::AnyDepth => next.add(index),
                    PathPart::Name(_) => next.add(index + 1),
                }
            }
            if next.is_empty() {
                return false;
            }
            self.skip_depths(&mut next);
            reached = next;
        }
        reached.has(self.parts.len())
    }

    /// Adds the positions behind each `**`, since it may take no component.
    fn skip_depths(&self, reached: &mut Positions) {
        for (index, part) in self.parts.iter().enumerate() {
            if matches!(part, PathPart::AnyDepth) && reached.has(index) {
                reached.add(index + 1);
            }
        }
    }
}

impl PathPart {
    fn takes(&self, component: PathName<'_>) -> bool {
        let folded = component.folded;
        let taken = folded.is_some() || !component.text.starts_with('.');
        match self {
            Self::AnyDepth => taken,
            Self::Name(name) => {
                let exactly = name.glob.matches(component.text);
                (exactly && (taken || spells_dot(&name.glob)))
                    || folded.is_some_and(|folded| name.folded.matches(folded))
            }
        }
    }

    fn takes_literal(&self, text: &str, hidden: HiddenReading) -> bool {
        let small = folded(text);
        self.takes(PathName {
            text,
            folded: (hidden == HiddenReading::Taken).then_some(&small),
        })
    }

    /// Whether this part takes whatever `other` takes in the strict reading: both are the same, this one is `*`, or the
    /// other stands for one name.
    fn covers(&self, other: &Self, hidden: HiddenReading) -> bool {
        match (self, other) {
            (Self::AnyDepth, Self::AnyDepth) => true,
            (Self::AnyDepth, Self::Name(theirs)) => {
                hidden == HiddenReading::Taken || !spells_dot(&theirs.glob)
            }
            (Self::Name(_), Self::AnyDepth) => false,
            (Self::Name(own), Self::Name(theirs)) => {
                let (own, theirs) = (&own.glob, &theirs.glob);
                let all = own.as_str() == "*";
                let seen = hidden == HiddenReading::Taken || !spells_dot(theirs);
                own == theirs
                    || (all && seen)
                    || (theirs.is_literal() && self.takes_literal(theirs.start(), hidden))
            }
        }
    }
}

fn part(component: &str) -> Result<PathPart, PathError> {
    if component == "**" {
        return Ok(PathPart::AnyDepth);
    }
    if component.contains("**") {
        return Err(PathError::Joined);
    }
    let characters: Vec<char> = component.chars().collect();
    let mut rest = characters.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first == '[' {
            let (_, length) = bracket::read(behind).ok_or(PathError::Unclosed)?;
            rest = behind.get(length..).unwrap_or_default();
        }
    }
    Ok(PathPart::Name(NameGlob {
        glob: Glob::new(component),
        folded: Glob::new(&folded(component)),
    }))
}

/// Whether the pattern of a component begins with a `.` and no wildcard.
fn spells_dot(name: &Glob) -> bool {
    name.start().starts_with('.')
}

/// A text that the pattern of a component takes, with `fill` for each `*`.
fn sample(name: &Glob, fill: &str) -> Option<String> {
    let mut text = String::new();
    for token in name.tokens() {
        match token {
            GlobToken::Literal(character) => text.push(*character),
            GlobToken::One => text.push('x'),
            GlobToken::Run => text.push_str(fill),
            GlobToken::Set(set) => text.push(member(set)?),
            GlobToken::NameEnd => {}
        }
    }
    Some(text)
}

/// A character of a set, a letter if it has one.
fn member(set: &bracket::Set) -> Option<char> {
    let printable = (' '..='~').rev().filter(|character| *character != '/');
    printable
        .chain(set.edges())
        .find(|character| set.contains(*character))
}

/// Whether no name matches: a set without any character, a set that has only the `.` which it may not take, a name that
/// is too long.
fn is_impossible(name: &Glob, hidden: HiddenReading) -> bool {
    let tokens = name.tokens();
    let dot = |token: &GlobToken| matches!(token, GlobToken::Set(set) if set.spells() == Some('.'));
    let only_dot = hidden == HiddenReading::Spelled && tokens.first().is_some_and(dot);
    let empty = |token: &GlobToken| matches!(token, GlobToken::Set(set) if set.is_empty());
    let least = tokens.iter().map(|token| match token {
        GlobToken::Literal(character) => character.len_utf8(),
        GlobToken::One | GlobToken::Set(_) => 1,
        GlobToken::Run | GlobToken::NameEnd => 0,
    });
    only_dot || tokens.iter().any(empty) || least.sum::<usize>() > MAX_COMPONENT_BYTES
}
