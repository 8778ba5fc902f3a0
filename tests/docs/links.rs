//! Every link of a document that leads into this repository leads to a file, and to a heading that is there.

use std::path::{Path, PathBuf};

use super::fences::texts;

/// What is wrong with the links of a text that stands in `folder`.
fn faults(folder: &Path, text: &str) -> Vec<String> {
    let links = text.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split(')').next());
    let inner = links.filter(|link| !link.contains("://") && !link.contains(char::is_whitespace));
    inner
        .filter(|link| !leads_somewhere(folder, text, link))
        .map(str::to_owned)
        .collect()
}

fn leads_somewhere(folder: &Path, text: &str, link: &str) -> bool {
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let target: PathBuf = folder.join(path);
    if !path.is_empty() && !target.exists() {
        return false;
    }
    let other = match path {
        "" => text.to_owned(),
        _ if heading.is_empty() => return true,
        _ => std::fs::read_to_string(target).unwrap_or_default(),
    };
    other
        .lines()
        .any(|line| anchor(line).as_deref() == Some(heading))
}

/// What GitHub calls a heading: lower case, without signs, a dash for each blank.
fn anchor(line: &str) -> Option<String> {
    let (signs, title) = line.split_once(' ')?;
    if signs.is_empty() || signs.chars().any(|sign| sign != '#') {
        return None;
    }
    let kept = title
        .to_lowercase()
        .replace(' ', "-")
        .chars()
        .filter(|next| next.is_alphanumeric() || ['-', '_'].contains(next))
        .collect();
    Some(kept)
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut links = 0;
    for (name, text) in texts() {
        let path = root.join(&name);
        assert_eq!(faults(path.parent().unwrap(), &text), [""; 0], "{name}");
        links += text.matches("](").count();
    }
    assert!(links > 150, "{links}");
}

#[test]
fn a_link_that_leads_nowhere_is_a_fault() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (text, leads) in [
        ("[a](README.md)", true),
        ("[a](docs)", true),
        ("[a](README.md#a-policy)", true),
        ("[a](README.md#no-such-heading)", false),
        ("[a](NO_SUCH.md)", false),
        ("[a](https://example.com/x)", true),
        ("# A `b`, c_d\n[a](#a-b-c_d)", true),
        ("# A b\n[a](#b)", false),
    ] {
        assert_eq!(faults(root, text).is_empty(), leads, "{text}");
    }
}
