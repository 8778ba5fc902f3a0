//! `mcp-ssh put`: a local file, written to a host or to all hosts with a tag through the same gate and audit as the server.
//!
//! Takes: a local file, an alias or a tag, and a path. Gives: a file on the host with the same bytes, which is there whole
//! or not at all. Refuses: what the gate refuses, with its reason.

use std::num::NonZeroU32;
use std::path::Path;
use std::rc::Rc;

use argh::FromArgs;

use super::approval::AtTerminal;
use super::get::{show, status};
use super::meter::Meter;
use super::operator_words::{joined, to_operator};
use super::option_forms::tag;
use super::run::cancelled_by_signals;
use super::run_on_tag::{status_of, summary_told};
use super::seconds::seconds;
use super::touch::beside_copy;
use super::{ExitStatus, Paint, Terminal};
use crate::cancel::Cancelled;
use crate::gate::{
    FileDeed, FileDone, FileOnHost, FileOutcome, FileRequest, FileWrite, Gate, NewContent,
    TagWrite, WriteCondition,
};

/// Write a local file to a host, through the same policy and audit as the server.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "put",
    example = "mcp-ssh put site.conf web1 /etc/nginx/conf.d/site.conf\n\
               mcp-ssh put --tag web motd /etc/motd",
    error_code(0, "it was written whole; with --tag: on all hosts"),
    error_code(1, "with --tag: not on some host, or no host has the tag"),
    error_code(2, "the command line is wrong, or the local file cannot be read"),
    error_code(77, "denied; with --tag: on all hosts"),
    error_code(124, "out of time"),
    error_code(130, "cancelled"),
    error_code(
        255,
        "it could not be written: no such host or directory, not reached, no login"
    )
)]
pub struct PutArguments {
    /// print one JSON object; with --tag one for each host
    #[argh(switch)]
    pub json: bool,
    /// show the records on stderr, also where that is a terminal
    #[argh(switch, short = 'v')]
    pub verbose: bool,
    /// on every host with this tag, several at once, instead of an alias
    #[argh(option, arg_name = "tag", from_str_fn(tag))]
    pub tag: Option<String>,
    /// only if nothing is there yet
    #[argh(switch)]
    pub create: bool,
    /// permissions of the file in octal, such as 0640 (default: those of the old file; a new one gets 0644, or 0600
    /// where others may not read the local file)
    #[argh(option, arg_name = "mode", from_str_fn(permissions))]
    pub mode: Option<u32>,
    /// end it after so many seconds; no more than the policy's max_seconds
    #[argh(option, arg_name = "n", from_str_fn(seconds))]
    pub timeout_seconds: Option<NonZeroU32>,
    /// the local file, the host's alias, unless there is a tag, then the path there
    #[argh(positional, arg_name = "local alias path")]
    pub words: Vec<String>,
}

fn permissions(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8)
        .ok()
        .filter(|mode| *mode <= 0o777);
    mode.ok_or_else(|| "permissions are three octal digits, such as 0640".to_owned())
}

/// Writes the file.
pub async fn put(gate: Gate, options: PutArguments, terminal: &mut Terminal) -> ExitStatus {
    let status = put_with(gate.clone(), options, terminal).await;
    gate.close().await;
    status
}

