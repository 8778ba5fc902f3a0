//! Generated pairs of policies: what is reported replays, and what is not reported is rare.

use mcp_ssh_policy::{ComparedHost, Policy, Searched, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::generate::{ModelPolicy, line, pair};
use crate::load;

const HOSTS: [(&str, &[&str]); 3] = [
    ("web-1", &["prod"]),
    ("db-1", &["prod", "db"]),
    ("lab", &[]),
];

fn long() -> bool {
    std::env::var_os("MCP_SSH_LONG").is_some()
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Deny => 0,
        Verdict::Ask => 1,
        Verdict::Allow => 2,
    }
}

/// The differences of each host, both ways: gains and losses; and how far each was searched.
struct Compared {
    old: Policy,
    new: Policy,
    gains: [usize; 3],
    losses: [usize; 3],
    extents: [Searched; 3],
}

fn compared(before: &ModelPolicy, after: &ModelPolicy) -> Compared {
    let (old, new) = (load(&before.yaml()), load(&after.yaml()));
    let tags = HOSTS.map(|(_, tags)| tags.iter().map(ToString::to_string).collect::<Vec<_>>());
    let hosts: Vec<ComparedHost<'_>> = HOSTS
        .iter()
        .zip(&tags)
        .map(|((alias, _), tags)| ComparedHost {
            alias,
            tags_before: tags,
            tags_after: tags,
        })
        .collect();
    let comparison = old.compare(&new, &hosts);
    let (mut gains, mut losses, mut extents) = ([0; 3], [0; 3], [Searched::Whole; 3]);
    let mut places = Vec::new();
    for group in &comparison.groups {
        for place in &group.hosts {
            let (alias, tags) = HOSTS[*place];
            places.push(*place);
            extents[*place] = group.outcome.extent;
            for difference in &group.outcome.differences {
                let (old, new) = (old.for_host(alias, tags), new.for_host(alias, tags));
                let verdicts = [old, new].map(|host| host.judge(&difference.line).verdict());
                let told = [difference.before.verdict, difference.after.verdict];
                assert_eq!(verdicts, told, "{}", difference.line);
                assert_ne!(told[0], told[1], "{}", difference.line);
                match difference.is_gain() {
                    true => gains[*place] += 1,
                    false => losses[*place] += 1,
                }
                assert_eq!(difference.is_gain(), rank(told[0]) < rank(told[1]));
            }
        }
    }
    places.sort_unstable();
    assert_eq!(places, [0, 1, 2]);
    Compared {
        old,
        new,
        gains,
        losses,
        extents,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if long() { 1000 } else { 32 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// `compared` judges every line anew, on every host of its group.
    #[test]
    fn every_difference_replays((before, after) in pair()) {
        compared(&before, &after);
    }

    /// What is found one way is found the other way.
    #[test]
    fn a_gain_is_a_loss_the_other_way((before, after) in pair()) {
        let (there, back) = (compared(&before, &after), compared(&after, &before));
        for place in 0..HOSTS.len() {
            prop_assert_eq!(there.gains[place] > 0, back.losses[place] > 0);
            prop_assert_eq!(there.extents[place], back.extents[place]);
        }
    }

    /// That two policies have the same entries is a fact: no line tells them apart.
    #[test]
    fn the_same_entries_decide_the_same(
        (before, after) in pair(), lines in vec(line(), if long() { 3000 } else { 100 })
    ) {
        let compared = compared(&before, &after);
        for (place, (alias, tags)) in HOSTS.iter().enumerate() {
            if compared.extents[place] == Searched::Identical {
                let old = compared.old.for_host(alias, tags);
                let new = compared.new.for_host(alias, tags);
                for line in &lines {
                    prop_assert_eq!(old.judge(line).verdict(), new.judge(line).verdict(), "{}", line);
                }
            }
        }
    }
}

/// Pairs of which some of so many generated lines tell that one policy is laxer on a host: how many of these the search
/// has found a line for, too.
#[test]
fn what_generated_lines_find_the_search_has_found() {
    let (pairs, count) = if long() { (1000, 500) } else { (30, 120) };
    let mut runner = TestRunner::deterministic();
    let (mut known, mut missed) = (0, Vec::new());
    for _ in 0..pairs {
        let (before, after) = pair().new_tree(&mut runner).unwrap().current();
        let compared = compared(&before, &after);
        let lines = vec(line(), count).new_tree(&mut runner).unwrap().current();
        for (place, (alias, tags)) in HOSTS.iter().enumerate() {
            let old = compared.old.for_host(alias, tags);
            let new = compared.new.for_host(alias, tags);
            let mut seen = [None, None];
            for line in &lines {
                let ranks = [&old, &new].map(|host| rank(host.judge(line).verdict()));
                let side = usize::from(ranks[0] > ranks[1]);
                if ranks[0] != ranks[1] && seen[side].is_none() {
                    seen[side] = Some(line);
                }
            }
            for (seen, found) in seen
                .iter()
                .zip([compared.gains[place], compared.losses[place]])
            {
                let Some(line) = seen else { continue };
                known += 1;
                if found == 0 {
                    missed.push(format!(
                        "{line} on {alias}\n  {}\n  {}",
                        before.yaml(),
                        after.yaml()
                    ));
                }
            }
        }
    }
    println!("{} of {known} missed:\n{}", missed.len(), missed.join("\n"));
    assert!(known > pairs / 2, "{known}");
    assert!(
        missed.len() * 100 <= known,
        "{} of {known} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// Where no difference is found on a host, very many lines find none, or only rarely one.
#[test]
fn where_nothing_is_found_very_many_lines_find_nothing() {
    let (quiet, count) = if long() { (20, 100_000) } else { (4, 400) };
    let mut runner = TestRunner::deterministic();
    let mut tried = 0;
    while tried < quiet {
        let (before, after) = pair().new_tree(&mut runner).unwrap().current();
        let compared = compared(&before, &after);
        let silent = |place: &usize| {
            let found = compared.gains[*place] + compared.losses[*place];
            found == 0 && compared.extents[*place] != Searched::Identical
        };
        let Some(place) = (0..HOSTS.len()).find(silent) else {
            continue;
        };
        tried += 1;
        let (alias, tags) = HOSTS[place];
        let old = compared.old.for_host(alias, tags);
        let new = compared.new.for_host(alias, tags);
        for _ in 0..count {
            let line = line().new_tree(&mut runner).unwrap().current();
            let verdicts = [&old, &new].map(|host| host.judge(&line).verdict());
            assert_eq!(
                verdicts[0],
                verdicts[1],
                "{line}\n  {}\n  {}",
                before.yaml(),
                after.yaml()
            );
        }
    }
}
