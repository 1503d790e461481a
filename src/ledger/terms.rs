//! How long each record is kept.
//!
//! 1. Proof is kept while what it proves lasts: a record stands until the subject's next one, or until its grants lapse;
//!    from then on it is evidence, for as long as the policy says, and then it goes.
//! 2. A refusal of a subject has no term of its own: it stands until the next record or until the subject is erased.
//! 3. A record without a subject has no next one, and one that neither gives nor refuses proves nothing that lasts: these are
//!    evidence from their expiry, or from the day they were written.
//! 4. Erasing a subject, or closing the account, makes all of its records evidence of that day, without its identifiers.
//! 5. A hold only lengthens.
//!
//! All times are seconds since 1970.

use crate::{Record, Retention};

/// No term.
pub(crate) const NEVER: i64 = i64::MAX;

/// The terms of a policy, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) account_closure: i64,
    evidence: i64,
}

impl Terms {
    pub(crate) fn of(retention: &Retention) -> Self {
        let seconds = |period: crate::Period| i64::try_from(period.as_seconds()).unwrap_or(NEVER);
        Self { account_closure: seconds(retention.account_closure), evidence: seconds(retention.evidence) }
    }

    /// When a new record goes, if nothing follows and nothing holds it.
    pub(crate) fn first(&self, record: &Record, has_subject: bool) -> i64 {
        match record.expiry {
            Some(expiry) => self.after(expiry.timestamp()),
            None if has_subject && record.changes().any(|change| change.after.is_refused()) => NEVER,
            None => self.after(record.time.timestamp()),
        }
    }

    /// When a record goes that has become evidence at a time.
    pub(crate) fn ended(&self, due: i64, at: i64, held: i64) -> i64 {
        due.min(self.after(at)).max(held)
    }

    fn after(&self, time: i64) -> i64 {
        time.saturating_add(self.evidence)
    }
}
