//! Kinds of changes of which each must be shown by a line, both ways.

use super::{compare, told};

/// Policies without the default deny entries, which would deny curl and kubectl.
fn policy(rules: &str) -> String {
    format!("{{limits: {{deny_substrings: []}}, rules: [{rules}]}}")
}

fn allow(kind: &str, patterns: &str) -> String {
    format!("{{action: allow, {kind}: {patterns}}}")
}

/// Whether the change is told as a gain there and as a loss back.
fn shown(before: &str, after: &str) -> Result<(), String> {
    let (there, back) = (told(&compare(before, after)), told(&compare(after, before)));
    let gains = there.iter().any(|line| line.starts_with('+'));
    let losses = back.iter().any(|line| line.starts_with('-'));
    match gains && losses {
        true => Ok(()),
        false => Err(format!("{before}\n  {after}\n  {there:?} {back:?}")),
    }
}

fn all_shown(changes: &[(String, String)]) {
    let silent = changes
        .iter()
        .filter_map(|(before, after)| shown(before, after).err());
    let silent: Vec<String> = silent.collect();
    assert!(
        silent.is_empty(),
        "{} of {}:\n{}",
        silent.len(),
        changes.len(),
        silent.join("\n")
    );
}

/// A wildcard in place of a word that the knowledge base reads: the line has a word of its kind.
#[test]
fn a_wildcard_for_a_value_with_a_grammar() {
    let commands = [
        ("find /var -mtime 1", "find /var -mtime *"),
        ("find /var -size +1M", "find /var -size *"),
        ("find /var -type f", "find /var -type *"),
        ("head -n 1 /srv/x", "head -n * /srv/x"),
        ("tail -c1 /srv/x", "tail -c* /srv/x"),
        ("date -d x", "date -d *"),
        ("date +x", "date +*"),
        ("journalctl --since x", "journalctl --since *"),
        ("journalctl --since=x", "journalctl --since=*"),
        ("journalctl -u nginx", "journalctl -u *"),
        ("kubectl get pods", "kubectl get *"),
        ("kubectl get pods x", "kubectl get * x"),
        ("curl http://127.0.0.1:80", "curl http://127.0.0.1:*"),
        ("curl -s http://localhost/", "curl -s http://localhost*"),
        ("redis-cli info", "redis-cli *"),
        ("redis-cli get x", "redis-cli get *"),
        ("psql -c 'select 1'", "psql -c *"),
        ("ps -o pid", "ps -o *"),
        ("timeout 1 df", "timeout * df"),
        ("timeout 1 df", "timeout 1 *"),
        ("sudo -n df", "sudo -n *"),
        ("systemctl status x", "systemctl * x"),
        ("tail -n 1 /var/log/x", "tail -n * /var/log/*"),
        ("dpkg -L x", "dpkg -L *"),
        ("rpm -q --qf %{NAME} x", "rpm -q --qf * x"),
        ("git -C /srv log --format=%h", "git -C /srv log --format=*"),
        (
            "openssl x509 -noout -in /srv/x",
            "openssl x509 -noout -in *",
        ),
        ("lsblk /dev/sda", "lsblk *"),
        ("dig +short x", "dig +short *"),
        ("grep x /srv/x", "grep * /srv/x"),
        ("du -d 1 /srv", "du -d * /srv"),
        ("docker logs --tail 1 x", "docker logs --tail * x"),
        ("vtysh -c 'show version'", "vtysh -c *"),
        ("ip addr", "ip *"),
        ("ls /srv", "* /srv"),
    ];
    let argv = [
        ("[psql, -c, select 1]", "[psql, -c, '*']"),
        ("[psql, '--command=select 1']", "[psql, '--command=*']"),
        ("[mysql, -e, show processlist]", "[mysql, -e, '*']"),
        (
            "[sqlite3, -readonly, x.db, select 1]",
            "[sqlite3, -readonly, x.db, '*']",
        ),
        (
            "[clickhouse-client, -q, select 1]",
            "[clickhouse-client, -q, '*']",
        ),
        ("[cqlsh, -e, select x from y]", "[cqlsh, -e, '*']"),
        ("[jq, ., /srv/x]", "[jq, '*', /srv/x]"),
        ("[jq, .x, /srv/x]", "[jq, '.*', /srv/x]"),
        ("[yq, ., /srv/x]", "[yq, '*', /srv/x]"),
        ("[sed, -n, 1p, /srv/x]", "[sed, -n, '*', /srv/x]"),
        ("[sed, -n, 1p, /srv/x]", "[sed, -n, '[0-9]*', /srv/x]"),
        ("[awk, '{print}', /srv/x]", "[awk, '*', /srv/x]"),
        ("[awk, '{print $1}', /srv/x]", "[awk, '{print $*}', /srv/x]"),
        ("[head, -n, '[0-9]']", "[head, -n, '[0-9]*']"),
        (
            "[curl, -w, '%{http_code}', 'http://localhost/']",
            "[curl, -w, '*', 'http://localhost/']",
        ),
        (
            "[find, /var, -exec, ls, '{}', +]",
            "[find, /var, -exec, '*', '{}', +]",
        ),
        (
            "[journalctl, -u, nginx, -n, '1']",
            "[journalctl, -u, nginx, -n, '*']",
        ),
        ("[redis-cli, -n, '1', info]", "[redis-cli, -n, '*', info]"),
    ];
    let quoted = |pattern: &str| format!("[\"{pattern}\"]");
    let commands = commands.map(|(old, new)| {
        [quoted(old), quoted(new)].map(|patterns| policy(&allow("commands", &patterns)))
    });
    let argv = argv.map(|(old, new)| {
        [old, new].map(|pattern| policy(&allow("argv", &format!("[{pattern}]"))))
    });
    let changes = commands.into_iter().chain(argv);
    let changes: Vec<_> = changes.map(|[before, after]| (before, after)).collect();
    all_shown(&changes);
}

