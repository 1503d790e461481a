//! Appending, a batch in one transaction and three round trips.

use super::super::LedgerError;
use super::super::chain::Ends;
use super::super::entry::{Named, Prepared};
use super::super::sealed::seal_name;
use super::super::secret::{Hash, Pseudonym, SubjectKey, digest, shard_of};
use super::super::terms::NEVER;
use super::errors::Failure;
use super::schema::SHARD_COUNT;
use super::transaction::Transaction;
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// A subject, as far as it is known.
struct Subject {
    key: SubjectKey,
    name: Vec<u8>,
    held: i64,
    last: Option<Uuid>,
    is_changed: bool,
}

impl Subject {
    fn new(Named { name, pseudonym }: &Named) -> Self {
        let key = SubjectKey::generate();
        Self { name: seal_name(&key, pseudonym, name, ""), key, held: 0, last: None, is_changed: true }
    }
}

/// A row of `records`.
struct Row<'d> {
    draft: &'d Prepared,
    shard: u16,
    seq: u64,
    link: Hash,
    sealed: Vec<u8>,
    due: i64,
    expiry: i64,
}

/// What the records of subjects are followed by: when that happened, and until when they are held.
type Ended = Vec<(Uuid, i64, i64)>;

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

    /// Appends drafts whose shards are locked.
    pub(super) async fn append(&self, drafts: &[&Prepared], ends: &mut BTreeMap<u16, Ends>) -> Result<(), Failure> {
        let (mut subjects, mut known) = self.known(drafts).await?;
        let (mut rows, mut ended): (Vec<Row<'_>>, Ended) = (Vec::with_capacity(drafts.len()), Vec::new());
        let mut places: HashMap<Uuid, usize> = HashMap::new();
        for &draft in drafts {
            if !known.insert(draft.id.0) {
                continue;
            }
            let (mut sealed, mut held) = (Vec::new(), 0);
            if let Some(named) = &draft.subject {
                let subject = subjects.entry(named.pseudonym).or_insert_with(|| Subject::new(named));
                let previous = subject.last.replace(draft.id.0);
                subject.is_changed = true;
                held = subject.held;
                sealed = draft.seal(&subject.key, named, previous.map(Uuid::into_bytes));
                if let Some(previous) = previous {
                    match places.get(&previous).copied() {
                        // Its predecessor came with this batch.
                        Some(place) => {
                            let row: &mut Row<'_> = &mut rows[place];
                            row.due = self.terms().ended(row.due, draft.time, held);
                            row.expiry = NEVER;
                        }
                        None => ended.push((previous, self.terms().ended(NEVER, draft.time, 0), held)),
                    }
                }
            }
            let shard = shard_of(draft.key(), SHARD_COUNT);
            let ends = ends.get_mut(&shard).ok_or_else(|| damaged("the ends of a shard"))?;
            let (seq, link) = ends.append(self.keys(), shard, &digest(&draft.open, &sealed));
            places.insert(draft.id.0, rows.len());
            rows.push(Row { draft, shard, seq, link, sealed, due: draft.due.max(held), expiry: draft.expiry });
        }
        if rows.is_empty() {
            return Ok(());
        }
        subjects.retain(|_, subject| subject.is_changed);
        tokio::try_join!(
            biased;
            self.put_notices(drafts),
            self.insert(&rows),
            self.put_subjects(&subjects),
            self.end_records(&ended),
            self.put_ends(ends),
        )?;
        Ok(())
    }

    /// The subjects of drafts, and which drafts are there already.
    async fn known(&self, drafts: &[&Prepared]) -> Result<(HashMap<Pseudonym, Subject>, HashSet<Uuid>), Failure> {
        let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.id.0).collect();
        let named: HashSet<&Pseudonym> = drafts.iter().flat_map(|draft| &draft.subject).map(|s| &s.pseudonym).collect();
        let named: Vec<&[u8]> = named.into_iter().map(|pseudonym| &pseudonym[..]).collect();
        let there = self.statement("SELECT id FROM {}.records WHERE id = ANY($1)").await?;
        let subjects =
            self.statement("SELECT subject, key, name, held, last FROM {}.subjects WHERE subject = ANY($1)").await?;
        let (ids, named): (&[&(dyn ToSql + Sync)], &[&(dyn ToSql + Sync)]) = (&[&ids], &[&named]);
        let (there, subjects) = tokio::try_join!(biased; self.query(&there, ids), self.query(&subjects, named))?;
        let subjects = subjects.iter().map(|row| {
            let pseudonym = row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("a subject"))?;
            let key = key(row.get(1))?;
            let subject = Subject { key, name: row.get(2), held: row.get(3), last: row.get(4), is_changed: false };
            Ok((pseudonym, subject))
        });
        Ok((subjects.collect::<Result<_, LedgerError>>()?, there.iter().map(|row| row.get(0)).collect()))
    }

    async fn insert(&self, rows: &[Row<'_>]) -> Result<(), Failure> {
        let statement = self.statement(
            "INSERT INTO {}.records (id, shard, seq, link, open, sealed, subject, due, expiry, wake) \
             SELECT n.id, n.shard, n.seq, n.link, n.open, n.sealed, n.subject, n.due, n.expiry, LEAST(n.due, n.expiry) \
             FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[], \
             $8::bigint[], $9::bigint[]) AS n(id, shard, seq, link, open, sealed, subject, due, expiry)",
        );
        let ids: Vec<Uuid> = rows.iter().map(|row| row.draft.id.0).collect();
        let shards: Vec<i64> = rows.iter().map(|row| i64::from(row.shard)).collect();
        let seqs: Vec<i64> = rows.iter().map(|row| number(row.seq)).collect();
        let links: Vec<&[u8]> = rows.iter().map(|row| &row.link[..]).collect();
        let open: Vec<&[u8]> = rows.iter().map(|row| row.draft.open.as_slice()).collect();
        let sealed: Vec<&[u8]> = rows.iter().map(|row| row.sealed.as_slice()).collect();
        let subjects: Vec<Option<&[u8]>> =
            rows.iter().map(|row| row.draft.subject.as_ref().map(|subject| &subject.pseudonym[..])).collect();
        let due: Vec<i64> = rows.iter().map(|row| row.due).collect();
        let expiry: Vec<i64> = rows.iter().map(|row| row.expiry).collect();
        self.execute(&statement.await?, &[&ids, &shards, &seqs, &links, &open, &sealed, &subjects, &due, &expiry])
            .await?;
        Ok(())
    }

    async fn put_subjects(&self, subjects: &HashMap<Pseudonym, Subject>) -> Result<(), Failure> {
        if subjects.is_empty() {
            return Ok(());
        }
        let statement = self.statement(
            "INSERT INTO {}.subjects (subject, key, name, held, last) \
             SELECT n.subject, n.key, n.name, 0, n.last \
             FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::uuid[]) AS n(subject, key, name, last) \
             ON CONFLICT (subject) DO UPDATE SET last = EXCLUDED.last",
        );
        let pseudonyms: Vec<&[u8]> = subjects.keys().map(|pseudonym| &pseudonym[..]).collect();
        let keys: Vec<&[u8]> = subjects.values().map(|subject| &subject.key.0[..]).collect();
        let names: Vec<&[u8]> = subjects.values().map(|subject| subject.name.as_slice()).collect();
        let last: Vec<Option<Uuid>> = subjects.values().map(|subject| subject.last).collect();
        self.execute(&statement.await?, &[&pseudonyms, &keys, &names, &last]).await?;
        Ok(())
    }

    /// Makes records evidence that others have followed.
    async fn end_records(&self, ended: &Ended) -> Result<(), Failure> {
        if ended.is_empty() {
            return Ok(());
        }
        let statement = self.statement(
            "UPDATE {}.records AS r SET due = GREATEST(LEAST(r.due, n.due), n.held), \
             wake = GREATEST(LEAST(r.due, n.due), n.held), expiry = 9223372036854775807 \
             FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS n(id, due, held) WHERE r.id = n.id",
        );
        let ids: Vec<Uuid> = ended.iter().map(|(id, ..)| *id).collect();
        let due: Vec<i64> = ended.iter().map(|(_, due, _)| *due).collect();
        let held: Vec<i64> = ended.iter().map(|(.., held)| *held).collect();
        self.execute(&statement.await?, &[&ids, &due, &held]).await?;
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
