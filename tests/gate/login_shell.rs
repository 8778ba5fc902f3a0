//! An account whose login shell is tcsh: what it would read otherwise than it was judged does not run.

use std::process::Command;

use super::site::{Held, Site, ran};
use crate::support::client::Client;

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
