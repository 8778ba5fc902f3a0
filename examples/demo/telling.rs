//! The demo's page: headings, facts, claims. The only file of the demo that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what a demo is for"
)]

use std::error::Error;

/// The widest line.
const WIDTH: usize = 96;
/// The column at which what a name stands for begins.
const INDENT: usize = 21;

/// Opens a step.
pub fn heading(title: &str) {
    println!("\n== {title}");
}

/// A name and what it stands for, wrapped; a text of several lines keeps them.
pub fn fact(name: &str, value: &str) {
    let mut label = name;
    for line in value
        .trim_end()
        .lines()
        .flat_map(|line| wrap(line, WIDTH - INDENT))
    {
        println!("  {label:<width$}{line}", width = INDENT - 2);
        label = "";
    }
}

/// A line by itself, wrapped.
pub fn remark(line: &str) {
    for (at, piece) in wrap(line, WIDTH - 4).into_iter().enumerate() {
        println!("{}{piece}", if at == 0 { "  " } else { "    " });
    }
}

/// What the step shows; an error when it does not hold.
pub fn claim(holds: bool, what: &str) -> Result<(), Box<dyn Error>> {
    if !holds {
        return Err(format!("this did not hold: {what}").into());
    }
    println!("  ok: {what}");
    Ok(())
}

/// Why the demo stops.
pub fn failure(why: &str) {
    eprintln!("\ndemo: {why}");
}

/// Pieces of at most `width` characters, broken after a blank or a comma where there is one.
fn wrap(line: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((limit, _)) = rest.char_indices().nth(width) {
        let (head, _) = rest.split_at(limit);
        let at = head.rfind([' ', ',']).map_or(limit, |at| at + 1);
        let (piece, tail) = rest.split_at(at);
        pieces.push(piece.trim_end());
        rest = tail;
    }
    pieces.push(rest);
    pieces
}
