//! The time of a connection does not run while somebody has to touch a key, and runs again afterwards; the hosts are
//! touched for in turn.

use std::future::pending;
use std::time::Duration;

use super::{
    LineBefore, TouchNews, TouchTeller, TouchTurn, TouchWait, news, unless_silent, whole_line,
    within,
};
use crate::runtime::{block_on, sleep, timeout};

/// Much less than a touch takes here.
const LIMIT: Duration = Duration::from_millis(20);
const TOUCHED: Duration = Duration::from_millis(600);

const WANTED: TouchNews = TouchNews::Wanted { behind: 0 };

fn before(holder: &str, count: usize) -> Option<LineBefore> {
    let holder = holder.to_owned();
    Some(LineBefore { holder, count })
}

fn queued() -> TouchNews {
    TouchNews::Queued(before("box", 1).unwrap())
}

#[test]
fn a_wait_for_a_touch_does_not_count() {
    let wait = TouchWait::default();
    let work = async {
        wait.hear(&queued());
        wait.hear(&WANTED);
        sleep(TOUCHED).await;
        wait.hear(&TouchNews::Over);
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
        wait.hear(&WANTED);
        wait.hear(&TouchNews::Over);
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
        let turn = TouchTurn::in_line("box");
        turn.come().await;
        let answer = unless_silent(LIMIT, silent()).await;
        drop(turn);
        answer
    };
    assert_eq!(block_on(during).unwrap(), Some("listed"));
    let alone = unless_silent(LIMIT, pending::<()>());
    assert_eq!(block_on(alone).unwrap(), None);
}

/// Three logins at one host, then one at another: that one waits for the first alone.
#[test]
fn the_hosts_are_touched_for_in_turn() {
    let order = async {
        let [first, second, third] = ["busy"; 3].map(TouchTurn::in_line);
        let other = TouchTurn::in_line("other");
        assert_eq!((first.before(), first.behind()), (None, 3));
        assert_eq!(other.before(), before("busy", 1));
        assert_eq!(second.before(), before("busy", 2));
        assert_eq!((third.before(), third.behind()), (before("busy", 3), 0));
        assert_eq!(whole_line(), before("busy", 4));
        // One that comes later does not pass the login that has waited since.
        drop(first);
        let later = TouchTurn::in_line("later");
        assert_eq!(other.before(), None);
        assert_eq!(second.before(), before("other", 1));
        assert_eq!(later.before(), before("other", 2));
        for turn in [other, second, later, third] {
            turn.come().await;
        }
        assert_eq!(whole_line(), None);
    };
    block_on(order).unwrap();
}

#[test]
fn who_gives_up_leaves_the_line_at_once() {
    let given_up = async {
        let first = TouchTurn::in_line("first");
        let waiting = async { TouchTurn::in_line("gone").come().await };
        assert_eq!(timeout(LIMIT, waiting).await, None);
        let last = TouchTurn::in_line("last");
        assert_eq!(last.before(), before("first", 1));
        // The first one leaves while it has its turn.
        drop(first);
        last.come().await;
        assert_eq!((last.before(), whole_line()), (None, before("last", 1)));
    };
    block_on(given_up).unwrap();
}

#[test]
fn a_login_is_told_to_touch_only_once_the_one_before_it_is_done() {
    let waiting = async {
        let (told, heard) = news();
        let teller = |host| TouchTeller {
            host,
            news: told.clone(),
        };
        let first = teller("first").turn().await;
        assert_eq!(heard.try_recv(), Ok(WANTED));
        let second = teller("second");
        let mut second = std::pin::pin!(second.turn());
        assert!(timeout(LIMIT, second.as_mut()).await.is_none());
        let before = before("first", 1).unwrap();
        assert_eq!(heard.try_recv(), Ok(TouchNews::Queued(before)));
        assert!(heard.is_empty());
        drop(first);
        assert!(second.await.is_some());
        assert_eq!(heard.try_recv(), Ok(WANTED));
    };
    block_on(waiting).unwrap();
}
