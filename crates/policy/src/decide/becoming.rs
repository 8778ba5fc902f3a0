//! As whom a line runs, where rules say `become`.
//!
//! Takes a line that rules grant. Gives the [`SudoLine`] by which the line runs, or nothing where it runs as the login.
//! Refuses a line about whose user the rules disagree, a line that is more than one simple command, and a line that is
//! denied once sudo stands before it: deny rules and `deny_substrings` see the command and the whole line of sudo.
//! Invariant: each rule that grants a command names one user, or none does. The order of the rules decides nothing.

use super::admission;
use super::denial::Denial;
use super::host_policy::HostPolicy;
use super::sudo_line::SudoLine;
use crate::rules::become_user::BecomeUser;
use crate::rules::deny::Spellings;
use crate::rules::rule::{Action, Rule};
use crate::shell::CommandLine;
use crate::wrappers::subject::{self, Subject};

impl HostPolicy {
    /// The line of sudo by which a granted line runs; `None` where it runs as the login.
    ///
    /// # Errors
    /// Why the line is denied.
    pub(super) fn becoming(
        &self,
        line: &CommandLine,
        subjects: &[Subject],
    ) -> Result<Option<SudoLine>, Denial> {
        if !self.rules.say_become() {
            return Ok(None);
        }
        let mut found = None;
        for subject in subjects {
            found = found.or(self.user_of(subject)?);
        }
        let Some((rule, user)) = found else {
            return Ok(None);
        };
        if !is_alone(line) {
            return Err(Denial::not_alone(&rule.name(), user));
        }
        let (sudo, whole) =
            SudoLine::new(user, &line.render()).map_err(|refusal| Denial::refused(&refusal))?;
        // The line as people write it, too: a deny rule is written in that spelling.
        let shown =
            CommandLine::parse(&sudo.shown()).map_err(|refusal| Denial::refused(&refusal))?;
        let mut denials = [&whole, &shown].into_iter();
        match denials.find_map(|line| self.denied_under(line)) {
            Some(denial) => Err(denial.under_sudo(user)),
            None => Ok(Some(sudo)),
        }
    }

    /// The lines of sudo that deny rules see beside a line; none where the line runs as the login.
    pub(crate) fn lines_of_sudo(
        &self,
        line: &CommandLine,
        subjects: &[Subject],
    ) -> Vec<CommandLine> {
        let becomes = self.rules.say_become() && is_alone(line);
        let mut users = subjects.iter().filter(|_| becomes);
        let user = users.find_map(|subject| self.user_of(subject).ok().flatten());
        let sudo = user.and_then(|(_, user)| SudoLine::new(user, &line.render()).ok());
        let shown = sudo
            .as_ref()
            .and_then(|(sudo, _)| CommandLine::parse(&sudo.shown()).ok());
        sudo.map(|(_, whole)| whole)
            .into_iter()
            .chain(shown)
            .collect()
    }

    /// The user as whom one command runs, and the first rule that says so.
    ///
    /// # Errors
    /// That two rules which grant the command disagree.
    fn user_of(&self, subject: &Subject) -> Result<Option<(&Rule, &BecomeUser)>, Denial> {
        // A rule that asks decides, even where the escape guard holds it back: see `judge`.
        let grants = |rule: &&Rule| {
            admission::allows(rule, subject)
                || rule.action == Action::Ask && admission::admits(rule, subject)
        };
        let mut granting = self.granting(subject).filter(grants);
        let Some(first) = granting.next() else {
            return Ok(None);
        };
        match granting.find(|other| other.becomes != first.becomes) {
            Some(other) => Err(Denial::several_users(&subject.rendered, first, other)),
            None => Ok(first.becomes.as_ref().map(|user| (first, user))),
        }
    }

    /// The first entry or rule that denies a line of sudo. What is hidden in the command was looked for in the command.
    fn denied_under(&self, line: &CommandLine) -> Option<Denial> {
        let text = line.render();
        let subjects = subject::of(line, |subject| self.spells_out(subject));
        let spellings = Spellings::new(&text, line, &subjects);
        if let Some((entry, _)) = self.denied_substring(&spellings) {
            return Some(Denial::entry(entry.as_str()));
        }
        let whole = [text];
        let mut denying = self.denying(&whole);
        let over_line = denying.find(|rule| admission::denying_glob(rule, &whole).is_some());
        let denying = over_line.or_else(|| {
            subjects.iter().find_map(|subject| {
                let mut denying = self.denying(&subject.deny);
                denying.find(|rule| admission::denies(rule, subject))
            })
        });
        denying.map(|rule| Denial::rule(&rule.name(), None))
    }
}

/// Whether a line is one simple command without redirections: sudo takes no other, and its standard input and error are
/// those by which the password is asked for.
pub(super) fn is_alone(line: &CommandLine) -> bool {
    let mut commands = line.commands();
    let first = commands.next();
    // sudo takes a name with `=` for a variable.
    let named = |name: &str| !name.contains('=');
    commands.next().is_none()
        && first.is_some_and(|command| {
            let name = command.words().first();
            command.redirects().is_empty() && name.is_some_and(|name| named(&name.value()))
        })
}
