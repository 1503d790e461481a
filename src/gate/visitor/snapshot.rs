//! What a page shows of a visitor, and what only the privacy settings may do.

use super::Visitor;
use crate::{Answer, ChangeError, Consent, Decision};

/// Everything that a page shows of a visitor, taken under one lock.
pub(crate) struct Snapshot {
    pub(crate) consent: Consent,
    pub(crate) is_known: bool,
    /// What the browser says, where it could be read.
    pub(crate) browser: Option<Answer>,
    pub(crate) account: Option<Answer>,
    /// What is decided about each tracker, in the order of the policy.
    pub(crate) trackers: Vec<Decision>,
}

impl Snapshot {
    /// The browser's answer and the account's, where there are any.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &Answer> {
        [&self.browser, &self.account].into_iter().flatten()
    }
}

impl Visitor {
    /// Looks at everything at once. No event is emitted: what is shown is not what was tried.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.note_question();
        let state = self.state();
        let judge = self.judge(&state);
        Snapshot {
            consent: *judge.consent,
            is_known: state.facts.known,
            browser: state.reading.answer().cloned(),
            account: state.facts.account.clone(),
            trackers: judge.compiled.trackers().map(|(tracker, _)| judge.decide_tracker(tracker)).collect(),
        }
    }

    /// Whether the host has said that it knows the visitor.
    pub(crate) fn is_known(&self) -> bool {
        self.state().facts.known
    }

    /// Lets this request change consent although another origin made it: the host has named that origin.
    pub(crate) fn unlock_for_named_origin(&self) {
        let mut state = self.state();
        if state.locked == Some(ChangeError::CrossOrigin) {
            state.locked = None;
        }
    }
}
