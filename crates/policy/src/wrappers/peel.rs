//! What a wrapper runs: `sudo -u x rm y` runs `rm y`, and a deny rule for `rm *` must see that.
//!
//! Takes a command. Gives every command that it would run, as the row of its program says ([`Runs`]), at any
//! depth. Gives the reason if some cannot be seen: a text for a shell that is not of the accepted language, a
//! name that is not spelled out, or too many commands. Where the options do not say at which word the inner
//! command begins, every word may be its start. What is given can only deny more: allow rules never ask.

use mcp_ssh_knowledge::row::{Row, Runs};
use mcp_ssh_knowledge::row_of;

use crate::shell::CommandLine;

use super::hidden::Hidden;
use super::options::{self, CommandStart};
use super::unwrapped::{MAX_DEPTH, Unwrapped, Unwrapper};
use crate::matching::argument::{Argument, ProgramCall};
use crate::matching::marks::ANYTHING;

/// How many words behind a program's options are tried as its verb: more than anyone writes.
const MAX_VERBS: usize = 8;
/// Every command that `outer` would run.
///
/// The search ends, because it looks at each command once and the number of commands is bounded.
pub fn peel(outer: &ProgramCall) -> Unwrapped {
    let mut unwrapper = Unwrapper::default();
    unwrapper.look_inside(outer);
    let mut next = 0;
    while let Some(command) = unwrapper.peeled.commands.get(next).cloned() {
        unwrapper.depth = 1 + unwrapper.depths.get(next).copied().unwrap_or(MAX_DEPTH);
        unwrapper.look_inside(&command);
        next += 1;
    }
    unwrapper.peeled
}

impl Unwrapper {
    /// Adds the commands that one command itself runs.
    fn look_inside(&mut self, outer: &ProgramCall) {
        if let Some(row) = row_of(outer.file_name()) {
            self.by_row(row, outer);
        }
    }

    fn by_row(&mut self, row: &'static Row, outer: &ProgramCall) {
        for runs in row.runs {
            match *runs {
                Runs::Command { .. }
                | Runs::Closed { .. }
                | Runs::Environment
                | Runs::Joined { .. }
                | Runs::Reading => {
                    self.after_options(row, *runs, outer);
                }
                Runs::Shell | Runs::Option if options::has_text(outer) => self.any_text(outer),
                Runs::Shell | Runs::Option => {}
                Runs::Texts => self.any_text(outer),
                Runs::FindExec => self.find_exec(outer),
                Runs::After(words) => self.after_words(words, outer),
                Runs::Values(options) => self.values(options, outer),
                Runs::Script | Runs::Calls => self.code(row, outer),
            }
        }
        self.subcommands(&row.running(), outer);
        if !row.subcommands.is_empty() {
            self.verb_first(outer);
        }
    }

    /// Adds the command without the options before its verb, so that a rule that denies `kubectl delete pod y` meets
    /// `kubectl -n x delete pod y`. Nobody knows which word is a value, so several words may be the verb.
    fn verb_first(&mut self, outer: &ProgramCall) {
        let is_option = |word: &Argument| word.plain().starts_with('-');
        if !outer.arguments.get(1).is_some_and(is_option) {
            return;
        }
        let words = outer.arguments.iter().enumerate().skip(2);
        let verbs = words.filter(|(_, word)| !is_option(word)).take(MAX_VERBS);
        for (index, _) in verbs {
            let name = outer.arguments.iter().take(1);
            let rest = outer.arguments.get(index..).unwrap_or_default();
            let command = outer.running(name.chain(rest).cloned().collect());
            if self.affords(command.plain().len()) {
                self.peeled.verbs.push(command);
            }
        }
    }

    /// Adds the words after a wrapper's options and operands, and the texts among the options.
    fn after_options(&mut self, row: &'static Row, runs: Runs, outer: &ProgramCall) {
        let reading = options::read(row, &outer.arguments);
        for text in &reading.texts {
            self.text(text);
        }
        let by_text = matches!(runs, Runs::Joined { .. });
        let guessed = matches!(reading.start, CommandStart::From(_));
        let starts = match reading.start {
            CommandStart::At(start) => start..start + 1,
            CommandStart::From(start) => start..outer.arguments.len(),
        };
        for start in starts {
            if self.peeled.hidden == Some(Hidden::TooMuch) {
                return;
            }
            let written = outer.arguments.get(start..).unwrap_or_default();
            if guessed || by_text {
                self.guess(written, outer);
            }
            match &reading.words {
                Some(words) => self.split(words, written, outer),
                None if runs == Runs::Reading => self.read_more(written, &reading.hole, outer),
                None => self.add(outer.running(written.to_vec())),
            }
            if by_text {
                let words: Vec<&str> = written.iter().map(Argument::plain).collect();
                self.text(&words.join(" "));
            }
        }
    }

    /// Adds each word that may begin a command. The path of a place where users may write files is such a word.
    fn guess(&mut self, written: &[Argument], outer: &ProgramCall) {
        let places = [
            "./",
            "../",
            "/tmp/",
            "/var/tmp/",
            "/dev/shm/",
            "/home/",
            "/root/",
        ];
        let name = written.first().map_or("", Argument::plain);
        if !places.iter().any(|place| name.starts_with(place)) {
            self.peeled.guessed.push(outer.running(written.to_vec()));
        }
    }

