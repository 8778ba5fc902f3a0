//! How much of the output of a tag's hosts is kept, and how much of that is shown.
//!
//! Takes: the results of the hosts. Gives: each with its share of the room. Refuses nothing: what is left out is counted,
//! and kept under the run's identifier as far as there is room.

use std::rc::Rc;

use super::result::HostResult;
use crate::gate::loaded::Loaded;
use crate::gate::result::Outcome;
use crate::gate::state::GateState;
use crate::gate::tasks::{MAX_KEPT, shown as shown_of_one};
use crate::gate::view::{Bound, Rest};

/// Output that one tag run keeps, all hosts together; each has an equal share, or its policy's
/// `max_output_bytes` where that is less. It is there as it came, redacted, and once more while
/// that is done.
const MAX_KEPT_BYTES: u64 = 8 * 1024 * 1024;

/// The least output shown for a host. With less, the cut notice would be longer than the output.
const LEAST_SHOWN_BYTES: usize = 256;

/// Bytes of output for each of so many hosts.
pub fn share(hosts: usize) -> u64 {
    u64::try_from(hosts).map_or(0, |hosts| MAX_KEPT_BYTES / hosts.max(1))
}

/// The results with no more output than `bound` allows for all of them.
pub fn shown(
    state: &Rc<GateState>,
    loaded: &Loaded,
    results: Vec<HostResult>,
    bound: Bound,
) -> Vec<HostResult> {
    let held = results.iter().map(|result| match &result.outcome {
        Outcome::Finished(result) => result.held(),
        Outcome::Denied(_) | Outcome::Failed(_) => 0,
    });
    let max_bytes = fair_share(held.collect(), bound.max_bytes).max(LEAST_SHOWN_BYTES);
    let bound = Bound { max_bytes, ..bound };
    let shown = results.into_iter().enumerate().map(|(place, result)| {
        // More would push out the first of them.
        let rest = if place < MAX_KEPT {
            Rest::Kept
        } else {
            Rest::Gone
        };
        HostResult {
            outcome: shown_of_one(state, loaded, result.outcome, bound, rest),
            ..result
        }
    });
    shown.collect()
}

/// The equal share of `room`. A host that needs less leaves its rest to the others.
fn fair_share(mut needs: Vec<usize>, room: usize) -> usize {
    needs.sort_unstable();
    let (mut left, mut others) = (room, needs.len());
    for need in needs {
        if need > left / others {
            return left / others;
        }
        left -= need;
        others -= 1;
    }
    room
}

#[cfg(test)]
mod tests {
    use super::fair_share;

    #[test]
    fn who_needs_less_leaves_the_others_more() {
        for (needs, room, share) in [
            (vec![], 100, 100),
            (vec![0, 0], 100, 100),
            (vec![500], 100, 100),
            (vec![50, 50], 100, 100),
            (vec![10, 500], 100, 90),
            (vec![500, 500, 0, 20], 100, 40),
            (vec![500; 1000], 100, 0),
        ] {
            assert_eq!(fair_share(needs.clone(), room), share, "{needs:?}");
        }
    }
}
