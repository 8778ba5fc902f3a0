//! Deny rules and entries look inside wrappers: one line per case, allowed beside denied.

use mcp_ssh::policy::{HostPolicy, Suspicion, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

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

/// (command, what is denied, `allow` or the stage that denies)
type Case = (&'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
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
    check(&[
        ("sudo rm x", "rm *", "rule"),
        ("sudo /bin/rm x", "rm *", "rule"),
        ("/usr/bin/sudo rm x", "rm *", "rule"),
        ("su\\do r''m x", "rm *", "rule"),
        ("sudo ls x", "rm *", "allow"),
        ("sudo -u www rm x", "rm *", "rule"),
        ("sudo -uwww rm x", "rm *", "rule"),
        ("sudo -nu www -- rm x", "rm *", "rule"),
        ("sudo -nEHu www rm x", "rm *", "rule"),
        ("sudo --user=www rm x", "rm *", "rule"),
        ("sudo --user www rm x", "rm *", "rule"),
        ("sudo --us www rm x", "rm *", "rule"),
        ("sudo --us=www rm x", "rm *", "rule"),
        ("sudo -u www A=b C=d rm x", "rm *", "rule"),
        ("sudo -- A=b rm x", "rm *", "rule"),
        ("sudo -D /tmp -R / -T 5 -g adm rm x", "rm *", "rule"),
        ("sudo --preserve-env=A rm x", "rm *", "rule"),
        ("sudo --preserve-env rm x", "rm *", "rule"),
        ("sudo -u rm ls x", "rm *", "allow"),
        ("sudo --user rm ls x", "rm *", "allow"),
        ("sudo -p 'rm x' ls", "rm *", "allow"),
        ("sudo -i", "rm *", "allow"),
        ("sudo", "rm *", "allow"),
        ("doas -n -u www rm x", "rm *", "rule"),
        ("doas -u rm ls", "rm *", "allow"),
        ("env rm x", "rm *", "rule"),
        ("env -i rm x", "rm *", "rule"),
        ("env - A=b rm x", "rm *", "rule"),
        ("env -i A=b -u NAME -C /tmp rm x", "rm *", "rule"),
        ("env -u rm ls x", "rm *", "allow"),
        ("env A='rm x' ls", "rm *", "allow"),
        ("env --chdir=/tmp --unset A rm x", "rm *", "rule"),
        ("env --ignore-signal rm x", "rm *", "rule"),
        ("env -S 'rm x'", "rm *", "rule"),
        ("env '-Srm x'", "rm *", "rule"),
        ("env -iS 'A=b rm' x", "rm *", "rule"),
        ("env -S '-u X A=b rm x'", "rm *", "rule"),
        ("env --split-string='-i rm x'", "rm *", "rule"),
        ("env --split 'sudo rm x'", "rm *", "rule"),
        ("env -S 'ls x' rm", "rm *", "allow"),
        ("env -S 'rm\\_x'", "rm *", "shell"),
        ("env -S 'ls;rm x'", "rm *", "shell"),
        ("nice rm x", "rm *", "rule"),
        ("nice -n 5 rm x", "rm *", "rule"),
        ("nice -n5 rm x", "rm *", "rule"),
        ("nice -5 rm x", "rm *", "rule"),
        ("nice -n -5 rm x", "rm *", "rule"),
        ("nice --5 rm x", "rm *", "rule"),
        ("nice --adjustment=5 rm x", "rm *", "rule"),
        ("nice --adj 5 rm x", "rm *", "rule"),
        ("nice -n 5 ls rm x", "rm *", "allow"),
        ("ionice -c2 -n7 rm x", "rm *", "rule"),
        ("ionice -c 2 -n 7 -t rm x", "rm *", "rule"),
        ("ionice --class idle rm x", "rm *", "rule"),
        ("nohup rm x", "rm *", "rule"),
        ("nohup -- rm x", "rm *", "rule"),
        ("setsid -f rm x", "rm *", "rule"),
        ("setsid --fork --wait rm x", "rm *", "rule"),
        ("stdbuf -oL -e0 rm x", "rm *", "rule"),
        ("stdbuf -o L --error=0 rm x", "rm *", "rule"),
        ("timeout 10 rm x", "rm *", "rule"),
        ("timeout -k 5 -s KILL 10 rm x", "rm *", "rule"),
        (
            "timeout -k5 --signal=9 --foreground 10s rm x",
            "rm *",
            "rule",
        ),
        ("timeout -- 10 rm x", "rm *", "rule"),
        ("timeout --kill-after 5 10 rm x", "rm *", "rule"),
        ("timeout 10 ls rm x", "rm *", "allow"),
        ("timeout rm x", "rm *", "allow"),
        ("/usr/bin/time -p rm x", "rm *", "rule"),
        ("/usr/bin/time -f %e -o out rm x", "rm *", "rule"),
        ("/usr/bin/time --format '%e s' rm x", "rm *", "rule"),
        ("chroot /srv rm x", "rm *", "rule"),
        ("chroot --userspec=1:1 /srv /bin/rm x", "rm *", "rule"),
        ("chroot --groups a,b --skip-chdir /srv rm x", "rm *", "rule"),
        ("chroot rm x", "rm *", "allow"),
        ("busybox rm x", "rm *", "rule"),
        ("/bin/busybox sh -c 'rm x'", "rm *", "rule"),
        ("toybox rm x", "rm *", "rule"),
        ("busybox ls rm x", "rm *", "allow"),
        ("exec rm x", "rm *", "rule"),
        ("exec -a ls rm x", "rm *", "rule"),
        ("command rm x", "rm *", "rule"),
        ("command -p -- rm x", "rm *", "rule"),
        ("command -v rm x", "rm *", "allow"),
        ("command -pV rm x", "rm *", "allow"),
        ("builtin command rm x", "rm *", "rule"),
        ("nsenter -t 1 -m -n rm x", "rm *", "rule"),
        ("unshare --map-root-user -m rm x", "rm *", "rule"),
        ("taskset -c 0,1 rm x", "rm *", "rule"),
        ("chrt -f 10 rm x", "rm *", "rule"),
        ("prlimit --nofile=10 -n10 rm x", "rm *", "rule"),
        ("flock -n /run/lock rm x", "rm *", "rule"),
        ("flock /run/lock -c 'ls; rm x'", "rm *", "rule"),
        ("pkexec --user www rm x", "rm *", "rule"),
        ("runuser -u www -- rm x", "rm *", "rule"),
        ("systemd-run --uid=0 --pipe rm x", "rm *", "rule"),
        ("strace -f -o out rm x", "rm *", "rule"),
        ("strace -o rm ls x", "rm *", "allow"),
    ]);
}

#[test]
fn programs_that_run_a_text() {
    check(&[
        ("sh -c 'rm x'", "rm *", "rule"),
        ("sh -c \"echo a; rm x\"", "rm *", "rule"),
        ("sh -c 'echo a && ls | rm x'", "rm *", "rule"),
        ("sh -c 'echo rm x'", "rm *", "allow"),
        ("sh -c 'ls 2>/dev/null'", "ls 2>/dev/null", "rule"),
        ("/bin/bash -lc 'rm x'", "rm *", "rule"),
        ("bash -ec 'rm x'", "rm *", "rule"),
        ("bash -o pipefail -c 'rm x'", "rm *", "rule"),
        ("bash -oc pipefail 'rm x'", "rm *", "rule"),
        ("bash --norc -c 'rm x'", "rm *", "rule"),
        ("bash -rcfile f -c 'rm x'", "rm *", "rule"),
        ("bash --rcfile f -c 'rm x'", "rm *", "rule"),
        ("bash -c -- 'rm x'", "rm *", "rule"),
        ("bash +x -c -e 'rm x' name", "rm *", "rule"),
        ("dash -c 'rm x'", "rm *", "rule"),
        ("ash -c 'rm x'", "rm *", "rule"),
        ("ksh -c 'rm x'", "rm *", "rule"),
        ("mksh -c 'rm x'", "rm *", "rule"),
        ("zsh -o errexit -fc 'rm x'", "rm *", "rule"),
        ("zsh --emulate sh -c 'rm x'", "rm *", "rule"),
        ("rbash -c 'rm x'", "rm *", "rule"),
        ("sh -c 'r\"\"m x'", "rm *", "rule"),
        ("sh -c 'rm \"a b\"'", "rm 'a b'", "rule"),
        ("sh -c 'rm \"a b\"'", "rm a b", "rule"),
        ("sh /opt/rm.sh x", "rm *", "allow"),
        ("sh -x /opt/rm.sh", "rm *", "allow"),
        ("sh -c ''", "rm *", "allow"),
        ("eval rm x", "rm *", "rule"),
        ("eval 'ls; ' rm x", "rm *", "rule"),
        ("eval 'echo rm' x", "rm *", "allow"),
        ("watch rm x", "rm *", "rule"),
        ("watch -n1 -d rm x", "rm *", "rule"),
        ("watch -n 1 'ls; rm' x", "rm *", "rule"),
        ("watch -x rm x", "rm *", "rule"),
        ("watch --interval 1 --exec sudo rm x", "rm *", "rule"),
        ("watch -n 1 ls rm x", "rm *", "allow"),
        ("trap 'rm x' EXIT", "rm *", "rule"),
        ("trap '' TERM", "rm *", "allow"),
        ("su -c 'rm x'", "rm *", "rule"),
        ("su - www -c 'rm x'", "rm *", "rule"),
        ("su --command='rm x' www", "rm *", "rule"),
        ("su -s /bin/sh www -- -c 'rm x'", "rm *", "rule"),
        ("su - rm", "rm *", "allow"),
        ("runuser www -c 'rm x'", "rm *", "rule"),
        ("script -qc 'rm x' /dev/null", "rm *", "rule"),
        ("ssh -p 22 host rm x", "rm *", "rule"),
        ("ssh host 'ls; rm x'", "rm *", "rule"),
        ("ssh rm x", "rm *", "allow"),
    ]);
}

#[test]
fn programs_that_read_more_arguments() {
    check(&[
        ("ls | xargs rm x", "rm *", "rule"),
        ("ls | xargs rm", "rm *", "rule"),
        ("ls | xargs rm x", "rm x", "rule"),
        ("ls | xargs rm", "rm", "rule"),
        ("ls | xargs rm", "rm -rf /*", "rule"),
        ("ls | xargs -0 -n1 -P 4 rm", "rm *", "rule"),
        ("ls | xargs -I{} -n1 rm {}", "rm *", "rule"),
        ("ls | xargs -I% rm -rf %", "rm -rf /*", "rule"),
        ("ls | xargs -i rm -rf {}", "rm -rf /*", "rule"),
        ("ls | xargs --replace=R rm -rf R", "rm -rf /*", "rule"),
        ("ls | xargs --max-args=1 -r -d , rm", "rm *", "rule"),
        ("ls | xargs -a rm ls", "rm *", "allow"),
        ("ls | xargs grep rm", "rm *", "allow"),
        ("ls | xargs", "rm *", "allow"),
        ("ls | xargs wc -l", "rm *", "allow"),
        ("ls | xargs sudo -n rm", "rm *", "rule"),
        ("ls | xargs sh -c 'rm x'", "rm *", "rule"),
        // What is read may be the command itself.
        ("ls | xargs sh -c", "rm *", "rule"),
        ("ls | xargs sh", "rm *", "rule"),
        ("ls | xargs sudo", "rm *", "rule"),
        ("ls | xargs sudo -u", "rm *", "rule"),
        ("ls | xargs timeout 5", "rm *", "rule"),
        ("ls | xargs -I{} {} x", "rm *", "rule"),
        ("ls | xargs -I{} sh -c 'echo {}'", "rm *", "rule"),
        ("ls | xargs find", "rm *", "shell"),
        ("find /tmp -exec rm '{}' ';'", "rm *", "rule"),
        ("find /tmp -execdir sudo rm {} +", "rm *", "rule"),
        ("find /tmp -exec ls {} ';' -ok rm {} ';'", "rm *", "rule"),
        ("find /tmp -exec {} ';'", "rm *", "shell"),
        ("find /tmp -exec sh -c 'ls {}' ';'", "rm *", "shell"),
        ("find /tmp -exec ls {} ';' -name rm", "rm *", "allow"),
        ("find /tmp -name rm x", "rm *", "allow"),
    ]);
}

#[test]
fn wrappers_nest() {
    check(&[
        ("timeout 5 nice -n 5 sudo -u root /bin/rm x", "rm *", "rule"),
        ("sudo sudo sudo sudo rm x", "rm *", "rule"),
        (
            "sudo env A=b nohup setsid -f stdbuf -oL rm x",
            "rm *",
            "rule",
        ),
        ("sudo sh -c 'timeout 5 rm x'", "rm *", "rule"),
        ("sh -c 'sh -c \"sh -c \\\"rm x\\\"\"'", "rm *", "rule"),
        ("sudo -u www bash -lc 'cd /; nice rm x'", "rm *", "rule"),
        ("busybox xargs env -i rm", "rm *", "rule"),
        ("eval eval eval rm x", "rm *", "rule"),
        ("watch 'watch \"watch rm x\"'", "rm *", "rule"),
        ("ls && sudo ls | timeout 1 tee x; nice rm x", "rm *", "rule"),
        ("env -S 'env -S \"nice rm x\"'", "rm *", "rule"),
        ("sudo timeout 5 nice -n 5 ls rm x", "rm *", "allow"),
        ("sudo sh -c 'timeout 5 echo rm x'", "rm *", "allow"),
        ("sudo rm x", "sudo *", "rule"),
        ("nice sudo ls", "sudo *", "rule"),
        ("sudo rm x", "sudo ls*", "allow"),
    ]);
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
    let spelled_out = "rules: [{action: allow, commands: [\"sh -c 'ls > /tmp/x'\", 'sh -c *']}]\n";
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
    check(&[
        ("systemctl status shutdown.target", "shutdown*", "allow"),
        (
            "sudo systemctl status shutdown.target",
            "shutdown*",
            "allow",
        ),
        ("sudo grep shutdown /var/log/syslog", "shutdown*", "allow"),
        ("sudo grep 'reboot*' /var/log/syslog", "reboot*", "allow"),
        ("sudo -u shutdown ls", "shutdown*", "allow"),
        ("timeout -s shutdown 5 ls", "shutdown*", "allow"),
        ("env NAME=shutdown ls", "shutdown*", "allow"),
        ("sh -c 'grep shutdown x'", "shutdown*", "allow"),
        ("sh -c \"grep 'shutdown' x\"", "shutdown*", "allow"),
        ("ls | xargs grep shutdown", "shutdown*", "allow"),
        (
            "find / -name shutdown -exec ls {} ';'",
            "shutdown*",
            "allow",
        ),
        ("echo sudo shutdown", "shutdown*", "allow"),
        ("echo sh -c 'shutdown'", "shutdown*", "allow"),
        ("man sudo shutdown", "shutdown*", "allow"),
        ("sudo shutdown", "shutdown*", "rule"),
        ("sudo /sbin/shutdown -h now", "shutdown*", "rule"),
        ("command -v shutdown", "shutdown*", "allow"),
    ]);
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
        let guessed = ["xargs", "--unheard-of", "runuser"].iter().any(|way| line.contains(way));
        prop_assert!(guessed || denying("rm *").judge(&line).verdict() == Verdict::Allow, "{}", line);
    }
}
