//! Whether an awk or sed script may run programs or write files, or a URL read a file.
//!
//! awk's is searched for what could; sed's is harmless only when all of it is read, as
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

/// Whether an awk program may run programs or write files: `system(`, `getline`, `print > "x"`,
/// `print | "sh"`, an indirect call, an extension. A comparison or a `|` before the first `print`
/// is none; after it, it is taken for a redirection, unless a string or parentheses hold it.
pub fn awk_opens(text: &str) -> bool {
    let bare = without_strings(text);
    let bare = bare.as_deref().unwrap_or(text);
    let after_print = bare
        .find("print")
        .and_then(|at| bare.get(at..))
        .unwrap_or_default();
    let blank = |character: char| character.is_whitespace() || character == '\\';
    let mut system = text.match_indices("system");
    system.any(|(at, name)| {
        let rest = text.get(at + name.len()..).unwrap_or_default();
        rest.trim_start_matches(blank).starts_with('(')
    }) || text.contains("getline")
        || ["@load", "@include"].iter().any(|word| text.contains(word))
        || calls_indirectly(text)
        || after_print.contains('>')
        || after_print.replace("||", "").contains('|')
}

/// An awk program without its strings, and without `>` in parentheses, where it compares; but
/// for those after a `print` there, as in `for (print > "x";;)`. None if a regular expression or a
/// comment may hide where a string begins.
fn without_strings(text: &str) -> Option<String> {
    let mut bare = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut outermost = 0;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '/' | '#' | '\\' => return None,
            '"' => loop {
                match characters.next()? {
                    '"' => break,
                    '\\' => _ = characters.next(),
                    '\n' => return None,
                    _ => {}
                }
            },
            '(' => {
                if depth == 0 {
                    outermost = bare.len();
                }
                depth += 1;
            }
            ')' => depth = depth.checked_sub(1)?,
            '>' if depth > 0 && !bare.get(outermost..)?.contains("print") => continue,
            _ => {}
        }
        bare.push(character);
    }
    Some(bare)
}

/// `@name(` calls the function that a variable names.
fn calls_indirectly(text: &str) -> bool {
    text.split('@').skip(1).any(|rest| {
        let name = |character: char| character.is_alphanumeric() || "_: \t".contains(character);
        rest.trim_start_matches(name).starts_with('(')
    })
}

/// Whether curl may expand the scheme of a URL to another: `{f}ile:///etc/passwd`.
pub fn url_opens(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.contains(['{', '[']))
}

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
