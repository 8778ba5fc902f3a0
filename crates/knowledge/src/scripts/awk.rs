//! A script of `awk`: gawk, mawk, busybox or the original awk. Takes the script, gives its flaws.
//!
//! ```text
//! script = { name | number | string | regex | sign | newline | comment without "\" }
//! name   = [A-Za-z_][A-Za-z_0-9]*      number = 12 | 1.5 | .5e-3
//! string = '"' ... '"'                 regex  = "/" ... "/", see sed.rs
//! ```
//!
//! These are harmless: patterns, actions, control flow, listed functions, functions that the script defines,
//! `print` to "/dev/stderr" or "/dev/stdout", and `getline` from the script's own input.
//!
//! A "/" begins a regex where a value is expected, and divides after a value. A "/" on which awks may disagree
//! is refused: after `++`, `if (...)`, a bare `length`. A `print` ends at a newline only after a value; until
//! then a ">" outside parentheses redirects. A "<" may belong to any `getline` before it.

use std::collections::HashSet;

use super::flaw::{Flaw, UNKNOWN, flaw, has};
use super::jq::{decimal, is_word};
use super::sed::{READS, RUNS, ScriptReader, WRITES, plain};

const KEYWORDS: &str = "\
    BEGIN BEGINFILE END ENDFILE break case continue default delete do else exit for func function \
    getline if in next nextfile print printf return switch while";
/// Keywords of every awk before a value, which may be a regex. `case` is missing, since only gawk has it.
const BEFORE_VALUE: &str = "do else print printf return";
const FUNCTIONS: &str = "\
    and asort asorti atan2 close compl cos exp fflush gensub gsub index int isarray length log \
    lshift match mktime or patsplit rand rshift sin split sprintf sqrt srand strftime strtonum sub \
    substr systime tolower toupper typeof xor";
/// The signs; longer ones stand first, since the first that fits is taken.
const SIGNS: &str = "\
    **= && || |& ++ -- += -= *= /= %= ^= ** == <= >= != !~ >> { } ( ) [ ] ; , + - * / % ^ ! < > ? \
    : ~ $ = |";

/// The flaws of a script of `awk`.
pub fn scan(script: &str) -> Vec<Flaw> {
    let mut lexer = AwkLexer {
        reader: ScriptReader::new(script),
        tokens: Vec::new(),
        open: Vec::new(),
    };
    let read = if plain(script) { lexer.read() } else { Err(0) };
    let unclosed = lexer.open.first().map(|open| open.start);
    let mut flaws = judge(&lexer.tokens);
    let unread = read.err().or(unclosed);
    flaws.extend(unread.map(|start| flaw(start, script.len(), UNKNOWN)));
    flaws
}

/// The flaws of `NAME=value` behind `-v`: some awks hand the values of two variables to printf(3), and `%n` writes.
pub fn variable(assignment: &str) -> Vec<Flaw> {
    let (name, value) = assignment.split_once('=').unwrap_or_default();
    let format = name.contains("OFMT") || name.contains("CONVFMT");
    let harmless = !format || is_format(&format!("\"{value}\""));
    let flaw = (!harmless).then(|| flaw(0, assignment.len(), UNKNOWN));
    flaw.into_iter().collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AwkTokenKind {
    Name,
    /// A number, a string or a regex.
    Value,
    Sign,
    /// The ")" of `if (...)`.
    Header,
    Line,
}

struct AwkToken<'a> {
    kind: AwkTokenKind,
    text: &'a str,
    start: usize,
    end: usize,
    /// How many brackets are open after the token, and how many of them are "(".
    open: usize,
    parentheses: usize,
}

impl AwkToken<'_> {
    /// Whether a value may end here.
    fn is_value(&self) -> bool {
        match self.kind {
            AwkTokenKind::Name => self.text == "getline" || !has(KEYWORDS, self.text),
            AwkTokenKind::Value => true,
            AwkTokenKind::Sign => matches!(self.text, ")" | "]"),
            AwkTokenKind::Header | AwkTokenKind::Line => false,
        }
    }

    /// Whether awks may disagree on a "/" after the token.
    fn is_ambiguous(&self, line: bool) -> bool {
        let keyword = has(KEYWORDS, self.text) && !has(BEFORE_VALUE, self.text);
        match self.kind {
            AwkTokenKind::Header => true,
            AwkTokenKind::Sign => matches!(self.text, "++" | "--" | "$"),
            AwkTokenKind::Name => !line && keyword || has("getline length", self.text),
            AwkTokenKind::Value => !line && self.text.starts_with('/'),
            AwkTokenKind::Line => false,
        }
    }
}

