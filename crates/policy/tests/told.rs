//! What a denial tells: the word, the reason, what to type; and the rules that `plan` shows.

use serde_json::json;

use super::{host, load};

/// The `commands` of a rule, a line, why it is denied, what the assistant is told, what `plan` shows.
type ToldRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const KNOWN: &str = "ask the operator whether this is meant to run here: no wildcard grants it";
const TOLD: &[ToldRow] = &[
    (
        "find *",
        "find /var -name '*.log' -delete",
        "`-delete` of `find` removes files, and the rule admits it only by a wildcard",
        KNOWN,
        &[r#"- {action: allow, argv: [["find", "/var", "-name", "[*].log", "-delete"]]}"#],
    ),
    (
        "journalctl *",
        "journalctl -qD /dev",
        "`-D /dev` of `journalctl` is not one of the values that are known to be harmless, and the rule admits it only \
         by a wildcard",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["journalctl", "-qD", "/dev"]]}"#],
    ),
    (
        "ls *",
        "ls -lZ9 ''",
        "`-9` of `ls` is an option that is not known to be harmless, and the rule admits it only by a wildcard",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["ls", "-lZ9", ""]]}"#],
    ),
    (
        "frobtool *",
        "frobtool ''",
        "`''` of `frobtool` is not known for this program, and the rule admits it only by a wildcard",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["frobtool", ""]]}"#],
    ),
    (
        "tar *",
        "tar xzf x.tgz",
        "`x` of `tar` changes archives or files, and the rule admits it only by a wildcard",
        KNOWN,
        &[r#"- {action: allow, argv: [["tar", "xzf", "x.tgz"]]}"#],
    ),
    (
        "cat *",
        "cat /var/log/../x",
        "`/var/log/../x` has `..`, and no wildcard of a rule takes that",
        "write the path without `..`, or ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["cat", "/var/log/../x"]]}"#],
    ),
    (
        "sed *",
        "sed -e 's/../x/' /etc/../x",
        "`/etc/../x` has `..`, and no wildcard of a rule takes that",
        "write the path without `..`, or ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["sed", "-e", "s/../x/", "/etc/../x"]]}"#],
    ),
    (
        "cat *",
        "cat /proc/1/root/x",
        "`/proc/1/root/x` goes through a link of /proc, and no wildcard of a rule takes that",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["cat", "/proc/1/root/x"]]}"#],
    ),
    (
        "cd * | git *",
        "cd /srv && git status",
        "`git` finds its configuration in the directory where it runs, which no rule spells",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["cd", "/srv"]]}"#],
    ),
    (
        "*",
        "export 'A=[b]'",
        "`export 'A=[b]'` changes the login shell or runs what it is given",
        "do the task with a program of its own; an operator can allow this one by a rule that spells it, which \
         `mcp-ssh plan` shows",
        &[r#"- {action: allow, argv: [["export", "A=[[]b]"]]}"#],
    ),
    (
        "ls /var/log/*",
        "ls /var/log/*.log",
        "`ls /var/log/*.log` has an unquoted `*`, `?` or `[`, which the rule does not admit",
        "name the files, or put the word in single quotes if the character is meant literally, or ask the operator for \
         this rule: `1`",
        &[r#"- {action: allow, shell: [glob], commands: ["ls /var/log/*.log"]}"#],
    ),
    (
        "uptime",
        "tail -f /x",
        "no rule allows `tail -f /x` on this host, and what is not allowed is denied",
        "write `-n 100` in the place of `-f`, which ends only with `max_seconds`, or ask the operator for this rule: `1`",
        &[r#"- {action: allow, argv: [["tail", "-f", "/x"]]}"#],
    ),
    (
        "less *",
        "less /x",
        "`/x` of `less` starts a pager that runs other programs, and the rule admits it only by a wildcard",
        "print the file with `cat`, `head` or `tail`, or ask the operator whether this is meant to run here: no \
         wildcard grants it",
        &[r#"- {action: allow, argv: [["less", "/x"]]}"#],
    ),
    (
        "sudo *",
        "sudo -i",
        "`-i` of `sudo` starts a shell, and the rule admits it only by a wildcard",
        "write the command itself behind it, as in `sudo -n df -h`, or ask the operator whether this is meant to run \
         here: no wildcard grants it",
        &[r#"- {action: allow, argv: [["sudo", "-i"]]}"#],
    ),
    (
        "uptime",
        "systemctl restart nginx",
        "no rule allows `systemctl restart nginx` on this host, and what is not allowed is denied",
        "try a simpler form with ssh_plan, or ask the operator to allow it: `mcp-ssh plan` shows the rule",
        &[r#"- {action: allow, argv: [["systemctl", "restart", "nginx"]]}"#],
    ),
    (
        "frobtool *",
        "id | frobtool a",
        "no rule allows `id` on this host, and what is not allowed is denied",
        "run each command in its own ssh_run to see which are allowed; try a simpler form with ssh_plan, or ask the \
         operator for this rule: `1`",
        &[
            r#"- {action: allow, argv: [["id"]]}"#,
            r#"- {action: allow, stdin: allow, argv: [["frobtool", "a"]]}"#,
        ],
    ),
    (
        "id | xargs *",
        "id | xargs file",
        "`…` of `file` is read from elsewhere and may be an option without `--` before it, and the rule admits it only \
         by a wildcard",
        "ask the operator for this rule: `1`",
        &[r#"- {action: allow, escapes: allow, argv: [["xargs", "file"]]}"#],
    ),
    (
        "id",
        "id | psql",
        "no rule allows `psql` on this host, and what is not allowed is denied",
        "run each command in its own ssh_run to see which are allowed; try a simpler form with ssh_plan, or ask the \
         operator for this rule: `1`",
        &[r#"- {action: allow, stdin: allow, argv: [["psql"]]}"#],
    ),
];

#[test]
fn a_denial_names_the_word_the_reason_and_what_to_type() {
    for (pattern, line, why, hint, lines) in TOLD {
        let patterns: Vec<&str> = pattern.split(" | ").collect();
        let rule = json!({"action": "allow", "commands": patterns});
        let yaml = json!({"limits": {"deny_substrings": []}, "rules": [rule]}).to_string();
        let decision = host(&yaml, "web-1", &[]).judge(line);
        let denial = decision
            .denial()
            .unwrap_or_else(|| panic!("{line} is allowed"));
        let told = lines.first().map_or_else(String::new, |line| {
            hint.replace("`1`", &format!("`{line}`"))
        });
        assert_eq!(
            (denial.why.as_str(), denial.hint.as_str()),
            (*why, told.as_str()),
            "{line}"
        );
        let explanation = load(&yaml).explain("web-1", &[""], None, line);
        assert_eq!(explanation.missing_rules, *lines, "{line}");
    }
}

#[test]
fn no_rule_is_shown_for_what_no_rule_allows() {
    let yaml = "limits: {deny_substrings: ['halt*']}\n\
                rules:\n- {action: deny, commands: ['rm *']}\n- {action: allow, commands: [id]}\n";
    for line in [
        "rm x", "df; rm x", "halt", "df $(id)", "df 2>x", "id", "rm /x*",
    ] {
        let explanation = load(yaml).explain("web-1", &[""], None, line);
        assert_eq!(explanation.missing_rules, Vec::<String>::new(), "{line}");
    }
}

#[test]
fn a_word_that_is_read_from_elsewhere_has_no_text() {
    let policy = "rules: [{action: allow, commands: ['xargs docker inspect -f {{.Name}} --']}]\n";
    let decision = host(policy, "web", &[]).judge("xargs docker inspect -f '{{.Name}}' --");
    let why = &decision.denial().unwrap().why;
    assert!(why.starts_with("`…` of `docker` may become"), "{why}");
}
