//! The hosts and groups of an inventory, as they are read.
//!
//! Takes hosts, groups, their variables and who belongs to whom, in the order of the file; gives each host with its
//! groups and the values that hold for it: those of `all` count least, then those of groups by depth, priority and
//! name, and the host's own count most. Refuses circles of groups, and more than an inventory needs.

use std::collections::{HashMap, HashSet};

use super::pattern;
use super::variables::{VariableKind, VariableValue, known};
use crate::cli::ssh_config::MAX_HOSTS;

/// Groups, and memberships of hosts and groups: a cloud makes a group of each label.
const MAX_GROUPS: usize = 100_000;
const MAX_MEMBERSHIPS: usize = 500_000;
/// Groups that are looked at for all hosts together, and groups above groups.
const MAX_VISITS: usize = 1_000_000;

/// A line, and why it is refused.
pub type RefusedLine = (usize, String);
/// A value and its line.
pub type PlacedValue = (VariableValue, usize);
/// The values by the names of their variables.
pub type Variables = HashMap<&'static str, PlacedValue>;

/// The groups that each inventory has.
pub const ALL: &str = "all";
pub const UNGROUPED: &str = "ungrouped";
const ALL_AT: usize = 0;
const UNGROUPED_AT: usize = 1;

/// An inventory of Ansible.
#[derive(Debug)]
pub struct AnsibleInventory {
    groups: Vec<AnsibleGroup>,
    hosts: Vec<AnsibleHost>,
    group_numbers: HashMap<String, usize>,
    host_numbers: HashMap<String, usize>,
    /// Which group is a child of which, the child first, and which host is in which group.
    children: HashSet<(usize, usize)>,
    members: HashSet<(usize, usize)>,
    /// Lines that say nothing about hosts, and why.
    pub passed_over: Vec<RefusedLine>,
}

#[derive(Debug)]
struct AnsibleGroup {
    name: String,
    line: usize,
    variables: Variables,
    parents: Vec<usize>,
    priority: i64,
    depth: usize,
}

#[derive(Debug)]
struct AnsibleHost {
    name: String,
    line: usize,
    variables: Variables,
    groups: Vec<usize>,
}

/// A host with what holds for it.
#[derive(Debug)]
pub struct ResolvedHost<'i> {
    pub name: &'i str,
    /// Where it is named first.
    pub line: usize,
    /// Its groups without `all` and `ungrouped`, by their names.
    pub groups: Vec<&'i str>,
    pub values: HashMap<&'static str, &'i PlacedValue>,
}

impl AnsibleInventory {
    pub fn new() -> Self {
        let mut inventory = Self {
            groups: Vec::new(),
            hosts: Vec::new(),
            group_numbers: HashMap::new(),
            host_numbers: HashMap::new(),
            children: HashSet::new(),
            members: HashSet::new(),
            passed_over: Vec::new(),
        };
        inventory.new_group(ALL, 1);
        inventory.new_group(UNGROUPED, 1);
        inventory
    }

    /// The number of the group, which is made if it is not there.
    ///
    /// # Errors
    /// That it has no name, or that there are too many.
    pub fn group(&mut self, name: &str, line: usize) -> Result<usize, RefusedLine> {
        if let Some(number) = self.group_numbers.get(name) {
            return Ok(*number);
        }
        if name.is_empty() {
            return Err((line, "a group without a name".to_owned()));
        }
        if self.groups.len() >= MAX_GROUPS {
            return Err((line, format!("more than {MAX_GROUPS} groups")));
        }
        Ok(self.new_group(name, line))
    }

    fn new_group(&mut self, name: &str, line: usize) -> usize {
        let number = self.groups.len();
        self.groups.push(AnsibleGroup {
            name: name.to_owned(),
            line,
            variables: Variables::new(),
            parents: Vec::new(),
            priority: 1,
            depth: 0,
        });
        self.group_numbers.insert(name.to_owned(), number);
        number
    }

    /// Makes a group a child of another.
    ///
    /// # Errors
    /// That there are too many.
    pub fn child(&mut self, parent: usize, child: usize, line: usize) -> Result<(), RefusedLine> {
        if self.children.insert((child, parent))
            && let Some(group) = self.groups.get_mut(child)
        {
            group.parents.push(parent);
        }
        self.within_bounds(line)
    }

