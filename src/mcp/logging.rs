//! `notifications/message`: what an assistant should know beyond the answers.
//!
//! Takes: the least severe level that the client wants, for a session by `logging/setLevel`, for a modern request by
//! its `_meta`. Gives: notifications; none before a level is set. A client that does not read loses them. Refuses:
//! levels that RFC 5424 does not have. Invariant: no message holds a command, output, a secret, an address or a path.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::gate::{Ending, Outcome};
use crate::rpc::stdio::Output;
use crate::rpc::{Error, Notification, given, quoted};

/// The `_meta` key of a modern request (MCP 2026-07-28, `RequestMetaObject`).
pub(super) const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

/// The levels of RFC 5424 §6.2.1, least severe first.
const LEVELS: [&str; 8] = [
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
];

/// How severe a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Level(usize);

impl Level {
    pub const INFO: Self = Self(1);
    pub const NOTICE: Self = Self(2);
    pub const WARNING: Self = Self(3);
    pub const ERROR: Self = Self(4);

    /// # Errors
    /// -32602 for what is no level.
    fn read(level: Option<&Value>) -> Result<Self, Error> {
        let name = level.and_then(Value::as_str);
        let position = LEVELS.iter().position(|level| Some(*level) == name);
        position.map(Self).ok_or_else(|| {
            Error::invalid_params(format!(
                "the log level must be one of {}",
                LEVELS.join(", ")
            ))
        })
    }
}

/// The level that a session or a request wants; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Rc<Cell<Option<Level>>>);

impl Log {
    /// The level of a modern request, from its `_meta`.
    ///
    /// # Errors
    /// -32602 for what is no level.
    pub fn of_request(meta: &Map<String, Value>) -> Result<Self, Error> {
        let level = given(meta, LOG_LEVEL);
        let level = level.map(|_| Level::read(level)).transpose()?;
        Ok(Self(Rc::new(Cell::new(level))))
    }

    /// Answers `logging/setLevel`.
    ///
    /// # Errors
    /// -32602 for what is no level.
    pub fn set_level(&self, params: &Map<String, Value>) -> Result<Value, Error> {
        self.0.set(Some(Level::read(params.get("level"))?));
        Ok(json!({}))
    }

    /// Sends a message, if the client wants messages of this level.
    pub fn tell(&self, output: &Output, level: Level, logger: &str, text: &str) {
        if self.0.get().is_none_or(|least| level < least) {
            return;
        }
        let mut params = Map::new();
        let name = LEVELS.get(level.0).copied().unwrap_or_default();
        params.insert("level".to_owned(), name.into());
        params.insert("logger".to_owned(), logger.into());
        params.insert("data".to_owned(), text.into());
        output.offer(Notification {
            method: "notifications/message".to_owned(),
            params,
        });
    }

    /// Sends a message about a command that could not run, in the words of its result.
    pub fn tell_failure(&self, output: &Output, outcome: &Outcome) {
        if let Outcome::Failed(failure) = outcome {
            self.tell_failed(output, failure.status, &failure.alias, &failure.error);
        }
    }

    /// Sends a message about what could not be done on a host, in the words of its result.
    pub fn tell_failed(&self, output: &Output, status: Ending, alias: &str, error: &str) {
        if status != Ending::Cancelled {
            let text = format!("{}: {error}", quoted(alias));
            self.tell(output, Level::WARNING, "ssh", &text);
        }
    }
}
