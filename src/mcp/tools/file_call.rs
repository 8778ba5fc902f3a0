//! A call about a file of a host: the part that the four tools for files share.
//!
//! Takes: the arguments that they have in common. Gives: the request to the gate, and the work of the call. Refuses: what
//! the gate refuses, with its reason.

use std::num::NonZeroU32;

use serde_json::Value;

use super::call::{CallError, ToolCall};
use super::host_call::{self, HostReply, HostWork, OpenCall, PATIENCE};
use super::parameters::{ALIAS, PATH, TIMEOUT_SECONDS};
use crate::audit::parse_digest;
use crate::cancel::Cancelled;
use crate::gate::{FileDeed, FileRequest, Gate, QuestionDigest};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::rpc::Error;

/// Has a deed done on the file that the arguments name.
///
/// # Errors
/// Why the arguments give no request.
pub(super) fn begin(
    call: ToolCall<'_>,
    mut arguments: Arguments,
    deed: FileDeed,
) -> Result<Handled, CallError> {
    let seconds = |seconds| u32::try_from(seconds).ok().and_then(NonZeroU32::new);
    let (request_id, trace) = call.origin();
    let request = FileRequest {
        alias: arguments.required(ALIAS.name)?,
        path: arguments.required(PATH.name)?,
        deed,
        timeout_seconds: arguments.integer(&TIMEOUT_SECONDS)?.and_then(seconds),
        request_id: Some(request_id),
        client: call.peer.client.clone(),
        trace,
    };
    Ok(host_call::begin(call, FileToolWork(request)))
}

/// The digest that an argument spells.
///
/// # Errors
/// When it is no SHA-256 in hexadecimal.
pub(super) fn digest(text: &str, name: &str) -> Result<[u8; 32], CallError> {
    let digest = parse_digest(&text.to_ascii_lowercase());
    digest.ok_or_else(|| {
        let what = "a SHA-256 of 64 hexadecimal digits, as ssh_read_file gives it";
        CallError::Execution(format!("the argument `{name}` must be {what}"))
    })
}

/// What is done on the host.
struct FileToolWork(FileRequest);

impl HostWork for FileToolWork {
    fn refuse(
        &self,
        gate: &Gate,
        reply: &HostReply<'_>,
        _: Option<QuestionDigest>,
    ) -> Result<Value, Error> {
        reply.with_file(&gate.refuse_file_answer(&self.0))
    }

    async fn go(
        self,
        gate: &Gate,
        cancelled: Cancelled,
        call: &OpenCall<'_>,
    ) -> Result<Value, Error> {
        let observer = call.observer();
        let person = call.client.person();
        let touched = gate.touch_file(self.0, cancelled, observer, person, Some(PATIENCE));
        call.answer_file(&touched.await)
    }
}
