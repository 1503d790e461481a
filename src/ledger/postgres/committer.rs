//! Gathers the records of all callers into batches.
//!
//! Each writer is a task with a channel of its own, and takes every so-many-th shard: two batches of one process never wait
//! for each other's lock. What gathers while one batch is on its way is the next. The channels are bounded: when one is full,
//! callers wait for room.

use super::super::entry::Prepared;
use super::super::secret::shard_of;
use super::super::{Draft, LedgerError};
use super::Shared;
use super::errors::{Attempts, Failure};
use super::schema::SHARD_COUNT;
use super::transaction::Transaction;
use std::sync::{Arc, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// How many records one transaction carries at most: each locks its shard.
const BATCH: usize = 256;

/// How often a writer gives way before it looks who has come.
const YIELDS: usize = 8;

/// How many callers may wait in one channel.
const QUEUE: usize = 2_048;

type Waiting = (Box<Prepared>, oneshot::Sender<Result<(), LedgerError>>);

/// The writers of one process.
pub(super) struct Committer {
    shared: Arc<Shared>,
    writers: Vec<mpsc::Sender<Waiting>>,
}

impl Committer {
    pub(super) fn start(shared: &Arc<Shared>, writers: usize) -> Self {
        let writer = |_| {
            let (sender, waiting) = mpsc::channel(QUEUE);
            tokio::spawn(write(shared.clone(), waiting));
            sender
        };
        Self { shared: shared.clone(), writers: (0..writers.max(1)).map(writer).collect() }
    }

    /// Appends a draft with the next batch of its writer.
    pub(super) async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        let (answer, answered) = oneshot::channel();
        let draft = Box::new(Prepared::new(draft, &self.shared.keys, &self.shared.terms));
        let writer = &self.writers[usize::from(shard_of(draft.key(), SHARD_COUNT)) % self.writers.len()];
        writer.send((draft, answer)).await.map_err(|_| LedgerError::Closed)?;
        answered.await.map_err(|_| LedgerError::Closed)?
    }
}

impl Shared {
    async fn append(&self, drafts: &[&Prepared], may_repeat: bool) -> Result<(), Failure> {
        Transaction::new(self).await?.append_all(drafts, may_repeat).await?;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(drafts.iter().map(|draft| draft.notice.hash()));
        Ok(())
    }
}

/// Gives way to callers that are on their way, while they come: those that have just been answered come again where many write
/// at once, and would else take turns with those that waited meanwhile, with half a batch each.
async fn linger(batch: &mut Vec<Waiting>, waiting: &mut mpsc::Receiver<Waiting>) {
    let mut before = 1;
    while before < batch.len() && batch.len() < BATCH {
        before = batch.len();
        for _ in 0..YIELDS {
            tokio::task::yield_now().await;
        }
        while batch.len() < BATCH
            && let Ok(one) = waiting.try_recv()
        {
            batch.push(one);
        }
    }
}

/// Appends what callers still wait for. Repetitions are rare: they are looked for after a first try, whose outcome may be
/// unknown too.
async fn append(shared: &Shared, batch: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let (mut attempts, mut may_repeat) = (Attempts::begin(), false);
    loop {
        // Whoever gave up was told so: nothing may be recorded for them any more.
        batch.retain(|(_, answer)| !answer.is_closed());
        let drafts: Vec<&Prepared> = batch.iter().map(|(draft, _)| &**draft).collect();
        if drafts.is_empty() {
            return Ok(());
        }
        match shared.append(&drafts, may_repeat).await {
            Ok(()) => return Ok(()),
            Err(failure) if failure.is_repetition() && !may_repeat => {}
            Err(failure) => attempts.again(failure).await?,
        }
        may_repeat = true;
    }
}

async fn write(shared: Arc<Shared>, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        linger(&mut batch, &mut waiting).await;
        let together = append(&shared, &mut batch).await;
        // One subject that cannot be read must not keep all others from being recorded.
        let apart = matches!(together, Err(LedgerError::Damaged(_))) && batch.len() > 1;
        for one in batch.drain(..) {
            let mut alone = vec![one];
            let result = if apart { append(&shared, &mut alone).await } else { together.clone() };
            for (_, answer) in alone {
                let _ = answer.send(result.clone());
            }
        }
    }
}
