//! `cwd`: a command in a directory, judged with the `cd` that leads there.

use serde_json::json;

use super::cli::{status, text};
use super::site::Site;

const POLICY: &str = "rules:
  - {action: allow, commands: ['pwd', 'ls *', 'echo *', 'cat*']}
  - {action: allow, commands: ['cd /srv', 'cd /usr/*', \"cd '/tmp/a b'\", 'cd /no/such']}
  - {action: deny, commands: ['cd /usr/sbin*']}
";

#[test]
fn a_command_runs_where_it_is_told_to_and_nowhere_else() {
    let site = Site::start("cwd");
    site.write_policy(POLICY);
    let (mut client, _held) = site.serve();
    let mut ran = |command: &str, cwd: &str| {
        let arguments = json!({"alias": "box", "command": command, "cwd": cwd});
        client.call("ssh_run", arguments)
    };
    for (command, cwd, output) in [
        ("pwd", "/usr/share", "/usr/share\n"),
        ("pwd | cat", "/usr/share", "/usr/share\n"),
        ("echo a && pwd", "/srv", "a\n/srv\n"),
        ("  pwd\n", "/usr/lib", "/usr/lib\n"),
    ] {
        let result = ran(command, cwd);
        assert_eq!(
            result["structuredContent"]["output"], output,
            "{command} in {cwd}: {result}"
        );
    }
    let nowhere = ran("pwd", "/no/such");
    assert_ne!(nowhere["structuredContent"]["exit_code"], 0, "{nowhere}");
    assert!(
        !nowhere["structuredContent"]["output"]
            .as_str()
            .unwrap()
            .starts_with('/'),
        "{nowhere}"
    );
    for (command, cwd, words) in [
        ("pwd", "/etc", "no rule allows `cd /etc`"),
        ("pwd", "/usr/sbin", "is denied by rules[2]"),
        ("pwd", "/usr/../etc", "cd /usr/../etc"),
        ("reboot", "/srv", "reboot"),
        ("pwd", "srv", "`cwd` must be an absolute path"),
        ("pwd", "", "`cwd` must be an absolute path"),
        ("pwd", "~", "`cwd` must be an absolute path"),
        ("pwd", "/srv\nid", "`cwd` holds a control character"),
        ("pwd", "/srv; id", "no rule allows `cd '/srv; id'`"),
        (
            "pwd",
            "/$HOME",
            "`cd '/$HOME'` may be evaluated by the login shell",
        ),
        ("pwd; ls /", "/srv", "joined by `&&` or `|` alone"),
        ("pwd || ls /", "/srv", "joined by `&&` or `|` alone"),
        ("pwd\nls /", "/srv", "joined by `&&` or `|` alone"),
        ("pwd > /x", "/srv", "refused at column 5"),
    ] {
        let result = ran(command, cwd);
        assert_eq!(result["isError"], true, "{command:?} in {cwd:?}: {result}");
        let told = result["content"][0]["text"].as_str().unwrap();
        assert!(told.contains(words), "{command:?} in {cwd:?}: {told}");
    }
    // Each tool that takes a command takes a directory.
    let planned = client.call(
        "ssh_plan",
        json!({"alias": "box", "command": "pwd", "cwd": "/srv"}),
    );
    assert_eq!(
        planned["structuredContent"]["rendered"], "cd /srv && pwd",
        "{planned}"
    );
    let on_tag = client.call(
        "ssh_run_on_tag",
        json!({"tag": "lab", "command": "pwd", "cwd": "/srv"}),
    );
    assert_eq!(
        on_tag["structuredContent"]["results"][0]["output"], "/srv\n",
        "{on_tag}"
    );
    let task = client.call(
        "ssh_run_async",
        json!({"alias": "box", "command": "pwd", "cwd": "/srv"}),
    );
    assert_eq!(
        task["structuredContent"]["command"], "cd /srv && pwd",
        "{task}"
    );
}

#[test]
fn the_terminal_has_a_directory_too() {
    let site = Site::start("cwdcli");
    site.write_policy(POLICY);
    let spaced = tempfile::Builder::new()
        .prefix("a b")
        .tempdir_in("/tmp")
        .unwrap();
    let exact = spaced.path().display().to_string();
    site.write_policy(&format!(
        "{POLICY}  - {{action: allow, commands: [\"cd '{exact}'\"]}}\n"
    ));
    std::fs::set_permissions(
        spaced.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let run = site.run(&["run", "--cwd", &exact, "box", "--", "pwd"]);
    assert_eq!(
        text(&run.stdout),
        format!("{exact}\n"),
        "{}",
        text(&run.stderr)
    );
    let plan = site.run(&["plan", "--cwd", "/srv", "box", "--", "pwd"]);
    assert_eq!(status(&plan), 0);
    assert!(
        text(&plan.stdout).contains("cd /srv"),
        "{}",
        text(&plan.stdout)
    );
    for words in [
        &["run", "--cwd", "srv", "box", "--", "pwd"],
        &["plan", "--cwd", "srv", "box", "--", "pwd"],
    ] {
        let refused = site.run(words);
        assert_eq!(status(&refused), 2);
        assert!(text(&refused.stderr).contains("`--cwd` must be an absolute path"));
    }
}
