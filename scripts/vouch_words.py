"""The words with which vouch.py tries programs, and how it reads what they say of their options."""

import re

# Text that would be a command for some shell, editor, debugger or database, and leaves a file when it is run as one.
CANARIES = (
    "alpha beta 10", "$(touch canary-1)", "`touch canary-2`", "!touch canary-3", ":!touch canary-4", "\\! touch canary-5",
    ".shell touch canary-6", "shell touch canary-7", "w canary-8", "1w canary-9", "s/a/touch canary-10/e",
    'system("touch canary-11")', "{ print > \"canary-12\" }", ".output canary-13", "\\o canary-14",
    "COPY (SELECT 1) TO PROGRAM 'touch canary-15';", "SELECT 1 INTO OUTFILE 'canary-16';", "|touch canary-17",
    "> canary-18", "import os; os.system('touch canary-19')", "; touch canary-20 ;", "DROP TABLE t;", "q", "",
)

# Values of each kind, the plain one first. Text is anything: so it is also a new file's name and a command.
VALUES = {
    "number": ("1", "2", "10"),
    "text": ("a", "new-text", "|touch new-pipe", "$(touch new-sub)", "@text", "/tmp/tree/new-path", "-onew-file"),
    "path": ("text", "new-path", "dir", "/etc/passwd"),
    "device": ("/dev/sda", "/dev/null"),
    "name": ("root", "lo", "./new-name", "text"),
    "package": ("bash", "coreutils"),
    "revision": ("HEAD", "HEAD~1..HEAD", "v1"),
    "host": ("127.0.0.1", "localhost"),
    "loopback": ("127.0.0.1", "localhost"),
    "url": ("http://127.0.0.1:9/",),
    "script": (".", "p", "1p", "{print $1}", "pid,comm", "root", "pid", "SELECT 1", "SELECT 1;", "INFO", "PING", "s/a/b/"),
    "never": (),
}

# Operands, where those that the kinds suggest would not get far. The words before are the program and subcommands.
BASE = {
    "[": ["-f", "text", "]"], "test": ["-f", "text"], "expr": ["1", "+", "1"], "printf": ["%s\\n", "a"], "tr": ["a", "b"],
    "zcat": ["text.gz"], "gzip": ["text.gz"], "zgrep": ["a", "text.gz"], "zegrep": ["a", "text.gz"], "bzcat": ["text.bz2"],
    "bzip2": ["text.bz2"], "xz": ["text.xz"], "xzcat": ["text.xz"], "xzgrep": ["a", "text.xz"], "zstd": ["text.zst"],
    "zstdcat": ["text.zst"], "lz4": ["text.lz4"], "tar": ["-tf", "files.tar"], "bsdtar": ["-tf", "files.tar"],
    "bzgrep": ["a", "text.bz2"], "zipinfo": ["files.zip"], "unzip": ["files.zip"], "seq": ["1", "3"],
    "comm": ["sorted", "sorted"], "join": ["sorted", "sorted"], "diff": ["text", "numbers"], "cmp": ["text", "numbers"],
    "jq": [".", "data.json"], "sqlite3": ["data.db", "SELECT 1"], "find": ["."], "cut": ["-c1", "text"],
    "namei": ["text"], "getent": ["passwd", "root"], "ps": [], "lsof": ["/tmp"], "dpkg-deb": [], "tree": ["."],
    "readelf": ["/usr/bin/true"], "objdump": ["/usr/bin/true"], "nm": ["/usr/bin/true"], "size": ["/usr/bin/true"],
    "xmllint": ["data.xml"], "sleep": ["0"], "timeout": ["1", "true"], "chrt": ["0", "true"], "taskset": ["1", "true"],
    "conntrack": ["-L"],
    "watch": ["true"], "pmap": ["1"], "pwdx": ["1"], "sysctl": ["kernel.hostname"], "getconf": ["PATH_MAX"],
}
# Programs that a rule with a wildcard never runs without a word, and what they would do.
NEVER_ALONE = {"crontab": "reads a table from its input"}
# Programs whose options stand behind the operands.
AFTER_OPERANDS = {"find", "gfind"}

# Options that another version or implementation than Debian 12's has.
ELSEWHERE = {
    "BSD": {"comm": "-i", "find": "-O0 -d"},
    "busybox and BSD": {"ls": "-e"},
    "coreutils 9.2": {"wc": "--total", "factor": "-h --exponents"},
    "procps 4.0.5": {
        "free": "-L --line", "pgrep": "-q --quiet", "uptime": "-c --container -r --raw", "w": "-c --container -p --pids",
        "pmap": "-k", "watch": "-C --no-color",
    },
    "util-linux 2.39": {"lsfd": "-i --inet"},
    "util-linux 2.40": {
        "lscpu": "-r --raw", "lsns": "-P --persistent", "findmnt": "--deleted",
        "lsblk": "-Q --filter -N --nvme -v --virtio",
    },
    "systemd 257": {
        "systemctl": "--no-warn",
        "journalctl": "--exclude-identifier --list-invocations --list-namespaces --truncate-newline", "hostnamectl": "-j",
        "timedatectl": "-P -l --full", "loginctl": "-j --json", "localectl": "-l --full", "systemd-analyze": "--no-legend",
        "systemd-detect-virt": "--cvm --list-cvm",
    },
    "OpenSSH 9.3": {"sshd": "-G", "ssh-keyscan": "-q"},
    "cronie": {"crontab": "-V"},
    "debianutils 5.8": {"which": "-s"},
    "yq in Go": {"yq": "--prettyPrint --colors --no-colors --no-doc --null-input --tojson --input-format --output-format"},
    "conntrack, beside -E alone": {"conntrack": "-e --event-mask -b --buffer-size"},
    "jq 1.7": {"jq": "--raw-output0 --stream-errors"},
    "iproute2 6.5": {"ss": "--bound-inactive --no-queues"},
    "a C library that tells when files were made": {"find": "-newerBt"},
}
ANOTHER = {
    (program, option)
    for programs in ELSEWHERE.values() for program, options in programs.items() for option in options.split()
}

