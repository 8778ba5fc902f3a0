//! A type's name stands once in the tree: takes every file, gives each name that two of them define.

use std::collections::BTreeMap;

use super::tokens::{Token, tokens};

/// Each name of a type that is defined more than once, with the files that define it. Tests may name theirs as they like.
pub fn type_names_twice(files: &[(String, String)]) -> Vec<String> {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, text) in files {
        for name in type_names(&tokens(text)) {
            places.entry(name.to_owned()).or_default().push(path);
        }
    }
    places.retain(|_, paths| paths.len() > 1);
    let line = |(name, paths): (&String, &Vec<&str>)| format!("`{name}`: {}", paths.join(", "));
    places.iter().map(line).collect()
}

/// The types that a file defines, outside of functions, of other items, and of its tests.
fn type_names<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    const KINDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];
    let mut names = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            kind if depth == 0 && KINDS.contains(&kind) => {
                names.extend(tokens.get(at + 1).map(|name| name.text));
            }
            _ => {}
        }
    }
    names
}

#[test]
fn a_name_that_two_files_define_is_seen() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [
        file(
            "a.rs",
            "pub struct A { b: B } enum B {} impl C for A { type D = u8; } fn f() { struct E; }",
        ),
        file(
            "b.rs",
            "type D = u8; struct E; // struct A\n#[cfg(test)] mod tests { struct B; }",
        ),
        file("c.rs", "pub(super) trait B {} struct C(\"struct D;\");"),
    ];
    assert_eq!(type_names_twice(&files), ["`B`: a.rs, c.rs"]);
}
