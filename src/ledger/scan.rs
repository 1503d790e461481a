//! Walks over a whole ledger.

use super::chain::Ends;
use super::entry::read;
use super::notice::ContentHash;
use super::secret::Hash;
use super::{LedgerError, RecordId};
use crate::record::Record;

/// What walks over a ledger, in one consistent state of it: first over what visitors were told and over every shard, then over
/// every entry, each shard's in their order.
///
/// It is moved to where the entries are read, and comes back when it is done.
pub trait Scan: Send + 'static {
    /// How many entries there are, about: for showing progress.
    fn total(&mut self, entries: u64) {
        let _ = entries;
    }

    /// What visitors were told, and the hash that it is kept under.
    fn notice(&mut self, hash: ContentHash, text: &str) {
        let _ = (hash, text);
    }

    /// The ends of a shard.
    fn shard(&mut self, shard: u16, ends: &Ends) {
        let _ = (shard, ends);
    }

    /// One entry; whether to go on.
    fn entry(&mut self, entry: &Stored<'_>) -> bool;
}

/// An entry as it is stored. Whose it is cannot be told from it.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'e> {
    pub(crate) shard: u16,
    pub(crate) seq: u64,
    pub(crate) link: Hash,
    pub(crate) body: StoredBody<'e>,
}

/// What is left of an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StoredBody<'e> {
    /// Everything.
    Whole { open: &'e [u8], sealed: &'e [u8] },
    /// Its digest, and what says that the ledger removed the rest.
    Removed { digest: Hash, mac: Hash },
    /// Something that the ledger never writes.
    Unreadable,
}

impl Stored<'_> {
    /// What it says; `None` where its time was over.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where it cannot be read, [`LedgerError::TooNew`] where a later version wrote it.
    pub fn record(&self) -> Result<Option<(RecordId, Record, ContentHash)>, LedgerError> {
        match self.body {
            StoredBody::Whole { open, .. } => read(open).map(Some),
            StoredBody::Removed { .. } => Ok(None),
            StoredBody::Unreadable => {
                Err(LedgerError::Damaged(format!("entry {} of shard {} cannot be read", self.seq, self.shard)))
            }
        }
    }
}

/// Shows another walk's progress: called with what is done and what there is, every thousand entries and at the end.
pub struct Progress<S, F> {
    inner: S,
    show: F,
    done: u64,
    total: u64,
}

impl<S: Scan, F: FnMut(u64, u64) + Send + 'static> Progress<S, F> {
    /// A walk, and what shows its progress.
    pub const fn new(inner: S, show: F) -> Self {
        Self { inner, show, done: 0, total: 0 }
    }

    /// The walk.
    pub fn into_inner(mut self) -> S {
        (self.show)(self.done, self.total);
        self.inner
    }
}

impl<S: Scan, F: FnMut(u64, u64) + Send + 'static> Scan for Progress<S, F> {
    fn total(&mut self, entries: u64) {
        self.total = entries;
        self.inner.total(entries);
    }

    fn notice(&mut self, hash: ContentHash, text: &str) {
        self.inner.notice(hash, text);
    }

    fn shard(&mut self, shard: u16, ends: &Ends) {
        self.inner.shard(shard, ends);
    }

    fn entry(&mut self, entry: &Stored<'_>) -> bool {
        self.done += 1;
        if self.done.is_multiple_of(1_000) {
            (self.show)(self.done, self.total);
        }
        self.inner.entry(entry)
    }
}
