//! Debian's chromium without a window: what it makes of a page.

use std::path::Path;
use std::process::{Command, Stdio};

/// How a person sees the page.
#[derive(Clone, Copy)]
pub enum Scheme {
    Dark,
    Light,
}

/// Chromium on a page with a profile that is new.
fn chromium(page: &Path, words: &[&str]) -> Vec<u8> {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        // Root has no sandbox; the pages are ours, or a test's.
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ])
        .args([
            "--no-first-run",
            "--disable-background-networking",
            "--hide-scrollbars",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(words)
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("chromium: {error}: run `make tools`"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    output.stdout
}

/// The document, once it is loaded and its scripts, if any, have run.
pub fn dom(page: &Path) -> String {
    String::from_utf8(chromium(page, &["--dump-dom"])).unwrap()
}

/// The colour of the first pixel as `rrggbb`, and how many colours there are.
pub fn seen(page: &Path, scheme: Scheme) -> (String, usize) {
    let directory = tempfile::tempdir().unwrap();
    let picture = directory.path().join("page.png");
    let scheme = match scheme {
        Scheme::Dark => 0,
        Scheme::Light => 1,
    };
    chromium(
        page,
        &[
            &format!("--blink-settings=preferredColorScheme={scheme}"),
            "--window-size=800,700",
            &format!("--screenshot={}", picture.display()),
        ],
    );
    let output = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/support/pixels.py"
        ))
        .arg(&picture)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let (first, colours) = told.trim().split_once(' ').unwrap();
    (first.to_owned(), colours.parse().unwrap())
}
