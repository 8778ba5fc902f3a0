//! What may be proposed for a line that was denied: commands whose output is state.
//!
//! Takes the words of a command. Says whether [`STATE`] lists it, with each of its options and operands: what it
//! prints is then sizes, times, counts, names and status of this host, or a file that is public by its name. Refuses
//! every word that the list does not have; that the program only looks is not enough, since it may look at a
//! secret, or at another host. The list reads words by itself: the knowledge base has vouched for them, so a word
//! that the two read differently is refused by one of them.
//!
//! A row is a command, its options and its operands, with a colon between them. `a|b` in a command is either word. An
//! option without `=` takes no value, `-o=` takes any, `-o=a|b` takes these or a list of them; `-#` is a number, and of
//! the options with a `!` one must be there. What begins with `#` is a heading.

use crate::public::{is_health_address, is_loopback, is_public_file};

/// The operands that a row of the list takes.
#[derive(Clone, Copy)]
enum ListedOperands {
    Nothing,
    /// Names of what is looked at, or of what is not opened.
    Names,
    /// The first is one of these, separated by `|`, or a list or a member of them; the others are names.
    First(&'static str),
    /// Each begins so.
    Begins(&'static str),
    /// Files that are public by their names, or standard input.
    Files,
    /// A pattern, then [`ListedOperands::Files`].
    PatternAndFiles,
    /// This host, by its loopback address.
    Loopback,
    /// Where a service of this host says how it is.
    Health,
    /// So many operands of its own, then a command of the list.
    Runs(usize),
}

use ListedOperands::{
    Begins, Files, First, Health, Loopback, Names, Nothing, PatternAndFiles, Runs,
};

/// Read a row before you add it: no option may show the content of a file, an environment, the words of another
/// process, a setting or a message, or make the program ask another host.
const STATE: &str = "\
    # The host.;\
    arch|getenforce|groups|lsmem|lsmod|pwd|sestatus|tty|whoami : --help --version : none;\
    date : -u -R -I -Iseconds --utc --iso-8601 --iso-8601=date|seconds|ns --rfc-3339=date|seconds|ns : begins +;\
    free : -b -k -m -g -h -l -t -w -s= -c= --human --si --mega --giga --total --wide : none;\
    hostname : -s -I --short --all-ip-addresses : none;\
    hostnamectl :: first status;\
    id : -a -g -G -n -r -u -z --group --groups --name --user : names;\
    iostat : -c -d -h -k -m -N -s -t -x -y -z : names;\
    last : -# -n= -a -F -i -R -w -x : names;\
    loginctl : --no-pager --no-legend : first list-sessions|list-users|list-seats;\
    lscpu : -a -b -c -e -J -p -y --json : none;\
    lspci : -k -m -mm -n -nn -t -v -vv -s= : none;\
    lsusb : -t -v : none;\
    mpstat : -A -n -u -P= : names;\
    nproc : --all : none;\
    numactl : !-H !--hardware !-s !--show : none;\
    sensors : -A -f -j -u : names;\
    swapon : !-s !--show --bytes --noheadings --raw : none;\
    timedatectl : --no-pager : first status|timesync-status;\
    top : !-b -i -n= -o= -w= : none;\
    uname : -a -s -n -r -v -m -p -i -o --all --kernel-release : none;\
    uptime : -p -s --pretty --since : none;\
    vmstat : -a -d -D -m -n -s -t -w -y -S=k|K|m|M : names;\
    who : -a -b -d -H -l -m -p -q -r -s -t -T -u -w --boot --count --heading --users : none;\
    # Processes by name, never with their words.;\
    pgrep : -c -l -n -o -x -u= --count --exact --list-name --newest --oldest : names;\
    pidof : -s -x : names;\
    ps : -A -e -H -L -T -C= -p= -u= --no-headers --sort= \
        -o=pid|ppid|pgid|sid|user|uid|group|gid|comm|state|stat|s|etime|etimes|time|start|lstart|pcpu|%cpu|pmem|\
        %mem|rss|vsz|sz|nlwp|ni|pri|psr|cls|rtprio|tty|wchan : none;\
    # Disks, and files by name.;\
    basename|dirname|readlink|realpath|which : -a -e -f -m -n -s -z : names;\
    df : -a -h -H -i -k -l -m -P -T -B= -t= -x= --all --human-readable --inodes --local --output --output= \
        --portability --print-type --si --total --type= --exclude-type= --block-size= : names;\
    du : -0 -a -b -c -h -k -l -L -m -P -s -S -x -B= -d= -t= --all --apparent-size --bytes --exclude= \
        --human-readable --inodes --max-depth= --one-file-system --si --summarize --threshold= --time --total : names;\
    find : -a -and -o -or -not -H -L -P -O1 -O2 -O3 -daystart -depth -empty -mount -noleaf -nogroup -nouser -ls \
        -print -print0 -prune -quit -readable -writable -executable -xdev -maxdepth= -mindepth= -amin= -atime= \
        -cmin= -ctime= -mmin= -mtime= -gid= -uid= -inum= -links= -name= -iname= -lname= -path= -ipath= -regex= \
        -iregex= -fstype= -group= -user= -perm= -size= -type= -xtype= -printf= -newer= -newermt= : names;\
    ls : -1 -a -A -b -B -c -C -d -f -F -g -G -h -H -i -k -l -L -m -n -N -o -p -q -Q -r -R -s -S -t -u -U -v -w= \
        -x -X -Z --all --almost-all --color --color= --directory --full-time --group-directories-first \
        --human-readable --inode --recursive --reverse --size --sort= --time= --time-style= : names;\
    lsblk : -a -A -b -d -D -f -i -J -l -m -n -N -p -P -r -s -S -t -e= -I= -o= --all --bytes --fs --json --list \
        --noheadings --nodeps --output= --paths : names;\
    lvs|pvs|vgs : -a -o= --noheadings --units= --nosuffix : names;\
    mdadm : !-D !--detail : names;\
    smartctl : !-A !-H !-i !-a !--all !--attributes !--health !--info : names;\
    stat : -f -L -t -c= --dereference --file-system --format= --printf= --terse : names;\
    zfs list : -H -p -r -t= -o=name|used|avail|available|refer|referenced|mountpoint|quota|usedsnap : names;\
    zpool list|status : -H -L -P -p -v -x : names;\
    # Units.;\
    journalctl : !--disk-usage !--list-boots --no-pager -q : none;\
    systemctl : --failed --no-pager --no-legend --plain -a -l --all --full --state= --type= -t= : none;\
    systemctl get-default|is-system-running : --no-pager -q --quiet : none;\
    systemctl is-active|is-enabled|is-failed|list-dependencies|list-jobs|list-sockets|list-timers|list-unit-files|\
        list-units : -a -l -q -t= --all --failed --full --no-pager --no-legend --plain --quiet --state= \
        --type= : names;\
    # Behind the state stand the last ten lines of the journal: no more are asked for.;\
    systemctl status : -a -l -q -n=0|1|2|3|5|10 --all --full --lines=0|1|2|3|5|10 --no-pager --quiet : names;\
    systemctl show : --no-pager --value !-p=ActiveState|ActiveEnterTimestamp|ActiveExitTimestamp|CPUUsageNSec|\
        ExecMainStartTimestamp|ExecMainStatus|FragmentPath|Id|InactiveEnterTimestamp|LoadState|MainPID|\
        MemoryCurrent|MemoryPeak|Names|NRestarts|Result|StateChangeTimestamp|SubState|TasksCurrent|UnitFileState \
        !--property=ActiveState|ActiveEnterTimestamp|ExecMainStatus|Id|LoadState|MainPID|MemoryCurrent|NRestarts|\
        Result|SubState|TasksCurrent|UnitFileState : names;\
    systemd-analyze blame|critical-chain|time : --no-pager : none;\
    systemd-detect-virt : -c -v : none;\
    # The network of this host, without a name that a resolver is asked for.;\
    arp|route : !-n -a -e : none;\
    chronyc : !-n : first sources|sourcestats|tracking;\
    fail2ban-client status :: names;\
    ip a|addr|address|l|link|n|neigh|neighbour|netns|r|route|ru|rule : -4 -6 -s -d -j -o -p -br -brief -stats \
        -details -json -oneline -pretty -c -color : first show|list|ls|sh;\
    netstat : !-n -4 -6 -a -e -g -i -l -p -r -s -t -u -W -w -x : none;\
    networkctl list : --no-pager --no-legend : none;\
    resolvectl status|statistics : --no-pager : names;\
    ss : -0 -4 -6 -a -H -i -l -m -n -o -O -p -s -t -u -w -x --all --listening --numeric --processes --summary \
        --tcp --udp : none;\
    ufw status :: first numbered|verbose;\
    ping : -4 -6 -n -q -c= -i= -s= -w= -W= : loopback;\
    curl : -f -s -S --fail --max-time= --show-error --silent -m= -o=/dev/null \
        -w=%{http_code}|%{http_code}\\n : health;\
    # Containers and clusters.;\
    docker|podman|nerdctl ps|images : -a -q -l -n= -s --all --quiet --size --last= : none;\
    docker|podman container ls|list|ps : -a -q -l -n= -s --all --quiet --size --last= : none;\
    docker|podman image|network|volume ls|list : -a -q --all --quiet : names;\
    docker node|service|stack ls|list|ps : -q --quiet : names;\
    podman pod ls|list|ps : -q --quiet : names;\
    docker|podman stats : !--no-stream -a --all : names;\
    docker|podman system df :: none;\
    docker|podman port|version :: names;\
    docker-compose ps|ls : -a -q --all --quiet --services : names;\
    docker compose ps|ls : -a -q --all --quiet --services : names;\
    crictl images|pods|stats|version : -q --quiet : none;\
    crictl ps : -a -q --all --quiet : none;\
    helm list|ls : -A -a -q -n= --all --all-namespaces --namespace= --short : none;\
    kubectl|oc get : -A -n= -l= -L= -o=name|wide --all-namespaces --field-selector= --namespace= --no-headers \
        --output=name|wide --selector= --show-kind --show-labels : first cj|cronjob|cronjobs|daemonset|daemonsets|\
        deploy|deployment|deployments|ds|endpoints|endpointslices|ep|hpa|ing|ingress|ingresses|job|jobs|namespace|\
        namespaces|no|node|nodes|ns|pdb|po|pod|pods|pv|pvc|replicaset|replicasets|rs|sc|service|services|\
        statefulset|statefulsets|storageclass|storageclasses|sts|svc;\
    kubectl|oc top : -A -n= -l= --all-namespaces --containers --namespace= --no-headers --selector= \
        --sort-by= : first no|node|nodes|po|pod|pods;\
    kubectl|oc rollout status : -n= --namespace= --timeout= --watch=false|true : names;\
    kubectl|oc version|api-versions : --client : none;\
    # Packages as they are installed, and repositories of code by name.;\
    apt list : -a --installed --upgradable : names;\
    apt-mark showauto|showhold|showmanual :: names;\
    dpkg : !-l !-L !-s !-S !--list !--listfiles !--status : names;\
    dpkg-query : !-l !-L !-s !-S !-W -f= : names;\
    flatpak|snap list : --all : names;\
    rpm : !-q -a -l -V --last : names;\
    git branch : -a -r --all --list --no-pager --remotes --show-current : none;\
    git describe : --always --dirty --long --no-pager --tags : none;\
    git remote : --no-pager : none;\
    git rev-parse : --abbrev-ref --is-inside-work-tree --no-pager --short --show-toplevel : first HEAD;\
    git status : -b -s --branch --long --no-pager --porcelain --porcelain= --short -u -uno -uall : names;\
    git tag : -l --list --no-pager --sort= : none;\
    # What prints its own words, or passes on what it is given.;\
    echo : -e -n : names;\
    command : !-v : names;\
    cat|tac|zcat : -A -b -E -n -s -T -v --number : files;\
    cut : -s -b= -c= -d= -f= --complement --characters= --delimiter= --fields= --output-delimiter= : files;\
    egrep|fgrep|grep|zgrep : -# -a -c -E -F -h -H -i -I -l -L -n -o -P -q -s -v -w -x -A= -B= -C= -m= --color \
        --color= --count --extended-regexp --fixed-strings --ignore-case --invert-match --line-number --max-count= \
        --only-matching --quiet : pattern;\
    head : -# -c= -n= -q -v --bytes= --lines= --quiet : files;\
    tail : -# -c= -n= -f -F -q -v --bytes= --follow --lines= --quiet --retry : files;\
    nl|tsort :: files;\
    sort : -b -c -d -f -g -h -i -M -n -r -s -u -V -z -k= -t= --human-numeric-sort --key= --numeric-sort --reverse \
        --unique : files;\
    tr : -c -C -d -s -t --complement --delete --squeeze-repeats : names;\
    uniq : -c -d -D -i -u -f= -s= -w= --count --ignore-case --repeated --unique : files;\
    wc : -c -l -L -m -w --bytes --chars --lines --words : files;\
    # What runs a command of the list.;\
    ionice : -c= -n= : runs 0;\
    nice : -n= : runs 0;\
    timeout : -k= -s= --kill-after= --signal= : runs 1;";

/// Wrappers that may stand in front of one another.
const MAX_WRAPPERS: usize = 3;

/// Whether the list has a command with all of its words.
pub(crate) fn is_state(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    is_listed(&words, MAX_WRAPPERS)
}

fn is_listed(words: &[&str], wrappers: usize) -> bool {
    let Some((name, words)) = words.split_first() else {
        return false;
    };
    // Where the program is, the escape guard has judged.
    let program = name.rsplit('/').next().unwrap_or_default();
    STATE.split(';').any(|row| {
        let Some((command, options)) = row.split_once(" :") else {
            // A heading.
            return false;
        };
        let (options, operands) = options.split_once(": ").unwrap_or_default();
        let mut names = command.split(' ');
        let is_program = has(names.next().unwrap_or_default(), program);
        is_program
            && ListedOperands::read(operands).is_some_and(|operands| {
                ListedCall::read(words, names, options, operands)
                    .is_some_and(|call| call.fits(operands, wrappers))
            })
    })
}

impl ListedOperands {
    /// The last part of a row.
    fn read(written: &'static str) -> Option<Self> {
        let (kind, value) = written.split_once(' ').unwrap_or((written, ""));
        Some(match kind {
            "none" => Nothing,
            "names" => Names,
            "first" => First(value),
            "begins" => Begins(value),
            "files" => Files,
            "pattern" => PatternAndFiles,
            "loopback" => Loopback,
            "health" => Health,
            "runs" => Runs(value.parse().ok()?),
            _ => return None,
        })
    }
}

/// Whether texts that are separated by `|` have this one.
fn has(listed: &str, text: &str) -> bool {
    listed.split('|').any(|one| one == text)
}

/// What is left of a command when its options are read.
struct ListedCall<'w> {
    operands: Vec<&'w str>,
    /// The words behind the operands of a wrapper.
    inner: &'w [&'w str],
}

