//! Paths that no wildcard lets be written: whoever writes such a file can become root or another user.
//!
//! Takes the components of a path, without case. Gives what the file is and how much of the path an entry must spell, or
//! `None`. The kinds: programs and what they load; what the system obeys, or runs for root or for a user who logs in; who
//! a user is and who may log in; settings of the whole system; hidden files, which programs read unasked. The files of a
//! service are on no list: what a service runs, its operator knows.

use super::protection::Protection;
use crate::matching::path_glob::SpelledPart;

/// Directories of the root that are the system itself.
const SYSTEM: [&str; 10] = [
    "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "boot", "efi", "system",
];
/// Directories of programs, anywhere.
const PROGRAMS: [&str; 4] = ["bin", "sbin", "libexec", "cgi-bin"];
/// Endings of what programs and the kernel load.
const LOADED: [&str; 4] = ["so", "ko", "dylib", "dll"];
/// Directories and files, anywhere, of what the system runs or obeys.
const OBEYED: [&str; 15] = [
    "systemd",
    "sudo",
    "init.d",
    "rc.d",
    "rc.local",
    "pam.d",
    "sudoers",
    "sudoers.d",
    "polkit-1",
    "udev",
    "dbus-1",
    "profile.d",
    "autostart",
    "launchdaemons",
    "launchagents",
];
/// Words of a component that name what runs by the clock or at an event.
const TIMED: [&str; 10] = [
    "cron",
    "crontab",
    "crontabs",
    "anacron",
    "anacrontab",
    "incron",
    "fcron",
    "atjobs",
    "hook",
    "hooks",
];
/// Files, anywhere, that say who a user is and who may log in.
const ACCOUNTS: [&str; 6] = [
    "passwd",
    "group",
    "doas.conf",
    "sshd_config",
    "ssh_config",
    "hosts.equiv",
];
/// Directories of `etc`, one that ends with `.d` beside them, whose files say who may do what, or are run, sourced or
/// obeyed by programs of root: accounts and logins, what is started, shells and editors, the network's scripts, the
/// kernel, packages, containers, and what configures whole hosts. A number may stand behind the name.
const BELOW_ETC: [&str; 73] = [
    "security",
    "ssh",
    "sssd",
    "postfix",
    "exim",
    "mail",
    "authselect",
    "ldap",
    "openldap",
    "selinux",
    "apparmor",
    "audit",
    "default",
    "sysconfig",
    "init",
    "runit",
    "sv",
    "service",
    "s6",
    "s6-rc",
    "supervisor",
    "monit",
    "periodic",
    "acpi",
    "pm",
    "xdg",
    "x11",
    "gdm",
    "lightdm",
    "sddm",
    "skel",
    "bash",
    "zsh",
    "fish",
    "csh",
    "vim",
    "emacs",
    "perl",
    "python",
    "gdb",
    "network",
    "networkmanager",
    "networkd-dispatcher",
    "netplan",
    "dhcp",
    "ppp",
    "openvpn",
    "snmp",
    "kernel",
    "initramfs-tools",
    "dracut",
    "alternatives",
    "apt",
    "dpkg",
    "yum",
    "dnf",
    "zypp",
    "apk",
    "rpm",
    "libvirt",
    "lxc",
    "containers",
    "containerd",
    "docker",
    "kubernetes",
    "ansible",
    "puppet",
    "puppetlabs",
    "salt",
    "chef",
    "cfengine",
    "cloud",
    "rancher",
];
/// Directories of `/var/lib` whose files programs of root run, or take for programs and accounts.
const BELOW_VAR_LIB: [&str; 14] = [
    "apt",
    "cloud",
    "containerd",
    "containers",
    "docker",
    "dpkg",
    "extrausers",
    "kubelet",
    "libvirt",
    "lxc",
    "lxd",
    "machines",
    "rpm",
    "snapd",
];

/// Why no wildcard lets a path be written. What is no reason for reading is looked at here.
pub(super) fn write_protection(components: &[&str]) -> Option<Protection> {
    let whole = |what| Protection {
        what,
        spelled: SpelledPart::Whole,
    };
    what_it_rules(components)
        .map(whole)
        .or_else(|| partly(components))
}

/// What a path is of which all must be spelled.
fn what_it_rules(components: &[&str]) -> Option<&'static str> {
    let name = components.last().copied().unwrap_or_default();
    let any = |known: &[&str]| components.iter().any(|component| known.contains(component));
    let has_word = |component: &&str| words(component).any(|word| TIMED.contains(&word));
    let is_loaded = |ending: &str| {
        words(ending)
            .next()
            .is_some_and(|word| LOADED.contains(&word))
    };
    match components {
        [] | [_] => return Some("at the root of the file system"),
        ["usr", "local", "etc", ..] | ["usr", "home", ..] => {}
        [first, ..] if SYSTEM.contains(first) => return Some("a part of the system"),
        ["run", _] | ["var", "run", _] => return Some("run or obeyed by the system"),
        ["var", "lib", below, ..] if BELOW_VAR_LIB.contains(below) => {
            return Some("of what programs of root run");
        }
        _ => {}
    }
    if any(&PROGRAMS) || name.split('.').skip(1).any(is_loaded) {
        return Some("a program, or what programs load");
    }
    let of_at = components
        .windows(2)
        .any(|pair| matches!(pair, ["var" | "spool", "at"]));
    if any(&OBEYED) || of_at || components.iter().any(has_word) {
        return Some("run or obeyed by the system");
    }
    if ACCOUNTS.contains(&name) {
        return Some("a file of accounts or logins");
    }
    below_etc(components).find_map(|below| match below {
        [_] => Some("a setting of the whole system"),
        [directory, _, ..] if is_obeyed_below_etc(directory) => Some("run or obeyed by the system"),
        _ => None,
    })
}

fn is_obeyed_below_etc(directory: &str) -> bool {
    let version = |sign: char| sign.is_ascii_digit() || sign == '.';
    let unversioned = directory.trim_end_matches(version);
    directory.ends_with(".d") || BELOW_ETC.contains(&directory) || BELOW_ETC.contains(&unversioned)
}

/// What a path is of which a part must be spelled: a hidden directory and one below it with all that stands above, and the
/// directory below `etc`. What stands right in a hidden directory must be spelled as a whole.
fn partly(components: &[&str]) -> Option<Protection> {
    let hidden = components.iter().rposition(|name| name.starts_with('.'));
    let hidden = hidden.map(|at| Protection {
        what: "hidden, and programs read such files unasked",
        spelled: match at + 2 >= components.len() {
            true => SpelledPart::Whole,
            false => SpelledPart::First(at + 2),
        },
    });
    let settings = below_etc(components).last().map(|below| Protection {
        what: "a setting",
        spelled: SpelledPart::First(components.len() - below.len() + 1),
    });
    hidden
        .into_iter()
        .chain(settings)
        .max_by_key(|protection| protection.spelled)
}

/// What stands below each `etc`: that of the root, of `/usr/local`, of the root of a container.
fn below_etc<'c>(components: &'c [&'c str]) -> impl Iterator<Item = &'c [&'c str]> {
    let places = components.iter().enumerate();
    let places = places.filter(|(_, component)| **component == "etc");
    places.filter_map(|(at, _)| components.get(at + 1..).filter(|below| !below.is_empty()))
}

/// The words of a name: what its signs divide.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    let sign = |character: char| !character.is_alphanumeric();
    name.split(sign).filter(|word| !word.is_empty())
}