/// A rule that asks takes from one that allows: what it takes changes with its pattern.
#[test]
fn a_rule_that_asks_is_held_against_one_that_allows() {
    let changes: Vec<_> = [
        ("*secure*", "*secure.1*", "cat /var/log/*"),
        (
            "cat /var/log/*secure*",
            "cat /var/log/*secure.1*",
            "cat /var/log/*",
        ),
        (
            "cat /var/log/[a-m]*",
            "cat /var/log/[a-l]*",
            "cat /var/log/*",
        ),
        (
            "systemctl status s*",
            "systemctl status ss*",
            "systemctl status *",
        ),
        ("df -h", "df -hT", "df *"),
        ("* -n 5 *", "* -n 55 *", "journalctl *"),
        ("psql -c *users*", "psql -c *userss*", "psql -c *"),
        ("*", "df*", "uptime"),
    ]
    .iter()
    .map(|(old, new, allowed)| {
        [old, new].map(|asks| {
            policy(&format!(
                "{{action: ask, commands: ['{asks}']}}, {{action: allow, commands: ['{allowed}']}}"
            ))
        })
    })
    .map(|[before, after]| (before, after))
    .collect();
    all_shown(&changes);
}

/// A deny rule, or an entry, that meets a line and none of its commands.
#[test]
fn a_line_of_several_commands_is_denied() {
    let allowed = "{action: allow, commands: [df, df -h, free, uptime, wc, cat /etc/hosts, 'grep *', 'tail -n * /srv/x']}";
    let mut changes = Vec::new();
    for denied in [
        "df; free",
        "df;free",
        "df -h && uptime",
        "df || free",
        "*|*",
        "*;*",
        "*&&*",
        "* | wc",
        "*| wc",
        "df*free",
        "df -h*up*",
        "cat * | grep *",
        "df; free; uptime",
        "* | * | *",
        "cat * && *",
        "tail *| grep x*",
    ] {
        let rule = format!("{allowed}, {{action: deny, commands: ['{denied}']}}");
        changes.push((
            policy(&rule),
            policy(&format!("{allowed}, {{commands: ['zz']}}")),
        ));
        changes.push((policy(&rule), policy(allowed)));
    }
    let piped = "{action: allow, stdin: allow, commands: [sh, uptime]}";
    let rule = format!("{piped}, {{action: deny, commands: ['* | sh']}}");
    changes.push((policy(&rule), policy(piped)));
    let entries =
        |entries: &str| format!("{{limits: {{deny_substrings: [{entries}]}}, rules: [{allowed}]}}");
    for entry in [
        "|", "||", "&&", ";", "df;free", "df; free", "h && u", "*| wc",
    ] {
        changes.push((entries(&format!("'{entry}', zz")), entries("zz")));
    }
    all_shown(&changes);
}

