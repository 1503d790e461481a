//! The chains, and their verification.
//!
//! 1. A subject's records lie in one shard, by a hash of the subject. Each shard is a chain of its own, so that machines
//!    that write to different shards do not wait for each other.
//! 2. The link of an entry is an HMAC over its shard, its number, the link before it and the digest of what it holds.
//! 3. What is removed at the end of its time leaves its digest, an HMAC which says that the ledger itself removed it, and its
//!    link: the chain still verifies. Once everything before it is gone too, these go as well, and the shard's first end moves.
//! 4. The two ends of each shard are vouched for by an HMAC, so that entries cannot be cut off at either, and nothing is
//!    appended to ends that were edited: they would be vouched for anew. Every shard is there from the beginning, so that none
//!    can be taken away.
//! 5. What visitors were told is there under the hash that their records name.
//!
//! What this cannot show by itself:
//! - that somebody put back an older copy of a shard or of the whole store: keep the [`Verified::state`] of the last
//!   verification elsewhere, and [`Verifier::since`] shows that too;
//! - that somebody who can write to the store moved the dates by which a sweep goes, so that it removed something too early, or
//!   does not remove it: the dates lie beside the entries and are no part of the chain;
//! - that somebody who can write to the store took a record, or all of them, from a subject: whose a record is lies beside the
//!   entries too, so that it can be erased. The entry itself is still there, and [`Stats`](super::Stats) still counts it.

use super::LedgerError;
use super::entry::{dated, read};
use super::notice::ContentHash;
use super::scan::{Scan, Stored, StoredBody};
use super::secret::{Hash, Keys, digest, hex};
use crate::record::Method;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// The two ends of a shard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ends {
    /// The number of the first entry that is there, and the link before it.
    pub(crate) first: u64,
    pub(crate) anchor: Hash,
    /// The number that the next entry will have, and the last link.
    pub(crate) next: u64,
    pub(crate) head: Hash,
    /// What vouches for all of these.
    pub(crate) mac: Hash,
}

impl Ends {
    /// An empty shard.
    pub(crate) fn new(keys: &Keys, shard: u16) -> Self {
        Self { first: 0, anchor: [0; 32], next: 0, head: [0; 32], mac: [0; 32] }.vouched(keys, shard)
    }

    /// Takes the next entry in; its number and its link.
    pub(crate) fn append(&mut self, keys: &Keys, shard: u16, digest: &Hash) -> (u64, Hash) {
        let seq = self.next;
        self.head = keys.link(shard, seq, &self.head, digest);
        self.next += 1;
        (seq, self.head)
    }

    /// These, as they were read, if they are what the ledger wrote.
    pub(crate) fn checked(self, keys: &Keys, shard: u16) -> Result<Self, LedgerError> {
        if self.vouched(keys, shard) == self {
            Ok(self)
        } else {
            Err(LedgerError::Damaged(format!("the ends of shard {shard} were edited")))
        }
    }

    /// Leaves the first entry behind; whether this is it, and the ledger removed what it held.
    pub(crate) fn leave(&mut self, keys: &Keys, entry: &Stored<'_>) -> bool {
        let StoredBody::Removed { digest, mac } = entry.body else { return false };
        let is_first = entry.seq == self.first
            && entry.link == keys.link(entry.shard, entry.seq, &self.anchor, &digest)
            && mac == keys.removed(entry.shard, entry.seq, &digest);
        if is_first {
            (self.first, self.anchor) = (entry.seq + 1, entry.link);
        }
        is_first
    }

