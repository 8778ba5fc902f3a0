//! A script of `awk`: gawk, mawk, busybox or the original one.
//!
//! ```text
//! script = { name | number | string | regex | sign | comment | newline }
//! name   = [A-Za-z_][A-Za-z_0-9]*       number = 12 | 1.5 | .5e-3 | 0x1F
//! string = '"' ... '"'                  regex  = "/" ... "/", no "/" within brackets
//! ```
//!
//! Harmless are patterns, actions, control flow, listed functions and those that the script defines,
//! `print` to "/dev/stderr" or "/dev/stdout", and `getline` from the script's own input.
//!
//! A "/" begins a regex where a value is expected and divides after a value. Where awks may disagree
//! it is refused: after `++`, after `if (...)`, after a bare `length`. A `print` goes on over a newline
//! unless a value is before it; then ">" is a redirection but in parentheses. Busybox gives a "<" to an
//! earlier `getline` of the expression. OFMT and CONVFMT go to printf(3) in some awks.

use std::collections::HashSet;

use super::Flaw;

const UNKNOWN: &str = "is not known to be harmless";
const RUNS: &str = "runs a program";
const READS: &str = "reads any file";
const WRITES: &str = "writes a file";

const KEYWORDS: &str = "\
    BEGIN BEGINFILE END ENDFILE break case continue default delete do else exit for func function \
    getline if in next nextfile print printf return switch while";
/// A regex may follow these.
const BEFORE_VALUE: &str = "case do else print printf return";
const HEADERS: &str = "for if switch while";
const FUNCTIONS: &str = "\
    and asort asorti atan2 close compl cos exp fflush gensub gsub index int isarray length log lshift \
    match mktime or patsplit rand rshift sin split sprintf sqrt srand strftime strtonum sub substr \
    systime tolower toupper typeof xor";
/// Longer ones first.
const SIGNS: &str = "\
    **= && || |& ++ -- += -= *= /= %= ^= ** == <= >= != !~ >> { } ( ) [ ] ; , + - * / % ^ ! < > ? : ~ \
    $ = |";
const TERMINALS: [&str; 2] = ["\"/dev/stderr\"", "\"/dev/stdout\""];

/// The flaws of a script of `awk`.
pub fn scan(script: &str) -> Vec<Flaw> {
    if !plain(script.as_bytes()) {
        return vec![Flaw { start: 0, end: script.len(), why: UNKNOWN }];
    }
    let mut lexer = Lexer { text: script, at: 0, tokens: Vec::new(), open: Vec::new() };
    let read = lexer.read();
    let open = lexer.open.first().copied();
    let mut flaws = Judge::new(&lexer.tokens).judge();
    let unread = read.err().or(open.map(|open| open.at));
    flaws.extend(unread.map(|start| Flaw { start, end: script.len(), why: UNKNOWN }));
    flaws
}

/// No control characters, and no character whose last byte a locale that is not UTF-8 may join with a
/// sign of the grammar.
fn plain(text: &[u8]) -> bool {
    let next = text.iter().skip(1).chain(&[b'\n']);
    text.iter().zip(next).all(|(&byte, &next)| match byte {
        b'\t' | b'\n' => true,
        _ if byte.is_ascii() => !byte.is_ascii_control(),
        _ => !b"\\[]".contains(&next),
    })
}

fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|item| item == word)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Number,
    Text,
    Regex,
    Sign,
    Line,
    /// The ")" of `if (...)`.
    Header,
}

#[derive(Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    start: usize,
    end: usize,
}

impl Token<'_> {
    /// Whether an expression may end here.
    fn is_value(&self) -> bool {
        match self.kind {
            Kind::Name => !has(BEFORE_VALUE, self.text),
            Kind::Number | Kind::Text | Kind::Regex => true,
            Kind::Sign => matches!(self.text, ")" | "]"),
            Kind::Line | Kind::Header => false,
        }
    }
}

#[derive(Clone, Copy)]
struct Open {
    closes: char,
    header: bool,
    at: usize,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token<'a>>,
    open: Vec<Open>,
}

impl<'a> Lexer<'a> {
    /// Where the first token is that cannot be read.
    fn read(&mut self) -> Result<(), usize> {
        loop {
            self.skip(|c| c == ' ' || c == '\t');
            let start = self.at;
            let Some(first) = self.peek() else { return Ok(()) };
            if first == '#' {
                self.skip(|c| c != '\n');
                let comment = self.text.get(start..self.at).unwrap_or_default();
                if comment.contains('\\') {
                    return Err(start);
                }
                continue;
            }
            let kind = self.token(first).ok_or(start)?;
            let text = self.text.get(start..self.at).unwrap_or_default();
            self.tokens.push(Token { kind, text, start, end: self.at });
        }
    }

    fn token(&mut self, first: char) -> Option<Kind> {
        match first {
            '\n' => {
                self.at += 1;
                Some(Kind::Line)
            }
            '"' => self.string(),
            'A'..='Z' | 'a'..='z' | '_' => {
                self.skip(is_word);
                // Gawk translates `_"..."`.
                (self.peek() != Some('"') || self.tokens_text(self.at) != "_").then_some(Kind::Name)
            }
            '0'..='9' => self.number(),
            '.' => self.number(),
            '/' if self.expects_regex()? => self.regex(),
            _ => self.sign(),
        }
    }
}
