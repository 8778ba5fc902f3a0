//! `tools/list` and `tools/call`.
//!
//! Takes: the request's parameters. Gives: the answer, or the [`Command`] that a call of
//! `ssh_run` stands for. Refuses: an unknown tool as a protocol error; bad arguments, an
//! unknown host and a missing configuration as tool execution errors.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::catalog::{Name, TOOLS, Tool};
use super::lifecycle::{Peer, Revision};
use super::schema;
use crate::cancel::Cancelled;
use crate::clock;
use crate::diagnostic::nearest;
use crate::gate::{self, Gate, Outcome, Plan};
use crate::rpc::{Error, Request, quoted};

/// Hosts on one page of `ssh_list_hosts`: about four thousand tokens of an assistant's context.
const HOSTS_PER_PAGE: usize = 100;
/// Characters of a request's id that go into the audit: ids of real clients are far shorter.
const AUDITED_ID_CHARACTERS: usize = 100;

/// What became of a `tools/call`.
pub(super) enum Handled {
    /// It is answered.
    Answered(Value),
    /// It runs.
    Run(Command),
}

/// A call in types: what `arguments` meant.
enum Call {
    Ping,
    ListHosts {
        tag: Option<String>,
        cursor: Option<String>,
    },
    DescribeHost {
        alias: String,
    },
    Plan {
        alias: String,
        command: String,
    },
    Run {
        alias: String,
        command: String,
        max_output_lines: Option<usize>,
    },
}

/// The answer to `tools/list`. All tools fit on one page, so any cursor is a wrong one.
///
/// # Errors
/// -32602 for a cursor.
pub(super) fn list(params: &Map<String, Value>, revision: Revision) -> Result<Value, Error> {
    if params.contains_key("cursor") {
        return Err(Error::invalid_params(
            "`cursor` is not one of ours: `tools/list` has a single page; leave it out",
        ));
    }
    let tools: Vec<Value> = TOOLS.iter().map(|tool| tool.listing(revision)).collect();
    let mut result = Map::new();
    result.insert("tools".to_owned(), tools.into());
    Ok(schema::cacheable(revision, result))
}

/// Answers a `tools/call`, or says what to run.
///
/// # Errors
/// -32602 for an unknown tool and for parameters that are no call at all.
pub(super) fn call(gate: &Gate, mut request: Request, peer: Peer) -> Result<Handled, Error> {
    let tool = tool(&request.params)?;
    let arguments = match request.params.remove("arguments") {
        None => Map::new(),
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return Err(Error::invalid_params("`arguments` must be an object")),
    };
    let revision = peer.revision;
    match Call::parse(tool, arguments) {
        Err(message) => Ok(Handled::Answered(schema::failure(revision, message))),
        Ok(Call::Run {
            alias,
            command,
            max_output_lines,
        }) => Ok(Handled::Run(Command {
            revision,
            request: gate::Request {
                max_output_lines,
                ..gate_request(alias, command, &request, peer.client)
            },
        })),
        Ok(Call::Ping) => ping(gate, revision),
        Ok(Call::ListHosts { tag, cursor }) => {
            list_hosts(gate, revision, tag.as_deref(), cursor.as_deref())
        }
        Ok(Call::DescribeHost { alias }) => describe_host(gate, revision, &alias),
        Ok(Call::Plan { alias, command }) => {
            let planned = gate_request(alias, command, &request, peer.client);
            plan(gate, revision, &planned)
        }
    }
}

/// A command on its way to a host.
#[derive(Debug)]
pub struct Command {
    revision: Revision,
    request: gate::Request,
}

impl Command {
    /// Runs it, or is denied.
    ///
    /// # Errors
    /// -32603, should the outcome not be representable as JSON.
    pub async fn run(self, gate: &Gate, cancelled: Cancelled) -> Result<Value, Error> {
        match gate.run(self.request, cancelled).await {
            Outcome::Finished(result) => schema::success(self.revision, &result),
            Outcome::Denied(denial) => schema::refusal(self.revision, &denial),
            Outcome::Failed(failure) => schema::refusal(self.revision, &failure),
        }
    }
}

impl Call {
    /// Reads the arguments of `tool`.
    fn parse(tool: &'static Tool, given: Map<String, Value>) -> Result<Self, String> {
        let mut arguments = Arguments::read(tool.name, tool.parameters, given)?;
        Ok(match tool.id {
            Name::Ping => Self::Ping,
            Name::ListHosts => Self::ListHosts {
                tag: arguments.optional("tag")?,
                cursor: arguments.optional("cursor")?,
            },
            Name::DescribeHost => Self::DescribeHost {
                alias: arguments.required("alias")?,
            },
            Name::Plan => Self::Plan {
                alias: arguments.required("alias")?,
                command: arguments.required("command")?,
            },
            Name::Run => Self::Run {
                alias: arguments.required("alias")?,
                command: arguments.required("command")?,
                max_output_lines: arguments.optional_count("max_output_lines")?,
            },
        })
    }
}

/// The tool that a call names.
fn tool(params: &Map<String, Value>) -> Result<&'static Tool, Error> {
    let Some(Value::String(name)) = params.get("name") else {
        return Err(Error::invalid_params(
            "`tools/call` needs the string `name`",
        ));
    };
    if let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) {
        return Ok(tool);
    }
    let known: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    let meant = nearest(name, &known)
        .map(|near| format!(" (did you mean `{near}`?)"))
        .unwrap_or_default();
    Err(Error::invalid_params(format!(
        "unknown tool {}{meant}; `tools/list` names them all",
        quoted(name)
    )))
}

