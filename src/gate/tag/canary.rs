//! A person says whether the hosts after the canaries follow.
//!
//! ```text
//! canaries ended well -> approver | client or terminal, in the course of the call | client, between two calls
//!                     -> yes: the others follow | anything else: they do not begin
//! ```
//!
//! Takes: a tag run whose canaries have ended well, and how the person can be asked. Gives: the run, ended; or what waits
//! for the approver. No turn is held meanwhile, and no connection is kept. Refuses: to let a host follow without a yes
//! to this very run, to keep more output than there is room for, under the configuration of its canaries.

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use smol::future::{or, pending};

use super::admission::limits;
use super::halted::HaltedRun;
use super::result::{FanOut, HostResult, TagRequest, TagRunError};
use super::rollout::RolloutStop;
use super::tag_run::TagRun;
use super::work::TagWork;
use crate::cancel::Cancelled;
use crate::gate::approval::{
    CanaryEnd, CanarySubject, ConsentError, Consultation, OpenRoad, Person, Question,
    QuestionPlace, QuestionSubject, find, may_be_asked, nobody,
};
use crate::gate::progress::Observer;
use crate::gate::result::Outcome;
use crate::runtime::{sleep, spawn};
use mcp_ssh_policy::{Decision, Unapproved, Verdict};

/// What has become of a tag run when the caller hears of it.
pub enum TagEnd {
    /// It has ended.
    Ended(Box<FanOut>),
    /// The approver is asked whether the hosts after the canaries follow.
    Waiting(Box<WaitingFleet>),
}

/// A tag run whose canaries have ended well, while the approver is asked about the others.
pub struct WaitingFleet {
    pub run: Rc<TagRun>,
    pub consent: Pin<Box<dyn Future<Output = Result<(), ConsentError>>>>,
}

/// Asks the person about the hosts that have not begun.
///
/// # Errors
/// The question, where the client puts it and calls again.
pub async fn ask(run: TagRun, person: Person<'_>) -> Result<TagEnd, TagRunError> {
    let run = Rc::new(run);
    let question = match question(&run) {
        Ok(Some(question)) => question,
        // None of them is permitted, so nothing is done there anyway.
        Ok(None) => return Ok(ended(run.follow(Ok(())).await)),
        Err(why) => return Ok(ended(run.follow(Err(why.into())).await)),
    };
    let Ok(room) = run.work.state.tasks.reserve(run.held()) else {
        let crowded = Unapproved::Crowded;
        return Ok(ended(run.follow(Err(crowded.into())).await));
    };
    run.room.replace(Some(room));
    let (road, place) = match road(&run, &question, person).await {
        Ok(found) => found,
        Err(error) => return Ok(ended(run.follow(Err(error)).await)),
    };
    if let OpenRoad::Approver(link) = road {
        let road = OpenRoad::Approver(link);
        let consent = held(Rc::clone(&run), question, (road, place));
        return Ok(TagEnd::Waiting(Box::new(WaitingFleet {
            run,
            consent: Box::pin(consent),
        })));
    }
    match held(Rc::clone(&run), question, (road, place)).await {
        Err(ConsentError::HandedOver(question)) => match halt(run, &question) {
            Ok(()) => Err(ConsentError::HandedOver(question).into()),
            Err(crowded) => Ok(TagEnd::Ended(crowded)),
        },
        consent => Ok(ended(run.follow(consent).await)),
    }
}

fn ended(fan_out: FanOut) -> TagEnd {
    TagEnd::Ended(Box::new(fan_out))
}

/// The question about the hosts that follow and are permitted; nothing where there are none.
fn question(run: &TagRun) -> Result<Option<Question>, Unapproved> {
    let work = &run.work;
    let rest = work.hosts.get(work.rollout.borrow().rest());
    let hosts = rest.unwrap_or_default().iter();
    let (mut decisions, mut users) = (Vec::<Decision>::new(), Vec::<String>::new());
    for host in hosts {
        let policy = work.loaded.host_policy(host);
        let decision = policy.judge(&work.request.command);
        if decision.verdict() == Verdict::Deny || is_refused(work, &decision) {
            continue;
        }
        let user = work.loaded.user(host).map(str::to_owned);
        users.extend(user.filter(|user| !users.contains(user)));
        decisions.push(decision);
    }
    let Some(first) = decisions.first() else {
        return Ok(None);
    };
    let line = first.asked_line();
    // One question is about one line: `become` may differ from host to host.
    if decisions
        .iter()
        .any(|decision| decision.asked_line() != line)
    {
        return Err(Unapproved::SeveralUsers);
    }
    let results = work.results.borrow();
    let ends = results.iter().flatten().filter_map(canary);
    let asks = match run.wanted.rollout.canary == run.terms.canary {
        true => "`canary` of this call",
        false => "`max_canary` of the limits",
    };
    Ok(Some(Question {
        aliases: decisions.iter().map(|its| its.alias().to_owned()).collect(),
        tag: Some(run.wanted.tag.clone()),
        users,
        remembered: first.remembered_line(),
        line,
        rules: vec![asks.to_owned()],
        config_sha256: work.loaded.digest().to_owned(),
        subject: QuestionSubject::Canaries(Box::new(CanarySubject::of(run.task_id(), ends))),
    }))
}

