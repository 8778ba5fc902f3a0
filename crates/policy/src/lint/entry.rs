//! One entry of a rule as the lints see it: a pattern whose wildcards can be filled in.
//!
//! Takes an entry of `commands`, `argv` or `simple_binaries` with its place. Gives a rule with this entry alone,
//! the entry's text with the wildcards marked, and lines for which the entry stands.

use crate::matching::argv::ArgvPattern;
use crate::matching::glob::Glob;
use crate::matching::marks::SHELL_PATTERN;
use crate::matching::simple::SimpleBinaries;
use crate::matching::token::GlobToken;
use crate::rules::rule::Rule;
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};
use mcp_ssh_yaml::diagnostic::Span;

use super::places::{PlaceStep, Places};

/// An entry of a rule.
pub struct LintEntry {
    /// Where the entry stands in the file.
    pub span: Span,
    /// The entry as a person would write it.
    pub shown: String,
    /// The rule with this entry only.
    pub alone: Rule,
    /// The globs of the entry: one over all words, or one for each word.
    words: Vec<Glob>,
    /// Whether any number of further words may follow.
    further: bool,
}

impl LintEntry {
    /// Every entry of a rule.
    pub fn all(rule: &Rule, places: &Places) -> Vec<Self> {
        let below = |key| {
            [
                PlaceStep::Key("rules"),
                PlaceStep::Item(rule.index),
                PlaceStep::Key(key),
            ]
        };
        let none = Rule {
            commands: Vec::new(),
            argv: Vec::new(),
            simple: SimpleBinaries::default(),
            ..rule.clone()
        };
        let commands = places.texts(&below("commands"));
        let mut entries: Vec<Self> = commands
            .into_iter()
            .map(|(text, span)| Self {
                span,
                shown: text.to_owned(),
                alone: Rule {
                    commands: vec![Glob::new(text)],
                    ..none.clone()
                },
                words: vec![Glob::new(text)],
                further: false,
            })
            .collect();
        for (index, pattern) in rule.argv.iter().enumerate() {
            let [rules, item, key] = below("argv");
            let path = [rules, item, key, PlaceStep::Item(index)];
            entries.push(Self::over_words(&none, pattern, &path, places));
        }
        for (name, span) in places.texts(&below("simple_binaries")) {
            entries.push(Self {
                span,
                shown: name.to_owned(),
                alone: Rule {
                    simple: rule.simple.only(name),
                    ..none.clone()
                },
                words: vec![Glob::new(name)],
                further: true,
            });
        }
        entries
    }

