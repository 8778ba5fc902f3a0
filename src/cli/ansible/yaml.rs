//! An inventory in the form of a YAML document, or of JSON with the structure of one.
//!
//! Takes the tree; gives its hosts and groups. Refuses what Ansible refuses, a key that is there twice, and the
//! settings of an inventory plugin, which names no hosts.
//!
//! ```text
//! document := { GROUP: group … }
//! group    := null | { hosts: { host: { NAME: value … }? … }, vars: { NAME: value … }, children: { GROUP: group … } }
//! ```

use std::collections::HashSet;

use mcp_ssh_yaml::{Key, KeyReading, Node, Value};

use super::groups::{AnsibleInventory, RefusedLine};
use super::pattern;
use super::variables::VariableValue;

/// The entries of a mapping.
pub type InventoryEntries<'n, 's> = &'n [(Key<'s>, Node<'s>)];

/// What a group has.
const SECTIONS: [&str; 3] = ["hosts", "vars", "children"];

/// Reads the document.
///
/// # Errors
/// The line that Ansible would refuse, too, and why.
pub fn read(top: InventoryEntries<'_, '_>) -> Result<AnsibleInventory, RefusedLine> {
    let mut inventory = AnsibleInventory::new();
    for (key, node) in distinct(top)? {
        group(&mut inventory, key, node)?;
    }
    Ok(inventory)
}

/// The entries, each of which has a name of its own that is a text.
pub fn distinct<'n, 's>(
    entries: InventoryEntries<'n, 's>,
) -> Result<InventoryEntries<'n, 's>, RefusedLine> {
    let mut names = HashSet::new();
    for (key, _) in entries {
        if key.reading == KeyReading::Other {
            return Err((
                key.span.line,
                "a name that YAML takes for a number, a date or a switch: quote it".to_owned(),
            ));
        }
        if !names.insert(&key.text) {
            let why = "a name that this mapping has already: Ansible takes the last one, so leave the others out";
            return Err((key.span.line, why.to_owned()));
        }
    }
    Ok(entries)
}

/// The entries of a mapping; nothing of another value.
pub fn entries_of<'n, 's>(node: &'n Node<'s>) -> Option<InventoryEntries<'n, 's>> {
    match &node.value {
        Value::Map(entries) => Some(entries),
        Value::Null
        | Value::Bool(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Ambiguous
        | Value::Text(_)
        | Value::List(_) => None,
    }
}

fn group(
    inventory: &mut AnsibleInventory,
    key: &Key<'_>,
    node: &Node<'_>,
) -> Result<Option<usize>, RefusedLine> {
    let line = key.span.line;
    let entries = entries_of(node);
    if entries.is_none() && !matches!(node.value, Value::Null) {
        let why = "a group that is no mapping is passed over".to_owned();
        inventory.passed_over.push((line, why));
        return Ok(None);
    }
    let number = inventory.group(&key.text, line)?;
    for (section, node) in distinct(entries.unwrap_or_default())? {
        if !matches!(node.value, Value::Null) {
            read_section(inventory, (number, &key.text), section, node)?;
        }
    }
    Ok(Some(number))
}

/// The hosts, variables or children of a group.
fn read_section(
    inventory: &mut AnsibleInventory,
    (number, name): (usize, &str),
    section: &Key<'_>,
    node: &Node<'_>,
) -> Result<(), RefusedLine> {
    let line = section.span.line;
    if !SECTIONS.contains(&section.text.as_ref()) {
        let why = "only `hosts`, `vars` and `children` of a group are read".to_owned();
        inventory.passed_over.push((line, why));
        return Ok(());
    }
    // A lone name stands for a mapping with it.
    let lone = node.text().map(|text| {
        let name = Key {
            text: text.into(),
            span: node.span,
            reading: KeyReading::Text,
        };
        let value = Node {
            span: node.span,
            value: Value::Null,
        };
        [(name, value)]
    });
    let entries = lone.as_ref().map(<[_; 1]>::as_slice).or(entries_of(node));
    let why =
        "`hosts`, `vars` and `children` of a group must be mappings: write `NAME:` on each line";
    let entries = distinct(entries.ok_or_else(|| (line, why.to_owned()))?)?;
    match section.text.as_ref() {
        "hosts" => hosts(inventory, number, entries),
        "vars" => variables(inventory, name, entries),
        _ => entries
            .iter()
            .try_for_each(|(child, node)| match group(inventory, child, node)? {
                Some(child_number) => inventory.child(number, child_number, child.span.line),
                None => Ok(()),
            }),
    }
}

fn hosts(
    inventory: &mut AnsibleInventory,
    group: usize,
    entries: InventoryEntries<'_, '_>,
) -> Result<(), RefusedLine> {
    for (key, node) in entries {
        let line = key.span.line;
        let (names, port) = pattern::hosts(&key.text).map_err(|why| (line, why))?;
        let is_empty = matches!(
            node.value,
            Value::Null | Value::Bool(false) | Value::Integer(0)
        );
        let own = entries_of(node).or(is_empty.then_some(&[]));
        let why = "the variables of a host must be a mapping: write `NAME: VALUE` on each line";
        let own = distinct(own.ok_or_else(|| (line, why.to_owned()))?)?;
        for name in &names {
            inventory.host(group, name, port.as_deref(), line)?;
            variables(inventory, name, own)?;
        }
    }
    Ok(())
}

/// Sets the variables of a group or a host.
pub fn variables(
    inventory: &mut AnsibleInventory,
    entity: &str,
    entries: InventoryEntries<'_, '_>,
) -> Result<(), RefusedLine> {
    for (key, node) in entries {
        let value = VariableValue::of_node(&node.value);
        inventory.set(entity, &key.text, value, key.span.line)?;
    }
    Ok(())
}