/// Each key of a rule that changes which lines are allowed.
#[test]
fn a_key_of_a_rule_is_shown() {
    let rule = |rest: &str| policy(&format!("{{action: allow, {rest}}}"));
    let denied = |most: &str| {
        policy(&format!(
            "{{action: allow, commands: ['ls *']}}, {{action: deny, simple_binaries: [ls]{most}}}"
        ))
    };
    let mut changes = vec![
        (
            rule("commands: [df]"),
            rule("commands: [df], simple_binaries: [ls]"),
        ),
        (
            rule("simple_binaries: [uptime], simple_max_args: 0"),
            rule("simple_binaries: [uptime]"),
        ),
        (
            rule("simple_binaries: [ls], simple_max_args: 20"),
            rule("simple_binaries: [ls], simple_max_args: 21"),
        ),
        (
            rule("simple_binaries: [ls], simple_max_args: 6"),
            rule("simple_binaries: [ls], simple_max_args: 1000"),
        ),
        (
            rule("simple_binaries: [ls], simple_max_args: 999"),
            rule("simple_binaries: [ls], simple_max_args: 1000"),
        ),
        (
            denied(", simple_max_args: 30"),
            denied(", simple_max_args: 29"),
        ),
        (denied(""), denied(", simple_max_args: 3")),
        (
            denied(", simple_max_args: 3"),
            policy("{action: allow, commands: ['ls *']}"),
        ),
        (
            rule("commands: [ls *], aliases: [db]"),
            rule("commands: [ls *]"),
        ),
        (
            rule("commands: [ls *], tags: [db]"),
            rule("commands: [ls *]"),
        ),
        (
            rule("commands: [ls *]"),
            rule("commands: [ls *], shell: [glob]"),
        ),
        (
            rule("argv: [[ls, -l, '**']]"),
            rule("argv: [[ls, -l, '**']], shell: [glob]"),
        ),
        (
            rule("commands: ['ls /var/[!x]*/y']"),
            rule("commands: ['ls /var/[!x]*/y'], shell: [glob]"),
        ),
    ];
    for (runs, reads) in [
        ("bash", "cat /srv/x"),
        ("sqlite3 /srv/x.db", "cat /srv/x"),
        ("python3", "uptime"),
        ("frob", "journalctl -u nginx"),
        ("psql", "cat /srv/*.sql"),
        ("sh", "echo hi"),
    ] {
        let rules = |stdin: &str| {
            rule(&format!("commands: ['{runs}']{stdin}")).replace(
                "]}]}",
                &format!("]}}, {{action: allow, commands: ['{reads}']}}]}}"),
            )
        };
        let together = |stdin: &str| rule(&format!("commands: ['{runs}', '{reads}']{stdin}"));
        changes.push((together(""), together(", stdin: allow")));
        let with = rules("").replace(
            "{action: allow, commands",
            "{action: allow, stdin: allow, commands",
        );
        changes.push((rules(""), with));
    }
    for wild in [
        "find /var *",
        "systemctl *",
        "cp /srv/x *",
        "sort /srv/*",
        "git log*",
        "frobtool *",
        "docker *",
        "cat /srv/x *",
    ] {
        let rules = |escapes: &str| rule(&format!("commands: ['{wild}']{escapes}"));
        changes.push((rules(""), rules(", escapes: allow")));
    }
    all_shown(&changes);
}

/// A line that became stricter says nothing of a deny entry that went.
#[test]
fn a_gain_is_not_hidden_by_a_loss() {
    for (allowed, gone, come) in [
        (
            r#"["sudo -n systemctl *", "cat /var/log/*"]"#,
            "systemctl stop *",
            "cat /var/log/*",
        ),
        (r#"["sudo -n df*", "ls /x/*"]"#, "df *", "ls /x/*"),
        (r#"["sudo -n df*", "ls /x/*"]"#, "df *", "ls *"),
        (
            r#"["timeout 5 df*", "cat /var/log/*"]"#,
            "df *",
            "cat /var/log/*",
        ),
    ] {
        let side = |denied: &str| {
            policy(&format!(
                r#"{{action: allow, escapes: allow, commands: {allowed}}}, {{action: deny, commands: ["{denied}"]}}"#
            ))
        };
        let there = told(&compare(&side(gone), &side(come)));
        let gained = there.iter().any(|line| line.starts_with('+'));
        let lost = there.iter().any(|line| line.starts_with('-'));
        assert!(gained && lost, "{gone}, now {come}: {there:?}");
    }
}

/// What an exact entry denies is one line; the wildcard has others.
#[test]
fn a_wildcard_beside_an_exact_deny_entry_is_shown() {
    let side = |allowed: &str| {
        policy(&format!(
            r#"{{action: allow, commands: {allowed}}}, {{action: deny, commands: ["df", "df /"]}}"#
        ))
    };
    let changes: Vec<_> = ["timeout 5 df*", "nice df*", "sudo -n df*"]
        .iter()
        .map(|new| {
            (
                side(r#"["uptime"]"#),
                side(&format!(r#"["uptime", "{new}"]"#)),
            )
        })
        .collect();
    all_shown(&changes);
}
