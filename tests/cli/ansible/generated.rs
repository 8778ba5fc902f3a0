//! Inventories out of lines that have to do with one another, held against Ansible.

use std::cell::RefCell;

use proptest::prelude::*;

use super::{Oracle, held_against_ansible};

/// Lines of which an INI file is made. Groups and hosts are few, so that lines often meet.
const LINES: [&str; 52] = [
    "a",
    "b ansible_user=u",
    "a ansible_user=v ansible_port=9",
    "c:2200",
    "c ansible_host=10.0.0.1",
    "w[1:2]",
    "w[1:3:2] ansible_user=odd",
    "x-[a:b] ansible_host=10.0.0.2 # both",
    "g ansible_user=g",
    "a ansible_user='q r'",
    "b ansible_user=\"q\" ansible_host='b.example'",
    "a ansible_ssh_user=old",
    "b ansible_ssh_host=10.9.9.9",
    "a ansible_user=None",
    "a ansible_user=o#ps",
    "a ansible_user=o\\ ps",
    "b ansible_connection=local",
    "c ansible_ssh_private_key_file=/k/id",
    "a ansible_become=true",
    "a http_port=80 other='x y'",
    "10.0.0.[1:2]:22",
    "2001:db8::1",
    "[g]",
    "[h]",
    "[i]",
    "[g]",
    "[h]",
    "[g:children]",
    "[h:children]",
    "[i:children]",
    "[g:vars]",
    "[h:vars]",
    "[all:vars]",
    "[ungrouped:vars]",
    "[ungrouped]",
    "[all]",
    "[all:children]",
    "g",
    "h",
    "i",
    "ansible_user=var",
    "ansible_user = 'var q' # c",
    "ansible_port=22",
    "ansible_port=2222 # c",
    "ansible_group_priority=5",
    "ansible_host=10.3.3.3",
    "ansible_ssh_port=7",
    "ansible_private_key_file=~/other",
    "# comment",
    "; comment",
    "",
    "[g:hosts] # comment",
];

/// Parts of a YAML document; each is a group below `all` or beside it.
const GROUPS: [&str; 12] = [
    "{hosts: {a: }}",
    "{hosts: {a: {ansible_user: u}, b: {ansible_port: 9}}}",
    "{hosts: {'w[1:2]:22': {ansible_host: 10.0.0.1}}, vars: {ansible_user: w}}",
    "{vars: {ansible_user: v, ansible_port: 7}}",
    "{vars: {ansible_group_priority: 3, ansible_user: p}, hosts: {a: , c: }}",
    "{children: {g: , h: {hosts: {c: }}}}",
    "{children: {i: {vars: {ansible_user: i}}}}",
    "{hosts: lone, children: g}",
    "{hosts: {a: {ansible_ssh_user: old, ansible_connection: ssh}}}",
    "",
    "{hosts: {g: {ansible_user: both}}}",
    "{hosts: {}, vars: , other: {x: y}}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn an_ini_file_of_lines_that_meet_is_what_ansible_says(
        lines in proptest::collection::vec(proptest::sample::select(&LINES[..]), 1..14),
    ) {
        held("ini", &format!("{}\n", lines.join("\n")));
    }

    #[test]
    fn a_yaml_document_of_groups_that_meet_is_what_ansible_says(
        groups in proptest::collection::btree_map("all|ungrouped|g|h|i", proptest::sample::select(&GROUPS[..]), 1..5),
    ) {
        let lines = groups.iter().map(|(name, group)| format!("{name}: {group}\n"));
        held("yml", &lines.collect::<String>());
    }
}

fn held(form: &str, text: &str) {
    thread_local! {
        static ORACLE: RefCell<Oracle> = RefCell::new(Oracle::start());
    }
    ORACLE.with_borrow_mut(|oracle| held_against_ansible(oracle, form, text));
}

/// More in the long runs.
fn cases() -> u32 {
    let long = std::env::var_os("MCP_SSH_LONG").is_some();
    if long { 2_000 } else { 100 }
}
