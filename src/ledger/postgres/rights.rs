//! What subjects may ask for, and what law and time ask for: erasure, holds, closed accounts, and the sweep.

use super::super::chain::Ends;
use super::super::entry::{Draft, Prepared, read};
use super::super::notice::{ContentHash, Notice};
use super::super::sealed::{read_answer, read_name, seal_answer, seal_name};
use super::super::secret::{Pseudonym, SubjectKey, digest, shard_of};
use super::super::terms::{DAY, NEVER, Standing, Task};
use super::super::{LedgerError, Swept};
use super::Shared;
use super::errors::Failure;
use super::scan::stored;
use super::schema::SHARD_COUNT;
use super::transaction::Transaction;
use super::write::{count, damaged, key, number};
use crate::Answer;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many links are dropped of each shard at once.
const TRIM: i64 = 256;

/// Records that go.
#[derive(Default)]
struct Removed {
    ids: Vec<Uuid>,
    /// The digest of each, and what says that the ledger removed it.
    digests: Vec<Vec<u8>>,
    owners: Vec<Vec<u8>>,
}

impl Shared {
    /// One batch of what is due, and of links that nothing stands before.
    pub(super) async fn sweep(&self, now: i64, most: usize) -> Result<Swept, Failure> {
        let shards: Vec<i64> = (0..i64::from(SHARD_COUNT)).collect();
        let limit = number(most as u64);
        let text =
            "SELECT id, shard FROM {}.records WHERE shard = ANY($1) AND wake <= $2 ORDER BY shard, wake LIMIT $3";
        let due = self.rows(text, &[&shards, &now, &limit]).await?;
        // Shards that begin with what was removed: the last batch looks for them all.
        let text = "SELECT s.shard FROM {}.shards AS s \
                    WHERE (SELECT r.open IS NULL FROM {}.records AS r WHERE r.shard = s.shard AND r.seq = s.first)";
        let to_trim = if due.len() < most { self.rows(text, &[]).await? } else { Vec::new() };
        let due: Vec<(Uuid, i64)> = due.iter().map(|row| (row.get(0), row.get(1))).collect();
        let to_trim: Vec<i64> = to_trim.iter().map(|row| row.get(0)).collect();
        let mut all = Swept { is_done: due.len() < most, ..Swept::default() };
        match self.swept(&due, &to_trim, now).await {
            Ok(swept) => all.add(swept),
            // One record that cannot be read must not keep all others for ever.
            Err(Failure::Ledger(LedgerError::Damaged(_))) => {
                for one in &due {
                    match self.swept(&[*one], &[], now).await {
                        Ok(swept) => all.add(swept),
                        Err(Failure::Ledger(LedgerError::Damaged(_))) => {
                            let transaction = Transaction::new(self).await?;
                            transaction.defer(one.0, now).await?;
                            transaction.released();
                            all.unreadable += 1;
                        }
                        Err(failure) => return Err(failure),
                    }
                }
            }
            Err(failure) => return Err(failure),
        }
        Ok(all)
    }

    /// Does what is due about some records, by their ids and shards, in one transaction.
    async fn swept(&self, due: &[(Uuid, i64)], to_trim: &[i64], now: i64) -> Result<Swept, Failure> {
        let (ids, shards): (Vec<Uuid>, Vec<i64>) = due.iter().copied().unzip();
        let shards: BTreeSet<i64> = shards.into_iter().chain(to_trim.iter().copied()).collect();
        if shards.is_empty() {
            return Ok(Swept { is_done: true, ..Swept::default() });
        }
        let shards: Vec<u16> = shards.into_iter().filter_map(|shard| u16::try_from(shard).ok()).collect();
        let transaction = Transaction::new(self).await?;
        let swept = transaction.sweep(&ids, &shards, now).await?;
        transaction.commit().await?;
        Ok(swept)
    }
}

