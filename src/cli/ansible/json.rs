//! An inventory as `ansible-inventory --list` prints it, and as an inventory script does.
//!
//! Takes the tree; gives its hosts and groups. Refuses what Ansible refuses of a script.
//!
//! ```text
//! document := { "_meta": { "hostvars": { HOST: { NAME: value … } … } }, GROUP: group … }
//! group    := [ HOST … ] | { "hosts": [ HOST … ], "children": [ GROUP … ], "vars": { NAME: value … } }
//! ```

use std::collections::HashSet;

use mcp_ssh_yaml::{Key, Node, Value};

use super::groups::{AnsibleInventory, RefusedLine};
use super::yaml::{InventoryEntries, distinct, entries_of, variables};

/// Where the variables of the hosts are.
const META: &str = "_meta";

/// Whether the mapping is one of these, and no document of groups in groups.
pub fn is_list(top: InventoryEntries<'_, '_>) -> bool {
    let holds_list = |(key, node): &(Key<'_>, Node<'_>)| {
        let names = matches!(key.text.as_ref(), "hosts" | "children");
        names && matches!(node.value, Value::List(_))
    };
    top.iter().any(|(key, node)| {
        let inner = entries_of(node);
        let is_group =
            inner.is_some_and(|entries| key.text == META || entries.iter().any(holds_list));
        is_group || matches!(node.value, Value::List(_))
    })
}

/// Reads the document.
///
/// # Errors
/// What is not as a script prints it.
pub fn read(top: InventoryEntries<'_, '_>) -> Result<AnsibleInventory, RefusedLine> {
    let mut reading = ListReading {
        inventory: AnsibleInventory::new(),
        hosts: HashSet::new(),
    };
    let mut meta = None;
    for (key, node) in distinct(top)? {
        match key.text.as_ref() {
            META => meta = Some(node),
            _ => reading.group(key, node)?,
        }
    }
    let hosts = match meta {
        None => &[][..],
        Some(node) => {
            let hosts = mapping(node)?
                .iter()
                .find(|(key, _)| key.text == "hostvars");
            hosts.map_or(Ok(&[][..]), |(_, node)| mapping(node))?
        }
    };
    for (host, node) in hosts {
        if reading.hosts.contains(host.text.as_ref()) {
            variables(&mut reading.inventory, &host.text, mapping(node)?)?;
        } else {
            let why = "variables of a host that is in no group".to_owned();
            reading.inventory.passed_over.push((host.span.line, why));
        }
    }
    Ok(reading.inventory)
}

struct ListReading {
    inventory: AnsibleInventory,
    hosts: HashSet<String>,
}

impl ListReading {
    fn group(&mut self, key: &Key<'_>, node: &Node<'_>) -> Result<(), RefusedLine> {
        let line = key.span.line;
        let number = self.inventory.group(&key.text, line)?;
        if let Value::List(items) = &node.value {
            return self.hosts(number, items);
        }
        let entries = mapping(node)?;
        let section = |name: &str| {
            entries
                .iter()
                .find(|(key, _)| key.text == name)
                .map(|(_, node)| node)
        };
        let (hosts, vars, children) = (section("hosts"), section("vars"), section("children"));
        if hosts.is_none() && vars.is_none() && children.is_none() {
            // An old form: the group is its only host.
            self.host(number, &key.text, line)?;
            return variables(&mut self.inventory, &key.text, entries);
        }
        if let Some(node) = hosts {
            self.hosts(number, list(node)?)?;
        }
        if let Some(node) = vars {
            variables(&mut self.inventory, &key.text, mapping(node)?)?;
        }
        for item in children.map_or(Ok(&[][..]), list)? {
            let line = item.span.line;
            let child = self.inventory.group(text(item)?, line)?;
            self.inventory.child(number, child, line)?;
        }
        Ok(())
    }

    fn hosts(&mut self, group: usize, items: &[Node<'_>]) -> Result<(), RefusedLine> {
        let mut items = items.iter();
        items.try_for_each(|item| self.host(group, text(item)?, item.span.line))
    }

    fn host(&mut self, group: usize, name: &str, line: usize) -> Result<(), RefusedLine> {
        self.inventory.host(group, name, None, line)?;
        self.hosts.insert(name.to_owned());
        Ok(())
    }
}

fn mapping<'n, 's>(node: &'n Node<'s>) -> Result<InventoryEntries<'n, 's>, RefusedLine> {
    let entries = entries_of(node).ok_or_else(|| misplaced(node, "a mapping"))?;
    distinct(entries)
}

fn list<'n, 's>(node: &'n Node<'s>) -> Result<&'n [Node<'s>], RefusedLine> {
    if let Value::List(items) = &node.value {
        return Ok(items);
    }
    Err(misplaced(node, "a list"))
}

fn misplaced(node: &Node<'_>, wanted: &str) -> RefusedLine {
    let kind = node.value.kind();
    (node.span.line, format!("{kind} in the place of {wanted}"))
}

fn text<'n>(node: &'n Node<'_>) -> Result<&'n str, RefusedLine> {
    let why = || {
        (
            node.span.line,
            "a name that is no text: quote it".to_owned(),
        )
    };
    node.text().ok_or_else(why)
}
