//! Whether a path leads to a plain file, which is harmless to read.
//!
//! Takes a path as the words of a command give it; [`PATTERN`] marks a place that the shell expands. Gives why the
//! path is no plain one, or `None`. Refuses devices, interfaces of the kernel, the files and the memory of
//! another process, and the directories that hold them, since some programs read whole trees. Judges the text of
//! the path alone: links are not followed.

/// Marks a place in a word that the shell expands to any text but `/`.
pub const PATTERN: char = '\0';

/// Directories below which accounts without rights have files of their own.
const OF_LOGINS: [&str; 5] = ["/home/", "/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/"];

/// Whether an account without rights can probably write below a path: a home, a directory for temporary files, or a
/// relative path, which begins at the home of the login.
pub fn is_open_to_logins(path: &str) -> bool {
    let straight = straightened(path).join("/");
    match path.starts_with('/') {
        true => OF_LOGINS
            .iter()
            .any(|place| format!("/{straight}").starts_with(place)),
        false => true,
    }
}

/// Devices that are harmless to read, and have an end. The others that anyone may read are in [`crate::row::STREAM`].
const DEVICES: &[&str] = &["null", "stdin"];

/// Names below a process: its open files, its memory, its environment; and requests to a server.
const INNER: &[&str] = &[
    "fd",
    "mem",
    "environ",
    "map_files",
    "auxv",
    "pagemap",
    "channel",
];

/// The memory of the kernel, and its messages: a message that one reader takes, no other reader gets.
const KERNEL: &[&str] = &["kcore", "kmsg", "vmcore", "sysrq-trigger"];

/// Names that awk takes for a connection to a host.
const CONNECTIONS: &[&str] = &["inet", "inet4", "inet6"];

/// Links to the directories of a process: any file may stand below them.
const LINKS: &[&str] = &["root", "cwd"];

/// Why a path does not lead to a plain file; `None` when it does.
pub fn objection(text: &str) -> Option<String> {
    if text.starts_with('-') && text.len() > 1 {
        return Some("may be an option".to_owned());
    }
    let scheme = text.split('/').next().unwrap_or_default().contains(':');
    let signs = text.starts_with(['<', '>', '@', '&', '!', '=']);
    // Old scripts, as bzgrep and zgrep, put a name into a script of sed, where `|` and a newline end a command.
    let script = text.contains('|')
        || text
            .chars()
            .any(|sign| sign.is_control() && sign != PATTERN);
    // Awk takes the name for an assignment to a format of printf(3).
    let format = text.starts_with("OFMT=") || text.starts_with("CONVFMT=");
    if scheme || signs || script || format {
        return Some("is not a plain path".to_owned());
    }
    let components = straightened(text);
    let refused = match components.as_slice() {
        [] => text.starts_with('/'),
        [first, ..] if CONNECTIONS.iter().any(|name| may_be(first, name)) => text.starts_with('/'),
        components => is_device(components) || is_interface(components) || is_process(components),
    };
    refused.then(|| "is a device or an interface of the kernel, or holds such".to_owned())
}

/// Beginnings of the names of disks, and of what is made of disks, below /dev.
const DISKS: &[&str] = &[
    "sd", "hd", "vd", "xvd", "nvme", "ng", "md", "dm-", "mmcblk", "loop", "sr", "cdrom", "zram",
    "nbd", "rbd", "ram", "bcache", "drbd", "zd", "pmem", "dasd", "sg", "root",
];

/// Directories below /dev that hold more than disks.
const OTHERS: &[&str] = &[
    "char",
    "cpu",
    "dma_heap",
    "dri",
    "fd",
    "hugepages",
    "infiniband",
    "input",
    "kvm",
    "misc",
    "mqueue",
    "net",
    "pts",
    "raw",
    "shm",
    "snd",
    "usb",
    "v4l",
    "vfio",
    "watchdog",
];

