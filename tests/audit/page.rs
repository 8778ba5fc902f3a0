//! The page of `audit report` in a real browser: hostile lines stay text, and what it looks like.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use serde_json::json;

use super::command_line::audit;
use super::{chained, report::day, text};
use crate::support::browser::{Scheme, dom, seen};

/// A page about these lines.
fn page(directory: &Path, lines: &[u8]) -> PathBuf {
    let path = directory.join("page.html");
    let words = ["report", "--html", path.to_str().unwrap(), "-"];
    let (_, stdout, _) = audit(&words, lines);
    assert!(stdout.contains("; see "), "{stdout}");
    path
}

/// A port, and how many requests came to it. Each is ended at once: a page waits for its pictures.
fn listener() -> (Arc<AtomicUsize>, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream);
            count.fetch_add(1, SeqCst);
        }
    });
    (heard, port)
}

/// Denials of commands; the last line is what it is.
fn denied(commands: &[&str], alias: &str) -> Vec<u8> {
    let record = |command: &&str| {
        let record = json!({"type": "policy_decision", "ts": 1.8e9, "alias": alias, "hash": alias,
            "allowed": false, "reason": command, "rule": command, "client": command, "command": command});
        (alias.to_owned(), record)
    };
    let records: Vec<_> = commands.iter().map(record).collect();
    let records: Vec<_> = records
        .iter()
        .map(|(session, record)| (session.as_str(), record.clone()))
        .collect();
    text(&chained(&records)).into_bytes()
}

#[test]
fn hostile_lines_are_text_and_nothing_runs_or_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let (heard, port) = listener();
    let image = format!("<img src=http://127.0.0.1:{port}/x onerror=\"document.title='owned'\">");
    let hostile = [
        "</style><script>document.title='owned'</script>",
        "</title></head><body onload=\"document.title='owned'\">",
        "\"><svg onload=document.title='owned'>",
        "--><!--<![CDATA[ &lt; &amp;amp; %3Cscript%3E ${x}",
        &image,
        "javascript:document.title='owned'",
    ];
    // The browser would run and load all that, were it markup.
    let control = directory.path().join("control.html");
    fs::write(
        &control,
        format!("<!doctype html><title>x</title>{image}{}", &hostile[0][8..]),
    )
    .unwrap();
    assert!(dom(&control).contains("<title>owned</title>"));
    let before = heard.load(SeqCst);
    assert!(before > 0, "a picture is asked for");

    let mut lines = denied(&hostile, "<b>web</b>'\"");
    lines.extend(b"{\"type\":\"policy_decision\",\"alias\":\"\\ud800\"}\n\xff\xfe<script>\n");
    let page = page(directory.path(), &lines);
    let shown = dom(&page);
    assert_eq!(heard.load(SeqCst), before, "the page asked for something");
    assert!(
        shown.contains("<title>mcp-ssh audit report</title>"),
        "{shown}"
    );
    for tag in ["<script", "<img", "<svg onload", "<body onload"] {
        assert!(!shown.contains(tag), "{tag}");
    }
    for text in hostile {
        // As a browser writes a text that it holds.
        let verbatim = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let code = format!("<code>{verbatim}</code>");
        assert!(shown.contains(&code), "{text}");
    }
    assert!(shown.contains("2 lines are no record, and are not shown."));

    // Were a line markup after all, the page's policy would stop it.
    let written = fs::read_to_string(&page).unwrap();
    let broken = written.replace("<main>", &format!("<main>{}{image}", hostile[0]));
    fs::write(&page, broken).unwrap();
    let shown = dom(&page);
    assert!(shown.contains("<script>") && shown.contains("<title>mcp-ssh audit report</title>"));
    assert_eq!(heard.load(SeqCst), before, "the policy let a request pass");
}

#[test]
fn what_is_not_seen_is_shown_by_its_number_and_what_is_long_is_cut() {
    let directory = tempfile::tempdir().unwrap();
    let long = "x".repeat(60_000);
    let lines = denied(
        &["a\0b\u{202e}c\u{200b}d\te\n\u{1b}[31m\u{e0041}", &long],
        "web",
    );
    let written = fs::read_to_string(page(directory.path(), &lines)).unwrap();
    let number = |number: &str| format!("<b class=c>U+{number}</b>");
    let [nul, turn, none, tab, line, escape, tag] =
        ["0000", "202E", "200B", "0009", "000A", "001B", "E0041"].map(number);
    let shown = format!("<code>a{nul}b{turn}c{none}d{tab}e{line}{escape}[31m{tag}</code>");
    assert!(written.contains(&shown));
    let cut = format!(
        "<code>{}</code><b class=c>57,952 more bytes</b>",
        "x".repeat(2_048)
    );
    assert!(written.contains(&cut));
    let is_raw = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
    assert!(!written.contains(is_raw));
    assert!(written.len() < 40_000, "{}", written.len());
}

