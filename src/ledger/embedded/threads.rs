//! The threads that touch the file, so that no executor ever waits for a disk.
//!
//! One thread writes. It takes what has gathered in its channel since the last commit, up to [`BATCH`] records, and makes it
//! durable at once: the more callers wait, the more each commit carries. The channel is bounded: when it is full, callers
//! wait for room. Another thread answers short questions, and each walk over everything has one of its own.

use super::super::{Draft, LedgerError};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// How many records one commit carries at most.
const BATCH: usize = 1_024;

/// How many callers may wait in the channel; more wait for room in it.
const QUEUE: usize = 4_096;

type Answer<T> = oneshot::Sender<Result<T, LedgerError>>;
type Job<S> = Box<dyn FnOnce(&S) + Send>;

enum Work<S> {
    Append(Box<Draft>, Answer<()>),
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
        append: impl Fn(&S, &[Box<Draft>]) -> Result<(), LedgerError> + Send + 'static,
    ) -> Result<Self, LedgerError> {
        let (sender, work) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || run(&store, work, append));
        let thread = thread.map_err(|error| LedgerError::Failed(error.to_string()))?;
        Ok(Self { work: Some(sender), thread: Some(thread) })
    }

    /// Appends a draft with the next batch.
    pub(super) async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
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
            // Where the caller has gone away, nobody needs the answer.
            let _ = answer.send(guarded(|| job(store)));
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

fn run<S>(store: &S, mut work: mpsc::Receiver<Work<S>>, append: impl Fn(&S, &[Box<Draft>]) -> Result<(), LedgerError>) {
    let (mut drafts, mut answers) = (Vec::new(), Vec::new());
    while let Some(first) = work.blocking_recv() {
        let mut next = Some(first);
        let mut job = None;
        while let Some(item) = next.take() {
            match item {
                // Whoever gave up was told so: nothing may be recorded for them any more.
                Work::Append(_, answer) if answer.is_closed() => {}
                Work::Append(draft, answer) => {
                    drafts.push(draft);
                    answers.push(answer);
                }
                Work::Job(waiting) => {
                    job = Some(waiting);
                    break;
                }
            }
            if drafts.len() < BATCH {
                next = work.try_recv().ok();
            }
        }
        if !drafts.is_empty() {
            let result = guarded(|| append(store, &drafts));
            drafts.clear();
            for answer in answers.drain(..) {
                let _ = answer.send(result.clone());
            }
        }
        if let Some(job) = job {
            job(store);
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
