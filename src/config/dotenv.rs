//! `<secrets>/.env`: one secret a line.
//!
//! Takes the file's text and the spellings of one name; gives that name's value. A value stays
//! on its line; a line that is no assignment is passed over, as other readers of such files do.
//!
//! ```text
//! line   := blanks? ( "#" … | "export "? KEY blanks? "=" blanks? value )?
//! value  := "'" … "'"  |  '"' ( \n \r \t \" \\ \$ | … )* '"'  |  … ( blanks "#" … )?
//! ```

use zeroize::Zeroizing;

/// The quote of a value is opened and not closed on its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// 1-based.
    pub(super) line: usize,
}

/// The value of the first of `names` that is assigned; of several assignments the last counts.
pub(super) fn lookup(text: &str, names: &[&str]) -> Result<Option<Zeroizing<String>>, Unclosed> {
    for name in names {
        let assigned = text
            .lines()
            .enumerate()
            .filter_map(|(index, line)| Some((index, assignment(line, name)?)))
            .last();
        if let Some((index, value)) = assigned {
            let value = unquoted(value).ok_or(Unclosed { line: index + 1 })?;
            return Ok(Some(Zeroizing::new(value)));
        }
    }
    Ok(None)
}

/// What follows the `=` when the line assigns `name`.
fn assignment<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let key = key.strip_prefix("export ").map_or(key, str::trim);
    (key == name).then(|| value.trim())
}

fn unquoted(value: &str) -> Option<String> {
    if let Some(rest) = value.strip_prefix('\'') {
        return rest.split_once('\'').map(|(inside, _)| inside.to_owned());
    }
    if let Some(rest) = value.strip_prefix('"') {
        return double_quoted(rest);
    }
    let comment = value
        .char_indices()
        .zip(std::iter::once(' ').chain(value.chars()))
        .find(|((_, c), before)| *c == '#' && before.is_whitespace())
        .map(|((index, _), _)| index);
    let bare = comment.map_or(value, |index| value.split_at(index).0);
    Some(bare.trim_end().to_owned())
}

fn double_quoted(rest: &str) -> Option<String> {
    // As large as the value can get, so that no copy is left behind by growing.
    let mut value = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(value),
            '\\' => match characters.next()? {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                literal @ ('"' | '\\' | '$') => value.push(literal),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Unclosed, lookup};

    #[test]
    fn reads_an_assignment_as_other_readers_of_such_files_do() {
        #[rustfmt::skip]
        let cases = [
            ("pw=a", Some("a")),
            ("  pw = a  ", Some("a")),
            ("export pw=a", Some("a")),
            ("pw=a b # c", Some("a b")),
            ("pw=a#b", Some("a#b")),
            ("pw=#b", Some("")),
            ("pw=a=b", Some("a=b")),
            ("pw='a # \\n b'", Some("a # \\n b")),
            ("pw=\"a \\\"b\\\" \\\\ \\n \\$x \\q\"", Some("a \"b\" \\ \n $x \\q")),
            ("pw=\"a\" # c", Some("a")),
            ("pw=", Some("")),
            ("pw=a\r\nother=b\r\n", Some("a")),
            ("pw=a\npw=b", Some("b")),
            ("PW=b\npw=a", Some("a")),
            ("PW=b", Some("b")),
            ("# pw=a", None),
            ("pwd=a\n=\npw\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = lookup(text, &["pw", "PW"]).expect("is closed");
            assert_eq!(
                found.as_ref().map(|value| value.as_str()),
                expected,
                "{text:?}"
            );
        }
        assert_eq!(lookup("\npw='a", &["pw"]), Err(Unclosed { line: 2 }));
        assert_eq!(lookup("pw=\"a\\\"", &["pw"]), Err(Unclosed { line: 1 }));
        assert!(lookup("x='a\npw=b", &["pw"]).is_ok());
    }
}
