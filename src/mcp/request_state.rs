//! `requestState` (MCP 2026-07-28): a text that a client carries from a question to its answer.
//!
//! Takes: digests of the call and of the question. Gives: an opaque text; later, for this text and this call, the
//! digest of the question again, once. Refuses: a text that this process did not make; one for another call; one that
//! has lapsed, was used, or was replaced by a later one for its question; and more than [`MAX_ISSUED`] texts at once.
//!
//! ```text
//! state := hex( nonce[16] expires[8] call[32] question[32] hmac-sha-256[32] )     lower case
//! ```
//!
//! The key is random and never leaves the process, and the clock is monotonic: so a state is void once the process
//! ends.

use std::cell::{OnceCell, RefCell};
use std::time::Duration;

use base16ct::lower::{self, encode_string};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::clock::Stopwatch;
use crate::gate;

/// How many states may wait for an answer. A client that gives up a question does not say so; its state counts until
/// it lapses.
const MAX_ISSUED: usize = 16;
/// How many bytes the authentication code covers.
const SIGNED_BYTES: usize = 16 + 8 + 32 + 32;
/// How many bytes the authentication code has.
const CODE_BYTES: usize = 32;

/// The SHA-256 of a call or of a question.
pub(super) type StateDigest = [u8; 32];

/// The states that clients may bring back.
pub(super) struct States {
    key: OnceCell<Zeroizing<[u8; 32]>>,
    lifetime: Duration,
    clock: Stopwatch,
    issued: RefCell<Vec<Issued>>,
}

struct Issued {
    nonce: [u8; 16],
    expires_ms: u64,
    call: StateDigest,
    question: StateDigest,
}

impl States {
    /// Begins without states. Each state lapses after `lifetime`.
    pub fn new(lifetime: Duration) -> Self {
        Self {
            key: OnceCell::new(),
            lifetime,
            clock: Stopwatch::start(),
            issued: RefCell::default(),
        }
    }

    /// A new state. An older state for this question of this call is void from now on.
    ///
    /// `None` when there are too many states, or the system gives no random numbers.
    pub fn issue(&self, call: &StateDigest, question: &StateDigest) -> Option<String> {
        let now = self.clock.elapsed_ms();
        let mut issued = self.issued.borrow_mut();
        issued.retain(|its| its.expires_ms > now && (its.call, its.question) != (*call, *question));
        if issued.len() >= MAX_ISSUED {
            return None;
        }
        let lifetime = u64::try_from(self.lifetime.as_millis()).unwrap_or(u64::MAX);
        let state = Issued {
            nonce: gate::random().ok()?,
            expires_ms: now.saturating_add(lifetime),
            call: *call,
            question: *question,
        };
        let mut bytes = state.bytes();
        let code = self.code(&bytes)?.finalize().into_bytes();
        bytes.extend_from_slice(&code);
        issued.push(state);
        Some(encode_string(&bytes))
    }

    /// The question of a state that comes back with this call. The state is used up then.
    ///
    /// # Errors
    /// Where no answer counts for it: the question that a state of this process was about.
    pub fn redeem(
        &self,
        state: &str,
        call: &StateDigest,
    ) -> Result<StateDigest, Option<StateDigest>> {
        let signed = self.signed(state).ok_or(None)?;
        let question = signed.last_chunk().copied();
        let mut issued = self.issued.borrow_mut();
        let place = issued.iter().position(|its| its.bytes() == signed);
        let state = place.map(|place| issued.swap_remove(place));
        let now = self.clock.elapsed_ms();
        let good = state.filter(|its| its.expires_ms > now && its.call == *call);
        good.map(|its| its.question).ok_or(question)
    }

    /// What a text of this process says.
    fn signed(&self, state: &str) -> Option<Vec<u8>> {
        let mut bytes = unhex(state)?;
        let code = bytes.split_off(SIGNED_BYTES);
        // The codes are compared in constant time.
        self.code(&bytes)?.verify_slice(&code).ok()?;
        Some(bytes)
    }

