//! Values of options of ps: columns, and lists of users. Takes a value, gives its flaws.
//!
//! ps reads its words a second time, as letters without a dash, when an option fails in the first reading. If there is
//! no user `xe`, `-uxe` is read as `u x e`, and `e` prints the environment of processes.

use super::flaw::Flaw;

const ENVIRONMENT: &str = "prints the environment of processes";

/// Letters of the second reading that take no value.
const LETTERS: &str = "acefghjlmnrsuvwxyACDHLMNSTVXZ";
/// Columns that print the arguments of a process; ps would print the environment beside them.
const ARGUMENTS: &[&str] = &["args", "cmd", "com", "%a"];

/// The columns of `ps L`, without the environment.
const COLUMNS: &str = "\
    %cpu %mem ag_id ag_nice args atime blocked bsdstart bsdtime c caught cgname cgroup cgroupns class cls cmd \
    comm command context cp cpuid cputime cputimes cuc cuu drs dsiz egid egroup eip esp etime etimes euid euser \
    exe f fgid fgroup flag flags fname fsgid fsgroup fsuid fsuser fuid fuser gid group ignored intpri ipcns \
    label lastcpu lim longtname lsession lstart luid lwp lxc m_drs m_size m_trs machine maj_flt majflt min_flt \
    minflt mntns netns ni nice nlwp numa oom oomadj opri ouid pagein pcpu pending pgid pgrp pid pidns pmem \
    policy ppid pri pri_api pri_bar pri_baz pri_foo priority psr pss rbytes rchars rgid rgroup rops rss rssize \
    rsz rtprio ruid ruser s sched seat sess session sgi_p sgi_rss sgid sgroup sid sig sig_block sig_catch \
    sig_ignore sig_pend sigcatch sigignore sigmask size slice spid stackp start start_stack start_time stat \
    state stime suid supgid supgrp suser svgid svgroup svuid svuser sz tgid thcount tid time timens times tname \
    tpgid trs trss tsig tsiz tt tty tty4 tty8 ucmd ucomm uid uid_hack uname unit user userns uss util utsns \
    uunit vsize vsz wbytes wcbytes wchan wchars wname wops zone";

/// The columns of `ps -o`.
pub fn columns(text: &str) -> Vec<Flaw> {
    let small = text.to_ascii_lowercase();
    let places = small.match_indices("env");
    places
        .map(|(start, part)| Flaw {
            start,
            end: start + part.len(),
            why: ENVIRONMENT,
        })
        .collect()
}

/// The columns of ps after letters without a dash. If the letters before take the value, ps may read the columns as
/// letters, too: so only listed columns with a comma among them pass, since a comma is no letter.
pub fn bundled(text: &str) -> Vec<Flaw> {
    let listed = |column: &str| {
        let name = column.split(['=', ':']).next().unwrap_or_default();
        COLUMNS.split_ascii_whitespace().any(|known| known == name)
    };
    let harmless = text.contains(',') && text.split(',').all(listed);
    (!harmless)
        .then_some(Flaw {
            start: 0,
            end: text.len(),
            why: ENVIRONMENT,
        })
        .into_iter()
        .collect()
}

/// A user, group, terminal or command of ps that the second reading does not take for letters.
pub fn name(text: &str) -> Vec<Flaw> {
    let letters = text.trim_start_matches(|letter| LETTERS.contains(letter));
    let mut rest = letters.chars();
    let readable = match rest.next() {
        _ if text.starts_with('-') => true,
        None => true,
        Some('p' | 'q') => rest.all(|character| character.is_ascii_digit() || character == ','),
        Some('t') => ["", "t", "p", "/", "?", "c"].iter().any(|tty| match *tty {
            "" => rest.as_str().is_empty(),
            tty => rest.as_str().starts_with(tty),
        }),
        Some('o' | 'O') => {
            let columns = rest.as_str();
            columns.is_empty() || ARGUMENTS.iter().any(|column| columns.contains(column))
        }
        Some('k') => rest.as_str().len() < 4 || rest.as_str().starts_with(['+', '-']),
        Some('U') => true,
        Some(_) => false,
    };
    readable
        .then_some(Flaw {
            start: 0,
            end: text.len(),
            why: ENVIRONMENT,
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{bundled, columns, name};

    #[test]
    fn columns_do_not_print_the_environment() {
        for text in [
            "pid,ppid,%cpu,%mem,args",
            "pid= comm=",
            "user:20,cmd",
            "%p %a",
        ] {
            assert!(columns(text).is_empty(), "{text}");
        }
        for text in [
            "pid,cmd",
            "user,pid,%cpu,%mem,args",
            "pid=,args=",
            "user:20,cmd",
        ] {
            assert!(bundled(text).is_empty(), "{text}");
        }
        for text in [
            "e",
            "-e",
            "user",
            "args",
            "pid",
            "pid,environ",
            "uxeoargs,pid",
        ] {
            assert!(!bundled(text).is_empty(), "{text}");
        }
        for text in ["environ", "pid,ENVIRON", "pid,environ:200"] {
            assert!(!columns(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn names_are_not_read_as_letters() {
        let names = "root postgres mysql nobody www-data sshd systemd+ redis nginx tomcat oracle kafka tty1 1000 deploy";
        for text in names.split(' ').filter(|text| *text != "tty1") {
            assert!(name(text).is_empty(), "{text}");
        }
        for text in [
            "x", "xe", "ewww", "fx", "xww", "xoargs", "xtpts/0", "xp1", "xt", "Ux", "-e",
        ] {
            assert!(!name(text).is_empty(), "{text}");
        }
    }
}