impl<'w> ListedCall<'w> {
    /// Nothing where a word is not of the row.
    fn read(
        mut words: &'w [&'w str],
        mut verbs: std::str::Split<'_, char>,
        options: &str,
        takes: ListedOperands,
    ) -> Option<Self> {
        let mut call = Self {
            operands: Vec::new(),
            inner: &[],
        };
        let (mut verb, mut chosen) = (verbs.next(), !options.contains('!'));
        while let Some((word, rest)) = words.split_first() {
            if let Runs(own) = takes
                && call.operands.len() == own
                && !word.starts_with('-')
            {
                call.inner = words;
                break;
            }
            words = rest;
            if word.len() > 1 && word.starts_with('-') {
                let read = read_option(options, word, rest.first().copied())?;
                words = rest.get(read.values..)?;
                chosen |= read.is_chosen;
            } else if let Some(listed) = verb {
                has(listed, word).then_some(())?;
                verb = verbs.next();
            } else {
                call.operands.push(word);
            }
        }
        (chosen && verb.is_none()).then_some(call)
    }

    fn fits(&self, takes: ListedOperands, wrappers: usize) -> bool {
        let mut operands = self.operands.iter().copied();
        match takes {
            Nothing => operands.next().is_none(),
            Names => true,
            First(listed) => operands.next().is_none_or(|first| {
                let kinds = first.split_once('/').map_or(first, |(kind, _)| kind);
                kinds.split(',').all(|kind| has(listed, kind))
            }),
            Begins(with) => operands.all(|word| word.starts_with(with)),
            Files => operands.all(is_public_file),
            PatternAndFiles => operands.next().is_some() && operands.all(is_public_file),
            Loopback => operands.next().is_some_and(is_loopback) && operands.next().is_none(),
            Health => operands.next().is_some_and(is_health_address) && operands.next().is_none(),
            Runs(own) => {
                let left = wrappers.checked_sub(1);
                self.operands.len() == own && left.is_some_and(|left| is_listed(self.inner, left))
            }
        }
    }
}

