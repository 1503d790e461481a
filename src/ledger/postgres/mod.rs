//! The ledger on PostgreSQL, for several machines.

mod committer;
mod errors;
mod rights;
mod scan;
mod schema;
mod transaction;
mod write;

use super::chain::Verifier;
use super::entry::{Draft, Entry, checked, entry};
use super::scan::Scan;
use super::sealed::{read_answer, read_name};
use super::secret::{Keys, Pseudonym};
use super::terms::{Standing, Task, Terms};
use super::{Closure, ContentHash, Due, Ledger, LedgerError, Settings, Swept};
use crate::Answer;
use chrono::{DateTime, Utc};
use committer::Committer;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use errors::{Failure, tried};
use schema::SHARD_COUNT;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{NoTls, Row, Socket};
use transaction::Transaction;
use uuid::Uuid;
use write::{count, damaged, key, number};

/// How many entries a walk reads at a time.
const PAGE: i64 = 1_024;

/// What a ledger on a server needs to know beside its [`Settings`].
///
/// # Example
/// ```
/// use consent_gate::ledger::PostgresSettings;
///
/// let settings = PostgresSettings { schema: "shop_consent".to_owned(), ..PostgresSettings::default() };
/// assert_eq!(settings.connections, 8);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PostgresSettings {
    /// The schema that holds the tables: one for each site, so that no query of one can meet another's. It is made where it
    /// is missing. Default: `consent_gate`.
    pub schema: String,
    /// How many connections the pool holds at most. Default: 8.
    pub connections: usize,
    /// How many batches are written at once; each takes a connection. Default: 4.
    pub writers: usize,
}

impl Default for PostgresSettings {
    fn default() -> Self {
        Self { schema: "consent_gate".to_owned(), connections: 8, writers: 4 }
    }
}

/// A ledger on a PostgreSQL server, or on a database that speaks its language: for several machines, which all write, sweep
/// and erase as they like.
///
/// Records of all callers are gathered into batches, as in [`Embedded`](super::Embedded). Transactions that lose a race, and
/// those whose connection breaks, are tried again, and write nothing twice. Clones are the same ledger.
///
/// Statements are prepared once per connection. A pooler between must keep them: PgBouncer in its session mode, or from 1.21
/// with `max_prepared_statements`. The role needs to create a schema at the first start, and from then on only to read and
/// write its tables.
#[derive(Clone)]
pub struct Postgres {
    shared: Arc<Shared>,
    committer: Arc<Committer>,
}

/// What every transaction needs.
struct Shared {
    pool: Pool,
    schema: String,
    keys: Keys,
    terms: Terms,
    /// The notices that are there for certain.
    told: Mutex<HashSet<ContentHash>>,
}

impl Postgres {
    /// Connects without TLS, and makes the tables where they are missing. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`LedgerError::Unreachable`] for an address that is none and for a server that does not answer,
    /// [`LedgerError::SchemaName`], [`LedgerError::WrongSite`], [`LedgerError::WrongSecret`], [`LedgerError::TooNew`].
    pub async fn connect(address: &str, settings: &Settings, server: &PostgresSettings) -> Result<Self, LedgerError> {
        Self::over(address, NoTls, settings, server).await
    }