    fn code(&self, bytes: &[u8]) -> Option<Hmac<Sha256>> {
        let key = match self.key.get() {
            Some(key) => key,
            None => {
                let key = Zeroizing::new(gate::random().ok()?);
                self.key.get_or_init(|| key)
            }
        };
        let code = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        Some(code.chain_update(bytes))
    }
}

impl Issued {
    fn bytes(&self) -> Vec<u8> {
        let expires = self.expires_ms.to_be_bytes();
        [&self.nonce[..], &expires, &self.call, &self.question].concat()
    }
}

/// The bytes of a text in its only accepted spelling: lower-case digits, with the length of a state.
fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * (SIGNED_BYTES + CODE_BYTES) {
        return None;
    }
    lower::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{MAX_ISSUED, States};
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(60);
    const CALL: [u8; 32] = [1; 32];
    const QUESTION: [u8; 32] = [2; 32];

    #[test]
    fn a_state_comes_back_once_with_its_call_only() {
        let states = States::new(LONG);
        let state = states.issue(&CALL, &QUESTION).unwrap();
        assert_eq!(states.redeem(&state, &CALL), Ok(QUESTION));
        assert_eq!(states.redeem(&state, &CALL), Err(Some(QUESTION)), "used");
        let state = states.issue(&CALL, &QUESTION).unwrap();
        assert_eq!(
            states.redeem(&state, &QUESTION),
            Err(Some(QUESTION)),
            "another call"
        );
        assert_eq!(
            states.redeem(&state, &CALL),
            Err(Some(QUESTION)),
            "used up by that"
        );
        let other = States::new(LONG);
        let state = other.issue(&CALL, &QUESTION).unwrap();
        assert_eq!(states.redeem(&state, &CALL), Err(None), "another process");
    }

    #[test]
    fn no_digit_of_it_can_be_another() {
        let states = States::new(LONG);
        let state = states.issue(&CALL, &QUESTION).unwrap();
        for place in 0..state.len() {
            for other in ["0", "7", "f", "A", "g", "+", ""] {
                let mut forged = state.clone();
                forged.replace_range(place..=place, other);
                if forged != state {
                    assert_eq!(states.redeem(&forged, &CALL), Err(None), "{place} {other}");
                }
            }
        }
        for forged in [
            String::new(),
            state.to_uppercase(),
            state.clone() + "00",
            format!(" {state}"),
            "é".repeat(state.len() / 2),
        ] {
            assert_eq!(states.redeem(&forged, &CALL), Err(None), "{forged}");
        }
        assert_eq!(states.redeem(&state, &CALL), Ok(QUESTION), "unharmed");
    }

    #[test]
    fn it_lapses_and_a_later_one_for_the_same_question_replaces_it() {
        let short = States::new(Duration::ZERO);
        let state = short.issue(&CALL, &QUESTION).unwrap();
        assert_eq!(short.redeem(&state, &CALL), Err(Some(QUESTION)), "lapsed");
        let states = States::new(LONG);
        let first = states.issue(&CALL, &QUESTION).unwrap();
        let second = states.issue(&CALL, &QUESTION).unwrap();
        assert_ne!(first, second);
        assert_eq!(
            states.redeem(&first, &CALL),
            Err(Some(QUESTION)),
            "replaced"
        );
        assert_eq!(states.redeem(&second, &CALL), Ok(QUESTION));
    }

    #[test]
    fn there_is_a_bound_and_an_answer_makes_room() {
        let states = States::new(LONG);
        let state = |number: usize| states.issue(&[u8::try_from(number).unwrap(); 32], &QUESTION);
        let issued: Vec<String> = (0..MAX_ISSUED)
            .map(|number| state(number).unwrap())
            .collect();
        assert_eq!(state(MAX_ISSUED), None);
        assert!(state(3).is_some(), "in the place of the same question");
        assert!(states.redeem(&issued[0], &[0; 32]).is_ok());
        assert!(state(MAX_ISSUED).is_some());
        let short = States::new(Duration::ZERO);
        for number in 0..=u8::try_from(MAX_ISSUED).unwrap() {
            assert!(
                short.issue(&[number; 32], &QUESTION).is_some(),
                "lapsed ones"
            );
        }
    }
}
