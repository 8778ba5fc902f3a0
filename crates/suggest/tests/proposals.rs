//! What is proposed for what, word for word; and that a proposal says no more than was recorded.

use mcp_ssh_policy::Verdict;

use super::*;

const POLICY: &str = "\
rules:
  - {name: disks, action: allow, commands: ['df*', 'uptime*', 'systemctl status *']}
  - {action: allow, aliases: [ci-1], commands: [w]}
  - {action: deny, commands: ['rm *']}
  - {action: allow, argv: [[journalctl, -u, nginx, -n, '[0-9]*'], [nproc]]}
  - {action: allow, shell: [glob], commands: ['ls *']}
";

/// The comments and rules, without the head.
fn rules(suggestion: &Suggestion) -> &str {
    suggestion.policy.split_once("rules:").unwrap().1
}

#[test]
fn a_proposal_is_a_policy_with_its_reasons_and_its_tests() {
    let mut site = Site::new(POLICY);
    for line in [
        "df -h",
        "systemctl status nginx",
        "head -n 50 /var/log/syslog",
        "head -n 20 /var/log/syslog",
        "journalctl -u nginx -n 50",
        "systemctl restart nginx",
        "rm -rf /",
        "cat /etc/hostname | sort -n",
        "free -m; rm x",
        "ls -l /var/log/*.gz",
        "cat /var/log/../../etc/hostname",
    ] {
        site.record("web-1", line);
    }
    site.record("web-2", "cat /etc/hostname");
    site.record("web-2", "df -h");
    let suggestion = site.suggest();
    assert_eq!(suggestion.policy, include_str!("proposal/policy.yml"));
    assert_eq!(suggestion.tests, include_str!("proposal/policy_tests.yml"));
}

#[test]
fn what_was_refused_for_another_reason_is_not_proposed() {
    let unproposed = |policy: &str, alias: &str, lines: &[(&str, Fate)]| {
        let mut site = Site::new(policy);
        for (line, fate) in lines {
            site.add(alias, line, *fate);
        }
        site.suggest().rules == 0
    };
    let open = "rules: []\n";
    let denied = Fate::Unmatched;
    for (policy, alias, lines) in [
        // It was refused once, for whatever reason.
        (
            open,
            "web-1",
            &[("df -h", denied), ("df -h", Fate::Refused)][..],
        ),
        // It would be refused now.
        (
            "rules: [{action: deny, commands: ['df *']}]\n",
            "web-1",
            &[("df -h", denied)],
        ),
        (
            "limits: {deny_substrings: [df]}\n",
            "web-1",
            &[("df -h", denied)],
        ),
        (
            POLICY,
            "web-1",
            &[("free -m; systemctl status nginx --host=x", denied)],
        ),
        // It is allowed now.
        (
            "rules: [{action: allow, commands: ['df -h']}]\n",
            "web-1",
            &[("df -h", denied)],
        ),
        // No rule lets it run, or none should.
        (open, "web-9", &[("df -h", denied)]),
        (open, "web-1", &[("df -h > /tmp/x", denied)]),
        (open, "web-1", &[("echo $(id)", denied)]),
        (open, "web-1", &[("ls /var/log/*", denied)]),
        (open, "web-1", &[("cd /srv", denied)]),
        (open, "web-1", &[("cd /srv && df -h", denied)]),
        (open, "web-1", &[("systemctl restart nginx", denied)]),
        (open, "web-1", &[("frob x", denied)]),
        (open, "web-1", &[("echo id | sh", denied)]),
        (open, "web-1", &[("cat /etc/shadow", denied)]),
        (open, "web-1", &[("cat /home/u/.netrc", denied)]),
        (open, "web-1", &[("cat /v\u{430}r/log/syslog", denied)]),
        (
            open,
            "web-1",
            &[("grep password=Hunter2aZ9 /var/log/syslog", denied)],
        ),
        (
            open,
            "web-1",
            &[("", denied), ("\n", denied), ("\u{202e}df", denied)],
        ),
    ] {
        assert!(unproposed(policy, alias, lines), "{lines:?}");
    }
    assert!(!unproposed(open, "web-1", &[("df -h", denied)]));
}

#[test]
fn a_pattern_that_would_ask_for_what_runs_falls_back_on_the_commands() {
    let mut site =
        Site::new("rules: [{action: allow, commands: ['head -n 50 /var/log/syslog']}]\n");
    for line in [
        "head -n 50 /var/log/syslog",
        "head -n 10 /var/log/syslog",
        "head -n 20 /var/log/syslog",
    ] {
        site.record("web-1", line);
    }
    let suggestion = site.suggest();
    assert!(
        !suggestion.policy.contains("[0-9]"),
        "{}",
        suggestion.policy
    );
    let merged = site.merged(&suggestion, "web-1");
    for (number, expected) in [
        (50, Verdict::Allow),
        (10, Verdict::Ask),
        (20, Verdict::Ask),
        (30, Verdict::Deny),
    ] {
        let line = format!("head -n {number} /var/log/syslog");
        assert_eq!(merged.judge(&line).verdict(), expected, "{line}");
    }
}

