//! The picture of a page, and what the bars in its tables are made of: SVG without a style of its own.
//!
//! Takes counts; writes rectangles, each with the class of what it counts. Refuses nothing.

use super::figures::{duration, grouped, time};
use super::html::Html;
use super::summary::TrailSummary;
use super::tally::Counts;

/// Units of a picture from side to side.
pub const SIDE: u64 = 1_000;

/// What happened when.
pub fn activity(summary: &TrailSummary, html: &mut Html<'_>) {
    let (first, columns) = summary.activity.columns();
    let Some(most) = columns.iter().map(|counts| counts.total()).max() else {
        return;
    };
    let width = summary.activity.width;
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of four-digit years are far below 2^53"
    )]
    let at = |column: usize| time((first + width * column as i64) as f64);
    let each = duration(width.unsigned_abs() * 1_000);
    html.raw("<figure class=activity>\n<figcaption><h2>Activity</h2><span class=legend>");
    for (class, what) in [
        ("s", "succeeded"),
        ("f", "failed"),
        ("d", "denied"),
        ("y", "security"),
    ] {
        html.all(&["<span class=", class, ">", what, "</span>"]);
    }
    html.all(&[
        "</span><span class=scale>",
        &each,
        " a column; the highest has ",
        &grouped(most),
    ]);
    let count = columns.len() as u64;
    let total = grouped(summary.counts.total());
    html.all(&[
        "</span></figcaption>\n<svg role=img aria-label=\"",
        &total,
        " events in ",
        &grouped(count),
    ]);
    html.raw(" columns\" viewBox=\"0 0 1000 100\" preserveAspectRatio=none>\n");
    let wide = (SIDE / count.max(1)).max(1);
    for (column, counts) in columns.iter().enumerate() {
        let x = SIDE * column as u64 / count;
        let mut bottom = 100;
        for (class, number) in parts(*counts) {
            // What happened at all is seen.
            let high = (number * 100).div_ceil(most).min(bottom);
            bottom -= high;
            rect(
                class,
                [x, bottom, wide.saturating_sub(wide / 5).max(1), high],
                html,
            );
        }
    }
    html.raw("</svg>\n<div class=axis>");
    for column in [0, columns.len() / 2, columns.len()] {
        html.all(&["<span>", &at(column), "</span>"]);
    }
    html.raw("</div>\n</figure>\n");
}

/// What a column or a bar is made of, from its foot.
pub fn parts(counts: Counts) -> impl Iterator<Item = (&'static str, u64)> {
    let parts = [
        ("s", counts.succeeded),
        ("f", counts.failed),
        ("d", counts.denied),
        ("y", counts.security),
    ];
    parts.into_iter().filter(|(_, number)| *number > 0)
}

/// A rectangle, by its left, its top, its width and its height.
pub fn rect(class: &str, [x, y, width, height]: [u64; 4], html: &mut Html<'_>) {
    html.all(&[
        "<rect class=",
        class,
        " x=",
        &x.to_string(),
        " y=",
        &y.to_string(),
    ]);
    html.all(&[
        " width=",
        &width.to_string(),
        " height=",
        &height.to_string(),
        " />",
    ]);
}
