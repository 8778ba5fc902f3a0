//! Of any results: the groups hold each host once, in their order; equal hosts are together and no others.

use proptest::prelude::*;

use super::{compared, failed, ran, saying, with};
use crate::gate::tag::HostResult;

/// A host, and what its result is but for what is its own.
fn host(number: usize, kind: usize, output: &str) -> (HostResult, String) {
    let host = match kind {
        0 => ran(number, output),
        1 => with(ran(number, output), |result| result.exit_code = 1),
        2 => saying(ran(number, output), "e\n"),
        _ => failed(number, output),
    };
    (host, format!("{kind} {output}"))
}

proptest! {
    #[test]
    fn groups_part_the_hosts(results in prop::collection::vec((0..4_usize, "[ab]{0,2}"), 0..40)) {
        let made = results.iter().enumerate().map(|(number, (kind, output))| host(number, *kind, output));
        let (hosts, kinds): (Vec<HostResult>, Vec<String>) = made.unzip();
        let comparison = compared(&hosts);
        let number = |alias: &str| alias[1..].parse::<usize>().unwrap();
        let groups: Vec<Vec<usize>> = comparison.groups.iter()
            .map(|group| group.hosts.iter().map(|alias| number(alias)).collect())
            .chain(comparison.unlisted.iter().flat_map(|rest| rest.hosts.iter().map(|alias| vec![number(alias)])))
            .collect();
        let mut all: Vec<usize> = groups.concat();
        all.sort_unstable();
        prop_assert!(all.into_iter().eq(0..hosts.len()));
        if comparison.unlisted.is_none() {
            for group in &groups {
                prop_assert!(group.is_sorted());
                prop_assert!(group.iter().all(|number| kinds[*number] == kinds[group[0]]));
            }
            let mut firsts: Vec<&String> = groups.iter().map(|group| &kinds[group[0]]).collect();
            firsts.sort_unstable();
            firsts.dedup();
            prop_assert_eq!(firsts.len(), groups.len());
        }
        let order = |group: &Vec<usize>| {
            let is_unrun = kinds[group[0]].starts_with('3');
            (is_unrun, std::cmp::Reverse(group.len()), group[0])
        };
        prop_assert!(groups[..comparison.groups.len()].is_sorted_by_key(order));
        for (group, members) in comparison.groups.iter().zip(&groups) {
            prop_assert_eq!(group.count, members.len());
        }
    }
}
