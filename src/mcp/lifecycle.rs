//! The two eras of MCP: one process serves both, and each request tells its era.
//!
//! Takes: a request. Gives: its [`Era`], with the revision whose fields the answer may have, and the name that the
//! client gives itself. Refuses: a modern request without its required `_meta`, an unsupported version, an
//! `initialize` without a version.
//!
//! ```text
//! modern    params._meta has io.modelcontextprotocol/protocolVersion      (2026-07-28)
//! legacy    `initialize` was answered                       (2024-11-05 to 2025-11-25)
//! unopened  neither: only `initialize` and `ping`
//! ```

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use super::logging::Log;
use crate::rpc::{Error, Request, given, quoted};

/// The `_meta` key that makes a request modern (MCP 2026-07-28, basic, `_meta`).
pub(super) const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The `_meta` key for the client's capabilities.
pub(super) const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// The `_meta` key for the client's name.
const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
/// MCP 2026-07-28: the server does not support the version of the request.
const UNSUPPORTED_PROTOCOL_VERSION: i64 = -32022;
/// How many characters of the name that a client gives itself are kept: the name goes into every audit record.
const CLIENT_CHARACTERS: usize = 200;

/// A revision of the specification, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Revision {
    /// 2024-11-05
    V2024_11_05,
    /// 2025-03-26: adds tool annotations.
    V2025_03_26,
    /// 2025-06-18: adds titles and structured output.
    V2025_06_18,
    /// 2025-11-25: adds a description to the server's name, and icons.
    V2025_11_25,
    /// 2026-07-28: stateless.
    V2026_07_28,
}

impl Revision {
    /// The revisions that `initialize` can agree on.
    const LEGACY: [Self; 4] = [
        Self::V2024_11_05,
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
    ];

    /// The revision that `initialize` answers to an unknown one.
    pub const LATEST_LEGACY: Self = Self::V2025_11_25;

    /// The only revision without `initialize`.
    pub const MODERN: Self = Self::V2026_07_28;

    /// The name of the revision on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }
}

/// Whether a client has declared that it shows forms to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elicitation {
    /// The client has declared it.
    Declared,
    /// The client has not declared it, or its revision has no forms.
    Missing,
}

impl Elicitation {
    /// Reads a client's capabilities. An empty object means forms, as in the revisions that knew no other kind.
    fn read(capabilities: Option<&Value>, revision: Revision) -> Self {
        let declared = capabilities.and_then(|its| its.get("elicitation")?.as_object());
        match declared {
            Some(kinds) if revision >= Revision::V2025_06_18 => {
                let (form, url) = (given(kinds, "form"), given(kinds, "url"));
                if form.is_some_and(Value::is_object) || form.is_none() && url.is_none() {
                    Self::Declared
                } else {
                    Self::Missing
                }
            }
            Some(_) | None => Self::Missing,
        }
    }
}

/// The client that asks, and the revision of the answer.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// The answer holds no field newer than this.
    pub revision: Revision,
    /// Whether the client can ask a person.
    pub elicitation: Elicitation,
    /// The name that the client gives itself; never verified, only for the audit.
    pub client: Option<String>,
    /// The messages that the client wants beside the answers.
    pub log: Log,
}

/// The era of a request.
#[derive(Clone, Debug)]
pub(super) enum Era {
    /// The request carries its version.
    Modern(Peer),
    /// The request follows an `initialize`.
    Legacy(Peer),
    /// The request carries no version, and no `initialize` came before it.
    Unopened,
}

/// The agreement of `initialize`, which holds until the process ends.
#[derive(Debug, Default)]
pub(super) struct Lifecycle(RefCell<Option<Peer>>);

impl Lifecycle {
    /// The era of one request.
    ///
    /// # Errors
    /// -32602 for a bad `_meta`, -32022 for another modern version.
    pub fn era(&self, request: &Request) -> Result<Era, Error> {
        let meta = match given(&request.params, "_meta") {
            None => None,
            Some(Value::Object(meta)) => Some(meta),
            Some(_) => return Err(Error::invalid_params("`params._meta` must be an object")),
        };
        if let Some(meta) = meta
            && let Some(version) = given(meta, PROTOCOL_VERSION)
        {
            return modern(meta, version).map(Era::Modern);
        }
        Ok(match &*self.0.borrow() {
            Some(peer) => Era::Legacy(peer.clone()),
            None => Era::Unopened,
        })
    }

    /// The client that has initialized.
    pub fn session(&self) -> Option<Peer> {
        self.0.borrow().clone()
    }

    /// Agrees on a revision: the client's if it is known, else the latest legacy one.
    ///
    /// # Errors
    /// -32602 without a `protocolVersion`.
    pub fn initialize(&self, params: &Map<String, Value>) -> Result<Revision, Error> {
        let Some(Value::String(wanted)) = params.get("protocolVersion") else {
            return Err(Error::invalid_params(
                "`initialize` needs the string `protocolVersion`, such as \"2025-11-25\"",
            ));
        };
        let revision = Revision::LEGACY
            .into_iter()
            .find(|revision| revision.name() == wanted)
            .unwrap_or(Revision::LATEST_LEGACY);
        *self.0.borrow_mut() = Some(Peer {
            revision,
            elicitation: Elicitation::read(params.get("capabilities"), revision),
            client: client(params.get("clientInfo")),
            log: Log::default(),
        });
        Ok(revision)
    }
}

/// The peer of a request that carries its version.
fn modern(meta: &Map<String, Value>, version: &Value) -> Result<Peer, Error> {
    let Value::String(version) = version else {
        return Err(Error::invalid_params(format!(
            "`{PROTOCOL_VERSION}` must be a string"
        )));
    };
    if version != Revision::MODERN.name() {
        return Err(unsupported(version));
    }
    if !meta.get(CLIENT_CAPABILITIES).is_some_and(Value::is_object) {
        return Err(Error::invalid_params(format!(
            "`params._meta` needs `{CLIENT_CAPABILITIES}`, an object; `{{}}` if there are none"
        )));
    }
    Ok(Peer {
        revision: Revision::MODERN,
        elicitation: Elicitation::read(meta.get(CLIENT_CAPABILITIES), Revision::MODERN),
        client: client(meta.get(CLIENT_INFO)),
        log: Log::of_request(meta)?,
    })
}

fn unsupported(version: &str) -> Error {
    let supported = Revision::MODERN.name();
    let message = format!(
        "unsupported protocol version {}; use {supported}, or open with `initialize`",
        quoted(version)
    );
    Error {
        data: Some(Box::new(
            json!({"supported": [supported], "requested": version}),
        )),
        ..Error::new(UNSUPPORTED_PROTOCOL_VERSION, message)
    }
}

/// The text `name version` of an Implementation object.
fn client(info: Option<&Value>) -> Option<String> {
    let info = info?.as_object()?;
    let name = info.get("name")?.as_str()?;
    let version = info.get("version").and_then(Value::as_str).unwrap_or("");
    let full = format!("{name} {version}");
    Some(full.trim_end().chars().take(CLIENT_CHARACTERS).collect())
}
