//! The ledger: proof of consent.
//!
//! A controller must be able to show that a visitor consented: to what, when, told what, by which button (GDPR 7(1)); must
//! answer requests for export and deletion; and must not keep more than needed.
//!
//! - A [`Record`](crate::record::Record) is appended when an answer changes, and only then. What visitors were told is kept once
//!   per content, so that a record can be shown together with what was read.
//! - Entries are linked into chains, under a secret that the store does not hold: [`verify`] names the first one that was
//!   edited, removed or put in.
//! - What identifies a subject is sealed under a key of that subject. To erase is to destroy the key: the evidence stays
//!   for its time, the chain still verifies, and nobody can tell any more whose it was.
//! - What is due, goes: [`sweep`](fn@sweep) in small batches that can be stopped, repeated, and run on several machines.
//!
//! [`Embedded`] keeps everything in one file, [`Postgres`] (feature `ledger-postgres`) on a server
//! for several machines. One conformance suite holds both to the same outcome.
//!
//! [`Recorder`] ties a ledger to a gate: a grant that cannot be recorded does not take effect, a refusal always does.
//! [`Accounts`] keeps what each account says now, beside the proof of it.
//!
//! # What an erasure means on disk
//!
//! No store overwrites what it deletes. [`Embedded::compact`] writes the file anew without it; on PostgreSQL, `VACUUM FULL` of
//! the tables `subjects` and `records` does, and locks them meanwhile. Archived write-ahead logs, standbys, snapshots and
//! back-ups keep what they hold until they are replaced: keep them no longer than your policy says.
//!
//! # Running one
//!
//! - The [`Secret`] is made once ([`Secret::generate`], or `openssl rand -hex 32`) and kept apart from the store and its
//!   back-ups, the same on all machines. With the policy's `site` it opens the ledger: when either is lost or changed, nothing
//!   can be exported, erased, swept or verified any more.
//! - Nothing runs by itself: call [`sweep`](fn@sweep) once an hour or so, on one machine or on several; after it
//!   [`Embedded::compact`], where it removed something.
//! - Before a process ends, [`Recorder::flush`] within a timeout: refusals may still wait to be recorded.
//! - A file is copied while nobody has it open, or by a snapshot of its volume; a server by its own tools. What was recorded or
//!   erased after a back-up is not in it. After restoring one, erase again what was erased since (keep a list of that elsewhere),
//!   and clear the answers of accounts, or old grants are back that were withdrawn.
//! - On a server, what was acknowledged is as durable as its `synchronous_commit` says: `on` or stronger, with a synchronous
//!   standby where one takes over. Read replicas are too late for [`answer`](Ledger::answer).
//! - Keep the [`Verified::state`] of each verification elsewhere, and [verify against it](Verifier::since) the next time.
//!
//! # Example
//! ```
//! # use consent_gate::*;
//! # use consent_gate::record::{Circumstances, Method, Status};
//! use consent_gate::ledger::{Draft, Embedded, Ledger, Notice, Secret, Settings, verify};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let gate = testing::gate();
//! let ledger = Embedded::in_memory(&Settings::of(gate.policy(), Secret::generate()))?;
//!
//! let visitor = testing::undecided(&gate);
//! let pending = visitor.prepare(&Change::answer(Category::ANALYTICS))?;
//! let record = pending.record(&Circumstances::new(Method::Banner, "en")).unwrap();
//! ledger.append(Draft::new(Some("user-17"), record, &Notice::of(gate.policy(), "en"))?).await?;
//! pending.commit()?;                                       // durable first, then in effect
//!
//! let history = ledger.history("user-17", None, 10).await?;
//! assert_eq!(history[0].record.status("analytics"), Status::Given);
//! assert_eq!(verify(&ledger).await??.records, 1);
//!
//! ledger.erase("user-17", testing::now()).await?;
//! assert!(ledger.history("user-17", None, 10).await?.is_empty());
//! assert_eq!(verify(&ledger).await??.records, 1);          // the evidence stays, and names nobody
//! # Ok(()) }
//! ```

mod accounts;
mod any;
mod chain;
mod embedded;
mod entry;
mod error;
mod export;
mod notice;
mod packed;
#[cfg(feature = "ledger-postgres")]
mod postgres;
mod recorder;
mod scan;
mod sealed;
mod secret;
mod stats;
mod sweep;
mod terms;

