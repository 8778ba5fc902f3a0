//! A script of `sed`: the value of `-e`, or the first operand. Takes the script, gives its flaws.
//!
//! ```text
//! script    = { blank | newline | ";" | [ addresses ] [ "!" ] command }
//! addresses = address [ "," ( address | "+" number | "~" number ) ]
//! address   = number [ "~" number ] | "$" | "/" regex "/" flags | "\" delim regex delim flags
//! flags     = { "I" | "M" }
//! command   = "{" | "#" text
//!           | ( "}" | one of = d D F g G h H n N p P x z ) end
//!           | ( "l" | "q" | "Q" ) [ number ] end
//!           | ( ":" | "b" | "t" | "T" | "v" ) [ label ] { "}" } ( ";" | newline | the end )
//!           | "s" delim regex delim replacement delim { "g" | "p" | "i" | "I" | "m" | "M" | digit } end
//!           | "y" delim characters delim characters delim end
//! delim     = one of / , | : ; # ! @ % _ ~ = + -
//! end       = [ blanks ] ( ";" | newline | the end | before "}" | before "#" )
//! ```
//!
//! The seds disagree on the end of a regex: GNU sed before 4.9 does not know brackets, busybox does not know
//! `[:alpha:]`, BSD escapes `]`. So a regex is read only if all of them find one end. No command may span lines:
//! BSD's labels reach to the end of the line. Busybox ends a comment at a carriage return. The texts of `a`, `i`
//! and `c` are refused: after `s` and a newline toybox reads `1i text` as flags.

pub(super) const RUNS: &str = "runs a program";
pub(super) const READS: &str = "reads any file";
pub(super) const WRITES: &str = "writes a file";

use super::flaw::{Flaw, UNKNOWN, flaw};

/// BSD sed begins a command anew after 2048 bytes of a line, even within a comment.
const LINE_BYTES: usize = 2000;

const DELIMITERS: &[u8] = b"/,|:;#!@%_~=+-";

/// The flaws of a script of `sed`.
pub fn scan(script: &str) -> Vec<Flaw> {
    let mut reader = ScriptReader::new(script);
    if !plain(script) || script.lines().any(|line| line.len() > LINE_BYTES) {
        reader.flaw(0, script.len(), UNKNOWN);
    } else if let Err(from) = reader.script() {
        reader.flaw(from, script.len(), UNKNOWN);
    }
    reader.flaws
}

/// Whether a text has no option, no control character, no line that continues, and no character whose last
/// byte may be one letter with a sign of the grammar in a locale other than UTF-8.
pub(super) fn plain(text: &str) -> bool {
    let next = text.bytes().skip(1).chain([b'\n']);
    let mut pairs = text.bytes().zip(next);
    !text.starts_with('-')
        && pairs.all(|(byte, next)| match byte {
            b'\\' => next != b'\n',
            b'\t' | b'\n' => true,
            _ if byte.is_ascii() => !byte.is_ascii_control(),
            _ => !next.is_ascii() || next < b'@' || next.is_ascii_alphanumeric(),
        })
}

/// A script, and the place up to which it was read.
pub(super) struct ScriptReader<'a> {
    pub text: &'a str,
    pub at: usize,
    flaws: Vec<Flaw>,
}

