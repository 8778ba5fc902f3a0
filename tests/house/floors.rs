//! Who may import whom: takes a path under src/ and its tokens, gives each import that climbs.
//!
//! ```text
//! import := "crate" "::" (NAME | group)  |  ("super" "::")+ (NAME | group), as far as it leaves the folder
//!         | "mcp_ssh_" NAME "::"           a crate of ours
//! group  := "{" import-tail ("," import-tail)* "}"
//! ```

use super::Fault;
use super::tokens::{Token, tokens};

/// Modules and our own crates by floor, lowest first. A file imports only from floors below, or from its own
/// folder; the single files of the ground floor share theirs.
const FLOORS: [&[&str]; 7] = [
    &[
        "cancel",
        "clock",
        "kept_out",
        "mcp_ssh_yaml",
        "process_name",
        "runtime",
        "sandbox",
        "secret",
    ],
    &["rpc"],
    &["config", "mcp_ssh_policy"],
    &["approver", "audit", "ssh"],
    &["gate", "mcp_ssh_suggest"],
    &["cli", "mcp"],
    &["server"],
];

/// The two roots name every module: that is their work.
const ROOTS: [&str; 2] = ["lib", "main"];

/// Every import of the file that climbs a floor or meets a stranger.
pub fn climbing_imports(path: &str, text: &str) -> Vec<Fault> {
    let modules = module_path(path);
    let Some(own) = modules.first().filter(|own| !ROOTS.contains(own)) else {
        return Vec::new();
    };
    let Some(own_floor) = floor(own) else {
        return vec![Fault::new(
            path,
            1,
            format!("`{own}` has no floor: give it one in tests/house/floors.rs"),
        )];
    };
    imports(&tokens(text), modules.len())
        .filter_map(|import| {
            let what = refusal(own, own_floor, import.text)?;
            Some(Fault::new(path, import.line, what))
        })
        .collect()
}

fn refusal(own: &str, own_floor: usize, imported: &str) -> Option<String> {
    if imported == own {
        return None;
    }
    let Some(their_floor) = floor(imported) else {
        return Some(format!("`{own}` imports `{imported}`, which has no floor"));
    };
    match their_floor.cmp(&own_floor) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal if own_floor == 0 => None,
        std::cmp::Ordering::Equal => Some(format!(
            "`{own}` and `{imported}` are strangers on floor {own_floor}"
        )),
        std::cmp::Ordering::Greater => Some(format!(
            "`{own}` on floor {own_floor} climbs to `{imported}` on floor {their_floor}"
        )),
    }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// `src/gate/run.rs` is `gate::run`, `src/gate/mod.rs` is `gate`.
fn module_path(path: &str) -> Vec<&str> {
    let (_, below) = path.rsplit_once("src/").unwrap_or(("", path));
    below
        .trim_end_matches(".rs")
        .split('/')
        .filter(|part| *part != "mod")
        .collect()
}

/// The first name below the crate's root of each path that starts there; `depth` is how many
/// modules down the file is.
fn imports<'a>(tokens: &[Token<'a>], depth: usize) -> impl Iterator<Item = Token<'a>> {
    let mut found = Vec::new();
    let mut supers = 0;
    for (at, token) in tokens.iter().enumerate() {
        let path_goes_on = is_path_separator(tokens, at + 1);
        match token.text {
            "crate" if path_goes_on => found.extend(heads(tokens.get(at + 3..).unwrap_or(&[]))),
            name if name.starts_with("mcp_ssh_") && path_goes_on => found.push(*token),
            "super" if path_goes_on => {
                supers += 1;
                if supers == depth + inline_modules(tokens.get(..at).unwrap_or(&[])) {
                    found.extend(heads(tokens.get(at + 3..).unwrap_or(&[])));
                }
            }
            ":" => {}
            _ => supers = 0,
        }
    }
    found.into_iter()
}

fn is_path_separator(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at..at + 2), Some([first, second]) if first.text == ":" && second.text == ":")
}

