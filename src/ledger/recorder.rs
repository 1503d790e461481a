//! A ledger tied to a gate: what a failure means.
//!
//! 1. A grant is recorded first and takes effect when the record is durable. Where that fails, or takes too long, it does not
//!    take effect, and the visitor can be told: no proof, no consent.
//! 2. A refusal takes effect at once, and its record waits in a bounded queue for as long as the store is down.
//! 3. In a change of both, what was refused holds even where what was granted could not be recorded.
//! 4. When the queue is full, or the store is damaged, refusals take effect without a record, and [`Recorder::lost`] counts
//!    them. Nothing waits for a refusal but the closing of an account, and a store that is down makes no page slower than the
//!    timeout.
//! 5. The records of one subject are kept in the order of its clicks.
//!
//! What waits in the queue is lost in a crash of the process; what was acknowledged is not. A grant whose outcome the store
//! never told, because it timed out or the connection broke, may be recorded without having taken effect; never the other way.

use super::{Draft, Ledger, LedgerError, Notice, RecordId};
use crate::record::{Circumstances, Method, Record};
use crate::{Category, Change, ChangeError, Gate, Pending, Visitor};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};

/// How many subjects can wait for the store without waiting for each other.
const LANES: usize = 128;

/// How many records may wait in one lane.
const LANE_LENGTH: usize = 32;

/// How long a store may take, by default.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// The first and the longest pause before a failed refusal is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// What became of a change that took effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Saved {
    /// It is recorded, durably.
    Recorded(RecordId),
    /// It only refuses: its record is on its way.
    Queued(RecordId),
    /// It only refuses, and the queue is full: it holds without a record.
    Unrecorded,
    /// The answer was the same before. There is nothing to record.
    Unchanged,
}

/// Why a change did not take effect, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecorderError {
    /// The grant could not be recorded and did not take effect. What the same change refused holds.
    #[error("your choice was not saved: it could not be recorded")]
    NotRecorded(#[source] LedgerError),
    /// The answer cannot be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The ledger could not do what was asked.
    #[error(transparent)]
    Ledger(LedgerError),
}

/// Records what visitors choose, and lets it take effect. Clones share everything.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::record::{Circumstances, Method};
/// use consent_gate::ledger::{Embedded, Ledger, Recorder, Saved, Secret, Settings};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
/// let recorder = Recorder::new(&gate, ledger);
///
/// let visitor = testing::undecided(&gate);
/// let change = Change::answer(Category::ANALYTICS);
/// let saved = recorder.save(visitor.prepare(&change)?, Some("user-17"), &Circumstances::new(Method::Banner, "en")).await?;
/// assert!(matches!(saved, Saved::Recorded(_)));
/// assert!(visitor.may_track(Category::ANALYTICS));
/// assert!(recorder.ledger().last("user-17").await?.is_some());
/// # Ok(()) }
/// ```
pub struct Recorder<L>(Arc<Shared<L>>);

impl<L> Clone for Recorder<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Shared<L> {
    ledger: L,
    notices: BTreeMap<String, Notice>,
    fallback: Notice,
    timeout: Duration,
    lanes: Vec<mpsc::Sender<Waiting>>,
    hasher: RandomState,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: AtomicUsize,
    lost: AtomicU64,
    emptied: Notify,
}

/// What waits in a lane.
enum Waiting {
    Grant(Draft, oneshot::Sender<Result<(), LedgerError>>),
    Refusal(Draft),
}

