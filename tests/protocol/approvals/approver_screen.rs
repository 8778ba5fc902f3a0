//! A person at the approver's terminal.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Asked, POLICY};
use crate::gate::records::of_type;
use crate::gate::site::Site;
use crate::support::approver::{ApproverTerminal, SocketPlace};
use crate::support::marker::within;

fn site(place: &SocketPlace, tag: &str) -> Asked {
    let site = Site::start(tag);
    site.write_policy(&format!("{}{POLICY}", place.policy(", same_user: true")));
    Asked::of(site, "2025-11-25", &json!({}))
}

#[test]
fn one_key_answers_and_a_grant_is_listed_and_withdrawn() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = site(&place, "sckeys");
    let line = asked.line("ran");

    // Once, and no.
    for (key, done) in [("y", "approved once"), ("n", "refused")] {
        let id = asked.begin(&line);
        let shown = terminal.shows("[y] yes, once");
        for words in [
            "hosts    │ box",
            &format!("user     │ {}", asked.held.account.name),
            "rule     │ rules[0] `files`",
            "client   │ suite 1",
            "server   │ mcp-ssh ",
            &format!("command  │ {line}"),
        ] {
            assert!(shown.replace('\n', "").contains(words), "{words}\n{shown}");
        }
        assert!(asked.nothing_ran());
        terminal.press_in_time(key, done);
        match key {
            "y" => asked.succeeded(&id),
            _ => assert_eq!(asked.denied(&id), "approval_refused"),
        }
        assert_eq!(asked.has_run("ran"), key == "y");
    }

    // For minutes, and then without a question, until it is withdrawn.
    let id = asked.begin(&line);
    terminal.shows("[y] yes, once");
    terminal.press_in_time("m", "for how many minutes?");
    terminal.type_number("5");
    asked.succeeded(&id);
    terminal.shows("approved for minutes");
    let id = asked.begin(&line);
    asked.succeeded(&id);
    terminal.press("g");
    let listed = terminal.shows("[w] withdraws one");
    let row = listed
        .lines()
        .find(|row| row.contains("5 min left"))
        .unwrap();
    let number = row.split_whitespace().next().unwrap().to_owned();
    terminal.press("w");
    terminal.shows("which grant?");
    terminal.type_number(&number);
    terminal.shows("grant withdrawn");
    let id = asked.begin(&line);
    terminal.shows("[y] yes, once");
    terminal.press_in_time("n", "refused");
    assert_eq!(asked.denied(&id), "approval_refused");
    let records = asked.records();
    let approved = of_type(&records, "policy_decision");
    let approved: Vec<_> = approved
        .iter()
        .map(|its| its["approved"].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(approved, ["once", "-", "minutes", "minutes", "-"]);
}

#[test]
fn a_yes_counts_after_the_end_was_shown_and_keys_typed_ahead_do_not() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 10);
    let mut asked = site(&place, "scend");
    // Typed before there is a question.
    terminal.press("y");
    let long = format!("{} {}", asked.line("ran"), "x".repeat(1_500));
    let id = asked.begin(&long);
    let first = terminal.shows("[space] shows the rest");
    assert!(!first.contains("[y] yes"), "{first}");
    terminal.press_in_time("y", "read it to its end first");
    // A paste is no key, however it is cut.
    for length in [4, 64, 65, 129, 1000] {
        terminal.press(&format!("{}y", "x".repeat(length - 1)));
        terminal.shows("several keys at once");
    }
    assert!(asked.nothing_ran());
    // A page at a time, up to the last one.
    let pages = terminal.press_in_time(" ", "[y] yes, once");
    assert!(pages.replace('\n', "").contains("xxxxxxxxxx"));
    terminal.press_in_time("n", "refused");
    assert_eq!(asked.denied(&id), "approval_refused");
}

#[test]
fn several_servers_ask_and_each_answer_goes_to_its_question() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let (mut one, mut two) = (site(&place, "scone"), site(&place, "sctwo"));
    let (first, second) = (one.line("first"), two.line("second"));
    let first_id = one.begin(&first);
    terminal.shows("[y] yes, once");
    let second_id = two.begin(&second);
    terminal.press("l");
    let mut listed = terminal.shows("/first");
    while !listed.contains("/second") {
        terminal.press("l");
        listed = terminal.shows_either("/second", "/first");
    }
    terminal.press_in_time(" ", "/second\n[y] yes, once");
    terminal.press_in_time("y", "approved once");
    two.succeeded(&second_id);
    assert!(two.has_run("second") && one.nothing_ran());
    terminal.shows("[y] yes, once");
    terminal.press_in_time("n", "refused");
    assert_eq!(one.denied(&first_id), "approval_refused");

    // A question that is taken back goes from the screen; the approver's end is no answer.
    let id = one.begin(&first);
    terminal.shows("[y] yes, once");
    one.client.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": {"requestId": id}}),
    );
    terminal.shows("taken back");
    let id = one.begin(&first);
    terminal.shows("[y] yes, once");
    let approver = terminal.process();
    terminal.hang_up();
    assert_eq!(one.denied(&id), "approval_abandoned");
    assert!(
        within(Duration::from_secs(10), || !has_arguments(approver)),
        "it ends with its terminal"
    );
    assert!(one.nothing_ran());
}

