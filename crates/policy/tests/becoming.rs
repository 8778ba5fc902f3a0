//! `become: USER`: as whom a line runs, what is refused with it, and that deny rules see both the command and sudo.

use mcp_ssh_policy::{Approval, Grant, SudoPrompt, Termination};

use super::{host, short};

const RESTART: &str =
    "{name: restarts, action: allow, become: root, argv: [[systemctl, restart, nginx]]}";

fn policy(rules: &str) -> String {
    format!("limits: {{deny_substrings: []}}\nrules: [{rules}]\n")
}

/// The verdict, with `as USER` behind it where the line runs by sudo.
fn decided(yaml: &str, line: &str) -> String {
    let decision = host(yaml, "web-1", &[]).judge(line);
    let json = serde_json::to_value(&decision).unwrap();
    let user = decision.becomes().map(ToString::to_string);
    assert_eq!(
        json.get("become").and_then(|user| user.as_str()),
        user.as_deref()
    );
    let user = user.map_or(String::new(), |user| format!(" as {user}"));
    short(&decision) + &user
}

fn check(yaml: &str, cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(decided(yaml, line), *expected, "{line:?} under {yaml}");
    }
}

fn why(yaml: &str, line: &str) -> (&'static str, String) {
    let decision = host(yaml, "web-1", &[]).judge(line);
    let denial = decision.denial().unwrap();
    (denial.reason, denial.why.clone())
}

#[test]
fn a_rule_says_as_whom_its_commands_run() {
    let yaml = policy(&format!(
        "{RESTART}, {{action: ask, become: www-data, commands: ['id *']}}, {{action: allow, commands: ['df -h*']}}"
    ));
    check(
        &yaml,
        &[
            ("systemctl restart nginx", "allow as root"),
            ("systemctl 'restart' nginx", "allow as root"),
            ("id -u", "ask as www-data"),
            ("df -h", "allow"),
            ("df -h | df -h", "allow"),
            ("systemctl restart sshd", "default"),
            // The assistant asks for the command, not for sudo.
            ("sudo systemctl restart nginx", "default"),
        ],
    );
}

#[test]
fn the_line_that_is_sent_has_the_prompt_and_the_judged_words() {
    let yaml = policy("{action: allow, become: root, commands: ['printf %s *', nohup]}");
    let policy = host(&yaml, "web-1", &[]);
    let at = ["127.0.0.1".parse().unwrap()];
    let prompt = SudoPrompt::new([0xa5; 16]);
    for (line, sent) in [
        (
            "printf %s \"it's\"",
            "sudo -S -k -p a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 -u root -- printf %s 'it'\\''s'",
        ),
        (
            "printf %s '-u root PROMPT'",
            "sudo -S -k -p a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 -u root -- printf %s '-u root PROMPT'",
        ),
    ] {
        let permit = policy.permit(policy.judge(line), &at).unwrap();
        assert_eq!(permit.line_of_sudo(&prompt).as_deref(), Some(sent));
        assert_eq!(permit.becomes().unwrap().as_str(), "root");
        assert_eq!(permit.termination(), Termination::Relayed);
        let words = |text: &str| -> Vec<String> {
            let line = mcp_ssh_policy::shell::CommandLine::parse(text).unwrap();
            let command = line.commands().next().unwrap();
            command
                .words()
                .iter()
                .map(|word| word.value().into_owned())
                .collect()
        };
        assert_eq!(words(sent)[8..], words(permit.line()), "{sent}");
    }
    // What a text may send elsewhere is no proof of an end.
    let permit = policy
        .permit(policy.judge("printf %s 'x > y'"), &at)
        .unwrap();
    assert_eq!(permit.termination(), Termination::RelayedUnseen);
    let plain = host("rules: [{action: allow, commands: [id]}]\n", "web-1", &[]);
    let permit = plain.permit(plain.judge("id"), &at).unwrap();
    assert_eq!(
        (permit.becomes(), permit.line_of_sudo(&prompt)),
        (None, None)
    );
    assert_eq!(permit.termination(), Termination::Direct);
}

#[test]
fn it_takes_one_simple_command() {
    let yaml = policy(&format!(
        "{RESTART}, {{action: allow, commands: ['df -h*', cat]}}"
    ));
    for line in [
        "systemctl restart nginx; df -h",
        "df -h && systemctl restart nginx",
        "systemctl restart nginx | cat",
        "systemctl restart nginx; systemctl restart nginx",
    ] {
        let (reason, why) = why(&yaml, line);
        assert_eq!(reason, "become_not_alone", "{line}");
        assert!(
            why.contains("rules[0] `restarts` runs a command as `root`"),
            "{why}"
        );
    }
    let yaml = policy("{action: allow, become: root, commands: ['id*']}");
    for line in [
        "id >/dev/null",
        "id 2>/dev/null",
        "id 2>&1",
        "id >&2",
        "id </dev/null",
    ] {
        assert_eq!(why(&yaml, line).0, "become_not_alone", "{line}");
    }
    // What is denied for another reason is told for that one.
    let yaml = policy(&format!("{RESTART}, {{action: deny, commands: ['df *']}}"));
    assert_eq!(why(&yaml, "df -h; systemctl restart nginx").0, "deny_rule");
}

