//! Reads the table of subjects, in a transaction of either kind.

use super::super::LedgerError;
use super::super::secret::{Keys, Pseudonym};
use super::file::failed;
use super::rows::{Held, Subject, subject_key};
use super::write::damaged;
use redb::{Range, ReadableTable};

type Bytes = &'static [u8];

/// A subject's own row.
pub(super) fn subject(
    subjects: &impl ReadableTable<Bytes, Bytes>,
    keys: &Keys,
    pseudonym: &Pseudonym,
) -> Result<Option<Subject>, LedgerError> {
    let row = subjects.get(subject_key(pseudonym, 0).as_slice()).map_err(failed)?;
    row.map(|row| Subject::read(keys, pseudonym, row.value()).ok_or_else(|| damaged("a subject"))).transpose()
}

/// The terms of the records of a subject that lie after a position, in their order.
pub(super) fn records<'t, T: ReadableTable<Bytes, Bytes>>(
    subjects: &'t T,
    pseudonym: &Pseudonym,
    after: u64,
) -> Result<impl DoubleEndedIterator<Item = Result<Held, LedgerError>> + use<'t, T>, LedgerError> {
    let rows = rows(subjects, pseudonym, after.saturating_add(1))?;
    Ok(rows.map(|row| {
        let (key, row) = row.map_err(failed)?;
        terms(key.value(), row.value())
    }))
}

/// The rows under a key, from a position on.
pub(super) fn rows<'t>(
    subjects: &'t impl ReadableTable<Bytes, Bytes>,
    key: &[u8; 16],
    first: u64,
) -> Result<Range<'t, Bytes, Bytes>, LedgerError> {
    let (first, last) = (subject_key(key, first), subject_key(key, u64::MAX));
    subjects.range::<&[u8]>(first.as_slice()..=last.as_slice()).map_err(failed)
}

/// The terms in a row.
pub(super) fn terms(key: &[u8], row: &[u8]) -> Result<Held, LedgerError> {
    Held::read(key, row).ok_or_else(|| damaged("the terms of a record"))
}