# The sixty commonest programs that Debian has, and their packages. What their manuals list and their rows do not
# should be little, and is printed.
SIXTY = {
    "cat": "coreutils", "head": "coreutils", "tail": "coreutils", "ls": "coreutils", "stat": "coreutils", "df": "coreutils",
    "du": "coreutils", "wc": "coreutils", "sort": "coreutils", "uniq": "coreutils", "cut": "coreutils", "tr": "coreutils",
    "date": "coreutils", "uname": "coreutils", "id": "coreutils", "readlink": "coreutils", "sha256sum": "coreutils",
    "grep": "grep", "zgrep": "gzip", "zcat": "gzip", "sed": "sed", "awk": "gawk", "find": "findutils", "tar": "tar",
    "diff": "diffutils", "file": "file", "less": "less", "jq": "jq", "ps": "procps", "pgrep": "procps", "free": "procps",
    "uptime": "procps", "vmstat": "procps", "top": "procps", "w": "procps", "sysctl": "procps", "lsblk": "util-linux",
    "dmesg": "util-linux", "findmnt": "util-linux", "lscpu": "util-linux", "last": "util-linux", "lsof": "lsof",
    "ss": "iproute2", "ip": "iproute2", "ping": "iputils-ping", "dig": "bind9-dnsutils", "curl": "curl",
    "openssl": "openssl", "nc": "netcat-openbsd", "journalctl": "systemd", "systemctl": "systemd", "hostname": "hostname",
    "hostnamectl": "systemd", "timedatectl": "systemd", "loginctl": "systemd", "git": "git", "dpkg": "dpkg",
    "apt-cache": "apt", "iostat": "sysstat", "sar": "sysstat", "psql": "postgresql-client", "mysql": "default-mysql-client",
    "redis-cli": "redis-tools", "sqlite3": "sqlite3", "netstat": "net-tools", "nft": "nftables", "iptables": "iptables",
}

# What any Debian base has: the programs of `make vouch-quick`.
QUICK_PACKAGES = (
    "coreutils procps util-linux bsdutils bsdextrautils util-linux-extra mount grep sed findutils tar gzip diffutils "
    "debianutils hostname dpkg login passwd mawk ncurses-bin libc-bin"
).split()


def candidates(kind):
    """Values of a kind: `["one_of", ["a", "b"]]`."""
    name, of = kind
    if name == "one_of":
        return [*of[:3], *of[-1:]] if len(of) > 4 else of
    if name == "begins":
        return [of + "%s" if of == "+" else of + "a", of + "new-text", of + "$(touch new-sub)"]
    if name == "either":
        lists = [candidates(one) for one in of]
        first = [values[0] for values in lists if values][:8]
        return first + [value for values in lists[:8] for value in values[1:3]]
    return list(VALUES[name])


REFUSAL = re.compile(
    r"(unrecognized|unrecognised|invalid|unknown|illegal|bad|unsupported|no such|not a valid)[\w ]{0,14}"
    r"(option|flag|switch|predicate|opt)\b|unexpected argument|flag provided but not defined",
    re.IGNORECASE,
)


def is_unknown(name, answer):
    """Whether a program says that it has no such option."""
    for line in answer["errors"].splitlines():
        letter = re.escape(name.lstrip("-")) if len(name) == 2 else None
        named = re.search(rf"-- '?{letter}'?$|['\"` ]-{letter}\b", line) if letter else name in line
        if f"{name}=" in line:
            continue  # It may take its value in the next word only.
        if named and REFUSAL.search(line) and "not enabled" not in line:
            return True
    return False


def arity_of(name, said, probe, help_text, syntax):
    """What an option takes in truth: none, required, optional; None when it does not show."""
    last = probe([name])["errors"]
    if re.search(r"requires an? (argument|value|parameter)|needs an? (argument|value)|missing argument|argument missing",
                 last) and (name in last or f"-- '{name[1:]}'" in last or f"-- {name[1:]}" in last):
        return "required"
    if not name.startswith("--") or syntax == "Words":
        return None
    if said != "none" and re.search(r"doesn.t allow an argument|does not take|takes no|unexpected value",
                                    probe([f"{name}=1"])["errors"]):
        return "none"
    if f"{name}[=" in help_text and f"{name}[=]" not in help_text:
        return "optional" if said != "none" else None
    return None


def documented(text, syntax):
    """The options that a help text or a manual lists at the beginning of lines."""
    found = set()
    for line in text.splitlines():
        stripped = re.sub(r".\x08", "", line).strip()
        if not stripped.startswith("-"):
            continue
        head = re.split(r"\s{2,}|\t", stripped, maxsplit=1)[0]
        for name in re.findall(r"(?:^|[\s,|/\[])(--?[A-Za-z0-9?][\w-]*)", head):
            if name.startswith("--") or len(name) == 2 or syntax == "Words":
                found.add(name.rstrip("-"))
    return found
