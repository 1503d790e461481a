//! The tables on the server, and making them.
//!
//! Plain SQL that distributed databases of the PostgreSQL family take too: no sequences, no advisory locks, no triggers, no
//! types of our own, one statement of definition per transaction. Keys are random, so that they spread over ranges.
//!
//! - `shards`: both ends of each chain. Whoever writes to a shard locks its row first, in the order of their numbers:
//!   everything about a subject lies in one shard, so that this is the only lock.
//! - `subjects`: the seed of each subject's key, and its name and the answer of its account, sealed.
//! - `records`: `subject` is the pseudonym, and null after an erasure; `open` and `sealed` are null once the record's time is
//!   over, and `digest` is what is left of them. `time` is when it was written, `due` when it goes and `expiry` when what it gives lapses, if nothing follows, and
//!   `wake` when it is looked at next.
//!
//! Every statement can be run again, and ten nodes may start at once: what another has made meanwhile is as good.

use super::super::LedgerError;
use super::super::chain::Ends;
use super::super::entry::SCHEMA_VERSION;
use super::super::secret::Keys;
use super::Shared;
use super::errors::{Attempts, Failure, tried};
use super::transaction::Transaction;
use super::write::damaged;
use tokio_postgres::error::SqlState;

/// How many chains there are: enough that machines rarely wait for each other.
pub(super) const SHARD_COUNT: u16 = 128;

const NAME_MAX: usize = 48;

/// What a question to a table says that is not there yet.
const MISSING: [SqlState; 2] = [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME];

/// What another node's making of the same thing looks like.
const MADE_MEANWHILE: [SqlState; 5] = [
    SqlState::UNIQUE_VIOLATION,
    SqlState::DUPLICATE_SCHEMA,
    SqlState::DUPLICATE_TABLE,
    SqlState::DUPLICATE_OBJECT,
    SqlState::UNDEFINED_TABLE,
];

const TABLES: [&str; 10] = [
    "CREATE SCHEMA IF NOT EXISTS {}",
    "CREATE TABLE IF NOT EXISTS {}.meta (name TEXT PRIMARY KEY, value BYTEA NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {}.notices (hash BYTEA PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {}.shards (shard BIGINT PRIMARY KEY, first BIGINT NOT NULL, anchor BYTEA NOT NULL, \
     next BIGINT NOT NULL, head BYTEA NOT NULL, mac BYTEA NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {}.subjects (subject BYTEA PRIMARY KEY, key BYTEA NOT NULL, name BYTEA NOT NULL, \
     held BIGINT NOT NULL, closed BIGINT, answer BYTEA)",
    "CREATE INDEX IF NOT EXISTS subjects_closed ON {}.subjects (closed)",
    "CREATE TABLE IF NOT EXISTS {}.records (id UUID PRIMARY KEY, shard BIGINT NOT NULL, seq BIGINT NOT NULL, \
     link BYTEA NOT NULL, digest BYTEA, open BYTEA, sealed BYTEA, subject BYTEA, time BIGINT NOT NULL, \
     due BIGINT NOT NULL, expiry BIGINT NOT NULL, wake BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS records_chain ON {}.records (shard, seq)",
    "CREATE INDEX IF NOT EXISTS records_subject ON {}.records (subject, seq)",
    "CREATE INDEX IF NOT EXISTS records_wake ON {}.records (shard, wake)",
];

/// Checks the name of a schema: it stands in statements as it is.
pub(super) fn checked(schema: &str) -> Result<(), LedgerError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let starts_well = schema.starts_with(|first: char| first.is_ascii_lowercase());
    let is_name = starts_well && schema.len() <= NAME_MAX && schema.bytes().all(allowed);
    if is_name { Ok(()) } else { Err(LedgerError::SchemaName(schema.to_owned())) }
}

/// Where a ledger has nothing to say whose it is, it is new.
const PUT_META: &str = "INSERT INTO {}.meta (name, value) SELECT * FROM unnest($1::text[], $2::bytea[]) \
     ON CONFLICT (name) DO NOTHING RETURNING name";

