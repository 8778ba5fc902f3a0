//! The programs that run another command, as one table.
//!
//! Each row says which options there are and how many operands stand before the command.
//! Options are written as for getopt(3): `x` is a flag, `x:` takes a value, `x::` takes one only
//! when it is attached. Long options are separated by blanks. A sign after that says more:
//!
//! ```text
//! $  the value is a text for a shell       %  the value names what xargs replaces
//! /  the value is words, as for env -S     !  nothing is run
//! ```
//!
//! An option on which systems differ is left out: [`super::options`] then takes every word that
//! follows for a possible command.

/// A program that runs another command.
#[derive(Debug)]
pub struct Wrapper {
    name: &'static str,
    short: &'static str,
    long: &'static str,
    /// What it runs.
    pub runs: &'static [Runs],
    /// How many operands stand before the command.
    pub operands: usize,
    /// Whether `NAME=value` words may stand before the command.
    pub assignments: Assignments,
    /// Where the command's last arguments come from.
    pub arguments: Arguments,
}

/// What a wrapper runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// The words after its options and operands.
    Command,
    /// The same words joined by blanks, as a text for a shell.
    Joined,
    /// With an option that has a `c`, a text for a shell: any of its words, so that nothing hangs
    /// on what its other options take.
    OptionText,
    /// A text for a shell in any of its words.
    Texts,
    /// The words after `-exec` and its like, up to `;` or `{} +`.
    FindExec,
}

/// Whether `NAME=value` words may stand before the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// They may.
    Skipped,
    /// Such a word is the command.
    None,
}

/// Where the command's last arguments come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// All of them are written.
    Written,
    /// More are read from elsewhere.
    Read,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// Where its value stands.
    pub value: Value,
    /// What the value is.
    pub meaning: Meaning,
}

/// Where an option's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is none.
    None,
    /// Attached, or in the next word.
    Required,
    /// Attached, if there is one.
    Attached,
}

/// What an option's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing that is run.
    Setting,
    /// A text for a shell.
    Text,
    /// Words that stand before the rest.
    Words,
    /// The placeholder that is replaced by what is read.
    Hole,
    /// With this option the wrapper runs nothing.
    Inert,
}

impl Wrapper {
    /// The wrapper of that name, which has no path.
    pub fn named(name: &str) -> Option<&'static Self> {
        let index = WRAPPERS
            .binary_search_by(|wrapper| wrapper.name.cmp(name))
            .ok()?;
        WRAPPERS.get(index)
    }

    /// What the option `-letter` takes; none when it is not in the table.
    pub fn short(&self, letter: char) -> Option<Takes> {
        let (_, signs) = self.short.split_once(letter)?;
        letter.is_ascii_alphanumeric().then(|| Takes::read(signs))
    }

    /// What the option `--name` takes, which may be abbreviated: none when it is not in the
    /// table, or might be several that differ.
    pub fn long(&self, name: &str) -> Option<Takes> {
        let mut meant = None;
        for option in self.long.split_whitespace() {
            let known = option.trim_end_matches(SIGNS);
            let takes = Takes::read(option.strip_prefix(known).unwrap_or_default());
            if known == name {
                return Some(takes);
            }
            if known.starts_with(name) && meant.replace(takes).is_some_and(|other| other != takes) {
                return None;
            }
        }
        meant
    }
}

const SIGNS: [char; 5] = [':', '$', '/', '%', '!'];

impl Takes {
    /// Reads the signs at the start of `text`.
    fn read(text: &str) -> Self {
        let rest = text.trim_start_matches(':');
        Self {
            value: match text.len() - rest.len() {
                0 => Value::None,
                1 => Value::Required,
                _ => Value::Attached,
            },
            meaning: match rest.chars().next() {
                Some('$') => Meaning::Text,
                Some('/') => Meaning::Words,
                Some('%') => Meaning::Hole,
                Some('!') => Meaning::Inert,
                _ => Meaning::Setting,
            },
        }
    }
}

const fn row(
    runs: &'static [Runs],
    name: &'static str,
    operands: usize,
    short: &'static str,
    long: &'static str,
) -> Wrapper {
    Wrapper {
        name,
        short,
        long,
        runs,
        operands,
        assignments: Assignments::None,
        arguments: Arguments::Written,
    }
}

/// A wrapper that runs the words after its options and so many operands.
const fn exec(
    name: &'static str,
    operands: usize,
    short: &'static str,
    long: &'static str,
) -> Wrapper {
    row(&[Runs::Command], name, operands, short, long)
}

