//! `mcp-ssh check`: load everything, report every fault, print a summary.
//!
//! Takes: the paths of the configuration, and the audit file. Gives: each fault on stderr, a summary and a verdict on
//! stdout, or all of it as one JSON object. Refuses, with status 1: files with a fault, a key or secret that a host in use
//! lacks, a known_hosts by which no host in use is known, an audit file that cannot be written, a policy test that fails, and
//! with `--strict` a warning.

use std::collections::HashSet;
use std::path::Path;

use argh::FromArgs;
use serde_json::json;

use super::left_stage::left_by_init;
use super::{ExitStatus, Paint, Terminal, coverage};
use crate::audit::unwritable;
use crate::config::Paths;
use crate::gate::{KeysPlace, Loaded, TestReport, open_to_others, run_policy_tests};
use mcp_ssh_yaml::diagnostic::{Diagnostic, Severity, Span};

/// The verdict on a configuration under which nothing can be done.
const IDLE: &str = "idle: nothing may be done on any host";

/// Load everything, report every fault, run policy_tests.yml, print a summary and a verdict.
#[derive(FromArgs, Debug, Default)]
#[argh(
    subcommand,
    name = "check",
    example = "mcp-ssh check --strict",
    error_code(0, "no fault; with --strict no warning, either"),
    error_code(1, "there is one, or a policy test fails"),
    error_code(2, "the command line is wrong")
)]
pub struct CheckArguments {
    /// warnings fail, too
    #[argh(switch)]
    pub strict: bool,
    /// print one JSON object
    #[argh(switch)]
    pub json: bool,
    /// the keys, secrets and known_hosts are on another machine: what is missing here is a warning, and none to --strict
    #[argh(switch)]
    pub keys_elsewhere: bool,
    /// list the rules, entries and patterns that no policy test exercises
    #[argh(switch)]
    pub coverage: bool,
    /// check again each time a file changes, until Ctrl-C
    #[argh(switch)]
    pub watch: bool,
}

impl CheckArguments {
    fn keys(&self) -> KeysPlace {
        match self.keys_elsewhere {
            true => KeysPlace::Elsewhere,
            false => KeysPlace::Here,
        }
    }
}

/// Faults go to stderr and the summary to stdout; `--json` puts both into one object on stdout.
pub fn check(
    paths: &Paths,
    audit_file: Option<&Path>,
    options: &CheckArguments,
    terminal: &mut Terminal,
) -> ExitStatus {
    checked(paths, audit_file, options, terminal).0
}

/// Checks, and gives the digest of what was checked, if it loads.
pub(super) fn checked(
    paths: &Paths,
    audit_file: Option<&Path>,
    options: &CheckArguments,
    terminal: &mut Terminal,
) -> (ExitStatus, Option<String>) {
    let (loaded, read) = Loaded::load(paths);
    let keys = options.keys();
    let lints = loaded.as_ref().map(|loaded| loaded.lint(keys));
    let lints = lints.unwrap_or_default();
    let mut diagnostics = told_once(read, lints.told);
    diagnostics.extend(around(paths, audit_file, loaded.as_ref()));
    let elsewhere = lints.elsewhere + nothing_runs(audit_file, keys, &mut diagnostics);
    let tests = loaded.as_ref().map(run_policy_tests);
    let tests = tests.unwrap_or_default();
    diagnostics.extend_from_slice(&tests.failures);
    let errors = errors(&diagnostics);
    // What is on another machine is no fault of these files.
    let warnings = diagnostics.len() - errors - elsewhere;
    let ok = loaded.is_some() && errors == 0 && !(options.strict && warnings > 0);
    let wanted = loaded.as_ref().filter(|_| options.coverage);
    let coverage = wanted.map(|loaded| loaded.coverage(&tests.judged));
    if options.json {
        let mut report = report(ok, loaded.as_ref(), &tests, &diagnostics);
        if let (Some(coverage), Some(report)) = (&coverage, report.as_object_mut()) {
            report.insert("coverage".to_owned(), coverage::value(coverage));
        }
        terminal.json(&report);
    } else {
        for diagnostic in &diagnostics {
            show(diagnostic, terminal);
        }
        match &loaded {
            Some(loaded) => {
                grants(loaded, terminal);
                for (span, note) in loaded.notes() {
                    terminal.line(&format!("policy.yml:{}:{}: {note}", span.line, span.column));
                }
                if let Some(coverage) = &coverage {
                    coverage::show(coverage, terminal);
                }
                terminal.line(&summary(loaded, &tests));
            }
            None => terminal.error("mcp-ssh: nothing was loaded: mend the errors above"),
        }
        let is_idle = loaded.as_ref().is_some_and(Loaded::is_idle);
        terminal.line(&verdict(ok, is_idle, &diagnostics));
    }
    let status = if ok {
        ExitStatus::SUCCESS
    } else {
        ExitStatus::FAILURE
    };
    (status, loaded.map(|loaded| loaded.digest().to_owned()))
}

/// What is wrong with the places of the files.
fn around(paths: &Paths, audit_file: Option<&Path>, loaded: Option<&Loaded>) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    if let Some(loaded) = loaded {
        told.extend(loaded.shared_places(audit_file));
        told.extend(loaded.left_behind());
    }
    told.extend(open_to_others(paths, loaded));
    told.extend(left_by_init(paths));
    told
}

