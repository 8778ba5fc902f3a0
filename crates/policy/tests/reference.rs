//! A model of the Python reference's judgement, from its documented behaviour: what it denies
//! must be denied here. It sees a command as one string.

/// A policy in the reference's terms.
#[derive(Clone, Debug)]
pub struct ReferencePolicy {
    pub rules: Vec<ReferenceRule>,
    pub deny_substrings: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct ReferenceRule {
    pub action: &'static str,
    pub commands: Vec<String>,
}

impl ReferencePolicy {
    /// The reference's `is_allowed` for a host to which every rule applies.
    pub fn allows(&self, command: &str) -> bool {
        !self.meets_deny_substring(command) && self.last_match(command) == Some("allow")
    }

    /// The raw string, the normalised string, or one of its words.
    pub fn meets_deny_substring(&self, command: &str) -> bool {
        let normalized = normalized(command);
        self.deny_substrings
            .iter()
            .filter(|entry| !entry.is_empty())
            .any(|entry| {
                command.contains(entry.as_str())
                    || normalized.contains(entry.as_str())
                    || normalized
                        .split(' ')
                        .any(|word| !word.is_empty() && word == entry.trim())
            })
    }

    /// The action of the last rule that matches.
    fn last_match(&self, command: &str) -> Option<&'static str> {
        self.rules
            .iter()
            .filter(|rule| rule.commands.iter().any(|glob| fnmatch(glob, command)))
            .map(|rule| rule.action)
            .next_back()
    }
}

fn normalized(command: &str) -> String {
    let mut text = String::new();
    let unquoted: String = command.chars().filter(|c| !"'\"".contains(*c)).collect();
    let mut characters = unquoted.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            text.extend(characters.next());
        } else {
            text.push(character);
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// fnmatch with `*` and `?` only, by plain recursion: nothing shared with the product's matcher.
pub fn fnmatch(pattern: &str, text: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    let mut text_rest = text.chars();
    match pattern_rest.next() {
        None => text.is_empty(),
        Some('*') => {
            fnmatch(pattern_rest.as_str(), text)
                || text_rest.next().is_some() && fnmatch(pattern, text_rest.as_str())
        }
        Some('?') => {
            text_rest.next().is_some() && fnmatch(pattern_rest.as_str(), text_rest.as_str())
        }
        Some(literal) => {
            text_rest.next() == Some(literal) && fnmatch(pattern_rest.as_str(), text_rest.as_str())
        }
    }
}
