"""What a trace of strace shows that a program which only looks must not do, and what is declared.

`effects(program, trace)` gives one line for each such call: `opens new-file to write`. An attempt counts like a success:
on another machine it may succeed. `notes` are calls that nobody has classified.
"""

import re

CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')

# Files that may be opened to write: what is written is not kept.
HARMLESS_FILES = re.compile(
    r"^/dev/(null|tty|pts/\d+|stdout|stderr|fd/\d+)$|^/proc/self/fd/\d+$"
    # strace's own view of a pseudo file by which glibc and systemd name a thread or ask for its limits.
    r"|^/proc/(self|thread-self|\d+)/(comm|attr/|task/\d+/(comm|attr/))"
)

# Sockets of this machine's daemons that are asked and change nothing, and why.
SOCKETS = {
    "nscd/socket": "users and groups are looked up",
    "/run/systemd/userdb": "users and groups are looked up",
    "/run/dbus/system_bus_socket": "what is called there is noted by vouch_daemons.py",
    "/run/systemd/private": "what is called there is noted by vouch_daemons.py",
    "/run/systemd/journal/stdout": "asks whether its output is the journal",
    "/run/systemd/io.system.ManagedOOM": "no daemon answers here",
    "/run/udev/control": "no daemon answers here",
    "/run/libvirt": "the row is about its daemon",
    "/run/docker.sock": "what is asked there is noted by vouch_daemons.py",
    "/run/rpcbind.sock": "services are looked up",
    "/run/nslcd/socket": "users and groups are looked up",
    "/var/lib/sss/pipes/": "users and groups are looked up",
}

# Programs that another may run, and why.
GREP = "a shell script around grep: it unpacks and searches"
MAN = "it unpacks and formats its pages"
JAVA = "a launcher of the same program"
HELPERS = {
    "zgrep zegrep zfgrep xzgrep xzegrep xzfgrep lzgrep lzegrep lzfgrep bzgrep bzegrep bzfgrep zstdgrep": (
        GREP, "grep egrep fgrep zgrep xzgrep sed cat gzip bzip2 xz zstd zstdcat lzma lz4 tr mktemp rm expr basename"),
    "zcmp zdiff": ("shell scripts around cmp and diff", "zdiff cmp diff gzip bzip2 xz zstd lzip mktemp rm cat sed"),
    "egrep fgrep rgrep": ("a shell script around grep", "grep"),
    "zcat gunzip": ("a shell script around gzip", "gzip"),
    "man apropos whatis": (MAN, "man apropos whatis locale preconv tbl nroff groff troff grotty col cat less pager sh"),
    "tar gtar bsdtar": ("it unpacks what it lists", "gzip bzip2 xz zstd lzip lzma lzop compress sh"),
    "git": ("its own parts, some of them shell scripts", "git git-bisect basename sed uname"),
    "perldoc": ("its own parts", "perl"),
    "mysql mysqladmin mysqldump mysqlshow mysqlcheck": ("the name is a link to the program of MariaDB", "mariadb"),
    "npm": ("its interpreter", "node sh"),
    "pip pip3": ("its interpreter, and what it asks for the system's name", "python3 lsb_release uname"),
    "psql pg_dump pg_dumpall pg_isready vacuumdb clusterdb pg_restore pg_lsclusters pg_ctlcluster": (
        "Debian's wrapper chooses the version", "perl psql pg_dump pg_dumpall pg_isready vacuumdb clusterdb pg_restore"),
    "apt apt-get apt-cache apt-config apt-mark": ("it asks dpkg and its own methods", "dpkg http https file mirror store"),
    "dpkg": ("its own parts", "dpkg-query dpkg-deb dpkg-split tar"),
    "dpkg-deb": ("it unpacks what it lists", "tar"),
    "podman docker": ("its plugins say what they are", "docker-buildx docker-compose crun runc conmon podman"),
    "cargo rustup": ("a link to the program of the toolchain", "rustc cargo"),
    "rabbitmqctl rabbitmq-diagnostics rabbitmq-queues rabbitmq-plugins": ("scripts around Erlang", "*"),
    "jps jstat jinfo jmap jstack java javac keytool": (JAVA, "java"),
    "apachectl apache2ctl": (
        "a shell script that makes the places of its sockets and locks", "stat mktemp id chown chmod mkdir apache2"),
    "xargs env nice nohup timeout stdbuf setsid chrt ionice taskset time watch command sudo doas": (
        "the command is vouched for in turn", "true sh echo"),
}