/// A shell.
const fn shell(name: &'static str) -> Wrapper {
    row(&[Runs::OptionText], name, 0, "", "")
}

const fn assigning(wrapper: Wrapper) -> Wrapper {
    Wrapper {
        assignments: Assignments::Skipped,
        ..wrapper
    }
}

const fn reading(wrapper: Wrapper) -> Wrapper {
    Wrapper {
        arguments: Arguments::Read,
        ..wrapper
    }
}

/// In the order of their names, for the search.
#[rustfmt::skip]
static WRAPPERS: &[Wrapper] = &[
    shell("ash"),
    shell("bash"),
    exec("builtin", 0, "", ""),
    exec("busybox", 0, "", ""),
    exec("bwrap", 0, "", ""),
    exec("catchsegv", 0, "", ""),
    exec("chpst", 0, "", ""),
    exec("chroot", 1, "", "groups: skip-chdir userspec:"),
    exec("chrt", 1, "abdfiovRrD:P:T:",
        "all-tasks batch deadline fifo idle other reset-on-fork rr sched-deadline: \
         sched-period: sched-runtime: verbose"),
    exec("command", 0, "pv!V!", ""),
    exec("cpulimit", 0, "", ""),
    shell("csh"),
    shell("dash"),
    exec("dbus-run-session", 0, "", ""),
    exec("doas", 0, "a:C:Lnsu:", ""),
    exec("dumb-init", 0, "", ""),
    exec("eatmydata", 0, "", ""),
    assigning(exec("env", 0, "0iva:C:P:S:/u:",
        "argv0: block-signal:: chdir: debug default-signal:: ignore-environment ignore-signal:: \
         list-signal-handling null split-string:/ unset:")),
    row(&[Runs::Joined], "eval", 0, "", ""),
    exec("exec", 0, "cla:", ""),
    exec("fakeroot", 0, "huvb:i:l:s:", "faked: lib: unknown-is-real"),
    exec("faketime", 1, "", ""),
    row(&[Runs::FindExec], "find", 0, "", ""),
    exec("firejail", 0, "", ""),
    shell("fish"),
    exec("flock", 1, "eFnosuvxc:$E:w:",
        "close command:$ conflict-exit-code: exclusive nb no-fork nonblock shared timeout: \
         unlock verbose wait:"),
    exec("gosu", 1, "", ""),
    exec("ionice", 0, "tc:n:", "class: classdata: ignore"),
    shell("ksh"),
    shell("ksh93"),
    exec("linux32", 0, "", ""),
    exec("linux64", 0, "", ""),
    exec("ltrace", 0, "", ""),
    shell("mksh"),
    exec("nice", 0, "0123456789n:", "adjustment:"),
    exec("nohup", 0, "", ""),
    exec("nsenter", 0, "aeFZC::G:i::m::n::p::r::S:t:T::u::U::w::W:",
        "all cgroup:: env follow-context ipc:: mount:: net:: no-fork pid:: \
         preserve-credentials root:: setgid: setuid: target: time:: user:: uts:: wd:: wdns:"),
    exec("numactl", 0, "", ""),
    row(&[Runs::Joined], "parallel", 0, "", ""),
    exec("pkexec", 0, "u:", "disable-internal-agent keep-cwd user:"),
    shell("posh"),
    exec("prlimit", 0,
        "c::d::e::f::i::l::m::n::q::r::s::t::u::v::x::y::",
        "as:: core:: cpu:: data:: fsize:: locks:: memlock:: msgqueue:: nice:: nofile:: nproc:: \
         rss:: rtprio:: rttime:: sigpending:: stack:: verbose"),
    exec("proxychains", 0, "qf:", ""),
    exec("proxychains4", 0, "qf:", ""),
    shell("rbash"),
    exec("rlwrap", 0, "", ""),
    exec("runcon", 1, "", ""),
    row(&[Runs::Command, Runs::OptionText], "runuser", 0, "flmpPTc:$g:G:s:u:w:",
        "command:$ fast group: login preserve-environment pty session-command:$ shell: \
         supp-group: user: whitelist-environment:"),
    shell("rzsh"),
    row(&[Runs::Command, Runs::OptionText], "script", 1, "aefqB:c:$E:I:m:o:O:t::T:", "command:$"),
    exec("setarch", 1, "", ""),
    exec("setpriv", 0, "", ""),
    exec("setsid", 0, "cfw", "ctty fork wait"),
    row(&[Runs::Texts], "sg", 0, "", ""),
    shell("sh"),
    row(&[Runs::Joined], "ssh", 1,
        "46AaCfGgKkMNnqsTtVvXxYyb:B:c:D:E:e:F:I:i:J:L:l:m:O:o:p:P:Q:R:S:w:W:", ""),
    exec("ssh-agent", 0, "", ""),
    exec("stdbuf", 0, "e:i:o:", "error: input: output:"),
    exec("strace", 0, "cCDfFhiknqrtTvwxyzZa:b:e:E:I:o:O:p:P:s:S:u:X:", ""),
    row(&[Runs::OptionText], "su", 0, "", ""),
    exec("su-exec", 1, "", ""),
    assigning(exec("sudo", 0, "AbBEeHiKklNnPSsVva:c:C:D:g:h:p:R:r:T:t:U:u:",
        "askpass background bell chdir: chroot: close-from: command-timeout: edit group: host: \
         list login no-update non-interactive other-user: preserve-env:: preserve-groups \
         prompt: remove-timestamp reset-timestamp role: set-home shell stdin type: user: \
         validate")),
    exec("systemd-inhibit", 0, "", ""),
    exec("systemd-run", 0, "dGPqrStE:H:M:p:u:",
        "collect description: gid: host: machine: nice: no-ask-password no-block on-active: \
         on-boot: on-calendar: on-startup: on-unit-active: on-unit-inactive: path-property: \
         pipe property: pty quiet remain-after-exit same-dir scope send-sighup service-type: \
         setenv: shell slice: slice-inherit socket-property: system timer-property: uid: unit: \
         user wait working-directory:"),
    exec("taskset", 1, "ac", "all-tasks cpu-list"),
    shell("tcsh"),
    exec("time", 0, "apqvVf:o:", "append format: output: portability quiet verbose"),
    exec("timeout", 1, "fpvk:s:", "foreground kill-after: preserve-status signal: verbose"),
    exec("tini", 0, "", ""),
    exec("torify", 0, "", ""),
    exec("torsocks", 0, "", ""),
    exec("toybox", 0, "", ""),
    row(&[Runs::Texts], "trap", 0, "", ""),
    exec("unbuffer", 0, "p", ""),
    exec("unshare", 0, "cfrC::G:i::m::n::p::R:S:T::u::U::w:",
        "cgroup:: fork ipc:: keep-caps kill-child:: map-auto map-current-user map-root-user \
         mount-proc:: mount:: net:: pid:: propagation: root: setgid: setuid: time:: user:: \
         uts:: wd:"),
    row(&[Runs::Command, Runs::Joined], "watch", 0, "bcCegtwxd::n:q:",
        "beep chgexit color differences:: equexit: errexit exec interval: no-color no-title \
         no-wrap precise"),
    reading(exec("xargs", 0, "0oprtxa:d:E:e::i::%I:%L:l::n:P:s:",
        "arg-file: delimiter: eof:: exit interactive max-args: max-chars: max-lines:: \
         max-procs: no-run-if-empty null open-tty process-slot-var: replace::% show-limits \
         verbose")),
    shell("yash"),
    shell("zsh"),
];

