//! A filter of `jq`. Takes the filter, gives its flaws.
//!
//! ```text
//! filter   = { name | "$" name | "." name | "@" name | number | string | sign | comment without "\" }
//! name     = [A-Za-z_][A-Za-z_0-9]*      number = 12 | 1.5 | .5e-3
//! string   = '"' { character | "\" escape | "\(" filter ")" } '"'
//! ```
//!
//! These are harmless: listed functions, functions that the filter defines, and names that are keys, as in
//! `{ name: ..., name }`. The environment, modules and the paths of modules are refused. No definition makes
//! their names harmless: outside the scope of the definition the name is the builtin again.

use std::collections::HashSet;

use super::flaw::{Flaw, UNKNOWN, flaw, has};
use super::sed::ScriptReader;

const ENVIRONMENT: &str = "reads the environment";
const MODULE: &str = "reads a module or data file";

const KEYWORDS: &str = "\
    and as break catch def elif else end foreach if label or reduce then try";
const FUNCTIONS: &str = "\
    IN INDEX abs acos acosh add all any arrays ascii ascii_downcase ascii_upcase asin asinh atan \
    atan2 atanh booleans bsearch builtins capture cbrt ceil combinations contains copysign cos cosh \
    date dateadd datesub debug del delpaths drem empty endswith erf error exp exp10 exp2 explode \
    expm1 fabs false fdim finites first flatten floor fma fmax fmin fmod frexp from_entries fromdate \
    fromdateiso8601 fromjson fromstream gamma getpath gmtime group_by gsub halt halt_error has \
    have_decnum have_literal_numbers hypot implode in index indices infinite input input_filename \
    input_line_number inputs inside isempty isfinite isinfinite isnan isnormal isvalid iterables j0 \
    j1 join keys keys_unsorted last ldexp leaf_paths length lgamma lgamma_r limit localtime log \
    log10 log1p log2 logb ltrim ltrimstr map map_values match max max_by min min_by mktime modf nan \
    nearbyint nextafter nexttoward normals not now nth null nulls numbers objects path paths pick \
    pow pow10 range recurse recurse_down repeat reverse rindex rint round rtrim rtrimstr scalars \
    scalb scalbln scan select setpath significand sin sinh skip sort sort_by split splits sqrt \
    startswith stderr strflocaltime strftime strings strptime sub tan tanh test tgamma to_entries \
    toarray todate todateiso8601 tojson tonumber tostream tostring transpose trim trimstr true trunc \
    truncate_stream type unique unique_by until utf8bytelength values walk while with_entries y0 y1 \
    yn";

/// The flaws of a filter of `jq`.
pub fn scan(script: &str) -> Vec<Flaw> {
    scan_with(script, "")
}

/// The flaws of a filter that may have these functions too.
pub(super) fn scan_with(script: &str, functions: &str) -> Vec<Flaw> {
    let mut lexer = JqLexer {
        reader: ScriptReader::new(script),
        tokens: Vec::new(),
        open: Vec::new(),
    };
    let read = if plain(script) { lexer.read() } else { Err(0) };
    let unclosed = lexer.open.first().map(|open| open.start);
    let mut flaws = judge(&lexer.tokens, script.len(), functions);
    if let Some(start) = read.err().or(unclosed) {
        flaws.push(flaw(start, script.len(), UNKNOWN));
    }
    flaws
}

/// Whether a text is read in one way: no carriage return, which may end a comment, and no "-" at the beginning.
fn plain(text: &str) -> bool {
    !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| b"\t\n".contains(&byte) || !byte.is_ascii_control())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum JqTokenKind {
    Name,
    /// A name where an object has its keys.
    Key,
    Variable,
    /// A field, a format, a number or a string: its text does not matter.
    Value,
    Sign,
}

struct JqToken<'a> {
    kind: JqTokenKind,
    text: &'a str,
    start: usize,
    end: usize,
}

struct JqBracket {
    closes: &'static str,
    /// Whether the bracket is that of a filter within a string.
    text: bool,
    start: usize,
}

struct JqLexer<'a> {
    reader: ScriptReader<'a>,
    tokens: Vec<JqToken<'a>>,
    open: Vec<JqBracket>,
}

impl<'a> JqLexer<'a> {
    /// Reads all tokens. The error is the place of the first token that cannot be read.
    fn read(&mut self) -> Result<(), usize> {
        while let Some((start, first)) = self.reader.token_start(b" \t\n")? {
            let kind = self.token(first).ok_or(start)?;
            let text = self.reader.since(start);
            self.tokens.push(JqToken {
                kind,
                text,
                start,
                end: self.reader.at,
            });
        }
        Ok(())
    }

    fn token(&mut self, first: u8) -> Option<JqTokenKind> {
        let second = self.reader.text.as_bytes().get(self.reader.at + 1).copied();
        let named = second.is_some_and(begins_name);
        match first {
            b'"' => {
                self.reader.at += 1;
                self.string()
            }
            b'.' if second.is_some_and(|byte| byte.is_ascii_digit()) => {
                decimal(&mut self.reader).map(|()| JqTokenKind::Value)
            }
            b'.' if second == Some(b'.') => {
                self.reader.at += 2;
                Some(JqTokenKind::Sign)
            }
            b'$' | b'@' | b'.' if named => {
                self.reader.at += 1;
                self.reader.skip(is_word);
                Some(if first == b'$' {
                    JqTokenKind::Variable
                } else {
                    JqTokenKind::Value
                })
            }
            b'0'..=b'9' => decimal(&mut self.reader).map(|()| JqTokenKind::Value),
            byte if begins_name(byte) => self.name(),
            _ => self.sign(),
        }
    }

