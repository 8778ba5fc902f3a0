//! Rules over words by `argv`: what is allowed beside what is denied.

use super::{host, short};

/// Judges each command by a policy of `rules` alone.
pub fn check(rules: &str, cases: &[(&str, &str)]) {
    let policy = host(
        &format!("limits: {{deny_substrings: []}}\nrules:\n{rules}"),
        "web",
        &[],
    );
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(command, expected)| {
            let got = short(&policy.judge(command));
            (got != *expected).then(|| format!("{command:?}: {got}, expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One allow rule with these entries.
fn allows(entries: &str, cases: &[(&str, &str)]) {
    check(&format!("- {{action: allow, argv: [{entries}]}}\n"), cases);
}

/// Everything allowed but for one deny rule with these keys.
pub fn denies(keys: &str, cases: &[(&str, &str)]) {
    check(
        &format!(
            "- {{action: allow, commands: ['*'], shell: [glob]}}\n- {{action: deny, {keys}}}\n"
        ),
        cases,
    );
}

#[test]
fn each_item_matches_one_word() {
    allows(
        "[systemctl, status, '*.service'], [tail, -n, '[0-9]*', '/var/log/**']",
        &[
            ("systemctl status nginx.service", "allow"),
            ("systemctl status .service", "allow"),
            ("systemctl status nginx", "default"),
            ("systemctl status", "default"),
            ("systemctl status nginx.service ssh.service", "default"),
            ("systemctl status 'nginx.service ssh.service'", "allow"),
            ("systemctl status a/b.service", "default"),
            ("systemctl stop nginx.service", "default"),
            ("systemctl 'status nginx.service'", "default"),
            ("'systemctl status nginx.service'", "default"),
            ("tail -n 5 /var/log/syslog", "allow"),
            ("tail -n 50 /var/log/nginx/access.log", "allow"),
            ("tail -n 5 /var/log/", "allow"),
            ("tail -n 5 /var/log", "default"),
            ("tail -n x /var/log/syslog", "default"),
            ("tail -n5 /var/log/syslog", "default"),
            ("tail -n 5 /etc/shadow", "default"),
            ("tail -n 5 /var/log/a /var/log/b", "default"),
            ("tail -n 5/../x /var/log/a", "default"),
        ],
    );
}

#[test]
fn a_word_is_matched_by_its_value() {
    allows(
        "[cat, '/var/log/*'], [echo, 'a b'], [printf, '']",
        &[
            ("cat /var/log/x", "allow"),
            ("cat \"/var/log/x\"", "allow"),
            ("cat '/var/log/x'", "allow"),
            ("'cat' /var/log/x", "allow"),
            ("\\cat /var/log/\\x", "allow"),
            ("c\"a\"t /var/'log'/x", "allow"),
            ("cat '/var/log/x y'", "allow"),
            ("cat '/var/log/*'", "allow"),
            ("cat /var/log/x\\ y", "allow"),
            ("cat \"'/var/log/x'\"", "default"),
            ("cat /var/log/x y", "default"),
            ("cat '/var/log/x\n/etc/shadow'", "default"),
            ("echo 'a b'", "allow"),
            ("echo \"a b\"", "allow"),
            ("echo a\\ b", "allow"),
            ("echo a b", "default"),
            ("echo 'a  b'", "default"),
            ("printf ''", "allow"),
            ("printf", "default"),
            ("printf ' '", "default"),
        ],
    );
}

#[test]
fn wildcards_stay_within_a_path_component_and_below_it() {
    allows(
        "[cat, '/srv/*/logs/**/*.log'], [ls, '/home/?'], [wc, '/tmp/[!a]'], [head, '../**'], \
         [stat, '/[a-z/]x'], [tar, -C..], [tar, '-C../*'], [du, '--max-depth=*', '/**']",
        &[
            ("cat /srv/a/logs/b/c.log", "allow"),
            ("cat /srv/a/logs/b/c/d/e.log", "allow"),
            ("cat /srv/a/logs//e.log", "allow"),
            ("cat /srv/a/logs/e.log", "default"),
            ("cat /srv/a/b/logs/b/c.log", "default"),
            ("cat /srv/a/logs/b/c.log/d", "default"),
            ("cat /srv/../logs/b/c.log", "default"),
            ("cat /srv/a/logs/../c.log", "default"),
            ("cat /srv/a/logs/b/../../../../etc/c.log", "default"),
            ("cat /srv/a/logs/b/..log", "allow"),
            ("cat /srv/a..b/logs/b/c.log", "allow"),
            ("ls /home/a", "allow"),
            ("ls /home//", "default"),
            ("ls /home/ab", "default"),
            ("wc /tmp/b", "allow"),
            ("wc /tmp/a", "default"),
            ("wc /tmp//", "default"),
            ("stat /bx", "allow"),
            ("stat //x", "default"),
            ("head ../x", "allow"),
            ("head ../a/b", "allow"),
            ("head ../..", "default"),
            ("head ../../x", "default"),
            ("head ../a/..", "default"),
            ("tar -C..", "allow"),
            ("tar -C../..", "default"),
            ("du --max-depth=1 /var", "allow"),
            ("du --max-depth=1 /var/..", "default"),
            ("du --max-depth=.. /var", "default"),
            ("du --max-depth=1/2 /var", "default"),
        ],
    );
}

#[test]
fn a_final_pair_of_stars_takes_further_words() {
    allows(
        "[uptime, '**'], [git, '**', log], [journalctl, -u, '*', '**']",
        &[
            ("uptime", "allow"),
            ("uptime -p", "allow"),
            ("uptime -p -s", "allow"),
            ("uptime -p -s /a/b ''", "escape_guard"),
            ("uptime ../x", "default"),
            ("uptime -p a/../b", "default"),
            ("uptime --x=..", "default"),
            ("uptime a..b", "escape_guard"),
            ("uptimes", "default"),
            ("git a/b log", "escape_guard"),
            ("git log", "default"),
            ("git a b log", "default"),
            ("journalctl -u nginx", "allow"),
            ("journalctl -u nginx -n 5", "allow"),
            ("journalctl -u", "default"),
            ("journalctl -n 5 -u nginx", "default"),
        ],
    );
}

#[test]
fn a_program_has_a_path_only_where_the_entry_spells_one() {
    allows(
        "['*ctl', status], ['/usr/bin/*', --version], [./run, '**']",
        &[
            ("systemctl status", "allow"),
            ("hostnamectl status", "allow"),
            ("/tmp/evilctl status", "default"),
            ("./evilctl status", "default"),
            ("/usr/bin/ls --version", "allow"),
            ("gcc --version", "default"),
            ("/usr/bin/x/gcc --version", "default"),
            ("/usr/bin/../../tmp/gcc --version", "default"),
            ("/usr/bin/.. --version", "default"),
            ("./run /x", "allow"),
            ("run x", "default"),
            ("/run x", "default"),
        ],
    );
    allows(
        "['**']",
        &[
            ("id", "allow"),
            ("id -u x/y", "allow"),
            ("/tmp/id", "default"),
            ("id ..", "default"),
        ],
    );
    allows(
        "['**', '--version']",
        &[
            ("ls --version", "allow"),
            ("/tmp/gcc --version", "default"),
            ("gcc x --version", "default"),
        ],
    );
    allows(
        "['/opt/**', '--version']",
        &[
            // Nobody vouches for a program that only a wildcard names.
            ("/opt/a/b/c --version", "escape_guard"),
            ("/opt/a/../../b --version", "default"),
            ("opt/a --version", "default"),
        ],
    );
    check(
        "- {action: allow, escapes: allow, argv: [['/opt/**', '--version']]}\n",
        &[
            ("/opt/a/b/c --version", "allow"),
            ("/opt/a/../../b --version", "default"),
            ("opt/a --version", "default"),
        ],
    );
}

#[test]
fn redirections_do_not_matter_and_every_command_must_match() {
    allows(
        "[df, -h], [uptime]",
        &[
            ("df -h 2>/dev/null", "allow"),
            ("df -h 2>&1", "allow"),
            ("df -h | uptime", "allow"),
            ("uptime && df -h; uptime", "allow"),
            ("df -h # all", "allow"),
            ("df -h > /tmp/x", "shell"),
            ("df -h | id", "default"),
            ("df -h\nid", "default"),
            ("sudo df -h", "default"),
            ("df $(id)", "shell"),
        ],
    );
}

#[test]
fn shell_patterns_need_the_rule_s_word_and_the_final_pair_of_stars() {
    let entries = "[ls, -l, '**'], [cat, '/var/log/*'], [wc, '/tmp/**']";
    allows(
        entries,
        &[
            ("ls -l /var/*", "shell"),
            ("ls -l '/var/*'", "allow"),
            ("cat /var/log/*", "default"),
            ("cat '/var/log/*'", "allow"),
        ],
    );
    check(
        &format!("- {{action: allow, shell: [glob], argv: [{entries}]}}\n"),
        &[
            ("ls -l /var/*", "allow"),
            ("ls -l /var/* x?", "allow"),
            ("ls -l a/../*", "default"),
            ("ls x*", "default"),
            ("cat /var/log/*.log", "default"),
            ("cat /var/log/a?b", "default"),
            ("cat /var/log/x", "allow"),
            ("wc /tmp/*", "default"),
        ],
    );
}

#[test]
fn deny_entries_are_read_laxly() {
    denies(
        "argv: [[rm, -rf, '/*'], [reboot, '**'], [systemctl, stop, 'ssh*'], [kill, '-9', '1']]",
        &[
            ("rm -rf /", "rule"),
            ("rm -rf /etc/x/y", "rule"),
            ("rm -rf '/etc'", "rule"),
            ("r'm' \"-rf\" /etc", "rule"),
            ("/bin/rm -rf /etc", "rule"),
            ("../../bin/rm -rf /etc", "rule"),
            ("rm -rf /a/../b", "rule"),
            ("rm -rf x", "allow"),
            ("rm -rf", "allow"),
            ("rm -r -f /etc", "allow"),
            ("rm -rf /etc x", "allow"),
            ("rmdir -rf /etc", "allow"),
            ("echo rm -rf /", "allow"),
            ("reboot", "rule"),
            ("/sbin/reboot -f", "rule"),
            ("id; reboot", "rule"),
            ("reboot 2>/dev/null", "rule"),
            ("rebooter", "allow"),
            ("systemctl stop sshd", "rule"),
            ("systemctl stop ssh/x", "rule"),
            ("systemctl stop nginx", "allow"),
            ("kill -9 1", "rule"),
            ("kill -9 11", "allow"),
        ],
    );
}

#[test]
fn deny_entries_look_inside_wrappers() {
    denies(
        "argv: [[rm, -rf, '**'], [cat, /etc/shadow]]",
        &[
            ("sudo rm -rf x", "rule"),
            ("sudo -u root /bin/rm -rf x", "rule"),
            ("env A=b nice -n 5 rm -rf x", "rule"),
            ("timeout -k 5 10 rm -rf x", "rule"),
            ("sh -c 'id; rm -rf x'", "rule"),
            ("bash -c \"sudo cat '/etc/shadow'\"", "rule"),
            ("echo x | xargs rm -rf", "rule"),
            ("echo x | xargs rm", "rule"),
            ("echo x | xargs cat", "rule"),
            ("echo x | xargs -I{} cat {}", "rule"),
            ("echo x | xargs -I{} cat /etc/{}", "rule"),
            ("echo x | xargs -I{} cat /var/{}", "allow"),
            ("find / -exec cat {} ';'", "rule"),
            ("find / -exec rm -rf {} +", "rule"),
            ("find / -exec wc {} +", "allow"),
            ("sudo rm -r x", "allow"),
            ("sudo cat /etc/hosts", "allow"),
            ("sh -c 'cat /etc/hosts'", "allow"),
        ],
    );
}

#[test]
fn deny_entries_meet_what_a_shell_pattern_may_become() {
    denies(
        "argv: [[cat, /etc/shadow], [rm, '*', '*'], [wc, 'my file'], [tail, '**', /x]]",
        &[
            ("cat /etc/sh*", "rule"),
            ("cat /etc/shado?", "rule"),
            ("cat /etc/*", "rule"),
            ("cat /e*/shadow", "rule"),
            ("cat x* /etc/shadow", "rule"),
            ("cat /etc/host*", "allow"),
            ("cat /var/*", "allow"),
            ("cat /e*", "allow"),
            ("rm x", "allow"),
            ("rm x*", "rule"),
            ("rm x* y z", "rule"),
            ("rm x* y z w", "allow"),
            ("wc m*", "rule"),
            ("tail y /x", "rule"),
            ("tail y* /x", "rule"),
            ("tail y /z", "allow"),
        ],
    );
}

#[test]
fn a_wrapper_that_hides_its_command_needs_an_entry_without_wildcards() {
    let deny = "- {action: deny, argv: [[rm, '**']]}\n";
    let hidden = ("sh -c 'id $x'", "shell");
    for (entry, spelled_out) in [
        ("[sh, -c, '*']", hidden),
        ("[sh, '**']", hidden),
        ("[sh, -c, 'id $x']", ("sh -c 'id $x'", "allow")),
    ] {
        let rules = format!("- {{action: allow, escapes: allow, argv: [{entry}]}}\n{deny}");
        check(&rules, &[spelled_out]);
    }
}

#[test]
fn a_hostile_word_costs_no_more_than_pattern_times_text() {
    let policy = host(
        "rules:\n- {action: allow, argv: [[cat, '**a*a*a*a**a*a*b']]}\n",
        "web",
        &[],
    );
    // Backtracking from every star would not end; this does at once.
    let command = format!("cat {}", "a".repeat(9_000));
    assert_eq!(short(&policy.judge(&command)), "default");
}

#[test]
fn the_escape_guard_stands_behind_words_too() {
    let doors = [
        ("find /tmp -name x", "allow"),
        ("find /tmp -delete", "escape_guard"),
        ("find /tmp -exec rm x ';'", "escape_guard"),
    ];
    allows("[find, '**']", &doors);
    check("- {action: allow, simple_binaries: [find]}\n", &doors);
    allows(
        "[find, '*', -delete], [find, '*', '*']",
        &[("find x -delete", "allow"), ("find x -print", "allow")],
    );
    let open = doors.map(|(command, _)| (command, "allow"));
    let rule = "action: allow, escapes: allow";
    check(&format!("- {{{rule}, argv: [[find, '**']]}}\n"), &open);
    check(&format!("- {{{rule}, simple_binaries: [find]}}\n"), &open);
}
