//! Records on their way into a ledger, in it, and out of it.
//!
//! An entry has an **open** part, which stays readable for as long as it is kept, and names nobody:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of what is stored |
//! | 16 | the id of the record |
//! | 32 | the hash of the notice |
//! | 8 | when, in seconds since 1970, big-endian |
//! | the rest | the [`Record`](crate::record::Record), [packed](super::packed) |
//!
//! And it has a **sealed** part under the subject's own key: the host's identifier, and the id of the subject's record before
//! this one. After an erasure nobody can tell whose an entry is, nor which entries belong together.

use super::LedgerError;
use super::notice::{ContentHash, Notice};
use super::packed::{pack, unpack};
use super::secret::{Hash, Keys, Pseudonym, SubjectKey};
use super::terms::{NEVER, Terms};
use crate::record::Record;
use std::fmt;
use uuid::Uuid;

/// The version of what is stored. It is part of every entry.
pub(crate) const SCHEMA_VERSION: u32 = VERSION as u32;

const VERSION: u8 = 1;

const SUBJECT_MAX: usize = 256;

/// The id of a record: a random UUID (version 4, RFC 9562).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RecordId(pub(crate) Uuid);

impl RecordId {
    pub(crate) const fn bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A record that is to be appended, with the id that it will have: appended twice, it is stored once.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::record::{Circumstances, Method};
/// # use consent_gate::ledger::{Draft, Notice};
/// # let gate = testing::gate();
/// # let visitor = testing::undecided(&gate);
/// # let pending = visitor.prepare(&Change::answer(Category::ANALYTICS))?;
/// let record = pending.record(&Circumstances::new(Method::Banner, "en")).unwrap();
/// let draft = Draft::new(Some("user-17"), record, &Notice::of(gate.policy(), "en"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) id: RecordId,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) record: Record,
    pub(crate) notice: Notice,
}

impl Draft {
    /// A record of a subject, by the host's own identifier, or of nobody: a visitor without an account who refuses should
    /// not get an identifier for it.
    ///
    /// # Errors
    /// [`LedgerError::Subject`] for the empty subject, and for one above 256 bytes.
    pub fn new(subject: Option<&str>, record: Record, notice: &Notice) -> Result<Self, LedgerError> {
        let subject = subject.map(checked).transpose()?.map(Box::from);
        Ok(Self { id: RecordId(Uuid::new_v4()), subject, record, notice: notice.clone() })
    }

    /// The id that the record will have.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        self.id
    }
}

/// A subject's identifier, if it is one.
pub(crate) fn checked(subject: &str) -> Result<&str, LedgerError> {
    if (1..=SUBJECT_MAX).contains(&subject.len()) { Ok(subject) } else { Err(LedgerError::Subject(subject.len())) }
}

/// A record in the ledger, as its subject's history shows it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its id.
    pub id: RecordId,
    /// What happened.
    pub record: Record,
    /// The hash of what the visitor was told.
    pub notice: ContentHash,
    /// The subject's record before this one.
    pub previous: Option<RecordId>,
    /// Its place: it rises from one record of a subject to the next, and has gaps.
    pub place: u64,
}

/// A draft as a store takes it: what can be done without the store is done, on the caller's thread.
pub(crate) struct Prepared {
    pub(crate) id: RecordId,
    pub(crate) notice: Notice,
    pub(crate) subject: Option<Named>,
    pub(crate) open: Vec<u8>,
    pub(crate) time: i64,
    /// When the record goes, if nothing follows and nothing holds it.
    pub(crate) due: i64,
    /// When what it gives a subject lapses.
    pub(crate) expiry: i64,
    /// When it is looked at first.
    pub(crate) wake: i64,
}

/// A subject, by its name and by what the store calls it.
pub(crate) struct Named {
    pub(crate) name: Box<str>,
    pub(crate) pseudonym: Pseudonym,
}