impl ScriptReader<'_> {
    /// Reads all commands. The error is the place of the first command that cannot be read.
    fn script(&mut self) -> Result<(), usize> {
        loop {
            self.skip(|byte| b" \t\n;".contains(&byte));
            if self.peek().is_none() {
                return Ok(());
            }
            let from = self.at;
            self.command().ok_or(from)?;
        }
    }

    fn command(&mut self) -> Option<()> {
        self.addresses()?;
        self.blanks();
        if self.eat(b'!') {
            self.blanks();
        }
        let from = self.at;
        match self.next()? {
            b'{' => return Some(()),
            b'#' => {
                self.line();
                return Some(());
            }
            b'r' | b'R' => return self.until_line(from, READS),
            b'w' | b'W' => return self.until_line(from, WRITES),
            b'e' => {
                self.blanks();
                // An `e` without a command runs the line that the commands before it have made.
                let bare = matches!(self.peek(), None | Some(b'\n'));
                return self.until_line(if bare { 0 } else { from }, RUNS);
            }
            b's' => return self.substitute(),
            b'a' | b'i' | b'c' => return self.text_line(),
            b'y' => self.transliterate()?,
            b':' | b'b' | b't' | b'T' | b'v' => return self.label(),
            b'l' | b'q' | b'Q' => {
                self.blanks();
                let _ = self.number();
            }
            byte if b"}=dDFgGhHnNpPxz".contains(&byte) => {}
            _ => return None,
        }
        self.end()
    }

    fn addresses(&mut self) -> Option<()> {
        if !self.address()? {
            return Some(());
        }
        self.blanks();
        if !self.eat(b',') {
            return Some(());
        }
        self.blanks();
        if self.eat(b'+') || self.eat(b'~') {
            return self.number();
        }
        self.address()?.then_some(())
    }

    /// Reads an address; whether there is one.
    fn address(&mut self) -> Option<bool> {
        match self.peek() {
            Some(b'0'..=b'9') => {
                self.number()?;
                if self.eat(b'~') {
                    self.number()?;
                }
            }
            Some(b'$') => self.at += 1,
            Some(b'/' | b'\\') => {
                self.eat(b'\\');
                let delimiter = self.delimiter()?;
                self.regex(delimiter)?;
                self.skip(|byte| b"IM".contains(&byte));
            }
            _ => return Some(false),
        }
        Some(true)
    }

    fn substitute(&mut self) -> Option<()> {
        let delimiter = self.delimiter()?;
        self.regex(delimiter)?;
        self.until(delimiter)?;
        let mut executes = false;
        loop {
            match self.peek() {
                Some(b'e') => executes = true,
                Some(b'w') if executes => return self.until_line(0, RUNS),
                Some(b'w') => return self.until_line(self.at, WRITES),
                Some(byte) if byte.is_ascii_digit() || b"gpiImM".contains(&byte) => {}
                _ => break,
            }
            self.at += 1;
        }
        if executes {
            // The flag `e` runs the line that all commands so far have made.
            self.flaw(0, self.at, RUNS);
        }
        self.end()
    }

    /// Reads `a text` and `a\text`. A text on the next line is refused, and one in which another sed may see a command.
    fn text_line(&mut self) -> Option<()> {
        self.blanks();
        self.eat(b'\\');
        let from = self.at;
        self.line();
        let text = self.text.get(from..self.at)?;
        (!text.trim().is_empty() && !text.contains(['\\', ';', '{', '}'])).then_some(())
    }

    fn transliterate(&mut self) -> Option<()> {
        let delimiter = self.delimiter()?;
        let from = self.at;
        self.until(delimiter)?;
        self.until(delimiter)?;
        (!self.since(from).contains('[')).then_some(())
    }

    fn delimiter(&mut self) -> Option<u8> {
        self.next().filter(|byte| DELIMITERS.contains(byte))
    }

    /// Reads a regex up to its delimiter and the delimiter.
    pub fn regex(&mut self, delimiter: u8) -> Option<()> {
        loop {
            match self.next()? {
                b'\n' => return None,
                b'\\' => self.escape(delimiter)?,
                b'[' => self.bracket(delimiter)?,
                byte if byte == delimiter => return Some(()),
                _ => {}
            }
        }
    }

    /// Reads up to the delimiter and the delimiter; brackets have no meaning.
    pub fn until(&mut self, delimiter: u8) -> Option<()> {
        loop {
            match self.next()? {
                b'\n' => return None,
                b'\\' => self.escape(delimiter)?,
                byte if byte == delimiter => return Some(()),
                _ => {}
            }
        }
    }

    /// Reads a bracket expression from behind its "[" to its "]".
    fn bracket(&mut self, delimiter: u8) -> Option<()> {
        self.eat(b'^');
        self.eat(b']');
        let mut class = false;
        loop {
            match self.next()? {
                b']' => return Some(()),
                b'[' if self.eat(b':') => {
                    self.skip(|byte| byte.is_ascii_lowercase());
                    (self.eat(b':') && self.eat(b']')).then_some(())?;
                    class = true;
                }
                // Busybox ends the bracket at the class, and this "[" would begin another bracket there.
                b'[' if class || matches!(self.peek(), Some(b'.' | b'=')) => return None,
                b'\\' => {
                    let escaped = self.peek().filter(|byte| !b"[]".contains(byte))?;
                    self.escape(delimiter)?;
                    if escaped == b'\\' && self.peek() == Some(b']') {
                        return None;
                    }
                }
                byte if byte == b'\n' || byte == delimiter => return None,
                _ => {}
            }
        }
    }

    /// Reads one character behind a "\". An escape that names a byte must not name a sign of the grammar.
    fn escape(&mut self, delimiter: u8) -> Option<()> {
        match self.next()? {
            b'x' => {
                let high = char::from(self.next()?).to_digit(16)?;
                let low = char::from(self.next()?).to_digit(16)?;
                let byte = u8::try_from(high * 16 + low).ok()?;
                (byte != delimiter && !b"\0\n\r\\[]&^$.*/".contains(&byte)).then_some(())
            }
            byte if byte.is_ascii_graphic() || byte == b' ' => {
                (!b"cdo".contains(&byte)).then_some(())
            }
            _ => None,
        }
    }

    fn until_line(&mut self, from: usize, why: &'static str) -> Option<()> {
        self.line();
        self.flaw(from, self.at, why);
        Some(())
    }

    /// Reads a label. No comment may follow: some programs take it for a part of the label, up to a ";".
    fn label(&mut self) -> Option<()> {
        self.blanks();
        self.skip(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        self.skip(|byte| b" \t}".contains(&byte));
        matches!(self.peek(), None | Some(b';' | b'\n')).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        let from = self.at;
        self.skip(|byte| byte.is_ascii_digit());
        (self.at > from).then_some(())
    }

    fn end(&mut self) -> Option<()> {
        self.blanks();
        matches!(self.peek(), None | Some(b';' | b'\n' | b'}' | b'#')).then_some(())
    }

    fn line(&mut self) {
        self.skip(|byte| byte != b'\n');
    }

    fn blanks(&mut self) {
        self.skip(|byte| b" \t".contains(&byte));
    }

    fn flaw(&mut self, start: usize, end: usize, why: &'static str) {
        self.flaws.push(flaw(start, end, why));
    }
}

