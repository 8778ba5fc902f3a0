//! A file of a login that is there and is no file to be read: a directory, which docker makes where the source of a mount is
//! missing. What is told leads to the file, not to a missing line, a key to convert or a secret to create.

use std::fs;

use super::site::{Site, refused};

const DIRECTORY: &str = "(docker makes one where the source of a mount is missing)";

#[test]
fn what_is_in_the_place_of_a_file_is_told_as_that() {
    for (file, credential, error, why, hint) in [
        (
            "keys/known_hosts",
            "key_path: id",
            "SSH known_hosts not readable: Let the server read it",
            format!("a directory, not a file {DIRECTORY}"),
            "nothing was run: ask the operator to mend what the log says of this file",
        ),
        (
            "keys/other",
            "key_path: other",
            "SSH key format invalid: Check key file format (RSA/Ed25519/ECDSA)",
            "a directory, not a key file: name the file in it".to_owned(),
            "ask the operator to put right what key_path names: the log says what is wrong with it",
        ),
        (
            "secrets/door-password",
            "password_secret: door-password",
            "SSH secret missing: Provide the secret that the credential names",
            format!("is a directory: remove it {DIRECTORY}, and put the file there"),
            "ask the operator to create it, or to let the server read it, where the log says that it was looked for",
        ),
    ] {
        let site = Site::start("unread");
        site.write_credentials(credential);
        let path = site.path(file);
        let _there = fs::remove_file(&path);
        fs::create_dir_all(&path).unwrap();
        let (mut client, held) = site.serve();
        let told = refused(&mut client, "echo x");
        assert_eq!(
            (&told["error"], &told["hint"]),
            (&error.into(), &hint.into()),
            "{file}"
        );
        client.close_stdin();
        let log = client.finish_keeping();
        drop(held);
        assert!(log.contains(&why), "{file}: {log}");
    }
}
