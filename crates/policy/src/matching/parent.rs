//! `..` path components in a text: where a path may leave the directory that it spells out.
//!
//! Takes a text; gives how many `..` components and how many links below `/proc` it has. The links
//! `/proc/PID/root` and `/proc/PID/cwd` lead out of a directory as `..` does.

use mcp_ssh_knowledge::may_be;

/// How many `..` path components a text may have; in doubt the larger number.
pub fn dot_dots(text: &str) -> usize {
    let in_words = text.split([' ', '\t', '\n']).map(dot_dots_in_word);
    in_words.sum::<usize>() + proc_links(text)
}

/// How many links below `/proc` that lead to another directory a text or a pattern has. A link at the end of
/// a word does not count for a command that only shows the link.
pub fn proc_links(text: &str) -> usize {
    let is_link = |name: &&str| may_be(name, "root") || may_be(name, "cwd");
    let shows = shows_links(text);
    let links = |word: &str| {
        let word = word.trim_end_matches('\'');
        let names: Vec<&str> = word.split(['/', '\'']).collect();
        let shown = shows && names.last().is_some_and(is_link);
        let is_proc = |at: usize, name: &str| name == "proc" || at == 1 && may_be(name, "proc");
        let below = names.iter().enumerate();
        let below = below.skip_while(|(at, name)| !is_proc(*at, name));
        // Behind `proc` stands the number of a process, and behind `task` that of a thread.
        let mut last = "task";
        below
            .skip(1)
            .map(|(_, name)| name)
            .filter(|name| std::mem::replace(&mut last, name) != "task" && is_link(name))
            .count()
            .saturating_sub(usize::from(shown))
    };
    text.split([' ', '\t', '\n']).map(links).sum()
}

/// Whether a command is `readlink`, `stat`, or `ls` with `-l` or `-d`: these show a link and do not follow it.
fn shows_links(text: &str) -> bool {
    let mut words = text.strip_prefix("sudo ").unwrap_or(text).split(' ');
    match words.next() {
        Some("readlink" | "stat") => true,
        Some("ls") => words.next().is_some_and(|word| {
            word.starts_with('-') && !word.starts_with("--") && word.contains(['l', 'd'])
        }),
        _ => false,
    }
}

fn dot_dots_in_word(word: &str) -> usize {
    let characters: Vec<char> = word.chars().collect();
    let mut count = 0;
    let mut index = 0;
    while let Some(window) = characters.get(index..index + 2) {
        if window != ['.', '.'] {
            index += 1;
            continue;
        }
        let run = characters
            .iter()
            .skip(index)
            .take_while(|character| **character == '.')
            .count();
        let before = index.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(index + run);
        if run == 2 && is_component(word, before, after) {
            count += 1;
        }
        index += run;
    }
    count
}

/// Whether a `..` is a path component. One before a `/` always is (`-f../x`, `--file=../x`); one at the
/// end of a word is, unless it follows a name, as in the git range `main..`.
fn is_component(word: &str, before: Option<&char>, after: Option<&char>) -> bool {
    let name = |character: &char| character.is_alphanumeric() || "_-".contains(*character);
    match after {
        Some('/') => true,
        Some(other) if name(other) => false,
        Some(_) | None => word.starts_with('-') || !before.is_some_and(name),
    }
}

#[cfg(test)]
mod tests {
    use super::dot_dots;

    #[test]
    fn dot_dot_components() {
        for (text, expected) in [
            ("..", 1),
            ("a/../b", 1),
            ("../..", 2),
            ("a..b", 0),
            ("...", 0),
            ("'../x y'", 1),
            ("--f=..", 1),
            ("a..", 0),
            ("-a..", 1),
            ("/proc/self/root/etc", 1),
            ("-f /proc//1/cwd '/proc/1/task/1/root'", 2),
            ("/root/proc /proc/rooted", 0),
            ("readlink /proc/1/cwd", 0),
            ("sudo ls -l /proc/1/cwd '/proc/2/root'", 0),
            ("ls -l /proc/1/root/etc", 1),
            ("ls -l /proc/1/cwd/", 1),
            ("ls -ld /proc/1/root/proc/1/cwd", 1),
            ("ls /proc/1/cwd", 1),
            ("find /proc/1/cwd", 1),
            ("ls /proc/1/r\0\0t/etc", 1),
            ("ls /proc/\0/cw\0/", 1),
            ("ls /p\0c/1/root/etc", 1),
            ("ls /\0/\0/\0", 1),
            (
                "cat /proc/\0/status /proc/1/task/\0/stat /home/\0/root /srv/\0/\0/\0",
                0,
            ),
        ] {
            assert_eq!(dot_dots(text), expected, "{text:?}");
        }
    }
}
