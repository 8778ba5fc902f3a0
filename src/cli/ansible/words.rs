//! A line as words, as Python's `shlex.split` has them, which Ansible calls.
//!
//! Takes the text of one line; gives its words out of their quotes. Refuses a quote that is not closed and a `\` at
//! the end.
//!
//! ```text
//! line := blank* ( word ( blank+ word )* )? blank* ( "#" … )?      "#" begins a comment in a word, too
//! word := ( "'" … "'" | '"' ( '\' any | … )* '"' | '\' any | any )+
//! ```

/// Whether a `#` begins a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    Read,
    None,
}

/// The words of a line.
///
/// # Errors
/// Why Python refuses it.
pub fn words(line: &str, comments: Comments) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '#' if comments == Comments::Read => break,
            '\'' | '"' => quoted(character, &mut characters, word.get_or_insert_default())?,
            '\\' => {
                let next = characters.next().ok_or("ends with a `\\`")?;
                word.get_or_insert_default().push(next);
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

fn quoted(
    quote: char,
    characters: &mut impl Iterator<Item = char>,
    word: &mut String,
) -> Result<(), &'static str> {
    let unclosed = "has a quote that is not closed";
    loop {
        match characters.next().ok_or(unclosed)? {
            character if character == quote => return Ok(()),
            '\\' if quote == '"' => {
                let next = characters.next().ok_or(unclosed)?;
                if !matches!(next, '"' | '\\') {
                    word.push('\\');
                }
                word.push(next);
            }
            other => word.push(other),
        }
    }
}
