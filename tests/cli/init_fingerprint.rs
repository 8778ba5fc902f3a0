//! The fingerprint that a person compares in `mcp-ssh init`: of which file it is, and what of a pasted line is taken.

use std::fs;

use super::init_host::{home, typed};
use super::{mcp_ssh, said};
use crate::gate::site::Site;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

#[test]
fn the_file_of_the_shown_key_is_named_and_its_line_may_be_pasted() {
    for (key, name) in [
        (KeyPair::ecdsa(256), "ecdsa"),
        (KeyPair::rsa(2048), "rsa"),
        (KeyPair::ed25519(), "ed25519"),
    ] {
        let user = KeyPair::ed25519();
        let sshd = Sshd::builder().host_key(&key).authorize(&user).start();
        let site = Site::of(&format!("file{name}"), sshd, user);
        let home = home(&site);
        let host = format!("127.0.0.1:{}", site.sshd.port());
        let scanned = said(&site.run(&["keyscan", &host])).2;
        let fingerprint = scanned.split_whitespace().last().unwrap();
        let line = format!("256 {fingerprint} root@web 1 ({})", name.to_uppercase());
        let two = format!("{line} {line}");
        let me = &site.account.name;
        let answers = ["", &host, "MD5:00:11", &two, &line, me, "web-1", "", "", ""];
        let (status, told) = typed(home.path(), "init", &answers);
        assert_eq!(status, 0, "{told}");
        for part in [
            format!("`ssh-keygen -lf /etc/ssh/ssh_host_{name}_key.pub`"),
            "it has no `SHA256:` in it".to_owned(),
            "it has more than one fingerprint".to_owned(),
        ] {
            assert!(told.contains(&part), "{part}: {told}");
        }
        let key = home.path().join(".ssh/id_ed25519");
        let root = home.path().join("named");
        let init = |fingerprint: &str| {
            let words = ["init", "--host", &host, "--user", me];
            let mut init = mcp_ssh(&words);
            init.args(["--fingerprint", fingerprint, "--key"]);
            said(&init.arg(&key).arg(&root).output().unwrap())
        };
        for (odd, why) in [
            (&*two, "has more than one fingerprint"),
            ("MD5:00:11", "has no `SHA256:` in it"),
        ] {
            let (status, out, err) = init(odd);
            assert_eq!(
                (status, out.as_str(), root.exists()),
                (2, "", false),
                "{err}"
            );
            assert!(err.contains(why), "{err}");
        }
        let (status, out, err) = init(&line);
        assert_eq!(status, 0, "{out}{err}");
        let known =
            |root: &str| fs::read_to_string(home.path().join(root).join("keys/known_hosts"));
        assert_eq!(known("named").unwrap(), known("mcp-ssh").unwrap());
    }
}
