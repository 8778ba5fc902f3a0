//! An account whose login shell is tcsh: what it would read otherwise than it was judged does not run.

use std::process::Command;

use super::site::{Held, Site, ran, ssh_run};
use crate::support::client::Client;
use crate::support::keys::KeyPair;
use crate::support::sshd::Sshd;

fn serve(tag: &str, shell: &str) -> (Client, Held) {
    let site = Site::start(tag);
    let account = &site.account.name;
    let changed = Command::new("usermod")
        .args(["-s", shell, account])
        .status();
    assert!(changed.unwrap().success());
    site.serve()
}

#[test]
fn quoted_text_does_not_run_in_csh() {
    let folder = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let file = folder.path().join("ran");
    let touch = format!("touch {}", file.display());
    let lines = [
        format!("echo '!#;{touch};' '!#' ';{touch};'"),
        format!("echo 'a;{touch};!#' 'b!#'"),
        format!("echo 'a\n{touch}\nb'"),
    ];
    let (mut client, held) = serve("csh", "/usr/bin/tcsh");
    assert_eq!(ran(&mut client, "echo 'a;b'")["output"], "a;b\n");
    for line in &lines {
        let told = ran(&mut client, line);
        assert_eq!(told["exit_code"], 127, "{told}");
        let output = told["output"].as_str().unwrap();
        assert!(
            output.contains("csh, the login shell of this account"),
            "{told}"
        );
        assert!(!file.exists(), "{line}");
    }
    drop((client, held));
    let (mut client, held) = serve("nocsh", "/bin/sh");
    for line in &lines {
        let printed = line.strip_prefix("echo ").unwrap().replace('\'', "");
        assert_eq!(ran(&mut client, line)["output"], format!("{printed}\n"));
    }
    assert!(!file.exists());
    drop(held);
}

/// cmd.exe and PowerShell know other quotes: what they would read otherwise is not sent.
#[test]
fn a_host_that_says_windows_gets_plain_words_alone() {
    let user = KeyPair::ed25519();
    let sshd = Sshd::builder().authorize(&user);
    let sshd = sshd.config("VersionAddendum for_Windows_9.5").start();
    let (mut client, held) = Site::of("win", sshd, user).serve();
    for line in [
        "echo 'a & calc'",
        r"echo C:\\logs",
        "echo \"a b\"",
        "echo %PATH%",
        "echo a^b",
        "echo 'a\nb'",
        // cmd.exe: one command, with these words behind it.
        "echo a; echo b",
        // Two operands for each of its shells, and one for a rule.
        "cat logs/a,C:/secret",
        "echo a=b",
        "echo @args",
        "echo a 2>/dev/null",
    ] {
        let told = ssh_run(&mut client, line);
        let text = told["content"][0]["text"].as_str().unwrap();
        let words = "SSH command not sent: Windows does not read quotes";
        assert!(text.contains(words), "{line}: {told}");
    }
    assert_eq!(
        ran(&mut client, "echo plain words")["output"],
        "plain words\n"
    );
    drop(held);
}
