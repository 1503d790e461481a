//! The verdict on work that was allowed when it was queued and is done now.
//!
//! What was allowed then **and** what is allowed now must agree, so that nothing here widens. The lines are those of
//! [`Visitor::rejudge`](crate::Visitor::rejudge).

use super::Judge;
use crate::compiled::TrackerTerms;
use crate::consent::Provision;
use crate::wire::reading::is_ahead;
use crate::{Category, Decision, DenyReason, Stamp};
use chrono::TimeDelta;

impl Judge<'_> {
    /// Judges a stamp again. `now` is in seconds since 1970.
    pub(crate) fn stamped(&self, stamp: &Stamp, max_age: TimeDelta, now: i64) -> Decision {
        if is_ahead(stamp.at, now) {
            return Decision::Deny(DenyReason::Stamp);
        }
        let age = now.saturating_sub(i64::try_from(stamp.at).unwrap_or(i64::MAX));
        match self.stamped_now(stamp) {
            Decision::Deny(reason) => Decision::Deny(reason),
            Decision::Allow(_) if self.has_changed_since(stamp) => Decision::Deny(DenyReason::NoticeChanged),
            Decision::Allow(_) if age > max_age.num_seconds() => Decision::Deny(DenyReason::TooOld),
            allowed => allowed,
        }
    }

    /// What is decided now about what a stamp names.
    fn stamped_now(&self, stamp: &Stamp) -> Decision {
        let decision = self.consent.decide(stamp.categories);
        if (stamp.provider.is_none() && stamp.exemption.is_none()) || decision == UNKNOWN {
            return decision;
        }
        let is_same = |terms: &&TrackerTerms| self.is_covered(terms, stamp);
        match self.compiled.trackers().map(|(tracker, _)| self.compiled.terms(tracker)).find(is_same) {
            // The stamp's own exemption, not the tracker's: a tracker that claims none may come first.
            Some(terms) => {
                let provider = self.compiled.provider_of(terms);
                self.decide_provision(&Provision { category: stamp.categories, exemption: stamp.exemption, provider })
            }
            None => Decision::Deny(DenyReason::Undeclared),
        }
    }

    /// Whether what a stamp allowed includes a tracker on these terms: its category, its provider and no exemption but
    /// its own.
    pub(crate) fn is_covered(&self, terms: &TrackerTerms, stamp: &Stamp) -> bool {
        let provider = self.compiled.provider_of(terms).map(|provider| &*provider.id);
        let is_exempt_alike = stamp.exemption.is_none() || stamp.exemption == terms.exemption;
        stamp.categories.contains(terms.category) && stamp.provider() == provider && is_exempt_alike
    }

    fn has_changed_since(&self, stamp: &Stamp) -> bool {
        let categories = stamp.categories.difference(Category::ESSENTIAL);
        let provider = stamp.provider().and_then(|id| self.compiled.provider(id));
        let provider_since = provider.filter(|_| !categories.is_empty()).map_or(0, |provider| provider.since);
        !self.compiled.names.covered_by(stamp.revision).contains(categories) || provider_since > stamp.revision
    }
}

const UNKNOWN: Decision = Decision::Deny(DenyReason::UnknownCategory);
