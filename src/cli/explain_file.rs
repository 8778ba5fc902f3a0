//! A decision on a file and its steps, for a person: the entries of `files` that speak of the path, what must be spelled, the
//! network, the size, why, and what to do.
//!
//! Takes: a decision and its explanation. Gives: lines on stdout. Refuses: control characters in the agent's words.

use super::Terminal;
use super::explain::to_allow;
use crate::gate::{PlannedFile, visible_text};
use mcp_ssh_policy::{FileExplanation, FileFindingKind, FileRemark, Verdict};

/// Prints a decision with its steps.
pub fn explain_file(planned: &PlannedFile, explanation: &FileExplanation, terminal: &mut Terminal) {
    let verdict = match planned.decision {
        Verdict::Allow => "allowed",
        Verdict::Ask => "needs approval",
        Verdict::Deny => "denied",
    };
    terminal.line(&format!("{verdict} on {}", planned.alias));
    let mut say =
        |label: &str, text: &str| terminal.line(&format!("  {label:<8} {}", visible_text(text)));
    say(&planned.access.to_string(), &planned.path);
    let mut label = "entries";
    for line in entries(explanation) {
        say(std::mem::take(&mut label), &line);
    }
    for part in &explanation.protections {
        let (list, spelled, what) = (part.list, &part.spelled, part.what);
        say(
            "spelled",
            &format!("an entry must spell `{spelled}` in `{list}`: it is {what}"),
        );
    }
    say("network", &explanation.network.why);
    if let Some(most) = planned.max_bytes {
        say("limits", &format!("{most} bytes (max_bytes)"));
    }
    say("why", &planned.why);
    if !planned.hint.is_empty() {
        say("hint", &planned.hint);
    }
    if let Some(missing) = &explanation.missing_entry {
        terminal.line(&to_allow(missing));
    }
}

/// How many entries are for this host, and what each of those that speak of the path says.
fn entries(explanation: &FileExplanation) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of {} are for this host",
        explanation.entries_for_host, explanation.entries_total
    )];
    if explanation.entries.is_empty() {
        lines.push("none speaks of the path".to_owned());
    }
    lines.extend(explanation.entries.iter().map(said));
    lines
}

fn said(remark: &FileRemark) -> String {
    let FileRemark {
        entry,
        list,
        pattern,
        finding,
        why,
    } = remark;
    match finding {
        FileFindingKind::Meets => {
            format!(
                "{} by {entry}: `{pattern}` of `{list}` matches",
                entry.action
            )
        }
        FileFindingKind::Unspelled | FileFindingKind::Near => {
            format!(
                "not by {entry} ({}): `{pattern}` of `{list}`: {why}",
                entry.action
            )
        }
    }
}
