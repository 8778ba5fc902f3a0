//! What somebody may have meant whose words the command line does not take.
//!
//! Takes: the words, the one that was refused, and the parser's own help. Gives: what to write instead, or nothing.

use mcp_ssh_yaml::diagnostic::nearest;

use super::completion_words::{Help, Usage};
use mcp_ssh_policy::shell::quoted;

/// The subcommands whose command follows a host.
const OF_A_HOST: [&str; 3] = ["run", "plan", "doctor"];

/// What to write instead.
pub fn meant(words: &[&str], refused: &str, help: Help) -> Option<String> {
    let program = Usage::of(help, &[]);
    let at = words
        .iter()
        .position(|word| program.commands.iter().any(|command| command == word));
    let Some(subcommand) = at.and_then(|at| words.get(at..)) else {
        return rather(refused, &program);
    };
    let (name, rest) = subcommand.split_first()?;
    let own = Usage::of(help, &[name]);
    let Some(position) = rest.iter().position(|word| *word == refused) else {
        return rather(refused, &program);
    };
    let before = rest.get(..position).unwrap_or_default();
    if OF_A_HOST.contains(name)
        && let Some(begin) = begin_of_command(rest, &own).filter(|begin| *begin <= position)
    {
        let (begin, command) = rest.split_at_checked(begin)?;
        let begins_with_option = command.first().is_some_and(|word| word.starts_with('-'));
        // No command begins with an option, and where one begins is said already: the option itself is wrong.
        if begins_with_option || command.contains(&"--") {
            return rather(refused, &own);
        }
        let pasted = |words: &[&str]| {
            words
                .iter()
                .map(|word| quoted(word))
                .collect::<Vec<_>>()
                .join(" ")
        };
        return Some(format!(
            "write `mcp-ssh {name} {} -- {}`",
            pasted(begin),
            pasted(command)
        ));
    }
    match before.first() {
        Some(second) if own.commands.iter().any(|command| command == second) => {
            rather(refused, &Usage::of(help, &[name, second]))
        }
        Some(_) | None => rather(refused, &own),
    }
}

/// Where the command begins: behind the alias; where a tag is given, at the first word that is no option.
fn begin_of_command(rest: &[&str], usage: &Usage) -> Option<usize> {
    let takes_value = |word: &str| {
        usage
            .options
            .iter()
            .any(|(own, value)| own == word && value.is_some())
    };
    let (mut at, mut has_tag) = (0, false);
    while let Some(word) = rest.get(at) {
        if !word.starts_with('-') {
            return Some(if has_tag { at } else { at + 1 });
        }
        has_tag |= *word == "--tag";
        at += if takes_value(word) { 2 } else { 1 };
    }
    None
}

/// The option or subcommand that is nearest to the word; `version` is `--version`.
fn rather(refused: &str, usage: &Usage) -> Option<String> {
    let options = usage.options.iter().map(|(option, _)| option.as_str());
    let mut dashed = options.clone();
    let dashed = dashed.find(|option| option.strip_prefix("--") == Some(refused));
    if let Some(option) = dashed {
        return Some(format!("did you mean `{option}`?"));
    }
    let known: Vec<&str> = match refused.starts_with('-') {
        true => options.chain(super::words::COMMON).collect(),
        false => usage.commands.iter().map(String::as_str).collect(),
    };
    let mut begun = known
        .iter()
        .filter(|known| refused.len() > 3 && known.starts_with(refused));
    let begun = begun.next().copied().filter(|_| begun.next().is_none());
    let near = begun.or_else(|| nearest(refused, &known))?;
    Some(format!("did you mean `{near}`?"))
}
