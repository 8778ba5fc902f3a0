//! What the documents show is true: every file loads, every command runs, every policy decides as
//! told.

mod commands;
mod decisions;
pub mod failures;
mod fences;
mod files;
mod links;
mod named;
mod ordinary_user;
mod shown;

use mcp_ssh_policy::Policy;
use mcp_ssh_yaml::diagnostic::Source;

use crate::support::fixture::Fixture;

const DOCUMENTS: [(&str, &str); 2] = [
    ("README.md", include_str!("../../README.md")),
    ("docs/POLICY.md", include_str!("../../docs/POLICY.md")),
];

/// The fenced blocks of one language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn every_policy_loads_without_a_warning() {
    let mut policies = 0;
    for (name, text) in DOCUMENTS {
        for block in blocks(text, "yaml") {
            if block.starts_with("# policy.yml\n") {
                let loaded = Policy::load(&Source::new(name, block));
                assert!(
                    loaded.is_ok_and(|(_, warnings)| warnings.is_empty()),
                    "{name}:\n{block}"
                );
                policies += 1;
            }
        }
    }
    assert_eq!(policies, 11);
}

/// Bounds and defaults are those that hold.
#[test]
fn the_limits_are_as_the_table_says() {
    let rows = DOCUMENTS[1]
        .1
        .lines()
        .filter(|line| line.starts_with("| `max_") || line.starts_with("| `task"));
    let mut seen = 0;
    for row in rows {
        let cells: Vec<String> = row
            .split('|')
            .map(|cell| cell.trim().replace(['`', ','], ""))
            .collect();
        let number = |cell: &String| cell.split(' ').next().unwrap().parse::<i64>().ok();
        let (key, from, to) = (
            &cells[1],
            number(&cells[5]).unwrap(),
            number(&cells[6]).unwrap(),
        );
        let load =
            |value: i64| Policy::load(&Source::new("p", &format!("limits: {{{key}: {value}}}")));
        for (value, taken) in [(from - 1, false), (from, true), (to, true), (to + 1, false)] {
            assert_eq!(load(value).is_ok(), taken, "{key}: {value}");
        }
        let (policy, _) = Policy::load(&Source::new("p", "rules: []")).unwrap();
        let limits = serde_json::to_value(policy.for_host("a", &[] as &[&str]).limits()).unwrap();
        assert_eq!(limits[key].as_i64(), number(&cells[4]), "{key}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn the_policies_decide_as_the_text_says() {
    let yaml = blocks(DOCUMENTS[1].1, "yaml");
    decides(
        yaml[0],
        &[
            ("uptime", true),
            ("uptime -p", true),
            ("uptimed", false),
            ("/tmp/uptime", false),
            ("cat /var/log/syslog /etc/passwd", false),
            ("cat /var/log/../../etc/shadow", false),
            ("ls -l /var/log/*.log", true),
            ("cat /var/log/*.log", false),
            ("rm x", false),
            ("df -h; systemctl stop nginx", false),
        ],
    );
    decides(
        yaml[1],
        &[
            ("systemctl status nginx.service", true),
            ("systemctl status -x.service", false),
            ("tail -n 5 /var/log//auth.log", true),
            ("tail -n 5 /var/log/../x", false),
            ("tail -n 5 /var/log/a /etc/passwd", false),
            ("ls -l a b c 2>/dev/null", true),
            ("uptime -p", true),
            ("uptime -p -p -p -p -p -p -p", false),
            ("sudo uptime", false),
        ],
    );
    let query = "rules: [{action: allow, argv: [[psql, -c, 'SELECT f([0-9]*)']]}]";
    decides(
        query,
        &[("psql -c 'SELECT f(1); DROP TABLE x; --)'", false)],
    );
    let guarded = "rules: [{action: allow, commands: ['find /var *', 'less *']}]";
    decides(
        guarded,
        &[
            ("find /var -name x", true),
            ("find /var -delete", false),
            ("less x", false),
        ],
    );
    let plain = "rules: [{action: allow, commands: ['*']}]";
    decides(
        plain,
        &[
            ("journalctl -u ssh ", true),
            ("cat /var/run/reboot-required", true),
            ("sudo reboot", false),
            ("ls", true),
        ],
    );
}

/// Whether each command is allowed on a host in production.
fn decides(policy: &str, commands: &[(&str, bool)]) {
    let (policy, _) = Policy::load(&Source::new("docs/POLICY.md", policy)).unwrap();
    let host = policy.for_host("prod-web-1", &["production"]);
    for (command, allowed) in commands {
        let decision = host.judge(command);
        assert_eq!(
            decision.denial().is_none(),
            *allowed,
            "{command}: {decision:?}"
        );
    }
}

/// What the guide shows of `plan` is what `plan` prints.
#[test]
fn plan_prints_what_the_guide_shows() {
    let guide = DOCUMENTS[1].1;
    let shown = blocks(guide, "console")[0];
    let (call, printed) = shown.split_once('\n').unwrap();
    let line = call.strip_prefix("$ mcp-ssh plan web-1 -- '").unwrap();
    let policy = blocks(guide.split("With this policy:").nth(1).unwrap(), "yaml")[0];
    let fixture = Fixture::empty();
    fixture.fill("  - {alias: web-1, host: 10.0.0.11, credentials: ops}\n");
    fixture.write("config/policy.yml", policy);
    let mut plan = fixture.server();
    let output = plan.args(["plan", "web-1", "--", line.trim_end_matches('\'')]);
    assert_eq!(
        String::from_utf8(output.output().unwrap().stdout).unwrap(),
        printed
    );
}

#[test]
fn the_security_model_names_tests_that_are_there() {
    let text = include_str!("../../docs/SECURITY-MODEL.md");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let proofs = text.lines().filter_map(|line| {
        let columns: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        (line.starts_with('|') && columns.len() == 3).then(|| columns[2].to_owned())
    });
    let mut named = 0;
    for proof in proofs {
        let named_so = |part: &str| part.contains('/') || part.ends_with(".rs");
        let is_path = |part: &&str| named_so(part) && !part.contains(' ');
        for path in proof.split('`').filter(is_path) {
            let known = root.join("tests").join(path).exists() || root.join(path).exists();
            assert!(known, "{path}");
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
}
