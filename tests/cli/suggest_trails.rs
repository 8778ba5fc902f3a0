//! What `mcp-ssh suggest` says of a trail that it reads in part, or not at all.

use std::fs;

use serde_json::json;

use super::suggest::{Written, site, suggest};

#[test]
fn of_hashes_it_says_which_it_cannot_read() {
    let fixture = site();
    let hashed = json!({"alias": "web-1", "hash": "0", "allowed": false, "stage": "default"});
    let unparsed = json!({"alias": "web-1", "hash": "0", "allowed": false, "stage": "shell"});
    let mut trail = Written::new();
    trail.push(1.0, &unparsed);
    for _ in 0..12 {
        trail.push(2.0, &hashed);
    }
    let file = trail.write(&fixture);
    let places: Vec<String> = (2..12).map(|line| format!("{file}:{line}")).collect();
    let told = format!(
        "mcp-ssh: 12 of the decisions have the hash of their command alone: {} and 2 more; with \
         `audit: {{commands: plain}}` in policy.yml later ones can be read\n",
        places.join(", ")
    );
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        err,
        told.clone() + "mcp-ssh: no command can be read, so nothing is proposed\n"
    );
    // One that can be read is enough.
    trail.denied("web-1", "free -m");
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, err), (0, told));
    assert!(
        out.contains("# Decisions with the hash of their command alone: 12; "),
        "{out}"
    );
    assert!(out.contains("name: \"suggested: free\""), "{out}");
}

#[test]
fn a_trail_that_was_changed_is_named() {
    let fixture = site();
    let mut trail = Written::new();
    trail.denied("web-1", "free -m");
    trail.denied("web-1", "nproc");
    trail.lines.swap(0, 1);
    trail.lines.push("\u{1b}[2Jno record".to_owned());
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("suggested: nproc") && out.contains("suggested: free"),
        "{out}"
    );
    let told: Vec<&str> = err.lines().collect();
    assert_eq!(told.len(), 2, "{err}");
    assert!(
        told[0].starts_with(&format!("mcp-ssh: {file}:1: ")),
        "{err}"
    );
    assert!(
        told[0].ends_with(": the trail proves nothing from here on, and is read all the same"),
        "{err}"
    );
    assert_eq!(
        told[1],
        format!(
            "mcp-ssh: {file}:3: no record of a trail; lines like this one, which are left out: 1"
        )
    );
    let (status, _, err) = suggest(&fixture, &["/nowhere/audit.jsonl"]);
    assert_eq!(status, 1);
    assert_eq!(
        err,
        "mcp-ssh: /nowhere/audit.jsonl: cannot be read: No such file or directory (os error 2)\n"
    );
    fixture.write("config/policy.yml", "rules: 1\n");
    let (status, _, err) = suggest(&fixture, &[&file]);
    assert_eq!(status, 1);
    assert!(err.contains("/config/policy.yml:1:8: "), "{err}");
}

#[test]
fn a_file_that_is_no_trail_is_refused_by_its_name_and_line() {
    let fixture = site();
    let mut trail = Written::new();
    trail.denied("web-1", "free -m");
    let good = trail.write(&fixture);
    let other = fixture.path("other");
    let expected = format!(
        "mcp-ssh: {other}:1: no record of an audit trail, and no other line of the file is one: expected are lines of \
         JSON with `type`, `ts`, `session` and `seq`, as MCP_SSH_AUDIT_FILE or `--audit-file` has them\n"
    );
    for content in [
        &b""[..],
        b"\n\n",
        b"Nov 29 09:12:44 web-1 sshd[1]: Accepted publickey for ops\n",
        b"{\"level\": \"info\", \"msg\": \"started\"}\n{\"level\": \"info\"}\n",
        b"[1, 2]\n",
        b"{\n  \"type\": \"policy_decision\"\n}\n",
        b"rules: []\n",
        b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe\x00",
        &[0; 100_000],
    ] {
        fs::write(&other, content).unwrap();
        for files in [&[other.as_str()][..], &[&good, &other], &[&other, &good]] {
            let said = suggest(&fixture, files);
            assert_eq!(said, (1, String::new(), expected.clone()), "{content:?}");
        }
    }
    let (status, _, err) = suggest(&fixture, &[&good]);
    assert_eq!((status, err.as_str()), (0, ""));
    // A directory is no file of lines either.
    let (status, out, err) = suggest(&fixture, &[&fixture.config()]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("/config: cannot be read: "), "{err}");
}

#[test]
fn a_trail_with_a_last_line_that_a_crash_cut_is_read_with_a_warning() {
    let fixture = site();
    let mut trail = Written::new();
    trail.denied("web-1", "free -m");
    trail.denied("web-1", "nproc");
    let file = trail.write(&fixture);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 20]).unwrap();
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!(status, 0, "{err}");
    assert!(
        out.contains("suggested: free") && !out.contains("suggested: nproc"),
        "{out}"
    );
    let cut = format!("mcp-ssh: {file}:2: the last line is cut off, and is left out");
    assert!(err.lines().any(|line| line == cut), "{err}");
}

#[test]
fn more_lines_than_anyone_reads_are_refused() {
    let fixture = site();
    let mut trail = Written::new();
    for at in 0..20_001 {
        trail.denied("web-1", &format!("cat /var/log/{at}"));
    }
    let file = trail.write(&fixture);
    let (status, out, err) = suggest(&fixture, &[&file]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        err.contains("the trail has more than 20000 different lines"),
        "{err}"
    );
}