    fn name(&mut self) -> Option<JqTokenKind> {
        let start = self.reader.at;
        self.reader.skip(is_word);
        let last = self
            .tokens
            .last()
            .filter(|token| token.kind == JqTokenKind::Sign);
        let in_object = self.open.last().is_some_and(|open| open.closes == "}");
        if in_object && last.is_some_and(|token| matches!(token.text, "{" | ",")) {
            return Some(JqTokenKind::Key);
        }
        match self.reader.since(start) {
            // The commas within `if` do not belong to the object around it.
            "if" => self.open.push(JqBracket {
                closes: "end",
                text: false,
                start,
            }),
            "end" => {
                self.open.pop().filter(|open| open.closes == "end")?;
            }
            _ => {}
        }
        Some(JqTokenKind::Name)
    }

    /// Reads a string from its opening quote, or from the ")" of a filter within the string.
    fn string(&mut self) -> Option<JqTokenKind> {
        loop {
            match self.reader.next()? {
                b'"' => return Some(JqTokenKind::Value),
                b'\\' if self.reader.eat(b'(') => {
                    let start = self.reader.at - 1;
                    self.open.push(JqBracket {
                        closes: ")",
                        text: true,
                        start,
                    });
                    return Some(JqTokenKind::Sign);
                }
                b'\\' => {
                    self.reader.next().filter(u8::is_ascii_graphic)?;
                }
                _ => {}
            }
        }
    }

    fn sign(&mut self) -> Option<JqTokenKind> {
        let start = self.reader.at;
        let closes = match self.reader.next()? {
            b'(' => ")",
            b'[' => "]",
            b'{' => "}",
            b')' | b']' | b'}' => {
                let sign = self.reader.since(start);
                let open = self.open.pop().filter(|open| open.closes == sign)?;
                return if open.text {
                    self.string()
                } else {
                    Some(JqTokenKind::Sign)
                };
            }
            b':' if self.reader.peek() == Some(b':') => return None,
            byte if b".|,:;=<>!+-*/%?".contains(&byte) => return Some(JqTokenKind::Sign),
            _ => return None,
        };
        self.open.push(JqBracket {
            closes,
            text: false,
            start,
        });
        Some(JqTokenKind::Sign)
    }
}

/// Reads a number; `None` if another program might take the next characters for a part of it.
pub(super) fn decimal(reader: &mut ScriptReader<'_>) -> Option<()> {
    let start = reader.at;
    reader.skip(|byte| byte.is_ascii_digit());
    reader.eat(b'.');
    reader.skip(|byte| byte.is_ascii_digit());
    (reader.since(start) != ".").then_some(())?;
    if reader.eat(b'e') || reader.eat(b'E') {
        let _ = reader.eat(b'-') || reader.eat(b'+');
        reader.peek().filter(u8::is_ascii_digit)?;
        reader.skip(|byte| byte.is_ascii_digit());
    }
    reader
        .peek()
        .is_none_or(|byte| !is_word(byte))
        .then_some(())
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn judge(tokens: &[JqToken<'_>], end: usize, functions: &str) -> Vec<Flaw> {
    let defined = defined(tokens);
    let judged = tokens.iter().enumerate().filter_map(|(at, token)| {
        let next = tokens.get(at + 1).map_or("", |next| next.text);
        let why = match token.kind {
            JqTokenKind::Variable => variable(token.text)?,
            JqTokenKind::Key if matches!(next, ":" | "," | "}") => return None,
            JqTokenKind::Name | JqTokenKind::Key if has(functions, token.text) => return None,
            JqTokenKind::Name | JqTokenKind::Key => name(token.text, &defined)?,
            JqTokenKind::Value | JqTokenKind::Sign => return None,
        };
        // A module's name follows.
        let rest = tokens.get(at..).unwrap_or_default();
        let last = rest
            .iter()
            .find(|token| token.text == ";")
            .map_or(end, |token| token.end);
        let end = if matches!(token.text, "import" | "include" | "module") {
            last
        } else {
            token.end
        };
        Some(flaw(token.start, end, why))
    });
    judged.collect()
}

/// The names after `def`, and the names of the parameters.
fn defined<'a>(tokens: &[JqToken<'a>]) -> HashSet<&'a str> {
    let mut names = HashSet::new();
    for (at, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == "def")
    {
        let mut rest = tokens.iter().skip(at + 1);
        names.extend(rest.next().map(|name| name.text));
        if rest.next().is_some_and(|sign| sign.text == "(") {
            let parameters = rest.take_while(|token| token.text != ")");
            names.extend(
                parameters
                    .filter(|token| token.kind == JqTokenKind::Name)
                    .map(|name| name.text),
            );
        }
    }
    names
}

fn variable(name: &str) -> Option<&'static str> {
    match name {
        "$ENV" | "$__prog_args" => Some(ENVIRONMENT),
        "$__loc__" => None,
        _ => name.starts_with("$__").then_some(UNKNOWN),
    }
}

fn name(name: &str, defined: &HashSet<&str>) -> Option<&'static str> {
    match name {
        "env" => Some(ENVIRONMENT),
        "import" | "include" | "module" | "modulemeta" | "get_search_list" => Some(MODULE),
        _ if defined.contains(name) || has(KEYWORDS, name) || has(FUNCTIONS, name) => None,
        _ => Some(UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn a_flaw_covers_its_token() {
        for (script, part) in [
            (".a | env.PATH", "env"),
            ("$ENV.HOME", "$ENV"),
            ("import \"x\" as x; .", "import \"x\" as x;"),
            (". | 'x' | .", "'x' | ."),
        ] {
            let found = scan(script);
            assert_eq!(&script[found[0].start..found[0].end], part);
        }
    }
}
