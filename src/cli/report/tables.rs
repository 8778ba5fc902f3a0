//! The tables of a page.
//!
//! Takes a summary; writes each table, or nothing where there is nothing to tell. Refuses to show more rows than a person
//! reads: what is left out is counted below the table.

use super::clipped::Clipped;
use super::html::Html;
use super::picture::{SIDE, parts, rect};
use super::summary::{BETWEEN, TrailSummary};
use super::tally::{Counts, Tally, TallyRow};
use crate::audit::ApprovalSense;

/// Rows of a table.
const MAX_ROWS: usize = 100;
/// Rows that are seen at once; a checkbox shows the others.
const SEEN_ROWS: usize = 12;
/// Hosts that the records can be filtered by.
const MAX_FILTERED: usize = 50;

/// The hosts with the most records.
pub fn busiest_hosts(summary: &TrailSummary) -> Vec<&str> {
    let (hosts, _) = summary.hosts.ranked(by_total, MAX_FILTERED);
    hosts.iter().map(|row| row.name.as_str()).collect()
}

fn by_total(row: &TallyRow) -> f64 {
    weight(row.counts.total())
}

fn by_denied(row: &TallyRow) -> f64 {
    weight(row.counts.denied)
}

fn by_time(row: &TallyRow) -> f64 {
    // A record of 1970 is one, too.
    row.last.max(0.001)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "only the order counts, and no trail has 2^53 lines"
)]
fn weight(count: u64) -> f64 {
    count as f64
}

/// Who wrote, from when to when, and what happened meanwhile.
pub fn sessions(summary: &TrailSummary, html: &mut Html<'_>) {
    let (rows, count) = summary.sessions.ranked(by_time, MAX_ROWS);
    let Some((from, to)) = summary.window else {
        return;
    };
    let columns = [
        ("", "Session"),
        ("", "Client"),
        ("", "First record"),
        ("n", "Lasted"),
        ("span", "When"),
        ("n", "Succeeded"),
        ("n", "Failed"),
        ("n", "Denied"),
        ("n", "Asked"),
    ];
    open("sessions", "Sessions", &columns, html);
    for (at, row) in rows.iter().enumerate() {
        let short = Clipped::of(&row.name, 8).text;
        tr(at, html);
        html.raw("<th scope=row title=\"").attribute(&row.name);
        html.raw("\"><code>").text(&short).raw("</code>");
        html.cell("w", &row.label).moment(row.first);
        html.took(milliseconds(row.last - row.first));
        html.raw("<td class=span><svg aria-hidden=true viewBox=\"0 0 1000 10\" preserveAspectRatio=none>");
        rect("track", [0, 4, SIDE, 2], html);
        let span = (to - from).max(1.0);
        let x = share(row.first - from, span).min(SIDE - 6);
        let wide = share(row.last - row.first, span).clamp(6, SIDE - x);
        rect("span", [x, 0, wide, 10], html);
        html.raw("</svg>");
        for number in [
            row.counts.succeeded,
            row.counts.failed,
            row.counts.denied,
            row.counts.asked,
        ] {
            html.count(number);
        }
        html.raw("\n");
    }
    close(count, summary.sessions.others(), html);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "f64 to u64 saturates; what is shown is a length"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1_000.0) as u64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "f64 to u64 saturates; what is shown is a length"
)]
fn share(part: f64, whole: f64) -> u64 {
    (part / whole * 1_000.0) as u64
}

/// What became of the commands on each host.
pub fn hosts(summary: &TrailSummary, html: &mut Html<'_>) {
    let columns = ["Host", "Succeeded", "Failed", "Denied", "Asked"];
    counted(("hosts", "By host"), columns, &summary.hosts, html);
}

/// What each rule decided.
pub fn rules(summary: &TrailSummary, html: &mut Html<'_>) {
    let columns = ["Rule", "Allowed", "", "Denied", "Asked"];
    counted(("rules", "By rule"), columns, &summary.rules, html);
}

/// As whom sudo ran commands.
pub fn users(summary: &TrailSummary, html: &mut Html<'_>) {
    let columns = ["User", "Allowed", "", "Denied", ""];
    counted(("users", "By sudo, as"), columns, &summary.users, html);
}

/// The hosts whose last connection had no post-quantum key exchange.
pub fn exchanges(summary: &TrailSummary, html: &mut Html<'_>) {
    let (rows, count) = summary.exchanges.classical(MAX_ROWS);
    if rows.is_empty() {
        return;
    }
    let columns = [("", "Host"), ("", "Key exchange"), ("", "Last connection")];
    open("exchanges", "No post-quantum key exchange", &columns, html);
    for (at, row) in rows.iter().enumerate() {
        tr(at, html);
        html.cell("w", &row.name).cell("w", &row.label);
        html.moment(row.last).raw("\n");
    }
    close(count, None, html);
}

/// A table of counts; a column without a name is left out.
fn counted((id, title): (&str, &str), columns: [&str; 5], tally: &Tally, html: &mut Html<'_>) {
    let (rows, count) = tally.ranked(by_total, MAX_ROWS);
    let Some(most) = rows.iter().map(|row| row.counts.commands()).max() else {
        return;
    };
    let [name, numbers @ ..] = columns;
    let [first, second, third, fourth] = numbers.map(|words| ("n", words));
    let share = ("bar", "<span class=hidden>Share</span>");
    open(
        id,
        title,
        &[("", name), first, second, third, fourth, share],
        html,
    );
    for (at, row) in rows.iter().enumerate() {
        tr(at, html);
        html.raw("<th scope=row>").text(&row.name);
        let counts = row.counts;
        let counted = [counts.succeeded, counts.failed, counts.denied, counts.asked];
        for (number, column) in counted.into_iter().zip(numbers) {
            if !column.is_empty() {
                html.count(number);
            }
        }
        html.raw(
            "<td class=bar><svg aria-hidden=true viewBox=\"0 0 1000 10\" preserveAspectRatio=none>",
        );
        let mut x = 0;
        for (class, number) in parts(Counts {
            security: 0,
            ..counts
        }) {
            let wide = (number * SIDE).div_ceil(most.max(1)).min(SIDE - x);
            rect(class, [x, 0, wide, 10], html);
            x += wide;
        }
        html.raw("</svg>\n");
    }
    close(count, tally.others(), html);
}

