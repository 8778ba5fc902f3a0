//! Whether a sed script may run programs or write files: it is harmless only when all of it is read, as
//!
//! ```text
//! script  := { blank | ";" | "{" | "}" | command }
//! command := [ address [ "," address ] ] "!"* action
//! address := number [ "~" number ] | "$" | "+" number | "~" number | "/" regex "/" [ "I" | "M" ]
//! action  := one of "=dDgGhHlnNpPqQxzF" [ number ] | ( ":" | "b" | "t" | "T" ) label
//!          | "s/" regex "/" text "/" one of "gpiImM", number | "y/" text "/" text "/"
//! ```
//!
//! with any delimiter for `/`. Brackets that may hide a delimiter are not read: systems differ.

/// Whether a sed script may do more than select and change what it prints.
pub fn sed_opens(script: &str) -> bool {
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', ';', '{', '}']);
        if rest.is_empty() {
            return false;
        }
        match after_command(rest) {
            Some(after) => rest = after,
            None => return true,
        }
    }
}

/// What follows one harmless command.
fn after_command(text: &str) -> Option<&str> {
    let mut rest = after_address(text)?;
    if let Some(second) = rest.trim_start().strip_prefix(',') {
        rest = after_address(second.trim_start().trim_start_matches(['+', '~']))?;
    }
    rest = rest.trim_start_matches([' ', '\t', '!']);
    let action = rest.chars().next()?;
    rest = rest.get(action.len_utf8()..)?;
    let rest = match action {
        '{' => return Some(rest),
        's' => {
            let flags = after_parts(rest)?;
            flags.trim_start_matches(|flag: char| flag.is_ascii_digit() || "gpiImM".contains(flag))
        }
        'y' => after_parts(rest)?,
        ':' | 'b' | 't' | 'T' => {
            let label = rest.trim_start_matches([' ', '\t']);
            label.trim_start_matches(|character: char| character.is_ascii_alphanumeric())
        }
        _ if "=dDgGhHlnNpPqQxzF".contains(action) => {
            let operand = rest.trim_start_matches([' ', '\t']);
            operand.trim_start_matches(|character: char| character.is_ascii_digit())
        }
        _ => return None,
    };
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '}']);
    ends.then_some(rest)
}

/// What follows an address, if there is one.
fn after_address(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('$') {
        return Some(rest);
    }
    if text.starts_with('/') {
        let (regex, rest) = part(text.get(1..)?, '/')?;
        return closes_brackets(regex).then(|| rest.trim_start_matches(['I', 'M']));
    }
    let numeric = |character: char| character.is_ascii_digit() || character == '~';
    Some(text.trim_start_matches(numeric))
}

/// What follows `/regex/text/`.
fn after_parts(text: &str) -> Option<&str> {
    let delimiter = text.chars().next()?;
    if delimiter.is_alphanumeric() || ['\n', '\\', ' ', '[', ']'].contains(&delimiter) {
        return None;
    }
    let (regex, rest) = part(text.get(delimiter.len_utf8()..)?, delimiter)?;
    let (_, rest) = part(rest, delimiter)?;
    closes_brackets(regex).then_some(rest)
}

/// The text before the next `delimiter` that has no backslash, and what follows.
fn part(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == delimiter => {
                return Some((text.get(..at)?, text.get(at + delimiter.len_utf8()..)?));
            }
            _ => {}
        }
    }
    None
}

/// Whether no bracket expression of `regex` can reach beyond it.
fn closes_brackets(regex: &str) -> bool {
    let count = |bracket| regex.matches(bracket).count();
    count('[') == count(']') && !regex.contains("[]") && !regex.contains("[^]")
}