    /// The same by a connector of the host's: with TLS, or another way to connect.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Example
    /// ```no_run
    /// # use consent_gate::*;
    /// use consent_gate::ledger::{Postgres, PostgresSettings, Secret, Settings};
    /// use tokio_postgres::NoTls;
    ///
    /// # async fn opened(secret: Secret) -> Result<Postgres, Box<dyn std::error::Error>> {
    /// # let gate = testing::gate();
    /// // In the place of `NoTls`: the connector of `tokio-postgres-rustls` or `postgres-openssl`.
    /// let address = "postgres://consent@db.internal/consent?sslmode=require";
    /// let settings = Settings::of(gate.policy(), secret);
    /// let ledger = Postgres::over(address, NoTls, &settings, &PostgresSettings::default()).await?;
    /// # Ok(ledger) }
    /// ```
    pub async fn over<T>(
        address: &str,
        connector: T,
        settings: &Settings,
        server: &PostgresSettings,
    ) -> Result<Self, LedgerError>
    where
        T: MakeTlsConnect<Socket, TlsConnect: Send + Sync + TlsConnect<Socket, Future: Send>, Stream: Send + Sync>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let unreachable = |error: &dyn fmt::Display| LedgerError::Unreachable(error.to_string());
        let config: tokio_postgres::Config = address.parse().map_err(|error| unreachable(&error))?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, connector, recycling);
        let pool = Pool::builder(manager).max_size(server.connections).build().map_err(|error| unreachable(&error))?;
        schema::checked(&server.schema)?;
        let shared = Arc::new(Shared {
            pool,
            schema: server.schema.clone(),
            keys: settings.keys(),
            terms: settings.terms(),
            told: Mutex::default(),
        });
        schema::migrate(&shared, &settings.site).await?;
        let committer = Arc::new(Committer::start(&shared, server.writers));
        Ok(Self { shared, committer })
    }

    fn pseudonym(&self, subject: &str) -> Result<Pseudonym, LedgerError> {
        Ok(self.shared.keys.pseudonym(checked(subject)?))
    }

    async fn rows(
        &self,
        text: &str,
        parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Vec<Row>, LedgerError> {
        tried(|| self.shared.rows(text, parameters)).await
    }

    async fn erased(&self, subject: &str, now: DateTime<Utc>, is_deleted: bool) -> Result<u64, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        tried(|| self.shared.erase(&pseudonym, now.timestamp(), is_deleted)).await
    }

    /// A page of a subject's records. `end` is the end of the statement.
    async fn page(&self, subject: &str, after: i64, most: i64, end: &str) -> Result<Vec<Entry>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        let text =
            format!("SELECT r.seq, r.open, r.sealed, s.key FROM {{}}.subjects AS s JOIN {{}}.records AS r ON {end}");
        let rows = self.rows(&text, &[&&pseudonym[..], &after, &most]).await?;
        rows.iter()
            .map(|row| {
                let key = key(&self.shared.keys, &pseudonym, row.get(3))?;
                let (open, sealed) = (row.get::<_, Option<&[u8]>>(1), row.get::<_, Option<&[u8]>>(2));
                let (open, sealed) = open.zip(sealed).ok_or_else(|| damaged("an entry"))?;
                entry(&key, count(row.get(0)), open, sealed)
            })
            .collect()
    }
}

impl Shared {
    async fn rows(
        &self,
        text: &str,
        parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Vec<Row>, Failure> {
        // A single statement is a transaction of its own.
        let transaction = Transaction::new(self).await?;
        let statement = transaction.statement(text).await?;
        let rows = transaction.query(&statement, parameters).await?;
        transaction.released();
        Ok(rows)
    }

    async fn erase(&self, pseudonym: &Pseudonym, now: i64, is_deleted: bool) -> Result<u64, Failure> {
        let transaction = Transaction::new(self).await?;
        let records = transaction.erase(pseudonym, now, is_deleted).await?;
        transaction.commit().await?;
        Ok(records)
    }

    async fn hold(&self, pseudonym: &Pseudonym, until: i64, reason: &str) -> Result<bool, Failure> {
        let transaction = Transaction::new(self).await?;
        let is_known = transaction.hold(pseudonym, until, reason).await?;
        transaction.commit().await?;
        Ok(is_known)
    }

    async fn replace_answer(
        &self,
        pseudonym: &Pseudonym,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, Failure> {
        let transaction = Transaction::new(self).await?;
        let is_kept = transaction.replace_answer(pseudonym, subject, before, after).await?;
        transaction.commit().await?;
        Ok(is_kept)
    }

    async fn close(&self, pseudonym: &Pseudonym, subject: &str, at: i64) -> Result<i64, Failure> {
        let transaction = Transaction::new(self).await?;
        let closed = transaction.close(pseudonym, subject, at).await?;
        transaction.commit().await?;
        Ok(closed)
    }
}

impl Ledger for Postgres {
    async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        self.committer.append(draft).await
    }

    async fn history(&self, subject: &str, after: Option<u64>, most: usize) -> Result<Vec<Entry>, LedgerError> {
        let end = "r.subject = s.subject WHERE s.subject = $1 AND r.seq > $2 ORDER BY r.seq LIMIT $3";
        self.page(subject, after.map_or(-1, number), number(most as u64), end).await
    }

    async fn last(&self, subject: &str) -> Result<Option<Entry>, LedgerError> {
        let end = "r.subject = s.subject WHERE s.subject = $1 AND r.seq > $2 ORDER BY r.seq DESC LIMIT $3";
        Ok(self.page(subject, -1, 1, end).await?.pop())
    }

    async fn notice(&self, hash: ContentHash) -> Result<Option<String>, LedgerError> {
        let rows = self.rows("SELECT text FROM {}.notices WHERE hash = $1", &[&&hash.0[..]]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        hash.checked(row.get(0)).map(Some)
    }

    async fn erase(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        self.erased(subject, now, false).await
    }

    async fn end_closure(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        self.erased(subject, now, true).await
    }

    async fn hold(&self, subject: &str, until: DateTime<Utc>, reason: &str) -> Result<bool, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        tried(|| self.shared.hold(&pseudonym, until.timestamp(), reason)).await
    }

    async fn held(&self, subject: &str) -> Result<Option<(DateTime<Utc>, String)>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        let text = "SELECT key, name, held FROM {}.subjects WHERE subject = $1 AND held <> 0";
        let rows = self.rows(text, &[&&pseudonym[..]]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let key = key(&self.shared.keys, &pseudonym, row.get(0))?;
        let (_, reason) = read_name(&key, &pseudonym, row.get(1))?;
        Ok(Some((super::time(row.get(2)), reason)))
    }

    async fn answer(&self, subject: &str) -> Result<Option<Answer>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        let text = "SELECT key, answer FROM {}.subjects WHERE subject = $1";
        let rows = self.rows(text, &[&&pseudonym[..]]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        read_answer(
            &key(&self.shared.keys, &pseudonym, row.get(0))?,
            &pseudonym,
            row.get::<_, Option<&[u8]>>(1).unwrap_or_default(),
        )
    }

    async fn replace_answer(
        &self,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        tried(|| self.shared.replace_answer(&pseudonym, subject, before, after)).await
    }

    async fn close_account(&self, subject: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        let pseudonym = self.pseudonym(subject)?;
        let closed = tried(|| self.shared.close(&pseudonym, subject, at.timestamp())).await?;
        Ok(super::time(closed.saturating_add(self.shared.terms.account_closure)))
    }

    async fn closures(
        &self,
        now: DateTime<Utc>,
        after: Option<&Closure>,
        most: usize,
    ) -> Result<Vec<Closure>, LedgerError> {
        let text = "SELECT subject, key, name, closed FROM {}.subjects WHERE closed <= $1 AND subject > $2 \
                    ORDER BY subject LIMIT $3";
        let after = after.map_or(&[][..], |closure| &closure.pseudonym[..]);
        let rows = self.rows(text, &[&now.timestamp(), &after, &number(most as u64)]).await?;
        rows.iter()
            .map(|row| {
                let pseudonym = row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("a closed account"))?;
                // One that cannot be read stays due, and keeps no other.
                let name = key(&self.shared.keys, &pseudonym, row.get(1))
                    .and_then(|key| read_name(&key, &pseudonym, row.get(2)));
                let closure =
                    |(subject, _)| Closure::new(subject, row.get(3), self.shared.terms.account_closure, pseudonym);
                Ok(name.ok().map(closure))
            })
            .filter_map(Result::transpose)
            .collect()
    }

