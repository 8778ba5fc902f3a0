//! How far a line may be shown: up to the value of a key that none of our files has.
//!
//! Takes: a line. Gives: the part before such a value; `None` where each key is known. What stands behind `pw:` in a file that has
//! no such key may be a password, and no list of words for one would be long enough. Refuses nothing: a key that is missing in
//! [`KEYS`], or a colon in a description, costs the reader a look at the line that the error names.

/// The keys whose values are shown: those of servers.yml, policy.yml and policy_tests.yml. credentials.yml is never quoted.
const KEYS: [&str; 63] = [
    "action",
    "alias",
    "aliases",
    "allow_cidrs",
    "allow_ips",
    "approvals",
    "argv",
    "audit",
    "become",
    "block_cidrs",
    "block_ips",
    "command",
    "commands",
    "connect_timeout",
    "credentials",
    "defaults",
    "deny_substrings",
    "description",
    "edit",
    "escapes",
    "expect",
    "files",
    "forwarded",
    "host",
    "host_key_alias",
    "host_key_auto_add",
    "hosts",
    "idle_timeout",
    "jump",
    "keepalive",
    "known_hosts_path",
    "limits",
    "max_batch",
    "max_batch_percent",
    "max_bytes",
    "max_canary",
    "max_failures",
    "max_hosts",
    "max_output_bytes",
    "max_parallel",
    "max_seconds",
    "name",
    "network",
    "overrides",
    "port",
    "read",
    "require_known_host",
    "rule",
    "rules",
    "same_user",
    "shell",
    "simple_binaries",
    "simple_max_args",
    "socket",
    "stdin",
    "tags",
    "task_progress_interval",
    "task_result_ttl",
    "tests",
    "timeout",
    "uids",
    "via",
    "write",
];

/// The line up to the value of the first key that is not known.
pub(super) fn known_part(line: &str) -> Option<&str> {
    line.match_indices(':').find_map(|(at, colon)| {
        let (key, value) = (line.get(..at)?, line.get(at + colon.len()..)?);
        (gives(key, value) && !KEYS.contains(&name(key))).then(|| line.get(..=at))?
    })
}

/// Whether a colon between these ends a key, and its value is on the line.
fn gives(key: &str, value: &str) -> bool {
    let begins = value.trim_start();
    if begins.is_empty() || begins.starts_with(['{', '#']) {
        return false;
    }
    if value.starts_with(char::is_whitespace) || key.trim_end().ends_with(['"', '\'']) {
        return true;
    }
    // `pw:hunter2` where a key may stand; no `host: web:22`, no URL.
    let name = name(key);
    let before = key.strip_suffix(name).unwrap_or_default().trim_end();
    let may_begin = before.is_empty() || before.ends_with(['-', '{', ',', '"', '\'']);
    let is_word = name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    may_begin && is_word && name.len() > 1 && !begins.starts_with('/')
}

/// The last word before a colon.
fn name(key: &str) -> &str {
    let key = key.trim_end().trim_end_matches(['"', '\'']);
    let between = |c: char| !c.is_alphanumeric() && !['_', '-', '.'].contains(&c);
    key.rsplit(between).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{KEYS, known_part};

    #[test]
    fn what_stands_behind_an_unknown_key_is_not_shown() {
        for (line, part) in [
            ("  pw: hunter2horse", "  pw:"),
            (
                "- {alias: a, host: h, api_key: x}",
                "- {alias: a, host: h, api_key:",
            ),
            ("- {alias: a, \"pin\":x}", "- {alias: a, \"pin\":"),
            ("- {alias: a, 'pin' : x}", "- {alias: a, 'pin' :"),
            ("- {alias: a, pw:x}", "- {alias: a, pw:"),
            ("pasword:x", "pasword:"),
            ("  kennwort: |", "  kennwort:"),
            ("pw: {a: b}", "pw: {a:"),
            (": hunter2", ":"),
            ("Port: 22", "Port:"),
            ("alias: a # pin: 1", "alias: a # pin:"),
        ] {
            assert_eq!(known_part(line), Some(part), "{line}");
        }
    }

    #[test]
    fn a_line_of_known_keys_is_shown_whole() {
        for line in [
            "- {alias: a, host: 10.0.0.1, port: 22, tags: [a, b]}",
            "\"host\": web:22",
            "host: ssh://web",
            "allow_cidrs: [\"fd00::/8\"]",
            "  web-1:",
            "  web-1: {max_seconds: 5}",
            "- commands: ['systemctl status a:b', \"curl http://127.0.0.1:80\"]",
            "argv: [[ss, 'sport = :22']]",
            "alias",
            "",
        ] {
            assert_eq!(known_part(line), None, "{line}");
        }
    }

    #[test]
    fn each_key_stands_once() {
        assert!(KEYS.is_sorted_by(|one, next| one < next));
    }
}
