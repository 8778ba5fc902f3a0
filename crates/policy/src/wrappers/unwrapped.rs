//! What wrappers hold: commands, texts that nobody can read, and the reason if there may be more.
//!
//! Takes what `peel` and `scripted` find, one by one. Refuses what nests too deep or is too much, since every
//! command is matched against every deny pattern; remembers each refusal as the reason.

use super::hidden::Hidden;
use crate::matching::argument::ProgramCall;

/// How deep wrappers may nest: more than anyone writes.
pub(super) const MAX_DEPTH: usize = 32;
/// How many commands a command may run: each is matched against every deny pattern.
const MAX_COMMANDS: usize = 256;
/// How many bytes these commands may have together: ten ASCII lines of the longest kind.
const MAX_BYTES: usize = 100_000;

/// What a wrapper would run.
#[derive(Debug, Default)]
pub struct Unwrapped {
    /// Every command, at any depth.
    pub commands: Vec<ProgramCall>,
    /// The commands that a shell reads from a text.
    pub by_shell: Vec<ProgramCall>,
    /// The commands of which nobody is sure where they begin.
    pub guessed: Vec<ProgramCall>,
    /// The commands that stand in a value or a script of another language.
    pub by_value: Vec<ProgramCall>,
    /// The commands that have options before their verb, without these options.
    pub verbs: Vec<ProgramCall>,
    /// Texts for a shell that could not be parsed.
    pub unread: Vec<String>,
    /// Why there may be more commands; `None` if these are all.
    pub hidden: Option<Hidden>,
}

/// What was found so far, and how deep and how long the finds are.
#[derive(Default)]
pub(super) struct Unwrapper {
    pub(super) peeled: Unwrapped,
    /// The depth of each of the commands found.
    pub(super) depths: Vec<usize>,
    /// The depth of the command that is looked at now.
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
        // A `$` hides the name, too: `sudo -i` starts a shell, which may expand the `$`.
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

    /// Counts the bytes of one more command or text; whether there is room for it.
    pub(super) fn affords(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        let room = self.peeled.commands.len() + self.peeled.unread.len() < MAX_COMMANDS
            && self.bytes <= MAX_BYTES;
        if !room {
            self.hide(Hidden::TooMuch);
        }
        room
    }

    /// Remembers that something is hidden. [`Hidden::TooMuch`] ends the search.
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
