//! `ssh_list_directory`: names in pages.

use std::os::unix::fs::symlink;

use serde_json::json;

use super::{ALL, FileSite};

#[test]
fn a_directory_is_listed_in_pages_of_names() {
    let mut site = FileSite::start("flist", ALL);
    std::fs::create_dir(site.path("sub")).unwrap();
    symlink("/etc/shadow", site.path("link")).unwrap();
    for number in 0..250 {
        site.write(&format!("n{number:03}"), "x".repeat(number));
    }
    let here = site.folder.path().to_str().unwrap().to_owned();
    let listed = site.done("ssh_list_directory", &here, json!({}));
    let names = |listed: &serde_json::Value| -> Vec<String> {
        let entries = listed["entries"].as_array().unwrap().iter();
        entries
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        (&listed["total"], &listed["has_more"]),
        (&json!(252), &json!(true))
    );
    let mut all = names(&listed);
    assert_eq!(all.len(), 200);
    let next = json!({"offset": listed["next_offset"]});
    let rest = site.done("ssh_list_directory", &here, next);
    assert_eq!(
        (&rest["has_more"], &rest["next_offset"]),
        (&json!(false), &json!(252))
    );
    all.extend(names(&rest));
    assert_eq!(all, site.names());
    let few = site.done("ssh_list_directory", &here, json!({"limit": 3}));
    let kinds: Vec<_> = few["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["type"].clone())
        .collect();
    assert_eq!(kinds, ["link", "file", "file"]);
    let second = &few["entries"][2];
    assert_eq!(
        (&second["name"], &second["size"]),
        (&json!("n001"), &json!(1))
    );
    assert_eq!(second["mode"], "0644", "{second}");
    assert!(second["mtime"].as_str().unwrap().ends_with('Z'), "{second}");
    let refused = site.refused("ssh_list_directory", "n001", json!({}));
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("not a directory"),
        "{refused}"
    );
    // A link to a directory outside, and a directory that is not granted.
    for (name, reason) in [("link", "protected_path"), ("/etc", "no_matching_entry")] {
        let refused = site.refused("ssh_list_directory", name, json!({}));
        assert_eq!(refused["reason"], reason, "{refused}");
    }
}
