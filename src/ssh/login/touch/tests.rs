//! The time of a connection does not run while somebody has to touch a key, and runs again afterwards.

use std::future::pending;
use std::time::Duration;

use super::{TouchNews, TouchWait, unless_silent, within};
use crate::runtime::{block_on, sleep};

/// Much less than a touch takes here.
const LIMIT: Duration = Duration::from_millis(20);
const TOUCHED: Duration = Duration::from_millis(600);

#[test]
fn a_wait_for_a_touch_does_not_count() {
    let wait = TouchWait::default();
    let work = async {
        wait.hear(TouchNews::Queued);
        wait.hear(TouchNews::Wanted);
        sleep(TOUCHED).await;
        wait.hear(TouchNews::Over);
        "in"
    };
    assert_eq!(block_on(within(LIMIT, &wait, work)).unwrap(), Some("in"));
    assert!(wait.total() >= TOUCHED);
}

#[test]
fn all_other_time_counts() {
    let wait = TouchWait::default();
    assert_eq!(
        block_on(within(LIMIT, &wait, pending::<()>())).unwrap(),
        None
    );
    let touched = async {
        wait.hear(TouchNews::Wanted);
        wait.hear(TouchNews::Over);
        pending::<()>().await;
    };
    assert_eq!(block_on(within(LIMIT, &wait, touched)).unwrap(), None);
}

#[test]
fn a_silent_agent_is_waited_for_while_another_login_has_its_touch() {
    let silent = || async {
        sleep(TOUCHED).await;
        "listed"
    };
    let during = async {
        let turn = super::turn().await;
        let answer = unless_silent(LIMIT, silent()).await;
        drop(turn);
        answer
    };
    assert_eq!(block_on(during).unwrap(), Some("listed"));
    let alone = unless_silent(LIMIT, pending::<()>());
    assert_eq!(block_on(alone).unwrap(), None);
}
