//! Which hosts have no post-quantum key exchange: what `audit report` and `audit tail` tell of connections.

use serde_json::{Value, json};

use super::{chained, command_line::audit, text};

/// Connections of two processes; the last one of each host counts.
fn trail() -> Vec<String> {
    let made = |ts: f64, alias: &str, kex: &str| -> Value {
        json!({"type": "connection", "ts": ts, "alias": alias, "connection": 1, "target_ip": "192.0.2.1",
            "server": "SSH-2.0-x", "kex": kex, "cipher": "aes256-gcm@openssh.com", "mac": "aead",
            "host_key": "ssh-ed25519", "post_quantum": kex.starts_with("mlkem")})
    };
    chained(&[
        ("a", made(1.0, "mended", "curve25519-sha256")),
        ("a", made(2.0, "worse", "mlkem768x25519-sha256")),
        ("a", made(3.0, "old", "ecdh-sha2-nistp256")),
        ("b", made(4.0, "mended", "mlkem768x25519-sha256")),
        ("b", made(5.0, "worse", "curve25519-sha256\u{1b}[2J")),
        ("b", made(6.0, "old", "ecdh-sha2-nistp256")),
    ])
}

#[test]
fn the_report_lists_the_hosts_whose_last_exchange_was_not_post_quantum() {
    let lines = text(&trail());
    let (status, stdout, stderr) = audit(&["report", "-"], lines.as_bytes());
    assert_eq!((status, stderr.as_str()), (0, ""));
    let (totals, rows) = stdout
        .split_once("\nNo post-quantum key exchange\n")
        .unwrap_or_else(|| panic!("{stdout}"));
    assert!(
        totals.contains("        6  connections were made\n"),
        "{totals}"
    );
    let hosts = "        2  hosts without a post-quantum key exchange\n";
    assert!(totals.contains(hosts), "{totals}");
    let rows: Vec<&str> = rows.lines().collect();
    let [first, second] = rows.as_slice() else {
        panic!("{stdout}");
    };
    assert_eq!(*first, "  old: ecdh-sha2-nistp256");
    assert!(second.starts_with("  worse: curve25519-sha256"), "{second}");
    assert!(!stdout.contains('\u{1b}'), "{stdout:?}");
}

#[test]
fn the_page_lists_them_and_a_trail_without_any_has_no_such_table() {
    let folder = tempfile::tempdir().unwrap();
    let page = |lines: &[String]| {
        let path = folder.path().join("page.html");
        let words = ["report", "--html", path.to_str().unwrap(), "-"];
        let (status, _, stderr) = audit(&words, text(lines).as_bytes());
        assert_eq!(status, 0, "{stderr}");
        std::fs::read_to_string(path).unwrap()
    };
    let whole = page(&trail());
    let (_, table) = whole.split_once("<h2 id=exchanges>").unwrap();
    let (table, _) = table.split_once("</section>").unwrap();
    for (host, listed) in [("old", true), ("worse", true), ("mended", false)] {
        assert_eq!(
            table.contains(&format!(">{host}<")),
            listed,
            "{host}: {table}"
        );
    }
    let without = super::chain(&["a"]);
    assert!(!page(&without).contains("id=exchanges"));
}

#[test]
fn tail_shows_a_connection_as_one_line() {
    let lines = trail();
    let (status, stdout, stderr) = audit(&["tail", "-n", "1", "-"], text(&lines).as_bytes());
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(stdout.contains(" connected old "), "{stdout}");
    for part in [
        " kex=ecdh-sha2-nistp256",
        " mac=aead",
        " cipher=aes256-gcm@openssh.com",
    ] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
}
