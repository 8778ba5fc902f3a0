//! Commands of the login shell, which are no programs: which arguments they may have.
//!
//! Takes the words of a command by value. Gives why the command is not admitted, or `None`.
//!
//! sshd hands a line to the login shell, which has commands of its own. Some change the shell: a later command
//! of the line could then mean something else than what was judged. Others evaluate their arguments, so that
//! `test -v 'x[$(id)]'` runs `id` in bash. Each is admitted only in a form that none of these shells
//! evaluates: sh, bash, zsh, ksh, mksh, ash, yash, fish, csh. The caller does not ask about a command that a
//! rule spells whole: the operator has allowed it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Commands that change the shell, or run their arguments; those of one shell alone stand together.
const REFUSED: &str = "\
    . abbr alias and argparse autoload begin bg bind bindkey block break breaksw builtin bye \
    caller case chdir commandline compound compadd compctl compdef compdescribe compgen compinit complete \
    compopt comptry continue coproc declare default dirs disable disown echotc echoti else emit \
    emulate enable end endif endsw enum esac eval exec export fc fg filetest float foreach \
    function functions getln getopts glob global goto hash hashstat hist history hup if integer jobs let \
    limit local log logout mapfile nameref nocorrect noglob not onintr or popd print private psub pushd \
    pushln r read readarray readonly redirect rehash rename repeat return sched set setcap \
    setenv setopt settc setty shift shopt source stop string suspend switch telltc trap typeset unalias \
    unbind uncomplete unfunction unhash unlimit unset unsetenv unsetopt until vared vlock \
    while whence zcompile zformat zftp zle zmodload zparseopts zprof zpty zregexparse zsocket zstat zstyle \
    ztcp - @ : !";

/// The words of [`REFUSED`] as a set, since every command is looked up.
static REFUSED_NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| REFUSED.split_ascii_whitespace().collect());

/// Names of [`REFUSED`] that are programs, too, on some hosts.
const ALSO_PROGRAMS: &str =
    "disable enable global history hup log print r rename setcap stop vlock";

/// Commands that only mean something to the shell that runs them, though in some forms they are admitted.
const OF_SHELL: &str = "cd exit times type ulimit umask wait where";

/// Whether a name is a command of the shell alone. Where there is a program of this name, as POSIX asks for `cd`, the
/// program has no effect.
pub fn is_of_shell(name: &str) -> bool {
    let among = |names: &str| names.split_ascii_whitespace().any(|known| known == name);
    among(OF_SHELL) || REFUSED_NAMES.contains(name) && !among(ALSO_PROGRAMS)
}

/// Why a command of the shell is not admitted.
pub fn refusal(words: &[&str]) -> Option<&'static str> {
    let (name, arguments) = words.split_first()?;
    // A name with a `/` is a path, and runs a program.
    if name.contains('/') {
        return None;
    }
    if REFUSED_NAMES.contains(name) && *name != ":" {
        return Some("changes the login shell or runs what it is given");
    }
    if *name == "command" {
        let inner = arguments
            .iter()
            .position(|word| !["-p", "--"].contains(word));
        return match inner.and_then(|at| arguments.get(at..)) {
            Some([first, ..]) if first.starts_with('-') => None,
            Some(inner) => refusal(inner),
            None => None,
        };
    }
    let admitted = match *name {
        "printf" => printf(arguments),
        "test" => test(arguments),
        "[" => arguments
            .split_last()
            .is_some_and(|(last, rest)| *last == "]" && test(rest)),
        "kill" => arguments.iter().all(|word| is_signal(word)),
        "ulimit" => arguments.iter().all(|word| is_limit(word)),
        "umask" => arguments.iter().all(|word| of(word, "ugoarwxXst=,+-S")),
        "exit" | "wait" | "sleep" => arguments.iter().all(|word| of(word, ".smhd")),
        "cd" => {
            arguments.len() <= 1
                && arguments
                    .iter()
                    .all(|word| is_inert(word) && !word.starts_with('-'))
        }
        "echo" | "true" | "false" | ":" => true,
        "time" | "type" | "which" | "where" | "pwd" | "times" | "nice" | "nohup" => {
            arguments.iter().all(|word| !word.contains("[$"))
        }
        "math" | "random" | "status" | "count" | "contains" | "setpath" => {
            arguments.iter().all(|word| is_inert(word))
        }
        _ => true,
    };
    (!admitted).then_some("may be evaluated by the login shell in this form")
}