# Files that some programs write, and why that is no harm.
WRITES = {
    r"__pycache__": "Python keeps what it has compiled",
    r"\.git(/index(\.lock)?)?$": "git refreshes what it knows of the files' times; nothing of the repository changes",
    r"^/dev/ptmx$": "a terminal of its own",
    r"/hsperfdata_": "Java shows its counters there",
    r"^/tmp/(\.java_pid|hsperfdata)": "Java shows its counters there",
    r"^/var/cache/apt/(src)?pkgcache\.bin": "apt keeps what it has read",
}

CHANGES = {
    "unlink": "removes", "unlinkat": "removes", "rmdir": "removes", "rename": "renames", "renameat": "renames",
    "renameat2": "renames", "link": "links", "linkat": "links", "symlink": "links", "symlinkat": "links",
    "mkdir": "makes", "mkdirat": "makes", "mknod": "makes", "mknodat": "makes", "creat": "makes",
    "chmod": "changes the mode of", "fchmod": "changes the mode of", "fchmodat": "changes the mode of",
    "chown": "changes the owner of", "fchown": "changes the owner of", "lchown": "changes the owner of",
    "fchownat": "changes the owner of", "utime": "sets the time of", "utimes": "sets the time of",
    "utimensat": "sets the time of", "futimesat": "sets the time of", "truncate": "truncates",
    "setxattr": "sets an attribute of", "lsetxattr": "sets an attribute of", "fsetxattr": "sets an attribute of",
    "removexattr": "removes an attribute of", "lremovexattr": "removes an attribute of", "mq_unlink": "removes",
    "fremovexattr": "removes an attribute of", "fallocate": "writes",
}
SYSTEM = (
    "mount umount2 pivot_root chroot setns move_mount fsopen open_tree sethostname setdomainname settimeofday "
    "clock_settime reboot swapon swapoff init_module finit_module delete_module kexec_load acct ptrace "
    "process_vm_writev add_key request_key io_uring_setup iopl ioperm open_by_handle_at"
).split()
READS = re.compile(
    r"\b(TCGETS2?|TIOCGWINSZ|TIOCGPGRP|TIOCGSID|TIOCGETD|TIOCGSERIAL|TIOCMGET|TIOCLINUX|FIONREAD|FIONBIO|FIOCLEX|"
    r"SIOCG\w+|SIOCETHTOOL|SIOCDEVPRIVATE|FS_IOC_GET\w+|FS_IOC_FIEMAP|FIBMAP|FIGETBSZ|BLK\w*GET\w*|BLKSSZGET|BLKPBSZGET|"
    r"BLKIOMIN|BLKIOOPT|RTC_RD_TIME|KDGKBTYPE|NS_GET_\w+|PERF_EVENT_IOC_ID|TUNGET\w+|BTRFS_IOC_\w*INFO\w*)\b"
)


def effects(program, trace, reaches_hosts=False):
    """What a trace shows that only looking has no need of, and notes: two sorted lists."""
    found, notes = set(), set()
    forked = (re.search(r"(?:clone3?|v?fork)(?:\(| resumed).*= (\d+)$", line) for line in trace)
    own = {line.split(" ", 1)[0] for line in trace} | {"0"} | {match[1] for match in forked if match}
    started, temporary = False, temporary_files(trace)
    for line in trace:
        match = CALL.match(line)
        if not match:
            continue
        _, call, words = match.groups()
        if call in ("execve", "execveat") and not started:
            started = True
            continue
        what = of_call(call, words, own, reaches_hosts)
        if what and what.startswith("note: "):
            notes.add(what.removeprefix("note: "))
        elif what and not is_declared(program, what) and not any(path in what for path in temporary):
            found.add(what)
    return sorted(found), sorted(notes)