async fn put_with(gate: Gate, options: PutArguments, terminal: &mut Terminal) -> ExitStatus {
    let (local, place, path) = match (&options.tag, options.words.as_slice()) {
        (None, [local, alias, path]) => (local, Ok(alias), path),
        (Some(tag), [local, path]) => (local, Err(tag), path),
        (None | Some(_), _) => {
            terminal.error(
                "mcp-ssh: write `mcp-ssh put LOCAL ALIAS PATH` or `mcp-ssh put --tag TAG LOCAL PATH`",
            );
            return ExitStatus::USAGE;
        }
    };
    let Some(content) = content(local, terminal) else {
        return ExitStatus::USAGE;
    };
    let cancelled = match cancelled_by_signals() {
        Ok(cancelled) => cancelled,
        Err(error) => {
            terminal.error(&format!("mcp-ssh: signals cannot be handled: {error}"));
            return ExitStatus::FAILURE;
        }
    };
    let meter = Rc::new(Meter::new(place.is_ok().then(|| content.bytes())));
    let watch = Rc::clone(&meter);
    let write = FileWrite {
        content: Rc::new(content.watched(Box::new(move |bytes| watch.add(bytes)))),
        condition: match options.create {
            true => WriteCondition::Absent,
            false => WriteCondition::Any,
        },
        mode: options.mode,
    };
    let alias = match place {
        Ok(alias) => alias,
        Err(tag) => {
            let wanted = TagWrite {
                tag: tag.clone(),
                path: path.clone(),
                write,
                timeout_seconds: options.timeout_seconds,
            };
            return put_on_tag(gate, (wanted, &meter), cancelled, options.json, terminal).await;
        }
    };
    let request = FileRequest {
        timeout_seconds: options.timeout_seconds,
        ..FileRequest::new(alias, path, FileDeed::Write(write))
    };
    let asks = AtTerminal::beside(&meter);
    let observer = beside_copy(&meter);
    let touched = gate.touch_file(request, cancelled, observer, asks.person(), None);
    let outcome = touched.await;
    meter.end();
    if let (FileOutcome::Done(done), false) = (&outcome, options.json) {
        terminal.line(&format!("{alias}: {}", written(done)));
    }
    show(&outcome, options.json, terminal);
    status(&outcome)
}

/// The content of the local file; nothing where it cannot be read, which the person is told.
fn content(local: &str, terminal: &mut Terminal) -> Option<NewContent> {
    let content = NewContent::local(Path::new(local));
    let told = |error| terminal.error(&format!("mcp-ssh: `{}`: {error}", local.escape_debug()));
    content.map_err(told).ok()
}

async fn put_on_tag(
    gate: Gate,
    (wanted, meter): (TagWrite, &Rc<Meter>),
    cancelled: Cancelled,
    json: bool,
    terminal: &mut Terminal,
) -> ExitStatus {
    let asks = AtTerminal::beside(meter);
    let observer = beside_copy(meter);
    let fan_out = gate
        .write_on_tag(wanted, cancelled, observer, asks.person())
        .await;
    meter.end();
    let fan_out = match fan_out {
        Ok(fan_out) => fan_out,
        Err(unstarted) if json => {
            terminal.json(&unstarted);
            return ExitStatus::FAILURE;
        }
        Err(unstarted) => {
            let hint = to_operator(unstarted.hint);
            terminal.error(&format!("mcp-ssh: {}", joined([&unstarted.error, &hint])));
            return ExitStatus::FAILURE;
        }
    };
    for result in &fan_out.results {
        match json {
            true => show(&result.outcome, true, terminal),
            false => show_host(result, terminal),
        }
    }
    if !json {
        terminal.error(&format!("mcp-ssh: {}", summary_told(&fan_out.summary)));
    }
    status_of(&fan_out.summary)
}

fn show_host(result: &FileOnHost, terminal: &mut Terminal) {
    let (paint, how) = match &result.outcome {
        FileOutcome::Done(done) => (Paint::Green, written(done)),
        FileOutcome::Denied(denied) => (Paint::Red, format!("denied: {}", denied.denial.why)),
        FileOutcome::Failed(failure) => {
            let story = failure.story.as_deref().unwrap_or_default();
            (Paint::Red, joined([&failure.error, story]))
        }
    };
    let name = terminal.painted(&result.alias, paint);
    let (seconds, tenths) = (result.duration_ms / 1000, result.duration_ms / 100 % 10);
    terminal.error(&format!("{name}: {how} ({seconds}.{tenths} s)"));
}

/// What became of the file, in words.
fn written(done: &FileDone) -> String {
    match done {
        FileDone::Written(file) => {
            format!(
                "{}, {} bytes, sha256 {}",
                file.status, file.bytes, file.sha256
            )
        }
        FileDone::Read(_) | FileDone::Fetched(_) | FileDone::Listed(_) => "done".to_owned(),
    }
}