impl<'a> ScriptReader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            flaws: Vec::new(),
        }
    }

    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Where the next token begins, behind blanks and comments, and its first byte; `None` at the end.
    ///
    /// # Errors
    /// The place of a comment that some program may take to reach into the next line.
    pub fn token_start(&mut self, blanks: &[u8]) -> Result<Option<(usize, u8)>, usize> {
        loop {
            self.skip(|byte| blanks.contains(&byte));
            let start = self.at;
            match self.peek() {
                Some(b'#') => self.comment().ok_or(start)?,
                first => return Ok(first.map(|first| (start, first))),
            }
        }
    }

    /// Reads a comment; `None` if some program may take it to reach into the next line.
    pub fn comment(&mut self) -> Option<()> {
        self.skip(|byte| byte != b'\n' && byte != b'\\');
        (self.peek() != Some(b'\\')).then_some(())
    }

    pub fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    pub fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    pub fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn a_flaw_covers_what_the_command_acts_on() {
        for (script, part, why) in [
            ("p;w a b;c\np", "w a b;c", "writes a file"),
            ("s/a/b/gw f\np", "w f", "writes a file"),
            ("1e id -u;x\np", "e id -u;x", "runs a program"),
            ("p\n$r f\np", "r f", "reads any file"),
            ("p;s/x/y/ge;p", "p;s/x/y/ge", "runs a program"),
            ("s/a/b/;e\np", "s/a/b/;e", "runs a program"),
            ("p;k;p", "k;p", "is not known to be harmless"),
        ] {
            let found = scan(script);
            let flaw = found.first().expect("a flaw");
            assert_eq!(found.len(), 1, "{script}");
            assert_eq!((&script[flaw.start..flaw.end], flaw.why), (part, why));
        }
    }
}
