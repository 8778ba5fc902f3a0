//! Bounds on bytes, groups and work, reached.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::super::comparison::GroupOutput;
use super::super::{ComparisonBound, HostComparison, MAX_GROUPS, compare};
use super::{compared, ran};
use crate::gate::tag::HostResult;
use crate::gate::view::{Bound, MAX_SHOWN_BYTES};

/// Every alias of a comparison.
fn aliases(comparison: &HostComparison) -> Vec<&str> {
    let unlisted = comparison.unlisted.iter().flat_map(|rest| &rest.hosts);
    let listed = comparison.groups.iter().flat_map(|group| &group.hosts);
    listed.chain(unlisted).map(String::as_str).collect()
}

/// Lines that no other host prints, and some that all do, in an order of the host's own.
fn noise(number: usize, lines: usize) -> String {
    let line = |line: usize| match line % 2 {
        0 => format!("{}\n", line * (number + 7) % 97),
        _ => format!("host {number} line {line}\n"),
    };
    (0..lines).map(line).collect()
}

#[test]
fn a_thousand_hosts_that_are_all_different_fit_into_a_result() {
    let hosts: Vec<HostResult> = (0..1000)
        .map(|number| ran(number, &noise(number, 500)))
        .collect();
    let kept = Cell::new(0);
    let keep = |_: &_| {
        kept.set(kept.get() + 1);
        true
    };
    let bound = ComparisonBound::of(Some(Bound::of_result(None)));
    let mut comparing = pin!(compare(&hosts, bound, &keep));
    let (mut context, mut turns) = (Context::from_waker(Waker::noop()), 0);
    let comparison = loop {
        match comparing.as_mut().poll(&mut context) {
            Poll::Ready(comparison) => break comparison,
            Poll::Pending => turns += 1,
        }
    };
    // Once for each group, and while they are told apart.
    assert!(turns > MAX_GROUPS, "{turns}");
    assert_eq!(comparison.headline, "no two of 1000 hosts are equal");
    assert_eq!(comparison.groups.len(), MAX_GROUPS);
    assert_eq!(comparison.unlisted.as_ref().unwrap().groups, 980);
    let all: Vec<String> = (0..1000).map(|number| format!("h{number}")).collect();
    assert_eq!(aliases(&comparison), all);
    let shown: usize = comparison
        .groups
        .iter()
        .map(|group| group.output.bytes())
        .sum();
    assert!(shown < MAX_SHOWN_BYTES + MAX_GROUPS * 200, "{shown}");
    for group in comparison.groups.iter().skip(1) {
        let GroupOutput::Differing {
            stdout, task_id, ..
        } = &group.output
        else {
            panic!("{group:?}");
        };
        assert!(
            stdout.contains("\n\\ lines that come or go and are not shown: "),
            "{stdout}"
        );
        assert!(task_id.is_some());
    }
    assert_eq!(kept.get(), MAX_GROUPS - 1);
    let told = comparison.told();
    assert!(
        told.contains("\n980 more groups, not shown\nhosts: h20, h21, "),
        "{told}"
    );
    assert!(
        told.contains("\nall that h1 printed: ssh_get_task_output with task_id task-1\n"),
        "{told}"
    );
}

#[test]
fn an_output_that_is_cut_is_kept_or_said_to_be_gone() {
    let long = noise(1, 5_000);
    let hosts = [ran(1, &long), ran(2, &long)];
    let bound = ComparisonBound::of(Some(Bound::of_result(None)));
    for (is_kept, expected) in [
        (
            true,
            "left out: ssh_get_task_output with this task_id and offset ",
        ),
        (false, "left out: not kept, print less"),
    ] {
        let comparison = smol::block_on(compare(&hosts, bound, &|_| is_kept));
        let told = comparison.told();
        assert!(told.contains(expected), "{told}");
        assert_eq!(told.contains("all that h1 printed: "), is_kept);
        assert!(told.len() < 2 * MAX_SHOWN_BYTES);
        // Alone it has the room of the differences, too.
        assert!(comparison.groups[0].output.bytes() > MAX_SHOWN_BYTES / 2);
    }
    // On a terminal all of it is shown.
    let comparison = smol::block_on(compare(&hosts, ComparisonBound::of(None), &|_| false));
    assert_eq!(comparison.groups[0].output.bytes(), long.len());
}

#[test]
fn a_line_and_a_number_of_lines_have_their_bounds() {
    let long = format!("{}\n", "x".repeat(3_000_000));
    let other = long.replacen("xx", "xy", 1);
    let comparison = compared(&[ran(1, "a\n"), ran(2, "a\n"), ran(3, &long), ran(4, &other)]);
    let told = comparison.told();
    assert!(told.contains("[... 2999001 bytes left out ...]"), "{told}");
    assert!(told.len() < 5_000);

    let many = "\n".repeat(60_000);
    let comparison = compared(&[ran(1, "a\n"), ran(2, "a\n"), ran(3, &many)]);
    let told = comparison.told();
    assert!(
        told.ends_with("\\ the difference is not shown: more than 50000 lines\n"),
        "{told}"
    );
}

/// What takes too long to compare is told, and is true all the same.
#[test]
fn a_search_that_is_too_much_is_told() {
    let line = |number: usize| format!("{}\n", number * number % 89);
    let one: String = (0..3_000).map(line).collect();
    let other: String = (0..3_000).rev().map(line).collect();
    let told = compared(&[ran(1, &one), ran(2, &one), ran(3, &other)]).told();
    assert!(
        told.contains("\n\\ too many lines to compare each: "),
        "{told}"
    );
}
