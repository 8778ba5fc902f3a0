//! `Track`: one pattern as an automaton over the text of a command's words, joined by blanks.
//!
//! Takes an entry of a rule or of `deny_substrings`. Gives its steps, and the set of positions that a character leads
//! to from a set of them. Two tracks that are followed at once say which texts both take, or one alone. Blanks within
//! a word are [`QUOTED_BLANK`], an empty word is [`EMPTY`], as in the values that rules are held against.

use crate::matching::argv::ArgvPattern;
use crate::matching::bracket::Set;
use crate::matching::glob::Glob;
use crate::matching::marks::{EMPTY, QUOTED_BLANK};
use crate::matching::token::GlobToken;

/// A pattern, step by step.
#[derive(Debug)]
pub struct Track {
    steps: Vec<Step>,
}

/// Where a text may have come to in a track, ascending.
pub type TrackPositions = Vec<usize>;

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// This character.
    Literal(char),
    /// Any one character.
    One(Crossing),
    /// One of a set.
    Set(Set, Crossing),
    /// Any number of characters.
    Run(Crossing),
    /// Nothing: the text ends here, or a blank follows.
    NameEnd,
}

/// What a wildcard may cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// Everything.
    Words,
    /// Everything within a word.
    Word,
    /// Everything within a word but `/`.
    Component,
}

/// Whether the end of a program's name counts, as it does where a rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameEnds {
    Kept,
    Ignored,
}

impl Track {
    /// Of a glob over a whole command.
    pub fn of_glob(glob: &Glob, ends: NameEnds) -> Self {
        let tokens = glob.values().iter();
        let kept = tokens.filter(|token| ends == NameEnds::Kept || **token != GlobToken::NameEnd);
        Self {
            steps: kept.map(|token| step(token, Crossing::Words)).collect(),
        }
    }

    /// Of an entry over words.
    pub fn of_argv(pattern: &ArgvPattern) -> Self {
        let mut steps = Vec::new();
        for (index, item) in pattern.items().enumerate() {
            if index > 0 {
                steps.push(Step::Literal(' '));
            }
            if item.as_str().is_empty() {
                steps.push(Step::Literal(EMPTY));
            }
            let crossing = match item.as_str().contains("**") {
                true => Crossing::Word,
                false => Crossing::Component,
            };
            let tokens = item.tokens().iter();
            let tokens = tokens.filter(|token| **token != GlobToken::NameEnd);
            let within = |token: &GlobToken| match *token == GlobToken::Literal(' ') {
                true => Step::Literal(QUOTED_BLANK),
                false => step(token, crossing),
            };
            steps.extend(tokens.map(within));
        }
        if pattern.takes_further_words() {
            steps.extend([Step::NameEnd, Step::Run(Crossing::Words)]);
        }
        Self { steps }
    }

    /// Of a program with any arguments.
    pub fn of_program(name: &str) -> Self {
        let mut steps: Vec<Step> = name.chars().map(Step::Literal).collect();
        steps.extend([Step::NameEnd, Step::Run(Crossing::Words)]);
        Self { steps }
    }

    /// Of whatever contains a text.
    pub fn containing(text: &str) -> Self {
        let mut steps = vec![Step::Run(Crossing::Words)];
        steps.extend(text.chars().map(Step::Literal));
        steps.push(Step::Run(Crossing::Words));
        Self { steps }
    }

    /// Of some steps of another.
    pub fn of_steps(steps: &[Step]) -> Self {
        Self {
            steps: steps.to_vec(),
        }
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The literal text that every match begins with.
    pub fn start(&self) -> String {
        let literal = |step: &Step| match step {
            Step::Literal(character) => Some(*character),
            Step::One(_) | Step::Set(..) | Step::Run(_) | Step::NameEnd => None,
        };
        self.steps.iter().map_while(literal).collect()
    }

    /// Whether it stands for one text.
    pub fn is_literal(&self) -> bool {
        let literal = |step: &Step| matches!(step, Step::Literal(_));
        self.steps.iter().all(literal)
    }

    /// Before the first step.
    pub fn beginning(&self) -> TrackPositions {
        let mut positions = Vec::new();
        self.add(&mut positions, 0);
        positions
    }

    /// Where one more character leads.
    pub fn after(&self, positions: &[usize], character: char) -> TrackPositions {
        let mut next = Vec::new();
        for position in positions {
            self.advance(&mut next, *position, character);
        }
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Whether a text may end here.
    pub fn accepts(&self, positions: &[usize]) -> bool {
        let nothing = |step: &Step| matches!(step, Step::Run(_) | Step::NameEnd);
        positions.iter().any(|position| {
            let rest = self.steps.get(*position..);
            rest.is_some_and(|rest| rest.iter().all(nothing))
        })
    }

    /// Whether it takes a text.
    pub fn takes(&self, text: &str) -> bool {
        let mut characters = text.chars();
        let end = characters.try_fold(self.beginning(), |positions, character| {
            let next = self.after(&positions, character);
            (!next.is_empty()).then_some(next)
        });
        end.is_some_and(|positions| self.accepts(&positions))
    }

    /// The steps that the next character may be taken by.
    pub fn next_steps(&self, positions: &[usize]) -> impl Iterator<Item = &Step> {
        positions.iter().filter_map(|position| {
            let step = self.steps.get(*position)?;
            match step {
                Step::NameEnd => self.steps.get(position + 1),
                Step::Literal(_) | Step::One(_) | Step::Set(..) | Step::Run(_) => Some(step),
            }
        })
    }

    fn advance(&self, next: &mut TrackPositions, position: usize, character: char) {
        match self.steps.get(position) {
            Some(Step::NameEnd) if character == ' ' => {
                let behind = position + 1;
                self.advance(next, behind, character);
                if matches!(self.steps.get(behind), Some(Step::Run(_))) {
                    self.advance(next, behind + 1, character);
                }
            }
            Some(Step::Run(crossing)) if crossing.crosses(character) => self.add(next, position),
            Some(step) if step.takes(character) => self.add(next, position + 1),
            Some(_) | None => {}
        }
    }

    /// Adds a position; a run may also take nothing.
    fn add(&self, positions: &mut TrackPositions, position: usize) {
        positions.push(position);
        if matches!(self.steps.get(position), Some(Step::Run(_))) {
            self.add(positions, position + 1);
        }
    }
}

impl Step {
    /// Whether it takes this one character, and is done with it.
    pub fn takes(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::One(crossing) => crossing.crosses(character),
            Self::Set(set, crossing) => crossing.crosses(character) && set.contains(character),
            Self::Run(_) | Self::NameEnd => false,
        }
    }

    /// Whether a text may go on with this character here.
    pub fn admits(&self, character: char) -> bool {
        match self {
            Self::Run(crossing) => crossing.crosses(character),
            Self::Literal(_) | Self::One(_) | Self::Set(..) | Self::NameEnd => {
                self.takes(character)
            }
        }
    }
}

impl Crossing {
    fn crosses(self, character: char) -> bool {
        match self {
            Self::Words => true,
            Self::Word => character != ' ',
            Self::Component => ![' ', '/'].contains(&character),
        }
    }
}

fn step(token: &GlobToken, crossing: Crossing) -> Step {
    match token {
        GlobToken::Literal(literal) => Step::Literal(*literal),
        GlobToken::One => Step::One(crossing),
        GlobToken::Run => Step::Run(crossing),
        GlobToken::Set(set) => Step::Set(set.clone(), crossing),
        GlobToken::NameEnd => Step::NameEnd,
    }
}