/// Whether a rule asks about the host, and the person who was asked has said no.
fn is_refused(work: &TagWork, decision: &Decision) -> bool {
    let (alias, line) = (decision.alias(), decision.remembered_line());
    let consents = work.consents.as_ref();
    decision.verdict() == Verdict::Ask
        && consents.is_some_and(|consents| !consents.has(alias))
        && work
            .state
            .approvals
            .remembers(alias, &line, &work.loaded)
            .is_none()
}

fn canary(result: &HostResult) -> Option<CanaryEnd<'_>> {
    match &result.outcome {
        Outcome::Finished(result) => Some(CanaryEnd {
            alias: &result.alias,
            exit_code: result.exit_code,
            note: result.note.as_deref(),
            output: &result.output,
        }),
        Outcome::Denied(_) | Outcome::Failed(_) => None,
    }
}

/// The road to the person, and the place of the question.
async fn road<'p>(
    run: &TagRun,
    question: &Question,
    person: Person<'p>,
) -> Result<(OpenRoad<'p>, QuestionPlace), ConsentError> {
    let work = &run.work;
    if !may_be_asked(&work.loaded, person) {
        return Err(nobody(&work.loaded).into());
    }
    let place = work.state.approvals.begin(question)?;
    let road = work.cancelled.race(find(&work.loaded, person)).await;
    Ok((road.ok_or(ConsentError::Cancelled)??, place))
}

/// Puts the question on this road, and waits for the answer.
async fn held(
    run: Rc<TagRun>,
    question: Question,
    (road, place): (OpenRoad<'_>, QuestionPlace),
) -> Result<(), ConsentError> {
    let work = &run.work;
    let consultation = Consultation {
        state: &work.state,
        loaded: &work.loaded,
        cancelled: &work.cancelled,
        hash: &mcp_ssh_policy::command_hash(&work.request.command),
        origin: &run.origin(),
        question: &question,
    };
    consultation.hold(road, place).await.map(|_yes| ())
}

/// A run whose client asks its person between two calls.
struct HaltedFleet {
    run: Rc<TagRun>,
    question: Question,
}

/// Lets a run wait for the answer, no longer than any question waits.
///
/// # Errors
/// The end of the run, where too many wait.
fn halt(run: Rc<TagRun>, question: &Question) -> Result<(), Box<FanOut>> {
    let (state, cancelled) = (Rc::clone(&run.work.state), run.work.cancelled.clone());
    let digest = question.digest();
    let seconds = run.work.loaded.policy().approvals().timeout_seconds;
    let (wanted, kept_seconds) = (run.wanted.clone(), kept_seconds(&run));
    let halted = HaltedFleet {
        run,
        question: question.clone(),
    };
    if let Err(halted) = state.halted.keep(digest, Box::new(halted)) {
        let crowded = RolloutStop::Unapproved(Unapproved::Crowded);
        return Err(Box::new(halted.end(crowded)));
    }
    spawn(async move {
        let late = async {
            sleep(Duration::from_secs(seconds.into())).await;
            RolloutStop::Unapproved(Unapproved::Expired)
        };
        let told = async {
            cancelled.wait().await;
            RolloutStop::Cancelled
        };
        let why = or(told, late).await;
        if let Some(halted) = state.halted.take(&digest) {
            // The canaries ran: should the answer come yet, whoever brings it is told.
            let ended = Box::new(halted.end(why));
            state.halted.keep_ended(wanted, digest, ended);
            sleep(Duration::from_secs(kept_seconds)).await;
            state.halted.forget_ended(&digest);
        }
    })
    .detach();
    Ok(())
}

/// How long the results are kept for an answer that comes late: as long as those of a task.
fn kept_seconds(run: &TagRun) -> u64 {
    let limits = limits(&run.work.loaded, &run.work.hosts);
    let least = limits.map(|its| its.task_result_ttl).min();
    least.unwrap_or_default().into()
}

impl HaltedRun for HaltedFleet {
    fn is_wanted(&self, wanted: &TagRequest) -> bool {
        self.run.wanted.is(wanted)
    }

    fn is_outdated(&self, wanted: &TagRequest, config_sha256: Option<&str>) -> bool {
        self.is_wanted(wanted) && config_sha256 != Some(self.run.work.loaded.digest())
    }

    fn resume<'p>(
        self: Box<Self>,
        person: Person<'p>,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
    ) -> Pin<Box<dyn Future<Output = FanOut> + 'p>> {
        Box::pin(async move {
            let Self { run, question } = *self;
            run.work.observer.replace(observer);
            // Whoever cancels the call that brings the answer cancels the run.
            let canceller = run.work.cancelled.canceller();
            let told = async {
                cancelled.wait().await;
                canceller.cancel();
                pending().await
            };
            let going = async {
                let consent = match road(&run, &question, person).await {
                    Ok(found) => held(Rc::clone(&run), question, found).await,
                    Err(error) => Err(error),
                };
                run.follow(consent).await
            };
            or(told, going).await
        })
    }

    fn end(self: Box<Self>, why: RolloutStop) -> FanOut {
        self.run.stopped_now(why)
    }
}