#[test]
fn rules_that_grant_a_command_must_agree() {
    let plain = "{action: allow, escapes: allow, commands: ['systemctl *']}";
    let other = "{action: ask, become: operator, commands: ['systemctl restart nginx']}";
    let same = "{action: allow, become: root, commands: ['systemctl restart nginx']}";
    let root = "as `root` by rules[0] `restarts`";
    for (beside, told) in [
        (plain, "as the login by rules[1]"),
        (other, "as `operator` by rules[1]"),
    ] {
        for rules in [
            format!("{RESTART}, {beside}"),
            format!("{beside}, {RESTART}"),
        ] {
            let (reason, why) = why(&policy(&rules), "systemctl restart nginx");
            assert_eq!(reason, "become_differs", "{rules}");
            if rules.starts_with(RESTART) {
                assert!(why.contains(told) && why.contains(root), "{why}");
            }
        }
    }
    let yaml = policy(&format!("{RESTART}, {same}, {plain}"));
    check(
        &yaml,
        &[
            ("systemctl status nginx", "allow"),
            ("systemctl restart nginx", "rule"),
        ],
    );
    check(
        &policy(&format!("{RESTART}, {same}")),
        &[("systemctl restart nginx", "allow as root")],
    );
    // A rule that only the escape guard holds back grants nothing, so it does not count.
    let held = "{action: allow, commands: ['systemctl re*']}";
    check(
        &policy(&format!("{RESTART}, {held}")),
        &[("systemctl restart nginx", "allow as root")],
    );
    // One that asks decides all the same.
    let held = "{action: ask, commands: ['systemctl re*']}";
    check(
        &policy(&format!("{RESTART}, {held}")),
        &[("systemctl restart nginx", "rule")],
    );
    // A rule for another host does not count.
    let elsewhere = "{action: allow, aliases: [db-1], commands: ['systemctl restart nginx']}";
    check(
        &policy(&format!("{RESTART}, {elsewhere}")),
        &[("systemctl restart nginx", "allow as root")],
    );
}

#[test]
fn what_denies_sees_the_command_and_sudo() {
    for denying in [
        "{action: deny, commands: ['sudo *']}",
        "{action: deny, commands: ['sudo*nginx']}",
        "{action: deny, commands: ['sudo -u root *']}",
        "{action: deny, commands: ['sudo -u root -- systemctl restart nginx']}",
        "{action: deny, argv: [[sudo, '**']]}",
        "{action: deny, simple_binaries: [sudo]}",
        "{action: deny, commands: ['systemctl restart nginx']}",
        "{action: deny, commands: ['systemctl restart *']}",
        "{action: deny, argv: [[systemctl, '**']]}",
        "{action: deny, commands: ['* -u root *']}",
    ] {
        let yaml = policy(&format!("{RESTART}, {denying}"));
        check(&yaml, &[("systemctl restart nginx", "rule")]);
    }
    for entry in [
        "sudo",
        "sudo *",
        "systemctl restart",
        "-u root",
        "nginx",
        "restart*",
    ] {
        let rules = format!("limits: {{deny_substrings: ['{entry}']}}\nrules: [{RESTART}]\n");
        let expected = match entry {
            // No command and no word of the line begins with it.
            "restart*" => "allow as root",
            _ => "deny_substring",
        };
        check(&rules, &[("systemctl restart nginx", expected)]);
    }
    let yaml = policy(&format!(
        "{RESTART}, {{name: no sudo, action: deny, commands: ['sudo *']}}"
    ));
    let told = "to run as `root` it would be sent with `sudo` before it: the line is denied by rules[1] `no sudo`";
    assert_eq!(why(&yaml, "systemctl restart nginx").1, told);
    // Nothing is suspected of an assistant that wrote no sudo.
    let host = host(&yaml, "web-1", &[]);
    assert_eq!(host.judge("systemctl restart nginx").suspicion(), None);
}

/// Vouching and what is hidden are judged in the command, as without sudo.
#[test]
fn the_command_is_judged_as_without_sudo() {
    let denied = "limits: {deny_substrings: ['x']}\n";
    for (rule, line) in [
        ("commands: ['systemctl status *']", "systemctl status nginx"),
        (
            "commands: ['systemctl status *']",
            "systemctl status -H evil nginx",
        ),
        ("commands: ['sh *']", "sh -c 'reboot'"),
        ("commands: ['cat /var/log/*']", "cat /var/log/a /etc/shadow"),
        (
            "commands: ['cat /var/log/*']",
            "cat /var/log/../../etc/shadow",
        ),
        ("commands: ['sh /opt/run.sh']", "sh /opt/run.sh"),
        ("commands: ['ls /srv/*']", "ls /srv/*"),
    ] {
        let plain = format!("{denied}rules: [{{action: allow, {rule}}}]\n");
        let becoming = format!("{denied}rules: [{{action: allow, become: root, {rule}}}]\n");
        let expected = decided(&plain, line).replace("allow", "allow as root");
        check(&becoming, &[(line, expected.as_str())]);
    }
}

#[test]
fn a_yes_to_a_line_is_none_to_another_user() {
    let asks = |user: &str| policy(&format!("{{action: ask{user}, commands: ['id']}}"));
    let at = ["127.0.0.1".parse().unwrap()];
    let (login, root) = (asks(""), asks(", become: root"));
    for (asked, used, good) in [
        (&login, &login, true),
        (&root, &root, true),
        (&login, &root, false),
        (&root, &login, false),
    ] {
        let approval = Approval::of(&host(asked, "web-1", &[]).judge("id"), Grant::Once).unwrap();
        let policy = host(used, "web-1", &[]);
        let permit = policy.permit_approved(policy.judge("id"), approval, &at);
        assert_eq!(permit.is_ok(), good, "{asked} {used}");
    }
}