pub use accounts::Accounts;
pub use any::AnyLedger;
pub use chain::{BrokenLink, Ends, Fault, Verified, Verifier};
pub use embedded::Embedded;
pub use entry::{Draft, Entry, RecordId};
pub use error::LedgerError;
pub use export::{export_csv, export_json};
pub use notice::{ContentHash, Notice};
#[cfg(feature = "ledger-postgres")]
pub use postgres::{Postgres, PostgresSettings};
pub use recorder::{Recorder, RecorderError};
pub use scan::{Progress, Scan, Stored};
pub use secret::Secret;
pub use stats::{Stats, StatsRow};
pub use sweep::{Closure, Due, Sweep, Swept, sweep};

use crate::policy::Retention;
use crate::{Answer, Policy};
use chrono::{DateTime, Utc};
use secret::Keys;
use std::future::Future;
use terms::Terms;

/// Where proof of consent is kept: an [`Embedded`], a [`Postgres`], or what a host wraps around one of
/// them. The parts that a new store would need are not public.
///
/// Every method waits without blocking the executor. What was acknowledged is durable: it survives a crash of the process
/// and of the machine.
///
/// A `subject` is the host's own identifier of a visitor, of 1 to 256 bytes: of an account, say. It is stored sealed, and
/// looked up by a pseudonym.
pub trait Ledger: Send + Sync {
    /// Keeps a record. The same draft appended again, after an error of which nobody knows what it left, is kept once: soon
    /// again, before 64 further records of the subject, and before its erasure.
    ///
    /// # Errors
    /// [`LedgerError::Full`] on a full disk, [`LedgerError::Unreachable`] without a server; the others of [`LedgerError`].
    fn append(&self, draft: Draft) -> impl Future<Output = Result<(), LedgerError>> + Send;

