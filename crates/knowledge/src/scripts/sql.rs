//! SQL by tokens: what psql, mysql and sqlite3 have in common. Takes a script and a [`Dialect`], gives the flaws.
//! Refuses in doubt.
//!
//! ```text
//! script    = [ statement { END } ]          more statements are a flaw; END is ";", "\G", "\g"
//! statement = { "(" } ( SELECT | WITH | VALUES | TABLE ) { token }, or what a dialect adds
//! token     = word | "name" | 'text' | number | sign
//! call      = [ catalog "." ] word "("       the word is in a list, or takes "(" as a keyword
//! ```
//!
//! A script is refused from the first token on that cannot be read for sure: a comment, a dollar quote, `U&`, a
//! variable, a backslash before a quote, NUL, a letter beyond ASCII outside quotes. A rule can spell a flaw. So the
//! tokens that a flaw works on are flaws, too, except numbers: the arguments of an unlisted function, and the
//! words of a statement that does more than read.

use std::collections::HashSet;

use super::flaw::{Flaw, UNKNOWN, flaw, has};
use super::tokens::{SqlToken, SqlTokenKind, lex};

pub(super) const WRITES: &str = "writes";
pub(super) const PART: &str = "is part of what is not known to be harmless";

/// Statements that a query can contain or follow, and that write.
const WRITERS: &str = "alter create delete drop grant insert merge revoke update";
/// Statements that only stand alone; elsewhere their first words are names.
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
    /// The kind of a token in double quotes.
    pub double_quoted: SqlTokenKind,
    /// Signs that only this dialect has: a backtick for names, `:` for `::`, `\` for `\G` and `\g`, `$` within words.
    pub signs: &'static str,
    /// Whether a function may have blanks before its "(".
    pub spaced_calls: bool,
    /// The schema whose functions are those of the list.
    pub catalog: &'static str,
    /// Whether DESCRIBE with a name alone may describe a database.
    pub describes_databases: bool,
    /// Whether the words ORDER, GROUP, PARTITION and BY are the name of nothing: in ClickHouse a table may be `order`.
    pub reserves_by: bool,
    /// Harmless functions, between blanks.
    pub functions: &'static str,
    /// Judges the beginning of a statement. Gives how many tokens it has judged.
    pub begin: fn(&mut SqlStatement<'_>) -> usize,
    /// Judges the tokens that only this dialect has.
    pub rest: fn(&mut SqlStatement<'_>),
}

/// How much of a statement its flaws make dangerous.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taint {
    None,
    /// All tokens except numbers and texts.
    Words,
    /// All tokens except numbers: a text may be the name of a file.
    Texts,
}

/// One statement that is being judged.
pub(super) struct SqlStatement<'a> {
    pub tokens: &'a [SqlToken<'a>],
    dialect: &'a Dialect,
    flaws: Vec<Flaw>,
    parts: Vec<Flaw>,
    taint: Taint,
    /// The place up to which arguments have been noted.
    noted: usize,
}

/// The flaws of a script: first those with a reason of their own, then those that depend on them.
pub(super) fn scan(script: &str, dialect: &Dialect) -> Vec<Flaw> {
    let (tokens, unread) = lex(script, dialect.signs, dialect.double_quoted);
    let (mut flaws, mut parts) = (Vec::new(), Vec::new());
    let mut separator: Option<&SqlToken<'_>> = None;
    for piece in tokens.split_inclusive(|token| token.kind == SqlTokenKind::End) {
        let end = piece.last().filter(|last| last.kind == SqlTokenKind::End);
        let length = piece.len() - usize::from(end.is_some());
        let tokens = piece.get(..length).unwrap_or(piece);
        if !tokens.is_empty() {
            let why = "begins another statement";
            flaws.extend(separator.map(|end| flaw(end.start, end.end, why)));
            let statement = SqlStatement::judge(tokens, dialect);
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

impl<'a> SqlStatement<'a> {
    fn judge(tokens: &'a [SqlToken<'a>], dialect: &'a Dialect) -> Self {
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
            let data = token.kind == SqlTokenKind::Text && token.text.starts_with('\'');
            if statement.taint > if data { Taint::Words } else { Taint::None } {
                statement.part(token);
            }
        }
        statement
    }

    /// The token at a place in lower case; empty if there is none.
    pub fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &token.word)
    }

    /// The token before a place in lower case; empty if there is none.
    pub fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    /// Whether the token is of one of these kinds.
    pub fn is(&self, at: usize, kinds: &[SqlTokenKind]) -> bool {
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

    fn part(&mut self, token: &SqlToken<'_>) {
        if token.kind != SqlTokenKind::Number {
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
        let goes_on = self.is(at + 1, &[SqlTokenKind::Word, SqlTokenKind::Name]);
        let opens = has("( )", before) && (goes_on || self.is(at + 1, &[SqlTokenKind::Text]));
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

    /// Judges a token before a "(".
    fn call(&mut self, at: usize) {
        let name = self
            .tokens
            .get(at)
            .filter(|token| token.kind != SqlTokenKind::Sign);
        let open = self.tokens.get(at + 1).filter(|open| open.word == "(");
        let (Some(name), Some(open)) = (name, open) else {
            return;
        };
        let mut head = at;
        while head >= 2 && self.before(head) == "." {
            head -= 2;
        }
        let (word, dialect) = (name.word.as_str(), self.dialect);
        let alias = has("as with recursive", self.before(at)) && name.kind != SqlTokenKind::Text;
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

    /// Notes the arguments of the function whose "(" is at this place; whether all are numbers.
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

/// Parts of a function's name, and what a function with such a name does.
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
