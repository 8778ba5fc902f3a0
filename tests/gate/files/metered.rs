//! How far a copy is, at a terminal: shown while it goes on, gone when it has ended, and never in a pipe. script(1) is the
//! terminal, and the server is slow.

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{sha256, site_over};
use crate::gate::cli::text;
use crate::gate::site::Site;

/// What takes the line away.
const AWAY: &str = "\r\u{1b}[K";
/// The name of a file that would wipe a screen and turn a line around.
const HOSTILE: &str = "bl\u{1b}[2J\u{202e}ob";

fn slow(tag: &str) -> (Site, TempDir) {
    let entries = "- {action: allow, read: ['DIR/*'], write: ['DIR/*'], max_bytes: 9000000}";
    site_over(tag, entries, include_str!("slow_sftp.py"))
}

/// What a terminal of so many columns is sent; `$FAR` is a path of the host, `$NEAR` the name of a file here.
fn sent(site: &Site, here: &TempDir, columns: u32, words: &str, far: &str) -> String {
    let program = env!("CARGO_BIN_EXE_mcp-ssh");
    let command = format!("stty cols {columns}; exec {program} {words}");
    let mut script = Command::new("script");
    let script = script
        .args(["-qec", &command, "/dev/null"])
        .envs(site.fixture.environment())
        .envs([("NO_COLOR", "1"), ("FAR", far), ("NEAR", HOSTILE)])
        .current_dir(here.path());
    let output = script.stdin(Stdio::null()).output();
    let output = output.expect("script(1) is there: apt-get install bsdutils");
    text(&output.stdout).replace("\r\n", "\n")
}

/// The lines that were written anew, and what stands there in the end.
fn split(sent: &str) -> (Vec<&str>, &str) {
    let mut parts: Vec<&str> = sent.split(AWAY).collect();
    let end = parts.pop().unwrap();
    assert_eq!(parts.first(), Some(&""), "{sent:?}");
    (parts.split_off(1), end)
}

/// The megabytes that a line says, which are never fewer than before and never more than there are.
fn grow(lines: &[&str], most: f64) {
    let mut before = 0.0;
    for line in lines {
        let line = line.strip_prefix("mcp-ssh: ").unwrap();
        let copied: f64 = line.split(' ').next().unwrap().parse().unwrap();
        assert!(before <= copied && copied <= most, "{lines:?}");
        assert!(line.ends_with(" MB/s"), "{lines:?}");
        before = copied;
    }
}

#[test]
fn a_terminal_shows_how_far_a_copy_is_and_a_pipe_does_not() {
    let (site, there) = slow("fmeter");
    let content = vec![7; 3_000_000];
    let far = there.path().join("blob").to_str().unwrap().to_owned();
    fs::write(&far, &content).unwrap();
    let here = tempfile::tempdir().unwrap();
    let shown_name = "bl\u{fffd}[2J\u{fffd}ob";
    let told = format!("{shown_name}: 3000000 bytes, sha256 {}\n", sha256(&content));
    // Where the terminal does not say how wide it is, it has 80 columns.
    for (columns, width) in [(80, 80), (0, 80), (18, 18)] {
        let sent = sent(&site, &here, columns, "get box \"$FAR\" \"$NEAR\"", &far);
        let (lines, end) = split(&sent);
        assert!(lines.len() >= 2, "{sent:?}");
        // A line that fills the last column, or goes on in the next row, could not be taken away.
        let is_narrow = |line: &&str| line.chars().count() < width;
        assert!(lines.iter().all(is_narrow), "{sent:?}");
        if width == 80 {
            grow(&lines, 3.0);
        }
        assert_eq!(end, told);
        assert_eq!(fs::read(here.path().join(HOSTILE)).unwrap(), content);
        fs::remove_file(here.path().join(HOSTILE)).unwrap();
    }
    // stdout may be a pipe, and a person still watches stderr.
    let sent = sent(&site, &here, 80, "get box \"$FAR\" - | tail -c 3", &far);
    let (lines, end) = split(&sent);
    assert!(lines.len() >= 2, "{sent:?}");
    assert_eq!(end, "\u{7}\u{7}\u{7}", "{sent:?}");
    let piped = site.command(&["get", "box", &far, HOSTILE]);
    let piped = { piped }.current_dir(here.path()).output().unwrap();
    assert_eq!(text(&piped.stdout), told);
    assert!(
        !text(&piped.stderr).contains('\r'),
        "{}",
        text(&piped.stderr)
    );
}

#[test]
fn a_terminal_shows_how_much_is_written_of_what_there_is() {
    let (site, there) = slow("fmeterp");
    let here = tempfile::tempdir().unwrap();
    let content = vec![7; 8_000_000];
    fs::write(here.path().join("blob"), &content).unwrap();
    let far = there.path().join("blob").to_str().unwrap().to_owned();
    let sent = sent(&site, &here, 80, "put blob box \"$FAR\"", &far);
    let (lines, end) = split(&sent);
    assert!(lines.len() >= 2, "{sent:?}");
    assert!(
        lines.iter().all(|line| line.contains(" of 8.0 MB, ")),
        "{sent:?}"
    );
    grow(&lines, 8.0);
    let told = format!("box: created, 8000000 bytes, sha256 {}\n", sha256(&content));
    assert_eq!(end, told);
}
