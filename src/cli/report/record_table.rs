//! The last records of a page, and the filters above them, which are CSS alone.
//!
//! Takes a summary and the hosts that can be chosen; writes the rules, the fields and the tables. Refuses nothing. The
//! records are in blocks, a table each, since a browser lays out only the blocks near what is seen
//! (`content-visibility`): ten thousand rows in one table take it seconds.
//!
//! ```text
//! a checkbox for each end     #records:has(#show-E:not(:checked)) tr.E { display: none }
//! a choice of one host        #records:has(option:not([value=all]):checked) tbody tr { display: none }
//!                             #records:has(option[value="N"]:checked) tr.hN { display: table-row }
//! ```

use super::entries::{Ended, Entry};
use super::html::Html;
use super::summary::TrailSummary;
use super::tables::left_out;

/// The class of its row, of its checkbox, and its word.
const ENDS: [(Ended, &str, &str); 6] = [
    (Ended::Succeeded, "s", "succeeded"),
    (Ended::Failed, "f", "failed"),
    (Ended::Denied, "d", "denied"),
    (Ended::Unknown, "u", "no end"),
    (Ended::Approval, "a", "approval"),
    (Ended::Security, "y", "security"),
];

const COLUMNS: [(&str, &str); 8] = [
    ("", "Time"),
    ("end", "End"),
    ("host", "Host"),
    ("k", "Command"),
    ("r", "Rule and reason"),
    ("n", "Took"),
    ("client", "Client"),
    ("n l", "Line"),
];
/// Rows of a block: some screens of them.
const BLOCK: usize = 100;

/// The rules of the filters.
pub fn filter_rules(hosts: &[&str]) -> String {
    let mut rules = String::new();
    // A browser tries each rule on the rows of its class alone.
    for at in 0..hosts.len() {
        rules += &format!("#records:has(option[value=\"{at}\"]:checked) tr.h{at},\n");
    }
    rules += "tr.always{display:table-row}\n";
    // These stand above the others: a selector with two identifiers does.
    for (_, class, _) in ENDS {
        rules += &format!("#records:has(#show-{class}:not(:checked)) tr.{class},\n");
    }
    rules + "tr.never{display:none}\n"
}

/// The fields.
pub fn filters(summary: &TrailSummary, hosts: &[&str], html: &mut Html<'_>) {
    html.raw("<form class=filters autocomplete=off><fieldset><legend class=hidden>Show</legend>");
    for (ended, class, word) in ENDS {
        let held = summary.entries.held.iter();
        let count = held.filter(|entry| entry.ended == ended).count();
        html.all(&[
            "<label class=",
            class,
            "><input type=checkbox checked id=show-",
            class,
            ">",
        ]);
        html.all(&[word, " <span>"])
            .number(count as u64)
            .raw("</span></label>");
    }
    html.raw("</fieldset><label>Host <select><option value=all>all</option>");
    for (at, host) in hosts.iter().enumerate() {
        html.all(&["<option value=", &at.to_string(), ">"])
            .text(host)
            .raw("</option>");
    }
    html.raw("</select></label></form>\n");
}

/// The tables, the latest record first. The head that stays in sight is none of theirs: each has its own, which is
/// heard and not seen.
pub fn records(summary: &TrailSummary, hosts: &[&str], html: &mut Html<'_>) {
    let entries = &summary.entries;
    html.raw("<table class=head aria-hidden=true>")
        .columns(&COLUMNS)
        .raw("</table>\n");
    let last = entries.held.len().saturating_sub(1);
    for (at, entry) in entries.held.iter().rev().enumerate() {
        if at.is_multiple_of(BLOCK) {
            html.raw("<div class=block><table aria-labelledby=records-title>")
                .columns(&COLUMNS)
                .raw("<tbody>\n");
        }
        record(entry, hosts, html);
        if at == last || (at + 1).is_multiple_of(BLOCK) {
            html.raw("</table></div>\n");
        }
    }
    left_out(
        entries.left_out,
        "older records are counted above, and left out here",
        html,
    );
}

fn record(entry: &Entry, hosts: &[&str], html: &mut Html<'_>) {
    let end = ENDS.into_iter().find(|(ended, _, _)| *ended == entry.ended);
    let (class, word) = end.map_or(("u", ""), |(_, class, word)| (class, word));
    html.all(&["<tr class=\"", class]);
    if let Some(at) = hosts.iter().position(|host| *host == entry.host) {
        html.all(&[" h", &at.to_string()]);
    }
    html.raw("\">").moment(entry.at);
    html.all(&["<td><b class=\"e ", class, "\">", word, "</b>"]);
    html.cell("w", &entry.host);
    match &entry.command {
        Some(command) => html.command(command),
        None => html
            .raw("<td class=\"k h\"><code>")
            .text(&entry.hash)
            .raw("</code>"),
    };
    html.cell("r", &entry.rule);
    if !entry.why.is_empty() {
        html.raw(" <i>").text(&entry.why).raw("</i>");
    }
    match entry.duration_ms {
        Some(took) => html.took(took),
        None => html.raw("<td>"),
    };
    html.cell("w", &entry.client);
    html.raw("<td class=\"n l\" title=\"")
        .attribute(&entry.file)
        .raw(", session ")
        .attribute(&entry.session);
    html.raw("\">").number(entry.line).raw("\n");
}
