//! The failure table: what may go wrong outside of this program, and the test that shows what
//! becomes of it. The real binary serves an MCP client; the hosts are real OpenSSH servers, or
//! ones that misbehave where OpenSSH would not. Each row checks the exact words, that descriptors,
//! threads and memory are as before ([`vitals`]), and that the next command works. `docs::failures`
//! holds the names of the table against the tests that there are.
//!
//! | failure | test |
//! |---|---|
//! | sshd killed mid-run | `network::sshd_is_killed_under_commands` |
//! | sshd stands still mid-run | `network::sshd_stands_still_under_commands` |
//! | network cut | `network::the_network_is_cut_under_commands` |
//! | network slow | `network::a_slow_network_is_only_slow` |
//! | half-open peer, under commands | `network::the_peer_becomes_half_open_under_commands` |
//! | half-open peer, no keepalives | `network::a_half_open_peer_costs_a_command_its_time_and_no_more` |
//! | half-open peer, between commands | `gate::reuse::a_connection_that_no_longer_answers_is_dialled_again` |
//! | half-open peer at the end | `network::a_half_open_peer_does_not_hold_up_the_end_of_the_server` |
//! | silence, slow, half and endless banners, other protocols, garbage, an end or a reset in each phase, MaxStartups | `dialling`, rows `RAW` |
//! | an end or silence at the login, the channel, the command, in the output | `dialling`, rows `SPEAKING` |
//! | changed host key, auth refused, no sessions | `dialling`, rows `refusing` |
//! | unknown host key, closed port | `gate::running::failures_name_the_fix_and_no_address_path_or_user` |
//! | revoked host key | `gate::reuse::a_revoked_host_key_ends_the_use_of_its_connection` |
//! | fewer sessions than commands | `gate::reuse::a_server_with_few_sessions_gets_no_more_than_it_takes` |
//! | a dial that fails while others wait | `pool::a_dial_that_fails_fails_for_all_who_wait_and_the_next_dials_again` |
//! | a dial that is cancelled while others wait | `pool::a_dial_that_is_cancelled_is_begun_again_for_those_who_wait` |
//! | a resolver that does not answer | `names::a_dead_zone_holds_up_nobody_who_comes_after_it`, `names::dead_names_make_no_other_host_fail` |
//! | a slow resolver | `names::a_hundred_names_of_a_slow_resolver_are_all_found` |
//! | more dead names than are looked up at once, and a good one that waits for its turn | `names::a_name_that_waits_for_its_turn_is_given_its_time_then` |
//! | a resolver that knows no IPv6 | `names::a_resolver_that_is_silent_or_fails_for_ipv6_hides_no_host` |
//! | a resolver that knows no IPv4 | `names::a_resolver_that_is_silent_or_fails_for_ipv4_hides_no_host` |
//! | a limit of threads: none for a lookup | `names::a_thread_that_cannot_be_made_fails_that_call_alone` |
//! | of several addresses some refuse, are silent, have no road (happy eyeballs) | `openssh::addresses`, `gate::addresses` |
//! | lines before the version of the server, strangers on the port | `openssh::greeting` |
//! | a second proof that is asked for, missing or wrong | `openssh::proofs` |
//! | a password or an account that has expired | `gate::expired` |
//! | no host key to be had by keyscan | `gate::keyscan::keyscan_says_why_there_is_no_key` |
//! | a host that signs with SHA-1 only | `openssh::host_key::a_host_that_signs_with_sha1_only_is_told_as_that` |
//! | one session, or one command, a connection; one connection at a time | `gate::one_command` |
//! | a second session that gets no answer, or ends the connection | `gate::one_command` |
//! | no exit status | `openssh::hostile::a_channel_closed_without_a_status_says_so` |
//! | output that is no text | `gate::output::output_that_is_no_text_is_said_to_be_none` |
//! | equal results of many hosts, and results that differ in little | `gate::folding` |
//! | signals that reach the shell alone (dropbear) | `gate::dropbear` |
//! | a reload while dialling | `pool::a_reload_while_dialling_is_for_those_who_come_after_it` |
//! | the end of the server while dialling | `pool::the_end_of_the_server_does_not_wait_for_a_dial` |
//! | a jump host dies | `pool::a_jump_host_that_dies_takes_the_commands_behind_it_along` |
//! | a connection is retired under a command | `gate::reuse::a_reload_that_changes_a_host_closes_its_connection_after_what_runs` |
//! | more hosts than connections may be kept | `pool::no_more_connections_are_kept_than_there_are_descriptors_for` |
//! | a run over a tag with more hosts than that, and with fewer | `pool::a_second_run_over_a_tag_dials_what_was_closed_and_no_more`, `pool::a_second_run_over_a_tag_dials_nothing_where_there_is_room_for_all` |
//! | descriptors used up (Too many open files) | `pool::too_many_open_files_are_told_as_such` |
//! | stderr closed | `stdio::stderr_is_closed_under_a_command`, `gate::records::no_record_no_run` |
//! | stderr full | `stdio::nobody_reads_stderr` |
//! | disk full for the audit file | `disk::the_disk_of_the_audit_file_is_full` |
//! | the audit file unfit, moved, cut, locked | `audit::recording`, `audit::files` |
//! | stdout closed | `stdio::stdout_is_closed_under_a_command`, `protocol::shutdown` |
//! | stdout open and not read, or slowly; the memory that this takes | `unread` |
//! | that, for documents, lists, plans, errors, news of the log, of reloads and of progress | `unread_kinds` |
//! | stdout of a subcommand full (/dev/full) | `gate::terminal_ends::output_that_cannot_be_written_is_a_failure` |
//! | stdout of a subcommand as long as a file may be | `gate::terminal_ends::a_file_that_may_not_grow_is_an_error_of_its_own` |
//! | stderr of run full | `gate::terminal_ends::a_stderr_that_is_full_runs_nothing_and_says_so_by_its_status` |
//! | the terminal of run goes away: SIGHUP | `gate::terminal_ends::a_terminal_that_goes_away_ends_the_command_and_the_trail` |
//! | stdin closed, SIGTERM mid-run | `process::the_server_is_told_to_end` |
//! | stdin empty from the start | `stdio::a_stdin_that_ends_before_any_message_is_told` |
//! | the Python program's compose file, with the image's name alone changed, and with the two lines | `image::reference` |
//! | Swarm, an update there, the guide line by line | `image::guide::every_block_works` |
//! | a line of the guide that no test runs | `seed::table`, `seed::proofs` |
//! | the client killed | `process::the_client_is_killed` |
//! | processes that are deaf, fork, flood, escape | `process`, `ROWS` |
//! | root's connection dies before its killer has begun | `openssh::reaping` |
//! | a killer of root's that hangs | `gate::one_killer` |
//! | a host without a /proc | `openssh::reaping::nothing_is_killed_where_proc_cannot_be_read` |
//! | what runs under sudo and its like, and is deaf | `openssh::running_on`, `openssh::relaying` |
//! | a background job holds the output | `gate::running_on`, `openssh::relaying` |
//! | 1,000 calls at once | `stdio::a_thousand_calls_at_once`, `protocol::concurrency` |
//! | `null` for what is left out, `5.0` for 5 | `protocol::absent` |
//! | a command that takes longer than its client waits | `gate::timeouts`, `protocol::approvals::timeouts` |
//! | a key or a password in the place of something else, in any state | `gate::unquoted` |
//! | a 10 MiB line | `stdio::a_line_of_ten_mebibytes` |
//! | broken YAML, files removed at reload | `stdio::a_reload_of_broken_or_missing_files_changes_nothing` |
//! | the same without any signal | `protocol::reload::not_for_a_configuration_with_a_fault` |
//! | a file that is half-written | `protocol::half_written` |
//! | a known_hosts that is half-written | `gate::half_known_hosts` |
//! | a rule that is taken away where the system tells of no change, or by another mount | `gate::revoked` |
//! | several servers are to reload: one refuses, one has other files, one stands still | `gate::reload_all` |
//! | a process that has the name of a server, and is none | `gate::reload::the_subcommand_signals_no_stranger` |
//! | a storm of SIGHUP | `protocol::reload::once_in_a_storm_of_signals` |
//! | a host is removed under its commands | `gate::reload::a_running_command_ends_as_it_began_although_its_host_and_its_rule_are_gone` |
//! | no proof wanted: the method `none` | `gate::logins::a_host_that_wants_no_proof_is_logged_in_to_without_one`, `openssh::proofs::a_server_that_asks_for_no_proof_lets_in` |
//! | a prompt in another language, for a code, for a new password, without end | `openssh::keyboard`, `openssh::proofs::a_password_is_one_failure_and_a_prompt_of_any_language_ends_nothing` |
//! | newlines, CRLF and a byte order mark around a secret, wherever it is | `config::secrets::newlines_at_the_end_and_a_byte_order_mark_are_not_part_of_it_in_any_place` |
//! | a `.env` that another reader takes otherwise | `config::dotenv` |
//! | a byte order mark before the first message, a lone surrogate in a call | `protocol::framing::a_byte_order_mark_at_the_start_is_skipped`, `protocol::errors::hostile_lines` |
//! | a version of the server that is too long | `openssh::greeting::a_version_as_long_as_one_may_be_is_read` |
//! | a private key of another format, kind or cipher, or with another program's line ends | `openssh::key_formats` |
//! | a key that does not open, told before the first login | `gate::unfit` |
//! | a key file or a secret that is missing, a `~` in its path | `gate::verdict` |
//! | one host of several that cannot be reached, for a health check | `gate::verdict::one_host_that_cannot_be_reached_makes_no_server_unhealthy` |
//! | lines of known_hosts in another encoding, with a short key, for another port | `gate::verdict::check_names_the_lines_of_known_hosts_by_which_no_host_is_found`, `openssh::known_hosts` |
//! | a host key that is proved with SHA-1 alone | `openssh::host_key::a_host_that_signs_with_sha1_only_is_told_as_that` |
//! | a closed port behind a jump host | `openssh::jump::a_closed_port_behind_a_jump_host_is_refused` |
//! | a host, or a jump host, that repeats the password it was given | `gate::expired::a_host_that_refuses_a_password_and_repeats_it_writes_it_into_no_log`, `gate::expired::a_jump_host_that_repeats_its_password_writes_it_into_no_log` |
//! | no exit status, call after call | `gate::no_status` |
//! | a login shell with other quotes: csh, those of Windows | `gate::login_shell` |
//! | an ssh_config that ssh refuses, or that only ssh can evaluate | `cli::ssh_config` |
//! | a client that starts the server in another environment | `cli::client_settings` |
//! | a mistyped command, option, alias, tag | `gate::watched::a_mistyped_word_is_told_the_one_that_was_meant` |
//! | a terminal that is narrower than a record | `audit::tail::a_terminal_has_one_event_a_line`, `audit::tail::no_line_of_a_terminal_is_wider_than_it` |
//! | a trail of which lines were changed, removed, moved or cut | `audit::tampering` |

