//! What is due, and doing it.

use super::secret::Pseudonym;
use super::{Ledger, LedgerError};
use chrono::{DateTime, Utc};
use std::future::Future;

/// What one batch of a sweep did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Swept {
    /// Consents whose term was over, noted by a record of their own.
    pub expired: u64,
    /// Records whose time was over, removed.
    pub removed: u64,
    /// Records that are due and cannot be read, so that they wait for another day. [`verify`](super::verify) says more.
    pub unreadable: u64,
    /// Whether nothing more is due.
    pub is_done: bool,
}

impl Swept {
    /// Adds what another batch did.
    pub(crate) const fn add(&mut self, other: Self) {
        self.expired += other.expired;
        self.removed += other.removed;
        self.unreadable += other.unreadable;
        self.is_done &= other.is_done;
    }
}

/// What a sweep would do.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Due {
    /// Consents whose term is over.
    pub expired: u64,
    /// Records whose time is over.
    pub removed: u64,
    /// Closed accounts whose data the host is to delete.
    pub closures: u64,
    /// Those of them that are past their date.
    pub overdue: u64,
}

/// A closed account, whose data the host is to delete.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Closure {
    /// The host's identifier.
    pub subject: String,
    /// When the account was closed.
    pub closed: DateTime<Utc>,
    /// By when the host's data must be gone.
    pub deadline: DateTime<Utc>,
    pub(crate) pseudonym: Pseudonym,
}

impl Closure {
    pub(crate) fn new(subject: String, at: i64, account_closure: i64, pseudonym: Pseudonym) -> Self {
        let deadline = super::time(at.saturating_add(account_closure));
        Self { subject, closed: super::time(at), deadline, pseudonym }
    }
}

/// What a whole sweep did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Sweep {
    /// Consents whose term was over.
    pub expired: u64,
    /// Records removed.
    pub removed: u64,
    /// Records that are due and cannot be read: the sweep of the next day tries again. Somebody must look.
    pub unreadable: u64,
    /// Closed accounts that the host has deleted, and that are erased now.
    pub closed: u64,
    /// Those that the host could not delete yet: the next sweep asks again.
    pub failed: u64,
    /// Those of them that are past their date. Somebody must look.
    pub overdue: u64,
}

/// How many records one batch takes: a few milliseconds of work, between which others write.
const BATCH: usize = 256;

/// Does all that is due: has the host delete the data of closed accounts and erases them here, notes terms that are over,
/// removes records whose time is over.
///
/// In batches, each durable for itself: stopped at any point, it goes on at the next call. Several machines may sweep at
/// once; then `delete` may be called twice for one subject, and must not mind.
///
/// A clock that was set back removes nothing early: what is due is due by `now`. A policy whose `evidence` was shortened holds
/// for a record from when it is looked at next, which may be as late as by the longer period.
///
/// # Errors
/// [`LedgerError`], those of the store. An error of `delete` is counted, and the account stays due.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # use consent_gate::ledger::{Embedded, Ledger, Secret, Settings, sweep};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let ledger = Embedded::in_memory(&Settings::of(&testing::policy(), Secret::generate()))?;
/// # let now = testing::now();
/// ledger.close_account("user-17", now).await?;
/// let swept = sweep(&ledger, now, |closure| async move {
///     println!("deleting the lessons of {}", closure.subject);
///     Ok::<(), std::io::Error>(())
/// }).await?;
/// assert_eq!(swept.closed, 1);
/// # Ok(()) }
/// ```
pub async fn sweep<L, D, F, E>(ledger: &L, now: DateTime<Utc>, mut delete: D) -> Result<Sweep, LedgerError>
where
    L: Ledger,
    D: FnMut(Closure) -> F,
    F: Future<Output = Result<(), E>>,
{
    let mut all = Sweep::default();
    let mut after: Option<Closure> = None;
    loop {
        let closures = ledger.closures(now, after.as_ref(), BATCH).await?;
        let Some(last) = closures.last().cloned() else { break };
        for closure in closures {
            let (subject, is_overdue) = (closure.subject.clone(), now > closure.deadline);
            if delete(closure).await.is_ok() {
                ledger.end_closure(&subject, now).await?;
                all.closed += 1;
            } else {
                all.failed += 1;
                all.overdue += u64::from(is_overdue);
            }
        }
        after = Some(last);
    }
    loop {
        let swept = ledger.sweep_batch(now, BATCH).await?;
        all.expired += swept.expired;
        all.removed += swept.removed;
        all.unreadable += swept.unreadable;
        if swept.is_done {
            return Ok(all);
        }
    }
}