/// The name that follows, or the first name of each member of the group that follows.
fn heads<'a>(tail: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at_start = true;
    for token in tail {
        match token.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "," => at_start = at_start || depth == 1,
            _ if at_start => {
                found.push(*token);
                at_start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// How many `mod name {` are open after `before`.
fn inline_modules(before: &[Token<'_>]) -> usize {
    let mut open = Vec::new();
    for (at, token) in before.iter().enumerate() {
        match token.text {
            "{" => open.push(at >= 2 && before.get(at - 2).is_some_and(|word| word.text == "mod")),
            "}" => {
                open.pop();
            }
            _ => {}
        }
    }
    open.into_iter().filter(|is_module| *is_module).count()
}

#[test]
fn imports_go_down() {
    let allowed = [
        ("src/ssh/exec.rs", "use mcp_ssh_policy::Permit;"),
        ("src/ssh/exec.rs", "use super::error::SshError;"),
        ("src/ssh/exec.rs", "use crate::ssh::error::SshError;"),
        (
            "src/config/keys.rs",
            "use mcp_ssh_yaml::{Fields, diagnostic::Span};",
        ),
        ("src/lib.rs", "pub mod server; use crate::server::serve;"),
        ("src/main.rs", "use crate::server::serve;"),
        ("src/rpc/mod.rs", "mod tests { use super::*; }"),
        ("src/rpc/json.rs", "mod tests { use super::super::member; }"),
        (
            "src/rpc/mod.rs",
            "// crate::server\nconst A: &str = \"crate::server\";",
        ),
        ("src/rpc/mod.rs", "pub(crate) fn parse() {}"),
        ("src/server.rs", "use crate::{mcp, gate::{run, task}};"),
    ];
    for (path, text) in allowed {
        assert_eq!(climbing_imports(path, text), [], "{path}: {text}");
    }
}

#[test]
fn climbing_is_seen() {
    let refused = [
        (
            "src/rpc/mod.rs",
            "\nuse mcp_ssh_policy::Rule;",
            "src/rpc/mod.rs:2: `rpc` on floor 1 climbs to `mcp_ssh_policy` on floor 2",
        ),
        (
            "src/config/mod.rs",
            "use mcp_ssh_policy::{Policy, shell};",
            "src/config/mod.rs:1: `config` and `mcp_ssh_policy` are strangers on floor 2",
        ),
        (
            "src/ssh/exec.rs",
            "fn f() { crate::audit::append() }",
            "src/ssh/exec.rs:1: `ssh` and `audit` are strangers on floor 3",
        ),
        (
            "src/rpc/mod.rs",
            "use crate::{clock, secret::{Secret}, mcp::{schema, tools}};",
            "src/rpc/mod.rs:1: `rpc` on floor 1 climbs to `mcp` on floor 5",
        ),
        (
            "src/gate/run.rs",
            "use super::super::mcp::schema;",
            "src/gate/run.rs:1: `gate` on floor 4 climbs to `mcp` on floor 5",
        ),
        (
            "src/gate/mod.rs",
            "mod tests { use super::super::server; }",
            "src/gate/mod.rs:1: `gate` on floor 4 climbs to `server` on floor 6",
        ),
        (
            "src/secret.rs",
            "use super::rpc::Message;",
            "src/secret.rs:1: `secret` on floor 0 climbs to `rpc` on floor 1",
        ),
        (
            "src/gate/mod.rs",
            "use crate::attic::Box;",
            "src/gate/mod.rs:1: `gate` imports `attic`, which has no floor",
        ),
        (
            "src/gate/mod.rs",
            "use crate::*;",
            "src/gate/mod.rs:1: `gate` imports `*`, which has no floor",
        ),
        (
            "src/attic.rs",
            "",
            "src/attic.rs:1: `attic` has no floor: give it one in tests/house/floors.rs",
        ),
    ];
    for (path, text, expected) in refused {
        let faults: Vec<String> = climbing_imports(path, text)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(faults, [expected], "{text}");
    }
}
