//! What may be proposed of what was denied is a list of what shows state; the rest is told to the operator.

use mcp_ssh_policy::Verdict;

use super::*;

/// No rule speaks of anything, and no entry of a list denies.
const OPEN: &str = "limits: {deny_substrings: []}\nrules: [{action: deny, commands: [never]}]\n";

/// Whether each line is asked about once it was recorded as denied, each by itself.
fn asked<'l>(lines: &[&'l str]) -> Vec<&'l str> {
    let mut asked = Vec::new();
    for line in lines {
        let mut site = Site::new(OPEN);
        site.record_often("web-1", line, 50);
        let suggestion = site.suggest();
        let verdict = site.merged(&suggestion, "web-1").judge(line).verdict();
        assert_ne!(verdict, Verdict::Allow, "{line}");
        if verdict == Verdict::Ask {
            asked.push(*line);
        }
    }
    asked
}

#[test]
fn what_shows_state_is_proposed() {
    let lines = [
        "arch",
        "date -u +%H",
        "free -m",
        "df -hT /srv",
        "du -sh --max-depth=1 /srv",
        "uptime",
        "nproc --all",
        "uname -a",
        "vmstat 1 5",
        "top -bn1",
        "top -b -n 1 -o %MEM",
        "ps -e",
        "ps -eo pid,comm,%mem --sort=-rss",
        "ps -p 1 -o pid,etime,rss",
        "pgrep -l nginx",
        "ps -C nginx -o pid,rss",
        "grep -C 3 x /var/log/syslog",
        "ls -la /srv",
        "stat -c '%s %n' /srv",
        "find /var/log -name '*.gz' -mtime +7 -size +10M -print",
        "lsblk -f",
        "systemctl status nginx --no-pager -n 5",
        "systemctl is-active nginx redis",
        "systemctl --failed --no-pager",
        "systemctl list-units --type=service --state=running",
        "systemctl show nginx -p ActiveState,SubState --value",
        "journalctl --disk-usage",
        "ss -tlnp",
        "netstat -tln",
        "ip addr",
        "ip -br addr show dev lo",
        "ip -4 route show",
        "ping -c 1 127.0.0.1",
        "ping -c1 localhost",
        "curl -fsS http://localhost:8080/healthz",
        "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/health",
        "docker ps -a",
        "docker stats --no-stream",
        "docker system df",
        "docker compose ps",
        "kubectl get pods -n shop -o wide",
        "kubectl -n shop get deploy,svc",
        "kubectl get nodes --no-headers",
        "kubectl get pod/web-0",
        "kubectl top pods -A",
        "kubectl rollout status deployment web -n shop",
        "helm list -A",
        "git status -s",
        "sort --key=2 /var/log/syslog",
        "git branch --show-current",
        "crictl ps -a",
        "podman pod ls",
        "docker service ls",
        "dpkg -l nginx",
        "rpm -qa",
        "apt list --installed",
        "cat /etc/os-release /proc/meminfo",
        "cat /var/log/syslog",
        "tail -n 50 /var/log/nginx/access.log",
        "tail -50 /var/log/nginx/access.log",
        "grep -ci error /var/log/nginx/error.log.1",
        "zgrep -c error /var/log/syslog.2.gz",
        "df -h | sort -rn -k 5 | head -3",
        "ps -e | grep -c nginx",
        "df -h 2>/dev/null; free -m && uptime",
        "timeout 5 df -h",
        "nice timeout 5 du -sh /srv",
        "/usr/bin/df -h",
    ];
    assert_eq!(asked(&lines), lines);
}

/// Readers of secrets, and of what may hold one.
const SECRETS: &str = include_str!("secrets.txt");

/// Programs that ask another host.
const ELSEWHERE: &str = include_str!("elsewhere.txt");

#[test]
fn what_may_show_a_secret_or_asks_another_host_is_not() {
    for lines in [SECRETS, ELSEWHERE] {
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(asked(&lines), [""; 0]);
    }
    // Nor where more stands in the line, or before the command.
    let mut within = Vec::new();
    for line in ["git log -p", "kubectl get secrets", "cat /srv/x"] {
        within.push(format!("df -h; {line}"));
        within.push(format!("{line} | sort -u"));
        within.push(format!("{line} | grep -c x"));
        within.push(format!("sudo -n {line}"));
        within.push(format!("timeout 5 {line}"));
        within.push(format!("nice nice nice nice {line}"));
    }
    let within: Vec<&str> = within.iter().map(String::as_str).collect();
    assert_eq!(asked(&within), [""; 0]);
}

#[test]
fn nothing_that_is_left_to_the_operator_is_lost() {
    let mut site = Site::new(OPEN);
    let lines: Vec<&str> = SECRETS.lines().chain(ELSEWHERE.lines()).collect();
    for line in &lines {
        site.record("web-1", line);
        site.record("db-1", line);
    }
    let told = site.suggest().policy;
    let mut told: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("#   - 2 times, "))
        .collect();
    told.sort_unstable();
    let mut expected = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let denied = site.policy.for_host("web-1", &[""; 0]).judge(line);
        // What the shell language refused is no matter of rules.
        if denied.denial().unwrap().stage.as_str() == "default" {
            let sent = denied.rendered().unwrap();
            expected.push(format!(
                "{} to {}, on db-1, web-1: {sent}",
                2 * place + 1,
                2 * place + 2
            ));
        }
    }
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(told.len() > 200, "{}", told.len());
}

#[test]
fn the_reason_stands_above_the_lines() {
    let mut site = Site::new(OPEN);
    site.record_often("web-1", "env", 3);
    site.record("db-1", "git log -p");
    let (_, told) = site
        .suggest()
        .policy
        .split_once("rules: []\n")
        .map(|(head, told)| (head.to_owned(), told.to_owned()))
        .unwrap();
    assert!(
        told.starts_with(
            "\n# Denied by default, and left to you:\n\
             # - what it prints may hold secrets, or it asks other hosts: write the rule yourself if it should run:\n\
             #   - 3 times, 1 to 3, on web-1: env\n\
             #   - once, 4, on db-1: git log -p\n"
        ),
        "{told}"
    );
}

#[test]
fn of_very_many_lines_those_that_were_denied_most_are_shown_and_the_others_counted() {
    let mut site = Site::new(OPEN);
    site.record_often("web-1", "env", 2);
    for number in 0..700 {
        site.record("web-1", &format!("git log -{number}"));
        site.record("web-1", &format!("uname x{number}"));
    }
    let policy = site.suggest().policy;
    let shown = policy
        .lines()
        .filter(|line| line.starts_with("#   - "))
        .count();
    assert_eq!(shown, 1_000);
    assert!(
        policy.contains("#   - 2 times, 1 to 2, on web-1: env\n"),
        "{policy}"
    );
    let more = "\n# and 401 more lines: a shorter time (`--since`) shows them\n";
    assert!(policy.contains(more), "{policy}");
}

#[test]
fn a_line_that_may_hold_a_secret_is_counted_and_not_repeated() {
    let mut site = Site::new(OPEN);
    for alias in ["web-1", "db-1"] {
        site.record("ci-1", "df -h");
        site.record_often(alias, "grep password=Hunter2aZ9 /var/log/syslog", 2);
    }
    let suggestion = site.suggest();
    let told = "# Not looked at:\n# - 2 lines that may hold a secret, denied 4 times, 2 to 6, on db-1, web-1: they are not \
                repeated here\n";
    assert!(suggestion.policy.contains(told), "{}", suggestion.policy);
    assert!(!suggestion.policy.contains("Hunter2") && !suggestion.tests.contains("Hunter2"));
}
