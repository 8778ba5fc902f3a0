//! Any text as an inventory of Ansible, in each of its forms: what is taken over loads as servers.yml and credentials.yml; in an
//! INI file without ranges and quotes each host is one that the file names; no password in its variables is shown or taken
//! over.
//!
//! The first byte of the input chooses the form. `PASS` in it stands for a variable with a password.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::cli::{LocalUser, PresentHosts, import_ansible};
use references::imports::{ASKER, SECRET, are_named, check, hides};

/// Inventories as files are called, and a variable with a password in each form.
const FORMS: [(&str, &str); 3] = [
    ("hosts.ini", "ansible_password=xyzzy-Q7"),
    ("hosts.yml", "ansible_become_pass: xyzzy-Q7"),
    ("hosts.json", "\"ansible_ssh_pass\": \"xyzzy-Q7\""),
];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let (name, password) = FORMS[usize::from(which) % FORMS.len()];
    if text.contains(SECRET) {
        return;
    }
    // Anywhere else it may be the name of something: tests/cli/ansible/told.rs has those.
    let is_variable = |line: &str| {
        let line = format!("{line} ");
        let is_alone = line.trim_start().starts_with("PASS");
        !is_alone
            && !line.contains(['[', '"', '\'', '\\'])
            && !line.replace(" PASS ", " ").contains("PASS")
    };
    let is_variable = name == "hosts.ini" && text.lines().all(is_variable);
    let text = text.replace("PASS", password);
    let asker = LocalUser {
        user: ASKER.to_owned(),
        home: "/home/me".to_owned(),
    };
    match import_ansible(name, &text, &asker, &PresentHosts::default()) {
        Ok(import) => {
            check(&import);
            let lines = import.told.join("\n");
            if is_variable {
                hides(&[&lines, &import.servers, &import.credentials]);
            }
            if name == "hosts.ini"
                && !text.starts_with(['{', '-'])
                && !text.contains(['\'', '"', '\\', ':'])
            {
                are_named(&import, &text);
            }
        }
        Err(why) => {
            assert!(!why.contains(char::is_control), "{why:?}");
            if is_variable {
                hides(&[&why]);
            }
        }
    }
});
