//! `mcp-ssh hosts`: the inventory, as a table or as JSON.
//!
//! Takes: a gate, and a tag if only its hosts are wanted. Gives: the hosts on stdout. Refuses, with status 1: a
//! configuration that does not load.

use argh::FromArgs;

use super::operator_words::joined;
use super::option_forms::tag;
use super::{ExitStatus, Terminal};
use crate::gate::{Gate, HostSummary};
use mcp_ssh_yaml::diagnostic::nearest;

/// List the hosts.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "hosts",
    example = "mcp-ssh hosts --tag production",
    error_code(0, "they are listed, even if there is none"),
    error_code(1, "the configuration is wrong"),
    error_code(2, "the command line is wrong")
)]
pub struct HostsArguments {
    /// only hosts with this tag
    #[argh(option, arg_name = "tag", from_str_fn(tag))]
    pub tag: Option<String>,
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
}

/// Prints the hosts, or those with a tag.
pub fn hosts(gate: &Gate, options: &HostsArguments, terminal: &mut Terminal) -> ExitStatus {
    let hosts = match gate.hosts(options.tag.as_deref()) {
        Ok(hosts) => hosts,
        Err(unready) => {
            terminal.error(&format!("mcp-ssh: {unready}"));
            return ExitStatus::FAILURE;
        }
    };
    if options.json {
        terminal.json(&serde_json::json!({ "hosts": hosts }));
    } else {
        table(&hosts, terminal);
    }
    if let (Some(tag), true) = (&options.tag, hosts.is_empty()) {
        match gate.hosts(None) {
            Ok(all) => terminal.error(&format!("mcp-ssh: {}", no_such_tag(tag, &all))),
            Err(unready) => terminal.error(&format!("mcp-ssh: {unready}")),
        }
    }
    ExitStatus::SUCCESS
}

/// That no host has the tag, with the one that was probably meant.
pub fn no_such_tag(tag: &str, all: &[HostSummary]) -> String {
    let tags = all.iter().flat_map(|host| &host.tags);
    let tags: Vec<&str> = tags.map(String::as_str).collect();
    let near =
        nearest(tag, &tags).map_or(String::new(), |near| format!(": did you mean `{near}`?"));
    let missing = format!("no host has the tag `{}`{near}", tag.escape_debug());
    joined([missing.as_str(), "see `mcp-ssh hosts`"])
}

fn table(hosts: &[HostSummary], terminal: &mut Terminal) {
    let rows: Vec<[String; 3]> =
        std::iter::once(["ALIAS", "TAGS", "DESCRIPTION"].map(str::to_owned))
            .chain(hosts.iter().map(|host| {
                [
                    host.alias.clone(),
                    host.tags.join(","),
                    host.description.replace(char::is_control, " "),
                ]
            }))
            .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (aliases, tags) = (width(0), width(1));
    for (row, [alias, tag, description]) in rows.iter().enumerate() {
        let line = format!("{alias:aliases$}  {tag:tags$}  {description}");
        let line = line.trim_end();
        let line = if row == 0 {
            terminal.heading(line)
        } else {
            line.to_owned()
        };
        terminal.line(&line);
    }
}
