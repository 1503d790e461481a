//! What subjects may ask for, and what law and time ask for: erasure, holds, closed accounts, and the sweep.

use super::super::entry::{Draft, Prepared, id_of, read};
use super::super::notice::Notice;
use super::super::scan::{Stored, StoredBody};
use super::super::sealed::{read_answer, read_name, seal_answer, seal_name};
use super::super::secret::{Keys, Pseudonym, digest};
use super::super::terms::{DAY, NEVER, Standing, Task, Terms};
use super::super::{Due, LedgerError, Swept};
use super::file::failed;
use super::rows::{
    CLOSING, DUE, Held, SUBJECTS, Subject, due_by, due_key, read_due, read_entry, subject_key, write_removed,
};
use super::subjects;
use super::write::{Change, damaged};
use crate::Answer;
use redb::{ReadTransaction, ReadableTable, WriteTransaction};

impl Change<'_> {
    /// Erases a subject; how many records it had. The name of a closed account stays, under a new key, unless it `is_deleted`
    /// at the host.
    pub(super) fn erase(
        &mut self,
        transaction: &WriteTransaction,
        pseudonym: &Pseudonym,
        now: i64,
        is_deleted: bool,
    ) -> Result<u64, LedgerError> {
        let mut closing = transaction.open_table(CLOSING).map_err(failed)?;
        let is_closed = closing.get(pseudonym.as_slice()).map_err(failed)?.is_some();
        let Some(subject) = subjects::subject(&self.subjects, self.keys, pseudonym)? else { return Ok(0) };
        let all = subjects::records(&self.subjects, pseudonym, 0)?.collect::<Result<Vec<_>, _>>()?;
        for (place, held) in all.iter().enumerate() {
            self.clear_wake(held)?;
            let followed = all.get(place + 1).map_or(now, |next| next.time.min(now));
            let wake = self.terms.erased(held.due, followed, subject.held);
            self.set_wake(&Held { wake, ..*held }, None)?;
            self.subjects.remove(subject_key(pseudonym, held.position).as_slice()).map_err(failed)?;
        }
        let name = read_name(&subject.key, pseudonym, &subject.name).ok().filter(|_| is_closed && !is_deleted);
        if let Some((name, _)) = name {
            self.put_subject(pseudonym, &Subject::new(self.keys, pseudonym, &name))?;
        } else {
            self.subjects.remove(subject_key(pseudonym, 0).as_slice()).map_err(failed)?;
            closing.remove(pseudonym.as_slice()).map_err(failed)?;
        }
        Ok(all.len() as u64)
    }

    /// Looks a day later at what is to be looked at first, which cannot be read now; whether there is such a thing.
    pub(super) fn defer(&mut self, now: i64) -> Result<bool, LedgerError> {
        let first = self.due.range::<&[u8]>(..=due_by(now).as_slice()).map_err(failed)?.next().transpose();
        let first = first.map_err(failed)?.map(|(key, owner)| (key.value().to_vec(), owner.value().to_vec()));
        let Some((key, owner)) = first else { return Ok(false) };
        self.due.remove(key.as_slice()).map_err(failed)?;
        let Some(waking) = Waking::read(&key, &owner) else { return Ok(true) };
        let wake = now.saturating_add(DAY);
        let held = waking.owner.as_ref().and_then(|owner| waking.terms(&self.subjects, owner).ok());
        match (&waking.owner, held) {
            (Some(owner), Some((held, _))) => self.put_held(owner, Some(owner), &Held { wake, ..held })?,
            _ => {
                let later = due_key(wake, waking.position).ok_or_else(|| damaged("what is due"))?;
                self.due.insert(later.as_slice(), owner.as_slice()).map_err(failed)?;
            }
        }
        Ok(true)
    }

    /// Holds a subject's records; whether it is known.
    pub(super) fn hold(&mut self, pseudonym: &Pseudonym, until: i64, reason: &str) -> Result<bool, LedgerError> {
        let Some(mut subject) = subjects::subject(&self.subjects, self.keys, pseudonym)? else { return Ok(false) };
        if until > subject.held {
            let (name, _) = read_name(&subject.key, pseudonym, &subject.name)?;
            subject.name = seal_name(&subject.key, pseudonym, &name, reason);
            subject.held = until;
            self.put_subject(pseudonym, &subject)?;
        }
        Ok(true)
    }

    /// Closes an account; since when it is closed.
    pub(super) fn close(
        &mut self,
        transaction: &WriteTransaction,
        pseudonym: &Pseudonym,
        name: &str,
        at: i64,
    ) -> Result<i64, LedgerError> {
        if subjects::subject(&self.subjects, self.keys, pseudonym)?.is_none() {
            self.put_subject(pseudonym, &Subject::new(self.keys, pseudonym, name))?;
        }
        let mut closing = transaction.open_table(CLOSING).map_err(failed)?;
        let before = closing.get(pseudonym.as_slice()).map_err(failed)?.map(|row| row.value());
        let at = before.map_or(at, |before| before.min(at));
        closing.insert(pseudonym.as_slice(), at).map_err(failed)?;
        Ok(at)
    }

    /// Writes the answer of an account in the place of another; whether it stands there now.
    pub(super) fn replace_answer(
        &mut self,
        pseudonym: &Pseudonym,
        name: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, LedgerError> {
        let subject = subjects::subject(&self.subjects, self.keys, pseudonym)?;
        let mut subject = subject.unwrap_or_else(|| Subject::new(self.keys, pseudonym, name));
        let standing = read_answer(&subject.key, pseudonym, &subject.answer)?;
        if standing.as_ref() == Some(after) {
            return Ok(true);
        }
        let is_expected = standing.as_ref() == before;
        if is_expected {
            subject.answer = seal_answer(&subject.key, pseudonym, after);
            self.put_subject(pseudonym, &subject)?;
        }
        Ok(is_expected)
    }

    /// One batch of what is due.
    pub(super) fn sweep(
        &mut self,
        transaction: &WriteTransaction,
        now: i64,
        most: usize,
    ) -> Result<Swept, LedgerError> {
        let due = self.due_by(now, most)?;
        let closing = transaction.open_table(CLOSING).map_err(failed)?;
        let mut swept = Swept { is_done: due.len() < most, ..Swept::default() };
        for waking in &due {
            let Some(owner) = &waking.owner else {
                self.due.remove(waking.key.as_slice()).map_err(failed)?;
                self.remove(None, waking.position)?;
                swept.removed += 1;
                continue;
            };
            let (held, task) = waking.task(&self.subjects, self.keys, owner, self.terms, now)?;
            self.due.remove(waking.key.as_slice()).map_err(failed)?;
            if due_key(held.wake, held.position) != Some(waking.key) {
                // Another step of this batch has moved it.
                self.clear_wake(&held)?;
            }
            match task {
                Task::Expire => {
                    swept.expired += self.expire(owner, &held)?;
                    // The record of the ended term may be due itself, and so may what it follows.
                    swept.is_done = false;
                }
                Task::Remove => {
                    swept.is_done &= self.leave_time(owner, &held)? > now;
                    self.remove(Some(owner), waking.position)?;
                    self.forget(&closing, owner)?;
                    swept.removed += 1;
                }
                Task::Wait(wake) => self.put_held(owner, Some(owner), &Held { wake, ..held })?,
            }
        }
        swept.is_done &= self.trim(most)?;
        Ok(swept)
    }

    /// What is to be looked at first by a time.
    fn due_by(&self, now: i64, most: usize) -> Result<Vec<Waking>, LedgerError> {
        let rows = self.due.range::<&[u8]>(..=due_by(now).as_slice()).map_err(failed)?.take(most);
        rows.map(|row| {
            let (key, owner) = row.map_err(failed)?;
            Waking::read(key.value(), owner.value()).ok_or_else(|| damaged("what is due"))
        })
        .collect()
    }

    /// Notes that what a subject gave has lapsed.
    fn expire(&mut self, owner: &Pseudonym, held: &Held) -> Result<u64, LedgerError> {
        self.put_held(owner, Some(owner), &Held { expiry: NEVER, ..*held })?;
        let (record, notice) = {
            let row = self.entries.get(held.position).map_err(failed)?.ok_or_else(|| damaged("an entry"))?;
            match read_entry(row.value()).ok_or_else(|| damaged("an entry"))?.body {
                StoredBody::Whole { open, .. } => read(open).map(|(_, record, notice)| (record, notice))?,
                _ => return Err(damaged("an entry")),
            }
        };
        let Some(expired) = record.expired() else { return Ok(0) };
        let text = {
            let text = self.notices.get(notice.0.as_slice()).map_err(failed)?;
            text.ok_or_else(|| damaged("a notice"))?.value().to_owned()
        };
        let subject = subjects::subject(&self.subjects, self.keys, owner)?.ok_or_else(|| damaged("a subject"))?;
        let (name, _) = read_name(&subject.key, owner, &subject.name)?;
        let draft = Draft::new(Some(&name), expired, &Notice::stored(text.into(), notice)?)?;
        self.append(&Prepared::new(draft, self.keys, self.terms))?;
        Ok(1)
    }

    /// Tells the record before one that goes since when it has been evidence; when that one is looked at next.
    fn leave_time(&mut self, owner: &Pseudonym, held: &Held) -> Result<i64, LedgerError> {
        let before = {
            let (first, last) = (subject_key(owner, 1), subject_key(owner, held.position));
            let mut rows = self.subjects.range::<&[u8]>(first.as_slice()..last.as_slice()).map_err(failed)?;
            let Some(row) = rows.next_back() else { return Ok(NEVER) };
            let (key, row) = row.map_err(failed)?;
            subjects::terms(key.value(), row.value())?
        };
        self.clear_wake(&before)?;
        let due = self.terms.ended(before.due, held.time);
        let wake = before.wake.min(due);
        self.put_held(owner, Some(owner), &Held { due, expiry: NEVER, wake, ..before })?;
        Ok(wake)
    }

    /// Removes a record whose time is over.
    fn remove(&mut self, owner: Option<&Pseudonym>, position: u64) -> Result<(), LedgerError> {
        let (row, id) = {
            let row = self.entries.get(position).map_err(failed)?;
            let row = row.ok_or_else(|| damaged("an entry"))?;
            let stored = read_entry(row.value()).ok_or_else(|| damaged("an entry"))?;
            let StoredBody::Whole { open, sealed } = stored.body else { return Ok(()) };
            let id = id_of(open).ok_or_else(|| damaged("an entry"))?;
            let digest = digest(open, sealed);
            let mac = self.keys.removed(stored.shard, stored.seq, &digest);
            (write_removed(stored.shard, stored.seq, &stored.link, &digest, &mac), id)
        };
        self.entries.insert(position, row.as_slice()).map_err(failed)?;
        let key = subject_key(owner.unwrap_or(id.bytes()), position);
        self.subjects.remove(key.as_slice()).map_err(failed)?;
        Ok(())
    }

    /// Removes a subject of which nothing is left.
    fn forget(
        &mut self,
        closing: &impl ReadableTable<&'static [u8], i64>,
        owner: &Pseudonym,
    ) -> Result<(), LedgerError> {
        if subjects::records(&self.subjects, owner, 0)?.next().is_none()
            && closing.get(owner.as_slice()).map_err(failed)?.is_none()
            && subjects::subject(&self.subjects, self.keys, owner)?.is_none_or(|subject| subject.answer.is_empty())
        {
            self.subjects.remove(subject_key(owner, 0).as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    /// Drops the links of removed entries that nothing stands before, so many at most; whether that was all. One that the
    /// ledger did not remove stays, for all to see.
    fn trim(&mut self, most: usize) -> Result<bool, LedgerError> {
        let mut gone = Vec::new();
        for row in self.entries.iter().map_err(failed)?.take(most) {
            let (position, row) = row.map_err(failed)?;
            let stored = read_entry(row.value()).ok_or_else(|| damaged("an entry"))?;
            let StoredBody::Removed { digest, mac } = stored.body else { break };
            gone.push((position.value(), Stored { body: StoredBody::Removed { digest, mac }, ..stored }));
        }
        let is_all = gone.len() < most;
        let keys = self.keys;
        for (position, entry) in gone {
            let is_left = match self.ends(entry.shard) {
                Ok(ends) => ends.leave(keys, &entry),
                Err(LedgerError::Damaged(_)) => false,
                Err(error) => return Err(error),
            };
            if !is_left {
                return Ok(true);
            }
            self.entries.remove(position).map_err(failed)?;
        }
        Ok(is_all)
    }
}

/// A record that is to be looked at.
struct Waking {
    key: [u8; 16],
    position: u64,
    owner: Option<Pseudonym>,
}

impl Waking {
    fn read(key: &[u8], owner: &[u8]) -> Option<Self> {
        Some(Self { key: key.try_into().ok()?, position: read_due(key)?, owner: owner.try_into().ok() })
    }

    /// The terms of a subject's record, and when the next one was written.
    fn terms(
        &self,
        table: &impl ReadableTable<&'static [u8], &'static [u8]>,
        owner: &Pseudonym,
    ) -> Result<(Held, Option<i64>), LedgerError> {
        let mut records = subjects::records(table, owner, self.position.saturating_sub(1))?;
        let held = records.next().transpose()?.filter(|held| held.position == self.position);
        let held = held.ok_or_else(|| damaged("what is due"))?;
        Ok((held, records.next().transpose()?.map(|next| next.time)))
    }

    /// The terms of a subject's record, and what is to be done about it.
    fn task(
        &self,
        table: &impl ReadableTable<&'static [u8], &'static [u8]>,
        keys: &Keys,
        owner: &Pseudonym,
        terms: &Terms,
        now: i64,
    ) -> Result<(Held, Task), LedgerError> {
        let (held, followed) = self.terms(table, owner)?;
        let subject = subjects::subject(table, keys, owner)?.ok_or_else(|| damaged("a subject"))?;
        let standing = Standing { due: held.due, expiry: held.expiry, followed, held: subject.held };
        Ok((held, terms.task(standing, now)))
    }
}

/// What a sweep would do.
pub(super) fn due(read: &ReadTransaction, now: i64, keys: &Keys, terms: &Terms) -> Result<Due, LedgerError> {
    let mut due = Due::default();
    let (rows, subjects) = (read.open_table(DUE).map_err(failed)?, read.open_table(SUBJECTS).map_err(failed)?);
    for row in rows.range::<&[u8]>(..=due_by(now).as_slice()).map_err(failed)? {
        let (key, owner) = row.map_err(failed)?;
        let waking = Waking::read(key.value(), owner.value()).ok_or_else(|| damaged("what is due"))?;
        let task = match &waking.owner {
            Some(owner) => match waking.task(&subjects, keys, owner, terms, now) {
                // It waits, however often it is looked at.
                Err(LedgerError::Damaged(_)) => continue,
                task => task?.1,
            },
            None => Task::Remove,
        };
        due.expired += u64::from(task == Task::Expire);
        due.removed += u64::from(task == Task::Remove);
    }
    for row in read.open_table(CLOSING).map_err(failed)?.iter().map_err(failed)? {
        let at = row.map_err(failed)?.1.value();
        due.closures += u64::from(at <= now);
        due.overdue += u64::from(now > at.saturating_add(terms.account_closure));
    }
    Ok(due)
}
