//! A template of Go, as docker, kubectl, helm and gh take it: `{{range .Items}}{{.Name}}{{end}}`.
//!
//! ```text
//! template = { text | "{{" [ "- " ] { token } [ " -" ] "}}" }
//! token    = field | variable | word | text in quotes | number | sign
//! ```
//!
//! Takes a template, gives its flaws. A template neither reads nor writes a file, but a few words of it can take all
//! memory of the host: templates that call themselves, texts that are doubled again and again, fields of any width.
//! So a text is made only where nothing takes it for a new text, numbers are small, and loops are not deep.

use super::flaw::{Flaw, UNKNOWN, flaw, has};

const ENDLESS: &str = "may never end";
const GROWS: &str = "makes a text longer and longer";
const WIDE: &str = "asks for a field that is wider than memory";
const UNREAD: &str = "cannot be read for sure";

/// Words that open a block, which `end` closes.
const BLOCKS: &str = "if range with";
/// Words that bind a value: what they take must not be a text that was made for it.
const BINDERS: &str = "range with";
const KEYWORDS: &str = "break continue else end false if nil range true with";
/// Functions that give no longer text than they take.
const FUNCTIONS: &str = "\
    and base64decode contains eq exists ge gt hasPrefix hasSuffix index le len lower lt ne not or pluck regexMatch \
    slice split timeago timefmt title truncate upper";
/// Functions that make a text.
const MAKERS: &str = "\
    autocolor color html hyperlink join js json pad print printf println tablerender tablerow urlquery";
/// Functions beside which a number only chooses an element.
const CHOOSERS: &str = "index range slice split with";
/// How many texts one action may make, and how many loops stand in one another.
const MOST: usize = 3;
/// A number of more digits than this is too wide.
const DIGITS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Word,
    Value,
    Text,
    Number,
    Sign,
    Unread,
}

#[derive(Clone, Copy)]
struct Token<'a> {
    sort: Sort,
    text: &'a str,
    start: usize,
}

impl Token<'_> {
    fn flaw(&self, why: &'static str) -> Flaw {
        flaw(self.start, self.start + self.text.len(), why)
    }
}

/// The flaws of a template.
pub fn scan(template: &str) -> Vec<Flaw> {
    let (mut flaws, mut blocks) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(open) = template.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + open + 2;
        let (tokens, end) = action(template, start);
        let Some(end) = end else {
            flaws.push(flaw(start, template.len(), UNREAD));
            break;
        };
        judge(&tokens, &mut flaws);
        nest(&tokens, &mut blocks, &mut flaws);
        at = end;
    }
    flaws
}

/// The flaws of a value of `kubectl get -o`: a template behind `go-template=`, or paths.
pub fn output(value: &str) -> Vec<Flaw> {
    let bare = value.strip_prefix('=').unwrap_or(value);
    let paths = ["jsonpath=", "jsonpath-as-json=", "custom-columns="];
    if bare.starts_with("go-template=") {
        return scan(value);
    }
    match paths.iter().any(|name| bare.starts_with(name)) {
        true => Vec::new(),
        false => vec![flaw(0, value.len(), UNKNOWN)],
    }
}

/// A format with fields: a number of more than five digits is no width of a field.
pub fn layout(text: &str) -> Vec<Flaw> {
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    let mut flaws = Vec::new();
    for (at, character) in ends {
        if character.is_ascii_digit() {
            start.get_or_insert(at);
        } else if let Some(start) = start.take()
            && at - start > DIGITS + 1
        {
            flaws.push(flaw(start, at, WIDE));
        }
    }
    flaws
}

/// The tokens of an action, and where the text behind it begins; `None` where the action does not end.
fn action(template: &str, start: usize) -> (Vec<Token<'_>>, Option<usize>) {
    let mut tokens = Vec::new();
    let mut at = start;
    loop {
        let rest = template.get(at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return (tokens, None);
        };
        if rest.starts_with("}}") {
            return (tokens, Some(at + 2));
        }
        if first.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (sort, length) = token(rest, first);
        let text = rest.get(..length).unwrap_or(rest);
        tokens.push(Token {
            sort,
            text,
            start: at,
        });
        at += text.len();
    }
}

