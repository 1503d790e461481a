//! Appending, a batch in one transaction and two round trips.

use super::super::LedgerError;
use super::super::chain::Ends;
use super::super::entry::{Named, Prepared};
use super::super::notice::ContentHash;
use super::super::sealed::seal_name;
use super::super::secret::{Hash, Keys, Pseudonym, SubjectKey, digest, shard_of};
use super::errors::Failure;
use super::schema::SHARD_COUNT;
use super::transaction::Transaction;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tokio_postgres::Statement;
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
    fn new(keys: &Keys, Named { name, pseudonym }: &Named) -> Self {
        let key = SubjectKey::generate(keys, pseudonym);
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

/// What a batch writes.
struct Batch<'d> {
    rows: Vec<Row<'d>>,
    subjects: HashMap<Pseudonym, Subject>,
    /// What visitors were told, as far as this process has not written it before.
    notices: BTreeMap<ContentHash, &'d str>,
}

const LOCK: &str =
    "SELECT shard, first, anchor, next, head, mac FROM {}.shards WHERE shard = ANY($1) ORDER BY shard FOR UPDATE";

/// One by one: a plan that was made while the tables were small would go through all of them for ever.
const KNOWN: &str = "SELECT n.subject, (SELECT s.key FROM {}.subjects AS s WHERE s.subject = n.subject), \
     (SELECT r.id FROM {}.records AS r WHERE r.subject = n.subject ORDER BY r.seq DESC LIMIT 1) \
     FROM unnest($1::bytea[]) AS n(subject)";

const PUT_NOTICES: &str = "INSERT INTO {}.notices (hash, text) SELECT * FROM unnest($1::bytea[], $2::text[]) \
     ON CONFLICT (hash) DO NOTHING";

const PUT_RECORDS: &str = "INSERT INTO {}.records (id, shard, seq, link, open, sealed, subject, time, due, expiry, wake) \
     SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], \
     $7::bytea[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])";

const PUT_SUBJECTS: &str = "INSERT INTO {}.subjects (subject, key, name, held) \
     SELECT n.subject, n.key, n.name, 0 FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS n(subject, key, name)";

const PUT_ENDS: &str = "UPDATE {}.shards AS s SET first = n.first, anchor = n.anchor, next = n.next, head = n.head, mac = n.mac \
     FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bytea[]) \
     AS n(shard, first, anchor, next, head, mac) WHERE s.shard = n.shard";

