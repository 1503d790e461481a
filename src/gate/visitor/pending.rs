//! A change that is worked out and not yet made.

use super::telling::Events;
use super::{State, Visitor};
use crate::compiled::imports::Imported;
use crate::consent::change::ChangeContext;
use crate::record::{Circumstances, Record, Status, StatusChange};
use crate::terms::answer::Choice;
use crate::terms::signal::signal_words;
use crate::wire::reading::{Reading, is_ahead};
use crate::{Answer, Category, Change, ChangeError, Consent, Facts, Signals};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

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
    /// What was allowed before.
    consent: Consent,
    facts: Facts,
    /// What other systems say beside an answer of the gate's own.
    imported: Imported,
    signals: Signals,
}

impl Pending {
    pub(super) fn new(visitor: Visitor, state: &State, change: &Change) -> Self {
        let (answer, account) = visitor.applied(state, change);
        Self {
            before: said(state),
            change: change.clone(),
            answer,
            account,
            consent: *visitor.folded(state),
            facts: state.facts.clone(),
            imported: visitor.imported_beside_own(state),
            signals: state.signals,
            visitor,
        }
    }

    /// What happens when an account's answer, known by now, joins the browser's: to be recorded, never to be committed.
    #[cfg(feature = "ui")]
    pub(super) fn joining(visitor: Visitor, state: &State, before: Consent) -> Self {
        let [browser, account] = said(state);
        let account = account.filter(|account| visitor.can_read(account));
        let blank = || {
            let decided = account.as_ref().map_or(visitor.shared.now, Answer::decided);
            Answer::new(visitor.shared.gate.policy().revision, decided)
        };
        Self {
            answer: browser.clone().unwrap_or_else(blank),
            before: [browser, None],
            change: Change::grant(Category::empty()),
            account,
            consent: before,
            facts: state.facts.clone(),
            imported: visitor.imported_beside_own(state),
            signals: state.signals,
            visitor,
        }
    }