impl Prepared {
    pub(crate) fn new(draft: Draft, keys: &Keys, terms: &Terms) -> Self {
        let Draft { id, subject, record, notice } = draft;
        let subject = subject.map(|name| Named { pseudonym: keys.pseudonym(&name), name });
        let (time, due) = (record.time.timestamp(), terms.first(&record, subject.is_some()));
        // Nothing follows a record of nobody, and nobody's consent lapses.
        let (expiry, wake) = match &subject {
            Some(_) => {
                let expiry = record.expiry.map_or(NEVER, |expiry| expiry.timestamp());
                (expiry, terms.next_look(time, due, expiry))
            }
            None => (NEVER, due),
        };
        Self { open: write(id, &record, notice.hash()), id, notice, subject, time, due, expiry, wake }
    }

    /// What its place depends on: the subject, or the record's own id.
    pub(crate) fn key(&self) -> &[u8; 16] {
        self.subject.as_ref().map_or(self.id.bytes(), |subject| &subject.pseudonym)
    }

    /// The sealed part: whose the record is, and the record before.
    pub(crate) fn seal(&self, key: &SubjectKey, subject: &Named, previous: Option<[u8; 16]>) -> Vec<u8> {
        key.seal(self.id.bytes(), &[&previous.unwrap_or_default(), subject.name.as_bytes()].concat())
    }
}

fn write(id: RecordId, record: &Record, notice: ContentHash) -> Vec<u8> {
    let mut open = Vec::with_capacity(512);
    open.push(VERSION);
    open.extend(id.bytes());
    open.extend(notice.0);
    open.extend(record.time.timestamp().to_be_bytes());
    open.extend(pack(record));
    open
}

/// The fields before the record of an open part: the version, the id, the hash of the notice, and when.
struct Head {
    version: u8,
    id: RecordId,
    notice: Hash,
    time: i64,
}

fn head(open: &[u8]) -> Option<(Head, &[u8])> {
    let (&version, rest) = open.split_first()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (notice, rest) = rest.split_first_chunk::<32>()?;
    let (time, rest) = rest.split_first_chunk::<8>()?;
    let id = RecordId(Uuid::from_bytes(*id));
    Some((Head { version, id, notice: *notice, time: i64::from_be_bytes(*time) }, rest))
}

/// The readable part of an entry: its id, what happened, and the hash of the notice.
pub(crate) fn read(open: &[u8]) -> Result<(RecordId, Record, ContentHash), LedgerError> {
    let damaged = |what: String| LedgerError::Damaged(format!("an entry cannot be read: {what}"));
    let (head, record) = head(open).ok_or_else(|| damaged(format!("it has {} bytes", open.len())))?;
    if head.version > VERSION {
        return Err(LedgerError::TooNew(head.version.into()));
    }
    let record = unpack(head.time, record).map_err(|error| damaged(error.to_string()))?;
    Ok((head.id, record, ContentHash(head.notice)))
}

/// The id of an entry, without reading the rest.
pub(crate) fn id_of(open: &[u8]) -> Option<RecordId> {
    head(open).map(|(head, _)| head.id)
}

/// When an entry was recorded, in seconds since 1970, and the hash of what was told, without reading the rest.
pub(crate) fn dated(open: &[u8]) -> Option<(i64, Hash)> {
    head(open).map(|(head, _)| (head.time, head.notice))
}

/// The sealed part of an entry: whose it is, and the subject's record before.
pub(crate) fn unseal(key: &SubjectKey, id: RecordId, sealed: &[u8]) -> Result<(String, Option<RecordId>), LedgerError> {
    let damaged = || LedgerError::Damaged(format!("the sealed part of the record {id} does not open"));
    let text = key.unseal(id.bytes(), sealed).ok_or_else(damaged)?;
    let (previous, subject) = text.split_first_chunk::<16>().ok_or_else(damaged)?;
    let subject = std::str::from_utf8(subject).map_err(|_| damaged())?;
    let previous = (*previous != [0; 16]).then(|| RecordId(Uuid::from_bytes(*previous)));
    Ok((subject.to_owned(), previous))
}

/// An entry of a history.
pub(crate) fn entry(key: &SubjectKey, place: u64, open: &[u8], sealed: &[u8]) -> Result<Entry, LedgerError> {
    let (id, record, notice) = read(open)?;
    let (_, previous) = unseal(key, id, sealed)?;
    Ok(Entry { id, record, notice, previous, place })
}
