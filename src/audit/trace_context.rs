//! What joins a call to the trace of whoever made it: W3C Trace Context, as a client sends it.
//!
//! ```text
//! traceparent := VERSION "-" TRACE "-" PARENT "-" FLAGS ["-" MORE]   lower-case hex: 2, 32, 16 and 2 digits; MORE
//!                                                                    only where VERSION is not 00
//! tracestate  := member ("," member)*                                 32 members, 512 characters at most
//! member      := blanks [key "=" value] blanks
//! ```
//!
//! Takes the two texts; gives them as they are, for the records. Refuses what the Recommendation says is to be
//! ignored (sections 3.2 and 3.3): nothing of it reaches a record.

use serde::Serialize;

/// Characters of a `traceparent` of version 00.
const PARENT_LENGTH: usize = 55;
/// Characters of a later version's, which may have more parts.
const MAX_PARENT: usize = 128;
/// Characters of a `tracestate`: what everybody has to pass on (section 3.3.1.5).
const MAX_STATE: usize = 512;
/// Members of a `tracestate` (section 3.3.1.1).
const MAX_MEMBERS: usize = 32;
/// Characters of a key or a value (sections 3.3.1.3.1 and 3.3.1.3.2).
const MAX_PART: usize = 256;

/// The trace that a call belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceContext {
    traceparent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
}

impl TraceContext {
    /// Of the two texts, as far as they are valid: without a `traceparent` a `tracestate` says nothing.
    pub fn of(traceparent: &str, tracestate: Option<&str>) -> Option<Self> {
        is_parent(traceparent).then(|| Self {
            traceparent: traceparent.to_owned(),
            tracestate: tracestate
                .filter(|state| is_state(state))
                .map(str::to_owned),
        })
    }
}

fn is_parent(text: &str) -> bool {
    let mut parts = text.splitn(5, '-');
    let mut next = |digits| {
        let part = parts.next().unwrap_or_default();
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (part.len() == digits && part.bytes().all(is_hex)).then_some(part)
    };
    let (version, trace, parent, flags) = (next(2), next(32), next(16), next(2));
    let (Some(version), Some(trace), Some(parent), Some(_)) = (version, trace, parent, flags)
    else {
        return false;
    };
    let is_set = |part: &str| part.bytes().any(|byte| byte != b'0');
    let more = parts.next();
    let fits = match version {
        "ff" => false,
        "00" => text.len() == PARENT_LENGTH,
        _ => text.len() <= MAX_PARENT && more.is_none_or(is_printable),
    };
    fits && is_set(trace) && is_set(parent)
}

fn is_state(text: &str) -> bool {
    let members = || {
        text.split(',')
            .map(|member| member.trim_matches([' ', '\t']))
    };
    let keys = || {
        members()
            .filter_map(|member| member.split_once('='))
            .map(|(key, _)| key)
    };
    let is_twice = |(at, key)| keys().skip(at + 1).any(|other| other == key);
    !text.is_empty()
        && text.len() <= MAX_STATE
        && members().count() <= MAX_MEMBERS
        && members().all(is_member)
        && keys().count() > 0
        && !keys().enumerate().any(is_twice)
}

fn is_member(member: &str) -> bool {
    let Some((key, value)) = member.split_once('=') else {
        return member.is_empty();
    };
    let (tenant, system) = key.split_once('@').unwrap_or((key, "a"));
    let is_key = |part: &str| {
        let goes_on = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/".contains(&byte)
        };
        let begins = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        part.bytes().next().is_some_and(begins) && part.bytes().all(goes_on)
    };
    key.len() <= MAX_PART
        && is_key(tenant)
        && is_key(system)
        && (1..=MAX_PART).contains(&value.len())
        && is_printable(value)
        && !value.contains('=')
}

/// Printable ASCII and blanks.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::TraceContext;
    use proptest::prelude::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_what_the_recommendation_says() {
        let zeros = |digits| "0".repeat(digits);
        for (text, valid) in [
            (PARENT.to_owned(), true),
            (PARENT.replace("-01", "-ff"), true),
            (PARENT.replace("00-4", "cc-4"), true),
            (PARENT.replace("00-4", "cc-4") + "-what-comes", true),
            (PARENT.replace("00-4", "cc-4") + "what-comes", false),
            (PARENT.replace("00-4", "cc-4") + "-\u{1b}", false),
            (
                PARENT.replace("00-4", "cc-4") + "-" + &"x".repeat(80),
                false,
            ),
            (PARENT.replace("00-4", "ff-4"), false),
            (PARENT.to_owned() + "-", false),
            (PARENT.to_owned() + "-00", false),
            (PARENT.to_uppercase(), false),
            (PARENT.replace("4bf9", "4bg9"), false),
            (
                PARENT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &zeros(32)),
                false,
            ),
            (PARENT.replace("00f067aa0ba902b7", &zeros(16)), false),
            (PARENT.replace("4bf9", "4bf"), false),
            (" ".to_owned() + PARENT, false),
            (PARENT.replace('-', "_"), false),
            (String::new(), false),
        ] {
            assert_eq!(TraceContext::of(&text, None).is_some(), valid, "{text}");
        }
    }

    #[test]
    fn a_tracestate_is_what_the_recommendation_says() {
        let long = |length: usize| format!("a={}", "x".repeat(length));
        let members = |count: usize| {
            (0..count)
                .map(|at| format!("k{at}=v"))
                .collect::<Vec<_>>()
                .join(",")
        };
        for (text, valid) in [
            ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE".to_owned(), true),
            ("fw529a3039@dt=FfAA, 0tenant/x*_-@sys=a b".to_owned(), true),
            ("a=1,,b=2,".to_owned(), true),
            ("a=1\t, \tb=2".to_owned(), true),
            (long(256), true),
            (long(257), false),
            (members(32), true),
            (members(33), false),
            ("a=1,a=2".to_owned(), false),
            ("A=1".to_owned(), false),
            ("_a=1".to_owned(), false),
            ("a@b@c=1".to_owned(), false),
            ("a@=1".to_owned(), false),
            ("a".to_owned(), false),
            ("a=".to_owned(), false),
            ("=1".to_owned(), false),
            ("a=1=2".to_owned(), false),
            ("a=\u{1b}[31m".to_owned(), false),
            ("a=é".to_owned(), false),
            (",".to_owned(), false),
            (String::new(), false),
            (
                [long(256).as_str(), &long(256).replace("a=", "b=")].join(","),
                false,
            ),
        ] {
            let context = TraceContext::of(PARENT, Some(&text)).unwrap();
            assert_eq!(context.tracestate.is_some(), valid, "{text}");
            assert_eq!(TraceContext::of("", Some(&text)), None);
        }
    }

    proptest! {
        /// Whatever a client sends: what is kept is printable ASCII within the bounds.
        #[test]
        fn what_is_kept_is_harmless(parent in any::<String>(), state in any::<String>(), tail in "[ -~]{0,90}") {
            for parent in [parent, format!("{}{tail}", PARENT.replace("00-4", "01-4")), PARENT.to_owned()] {
                if let Some(context) = TraceContext::of(&parent, Some(&state)) {
                    let kept = context.traceparent + context.tracestate.as_deref().unwrap_or_default();
                    prop_assert!(kept.len() <= 128 + 512);
                    prop_assert!(kept.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\t'));
                }
            }
        }
    }
}