#[test]
fn no_line_looks_like_another_question() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 60);
    let mut asked = site(&place, "scforge");
    let row = |text: &str| format!("{text:<80}");
    let forged = [
        "question 9 (1 waiting)",
        "  hosts    \u{2502} web",
        "  command  \u{2502} uptime",
    ];
    let forged: String = forged.iter().map(|text| row(text)).collect();
    let id = asked.begin(&format!(
        "{} '{}{forged}'",
        asked.line("ran"),
        " ".repeat(400)
    ));
    let shown = terminal.shows("[n] no");
    let starts = |start: &str| shown.lines().filter(|row| row.starts_with(start)).count();
    assert_eq!(
        (starts("question"), starts("  hosts"), starts("  command")),
        (1, 1, 1),
        "{shown}"
    );
    assert!(!shown.contains("    web"), "{shown}");
    terminal.press_in_time("n", "refused");
    assert_eq!(asked.denied(&id), "approval_refused");
}

/// Whether a process is there and has not ended.
fn has_arguments(process: u32) -> bool {
    std::fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|words| !words.is_empty())
}

/// A key that comes as soon as the question is there was meant for something else.
#[test]
fn a_key_within_a_second_of_the_question_does_not_count() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = site(&place, "scearly");
    let line = asked.line("ran");
    let early = (0..5).any(|_| {
        let id = asked.begin(&line);
        terminal.shows("[y] yes, once");
        terminal.press("y");
        let shown = terminal.shows_either("too early", "approved once");
        let is_early = shown.ends_with("too early");
        assert!(!is_early || asked.nothing_ran());
        if is_early {
            terminal.press_in_time("n", "refused");
            assert_eq!(asked.denied(&id), "approval_refused");
        } else {
            // This machine was busy for a second.
            asked.succeeded(&id);
            assert!(asked.has_run("ran"));
        }
        is_early
    });
    assert!(early);
}

/// A key that is held down, or that somebody rests a hand on, comes again and again.
#[test]
fn a_key_that_is_held_down_does_not_count() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = site(&place, "scheld");
    let line = asked.line("ran");
    terminal.press("y");
    let id = asked.begin(&line);
    // The rest that a loaded machine makes between two keys is longer than the pause: then it counts.
    let mut pauses = Vec::new();
    for _ in 0..60 {
        let before = Instant::now();
        std::thread::sleep(Duration::from_millis(50));
        terminal.press("y");
        pauses.push(before.elapsed());
    }
    let longest = pauses.into_iter().max().unwrap();
    if longest < Duration::from_millis(500) {
        assert!(asked.nothing_ran());
        terminal.shows("too early");
        terminal.press_in_time("n", "refused");
        assert_eq!(asked.denied(&id), "approval_refused");
    }
}

/// Ctrl-\ would end it with a core dump, and leave a terminal without an echo behind.
#[test]
fn the_key_for_sigquit_is_a_key_without_a_meaning() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = site(&place, "scquit");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    terminal.shows("[y] yes, once");
    terminal.press_in_time("\u{1c}", "[y] yes, once");
    terminal.press_in_time("n", "refused");
    assert_eq!(asked.denied(&id), "approval_refused");
}

/// A shell gives the terminal its usual mode back while a program is stopped.
#[test]
fn it_goes_on_after_it_was_stopped() {
    let place = SocketPlace::new();
    let mut terminal = ApproverTerminal::start(&place, 40);
    let mut asked = site(&place, "scstop");
    let line = asked.line("ran");
    let id = asked.begin(&line);
    terminal.shows("[y] yes, once");
    terminal.stop();
    let device = format!("/proc/{}/fd/0", terminal.process());
    let sane = Command::new("stty").args(["-F", &device, "sane"]).status();
    assert!(sane.unwrap().success());
    terminal.go_on();
    terminal.shows("[y] yes, once");
    terminal.press_in_time("y", "approved once");
    asked.succeeded(&id);
    assert!(asked.has_run("ran"));
}
