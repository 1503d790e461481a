//! The verdict on a declared tracker, and the rule for what the policy does not declare.

use super::Judge;
use crate::compiled::{ProviderId, TrackerId, TrackerTerms};
use crate::consent::Provision;
use crate::policy::Undeclared;
use crate::{AllowReason, Decision, DenyReason, Policy};

/// What is decided about a name or an address, and the tracker that it was found as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// `None` where the policy declares nothing by that name, and where the name was not looked up.
    pub(crate) tracker: Option<TrackerId>,
    /// The provider of the tracker.
    pub(crate) provider: Option<ProviderId>,
}

impl Verdict {
    /// A verdict that no tracker has a part in.
    pub(crate) const fn without_tracker(decision: Decision) -> Self {
        Self { decision, tracker: None, provider: None }
    }

    pub(crate) const fn is_allow(&self) -> bool {
        self.decision.is_allow()
    }

    pub(crate) const fn is_deny(&self) -> bool {
        self.decision.is_deny()
    }
}

impl Judge<'_> {
    /// Decides about a declared tracker.
    pub(crate) fn decide_tracker(&self, tracker: TrackerId) -> Decision {
        let terms = self.compiled.terms(tracker);
        let TrackerTerms { category, exemption, .. } = *terms;
        self.decide_provision(&Provision { category, exemption, provider: self.compiled.provider_of(terms) })
    }

    /// Decides about something on the given terms.
    pub(crate) fn decide_provision(&self, provision: &Provision<'_>) -> Decision {
        self.consent.decide_tracker(provision, self.named)
    }

    /// The verdict on a declared tracker.
    pub(super) fn verdict(&self, tracker: TrackerId) -> Verdict {
        let (decision, provider) = (self.decide_tracker(tracker), self.compiled.terms(tracker).provider);
        Verdict { decision, tracker: Some(tracker), provider }
    }

    /// The verdict on what was looked up: on the tracker that was found, or by the rule for undeclared things.
    pub(super) fn verdict_or_undeclared(&self, found: Option<TrackerId>) -> Verdict {
        match found {
            Some(tracker) => self.verdict(tracker),
            None => Verdict::without_tracker(undeclared(&self.compiled.policy)),
        }
    }
}

/// What a policy says of things that it does not declare.
pub(crate) const fn undeclared(policy: &Policy) -> Decision {
    match policy.enforce.undeclared {
        Undeclared::Deny => Decision::Deny(DenyReason::Undeclared),
        Undeclared::Report | Undeclared::Allow => Decision::Allow(AllowReason::Undeclared),
    }
}