    fn over_words(
        none: &Rule,
        pattern: &ArgvPattern,
        path: &[PlaceStep<'_>; 4],
        places: &Places,
    ) -> Self {
        let items = places.texts(path);
        let mut texts: Vec<&str> = items.iter().map(|(text, _)| *text).collect();
        let shown = texts.join(" ");
        let further = texts.last() == Some(&"**");
        if further && texts.len() > 1 {
            texts.pop();
        }
        Self {
            span: places.value(path),
            shown,
            alone: Rule {
                argv: vec![pattern.clone()],
                ..none.clone()
            },
            words: texts.into_iter().map(Glob::new).collect(),
            further,
        }
    }

    /// Whether the entry stands for one command only.
    pub fn is_literal(&self) -> bool {
        !self.further && self.words.iter().all(Glob::is_literal)
    }

    /// Whether the entry matches any program.
    pub fn names_any_program(&self) -> bool {
        let mut words = self.words.iter();
        words.next().is_some_and(|program| match words.len() {
            0 if !self.further => program.names_any_program(),
            _ => program.as_str().trim_matches('*').is_empty(),
        })
    }

    /// Whether a wildcard stands in the program's name before the end of the name.
    pub fn leaves_name_open(&self) -> bool {
        let program = self.shown.split(' ').next().unwrap_or_default();
        let name = program.strip_suffix('*').unwrap_or(program);
        name.contains(['*', '?', '['])
    }

    /// Whether a wildcard stands at the end of the program's path, in an item of `argv`: there it is no end of a name.
    pub fn chooses_program(&self) -> bool {
        let program = self.words.first().filter(|_| !self.is_over_text());
        program.is_some_and(|program| !program.is_literal())
    }

    /// The words that are spelled out before the first wildcard; the program is the first.
    pub fn spelled(&self) -> Vec<String> {
        let (mut words, is_whole) = self.before_wildcard();
        // The text before a wildcard is no whole word, unless it is a program's name.
        words.truncate(words.len() - usize::from(!is_whole));
        words
    }

    /// The words that are spelled out, and the word that a wildcard goes on with: most lines have it as it stands.
    pub fn begun(&self) -> Vec<String> {
        let (mut words, _) = self.before_wildcard();
        words.retain(|word| !word.is_empty());
        words
    }

    /// The text of the word that the last `*` goes on with; empty where that stands alone.
    pub fn begun_word(&self) -> String {
        let open = |glob: &&Glob| glob.tokens().contains(&GlobToken::Run);
        let last = self.words.iter().rfind(open).filter(|_| !self.further);
        let tokens = last.map(|glob| glob.tokens()).unwrap_or_default();
        let end = tokens.iter().rposition(|token| *token == GlobToken::Run);
        let before = tokens.get(..end.unwrap_or_default()).unwrap_or_default();
        let plain = before.iter().filter(|token| **token != GlobToken::NameEnd);
        let letters = plain.rev().map_while(literal);
        let word: Vec<char> = letters.take_while(|letter| *letter != ' ').collect();
        word.into_iter().rev().collect()
    }

    /// The words up to the first wildcard, and whether the last of them is whole.
    fn before_wildcard(&self) -> (Vec<String>, bool) {
        if !self.is_over_text() {
            let literals = self.words.iter().take_while(|glob| glob.is_literal());
            let literals = literals.map(|glob| glob.start().to_owned());
            return (literals.collect(), true);
        }
        let tokens = self.words.iter().flat_map(|glob| glob.tokens());
        let mut tokens = tokens.peekable();
        let mut words = vec![String::new()];
        while let Some(GlobToken::Literal(character)) = tokens.next_if(
            |token| matches!(token, GlobToken::Literal(sign) if !['\'', '\\'].contains(sign)),
        ) {
            match (character, words.last_mut()) {
                (' ', _) => words.push(String::new()),
                (other, Some(word)) => word.push(*other),
                (_, None) => {}
            }
        }
        let is_whole = matches!(tokens.peek(), None | Some(GlobToken::NameEnd));
        (words, is_whole)
    }

    /// Whether the entry is a glob over the text of a command.
    pub fn is_over_text(&self) -> bool {
        !self.alone.commands.is_empty()
    }

    /// The text of the entry without quotes; each wildcard is a mark that only a `*` takes.
    pub fn marked(&self) -> String {
        let mark = |glob: &Glob| -> String {
            let tokens = glob.tokens().iter();
            let marked = tokens.filter(|token| **token != GlobToken::NameEnd);
            marked
                .map(|token| literal(token).unwrap_or(SHELL_PATTERN))
                .collect()
        };
        let mut text = self.words.iter().map(mark).collect::<Vec<_>>().join(" ");
        if self.further {
            text.push(SHELL_PATTERN);
        }
        text
    }

    /// The commands for which the entry stands when its last wildcard is `fill`, as the remote shell would
    /// get them; more than one where a `*` may take several words.
    pub fn lines(&self, fill: &str) -> Vec<String> {
        let fills = [fill.to_owned(), format!("x {fill}"), format!(" {fill}")];
        let texts: Vec<String> = if self.is_over_text() {
            let text = |fill: &String| self.words.first().map(|glob| filled(glob, Some(fill), " "));
            fills.iter().filter_map(text).collect()
        } else {
            vec![self.quoted(fill)]
        };
        let rendered = |text: &String| CommandLine::parse(text).ok().map(|line| line.render());
        texts.iter().filter_map(rendered).collect()
    }

    /// The words in quotes, with `fill` in place of the last wildcard.
    fn quoted(&self, fill: &str) -> String {
        let open = |glob: &Glob| glob.tokens().contains(&GlobToken::Run);
        let last = self.words.iter().rposition(open).filter(|_| !self.further);
        let words = self.words.iter().enumerate().map(|(index, glob)| {
            let here = (last == Some(index)).then_some(fill);
            quote(&filled(glob, here, ""))
        });
        let mut words: Vec<String> = words.collect();
        if self.further {
            words.push(fill.to_owned());
        }
        words.join(" ")
    }
}

/// A text for which a glob stands: `fill`, if given, replaces the last `*`; `name_end` follows the program's
/// name.
fn filled(glob: &Glob, fill: Option<&str>, name_end: &str) -> String {
    let tokens = glob.tokens();
    let last = tokens.iter().rposition(|token| *token == GlobToken::Run);
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        match (token, fill) {
            (GlobToken::Run, Some(fill)) if last == Some(index) => text.push_str(fill),
            (GlobToken::NameEnd, _) => text.push_str(name_end),
            (GlobToken::Literal(character), _) => text.push(*character),
            (GlobToken::One | GlobToken::Run, _) => text.push('x'),
            (GlobToken::Set(set), _) => {
                let printable = (' '..='~').rev().find(|character| set.contains(*character));
                text.extend(printable);
            }
        }
    }
    text
}

fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn literal(token: &GlobToken) -> Option<char> {
    match token {
        GlobToken::Literal(character) => Some(*character),
        GlobToken::One | GlobToken::Run | GlobToken::Set(_) | GlobToken::NameEnd => None,
    }
}

/// The one simple command of a line.
pub fn subject_of(line: &str) -> Option<Subject> {
    let line = CommandLine::parse(line).ok()?;
    let mut subjects = subject::of(&line, |_| false);
    match subjects.len() {
        1 => subjects.pop(),
        _ => None,
    }
}
