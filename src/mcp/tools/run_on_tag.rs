//! `ssh_run_on_tag`: one command on every host with a tag.
//!
//! Takes: a tag and a command. Gives: what came of the command on each host, and a summary. Refuses: a tag that no host
//! has; what the gate refuses on one host is the result of that host.

use serde_json::Value;

use super::call::{CallError, ToolCall};
use super::host_call::{self, HostReply, HostWork, OpenCall, PATIENCE};
use super::parameters::{COMMAND_AS_FOR_RUN, CWD_AS_FOR_RUN, TIMEOUT_AS_FOR_RUN};
use super::tool::{Effect, Tool};
use crate::cancel::Cancelled;
use crate::gate::{
    ComparedFanOut, FanOut, FoldedFanOut, Gate, Outcome, Question, QuestionDigest, RolloutRequest,
    TagReport, TagRequest, TagStarted,
};
use crate::mcp::approval::ClientPerson;
use crate::mcp::arguments::Arguments;
use crate::mcp::handled::Handled;
use crate::mcp::lifecycle::Revision;
use crate::mcp::parameter::{Need, Parameter, ParameterKind, UNLISTED};
use crate::mcp::schema;
use crate::rpc::{Error, json_text};

pub(super) const TOOL: Tool = Tool {
    name: "ssh_run_on_tag",
    title: "Run a command on a tag",
    description: "Runs a command on every host with a tag, each judged by the policy on its own. A host that \
                  fails stops no other: read `summary`, then each `status`. The hosts share a bound on output.",
    effect: Effect::Destructive,
    parameters: &[
        TAG,
        COMMAND_AS_FOR_RUN,
        CWD_AS_FOR_RUN,
        TIMEOUT_AS_FOR_RUN,
        BATCH,
        MAX_FAILURES,
        CANARY,
        COMPARE,
    ],
    output: OUTPUT,
    function: run_on_tag,
};

const TAG: Parameter = Parameter {
    name: "tag",
    kind: ParameterKind::Text,
    need: Need::Required,
    description: "A tag of ssh_list_hosts.",
};

const BATCH: Parameter = Parameter {
    name: "batch",
    kind: ParameterKind::Batch,
    need: Need::Optional,
    description: "Hosts at a time, or e.g. 25%.",
};

const MAX_FAILURES: Parameter = Parameter {
    name: "max_failures",
    kind: ParameterKind::Integer(0, UNLISTED),
    need: Need::Optional,
    description: "More: no other begins.",
};

const CANARY: Parameter = Parameter {
    name: "canary",
    kind: ParameterKind::Integer(1, UNLISTED),
    need: Need::Optional,
    description: "Hosts to go first; then a person is asked.",
};

const COMPARE: Parameter = Parameter {
    name: "compare",
    kind: ParameterKind::Flag,
    need: Need::Optional,
    description: "Groups equal results, and shows how the others differ.",
};

const OUTPUT: &str = concat!(
    r#"{
    "type": "object",
    "properties": {
        "task_id": {"type": "string", "description": "Of the whole."},
        "tag": {"type": "string"},
        "hash": {"type": "string"},
        "summary": {
            "type": "object",
            "description": "total, and of these: succeeded (exit code 0), "#,
    r#"failed (another, signal, output limit, no connection), "#,
    r#"denied, timed_out, cancelled, not_started.",
            "additionalProperties": {"type": "integer"}
        },
        "status": {"const": "awaiting_approval"},
        "stopped": {"type": "string"},
        "truncated": {"type": "boolean", "description": "Some output was cut."},
        "results": {
            "type": "array",
            "description": "In inventory order, as ssh_run gives them.",
            "items": {
                "type": "object",
                "properties": {
                    "alias": {"type": "string"},
                    "status": {"type": "string", "description": "A word of `summary`."},
                    "same_as": {"type": "string", "description": "Who has it, too."}
                },
                "required": ["alias", "status"]
            }
        },
        "comparison": {
            "type": "object",
            "description": "With `compare`, for `results`.",
            "properties": {"headline": {"type": "string"}, "groups": {"type": "array"}},
            "required": ["headline", "groups"]
        }
    },
    "required": ["task_id"]
}"#
);

fn run_on_tag(call: ToolCall<'_>, mut arguments: Arguments) -> Result<Handled, CallError> {
    let tag = arguments.required(TAG.name)?;
    let request = call.asked(String::new(), &mut arguments)?;
    let rollout = RolloutRequest {
        batch: arguments.batch(BATCH.name)?,
        max_failures: arguments.integer(&MAX_FAILURES)?,
        canary: arguments.integer(&CANARY)?,
    };
    let report = match arguments.flag(COMPARE.name)? {
        true => TagReport::Compared,
        false => TagReport::EachHost,
    };
    let request = TagRequest {
        tag,
        request,
        rollout,
        report,
    };
    Ok(host_call::begin(call, RunOnTagWork(request)))
}

/// What runs on the hosts.
struct RunOnTagWork(TagRequest);

impl HostWork for RunOnTagWork {
    fn refuse(
        &self,
        gate: &Gate,
        reply: &HostReply<'_>,
        asked: Option<QuestionDigest>,
    ) -> Result<Value, Error> {
        if let Some(fan_out) = gate.end_unanswered(&self.0, asked) {
            return answer(reply, &fan_out);
        }
        reply.with(&gate.refuse_answer(&self.0.request))
    }

    async fn go(
        self,
        gate: &Gate,
        cancelled: Cancelled,
        call: &OpenCall<'_>,
    ) -> Result<Value, Error> {
        let patience = (call.observer(), PATIENCE);
        let run = gate.run_on_tag_or_adopt(self.0, cancelled, patience, call.client.person());
        match run.await {
            Ok(TagStarted::Ended(fan_out)) => answer(&call.reply, &fan_out),
            Ok(TagStarted::Task(task)) => schema::success(call.reply.revision, &task),
            Err(unstarted) => match &unstarted.question {
                Some(question) => ask(gate, call, question),
                None => schema::refusal(call.reply.revision, &unstarted),
            },
        }
    }
}

/// The result that has the client ask its person. Where too many questions are open for it, a run whose canaries have
/// ended ends with their results: nobody would bring the answer.
fn ask(gate: &Gate, call: &OpenCall<'_>, question: &Question) -> Result<Value, Error> {
    if let Some(asking) = call.client.input_required(question) {
        return Ok(asking);
    }
    match gate.end_unasked(question) {
        Some(fan_out) => answer(&call.reply, &fan_out),
        None => call.reply.crowded(question),
    }
}

/// Where some hosts need no person, the others are denied beside their results.
fn answer(reply: &HostReply<'_>, fan_out: &FanOut) -> Result<Value, Error> {
    let outcomes = || fan_out.results.iter().map(|result| &result.outcome);
    for outcome in outcomes() {
        reply.log.tell_failure(reply.output, outcome);
    }
    if reply.revision == Revision::MODERN && outcomes().all(Outcome::lacks_person) {
        return Err(ClientPerson::missing("run"));
    }
    let (told, content) = written(fan_out).map_err(|error| {
        log::error!("a tag run cannot be written as JSON: {error}");
        schema::fault()
    })?;
    Ok(schema::success_told(reply.revision, told, content))
}

/// The text and the structured content.
fn written(fan_out: &FanOut) -> Result<(String, Value), serde_json::Error> {
    match ComparedFanOut::of(fan_out) {
        Some(compared) => Ok((compared.told()?, serde_json::to_value(&compared)?)),
        None => {
            let folded = FoldedFanOut::of(fan_out)?;
            Ok((json_text(&folded.text), folded.rows))
        }
    }
}
