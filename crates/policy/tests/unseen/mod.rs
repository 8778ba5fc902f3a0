//! What a deny rule cannot see: lines that may run it unseen are denied, ordinary diagnosis is not.
//!
//! Each line of `hidden.txt`, `named.txt` and `plain.txt` that does not begin with `#` is one command.

use super::{host, short};

const HIDDEN: &str = include_str!("hidden.txt");
const NAMED: &str = include_str!("named.txt");
const PLAIN: &str = include_str!("plain.txt");

const DENYING: &str = "\
limits: {deny_substrings: []}
rules: [{action: allow, shell: [glob], commands: ['*']}, {action: deny, commands: ['rm *']}]
";

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// The lines that are not decided so.
fn wrong(policy: &str, text: &'static str, wanted: &str) -> String {
    let policy = host(policy, "web", &[]);
    let of = |line| (line, short(&policy.judge(line)));
    let is_wanted = |got: &str| match wanted {
        "allow" => got == "allow",
        _ => got != "allow",
    };
    let wrong = lines(text).map(of).filter(|(_, got)| !is_wanted(got));
    wrong
        .map(|(line, got)| format!("{line}: {got}\n"))
        .collect()
}

#[test]
fn what_may_run_unseen_is_denied_where_something_is() {
    assert!(lines(HIDDEN).count() >= 240);
    assert_eq!(wrong(DENYING, HIDDEN, "deny"), "");
    assert!(lines(NAMED).count() >= 150);
    assert_eq!(wrong(DENYING, NAMED, "deny"), "");
}

#[test]
fn diagnosis_stays_allowed_where_something_is_denied() {
    assert!(lines(PLAIN).count() >= 240);
    assert_eq!(wrong(DENYING, PLAIN, "allow"), "");
}

#[test]
fn a_list_of_the_operator_hides_as_a_rule_does() {
    let list = "limits: {deny_substrings: ['mkfs*', 'rm *']}\nrules: [{action: allow, shell: [glob], commands: ['*']}]\n";
    assert_eq!(wrong(list, HIDDEN, "deny"), "");
    assert_eq!(wrong(list, NAMED, "deny"), "");
    assert_eq!(
        wrong(list, PLAIN, "allow"),
        "mkfs.ext4 /dev/sdx1: deny_substring\n"
    );
}

#[test]
fn the_default_list_hides_pipes_alone() {
    let policy = host("rules: [{action: allow, commands: ['*']}]\n", "web", &[]);
    for (line, expected) in [
        ("./script.sh", "allow"),
        ("python3 -c 'print(1)'", "allow"),
        ("make", "allow"),
        ("bash script.sh", "allow"),
        ("gdb -p 1", "allow"),
        ("frob ssh x", "allow"),
        ("frob --with='reboot now'", "allow"),
        ("crontab x", "allow"),
        ("echo x | sh", "shell"),
        ("echo x | python3 -", "shell"),
        ("echo x | su", "shell"),
    ] {
        assert_eq!(short(&policy.judge(line)), expected, "{line}");
    }
}

#[test]
fn what_a_rule_spells_is_the_operator_s() {
    let policy = "\
limits: {deny_substrings: []}
rules:
  - {action: deny, commands: ['rm *']}
  - {action: allow, commands: ['/opt/backup.sh *', 'sudo /opt/backup.sh *', 'make test', 'bash *']}
  - {action: allow, escapes: allow, commands: ['python3 /opt/report.py *', 'perl * /opt/x.pl', 'make *', 'sudo sh -c *']}
";
    let policy = host(policy, "web", &[]);
    for (line, expected) in [
        ("/opt/backup.sh /srv", "allow"),
        ("sudo /opt/backup.sh /srv", "allow"),
        ("python3 /opt/report.py x", "allow"),
        ("make test", "allow"),
        ("make x", "shell"),
        ("perl -Mx /opt/x.pl", "shell"),
        ("bash /opt/x.sh", "escape_guard"),
        ("sudo sh -c 'frob x'", "allow"),
        ("sudo sh -c 'frob rm x'", "shell"),
        ("sudo sh -c 'onall a b c rm x'", "shell"),
    ] {
        assert_eq!(short(&policy.judge(line)), expected, "{line}");
    }
}

/// Each line has a pattern that is denied, a tab, and a command that runs it, or may.
const DENIED: &str = include_str!("denied.tsv");

#[test]
fn what_a_rule_denies_is_denied_in_other_words() {
    let mut allowed = String::new();
    let cases: Vec<(&str, &str)> = DENIED
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    assert!(cases.len() >= 200);
    for (pattern, line) in cases {
        let policy = format!(
            "limits: {{deny_substrings: []}}\n\
             rules: [{{action: allow, shell: [glob], commands: ['*']}}, {{action: deny, commands: [{pattern:?}]}}]\n"
        );
        if short(&host(&policy, "web", &[]).judge(line)) == "allow" {
            allowed += &format!("{pattern}: {line}\n");
        }
    }
    assert_eq!(allowed, "");
}

/// Each word of a program that nobody knows may be the beginning of what is denied; there is an end to trying them.
#[test]
fn words_that_nobody_explains_are_tried_within_bounds() {
    let policy = host(DENYING, "web", &[]);
    for (words, text, expected) in [
        (60, "a", "allow"),
        (60, "a b c d", "shell"),
        (1, "rm", "shell"),
    ] {
        let line = format!("frob{}", format!(" '{text}'").repeat(words));
        assert_eq!(short(&policy.judge(&line)), expected, "{line}");
    }
    let line = format!("frob{}", format!(" '{}'", "a ".repeat(60)).repeat(60));
    let denial = policy.judge(&line).denial().unwrap().why.clone();
    assert!(
        denial.ends_with("it runs too many commands, or nests too deep"),
        "{denial}"
    );
    // Where nobody denies anything, nothing is looked for.
    let open = host("rules: [{action: allow, commands: ['*']}]\n", "web", &[]);
    assert_eq!(short(&open.judge(&line)), "allow");
}
