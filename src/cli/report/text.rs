//! The report as text, for a terminal.
//!
//! Takes a summary and what is told of the chain; gives lines. Refuses control characters of the trail.

use super::chain_told::ChainTold;
use super::figures::{duration, grouped, time};
use super::summary::{AHEAD, BETWEEN, TrailSummary};
use super::tally::{Tally, TallyRow};
use crate::cli::terminal_text::foreign;
use crate::cli::{Paint, Terminal};

/// Rows of each table.
const MAX_ROWS: usize = 10;
/// Characters of a name or a command.
const MAX_SHOWN: usize = 100;

/// Prints the report.
pub fn text(summary: &TrailSummary, chain: &ChainTold, terminal: &mut Terminal) {
    let paint = if chain.whole {
        Paint::Green
    } else {
        Paint::Red
    };
    let headline = terminal.coloured(&shown(&chain.headline), paint);
    terminal.line(&headline);
    let detail = if chain.whole {
        "head"
    } else {
        "first bad line"
    };
    terminal.line(&format!("{detail} {}", shown(&chain.detail)));
    for note in &chain.notes {
        terminal.line(&foreign(note));
    }
    if let Some((first, last)) = summary.window {
        terminal.line(&format!("{} to {} UTC", time(first), time(last)));
    }
    totals(summary, terminal);
    counted("By host", ["succeeded", "failed"], &summary.hosts, terminal);
    counted("By rule", ["allowed", ""], &summary.rules, terminal);
    counted("By sudo, as", ["allowed", ""], &summary.users, terminal);
    exchanges(summary, terminal);
    let denied = |row: &TallyRow| row.counts.denied as f64;
    let (rows, count) = summary.denials.ranked(denied, MAX_ROWS);
    heading("Most denied", rows.is_empty(), terminal);
    for row in &rows {
        let (reason, hash) = row.name.split_once(BETWEEN).unwrap_or_default();
        let what = if row.label.is_empty() {
            hash
        } else {
            &row.label
        };
        terminal.line(&format!(
            "{:>9}  {}: {}",
            grouped(row.counts.denied),
            shown(reason),
            shown(what)
        ));
    }
    more(count, terminal);
    approvals(summary, terminal);
    heading("Slowest", summary.slowest.is_empty(), terminal);
    for run in summary.slowest.iter().take(MAX_ROWS) {
        terminal.line(&format!(
            "{:>12}  {}: {}",
            duration(run.duration_ms),
            shown(&run.host),
            shown(&run.command.text)
        ));
    }
    more(summary.slowest.len(), terminal);
}

/// The hosts whose last connection had no post-quantum key exchange.
fn exchanges(summary: &TrailSummary, terminal: &mut Terminal) {
    let (rows, count) = summary.exchanges.classical(MAX_ROWS);
    heading("No post-quantum key exchange", rows.is_empty(), terminal);
    for row in &rows {
        terminal.line(&format!("  {}: {}", shown(&row.name), shown(&row.label)));
    }
    more(count, terminal);
}

/// The last questions to a person, and what came of them.
fn approvals(summary: &TrailSummary, terminal: &mut Terminal) {
    let questions = &summary.approvals.questions;
    heading("Approvals", questions.is_empty(), terminal);
    for question in questions.iter().rev().take(MAX_ROWS) {
        let answer = question.answer.as_ref();
        let answer = answer.map_or("no answer on record", |(answer, _)| answer);
        let by = match question.by.as_str() {
            "" => String::new(),
            by => format!(" ({by})"),
        };
        let told = answer.replace('_', " ") + &by;
        let asked = format!("{}: {}", question.hosts, question.rules);
        let at = time(question.at);
        terminal.line(&format!("  {at}  {}; {}", shown(&told), shown(&asked)));
    }
    more(questions.len(), terminal);
}

fn totals(summary: &TrailSummary, terminal: &mut Terminal) {
    let (counts, answers) = (summary.counts, summary.approvals.answers);
    let (_, classical) = summary.exchanges.classical(0);
    for (number, what) in [
        (summary.sessions.len() as u64, "sessions"),
        (summary.allowed, "commands were allowed"),
        (counts.succeeded, "ended with exit status 0"),
        (counts.failed, "failed"),
        (summary.not_run, "of them never ran"),
        (summary.entries.unended(), "have no end on record"),
        (counts.denied, "were denied"),
        (answers.asked, "questions to a person"),
        (answers.approved, "of them approved"),
        (answers.refused, "of them refused"),
        (answers.undecided, "of them without a decision"),
        (counts.security, "security events"),
        (summary.exchanges.made, "connections were made"),
        (
            classical as u64,
            "hosts without a post-quantum key exchange",
        ),
        (
            summary.earlier,
            "earlier records are left out, as --since asks",
        ),
        (summary.ahead, AHEAD),
    ] {
        if number > 0 {
            terminal.line(&format!("{:>9}  {what}", grouped(number)));
        }
    }
}

fn counted(title: &str, words: [&str; 2], tally: &Tally, terminal: &mut Terminal) {
    let (rows, count) = tally.ranked(|row| row.counts.total() as f64, MAX_ROWS);
    heading(title, rows.is_empty(), terminal);
    for row in &rows {
        let counts = row.counts;
        let mut line = format!("{:>9} {}", grouped(counts.succeeded), words[0]);
        if !words[1].is_empty() {
            line += &format!(", {} {}", grouped(counts.failed), words[1]);
        }
        line += &format!(
            ", {} denied, {} asked",
            grouped(counts.denied),
            grouped(counts.asked)
        );
        terminal.line(&format!("{line}  {}", shown(&row.name)));
    }
    more(count, terminal);
    if let Some(others) = tally.others() {
        let others = grouped(others.counts.total());
        terminal.line(&format!(
            "{others:>9} records of names for which there was no room"
        ));
    }
}

fn heading(title: &str, is_empty: bool, terminal: &mut Terminal) {
    if !is_empty {
        let title = terminal.heading(title);
        terminal.line(&format!("\n{title}"));
    }
}

fn more(rows: usize, terminal: &mut Terminal) {
    let rows = rows.saturating_sub(MAX_ROWS);
    if rows > 0 {
        terminal.line(&format!("           {} more", grouped(rows as u64)));
    }
}

/// A text of the trail as a terminal may show it.
fn shown(text: &str) -> String {
    let begin: String = text.chars().take(MAX_SHOWN).collect();
    let mut shown = foreign(&begin);
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
