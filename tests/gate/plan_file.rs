//! `mcp-ssh plan ALIAS --read PATH` and its kind: what the policy says of a file, told as of a command.

use serde_json::{Value, json};

use super::cli::{status, text};
use crate::support::fixture::Fixture;

const POLICY: &str = "files:
- {name: nginx, action: allow, read: ['/etc/nginx/**'], write: ['/etc/nginx/conf.d/*.conf'], max_bytes: 4096}
- {name: sites, action: ask, write: ['/etc/nginx/conf.d/*', '/etc/cron.d/*']}
- {action: deny, read: ['/etc/nginx/closed/**']}
- {name: elsewhere, action: allow, aliases: [db-1], read: ['/**']}
";

fn fixture() -> Fixture {
    let fixture = Fixture::one_host(22);
    fixture.write("config/policy.yml", POLICY);
    fixture
}

#[test]
fn plan_explains_a_file_and_exits_77_when_it_is_not_allowed() {
    let fixture = fixture();
    for (option, path, expected, code) in [
        (
            "--read",
            "/etc/nginx/nginx.conf",
            "allowed on web
  read     /etc/nginx/nginx.conf
  entries  3 of 4 are for this host
           allow by files[0] `nginx`: `/etc/nginx/**` of `read` matches
  network  nothing blocks 127.0.0.1
  limits   4096 bytes (max_bytes)
  why      reading `/etc/nginx/nginx.conf` is allowed by files[0] `nginx`; only the path as it is asked for is judged here; where the host's links lead is judged when it is done
",
            0,
        ),
        (
            "--edit",
            "/etc/nginx/conf.d/a.conf",
            "needs approval on web
  edit     /etc/nginx/conf.d/a.conf
  entries  3 of 4 are for this host
           ask by files[1] `sites`: `/etc/nginx/conf.d/*` of `write` matches
           allow by files[0] `nginx`: `/etc/nginx/**` of `read` matches
           allow by files[0] `nginx`: `/etc/nginx/conf.d/*.conf` of `write` matches
  spelled  an entry must spell `/etc/nginx` in `write`: it is a setting
  network  nothing blocks 127.0.0.1
  limits   4096 bytes (max_bytes)
  why      writing `/etc/nginx/conf.d/a.conf` needs a person's yes by files[1] `sites`; only the path as it is asked for is judged here; where the host's links lead is judged when it is done
  hint     a person is asked; wait for the answer
",
            77,
        ),
        (
            "--read",
            "/etc/nginx/closed/a",
            "denied on web
  read     /etc/nginx/closed/a
  entries  3 of 4 are for this host
           deny by files[2]: `/etc/nginx/closed/**` of `read` matches
           allow by files[0] `nginx`: `/etc/nginx/**` of `read` matches
  network  nothing blocks 127.0.0.1
  why      reading `/etc/nginx/closed/a` is denied by files[2]
  hint     do the task without it, or ask the operator whether it is meant to be denied here
",
            77,
        ),
        (
            "--write",
            "/etc/cron.d/x",
            "denied on web
  write    /etc/cron.d/x
  entries  3 of 4 are for this host
           not by files[1] `sites` (ask): `/etc/cron.d/*` of `write`: it matches, and does not spell the whole path
  spelled  an entry must spell `/etc/cron.d/x` in `write`: it is run or obeyed by the system
  network  nothing blocks 127.0.0.1
  why      `/etc/cron.d/x` is run or obeyed by the system: only an entry of `files` that spells it lets it be written
  hint     do the task without it; no wildcard grants it
  to allow - {action: allow, write: [\"/etc/cron.d/x\"]}
",
            77,
        ),
        (
            "--read",
            "/etc/../\u{1b}[2J",
            "denied on web
  read     /etc/../\\u{1b}[2J
  entries  3 of 4 are for this host
           none speaks of the path
  network  nothing blocks 127.0.0.1
  why      the path has a control or invisible character
  hint     such a name is refused, since nobody could see what it is: rename the file
",
            77,
        ),
    ] {
        let words = ["plan", "web", option, path];
        let output = fixture.server().args(words).output().unwrap();
        assert_eq!(text(&output.stdout), expected, "{}", text(&output.stderr));
        assert_eq!(status(&output), code, "{path}");
    }
}

/// A blank that is a part of a word would look like the end of it.
#[test]
fn a_plan_of_a_command_shows_a_blank_that_is_a_letter() {
    let fixture = Fixture::one_host(22);
    fixture.write(
        "config/policy.yml",
        "rules: [{action: allow, commands: ['echo *']}]\n",
    );
    let words = ["plan", "web", "--", "echo a\u{a0}b"];
    let output = fixture.server().args(words).output().unwrap();
    let told = text(&output.stdout);
    assert!(told.contains(r"1: echo 'a\u{a0}b'"), "{told}");
}

#[test]
fn a_plan_of_a_file_is_one_json_object() {
    let fixture = fixture();
    let planned = |words: &[&str]| -> (Value, i32) {
        let output = fixture.server().args(words).output().unwrap();
        let value = serde_json::from_slice(&output.stdout).unwrap();
        (value, status(&output))
    };
    let (mut asks, code) = planned(&["plan", "--json", "web", "--write=/etc/nginx/conf.d/a.conf"]);
    let explanation = asks.as_object_mut().unwrap().remove("explanation");
    let expected = json!({
        "allowed": false,
        "decision": "ask",
        "alias": "web",
        "access": "write",
        "path": "/etc/nginx/conf.d/a.conf",
        "entry": {"index": 1, "name": "sites", "action": "ask"},
        "why": "writing `/etc/nginx/conf.d/a.conf` needs a person's yes by files[1] `sites`; only the path as it is \
                asked for is judged here; where the host's links lead is judged when it is done",
        "hint": "a person is asked; wait for the answer",
        "max_bytes": 4096,
    });
    assert_eq!((asks, code), (expected, 77));
    let explanation = explanation.unwrap();
    assert_eq!(explanation["entries"][0]["finding"], "meets");
    assert_eq!(explanation["network"]["permitted"], true);

    let (mut denied, code) = planned(&["plan", "--json", "web", "--read", "/etc/hosts"]);
    let explanation = denied.as_object_mut().unwrap().remove("explanation");
    let expected = json!({
        "allowed": false,
        "decision": "deny",
        "alias": "web",
        "access": "read",
        "path": "/etc/hosts",
        "stage": "default",
        "reason": "no_matching_entry",
        "why": "no entry of `files` allows reading `/etc/hosts` on this host, and what is not allowed is denied",
        "hint": "do the task without it, or ask the operator for an entry of `files`",
    });
    assert_eq!((denied, code), (expected, 77));
    let missing = &explanation.unwrap()["missing_entry"];
    assert_eq!(missing, r#"- {action: allow, read: ["/etc/hosts"]}"#);

    let (unknown, code) = planned(&["plan", "--json", "wed", "--read", "/etc/hosts"]);
    let expected = json!({
        "status": "failed",
        "error": "there is no host `wed`: did you mean `web`?",
        "hint": "see ssh_list_hosts, in a terminal `mcp-ssh hosts`",
        "alias": "wed",
        "path": "/etc/hosts",
    });
    assert_eq!((unknown, code), (expected, 1));
}

#[test]
fn a_plan_of_a_file_has_one_host_or_tag_and_one_path() {
    let fixture = Fixture::many_hosts(4);
    fixture.write(
        "config/policy.yml",
        "files:\n- {action: allow, tags: [even], read: ['/srv/*']}\n- {action: allow, aliases: [h2], read: [/etc/hosts]}\n",
    );
    let run = |words: &[&str]| fixture.server().args(words).output().unwrap();
    for (path, told, code) in [
        ("/srv/a", "allowed on h0, allowed on h2", 0),
        ("/etc/hosts", "denied on h0, allowed on h2", 77),
    ] {
        let output = run(&["plan", "--tag", "even", "--read", path]);
        let stdout = text(&output.stdout);
        let first = stdout.lines().filter(|line| !line.starts_with(' '));
        assert_eq!(first.collect::<Vec<_>>().join(", "), told);
        assert_eq!(status(&output), code);
    }
    let unknown = run(&["plan", "h5", "--read", "/srv/a"]);
    assert_eq!(
        (status(&unknown), text(&unknown.stderr)),
        (
            1,
            "mcp-ssh: there is no host `h5`: did you mean `h0`? see `mcp-ssh hosts`\n".to_owned()
        )
    );
    for words in [
        &["h0", "--read", "/a", "--write", "/b"][..],
        &["h0", "--read", "/a", "--", "id"],
        &["--tag", "even", "h0", "--read", "/a"],
        &["--read", "/a"],
        &["h0", "--read", "/a", "--stdin"],
        &["h0", "--read", "/a", "--cwd", "/srv"],
        &["h0", "--read", "/a", "--timeout-seconds", "3"],
    ] {
        let output = run(&[&["plan"], words].concat());
        let told = (status(&output), text(&output.stdout));
        assert_eq!(told, (2, String::new()), "{words:?}");
    }
}

/// The network rules are for every way to a host.
#[test]
fn a_host_that_must_not_be_dialled_has_no_files() {
    let fixture = Fixture::one_host(22);
    fixture.write(
        "config/policy.yml",
        "files:\n- {action: allow, read: ['/srv/*']}\nnetwork: {block_ips: [127.0.0.1]}\n",
    );
    let words = ["plan", "web", "--read", "/srv/a"];
    let output = fixture.server().args(words).output().unwrap();
    assert_eq!(
        text(&output.stdout),
        "denied on web
  read     /srv/a
  entries  1 of 1 are for this host
           allow by files[0]: `/srv/*` of `read` matches
  network  `127.0.0.1/32` blocks 127.0.0.1
  why      the network policy permits none of this host's addresses
  hint     nothing was sent; ask the operator to review `network:` for this host
"
    );
    assert_eq!(status(&output), 77);
}