impl Transaction<'_> {
    /// Locks shards, in their order, and reads their ends. The first thing that every transaction does that writes.
    pub(super) async fn lock(&self, shards: &[u16]) -> Result<BTreeMap<u16, Ends>, Failure> {
        let shards: Vec<i64> = shards.iter().map(|shard| i64::from(*shard)).collect();
        let lock = self.statement(LOCK).await?;
        self.checked(&self.begun(&lock, &[&shards]).await?)
    }

    /// Appends drafts in a transaction of their own, in two round trips, and commits it. Where they may repeat, those that are
    /// there already are passed over; else one of these is a failure: see [`Failure::is_repetition`].
    pub(super) async fn append_all(self, drafts: &[&Prepared], may_repeat: bool) -> Result<(), Failure> {
        let shards: BTreeSet<i64> = drafts.iter().map(|draft| i64::from(shard_of(draft.key(), SHARD_COUNT))).collect();
        let (shards, named): (Vec<i64>, _) = (shards.into_iter().collect(), named(drafts));
        let (lock, known) = (self.statement(LOCK).await?, self.statement(KNOWN).await?);
        let (shards, named): (&[&(dyn ToSql + Sync)], &[&(dyn ToSql + Sync)]) = (&[&shards], &[&named]);
        // In this order: the lock is had when the subjects are read.
        let (ends, known) = tokio::try_join!(biased; self.begun(&lock, shards), self.query(&known, named))?;
        let (mut ends, known) = (self.checked(&ends)?, subjects_of(self.keys(), &known)?);
        let there = if may_repeat { self.there(drafts).await? } else { HashSet::new() };
        let batch = self.linked(drafts, known, there, &mut ends)?;
        self.put(&batch, &ends, true).await?;
        self.released();
        Ok(())
    }

    /// What [`LOCK`] found, which is to be vouched for anew.
    fn checked(&self, rows: &[tokio_postgres::Row]) -> Result<BTreeMap<u16, Ends>, Failure> {
        let ends = ends_of(rows)?.into_iter();
        Ok(ends
            .map(|(shard, ends)| Ok((shard, ends.checked(self.keys(), shard)?)))
            .collect::<Result<_, LedgerError>>()?)
    }

    /// Appends new drafts whose shards are locked.
    pub(super) async fn append(&self, drafts: &[&Prepared], ends: &mut BTreeMap<u16, Ends>) -> Result<(), Failure> {
        if drafts.is_empty() {
            return Ok(());
        }
        let known = self.statement(KNOWN).await?;
        let known = subjects_of(self.keys(), &self.query(&known, &[&named(drafts)]).await?)?;
        let batch = self.linked(drafts, known, HashSet::new(), ends)?;
        self.put(&batch, ends, false).await
    }

    /// Seals drafts and links them into their chains.
    fn linked<'d>(
        &self,
        drafts: &[&'d Prepared],
        mut subjects: HashMap<Pseudonym, Subject>,
        mut there: HashSet<Uuid>,
        ends: &mut BTreeMap<u16, Ends>,
    ) -> Result<Batch<'d>, LedgerError> {
        let mut rows = Vec::with_capacity(drafts.len());
        for &draft in drafts {
            if !there.insert(draft.id.0) {
                continue;
            }
            let mut sealed = Vec::new();
            if let Some(named) = &draft.subject {
                let subject = subjects.entry(named.pseudonym).or_insert_with(|| Subject::new(self.keys(), named));
                sealed = draft.seal(&subject.key, named, subject.last.replace(*draft.id.bytes()));
            }
            let shard = shard_of(draft.key(), SHARD_COUNT);
            let ends = ends.get_mut(&shard).ok_or_else(|| damaged("the ends of a shard"))?;
            let (seq, link) = ends.append(self.keys(), shard, &digest(&draft.open, &sealed));
            rows.push(Row { draft, shard, seq, link, sealed });
        }
        subjects.retain(|_, subject| subject.new_name.is_some());
        let notices = drafts.iter().map(|draft| (draft.notice.hash(), draft.notice.text())).collect();
        Ok(Batch { rows, subjects, notices: self.untold(notices) })
    }

    /// Writes a batch, and commits where nothing else is to be done, in one round trip.
    async fn put(&self, batch: &Batch<'_>, ends: &BTreeMap<u16, Ends>, commits: bool) -> Result<(), Failure> {
        // All of them before the first is sent: nothing may come behind the last.
        let notices = self.statement(PUT_NOTICES).await?;
        let records = self.statement(PUT_RECORDS).await?;
        let subjects = self.statement(PUT_SUBJECTS).await?;
        let shards = self.statement(PUT_ENDS).await?;
        let committed = async { if commits { self.committed().await } else { Ok(()) } };
        tokio::try_join!(
            biased;
            self.put_notices(&notices, &batch.notices),
            self.put_records(&records, &batch.rows),
            self.put_subjects(&subjects, &batch.subjects),
            self.put_shards(&shards, ends),
            committed,
        )?;
        Ok(())
    }

    /// The drafts that are there already.
    async fn there(&self, drafts: &[&Prepared]) -> Result<HashSet<Uuid>, Failure> {
        let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.id.0).collect();
        let statement = self.statement("SELECT id FROM {}.records WHERE id = ANY($1)").await?;
        Ok(self.query(&statement, &[&ids]).await?.iter().map(|row| row.get(0)).collect())
    }

    async fn put_records(&self, statement: &Statement, rows: &[Row<'_>]) -> Result<(), Failure> {
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
        self.execute(statement, &columns).await?;
        Ok(())
    }

    async fn put_subjects(&self, put: &Statement, new: &HashMap<Pseudonym, Subject>) -> Result<(), Failure> {
        if new.is_empty() {
            return Ok(());
        }
        let pseudonyms: Vec<&[u8]> = new.keys().map(|pseudonym| &pseudonym[..]).collect();
        let keys: Vec<&[u8]> = new.values().map(|subject| &subject.key.seed[..]).collect();
        let names: Vec<&[u8]> = new.values().filter_map(|subject| subject.new_name.as_deref()).collect();
        self.execute(put, &[&pseudonyms, &keys, &names]).await?;
        Ok(())
    }

    pub(super) async fn put_ends(&self, ends: &BTreeMap<u16, Ends>) -> Result<(), Failure> {
        self.put_shards(&self.statement(PUT_ENDS).await?, ends).await
    }

    async fn put_shards(&self, statement: &Statement, ends: &BTreeMap<u16, Ends>) -> Result<(), Failure> {
        let ends: Vec<(u16, Ends)> =
            ends.iter().map(|(shard, ends)| (*shard, ends.vouched(self.keys(), *shard))).collect();
        let shards: Vec<i64> = ends.iter().map(|(shard, _)| i64::from(*shard)).collect();
        let first: Vec<i64> = ends.iter().map(|(_, ends)| number(ends.first)).collect();
        let anchors: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.anchor[..]).collect();
        let next: Vec<i64> = ends.iter().map(|(_, ends)| number(ends.next)).collect();
        let heads: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.head[..]).collect();
        let macs: Vec<&[u8]> = ends.iter().map(|(_, ends)| &ends.mac[..]).collect();
        self.execute(statement, &[&shards, &first, &anchors, &next, &heads, &macs]).await?;
        Ok(())
    }

    async fn put_notices(&self, put: &Statement, notices: &BTreeMap<ContentHash, &str>) -> Result<(), Failure> {
        if notices.is_empty() {
            return Ok(());
        }
        let hashes: Vec<&[u8]> = notices.keys().map(|hash| &hash.0[..]).collect();
        let texts: Vec<&str> = notices.values().copied().collect();
        self.execute(put, &[&hashes, &texts]).await?;
        Ok(())
    }
}