/// Whether a word has no subscript, substitution or assignment for any of the shells.
fn is_inert(word: &str) -> bool {
    !word.contains([
        '[', ']', '$', '`', '(', ')', '=', '{', '}', '<', '>', '\\', '!', '~', '\n',
    ])
}

/// Whether a word has only ASCII digits and these signs.
fn of(word: &str, signs: &str) -> bool {
    word.chars()
        .all(|character| character.is_ascii_digit() || signs.contains(character))
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    !digits.is_empty() && digits.len() <= 18 && digits.chars().all(|digit| digit.is_ascii_digit())
}

/// Whether a word is a number, perhaps with a fraction.
fn is_decimal(word: &str) -> bool {
    match word.split_once('.') {
        Some((whole, fraction)) => is_number(whole) && is_number(fraction) && of(fraction, ""),
        None => is_number(word),
    }
}

/// Whether a word may be an argument of `kill`: `-TERM`, `-15`, `-s TERM`, `-l`, a process id, a negative one.
fn is_signal(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    name.chars()
        .all(|character| character.is_ascii_alphanumeric())
        && (is_number(word)
            || word.starts_with('-')
            || name.chars().all(|letter| letter.is_ascii_uppercase()))
}

/// Whether a word only shows a limit (`-a`, `-Hn`). A number would set the limit for the commands behind.
fn is_limit(word: &str) -> bool {
    let option = word.strip_prefix('-');
    option.is_some_and(|letters| letters.chars().all(|letter| letter.is_ascii_alphabetic()))
}

/// Whether `printf FORMAT ARGUMENT…` evaluates nothing: a conversion of text takes any argument, a conversion of a
/// number takes a number. The format is used again for the arguments that are left.
fn printf(arguments: &[&str]) -> bool {
    let (arguments, options_ended) = match arguments {
        ["--", rest @ ..] => (rest, true),
        _ => (arguments, false),
    };
    let Some((format, arguments)) = arguments.split_first() else {
        return true;
    };
    if format.starts_with('-') && !options_ended {
        return false;
    }
    let Some(numeric) = conversions(format) else {
        return false;
    };
    let mut pairs = arguments.iter().zip(numeric.iter().cycle());
    pairs.all(|(argument, numeric)| !numeric || is_decimal(argument))
}

/// For each conversion of a format whether it converts a number; `None` when shells read the format differently.
fn conversions(format: &str) -> Option<Vec<bool>> {
    // ksh93 takes `\\u0025` for a `%`.
    if format.contains("\\u") || format.contains("\\U") {
        return None;
    }
    let mut numeric = Vec::new();
    let mut pieces = format.split('%');
    pieces.next();
    let mut skip = false;
    for piece in pieces {
        if std::mem::take(&mut skip) {
            continue;
        }
        if piece.is_empty() {
            // The sign behind `%%` is text.
            skip = true;
            continue;
        }
        let flags =
            piece.trim_start_matches(|sign: char| sign.is_ascii_digit() || "-+ #.".contains(sign));
        match flags.chars().next()? {
            's' | 'b' | 'c' => numeric.push(false),
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'f' | 'e' | 'g' | 'E' | 'G' => numeric.push(true),
            _ => return None,
        }
    }
    // An escape may stand for a `%`, and shift the arguments.
    let plain = |escape: &str| escape.starts_with(['n', 't', 'r', 'a', '\\']);
    let mixed = numeric.contains(&true) && numeric.contains(&false);
    let mut escapes = format.match_indices('\\').map(|(at, _)| &format[at + 1..]);
    match mixed && !escapes.all(plain) {
        true => None,
        false => Some(numeric),
    }
}

/// Operators of `test` before a file or a text.
const UNARY: &str = "-b -c -d -e -f -g -h -k -L -n -O -p -r -s -S -u -w -x -z -G -N";
/// Operators between texts.
const TEXTS: &str = "= == != -nt -ot -ef";
/// Operators between numbers, which some shells evaluate.
const NUMBERS: &str = "-eq -ne -lt -le -gt -ge";

