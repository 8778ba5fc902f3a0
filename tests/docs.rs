//! What the documents show is true: every YAML block loads, every policy in them decides as told.

use mcp_ssh::diagnostic::Source;
use mcp_ssh::policy::Policy;
use mcp_ssh::yaml;

const DOCUMENTS: [(&str, &str); 2] = [
    ("README.md", include_str!("../README.md")),
    ("docs/POLICY.md", include_str!("../docs/POLICY.md")),
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
fn every_yaml_block_loads() {
    let mut policies = 0;
    for (name, text) in DOCUMENTS {
        for block in blocks(text, "yaml") {
            let source = Source::new(name, block);
            assert!(yaml::parse(&source).is_ok(), "{name}:\n{block}");
            if block.contains("rules:") || block.contains("limits:") {
                let loaded = Policy::load(&source);
                assert!(
                    loaded.is_ok_and(|(_, warnings)| warnings.is_empty()),
                    "{name}:\n{block}"
                );
                policies += 1;
            }
        }
    }
    assert_eq!(policies, 14);
}

#[test]
fn the_policies_decide_as_the_text_says() {
    let block = blocks(DOCUMENTS[1].1, "yaml")[0];
    let (policy, _) = Policy::load(&Source::new("docs/POLICY.md", block)).unwrap();
    let host = policy.for_host("prod-web-1", &["production"]);
    for (command, allowed) in [
        ("uptime", true),
        ("uptime -p", true),
        ("uptimed", false),
        ("/tmp/uptime", false),
        ("cat /var/log/syslog /etc/passwd", true),
        ("cat /var/log/../../etc/shadow", false),
        ("ls -l /var/log/*.log", true),
        ("cat /var/log/*.log", false),
        ("rm x", false),
        ("df -h; systemctl stop nginx", false),
    ] {
        let decision = host.judge(command);
        assert_eq!(
            decision.denial().is_none(),
            allowed,
            "{command}: {decision:?}"
        );
    }
}
