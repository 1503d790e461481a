//! Records on their way into a ledger, in it, and out of it.
//!
//! An entry has an **open** part, which stays readable for as long as it is kept: its id, the hash of the notice, and the
//! [`Record`](crate::Record), which names nobody. And it has a **sealed** part under the subject's own key: the host's
//! identifier, and the id of the subject's record before this one. After an erasure nobody can tell whose an entry is, nor
//! which entries belong together.

use super::LedgerError;
use super::notice::{ContentHash, Notice};
use super::secret::{Hash, SubjectKey, digest};
use crate::Record;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

/// The version of what is stored. It is part of every entry.
pub(crate) const SCHEMA_VERSION: u32 = 1;

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

/// What is readable of every entry.
#[derive(Serialize, Deserialize)]
struct Open<'e> {
    v: u32,
    id: Uuid,
    notice: Cow<'e, str>,
    record: Cow<'e, Record>,
}

/// What an entry holds, before it is linked.
pub(crate) struct Content {
    pub(crate) open: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) digest: Hash,
}

impl Content {
    /// What a draft holds. `seal` is the subject's key, identifier and last record.
    pub(crate) fn of(draft: &Draft, seal: Option<(&SubjectKey, &str, Option<[u8; 16]>)>) -> Self {
        let record = Cow::Borrowed(&draft.record);
        let notice = draft.notice.hash().to_string().into();
        // Texts, numbers and lists: there is nothing that JSON could not hold.
        let open = serde_json::to_vec(&Open { v: SCHEMA_VERSION, id: draft.id.0, notice, record }).unwrap_or_default();
        let sealed = seal.map_or_else(Vec::new, |(key, subject, previous)| {
            let text = [&previous.unwrap_or_default(), subject.as_bytes()].concat();
            key.seal(draft.id.bytes(), &text)
        });
        Self { digest: digest(&open, &sealed), open, sealed }
    }
}

/// The readable part of an entry: its id, what happened, and the hash of the notice.
pub(crate) fn read(open: &[u8]) -> Result<(RecordId, Record, ContentHash), LedgerError> {
    let damaged = |what: String| LedgerError::Damaged(format!("an entry cannot be read: {what}"));
    let read: Open<'_> = serde_json::from_slice(open).map_err(|error| damaged(error.to_string()))?;
    if read.v > SCHEMA_VERSION {
        return Err(LedgerError::TooNew(read.v));
    }
    let notice = ContentHash::from_hex(&read.notice).ok_or_else(|| damaged("its notice is no hash".to_owned()))?;
    Ok((RecordId(read.id), read.record.into_owned(), notice))
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
