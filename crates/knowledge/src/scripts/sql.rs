//! SQL by tokens: what psql, mysql and sqlite3 have in common. It refuses in doubt.
//!
//! ```text
//! script    = [ statement { END } ]          more statements are a flaw; END is ";", "\G", "\g"
//! statement = { "(" } ( SELECT | WITH | VALUES | TABLE ) { token }, or what a dialect adds
//! token     = word | "name" | 'text' | number | sign
//! call      = [ catalog "." ] word "("       the word is in a list, or takes "(" as a keyword
//! ```
//!
//! Refused to the end of the script, since it cannot be read for sure: comments, dollar quotes, `U&`,
//! variables, a backslash before a quote, NUL, letters beyond ASCII outside quotes. A rule can spell
//! a flaw. So what the flaw works on is flawed too, token by token, but numbers: the arguments of an
//! unlisted function, and the words of a statement that does more than read.

use std::collections::HashSet;

use super::Flaw;

pub(super) const UNKNOWN: &str = "is not known to be harmless";
pub(super) const WRITES: &str = "writes";
pub(super) const PART: &str = "is part of what is not known to be harmless";

/// Statements that a query can contain or follow, and that write.
const WRITERS: &str = "alter create delete drop grant insert merge revoke update";
/// Statements that only stand alone: their words are names elsewhere.
const STATEMENTS: &str = "\
    analyse analyze attach begin call change checkpoint cluster comment copy declare detach \
    discard do execute flush handler import install kill listen load lock notify optimize pragma \
    prepare purge refresh reindex rename repair replace reset security set shutdown start stop \
    truncate uninstall vacuum";
/// Keywords and types that "(" may follow.
const KEYWORDS: &str = "\
    against all and any array as between bit by case cast char character cross cube decimal \
    distinct else escape except exists explain filter from group having ilike in index intersect \
    interval is join key lateral like limit materialized not numeric of offset on only or over \
    partition recursive regexp rlike rollup row select sets some then time timestamp to union \
    using values varchar varying when where within";

/// What differs between servers and their clients.
pub(super) struct Dialect {
    /// What a double quote encloses.
    pub double_quoted: Kind,
    /// Signs besides those of all; with a backtick for names, `:` for `::`, `\` for `\G` and `\g`, `$` within words.
    pub signs: &'static str,
    /// Whether blanks before "(" leave a function what it is.
    pub spaced_calls: bool,
    /// The schema whose functions are those of the list.
    pub catalog: &'static str,
    /// Harmless functions, between blanks.
    pub functions: &'static str,
    /// Judges how a statement begins. Gives how many tokens it judged.
    pub begin: fn(&mut Statement<'_>) -> usize,
    /// Judges what only this dialect has.
    pub rest: fn(&mut Statement<'_>),
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Name,
    Text,
    Number,
    Sign,
    End,
}

/// A token and its place.
pub(super) struct Token<'a> {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    pub text: &'a str,
    /// The text in lower case.
    pub word: String,
    /// Whether a line break stands before it.
    pub first_of_line: bool,
}

/// How much of a statement its flaws make dangerous.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taint {
    None,
    /// All but numbers and texts.
    Words,
    /// All but numbers: a text may be a file.
    Texts,
}

/// One statement that is being judged.
pub(super) struct Statement<'a> {
    pub tokens: &'a [Token<'a>],
    dialect: &'a Dialect,
    flaws: Vec<Flaw>,
    parts: Vec<Flaw>,
    taint: Taint,
    /// Up to where arguments are noted already.
    noted: usize,
}

