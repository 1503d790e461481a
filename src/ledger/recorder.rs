//! A ledger tied to a gate, as the [`Proof`] of a host's [`Stores`](crate::record::Stores).
//!
//! 1. A grant is appended, and acknowledged when it is durable, within a timeout.
//! 2. A refusal waits in a bounded queue for as long as the store is down.
//! 3. When the queue is full, or the store is damaged, a refusal has no record, and [`Recorder::lost`] counts it. Nothing waits
//!    for a refusal except the closing of an account, and a store that is down makes no page slower than the timeout.
//! 4. The records of one subject are kept in the order of its clicks.
//!
//! What this means for a change is said at [`Pending::settle`](crate::Pending::settle).
//!
//! What waits in the queue is lost in a crash of the process; what was acknowledged is not. A grant whose outcome is not known,
//! because the store timed out or the connection broke, may be recorded without having taken effect; never the other way.

use super::{Draft, Ledger, LedgerError, Notice};
use crate::record::{Circumstances, Proof, Record, StoreError, StoreFuture};
use crate::{Category, Change, ChangeError, Gate, Visitor};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// How many subjects can wait for the store without waiting for each other.
const LANES: usize = 128;

/// How many records may wait in one lane.
const LANE_LENGTH: usize = 32;

/// How long a store may take, by default.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// The first and the longest pause before a failed refusal is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// Why an account could not be closed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecorderError {
    /// The answer cannot be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The ledger could not do what was asked.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Records what visitors choose. Clones share everything.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// use consent_gate::ledger::{Embedded, Ledger, Recorder, Secret, Settings};
/// use consent_gate::record::{Circumstances, Method, Stores};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let gate = testing::gate();
/// let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
/// let recorder = Recorder::new(&gate, ledger);
/// let stores = Stores::new().proof(recorder.clone());
///
/// let visitor = testing::undecided(&gate);
/// let pending = visitor.prepare(&Change::answer(Category::ANALYTICS))?;
/// pending.settle(&stores, Some("user-17"), &Circumstances::new(Method::Banner, "en")).await?;
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
            tokio::spawn(append_in_order(ledger.clone(), lane, queue.clone()));
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
                return Err(error.into());
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
        Ok(tokio::time::timeout(self.0.timeout, closed).await.unwrap_or(Err(LedgerError::Timeout))?)
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

    fn draft(&self, subject: Option<&str>, record: Record) -> Result<Draft, LedgerError> {
        let notice = self.0.notices.get(&record.language).unwrap_or(&self.0.fallback);
        Draft::new(subject, record, notice)
    }

    /// Appends a grant, in time.
    async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        let (answer, answered) = oneshot::channel();
        let lane = self.lane(&draft);
        let appended = async {
            lane.send(Waiting::Grant(draft, answer)).await.map_err(|_| LedgerError::Closed)?;
            answered.await.map_err(|_| LedgerError::Closed)?
        };
        tokio::time::timeout(self.0.timeout, appended).await.unwrap_or(Err(LedgerError::Timeout))
    }

    /// Leaves a refusal to be recorded.
    fn enqueue(&self, draft: Draft) {
        let queue = &self.0.queue;
        queue.waiting.fetch_add(1, Ordering::AcqRel);
        if self.lane(&draft).try_send(Waiting::Refusal(draft)).is_err() {
            self.lose();
            queue.done();
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

impl<L: Ledger + Clone + 'static> Proof for Recorder<L> {
    fn grant<'a>(&'a self, record: Record, subject: Option<&'a str>) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let draft = self.draft(subject, record).map_err(StoreError::new)?;
            self.append(draft).await.map_err(StoreError::new)
        })
    }

    fn refusal(&self, record: Record, subject: Option<&str>) {
        match self.draft(subject, record) {
            Ok(draft) => self.enqueue(draft),
            Err(_) => self.lose(),
        }
    }
}

impl Queue {
    fn done(&self) {
        if self.waiting.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.emptied.notify_waiters();
        }
    }
}

/// Appends what waits in one lane, one after the other.
async fn append_in_order<L: Ledger>(ledger: L, mut lane: mpsc::Receiver<Waiting>, queue: Arc<Queue>) {
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
