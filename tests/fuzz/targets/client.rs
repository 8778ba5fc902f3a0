//! Small texts of a client: a URI is that of a resource in one spelling alone, a part of hosts is a whole percentage from 1 to
//! 100, a trace is kept as it came or not at all, and nothing that is kept has a character that a record would have to escape.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_ssh::audit::TraceContext;
use mcp_ssh::gate::BatchSize;
use mcp_ssh::mcp::canonical_uri;
use serde_json::{Value, json};

/// Characters of a `tracestate` (W3C Trace Context, section 3.3.1.5).
const LONGEST_STATE: usize = 512;

fuzz_target!(|text: &str| {
    if let Some(uri) = canonical_uri(text) {
        assert_eq!(canonical_uri(&uri).as_ref(), Some(&uri));
        assert!(
            uri.starts_with("ssh://host") && !uri.contains(['%', '?', '#', ' ']),
            "{uri:?}"
        );
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri:?}");
    }
    let percent = (1..=100_u8).find(|percent| format!("{percent}%") == text);
    assert_eq!(
        BatchSize::of_text(text),
        percent.map(BatchSize::Percent),
        "{text:?}"
    );
    let (parent, state) = text.split_once('\n').unwrap_or((text, ""));
    traced(parent, None);
    traced(parent, Some(state));
});

fn traced(parent: &str, state: Option<&str>) {
    let Some(context) = TraceContext::of(parent, state) else {
        return;
    };
    let kept = serde_json::to_value(&context).expect("it is JSON");
    assert_eq!(kept["traceparent"], json!(parent));
    assert!(parent.starts_with(|digit: char| digit.is_ascii_hexdigit()) && parent.len() >= 55);
    assert!(!parent.starts_with("ff"), "{parent}");
    match (&kept["tracestate"], state) {
        (Value::Null, _) => {}
        (kept, Some(state)) => {
            assert_eq!(kept, &json!(state));
            assert!(state.len() <= LONGEST_STATE && state.contains('='));
        }
        (kept, None) => panic!("{kept} came from nowhere"),
    }
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\t')
    };
    let texts = [&kept["traceparent"], &kept["tracestate"]];
    assert!(
        texts.iter().filter_map(|text| text.as_str()).all(plain),
        "{kept}"
    );
}