/// The flaws of a script: first the reasons, then what depends on them.
pub(super) fn scan(script: &str, dialect: &Dialect) -> Vec<Flaw> {
    let (tokens, unread) = lex(script, dialect);
    let (mut flaws, mut parts) = (Vec::new(), Vec::new());
    let mut separator: Option<&Token<'_>> = None;
    for piece in tokens.split_inclusive(|token| token.kind == Kind::End) {
        let end = piece.last().filter(|last| last.kind == Kind::End);
        let length = piece.len() - usize::from(end.is_some());
        let tokens = piece.get(..length).unwrap_or(piece);
        if !tokens.is_empty() {
            let why = "begins another statement";
            flaws.extend(separator.map(|end| flaw(end.start, end.end, why)));
            let statement = Statement::judge(tokens, dialect);
            flaws.extend(statement.flaws);
            parts.extend(statement.parts);
        }
        separator = end;
    }
    flaws.extend(unread);
    flaws.append(&mut parts);
    let mut places = HashSet::new();
    flaws.retain(|flaw| places.insert((flaw.start, flaw.end)));
    flaws
}

/// Whether a list of words between blanks has the word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|item| item == word)
}

pub(super) fn flaw(start: usize, end: usize, why: &'static str) -> Flaw {
    Flaw { start, end, why }
}

impl<'a> Statement<'a> {
    fn judge(tokens: &'a [Token<'a>], dialect: &'a Dialect) -> Self {
        let mut statement = Self {
            tokens,
            dialect,
            flaws: Vec::new(),
            parts: Vec::new(),
            taint: Taint::None,
            noted: 0,
        };
        for at in (dialect.begin)(&mut statement)..tokens.len() {
            statement.keyword(at);
            statement.call(at);
        }
        (dialect.rest)(&mut statement);
        for token in tokens {
            let data = token.kind == Kind::Text && token.text.starts_with('\'');
            if statement.taint > if data { Taint::Words } else { Taint::None } {
                statement.part(token);
            }
        }
        statement
    }

    /// The text at a place in lower case, or nothing.
    pub fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &token.word)
    }

    /// The text of the token before.
    pub fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    /// Whether the token is of one of these kinds.
    pub fn is(&self, at: usize, kinds: &[Kind]) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| kinds.contains(&token.kind))
    }

    /// Notes a flaw of the tokens from `at` to `last`, or of the last token if they are missing.
    pub fn refuse(&mut self, at: usize, last: usize, why: &'static str, taint: Taint) {
        let end = self.tokens.last();
        let first = self.tokens.get(at).or(end);
        if let (Some(first), Some(last)) = (first, self.tokens.get(last).or(end)) {
            self.flaws.push(flaw(first.start, last.end, why));
            self.taint = self.taint.max(taint);
        }
    }

    fn part(&mut self, token: &Token<'_>) {
        if token.kind != Kind::Number {
            self.parts.push(flaw(token.start, token.end, PART));
        }
    }

    /// Judges the word that says what a statement does: only queries pass.
    pub fn query(&mut self, mut at: usize) {
        while self.word(at) == "(" {
            at += 1;
        }
        let (why, taint) = match self.word(at) {
            "select" | "with" | "values" | "table" => return,
            "insert" | "update" | "delete" => (WRITES, Taint::Words),
            "copy" | "load" | "attach" => ("reads or writes any file", Taint::Texts),
            "call" | "do" | "execute" | "prepare" => ("runs statements", Taint::Texts),
            word if has(WRITERS, word) || has(STATEMENTS, word) => (WRITES, Taint::Texts),
            _ => (UNKNOWN, Taint::Texts),
        };
        self.refuse(at, at, why, taint);
    }

    fn keyword(&mut self, at: usize) {
        let (word, before, next) = (self.word(at), self.before(at), self.word(at + 1));
        let goes_on = self.is(at + 1, &[Kind::Word, Kind::Name]);
        let opens = has("( )", before) && (goes_on || self.is(at + 1, &[Kind::Text]));
        if word == "into" {
            self.refuse(at, at, WRITES, Taint::Texts);
        } else if word == "for" && has("key no share update", next) {
            self.refuse(at, at + 1, "locks rows", Taint::Words);
        } else if word == "for" && goes_on && self.word(0) != "show" {
            self.refuse(at, at + 1, UNKNOWN, Taint::Words);
        } else if has(WRITERS, word) && before != "." {
            self.refuse(at, at, WRITES, Taint::Words);
        } else if opens && has(STATEMENTS, word) {
            self.refuse(at, at, UNKNOWN, Taint::Texts);
        }
    }

    /// Judges a token that "(" follows.
    fn call(&mut self, at: usize) {
        let name = self.tokens.get(at).filter(|token| token.kind != Kind::Sign);
        let open = self.tokens.get(at + 1).filter(|open| open.word == "(");
        let (Some(name), Some(open)) = (name, open) else {
            return;
        };
        let mut head = at;
        while head >= 2 && self.before(head) == "." {
            head -= 2;
        }
        let (word, dialect) = (name.word.as_str(), self.dialect);
        let alias = has("as with recursive", self.before(at)) && name.kind != Kind::Text;
        let sample = self.before(at) == "tablesample" && has("bernoulli system", word);
        let listed = has(dialect.functions, word) || sample;
        let listed = listed && (dialect.spaced_calls || open.start == name.end);
        let catalog = head + 2 == at && self.word(head) == dialect.catalog;
        if catalog && listed || head == at && (listed || alias || has(KEYWORDS, word)) {
            return;
        }
        let numbers = self.arguments(at + 1);
        let taint = if numbers { Taint::None } else { Taint::Words };
        let first = if catalog { at } else { head };
        self.refuse(first, at, why_call(word), taint);
    }

    /// Notes the arguments of the function whose "(" is at this place. Whether they are numbers.
    fn arguments(&mut self, open: usize) -> bool {
        let (mut depth, before) = (0_usize, self.parts.len());
        for at in open.max(self.noted)..self.tokens.len() {
            self.noted = at;
            match (self.word(at), self.tokens.get(at)) {
                ("(", _) => depth += 1,
                (")", _) if depth <= 1 => break,
                (")", _) => depth -= 1,
                (_, Some(token)) if token.word != "," => self.part(token),
                _ => {}
            }
        }
        self.parts.len() == before
    }
}

