//! stdout and stderr of the subcommands, for a person or a script.
//!
//! Takes: lines, JSON values and remote output. Gives: bytes on one of the two streams; colours where a person
//! watches, and there no character that turns a line around. A reader that went away (`| head`) ends the output, not
//! the run; output that is lost for another reason makes a success a failure.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::OnceLock;

use rustix::termios::{QueueSelector, tcflush, tcgetwinsize};

use super::log_level::log_level;
use super::terminal_text::{for_terminal, json_for_terminal};
use super::{ExitStatus, terminal_log};

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// It went well.
    Green,
    /// It did not.
    Red,
    /// It went, and someone should look at it.
    Yellow,
    /// It names what stands below.
    Bold,
}

/// Why output was lost first. The streams are those of the process, and so is this.
static LOST: OnceLock<String> = OnceLock::new();

/// The two streams.
#[derive(Debug)]
pub struct Terminal {
    out: io::Stdout,
    err: io::Stderr,
}

impl Terminal {
    /// Those of this process.
    pub fn new() -> Self {
        Self {
            out: io::stdout(),
            err: io::stderr(),
        }
    }

    /// Shows this program's diagnostics, and no other crate's, on stderr.
    pub fn log(&mut self) {
        if let Err(error) = terminal_log::show(log_level()) {
            self.error(&format!("mcp-ssh: diagnostics cannot be shown: {error}"));
        }
    }

    /// Whether a person watches both streams.
    pub fn is_watched(&self) -> bool {
        self.out.is_terminal() && self.err.is_terminal()
    }

    /// How many columns stdout has, if it is a terminal; 80 where it does not say.
    pub fn columns(&self) -> Option<usize> {
        columns(&self.out)
    }

    /// How many columns stderr has, in the same way.
    pub fn error_columns(&self) -> Option<usize> {
        columns(&self.err)
    }

    /// Whether a person sees stderr.
    pub fn shows_errors(&self) -> bool {
        self.err.is_terminal()
    }

    /// Whether a person can be asked: they see stderr and type into stdin.
    pub fn is_attended(&self) -> bool {
        io::stdin().is_terminal() && self.err.is_terminal()
    }

    /// Drops what was typed before it was asked for.
    ///
    /// # Errors
    /// When stdin is no terminal, or was taken away.
    pub fn forget_typed(&self) -> io::Result<()> {
        Ok(tcflush(rustix::stdio::stdin(), QueueSelector::IFlush)?)
    }

    /// `text` in a colour for stderr, if that is a terminal and `NO_COLOR` (no-color.org) is not set.
    pub fn painted(&self, text: &str, paint: Paint) -> String {
        painted(text, paint, self.err.is_terminal())
    }

    /// `text` as a heading for stdout, on the same conditions.
    pub fn heading(&self, text: &str) -> String {
        painted(text, Paint::Bold, self.out.is_terminal())
    }

    /// `text` in a colour for stdout, on the same conditions.
    pub fn coloured(&self, text: &str, paint: Paint) -> String {
        painted(text, paint, self.out.is_terminal())
    }

    /// Writes a line to stdout.
    pub fn line(&mut self, text: &str) {
        let shown = shown_on(&self.out, text);
        note(writeln!(self.out, "{shown}"));
    }

    /// Writes a line to stderr.
    pub fn error(&mut self, text: &str) {
        let shown = shown_on(&self.err, text);
        let _closed = writeln!(self.err, "{shown}");
    }

    /// Writes to stderr what a person answers to on the same line.
    pub fn prompt(&mut self, text: &str) {
        let shown = shown_on(&self.err, text);
        let _closed = write!(self.err, "{shown}").and_then(|()| self.err.flush());
    }

    /// A sink for bytes that are no text of this program: stdout.
    pub fn bytes(&self) -> Box<dyn Write> {
        Box::new(io::stdout())
    }

    /// Writes remote output to stdout and stderr: as it is, but for what would turn the lines of a terminal around.
    pub fn output(&mut self, stdout: &str, stderr: &str) {
        let (stdout, stderr) = (shown_on(&self.out, stdout), shown_on(&self.err, stderr));
        let written = self.out.write_all(stdout.as_bytes());
        note(written.and_then(|()| self.out.flush()));
        note(self.err.write_all(stderr.as_bytes()));
    }

    /// The exit status of a program that has written all it had to: no success if part of it was lost.
    pub fn finish(&mut self, status: ExitStatus) -> ExitStatus {
        note(self.out.flush());
        let Some(why) = LOST.get() else { return status };
        self.error(&format!("mcp-ssh: the output could not be written: {why}"));
        match status {
            ExitStatus::SUCCESS => ExitStatus::FAILURE,
            failed => failed,
        }
    }

    /// Writes a value to stdout as one line of JSON.
    pub fn json(&mut self, value: &impl serde::Serialize) {
        match serde_json::to_string(value) {
            Ok(text) if self.out.is_terminal() => self.line(&json_for_terminal(&text)),
            Ok(text) => self.line(&text),
            Err(error) => self.error(&format!("mcp-ssh: the result is no JSON: {error}")),
        }
    }
}

/// Remembers why output was lost, unless its reader went away.
fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        let _first = LOST.set(error.to_string());
    }
}

/// The text as this stream is given it.
fn shown_on<'t>(stream: &impl IsTerminal, text: &'t str) -> Cow<'t, str> {
    match stream.is_terminal() {
        true => for_terminal(text),
        false => Cow::Borrowed(text),
    }
}

fn columns(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    let size = stream.is_terminal().then(|| tcgetwinsize(stream))?;
    let columns = size.map_or(0, |size| usize::from(size.ws_col));
    Some(if columns == 0 { 80 } else { columns })
}

fn painted(text: &str, paint: Paint, watched: bool) -> String {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_color || !watched {
        return text.to_owned();
    }
    let code = match paint {
        Paint::Green => 32,
        Paint::Red => 31,
        Paint::Yellow => 33,
        Paint::Bold => 1,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}
