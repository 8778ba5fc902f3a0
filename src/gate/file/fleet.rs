//! ONE content for a file on every host with a tag: each host is judged by itself, and has its own records.
//!
//! ```text
//! hosts -> each judged -> where an entry asks: a look at each, one question about all of them, a yes for each
//!       -> each written
//! ```
//!
//! Takes: a tag and a request to write. Gives: the outcome of each host in inventory order. Refuses, before anything is
//! written: a tag that no host has, more hosts than `max_hosts`. A host that is denied or fails changes nothing for
//! another.

use std::num::NonZeroU32;
use std::pin::Pin;
use std::rc::Rc;

use smol::lock::Semaphore;

use super::consent::FileAsking;
use super::error::FileError;
use super::request::{FileDeed, FileRequest, FileWrite};
use super::result::{FailedFile, FileDone, FileOutcome};
use super::touch::FirstLook;
use super::work::{FileCall, FileWork};
use crate::audit::Origin;
use crate::cancel::Cancelled;
use crate::clock::Stopwatch;
use crate::config::Host;
use crate::gate::Gate;
use crate::gate::approval::{
    ConsentError, Consultation, GivenConsent, Person, Question, find, may_be_asked, nobody,
};
use crate::gate::identifier::new_id;
use crate::gate::in_force::UnjudgedError;
use crate::gate::loaded::Loaded;
use crate::gate::progress::Observer;
use crate::gate::state::GateState;
use crate::gate::tag::{Summary, TagRunError, admit, turn};
use crate::runtime::spawn;
use mcp_ssh_policy::{Unapproved, Verdict};

/// A request to write a file on every host with a tag.
pub struct TagWrite {
    /// The tag.
    pub tag: String,
    /// The path on each host.
    pub path: String,
    /// What is written.
    pub write: FileWrite,
    /// Seconds that it may take on a host, where that is less than the policy allows.
    pub timeout_seconds: Option<NonZeroU32>,
}

impl TagWrite {
    /// The request on one host, from a terminal.
    fn on(&self, alias: &str) -> FileRequest {
        let deed = FileDeed::Write(self.write.clone());
        FileRequest {
            timeout_seconds: self.timeout_seconds,
            ..FileRequest::new(alias, &self.path, deed)
        }
    }
}

/// What became of it.
pub struct FileFanOut {
    /// How many hosts ended how.
    pub summary: Summary,
    /// One for each host, in the order of servers.yml.
    pub results: Vec<FileOnHost>,
}

/// How it ended on one host.
pub struct FileOnHost {
    /// The host's alias.
    pub alias: String,
    /// What a write there alone would have given.
    pub outcome: FileOutcome,
    /// Since its turn came, in milliseconds.
    pub duration_ms: u64,
}

/// A host on its way.
enum OnTheWay {
    /// It has ended.
    Ended(FileOutcome),
    /// It needs nobody.
    Free(Rc<FileWork>),
    /// A person is to be asked.
    Asks(Rc<FileWork>, Box<FileAsking>),
}

impl Gate {
    /// Writes a file on every host with a tag; `observer` hears of each connection that is made.
    ///
    /// # Errors
    /// Why nothing was written.
    pub async fn write_on_tag(
        &self,
        wanted: TagWrite,
        cancelled: Cancelled,
        observer: Rc<Observer<'static>>,
        person: Person<'_>,
    ) -> Result<FileFanOut, TagRunError> {
        let loaded = match self.0.settled(&cancelled).await {
            Ok(loaded) => loaded,
            Err(UnjudgedError::Unready(unready)) => {
                return Err(TagRunError::new(unready.to_string(), ""));
            }
            Err(UnjudgedError::Cancelled) => return Err(TagRunError::cancelled()),
        };
        let tagged = loaded.inventory().hosts.with_tag(&wanted.tag);
        let hosts: Vec<Rc<Host>> = tagged.cloned().collect();
        let width = admit(&loaded, &wanted.tag, &hosts)?;
        let fleet = WrittenFleet {
            state: Rc::clone(&self.0),
            loaded,
            wanted,
            cancelled,
            observer,
            width,
        };
        fleet.write(&hosts, person).await
    }
}

/// A content on its way to the hosts with a tag.
struct WrittenFleet {
    state: Rc<GateState>,
    loaded: Rc<Loaded>,
    wanted: TagWrite,
    cancelled: Cancelled,
    observer: Rc<Observer<'static>>,
    width: usize,
}

impl WrittenFleet {
    async fn write(
        &self,
        hosts: &[Rc<Host>],
        person: Person<'_>,
    ) -> Result<FileFanOut, TagRunError> {
        let can_ask = may_be_asked(&self.loaded, person);
        let looks = hosts.iter().map(|host| looked_at(self.call(host), can_ask));
        let looked = side_by_side(self.width, looks).await;
        let given = self.given(&looked, person).await?;
        let _turn = turn(&self.state, &self.loaded, &self.cancelled).await?;
        let ends = looked
            .into_iter()
            .map(|on_the_way| ended(on_the_way, given.clone()));
        let outcomes = side_by_side(self.width, ends).await;
        let aliases = hosts.iter().map(|host| host.alias.to_string());
        let results: Vec<FileOnHost> = aliases
            .zip(outcomes)
            .map(|(alias, (outcome, duration_ms))| FileOnHost {
                alias,
                outcome,
                duration_ms,
            })
            .collect();
        Ok(FileFanOut {
            summary: Summary::of(results.iter().map(|result| result.outcome.ending())),
            results,
        })
    }

