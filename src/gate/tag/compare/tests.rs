//! Groups of hosts, and what is told of them.

mod bounds;
mod properties;
mod words;

use std::net::{IpAddr, Ipv4Addr};

use super::{ComparisonBound, HostComparison, compare};
use crate::gate::result::{Failure, Outcome, RunRequest, RunResult};
use crate::gate::tag::HostResult;
use crate::gate::view::Bound;

/// A host on which the command ran; what is the host's own differs.
fn ran(number: usize, stdout: &str) -> HostResult {
    let alias = format!("h{number}");
    let own = u8::try_from(number % 200).unwrap();
    let result = RunResult {
        task_id: format!("task-{number}"),
        alias: alias.clone(),
        hash: "hash".to_owned(),
        exit_code: 0,
        exit_signal: None,
        duration_ms: u64::from(own),
        cancelled: false,
        timeout: false,
        truncated: false,
        note: None,
        target_ip: IpAddr::V4(Ipv4Addr::new(127, 0, 0, own)),
        output: stdout.to_owned(),
        lines_total: 0,
        lines_left_out: 0,
        bytes_left_out: 0,
        output_sha256: Some(alias.clone()),
        stdout: None,
        stderr: None,
        bytes_out: number as u64,
        bytes_err: 0,
        seconds: 1,
    };
    HostResult {
        alias,
        outcome: Outcome::Finished(result),
        duration_ms: u64::from(own),
    }
}

/// The host with another result.
fn with(host: HostResult, change: impl FnOnce(&mut RunResult)) -> HostResult {
    let mut host = host;
    if let Outcome::Finished(result) = &mut host.outcome {
        change(result);
    }
    host
}

/// The host with standard error, which came in between.
fn saying(host: HostResult, stderr: &str) -> HostResult {
    with(host, |result| {
        result.stdout = Some(result.output.clone());
        result.stderr = Some(stderr.to_owned());
        let at = (result.bytes_out as usize % 2).min(result.output.len());
        let (before, after) = result.output.split_at(at);
        result.output = format!("{before}{stderr}{after}");
    })
}

/// A host that was not reached.
fn failed(number: usize, error: &str) -> HostResult {
    let request = RunRequest::new(&format!("h{number}"), "id");
    HostResult {
        alias: request.alias.clone(),
        outcome: Outcome::Failed(Failure::new(&request, error, None)),
        duration_ms: 0,
    }
}

/// Compared for an assistant; nothing is kept.
fn compared(results: &[HostResult]) -> HostComparison {
    let bound = ComparisonBound::of(Some(Bound::of_result(None)));
    smol::block_on(compare(results, bound, &|_| false))
}

/// The hosts of each group.
fn groups(comparison: &HostComparison) -> Vec<String> {
    let listed = comparison.groups.iter();
    listed.map(|group| group.hosts.join(" ")).collect()
}