/// What parts of a function's name tell about it.
const CALLS: [(&str, &str); 6] = [
    ("dblink connect", "reaches another host"),
    ("exec system shell load_extension edit", "runs a program"),
    ("write lo_export nextval setval set_config", WRITES),
    ("read file lo_import pg_ls", "reads any file"),
    ("to_xml ts_stat ts_rewrite sha3_query", "runs SQL of a text"),
    ("terminate cancel_backend reload", "signals a process"),
];

fn why_call(name: &str) -> &'static str {
    let tells = |part: &str| name.contains(part);
    let call = CALLS.iter().find(|(parts, _)| parts.split(' ').any(tells));
    call.map_or(UNKNOWN, |(_, why)| why)
}

fn lex<'a>(script: &'a str, dialect: &Dialect) -> (Vec<Token<'a>>, Option<Flaw>) {
    let mut tokens = Vec::new();
    let (mut start, mut first_of_line) = (0, false);
    while let Some(byte) = script.as_bytes().get(start) {
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            first_of_line |= matches!(byte, b'\n' | b'\r');
            start += 1;
            continue;
        }
        let read = script.get(start..).and_then(|rest| token(rest, dialect));
        let read = read.and_then(|(kind, length)| Some((kind, script.get(start..start + length)?)));
        let Some((kind, text)) = read else {
            let unread = flaw(start, script.len(), "cannot be read for sure");
            return (tokens, Some(unread));
        };
        let (end, word) = (start + text.len(), text.to_ascii_lowercase());
        tokens.push(Token {
            start,
            end,
            kind,
            text,
            word,
            first_of_line,
        });
        (start, first_of_line) = (end, false);
    }
    (tokens, None)
}

