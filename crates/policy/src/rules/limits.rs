//! Limits: what a command may cost. Each limit is a row of [`LIMITS`], with its key and its bounds; `limit_set` puts
//! sets of limits together.

use serde::Serialize;

/// The limits in force for one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// How long a command may run, in seconds. The default is less than the 60 seconds after which many
    /// clients give up a call, and so lose the output and the task_id.
    pub max_seconds: u32,
    /// How much output is kept, in bytes, both streams together.
    pub max_output_bytes: u64,
    /// How long the result of an asynchronous task is kept, in seconds.
    pub task_result_ttl: u32,
    /// How often a task reports progress, in seconds.
    pub task_progress_interval: u32,
    /// How many hosts a tag run works on at once.
    pub max_parallel: u32,
    /// How many hosts a tag run may match; `None` means any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_hosts: Option<u32>,
    /// How many hosts a tag run begins before it waits for all of them; `None` means any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch: Option<u32>,
    /// As `max_batch`, in percent of the tag's hosts, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_percent: Option<u32>,
    /// How many hosts of a tag run may fail before no other begins; `None` means any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<u32>,
    /// How many hosts of a tag run may go first, before a person says whether the others follow; `None` asks nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_canary: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_seconds: 45,
            max_output_bytes: 1024 * 1024,
            task_result_ttl: 300,
            task_progress_interval: 5,
            max_parallel: 32,
            max_hosts: None,
            max_batch: None,
            max_batch_percent: None,
            max_failures: None,
            max_canary: None,
        }
    }
}

/// One limit: its key, the bounds of its value, and its field of [`Limits`].
pub(crate) struct LimitRow {
    pub key: &'static str,
    pub least: i64,
    pub most: i64,
    pub set: fn(&mut Limits, u32),
}

/// The longest a command may be allowed to run, or a result be kept: a week, in seconds.
const MOST_SECONDS: i64 = 7 * 24 * 3600;
/// The most output that may be kept: what fits into memory beside everything else.
const MOST_OUTPUT_BYTES: i64 = 256 * 1024 * 1024;
/// The slowest progress that is still progress: an hour, in seconds.
const MOST_INTERVAL: i64 = 3600;
/// The most hosts at once: each costs a socket and its buffers.
const MOST_PARALLEL: i64 = 1000;
/// The most hosts of one tag run: more than any inventory has.
const MOST_HOSTS: i64 = 1_000_000;

/// Every limit. A new limit is a row here, and a field of [`Limits`] with its default.
pub(crate) const LIMITS: [LimitRow; 10] = [
    LimitRow {
        key: "max_seconds",
        least: 1,
        most: MOST_SECONDS,
        set: |limits, seconds| limits.max_seconds = seconds,
    },
    LimitRow {
        key: "max_output_bytes",
        least: 1,
        most: MOST_OUTPUT_BYTES,
        set: |limits, bytes| limits.max_output_bytes = bytes.into(),
    },
    LimitRow {
        key: "task_result_ttl",
        least: 1,
        most: MOST_SECONDS,
        set: |limits, seconds| limits.task_result_ttl = seconds,
    },
    LimitRow {
        key: "task_progress_interval",
        least: 1,
        most: MOST_INTERVAL,
        set: |limits, seconds| limits.task_progress_interval = seconds,
    },
    LimitRow {
        key: "max_parallel",
        least: 1,
        most: MOST_PARALLEL,
        set: |limits, hosts| limits.max_parallel = hosts,
    },
    LimitRow {
        key: "max_hosts",
        least: 1,
        most: MOST_HOSTS,
        set: |limits, hosts| limits.max_hosts = Some(hosts),
    },
    LimitRow {
        key: "max_batch",
        least: 1,
        most: MOST_HOSTS,
        set: |limits, hosts| limits.max_batch = Some(hosts),
    },
    LimitRow {
        key: "max_batch_percent",
        least: 1,
        most: 100,
        set: |limits, percent| limits.max_batch_percent = Some(percent),
    },
    LimitRow {
        key: "max_failures",
        least: 0,
        most: MOST_HOSTS,
        set: |limits, hosts| limits.max_failures = Some(hosts),
    },
    LimitRow {
        key: "max_canary",
        least: 1,
        most: MOST_HOSTS,
        set: |limits, hosts| limits.max_canary = Some(hosts),
    },
];