def temporary_files(trace):
    """Files of /tmp under a name of chance that the program makes for itself and removes again."""
    made = {TEXT.search(line)[1] for line in trace if " open" in line and "O_CREAT|O_EXCL" in line and TEXT.search(line)}
    removed = {TEXT.search(line)[1] for line in trace if " unlink" in line and TEXT.search(line)}
    return {path for path in made & removed if re.match(r"/tmp/[\w.-]+$", path)}


def of_call(call, words, own, reaches_hosts):
    """One call in words, if it could change something."""
    names = TEXT.findall(words)
    name = names[-1] if names and call not in ("execve", "openat", "open") else next(iter(names), "a descriptor")
    if call in ("execve", "execveat"):
        return f"runs {name}"
    if call in ("open", "openat", "openat2"):
        # O_TMPFILE is a file without a name, which nobody else ever sees.
        writes = re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", words) and "O_TMPFILE" not in words
        return f"opens {name} to write" if writes and not HARMLESS_FILES.match(name) else None
    if call in CHANGES:
        return f"{CHANGES[call]} {names[0] if names else name} ({call})"
    if call in SYSTEM:
        return f"calls {call}({words[:60]}"
    if call in ("connect", "bind", "sendto", "sendmsg", "sendmmsg"):
        return of_socket(call, words, reaches_hosts)
    if call in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        process, signal = words.split(",")[0].strip(), re.search(r"\b(SIG\w+|SI_\w+)", words)
        return f"sends {signal[1]} to process {process}" if process not in own and signal else None
    return of_kernel(call, words, own)


def of_socket(call, words, reaches_hosts):
    family = re.search(r"sa_family=(\w+)", words)
    if "nlmsg_type=" in words:
        # `ip` asks in this way, with a message that has no content, whether the kernel knows such messages.
        words = words.replace("nlmsg_len=32, nlmsg_type=RTM_NEWLINK", "")
        kinds = re.findall(r"nlmsg_type=(?:0x\w+ /\* )?(\w+)", words)
        changing = [kind for kind in kinds if re.search(r"_(NEW|DEL|SET|ADD|FLUSH|CHANGE)", kind)]
        return f"asks the kernel to change something: {changing[0]}" if changing else None
    if not family or family[1] in ("AF_NETLINK", "AF_UNSPEC"):
        return None
    if family[1] == "AF_UNIX":
        path = re.search(r'sun_path=@?"([^"]*)"', words)
        return None if call == "bind" or not path else f"connects to {path[1]}"
    port = re.search(r"port=htons\((\d+)\)", words)
    # Names are looked up; getaddrinfo sorts what it found by connecting to port 0, which sends nothing.
    if reaches_hosts or port and port[1] in ("53", "0"):
        return None
    return f"{call}s to {family[1]} port {port[1] if port else '?'}"


def of_kernel(call, words, own):
    if call == "ioctl":
        if READS.search(words):
            return None
        return "note: ioctl " + words.split(",")[1].strip().split(")")[0]
    if call == "syslog":
        looks = re.search(r"SYSLOG_ACTION_(READ_ALL|SIZE_\w+|OPEN|CLOSE)\b", words)
        return None if looks else f"calls syslog({words[:40]}"
    if call == "prlimit64":
        process, _, new = (word.strip() for word in words.split(",")[:3])
        return None if new.startswith("NULL") or process in own else f"sets limits of process {process}"
    if call in ("setpriority", "sched_setscheduler", "sched_setparam", "sched_setattr", "sched_setaffinity", "ioprio_set"):
        at = 1 if call in ("setpriority", "ioprio_set") else 0
        process = words.split(",")[at].strip()
        return None if process in own else f"sets the scheduling of process {process}"
    if call in ("adjtimex", "clock_adjtime"):
        return None if "modes=0," in words else "adjusts the clock"
    if call in ("shmget", "semget", "msgget"):
        return f"makes an object of IPC ({call})" if "IPC_CREAT" in words else None
    if call in ("shmctl", "semctl", "msgctl"):
        return f"changes an object of IPC ({call})" if re.search(r"IPC_(RMID|SET)\b", words) else None
    if call == "bpf":
        return None if re.search(r"BPF_\w*(GET|QUERY)\w*", words) else f"calls bpf({words[:40]}"
    if call in ("quotactl", "keyctl"):
        return None if re.search(r"_(GET|READ|DESCRIBE|SEARCH)\w*", words) else f"calls {call}({words[:40]}"
    return f"calls {call}({words[:40]}" if call in ("perf_event_open", "mq_open", "listen", "process_vm_readv") else None