struct AwkBracket {
    closes: &'static str,
    /// The kind of the token that closes the bracket.
    kind: AwkTokenKind,
    start: usize,
}

struct AwkLexer<'a> {
    reader: ScriptReader<'a>,
    tokens: Vec<AwkToken<'a>>,
    open: Vec<AwkBracket>,
}

impl AwkLexer<'_> {
    /// Reads all tokens. The error is the place of the first token that cannot be read.
    fn read(&mut self) -> Result<(), usize> {
        while let Some((start, first)) = self.reader.token_start(b" \t")? {
            let kind = self.token(first).ok_or(start)?;
            self.tokens.push(AwkToken {
                kind,
                text: self.reader.since(start),
                start,
                end: self.reader.at,
                open: self.open.len(),
                parentheses: self.open.iter().filter(|open| open.closes == ")").count(),
            });
        }
        Ok(())
    }

    fn token(&mut self, first: u8) -> Option<AwkTokenKind> {
        match first {
            b'\n' => self.reader.next().map(|_| AwkTokenKind::Line),
            b'"' => {
                self.reader.next();
                self.reader.until(b'"').map(|()| AwkTokenKind::Value)
            }
            b'/' if self.expects_regex()? => {
                self.reader.next();
                // The `/=` of `a /= b` may be a division.
                (self.reader.peek() != Some(b'=')).then_some(())?;
                self.reader.regex(b'/').map(|()| AwkTokenKind::Value)
            }
            b'0'..=b'9' | b'.' => {
                decimal(&mut self.reader)?;
                (self.reader.peek() != Some(b'.')).then_some(AwkTokenKind::Value)
            }
            byte if is_word(byte) => {
                let start = self.reader.at;
                self.reader.skip(is_word);
                // Gawk translates `_"..."`.
                let bare = self.reader.since(start) != "_" || self.reader.peek() != Some(b'"');
                bare.then_some(AwkTokenKind::Name)
            }
            _ => self.sign(),
        }
    }

    /// Whether a "/" begins a regex; `None` in doubt.
    fn expects_regex(&self) -> Option<bool> {
        let begins_line = matches!(
            self.tokens.last(),
            None | Some(AwkToken {
                kind: AwkTokenKind::Line,
                ..
            })
        );
        let mut tokens = self.tokens.iter().rev();
        match tokens.find(|token| token.kind != AwkTokenKind::Line) {
            Some(last) if last.is_ambiguous(begins_line) => None,
            Some(last) => Some(begins_line || !last.is_value()),
            None => Some(true),
        }
    }

    fn sign(&mut self) -> Option<AwkTokenKind> {
        let start = self.reader.at;
        let rest = self.reader.text.get(start..)?;
        let mut signs = SIGNS.split_ascii_whitespace();
        let sign = signs.find(|sign| rest.starts_with(sign))?;
        self.reader.at += sign.len();
        let closes = match sign {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            ")" | "]" | "}" => {
                let open = self.open.pop().filter(|open| open.closes == sign)?;
                return Some(open.kind);
            }
            // Gawk calls functions of a namespace: `awk::system`.
            ":" if self.reader.peek() == Some(b':') => return None,
            _ => return Some(AwkTokenKind::Sign),
        };
        let kind = match self.tokens.last().map_or("", |token| token.text) {
            "for" | "if" | "switch" | "while" => AwkTokenKind::Header,
            _ => AwkTokenKind::Sign,
        };
        self.open.push(AwkBracket {
            closes,
            kind,
            start,
        });
        Some(AwkTokenKind::Sign)
    }
}

struct AwkJudge<'a> {
    tokens: &'a [AwkToken<'a>],
    functions: HashSet<&'a str>,
    /// Where the statement begins.
    statement: usize,
    /// A `print` and a `getline` that have not ended.
    print: Option<&'a AwkToken<'a>>,
    getline: Option<&'a AwkToken<'a>>,
    flaws: Vec<Flaw>,
}

fn judge<'a>(tokens: &'a [AwkToken<'a>]) -> Vec<Flaw> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    let defined = pairs.filter(|(word, _)| matches!(word.text, "func" | "function"));
    let mut judge = AwkJudge {
        tokens,
        functions: defined.map(|(_, name)| name.text).collect(),
        statement: 0,
        print: None,
        getline: None,
        flaws: Vec::new(),
    };
    let mut after_value = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            AwkTokenKind::Name => judge.name(at, token),
            AwkTokenKind::Sign | AwkTokenKind::Header => judge.sign(at, token),
            // A newline ends a statement only after a value.
            AwkTokenKind::Line if after_value => judge.ends(token.open),
            AwkTokenKind::Line | AwkTokenKind::Value => {}
        }
        after_value = token.is_value();
    }
    judge.flaws
}

