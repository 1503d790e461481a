//! What is told of a request to the gate's observers, and kept for the operator's report.

use super::{State, Visitor};
use crate::compiled::Kind;
use crate::enforce::{CookieVerdict, Judged};
use crate::wire::pairs::pairs;
use crate::{AllowReason, Answer, Decision, DenyReason, Event, Technology, Thing};

impl Visitor {
    /// Tells an event of this request.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        self.shared.span.in_scope(|| self.gate().tell(event));
    }

    /// From now on counts what is denied, and remembers the cookies of the request that nothing declares.
    ///
    /// A pair without a value is passed over: a browser sends a nameless cookie as its value alone, and no value may be
    /// remembered.
    pub(crate) fn report(&self) {
        let mut state = self.state();
        state.is_reporting = true;
        let compiled = self.gate().compiled();
        let named = pairs(&state.cookies).filter(|(_, value)| !value.is_empty());
        for name in named.filter_map(|(name, _)| std::str::from_utf8(name).ok()) {
            if name != compiled.cookie_name && compiled.tracker(Kind::Cookie, name).is_none() {
                let (decision, _) = self.judge(&state).cookie_name(name);
                self.tell_undeclared(Thing::Cookie, name, decision, true);
            }
        }
    }

    pub(super) fn tell_of(&self, state: &State, (decision, tracker): Judged, thing: Thing, name: &str) {
        match (tracker, decision) {
            (Some(tracker), Decision::Deny(reason)) => {
                if state.is_reporting {
                    self.gate().tally().deny(tracker, reason);
                }
                let technology = self.gate().policy().trackers[tracker].technology;
                self.tell_denied(state, technology, self.category_of(tracker), reason);
            }
            (None, Decision::Allow(AllowReason::Undeclared) | Decision::Deny(DenyReason::Undeclared)) => {
                self.tell_undeclared(thing, name, decision, false);
            }
            _ => {}
        }
    }

    pub(super) fn tell_denied(&self, state: &State, technology: Technology, category: &str, reason: DenyReason) {
        self.tell(&Event::Denied { technology, category, reason, region: state.facts.region });
    }

    /// Tells of a `Set-Cookie` line, and of what in it contradicts its declaration.
    pub(super) fn tell_of_line(&self, state: &State, verdict: &CookieVerdict<'_>) {
        self.tell_of(state, (verdict.decision, verdict.tracker), Thing::Cookie, verdict.name);
        if let (Some(attribute), Some(place)) = (verdict.mismatch, verdict.tracker) {
            self.tell(&Event::Mismatch { tracker: &self.gate().policy().trackers[place].name, attribute });
        }
    }

    /// Tells what the visitor says of each category now and did not before.
    pub(super) fn tell_changes(&self, state: &State, before: Option<&Answer>) {
        if !self.gate().is_observed() {
            return;
        }
        let region = state.facts.region;
        for (bit, category) in self.gate().categories() {
            let said = |answer: Option<&Answer>| answer.map_or(crate::Choice::Unasked, |answer| answer.choice(bit));
            let (before, after) = (said(before), said(state.reading.answer()));
            if before != after {
                self.tell(&Event::Changed { category, before, after, region });
            }
        }
    }

    pub(super) fn category_of(&self, tracker: usize) -> &str {
        self.gate().category_id(self.gate().compiled().trackers[tracker].category)
    }

    fn tell_undeclared(&self, thing: Thing, name: &str, decision: Decision, from_browser: bool) {
        let (name, is_first) = self.gate().tally().undeclared.meet(thing, name, from_browser);
        self.tell(&Event::Undeclared { thing, name: &name, decision, is_first, from_browser });
    }
}
