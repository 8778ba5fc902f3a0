//! How a run gets on, told to whoever asked for it.

use std::net::IpAddr;
use std::time::Duration;

use smol::future::or;

use super::tag::HostResult;
use crate::clock::Stopwatch;
use crate::runtime::sleep;
use crate::ssh::ConnectStage;

/// How often it is told that the approver has not answered yet.
const INTERVAL: Duration = Duration::from_secs(5);

/// Hears of each step.
pub type Observer<'a> = dyn Fn(Progress<'_>) + 'a;

/// A step of a run on one host, or on the hosts with a tag.
pub enum Progress<'a> {
    /// The approver has been asked, and has not answered for so long.
    AwaitingApproval {
        /// What cancels it.
        task_id: &'a str,
        /// Since the question was put, in milliseconds.
        elapsed_ms: u64,
    },
    /// It is allowed, recorded, and waits for its turn.
    Permitted {
        /// The run's identifier, by which it can be cancelled.
        task_id: &'a str,
        /// Where the host may be dialled.
        addresses: &'a [IpAddr],
    },
    /// No connection was open, and one is made: this far it has come.
    Connecting {
        /// The host's, or that of a jump host on the way.
        alias: &'a str,
        /// The stage that is passed.
        stage: ConnectStage,
    },
    /// It has its turn, and a channel on the host: the command is sent.
    Started,
    /// It has been under way for so long.
    Running {
        /// Since it was permitted, in milliseconds.
        elapsed_ms: u64,
        /// What it has printed.
        bytes_read: u64,
    },
    /// A tag's hosts are known and the first ones begin.
    FannedOut {
        /// What cancels all of them.
        task_id: &'a str,
        /// How many they are.
        total: usize,
    },
    /// One of them is done.
    HostDone {
        /// How it ended.
        result: &'a HostResult,
        /// How many are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
}

/// What a person is told who has to touch a FIDO key; nothing of another stage.
pub fn touch_told(alias: &str, stage: &ConnectStage) -> Option<String> {
    match stage {
        ConnectStage::TouchWanted { behind } => {
            let line = match behind {
                0 => String::new(),
                1 => "; 1 login waits behind it".to_owned(),
                behind => format!("; {behind} logins wait behind it"),
            };
            Some(format!(
                "touch the FIDO key: the login at `{alias}` waits for that, 30 s at most{line}"
            ))
        }
        ConnectStage::TouchQueued { holder, before } => {
            let others = match before {
                ..=1 => String::new(),
                2 => " and for 1 other login".to_owned(),
                more => format!(" and for {} other logins", more - 1),
            };
            Some(format!(
                "the login at `{alias}` waits until the FIDO key is touched for `{holder}`{others}"
            ))
        }
        ConnectStage::Dialled(_)
        | ConnectStage::Greeted(_)
        | ConnectStage::HandsShaken(_)
        | ConnectStage::Answered { .. }
        | ConnectStage::LoggedIn => None,
    }
}

/// For callers that only want the outcome.
pub fn unobserved(_progress: Progress<'_>) {}

/// What the approver's answer becomes; tells again and again that it has not come.
pub async fn attend<T>(
    answer: impl Future<Output = T>,
    task_id: &str,
    observer: &Observer<'_>,
) -> T {
    let asked = Stopwatch::start();
    let told = async {
        loop {
            observer(Progress::AwaitingApproval {
                task_id,
                elapsed_ms: asked.elapsed_ms(),
            });
            sleep(INTERVAL).await;
        }
    };
    or(answer, told).await
}
