//! What a tracker and its provider add to the decision about its category.
//!
//! A tracker is decided by its category, with two additions:
//!
//! - A declared exemption that the regime honours makes `Exempt` its rule in line 8 of the fold. Lines 3 to 6 still deny
//!   it; DNT, which belongs to opt-out, does not.
//! - Its provider. **`+id`**, the later and narrower click ("load this video"), allows with `granted` where only a grant
//!   is missing: `undecided`, `refused`, `expired`, `notice-changed`, or `dnt`, which a grant passes too. Were it denied
//!   `dnt`, a stricter rule (opt-in, where DNT has no say) would allow more. It must be live and of the provider's
//!   `since` or later, and it passes nothing that would deny without the refusal: not `forbidden`, `unreadable` or `gpc`.
//!   What is allowed then narrows: **`-id`** denies `provider-refused`; GPC, where the regime says so, denies
//!   `gpc-third-party` for a provider that is not a processor.
//!
//! A grant from before the provider's `since` does not cover it: for its trackers the visitor was not asked. Where only a
//! grant can allow, that is `notice-changed`, although the category is granted; where none is needed, the rule decides. So an
//! older grant never allows less than none, and a lapse never widens.
//!
//! An override of GPC (line 5) is as narrow: by a live grant that covers the provider, or by a live `+id`, either made
//! while GPC was sent, of a known visitor.

use super::{Consent, SOURCES, WeighedAnswer};
use crate::compiled::ProviderTerms;
use crate::terms::answer::Exceptions;
use crate::terms::rule::Exemption;
use crate::{AllowReason, Category, Decision, DenyReason, Signals};

/// What a tracker is decided by.
#[derive(Clone, Copy)]
pub(crate) struct Provision<'a> {
    pub(crate) category: Category,
    pub(crate) exemption: Option<Exemption>,
    pub(crate) provider: Option<&'a ProviderTerms>,
}

/// The providers that each answer names, in the order of the fold's.
#[derive(Clone, Copy, Default)]
pub(crate) struct NamedProviders<'a>(pub(crate) [Option<&'a Exceptions>; SOURCES]);

/// What the answers say of one provider by name.
#[derive(Clone, Copy, PartialEq)]
enum ByName {
    Nothing,
    Refused,
    Granted { saw_gpc: bool },
}

impl Consent {
    /// Decides about one tracker.
    pub(crate) fn decide_tracker(&self, tracker: &Provision<'_>, named: NamedProviders<'_>) -> Decision {
        if tracker.category == Category::ESSENTIAL {
            return Decision::Allow(AllowReason::Essential);
        }
        let Some(provider) = tracker.provider else {
            return self.by_lines(tracker, true, self.gpc.contains(tracker.category));
        };
        let by_name = self.by_name(provider, named);
        if by_name == ByName::Refused {
            // Before the provider's `since`: whoever refused it was asked about it, whatever it has become.
            let decision = self.by_lines(tracker, true, self.gpc.contains(tracker.category));
            return if decision.is_deny() { decision } else { Decision::Deny(DenyReason::ProviderRefused) };
        }
        let covered = self.covers(tracker.category, provider);
        let lifted = self.lifts_gpc(tracker.category, covered, by_name);
        let gpc_applies = self.gpc_reaches(tracker.category) && !lifted;

        let decision = match self.by_lines(tracker, covered, gpc_applies) {
            Decision::Deny(reason) if self.passes_by_name(by_name, reason, gpc_applies) => {
                Decision::Allow(AllowReason::Granted)
            }
            decision => decision,
        };
        if decision.is_allow() && self.objects_to_third_parties() && !provider.is_processor && !lifted {
            Decision::Deny(DenyReason::GpcThirdParty)
        } else {
            decision
        }
    }

    /// Decides about one category that is declared and not essential, and gives the reason.
    pub(super) fn by_category(&self, category: Category) -> Decision {
        let plain = Provision { category, exemption: None, provider: None };
        self.by_lines(&plain, true, self.gpc.contains(category))
    }