    /// With a new voucher, after a change.
    pub(crate) fn vouched(mut self, keys: &Keys, shard: u16) -> Self {
        self.mac = keys.ends(shard, (self.first, &self.anchor), (self.next, &self.head));
        self
    }
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// What the entry holds, or its link, was changed.
    Edited,
    /// An entry is missing before this one, or this one is in the wrong place.
    Missing,
    /// The shard ends before its last entry, or after it.
    Truncated,
    /// The ends of the shard were changed, or are not there.
    Ends,
    /// What the entry held was removed, and not by the ledger.
    Removed,
    /// What the visitor was told is not there, or was edited.
    Notice,
    /// The ledger is older than it was at an earlier verification.
    RolledBack,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Edited => "it was edited",
            Self::Missing => "an entry is missing before it",
            Self::Truncated => "the shard does not end there",
            Self::Ends => "the ends of the shard were edited, or are missing",
            Self::Removed => "what it held was removed, and not by the ledger",
            Self::Notice => "what the visitor was told is missing, or was edited",
            Self::RolledBack => "the shard is older than it was",
        })
    }
}

/// The first broken link.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the chain is broken at entry {seq} of shard {shard}: {fault}")]
#[non_exhaustive]
pub struct BrokenLink {
    /// The shard.
    pub shard: u16,
    /// The number of the entry in its shard.
    pub seq: u64,
    /// What is wrong there.
    pub fault: Fault,
}

/// A ledger whose chains verify.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// The entries that are whole.
    pub records: u64,
    /// The entries of which only the link is left, since their time was over.
    pub removed: u64,
    /// The records that are dated before the one ahead of them in their shard: a clock was set back, or two machines
    /// disagree. The end of a term is dated when it was, and noted later: it does not count.
    pub backdated: u64,
    /// The length and last link of every shard, as lines of text: to keep elsewhere, and to verify against later.
    pub state: String,
}

/// Follows the chains of a whole ledger.
pub struct Verifier {
    keys: Keys,
    /// By their numbers.
    shards: Vec<Option<Followed>>,
    /// The notices that are what their hashes say.
    notices: HashSet<Hash>,
    since: HashMap<u16, (u64, Hash)>,
    broken: Option<BrokenLink>,
    records: u64,
    removed: u64,
    backdated: u64,
}

struct Followed {
    ends: Ends,
    seq: u64,
    link: Hash,
    time: i64,
}

impl Verifier {
    /// For a ledger of so many shards.
    pub(crate) fn new(keys: &Keys, shards: u16) -> Self {
        Self {
            keys: keys.clone(),
            shards: (0..shards).map(|_| None).collect(),
            notices: HashSet::new(),
            since: HashMap::new(),
            broken: None,
            records: 0,
            removed: 0,
            backdated: 0,
        }
    }

    /// Also holds the ledger against the [`Verified::state`] of an earlier verification.
    ///
    /// # Errors
    /// [`LedgerError::State`] for the empty text, and for the line `3 17 0a`, whose link is too short.
    pub fn since(mut self, state: &str) -> Result<Self, LedgerError> {
        let read = |line: &str| {
            let mut words = line.split(' ');
            let (shard, next, link) = (words.next()?, words.next()?, words.next()?);
            Some((shard.parse().ok()?, (next.parse().ok()?, super::secret::unhex(link)?)))
        };
        let lines = state.lines().zip(1..).map(|(line, number)| read(line).ok_or(LedgerError::State(number)));
        self.since = lines.collect::<Result<_, _>>()?;
        if self.since.is_empty() { Err(LedgerError::State(1)) } else { Ok(self) }
    }

