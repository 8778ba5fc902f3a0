//! The file of an inventory: which form it has, and what only Ansible can read.
//!
//! Takes a path or a text; gives the text, and the inventory in it. Refuses directories, programs, the settings of
//! plugins, TOML, whole files in a vault, and files beside which stand variables that only Ansible would read, each with
//! the command that makes JSON of them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use mcp_ssh_policy::shell::quoted;
use mcp_ssh_yaml::diagnostic::Source;
use mcp_ssh_yaml::quotable::holds_key;
use mcp_ssh_yaml::{Node, Value, parse_with_tags};

use super::groups::AnsibleInventory;
use super::yaml::distinct;
use super::{ini, json, yaml};
use crate::config::bytes_of;

/// The tags with which Ansible marks a text.
const TAGS: [&str; 3] = ["vault", "vault-encrypted", "unsafe"];
/// Directories beside an inventory, out of which Ansible takes variables.
const VARIABLE_FOLDERS: [&str; 2] = ["group_vars", "host_vars"];

/// The forms of an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InventoryForm {
    Ini,
    Yaml,
    Json,
}

/// The text of a file.
///
/// # Errors
/// Why it is not read here, and what to write instead.
pub fn text_of(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let refused = |why: &str| format!("{shown}: {why}: {}", way(&path.to_string_lossy()));
    let status = fs::metadata(path).map_err(|error| format!("{shown}: {error}"))?;
    if status.is_dir() {
        return Err(refused("a directory, which only Ansible reads"));
    }
    let parent = path.parent().unwrap_or(path);
    let beside = VARIABLE_FOLDERS
        .iter()
        .find(|name| parent.join(name).is_dir());
    if let Some(name) = beside {
        let why =
            format!("the variables in {name}/ beside it count, too, and only Ansible reads them");
        return Err(refused(&why));
    }
    let (_, bytes) = bytes_of(path).map_err(|fault| fault.headline())?;
    if status.mode() & 0o111 != 0 || bytes.starts_with(b"#!") {
        return Err(refused("a program, which is not run here"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The command with which Ansible prints an inventory.
fn way(name: &str) -> String {
    let name = quoted(name);
    format!("write `ansible-inventory -i {name} --list | mcp-ssh init DIR --from-ansible -`")
}

/// Reads the text of a file.
///
/// # Errors
/// What Ansible would refuse, too, and what only Ansible reads; with the line, and without a secret.
pub fn read(name: &str, text: &str) -> Result<AnsibleInventory, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let refused = |(line, why)| format!("{name}:{line}: {why}");
    if text.starts_with("$ANSIBLE_VAULT") {
        return Err(format!("{name}: encrypted by ansible-vault: {}", way(name)));
    }
    let extension = Path::new(name).extension().unwrap_or_default();
    if extension == "toml" {
        return Err(format!(
            "{name}: TOML, which only Ansible reads: {}",
            way(name)
        ));
    }
    let form = form(&extension.to_string_lossy(), text);
    if form == InventoryForm::Ini {
        if holds_key(text) {
            let why = "a private key is in it: name an inventory of Ansible";
            return Err(format!("{name}: {why}"));
        }
        return ini::read(text).map_err(refused);
    }
    let source = Source::secret(name, text);
    let mut tree = parse_with_tags(&source, &TAGS).map_err(|faults| {
        let faults = faults.first().map(|fault| fault.headline());
        faults.unwrap_or_default()
    })?;
    let inventory = document(name, form, &tree);
    tree.wipe();
    inventory
}

fn document(name: &str, form: InventoryForm, tree: &Node<'_>) -> Result<AnsibleInventory, String> {
    let refused = |(line, why)| format!("{name}:{line}: {why}");
    let Value::Map(top) = &tree.value else {
        return Err(refused((tree.span.line, "no mapping of groups".to_owned())));
    };
    distinct(top).map_err(refused)?;
    if let Some((key, _)) = top.iter().find(|(key, _)| key.text == "plugin") {
        let why = format!(
            "the settings of an inventory plugin, which only Ansible runs: {}",
            way(name)
        );
        return Err(refused((key.span.line, why)));
    }
    let inventory = match form {
        InventoryForm::Json if json::is_list(top) => json::read(top),
        InventoryForm::Json | InventoryForm::Yaml | InventoryForm::Ini => yaml::read(top),
    };
    inventory.map_err(refused)
}

/// The form of a text: JSON begins with a brace; where the name says nothing, YAML begins with `---` or a lone key.
fn form(extension: &str, text: &str) -> InventoryForm {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    let first = first.unwrap_or_default();
    let bare = first.split(" #").next().unwrap_or_default().trim_end();
    match extension {
        _ if first.starts_with('{') => InventoryForm::Json,
        "yml" | "yaml" | "json" => InventoryForm::Yaml,
        _ if first == "---" || bare.ends_with(':') => InventoryForm::Yaml,
        _ => InventoryForm::Ini,
    }
}