    /// Lines 3 to 8 of the fold, in their order: the only place that gives a reason. The arguments are what a tracker
    /// changes in them: its exemption, whether a grant covers its provider, and whether GPC applies to it.
    fn by_lines(&self, tracker: &Provision<'_>, covered: bool, gpc_applies: bool) -> Decision {
        let category = tracker.category;
        let deny = Decision::Deny;
        if self.forbidden.contains(category) {
            deny(DenyReason::Forbidden)
        } else if self.refused.contains(category) {
            deny(DenyReason::Refused)
        } else if gpc_applies {
            deny(DenyReason::Gpc)
        } else if self.is_unreadable {
            deny(DenyReason::Unreadable)
        } else if covered && self.live.contains(category) {
            Decision::Allow(AllowReason::Granted)
        } else if self.regime.exempt.contains(category) || self.is_exempt(tracker) {
            Decision::Allow(AllowReason::Exempt)
        } else if self.regime.opt_out.contains(category) {
            if self.dnt_objects() { deny(DenyReason::Dnt) } else { Decision::Allow(AllowReason::NoObjection) }
        } else if self.lapsed.contains(category) {
            deny(DenyReason::Expired)
        } else if self.granted.contains(category) {
            deny(DenyReason::NoticeChanged)
        } else {
            deny(DenyReason::Undecided)
        }
    }

    /// Whether a `+id` replaces the grant that is missing.
    fn passes_by_name(&self, by_name: ByName, reason: DenyReason, gpc_applies: bool) -> bool {
        use DenyReason::{Dnt, Expired, NoticeChanged, Refused, Undecided};
        let only_a_grant_is_missing = matches!(reason, Undecided | Refused | Expired | NoticeChanged | Dnt);
        // A refusal comes before these lines; without it they would deny, and a refusal must not open what they close.
        let closed = gpc_applies || self.is_unreadable;
        matches!(by_name, ByName::Granted { .. }) && only_a_grant_is_missing && !closed
    }

    /// What the answers say of a provider by name. `-id` in either counts. A `+id` is a grant: where several answers
    /// hold it, it is as old as the oldest, and saw what all saw. One that refuses the category, and does not grant the
    /// provider itself, withholds it.
    fn by_name(&self, provider: &ProviderTerms, NamedProviders(answers): NamedProviders<'_>) -> ByName {
        let id = &*provider.id;
        let named = answers.map(|exceptions| exceptions.filter(|e| !e.is_empty()).and_then(|e| e.of(id)));
        if named.contains(&Some(false)) {
            return ByName::Refused;
        }
        if !named.contains(&Some(true)) {
            return ByName::Nothing;
        }
        let counts = |(answer, granted): (&WeighedAnswer, Option<bool>)| match granted {
            Some(_) => answer.is_fresh && answer.revision >= provider.since,
            None => !answer.refused.contains(provider.category),
        };
        let each = || self.answers.iter().zip(named);
        if !each().all(counts) {
            return ByName::Nothing;
        }
        ByName::Granted { saw_gpc: each().all(|(answer, granted)| granted.is_none() || answer.saw_gpc) }
    }

    /// Whether the grant of a category reaches a provider: every answer that holds it knew of the provider.
    fn covers(&self, category: Category, provider: &ProviderTerms) -> bool {
        self.answers
            .iter()
            .filter(|answer| answer.granted.contains(category))
            .all(|answer| answer.revision >= provider.since)
    }

    fn gpc_reaches(&self, category: Category) -> bool {
        self.signals.contains(Signals::GPC) && self.regime.gpc.contains(category)
    }

    fn lifts_gpc(&self, category: Category, covered: bool, by_name: ByName) -> bool {
        let by_grant = covered && self.overriding.contains(category);
        by_grant || (self.is_known && by_name == ByName::Granted { saw_gpc: true })
    }

    fn objects_to_third_parties(&self) -> bool {
        self.signals.contains(Signals::GPC) && self.regime.gpc_third_parties
    }

    /// Whether GPC alone denies a provider that the law allows until objection: it is a third party, nothing refuses it, and no
    /// grant made while GPC was sent covers it.
    pub(crate) fn signal_refuses(&self, provider: &ProviderTerms, named: NamedProviders<'_>) -> bool {
        if !self.objects_to_third_parties() || provider.is_processor {
            return false;
        }
        let by_name = self.by_name(provider, named);
        let open = self.regime.opt_out.difference(self.forbidden | self.refused) & provider.category;
        let is_lifted = |category| self.lifts_gpc(category, self.covers(category, provider), by_name);
        by_name != ByName::Refused && !open.each().all(is_lifted)
    }

    /// Whether what a category collects may go to a third party: it is allowed, and no GPC that the regime reads so objects.
    #[cfg(feature = "browser")]
    pub(crate) fn may_give_away(&self, category: Category) -> bool {
        self.may_track(category) && (!self.objects_to_third_parties() || self.overriding.contains(category))
    }

    fn is_exempt(&self, tracker: &Provision<'_>) -> bool {
        tracker.exemption.is_some_and(|exemption| self.regime.honours(exemption))
    }
}
