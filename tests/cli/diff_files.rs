//! `mcp-ssh diff` of policy files: hosts are made up from what the rules speak of.

use super::diff::{HOSTS, TwoSides};

#[test]
fn policy_files_are_compared_for_the_hosts_that_they_speak_of() {
    let sides = TwoSides::new();
    let old = "rules: [{action: allow, aliases: ['prod-*'], tags: [db], commands: [df]}]\n";
    sides.write("old/policy.yml", old);
    sides.write("new/policy.yml", &old.replace("df]", "df, id]"));
    let (status, out, _) = sides.diff("old/policy.yml", "new/policy.yml", &[]);
    assert_eq!(status, 3);
    let group = "hosts like `prod-*` with a tag like `db`\n  + allowed now: id\n";
    assert!(out.contains(group), "{out}");
    assert!(
        out.starts_with("hosts that no rule names\n  both policies have the same rules"),
        "{out}"
    );
    // A directory lends its hosts to a file.
    sides.write("old/servers.yml", HOSTS);
    let (status, out, _) = sides.diff("old", "new/policy.yml", &[]);
    assert_eq!(status, 0, "{out}");
    assert!(
        out.starts_with("every host (3 hosts)\n  both policies"),
        "{out}"
    );
}

/// Old and new entries of `files` stand below one another, each as it could be pasted.
#[test]
fn entries_of_files_that_differ_are_told() {
    let sides = TwoSides::new();
    sides.write("old/servers.yml", HOSTS);
    sides.write("new/servers.yml", HOSTS);
    let kept = "{action: deny, read: ['/srv/secret/**']}";
    let old = "{name: web, action: ask, tags: [web], read: ['/etc/nginx/**'], write: ['/etc/nginx/conf.d/*']}";
    let new = old.replace("ask", "allow");
    sides.write("old/policy.yml", &format!("files: [{old}, {kept}]\n"));
    let further = "{action: allow, read: [/etc/hosts], max_bytes: 9}";
    sides.write(
        "new/policy.yml",
        &format!("files: [{kept}, {new}, {further}]\n"),
    );
    let (status, out, _) = sides.diff("old", "new", &[]);
    let entry = |action: &str| {
        format!(
            "{{name: \"web\", action: {action}, tags: [\"web\"], read: [\"/etc/nginx/**\"], \
             write: [\"/etc/nginx/conf.d/*\"], max_bytes: 1048576}}"
        )
    };
    let (ask, allow) = (entry("ask"), entry("allow"));
    let hosts = "{action: allow, read: [\"/etc/hosts\"], max_bytes: 9}";
    let expected = format!(
        "every host (3 hosts)
  both policies have the same rules and deny entries

the configuration
  entries of files: 1 only in the old policy, 2 only in the new
      before {ask}
      now    {allow}
      now    {hosts}

0 towards allow, 0 towards deny, each shown by one line
"
    );
    assert_eq!((status, out), (3, expected));
    let (_, markdown, _) = sides.diff("old", "new", &["--markdown"]);
    let told = format!(
        "- entries of files: 1 only in the old policy, 2 only in the new\n  - before: `{ask}`\n  - now: `{allow}`\n"
    );
    assert!(markdown.contains(&told), "{markdown}");
    let (_, json, _) = sides.diff("old", "new", &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({"only_before": [ask], "only_after": [allow, hosts]});
    assert_eq!(json["files"], expected);
    let (status, same, _) = sides.diff("old", "old", &[]);
    assert_eq!(status, 0, "{same}");
}

/// Without servers.yml a host stands for others: where the rules are for other names, some may be stood for by none.
#[test]
fn patterns_of_names_that_differ_are_no_equality() {
    let sides = TwoSides::new();
    for (old, new, named) in [
        ("web-[0-9]", "web-[0-9]*", true),
        ("web-[0-9]", "web-[0-8]", true),
        ("prod-[a-c]*", "prod-[a-z]*", true),
        ("prod-?", "prod-[!1]", true),
        ("web-?", "web-*", true),
        ("a*", "a*, ab*", false),
    ] {
        for key in ["aliases", "tags"] {
            let rule = |globs: &str| {
                let globs: Vec<String> =
                    globs.split(", ").map(|glob| format!("'{glob}'")).collect();
                format!(
                    "rules: [{{action: allow, {key}: [{}], commands: [df]}}]\n",
                    globs.join(", ")
                )
            };
            sides.write("old/p.yml", &rule(old));
            sides.write("new/p.yml", &rule(new));
            for (one, other) in [("old/p.yml", "new/p.yml"), ("new/p.yml", "old/p.yml")] {
                let (status, out, _) = sides.diff(one, other, &[]);
                assert_eq!(status, 3, "{key} {old} {new}: {out}");
                let shown = out.contains("allowed now: df") || out.contains("denied now: df");
                assert_eq!(shown, named, "{key} {old} {new}: {out}");
            }
        }
    }
}
