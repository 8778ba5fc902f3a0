//! Any text as the configuration of an OpenSSH client: what is taken over loads as servers.yml and credentials.yml, and without
//! quotes in the file each host is one that it names; what is refused is one line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::cli::{LocalUser, PresentHosts, SshConfig, import_ssh_config};
use references::imports::{ASKER, are_named, check};

fuzz_target!(|text: &str| {
    let asker = LocalUser {
        user: ASKER.to_owned(),
        home: "/home/me".to_owned(),
    };
    let text = text.replace('\r', "");
    // What is included is read from this machine.
    if text.to_ascii_lowercase().contains("include") {
        return;
    }
    let config = SshConfig::parse("config", &text, &asker.home);
    let import =
        config.and_then(|config| import_ssh_config(&config, &asker, &PresentHosts::default()));
    match import {
        Ok(import) => {
            check(&import);
            if !text.contains(['\'', '"', '\\', '%']) {
                are_named(&import, &text);
            }
        }
        Err(why) => assert!(!why.contains(char::is_control), "{why:?}"),
    }
});