pub mod vitals;

mod dialling;
mod disk;
mod names;
mod network;
mod pool;
mod process;
mod stdio;
mod unread;
mod unread_kinds;

use std::time::Duration;

use serde_json::{Value, json};

use crate::gate::site::{Held, Site};
use crate::support::client::Client;
use crate::support::marker::within;
use crate::support::proxy::Proxy;

/// Has every connection of the site go through a network of the test's own.
fn behind_proxy(site: &Site) -> Proxy {
    let proxy = Proxy::to(site.sshd.port());
    site.write_servers(proxy.port());
    let known_hosts = known_as(site, proxy.port());
    site.fixture.write("keys/known_hosts", &known_hosts);
    proxy
}

/// The known_hosts line of the site's server, were it at this port.
fn known_as(site: &Site, port: u16) -> String {
    let known_hosts = site.sshd.known_hosts("127.0.0.1");
    known_hosts.replace(&format!("]:{} ", site.sshd.port()), &format!("]:{port} "))
}

/// Logs in as root: one process of OpenSSH serves a connection of root's, so that killing or
/// stopping it is that of the connection; and OpenSSH delivers no signals to root's commands.
fn as_root(site: &Site) {
    let entry = "entries:\n- {name: ops, username: root, key_path: id}\n";
    site.fixture.write("config/credentials.yml", entry);
}

