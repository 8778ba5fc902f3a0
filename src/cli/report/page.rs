//! The report as one page: HTML and CSS, without a script, a font or a picture from elsewhere.
//!
//! Takes a summary and what is told of the chain; writes the page. Its policy (`Content-Security-Policy`) lets a browser
//! load nothing and apply one style, by its hash: were a text of the trail ever markup, it could still do nothing.
//!
//! Refuses nothing; every text goes through [`Html::text`].

use std::io::{self, Write};

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::chain_told::ChainTold;
use super::figures::{grouped, time};
use super::html::Html;
use super::picture::activity;
use super::record_table::{filter_rules, filters, records};
use super::summary::{AHEAD, TrailSummary};
use super::tables;
use super::tally::Counts;

/// What the page, and nothing else, begins with.
pub const PAGE_BEGINNING: &str = "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n\
                                  <meta name=generator content=\"mcp-ssh audit report\">\n";
const STYLE: &str = include_str!("style.css");

/// Writes the page about these files.
///
/// # Errors
/// When it cannot be written.
pub fn page(
    files: &[String],
    summary: &TrailSummary,
    chain: &ChainTold,
    out: &mut dyn Write,
) -> io::Result<()> {
    let hosts = tables::busiest_hosts(summary);
    let style = format!("{STYLE}{}", filter_rules(&hosts));
    let hash = Base64::encode_string(&Sha256::digest(&style));
    let mut html = Html::new(out);
    html.all(&[
        PAGE_BEGINNING,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-",
        &hash,
        "'; base-uri 'none'; form-action 'none'\">\n",
        "<meta name=viewport content=\"width=device-width\">\n<meta name=color-scheme content=\"light dark\">\n",
        "<meta name=referrer content=no-referrer>\n<title>mcp-ssh audit report</title>\n<style>",
        &style,
        "</style>\n<body>\n",
    ]);
    header(files, summary, chain, &mut html);
    html.raw("<main>\n");
    totals(summary, &mut html);
    activity(summary, &mut html);
    tables::sessions(summary, &mut html);
    html.raw("<div class=pair>\n");
    tables::hosts(summary, &mut html);
    tables::rules(summary, &mut html);
    html.raw("</div>\n");
    tables::users(summary, &mut html);
    tables::exchanges(summary, &mut html);
    tables::denials(summary, &mut html);
    tables::approvals(summary, &mut html);
    tables::slowest(summary, &mut html);
    html.raw(
        "<section aria-labelledby=records-title id=records>\n<h2 id=records-title>Records</h2>\n",
    );
    filters(summary, &hosts, &mut html);
    records(summary, &hosts, &mut html);
    html.raw("</section>\n</main>\n");
    html.all(&[
        "<footer>mcp-ssh ",
        env!("CARGO_PKG_VERSION"),
        ". Times are UTC. This page loads nothing and runs no script.</footer>\n</body>\n</html>\n",
    ]);
    html.end()
}

fn header(files: &[String], summary: &TrailSummary, chain: &ChainTold, html: &mut Html<'_>) {
    html.raw("<header>\n<div class=title><h1>Audit report</h1>\n<p class=meta>");
    match summary.window {
        Some((first, last)) => {
            html.all(&["<span>", &time(first), " – ", &time(last), " UTC</span>"]);
        }
        None if summary.ahead == 0 => {
            html.raw("<span>no records</span>");
        }
        None => {}
    }
    let sessions = summary.sessions.len();
    let many = if sessions == 1 { "" } else { "s" };
    html.raw(" <span>")
        .number(sessions as u64)
        .all(&[" session", many]);
    html.raw("</span> <span>");
    for (at, file) in files.iter().enumerate() {
        html.raw(if at > 0 { ", <code>" } else { "<code>" });
        html.text(file).raw("</code>");
    }
    html.raw("</span>");
    if summary.earlier > 0 {
        html.raw(" <span>")
            .number(summary.earlier)
            .raw(" earlier records are left out, as --since asks</span>");
    }
    if summary.ahead > 0 {
        html.raw(" <span>")
            .number(summary.ahead)
            .all(&[" ", AHEAD, "</span>"]);
    }
    html.raw("</p></div>\n");
    let (class, label) = if chain.whole {
        ("good", "Head")
    } else {
        ("bad", "First bad line")
    };
    html.all(&[
        "<section class=\"chain ",
        class,
        "\" aria-label=Chain>\n<h2>",
    ]);
    html.text(&chain.headline);
    html.all(&["</h2>\n<p><b>", label, "</b> <code>"]);
    html.text(&chain.detail).raw("</code></p>\n");
    for note in &chain.notes {
        html.raw("<p class=note>").text(note).raw("</p>\n");
    }
    html.raw("</section>\n</header>\n");
}

/// The figures at the top.
fn totals(summary: &TrailSummary, html: &mut Html<'_>) {
    let Counts {
        succeeded,
        failed,
        denied,
        security,
        ..
    } = summary.counts;
    let answers = summary.approvals.answers;
    let of = |number: u64, what: &str| match number {
        0 => String::new(),
        _ => format!("{} {what}", grouped(number)),
    };
    let unended = of(summary.entries.unended(), "without an end");
    let approvals = [
        of(answers.approved, "approved"),
        of(answers.refused, "refused"),
        of(answers.undecided, "undecided"),
    ];
    let approvals: Vec<&str> = approvals
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    html.raw("<dl class=totals>\n");
    for (class, number, what, more) in [
        ("s", succeeded, "succeeded", unended.as_str()),
        ("f", failed, "failed", &of(summary.not_run, "never ran")),
        ("d", denied, "denied", ""),
        ("a", answers.asked, "asked a person", &approvals.join(", ")),
        ("y", security, "security events", ""),
    ] {
        html.all(&["<div class=", class, "><dt>", what, "</dt><dd>"])
            .number(number)
            .all(&["</dd><dd class=more>", more, "</dd></div>\n"]);
    }
    html.raw("</dl>\n");
}