#[test]
fn the_page_is_light_or_dark_as_the_reader_wants_it() {
    let directory = tempfile::tempdir().unwrap();
    let page = page(directory.path(), text(&day()).as_bytes());
    // The colour of the page is that of its style: the policy knows the style's hash.
    for (scheme, colour) in [(Scheme::Light, "f7f7f5"), (Scheme::Dark, "131416")] {
        let (first, colours) = seen(&page, scheme);
        assert_eq!(first, colour);
        assert!(colours > 100, "{colours} colours: the page is blank");
    }
}

#[test]
fn the_filters_hide_records_without_a_script() {
    let directory = tempfile::tempdir().unwrap();
    let path = page(directory.path(), text(&day()).as_bytes());
    let cases = [
        ("", 9),
        ("box('d')", 7),
        ("box('d');box('a')", 5),
        ("host('web')", 3),
        ("host('web');box('s')", 2),
        ("for (const end of 'sfduay') box(end)", 0),
    ];
    let mut script = "const box = (end) => document.querySelector('#show-' + end).checked = false;\
        const host = (name) => [...document.querySelectorAll('option')]\
          .find((option) => option.text === name).selected = true;\
        const shown = () => [...document.querySelectorAll('#records tbody tr')]\
          .filter((row) => getComputedStyle(row).display !== 'none').length;\
        const counts = [];"
        .to_owned();
    for (chosen, _) in cases {
        script += &format!("document.querySelector('form').reset();{chosen};counts.push(shown());");
    }
    script += "document.title = counts.join(' ');";
    let counts = cases.map(|(_, count)| count.to_string()).join(" ");
    assert!(
        with_script(&path, &script).contains(&format!("<title>{counts}</title>")),
        "{counts}"
    );
}

/// A page about these records, without its policy and with a script of the test. The page itself has none.
fn with_script(page: &Path, script: &str) -> String {
    let written = fs::read_to_string(page).unwrap();
    let (before, behind) = written.split_once("<meta http-equiv").unwrap();
    let behind = behind.split_once('>').unwrap().1;
    let scripted = page.with_file_name("scripted.html");
    fs::write(
        &scripted,
        format!("{before}{behind}<script>{script}</script>"),
    )
    .unwrap();
    dom(&scripted)
}

/// A browser lays out the blocks that are near what is seen, and leaves the others until they are.
fn laid_out_in_blocks(page: &Path) {
    let shown = with_script(
        page,
        "const blocks = [...document.querySelectorAll('.block')];\
         const near = blocks.filter((block) =>\
           block.querySelector('td').checkVisibility({contentVisibilityAuto: true}));\
         document.title = `${blocks.length} blocks, ${near.length < 10 ? 'few' : 'many'} laid out`;",
    );
    assert!(shown.contains("<title>100 blocks, few laid out</title>"));
}

#[test]
fn the_latest_ten_thousand_records_are_shown_and_the_others_counted() {
    let records: Vec<_> = (0..12_345)
        .map(|at| {
            let alias = format!("host-{}", at % 11_000);
            let record = json!({"type": "policy_decision", "ts": f64::from(at), "alias": alias,
                "hash": format!("{at}"), "allowed": false, "reason": "default_deny"});
            ("s", record)
        })
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let lines = text(&chained(&records));
    let page = page(directory.path(), lines.as_bytes());
    let shown = dom(&page);
    laid_out_in_blocks(&page);
    assert_eq!(shown.matches("<tr class=\"d").count(), 10_000);
    assert!(shown.contains("2,345 older records are counted above, and left out here."));
    assert!(shown.contains("records are of names for which there was no room."));
    assert!(shown.contains("<dt>denied</dt><dd>12,345</dd>"));
    // What a page takes grows with its rows, not with the trail.
    assert!(shown.len() < 10_000 * 400, "{}", shown.len());
}