    /// What happens when another system's answer becomes the browser's own: to be recorded, never to be committed.
    pub(super) fn migrating(visitor: Visitor, state: &State, answer: &Answer) -> Self {
        let imported = visitor.imported_beside_own(state);
        let now = visitor.shared.now.timestamp();
        let consent = visitor.shared.gate.fold(&Reading::Absent, &imported, state.signals, &state.facts, now);
        Self {
            before: [None, state.facts.account.clone()],
            change: Change::grant(Category::empty()),
            answer: answer.clone(),
            account: state.facts.account.clone(),
            consent,
            facts: state.facts.clone(),
            imported,
            signals: state.signals,
            visitor,
        }
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

    /// Whether the visitor says yes to anything: such a change must not take effect unrecorded.
    #[must_use]
    pub fn grants(&self) -> bool {
        self.change.grants()
    }

    /// The same change without what it grants, for when the grant could not be recorded: what the visitor refused must
    /// hold all the same. `None` where nothing is refused.
    #[must_use]
    pub fn refusals(&self) -> Option<Self> {
        let change = self.change.refusals(self.visitor.shared.gate.offered())?;
        Some(Self::new(self.visitor.clone(), &self.visitor.state(), &change))
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
        let is_same = self.before[0].as_ref() == Some(&self.answer) && self.before[1] == self.account;
        (!is_same).then(|| self.record_of(&self.consent_after(), circumstances))
    }

    pub(super) fn record_of(&self, after: &Consent, circumstances: &Circumstances) -> Record {
        let (gate, now) = (&self.visitor.shared.gate, self.visitor.shared.now);
        let is_renewed = self.before[0].as_ref().map(|answer| answer.decided) != Some(self.answer.decided);
        let category = |(category, id): (Category, &str)| {
            let before = Status::of(&self.consent, category);
            let after = Status::of(after, category).following(before, is_renewed);
            StatusChange { id: id.to_owned(), before, after }
        };
        let holding = gate.compiled().regimes.at(self.facts.region, now.timestamp());
        let mut record = Record {
            time: self.time(),
            method: circumstances.method,
            actor: circumstances.actor,
            device: circumstances.device,
            categories: gate.categories().map(category).collect(),
            providers: self.providers(is_renewed),
            site: gate.policy().site.clone(),
            revision: self.answer.revision,
            language: circumstances.language.clone(),
            region: self.facts.region.to_string(),
            regime: holding.preset.to_owned(),
            signals: signal_words(self.signals),
            expiry: None,
        };
        if record.gives() {
            let account = self.account.as_ref().filter(|account| !account.granted().is_empty());
            let decided = account.map_or(self.answer.decided(), |account| account.decided().min(self.answer.decided()));
            record.expiry = Some(decided + after.regime().grant_lasts);
        }
        record
    }

    /// The time of the click, in whole seconds.
    fn time(&self) -> DateTime<Utc> {
        let now = self.visitor.shared.now;
        DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
    }

    /// What will be allowed.
    fn consent_after(&self) -> Consent {
        let visitor = &self.visitor.shared;
        let reading = Reading::Read { answer: self.answer.clone(), count: 1 };
        let mut facts = self.facts.clone();
        if self.account.is_some() {
            facts.account.clone_from(&self.account);
        }
        visitor.gate.fold(&reading, &self.imported, self.signals, &facts, visitor.now.timestamp())
    }

    /// Every provider about which something is said by name, before or after.
    fn providers(&self, is_renewed: bool) -> Vec<StatusChange> {
        let readable = |account: &&Answer| self.visitor.can_read(account);
        let before = [self.before[0].as_ref(), self.before[1].as_ref().filter(readable)];
        let after = [Some(&self.answer), self.account.as_ref().filter(readable)];
        let named: BTreeSet<&str> = before
            .into_iter()
            .chain(after)
            .flatten()
            .flat_map(|answer| answer.exceptions().map(|(id, _)| id))
            .collect();
        let of = |answers: [Option<&Answer>; 2], id: &str| {
            let says = |choice| answers.into_iter().flatten().any(|answer| answer.provider(id) == choice);
            match () {
                () if says(Choice::Refused) => Status::Refused,
                () if says(Choice::Granted) => Status::Given,
                () => Status::Unknown,
            }
        };
        let change = |id: &str| {
            let earlier = of(before, id);
            let later = of(after, id).following(earlier, is_renewed);
            StatusChange { id: id.to_owned(), before: earlier, after: later }
        };
        named.into_iter().map(change).collect()
    }

    /// Makes the change. It holds for the rest of this request, and the response will carry it.
    ///
    /// Where the answer was changed in the meantime, this change is made to what it is now: the grant that was recorded
    /// first must not undo the refusal that came second.
    ///
    /// # Errors
    /// [`ChangeError::Late`] when the head of the response left in the meantime. Nothing was changed then.
    pub fn commit(self) -> Result<(), ChangeError> {
        let events = Events::new(&self.visitor);
        let mut state = self.visitor.state();
        if state.has_left {
            return Err(ChangeError::Late);
        }
        let (answer, account) = match said(&state) == self.before {
            true => (self.answer, self.account),
            false => self.visitor.applied(&state, &self.change),
        };
        let before = std::mem::replace(&mut state.reading, Reading::Read { answer, count: 1 });
        self.visitor.tell_changes(&events, &state, before.answer());
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
    /// Whether anything of an account's answer counts: one from the future is malformed in every respect.
    fn can_read(&self, account: &Answer) -> bool {
        !is_ahead(account.decided, self.shared.now.timestamp())
    }

    /// What a change makes of the browser's answer and of the account's.
    pub(super) fn applied(&self, state: &State, change: &Change) -> (Answer, Option<Answer>) {
        let context = self.change_context(state);
        let readable = |account: &&Answer| self.can_read(account);
        let account = state.facts.account.as_ref();
        let account = account.map(|account| match Some(account).filter(readable) {
            None => change.apply(None, true, &context),
            readable => change.apply(readable, false, &context),
        });
        let is_unreadable = state.reading.is_unreadable() || state.imported.is_unreadable;
        (change.apply(state.reading.answer(), is_unreadable, &context), account)
    }

    /// What a change is applied under.
    pub(super) fn change_context<'s>(&'s self, state: &State) -> ChangeContext<'s> {
        ChangeContext {
            compiled: self.shared.gate.compiled(),
            signals: state.signals,
            now: u64::try_from(self.shared.now.timestamp()).unwrap_or(0),
            grant_lasts: u64::try_from(self.folded(state).regime().grant_lasts.num_seconds()).unwrap_or(0),
        }
    }
}
