//! The words of the command line, before and after argh.
//!
//! Takes: the words after the program's name. Gives: the words in the order that argh wants; of a
//! command and a directory the line that runs there. Refuses, of the words, nothing: argh names what is wrong.

use mcp_ssh_policy::shell::in_directory;

/// The options that every subcommand takes. The last one has no value.
pub const COMMON: [&str; 5] = [
    "--config",
    "--keys",
    "--secrets",
    "--audit-file",
    NO_SANDBOX,
];
const NO_SANDBOX: &str = "--no-sandbox";

/// The subcommands for which `-` is a file, and which one.
const STREAMS: [(&str, &str); 4] = [
    ("audit", STDIN),
    ("suggest", STDIN),
    ("init", STDIN),
    ("get", STDOUT),
];

/// The file that `-` stands for where it is read.
pub const STDIN: &str = "/dev/stdin";
/// The file that `-` stands for where it is written.
pub const STDOUT: &str = "/dev/stdout";

/// Splits `--option=value` and moves the common options to the front, where argh wants them.
pub fn common_first(words: &[String]) -> Vec<String> {
    let end = words
        .iter()
        .position(|word| word == "--")
        .unwrap_or(words.len());
    let (options, command) = words.split_at(end);
    let split = options.iter().flat_map(|word| match word.split_once('=') {
        Some((option, value)) if option.starts_with("--") => {
            vec![option.to_owned(), value.to_owned()]
        }
        _ => vec![word.clone()],
    });
    let (mut common, mut rest) = (Vec::new(), Vec::<String>::new());
    let mut split = split.peekable();
    while let Some(word) = split.next() {
        if COMMON.contains(&word.as_str()) {
            let takes_value = word != NO_SANDBOX;
            common.push(word);
            common.extend(split.next_if(|_| takes_value));
        } else if word == "-"
            && let Some(first) = rest.first()
            && let Some((_, stream)) = STREAMS.iter().find(|(name, _)| name == first)
        {
            // argh takes it for an option.
            rest.push((*stream).to_owned());
        } else {
            rest.push(word);
        }
    }
    common
        .into_iter()
        .chain(rest)
        .chain(command.iter().cloned())
        .collect()
}

/// The command in the directory, where one is given.
///
/// # Errors
/// Why it cannot run there.
pub fn in_given(directory: Option<&str>, command: String) -> Result<String, String> {
    match directory {
        None => Ok(command),
        Some(directory) => {
            in_directory(directory, &command).map_err(|why| why.replace("`cwd`", "`--cwd`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::common_first;

    #[test]
    fn common_options_may_stand_anywhere_before_the_command() {
        for (words, expected) in [
            ("check --config d", "--config d check"),
            ("check --config=d --json", "--config d check --json"),
            (
                "--keys k plan a -- x --config y",
                "--keys k plan a -- x --config y",
            ),
            ("plan a -- --config=y", "plan a -- --config=y"),
            ("hosts --config", "--config hosts"),
            ("run --no-sandbox a -- x", "--no-sandbox run a -- x"),
            ("audit verify - --json", "audit verify /dev/stdin --json"),
            ("suggest -", "suggest /dev/stdin"),
            ("get a /x -", "get a /x /dev/stdout"),
            ("run a -", "run a -"),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert_eq!(common_first(&words).join(" "), expected);
        }
    }
}
