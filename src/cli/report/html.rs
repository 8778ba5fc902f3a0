//! HTML text, written piece by piece.
//!
//! Takes markup of ours and texts of a trail; gives bytes to a writer. Refuses to let a text of a trail be anything but
//! text: what has a meaning in HTML is escaped, and a character that is not seen, or that turns others around, is
//! shown by its number.

use std::io::{self, Write};

use mcp_ssh_yaml::diagnostic::visible;

use super::clipped::Clipped;
use super::figures::{duration, grouped, time};

/// Bytes that are gathered before they are written.
const PIECE: usize = 64 * 1024;

/// A page under way. What goes wrong is told at its end.
pub struct Html<'w> {
    text: String,
    out: &'w mut dyn Write,
    written: io::Result<()>,
}

impl<'w> Html<'w> {
    /// Nothing is written yet.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self {
            text: String::new(),
            out,
            written: Ok(()),
        }
    }

    /// Markup of ours.
    pub fn raw(&mut self, markup: &str) -> &mut Self {
        self.text.push_str(markup);
        if self.text.len() >= PIECE {
            self.flush();
        }
        self
    }

    /// Pieces of markup of ours, one after the other.
    pub fn all(&mut self, markup: &[&str]) -> &mut Self {
        for piece in markup {
            self.raw(piece);
        }
        self
    }

    /// A text that may hold anything.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, "<b class=c>", "</b>")
    }

    /// A text that may hold anything, where there can be no markup: in an attribute, or a choice.
    pub fn attribute(&mut self, text: &str) -> &mut Self {
        self.escaped(text, "[", "]")
    }

    fn escaped(&mut self, text: &str, before: &str, behind: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                hidden if is_hidden(hidden) => {
                    let number = format!("U+{:04X}", u32::from(hidden));
                    self.text.extend([before, &number, behind]);
                }
                other => self.text.push(other),
            }
        }
        self.raw("")
    }

    /// A number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.raw(&grouped(number))
    }

    /// How long something took, right-aligned in a cell of its own.
    pub fn took(&mut self, milliseconds: u64) -> &mut Self {
        self.all(&["<td class=n>", &duration(milliseconds)])
    }

    /// The head of a table: the class and the words of each column; a column without words is left out.
    pub fn columns(&mut self, columns: &[(&str, &str)]) -> &mut Self {
        self.raw("<thead><tr>");
        for (class, words) in columns {
            if !words.is_empty() {
                self.all(&["<th scope=col class=\"", class, "\">", words]);
            }
        }
        self.raw("</thead>\n")
    }

    /// A number, right-aligned in a cell of its own; a zero is faint.
    pub fn count(&mut self, number: u64) -> &mut Self {
        let class = if number == 0 { "n z" } else { "n" };
        self.all(&["<td class=\"", class, "\">", &grouped(number)])
    }

    /// A cell with a text that may hold anything.
    pub fn cell(&mut self, class: &str, text: &str) -> &mut Self {
        self.all(&["<td class=\"", class, "\">"]).text(text)
    }

    /// A command in a cell: as far as it is there, and how much is missing.
    pub fn command(&mut self, command: &Clipped) -> &mut Self {
        self.raw("<td class=k><code>")
            .text(&command.text)
            .raw("</code>");
        if command.missing > 0 {
            self.all(&["<b class=c>", &grouped(command.missing), " more bytes</b>"]);
        }
        self
    }

    /// A time in a cell.
    pub fn moment(&mut self, at: f64) -> &mut Self {
        self.all(&["<td class=t>", &time(at)])
    }

    /// The end of the page.
    ///
    /// # Errors
    /// When a part of it could not be written.
    pub fn end(mut self) -> io::Result<()> {
        self.flush();
        self.written
    }

    fn flush(&mut self) {
        if self.written.is_ok() {
            self.written = self.out.write_all(self.text.as_bytes());
        }
        self.text.clear();
    }
}

/// Whether a character is not seen, or changes how others are seen: what `visible` replaces, and blanks and marks
/// that only a page can show (Unicode 16: `Default_Ignorable_Code_Point`).
fn is_hidden(character: char) -> bool {
    visible(character) != character
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::Html;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        let mut html = Html::new(&mut out);
        html.text(text);
        html.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_text_is_nothing_but_text() {
        for (text, expected) in [
            ("plain", "plain"),
            ("</style><script>", "&lt;/style&gt;&lt;script&gt;"),
            ("a & \"b\" 'c'", "a &amp; &quot;b&quot; &#39;c&#39;"),
            ("\0", "<b class=c>U+0000</b>"),
            ("\t\n", "<b class=c>U+0009</b><b class=c>U+000A</b>"),
            ("a\u{202e}b", "a<b class=c>U+202E</b>b"),
            ("\u{e0041}", "<b class=c>U+E0041</b>"),
            ("שלום", "שלום"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    proptest! {
        /// No text makes markup: without ours, nothing that opens or closes is left.
        #[test]
        fn no_text_makes_markup(text in any::<String>()) {
            let shown = shown(&text).replace("<b class=c>U+", "").replace("</b>", "");
            prop_assert!(!shown.contains(['<', '>', '"', '\'']), "{}", shown);
            prop_assert!(!shown.contains(char::is_control), "{}", shown);
        }
    }
}
