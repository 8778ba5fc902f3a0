//! The records of files: a look, a decision and an end, with digests and without content.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::{Value, json};

use super::{ALL, FileSite, sha256, site_over};
use crate::support::marker::within;

#[test]
fn each_step_is_on_record_and_no_content_is() {
    let mut site = FileSite::start("frecord", ALL);
    site.write("a", "sesame-old");
    let expected = json!({"content": "sesame-new", "expected_sha256": sha256(b"sesame-old")});
    let written = site.done("ssh_write_file", "a", expected);
    site.done("ssh_read_file", "a", json!({}));
    site.refused("ssh_read_file", "none", json!({}));
    site.refused("ssh_read_file", "/etc/passwd", json!({}));
    let path = site.text("a");
    let log = site.client.finish();
    let records: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|record: &Value| record.get("access").is_some())
        .collect();
    let of = |access: &str, path: &str| -> Vec<Value> {
        let is = |record: &&Value| record["access"] == access && record["path"] == path;
        records.iter().filter(is).cloned().collect()
    };
    let kinds = |records: &[Value]| -> Vec<String> {
        records
            .iter()
            .map(|its| its["type"].as_str().unwrap().to_owned())
            .collect()
    };
    let writes = of("write", &path);
    assert_eq!(
        kinds(&writes),
        ["look", "policy_decision", "audit"],
        "{writes:?}"
    );
    for record in &writes {
        assert_eq!(record["task_id"], written["task_id"], "{record}");
        assert_eq!(record["alias"], "box", "{record}");
        assert_eq!(record["hash"], writes[0]["hash"], "{record}");
    }
    let (decision, outcome) = (&writes[1], &writes[2]);
    for record in [decision, outcome] {
        assert_eq!(record["sha256_before"], sha256(b"sesame-old"), "{record}");
        assert_eq!(record["sha256_after"], sha256(b"sesame-new"), "{record}");
        assert_eq!(record["bytes"], 10, "{record}");
    }
    assert_eq!(
        (&decision["allowed"], &decision["rule"]),
        (&json!(true), &json!("files[0]"))
    );
    assert_eq!(
        (&outcome["exit_code"], outcome.get("error")),
        (&json!(0), None)
    );
    let reads = of("read", &path);
    assert_eq!(kinds(&reads), ["look", "policy_decision", "audit"]);
    assert_eq!(reads[2]["sha256_before"], sha256(b"sesame-new"));
    let missing = of("read", &path.replace("/a", "/none"));
    assert_eq!(
        kinds(&missing),
        ["look", "policy_decision", "audit"],
        "{missing:?}"
    );
    assert_eq!(missing[2]["exit_code"], -1);
    let denied = of("read", "/etc/passwd");
    assert_eq!(kinds(&denied), ["policy_decision"]);
    assert_eq!(
        (&denied[0]["allowed"], &denied[0]["reason"]),
        (&json!(false), &json!("no_matching_entry"))
    );
    assert!(!log.contains("sesame"), "{log}");
}

/// The trail takes no line any more once others may read it: here just before the decision, then before the look.
#[test]
fn what_cannot_be_written_down_is_not_looked_at_and_not_opened() {
    let stage = tempfile::tempdir().unwrap();
    fs::set_permissions(stage.path(), Permissions::from_mode(0o777)).unwrap();
    let (began, go) = (stage.path().join("began"), stage.path().join("go"));
    let waits = format!(
        "#!/bin/sh\n: >>{}\nwhile [ ! -e {} ]; do sleep 0.05; done\nexec /usr/lib/openssh/sftp-server\n",
        began.display(),
        go.display()
    );
    let (mut site, folder) = site_over("funrec", ALL, &waits);
    let trail = format!("{}/trail", site.fixture.path("audit"));
    site.fixture.set("MCP_SSH_AUDIT_FILE", &trail);
    let (client, held) = site.serve();
    let mut site = FileSite {
        client,
        held,
        folder,
    };
    site.write("a", "old");
    let create = json!({"alias": "box", "path": site.text("b"), "content": "new", "create": true});
    let call = json!({"name": "ssh_write_file", "arguments": create});
    let id = site.client.begin("tools/call", call);
    assert!(within(Duration::from_secs(20), || began.exists()));
    fs::set_permissions(&trail, Permissions::from_mode(0o644)).unwrap();
    fs::write(&go, "").unwrap();
    let told = site.client.response(&id)["result"]["content"][0]["text"].to_string();
    let unrecorded = "the audit record could not be written, so nothing was done";
    assert!(told.contains(unrecorded), "{told}");
    fs::remove_file(&began).unwrap();
    let refused = site.refused("ssh_read_file", "a", json!({}));
    assert_eq!(refused["error"], unrecorded);
    assert!(!began.exists());
    assert_eq!(site.names(), ["a"]);
    fs::set_permissions(&trail, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(site.done("ssh_read_file", "a", json!({}))["content"], "old");
}