    async fn sweep_batch(&self, now: DateTime<Utc>, most: usize) -> Result<Swept, LedgerError> {
        tried(|| self.shared.sweep(now.timestamp(), most)).await
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Due, LedgerError> {
        let (now, terms) = (now.timestamp(), &self.shared.terms);
        let late = now.saturating_sub(terms.account_closure);
        let text = "SELECT (SELECT count(*) FROM {}.subjects WHERE closed <= $1), \
                    (SELECT count(*) FROM {}.subjects WHERE closed < $2)";
        let rows = self.rows(text, &[&now, &late]).await?;
        let number = |column: usize| rows.first().map_or(0, |row| count(row.get(column)));
        let mut due = Due { closures: number(0), overdue: number(1), ..Due::default() };
        // In pages, and not in SQL: what is due is said in one place.
        let text = "SELECT r.id, r.shard, r.wake, r.due, r.expiry, COALESCE(s.held, 0), \
                    (SELECT n.time FROM {}.records AS n WHERE n.subject = r.subject AND n.seq > r.seq ORDER BY n.seq LIMIT 1) \
                    FROM {}.records AS r LEFT JOIN {}.subjects AS s ON s.subject = r.subject \
                    WHERE r.wake <= $1 AND (r.shard, r.wake, r.id) > ($2, $3, $4) ORDER BY r.shard, r.wake, r.id LIMIT $5";
        let mut after = (-1i64, 0i64, Uuid::nil());
        loop {
            let rows = self.rows(text, &[&now, &after.0, &after.1, &after.2, &PAGE]).await?;
            for row in &rows {
                let (held, followed) = (row.get(5), row.get(6));
                let task = terms.task(Standing { due: row.get(3), expiry: row.get(4), followed, held }, now);
                due.expired += u64::from(task == Task::Expire);
                due.removed += u64::from(task == Task::Remove);
                after = (row.get(1), row.get(2), row.get(0));
            }
            if rows.len() as u64 != count(PAGE) {
                return Ok(due);
            }
        }
    }

    async fn scan<S: Scan>(&self, mut scan: S) -> Result<S, LedgerError> {
        // A walk that broke cannot go on in another state of the ledger: it is not tried again.
        self.shared.scan(&mut scan).await.map_err(Failure::into_error)?;
        Ok(scan)
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(&self.shared.keys, SHARD_COUNT)
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Postgres").field("schema", &self.shared.schema).finish_non_exhaustive()
    }
}