    /// The records of a subject, oldest first, at most so many, after a [`place`](Entry::place).
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where one cannot be read; the others of [`LedgerError`].
    fn history(
        &self,
        subject: &str,
        after: Option<u64>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, LedgerError>> + Send;

    /// The last record of a subject: the current state of its consent.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    fn last(&self, subject: &str) -> impl Future<Output = Result<Option<Entry>, LedgerError>> + Send;

    /// What visitors were told, by its hash.
    ///
    /// # Errors
    /// Those of the store.
    fn notice(&self, hash: ContentHash) -> impl Future<Output = Result<Option<String>, LedgerError>> + Send;

    /// Erases a subject at once: its identifiers and all that ties its records to it or to each other. The records stay as
    /// evidence for the time of the policy, longer under a hold, and then go at the end of a day. Returns how many there were.
    ///
    /// A record that is appended afterwards makes the subject known again: where refusals of it may still wait in a
    /// [`Recorder`], [flush](Recorder::flush) it first. Where the subject has [closed its account](Self::close_account), its name
    /// alone stays, sealed, until [`sweep`](fn@sweep) has had the host delete its data.
    ///
    /// # Errors
    /// Those of the store.
    fn erase(&self, subject: &str, now: DateTime<Utc>) -> impl Future<Output = Result<u64, LedgerError>> + Send;

    /// Erases a subject, as [`erase`](Self::erase) does, whose data the host has deleted: a closure that it asked for ends.
    /// [`sweep`](fn@sweep) calls it.
    ///
    /// # Errors
    /// Those of the store.
    fn end_closure(&self, subject: &str, now: DateTime<Utc>) -> impl Future<Output = Result<u64, LedgerError>> + Send;

    /// Keeps a subject's records, those to come too, at least until a time, where the law requires it. A later hold
    /// lengthens an earlier one, never shortens it. It does not keep identifiers from an erasure. Whether the subject is known.
    ///
    /// # Errors
    /// Those of the store.
    fn hold(
        &self,
        subject: &str,
        until: DateTime<Utc>,
        reason: &str,
    ) -> impl Future<Output = Result<bool, LedgerError>> + Send;

    /// The hold on a subject, if there is one: until when, and why.
    ///
    /// # Errors
    /// Those of the store.
    fn held(&self, subject: &str) -> impl Future<Output = Result<Option<(DateTime<Utc>, String)>, LedgerError>> + Send;

    /// The answer of an account, as it was last [kept](Self::replace_answer); `None` where none was. It is what an account
    /// says now, for all of its devices; what it said before, the records prove.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where it cannot be read; the others of [`LedgerError`].
    fn answer(&self, subject: &str) -> impl Future<Output = Result<Option<Answer>, LedgerError>> + Send;

    /// Keeps the answer of an account in the place of `before`, sealed until the subject is erased, and says whether it stands
    /// there now: `false`, and nothing kept, where another one does.
    ///
    /// # Errors
    /// Those of the store.
    fn replace_answer(
        &self,
        subject: &str,
        before: Option<&Answer>,
        after: &Answer,
    ) -> impl Future<Output = Result<bool, LedgerError>> + Send;

    /// Closes an account at a time: from then on each [`sweep`](fn@sweep) has the host delete what it holds of the subject, and then
    /// erases the subject here. Returns the date by which that must be done, by the policy's `account_closure`: a host that wants
    /// to wait returns an error from `delete` until then. Closed again, the earlier date stays.
    ///
    /// # Errors
    /// Those of the store.
    fn close_account(
        &self,
        subject: &str,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<DateTime<Utc>, LedgerError>> + Send;

    /// The accounts that are closed by a time and not yet erased, at most so many, after another.
    ///
    /// # Errors
    /// Those of the store.
    fn closures(
        &self,
        now: DateTime<Utc>,
        after: Option<&Closure>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<Closure>, LedgerError>> + Send;

    /// Does one batch of what is due: notes terms that are over, removes records whose time is over. At most about `most`
    /// records. Call it until [`Swept::is_done`], or let [`sweep`](fn@sweep) do so.
    ///
    /// # Errors
    /// Those of the store.
    fn sweep_batch(&self, now: DateTime<Utc>, most: usize) -> impl Future<Output = Result<Swept, LedgerError>> + Send;

    /// What a sweep would do.
    ///
    /// # Errors
    /// Those of the store.
    fn due(&self, now: DateTime<Utc>) -> impl Future<Output = Result<Due, LedgerError>> + Send;

    /// Walks over everything, in one consistent state and in flat memory.
    ///
    /// # Errors
    /// Those of the store.
    fn scan<S: Scan>(&self, scan: S) -> impl Future<Output = Result<S, LedgerError>> + Send;

    /// What follows the chains of this ledger: for [`scan`](Self::scan), with progress or against an earlier state.
    /// [`verify`] is shorter.
    fn verifier(&self) -> Verifier;
}

/// Verifies every chain of a ledger, as it is at this moment.
///
/// # Errors
/// The outer: those of the store. The inner: the first [`BrokenLink`].
pub async fn verify<L: Ledger>(ledger: &L) -> Result<Result<Verified, BrokenLink>, LedgerError> {
    Ok(ledger.scan(ledger.verifier()).await?.finish())
}

/// What every ledger needs to know: the site, its secret, and how long things are kept.
#[derive(Clone, Debug)]
pub struct Settings {
    site: String,
    secret: Secret,
    retention: Retention,
}

impl Settings {
    /// Those of a policy.
    #[must_use]
    pub fn of(policy: &Policy, secret: Secret) -> Self {
        Self { site: policy.site.clone(), secret, retention: policy.retention }
    }

    fn keys(&self) -> Keys {
        Keys::new(&self.secret, &self.site)
    }

    fn terms(&self) -> Terms {
        Terms::of(&self.retention)
    }
}

/// Whether a ledger that was found is the one that was meant.
fn found(
    schema: Option<u32>,
    found: Option<&[u8]>,
    check: Option<&[u8]>,
    site: &str,
    keys: &Keys,
) -> Result<(), LedgerError> {
    let Some((schema, found)) = schema.zip(found) else {
        return Err(LedgerError::Damaged("it does not say whose ledger it is".to_owned()));
    };
    if schema > entry::SCHEMA_VERSION {
        return Err(LedgerError::TooNew(schema));
    }
    if found != site.as_bytes() {
        let found = String::from_utf8_lossy(found).into_owned();
        return Err(LedgerError::WrongSite { found, expected: site.to_owned() });
    }
    if check == Some(&keys.check()) { Ok(()) } else { Err(LedgerError::WrongSecret) }
}

/// A time from seconds since 1970; one beyond what `chrono` can hold is its last.
fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
