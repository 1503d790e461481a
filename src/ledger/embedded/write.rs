//! Appending.

use super::super::chain::Ends;
use super::super::entry::{Content, Draft};
use super::super::secret::{Hash, Pseudonym, shard_of};
use super::super::terms::{NEVER, Terms};
use super::super::{LedgerError, secret::Keys};
use super::file::failed;
use super::rows::{
    DUE, ENTRIES, Held, Kind, NOTICES, SHARD_COUNT, SHARDS, SUBJECTS, Subject, due_key, read_ends, subject_key,
    write_ends, write_whole,
};
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
            let ends = match self.shards.get(shard).map_err(failed)? {
                Some(row) => read_ends(row.value()).ok_or_else(|| damaged("the ends of a shard"))?,
                None => Ends::new(self.keys, shard),
            };
            self.changed.insert(shard, ends);
        }
        let ends = self.changed.get_mut(&shard);
        ends.ok_or_else(|| damaged("the ends of a shard"))
    }

    /// Appends a draft, once. What visitors were told is kept beside it.
    pub(super) fn append(&mut self, draft: &Draft) -> Result<(), LedgerError> {
        let hash = draft.notice.hash().0;
        if self.told.insert(hash) && self.notices.get(hash.as_slice()).map_err(failed)?.is_none() {
            self.notices.insert(hash.as_slice(), draft.notice.text()).map_err(failed)?;
        }
        let pseudonym = draft.subject.as_ref().map(|subject| self.keys.pseudonym(subject));
        let key = pseudonym.unwrap_or(*draft.id.bytes());
        if self.is_there(&key, draft.id.bytes())? {
            return Ok(());
        }
        let position = self.next;
        self.next += 1;
        let (content, held) = match pseudonym.zip(draft.subject.as_deref()) {
            Some((pseudonym, subject)) => self.succeed(&pseudonym, subject, draft, position)?,
            None => (Content::of(draft, None), 0),
        };
        let shard = shard_of(&key, SHARD_COUNT);
        let keys = self.keys;
        let (seq, link) = self.ends(shard)?.append(keys, shard, &content.digest);
        let row = write_whole(shard, seq, &link, &content.open, &content.sealed);
        self.entries.insert(position, row.as_slice()).map_err(failed)?;
        let terms = Held {
            position,
            due: self.terms.first(&draft.record, pseudonym.is_some(), held),
            expiry: draft.record.expiry.filter(|_| pseudonym.is_some()).map_or(NEVER, |expiry| expiry.timestamp()),
            id: *draft.id.bytes(),
        };
        self.subjects.insert(subject_key(&key, position).as_slice(), terms.write().as_slice()).map_err(failed)?;
        let owner = pseudonym.as_ref().map_or(&[][..], |pseudonym| pseudonym);
        self.set_due(terms.due, Kind::Removal, position, owner)?;
        self.set_due(terms.expiry, Kind::Expiry, position, owner)
    }

    /// Makes a record the subject's last, and what it follows evidence. Returns what it holds, and until when.
    fn succeed(
        &mut self,
        pseudonym: &Pseudonym,
        name: &str,
        draft: &Draft,
        position: u64,
    ) -> Result<(Content, i64), LedgerError> {
        let mut subject = self.subject(pseudonym)?.unwrap_or_else(|| Subject::new(pseudonym, name));
        let previous = (subject.last != 0).then_some(subject.last_id);
        if subject.last != 0
            && let Some(mut last) = self.held(pseudonym, subject.last)?
        {
            let due = self.terms.ended(last.due, draft.record.time.timestamp(), subject.held);
            self.clear_due(last.expiry, Kind::Expiry, last.position)?;
            last.expiry = NEVER;
            self.move_due(pseudonym, &mut last, due)?;
        }
        (subject.last, subject.last_id) = (position, *draft.id.bytes());
        self.put_subject(pseudonym, &subject)?;
        Ok((Content::of(draft, Some((&subject.key, name, previous))), subject.held))
    }

    /// Gives a record of a subject another time to go.
    pub(super) fn move_due(&mut self, pseudonym: &Pseudonym, terms: &mut Held, due: i64) -> Result<(), LedgerError> {
        self.clear_due(terms.due, Kind::Removal, terms.position)?;
        self.set_due(due, Kind::Removal, terms.position, pseudonym)?;
        terms.due = due;
        let key = subject_key(pseudonym, terms.position);
        self.subjects.insert(key.as_slice(), terms.write().as_slice()).map_err(failed)?;
        Ok(())
    }

    pub(super) fn set_due(&mut self, time: i64, kind: Kind, position: u64, owner: &[u8]) -> Result<(), LedgerError> {
        if let Some(key) = due_key(time, kind, position) {
            self.due.insert(key.as_slice(), owner).map_err(failed)?;
        }
        Ok(())
    }

    pub(super) fn clear_due(&mut self, time: i64, kind: Kind, position: u64) -> Result<(), LedgerError> {
        if let Some(key) = due_key(time, kind, position) {
            self.due.remove(key.as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    pub(super) fn subject(&self, pseudonym: &Pseudonym) -> Result<Option<Subject>, LedgerError> {
        let row = self.subjects.get(subject_key(pseudonym, 0).as_slice()).map_err(failed)?;
        row.map(|row| Subject::read(row.value()).ok_or_else(|| damaged("a subject"))).transpose()
    }

    pub(super) fn put_subject(&mut self, pseudonym: &Pseudonym, subject: &Subject) -> Result<(), LedgerError> {
        let key = subject_key(pseudonym, 0);
        self.subjects.insert(key.as_slice(), subject.write().as_slice()).map_err(failed)?;
        Ok(())
    }

    fn held(&self, pseudonym: &Pseudonym, position: u64) -> Result<Option<Held>, LedgerError> {
        let key = subject_key(pseudonym, position);
        let row = self.subjects.get(key.as_slice()).map_err(failed)?;
        row.map(|row| Held::read(&key, row.value()).ok_or_else(|| damaged("the terms of a record"))).transpose()
    }

    /// The terms of every record of a subject.
    pub(super) fn all_held(&self, pseudonym: &Pseudonym) -> Result<Vec<Held>, LedgerError> {
        let range = subject_key(pseudonym, 1)..=subject_key(pseudonym, u64::MAX);
        let range = range.start().as_slice()..=range.end().as_slice();
        let rows = self.subjects.range::<&[u8]>(range).map_err(failed)?;
        rows.map(|row| {
            let (key, row) = row.map_err(failed)?;
            Held::read(key.value(), row.value()).ok_or_else(|| damaged("the terms of a record"))
        })
        .collect()
    }

    /// Whether a draft was appended before.
    fn is_there(&self, key: &[u8; 16], id: &[u8; 16]) -> Result<bool, LedgerError> {
        let (first, last) = (subject_key(key, 1), subject_key(key, u64::MAX));
        let rows = self.subjects.range::<&[u8]>(first.as_slice()..=last.as_slice()).map_err(failed)?;
        for row in rows.rev().take(LOOK_BACK) {
            let (key, row) = row.map_err(failed)?;
            if Held::read(key.value(), row.value()).is_some_and(|held| held.id == *id) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(super) fn damaged(what: &str) -> LedgerError {
    LedgerError::Damaged(format!("{what} cannot be read"))
}