/// What was denied most often.
pub fn denials(summary: &TrailSummary, html: &mut Html<'_>) {
    let (rows, count) = summary.denials.ranked(by_denied, MAX_ROWS);
    if rows.is_empty() {
        return;
    }
    let columns = [
        ("n", "Times"),
        ("", "Reason"),
        ("", "Command"),
        ("", "Hash"),
        ("", "Last time"),
    ];
    open("denials", "Most denied", &columns, html);
    for (at, row) in rows.iter().enumerate() {
        let (reason, hash) = row.name.split_once(BETWEEN).unwrap_or_default();
        tr(at, html);
        html.count(row.counts.denied);
        html.cell("", reason)
            .raw("<td class=k><code>")
            .text(&row.label)
            .raw("</code>");
        html.raw("<td class=h><code>")
            .text(hash)
            .raw("</code>")
            .moment(row.last)
            .raw("\n");
    }
    close(count, summary.denials.others(), html);
}

/// What a person was asked, and said.
pub fn approvals(summary: &TrailSummary, html: &mut Html<'_>) {
    let approvals = &summary.approvals;
    if approvals.questions.is_empty() {
        return;
    }
    let columns = [
        ("", "Asked"),
        ("", "Hosts"),
        ("", "Rules"),
        ("", "Hash"),
        ("", "Client"),
        ("", "By whom"),
        ("", "Answer"),
        ("n", "After"),
    ];
    open("approvals", "Approvals", &columns, html);
    let rows = approvals.questions.len();
    for (at, question) in approvals.questions.iter().rev().take(MAX_ROWS).enumerate() {
        tr(at, html);
        html.moment(question.at)
            .cell("w", &question.hosts)
            .cell("w", &question.rules);
        html.raw("<td class=h><code>")
            .text(&question.hash)
            .raw("</code>")
            .cell("w", &question.client)
            .cell("w", &question.by);
        match &question.answer {
            Some((answer, at)) => {
                let class = match ApprovalSense::of(answer) {
                    ApprovalSense::Approved => "s",
                    ApprovalSense::Refused | ApprovalSense::Uncounted => "d",
                    ApprovalSense::Asked | ApprovalSense::Undecided => "f",
                };
                html.all(&["<td><b class=\"e ", class, "\">"]);
                html.text(&answer.replace('_', " ")).raw("</b>");
                html.took(milliseconds(at - question.at)).raw("\n");
            }
            None => {
                html.raw("<td>no answer on record<td>\n");
            }
        }
    }
    let more = rows.saturating_sub(MAX_ROWS) as u64 + approvals.left_out;
    html.raw("</table>\n");
    show_all(rows, html);
    left_out(more, "older questions are left out", html);
    html.raw("</section>\n");
}

/// What took longest.
pub fn slowest(summary: &TrailSummary, html: &mut Html<'_>) {
    if summary.slowest.is_empty() {
        return;
    }
    let columns = [
        ("n", "Took"),
        ("", "Host"),
        ("", "Command"),
        ("", "How it ended"),
        ("", "When"),
    ];
    open("slowest", "Slowest", &columns, html);
    for run in &summary.slowest {
        html.raw("<tr>").took(run.duration_ms);
        html.cell("w", &run.host).command(&run.command);
        html.cell(
            "",
            if run.why.is_empty() {
                "exit 0"
            } else {
                &run.why
            },
        );
        html.moment(run.at).raw("\n");
    }
    html.raw("</table>\n</section>\n");
}

fn open(id: &str, title: &str, columns: &[(&str, &str)], html: &mut Html<'_>) {
    html.all(&[
        "<section aria-labelledby=",
        id,
        "><h2 id=",
        id,
        ">",
        title,
        "</h2>\n<table>",
    ]);
    html.columns(columns).raw("<tbody>\n");
}

/// The beginning of a row.
fn tr(at: usize, html: &mut Html<'_>) {
    html.raw(if at < SEEN_ROWS {
        "<tr>"
    } else {
        "<tr class=more>"
    });
}

/// The checkbox that shows the rows which are not seen at once.
fn show_all(rows: usize, html: &mut Html<'_>) {
    if rows > SEEN_ROWS {
        html.raw("<label class=all><input type=checkbox>all ")
            .number(rows.min(MAX_ROWS) as u64)
            .raw(" rows</label>\n");
    }
}

/// The end of a table, and what it does not show.
fn close(rows: usize, others: Option<&TallyRow>, html: &mut Html<'_>) {
    html.raw("</table>\n");
    show_all(rows, html);
    let more = rows.saturating_sub(MAX_ROWS);
    left_out(more as u64, "more rows are left out", html);
    let others = others.map_or(0, |row| row.counts.total());
    left_out(
        others,
        "records are of names for which there was no room",
        html,
    );
    html.raw("</section>\n");
}

/// That something is not shown.
pub fn left_out(count: u64, what: &str, html: &mut Html<'_>) {
    if count > 0 {
        html.raw("<p class=note>")
            .number(count)
            .all(&[" ", what, ".</p>\n"]);
    }
}