/// One word of options, read.
struct ListedOption {
    /// Whether it is one of those of which one must be there.
    is_chosen: bool,
    /// How many words behind it are its value.
    values: usize,
}

/// Reads a word that begins with `-`; nothing where the list does not have all of it.
fn read_option(options: &str, word: &str, next: Option<&str>) -> Option<ListedOption> {
    let read = |(is_chosen, values): (bool, usize)| ListedOption { is_chosen, values };
    if let Some(is_chosen) = flag(options, word) {
        return Some(read((is_chosen, 0)));
    }
    if let Some(is_chosen) = next.and_then(|next| valued(options, word, next)) {
        return Some(read((is_chosen, 1)));
    }
    let digits = word.trim_start_matches('-');
    if digits.chars().all(|sign| sign.is_ascii_digit()) {
        return Some(read((flag(options, "-#")?, 0)));
    }
    if let Some((name, value)) = word.split_once('=')
        && let Some(is_chosen) = valued(options, name, value)
    {
        return Some(read((is_chosen, 0)));
    }
    match word.starts_with("--") {
        true => None,
        false => cluster(options, word, next).map(read),
    }
}

/// Reads `-abc` letter by letter; a letter with a value takes the rest of the word, or the next word.
fn cluster(options: &str, word: &str, next: Option<&str>) -> Option<(bool, usize)> {
    let mut chosen = false;
    for (at, letter) in word.char_indices().skip(1) {
        let name = format!("-{letter}");
        if let Some(is_chosen) = flag(options, &name) {
            chosen |= is_chosen;
            continue;
        }
        let rest = word.get(at + letter.len_utf8()..).unwrap_or_default();
        let (value, values) = match rest {
            "" => (next?, 1),
            rest => (rest, 0),
        };
        let is_chosen = valued(options, &name, value)?;
        return Some((chosen || is_chosen, values));
    }
    Some((chosen, 0))
}