/// Tells of an audit file by which nothing would run; gives how many of that are none to `--strict`.
fn nothing_runs(audit_file: Option<&Path>, keys: KeysPlace, told: &mut Vec<Diagnostic>) -> usize {
    let Some((file, why)) = audit_file.and_then(|file| Some((file, unwritable(file)?))) else {
        return 0;
    };
    let path = file.display().to_string();
    // A diagnostic names its file itself.
    let why = why.strip_prefix(&format!("`{path}`")).unwrap_or(&why);
    let why = format!(
        "nothing will be run: {}",
        why.trim_start_matches([':', ' '])
    );
    match keys {
        KeysPlace::Here => told.push(Diagnostic::file(&path, why)),
        KeysPlace::Elsewhere => told.push(Diagnostic::file_warning(&path, why)),
    }
    usize::from(keys == KeysPlace::Elsewhere)
}

/// The headline in the colour of its severity, then the place in the file.
pub(super) fn show(diagnostic: &Diagnostic, terminal: &mut Terminal) {
    let text = diagnostic.to_string();
    let end = text.find('\n').unwrap_or(text.len());
    let (headline, place) = text.split_at(end);
    let paint = match diagnostic.severity {
        Severity::Error => Paint::Red,
        Severity::Warning => Paint::Yellow,
    };
    let headline = terminal.painted(headline, paint);
    terminal.error(&format!("{headline}{place}"));
}

/// What the wildcards of the rules grant, one line each.
fn grants(loaded: &Loaded, terminal: &mut Terminal) {
    let offers = loaded.offers();
    if !offers.is_empty() {
        terminal
            .line("policy.yml: what each wildcard grants beside the words that its rule spells:");
    }
    for (span, entry, offer) in offers {
        terminal.line(&format!(
            "  {}:{}: `{entry}`: {offer}",
            span.line, span.column
        ));
    }
}

fn summary(loaded: &Loaded, tests: &TestReport) -> String {
    // Most policies have no `files`.
    let files = match loaded.policy().file_entry_count() {
        0 => String::new(),
        count => format!("entries of files: {count}\n"),
    };
    format!(
        "hosts: {}\nrules: {}\ndeny entries: {}\n{files}credentials: {}\npolicy tests: {}, {} failed\nconfig sha256: {}",
        loaded.inventory().hosts.len(),
        loaded.policy().rule_count(),
        loaded.policy().deny_entry_count(),
        loaded.inventory().credentials.len(),
        tests.total,
        tests.failed,
        loaded.digest(),
    )
}

/// What was read and what the lints say: what was a warning when it was read may be an error where it is used.
fn told_once(mut read: Vec<Diagnostic>, lints: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_told: HashSet<(usize, &str)> = lints.iter().map(told_where).collect();
    read.retain(|known| !is_told.contains(&told_where(known)));
    read.extend(lints);
    read
}

/// The line of a fault, and its words.
fn told_where(fault: &Diagnostic) -> (usize, &str) {
    (fault.span.line, &fault.message)
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
    diagnostics.iter().filter(is_error).count()
}

/// What all of it comes to, in one line. A configuration without a fault that lets nothing be done is not called ready.
fn verdict(ok: bool, is_idle: bool, diagnostics: &[Diagnostic]) -> String {
    let errors = errors(diagnostics);
    let counted = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let counts = [
        counted(errors, "error"),
        counted(diagnostics.len() - errors, "warning"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    match (ok, counts.join(" and ")) {
        (true, counts) if is_idle && counts.is_empty() => format!("verdict: {IDLE}"),
        (true, counts) if is_idle => format!("verdict: {IDLE}, with {counts}"),
        (true, counts) if counts.is_empty() => "verdict: ready".to_owned(),
        (true, counts) => format!("verdict: ready, with {counts}"),
        (false, counts) if errors == 0 => format!("verdict: not ready: {counts}, and --strict"),
        (false, counts) => format!("verdict: not ready: {counts}"),
    }
}

fn report(
    ok: bool,
    loaded: Option<&Loaded>,
    tests: &TestReport,
    diagnostics: &[Diagnostic],
) -> serde_json::Value {
    let faults: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            json!({
                "severity": match diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                "path": &*diagnostic.path,
                "line": diagnostic.span.line,
                "column": diagnostic.span.column,
                "message": diagnostic.message,
            })
        })
        .collect();
    match loaded {
        None => json!({ "ok": ok, "diagnostics": faults }),
        Some(loaded) => json!({
            "ok": ok,
            "hosts": loaded.inventory().hosts.len(),
            "idle": loaded.is_idle(),
            "rules": loaded.policy().rule_count(),
            "deny_entries": loaded.policy().deny_entry_count(),
            "file_entries": loaded.policy().file_entry_count(),
            "credentials": loaded.inventory().credentials.len(),
            "policy_tests": { "total": tests.total, "failed": tests.failed },
            "config_sha256": loaded.digest(),
            "grants": granted(loaded),
            "notes": notes(loaded),
            "diagnostics": faults,
        }),
    }
}

fn granted(loaded: &Loaded) -> Vec<serde_json::Value> {
    let offer = |(span, entry, offer): (Span, String, String)| {
        json!({
            "line": span.line,
            "column": span.column,
            "entry": entry,
            "grants": offer,
        })
    };
    loaded.offers().into_iter().map(offer).collect()
}

fn notes(loaded: &Loaded) -> Vec<serde_json::Value> {
    let note = |(span, note): (Span, String)| json!({"line": span.line, "column": span.column, "message": note});
    loaded.notes().into_iter().map(note).collect()
}