    /// What was found.
    ///
    /// # Errors
    /// [`BrokenLink`]: the first one.
    pub fn finish(self) -> Result<Verified, BrokenLink> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if let Some((shard, _)) = (0..=u16::MAX).zip(&self.shards).find(|(_, followed)| followed.is_none()) {
            return Err(BrokenLink { shard, seq: 0, fault: Fault::Ends });
        }
        let shards = || (0..=u16::MAX).zip(&self.shards).filter_map(|(shard, f)| Some((shard, f.as_ref()?)));
        for (shard, followed) in shards() {
            let is_whole = followed.seq == followed.ends.next && followed.link == followed.ends.head;
            if !is_whole {
                return Err(BrokenLink { shard, seq: followed.seq, fault: Fault::Truncated });
            }
        }
        // A shard that was there and is not, or whose earlier last link was passed by without being met.
        if let Some((shard, (next, _))) = self.since.iter().min_by_key(|(shard, _)| **shard) {
            return Err(BrokenLink { shard: *shard, seq: *next, fault: Fault::RolledBack });
        }
        let lines = shards().map(|(shard, f)| format!("{shard} {} {}\n", f.ends.next, hex(&f.ends.head)));
        Ok(Verified { records: self.records, removed: self.removed, backdated: self.backdated, state: lines.collect() })
    }

    /// Whether an earlier verification ended here, with the same link.
    fn meet(&mut self, shard: u16, next: u64, link: &Hash) {
        if let Some((known, head)) = self.since.get(&shard) {
            if *known < next || (*known == next && head == link) {
                self.since.remove(&shard);
            } else if *known == next {
                self.broken.get_or_insert(BrokenLink { shard, seq: next, fault: Fault::RolledBack });
            }
        }
    }
}

impl Scan for Verifier {
    fn notice(&mut self, hash: ContentHash, text: &str) {
        if hash.checked(text).is_ok() {
            self.notices.insert(hash.0);
        }
    }

    fn shard(&mut self, shard: u16, ends: &Ends) {
        if ends.checked(&self.keys, shard).is_err() {
            self.broken.get_or_insert(BrokenLink { shard, seq: ends.first, fault: Fault::Ends });
        }
        self.meet(shard, ends.first, &ends.anchor);
        let followed = Followed { ends: *ends, seq: ends.first, link: ends.anchor, time: i64::MIN };
        let place = usize::from(shard);
        if self.shards.len() <= place {
            self.shards.resize_with(place + 1, || None);
        }
        self.shards[place] = Some(followed);
    }

    fn entry(&mut self, entry: &Stored<'_>) -> bool {
        let digest = match entry.body {
            StoredBody::Whole { open, sealed } => digest(open, sealed),
            StoredBody::Removed { digest, .. } => digest,
            StoredBody::Unreadable => Hash::default(),
        };
        let broken = |fault| BrokenLink { shard: entry.shard, seq: entry.seq, fault };
        let Some(followed) = self.shards.get_mut(usize::from(entry.shard)).and_then(Option::as_mut) else {
            self.broken.get_or_insert(broken(Fault::Ends));
            return false;
        };
        let link = self.keys.link(entry.shard, entry.seq, &followed.link, &digest);
        if entry.seq != followed.seq {
            self.broken.get_or_insert(broken(Fault::Missing));
        } else if link != entry.link || matches!(entry.body, StoredBody::Unreadable) {
            self.broken.get_or_insert(broken(Fault::Edited));
        } else if let StoredBody::Removed { digest, mac } = entry.body
            && mac != self.keys.removed(entry.shard, entry.seq, &digest)
        {
            self.broken.get_or_insert(broken(Fault::Removed));
        }
        (followed.seq, followed.link) = (entry.seq + 1, link);
        if let StoredBody::Whole { open, .. } = entry.body {
            self.records += 1;
            let (time, notice) = dated(open).unwrap_or((followed.time, Hash::default()));
            if !self.notices.contains(&notice) {
                self.broken.get_or_insert(broken(Fault::Notice));
            }
            if time >= followed.time {
                followed.time = time;
            } else if !is_end_of_term(open) {
                self.backdated += 1;
                followed.time = time;
            }
        } else {
            self.removed += 1;
        }
        self.meet(entry.shard, entry.seq + 1, &link);
        self.broken.is_none()
    }
}

/// Whether an entry notes the end of a term.
fn is_end_of_term(open: &[u8]) -> bool {
    read(open).is_ok_and(|(_, record, _)| record.method == Method::Expiry)
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Verifier").field("records", &self.records).finish_non_exhaustive()
    }
}
