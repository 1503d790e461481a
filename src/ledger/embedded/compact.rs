//! Writes the file anew, without what was deleted.
//!
//! A database leaves deleted bytes in its free pages. The new file gets only what is there now, is made durable, and takes
//! the place of the old one. Writers wait meanwhile; a crash leaves the one or the other, and what was begun is begun anew.

use super::super::LedgerError;
use super::file::{File, beside, create, existing, failed, like};
use super::rows::{CLOSING, DUE, ENTRIES, META, NOTICES, SHARDS, SUBJECTS};
use redb::{Database, Key, ReadTransaction, ReadableTable, TableDefinition, Value};
use std::borrow::Borrow;

/// How many rows one transaction of the new file takes.
const BATCH: usize = 10_000;

impl File {
    /// Writes the file anew. In memory there is none.
    pub(super) fn compact(&self) -> Result<(), LedgerError> {
        let Some(path) = self.path() else { return Ok(()) };
        let new = beside(path, "new");
        // What an earlier try left.
        let _ = std::fs::remove_file(&new);
        // A database gives back the room that it does not need when it is closed.
        let copied = self.read(|read| copy_all(read, &create(&new)?)).and_then(|()| like(path, &new));
        let replaced = copied.and_then(|()| self.replace(path, &new, existing(&new)?));
        if replaced.is_err() {
            let _ = std::fs::remove_file(&new);
        }
        replaced
    }
}

fn copy_all(read: &ReadTransaction, to: &Database) -> Result<(), LedgerError> {
    copy(read, to, META)?;
    copy(read, to, NOTICES)?;
    copy(read, to, SHARDS)?;
    copy(read, to, ENTRIES)?;
    copy(read, to, SUBJECTS)?;
    copy(read, to, DUE)?;
    copy(read, to, CLOSING)?;
    // Opening it after a crash must not take long, before anything else was written either.
    let mut last = to.begin_write().map_err(failed)?;
    last.set_quick_repair(true);
    last.commit().map_err(failed)
}

fn copy<K: Key + 'static, V: Value + 'static>(
    read: &ReadTransaction,
    to: &Database,
    table: TableDefinition<'_, K, V>,
) -> Result<(), LedgerError>
where
    for<'a> K::SelfType<'a>: Borrow<K::SelfType<'a>>,
    for<'a> V::SelfType<'a>: Borrow<V::SelfType<'a>>,
{
    let from = read.open_table(table).map_err(failed)?;
    let mut rows = from.iter().map_err(failed)?.peekable();
    loop {
        let write = to.begin_write().map_err(failed)?;
        let mut copy = write.open_table(table).map_err(failed)?;
        for row in rows.by_ref().take(BATCH) {
            let (key, value) = row.map_err(failed)?;
            copy.insert(key.value(), value.value()).map_err(failed)?;
        }
        drop(copy);
        write.commit().map_err(failed)?;
        if rows.peek().is_none() {
            return Ok(());
        }
    }
}
