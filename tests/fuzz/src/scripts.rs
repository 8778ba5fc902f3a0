//! What holds for every scanner of scripts, whatever the text.

use mcp_ssh_knowledge::scripts::Language;

/// Above a command line's 10,000 characters nothing new is met.
const LONGEST: usize = 2_000;

/// Scripts that do harm: as they stand, before any text, and after a text that is harmless alone.
pub struct Harm<'a> {
    /// Each with the sign that ends it.
    pub before: &'a [&'a str],
    /// Each with the sign that ends what is before it.
    pub after: &'a [&'a str],
}

/// Checks one text: each flaw is a part of it, and harm beside it is seen.
pub fn check(language: Language, text: &str, harm: &Harm<'_>) {
    if text.len() > LONGEST {
        return;
    }
    let flaws = language.flaws(text);
    for flaw in &flaws {
        let part = text.get(flaw.start..flaw.end);
        let part =
            part.unwrap_or_else(|| panic!("{language:?} {text:?}: {flaw:?} is no part of it"));
        assert!(
            !part.is_empty() || text.is_empty(),
            "{language:?} {text:?}: {flaw:?} is empty"
        );
        assert!(!flaw.why.is_empty(), "{language:?} {text:?}");
    }
    for before in harm.before {
        refused(language, &format!("{before}{text}"));
    }
    for after in harm.after.iter().filter(|_| flaws.is_empty()) {
        refused(language, &format!("{text}{after}"));
    }
}

fn refused(language: Language, script: &str) {
    assert!(
        !language.flaws(script).is_empty(),
        "{language:?}: {script:?} is called harmless"
    );
}