    /// Puts a host into a group; a new host gets the port.
    ///
    /// # Errors
    /// That it has no name, or that there are too many.
    pub fn host(
        &mut self,
        group: usize,
        name: &str,
        port: Option<&str>,
        line: usize,
    ) -> Result<(), RefusedLine> {
        if name.is_empty() {
            return Err((line, "a host without a name".to_owned()));
        }
        let number = match self.host_numbers.get(name) {
            Some(number) => *number,
            None => self.new_host(name, port, line)?,
        };
        if self.members.insert((number, group))
            && let Some(host) = self.hosts.get_mut(number)
        {
            host.groups.push(group);
        }
        self.within_bounds(line)
    }

    fn new_host(
        &mut self,
        name: &str,
        port: Option<&str>,
        line: usize,
    ) -> Result<usize, RefusedLine> {
        let number = self.hosts.len();
        if number >= MAX_HOSTS {
            return Err((line, pattern::too_many()));
        }
        let mut variables = Variables::new();
        if let Some(port) = port.map(|port| port.trim_start_matches('0'))
            && !port.is_empty()
        {
            let port = VariableValue::Text(port.to_owned());
            variables.insert("ansible_port", (port, line));
        }
        self.hosts.push(AnsibleHost {
            name: name.to_owned(),
            line,
            variables,
            groups: Vec::new(),
        });
        self.host_numbers.insert(name.to_owned(), number);
        Ok(number)
    }

    fn within_bounds(&self, line: usize) -> Result<(), RefusedLine> {
        if self.children.len() + self.members.len() > MAX_MEMBERSHIPS {
            let why = format!("more than {MAX_MEMBERSHIPS} memberships in groups");
            return Err((line, why));
        }
        Ok(())
    }

    /// Sets a variable of a group or else of a host: for Ansible, too, a group comes before a host of its name.
    ///
    /// # Errors
    /// A priority that is no number.
    pub fn set(
        &mut self,
        entity: &str,
        variable: &str,
        value: VariableValue,
        line: usize,
    ) -> Result<(), RefusedLine> {
        let Some((variable, kind)) = known(variable) else {
            return Ok(());
        };
        let value = match (kind, value) {
            (VariableKind::Secret, VariableValue::Nothing) => VariableValue::Nothing,
            (VariableKind::Secret, _) => VariableValue::Hidden,
            (_, value) => value,
        };
        let group = self.group_numbers.get(entity);
        if let Some(group) = group.and_then(|number| self.groups.get_mut(*number)) {
            if kind == VariableKind::Priority {
                let number = value.filled().and_then(|text| text.trim().parse().ok());
                let why = || (line, format!("`{variable}` is no whole number"));
                group.priority = number.ok_or_else(why)?;
            } else {
                group.variables.insert(variable, (value, line));
            }
        } else if let Some(number) = self.host_numbers.get(entity)
            && let Some(host) = self.hosts.get_mut(*number)
        {
            host.variables.insert(variable, (value, line));
        }
        Ok(())
    }

