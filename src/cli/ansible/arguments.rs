//! What Ansible gives to ssh besides a host's name: `ansible_ssh_common_args` and its like.
//!
//! Takes the text of such a variable; gives the way through a jump host, and the options that an inventory has no place
//! for, by their names alone. Refuses an option that changes which machine is reached or as whom, and a way that cannot
//! be said.

use super::words::{Comments, words};
use crate::cli::ssh_config::{JumpHop, certain_hops, command_hop};

/// Options of ssh that take a value.
const VALUED: &str = "BbcDEeFIiJLlmOoPpQRSWw";
/// Options, and keywords of `-o`, with which ssh reaches another machine, or as another user, or nothing at all.
const DIVERTING: &str = "FlpWOQVGNf";
const DIVERTING_KEYWORDS: [&str; 8] = [
    "hostname",
    "port",
    "user",
    "hostkeyalias",
    "include",
    "proxyusefdpass",
    "canonicalizehostname",
    "sessiontype",
];

/// What a variable gives to ssh.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SshArguments {
    /// The hosts on the way, the nearest first; `None` where nothing is said, which is not the same as no way.
    pub way: Option<Vec<JumpHop>>,
    /// The options that are not taken over: `-i`, `-o StrictHostKeyChecking`.
    pub passed_over: Vec<String>,
}

/// Reads the text.
///
/// # Errors
/// Why it cannot be said how the host is reached, without quoting a value.
pub fn read(text: &str) -> Result<SshArguments, String> {
    let words = words(text, Comments::None).map_err(str::to_owned)?;
    let mut arguments = SshArguments::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let letters = word.strip_prefix('-').filter(|rest| !rest.is_empty());
        let letters = letters.ok_or("has a word that is no option of ssh")?;
        for (at, letter) in letters.char_indices() {
            if !letter.is_ascii_alphanumeric() {
                return Err("has a word that is no option of ssh".to_owned());
            }
            if DIVERTING.contains(letter) {
                return Err(format!("has `-{letter}`, which is no setting of a host"));
            }
            if !VALUED.contains(letter) {
                arguments.passed_over.push(format!("-{letter}"));
                continue;
            }
            let attached = letters.get(at + 1..).filter(|rest| !rest.is_empty());
            let value = attached.or_else(|| words.next().map(String::as_str));
            let value = value.ok_or("ends with an option that has no value")?;
            arguments.option(letter, value)?;
            break;
        }
    }
    Ok(arguments)
}

impl SshArguments {
    fn option(&mut self, letter: char, value: &str) -> Result<(), String> {
        match letter {
            'J' => self.jump(value),
            'o' => self.setting(value),
            _ => {
                self.passed_over.push(format!("-{letter}"));
                Ok(())
            }
        }
    }

    /// `-o KEYWORD=VALUE`, or with a blank between them.
    fn setting(&mut self, setting: &str) -> Result<(), String> {
        let setting = setting.trim_start();
        let end = setting.find(|c: char| !c.is_ascii_alphanumeric());
        let (keyword, value) = setting.split_at(end.unwrap_or(setting.len()));
        let value = value.trim_start();
        let value = value.strip_prefix('=').unwrap_or(value).trim();
        match keyword.to_ascii_lowercase().as_str() {
            "proxyjump" => self.jump(value),
            "proxycommand" if value.eq_ignore_ascii_case("none") => self.jump("none"),
            "proxycommand" => {
                let hop = command_hop(value);
                let hop =
                    hop.ok_or("has a `ProxyCommand` that is more than `ssh -W %h:%p HOST`")?;
                self.go(vec![hop])
            }
            folded if DIVERTING_KEYWORDS.contains(&folded) => Err(format!(
                "has `-o {keyword}`, which is no setting of a jump host"
            )),
            _ if keyword.is_empty() || keyword.len() > 40 => {
                Err("has an `-o` without a keyword".to_owned())
            }
            _ => {
                self.passed_over.push(format!("-o {keyword}"));
                Ok(())
            }
        }
    }

    fn jump(&mut self, value: &str) -> Result<(), String> {
        if value.eq_ignore_ascii_case("none") {
            return self.go(Vec::new());
        }
        let hops = certain_hops(value).filter(|hops| !hops.is_empty());
        self.go(hops.ok_or("has a jump host that ssh does not take")?)
    }

    fn go(&mut self, way: Vec<JumpHop>) -> Result<(), String> {
        match self.way.replace(way) {
            None => Ok(()),
            Some(_) => Err("has more than one way to the host".to_owned()),
        }
    }
}