/// Whether the list has an option without a value, and whether one of its kind must be there.
fn flag(options: &str, name: &str) -> Option<bool> {
    let mut listed = options.split_ascii_whitespace();
    listed.find_map(|listed| match listed.strip_prefix('!') {
        Some(chosen) => (chosen == name).then_some(true),
        None => (listed == name).then_some(false),
    })
}

/// Whether the list has an option with this value, and whether one of its kind must be there.
fn valued(options: &str, name: &str, value: &str) -> Option<bool> {
    let mut listed = options.split_ascii_whitespace();
    listed.find_map(|listed| {
        let bare = listed.strip_prefix('!').unwrap_or(listed);
        let (own, values) = bare.split_once('=')?;
        let takes = values.is_empty() || value.split(',').all(|value| has(values, value));
        (own == name && takes).then_some(bare.len() < listed.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{ListedOperands, STATE};

    #[test]
    fn each_row_has_three_parts_that_are_read() {
        let (mut rows, mut headings) = (0, 0);
        for row in STATE.split(';').filter(|row| !row.is_empty()) {
            if row.starts_with("# ") {
                headings += 1;
                continue;
            }
            rows += 1;
            let (command, options) = row.split_once(" :").unwrap();
            let (options, operands) = options.split_once(": ").unwrap();
            assert!(ListedOperands::read(operands).is_some(), "{row}");
            assert!(!command.is_empty() && !command.contains("  "), "{row}");
            for option in options.split_ascii_whitespace() {
                assert!(option.trim_start_matches('!').starts_with('-'), "{row}");
            }
        }
        assert!(rows > 90 && headings > 5, "{rows} {headings}");
    }
}
