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
                let name = tokens.get(at + 1).filter(|name| name.is_name());
                names.extend(name.map(|name| name.text));
            }
            _ => {}
        }
    }
    names
}

/// Each type whose name ends in `Error` and that does not implement `std::error::Error`, and each type that is named
/// a fault of its own.
pub fn errors_that_are_none(files: &[(String, String)]) -> Vec<String> {
    let named = |path: &str, text: &str| -> Vec<(String, String)> {
        let tokens = tokens(text);
        let names = type_names(&tokens).into_iter();
        names
            .map(|name| (path.to_owned(), name.to_owned()))
            .collect()
    };
    let is_error = |name: &str| {
        let text = format!("Error for {name} {{}}");
        files.iter().any(|(_, source)| source.contains(&text))
    };
    let all = files.iter().flat_map(|(path, text)| named(path, text));
    let none = all
        .filter(|(_, name)| name.ends_with("Fault") || name.ends_with("Error") && !is_error(name));
    none.map(|(path, name)| format!("{path}: `{name}`"))
        .collect()
}

#[test]
fn an_error_that_is_none_is_seen() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [
        file(
            "a.rs",
            "struct AError; impl Error for AError {} struct BError;",
        ),
        file(
            "b.rs",
            "enum CFault {} impl std::error::Error for CError {} pub struct CError(u8);",
        ),
    ];
    assert_eq!(
        errors_that_are_none(&files),
        ["a.rs: `BError`", "b.rs: `CFault`"]
    );
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
