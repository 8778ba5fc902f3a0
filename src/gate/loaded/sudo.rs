//! Whether what the policy says of `become` and what the credentials say of sudo's passwords go together.
//!
//! Takes a [`Loaded`]; reads the secrets as they are now. Gives warnings about secrets that are never sent, and notes
//! about rules for hosts on which sudo would get no password.

use std::collections::HashSet;
use std::rc::Rc;

use super::super::login::sudo_password;
use super::Loaded;
use crate::config::{Credential, Host};
use crate::ssh::SshErrorKind;
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Span};

/// Hosts of which a note has the names.
const MAX_NAMED: usize = 6;

impl Loaded {
    /// What is wrong with the passwords of sudo. One that cannot be read is told with the other secrets.
    pub(super) fn sudo_lints(&self) -> Vec<Diagnostic> {
        let mut seen = HashSet::new();
        let hosts = self.inventory.hosts.iter();
        let used = hosts.filter_map(|host| self.inventory.credential(host));
        let used = used.filter(|credential| seen.insert(Rc::clone(&credential.name)));
        let fault = |credential: &Rc<Credential>| {
            let message = self.unsent(credential)?;
            Some(credential.written.fault(Severity::Warning, &message))
        };
        used.filter_map(fault).collect()
    }

    /// Why the password that a credential names for sudo is never sent.
    fn unsent(&self, credential: &Rc<Credential>) -> Option<String> {
        credential.sudo_password_secret.as_ref()?;
        let mut hosts = self.inventory.hosts.iter();
        let becomes = |host: &Rc<Host>| {
            let own = self.inventory.credential(host);
            own.is_some_and(|own| Rc::ptr_eq(own, credential)) && !self.becoming(host).is_empty()
        };
        if !hosts.any(becomes) {
            return Some(format!(
                "{credential}: its `sudo_password_secret` is never sent, since no rule says `become` for a host of it: \
                 remove it, or write the rule"
            ));
        }
        let error = sudo_password(self, credential).err()?;
        (error.kind() == SshErrorKind::SudoPasswordUnfit).then(|| {
            format!(
                "{}: no line that runs by `become` is sent; write a secret of one line and 255 bytes at most",
                error.detail()
            )
        })
    }

    /// The rules with `become` for hosts on which sudo would get no password: that is right where it asks for none.
    pub(super) fn sudo_notes(&self) -> Vec<(Span, String)> {
        let mut rules: Vec<(Span, String, Vec<String>)> = Vec::new();
        for host in self.inventory.hosts.iter() {
            let credential = self.inventory.credential(host);
            let without = |credential: &Rc<Credential>| credential.sudo_password_secret.is_none();
            if !credential.is_some_and(without) {
                continue;
            }
            for (span, name) in self.becoming(host) {
                let alias = format!("`{}`", host.alias);
                match rules.iter_mut().find(|(known, ..)| *known == span) {
                    Some((_, _, hosts)) => hosts.push(alias),
                    None => rules.push((span, name, vec![alias])),
                }
            }
        }
        let note = |(span, name, hosts): (Span, String, Vec<String>)| {
            let named = hosts.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>();
            let more = match hosts.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message = format!(
                "{name} says `become`, and no `sudo_password_secret` is for {}{more}: it works where sudo asks for no \
                 password",
                named.join(", ")
            );
            (span, message)
        };
        rules.into_iter().map(note).collect()
    }

    /// The rules with `become` that speak of a host: their places and names.
    fn becoming(&self, host: &Host) -> Vec<(Span, String)> {
        let alias: &str = host.alias.as_ref();
        let rules = self.policy.rules_with_become(alias, &host.tags);
        rules.map(|(span, name)| (span, name.to_string())).collect()
    }
}