/// Allows everything that can be understood.
fn policy(limits: &str) -> String {
    format!(
        "limits: {{deny_substrings: [], {limits}}}\nrules: [{{action: allow, commands: ['*']}}]\n"
    )
}

/// The same for a command that the login shell itself understands: an operator has to spell it.
fn policy_spelling(limits: &str, line: &str) -> String {
    policy(limits).replace("['*']", &format!("['*', '{line}']"))
}

/// How often somebody has logged in.
fn logins(held: &Held) -> usize {
    held.sshd.log().matches("Accepted publickey").count()
}

/// Begins a command without waiting for its result.
fn begin(client: &mut Client, alias: &str, command: &str) -> Value {
    let arguments = json!({"alias": alias, "command": command});
    client.begin(
        "tools/call",
        json!({"name": "ssh_run", "arguments": arguments}),
    )
}

fn cancel(client: &mut Client, id: &Value) {
    let params = json!({"requestId": id});
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
}

/// What became of a command: its output, or why there is none.
fn told(client: &mut Client, id: &Value) -> String {
    let answer = client.response(id);
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    let told: Value = serde_json::from_str(text).unwrap();
    let why = told.get("error").or(told.get("note"));
    why.unwrap_or(&told["output"]).as_str().unwrap().to_owned()
}

#[track_caller]
fn until(what: &str, holds: impl FnMut() -> bool) {
    assert!(within(Duration::from_secs(8), holds), "not so: {what}");
}