const PUT_SHARDS: &str = "INSERT INTO {}.shards (shard, first, anchor, next, head, mac) \
     SELECT n.shard, 0, $2, 0, $2, n.mac FROM unnest($1::bigint[], $3::bytea[]) AS n(shard, mac) \
     ON CONFLICT (shard) DO NOTHING";

/// Makes what is missing, and looks whose ledger it is.
pub(super) async fn migrate(shared: &Shared, site: &str) -> Result<(), LedgerError> {
    if !is_made(shared).await? {
        for statement in TABLES {
            make(shared, statement).await?;
        }
    }
    tried(|| fill(shared, site)).await
}

/// Whether all tables are there: whose ledger it is, is written when they are. A role that may not make tables need not, then.
async fn is_made(shared: &Shared) -> Result<bool, LedgerError> {
    let found = async || match shared.rows("SELECT name FROM {}.meta", &[]).await {
        Err(failure) if failure.is_one_of(&MISSING) => Ok(false),
        rows => Ok(!rows?.is_empty()),
    };
    tried(found).await
}

async fn make(shared: &Shared, statement: &str) -> Result<(), LedgerError> {
    let mut attempts = Attempts::begin();
    loop {
        let made = async {
            let transaction = Transaction::new(shared).await?;
            transaction.define(statement).await?;
            transaction.released();
            Ok::<(), Failure>(())
        };
        match made.await {
            Ok(()) => return Ok(()),
            Err(failure) if failure.is_one_of(&MADE_MEANWHILE) => attempts.pause(failure).await?,
            Err(failure) => attempts.again(failure).await?,
        }
    }
}

/// Writes whose a new ledger is, and its empty shards, at once: a shard that is missing later was taken away, and is never
/// made again. Then reads whose ledger it is.
async fn fill(shared: &Shared, site: &str) -> Result<(), Failure> {
    let transaction = Transaction::new(shared).await?;
    let (version, check) = (SCHEMA_VERSION.to_be_bytes(), shared.keys.check());
    let (names, values) = (["schema", "site", "check"], [&version[..], site.as_bytes(), &check]);
    let put = transaction.statement(PUT_META).await?;
    let made = transaction.begun(&put, &[&&names[..], &&values[..]]).await?.len();
    if made == names.len() {
        put_shards(&transaction, &shared.keys).await?;
    } else if made > 0 {
        return Err(damaged("whose ledger it is").into());
    }
    let meta = transaction.statement("SELECT name, value FROM {}.meta").await?;
    let rows = transaction.query(&meta, &[]).await?;
    let value = |name: &str| {
        let row = rows.iter().find(|row| row.get::<_, &str>(0) == name);
        row.map(|row| row.get::<_, &[u8]>(1))
    };
    let version = value("schema").and_then(|bytes| Some(u32::from_be_bytes(bytes.try_into().ok()?)));
    super::super::found(version, value("site"), value("check"), site, &shared.keys)?;
    transaction.commit().await
}

async fn put_shards(transaction: &Transaction<'_>, keys: &Keys) -> Result<(), Failure> {
    let ends: Vec<Ends> = (0..SHARD_COUNT).map(|shard| Ends::new(keys, shard)).collect();
    let (shards, macs): (Vec<i64>, Vec<&[u8]>) =
        ends.iter().zip(0i64..).map(|(ends, shard)| (shard, &ends.mac[..])).unzip();
    let put = transaction.statement(PUT_SHARDS).await?;
    let made = transaction.execute(&put, &[&shards, &&[0u8; 32][..], &macs]).await?;
    if made == u64::from(SHARD_COUNT) { Ok(()) } else { Err(damaged("whose ledger it is").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_stand_in_statements() {
        for good in ["consent_gate", "a", "shop_2", &"x".repeat(48)] {
            assert_eq!(checked(good), Ok(()), "{good}");
        }
        for bad in ["", "2shop", "_a", "Shop", "a-b", "a b", "a\"b", "a;b", "é", &"x".repeat(49)] {
            assert_eq!(checked(bad), Err(LedgerError::SchemaName(bad.to_owned())));
        }
    }
}
