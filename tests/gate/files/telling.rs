//! A server of files whose errors tell the password of the login: it is in no result, no record and no log.

use std::process::Output;

use serde_json::json;

use super::FileSite;
use super::servers::site_of;
use crate::gate::cli::text;
use crate::support::scripted::ScriptedServer;

/// It has signs that are spelled otherwise where a text is quoted.
const PASSWORD: &str = "sesame-\"open\\door\"-7f3a";
/// How each spelling of it begins. A beginning that is cut off is a part of it, too.
const BEGIN: &str = "sesame";

fn site(tag: &str, server: &ScriptedServer) -> FileSite {
    let known_hosts = server.known_hosts("127.0.0.1");
    site_of(tag, server.port, &known_hosts, true, Some(PASSWORD))
}

#[test]
fn a_secret_in_the_words_of_a_server_is_in_no_result_record_or_log() {
    let server = ScriptedServer::asyncssh();
    let mut site = site("ftells", &server);
    let mut told = String::new();
    for name in ["tells", "repeats"] {
        std::fs::write(site.path(name), "content").unwrap();
        let refused = site.refused("ssh_read_file", name, json!({}));
        assert_eq!(refused["error"], "SFTP failure: Host gives no reason");
        told += &refused.to_string();
        let write = json!({"content": "new", "expected_sha256": super::sha256(b"content")});
        told += &site.refused("ssh_write_file", name, write).to_string();
        // At a terminal the operator sees the whole story.
        let path = site.text(name);
        let got: Output = site
            .client
            .fixture()
            .server()
            .args(["get", "box", &path, "-"])
            .output()
            .unwrap();
        told += &(text(&got.stdout) + &text(&got.stderr));
    }
    let log = site.client.finish_keeping();
    assert!(log.contains("the server said 4"), "{log}");
    assert!(
        log.contains("no entry for") && told.contains("no entry for"),
        "{log}"
    );
    for (what, text) in [("told", &told), ("log", &log)] {
        assert!(!text.contains(BEGIN), "{what}: {text}");
    }
}
