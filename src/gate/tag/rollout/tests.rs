//! Of any order in which hosts end: each begins at most once and in its order, a step only behind the one before, and no
//! more fail than may, but those that run already.

use proptest::prelude::*;

use super::{
    BatchSize, HostVerdict, Rollout, RolloutRequest, RolloutStep, RolloutStop, RolloutTerms,
};
use mcp_ssh_policy::Limits;

const WELL: HostVerdict = HostVerdict::Well;
const FAILED: HostVerdict = HostVerdict::Failed;

fn terms(batch: usize, max_failures: Option<usize>, canary: usize) -> RolloutTerms {
    let some = |number: usize| (number > 0).then_some(number);
    RolloutTerms {
        batch: some(batch),
        max_failures,
        canary: some(canary),
    }
}

/// The places that begin when all of the step do.
fn begin_all(rollout: &mut Rollout) -> Vec<usize> {
    std::iter::from_fn(|| rollout.begin()).collect()
}

#[test]
fn a_part_is_a_text_with_a_percent_sign() {
    for (text, size) in [
        ("1%", Some(BatchSize::Percent(1))),
        ("25%", Some(BatchSize::Percent(25))),
        ("100%", Some(BatchSize::Percent(100))),
        ("0%", None),
        ("025%", None),
        ("101%", None),
        ("300%", None),
        ("+5%", None),
        ("2.5%", None),
        ("5", None),
        ("%", None),
        ("", None),
        ("5 %", None),
    ] {
        assert_eq!(BatchSize::of_text(text), size, "{text}");
    }
    for (size, total, hosts) in [
        (BatchSize::Percent(25), 10, 3),
        (BatchSize::Percent(1), 3, 1),
        (BatchSize::Percent(100), 7, 7),
        (BatchSize::Hosts(5), 3, 5),
    ] {
        assert_eq!(size.of(total), hosts, "{size:?} of {total}");
    }
}

#[test]
fn the_stricter_of_call_and_policy_holds_and_a_looser_call_is_told() {
    let limits = |batch, percent, failures, canary| Limits {
        max_batch: batch,
        max_batch_percent: percent,
        max_failures: failures,
        max_canary: canary,
        ..Limits::default()
    };
    let hosts = [
        limits(Some(4), Some(50), Some(2), Some(1)),
        limits(None, Some(20), Some(1), Some(3)),
        limits(None, None, None, None),
    ];
    let of = |asked: RolloutRequest| RolloutTerms::of(asked, hosts.into_iter(), 10);
    assert_eq!(
        of(RolloutRequest::default()),
        (terms(2, Some(1), 1), vec![])
    );
    let looser = RolloutRequest {
        batch: Some(BatchSize::Percent(50)),
        max_failures: Some(7),
        canary: Some(2),
    };
    let told = [
        "batch was lowered from 5 to 2, the policy's max_batch_percent",
        "max_failures was lowered from 7 to 1, the policy's max_failures",
        "canary was lowered from 2 to 1, the policy's max_canary",
    ];
    assert_eq!(
        of(looser),
        (terms(2, Some(1), 1), told.map(str::to_owned).to_vec())
    );
    let stricter = RolloutRequest {
        batch: Some(BatchSize::Hosts(1)),
        max_failures: Some(0),
        canary: Some(1),
    };
    assert_eq!(of(stricter), (terms(1, Some(0), 1), vec![]));
    let without = RolloutTerms::of(stricter, [Limits::default()].into_iter(), 10);
    assert_eq!(without, (terms(1, Some(0), 1), vec![]));
}

#[test]
fn no_call_and_no_limit_lets_all_hosts_go_before_the_person_whom_the_policy_wants() {
    for (limit, asked, total, first) in [
        (Some(1), Some(6), 6, 1),
        (Some(1), Some(1000), 6, 1),
        (Some(6), None, 6, 5),
        (Some(6), Some(6), 6, 5),
        (Some(1_000_000), Some(2), 2, 1),
        (Some(3), Some(2), 6, 2),
        (Some(3), None, 1, 3),
        (None, Some(6), 6, 6),
    ] {
        let limits = Limits {
            max_canary: limit,
            ..Limits::default()
        };
        let asked = RolloutRequest {
            canary: asked,
            ..RolloutRequest::default()
        };
        let (terms, _) = RolloutTerms::of(asked, [limits, Limits::default()].into_iter(), total);
        assert_eq!(terms.canary, Some(first), "{limit:?} {asked:?} {total}");
    }
}