/// Whether an expression of `test` is harmless, read from left to right: each operand must stand where an operator
/// takes one.
fn test(words: &[&str]) -> bool {
    let is = |list: &str, word: &str| list.split_ascii_whitespace().any(|known| known == word);
    let rest = match words {
        ["!", rest @ ..] => return !rest.is_empty() && test(rest),
        [one, operator, other, rest @ ..] if is(NUMBERS, operator) => {
            if !is_number(one) || !is_number(other) {
                return false;
            }
            rest
        }
        [operator, operand, rest @ ..] if is(UNARY, operator) && is_text(operand) => rest,
        [one, operator, other, rest @ ..]
            if is(TEXTS, operator) && is_text(one) && is_text(other) =>
        {
            rest
        }
        [] => return true,
        [one] => return is_text(one),
        _ => return false,
    };
    match rest {
        [] => true,
        ["-a" | "-o", rest @ ..] => !rest.is_empty() && test(rest),
        _ => false,
    }
}

/// Whether a text can be neither an operator nor an arithmetic expression.
fn is_text(word: &str) -> bool {
    !word.starts_with(['-', '(', ')', '!']) && !word.contains(['[', '`', '$', '\n'])
}

#[cfg(test)]
mod tests {
    use super::{is_of_shell, refusal};

    #[test]
    fn programs_with_the_name_of_a_shell_command_are_programs() {
        for (name, shell) in [
            ("cd", true),
            ("export", true),
            ("umask", true),
            ("source", true),
            ("rename", false),
            ("setcap", false),
            ("kill", false),
            ("test", false),
            ("/usr/bin/cd", false),
        ] {
            assert_eq!(is_of_shell(name), shell, "{name}");
        }
    }

    #[test]
    fn shell_commands_are_admitted_only_where_no_shell_evaluates() {
        for (line, admitted) in [
            ("test|-f|/etc/passwd", true),
            ("test|-f|/etc/passwd|-o|-v|x[$(id)]", false),
            ("test|1|-lt|a[$(id)]", false),
            ("test|1|-lt|PATH=5", false),
            ("test|1|-lt|2|-a|-d|/srv", true),
            ("test|-t|PATH[$(id)]", false),
            ("test|!|-e|/x", true),
            ("[|-f|/x|]", true),
            ("[|-f|/x", false),
            ("[|-v|x|]", false),
            ("printf|%s\\n|a b[$(id)]", true),
            ("printf|-v|x[$(id)]|y", false),
            ("printf|%d|PATH[$(id)]", false),
            ("printf|%d|12", true),
            ("printf|%05.2f|1.5", true),
            (r"printf|%s %d\n|a|5|b|6", true),
            ("printf|%s %d|a[$(id)]|b[$(id)]", false),
            (r"printf|\045s %s %d|a|5|b[$(id)]", false),
            (r"printf|--|---\n", true),
            (r"printf|---\n", false),
            ("printf|%*d|PATH[$(id)]|1", false),
            ("printf|%%d %s|x", true),
            ("printf|%n|x", false),
            (r"printf|\u0025d\n|PATH=5", false),
            (r"printf|\u[25]d|PATH=5", false),
            ("printf|%(%F)T|-1", false),
            ("kill|-TERM|123", true),
            ("kill|-s|HUP|123", true),
            ("kill|a[$(id)]", false),
            ("kill|%1", false),
            ("ulimit|-a", true),
            ("ulimit|-n|a[$(id)]", false),
            ("exit|3", true),
            ("exit|PATH[$(id)]", false),
            ("cd|/srv/app", true),
            ("cd|-|x", false),
            ("export|A=b", false),
            ("read|a[$(id)]", false),
            ("eval|id", false),
            (".|/dev/stdin", false),
            ("echo|$(id)", true),
            ("df|-h", true),
            ("/usr/bin/printf|-v|x", true),
        ] {
            let words: Vec<&str> = line.split('|').collect();
            assert_eq!(refusal(&words).is_none(), admitted, "{line}");
        }
    }
}