    /// The request on one host.
    fn call(&self, host: &Host) -> FileCall {
        let (_, cancelled) = self.cancelled.child();
        FileCall {
            state: Rc::clone(&self.state),
            loaded: Rc::clone(&self.loaded),
            request: self.wanted.on(host.alias.as_ref()),
            cancelled,
            observer: Rc::clone(&self.observer),
        }
    }

    /// What a person says to one question about all hosts that ask; nothing where none does.
    async fn given(
        &self,
        looked: &[OnTheWay],
        person: Person<'_>,
    ) -> Result<Option<Result<Rc<GivenConsent>, Unapproved>>, TagRunError> {
        let questions = looked.iter().filter_map(|on_the_way| match on_the_way {
            OnTheWay::Asks(_, asking) => Some(asking.question().clone()),
            OnTheWay::Ended(_) | OnTheWay::Free(_) => None,
        });
        let Some(question) = Question::of_files(questions, &self.wanted.tag) else {
            return Ok(None);
        };
        match self.asked(&question, person).await {
            Ok(given) => Ok(Some(Ok(Rc::new(given)))),
            Err(ConsentError::Unapproved(why)) => Ok(Some(Err(why))),
            Err(error) => Err(error.into()),
        }
    }

    async fn asked(
        &self,
        question: &Question,
        person: Person<'_>,
    ) -> Result<GivenConsent, ConsentError> {
        let place = self.state.approvals.begin(question)?;
        let road = self.cancelled.race(Box::pin(find(&self.loaded, person)));
        let road = road.await.ok_or(ConsentError::Cancelled)??;
        let consultation = Consultation {
            state: &self.state,
            loaded: &self.loaded,
            cancelled: &self.cancelled,
            hash: &self.wanted.on("").hash(),
            origin: &Origin {
                task_id: new_id().unwrap_or_default(),
                config_sha256: self.loaded.digest().to_owned(),
                client: None,
                request_id: None,
                trace: None,
            },
            question,
        };
        consultation.hold(road, place).await
    }
}

/// Judges one host, and looks at it where a person is to be asked.
async fn looked_at(call: FileCall, can_ask: bool) -> OnTheWay {
    if call.cancelled.is_cancelled() {
        let failure = FailedFile::cancelled(&call.request);
        return OnTheWay::Ended(FileOutcome::Failed(Box::new(failure)));
    }
    let work = match FileWork::begin(call) {
        Ok(work) => Rc::new(work),
        Err(failure) => return OnTheWay::Ended(FileOutcome::Failed(failure)),
    };
    let looked = match work.judge() {
        Err(error) => Err(error),
        Ok(asked) if asked.verdict() != Verdict::Ask => return OnTheWay::Free(work),
        Ok(asked) if !can_ask => {
            let why = nobody(&work.call.loaded);
            Err(Box::new(asked.unapproved(why)).into())
        }
        Ok(asked) => work.first(asked).await,
    };
    match looked {
        Ok(FirstLook::Asks(asking)) => OnTheWay::Asks(work, asking),
        Ok(FirstLook::Done(done)) => OnTheWay::Ended(told(&work, Ok(done))),
        Err(error) => OnTheWay::Ended(told(&work, Err(error))),
    }
}

/// Writes the file on one host, as far as the person let it.
async fn ended(
    on_the_way: OnTheWay,
    given: Option<Result<Rc<GivenConsent>, Unapproved>>,
) -> (FileOutcome, u64) {
    let clock = Stopwatch::start();
    let (work, written) = match on_the_way {
        OnTheWay::Ended(outcome) => return (outcome, clock.elapsed_ms()),
        OnTheWay::Free(work) => {
            let written = free(&work).await;
            (work, written)
        }
        OnTheWay::Asks(work, asking) => {
            let grant = match given.unwrap_or(Err(Unapproved::Unasked)) {
                Ok(given) if given.is_withdrawn() => Err(Unapproved::Withdrawn),
                Ok(given) => Ok(given.grant),
                Err(why) => Err(why),
            };
            let written = match asking.approved(grant.map_err(ConsentError::from)) {
                Ok(approval) => work.approved(&asking, approval).await,
                Err(error) => Err(error),
            };
            (work, written)
        }
    };
    (told(&work, written), clock.elapsed_ms())
}

/// A host whose path needs nobody. Where its links lead to what a person is asked about, the person has not been.
async fn free(work: &Rc<FileWork>) -> Result<FileDone, FileError> {
    match work.first(work.judge()?).await? {
        FirstLook::Done(done) => Ok(done),
        FirstLook::Asks(asking) => Err(match asking.approved(Err(Unapproved::Missed.into())) {
            Err(error) => error,
            Ok(_) => FileError::Unfit("nobody was asked".to_owned(), ""),
        }),
    }
}

fn told(work: &FileWork, ended: Result<FileDone, FileError>) -> FileOutcome {
    work.records.told(&work.call.request, ended)
}

/// The results of futures of which so many go on at once, in their order.
async fn side_by_side<R: 'static>(
    width: usize,
    work: impl Iterator<Item = impl Future<Output = R> + 'static>,
) -> Vec<R> {
    let turns = Rc::new(Semaphore::new(width.max(1)));
    let begun: Vec<_> = work
        .map(|one| {
            let turns = Rc::clone(&turns);
            let one: Pin<Box<dyn Future<Output = R>>> = Box::pin(one);
            spawn(async move {
                let _turn = turns.acquire().await;
                one.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for one in begun {
        results.push(one.await);
    }
    results
}