/// The pseudonyms of the subjects of drafts, each once.
fn named<'d>(drafts: &[&'d Prepared]) -> Vec<&'d [u8]> {
    let named: HashSet<&Pseudonym> = drafts.iter().flat_map(|draft| &draft.subject).map(|s| &s.pseudonym).collect();
    named.into_iter().map(|pseudonym| &pseudonym[..]).collect()
}

/// What [`KNOWN`] found: the subjects that there are, and the last record of each.
fn subjects_of(keys: &Keys, rows: &[tokio_postgres::Row]) -> Result<HashMap<Pseudonym, Subject>, LedgerError> {
    let there = rows.iter().filter_map(|row| Some((row, row.get::<_, Option<&[u8]>>(1)?)));
    let subjects = there.map(|(row, key)| {
        let pseudonym = row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("a subject"))?;
        let last = row.get::<_, Option<Uuid>>(2).map(Uuid::into_bytes);
        Ok((pseudonym, Subject { key: self::key(keys, &pseudonym, key)?, new_name: None, last }))
    });
    subjects.collect()
}

/// The ends of shards, by their numbers.
pub(super) fn ends_of(rows: &[tokio_postgres::Row]) -> Result<BTreeMap<u16, Ends>, Failure> {
    let ends = rows.iter().map(|row| {
        let shard = u16::try_from(row.get::<_, i64>(0)).map_err(|_| damaged("a shard"))?;
        Ok((shard, ends(row)?))
    });
    ends.collect()
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

/// The key of a subject, from a column with its seed.
pub(super) fn key(keys: &Keys, pseudonym: &Pseudonym, column: &[u8]) -> Result<SubjectKey, LedgerError> {
    let seed = column.try_into().map_err(|_| damaged("a subject"))?;
    Ok(SubjectKey::of(keys, pseudonym, seed))
}

pub(super) fn damaged(what: &str) -> LedgerError {
    LedgerError::Damaged(format!("{what} cannot be read"))
}
