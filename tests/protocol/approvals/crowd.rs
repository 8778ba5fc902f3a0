//! Several questions at once, and too many.

use serde_json::{Value, json};

use super::{Asked, choice};

#[test]
fn each_answer_goes_to_its_own_question_and_the_same_is_not_asked_twice_at_once() {
    let mut asked = Asked::legacy("two");
    let lines = [asked.line("one"), asked.line("two")];
    let calls: Vec<Value> = lines.iter().map(|line| asked.begin(line)).collect();
    let questions: Vec<Value> = lines.iter().map(|_| asked.question()).collect();
    let again = asked.begin(&lines[0]);
    assert_eq!(asked.denied(&again), "approval_crowded");
    let shown = |place: usize| questions[place]["params"]["message"].as_str().unwrap();
    assert!(shown(0).ends_with("/one") && shown(1).ends_with("/two"));
    asked.answer(&questions[1], choice("approve once"));
    asked.succeeded(&calls[1]);
    assert!(asked.has_run("two") && asked.nothing_ran());
    asked.answer(&questions[0], choice("refuse"));
    assert_eq!(asked.denied(&calls[0]), "approval_refused");
    assert!(asked.nothing_ran());
    asked.asks(&lines[0]);
}

#[test]
fn a_person_has_four_questions_at_most() {
    let mut asked = Asked::legacy("flood");
    let lines: Vec<String> = (0..12).map(|n| asked.line(&format!("f{n}"))).collect();
    let calls: Vec<Value> = lines.iter().map(|line| asked.begin(line)).collect();
    let (mut questions, mut refused) = (Vec::new(), 0);
    while questions.len() + refused < calls.len() {
        let message = asked.client.next();
        match message["method"].as_str() {
            Some(method) => {
                assert_eq!(method, "elicitation/create");
                questions.push(message);
            }
            None => {
                assert_eq!(
                    super::reason(&message["result"]).unwrap(),
                    "approval_crowded"
                );
                refused += 1;
            }
        }
    }
    assert_eq!((questions.len(), refused), (4, 8));
    for question in &questions {
        asked.answer(question, json!({"action": "decline"}));
    }
    for call in &calls[..4] {
        assert_eq!(asked.denied(call), "approval_declined");
    }
    assert!(asked.nothing_ran());
    asked.asks(&lines[11]);
}
