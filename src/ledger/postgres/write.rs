//! Appending, a batch in one transaction and three round trips.

use super::super::LedgerError;
use super::super::chain::Ends;
use super::super::entry::{Named, Prepared};
use super::super::sealed::seal_name;
use super::super::secret::{Hash, Pseudonym, SubjectKey, digest, shard_of};
use super::errors::Failure;
use super::schema::SHARD_COUNT;
use super::transaction::Transaction;
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// A subject, as far as it is known.
struct Subject {
    key: SubjectKey,
    /// The sealed name of one that is new.
    new_name: Option<Vec<u8>>,
    last: Option<[u8; 16]>,
}

impl Subject {
    fn new(Named { name, pseudonym }: &Named) -> Self {
        let key = SubjectKey::generate();
        Self { new_name: Some(seal_name(&key, pseudonym, name, "")), key, last: None }
    }
}

/// A row of `records`.
struct Row<'d> {
    draft: &'d Prepared,
    shard: u16,
    seq: u64,
    link: Hash,
    sealed: Vec<u8>,
}

impl Transaction<'_> {
    /// Locks shards, in their order, and reads their ends. The first thing that every transaction does that writes.
    pub(super) async fn lock(&self, shards: &[u16]) -> Result<BTreeMap<u16, Ends>, Failure> {
        let shards: Vec<i64> = shards.iter().map(|shard| i64::from(*shard)).collect();
        let statement = self.statement(
            "SELECT shard, first, anchor, next, head, mac FROM {}.shards WHERE shard = ANY($1) ORDER BY shard FOR UPDATE",
        );
        let rows = self.begun(&statement.await?, &[&shards]).await?;
        rows.iter()
            .map(|row| {
                let shard = u16::try_from(row.get::<_, i64>(0)).map_err(|_| damaged("a shard"))?;
                Ok((shard, ends(row)?))
            })
            .collect()
    }

    /// Appends drafts whose shards are locked. Where they may repeat, those that are there already are passed over; else one of
    /// these is a failure: see [`Failure::is_repetition`].
    pub(super) async fn append(
        &self,
        drafts: &[&Prepared],
        may_repeat: bool,
        ends: &mut BTreeMap<u16, Ends>,
    ) -> Result<(), Failure> {
        let mut known = if may_repeat { self.there(drafts).await? } else { HashSet::new() };
        let mut subjects = self.known(drafts).await?;
        let mut rows: Vec<Row<'_>> = Vec::with_capacity(drafts.len());
        for &draft in drafts {
            if !known.insert(draft.id.0) {
                continue;
            }
            let mut sealed = Vec::new();
            if let Some(named) = &draft.subject {
                let subject = subjects.entry(named.pseudonym).or_insert_with(|| Subject::new(named));
                sealed = draft.seal(&subject.key, named, subject.last.replace(*draft.id.bytes()));
            }
            let shard = shard_of(draft.key(), SHARD_COUNT);
            let ends = ends.get_mut(&shard).ok_or_else(|| damaged("the ends of a shard"))?;
            let (seq, link) = ends.append(self.keys(), shard, &digest(&draft.open, &sealed));
            rows.push(Row { draft, shard, seq, link, sealed });
        }
        if rows.is_empty() {
            return Ok(());
        }
        tokio::try_join!(
            biased;
            self.put_notices(drafts),
            self.insert(&rows),
            self.put_subjects(&subjects),
            self.put_ends(ends),
        )?;
        Ok(())
    }

    /// The drafts that are there already.
    async fn there(&self, drafts: &[&Prepared]) -> Result<HashSet<Uuid>, Failure> {
        let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.id.0).collect();
        let statement = self.statement("SELECT id FROM {}.records WHERE id = ANY($1)").await?;
        Ok(self.query(&statement, &[&ids]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// The subjects of drafts, and the last record of each. One by one: a plan that was made while the tables were small would
    /// go through all of them for ever.
    async fn known(&self, drafts: &[&Prepared]) -> Result<HashMap<Pseudonym, Subject>, Failure> {
        let named: HashSet<&Pseudonym> = drafts.iter().flat_map(|draft| &draft.subject).map(|s| &s.pseudonym).collect();
        let named: Vec<&[u8]> = named.into_iter().map(|pseudonym| &pseudonym[..]).collect();
        let statement = self
            .statement(
                "SELECT n.subject, (SELECT s.key FROM {}.subjects AS s WHERE s.subject = n.subject), \
                 (SELECT r.id FROM {}.records AS r WHERE r.subject = n.subject ORDER BY r.seq DESC LIMIT 1) \
                 FROM unnest($1::bytea[]) AS n(subject)",
            )
            .await?;
        let subjects = self.query(&statement, &[&named]).await?;
        let subjects =
            subjects.iter().filter_map(|row| Some((row, row.get::<_, Option<&[u8]>>(1)?))).map(|(row, key)| {
                let pseudonym = row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("a subject"))?;
                let last = row.get::<_, Option<Uuid>>(2).map(Uuid::into_bytes);
                Ok((pseudonym, Subject { key: self::key(key)?, new_name: None, last }))
            });
        Ok(subjects.collect::<Result<_, LedgerError>>()?)
    }

    async fn insert(&self, rows: &[Row<'_>]) -> Result<(), Failure> {
        let statement = self.statement(
            "INSERT INTO {}.records (id, shard, seq, link, open, sealed, subject, time, due, expiry, wake) \
             SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], \
             $7::bytea[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])",
        );
        let ids: Vec<Uuid> = rows.iter().map(|row| row.draft.id.0).collect();
        let shards: Vec<i64> = rows.iter().map(|row| i64::from(row.shard)).collect();
        let seqs: Vec<i64> = rows.iter().map(|row| number(row.seq)).collect();
        let links: Vec<&[u8]> = rows.iter().map(|row| &row.link[..]).collect();
        let open: Vec<&[u8]> = rows.iter().map(|row| row.draft.open.as_slice()).collect();
        let sealed: Vec<&[u8]> = rows.iter().map(|row| row.sealed.as_slice()).collect();
        let subjects: Vec<Option<&[u8]>> =
            rows.iter().map(|row| row.draft.subject.as_ref().map(|subject| &subject.pseudonym[..])).collect();
        let time: Vec<i64> = rows.iter().map(|row| row.draft.time).collect();
        let due: Vec<i64> = rows.iter().map(|row| row.draft.due).collect();
        let expiry: Vec<i64> = rows.iter().map(|row| row.draft.expiry).collect();
        let wake: Vec<i64> = rows.iter().map(|row| row.draft.wake).collect();
        let columns: [&(dyn ToSql + Sync); 11] =
            [&ids, &shards, &seqs, &links, &open, &sealed, &subjects, &time, &due, &expiry, &wake];
        self.execute(&statement.await?, &columns).await?;
        Ok(())
    }

    async fn put_subjects(&self, subjects: &HashMap<Pseudonym, Subject>) -> Result<(), Failure> {
        let new: Vec<_> = subjects.iter().filter(|(_, subject)| subject.new_name.is_some()).collect();
        if new.is_empty() {
            return Ok(());
        }
        let pseudonyms: Vec<&[u8]> = new.iter().map(|(pseudonym, _)| &pseudonym[..]).collect();
        let keys: Vec<&[u8]> = new.iter().map(|(_, subject)| &subject.key.0[..]).collect();
        let names: Vec<&[u8]> = new.iter().filter_map(|(_, subject)| subject.new_name.as_deref()).collect();
        let statement = self.statement(
            "INSERT INTO {}.subjects (subject, key, name, held) \
             SELECT n.subject, n.key, n.name, 0 FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS n(subject, key, name)",
        );
        self.execute(&statement.await?, &[&pseudonyms, &keys, &names]).await?;
        Ok(())
    }

    pub(super) async fn put_ends(&self, ends: &BTreeMap<u16, Ends>) -> Result<(), Failure> {
        let statement = self.statement(
            "UPDATE {}.shards AS s SET first = n.first, anchor = n.anchor, next = n.next, head = n.head, mac = n.mac \
             FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bytea[]) \
             AS n(shard, first, anchor, next, head, mac) WHERE s.shard = n.shard",
        );
        let ends: Vec<(u16, Ends)> =
            ends.iter().map(|(shard, ends)| (*shard, ends.vouched(self.keys(), *shard))).collect();
        let shards: Vec<i64> = ends.iter().map(|(shard, _)| i64::from(*shard)).collect();
        let first: Vec<i64> = ends.iter().map(|(_, ends)| number(ends.first)).collect();
        let anchors: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.anchor[..]).collect();
        let next: Vec<i64> = ends.iter().map(|(_, ends)| number(ends.next)).collect();
        let heads: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.head[..]).collect();
        let macs: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.mac[..]).collect();
        self.execute(&statement.await?, &[&shards, &first, &anchors, &next, &heads, &macs]).await?;
        Ok(())
    }

    async fn put_notices(&self, drafts: &[&Prepared]) -> Result<(), Failure> {
        let notices: BTreeMap<_, _> = drafts.iter().map(|draft| (draft.notice.hash(), &draft.notice)).collect();
        let hashes: Vec<&[u8]> = notices.keys().map(|hash| &hash.0[..]).collect();
        let texts: Vec<&str> = notices.values().map(|notice| notice.text()).collect();
        let statement = self.statement(
            "INSERT INTO {}.notices (hash, text) SELECT n.hash, n.text FROM unnest($1::bytea[], $2::text[]) AS n(hash, text) \
             ON CONFLICT (hash) DO NOTHING",
        );
        self.execute(&statement.await?, &[&hashes, &texts]).await?;
        Ok(())
    }
}

/// The ends of a shard, from the six columns of a row.
pub(super) fn ends(row: &tokio_postgres::Row) -> Result<Ends, LedgerError> {
    let hash = |column: usize| row.get::<_, &[u8]>(column).try_into().map_err(|_| damaged("the ends of a shard"));
    Ok(Ends { first: count(row.get(1)), anchor: hash(2)?, next: count(row.get(3)), head: hash(4)?, mac: hash(5)? })
}

/// A number of an entry, for a column.
pub(super) fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// A number of an entry, from a column.
pub(super) fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// The key of a subject, from a column.
pub(super) fn key(column: &[u8]) -> Result<SubjectKey, LedgerError> {
    column.try_into().map(SubjectKey).map_err(|_| damaged("a subject"))
}

pub(super) fn damaged(what: &str) -> LedgerError {
    LedgerError::Damaged(format!("{what} cannot be read"))
}