/// What kind of token a text begins with, and how long it is.
fn token(rest: &str, first: char) -> (Sort, usize) {
    let name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let while_name = |from: usize, more: &str| {
        let tail = rest.get(from..).unwrap_or_default();
        let end = tail.find(|sign| !name(sign) && !more.contains(sign));
        from + end.unwrap_or(tail.len())
    };
    match first {
        '"' => (Sort::Text, quoted(rest)),
        '`' => {
            let inner = rest.get(1..).unwrap_or_default();
            (
                Sort::Text,
                inner.find('`').map_or(rest.len(), |end| end + 2),
            )
        }
        '.' | '$' => (Sort::Value, while_name(1, ".")),
        _ if first.is_ascii_digit() => (Sort::Number, while_name(0, ".+-")),
        _ if name(first) => (Sort::Word, while_name(0, "")),
        ':' if rest.starts_with(":=") => (Sort::Sign, 2),
        '|' | '(' | ')' | ',' | '=' | '-' => (Sort::Sign, 1),
        _ => (Sort::Unread, first.len_utf8()),
    }
}

/// How long a text in double quotes is; the whole rest where it does not end.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The flaws of the words of one action.
fn judge(tokens: &[Token<'_>], flaws: &mut Vec<Flaw>) {
    let word = |list: &str| {
        let mut words = tokens.iter().filter(|token| token.sort == Sort::Word);
        words.any(|token| has(list, token.text))
    };
    let binds = word(BINDERS) || tokens.iter().any(|token| token.text == ":=");
    let chooses = tokens
        .iter()
        .all(|token| token.sort != Sort::Word || has(CHOOSERS, token.text))
        && (word("index") || word("slice") || word("split"));
    let mut made = 0;
    for token in tokens {
        match token.sort {
            Sort::Word if has("define template block call", token.text) => {
                flaws.push(token.flaw(ENDLESS))
            }
            Sort::Word if has(MAKERS, token.text) => {
                made += 1;
                if binds || made > MOST {
                    flaws.push(token.flaw(GROWS));
                }
            }
            Sort::Word if !has(KEYWORDS, token.text) && !has(FUNCTIONS, token.text) => {
                flaws.push(token.flaw(UNKNOWN));
            }
            Sort::Number if binds && !chooses => flaws.push(token.flaw(ENDLESS)),
            Sort::Number if !is_small(token.text) => flaws.push(token.flaw(WIDE)),
            Sort::Text if is_wide(token.text) => flaws.push(token.flaw(WIDE)),
            Sort::Sign if token.text == "=" => flaws.push(token.flaw(GROWS)),
            Sort::Unread => flaws.push(token.flaw(UNREAD)),
            Sort::Word | Sort::Value | Sort::Text | Sort::Number | Sort::Sign => {}
        }
    }
}

/// Whether a number is a small one: `1e9` is none.
fn is_small(number: &str) -> bool {
    number.len() <= DIGITS && number.chars().all(|digit| digit.is_ascii_digit())
}

/// Whether a format of `printf` takes its width from elsewhere, an argument twice, or more digits than a width has.
fn is_wide(text: &str) -> bool {
    text.contains("%[") || text.contains('*') && text.contains('%') || !layout(text).is_empty()
}

/// Follows the blocks: loops in loops in loops take too long.
fn nest(tokens: &[Token<'_>], blocks: &mut Vec<bool>, flaws: &mut Vec<Flaw>) {
    let Some(first) = tokens.iter().find(|token| token.text != "-") else {
        return;
    };
    if has(BLOCKS, first.text) {
        blocks.push(first.text == "range");
        if first.text == "range" && blocks.iter().filter(|range| **range).count() > MOST {
            flaws.push(first.flaw(ENDLESS));
        }
    } else if first.text == "end" {
        blocks.pop();
    }
}
