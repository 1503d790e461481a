//! A change that is worked out and not yet made.

use super::{State, Visitor};
use crate::change::Moment;
use crate::wire::reading::{Reading, is_ahead};
use crate::{Answer, Change, ChangeError};

/// A change of a visitor's answer, worked out and not yet made: the step at which a host records it.
///
/// A grant that cannot be recorded must not take effect: drop this value, and nothing happened. A refusal takes effect
/// whether or not it could be recorded: [`commit`](Self::commit) it anyway.
///
/// # Example
/// ```
/// # use consent_gate::*;
/// # let gate = testing::gate();
/// let visitor = testing::undecided(&gate);
/// let pending = visitor.prepare(&Change::grant(Category::ANALYTICS))?;
/// assert!(!visitor.may_track(Category::ANALYTICS), "nothing has happened yet");
/// assert_eq!(pending.answer().granted(), Category::ANALYTICS);
/// pending.commit()?;
/// assert!(visitor.may_track(Category::ANALYTICS));
/// # Ok::<(), ChangeError>(())
/// ```
#[must_use = "a pending change does nothing until it is committed"]
pub struct Pending {
    visitor: Visitor,
    change: Change,
    /// The browser's answer, and the account's, that the change was worked out from.
    before: [Option<Answer>; 2],
    answer: Answer,
    account: Option<Answer>,
}

impl Pending {
    pub(super) fn new(visitor: Visitor, state: &State, change: &Change) -> Self {
        let (answer, account) = visitor.applied(state, change);
        Self { before: said(state), change: change.clone(), answer, account, visitor }
    }

    /// What the browser's answer was, as far as it could be read.
    #[must_use]
    pub const fn before(&self) -> Option<&Answer> {
        self.before[0].as_ref()
    }

    /// What the browser's answer will be.
    #[must_use]
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What the account's answer will be, for a visitor whose account the gate was told of: the host's to save.
    #[must_use]
    pub const fn account(&self) -> Option<&Answer> {
        self.account.as_ref()
    }

    /// Makes the change. It holds for the rest of this request, and the response will carry it.
    ///
    /// Where the answer was changed in the meantime, this change is made to what it is now: the grant that was recorded
    /// first must not undo the refusal that came second.
    ///
    /// # Errors
    /// [`ChangeError::Late`] when the head of the response left in the meantime. Nothing was changed then.
    pub fn commit(self) -> Result<(), ChangeError> {
        let mut state = self.visitor.state();
        if state.has_left {
            return Err(ChangeError::Late);
        }
        let (answer, account) = match said(&state) == self.before {
            true => (self.answer, self.account),
            false => self.visitor.applied(&state, &self.change),
        };
        let before = std::mem::replace(&mut state.reading, Reading::Read { answer, count: 1 });
        self.visitor.tell_changes(&state, before.answer());
        if account.is_some() {
            state.facts.account = account;
        }
        state.has_changed = true;
        self.visitor.forget_migration(&mut state);
        self.visitor.refold(&mut state);
        Ok(())
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("answer", &self.answer).finish_non_exhaustive()
    }
}

/// What the browser and the account say.
fn said(state: &State) -> [Option<Answer>; 2] {
    [state.reading.answer().cloned(), state.facts.account.clone()]
}

impl Visitor {
    /// What a change makes of the browser's answer and of the account's.
    pub(super) fn applied(&self, state: &State, change: &Change) -> (Answer, Option<Answer>) {
        let moment = self.moment(state);
        // An account's answer from the future is malformed in every respect: nothing of it is carried over.
        let readable = |account: &&Answer| !is_ahead(account.decided, self.shared.now.timestamp());
        let account = state.facts.account.as_ref();
        let account = account.map(|account| match Some(account).filter(readable) {
            None => change.apply(None, true, &moment),
            readable => change.apply(readable, false, &moment),
        });
        let is_unreadable = state.reading.is_unreadable() || state.imported.is_unreadable;
        (change.apply(state.reading.answer(), is_unreadable, &moment), account)
    }

    /// What a change is applied under.
    pub(super) fn moment<'s>(&'s self, state: &State) -> Moment<'s> {
        Moment {
            compiled: self.shared.gate.compiled(),
            signals: state.signals,
            now: u64::try_from(self.shared.now.timestamp()).unwrap_or(0),
            grant_lasts: u64::try_from(self.folded(state).regime().grant_lasts.num_seconds()).unwrap_or(0),
        }
    }
}
