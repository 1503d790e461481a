//! Appending.

use super::super::LedgerError;
use super::super::chain::Ends;
use super::super::entry::{Named, Prepared};
use super::super::secret::{Hash, Keys, Pseudonym, digest, shard_of};
use super::super::terms::Terms;
use super::file::failed;
use super::rows::{
    DUE, ENTRIES, Held, NOTICES, SHARD_COUNT, SHARDS, SUBJECTS, Subject, due_key, read_ends, subject_key, write_ends,
    write_whole,
};
use super::subjects;
use redb::{ReadableTable, Table, WriteTransaction};
use std::collections::{HashMap, HashSet};

/// How far back a subject's records are searched for one that was appended already: an append is repeated soon.
const LOOK_BACK: usize = 64;

/// One transaction that changes the ledger.
pub(super) struct Change<'t> {
    pub(super) keys: &'t Keys,
    pub(super) terms: &'t Terms,
    pub(super) notices: Table<'t, &'static [u8], &'static str>,
    /// The notices that are there for certain.
    told: HashSet<Hash>,
    pub(super) entries: Table<'t, u64, &'static [u8]>,
    pub(super) subjects: Table<'t, &'static [u8], &'static [u8]>,
    pub(super) due: Table<'t, &'static [u8], &'static [u8]>,
    shards: Table<'t, u16, &'static [u8]>,
    changed: HashMap<u16, Ends>,
    next: u64,
}

/// What stands under a key of `subjects`.
#[derive(Default)]
struct Found {
    subject: Option<Subject>,
    /// The id of the last record.
    last: Option<[u8; 16]>,
    /// Whether the draft that is looked for was appended before.
    is_there: bool,
}

impl<'t> Change<'t> {
    pub(super) fn begin(
        transaction: &'t WriteTransaction,
        keys: &'t Keys,
        terms: &'t Terms,
    ) -> Result<Self, LedgerError> {
        let entries = transaction.open_table(ENTRIES).map_err(failed)?;
        let next = entries.last().map_err(failed)?.map_or(1, |(position, _)| position.value() + 1);
        Ok(Self {
            keys,
            terms,
            entries,
            subjects: transaction.open_table(SUBJECTS).map_err(failed)?,
            due: transaction.open_table(DUE).map_err(failed)?,
            shards: transaction.open_table(SHARDS).map_err(failed)?,
            notices: transaction.open_table(NOTICES).map_err(failed)?,
            told: HashSet::new(),
            changed: HashMap::new(),
            next,
        })
    }

    /// Writes the ends of the shards that have changed.
    pub(super) fn end(mut self) -> Result<(), LedgerError> {
        for (shard, ends) in self.changed {
            let ends = ends.vouched(self.keys, shard);
            self.shards.insert(shard, write_ends(&ends).as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    /// The ends of a shard, to be changed.
    pub(super) fn ends(&mut self, shard: u16) -> Result<&mut Ends, LedgerError> {
        if !self.changed.contains_key(&shard) {
            let row = self.shards.get(shard).map_err(failed)?;
            let ends = row.and_then(|row| read_ends(row.value())).ok_or_else(|| damaged("the ends of a shard"))?;
            self.changed.insert(shard, ends.checked(self.keys, shard)?);
        }
        let ends = self.changed.get_mut(&shard);
        ends.ok_or_else(|| damaged("the ends of a shard"))
    }

    /// Appends a draft, once. What visitors were told is kept beside it.
    pub(super) fn append(&mut self, draft: &Prepared) -> Result<(), LedgerError> {
        let hash = draft.notice.hash().0;
        if self.told.insert(hash) && self.notices.get(hash.as_slice()).map_err(failed)?.is_none() {
            self.notices.insert(hash.as_slice(), draft.notice.text()).map_err(failed)?;
        }
        let key = draft.key();
        let found = self.find(key, draft.id.bytes())?;
        if found.is_there {
            return Ok(());
        }
        let position = self.next;
        self.next += 1;
        let mut sealed = Vec::new();
        if let Some(named) = &draft.subject {
            let subject = match found.subject {
                Some(subject) => subject,
                None => self.new_subject(named)?,
            };
            sealed = draft.seal(&subject.key, named, found.last);
        }
        let (keys, shard) = (self.keys, shard_of(key, SHARD_COUNT));
        let (seq, link) = self.ends(shard)?.append(keys, shard, &digest(&draft.open, &sealed));
        let row = write_whole(shard, seq, &link, &draft.open, &sealed);
        self.entries.insert(position, row.as_slice()).map_err(failed)?;
        let owner = draft.subject.as_ref().map(|named| &named.pseudonym);
        let Prepared { time, due, expiry, wake, .. } = *draft;
        self.put_held(key, owner, &Held { position, time, due, expiry, wake, id: *draft.id.bytes() })
    }

    /// What is there under a key, and whether a draft was appended before.
    fn find(&self, key: &[u8; 16], id: &[u8; 16]) -> Result<Found, LedgerError> {
        let own = subject_key(key, 0);
        let (mut found, mut seen) = (Found::default(), 0);
        for row in subjects::rows(&self.subjects, key, 0)?.rev().take(LOOK_BACK) {
            let (place, row) = row.map_err(failed)?;
            if place.value() == own {
                found.subject = Some(Subject::read(self.keys, key, row.value()).ok_or_else(|| damaged("a subject"))?);
                return Ok(found);
            }
            let held = subjects::terms(place.value(), row.value())?;
            found.is_there |= held.id == *id;
            found.last.get_or_insert(held.id);
            seen += 1;
        }
        // The subject's own row is the first of its rows.
        if seen == LOOK_BACK {
            found.subject = subjects::subject(&self.subjects, self.keys, key)?;
        }
        Ok(found)
    }

    fn new_subject(&mut self, Named { name, pseudonym }: &Named) -> Result<Subject, LedgerError> {
        let subject = Subject::new(self.keys, pseudonym, name);
        self.put_subject(pseudonym, &subject)?;
        Ok(subject)
    }

    /// Writes the terms of a record, and when it is looked at next.
    pub(super) fn put_held(
        &mut self,
        key: &[u8; 16],
        owner: Option<&Pseudonym>,
        held: &Held,
    ) -> Result<(), LedgerError> {
        self.set_wake(held, owner)?;
        let key = subject_key(key, held.position);
        self.subjects.insert(key.as_slice(), held.write().as_slice()).map_err(failed)?;
        Ok(())
    }

    pub(super) fn set_wake(&mut self, held: &Held, owner: Option<&Pseudonym>) -> Result<(), LedgerError> {
        if let Some(key) = due_key(held.wake, held.position) {
            let owner = owner.map_or(&[][..], |pseudonym| pseudonym);
            self.due.insert(key.as_slice(), owner).map_err(failed)?;
        }
        Ok(())
    }

    pub(super) fn clear_wake(&mut self, held: &Held) -> Result<(), LedgerError> {
        if let Some(key) = due_key(held.wake, held.position) {
            self.due.remove(key.as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    pub(super) fn put_subject(&mut self, pseudonym: &Pseudonym, subject: &Subject) -> Result<(), LedgerError> {
        let key = subject_key(pseudonym, 0);
        self.subjects.insert(key.as_slice(), subject.write().as_slice()).map_err(failed)?;
        Ok(())
    }
}

pub(super) fn damaged(what: &str) -> LedgerError {
    LedgerError::Damaged(format!("{what} cannot be read"))
}