#[test]
fn what_nothing_used_is_listed_and_what_was_not_seen_is_said_to_be_unseen() {
    let mut site = Site::new(POLICY);
    site.record("web-1", "uptime");
    let suggestion = site.suggest();
    let told: Vec<&str> = rules(&suggestion)
        .lines()
        .filter(|line| line.contains("policy.yml:") && line.starts_with("# - "))
        .collect();
    assert_eq!(
        told,
        [
            "# - policy.yml:2:45: nothing used the pattern `df*` of rules[0] `disks`",
            "# - policy.yml:2:63: nothing used the pattern `systemctl status *` of rules[0] `disks`",
            "# - policy.yml:3:49: rules[1] is unseen: none of its hosts was recorded",
            "# - policy.yml:5:28: nothing used rules[3]",
            "# - policy.yml:6:47: nothing used rules[4]",
            "# - policy.yml:4:31: nothing met the deny rule rules[2]: it stays, since what was not tried \
             may be tried",
        ]
    );
}

#[test]
fn a_rule_that_says_shell_escapes_or_stdin_and_a_pattern_of_much_use_are_left_alone() {
    let narrower = |rule: &str, lines: &[String]| {
        let mut site = Site::new(&format!("rules: [{{action: allow, {rule}}}]\n"));
        for line in lines {
            site.record("web-1", line);
        }
        site.suggest().rules
    };
    let heads =
        |count: usize| -> Vec<String> { (0..count).map(|at| format!("head -n {at} /x")).collect() };
    for (rule, lines, expected) in [
        ("commands: ['head *']", heads(8), 1),
        ("commands: ['head *']", heads(9), 0),
        ("argv: [[head, '**']]", heads(8), 1),
        ("simple_binaries: [head]", heads(2), 1),
        ("commands: ['head -n 1 /x']", heads(2).split_off(1), 0),
        ("escapes: allow, commands: ['head *']", heads(2), 0),
        ("stdin: allow, commands: ['head *']", heads(2), 0),
        ("shell: [glob], commands: ['head *']", heads(2), 0),
        (
            "commands: ['cd *', 'ls *']",
            vec!["cd /srv; ls -l".to_owned()],
            1,
        ),
    ] {
        assert_eq!(narrower(rule, &lines), expected, "{rule}");
    }
}

/// 500 lines of various programs, verbs, numbers, files and hosts.
fn everyday() -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for at in 0..500 {
        let host = HOSTS[at % 4];
        let unit = ["nginx", "redis", "postgresql"][at / 4 % 3];
        lines.push(match at % 10 {
            0 => (host, format!("systemctl status {unit}")),
            1 => (host, format!("tail -n {} /var/log/syslog", 10 + at)),
            2 => (
                host,
                format!(
                    "head -n {} /var/log/app/access-{}.log",
                    10 + at % 80,
                    at % 13
                ),
            ),
            3 => (host, format!("cat /var/log/app/error-{at}.log")),
            4 => (host, format!("df -h | grep -c {unit}")),
            5 => ("db-1", format!("ps -p {at} -o pid,rss")),
            6 => (host, "free -m".to_owned()),
            7 => (host, format!("docker ps -n {}", at % 40)),
            8 => (host, format!("kubectl get pods -n {unit}")),
            _ => (host, format!("du -d {} /srv/{unit}", at % 7)),
        });
    }
    lines
}

#[test]
fn five_hundred_lines_are_asked_and_only_lines_of_their_shapes() {
    let mut site = Site::new("limits: {deny_substrings: [mkfs]}\n");
    let lines = everyday();
    for (host, line) in &lines {
        site.record(host, line);
    }
    let suggestion = site.suggest();
    let proposed = proposed(&suggestion);
    let verdict = |host: &str, line: &str| proposed.for_host(host, &[""; 0]).judge(line).verdict();
    let is_recorded =
        |host: &str, line: &str| lines.iter().any(|(of, its)| *of == host && its == line);
    // A file of the directory, or another number of as many digits, is of the shape.
    let shape = |line: &str| {
        let line = match line.split_once("/var/log/app/") {
            Some((before, name)) => format!("{before}{}", name.split('-').next().unwrap()),
            None => line.to_owned(),
        };
        line.replace(|sign: char| sign.is_ascii_digit(), "0")
    };
    let is_of_a_shape = |host: &str, line: &str| {
        lines
            .iter()
            .any(|(of, its)| *of == host && shape(its) == shape(line))
    };
    let mut others = 0;
    for (host, line) in &lines {
        assert_eq!(verdict(host, line), Verdict::Ask, "{host}: {line}");
        let words: Vec<&str> = line.split(' ').collect();
        let last = words.len() - 1;
        for other in [
            format!("{line} x"),
            format!("{line}0"),
            format!("{line} --all"),
            words[..last].join(" "),
            words[1..].join(" "),
            line.replace("nginx", "sshd"),
            line.replace("/var/log/app/", "/var/log/"),
            line.replace("/var/log/app/", "/var/log/app/x/"),
            line.replace("/var/log/app/", "/var/log/app/."),
            line.replace("-n", "-f"),
            line.replace(".log", ".gz"),
        ] {
            if !is_recorded(host, &other) && !is_of_a_shape(host, &other) {
                others += 1;
                assert_eq!(verdict(host, &other), Verdict::Deny, "{host}: {other}");
            }
        }
        for host in HOSTS {
            let expected = match is_of_a_shape(host, line) || verdict(host, line) == Verdict::Ask {
                true => Verdict::Ask,
                false => Verdict::Deny,
            };
            assert_eq!(verdict(host, line), expected, "{host}: {line}");
        }
    }
    assert!(others > 2_000, "{others}");
    assert!(suggestion.rules < 60, "{} rules", suggestion.rules);
}
