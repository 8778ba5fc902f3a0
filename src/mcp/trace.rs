//! The trace that a request belongs to (W3C Trace Context; SEP-414 names the keys).
//!
//! Takes the parameters of a request; gives what their `_meta` says, for the records. Refuses nothing: what is
//! not valid is left out, as the Recommendation wants it.

use serde_json::{Map, Value};

use crate::audit::TraceContext;

/// The trace of a request, if it names one.
pub(super) fn trace_of(params: &Map<String, Value>) -> Option<TraceContext> {
    let meta = params.get("_meta")?;
    let traceparent = meta.get("traceparent")?.as_str()?;
    let tracestate = meta.get("tracestate").and_then(Value::as_str);
    TraceContext::of(traceparent, tracestate)
}
