//! The threads that touch the file, so that no executor ever waits for a disk.
//!
//! One thread writes. It takes what has gathered in its channel since the last commit, up to [`BATCH`] records, and makes it
//! durable at once: the more callers wait, the more each commit carries. Where several wrote, it gives them a moment to come
//! again. The channel is bounded: when it is full, callers wait for room. Another thread answers short questions, and each walk over everything has one of its own.

use super::super::LedgerError;
use super::super::entry::Prepared;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many records one commit carries at most.
const BATCH: usize = 1_024;

/// How long the writer waits at a time for more callers to come.
const PAUSE: Duration = Duration::from_micros(50);

/// How many callers may wait in the channel; more wait for room in it.
const QUEUE: usize = 4_096;

type Answer<T> = oneshot::Sender<Result<T, LedgerError>>;
type Job<S> = Box<dyn FnOnce(&S) + Send>;

enum Work<S> {
    Append(Box<Prepared>, Answer<()>),
    Job(Job<S>),
}

/// What a thread does for its callers.
pub(super) struct Worker<S> {
    /// `None` once it is closed.
    work: Option<mpsc::Sender<Work<S>>>,
    thread: Option<JoinHandle<()>>,
}

impl<S: Send + 'static> Worker<S> {
    /// Starts a thread over a store. `append` makes a batch durable, or none of it.
    pub(super) fn start(
        name: &str,
        store: S,
        append: impl Fn(&S, &[Prepared]) -> Result<(), LedgerError> + Send + 'static,
    ) -> Result<Self, LedgerError> {
        let (sender, work) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(&store, work, append));
        let thread = thread.map_err(|error| LedgerError::Failed(error.to_string()))?;
        Ok(Self { work: Some(sender), thread: Some(thread) })
    }

    /// Appends a draft with the next batch.
    pub(super) async fn append(&self, draft: Prepared) -> Result<(), LedgerError> {
        let (answer, answered) = oneshot::channel();
        self.send(Work::Append(Box::new(draft), answer)).await?;
        answered.await.map_err(|_| LedgerError::Closed)?
    }

    /// Does something between two batches.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&S) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (answer, answered) = oneshot::channel();
        let job = move |store: &S| {
            // Whoever gave up was told that it was not done.
            if !answer.is_closed() {
                let _ = answer.send(guarded(|| job(store)));
            }
        };
        self.send(Work::Job(Box::new(job))).await?;
        answered.await.map_err(|_| LedgerError::Closed)?
    }

    async fn send(&self, work: Work<S>) -> Result<(), LedgerError> {
        let sender = self.work.as_ref().ok_or(LedgerError::Closed)?;
        sender.send(work).await.map_err(|_| LedgerError::Closed)
    }
}

impl<S> Drop for Worker<S> {
    /// Finishes what has been sent, so that the file is closed when the last handle of it is gone.
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

fn run<S>(store: &S, mut work: mpsc::Receiver<Work<S>>, append: impl Fn(&S, &[Prepared]) -> Result<(), LedgerError>) {
    let mut batch = Batch { drafts: Vec::new(), answers: Vec::new(), job: None };
    let mut expected = 0;
    while let Some(first) = work.blocking_recv() {
        batch.take(first);
        batch.fill(&mut work);
        batch.linger(&mut work, expected);
        // Those that are answered now may come again, beside those that wait by then.
        expected = batch.drafts.len();
        if !batch.drafts.is_empty() {
            let together = guarded(|| append(store, &batch.drafts));
            // One subject that cannot be read must not keep all others from being recorded.
            let apart = matches!(together, Err(LedgerError::Damaged(_))) && expected > 1;
            for (draft, answer) in batch.drafts.drain(..).zip(batch.answers.drain(..)) {
                let result = if apart { guarded(|| append(store, &[draft])) } else { together.clone() };
                let _ = answer.send(result);
            }
            expected += work.len();
        }
        if let Some(job) = batch.job.take() {
            job(store);
        }
    }
}

/// What is done next: records that are made durable at once, and then perhaps a job.
struct Batch<S> {
    drafts: Vec<Prepared>,
    answers: Vec<Answer<()>>,
    job: Option<Job<S>>,
}

impl<S> Batch<S> {
    fn take(&mut self, work: Work<S>) {
        match work {
            // Whoever gave up was told so: nothing may be recorded for them any more.
            Work::Append(_, answer) if answer.is_closed() => {}
            Work::Append(draft, answer) => {
                self.drafts.push(*draft);
                self.answers.push(answer);
            }
            Work::Job(job) => self.job = Some(job),
        }
    }

    fn has_room(&self) -> bool {
        self.job.is_none() && self.drafts.len() < BATCH
    }

    /// Takes what waits.
    fn fill(&mut self, waiting: &mut mpsc::Receiver<Work<S>>) {
        while self.has_room()
            && let Ok(work) = waiting.try_recv()
        {
            self.take(work);
        }
    }

    /// Waits for the callers that have just been answered, while they come: where many write at once they are on their way
    /// with their next records. Otherwise they and those that waited meanwhile would take turns, with half a commit each.
    fn linger(&mut self, waiting: &mut mpsc::Receiver<Work<S>>, expected: usize) {
        let mut before = 1;
        while self.has_room() && (before + 1..expected).contains(&self.drafts.len()) {
            before = self.drafts.len();
            std::thread::sleep(PAUSE);
            self.fill(waiting);
        }
    }
}

/// A page that was damaged may make the store panic: that is an error of the store, and no end of the thread.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(LedgerError::Damaged(message(&*panic))))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the store stopped at: {}", text.unwrap_or("an unknown place"))
}