/// Whether a path is a disk, a volume or a bus device below /dev, or a pattern of such. Some other devices
/// change when they are opened: a watchdog starts, a tape is wound.
pub fn is_disk(text: &str) -> bool {
    let sign = |character: char| {
        character.is_ascii_alphanumeric() || "_./:+-".contains(character) || character == PATTERN
    };
    let Some(name) = text
        .strip_prefix("/dev/")
        .filter(|name| name.chars().all(sign))
    else {
        return false;
    };
    match name.split('/').collect::<Vec<_>>().as_slice() {
        parts
            if parts
                .iter()
                .any(|part| part.is_empty() || part.starts_with('.')) =>
        {
            false
        }
        ["mapper", "control"] => false,
        [disk] => {
            let mut known = DISKS.iter().filter_map(|known| disk.strip_prefix(known));
            let rest = |rest: &str| !rest.starts_with(['_', '-']);
            known.any(rest)
        }
        [directory, ..] => !directory.contains(PATTERN) && !OTHERS.contains(directory),
        [] => false,
    }
}

/// The components of a path without `//`, `/./` and `/..`, as far as the text says. A relative path is read as if it
/// began at `/`: `dev/sda` is a device after `cd /`.
fn straightened(text: &str) -> Vec<&str> {
    let mut components: Vec<&str> = Vec::new();
    let parts = text.split('/');
    for component in parts.filter(|part| !part.is_empty() && *part != ".") {
        if component == ".." {
            components.pop();
        } else {
            components.push(component);
        }
    }
    let relative = components.first_mut().filter(|_| !text.starts_with('/'));
    if let Some(first) = relative.filter(|first| first.contains(PATTERN)) {
        *first = "some";
    }
    components
}

fn is_device(components: &[&str]) -> bool {
    match components {
        [first, second, ..] if may_be(first, "dev") => {
            let harmless = components.len() == 2 && DEVICES.contains(second);
            let memory = components.len() > 2 && *second == "shm";
            !(harmless || memory)
        }
        [first] => may_be(first, "dev"),
        _ => false,
    }
}

/// Whether a path is an interface of the kernel, or a pipe of a service: a reader takes the data from another.
fn is_interface(components: &[&str]) -> bool {
    match components {
        [first] => may_be(first, "sys"),
        [first, second] if may_be(first, "sys") => may_be(second, "kernel"),
        [first, second, third, ..] if may_be(first, "sys") => {
            may_be(second, "kernel") && (may_be(third, "debug") || may_be(third, "tracing"))
        }
        [first, second, ..] if may_be(first, "run") => {
            may_be(second, "initctl") || may_be(second, "rpc_pipefs")
        }
        _ => components.contains(&"rpc_pipefs"),
    }
}

/// Whether a path leads to the files, the memory or the environment of a process.
fn is_process(components: &[&str]) -> bool {
    let root = components
        .first()
        .is_some_and(|first| may_be(first, "proc"));
    let at = match root {
        true => Some(0),
        false => components.iter().position(|name| *name == "proc"),
    };
    let Some(below) = at.and_then(|at| components.get(at + 1..)) else {
        return false;
    };
    let among = |name: &str, names: &[&str]| names.iter().any(|known| may_be(name, known));
    let whole = match below {
        [] | [_, "task"] => true,
        [process] | [process, "task", _] => is_number(process) || among(process, KERNEL),
        _ => false,
    };
    let inner = below.get(1..).unwrap_or_default();
    let links = inner.iter().rev().skip(1).any(|name| among(name, LINKS));
    whole || links || inner.iter().any(|name| among(name, INNER))
}

/// Whether the name of a directory below `/proc` may be that of a process.
fn is_number(name: &str) -> bool {
    let digit = |character: char| character.is_ascii_digit() || character == PATTERN;
    name.chars().all(digit) || may_be(name, "self") || may_be(name, "thread-self")
}

