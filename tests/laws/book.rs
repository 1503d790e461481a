//! The fold once more, written from the text of the design and line by line: the library must give the same codes.

use crate::laws::world::*;
use Choice::{Granted, Refused};
use consent_gate::AllowReason as A;
use consent_gate::DenyReason as D;
use consent_gate::policy::Exemption;
use consent_gate::regime::{Regime, Rule};
use consent_gate::{Category, Decision};

/// One visitor's case as the text speaks of it.
struct Case {
    regime: Regime,
    said: Option<Said>,
    is_unreadable: bool,
    is_date_live: bool,
    has_gpc: bool,
    has_dnt: bool,
    is_known: bool,
    is_minor: bool,
}

impl Case {
    fn of(state: &State) -> Self {
        let regime = state.regime();
        let (is_known, is_minor) = PEOPLE[state.person];
        Self {
            said: match state.sent() {
                Sent::Answer(said) => Some(said),
                Sent::Nothing | Sent::Garbage => None,
            },
            is_unreadable: state.sent() == Sent::Garbage,
            is_date_live: TIMES[state.time] < DECIDED + regime.grant_lasts.num_seconds(),
            has_gpc: state.has(1),
            has_dnt: state.has(2),
            is_known,
            is_minor,
            regime,
        }
    }

    fn since(category: Category) -> u32 {
        if category == ANALYTICS { 3 } else { 1 }
    }

    fn chose(&self, category: Category, choice: Choice) -> bool {
        self.said.is_some_and(|said| said.choice(category) == choice)
    }

    fn revision(&self) -> u32 {
        self.said.map_or(0, |said| said.revision)
    }

    fn saw_gpc(&self) -> bool {
        self.said.is_some_and(|said| said.saw_gpc)
    }

    /// Lines 3 to 8. `since` is the revision that a grant must have; `lifted` is an override of GPC by name.
    fn lines(&self, category: Category, is_exempt: bool, since: u32, lifted: bool) -> Decision {
        let is_granted = self.chose(category, Granted);
        let is_live = is_granted && self.is_date_live && self.revision() >= since;
        let overrides = lifted || (self.is_known && is_live && self.saw_gpc());
        let rule = if is_exempt { Rule::Exempt } else { self.regime.rule(category) };
        let category_rule = self.regime.rule(category);
        if category_rule == Rule::Forbidden || (self.is_minor && self.regime.forbidden_for_minors.contains(category)) {
            return Decision::Deny(D::Forbidden);
        }
        if self.chose(category, Refused) {
            return Decision::Deny(D::Refused);
        }
        if self.has_gpc && self.regime.gpc.contains(category) && !overrides {
            return Decision::Deny(D::Gpc);
        }
        if self.is_unreadable {
            return Decision::Deny(D::Unreadable);
        }
        if is_live {
            return Decision::Allow(A::Granted);
        }
        match rule {
            Rule::Exempt => Decision::Allow(A::Exempt),
            Rule::OptOut if self.has_dnt && self.regime.dnt => Decision::Deny(D::Dnt),
            Rule::OptOut => Decision::Allow(A::NoObjection),
            _ if is_granted && !self.is_date_live => Decision::Deny(D::Expired),
            _ if is_granted => Decision::Deny(D::NoticeChanged),
            _ => Decision::Deny(D::Undecided),
        }
    }

    fn category(&self, category: Category) -> Decision {
        self.lines(category, false, Self::since(category), false)
    }

    fn tracker(&self, (category, claims, provider): Terms) -> Decision {
        if category == Category::ESSENTIAL {
            return Decision::Allow(A::Essential);
        }
        let is_exempt = claims && self.regime.honours(Exemption::AudienceMeasurement);
        let Some((id, provider_since, is_processor)) = provider else {
            return self.lines(category, is_exempt, Self::since(category), false);
        };
        let named = self.said.and_then(|said| said.named).filter(|(name, _)| *name == id).map(|(_, granted)| granted);
        let plus_id = named == Some(true) && self.is_date_live && self.revision() >= provider_since;
        if named == Some(false) {
            let decision = self.lines(category, is_exempt, Self::since(category), false);
            return if decision.is_deny() { decision } else { Decision::Deny(D::ProviderRefused) };
        }
        let lifted = plus_id && self.is_known && self.saw_gpc();

        // A grant from before the provider does not cover it: line 8 then (the module doc of src/consent/tracker.rs).
        let since = Self::since(category).max(provider_since);
        let mut decision = self.lines(category, is_exempt, since, lifted);
        let gpc_stands = self.has_gpc && self.regime.gpc.contains(category) && !lifted;
        let by_name = matches!(decision, Decision::Deny(D::Undecided | D::Refused | D::NoticeChanged | D::Dnt));
        if plus_id && by_name && !gpc_stands {
            decision = Decision::Allow(A::Granted);
        }
        if decision.is_deny() {
            return decision;
        }
        let by_grant = self.chose(category, Granted) && self.is_date_live && self.revision() >= since;
        let overrides = lifted || (by_grant && self.is_known && self.saw_gpc());
        if self.has_gpc && self.regime.gpc_third_parties && !is_processor && !overrides {
            Decision::Deny(D::GpcThirdParty)
        } else {
            decision
        }
    }
}

#[test]
fn every_decision_is_the_one_that_the_design_gives() {
    for state in State::all() {
        let case = Case::of(&state);
        let mut expected = vec![case.category(ANALYTICS), case.category(ADVERTISING)];
        expected.extend(TRACKERS.map(|terms| case.tracker(terms)));
        for (place, expected) in expected.into_iter().enumerate() {
            let found = state.answers()[place];
            assert_eq!(found, expected, "{} for {state:?} {:?}", QUESTIONS[place], state.sent());
        }
    }
}