impl<'a> AwkJudge<'a> {
    fn name(&mut self, at: usize, token: &'a AwkToken<'a>) {
        let name = token.text;
        let known = has(FUNCTIONS, name) || has(KEYWORDS, name) || self.functions.contains(name);
        let why = match name {
            "system" => return self.flaw(token.start, at, RUNS),
            "print" | "printf" => return self.print = Some(token),
            "getline" => return self.getline = self.getline.or(Some(token)),
            "ENVIRON" => "reads the environment",
            "ARGC" | "ARGV" | "FUNCTAB" | "SYMTAB" => READS,
            "PROCINFO" if !self.assigns(at, &["[", "\"sorted_in\"", "]", "="], |_| true) => UNKNOWN,
            "CONVFMT" | "OFMT" if !self.assigns(at, &["="], is_format) => UNKNOWN,
            _ if self.text(at + 1) == "(" && !known => UNKNOWN,
            _ => return,
        };
        self.flaws.push(flaw(token.start, token.end, why));
    }

    fn sign(&mut self, at: usize, token: &AwkToken<'_>) {
        match (token.text, self.getline) {
            ("|" | "|&", _) => self.flaw(self.statement, at, RUNS),
            ("<", Some(getline)) => self.flaw(getline.start, at, READS),
            (">" | ">>" | ">=", _) if !self.compares(at, token) => {
                self.flaw(token.start, at, WRITES);
            }
            (";", _) => self.ends(token.open),
            ("{", _) => self.ends(token.open.saturating_sub(1)),
            (")" | "]" | "}", _) => self.ends(token.open + 1),
            _ => {}
        }
        if matches!(token.text, ";" | "{" | "}") {
            self.statement = token.end;
        }
    }

    /// Whether this ">" compares, or redirects only to "/dev/stderr" or "/dev/stdout".
    fn compares(&self, at: usize, token: &AwkToken<'_>) -> bool {
        match (self.print, token.text) {
            (None, sign) => sign != ">>",
            (Some(print), ">" | ">=") if token.parentheses > print.parentheses => true,
            (Some(print), ">" | ">>") if token.open == print.open => {
                let terminal = matches!(self.text(at + 1), "\"/dev/stderr\"" | "\"/dev/stdout\"");
                terminal && self.is_end(at + 2)
            }
            (Some(_), _) => false,
        }
    }

    /// Ends a `print` and a `getline` that began where at least `open` brackets were open.
    fn ends(&mut self, open: usize) {
        self.print = self.print.filter(|print| print.open < open);
        self.getline = self.getline.filter(|getline| getline.open < open);
    }

    /// Whether the statement only assigns a string that is `harmless` to the name at this place.
    fn assigns(&self, at: usize, signs: &[&str], harmless: fn(&str) -> bool) -> bool {
        let after = at + 1 + signs.len();
        let follow = self.tokens.iter().skip(at + 1).map(|token| token.text);
        let text = self.text(after);
        let is_text = text.starts_with('"') && harmless(text) && self.is_end(after + 1);
        is_text && follow.take(signs.len()).eq(signs.iter().copied())
    }

    fn is_end(&self, at: usize) -> bool {
        matches!(self.text(at), ";" | "}" | "\n")
    }

    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    /// Notes a flaw from `start` to the end of the statement.
    fn flaw(&mut self, start: usize, at: usize, why: &'static str) {
        let rest = self.tokens.iter().skip(at);
        let statement = rest.take_while(|token| !matches!(token.text, ";" | "{" | "}"));
        let end = statement.last().map_or(start, |token| token.end);
        self.flaws.push(flaw(start, end, why));
    }
}

/// Whether a format is of one number, as `"%.3f"`: some awks hand it to printf(3).
fn is_format(text: &str) -> bool {
    let form = text.strip_prefix("\"%").unwrap_or_default();
    let letter = form.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    matches!(letter, "d\"" | "e\"" | "f\"" | "g\"")
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn a_flaw_covers_what_it_acts_on() {
        for (script, part, why) in [
            ("{x; system(f y); z}", "system(f y)", "runs a program"),
            ("{x;f | getline; z}", "f | getline", "runs a program"),
            ("{if (getline<f) y}", "getline<f) y", "reads any file"),
            ("{print} @f(x)", "@f(x)", "is not known to be harmless"),
        ] {
            let found = scan(script);
            let found = found
                .iter()
                .map(|flaw| (&script[flaw.start..flaw.end], flaw.why));
            assert!(found.eq([(part, why)]), "{script}");
        }
    }
}