/// Whether a component is this name, or a pattern that the shell may expand to this name.
pub fn may_be(component: &str, name: &str) -> bool {
    let Some((head, rest)) = component.split_once(PATTERN) else {
        return component == name;
    };
    let tail = rest.rsplit(PATTERN).next().unwrap_or_default();
    name.starts_with(head) && name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::{is_disk, is_open_to_logins, objection};

    #[test]
    fn only_what_is_harmless_to_open_is_a_disk() {
        for (path, disk) in [
            ("/dev/sda", true),
            ("/dev/sd*", true),
            ("/dev/nvme0n1p1", true),
            ("/dev/mapper/vg0-root", true),
            ("/dev/vg0/root", true),
            ("/dev/disk/by-id/*", true),
            ("/dev/s*", false),
            ("/dev/*", false),
            ("/dev/*/x", false),
            ("/dev/watchdog", false),
            ("/dev/st0", false),
            ("/dev/loop-control", false),
            ("/dev/nvme-fabrics", false),
            ("/dev/mapper/control", false),
            ("/dev/cpu/0/msr", false),
            ("/dev/disk/../watchdog", false),
            ("/etc/passwd", false),
        ] {
            assert_eq!(is_disk(&path.replace('*', "\0")), disk, "{path}");
        }
    }

    #[test]
    fn a_home_is_its_login_s() {
        for (path, open) in [
            ("/home/me/run.sh", true),
            ("/opt/../home/me/run.sh", true),
            ("//tmp/./x", true),
            ("run.sh", true),
            ("./run.sh", true),
            ("/home", false),
            ("/homes/x", false),
            ("/opt/app/run.sh", false),
            ("/tmp/../opt/x", false),
        ] {
            assert_eq!(is_open_to_logins(path), open, "{path}");
        }
    }

    #[test]
    fn no_spelling_of_a_path_reaches_devices_or_processes() {
        for (path, harmless) in [
            ("/var/log/syslog", true),
            ("/var/log/*.log", true),
            ("/va*/log/*.log", true),
            ("/dev/null", true),
            ("/dev/urandom", false),
            ("/srv/a|;w x;", false),
            ("/srv/a\nb", false),
            ("OFMT=%n", false),
            ("/dev/shm/a", true),
            ("/dev/sda", false),
            ("/d*/watchdog", false),
            ("/*/watchdog", false),
            ("/d*v/null", true),
            ("/srv/../dev/sda", false),
            ("dev/sda", false),
            ("../../dev/sda", false),
            ("/", false),
            ("/proc", false),
            ("/proc/cpuinfo", true),
            ("/proc/sys/net", true),
            ("/proc/1", false),
            ("/proc/1/status", true),
            ("/proc/*/status", true),
            ("/proc/*/environ", false),
            ("/proc/**/e*", false),
            ("/proc/self", false),
            ("/proc/self/task", false),
            ("/proc/1/task/1/mem", false),
            ("/proc/1/root/etc/shadow", false),
            ("/proc/1/*/etc/shadow", false),
            ("/p*/1/environ", false),
            ("/srv/jail/proc/1/environ", false),
            ("/proc/k*", false),
            ("/proc/kmsg", false),
            ("/sys", false),
            ("/sys/kernel", false),
            ("/sys/kernel/mm/transparent_hugepage/enabled", true),
            ("/sys/kernel/*/x", false),
            ("/sys/kernel/d*/x", false),
            ("/sys/class/net/*/operstate", true),
            ("/proc/net/rpc/auth.unix.ip/channel", false),
            ("/inet/tcp/0/host/80", false),
            ("/i*/tcp/0/host/80", false),
            ("/inet4/*", false),
            ("-f", false),
            ("-", true),
            (".", true),
            ("*", true),
        ] {
            let text = path.replace('*', "\0");
            assert_eq!(objection(&text).is_none(), harmless, "{path}");
        }
    }
}
