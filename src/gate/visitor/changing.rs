//! What the host learns and the visitor clicks during a request.

use super::telling::Events;
use super::{Pending, Visitor};
use crate::compiled::ProviderTerms;
use crate::compiled::imports::Imported;
use crate::consent::NamedProviders;
use crate::enforce::Judge;
use crate::wire::reading::Reading;
use crate::{Category, Change, ChangeError, Facts, Signals};

impl Visitor {
    /// Tells the gate what the host has learned: that the visitor is known, is a minor, lives elsewhere, has an account.
    ///
    /// # Errors
    /// [`ChangeError::Late`] when the head of the response has left.
    pub fn learn(&self, update: impl FnOnce(&mut Facts)) -> Result<(), ChangeError> {
        // The host's code runs without the lock, on a copy: it may ask this visitor, and what it leaves half done is lost.
        let mut facts = self.state().facts.clone();
        update(&mut facts);
        let mut state = self.state();
        if state.has_left {
            return Err(ChangeError::Late);
        }
        if facts.region != state.facts.region {
            self.shared.span.move_to(facts.region);
        }
        let has_text = facts.answer_text != state.facts.answer_text;
        state.facts = facts;
        if has_text {
            if state.imported.own.is_some() {
                // There is an answer of the visitor's own now: nothing migrates.
                state.reading = Reading::Absent;
                self.forget_migration(&mut state);
            }
            let reading = std::mem::take(&mut state.reading);
            state.reading = reading.with_text(state.facts.answer_text.as_deref(), self.shared.now.timestamp());
        }
        self.refold(&mut state);
        Ok(())
    }

    /// Works a change of the answer out, without making it: the answer to record before it takes effect.
    ///
    /// # Errors
    /// [`ChangeError`]: the empty change, a category that is not offered (`Category::ESSENTIAL`, `Category::all()`), an
    /// unknown provider, a request from another origin, one that only fetches ahead, or a response whose head has left.
    pub fn prepare(&self, change: &Change) -> Result<Pending, ChangeError> {
        let state = self.state();
        state.check_open()?;
        change.check(self.shared.gate.compiled())?;
        Ok(Pending::new(self, &state, change))
    }

    /// The opt-out that a known visitor's signal asks for and that nothing has stored yet, to be prepared, recorded and
    /// committed as any change, so that it holds on all devices of the account: `None` where there is nothing to store.
    ///
    /// It names the categories that the law allows until objection and that GPC reaches, and the third-party providers of such
    /// categories, where the law extends GPC to third parties. Where consent must be asked for, a signal is not an answer, and
    /// nothing is stored. A visitor who is not known is never asked to log in for it (11 CCR 7025(c)).
    ///
    /// Where the visitor has an account, the account's answer decides what is stored already: other devices do not know this
    /// browser's.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::error::RegionError;
    /// # let gate = testing::gate();
    /// # let now = testing::now();
    /// let known = Facts::in_region("US-CA".parse()?).known(true);
    /// let visitor = gate.visitor([("sec-gpc", "1")], known, now);
    /// // `adloop` is the only third party of this policy.
    /// assert_eq!(visitor.signal_opt_out(), Some(Change::refuse(Category::ADVERTISING).provider("adloop", false)));
    /// # Ok::<(), RegionError>(())
    /// ```
    #[must_use]
    pub fn signal_opt_out(&self) -> Option<Change> {
        let state = self.state();
        let signals = state.signals | state.imported.signals;
        if !state.facts.known || !signals.contains(Signals::GPC) {
            return None;
        }
        let gate = &self.shared.gate;
        let judge = self.judge(&state);
        let elsewhere;
        let judge = match &state.facts.account {
            None => judge,
            // A refusal that only this browser holds would not reach the account's other devices.
            Some(account) => {
                let now = self.shared.now.timestamp();
                elsewhere = gate.fold(&Reading::Absent, &Imported::default(), signals, &state.facts, now);
                Judge { consent: &elsewhere, named: NamedProviders([None, Some(&account.exceptions), None]), ..judge }
            }
        };
        let categories = judge.consent.opted_out_by_signal();
        let providers = gate.compiled().providers();
        let mut providers = providers.filter(|terms| judge.consent.signal_refuses(terms, judge.named)).peekable();
        let is_stored = categories.is_empty() && providers.peek().is_none();
        let refuse = |change: Change, terms: &ProviderTerms| change.provider(&*terms.id, false);
        (!is_stored).then(|| providers.fold(Change::refuse(categories), refuse))
    }

