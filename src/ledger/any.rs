//! A ledger of a kind that is chosen when the program starts.

use super::{Closure, ContentHash, Draft, Due, Embedded, Entry, Ledger, LedgerError, Scan, Settings, Swept, Verifier};
#[cfg(feature = "ledger-postgres")]
use super::{Postgres, PostgresSettings};
use crate::Answer;
use chrono::{DateTime, Utc};

/// A ledger of a kind that is chosen when the program starts: for programs that take an address from their settings.
///
/// # Example
/// ```no_run
/// # use consent_gate::testing;
/// # use consent_gate::ledger::{AnyLedger, LedgerError, Secret, Settings};
/// # async fn open() -> Result<(), LedgerError> {
/// let settings = Settings::of(&testing::policy(), Secret::generate());
/// let file = AnyLedger::open("consent.redb", &settings).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AnyLedger {
    /// In a file, or in memory.
    Embedded(Embedded),
    /// On a server.
    #[cfg(feature = "ledger-postgres")]
    Postgres(Postgres),
}

impl AnyLedger {
    /// Opens what the address names: a server where it begins with `postgres://` or `postgresql://`, without TLS, else a file.
    /// With TLS, make one of `Postgres::over`.
    ///
    /// # Errors
    /// As [`Embedded::open`]; [`LedgerError::Unreachable`] for a server that does not answer, and for every server where the
    /// feature `ledger-postgres` is off.
    pub async fn open(address: &str, settings: &Settings) -> Result<Self, LedgerError> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Self::connect(address, settings).await;
        }
        Embedded::open(address, settings).map(Self::Embedded)
    }

    /// Writes a file anew, so that nothing that was deleted or erased is left in it: see [`Embedded::compact`]. On a
    /// server it does nothing: there, `VACUUM FULL` is for its administrator.
    ///
    /// # Errors
    /// As [`Embedded::compact`].
    pub async fn compact(&self) -> Result<(), LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.compact().await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    #[cfg(feature = "ledger-postgres")]
    async fn connect(address: &str, settings: &Settings) -> Result<Self, LedgerError> {
        Postgres::connect(address, settings, &PostgresSettings::default()).await.map(Self::Postgres)
    }

    #[cfg(not(feature = "ledger-postgres"))]
    #[allow(clippy::unused_async)] // The other feature's twin waits.
    async fn connect(_: &str, _: &Settings) -> Result<Self, LedgerError> {
        Err(LedgerError::Unreachable("this program was built without the feature ledger-postgres".to_owned()))
    }
}

impl Ledger for AnyLedger {
    async fn append(&self, draft: Draft) -> Result<(), LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.append(draft).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.append(draft).await,
        }
    }

    async fn history(&self, subject: &str, after: Option<u64>, most: usize) -> Result<Vec<Entry>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.history(subject, after, most).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.history(subject, after, most).await,
        }
    }

    async fn last(&self, subject: &str) -> Result<Option<Entry>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.last(subject).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.last(subject).await,
        }
    }

    async fn notice(&self, hash: ContentHash) -> Result<Option<String>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.notice(hash).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.notice(hash).await,
        }
    }

    async fn erase(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.erase(subject, now).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.erase(subject, now).await,
        }
    }

    async fn end_closure(&self, subject: &str, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.end_closure(subject, now).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.end_closure(subject, now).await,
        }
    }

    async fn hold(&self, subject: &str, until: DateTime<Utc>, reason: &str) -> Result<bool, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.hold(subject, until, reason).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.hold(subject, until, reason).await,
        }
    }

    async fn held(&self, subject: &str) -> Result<Option<(DateTime<Utc>, String)>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.held(subject).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.held(subject).await,
        }
    }

    async fn answer(&self, subject: &str) -> Result<Option<Answer>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.answer(subject).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.answer(subject).await,
        }
    }

    async fn replace_answer(
        &self,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> Result<bool, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.replace_answer(subject, before, after).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.replace_answer(subject, before, after).await,
        }
    }

    async fn close_account(&self, subject: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.close_account(subject, at).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.close_account(subject, at).await,
        }
    }

    async fn closures(
        &self,
        now: DateTime<Utc>,
        after: Option<&Closure>,
        most: usize,
    ) -> Result<Vec<Closure>, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.closures(now, after, most).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.closures(now, after, most).await,
        }
    }

    async fn sweep_batch(&self, now: DateTime<Utc>, most: usize) -> Result<Swept, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.sweep_batch(now, most).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.sweep_batch(now, most).await,
        }
    }

    async fn due(&self, now: DateTime<Utc>) -> Result<Due, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.due(now).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.due(now).await,
        }
    }

    async fn scan<S: Scan>(&self, scan: S) -> Result<S, LedgerError> {
        match self {
            Self::Embedded(ledger) => ledger.scan(scan).await,
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.scan(scan).await,
        }
    }

    fn verifier(&self) -> Verifier {
        match self {
            Self::Embedded(ledger) => ledger.verifier(),
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(ledger) => ledger.verifier(),
        }
    }
}