impl<L: Ledger + Clone + 'static> Recorder<L> {
    /// Ties a ledger to a gate.
    ///
    /// # Panics
    /// Outside a tokio runtime, which carries the queue from then on.
    #[must_use]
    pub fn new(gate: &Gate, ledger: L) -> Self {
        Self::with_timeout(gate, ledger, TIMEOUT)
    }

    /// The same with another time within which a grant must be recorded, 2 seconds by default.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[must_use]
    pub fn with_timeout(gate: &Gate, ledger: L, timeout: Duration) -> Self {
        let policy = gate.policy();
        let queue = Arc::new(Queue::default());
        let lane = |_| {
            let (sender, lane) = mpsc::channel(LANE_LENGTH);
            tokio::spawn(serve(ledger.clone(), lane, queue.clone()));
            sender
        };
        Self(Arc::new(Shared {
            notices: Notice::all(policy),
            fallback: Notice::of(policy, policy.default_language().unwrap_or("en")),
            timeout,
            lanes: (0..LANES).map(lane).collect(),
            hasher: RandomState::new(),
            queue,
            ledger,
        }))
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &L {
        &self.0.ledger
    }

    /// Records a change and lets it take effect, as the module says. `subject` is the host's identifier of the visitor; none
    /// for one without an account.
    ///
    /// # Errors
    /// [`RecorderError::NotRecorded`] for a grant that did not take effect; [`RecorderError::Change`] with
    /// [`ChangeError::Late`] where the head of the response left meanwhile; [`RecorderError::Ledger`] for a subject that is
    /// none.
    pub async fn save(
        &self,
        pending: Pending,
        subject: Option<&str>,
        circumstances: &Circumstances,
    ) -> Result<Saved, RecorderError> {
        let Some(record) = pending.record(circumstances) else {
            pending.commit()?;
            return Ok(Saved::Unchanged);
        };
        let draft = self.draft(subject, record)?;
        if !pending.grants() {
            pending.commit()?;
            return Ok(self.enqueue(draft));
        }
        let id = draft.id();
        match self.append(draft).await {
            Ok(()) => {
                pending.commit()?;
                Ok(Saved::Recorded(id))
            }
            Err(error) => {
                if let Some(refusals) = pending.refusals() {
                    let record = refusals.record(circumstances);
                    refusals.commit()?;
                    if let Some(record) = record {
                        self.enqueue(self.draft(subject, record)?);
                    }
                }
                Err(RecorderError::NotRecorded(error))
            }
        }
    }

    /// Stores what a known visitor's opt-out signal asks for in the browser's answer, and records it, if nothing has stored it
    /// yet: for a host to call once it knows who asks. Returned is the account's answer with it, for the host to save where it
    /// keeps one; `None` where there was nothing to store.
    ///
    /// # Errors
    /// As [`save`](Self::save): [`ChangeError::CrossOrigin`] and [`ChangeError::Prefetch`] where the request may not change
    /// anything; the next one will.
    pub async fn opt_out(
        &self,
        visitor: &Visitor,
        subject: &str,
        circumstances: &Circumstances,
    ) -> Result<Option<crate::Answer>, RecorderError> {
        let Some(change) = visitor.signal_opt_out() else { return Ok(None) };
        let pending = visitor.prepare(&change)?;
        let answer = pending.account().unwrap_or_else(|| pending.answer()).clone();
        let circumstances = Circumstances { method: Method::Signal, ..circumstances.clone() };
        self.save(pending, Some(subject), &circumstances).await?;
        Ok(Some(answer))
    }

    /// Has an answer recorded that another system gave and that becomes the gate's own with this response, if one does: for a
    /// host to call on each request. Its record follows, as that of a refusal does: what it grants was granted before.
    ///
    /// # Errors
    /// [`RecorderError::Ledger`] for a subject that is none.
    pub fn record_migration(
        &self,
        visitor: &Visitor,
        subject: Option<&str>,
        circumstances: &Circumstances,
    ) -> Result<(), RecorderError> {
        let subject = subject.map(super::entry::checked).transpose().map_err(RecorderError::Ledger)?.map(str::to_owned);
        let circumstances = Circumstances { method: Method::Import, ..circumstances.clone() };
        let recorder = self.clone();
        visitor.record_migration(circumstances, move |record| recorder.follow(subject.as_deref(), record));
        Ok(())
    }

    /// Leaves the record of what has taken effect to be recorded.
    pub(super) fn follow(&self, subject: Option<&str>, record: Record) {
        match self.draft(subject, record) {
            Ok(draft) => drop(self.enqueue(draft)),
            Err(_) => self.lose(),
        }
    }

    /// Closes a visitor's account at a time: refuses everything, so that this response expires all trackers, and has the next
    /// sweep delete the rest. Returns the date by which all is gone. The account's answer refuses too, where the ledger keeps it.
    ///
    /// # Errors
    /// [`RecorderError::Ledger`] where the ledger cannot close the account, or does not answer in time: try again. The refusal
    /// holds already. [`RecorderError::Change`] for a request of another site, one that is sent ahead of a visit, and where the
    /// head of the response has left: nothing was done then.
    pub async fn close_account(
        &self,
        visitor: &Visitor,
        subject: &str,
        at: DateTime<Utc>,
        circumstances: &Circumstances,
    ) -> Result<DateTime<Utc>, RecorderError> {
        let pending = visitor.prepare(&Change::answer(Category::empty()))?;
        let refused = pending.account().unwrap_or_else(|| pending.answer()).clone();
        let draft = pending.record(circumstances).map(|record| self.draft(Some(subject), record)).transpose()?;
        pending.commit()?;
        if let Some(draft) = draft {
            // Waited for: a record that came after the erasure would bring the subject back.
            if let Err(error) = self.append(draft.clone()).await {
                self.enqueue(draft);
                return Err(RecorderError::Ledger(error));
            }
        }
        let closed = async {
            let ledger = &self.0.ledger;
            // Devices that are still logged in go by it.
            while let Some(before) = ledger.answer(subject).await? {
                if ledger.replace_answer(subject, Some(&before), &refused).await? {
                    break;
                }
            }
            ledger.close_account(subject, at).await
        };
        let closed = tokio::time::timeout(self.0.timeout, closed).await.unwrap_or(Err(LedgerError::Timeout));
        closed.map_err(RecorderError::Ledger)
    }

    /// How many refusals took effect without a record, because the queue was full or the store is damaged.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.0.queue.lost.load(Ordering::Relaxed)
    }

    /// How many refusals wait to be recorded.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.waiting.load(Ordering::Acquire)
    }

    /// Waits until nothing waits to be recorded: before a program ends. With a store that is down it waits for ever; give it
    /// a timeout.
    pub async fn flush(&self) {
        loop {
            let emptied = self.0.queue.emptied.notified();
            if self.waiting() == 0 {
                return;
            }
            emptied.await;
        }
    }

    pub(super) fn draft(&self, subject: Option<&str>, record: Record) -> Result<Draft, RecorderError> {
        let notice = self.0.notices.get(&record.language).unwrap_or(&self.0.fallback);
        Draft::new(subject, record, notice).map_err(RecorderError::Ledger)
    }

    /// Appends a grant, in time.
    pub(super) async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        let (answer, answered) = oneshot::channel();
        let lane = self.lane(&draft);
        let appended = async {
            lane.send(Waiting::Grant(draft, answer)).await.map_err(|_| LedgerError::Closed)?;
            answered.await.map_err(|_| LedgerError::Closed)?
        };
        tokio::time::timeout(self.0.timeout, appended).await.unwrap_or(Err(LedgerError::Timeout))
    }

    /// Leaves a refusal to be recorded.
    fn enqueue(&self, draft: Draft) -> Saved {
        let (queue, id) = (&self.0.queue, draft.id());
        queue.waiting.fetch_add(1, Ordering::AcqRel);
        match self.lane(&draft).try_send(Waiting::Refusal(draft)) {
            Ok(()) => Saved::Queued(id),
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => {
                self.lose();
                queue.done();
                Saved::Unrecorded
            }
        }
    }

    /// Counts a refusal that has no record.
    fn lose(&self) {
        self.0.queue.lost.fetch_add(1, Ordering::Relaxed);
    }

    fn lane(&self, draft: &Draft) -> &mpsc::Sender<Waiting> {
        let hash = match &draft.subject {
            Some(subject) => self.0.hasher.hash_one(subject),
            None => self.0.hasher.hash_one(draft.id()),
        };
        // The remainder of a small number is one.
        &self.0.lanes[usize::try_from(hash % LANES as u64).unwrap_or(0)]
    }
}

impl Queue {
    fn done(&self) {
        if self.waiting.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.emptied.notify_waiters();
        }
    }
}

/// Carries one lane: what waits in it, one after the other.
async fn serve<L: Ledger>(ledger: L, mut lane: mpsc::Receiver<Waiting>, queue: Arc<Queue>) {
    while let Some(waiting) = lane.recv().await {
        match waiting {
            Waiting::Grant(draft, mut answer) => {
                // Whoever gave up was told that it was not saved: it must not be recorded any more.
                tokio::select! {
                    biased;
                    () = answer.closed() => {}
                    result = ledger.append(draft) => drop(answer.send(result)),
                }
            }
            Waiting::Refusal(draft) => {
                let mut pause = PAUSES.0;
                while let Err(error) = ledger.append(draft.clone()).await {
                    if !error.may_pass() {
                        // Tried for ever, it would keep all that waits behind it from being recorded.
                        queue.lost.fetch_add(1, Ordering::Relaxed);
                        break;
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
                queue.done();
            }
        }
    }
}

impl<L> fmt::Debug for Recorder<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.0.queue.waiting.load(Ordering::Relaxed);
        formatter.debug_struct("Recorder").field("waiting", &waiting).finish_non_exhaustive()
    }
}