    /// Grants categories and leaves the others as they are. It holds for the rest of this request.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn grant(&self, categories: Category) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(categories))?.commit()
    }

    /// Refuses, or withdraws, categories and leaves the others as they are. It holds for the rest of this request.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse(&self, categories: Category) -> Result<(), ChangeError> {
        self.prepare(&Change::refuse(categories))?.commit()
    }

    /// Grants everything that is offered.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn accept_all(&self) -> Result<(), ChangeError> {
        self.prepare(&Change::answer(self.shared.gate.offered()))?.commit()
    }

    /// Refuses everything that is offered.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse_all(&self) -> Result<(), ChangeError> {
        self.prepare(&Change::answer(Category::empty()))?.commit()
    }

    /// Grants one provider by its id, beside the categories: "load this video".
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn grant_provider(&self, id: &str) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(Category::empty()).provider(id, true))?.commit()
    }

    /// Refuses one provider by its id, whatever its category.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn refuse_provider(&self, id: &str) -> Result<(), ChangeError> {
        self.prepare(&Change::grant(Category::empty()).provider(id, false))?.commit()
    }

    /// Deletes the answer, so that the visitor is as one who was never asked: for a page on which visitors delete all that
    /// a site keeps about them. A refusal is deleted too; to withdraw consent, [`refuse_all`](Self::refuse_all).
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare), but for what a change names.
    pub fn forget(&self) -> Result<(), ChangeError> {
        let events = Events::new(self);
        let mut state = self.state();
        state.check_open()?;
        let before = std::mem::take(&mut state.reading);
        self.tell_changes(&events, &state, before.answer());
        state.has_changed = true;
        self.forget_migration(&mut state);
        self.refold(&mut state);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn forgetting_deletes_the_answer_and_what_it_allowed() {
        let gate = testing::gate();
        let cookie = format!("{}; lang=de", testing::cookie(&gate, Category::FUNCTIONAL, testing::now()));
        let visitor = gate.visitor([("cookie", cookie)], Facts::in_region("DE".parse().unwrap()), testing::now());
        visitor.forget().unwrap();
        assert_eq!(visitor.decide(Category::FUNCTIONAL).code(), "undecided");
        let lines: Vec<String> = visitor.finish().into_iter().map(String::from).collect();
        assert!(lines[0].starts_with("__Host-consent=; ") && lines[0].contains("Max-Age=0"), "{lines:?}");
        assert!(lines[1].starts_with("lang=; "), "{lines:?}");
        assert_eq!(visitor.forget(), Err(ChangeError::Late));
    }

    #[test]
    fn what_the_host_learns_may_be_asked_for_while_it_learns() {
        let visitor = testing::undecided(&testing::gate());
        let learned = visitor.learn(|facts| facts.minor = visitor.decide(Category::ADVERTISING).is_deny());
        assert_eq!(learned, Ok(()));
        assert_eq!(visitor.decide(Category::ADVERTISING).code(), "forbidden");
    }

    #[test]
    fn a_failed_look_up_erases_nothing_that_is_only_undecided_though_the_residence_is_known() {
        let facts = Facts::default().residence("US-CA".parse().unwrap());
        let visitor = testing::gate().visitor([("cookie", "_lum1=a; lang=de")], facts, testing::now());
        assert_eq!(visitor.decide_cookie("_lum1").code(), "undecided");
        assert!(visitor.erasures().is_empty());
    }

    #[test]
    fn a_complete_answer_keeps_the_refusal_of_a_provider_that_only_another_server_knows() {
        let cookie = "__Host-consent=1.5.1795000000.4.10.0.-lumen~-newer";
        let facts = Facts::in_region("DE".parse().unwrap());
        let visitor = testing::gate().visitor([("cookie", cookie)], facts, testing::now());
        visitor.accept_all().unwrap();
        assert!(visitor.finish()[0].as_str().starts_with("__Host-consent=1.4.1795435200.1e.0.0.-newer; "));
    }

    #[test]
    fn forgetting_without_an_answer_writes_nothing() {
        let visitor = testing::undecided(&testing::gate());
        visitor.forget().unwrap();
        assert!(visitor.finish().is_empty());
    }
}
