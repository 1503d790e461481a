//! The walk over everything.

use super::super::LedgerError;
use super::super::notice::ContentHash;
use super::super::scan::{Scan, Stored, StoredBody};
use super::super::secret::Hash;
use super::errors::Failure;
use super::transaction::Transaction;
use super::write::{count, damaged, ends_of, number};
use super::{PAGE, Shared};
use tokio_postgres::Row;

impl Shared {
    /// Walks over one consistent state.
    pub(super) async fn scan<S: Scan>(&self, scan: &mut S) -> Result<(), Failure> {
        let transaction = Transaction::new(self).await?;
        transaction.begin_reading().await?;
        let statement = transaction.statement("SELECT shard, first, anchor, next, head, mac FROM {}.shards").await?;
        let ends = ends_of(&transaction.query(&statement, &[]).await?)?;
        // Not counted: that takes a server minutes, where there are many.
        scan.total(ends.values().map(|ends| ends.next.saturating_sub(ends.first)).sum());
        let statement = transaction.statement("SELECT hash, text FROM {}.notices").await?;
        for row in transaction.query(&statement, &[]).await? {
            let hash = row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("a notice"))?;
            scan.notice(ContentHash(hash), row.get(1));
        }
        for (shard, ends) in &ends {
            scan.shard(*shard, ends);
        }
        let statement = transaction
            .statement(
                "SELECT shard, seq, link, digest, open, sealed FROM {}.records WHERE (shard, seq) > ($1, $2) \
                 ORDER BY shard, seq LIMIT $3",
            )
            .await?;
        let mut after = (-1i64, -1i64);
        loop {
            let rows = transaction.query(&statement, &[&after.0, &after.1, &PAGE]).await?;
            for row in &rows {
                if !scan.entry(&stored(row)?) {
                    return Ok(());
                }
            }
            match rows.last() {
                Some(row) if number(rows.len() as u64) == PAGE => after = (row.get(0), row.get(1)),
                _ => break,
            }
        }
        transaction.commit().await
    }
}

/// An entry, from the columns shard, seq, link, digest, open and sealed.
pub(super) fn stored(row: &Row) -> Result<Stored<'_>, LedgerError> {
    let shard = u16::try_from(row.get::<_, i64>(0)).map_err(|_| damaged("a shard"))?;
    let link = row.get::<_, &[u8]>(2).try_into().ok();
    let body = match (row.get::<_, Option<&[u8]>>(4), row.get::<_, Option<&[u8]>>(5)) {
        (Some(open), Some(sealed)) => Some(StoredBody::Whole { open, sealed }),
        _ => row.get::<_, Option<&[u8]>>(3).and_then(|both| {
            let (digest, mac) = both.split_first_chunk()?;
            Some(StoredBody::Removed { digest: *digest, mac: mac.try_into().ok()? })
        }),
    };
    let (link, body) = link.zip(body).unwrap_or((Hash::default(), StoredBody::Unreadable));
    Ok(Stored { shard, seq: count(row.get(1)), link, body })
}