    /// The hosts with what holds for each of them, in the order of the file.
    ///
    /// # Errors
    /// A circle of groups, or groups above groups that take too long to look at.
    pub fn resolved(&mut self) -> Result<Vec<ResolvedHost<'_>>, RefusedLine> {
        for (number, group) in self.groups.iter_mut().enumerate() {
            if number != ALL_AT && group.parents.is_empty() {
                group.parents.push(ALL_AT);
            }
        }
        for host in &self.hosts {
            if let Some(namesake) = self.namesake(host)
                && let Some(group) = self.groups.get_mut(namesake)
                && !group.parents.contains(&UNGROUPED_AT)
            {
                group.parents.push(UNGROUPED_AT);
            }
        }
        self.measure_depths()?;
        let mut walk = GroupWalk {
            seen: vec![0; self.groups.len()],
            round: 0,
            visits: 0,
        };
        let mut resolved = Vec::with_capacity(self.hosts.len());
        for host in &self.hosts {
            let groups = self.groups_of(host, &mut walk);
            if walk.visits > MAX_VISITS {
                let why = "too many groups above the groups of hosts";
                return Err((host.line, why.to_owned()));
            }
            resolved.push(self.resolve(host, &groups));
        }
        Ok(resolved)
    }

    fn resolve<'i>(&'i self, host: &'i AnsibleHost, groups: &[usize]) -> ResolvedHost<'i> {
        let groups = groups.iter().filter_map(|number| self.groups.get(*number));
        let mut groups: Vec<&AnsibleGroup> = groups.collect();
        groups.sort_by_key(|group| (group.depth, group.priority, &group.name));
        let mut values: HashMap<&'static str, &PlacedValue> = HashMap::new();
        let sets = groups.iter().map(|group| &group.variables);
        for variables in sets.chain([&host.variables]) {
            values.extend(variables.iter().map(|(name, value)| (*name, value)));
        }
        let names = groups.iter().map(|group| group.name.as_str());
        let mut names: Vec<&str> = names
            .filter(|name| ![ALL, UNGROUPED].contains(name))
            .collect();
        names.sort_unstable();
        ResolvedHost {
            name: &host.name,
            line: host.line,
            groups: names,
            values,
        }
    }

    /// The numbers of a host's groups and of those above them.
    fn groups_of(&self, host: &AnsibleHost, walk: &mut GroupWalk) -> Vec<usize> {
        let own = |number: &usize| ![ALL_AT, UNGROUPED_AT].contains(number);
        let mut groups = self.above(&host.groups, walk);
        if host.groups.contains(&UNGROUPED_AT) && groups.iter().any(own) {
            let others = host.groups.iter().copied();
            let others: Vec<usize> = others.filter(|number| *number != UNGROUPED_AT).collect();
            groups = self.above(&others, walk);
        } else if !groups.iter().any(|number| *number != ALL_AT) && self.namesake(host).is_none() {
            groups = self.above(&[UNGROUPED_AT], walk);
        }
        if !groups.contains(&ALL_AT) {
            groups.push(ALL_AT);
        }
        groups
    }

    /// The group that Ansible puts below `ungrouped` in place of a host without a group, since it has the host's name.
    fn namesake(&self, host: &AnsibleHost) -> Option<usize> {
        let is_ungrouped = host.groups.iter().all(|number| *number == ALL_AT);
        let group = self.group_numbers.get(&host.name).copied();
        group.filter(|_| is_ungrouped)
    }

    /// These groups and those above them.
    fn above(&self, groups: &[usize], walk: &mut GroupWalk) -> Vec<usize> {
        walk.round += 1;
        let mut found: Vec<usize> = Vec::new();
        walk.find(groups, &mut found);
        let mut at = 0;
        while let Some(group) = found.get(at).and_then(|number| self.groups.get(*number)) {
            walk.find(&group.parents, &mut found);
            if walk.visits > MAX_VISITS {
                break;
            }
            at += 1;
        }
        found
    }

    /// Says how deep each group is below `all`, by its longest way.
    fn measure_depths(&mut self) -> Result<(), RefusedLine> {
        let mut missing: Vec<usize> = Vec::with_capacity(self.groups.len());
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); self.groups.len()];
        for (number, group) in self.groups.iter().enumerate() {
            missing.push(group.parents.len());
            for parent in &group.parents {
                below
                    .get_mut(*parent)
                    .into_iter()
                    .for_each(|children| children.push(number));
            }
        }
        let tops = missing.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut open: Vec<usize> = tops.map(|(number, _)| number).collect();
        while let Some(number) = open.pop() {
            let depth = self.groups.get(number).map_or(0, |group| group.depth) + 1;
            for child in below.get(number).into_iter().flatten() {
                if let (Some(group), Some(count)) =
                    (self.groups.get_mut(*child), missing.get_mut(*child))
                {
                    group.depth = group.depth.max(depth);
                    *count -= 1;
                    if *count == 0 {
                        open.push(*child);
                    }
                }
            }
        }
        let circle = self
            .groups
            .iter()
            .zip(&missing)
            .find(|(_, count)| **count > 0);
        circle.map_or(Ok(()), |(group, _)| {
            let name = group.name.escape_debug();
            let why = format!(
                "the group `{name}` is in or below a circle of groups, of which each is a child of the one before: \
                 Ansible refuses it, too"
            );
            Err((group.line, why))
        })
    }
}

/// Which groups a walk upwards has seen.
struct GroupWalk {
    /// The last round in which each group was seen.
    seen: Vec<usize>,
    round: usize,
    visits: usize,
}

impl GroupWalk {
    /// Adds those that this round has not seen.
    fn find(&mut self, groups: &[usize], found: &mut Vec<usize>) {
        self.visits += groups.len();
        for number in groups {
            if let Some(seen) = self.seen.get_mut(*number)
                && *seen != self.round
            {
                *seen = self.round;
                found.push(*number);
            }
        }
    }
}
