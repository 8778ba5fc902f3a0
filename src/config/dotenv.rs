//! `<secrets>/.env`: several secrets in one file.
//!
//! Takes the file's text and the spellings of one name; gives the value of this name. Reads what python-dotenv
//! reads, without interpolation: a `$` is a plain character. Of several assignments the last counts. A line that is
//! no assignment is passed over. Refuses a broken assignment of the wanted name.
//!
//! ```text
//! file       := statement*            blanks and newlines between them
//! statement  := "#" …  |  ( "export" blanks )? key blanks? ( "=" blanks? value )? blanks? ( "#" … )?
//! key        := "'" … "'"  |  characters other than a blank, "=" and "#"
//! value      := "'" ( "\\" | "\'" | … )* "'"                                      over several lines
//!             | '"' ( "\\" | "\'" | "\"" | \a \b \f \n \r \t \v | … )* '"'          over several lines
//!             | the text before blanks and "#", without blanks at its end
//! newline    := CR LF | LF | CR
//! ```

use std::fmt;

use zeroize::Zeroizing;

/// A quote of the value is not closed, or another text stands after the value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DotenvError {
    /// The line of the assignment, counted from 1.
    pub(super) line: usize,
}

impl fmt::Display for DotenvError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line;
        write!(
            formatter,
            "line {line}: a quote is not closed, or something stands after it"
        )
    }
}

impl std::error::Error for DotenvError {}

/// The value of the first of `names` that is assigned; of several assignments of a name the last counts.
pub(super) fn lookup(text: &str, names: &[&str]) -> Result<Option<Zeroizing<String>>, DotenvError> {
    for name in names {
        let mut rest = text;
        let mut last = None;
        while let Some(statement) = DotenvStatement::read(&mut rest) {
            if statement.key == Some(name) {
                last = Some(statement);
            }
        }
        let Some(DotenvStatement { value, at, .. }) = last else {
            continue;
        };
        return match value {
            DotenvValue::Broken => {
                let before = text
                    .get(..text.len().saturating_sub(at))
                    .unwrap_or_default();
                let line = before.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
                Err(DotenvError { line })
            }
            DotenvValue::None => Ok(None),
            DotenvValue::Bare(bare) => Ok(Some(Zeroizing::new(bare.to_owned()))),
            DotenvValue::Single(inside) => Ok(Some(unescaped(inside, SINGLE))),
            DotenvValue::Double(inside) => Ok(Some(unescaped(inside, DOUBLE))),
        };
    }
    Ok(None)
}

struct DotenvStatement<'t> {
    key: Option<&'t str>,
    value: DotenvValue<'t>,
    /// How many bytes there are from the beginning of the statement to the end of the file.
    at: usize,
}

