//! What a server may answer, and trying again.
//!
//! Codes count, never messages. A transaction that lost a race (`40001`, `40P01`) and one whose connection broke are tried
//! again, with the same ids: of the latter nobody knows whether they were committed, and what is there is not written twice.

use super::super::LedgerError;
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;

/// How often something is tried.
const ATTEMPTS: u32 = 8;

/// How long after the first try the last may begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a transaction did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    Sql(tokio_postgres::Error),
    Pool(deadpool_postgres::PoolError),
    Timeout,
    Ledger(LedgerError),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<deadpool_postgres::PoolError> for Failure {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => Self::Sql(error),
            error => Self::Pool(error),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl Failure {
    /// Whether another try may succeed.
    fn is_passing(&self) -> bool {
        match self {
            Self::Sql(error) => error.code().is_none_or(is_passing),
            Self::Pool(_) | Self::Timeout => true,
            Self::Ledger(_) => false,
        }
    }

    /// Whether something was written that is there already.
    pub(super) fn is_repetition(&self) -> bool {
        self.is_one_of(&[SqlState::UNIQUE_VIOLATION])
    }

    pub(super) fn is_one_of(&self, codes: &[SqlState]) -> bool {
        matches!(self, Self::Sql(error) if error.code().is_some_and(|code| codes.contains(code)))
    }

    pub(super) fn into_error(self) -> LedgerError {
        match self {
            Self::Ledger(error) => error,
            Self::Timeout => LedgerError::Unreachable("the server does not answer".to_owned()),
            Self::Pool(error) => LedgerError::Unreachable(error.to_string()),
            Self::Sql(error) => match error.as_db_error() {
                None => LedgerError::Unreachable(with_cause(&error)),
                Some(answer) => {
                    let text = format!("{}: {}", answer.code().code(), answer.message());
                    match *answer.code() {
                        SqlState::DISK_FULL | SqlState::OUT_OF_MEMORY => LedgerError::Full(text),
                        SqlState::READ_ONLY_SQL_TRANSACTION => LedgerError::ReadOnly(text),
                        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => LedgerError::Damaged(text),
                        ref code if is_passing(code) => LedgerError::Unreachable(text),
                        _ => LedgerError::Failed(text),
                    }
                }
            },
        }
    }
}

fn is_passing(code: &SqlState) -> bool {
    // Class 08: the connection. Class 57: an operator, a server that starts or stops, a statement that took too long.
    // 53300: too many connections. 25P03: nothing came for too long within a transaction. 55P03: a lock was not to be had.
    let (class, code) = (code.code().get(..2), code.code());
    matches!(class, Some("08" | "57")) || matches!(code, "40001" | "40P01" | "40003" | "53300" | "55P03" | "25P03")
}

/// The driver's texts leave the cause to whoever asks.
fn with_cause(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

/// Does something until it succeeds, or another try would not help.
pub(super) async fn tried<T, F: Future<Output = Result<T, Failure>>>(work: impl Fn() -> F) -> Result<T, LedgerError> {
    let mut attempts = Attempts::begin();
    loop {
        match work().await {
            Ok(result) => return Ok(result),
            Err(failure) => attempts.again(failure).await?,
        }
    }
}

/// Counts tries, and pauses between them: longer each time, and never two machines alike.
#[derive(Debug)]
pub(super) struct Attempts {
    made: u32,
    since: Instant,
}

impl Attempts {
    pub(super) fn begin() -> Self {
        Self { made: 0, since: Instant::now() }
    }

    /// Waits before another try, where that may help.
    pub(super) async fn again(&mut self, failure: Failure) -> Result<(), LedgerError> {
        if failure.is_passing() { self.pause(failure).await } else { Err(failure.into_error()) }
    }

    /// Waits before another try, unless there were enough.
    pub(super) async fn pause(&mut self, failure: Failure) -> Result<(), LedgerError> {
        self.made += 1;
        if self.made >= ATTEMPTS || self.since.elapsed() >= PATIENCE {
            return Err(failure.into_error());
        }
        let jitter = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
        tokio::time::sleep(Duration::from_millis((5 << self.made) + jitter / 8)).await;
        Ok(())
    }
}
