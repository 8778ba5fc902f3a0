//! Deny rules and entries look inside wrappers: one line per case, allowed beside denied.

mod cases;

use mcp_ssh_policy::{HostPolicy, Suspicion, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

use self::cases::{ARGUMENTS, BY_ROWS, LEFT_ALONE, NESTED, PeelingCase, READ, TEXTS};
use super::{host, short};

/// Everything is allowed but one pattern.
fn denying(pattern: &str) -> HostPolicy {
    let policy = serde_json::json!({
        "rules": [
            {"action": "allow", "shell": ["glob"], "commands": ["*"]},
            {"action": "deny", "commands": [pattern]},
        ],
        "limits": {"deny_substrings": []},
    });
    host(&policy.to_string(), "web", &[])
}

fn check(cases: &[PeelingCase]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(command, pattern, expected)| {
            let got = short(&denying(pattern).judge(command));
            (got != *expected)
                .then(|| format!("{command:?} where {pattern:?} is denied: {got}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn programs_that_run_their_arguments() {
    check(ARGUMENTS);
    check(BY_ROWS);
}

#[test]
fn programs_that_run_a_text() {
    check(TEXTS);
}

#[test]
fn programs_that_read_more_arguments() {
    check(READ);
}

#[test]
fn wrappers_nest() {
    check(NESTED);
}

#[test]
fn what_cannot_be_seen_is_denied_where_something_is() {
    let seen = [
        ("sh -c 'echo $HOME'", "rm *", "shell"),
        ("sh -c 'r${z}m x'", "rm *", "shell"),
        ("sh -c 'rm $HOME'", "rm *", "rule"),
        ("sh -c 'ls > /tmp/x'", "rm *", "shell"),
        ("sh -c 'ls /var/log/*'", "rm *", "allow"),
        ("sh -c 'rm /var/log/*'", "rm *", "rule"),
        ("sh -c /opt/x*", "rm *", "shell"),
        ("sudo r* x", "rm *", "rule"),
        ("sudo l* x", "rm *", "shell"),
        ("sudo ls x*", "rm *", "allow"),
        ("sudo rm x*", "rm *", "rule"),
        ("sudo -s '$SHELL' -c 'rm x'", "rm *", "shell"),
        ("chroot /srv/a* rm x", "rm *", "rule"),
        // An option that is not known: any later word may be the command.
        ("sudo --nonsense rm x", "rm *", "rule"),
        ("sudo --nonsense a rm x", "rm *", "rule"),
        ("sudo -Z a rm x", "rm *", "rule"),
        ("timeout --nonsense=1 5 nice rm x", "rm *", "rule"),
        ("timeout --nonsense=1 5 nice ls", "rm *", "allow"),
        // Abbreviated to what might take a value or not.
        ("sudo --s rm x", "rm *", "rule"),
        ("env --i rm x", "rm *", "rule"),
    ];
    check(&seen);

    // Where nothing is denied there is nothing to hide.
    let open = "rules: [{action: allow, commands: ['*']}]\nlimits: {deny_substrings: []}\n";
    assert_eq!(
        short(&host(open, "web", &[]).judge("sh -c 'echo $HOME'")),
        "allow"
    );

    // The operator has seen it.
    let spelled_out = "rules: [{action: allow, escapes: allow, commands: [\"sh -c 'ls > /tmp/x'\", 'sh -c *']}]\n";
    let policy = host(spelled_out, "web", &[]);
    assert_eq!(short(&policy.judge("sh -c 'ls > /tmp/x'")), "allow");
    assert_eq!(short(&policy.judge("sh -c 'ls > /tmp/y'")), "shell");
    assert_eq!(short(&policy.judge("sudo sh -c 'ls > /tmp/x'")), "default");
}

#[test]
fn a_hidden_command_is_explained() {
    let decision = denying("rm *").judge("sh -c 'echo $HOME'");
    let denial = decision.denial().unwrap();
    assert_eq!(denial.reason, "hidden_command");
    assert_eq!(
        denial.why,
        "`sh -c 'echo $HOME'` may run what is denied on this host without showing it: its inner \
         shell text is refused at column 6: parameter expansion `$name`"
    );
    assert_eq!(decision.suspicion(), None);
}

#[test]
fn an_argument_that_only_looks_like_a_denied_command_is_left_alone() {
    check(LEFT_ALONE);
}

#[test]
fn entries_look_inside_and_say_that_someone_tried() {
    let policy = host(
        "rules: [{action: allow, commands: ['*']}]\n\
         limits: {deny_substrings: ['shutdown*', 'rm -rf /', 'systemctl stop*']}\n",
        "web",
        &[],
    );
    for (command, expected, entry) in [
        ("sudo shutdown", "deny_substring", Some("shutdown*")),
        (
            "sudo /sbin/shutdown -h",
            "deny_substring",
            Some("shutdown*"),
        ),
        ("sh -c 'sudo shutdown'", "deny_substring", Some("shutdown*")),
        (
            "nice systemctl stop x",
            "deny_substring",
            Some("systemctl stop*"),
        ),
        (
            "sh -c 'rm \"-rf\" \"/x\"'",
            "deny_substring",
            Some("rm -rf /"),
        ),
        ("yes | xargs rm -rf", "deny_substring", Some("rm -rf /")),
        ("sudo rm -rf /", "deny_substring", None),
        ("shutdown", "deny_substring", None),
        ("sudo systemctl status shutdown.target", "allow", None),
        ("sudo rm -rf ./x", "allow", None),
    ] {
        let decision = policy.judge(command);
        assert_eq!(short(&decision), expected, "{command}");
        let blocked = decision.suspicion().map(|suspicion| match suspicion {
            Suspicion::Bypass { blocked_pattern } => blocked_pattern.as_str(),
            Suspicion::HostileInput => "hostile",
        });
        assert_eq!(blocked, entry, "{command}");
    }
}

#[test]
fn allow_rules_look_at_the_wrapper_only() {
    let policy = host(
        "rules: [{action: allow, commands: ['uptime*', 'sudo df*']}, {action: ask, commands: [id]}]\n",
        "web",
        &[],
    );
    for (command, expected) in [
        ("uptime", "allow"),
        ("sudo uptime", "default"),
        ("env uptime", "default"),
        ("sh -c uptime", "default"),
        ("sudo df -h", "allow"),
        ("df -h", "default"),
        ("id", "ask"),
        ("sudo id", "default"),
    ] {
        assert_eq!(short(&policy.judge(command)), expected, "{command}");
    }
}

#[test]
fn hostile_nesting_ends_soon_and_denied() {
    let policy = denying("rm *");
    let nested = |wrapper: &str, times: usize| wrapper.repeat(times);
    let deep = [
        nested("sudo ", 30) + "ls",
        nested("sudo ", 40) + "ls",
        nested("sudo ", 1900) + "ls",
        nested("watch ", 1600) + "ls",
        nested("eval ", 1900) + "ls",
        nested("sudo -Z ", 1200) + "ls",
        nested("watch --unknown ", 600) + "ls",
        nested("xargs --unknown ", 600) + "ls",
        nested("find -exec ", 900) + "ls",
        format!(
            "sh -c '{}'",
            (0..1500).map(|n| format!("l{n};")).collect::<String>()
        ),
        format!("sh -c {}", nested("'$' ", 2400)),
        format!("sudo -Z {}", nested("w ", 4900)),
    ];
    let started = std::time::Instant::now();
    for (index, line) in deep.iter().enumerate() {
        let expected = if index == 0 { "allow" } else { "shell" };
        assert_eq!(short(&policy.judge(line)), expected, "{line:.40}");
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// Ways to run a command: `@` stands for its words, `#` for its text in quotes.
const WAYS: &[&str] = &[
    "@",
    "sudo @",
    "sudo -nu www -- @",
    "sudo --user=www A=b @",
    "doas -u www @",
    "env -i A=b -u C @",
    "env --chdir /tmp @",
    "env -S #",
    "nice -n 5 @",
    "nice -7 @",
    "ionice -c2 -n 7 @",
    "nohup @",
    "setsid -f @",
    "stdbuf -oL @",
    "timeout -k 5 -s KILL 10 @",
    "/usr/bin/time -p @",
    "xargs -n1 -I% @",
    "watch -n1 @",
    "watch -n1 #",
    "chroot --userspec=1:1 /srv @",
    "sh -c #",
    "bash -lc #",
    "bash -o pipefail -c #",
    "zsh -fc #",
    "busybox @",
    "busybox sh -c #",
    "exec @",
    "command -p @",
    "eval #",
    "su - www -c #",
    "runuser -u www -- @",
    "flock /run/lock -c #",
    "find / -exec @ ';'",
    "ssh -p 22 host #",
    "sudo --unheard-of x @",
    "docker exec -it -u www web @",
    "docker run --rm -v /:/host alpine @",
    "docker run --gpus all alpine @",
    "kubectl exec -it web -c app -- @",
    "ip netns exec blue @",
    "machinectl shell web @",
    "tmux new-session -d -s main @",
    "tmux run #",
    "screen -dmS job @",
    "systemd-nspawn -D /srv @",
    "/lib64/ld-linux-x86-64.so.2 --library-path /tmp @",
    "gdb -batch --args @",
    "perf stat -e cycles -- @",
    "xvfb-run -a @",
    "su-exec www @",
    "capsh --user=www -- -c #",
    "bash-5.1 -c #",
    "openvt -c 5 -- @",
    "lxc exec web -- @",
];

/// Commands, and a pattern that denies each.
const DENIED: &[(&str, &str)] = &[
    ("rm x", "rm *"),
    ("/bin/rm x", "rm x"),
    ("reboot", "reboot*"),
    ("mkfs.ext4 /dev/sda", "mkfs*"),
    ("systemctl stop nginx", "systemctl stop *"),
    ("git push --force", "* --force*"),
];

fn wrapped(command: &str, ways: &[&str]) -> String {
    ways.iter().fold(command.to_owned(), |inner, way| {
        let quoted = format!("'{}'", inner.replace('\'', r"'\''"));
        way.replace('@', &inner).replace('#', &quoted)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a denied command is wrapped, it stays denied.
    #[test]
    fn wrapping_never_allows(
        (command, pattern) in select(DENIED.to_vec()),
        ways in prop::collection::vec(select(WAYS.to_vec()), 0..5),
    ) {
        let line = wrapped(command, &ways);
        prop_assert_eq!(denying(pattern).judge(&line).verdict(), Verdict::Deny, "{}", line);
    }

    /// What is harmless stays allowed, when nothing has to be guessed.
    #[test]
    fn wrapping_never_denies_what_is_not_denied(
        ways in prop::collection::vec(select(WAYS[1..].to_vec()), 1..3),
    ) {
        let line = wrapped("ls -l /tmp", &ways);
        // `exec` and `eval` are commands of the shell, which are refused; gdb runs what its settings say.
        let guessed = ["xargs", "--unheard-of", "runuser", "tmux", "exec ", "eval ", "gdb "].iter().any(|way| line.contains(way));
        prop_assert!(guessed || denying("rm *").judge(&line).verdict() == Verdict::Allow, "{}", line);
    }
}
