//! A secret for sudo that is not there: who needs it, who does not, and who is told.

use std::fs;

use super::{SudoSite, output, told};
use crate::gate::records::{lines, of_type};
use crate::gate::site::ssh_run;

const MISSING: &str = "sudo password missing: Provide the secret of sudo_password_secret";

/// Missing, empty, no UTF-8: `become` is refused before anything is dialled, and nothing else needs the secret.
#[test]
fn a_secret_that_cannot_be_read_is_missed_by_become_alone() {
    for (tag, bytes) in [
        ("sudonosecret", None),
        ("sudoempty", Some(&b""[..])),
        ("sudobytes", Some(&b"walnut\xff"[..])),
    ] {
        let site = SudoSite::start(tag, "");
        let secret = site.site.path("secrets/sudo");
        match bytes {
            None => fs::remove_file(&secret).unwrap(),
            Some(bytes) => fs::write(&secret, bytes).unwrap(),
        }
        let (mut client, held) = site.serve();
        let refused = told(&ssh_run(&mut client, "id -un"));
        assert_eq!(refused["error"], MISSING, "{tag}: {refused}");
        let log = held.0.sshd.log();
        assert!(!log.contains("Connection from"), "{tag}: {log}");
        let (text, code) = output(&ssh_run(&mut client, "id -u"));
        assert!(text != "0\n" && code == 0, "{tag}: {text}");
        client.close_stdin();
        let written = client.finish();
        let records = lines(&written);
        let outcomes = of_type(&records, "audit");
        let error = outcomes[0]["error"].as_str().unwrap();
        let field = "credential `ops` in credentials.yml: `sudo_password_secret`: ";
        assert!(error.contains(field), "{tag}: {error}");
        let not_hidden = "`sudo_password_secret` is not hidden in output";
        assert!(written.contains(not_hidden), "{tag}: {written}");
    }
}

/// What is hidden is what can be read now, on a connection that was made without it, too.
#[test]
fn a_secret_that_comes_later_is_hidden_at_once() {
    let site = SudoSite::start("sudolater", "");
    let secret = site.site.path("secrets/sudo");
    let password = fs::read_to_string(&secret).unwrap();
    fs::remove_file(&secret).unwrap();
    let (mut client, _held) = site.serve();
    let shown = |client: &mut _| output(&ssh_run(client, &format!("printf {password}"))).0;
    assert_eq!(shown(&mut client), password);
    client.fixture().write("secrets/sudo", &password);
    assert_eq!(shown(&mut client), "[redacted]");
    assert_eq!(output(&ssh_run(&mut client, "id -un")).0, "root\n");
}