#[test]
fn the_next_step_begins_when_each_host_of_the_one_before_has_ended() {
    let mut rollout = Rollout::new(terms(2, None, 0), 5);
    for places in [vec![0, 1], vec![2, 3], vec![4]] {
        assert_eq!(rollout.step(), RolloutStep::Hosts(places.len()));
        assert_eq!(begin_all(&mut rollout), places);
        for _ in 1..places.len() {
            rollout.end(WELL);
            assert_eq!(rollout.step(), RolloutStep::Hosts(0));
            assert_eq!(rollout.begin(), None);
        }
        rollout.end(FAILED);
    }
    assert_eq!(
        (rollout.step(), rollout.stopped()),
        (RolloutStep::Over, None)
    );
}

#[test]
fn one_failure_more_than_may_be_and_no_other_begins() {
    let mut rollout = Rollout::new(terms(0, Some(1), 0), 4);
    assert_eq!(rollout.step(), RolloutStep::Hosts(4));
    assert_eq!((rollout.begin(), rollout.begin()), (Some(0), Some(1)));
    rollout.end(FAILED);
    assert_eq!(rollout.begin(), Some(2));
    rollout.end(FAILED);
    assert_eq!(rollout.begin(), None);
    rollout.end(FAILED);
    assert_eq!(rollout.step(), RolloutStep::Over);
    assert_eq!(rollout.stopped(), Some(RolloutStop::Failures));
    assert_eq!(rollout.rest(), 3..4);
    let (told, _) = rollout.told(RolloutStop::Failures);
    assert_eq!(told, "not started: 3 hosts failed, and max_failures is 1");
}

#[test]
fn canaries_go_first_and_a_person_is_asked_only_when_all_ended_well() {
    let mut rollout = Rollout::new(terms(2, None, 3), 5);
    assert_eq!(rollout.step(), RolloutStep::Hosts(2));
    begin_all(&mut rollout);
    rollout.end(WELL);
    rollout.end(WELL);
    // The last canary does not go with a host that follows.
    assert_eq!(rollout.step(), RolloutStep::Hosts(1));
    let mut failed = rollout.clone();
    begin_all(&mut failed);
    failed.end(FAILED);
    assert_eq!(failed.step(), RolloutStep::Over);
    assert_eq!(failed.stopped(), Some(RolloutStop::CanaryFailed));
    begin_all(&mut rollout);
    rollout.end(WELL);
    assert_eq!(rollout.step(), RolloutStep::Person);
    assert_eq!(rollout.begin(), None);
    rollout.approve();
    assert_eq!(rollout.step(), RolloutStep::Hosts(2));
    assert_eq!(begin_all(&mut rollout), [3, 4]);
}

#[test]
fn where_all_hosts_are_canaries_nobody_is_asked() {
    for canary in [2, 9] {
        let mut rollout = Rollout::new(terms(0, None, canary), 2);
        assert_eq!(rollout.step(), RolloutStep::Hosts(2));
        begin_all(&mut rollout);
        rollout.end(WELL);
        rollout.end(FAILED);
        assert_eq!(
            (rollout.step(), rollout.stopped()),
            (RolloutStep::Over, None)
        );
    }
}

proptest! {
    #[test]
    fn each_host_begins_at_most_once_in_its_order_and_within_the_bounds(
        total in 0_usize..30,
        batch in 0_usize..6,
        max_failures in proptest::option::of(0_usize..4),
        canary in 0_usize..6,
        width in 1_usize..5,
        yes in any::<bool>(),
        moves in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..200),
    ) {
        let mut rollout = Rollout::new(terms(batch, max_failures, canary), total);
        let (mut begun, mut running, mut failed, mut asked) = (0_usize, 0_usize, 0_usize, 0);
        let mut step_began = 0;
        for (begins, well) in moves {
            if running == 0 {
                match rollout.step() {
                    RolloutStep::Hosts(count) => {
                        prop_assert!(count > 0 && (batch == 0 || count <= batch));
                        step_began = begun;
                    }
                    RolloutStep::Person => {
                        asked += 1;
                        prop_assert_eq!((begun, failed, asked), (canary, 0, 1));
                        if yes { rollout.approve() } else { rollout.stop(RolloutStop::Outdated) }
                        continue;
                    }
                    RolloutStep::Over => {
                        prop_assert_eq!(rollout.stopped().is_none(), begun == total);
                        break;
                    }
                }
            }
            let place = match begins || running == 0 {
                true if running < width => rollout.begin(),
                true | false => None,
            };
            if let Some(place) = place {
                prop_assert_eq!(place, begun);
                prop_assert!(max_failures.is_none_or(|most| failed <= most));
                prop_assert!(asked > 0 || canary == 0 || (failed == 0 && begun < canary));
                begun += 1;
                running += 1;
                prop_assert!(batch == 0 || begun - step_began <= batch);
            } else if running > 0 {
                running -= 1;
                failed += usize::from(!well);
                rollout.end(if well { WELL } else { FAILED });
            }
        }
        prop_assert!(begun <= total);
        prop_assert!(max_failures.is_none_or(|most| failed <= most + width));
        prop_assert!(yes || canary == 0 || begun <= canary);
    }
}
