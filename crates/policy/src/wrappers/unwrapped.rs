//! What is found in wrappers: commands, texts that nobody can read, and the reason if there may be more.
//!
//! Takes what `peel` and `scripted` find, one by one. Refuses what is too deep or too much, and remembers that it did:
//! every command is matched against every deny pattern.

use super::hidden::Hidden;
use crate::matching::argument::ProgramCall;

/// How deep wrappers may nest: more than anyone writes.
pub(super) const MAX_DEPTH: usize = 32;
/// How many commands a command may run: each is matched against every deny pattern.
const MAX_COMMANDS: usize = 256;
/// How long they may be together, in bytes: ten ASCII lines of the longest kind.
const MAX_BYTES: usize = 100_000;

/// What a wrapper would run.
#[derive(Debug, Default)]
pub struct Unwrapped {
    /// Every command, at any depth.
    pub commands: Vec<ProgramCall>,
    /// Those of them that a shell reads from a text.
    pub by_shell: Vec<ProgramCall>,
    /// Those of which it is not sure that they begin where they seem to.
    pub guessed: Vec<ProgramCall>,
    /// Those of them that stand in a value or a script of another language.
    pub by_value: Vec<ProgramCall>,
    /// Commands without the options before their verb.
    pub verbs: Vec<ProgramCall>,
    /// Texts for a shell that could not be parsed.
    pub unread: Vec<String>,
    /// Why there may be more.
    pub hidden: Option<Hidden>,
}

/// What was found so far, and how deep and long it is.
#[derive(Default)]
pub(super) struct Unwrapper {
    pub(super) peeled: Unwrapped,
    /// The depth of each of the commands found.
    pub(super) depths: Vec<usize>,
    /// The depth of what is found now.
    pub(super) depth: usize,
    bytes: usize,
}

impl Unwrapper {
    /// Adds a command, unless it was found before.
    pub(super) fn add(&mut self, command: ProgramCall) {
        let Some(name) = command.arguments.first() else {
            return;
        };
        if self.peeled.commands.contains(&command) {
            return;
        }
        // The shell that sudo starts may expand a `$`.
        if !name.is_known() || name.plain().contains('$') {
            self.hide(Hidden::Name);
        }
        let words = command.arguments.iter();
        let bytes = words.map(|word| word.plain().len() + 1).sum();
        if self.depth > MAX_DEPTH || !self.affords(bytes) {
            return self.hide(Hidden::TooMuch);
        }
        self.peeled.commands.push(command);
        self.depths.push(self.depth);
    }

    /// Takes so many bytes for one more command or text, if there is room.
    pub(super) fn affords(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let room = self.peeled.commands.len() + self.peeled.unread.len() < MAX_COMMANDS
            && self.bytes <= MAX_BYTES;
        if !room {
            self.hide(Hidden::TooMuch);
        }
        room
    }

    /// Remembers that something is hidden: that there is too much of it ends the search.
    pub(super) fn hide(&mut self, why: Hidden) {
        if self.peeled.hidden.is_none() || why == Hidden::TooMuch {
            self.peeled.hidden = Some(why);
        }
    }

    /// Keeps a text for a shell that could not be parsed.
    pub(super) fn unread(&mut self, text: &str, why: Hidden) {
        self.hide(why);
        if self.affords(text.len()) {
            self.peeled.unread.push(text.to_owned());
        }
    }
}
