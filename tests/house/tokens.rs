//! Rust source to words and signs: takes a file's text, gives [`Token`]s without comments,
//! strings, characters and lifetimes. Not a parser: enough to see what a file names.
//!
//! ```text
//! token := WORD | SIGN        WORD := (letter | digit | "_")+        SIGN := any other character
//! ```

/// A word or one sign, and the 1-based line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

impl Token<'_> {
    /// Whether it can be a name.
    pub fn is_name(&self) -> bool {
        self.text
            .starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// Every token of `source`, in order.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = lexeme(rest, first);
        let (text, tail) = rest.split_at(length);
        if kind == Kind::Token {
            found.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = tail;
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Token,
    Skipped,
}

/// The length in bytes of what stands first in `rest`, and whether it counts.
fn lexeme(rest: &str, first: char) -> (usize, Kind) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Skipped);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Kind::Skipped);
    }
    if first == '"' {
        return (quoted(rest, '"'), Kind::Skipped);
    }
    if first == '\'' {
        return (character_or_lifetime(rest), Kind::Skipped);
    }
    if is_word(first) {
        let word = rest.find(|next| !is_word(next)).unwrap_or(rest.len());
        return prefixed_literal(rest, word)
            .map_or((word, Kind::Token), |length| (length, Kind::Skipped));
    }
    match first.is_whitespace() {
        true => (first.len_utf8(), Kind::Skipped),
        false => (first.len_utf8(), Kind::Token),
    }
}

fn is_word(next: char) -> bool {
    next.is_alphanumeric() || next == '_'
}

/// A block comment, nested ones included.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(ahead) = rest.get(at..).filter(|ahead| !ahead.is_empty()) {
        if ahead.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if ahead.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += ahead.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// From one quote to the next that no backslash hides.
fn quoted(rest: &str, quote: char) -> usize {
    let mut hidden = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            _ if next == quote => return at + next.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` and `'\n'` are characters, `'a` is a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut ahead = rest.chars().skip(1);
    let (second, third) = (ahead.next(), ahead.next());
    if second == Some('\\') || third == Some('\'') {
        return quoted(rest, '\'');
    }
    let name = rest
        .char_indices()
        .skip(1)
        .find(|(_, next)| !is_word(*next));
    name.map_or(rest.len(), |(at, _)| at)
}

/// `b"…"`, `c"…"`, `r"…"`, `r#"…"#`, `br"…"` and `b'…'`: the whole literal, when `word` is its prefix.
fn prefixed_literal(rest: &str, word: usize) -> Option<usize> {
    let (prefix, tail) = rest.split_at(word);
    match prefix {
        "b" if tail.starts_with('\'') => Some(word + quoted(tail, '\'')),
        "b" | "c" if tail.starts_with('"') => Some(word + quoted(tail, '"')),
        "r" | "br" | "cr" => {
            let hashes = tail.len() - tail.trim_start_matches('#').len();
            let body = tail.get(hashes..)?.strip_prefix('"')?;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = body.find(&close).map_or(body.len(), |at| at + close.len());
            Some(word + hashes + 1 + end)
        }
        _ => None,
    }
}

#[test]
fn comments_and_literals_are_skipped() {
    let cases: &[(&str, &[&str])] = &[
        ("a::b", &["a", ":", ":", "b"]),
        ("a // b\nc", &["a", "c"]),
        ("a /* b /* c */ d */ e", &["a", "e"]),
        (r#"a("b \" c") d"#, &["a", "(", ")", "d"]),
        (r###"r#"a " b"# c"###, &["c"]),
        (r##"br"a" b'c' c"d" e"##, &["e"]),
        (r"'a' '\'' 'x b", &["b"]),
        ("&'static str", &["&", "str"]),
        ("r#type rate", &["r", "#", "type", "rate"]),
        ("'{' x '}'", &["x"]),
        ("\"über\" é", &["é"]),
    ];
    for (source, expected) in cases {
        let found: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
        assert_eq!(&found, expected, "{source}");
    }
}

#[test]
fn lines_are_counted_through_literals() {
    let lines: Vec<usize> = tokens("a\n\"\n\n\" b /*\n*/ c")
        .iter()
        .map(|token| token.line)
        .collect();
    assert_eq!(lines, [1, 4, 5]);
}
