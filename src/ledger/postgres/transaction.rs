//! One transaction on one connection of the pool.
//!
//! A connection whose transaction was not committed, whatever the reason, is closed and not given back: nobody knows in which
//! state it is.

use super::super::notice::ContentHash;
use super::super::secret::Keys;
use super::super::terms::Terms;
use super::Shared;
use super::errors::Failure;
use deadpool_postgres::Object;
use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

/// How long connecting, and how long one statement may take: a connection that was cut silently would wait for ever.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Each of these ends before [`TIMEOUT`] does.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '15s'; \
     SET LOCAL idle_in_transaction_session_timeout = '15s'";

type Parameters<'p> = [&'p (dyn ToSql + Sync)];

/// A transaction that is rolled back, unless it is committed.
pub(super) struct Transaction<'s> {
    shared: &'s Shared,
    client: Option<Object>,
}

impl<'s> Transaction<'s> {
    /// A connection for a transaction, which [`lock`](Self::lock) begins.
    pub(super) async fn new(shared: &'s Shared) -> Result<Self, Failure> {
        let client = tokio::time::timeout(TIMEOUT, shared.pool.get()).await.map_err(|_| Failure::Timeout)??;
        Ok(Self { shared, client: Some(client) })
    }

    pub(super) fn keys(&self) -> &'s Keys {
        &self.shared.keys
    }

    pub(super) fn terms(&self) -> &'s Terms {
        &self.shared.terms
    }

    /// The notices among these that this process has not yet written for certain.
    pub(super) fn untold<'n>(&self, mut notices: BTreeMap<ContentHash, &'n str>) -> BTreeMap<ContentHash, &'n str> {
        let told = self.shared.told.lock().unwrap_or_else(PoisonError::into_inner);
        notices.retain(|hash, _| !told.contains(hash));
        notices
    }

    fn client(&self) -> Result<&Object, Failure> {
        self.client.as_ref().ok_or(Failure::Timeout)
    }

    /// A statement of this schema, prepared once per connection.
    pub(super) async fn statement(&self, text: &str) -> Result<Statement, Failure> {
        let text = text.replace("{}", &self.shared.schema);
        in_time(self.client()?.prepare_cached(&text)).await
    }

    /// Makes something in this schema, without a transaction.
    pub(super) async fn define(&self, text: &str) -> Result<(), Failure> {
        in_time(self.client()?.batch_execute(&text.replace("{}", &self.shared.schema))).await
    }

    /// Begins the transaction with its first statement, in one round trip. The server itself ends one that waits: a machine
    /// that lost its power would keep its locks until the connection is found to be dead, and others' waiting would fill the
    /// server.
    pub(super) async fn begun(&self, first: &Statement, parameters: &Parameters<'_>) -> Result<Vec<Row>, Failure> {
        let client = self.client()?;
        let ((), rows) = tokio::try_join!(
            biased;
            in_time(client.batch_execute(BEGIN)),
            in_time(client.query(first, parameters)),
        )?;
        Ok(rows)
    }

    /// Begins one that reads a consistent state.
    pub(super) async fn begin_reading(&self) -> Result<(), Failure> {
        in_time(self.client()?.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")).await
    }

    pub(super) async fn query(&self, statement: &Statement, parameters: &Parameters<'_>) -> Result<Vec<Row>, Failure> {
        in_time(self.client()?.query(statement, parameters)).await
    }

    pub(super) async fn execute(&self, statement: &Statement, parameters: &Parameters<'_>) -> Result<u64, Failure> {
        in_time(self.client()?.execute(statement, parameters)).await
    }

    /// Gives back a connection that no transaction is open on.
    pub(super) fn released(mut self) {
        drop(self.client.take());
    }

    /// Makes it durable.
    pub(super) async fn committed(&self) -> Result<(), Failure> {
        in_time(self.client()?.batch_execute("COMMIT")).await
    }

    /// Makes it durable, and gives the connection back.
    pub(super) async fn commit(self) -> Result<(), Failure> {
        self.committed().await?;
        self.released();
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Failure> {
    Ok(tokio::time::timeout(TIMEOUT, answer).await.map_err(|_| Failure::Timeout)??)
}