    /// Adds what xargs makes of its command: the text that xargs reads replaces `hole`, or follows the command's
    /// words; or there is nothing to read, and the command runs as it is.
    fn read_more(&mut self, written: &[Argument], hole: &str, outer: &ProgramCall) {
        let mut arguments: Vec<Argument> = written
            .iter()
            .map(|word| word.filled(hole, ANYTHING))
            .collect();
        self.add(outer.running(arguments.clone()));
        if !arguments.is_empty() && arguments.last() != Some(&Argument::unknown()) {
            arguments.push(Argument::unknown());
            self.add(outer.running(arguments));
        }
    }

    /// Adds the command of `env -S 'words' more`: env reads `words`, options first, as if they stood on the line.
    fn split(&mut self, words: &str, more: &[Argument], outer: &ProgramCall) {
        // The escapes of env are not those of the shell.
        let line = match CommandLine::parse(&format!("env {words}")) {
            Ok(line) if !words.contains('\\') => line,
            Ok(_) | Err(_) => return self.unread(words, Hidden::Words),
        };
        let mut commands = line.commands();
        match (commands.next(), commands.next()) {
            (Some(command), None) if command.redirects().is_empty() => {
                let mut arguments = ProgramCall::of(command).arguments;
                arguments.extend_from_slice(more);
                self.add(outer.running(arguments));
            }
            _ => self.unread(words, Hidden::Words),
        }
    }

    /// Reads as a text for a shell every word that is no option, and each value that may be attached to an option.
    fn any_text(&mut self, outer: &ProgramCall) {
        // Behind `-c` stands the text, unless a later `-o` takes the first word; then come names for `$0`, `$1`, ….
        let (mut read, mut sure) = (None, 1);
        for argument in outer.arguments.iter().skip(1) {
            let word = argument.plain();
            match word.strip_prefix(['-', '+']) {
                None => {
                    if read.is_some_and(|read| read >= sure) {
                        self.guess(std::slice::from_ref(argument), outer);
                    }
                    read = read.map(|read| read + 1);
                    self.text(word);
                }
                Some(option) => {
                    if option.contains('c') {
                        read = read.or(Some(0));
                    }
                    sure += usize::from(read.is_some() && option.contains(['o', 'O']));
                    let mark = if option.starts_with('-') { '=' } else { 'c' };
                    let attached = option.split_once(mark).map(|(_, text)| text);
                    self.text(attached.unwrap_or_default());
                }
            }
        }
    }

    /// Adds the command that stands after one of `words`, beginning at each later word, and the commands in texts
    /// there.
    fn after_words(&mut self, words: &str, outer: &ProgramCall) {
        let named = |word: &Argument| {
            let mut names = words.split_whitespace();
            names.any(|name| name == word.plain() || name == "*")
        };
        self.hide_verb(outer);
        let Some(at) = outer.arguments.iter().position(named) else {
            return;
        };
        let rest = outer.arguments.get(at + 1..).unwrap_or_default();
        for start in 0..rest.len() {
            let command = rest.get(start..).unwrap_or_default();
            self.guess(command, outer);
            self.add(outer.running(command.to_vec()));
            if self.peeled.hidden == Some(Hidden::TooMuch) {
                return;
            }
        }
        for word in rest.iter().filter(|word| word.quoted() != word.plain()) {
            self.snippets(word.plain(), &[]);
        }
    }

    /// Hides what a verb does that is not on the line: it may be any verb.
    fn hide_verb(&mut self, outer: &ProgramCall) {
        if outer.arguments.get(1) == Some(&Argument::unknown()) {
            self.hide(Hidden::Words);
        }
    }

    /// Adds each word that names a subcommand, as a wrapper of its own: the first such word may be a value.
    fn subcommands(&mut self, subcommands: &[&'static Row], outer: &ProgramCall) {
        if !subcommands.is_empty() {
            self.hide_verb(outer);
        }
        for (index, word) in outer.arguments.iter().enumerate().skip(1) {
            let named = |row: &&&Row| {
                let mut names = row.names.split_ascii_whitespace();
                names.any(|name| name == word.plain())
            };
            for row in subcommands.iter().filter(named) {
                if self.peeled.hidden == Some(Hidden::TooMuch) {
                    return;
                }
                let inner = outer.arguments.get(index..).unwrap_or_default();
                self.by_row(row, &outer.running(inner.to_vec()));
            }
        }
    }

    /// Adds the command of each `-exec command… ;` of find.
    fn find_exec(&mut self, outer: &ProgramCall) {
        let mut rest = outer.arguments.as_slice();
        if rest.contains(&Argument::unknown()) {
            self.hide(Hidden::Words);
        }
        let execs = ["-exec", "-execdir", "-ok", "-okdir"];
        while let Some(at) = rest.iter().position(|word| execs.contains(&word.plain())) {
            rest = rest.get(at + 1..).unwrap_or_default();
            let command = rest.get(..options::exec_length(rest)).unwrap_or_default();
            let filled = command.iter().map(|word| word.filled("{}", ANYTHING));
            self.add(outer.running(filled.collect()));
            if self.peeled.hidden == Some(Hidden::TooMuch) {
                return;
            }
        }
    }

    /// Adds the commands of a text for a shell.
    fn text(&mut self, text: &str) {
        if text.trim().is_empty() || self.peeled.hidden == Some(Hidden::TooMuch) {
            return;
        }
        match CommandLine::parse(text) {
            Ok(line) => {
                for command in line.commands().map(ProgramCall::of) {
                    self.peeled.by_shell.push(command.clone());
                    self.add(command);
                }
            }
            Err(refusal) if refusal.security_event() => self.unread(text, Hidden::Text),
            Err(refusal) => self.unread(text, Hidden::Language(refusal)),
        }
    }
}
