//! Entries that never take effect: no command can match them, or all that they match is denied.
//!
//! Takes an entry and the policies of its hosts. Gives a warning only where the case is certain: an entry
//! without wildcards is judged; an entry with wildcards must be covered by one deny rule or deny entry.

use crate::decide::denial::Stage;
use crate::decide::host_policy::HostPolicy;
use crate::matching::glob::Glob;
use crate::matching::token::GlobToken;
use crate::rules::rule::{Action, Rule};
use crate::shell::CommandLine;

use super::entry::LintEntry;

/// Signs that stand in the text of a command only within quotes, or in a redirection.
const OPERATORS: [&str; 15] = [
    "&&", "||", "& ", ";", "|", "`", "$", "(", ")", "{", "}", "\"", "#", ">", "<",
];
/// Redirections as they are rendered, without the descriptor.
const REDIRECTS: [&str; 4] = [">/dev/null", "</dev/null", ">&1", ">&2"];

/// Why no command can match an entry of `commands`, or no command that its author can have meant.
pub fn never_matches(glob: &Glob) -> Option<String> {
    let text = glob.as_str();
    if text.starts_with('^') || text.ends_with('$') {
        return Some(format!(
            "`{text}` looks like a regular expression: patterns are globs, such as `uptime*`"
        ));
    }
    let program = text.split(' ').next().unwrap_or_default();
    if program.ends_with("/*") {
        return Some(format!(
            "`{text}` can never match: a `*` at the end of a program's name is its end, and `{}` is no program; name \
             each program",
            program.trim_end_matches('*')
        ));
    }
    if glob.is_literal() {
        // Signs such as `[*]` are held against values.
        return never_rendered(text).filter(|_| glob.start() == text);
    }
    let wildcard = |token: &GlobToken| !matches!(token, GlobToken::Literal(_));
    let characters: Vec<char> = glob.tokens().iter().map(character).collect();
    let first = glob.tokens().iter().position(wildcard)?;
    let last = glob.tokens().iter().rposition(wildcard)?;
    let before: String = characters.iter().take(first).collect();
    let between: String = characters.iter().take(last).skip(first + 1).collect();
    let after: String = characters.iter().skip(last + 1).collect();
    let found = operator(before_redirect(&before))
        .or_else(|| operator(&after).filter(|_| !after.contains('\'')));
    if let Some(found) = found {
        return Some(format!(
            "`{text}` can never match: rules see one command at a time, in which `{found}` stands \
             in single quotes or not at all"
        ));
    }
    let joins = [" && ", " || ", " | ", "; "];
    let found = joins.iter().find(|join| between.contains(**join))?;
    Some(format!(
        "`{text}` matches no two commands: rules see one at a time, in which `{}` stands only within \
         quotes; give each command its own pattern",
        found.trim()
    ))
}

/// Why no command is rendered as `text`: a pattern without wildcards must be the rendering of one command.
fn never_rendered(text: &str) -> Option<String> {
    let line = match CommandLine::parse(text) {
        Ok(line) => line,
        Err(refusal) => {
            let why = refusal.message();
            return Some(format!("`{text}` can never match: {why}"));
        }
    };
    let rendered = line.render();
    if line.commands().count() > 1 {
        Some(format!(
            "`{text}` can never match: rules see one command at a time; give each its own pattern"
        ))
    } else if rendered != text {
        Some(format!(
            "`{text}` can never match: rules see it as `{rendered}`"
        ))
    } else {
        None
    }
}

fn character(token: &GlobToken) -> char {
    match token {
        GlobToken::Literal(character) => *character,
        GlobToken::One | GlobToken::Run | GlobToken::Set(_) | GlobToken::NameEnd => '\0',
    }
}

/// The text before a redirection that a wildcard may complete.
fn before_redirect(text: &str) -> &str {
    let begins = |at: &usize| {
        let begun = text.get(*at..).unwrap_or_default();
        REDIRECTS.iter().any(|redirect| redirect.starts_with(begun))
    };
    let begun = text.rfind(['>', '<']).filter(begins);
    begun.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// An operator or expansion outside single quotes.
fn operator(text: &str) -> Option<&'static str> {
    let redirects = |text: String, redirect: &&str| text.replace(*redirect, "");
    let text = REDIRECTS.iter().fold(text.to_owned(), redirects);
    let unquoted: String = text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    OPERATORS
        .into_iter()
        .find(|operator| unquoted.contains(operator))
}

/// What denies every command that the entry matches, on every host of its rule.
pub fn shadow(entry: &LintEntry, hosts: impl Iterator<Item = HostPolicy>) -> Option<String> {
    let mut shadows = hosts.map(|host| host_shadow(entry, &host));
    let first = shadows.next()??;
    shadows.all(|shadow| shadow.is_some()).then_some(first)
}

fn host_shadow(entry: &LintEntry, host: &HostPolicy) -> Option<String> {
    if entry.is_literal() {
        let line = entry.lines("").into_iter().next()?;
        let decision = host.judge(&line);
        let denial = decision.denial()?;
        return matches!(denial.stage, Stage::Rule | Stage::DenySubstring)
            .then(|| denial.why.clone());
    }
    let texts = texts(entry);
    let spelled = entry.spelled();
    let of_rule = |rule: &Rule| {
        let over_text = |glob: &Glob| texts.iter().any(|text| glob.matches(text));
        rule.commands.iter().any(over_text)
            || rule.argv.iter().any(|pattern| pattern.covers(&spelled))
            || rule.simple.covers(&spelled)
    };
    if let Some(rule) = host.rules.of(Action::Deny).find(|rule| of_rule(rule)) {
        return Some(format!("{} denies all of it", rule.name()));
    }
    let entries = host.deny_substrings.iter();
    let mut hitting = entries.filter(|deny| texts.iter().any(|text| deny.covers(text)));
    let deny = hitting.next()?;
    Some(format!(
        "the `deny_substrings` entry `{}` denies all of it",
        deny.as_str()
    ))
}

/// The text of the entry, with and without the program's path.
fn texts(entry: &LintEntry) -> Vec<String> {
    let text = entry.marked();
    let program = text.split(' ').next().unwrap_or_default();
    let without_path = program
        .rfind('/')
        .and_then(|slash| text.get(slash + 1..))
        .map(str::to_owned);
    std::iter::once(text).chain(without_path).collect()
}
