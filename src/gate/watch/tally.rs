//! What a gate keeps for its operator: the names that nothing declares, and what report mode would have denied.
//!
//! Both are bounded: see [`undeclared`](crate::gate::watch::undeclared), and declared trackers times reasons. What is enforced is not
//! counted here, so that it costs nothing: events tell of it.

use crate::DenyReason;
use crate::compiled::{Compiled, TrackerId};
use crate::gate::watch::undeclared::Undeclared;
use crate::policy::Technology;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A declared tracker that enforcement would have denied.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DeniedTracker {
    /// Its name, as declared.
    pub tracker: String,
    /// Its technology, as declared.
    pub technology: Technology,
    /// The id of its category.
    pub category: String,
    /// Why.
    pub reason: DenyReason,
    /// How often.
    pub count: u64,
}

/// How often, by the tracker and the reason.
type Counts = BTreeMap<(TrackerId, DenyReason), u64>;

/// What all clones of one gate keep.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) undeclared: Undeclared,
    denied: Mutex<Counts>,
}

impl Tally {
    /// Counts a denial of a declared tracker.
    pub(crate) fn deny(&self, tracker: TrackerId, reason: DenyReason) {
        let mut denied = self.lock();
        let count = denied.entry((tracker, reason)).or_default();
        *count = count.saturating_add(1);
    }

    /// What was denied, the most frequent first.
    pub(crate) fn denied(&self, compiled: &Compiled) -> Vec<DeniedTracker> {
        let mut all: Vec<DeniedTracker> = self
            .lock()
            .iter()
            .map(|((tracker, reason), count)| {
                let declared = compiled.declared(*tracker);
                DeniedTracker {
                    tracker: declared.name.clone(),
                    technology: declared.technology,
                    category: declared.category.clone(),
                    reason: *reason,
                    count: *count,
                }
            })
            .collect();
        all.sort_by_key(|denied| std::cmp::Reverse(denied.count));
        all
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
