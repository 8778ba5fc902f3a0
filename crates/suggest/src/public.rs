//! Names that say what is behind them: logs, files that any account may read, and this host itself.

/// Files that tell of the system and of nobody's secrets.
const PUBLIC: [&str; 28] = [
    "/etc/alpine-release",
    "/etc/centos-release",
    "/etc/debian_version",
    "/etc/fedora-release",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/issue",
    "/etc/lsb-release",
    "/etc/os-release",
    "/etc/redhat-release",
    "/etc/resolv.conf",
    "/etc/rocky-release",
    "/etc/timezone",
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/filesystems",
    "/proc/interrupts",
    "/proc/loadavg",
    "/proc/mdstat",
    "/proc/meminfo",
    "/proc/modules",
    "/proc/net/dev",
    "/proc/partitions",
    "/proc/stat",
    "/proc/swaps",
    "/proc/uptime",
    "/proc/version",
    "/proc/vmstat",
];
/// Where logs are.
const LOGS: &str = "/var/log/";
/// Logs whose names do not end as those of logs do.
const NAMED_LOGS: [&str; 8] = [
    "cron", "debug", "dmesg", "kern", "mail", "maillog", "messages", "syslog",
];
/// What packs a log that was rotated.
const PACKED: [&str; 4] = [".gz", ".xz", ".bz2", ".zst"];
/// Where services say whether they are well.
const HEALTH: [&str; 8] = [
    "health", "healthz", "live", "livez", "ping", "ready", "readyz", "version",
];
/// The addresses of this host that leave it by no way.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "::1", "localhost"];

/// Whether a file is a log or public, by its name alone; `-` is what the command is given.
pub(crate) fn is_public_file(path: &str) -> bool {
    path == "-" || PUBLIC.contains(&path) || path.strip_prefix(LOGS).is_some_and(is_log)
}

/// Whether a path below the directory of logs is plainly one.
fn is_log(path: &str) -> bool {
    let plain = path
        .split('/')
        .all(|name| !name.is_empty() && !name.starts_with('.'));
    let name = path.rsplit('/').next().unwrap_or_default();
    let packed = PACKED.iter().find_map(|ending| name.strip_suffix(ending));
    let name = packed.unwrap_or(name);
    // A number or a date stands behind the name of a log that was rotated.
    let rotated = name.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '-');
    let name = match rotated.strip_suffix('.') {
        Some(name) => name,
        None => rotated,
    };
    plain && (is_named_log(name) || NAMED_LOGS.contains(&name))
}

fn is_named_log(name: &str) -> bool {
    let stem = [".log", "_log"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| !stem.is_empty())
}

/// Whether a name or an address is this host's own.
pub(crate) fn is_loopback(host: &str) -> bool {
    LOOPBACK.contains(&host)
}

/// Whether an address asks a service of this host how it is.
pub(crate) fn is_health_address(address: &str) -> bool {
    let bare = ["http://", "https://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let Some((host, path)) = bare.and_then(|bare| bare.split_once('/')) else {
        return false;
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, port),
        Some(_) | None => (host, "0"),
    };
    let is_port = !port.is_empty() && port.chars().all(|sign| sign.is_ascii_digit());
    is_port && host != "::1" && is_loopback(host) && HEALTH.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::{is_health_address, is_public_file};

    #[test]
    fn logs_are_known_by_their_names_below_their_directory() {
        for (path, expected) in [
            ("/var/log/syslog", true),
            ("/var/log/syslog.1", true),
            ("/var/log/syslog.2.gz", true),
            ("/var/log/messages-20260131", true),
            ("/var/log/nginx/access.log", true),
            ("/var/log/nginx/access.log.12.gz", true),
            ("/var/log/httpd/error_log-20260131", true),
            ("/var/log/app/a-1.log", true),
            ("/etc/os-release", true),
            ("/proc/meminfo", true),
            ("-", true),
            ("/var/log", false),
            ("/var/log/", false),
            ("/var/log/.log", false),
            ("/var/log/.x.log", false),
            ("/var/log/a/.ssh/x.log", false),
            ("/var/log/../lib/x.log", false),
            ("/var/log/./syslog", false),
            ("/var/log//syslog", false),
            ("/var/log/app/dump.sql", false),
            ("/var/log/app/config", false),
            ("/var/log/app.log.bak", false),
            ("/var/log/btmp", false),
            ("/var/log/secure.txt", false),
            ("/var/logs/syslog", false),
            ("/srv/app/x.log", false),
            ("syslog", false),
            ("/etc/passwd", false),
            ("/etc//os-release", false),
            ("/proc/1/environ", false),
            ("/proc/cmdline", false),
            ("", false),
        ] {
            assert_eq!(is_public_file(path), expected, "{path}");
        }
    }

    #[test]
    fn a_service_is_asked_how_it_is_and_nothing_else() {
        for (address, expected) in [
            ("http://localhost/health", true),
            ("https://127.0.0.1:8443/readyz", true),
            ("http://localhost/", false),
            ("http://localhost", false),
            ("http://localhost/health?x", false),
            ("http://localhost/health/../env", false),
            ("http://localhost/actuator/env", false),
            ("http://localhost:8500/v1/kv/?recurse", false),
            ("http://localhost@evil/health", false),
            ("http://localhost.evil/health", false),
            ("http://evil/health", false),
            ("http://localhost:/health", false),
            ("localhost/health", false),
            ("ftp://localhost/health", false),
        ] {
            assert_eq!(is_health_address(address), expected, "{address}");
        }
    }
}
