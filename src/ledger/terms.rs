//! How long each record is kept.
//!
//! 1. Proof is kept while what it proves lasts: a record stands until the subject's next one, or until its grants lapse;
//!    from then on it is evidence, for as long as the policy says, and then it goes.
//! 2. A refusal of a subject has no term of its own: it stands until the next record or until the subject is erased.
//! 3. A record without a subject has no next one, and one that neither gives nor refuses proves nothing that lasts: these are
//!    evidence from their expiry, or from the day they were written.
//! 4. Erasing a subject makes its last record evidence of that day, and all of them go at the end of a day: a date to the second
//!    would tie each to the one that followed it.
//! 5. A hold only lengthens.
//!
//! Nothing is written about a record when another one follows it: when it ends is worked out when it is looked at, and that
//! is when something may be due at the earliest. When the one that follows goes first, it leaves its time behind.
//!
//! All times are seconds since 1970.

use crate::policy::Retention;
use crate::record::Record;

pub(crate) const DAY: i64 = 86_400;

/// No term.
pub(crate) const NEVER: i64 = i64::MAX;

/// The terms of a policy, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) account_closure: i64,
    evidence: i64,
}

/// A record that is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// When it goes, if nothing follows.
    pub(crate) due: i64,
    /// When what it gives a subject lapses, if nothing follows.
    pub(crate) expiry: i64,
    /// When the subject's next record was written.
    pub(crate) followed: Option<i64>,
    /// Until when the subject's records are held; 0 without a hold.
    pub(crate) held: i64,
}

/// What is to be done about a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Task {
    /// What it gives has lapsed: that is noted by another record.
    Expire,
    /// Its time is over.
    Remove,
    /// Nothing before this time.
    Wait(i64),
}

impl Terms {
    pub(crate) fn of(retention: &Retention) -> Self {
        let seconds = |period: crate::policy::Period| i64::try_from(period.as_seconds()).unwrap_or(NEVER);
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
    pub(crate) fn ended(&self, due: i64, at: i64) -> i64 {
        due.min(self.after(at))
    }

    /// When a record goes whose subject was erased.
    pub(crate) fn erased(&self, due: i64, at: i64, held: i64) -> i64 {
        match self.ended(due, at).max(held) {
            NEVER => NEVER,
            due => due.saturating_add(DAY - 1).div_euclid(DAY).saturating_mul(DAY),
        }
    }

    /// When a subject's record is looked at next: what follows it after a time makes it go no earlier than that.
    pub(crate) fn next_look(&self, time: i64, due: i64, expiry: i64) -> i64 {
        due.min(expiry).min(self.after(time).max(time.saturating_add(DAY)))
    }

    /// What is to be done about a record by a time.
    pub(crate) fn task(&self, record: Standing, now: i64) -> Task {
        let Standing { due, expiry, followed, held } = record;
        let (due, expiry) = match followed {
            Some(at) => (self.ended(due, at), NEVER),
            None => (due, expiry),
        };
        let due = due.max(held);
        match () {
            () if expiry <= now => Task::Expire,
            () if due <= now => Task::Remove,
            () => Task::Wait(self.next_look(now, due, expiry)),
        }
    }

    fn after(&self, time: i64) -> i64 {
        time.saturating_add(self.evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_never_looked_at_too_late() {
        let (day, year) = (DAY, 365 * DAY);
        for evidence in [0, day, 30 * day, 2 * year, NEVER] {
            let terms = Terms { account_closure: 0, evidence };
            for (due, expiry) in [(NEVER, NEVER), (terms.after(180 * day), 180 * day), (terms.after(0), NEVER)] {
                for followed in [None, Some(1), Some(100 * day), Some(3 * year)] {
                    for held in [0, 10 * day, 9 * year] {
                        let first = terms.next_look(0, due, expiry);
                        let mut looks = vec![first];
                        // What a sweep would do that never stops.
                        let end = loop {
                            let now = *looks.last().unwrap();
                            if now > 20 * year {
                                break None;
                            }
                            let followed = followed.filter(|at| *at <= now);
                            match terms.task(Standing { due, expiry, followed, held }, now) {
                                Task::Wait(next) => {
                                    assert!(next > now, "{due} {expiry} {followed:?} {held}");
                                    looks.push(next);
                                }
                                task => break Some((now, task)),
                            }
                        };
                        // It is found on the very day, or within one where no time is given.
                        let lapsed = followed.is_none_or(|at| at > expiry) && expiry != NEVER;
                        let gone = followed.map_or(due, |at| terms.ended(due, at)).max(held);
                        let expected = if lapsed { (expiry, Task::Expire) } else { (gone, Task::Remove) };
                        let why = format!("{evidence} {due} {expiry} {followed:?} {held}: {end:?}");
                        match end {
                            None => assert!(expected.0 > 20 * year, "{why}"),
                            Some((at, task)) => {
                                assert_eq!(task, expected.1, "{why}");
                                assert!((expected.0..=expected.0 + day).contains(&at), "{why}");
                            }
                        }
                    }
                }
            }
        }
    }
}