APACHE = "apachectl apache2ctl apache2"
JAVAS = "java javac jps jstat jinfo jmap jstack jcmd keytool"
RABBITS = "rabbitmqctl rabbitmq-diagnostics rabbitmq-queues rabbitmq-plugins"

# What single programs do besides, and why that is no harm.
BESIDES = {
    (APACHE, "/run/apache2"): "it makes the place of its sockets", (APACHE, "makes /var (mkdir)"): "if it is not there",
    (APACHE, "makes run (mkdir)"): "if it is not there", (APACHE, "makes apache2 (mkdir)"): "if it is not there",
    (APACHE, "/lock/apache2"): "it makes the place of its locks",
    ("atop", "/var/cache/atop.d"): "while it runs, the kernel tells it of processes that end",
    ("atop", "calls acct"): "while it runs, the kernel tells it of processes that end",
    ("atop", "an object of IPC"): "the last atop ends what the first began",
    ("atop", "/proc/self/oom_score_adj"): "it stays when memory is short",
    ("drbdsetup drbdadm drbdtop", "modprobe"): "it loads the kernel's part of it",
    ("crontab", "/dev/log"): "the log says who asked",
    ("chage", "/dev/log"): "the log says who asked",
    ("passwd", "/dev/log"): "the log says who asked",
    ("pwck", "/dev/log"): "the log says who asked",
    ("grpck", "/dev/log"): "the log says who asked",
    ("lslogins", "/etc/.pwd.lock"): "it waits until nobody changes the users",
    ("top", "/tmp/home/.config"): "it makes the place for its settings, and writes none",
    ("ag", "/bin/sh"): "it asks git for the name of a file of patterns",
    ("ag", "/git"): "it asks git for the name of a file of patterns",
    ("ag", "scheduling"): "its own threads",
    ("lsb_release", "runs /"): "a shell script: getopt, cut, tr, cat", ("service", "basename"): "a shell script",
    ("yq", "/jq"): "a wrapper of jq; the script is judged",
    ("sshd", "port 22"): "it asks which address it would have",
    ("systemd-analyze", "/systemd-temporary-"): "it makes a place for what it would generate, and removes it",
    ("systemd-analyze", "/run/systemd"): "it remembers when it has read the units",
    ("systemd-analyze", "/proc/self/fd/"): "it remembers when it has read the units",
    ("tmux", "/tmp/tmux-"): "the place of its own socket",
    ("pmap", "object of IPC"): "it compares with one of its own that nobody else can name",
    ("7z 7za 7zr", "runs /usr/lib/p7zip/"): "a shell script around it",
    ("pg_config", "runs "): "Debian's wrapper chooses the version",
    ("sqlite3", "data.db to write"): "it opens every database in this way; the statements are judged",
    ("delv", "tmp-"): "it removes what it makes for itself",
    ("iptables ip6tables iptables-legacy ip6tables-legacy", "/run/xtables.lock"): "it waits until nobody changes the rules",
    ("tcpdump tshark", "binds to AF_PACKET"): "it is there to listen",
    ("psql pg_isready pg_dump", "/run/postgresql/"): "its own daemon; the statements are judged",
    ("mysql mariadb mysqladmin mysqlshow mysqlcheck mysqldump", "/run/mysqld/"): "its own daemon; statements are judged",
    ("mysql mysqladmin mysqlshow mysqlcheck mysqldump", "mysql.sock"): "its own daemon; statements are judged",
    ("redis-cli", "/run/redis/"): "its own daemon; the commands are judged",
    ("vtysh", "/run/frr/"): "its own daemons; the commands are known by the manual",
    ("vtysh", "/dev/log"): "the log says who asked",
    ("vtysh", "/dev/console"): "the log may be there",
    ("vtysh", "unix_chkpwd"): "PAM asks whether its user may",
    ("birdc birdcl", "/run/bird/"): "its own daemon",
    ("ctr", "/run/containerd/"): "its own daemon",
    ("ldapsearch ldapwhoami", "ldapi"): "its own daemon", ("ldapsearch ldapwhoami", "port 389"): "its own daemon",
    (JAVAS, "coredump_filter"): "Java says what a crash would leave",
    (JAVAS, "hsperfdata"): "Java shows its counters there",
    ("podman", "/tmp/home/.config"): "it makes its own place when it first runs",
    ("podman", "/run/user"): "it makes its own place when it first runs",
    ("podman", "/tmp/containers-user-"): "it makes its own place when it first runs",
    ("podman", "/dev/shm/libpod"): "it makes its own place when it first runs",
    ("podman", "/var/lib/containers"): "it makes its own place when it first runs",
    ("podman", "catatonit"): "it holds its user namespace",
    ("podman", "/tmp/home/.local"): "it makes its own place when it first runs",
    ("podman", "id_map to write"): "it makes its user namespace",
    ("podman", "setgroups to write"): "it makes its user namespace",
    ("npm", "/tmp/home/.npm"): "it keeps a log of its own", ("npm", "_update-notifier"): "it keeps a date of its own",
    ("dnf dnf-3 yum", "/var/tmp/dnf-"): "it keeps what it has read, and a log of its own",
    ("dnf dnf-3 yum rpm rpmquery", "/.rpmdb"): "it makes an empty database where there is none",
    ("dnf dnf-3 yum rpm rpmquery", "runs /"): "its own settings ask what machine this is",
    ("rpm rpmquery", "a descriptor (fchown)"): "it makes an empty database where there is none",
    ("gpg gpg2", "/.gnupg"): "it makes its place when it first runs, and locks its key rings",
    ("gpg gpg2", "gpg-agent"): "its own agent knows the private keys",
    ("man", "/var/cache/man"): "it keeps what it has formatted",
    ("mtr", "mtr-packet"): "its own part", ("dpkg-architecture", "runs /"): "it asks what machine this is",
    ("mysqldumpslow mariadb-dumpslow", "my_print_defaults"): "its own part",
    ("mariadb-admin mariadb-show mariadb-check mariadb-dump", "/run/mysqld/"): "its own daemon",
    ("snmpget snmpgetnext snmpwalk snmpbulkget snmpbulkwalk snmpstatus snmptable", "cert_indexes"): "it keeps an index",
    ("kubectl", "/tmp/home/.kube"): "it keeps what the cluster says of its kinds",
    ("kubectl", "a descriptor (fchmod)"): "it keeps what the cluster says of its kinds",
    ("kubectl", "port 8080"): "what is asked there is noted by vouch_daemons.py",
    ("pidof", "/dev/log"): "the log says that it was misused", ("pidof", "/dev/console"): "the log may be there",
    (RABBITS, "/dev/log"): "root becomes rabbitmq first", (RABBITS, "/dev/console"): "root becomes rabbitmq first",
    (RABBITS, "/var/log/btmp"): "root becomes rabbitmq first",
    ("blkid findmnt lsblk", "/run/blkid"): "it keeps what it has found",
    ("blkid findmnt lsblk", "a descriptor"): "it keeps what it has found",
    ("locale", "gzip"): "it unpacks its tables",
    ("shasum", "opens dir to write"): "Perl asks in this way whether it is a file",
    ("sync", "new-path"): "a file that it may not read is opened to write, and not made",
}


def is_declared(program, what):
    """Whether one of the tables above says why this is no harm."""
    if any(program in names.split() and part in what for names, part in BESIDES):
        return True
    if what.startswith("connects to "):
        return any(place in what for place in SOCKETS)
    if what.startswith("runs "):
        name = what.rsplit("/", 1)[-1].removeprefix("runs ")
        allowed = [helpers for names, (_, helpers) in HELPERS.items() if program in names.split()]
        return any(name in helpers.split() or helpers == "*" for helpers in allowed)
    if program in JAVAS.split() and re.match(r"(opens|removes) \d+ ", what):
        return True  # A file of /tmp/hsperfdata_USER, by the number of the process.
    verbs = r"^(opens|removes|renames|makes|links|changes the mode of|sets the time of) "
    path = re.sub(verbs + r"| to write$| \(\w+\)$", "", what)
    return any(re.search(pattern, path) for pattern in WRITES)