fn gate_request(
    alias: String,
    command: String,
    request: &Request,
    client: Option<String>,
) -> gate::Request {
    let id = request.id.to_string();
    gate::Request {
        alias,
        command,
        request_id: Some(id.chars().take(AUDITED_ID_CHARACTERS).collect()),
        client,
        max_output_lines: None,
    }
}

fn ping(gate: &Gate, revision: Revision) -> Result<Handled, Error> {
    // No alias is empty: this asks only whether there is a configuration.
    let message = match gate.describe("") {
        Ok(_) => "the server answers and its configuration is loaded".to_owned(),
        Err(unready) => format!("the server answers, but {unready}"),
    };
    let pong = json!({
        "status": "ok",
        "message": message,
        "timestamp": clock::unix_seconds(),
        "version": schema::version(),
    });
    schema::success(revision, &pong).map(Handled::Answered)
}

fn list_hosts(
    gate: &Gate,
    revision: Revision,
    tag: Option<&str>,
    cursor: Option<&str>,
) -> Result<Handled, Error> {
    let hosts = match gate.hosts(tag) {
        Ok(hosts) => hosts,
        Err(unready) => return Ok(failed(revision, unready.to_string())),
    };
    match page(&hosts, cursor) {
        Some((hosts, Some(next))) => {
            let page = json!({"hosts": hosts, "nextCursor": next});
            schema::success(revision, &page).map(Handled::Answered)
        }
        Some((hosts, None)) => {
            schema::success(revision, &json!({"hosts": hosts})).map(Handled::Answered)
        }
        None => Ok(failed(
            revision,
            format!(
                "the cursor {} is not one of this list; the hosts may have changed, so start \
                 again without a cursor",
                quoted(cursor.unwrap_or_default())
            ),
        )),
    }
}

/// The page that begins where `cursor` says, and the cursor of the next page. `None` when it
/// is no cursor of this list.
fn page<'a, T: Serialize>(
    hosts: &'a [T],
    cursor: Option<&str>,
) -> Option<(&'a [T], Option<String>)> {
    let start = match cursor {
        None => 0,
        Some(cursor) => start_of(hosts, cursor)?,
    };
    let rest = hosts.get(start..)?;
    let next = start + HOSTS_PER_PAGE;
    match rest.split_at_checked(HOSTS_PER_PAGE) {
        Some((page, more)) if !more.is_empty() => {
            Some((page, page.last().map(|last| cursor_after(next, last))))
        }
        _ => Some((rest, None)),
    }
}

/// Where the page of a cursor begins, if the host before it is still the same.
fn start_of<T: Serialize>(hosts: &[T], cursor: &str) -> Option<usize> {
    let (start, _) = cursor.split_once('-')?;
    let start: usize = start.parse().ok()?;
    let before = hosts.get(start.checked_sub(1)?)?;
    (cursor_after(start, before) == cursor).then_some(start)
}

/// A cursor holds the place where its page begins and the alias before that place, so that a
/// list which changed under it is noticed. Hexadecimal, so that nobody takes it for an alias.
fn cursor_after(start: usize, host: &impl Serialize) -> String {
    let host = serde_json::to_value(host).unwrap_or_default();
    let alias = host.get("alias").and_then(Value::as_str).unwrap_or("");
    let hex: String = alias.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{start}-{hex}")
}

fn describe_host(gate: &Gate, revision: Revision, alias: &str) -> Result<Handled, Error> {
    match gate.describe(alias) {
        Ok(Some(host)) => schema::success(revision, &host).map(Handled::Answered),
        Ok(None) => Ok(failed(
            revision,
            format!(
                "no host has the alias {}; ssh_list_hosts gives the aliases",
                quoted(alias)
            ),
        )),
        Err(unready) => Ok(failed(revision, unready.to_string())),
    }
}

fn plan(gate: &Gate, revision: Revision, planned: &gate::Request) -> Result<Handled, Error> {
    match gate.plan(planned) {
        Ok(Plan::Judged(decision)) => schema::success(revision, &decision).map(Handled::Answered),
        Ok(Plan::UnknownHost(failure)) => {
            schema::refusal(revision, &failure).map(Handled::Answered)
        }
        Err(unready) => Ok(failed(revision, unready.to_string())),
    }
}

fn failed(revision: Revision, message: String) -> Handled {
    Handled::Answered(schema::failure(revision, message))
}

#[cfg(test)]
mod tests {
    use super::{HOSTS_PER_PAGE, page};
    use serde_json::{Value, json};

    #[test]
    fn pages_cover_every_host_once_in_order() {
        for count in [0, 1, HOSTS_PER_PAGE, HOSTS_PER_PAGE + 1, 10_000] {
            let hosts: Vec<Value> = (0..count)
                .map(|n| json!({"alias": format!("h{n}")}))
                .collect();
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let (some, next) = page(&hosts, cursor.as_deref()).unwrap();
                assert!(some.len() <= HOSTS_PER_PAGE);
                seen.extend_from_slice(some);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, hosts);
        }
    }

    #[test]
    fn a_strange_cursor_has_no_page() {
        let hosts = [json!({"alias": "web"}), json!({"alias": "db"})];
        for cursor in [
            "",
            "web",
            "1",
            "1-",
            "-776562",
            "0-",
            "0-776562",
            "01-776562",
            "+1-776562",
            "2-776562",
            "3-6462",
            "1-776562 ",
            "1-77656",
            "18446744073709551616-776562",
        ] {
            assert_eq!(page(&hosts, Some(cursor)), None, "{cursor}");
        }
        assert_eq!(page(&hosts, Some("1-776562")), Some((&hosts[1..], None)));
    }
}
