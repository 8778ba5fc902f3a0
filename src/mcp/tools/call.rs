//! One `tools/call`, as the function of the tool sees it.
//!
//! Takes: the members of the request beside the name of the tool. Gives: a [`ToolCall`], which knows the gate and the
//! caller, and the arguments. Refuses: members of a wrong type, as protocol errors.

use std::fmt;
use std::num::NonZeroU32;
use std::rc::Rc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::parameters::{ALIAS, COMMAND, CWD, MAX_OUTPUT_LINES, TIMEOUT_SECONDS};
use crate::audit::TraceContext;
use crate::gate::{Bound, Gate, RunRequest, UnreadyError};
use crate::mcp::approval::{Caller, Questions};
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::lifecycle::Peer;
use crate::mcp::progress::ProgressToken;
use crate::mcp::schema;
use crate::mcp::trace::trace_of;
use crate::rpc::{Error, Request, RequestId, take_given};
use mcp_ssh_policy::shell::in_directory;

/// How many characters of a request's id go into the audit: ids of real clients are far shorter.
const AUDITED_ID_CHARACTERS: usize = 100;

/// A call of a tool, without its arguments.
pub(super) struct ToolCall<'g> {
    /// The gate, which does the work: a tool decides nothing by itself.
    pub gate: &'g Gate,
    /// The client that calls, and the revision of the answer.
    pub peer: Peer,
    /// How the person behind the call can be reached.
    pub caller: Box<Caller>,
    /// The token, if the client wants to hear of progress.
    pub token: Option<ProgressToken>,
    id: RequestId,
    trace: Option<TraceContext>,
}

/// Why a call has no result.
#[derive(Debug)]
pub(super) enum CallError {
    /// A tool execution error: text from which an assistant learns what to change.
    Execution(String),
    /// A protocol error.
    Protocol(Error),
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Execution(message) => formatter.write_str(message),
            Self::Protocol(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for CallError {}

impl From<String> for CallError {
    fn from(message: String) -> Self {
        Self::Execution(message)
    }
}

impl From<UnreadyError> for CallError {
    fn from(unready: UnreadyError) -> Self {
        Self::Execution(unready.to_string())
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Protocol(error)
    }
}

impl<'g> ToolCall<'g> {
    /// Reads the whole request but the name of the tool; gives the call and the arguments.
    ///
    /// # Errors
    /// -32602 for members of a wrong type.
    pub fn read(
        gate: &'g Gate,
        questions: &Rc<Questions>,
        request: Request,
        peer: Peer,
    ) -> Result<(Self, Map<String, Value>), Error> {
        let Request { id, mut params, .. } = request;
        let caller = Box::new(Caller::read(questions, &mut params, &peer)?);
        let arguments = match take_given(&mut params, "arguments") {
            None => Map::new(),
            Some(Value::Object(arguments)) => arguments,
            Some(_) => return Err(Error::invalid_params("`arguments` must be an object")),
        };
        let token = ProgressToken::read(&params)?;
        let call = Self {
            gate,
            peer,
            caller,
            token,
            id,
            trace: trace_of(&params),
        };
        Ok((call, arguments))
    }

    /// The request's identifier and its trace, for the records.
    pub fn origin(&self) -> (String, Option<TraceContext>) {
        let id = self.id.to_string();
        let id = id.chars().take(AUDITED_ID_CHARACTERS).collect();
        (id, self.trace.clone())
    }

    /// The request to the gate: the command and the host of the arguments.
    ///
    /// # Errors
    /// Why the arguments give no such request.
    pub fn asked_of_host(&self, arguments: &mut Arguments) -> Result<RunRequest, CallError> {
        let alias = arguments.required(ALIAS.name)?;
        self.asked(alias, arguments)
    }

    /// The request to the gate: the command of the arguments on the host `alias`. A run on a tag has no alias.
    ///
    /// # Errors
    /// Why the arguments give no such request.
    pub fn asked(&self, alias: String, arguments: &mut Arguments) -> Result<RunRequest, CallError> {
        let seconds = |seconds| u32::try_from(seconds).ok().and_then(NonZeroU32::new);
        let mut command = arguments.required(COMMAND.name)?;
        if let Some(directory) = arguments.optional(CWD.name)? {
            command = in_directory(&directory, &command).map_err(str::to_owned)?;
        }
        let timeout_seconds = arguments.integer(&TIMEOUT_SECONDS)?.and_then(seconds);
        let max_output_lines = arguments.integer(&MAX_OUTPUT_LINES)?;
        let (request_id, trace) = self.origin();
        Ok(RunRequest {
            alias,
            command,
            timeout_seconds,
            request_id: Some(request_id),
            client: self.peer.client.clone(),
            trace,
            bound: Some(Bound::of_result(max_output_lines)),
        })
    }

    /// Answers with a result.
    ///
    /// # Errors
    /// -32603 if `content` cannot be written as JSON.
    pub fn success(&self, content: &impl Serialize) -> Result<Handled, CallError> {
        let result = schema::success(self.peer.revision, content)?;
        Ok(Handled::Done(Ok(result)))
    }

    /// Answers with a tool execution error that has details.
    ///
    /// # Errors
    /// -32603 if `details` cannot be written as JSON.
    pub fn refusal(&self, details: &impl Serialize) -> Result<Handled, CallError> {
        let result = schema::refusal(self.peer.revision, details)?;
        Ok(Handled::Done(Ok(result)))
    }
}