#[cfg(test)]
mod tests {
    use super::{Meaning, Value, WRAPPERS, Wrapper};

    #[test]
    fn the_table_is_in_order_and_every_row_is_found() {
        assert!(WRAPPERS.is_sorted_by(|one, next| one.name < next.name));
        for wrapper in WRAPPERS {
            assert_eq!(Wrapper::named(wrapper.name).unwrap().name, wrapper.name);
        }
    }

    #[test]
    fn options_are_read_as_for_getopt() {
        let env = Wrapper::named("env").unwrap();
        let xargs = Wrapper::named("xargs").unwrap();
        for (takes, value, meaning) in [
            (env.short('i'), Value::None, Meaning::Setting),
            (env.short('u'), Value::Required, Meaning::Setting),
            (env.short('S'), Value::Required, Meaning::Words),
            (env.long("uns"), Value::Required, Meaning::Setting),
            (env.long("block"), Value::Attached, Meaning::Setting),
            (env.long("split"), Value::Required, Meaning::Words),
            (xargs.short('i'), Value::Attached, Meaning::Hole),
            (xargs.long("replace"), Value::Attached, Meaning::Hole),
        ] {
            let takes = takes.unwrap();
            assert_eq!((takes.value, takes.meaning), (value, meaning));
        }
        for unknown in [
            env.short('x'),
            env.short(':'),
            env.long("x"),
            xargs.long("max"),
        ] {
            assert_eq!(unknown.map(|takes| takes.value), None);
        }
    }
}