enum DotenvValue<'t> {
    /// The statement is a key alone.
    None,
    Bare(&'t str),
    /// The text between the quotes, as it is written.
    Single(&'t str),
    Double(&'t str),
    Broken,
}

impl<'t> DotenvStatement<'t> {
    /// Takes the next statement off the front; `None` at the end.
    fn read(rest: &mut &'t str) -> Option<Self> {
        let text = rest.trim_start_matches(is_space);
        let at = text.len();
        text.chars().next()?;
        let exported = text
            .strip_prefix("export")
            .filter(|after| after.starts_with(is_blank));
        let text = exported.map_or(text, |after| after.trim_start_matches(is_blank));
        let (key, text) = key(text);
        let text = text.trim_start_matches(is_blank);
        let (value, text) = match text.strip_prefix('=') {
            Some(after) if key.is_some() => value(after),
            Some(_) | None => (DotenvValue::None, text),
        };
        let end = text.trim_start_matches(is_blank);
        let (line, after) = end.split_at(end.find(['\n', '\r']).unwrap_or(end.len()));
        *rest = after;
        let ends = line.is_empty() || line.starts_with('#');
        Some(Self {
            key,
            value: if ends { value } else { DotenvValue::Broken },
            at,
        })
    }
}

/// The key at the beginning of a text, and the text after the key.
fn key(text: &str) -> (Option<&str>, &str) {
    let ends = |c: char| is_space(c) || c == '=' || c == '#';
    let (key, after) = match text.strip_prefix('\'') {
        Some(rest) => rest.split_once('\'').unwrap_or(("", text)),
        None => text.split_at(text.find(ends).unwrap_or(text.len())),
    };
    (Some(key).filter(|key| !key.is_empty()), after)
}

/// The value after a `=`, and the text after the value.
fn value(after: &str) -> (DotenvValue<'_>, &str) {
    let text = after.trim_start_matches(is_blank);
    if let Some(rest) = text.strip_prefix('\'') {
        let inside = quoted(rest, '\'');
        return inside.map_or((DotenvValue::Broken, text), |(inside, rest)| {
            (DotenvValue::Single(inside), rest)
        });
    }
    if let Some(rest) = text.strip_prefix('"') {
        let inside = quoted(rest, '"');
        return inside.map_or((DotenvValue::Broken, text), |(inside, rest)| {
            (DotenvValue::Double(inside), rest)
        });
    }
    let (line, rest) = text.split_at(text.find(['\n', '\r']).unwrap_or(text.len()));
    let comment = line
        .char_indices()
        .zip(line.chars().skip(1))
        .find(|((_, before), next)| is_space(*before) && *next == '#');
    let bare = comment.map_or(line, |((index, _), _)| line.split_at(index).0);
    (DotenvValue::Bare(bare.trim_end_matches(is_space)), rest)
}

/// The text before the closing quote, and the text after the quote. As for python-dotenv a quote behind a backslash
/// does not close, even where a backslash stands before that one; where no other quote follows in the file, it does.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let (mut before, mut escaped) = ('\0', None);
    let mut quotes = text.char_indices().filter(|(at, c)| {
        let is_open = *c == quote && before != '\\';
        if *c == quote && !is_open {
            escaped = Some(*at);
        }
        before = *c;
        is_open
    });
    let end = quotes.next().map(|(at, _)| at);
    drop(quotes);
    let end = end.or(escaped)?;
    let (inside, rest) = text.split_at(end);
    Some((inside, rest.strip_prefix(quote)?))
}

const SINGLE: &[(char, char)] = &[('\\', '\\'), ('\'', '\'')];
const DOUBLE: &[(char, char)] = &[
    ('\\', '\\'),
    ('\'', '\''),
    ('"', '"'),
    ('a', '\x07'),
    ('b', '\x08'),
    ('f', '\x0c'),
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('v', '\x0b'),
];

fn unescaped(inside: &str, escapes: &[(char, char)]) -> Zeroizing<String> {
    // The capacity is the largest that the value can need, so that growth leaves no copy of the secret behind.
    let mut value = Zeroizing::new(String::with_capacity(inside.len()));
    let mut characters = inside.chars();
    while let Some(mut character) = characters.next() {
        if character == '\r' {
            // Python reads every end of a line as a newline.
            if characters.as_str().starts_with('\n') {
                characters.next();
            }
            character = '\n';
        }
        let next = (character == '\\')
            .then(|| characters.as_str().chars().next())
            .flatten();
        let meant = escapes.iter().find(|(written, _)| Some(*written) == next);
        match (meant, next) {
            (Some((_, meant)), _) => {
                value.push(*meant);
                characters.next();
            }
            // An unknown escape stands for its two characters; the second begins no other escape, as `\\` is a known one.
            (None, _) => value.push(character),
        }
    }
    value
}

/// Whether Python calls a character white space.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

fn is_blank(character: char) -> bool {
    is_space(character) && character != '\n' && character != '\r'
}

/// The value of one name, or the words of the error: for fuzzing.
///
/// # Errors
/// A broken assignment of the name.
#[cfg(fuzzing)]
pub fn dotenv_value(text: &str, name: &str) -> Result<Option<String>, String> {
    match lookup(text, &[name]) {
        Ok(value) => Ok(value.map(|value| value.to_string())),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{DotenvError, lookup};

    /// Held against python-dotenv 1.2 with `interpolate=False`.
    #[test]
    fn reads_an_assignment_as_python_dotenv_does() {
        #[rustfmt::skip]
        let cases = [
            ("pw=a", Some("a")),
            ("  pw = a  ", Some("a")),
            ("pw\t=\ta", Some("a")),
            ("export pw=a", Some("a")),
            ("set pw=a", None),
            ("pw: a", None),
            ("'pw'=a", Some("a")),
            ("pw=a b # c", Some("a b")),
            ("pw=a#b", Some("a#b")),
            ("pw=#b", Some("#b")),
            ("pw= #b", Some("#b")),
            ("pw=\t # b", Some("# b")),
            ("pw=a=b", Some("a=b")),
            ("pw=`a`", Some("`a`")),
            ("pw=a\"", Some("a\"")),
            ("pw=$a${b}", Some("$a${b}")),
            ("pw='a # \\n b'", Some("a # \\n b")),
            ("pw='it\\'s \\\\'", Some("it's \\")),
            ("pw=\"a \\\"b\\\" \\\\ \\n \\$x \\q\"", Some("a \"b\" \\ \n \\$x \\q")),
            ("pw=\"\\a\\b\\f\\v\\t\\r\\'\"", Some("\x07\x08\x0c\x0b\t\r'")),
            ("pw=\"sec\\\\ret\"", Some("sec\\ret")),
            ("pw=\"a\\\\\"", Some("a\\")),
            ("pw=\"a\\\"", Some("a\\")),
            ("pw='a\\\\'", Some("a\\")),
            ("pw='a\\\rb'", Some("a\\\nb")),
            ("pw=\"a\" # c", Some("a")),
            ("pw=\"a\"#c", Some("a")),
            ("pw=\"a\nb\"\nx=y", Some("a\nb")),
            ("pw='a\nx=y\n'", Some("a\nx=y\n")),
            ("pw=\"x\r\ny\rz\"\r\n", Some("x\ny\nz")),
            ("x='\npw=b\n'\n", None),
            ("pw=", Some("")),
            ("pw=\nb=c", Some("")),
            ("pw=a\r\nother=b\r\n", Some("a")),
            ("x=b\rpw=a\ry=c", Some("a")),
            ("pw=a\npw=b", Some("b")),
            ("pw=a\npw\n", None),
            ("PW=b\npw=a", Some("a")),
            ("PW=b", Some("b")),
            ("Pw=b", None),
            ("# pw=a", None),
            ("=x\npw=a", Some("a")),
            ("=\"x\npw=a\"", Some("a\"")),
            ("x=\"b\npw=a", Some("a")),
            ("x=\"b\"c\npw=a", Some("a")),
            ("pw=ä", Some("ä")),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = lookup(text, &["pw", "PW"]).expect("is whole");
            assert_eq!(
                found.as_ref().map(|value| value.as_str()),
                expected,
                "{text:?}"
            );
        }
    }

    /// For such an assignment python-dotenv gives no value, or that of an earlier assignment.
    #[test]
    fn a_broken_assignment_of_the_name_is_a_fault_at_its_line() {
        for (text, line) in [
            ("\npw='a", 2),
            ("pw=\"a", 1),
            ("pw=\"sec\"ret\"", 1),
            ("x=1\r\npw='it's'", 2),
            ("pw=a\rpw='b", 2),
            ("x=\"\n\n\"\npw=\"a", 4),
        ] {
            assert_eq!(lookup(text, &["pw"]), Err(DotenvError { line }), "{text:?}");
        }
        assert!(lookup("pw='a\npw=b", &["pw"]).is_ok());
        assert!(lookup("x='a\npw=b", &["pw"]).is_ok());
    }
}
