//! The last records of a page, and the filters above them, which are CSS alone.
//!
//! Takes a summary and the hosts that can be chosen; writes the rules, the fields and the table. Refuses nothing.
//!
//! ```text
//! a checkbox for each end     body:has(#ID:not(:checked)) tr.CLASS { display: none }
//! a choice of one host        #records:has(option[value="N"]:checked) tr:not(.hN) { display: none }
//! ```

use super::entries::{Ended, Entry};
use super::figures::{duration, grouped};
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

/// The rules of the filters.
pub fn filter_rules(hosts: &[&str]) -> String {
    let mut rules = String::new();
    for (_, class, _) in ENDS {
        rules += &format!("#records:has(#show-{class}:not(:checked)) tr.{class},\n");
    }
    for at in 0..hosts.len() {
        rules += &format!("#records:has(option[value=\"{at}\"]:checked) tbody tr:not(.h{at}),\n");
    }
    rules + "tr.never{display:none}\n"
}

/// The fields.
pub fn filters(hosts: &[&str], html: &mut Html<'_>) {
    html.raw("<form class=filters autocomplete=off><fieldset><legend class=hidden>Show</legend>");
    for (_, class, word) in ENDS {
        html.all(&[
            "<label class=",
            class,
            "><input type=checkbox checked id=show-",
            class,
            ">",
        ]);
        html.all(&[word, "</label>"]);
    }
    html.raw("</fieldset><label>Host <select><option value=all>all</option>");
    for (at, host) in hosts.iter().enumerate() {
        html.all(&["<option value=", &at.to_string(), ">"])
            .text(host)
            .raw("</option>");
    }
    html.raw("</select></label></form>\n");
}

/// The table, the latest record first.
pub fn records(summary: &TrailSummary, hosts: &[&str], html: &mut Html<'_>) {
    let entries = &summary.entries;
    html.raw("<table><thead><tr><th scope=col>Time<th scope=col class=end>End<th scope=col class=host>Host");
    html.raw("<th scope=col class=k>Command<th scope=col class=r>Rule and reason<th scope=col class=n>Took");
    html.raw("<th scope=col class=client>Client<th scope=col class=\"n l\">Line<tbody>\n");
    for entry in entries.held.iter().rev() {
        record(entry, hosts, html);
    }
    html.raw("</table>\n<p class=shown>records are shown.</p>\n");
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
    html.raw("<td class=n>");
    if let Some(took) = entry.duration_ms {
        html.raw(&duration(took));
    }
    html.cell("w", &entry.client);
    html.raw("<td class=\"n l\" title=\"")
        .attribute(&entry.file)
        .raw(", session ")
        .attribute(&entry.session);
    html.all(&["\">", &grouped(entry.line), "\n"]);
}
