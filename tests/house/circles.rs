//! No circles: takes the files of a crate, gives each group of files that need one another.
//!
//! A file needs another when it names something that stands there, by `use` or by a path. What a file re-exports
//! counts as standing where it is defined, so that a `mod.rs` that only declares and re-exports needs nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, tokens};

type Module = Vec<String>;

/// What one file names.
struct Named {
    /// The paths that it uses, without re-exports that it does not use itself.
    paths: Vec<Vec<String>>,
    /// The names that it re-exports, and the path of each.
    exports: BTreeMap<String, Vec<String>>,
}

/// The groups of files below `source` that need one another, each as `a, b, c`. A path is as `src/gate/run.rs`.
pub fn circles(source: &str, files: &[(String, String)]) -> Vec<String> {
    let own = files.iter().filter_map(|(path, text)| {
        let below = path.strip_prefix(source)?.strip_prefix('/')?;
        Some((module(below), named(&tokens(text))))
    });
    let modules: BTreeMap<Module, Named> = own.collect();
    let needs = |from: &Module| -> BTreeSet<&Module> {
        let paths = modules.get(from).into_iter().flat_map(|named| &named.paths);
        let found = paths.filter_map(|path| definition(&modules, from, path));
        found.filter(|to| *to != from).collect()
    };
    let edges: BTreeMap<&Module, BTreeSet<&Module>> =
        modules.keys().map(|from| (from, needs(from))).collect();
    let mut groups = BTreeSet::new();
    for from in edges.keys() {
        let ahead = reached(&edges, from);
        let back = |to: &&&Module| reached(&edges, to).contains(*from);
        let group: Vec<String> = ahead.iter().filter(back).map(|to| to.join("::")).collect();
        groups.insert(group);
    }
    groups.retain(|group| !group.is_empty());
    groups.iter().map(|group| group.join(", ")).collect()
}

/// `gate/run.rs` is `gate::run`, `gate/mod.rs` is `gate`, `lib.rs` is the crate.
fn module(path: &str) -> Module {
    let parts = path.trim_end_matches(".rs").split('/');
    let parts = parts.filter(|part| !["mod", "lib"].contains(part));
    parts.map(str::to_owned).collect()
}

/// Every module that can be reached, step by step; the start only by a circle.
fn reached<'m>(
    edges: &BTreeMap<&'m Module, BTreeSet<&'m Module>>,
    from: &Module,
) -> BTreeSet<&'m Module> {
    let mut found = BTreeSet::new();
    let mut ahead: Vec<&Module> = edges[from].iter().copied().collect();
    while let Some(next) = ahead.pop() {
        if found.insert(next) {
            ahead.extend(&edges[next]);
        }
    }
    found
}

/// The module where what a path names is defined; nothing for what is in no module of this crate.
fn definition<'m>(
    modules: &'m BTreeMap<Module, Named>,
    from: &Module,
    path: &[String],
) -> Option<&'m Module> {
    let (mut at, mut name) = place(modules, from, path)?;
    // Of a re-export the definition counts.
    while let Some(export) = name.and_then(|name| modules[at].exports.get(name)) {
        (at, name) = place(modules, at, export)?;
    }
    Some(at)
}

/// The module that a path leads to, and the name that it names there.
fn place<'m, 'p>(
    modules: &'m BTreeMap<Module, Named>,
    from: &Module,
    path: &'p [String],
) -> Option<(&'m Module, Option<&'p String>)> {
    let (first, mut rest) = path.split_first()?;
    let mut at = from.clone();
    match first.as_str() {
        "crate" => at.clear(),
        "self" => {}
        "super" => {
            at.pop()?;
            while let Some((_, behind)) = rest.split_first().filter(|(next, _)| *next == "super") {
                at.pop()?;
                rest = behind;
            }
        }
        child => {
            at.push(child.to_owned());
            if !modules.contains_key(&at) {
                return None;
            }
        }
    }
    while let Some((next, behind)) = rest.split_first() {
        at.push(next.clone());
        if !modules.contains_key(&at) {
            at.pop();
            break;
        }
        rest = behind;
    }
    let (at, _) = modules.get_key_value(&at)?;
    Some((at, rest.first()))
}

/// The paths of a file, but for those of its tests.
fn named(all: &[Token<'_>]) -> Named {
    let tokens = without_tests(all);
    let mut named = Named {
        paths: Vec::new(),
        exports: BTreeMap::new(),
    };
    let mut used = BTreeSet::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.text == "use" {
            let end = at + length(&tokens[at..], ";");
            let paths = expanded(&tokens[at + 1..end]);
            // `pub use` and `pub(super) use`.
            if at > 0 && ["pub", ")"].contains(&tokens[at - 1].text) {
                let name = |path: Vec<String>| Some((path.last()?.clone(), path));
                named.exports.extend(paths.into_iter().filter_map(name));
            } else {
                named.paths.extend(paths);
            }
            at = end;
        } else if token.is_name() && is_separator(&tokens, at + 1) {
            let end = path_end(&tokens, at);
            let names = tokens[at..end].iter().filter(|token| token.is_name());
            used.insert(token.text);
            named
                .paths
                .push(names.map(|token| token.text.to_owned()).collect());
            at = end;
        } else {
            // `mod name;` declares, and needs nothing.
            if at == 0 || tokens[at - 1].text != "mod" {
                used.insert(token.text);
            }
            at += 1;
        }
    }
    // A file that uses what it re-exports needs it.
    let own = named
        .exports
        .iter()
        .filter(|(name, _)| used.contains(name.as_str()));
    let own: Vec<Vec<String>> = own.map(|(_, path)| path.clone()).collect();
    named.paths.extend(own);
    named
}

