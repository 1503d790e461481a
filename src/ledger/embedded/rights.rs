//! What subjects may ask for, and what law and time ask for: erasure, holds, closed accounts, and the sweep.

use super::super::chain::Ends;
use super::super::entry::{Draft, read};
use super::super::notice::Notice;
use super::super::scan::StoredBody;
use super::super::secret::{Pseudonym, digest};
use super::super::{Due, LedgerError, RecordId, Swept};
use super::file::failed;
use super::rows::{CLOSING, Held, Kind, Subject, due_by, read_due, read_entry, seal_name, subject_key, write_removed};
use super::write::{Change, damaged};
use redb::{ReadTransaction, ReadableTable, WriteTransaction};
use uuid::Uuid;

impl Change<'_> {
    /// Erases a subject; how many records it had.
    pub(super) fn erase(
        &mut self,
        transaction: &WriteTransaction,
        pseudonym: &Pseudonym,
        now: i64,
    ) -> Result<u64, LedgerError> {
        transaction.open_table(CLOSING).map_err(failed)?.remove(pseudonym.as_slice()).map_err(failed)?;
        let Some(subject) = self.subject(pseudonym)? else { return Ok(0) };
        let all = self.all_held(pseudonym)?;
        for held in &all {
            self.clear_due(held.expiry, Kind::Expiry, held.position)?;
            self.clear_due(held.due, Kind::Removal, held.position)?;
            let due = self.terms.ended(held.due, now, subject.held);
            self.set_due(due, Kind::Removal, held.position, &[])?;
            self.subjects.remove(subject_key(pseudonym, held.position).as_slice()).map_err(failed)?;
        }
        self.subjects.remove(subject_key(pseudonym, 0).as_slice()).map_err(failed)?;
        Ok(all.len() as u64)
    }

    /// Holds a subject's records; whether it is known.
    pub(super) fn hold(&mut self, pseudonym: &Pseudonym, until: i64, reason: &str) -> Result<bool, LedgerError> {
        let Some(mut subject) = self.subject(pseudonym)? else { return Ok(false) };
        if until > subject.held {
            let (name, _) = subject.name(pseudonym).ok_or_else(|| damaged("the name of a subject"))?;
            subject.name = seal_name(&subject.key, pseudonym, &name, reason);
            subject.held = until;
            self.put_subject(pseudonym, &subject)?;
            for mut held in self.all_held(pseudonym)? {
                let due = held.due.max(until);
                self.move_due(pseudonym, &mut held, due)?;
            }
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
        if self.subject(pseudonym)?.is_none() {
            self.put_subject(pseudonym, &Subject::new(pseudonym, name))?;
        }
        let mut closing = transaction.open_table(CLOSING).map_err(failed)?;
        let before = closing.get(pseudonym.as_slice()).map_err(failed)?.map(|row| row.value());
        let at = before.map_or(at, |before| before.min(at));
        closing.insert(pseudonym.as_slice(), at).map_err(failed)?;
        Ok(at)
    }

    /// One batch of what is due.
    pub(super) fn sweep(
        &mut self,
        transaction: &WriteTransaction,
        now: i64,
        most: usize,
    ) -> Result<Swept, LedgerError> {
        let end = due_by(now);
        let rows = self.due.range::<&[u8]>(..=end.as_slice()).map_err(failed)?.take(most);
        let rows: Vec<([u8; 17], Vec<u8>)> = rows
            .map(|row| {
                let (key, owner) = row.map_err(failed)?;
                let key = key.value().try_into().map_err(|_| damaged("what is due"))?;
                Ok((key, owner.value().to_vec()))
            })
            .collect::<Result<_, LedgerError>>()?;
        let is_last = rows.len() < most;
        let mut swept = Swept::default();
        for (key, owner) in rows {
            self.due.remove(key.as_slice()).map_err(failed)?;
            let (kind, position) = read_due(&key).ok_or_else(|| damaged("what is due"))?;
            let owner: Option<Pseudonym> = owner.as_slice().try_into().ok();
            match (kind, owner) {
                (Kind::Expiry, Some(owner)) => swept.expired += self.expire(&owner, position)?,
                (Kind::Expiry, None) => {}
                (Kind::Removal, owner) => {
                    self.remove(transaction, owner, position)?;
                    swept.removed += 1;
                }
            }
        }
        self.trim(most)?;
        // The record of an ended term may be due itself.
        swept.is_done = is_last && swept.expired == 0;
        Ok(swept)
    }

    /// Notes that what a subject gave has lapsed, unless it has said something since.
    fn expire(&mut self, owner: &Pseudonym, position: u64) -> Result<u64, LedgerError> {
        let Some(subject) = self.subject(owner)?.filter(|subject| subject.last == position) else { return Ok(0) };
        let (_, record, notice) = {
            let row = self.entries.get(position).map_err(failed)?;
            let row = row.ok_or_else(|| damaged("an entry"))?;
            match read_entry(row.value()).ok_or_else(|| damaged("an entry"))?.body {
                StoredBody::Whole { open, .. } => read(open)?,
                StoredBody::Removed(_) => return Ok(0),
            }
        };
        let Some(expired) = record.expired() else { return Ok(0) };
        let text = {
            let text = self.notices.get(notice.0.as_slice()).map_err(failed)?;
            text.ok_or_else(|| damaged("a notice"))?.value().to_owned()
        };
        let (name, _) = subject.name(owner).ok_or_else(|| damaged("the name of a subject"))?;
        let draft = Draft {
            id: RecordId(Uuid::new_v4()),
            subject: Some(name.into()),
            record: expired,
            notice: Notice::stored(text.into(), notice),
        };
        self.append(&draft)?;
        Ok(1)
    }

    /// Removes a record whose time is over, and its subject if that was all there was.
    fn remove(
        &mut self,
        transaction: &WriteTransaction,
        owner: Option<Pseudonym>,
        position: u64,
    ) -> Result<(), LedgerError> {
        let (row, id) = {
            let row = self.entries.get(position).map_err(failed)?;
            let row = row.ok_or_else(|| damaged("an entry"))?;
            let stored = read_entry(row.value()).ok_or_else(|| damaged("an entry"))?;
            let StoredBody::Whole { open, sealed } = stored.body else { return Ok(()) };
            let removed = write_removed(stored.shard, stored.seq, &stored.link, &digest(open, sealed));
            (removed, *read(open)?.0.bytes())
        };
        self.entries.insert(position, row.as_slice()).map_err(failed)?;
        let key = subject_key(&owner.unwrap_or(id), position);
        self.subjects.remove(key.as_slice()).map_err(failed)?;
        if let Some(owner) = owner
            && self.all_held(&owner)?.is_empty()
            && transaction.open_table(CLOSING).map_err(failed)?.get(owner.as_slice()).map_err(failed)?.is_none()
        {
            self.subjects.remove(subject_key(&owner, 0).as_slice()).map_err(failed)?;
        }
        Ok(())
    }

    /// Drops the links of removed entries that nothing stands before.
    fn trim(&mut self, most: usize) -> Result<(), LedgerError> {
        for _ in 0..most {
            let (position, shard, seq, link) = {
                let Some((position, row)) = self.entries.first().map_err(failed)? else { return Ok(()) };
                let stored = read_entry(row.value()).ok_or_else(|| damaged("an entry"))?;
                if matches!(stored.body, StoredBody::Whole { .. }) {
                    return Ok(());
                }
                (position.value(), stored.shard, stored.seq, stored.link)
            };
            self.entries.remove(position).map_err(failed)?;
            let ends: &mut Ends = self.ends(shard)?;
            (ends.first, ends.anchor) = (seq + 1, link);
        }
        Ok(())
    }
}

/// What a sweep would do.
pub(super) fn due(read: &ReadTransaction, now: i64, account_closure: i64) -> Result<Due, LedgerError> {
    let mut due = Due::default();
    let end = due_by(now);
    let rows = read.open_table(super::rows::DUE).map_err(failed)?;
    for row in rows.range::<&[u8]>(..=end.as_slice()).map_err(failed)? {
        match read_due(row.map_err(failed)?.0.value()) {
            Some((Kind::Expiry, _)) => due.expired += 1,
            Some((Kind::Removal, _)) => due.removed += 1,
            None => return Err(damaged("what is due")),
        }
    }
    for row in read.open_table(CLOSING).map_err(failed)?.iter().map_err(failed)? {
        let at = row.map_err(failed)?.1.value();
        due.closures += u64::from(at <= now);
        due.overdue += u64::from(now > at.saturating_add(account_closure));
    }
    Ok(due)
}

/// What a subject's record is, by its terms.
pub(super) fn terms_of(key: &[u8], row: &[u8]) -> Result<Held, LedgerError> {
    Held::read(key, row).ok_or_else(|| damaged("the terms of a record"))
}
