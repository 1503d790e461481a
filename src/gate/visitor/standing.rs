//! What a page shows of a visitor, and what only the privacy settings may do.

use super::{Pending, Visitor};
use crate::record::{Circumstances, Record};
use crate::wire::reading::Reading;
use crate::{Answer, Change, ChangeError, Consent, Decision};
use chrono::{DateTime, Utc};

/// Everything that is shown of a visitor, by one look.
pub(crate) struct Standing {
    pub(crate) consent: Consent,
    pub(crate) is_known: bool,
    pub(crate) now: DateTime<Utc>,
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
            now: self.shared.now,
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

    /// Gives the browser back an answer that it held before, or none, and forgets the account: at log-out, so that what one
    /// person chose while logged in does not stay behind for the next.
    pub(crate) fn restore(&self, answer: Option<Answer>) -> Result<(), ChangeError> {
        let mut state = self.state();
        state.check_open()?;
        (state.facts.account, state.facts.known) = (None, false);
        // What could not be read was not given to anybody to keep, and may be an objection: it stays.
        if answer.is_some() || !matches!(state.reading, Reading::Unreadable { .. }) {
            state.reading = answer.map_or(Reading::Absent, |answer| Reading::Read { answer, count: 1 });
            state.has_changed = true;
        }
        self.refold(&mut state);
        Ok(())
    }

    /// What a signal makes of the account's answer: it is no click, and no origin counts for it. Never to be committed.
    pub(crate) fn objecting(&self, change: &Change) -> Pending {
        Pending::new(self.clone(), &self.state(), change)
    }

    /// The proof of what an account's answer changed when it joined the browser's.
    pub(crate) fn joined(&self, before: Consent, circumstances: &Circumstances) -> Record {
        let state = self.state();
        Pending::joining(self.clone(), &state, before).record_of(self.folded(&state), circumstances)
    }
}
