//! The tokens of an ssh_config: `%h` and its like.
//!
//! Takes a text and what each letter stands for; gives the text with the values in it. Refuses a letter that stands
//! for nothing, as ssh does.

/// Replaces `%` and a letter by what it stands for; nothing when it stands for nothing.
pub fn expand<'v>(text: &str, stands_for: impl Fn(char) -> Option<&'v str>) -> Option<String> {
    let mut expanded = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            expanded.push(character);
            continue;
        }
        match characters.next()? {
            '%' => expanded.push('%'),
            token => expanded.push_str(stands_for(token)?),
        }
    }
    Some(expanded)
}