impl Transaction<'_> {
    /// Erases a subject; how many records it had. The name of a closed account stays, under a new key, unless it `is_deleted`
    /// at the host.
    pub(super) async fn erase(&self, pseudonym: &Pseudonym, now: i64, is_deleted: bool) -> Result<u64, Failure> {
        self.lock(&[shard_of(pseudonym, SHARD_COUNT)]).await?;
        let statement = self
            .statement(
                "SELECT r.id, r.time, r.due, s.held FROM {}.records AS r JOIN {}.subjects AS s ON s.subject = r.subject \
                 WHERE r.subject = $1 ORDER BY r.seq",
            )
            .await?;
        let rows = self.query(&statement, &[&&pseudonym[..]]).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        let followed = rows.iter().skip(1).map(|next| next.get::<_, i64>(1).min(now)).chain([now]);
        let due = rows.iter().zip(followed).map(|(row, at)| self.terms().erased(row.get(2), at, row.get(3)));
        let due: Vec<i64> = due.collect();
        let statement = self
            .statement(
                "UPDATE {}.records AS r SET subject = NULL, expiry = 9223372036854775807, due = n.due, wake = n.due \
                 FROM unnest($1::uuid[], $2::bigint[]) AS n(id, due) WHERE r.id = n.id",
            )
            .await?;
        let records = self.execute(&statement, &[&ids, &due]).await?;
        match if is_deleted { None } else { self.closed(pseudonym).await? } {
            Some(name) => {
                let key = SubjectKey::generate(self.keys(), pseudonym);
                let name = seal_name(&key, pseudonym, &name, "");
                let text = "UPDATE {}.subjects SET key = $2, name = $3, held = 0, answer = NULL WHERE subject = $1";
                self.execute(&self.statement(text).await?, &[&&pseudonym[..], &&key.seed[..], &name]).await?;
            }
            None => {
                let statement = self.statement("DELETE FROM {}.subjects WHERE subject = $1").await?;
                self.execute(&statement, &[&&pseudonym[..]]).await?;
            }
        }
        Ok(records)
    }

    /// The name of a closed account, where it can be read.
    async fn closed(&self, pseudonym: &Pseudonym) -> Result<Option<String>, Failure> {
        let text = "SELECT key, name FROM {}.subjects WHERE subject = $1 AND closed IS NOT NULL";
        let rows = self.query(&self.statement(text).await?, &[&&pseudonym[..]]).await?;
        Ok(rows.first().and_then(|row| {
            Some(read_name(&key(self.keys(), pseudonym, row.get(0)).ok()?, pseudonym, row.get(1)).ok()?.0)
        }))
    }

    /// Looks at a record a day later, which cannot be read now.
    pub(super) async fn defer(&self, id: Uuid, now: i64) -> Result<(), Failure> {
        let statement = self.statement("UPDATE {}.records SET wake = $2 WHERE id = $1").await?;
        self.execute(&statement, &[&id, &now.saturating_add(DAY)]).await?;
        Ok(())
    }

    /// Holds a subject's records; whether it is known.
    pub(super) async fn hold(&self, pseudonym: &Pseudonym, until: i64, reason: &str) -> Result<bool, Failure> {
        self.lock(&[shard_of(pseudonym, SHARD_COUNT)]).await?;
        let statement = self.statement("SELECT key, name, held FROM {}.subjects WHERE subject = $1").await?;
        let rows = self.query(&statement, &[&&pseudonym[..]]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        if until > row.get::<_, i64>(2) {
            let key = key(self.keys(), pseudonym, row.get(0))?;
            let (name, _) = read_name(&key, pseudonym, row.get(1))?;
            let sealed = seal_name(&key, pseudonym, &name, reason);
            let statement = self.statement("UPDATE {}.subjects SET held = $2, name = $3 WHERE subject = $1").await?;
            self.execute(&statement, &[&&pseudonym[..], &until, &sealed]).await?;
        }
        Ok(true)
    }

    /// Closes an account; since when it is closed.
    pub(super) async fn close(&self, pseudonym: &Pseudonym, subject: &str, at: i64) -> Result<i64, Failure> {
        self.lock(&[shard_of(pseudonym, SHARD_COUNT)]).await?;
        let key = SubjectKey::generate(self.keys(), pseudonym);
        let name = seal_name(&key, pseudonym, subject, "");
        let statement = self
            .statement(
                "INSERT INTO {}.subjects AS s (subject, key, name, held, closed) VALUES ($1, $2, $3, 0, $4) \
                 ON CONFLICT (subject) DO UPDATE SET closed = LEAST(s.closed, EXCLUDED.closed) RETURNING closed",
            )
            .await?;
        let rows = self.query(&statement, &[&&pseudonym[..], &&key.seed[..], &name, &at]).await?;
        rows.first().map(|row| row.get(0)).ok_or_else(|| damaged("a closed account").into())
    }

    /// Writes the answer of an account in the place of another; whether it stands there now.
    pub(super) async fn replace_answer(
        &self,
        pseudonym: &Pseudonym,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, Failure> {
        self.lock(&[shard_of(pseudonym, SHARD_COUNT)]).await?;
        let statement = self.statement("SELECT key, name, answer FROM {}.subjects WHERE subject = $1").await?;
        let rows = self.query(&statement, &[&&pseudonym[..]]).await?;
        let (key, name, standing) = match rows.first() {
            Some(row) => {
                let key = key(self.keys(), pseudonym, row.get(0))?;
                let standing = read_answer(&key, pseudonym, row.get::<_, Option<&[u8]>>(2).unwrap_or_default())?;
                (key, row.get(1), standing)
            }
            None => {
                let key = SubjectKey::generate(self.keys(), pseudonym);
                let name = seal_name(&key, pseudonym, subject, "");
                (key, name, None)
            }
        };
        if standing.as_ref() == Some(after) {
            return Ok(true);
        }
        let is_expected = standing.as_ref() == before;
        if is_expected {
            let sealed = seal_answer(&key, pseudonym, after);
            let statement = self
                .statement(
                    "INSERT INTO {}.subjects (subject, key, name, held, answer) VALUES ($1, $2, $3, 0, $4) \
                     ON CONFLICT (subject) DO UPDATE SET answer = EXCLUDED.answer",
                )
                .await?;
            self.execute(&statement, &[&&pseudonym[..], &&key.seed[..], &name, &sealed]).await?;
        }
        Ok(is_expected)
    }

    /// One batch of what is due among candidates: their shards are locked first, and what another node did meanwhile is not
    /// done again.
    pub(super) async fn sweep(&self, ids: &[Uuid], shards: &[u16], now: i64) -> Result<Swept, Failure> {
        let mut ends = self.lock(shards).await?;
        let statement = self
            .statement(
                "SELECT r.id, r.open, r.sealed, r.subject, r.due, r.expiry, s.held, s.key, s.name, r.shard, r.seq, \
                 (SELECT n.time FROM {}.records AS n WHERE n.subject = r.subject AND n.seq > r.seq ORDER BY n.seq LIMIT 1) \
                 FROM {}.records AS r LEFT JOIN {}.subjects AS s ON s.subject = r.subject \
                 WHERE r.id = ANY($1) AND r.wake <= $2 AND r.open IS NOT NULL",
            )
            .await?;
        let (mut lapsed, mut drafts, mut removed, mut waiting) =
            (Vec::new(), Vec::new(), Removed::default(), Vec::new());
        for row in self.query(&statement, &[&ids, &now]).await? {
            let (id, open, sealed): (Uuid, &[u8], &[u8]) = (row.get(0), row.get(1), row.get(2));
            let owner = row.get::<_, Option<&[u8]>>(3);
            let held = row.get::<_, Option<i64>>(6).unwrap_or(0);
            let standing = Standing { due: row.get(4), expiry: row.get(5), followed: row.get(11), held };
            match (self.terms().task(standing, now), owner) {
                (Task::Expire, Some(owner)) => {
                    lapsed.push(id);
                    let subject = row.get::<_, Option<&[u8]>>(7).zip(row.get::<_, Option<&[u8]>>(8));
                    let (key, name) = subject.ok_or_else(|| damaged("a subject"))?;
                    drafts.extend(self.expired(owner, key, name, open).await?);
                }
                (Task::Remove, owner) => {
                    removed.ids.push(id);
                    let shard = u16::try_from(row.get::<_, i64>(9)).map_err(|_| damaged("a shard"))?;
                    let digest = digest(open, sealed);
                    let mac = self.keys().removed(shard, count(row.get(10)), &digest);
                    removed.digests.push([digest, mac].concat());
                    removed.owners.extend(owner.map(<[u8]>::to_vec));
                }
                (Task::Wait(wake), _) => waiting.push((id, wake)),
                (Task::Expire, None) => return Err(damaged("what is due").into()),
            }
        }
        let statement = self.statement("UPDATE {}.records SET expiry = 9223372036854775807 WHERE id = ANY($1)").await?;
        self.execute(&statement, &[&lapsed]).await?;
        self.wait(&waiting).await?;
        self.append(&drafts.iter().collect::<Vec<_>>(), &mut ends).await?;
        let next = self.leave_times(&removed.ids).await?;
        self.remove(&removed).await?;
        let is_trimmed = self.trim(&mut ends).await?;
        // The record of an ended term may be due itself, and so may what it follows.
        let is_done = lapsed.is_empty() && next > now && is_trimmed;
        Ok(Swept { expired: drafts.len() as u64, removed: removed.ids.len() as u64, is_done, ..Swept::default() })
    }

    /// Sets when records are looked at next.
    async fn wait(&self, waiting: &[(Uuid, i64)]) -> Result<(), Failure> {
        let (ids, wakes): (Vec<Uuid>, Vec<i64>) = waiting.iter().copied().unzip();
        let statement = self
            .statement(
                "UPDATE {}.records AS r SET wake = n.wake FROM unnest($1::uuid[], $2::bigint[]) AS n(id, wake) \
                 WHERE r.id = n.id",
            )
            .await?;
        self.execute(&statement, &[&ids, &wakes]).await?;
        Ok(())
    }

    /// Tells the records before some that go since when they have been evidence; when the first of those may be due.
    async fn leave_times(&self, removed: &[Uuid]) -> Result<i64, Failure> {
        let statement = self
            .statement(
                "SELECT (SELECT p.id FROM {}.records AS p WHERE p.subject = r.subject AND p.seq < r.seq \
                 ORDER BY p.seq DESC LIMIT 1), r.time FROM {}.records AS r WHERE r.id = ANY($1)",
            )
            .await?;
        let (mut ids, mut due) = (Vec::new(), Vec::new());
        for row in self.query(&statement, &[&removed]).await? {
            if let Some(before) = row.get::<_, Option<Uuid>>(0) {
                ids.push(before);
                due.push(self.terms().ended(NEVER, row.get(1)));
            }
        }
        let statement = self
            .statement(
                "UPDATE {}.records AS r SET due = LEAST(r.due, n.due), expiry = 9223372036854775807, \
                 wake = LEAST(r.wake, n.due) FROM unnest($1::uuid[], $2::bigint[]) AS n(id, due) WHERE r.id = n.id",
            )
            .await?;
        self.execute(&statement, &[&ids, &due]).await?;
        Ok(due.into_iter().min().unwrap_or(NEVER))
    }

    /// The record of the end of a term.
    async fn expired(&self, owner: &[u8], key: &[u8], name: &[u8], open: &[u8]) -> Result<Option<Prepared>, Failure> {
        let (_, record, notice) = read(open)?;
        let Some(record) = record.expired() else { return Ok(None) };
        let owner: Pseudonym = owner.try_into().map_err(|_| damaged("a subject"))?;
        let key = self::key(self.keys(), &owner, key)?;
        let (name, _) = read_name(&key, &owner, name)?;
        let text = self.notice(notice).await?.ok_or_else(|| damaged("a notice"))?;
        let draft = Draft::new(Some(&name), record, &Notice::stored(text.into(), notice)?)?;
        Ok(Some(Prepared::new(draft, self.keys(), self.terms())))
    }

    pub(super) async fn notice(&self, hash: ContentHash) -> Result<Option<String>, Failure> {
        let statement = self.statement("SELECT text FROM {}.notices WHERE hash = $1").await?;
        Ok(self.query(&statement, &[&&hash.0[..]]).await?.first().map(|row| row.get(0)))
    }

    /// Removes what records hold, and the subjects of which nothing is left.
    async fn remove(&self, Removed { ids, digests, owners }: &Removed) -> Result<(), Failure> {
        let statement = self
            .statement(
                "UPDATE {}.records AS r SET digest = n.digest, open = NULL, sealed = NULL, subject = NULL, \
                 due = 9223372036854775807, expiry = 9223372036854775807, wake = 9223372036854775807 \
                 FROM unnest($1::uuid[], $2::bytea[]) AS n(id, digest) WHERE r.id = n.id",
            )
            .await?;
        self.execute(&statement, &[&ids, &digests]).await?;
        let statement = self
            .statement(
                "DELETE FROM {}.subjects AS s WHERE s.subject = ANY($1) AND s.closed IS NULL AND s.answer IS NULL \
                 AND NOT EXISTS (SELECT 1 FROM {}.records AS r WHERE r.subject = s.subject)",
            )
            .await?;
        self.execute(&statement, &[&owners]).await?;
        Ok(())
    }

    /// Drops the links of removed entries that nothing stands before, so many of each shard at most; whether that was all.
    /// One that the ledger did not remove stays, for all to see.
    async fn trim(&self, ends: &mut BTreeMap<u16, Ends>) -> Result<bool, Failure> {
        let all: Vec<i64> = ends.keys().map(|shard| i64::from(*shard)).collect();
        let statement = self
            .statement(
                "SELECT n.shard, (SELECT r.seq FROM {}.records AS r WHERE r.shard = n.shard AND r.open IS NOT NULL \
                 ORDER BY r.seq LIMIT 1) FROM unnest($1::bigint[]) AS n(shard)",
            )
            .await?;
        let (mut shards, mut first, mut end) = (Vec::new(), Vec::new(), Vec::new());
        for row in self.query(&statement, &[&all]).await? {
            let shard: i64 = row.get(0);
            let Some(ends) = u16::try_from(shard).ok().and_then(|shard| ends.get(&shard)) else { continue };
            let whole = row.get::<_, Option<i64>>(1).unwrap_or_else(|| number(ends.next));
            if whole > number(ends.first) {
                shards.push(shard);
                first.push(number(ends.first));
                end.push(whole.min(number(ends.first) + TRIM));
            }
        }
        let statement = self
            .statement(
                "SELECT r.shard, r.seq, r.link, r.digest, r.open, r.sealed \
                 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS n(shard, first, past) \
                 JOIN LATERAL (SELECT * FROM {}.records AS e WHERE e.shard = n.shard AND e.seq >= n.first \
                 AND e.seq < n.past ORDER BY e.seq LIMIT $4) AS r ON TRUE ORDER BY r.shard, r.seq",
            )
            .await?;
        let mut left = BTreeMap::new();
        for row in self.query(&statement, &[&shards, &first, &end, &TRIM]).await? {
            let Ok(entry) = stored(&row) else { continue };
            if ends.get_mut(&entry.shard).is_some_and(|ends| ends.leave(self.keys(), &entry)) {
                *left.entry(entry.shard).or_insert(0) += 1;
            }
        }
        let (cut, places): (Vec<i64>, Vec<i64>) =
            left.keys().filter_map(|shard| Some((i64::from(*shard), number(ends.get(shard)?.first)))).unzip();
        let statement = self
            .statement(
                "DELETE FROM {}.records AS r USING unnest($1::bigint[], $2::bigint[]) AS n(shard, first) \
                 WHERE r.shard = n.shard AND r.seq < n.first",
            )
            .await?;
        self.execute(&statement, &[&cut, &places]).await?;
        self.put_ends(ends).await?;
        Ok(left.values().all(|count| *count < TRIM))
    }
}