/// The tokens that are not in an item behind `#[cfg(test)]`.
fn without_tests<'a>(all: &[Token<'a>]) -> Vec<Token<'a>> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let marks = all[at..].iter().map(|token| token.text).take(TEST.len());
        if marks.eq(TEST) {
            at += TEST.len();
            at += item_length(&all[at..]);
        } else {
            kept.push(*token);
            at += 1;
        }
    }
    kept
}

/// An item ends with `;` or with the brace that closes its first one.
fn item_length(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn length(tokens: &[Token<'_>], end: &str) -> usize {
    let end = tokens.iter().position(|token| token.text == end);
    end.unwrap_or(tokens.len())
}

fn is_separator(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at..at + 2), Some([first, second]) if first.text == ":" && second.text == ":")
}

/// Where a path `a::b::C` ends that begins at `at`.
fn path_end(tokens: &[Token<'_>], mut at: usize) -> usize {
    while is_separator(tokens, at + 1) && tokens.get(at + 3).is_some_and(Token::is_name) {
        at += 3;
    }
    at + 1
}

/// Every path of a `use` with groups: `a::{b, c::{d, self}}` is `a::b`, `a::c::d`, `a::c`.
fn expanded(tokens: &[Token<'_>]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut prefixes: Vec<Vec<String>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut renamed = false;
    for token in tokens {
        match token.text {
            "{" => prefixes.push(path.clone()),
            "," | "}" => {
                if !path.is_empty() && prefixes.last() != Some(&path) {
                    paths.push(path.clone());
                }
                renamed = false;
                path = match token.text {
                    "}" => prefixes.pop().unwrap_or_default(),
                    _ => prefixes.last().cloned().unwrap_or_default(),
                };
                if token.text == "}" {
                    // The group's own prefix is no path.
                    path.clear();
                }
            }
            "as" => renamed = true,
            "self" if !path.is_empty() => paths.push(path.clone()),
            name if token.is_name() && !renamed => path.push(name.to_owned()),
            _ => {}
        }
    }
    if !path.is_empty() {
        paths.push(path);
    }
    paths
}

#[test]
fn files_that_need_one_another_are_seen() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    for (files, expected) in [
        (vec![("a.rs", "use crate::b::B;"), ("b.rs", "")], ""),
        (
            vec![("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")],
            "a, b",
        ),
        (
            vec![
                ("a.rs", "fn f() { super::b::g() }"),
                ("b.rs", "use crate::{a::A, c};"),
                ("c.rs", ""),
            ],
            "a, b",
        ),
        // Through a folder's door, which is none of them.
        (
            vec![
                (
                    "a/mod.rs",
                    "mod b; mod c; pub use b::B; pub(super) use c::C;",
                ),
                ("a/b.rs", "use super::C;"),
                ("a/c.rs", "use crate::a::B;"),
            ],
            "a::b, a::c",
        ),
        (
            vec![
                ("a/mod.rs", "mod b; pub use b::B;"),
                ("a/b.rs", "use super::A;"),
            ],
            "",
        ),
        (
            vec![
                ("a/mod.rs", "mod b; pub use b::B; struct A(B);"),
                ("a/b.rs", "use super::A;"),
            ],
            "a, a::b",
        ),
        (
            vec![
                ("a/mod.rs", "mod b; use b::B;"),
                ("a/b.rs", "use super::{self, x::Y};"),
            ],
            "a, a::b",
        ),
        (
            vec![
                ("a.rs", "use crate::{b::{B, D}, c};"),
                ("b.rs", "use crate::c::C;"),
                ("c.rs", "use super::a::{A as Z};"),
            ],
            "a, b, c",
        ),
        // Tests may need what they test with.
        (
            vec![
                ("a.rs", "use crate::b::B; #[cfg(test)] mod tests;"),
                ("b.rs", "#[cfg(test)] mod tests { use crate::a::A; }"),
            ],
            "",
        ),
        (
            vec![
                ("a.rs", "#[cfg(test)] mod tests; use crate::b::B;"),
                ("b.rs", "// crate::a::A\nuse crate::a::A;"),
            ],
            "a, b",
        ),
        (
            vec![
                ("a.rs", "use std::b::B; use smol::a;"),
                ("b.rs", "use crate::a::A;"),
            ],
            "",
        ),
    ] {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| file(&format!("s/{path}"), text))
            .collect();
        assert_eq!(circles("s", &files).join("; "), expected, "{files:?}");
    }
}