/// The kind and length of the token at the beginning.
fn token(rest: &str, dialect: &Dialect) -> Option<(Kind, usize)> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let second = bytes.get(1).copied().unwrap_or(b' ');
    let has_dollar = dialect.signs.contains('$');
    let has_sign = dialect.signs.as_bytes().contains(&first);
    match first {
        b'\'' => Some((Kind::Text, quoted(rest)?)),
        b'"' => Some((dialect.double_quoted, quoted(rest)?)),
        b'`' if has_sign => Some((Kind::Name, quoted(rest)?)),
        b'0'..=b'9' => Some((Kind::Number, number(rest)?)),
        b'.' if second.is_ascii_digit() => Some((Kind::Number, number(rest)?)),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let unicode = matches!(bytes, [b'u' | b'U', b'&', b'\'' | b'"', ..]);
            let length = bytes.iter().take_while(|byte| is_word(**byte)).count();
            let length = length + tail(bytes.get(length..)?, has_dollar);
            (!unicode && ends(bytes, length)).then_some((Kind::Word, length))
        }
        b';' => Some((Kind::End, 1)),
        b'\\' => (has_sign && matches!(second, b'G' | b'g')).then_some((Kind::End, 2)),
        b':' => (has_sign && second == b':').then_some((Kind::Sign, 2)),
        b'-' if second == b'-' => None,
        b'/' if second == b'*' => None,
        b'$' => None,
        _ => (has_sign || b"(),.*+-/%<>=!|&~".contains(&first)).then_some((Kind::Sign, 1)),
    }
}

/// The length of what one "$" within a word continues: `x$waits`. Two may be quotes.
fn tail(bytes: &[u8], has_dollar: bool) -> usize {
    let length = bytes.iter().skip(1).take_while(|byte| is_word(**byte)).count();
    match bytes.first() {
        Some(b'$') if has_dollar && length > 0 => length + 1,
        _ => 0,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether nothing stands at this place that could continue a word or a number.
fn ends(bytes: &[u8], at: usize) -> bool {
    let goes_on = |byte: &u8| !byte.is_ascii() || is_word(*byte) || *byte == b'$';
    !bytes.get(at).is_some_and(goes_on)
}

/// The length of a quoted token, if all servers and modes find the same end.
fn quoted(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let quote = *bytes.first()?;
    let (mut at, mut escapes) = (1, false);
    loop {
        let next = bytes.get(at + 1);
        match *bytes.get(at)? {
            0 => return None,
            b'\\' if matches!(next?, 0 | b'\'' | b'"' | b'`') => return None,
            b'\\' => (at, escapes) = (at + 2, true),
            byte if byte == quote && next == Some(&quote) => at += 2,
            byte if byte == quote => break,
            _ => at += 1,
        }
    }
    // To a server that does not read UTF-8, a letter's last byte and `\` or "`" may be one letter.
    let unsure = escapes || quote == b'`';
    (!unsure || rest.get(..at)?.is_ascii()).then_some(at + 1)
}

fn number(rest: &str) -> Option<usize> {
    let is_part = |byte: &u8| is_word(*byte) || *byte == b'.';
    let length = rest.bytes().take_while(is_part).count();
    let text = rest.get(..length)?;
    let digits = text.strip_prefix("0x").map(str::as_bytes);
    let hex = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    ((hex || text.parse::<f64>().is_ok()) && ends(rest.as_bytes(), length)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_end_where_all_modes_end_them() {
        for (text, length) in [
            ("'a''b' c", Some(6)),
            (r"'\d\\' c", Some(6)),
            (r"'\d\\x' c", Some(7)),
            (r"'\' c'", None),
            ("'\u{4f60}'", Some(5)),
            ("'\u{4f60}\\x'", None),
            ("`\u{4f60}`", None),
        ] {
            assert_eq!(quoted(text), length, "{text}");
        }
    }
}
