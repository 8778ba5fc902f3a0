//! A line of an ssh_config, taken apart as OpenSSH 9.2 does.
//!
//! Takes the text of a line; gives its keyword, what follows it, and the values out of their quotes. Refuses a quote
//! that is not closed. A NUL ends a line, for ssh too.
//!
//! ```text
//! line    := blanks? ( "#" … | KEYWORD ( blanks | blanks? "=" blanks? ) value ( blanks value )* )?
//! KEYWORD := any but blanks, "=" and '"', or text with one part in '"'
//! value   := ( "'" … "'" | '"' … '"' | "\" ( "'" | '"' | "\" | " " ) | any )+        "#" before a value ends a line
//! ```

/// What separates words: a non-breaking space is a letter.
pub const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The keyword of a line as it is written, and what follows it; nothing for a line that says nothing.
pub fn keyword(line: &str) -> Option<(String, &str)> {
    let line = line.split('\0').next().unwrap_or_default();
    let ends = |c: char| BLANKS.contains(&c) || c == '\x0c';
    let mut rest = Some(line.trim_end_matches(ends));
    let mut keyword = word(&mut rest)?;
    if keyword.is_empty() {
        // Blanks, or one `=`, in front.
        keyword = word(&mut rest)?;
    }
    if keyword.is_empty() || keyword.starts_with('#') {
        return None;
    }
    let rest = rest.unwrap_or_default().trim_start_matches(BLANKS);
    Some((keyword, rest))
}

/// Takes a word off the front, as ssh does for keywords and the criteria of `Match`: it ends at blanks, at a `=` or
/// behind a part in double quotes. Nothing at the end, and for a quote that is not closed.
pub fn word(rest: &mut Option<&str>) -> Option<String> {
    let text = rest.take()?;
    let Some(at) = text.find(|c: char| BLANKS.contains(&c) || c == '=' || c == '"') else {
        return Some(text.to_owned());
    };
    let (before, tail) = text.split_at(at);
    if let Some(tail) = tail.strip_prefix('"') {
        let (quoted, after) = tail.split_once('"')?;
        *rest = Some(after.trim_start_matches(BLANKS));
        return Some(format!("{before}{quoted}"));
    }
    // At most one `=`, with blanks on both sides.
    let tail = tail.trim_start_matches(BLANKS);
    let tail = tail.strip_prefix('=').unwrap_or(tail);
    *rest = Some(tail.trim_start_matches(BLANKS));
    Some(before.to_owned())
}

/// The values of a line, out of their quotes.
///
/// # Errors
/// A quote that is not closed.
pub fn values(rest: &str) -> Result<Vec<String>, &'static str> {
    let mut values = Vec::new();
    let mut characters = rest.chars().peekable();
    let blank = |c: &char| matches!(c, ' ' | '\t');
    loop {
        while characters.next_if(blank).is_some() {}
        if matches!(characters.peek(), None | Some('#')) {
            return Ok(values);
        }
        let (mut value, mut quote) = (String::new(), None);
        while let Some(next) = characters.next_if(|c| quote.is_some() || !blank(c)) {
            match next {
                '\\' => {
                    let literal =
                        |c: &char| matches!(c, '\'' | '"' | '\\') || (quote.is_none() && *c == ' ');
                    value.push(characters.next_if(literal).unwrap_or('\\'));
                }
                '\'' | '"' if quote.is_none() => quote = Some(next),
                _ if quote == Some(next) => quote = None,
                _ => value.push(next),
            }
        }
        if quote.is_some() {
            return Err("has a quote that is not closed");
        }
        values.push(value);
    }
}
