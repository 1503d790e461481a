//! A change that is worked out and not yet made.

use super::telling::Events;
use super::transition::{Transition, answers};
use super::{State, Visitor};
use crate::record::{Circumstances, Record};
use crate::wire::reading::Reading;
use crate::{Answer, Category, Change, ChangeError, Decision, DenyReason};
use chrono::TimeDelta;

/// How long the same change is taken for the same click.
const DOUBLE_CLICK: TimeDelta = TimeDelta::seconds(30);

/// A change of a visitor's answer, worked out and not yet made: the step at which a host records it.
///
/// [`settle`](Self::settle) records it in the host's stores and makes it, in the order that consent needs. By hand: drop this
/// value where a grant cannot be recorded, and nothing happened; [`commit`](Self::commit) a refusal whether or not it could.
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
    change: Change,
    pub(super) step: Transition,
}

impl Pending {
    pub(super) fn new(visitor: &Visitor, state: &State, change: &Change) -> Self {
        Self { step: Transition::of_change(visitor, state, change), change: change.clone() }
    }

    /// The same change, made to what the answers are now.
    ///
    /// # Errors
    /// As [`Visitor::prepare`].
    pub(super) fn renewed(&self) -> Result<Self, ChangeError> {
        self.step.visitor.prepare(&self.change)
    }

    /// What the browser's answer was, where it could be read.
    #[must_use]
    pub const fn before(&self) -> Option<&Answer> {
        self.step.before[0].as_ref()
    }

    /// What the browser's answer will be.
    #[must_use]
    pub const fn answer(&self) -> &Answer {
        &self.step.answer
    }

    /// What the account's answer will be, for a visitor whose account the gate was told of.
    #[must_use]
    pub const fn account(&self) -> Option<&Answer> {
        self.step.account.as_ref()
    }

    /// Whether the visitor says yes to anything: such a change must not take effect unrecorded.
    #[must_use]
    pub fn grants(&self) -> bool {
        self.change.grants()
    }

    /// Whether it grants a category that Global Privacy Control denies: its record has the method
    /// [`Override`](crate::record::Method::Override).
    #[must_use]
    pub fn is_override(&self) -> bool {
        let is_denied = |one: Category| self.step.consent.decide(one) == Decision::Deny(DenyReason::Gpc);
        self.change.granted().each().any(is_denied)
    }

    /// The same change without what it grants, for when the grant could not be recorded: what the visitor refused must
    /// hold all the same. `None` where nothing is refused.
    #[must_use]
    pub fn refusals(&self) -> Option<Self> {
        let visitor = &self.step.visitor;
        let change = self.change.refusals(visitor.gate().offered())?;
        Some(Self::new(visitor, &visitor.state(), &change))
    }

    /// Whether the change makes of the answers what they are already, except for a date of a moment ago.
    #[must_use]
    pub fn is_double_click(&self) -> bool {
        let Transition { visitor, before: [browser, account], .. } = &self.step;
        let same = |before: Option<&Answer>, after: Option<&Answer>| match (before, after) {
            (Some(before), Some(after)) => {
                let age = visitor.shared.now.signed_duration_since(before.decided());
                let redated = Answer { decided: before.decided, ..after.clone() };
                redated == *before && age >= TimeDelta::zero() && age < DOUBLE_CLICK
            }
            (None, None) => true,
            _ => false,
        };
        browser.is_some() && same(browser.as_ref(), Some(self.answer())) && same(account.as_ref(), self.account())
    }

    /// The proof of the change, to be kept before it takes effect. `None` where the answer stays as it is.
    ///
    /// # Example
    /// ```
    /// # use consent_gate::*;
    /// # use consent_gate::record::{Circumstances, Method, Status};
    /// # let gate = testing::gate();
    /// let visitor = testing::granted(&gate, Category::ANALYTICS);
    /// let pending = visitor.prepare(&Change::refuse(Category::ANALYTICS))?;
    /// let record = pending.record(&Circumstances::new(Method::Settings, "en")).unwrap();
    /// assert_eq!(record.status("analytics"), Status::Withdrawn);
    /// assert!(record.withdraws() && !record.gives());
    /// # Ok::<(), ChangeError>(())
    /// ```
    #[must_use]
    pub fn record(&self, circumstances: &Circumstances) -> Option<Record> {
        (!self.step.is_same()).then(|| self.step.record(&self.step.consent_after(), circumstances))
    }

    /// Makes the change. It holds for the rest of this request, and the response will carry it.
    ///
    /// Where the answer was changed in the meantime, this change is made to what it is now: the grant that was recorded
    /// first must not undo the refusal that came second.
    ///
    /// # Errors
    /// [`ChangeError::Late`] when the head of the response left in the meantime. Nothing was changed then.
    pub fn commit(self) -> Result<(), ChangeError> {
        let Transition { visitor, before, answer, account, .. } = self.step;
        let events = Events::new(&visitor);
        let mut state = visitor.state();
        if state.has_left {
            return Err(ChangeError::Late);
        }
        let is_current = answers(&state) == before;
        let (answer, account) = if is_current { (answer, account) } else { visitor.applied(&state, &self.change) };
        let before = std::mem::replace(&mut state.reading, Reading::Read { answer, count: 1 });
        visitor.tell_changes(&events, &state, before.answer());
        if account.is_some() {
            state.facts.account = account;
        }
        state.has_changed = true;
        visitor.forget_migration(&mut state);
        visitor.refold(&mut state);
        Ok(())
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("answer", self.answer()).finish_non_exhaustive()
    }
}
