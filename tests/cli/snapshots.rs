//! What a person sees, word for word: help, `check`, `plan`. A text that changes is read before it is accepted:
//! `INSTA_UPDATE=always cargo test --test suite snapshots`, then `git diff`.

use std::fmt::Write;
use std::fs;

use super::help::subcommands;
use super::{mcp_ssh, output, said};

/// Lines that the example's policy allows, denies and has nobody asked about.
const LINES: [&str; 8] = [
    "df -h",
    "systemctl status nginx",
    "systemctl status nginx --host=other",
    "systemctl restart nginx",
    "tail -n 50 /var/log/syslog /etc/shadow",
    "sudo /sbin/shutdown -h now",
    "echo 'a",
    "df -h | sh -c 'id'",
];

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn the_help_of_every_subcommand() {
    let mut shown = output(&["--help"]).1;
    for subcommand in subcommands() {
        let (_, help, _) = output(&[&subcommand, "--help"]);
        writeln!(shown, "\n$ mcp-ssh {subcommand} --help\n{help}").unwrap();
    }
    settings().bind(|| insta::assert_snapshot!("help", shown));
}

/// Runs a subcommand on a copy of the example configuration, from where its folder is: whose the checkout is, and who may
/// change it, is no matter of these texts.
fn on_the_example(words: &[&str]) -> String {
    let root = tempfile::tempdir().unwrap();
    let config = root.path().join("examples/config");
    fs::create_dir_all(&config).unwrap();
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/config")).unwrap() {
        let file = file.unwrap();
        fs::write(
            config.join(file.file_name()),
            fs::read(file.path()).unwrap(),
        )
        .unwrap();
    }
    let mut command = mcp_ssh(&["--config", "examples/config", "--keys", "examples/config"]);
    let command = command.args(["--secrets", "examples"]).args(words);
    let told = command.current_dir(root.path()).output();
    let (status, out, err) = said(&told.unwrap());
    let err = err.replace(root.path().to_str().unwrap(), ".");
    format!("{out}{err}exit status {status}\n")
}

#[test]
fn check_of_the_example() {
    settings().bind(|| insta::assert_snapshot!("check", on_the_example(&["check"])));
}

#[test]
fn plan_of_lines_that_are_allowed_and_denied() {
    let mut shown = String::new();
    for line in LINES {
        let plan = on_the_example(&["plan", "prod-web-1", line]);
        writeln!(shown, "$ mcp-ssh plan prod-web-1 {line}\n{plan}").unwrap();
    }
    settings().bind(|| insta::assert_snapshot!("plan", shown));
}
