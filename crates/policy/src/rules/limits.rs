//! Limits: what a command may cost. How they are put together is in `limit_set`.

use serde::Serialize;

/// The limits in force for one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// How long a command may run, in seconds. The default is under the 60 seconds after which many
    /// clients give up a call, and with it the output and the task_id.
    pub max_seconds: u32,
    /// How much output is kept, in bytes, both streams together.
    pub max_output_bytes: u64,
    /// How long the result of an asynchronous task is kept, in seconds.
    pub task_result_ttl: u32,
    /// How often a task reports progress, in seconds.
    pub task_progress_interval: u32,
    /// How many hosts a tag run works on at once.
    pub max_parallel: u32,
    /// How many hosts a tag run may match; none means any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_hosts: Option<u32>,
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
        }
    }
}
