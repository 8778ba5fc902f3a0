//! Files of a server, or why there are none.

use std::fs;

use serde_json::{Value, json};

use super::columns::YES;
use super::stand::Stand;

type Seen = Result<String, String>;

fn on_file(stand: &mut Stand, tool: &str, name: &str, more: Value) -> Result<Value, String> {
    let mut arguments = json!({"alias": "box", "path": stand.path(name)});
    for (key, value) in more.as_object().unwrap() {
        arguments[key] = value.clone();
    }
    stand.call(tool, arguments)
}

/// A file that was there before, and its name in the directory.
pub fn read(stand: &mut Stand) -> Seen {
    fs::write(stand.path("there"), "one\ntwo\n").unwrap();
    let read = on_file(stand, "ssh_read_file", "there", json!({}))?;
    assert_eq!(read["content"], "one\ntwo\n", "{read}");
    let here = stand.folder.path().to_str().unwrap().to_owned();
    let listed = stand.call("ssh_list_directory", json!({"alias": "box", "path": here}))?;
    let mut entries = listed["entries"].as_array().unwrap().iter();
    let found = entries.find(|entry| entry["name"] == "there");
    assert!(found.is_some_and(|entry| entry["size"] == 8), "{listed}");
    Ok(YES.to_owned())
}

pub fn create(stand: &mut Stand) -> Seen {
    let content = "x".repeat(300_000);
    let new = json!({"content": content, "create": true, "mode": "640"});
    let made = on_file(stand, "ssh_write_file", "new", new);
    leaves_nothing_behind(stand);
    let made = made?;
    assert_eq!(made["status"], "created", "{made}");
    assert!(fs::read_to_string(stand.path("new")).unwrap() == content);
    Ok(YES.to_owned())
}

/// Edits the file that [`create`] has made, and writes it whole.
pub fn replace(stand: &mut Stand) -> Seen {
    let small = json!({"content": "one\ntwo\n", "create": true, "mode": "640"});
    on_file(stand, "ssh_write_file", "small", small)?;
    let sha256 = |text: &str| mcp_ssh::audit::sha256(text.as_bytes());
    let edit = json!({
        "edits": [{"old": "two", "new": "three"}],
        "expected_sha256": sha256("one\ntwo\n"),
    });
    let edited = on_file(stand, "ssh_edit_file", "small", edit);
    leaves_nothing_behind(stand);
    let text = fs::read_to_string(stand.path("small")).unwrap();
    assert_eq!(
        text,
        if edited.is_ok() {
            "one\nthree\n"
        } else {
            "one\ntwo\n"
        }
    );
    edited?;
    let whole = json!({"content": "four\n", "expected_sha256": sha256("one\nthree\n")});
    on_file(stand, "ssh_write_file", "small", whole)?;
    assert_eq!(fs::read_to_string(stand.path("small")).unwrap(), "four\n");
    Ok(YES.to_owned())
}

/// What was written halfway has a name that begins with a dot, and is gone whether the call was done or not.
fn leaves_nothing_behind(stand: &Stand) {
    let names = fs::read_dir(stand.folder.path()).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left = names.find(|name| name.starts_with('.'));
    assert_eq!(left, None, "a file is left behind");
}
