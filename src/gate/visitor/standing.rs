//! What a page shows of a visitor, and what only the privacy settings may do.

use super::Visitor;
use crate::{Answer, ChangeError, Consent, Decision};

/// Everything that is shown of a visitor, by one look.
pub(crate) struct Standing {
    pub(crate) consent: Consent,
    pub(crate) is_known: bool,
    /// What the browser says, as far as it could be read.
    pub(crate) browser: Option<Answer>,
    pub(crate) account: Option<Answer>,
    /// What is decided about each tracker, in the order of the policy.
    pub(crate) trackers: Vec<Decision>,
}

impl Standing {
    /// The answers that there are: the browser's, the account's.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &Answer> {
        [&self.browser, &self.account].into_iter().flatten()
    }
}

impl Visitor {
    /// Looks at everything at once. Nobody hears of it: what is shown is not what was tried.
    pub(crate) fn standing(&self) -> Standing {
        self.note_question();
        let state = self.state();
        let judge = self.judge(&state);
        Standing {
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
