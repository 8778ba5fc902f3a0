//! Variables that are set for one command: `LC_ALL=C` says how it prints, `LD_PRELOAD=x` what it loads.
//!
//! Takes `NAME=value`; gives whether it is harmless, and whether it is dangerous. A name in neither list is not
//! vouched for, and not known to run anything.

/// Variables that only say how a program prints or reckons. Two are missing: with POSIXLY_CORRECT a word that was
/// judged as an option is an operand (`uniq IN -c` writes `-c`); the columns of PS_FORMAT may print the environment.
const HARMLESS: &str = "\
    LANG LANGUAGE TZ COLUMNS LINES NO_COLOR CLICOLOR CLICOLOR_FORCE FORCE_COLOR TERM COLORTERM \
    BLOCKSIZE BLOCK_SIZE DF_BLOCK_SIZE DU_BLOCK_SIZE LS_BLOCK_SIZE TIME_STYLE QUOTING_STYLE LS_COLORS GREP_COLORS \
    SYSTEMD_COLORS SYSTEMD_URLIFY DEBIAN_FRONTEND GIT_OPTIONAL_LOCKS";

/// Variables that name programs, code, options, or places of these; `*` stands for any letters.
const DANGEROUS: &str = "\
    PATH IFS ENV SHELL HOME CDPATH FPATH ZDOTDIR SHELLOPTS BASHOPTS PROMPT_COMMAND PS1 PS2 PS4 BASH* LD_* DYLD_* \
    *PAGER* *EDITOR* VISUAL *BROWSER* LESS* *OPTIONS *OPTS *OPT *FLAGS *_RSH *_SSH *SSH_* *ASKPASS* GIT_* PERL* \
    PYTHON* RUBY* GEM_* BUNDLE_* NODE_* NPM_* npm_* LUA_* PHP* JAVA* _JAVA* JDK_* CLASSPATH GOFLAGS CARGO* RUST* \
    MAKE* CC CXX CPP LDFLAGS *PRELOAD* *MODULE* *PLUGIN* *CONFIG* *_CONF *_RC *RC XDG_* GCONV_PATH NLSPATH LOCPATH \
    HOSTALIASES TERMINFO* TERMCAP *COMMAND* *_CMD *PROGRAM* *HOOK* *LAUNCHER* PSQL* *_PATH *_BIN *_SHELL \
    INPUTRC EXINIT VIM* MYVIM* TAR_* GZIP RSYNC_* ANSIBLE_* VAGRANT_* TF_* OPENSSL_* SSL_* GLIBC_* MALLOC_*";

/// Whether `NAME=value` only says how a program prints.
pub fn is_harmless(assignment: &str) -> bool {
    let Some((name, value)) = assignment.split_once('=') else {
        return false;
    };
    let locale = name
        .strip_prefix("LC_")
        .is_some_and(|rest| !rest.is_empty());
    // A value with a slash may name a file: programs read the files of TZ and of locales.
    let file = value.contains('/') && name != "TZ"
        || value.starts_with(['/', ':', '.'])
        || value.contains("..");
    (locale || listed(HARMLESS, name)) && !file
}

/// Whether `NAME=value` may say what a program runs or loads: by its name, or because the value is a path or a text.
pub fn is_dangerous(assignment: &str) -> bool {
    let code = |value: &str| value.contains(['/', '(', ';', '|', '&', '`', '$']);
    assignment.split_once('=').is_some_and(|(name, value)| {
        (listed(DANGEROUS, name) || code(value)) && !is_harmless(assignment)
    })
}

fn listed(names: &str, name: &str) -> bool {
    names
        .split_ascii_whitespace()
        .any(|known| matches(known, name))
}

/// Whether a name matches a pattern with `*` at its beginning, its end, or both.
fn matches(pattern: &str, name: &str) -> bool {
    let inner = pattern.trim_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => name.contains(inner),
        (true, false) => name.ends_with(inner),
        (false, true) => name.starts_with(inner),
        (false, false) => name == inner,
    }
}
